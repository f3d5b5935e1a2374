"""What a system says stands in it now: names, columns, owners, edges; what a whole list leaves out is gone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa

from lineagebot.model import Asset, AssetKey, AssetKind, Column, Edge, Layer, Owner, Person, Problem, Use
from lineagebot.store import graph_rows
from lineagebot.store import tables as t
from lineagebot.store.assets import can_be_kept, ensure, ids_of, learn_words
from lineagebot.store.bulk import stage
from lineagebot.store.cursors import note_inventory
from lineagebot.store.engine import Tx
from lineagebot.store.facts import replace_facts
from lineagebot.store.fold import CONTAINERS, MATCHED, EdgeKey, Ledger, Sight, Standing, Thing
from lineagebot.store.locks import INGEST_LOCK, hold
from lineagebot.store.problems import replace_inventory_problems
from lineagebot.store.queries import query
from lineagebot.store.search_words import searchable

#: What a native id or evidence column says where no statement made it.
CATALOG = "catalog"


@dataclass(frozen=True, slots=True)
class InventoryRow:
    """One asset as its system describes it now."""

    asset: Asset
    #: None where the system does not tell columns; () where it has none.
    columns: tuple[Column, ...] | None = None
    native_id: str | None = None
    #: A view's text.
    definition: str | None = None
    owners: tuple[Owner, ...] = ()
    tags: tuple[str, ...] = ()
    #: How often the system's own counters saw it read since they were last reset; None where it does not count.
    scans: int | None = None
    #: When it was last read, by those counters; None where they keep no time.
    last_scanned: datetime | None = None
    #: What its system tells of it beyond that, as names and values (facts.py).
    facts: tuple[tuple[str, str], ...] = ()


def record_inventory(
    tx: Tx,
    system: str,
    as_of: datetime,
    assets: Sequence[InventoryRow],
    edges: Sequence[Edge] = (),
    people: Sequence[Person] = (),
    complete: bool = True,
    *,
    problems: Sequence[Problem] = (),
) -> None:
    """Take in a catalog. Declared owners and tags of this `system` are replaced; what people said stays.

    Rows and edges may name assets of other systems (a declared file does): those are described no further where their
    own system knows them, and never taken as gone.
    """
    hold(tx, INGEST_LOCK)
    rows = {row.asset.key: row for row in assets if can_be_kept(row.asset.key)}
    ids = _ensure(tx, rows, edges, at=as_of)
    mine = _mine(tx, system, rows)
    _describe(tx, system, mine, ids, as_of)
    ledger = Ledger()
    known = _known_of(tx, system)
    ledger.load(graph_rows.load_things(tx, {*known.values(), *ids.values()}), _edges(tx, system, edges, ids))
    for row in mine.values():
        _stand(ledger, row, as_of, is_hearsay=row.asset.key.system != system)
    if complete:
        for key in _gone(ledger, mine, known):
            ledger.fall(key, as_of)
    seen = _observe(ledger, _tellable(edges, ids), system, as_of)
    if complete:
        _end_unlisted(ledger, system, seen, as_of)
    graph_rows.save(tx, ledger, ids | known)
    _declare(tx, system, rows.values(), ids, as_of, complete=complete)
    replace_facts(tx, system, {ids[row.asset.key]: row.facts for row in rows.values()}, as_of, complete=complete)
    record_people(tx, people)
    replace_inventory_problems(tx, system, problems, as_of)
    note_inventory(tx, system, as_of, complete=complete)


def record_views(tx: Tx, system: str, views: Iterable[Use]) -> None:
    """How often people opened what the system lists, day by day, as it counts: the newest word on a day stands."""
    told = {(view.asset, view.login, view.day): view for view in views}
    ids = ids_of(tx, {asset for asset, _, _ in told})
    rows = [
        (ids[asset], "", system, login, day, view.reads, view.by_machine)
        for (asset, login, day), view in told.items()
        if asset in ids
    ]
    if rows:
        stage(tx, t.use, ("asset", "column", "system", "login", "day", "reads", "by_machine"), rows)
        tx.execute(query("record_views"))


def record_people(tx: Tx, people: Iterable[Person]) -> None:
    """People and their logins; whoever is known already takes the newer name, and keeps other systems' logins."""
    found = {person.id: person for person in people}
    if not found:
        return
    stage(
        tx, t.person, ("id", "name", "email", "machine"), [(p.id, p.name, p.email, p.machine) for p in found.values()]
    )
    tx.execute(query("record_people"))
    logins = {login: person.id for person in found.values() for login in person.logins}
    if logins:
        stage(tx, t.login, ("system", "login", "person"), [(*login, person) for login, person in logins.items()])
        tx.execute(query("record_logins"))


def _ensure(
    tx: Tx, rows: Mapping[AssetKey, InventoryRow], edges: Iterable[Edge], *, at: datetime
) -> dict[AssetKey, int]:
    kinds = {end: AssetKind.TABLE for edge in edges for end in (edge.source, edge.target)}
    kinds |= {key: row.asset.kind for key, row in rows.items()}
    return ensure(tx, kinds, at=at)


def _mine(tx: Tx, system: str, rows: Mapping[AssetKey, InventoryRow]) -> dict[AssetKey, InventoryRow]:
    """The rows that this system has the word on: its own, and those of systems that do not describe themselves."""
    described = sa.select(t.source.c.name).where(t.source.c.inventory_at.is_not(None), t.source.c.name != system)
    others = set(tx.execute(described).scalars())
    return {key: row for key, row in rows.items() if key.system not in others}


def _describe(
    tx: Tx, system: str, rows: Mapping[AssetKey, InventoryRow], ids: Mapping[AssetKey, int], as_of: datetime
) -> None:
    """Title, address, description and counters as the system tells them; only rows that differ are written."""
    columns = ("id", "title", "url", "description", "lname", "suffixes", "tokens", "scans", "last_scanned")
    described = []
    for key, row in rows.items():
        a, s = row.asset, searchable(key.path, row.asset.title, row.asset.kind)
        described.append(
            (ids[key], a.title, a.url, a.description, s.lname, list(s.suffixes), list(s.tokens), row.scans,
             row.last_scanned)
        )  # fmt: skip
    stage(tx, t.asset, columns, described)
    changed = tx.execute(query("describe_assets"))
    learn_words(tx, {token for tokens in changed.scalars() for token in tokens})
    before = tx.execute(sa.select(t.source.c.inventory_at).where(t.source.c.name == system)).scalar()
    tx.execute(query("note_scans"), {"as_of": as_of, "before": before})


def _known_of(tx: Tx, system: str) -> dict[AssetKey, int]:
    """All names of the system that are not known to be gone."""
    chosen = sa.select(t.asset.c.id, t.asset.c.path).where(t.asset.c.system == system, t.asset.c.gone_at.is_(None))
    return {AssetKey(system, tuple(row.path)): row.id for row in tx.execute(chosen)}


def _edges(tx: Tx, system: str, edges: Iterable[Edge], ids: Mapping[AssetKey, int]) -> dict[EdgeKey, Sight]:
    pairs = {(ids[e.source], ids[e.target]) for e in _tellable(edges, ids)}
    return graph_rows.load_listed_edges(tx, system) | graph_rows.load_edges(tx, around=(), pairs=pairs)


def _tellable(edges: Iterable[Edge], ids: Mapping[AssetKey, int]) -> list[Edge]:
    return [edge for edge in edges if edge.source in ids and edge.target in ids]


def _observe(ledger: Ledger, edges: Iterable[Edge], system: str, as_of: datetime) -> set[EdgeKey]:
    """The listed edges, each with its own evidence where it names one."""
    by_evidence: dict[str, list[Edge]] = {}
    for edge in edges:
        by_evidence.setdefault(edge.evidence or CATALOG, []).append(edge)
    told = (ledger.observe(e, said_by=system, at=as_of, evidence=by) for by, e in by_evidence.items())
    return {key for keys in told for key in keys}


def _stand(ledger: Ledger, row: InventoryRow, as_of: datetime, *, is_hearsay: bool) -> None:
    """The catalog's word on one asset: a new incarnation where it differs from what stands, else what was not known.

    What a system says of another one's asset is hearsay: it only adds to what is known.
    """
    thing = ledger.things.get(row.asset.key) or Thing(row.asset.kind)
    before = thing.standing
    if is_hearsay and (thing.gone_at is not None or (before is not None and not _may_be_same(before, row))):
        return
    if before is None or not _may_be_same(before, row):
        columns = row.columns if row.columns is not None or before is None else before.columns
        ledger.stand(row.asset.key, Standing(row.asset.kind, as_of, columns, row.definition, row.native_id, CATALOG))
    elif before.created_at <= as_of and (thing.gone_at is None or thing.gone_at <= as_of):
        told = replace(
            before,
            columns=row.columns if before.columns is None else before.columns,
            native_id=before.native_id or row.native_id,
            definition=before.definition or row.definition,
        )
        ledger.things[row.asset.key] = replace(thing, kind=row.asset.kind, gone_at=None, standing=told)


def _may_be_same(before: Standing, now: InventoryRow) -> bool:
    """Nothing that both know differs."""
    pairs = ((before.columns, now.columns), (before.native_id, now.native_id), (before.definition, now.definition))
    return before.kind == now.asset.kind and all(a is None or b is None or a == b for a, b in pairs)


def _gone(ledger: Ledger, listed: Mapping[AssetKey, InventoryRow], known: Iterable[AssetKey]) -> list[AssetKey]:
    """Known names that a whole list leaves out; schemas only where the list has schemas at all."""
    kinds = {row.asset.kind for row in listed.values()}
    return [
        key
        for key in known
        if key not in listed and (ledger.thing(key).kind not in CONTAINERS or ledger.thing(key).kind in kinds)
    ]


def _end_unlisted(ledger: Ledger, system: str, seen: set[EdgeKey], as_of: datetime) -> None:
    """Edges that the list no longer holds end, unless what they come from is gone: then they tell what broke.

    What references became is for the next match to end.
    """
    for key, sight in tuple(ledger.edges.items()):
        listed = key.said_by == system and Layer(key.layer).is_listed and sight.evidence != MATCHED
        if not listed or key in seen:
            continue
        source = key.source.key
        source_gone = source.system == system and ledger.thing(source).gone_at is not None
        if not (source_gone and key.layer == Layer.CATALOG):
            ledger.end([key], as_of, CATALOG)


def _declare(
    tx: Tx, system: str, rows: Iterable[InventoryRow], ids: Mapping[AssetKey, int], at: datetime, *, complete: bool
) -> None:
    owners = {
        (ids[row.asset.key], str(owner.kind), owner.id): (owner.name, rank)
        for row in rows
        for rank, owner in enumerate(row.owners)
    }
    tags = {(ids[row.asset.key], tag): rank for row in rows for rank, tag in enumerate(row.tags)}
    told = [ids[row.asset.key] for row in rows]
    _replace(
        tx, t.owner, system, told, [(a, system, k, i, name, rank, at) for (a, k, i), (name, rank) in owners.items()],
        ("asset", "said_by", "kind", "id", "name", "rank", "at"), complete=complete,
    )  # fmt: skip
    _replace(
        tx, t.tag, system, told, [(a, system, tag, rank, at) for (a, tag), rank in tags.items()],
        ("asset", "said_by", "tag", "rank", "at"), complete=complete,
    )  # fmt: skip


def _replace(
    tx: Tx,
    table: sa.Table,
    system: str,
    told: Sequence[int],
    rows: Sequence[tuple[object, ...]],
    columns: tuple[str, ...],
    *,
    complete: bool,
) -> None:
    """What the system declared before gives way to `rows`; a partial list speaks only for the assets it names."""
    lasting = [table.c[c] for c in columns if c != "at"]
    there = {tuple(row) for row in tx.execute(sa.select(*lasting).where(table.c.said_by == system))}
    if not complete:
        there = {row for row in there if row[0] in set(told)}
    now = {row[:-1]: row for row in rows}
    stale = there - now.keys()
    if stale:
        identity = list(table.primary_key.columns)
        tx.execute(sa.delete(table).where(sa.tuple_(*identity).in_([row[: len(identity)] for row in stale])))
    fresh = [row for lasts, row in now.items() if lasts not in there]
    if fresh:
        tx.execute(sa.insert(table), [dict(zip(columns, row, strict=True)) for row in fresh])
