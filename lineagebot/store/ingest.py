"""A page of understood statements goes into the graph: counted, folded, and put in the journal.

Everything is idempotent by (system, statement id): a page that comes again changes nothing. Writers take one lock each
for the length of their transaction: what they read stays true until they write, and journal positions commit in order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from lineagebot.graph.failing import is_for_want
from lineagebot.model import (
    Action,
    AssetKey,
    AssetKind,
    Certainty,
    Edge,
    Effect,
    Outcome,
    Read,
    Statement,
    Understanding,
)
from lineagebot.store import emptied, graph_rows
from lineagebot.store import tables as t
from lineagebot.store.assets import ensure, ids_of
from lineagebot.store.awaited import is_more_exact, take_awaited
from lineagebot.store.bulk import stage
from lineagebot.store.cursors import note_log_from
from lineagebot.store.engine import Tx
from lineagebot.store.fold import CONTAINERS, STEPS, Ledger
from lineagebot.store.inventory import InventoryRow, record_inventory
from lineagebot.store.locks import INGEST_LOCK, hold
from lineagebot.store.partitions import make_months
from lineagebot.store.problems import record_problems
from lineagebot.store.queries import query
from lineagebot.store.records import as_json

__all__ = ["InventoryRow", "Understood", "record_inventory", "record_statements"]

#: Effects that only add: no journal entry for their sake. A GRANT may give back what a REVOKE took.
HARMLESS = frozenset({Action.APPEND, Action.EXPORT, Action.CALL, Action.LOAD})

#: Effects that write rows, for use counts.
WRITES = frozenset(
    {Action.APPEND, Action.OVERWRITE, Action.DELETE, Action.UPDATE, Action.MERGE, Action.TRUNCATE, Action.LOAD,
     Action.CREATE, Action.REPLACE, Action.REFRESH, Action.CLONE, Action.RESTORE}
)  # fmt: skip

#: Writes that search what they write to, so that the system's own counters count them as reads. What is made anew is
#: scanned for its indexes.
SCANS = WRITES - {Action.APPEND, Action.LOAD, Action.TRUNCATE}

#: Reads of a statement that failed, as many as are kept.
MOST_MISSED = 200

#: Outcomes that may still be told better.
OPEN = frozenset({Outcome.RUNNING, Outcome.UNKNOWN})


@dataclass(frozen=True, slots=True)
class Understood:
    """A statement of a log and what it means. `masked` is its text without literals: all that is kept of it."""

    statement: Statement
    fingerprint: str
    masked: str
    understanding: Understanding
    by_machine: bool = False


def record_statements(tx: Tx, items: Sequence[Understood]) -> None:
    """Take in a page, in the order of its log. Only statements that were DONE touch the graph and the use counts."""
    if not items:
        return
    hold(tx, INGEST_LOCK)
    news = _news(tx, _with_who_ran(tx, _each_once(items)))
    if not news:
        return
    fresh = [item for item, is_new in news if is_new]
    told = [item for item, _ in news]
    _record_texts(tx, fresh)
    _count_days(tx, fresh)
    _note_beginnings(tx, fresh)
    record_problems(tx, [(i.fingerprint, problem, i.statement) for i in fresh for problem in i.understanding.problems])
    done = [item for item in told if item.statement.outcome is Outcome.DONE]
    if done:
        ids = _ensure_assets(tx, done)
        _count_uses(tx, done, ids)
        _fold(tx, done, ids)
    _append_to_journal(tx, told)


def _each_once(items: Sequence[Understood]) -> list[Understood]:
    """A statement that comes twice in a page counts once, with the outcome that says more."""
    found: dict[tuple[str, str, datetime], Understood] = {}
    for item in items:
        key = _identity(item)
        if key not in found or found[key].statement.outcome in OPEN:
            found[key] = item
    return list(found.values())


def _with_who_ran(tx: Tx, items: list[Understood]) -> list[Understood]:
    """Where another system said before that it would be the one, and the log itself does not tell."""
    told = take_awaited(tx, [(item.statement.system, item.statement.id) for item in items])
    if not told:
        return items
    found = []
    for item in items:
        statement = item.statement
        via = told.get((statement.system, statement.id))
        if via is not None and is_more_exact(via, statement.via):
            item = replace(item, statement=replace(statement, via=via))
        found.append(item)
    return found


def _identity(item: Understood) -> tuple[str, str, datetime]:
    return item.statement.system, item.statement.id, item.statement.started_at


def _news(tx: Tx, items: Sequence[Understood]) -> list[tuple[Understood, bool]]:
    """Record the statements; (item, True) for those never seen, (item, False) for those whose end is known only now."""
    times = [item.statement.started_at for item in items]
    make_months(tx, {time.date() for time in times})
    columns = [c.name for c in t.statement.columns]
    stage(tx, t.statement, columns, (_statement_row(item, columns) for item in items))
    rows = tx.execute(query("statements_known"), {"first": min(times), "last": max(times)})
    known = {(r.system, r.id, r.started_at): Outcome(r.outcome) for r in rows}
    tx.execute(query("record_statements"))
    return [
        (item, _identity(item) not in known)
        for item in items
        if _identity(item) not in known or (known[_identity(item)] in OPEN and item.statement.outcome not in OPEN)
    ]


def _statement_row(item: Understood, columns: Sequence[str]) -> list[object]:
    s = item.statement
    own = {"fingerprint": item.fingerprint, "by_machine": item.by_machine, "outcome": str(s.outcome)}
    return [own[c] if c in own else getattr(s, c) for c in columns]


def _record_texts(tx: Tx, items: Iterable[Understood]) -> None:
    rows = {i.fingerprint: (i.fingerprint, i.masked, i.statement.dialect, i.statement.started_at) for i in items}
    if rows:
        stage(tx, t.text, ("fingerprint", "masked", "dialect", "first_seen"), rows.values())
        tx.execute(query("record_texts"))


def _count_days(tx: Tx, items: Iterable[Understood]) -> None:
    read, missed = Counter[tuple[str, date]](), Counter[tuple[str, date]]()
    for item in items:
        day = (item.statement.system, item.statement.started_at.date())
        read[day] += 1
        missed[day] += not _is_understood(item.understanding)
    if read:
        stage(
            tx, t.source_day, ("source", "day", "statements", "not_understood"),
            [(*day, read[day], missed[day]) for day in read],
        )  # fmt: skip
        tx.execute(query("count_source_days"))


def _note_beginnings(tx: Tx, items: Iterable[Understood]) -> None:
    first: dict[str, datetime] = {}
    for item in items:
        system, at = item.statement.system, item.statement.started_at
        first[system] = min(at, first.get(system, at))
    for system, at in first.items():
        note_log_from(tx, system, at)


def _is_understood(understanding: Understanding) -> bool:
    return not understanding.problems and understanding.understood >= understanding.statements


def _ensure_assets(tx: Tx, items: Iterable[Understood]) -> dict[AssetKey, int]:
    """Rows for all that done statements name, except what they only would have dropped, and what was temporary."""
    kinds: dict[AssetKey, AssetKind] = {}
    maybe: dict[AssetKey, AssetKind] = {}
    first: datetime | None = None
    for item in items:
        meaning, at = item.understanding, item.statement.started_at
        first = at if first is None else min(first, at)
        passing = {effect.target for effect in meaning.effects if effect.temporary}
        for effect in meaning.effects:
            if effect.certainty is not Certainty.CERTAIN or effect.temporary:
                continue
            names = maybe if effect.if_exists and effect.action is not Action.CREATE else kinds
            names.setdefault(effect.target, effect.kind)
            if effect.renamed_to is not None:
                names.setdefault(effect.renamed_to, effect.kind)
        ends = [key for edge in meaning.edges for key in (edge.source, edge.target)]
        for key in (*ends, *(read.asset for read in meaning.reads)):
            if key not in passing:
                kinds.setdefault(key, AssetKind.TABLE)
    ids = ensure(tx, kinds, at=first)
    return ids | ids_of(tx, [key for key in maybe if key not in kinds])


def _count_uses(tx: Tx, items: Iterable[Understood], ids: dict[AssetKey, int]) -> None:
    reads, writes, scans = (Counter[tuple[int, str, str, str, date]]() for _ in range(3))
    machine: dict[tuple[str, str], bool] = {}
    for item in items:
        s = item.statement
        who = (s.system, s.login or "")
        machine[who] = item.by_machine
        read = {(r.asset, r.column or "") for r in item.understanding.reads}
        read |= {(asset, "") for asset, _ in read}
        lasting = [e for e in item.understanding.effects if not e.temporary]
        written = {e.target for e in lasting if e.action in WRITES}
        scanned = {e.renamed_to or e.target for e in lasting if e.action in SCANS or e.renamed_to is not None}
        day = s.started_at.date()
        reads.update((ids[asset], column, *who, day) for asset, column in read if asset in ids and len(column) <= 500)
        writes.update((ids[asset], "", *who, day) for asset in written if asset in ids)
        scans.update((ids[asset], "", *who, day) for asset in scanned if asset in ids)
    keys = sorted(reads.keys() | writes.keys() | scans.keys())
    if keys:
        columns = ("asset", "column", "system", "login", "day", "reads", "writes", "by_machine", "scanning")
        stage(
            tx, t.use, columns, [(*key, reads[key], writes[key], machine[key[2], key[3]], scans[key]) for key in keys]
        )  # fmt: skip
        tx.execute(query("count_uses"))


def _fold(tx: Tx, items: Sequence[Understood], ids: dict[AssetKey, int]) -> None:
    structural = [e for item in items for e in item.understanding.effects if _is_structural(e)]
    shaken = {key for e in structural for key in (e.target, e.renamed_to) if key is not None and key in ids}
    inside = _ids_inside(tx, {e.target for e in structural if e.kind in CONTAINERS and e.target in ids})
    ids = ids | inside
    around = [ids[key] for key in shaken | inside.keys()]
    if any(e.action is Action.DROP and e.cascade for e in structural):
        around = sorted({*around, *_ids_bound(tx, around)})
    told = [_edges_told(item, ids) for item in items]
    pairs = {(ids[edge.source], ids[edge.target]) for edges in told for edge in edges}
    if not around and not pairs:
        return
    ledger = Ledger()
    ledger.load(graph_rows.load_things(tx, around), graph_rows.load_edges(tx, around=around, pairs=pairs))
    for item, edges in zip(items, told, strict=True):
        _fold_one(ledger, item, edges, ids)
    graph_rows.save(tx, ledger, ids)


def _edges_told(item: Understood, ids: dict[AssetKey, int]) -> list[Edge]:
    return [edge for edge in item.understanding.edges if edge.source in ids and edge.target in ids]


def _fold_one(ledger: Ledger, item: Understood, edges: Iterable[Edge], ids: dict[AssetKey, int]) -> None:
    meaning, statement = item.understanding, item.statement
    at, by = statement.started_at, item.fingerprint
    seen = ledger.observe(edges, said_by=statement.system, at=at, evidence=by)
    for effect in meaning.effects:
        # A name that came up in this very page, by a rename, has no row yet.
        if _is_structural(effect) and (effect.target in ids or effect.target in ledger.things):
            ledger.apply(effect, at=at, by=by, seen=None if meaning.problems else seen)


def _is_structural(effect: Effect) -> bool:
    return effect.action in STEPS and effect.certainty is Certainty.CERTAIN and not effect.temporary


def _ids_bound(tx: Tx, ids: Collection[int]) -> set[int]:
    return set(tx.execute(query("assets_bound"), {"ids": list(ids)}).scalars())


def _ids_inside(tx: Tx, containers: Iterable[AssetKey]) -> dict[AssetKey, int]:
    found: dict[AssetKey, int] = {}
    for key in containers:
        parameters = {"system": key.system, "path": list(key.path), "since": None, "limit": None}
        for row in tx.execute(query("assets_inside"), parameters):
            found[AssetKey(row.system, tuple(row.path))] = row.id
    return found


def _append_to_journal(tx: Tx, items: Iterable[Understood]) -> None:
    entries = _worth_watching(tx, list(items))
    if not entries:
        return
    systems = {item.statement.system for item in entries}
    taught_all = sa.select(t.source.c.name).where(t.source.c.name.in_(systems), t.source.c.first_read_done)
    watched = set(tx.execute(taught_all).scalars())
    columns = ("position", "system", "statement_id", "fingerprint", "started_at", "statement", "effects", "problems",
               "reads", "taught", "by_machine")  # fmt: skip
    stage(
        tx, t.journal, columns,
        [
            (n, i.statement.system, i.statement.id, i.fingerprint, i.statement.started_at,
             _without_text(i.statement), as_json(i.understanding.effects),
             as_json(i.understanding.problems), as_json(_missed(i)), i.statement.system not in watched,
             i.by_machine)
            for n, i in enumerate(entries)
        ],
    )  # fmt: skip
    tx.execute(query("append_to_journal"))


def _without_text(statement: Statement) -> dict[str, Any]:
    """The text is kept once, masked."""
    return {name: told for name, told in as_json(statement).items() if name != "text"}


def _worth_watching(tx: Tx, items: Sequence[Understood]) -> list[Understood]:
    happened = [i for i in items if i.statement.outcome not in (Outcome.FAILED, Outcome.ROLLED_BACK)]
    refilling = emptied.refilling(tx, [(i.statement.started_at, i.understanding.effects) for i in happened])
    fills = {id(item) for item, news in zip(happened, refilling, strict=True) if news}
    return [i for i in items if id(i) in fills or _missed(i) or _is_worth_watching(i.understanding)]


def _missed(item: Understood) -> tuple[Read, ...]:
    """What a statement that failed for the want of something would have read."""
    failed = item.statement.outcome is Outcome.FAILED and is_for_want(item.statement.error)
    return item.understanding.reads[:MOST_MISSED] if failed else ()


def _is_worth_watching(understanding: Understanding) -> bool:
    acts = any(effect.action not in HARMLESS for effect in understanding.effects)
    return acts or any(problem.looks_destructive for problem in understanding.problems)
