"""The ledger's way into and out of the tables: load what a fold can touch, write down what it changed."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Row

from lineagebot.model import AssetKey, AssetKind, Column
from lineagebot.store import tables as t
from lineagebot.store.assets import ensure
from lineagebot.store.bulk import stage
from lineagebot.store.engine import Tx
from lineagebot.store.fold import EdgeKey, Ledger, Sight, Standing, Thing
from lineagebot.store.names import Name, name_of
from lineagebot.store.queries import query
from lineagebot.store.search_words import is_leftover

EDGE_KEY = ("source", "target", "kind", "source_column", "target_column", "how", "layer", "said_by")


def load_things(tx: Tx, ids: Collection[int]) -> dict[AssetKey, Thing]:
    """How the assets stand: kind, gone or not, and their open incarnation."""
    return {
        AssetKey(row.system, tuple(row.path)): Thing(
            kind=AssetKind(row.kind), gone_at=row.gone_at, told_at=row.inventory_at, standing=_standing(row)
        )
        for row in tx.execute(query("things"), {"ids": list(ids)})
    }


def load_edges(tx: Tx, *, around: Collection[int], pairs: Collection[tuple[int, int]]) -> dict[EdgeKey, Sight]:
    """All edges, ended ones too, of the assets `around` and between the (source, target) `pairs`."""
    parameters = {
        "around": list(around),
        "sources": [source for source, _ in pairs],
        "targets": [target for _, target in pairs],
    }
    return dict(_edge(row) for row in tx.execute(query("edges_to_fold"), parameters))


def load_listed_edges(tx: Tx, said_by: str) -> dict[EdgeKey, Sight]:
    """The standing edges that this system's catalog or file listed."""
    return dict(_edge(row) for row in tx.execute(query("edges_listed"), {"said_by": said_by}))


def save(tx: Tx, ledger: Ledger, ids: Mapping[AssetKey, int]) -> None:
    """Write down what the fold changed. `ids` holds the assets that are known so far; the rest are made."""
    things = ledger.changed_things()
    edges = ledger.changed_edges()
    events = ledger.edge_events()
    ids = _with_new(tx, ids, things, edges, at=_earliest(things, edges))
    _save_things(tx, ledger, things, ids)
    _save_edges(tx, ledger, edges, events, ids)


def columns_json(columns: tuple[Column, ...] | None) -> list[list[str | None]] | None:
    """Columns as a JSON array of [name, type]."""
    return None if columns is None else [[c.name, c.type] for c in columns]


def columns_of(data: Any) -> tuple[Column, ...] | None:
    return None if data is None else tuple(Column(name, kind) for name, kind in data)


def _with_new(
    tx: Tx,
    ids: Mapping[AssetKey, int],
    things: Mapping[AssetKey, Thing],
    edges: Iterable[EdgeKey],
    *,
    at: datetime | None,
) -> dict[AssetKey, int]:
    ends = {end for key in edges for end in (key.source, key.target)}
    kinds = {end.key: AssetKind.TABLE for end in ends}
    kinds |= {key: thing.kind for key, thing in things.items()}
    missing = {key: kind for key, kind in kinds.items() if key not in ids}
    return {**ids, **(ensure(tx, missing, at=at) if missing else {})}


def _save_things(tx: Tx, ledger: Ledger, things: Mapping[AssetKey, Thing], ids: Mapping[AssetKey, int]) -> None:
    rows = [(ids[key], str(thing.kind), thing.gone_at) for key, thing in things.items() if key in ids]
    if rows:
        parameters = {"ids": [r[0] for r in rows], "kinds": [r[1] for r in rows], "gone": [r[2] for r in rows]}
        tx.execute(query("update_things"), parameters)
    _close_incarnations(tx, ledger)
    _complete_incarnations(tx, [thing.standing for thing in things.values() if thing.standing is not None])
    passed = [(key, s, gone) for key, s, gone in ledger.passed if not is_leftover(key.name)]
    opened = [
        (key, th.standing, None) for key, th in things.items() if th.standing is not None and th.standing.id is None
    ]
    incarnations = [(ids[key], s, gone) for key, s, gone in (*passed, *opened) if key in ids]
    if incarnations:
        columns = ("asset", "native_id", "kind", "columns", "definition", "created_at", "gone_at", "created_by")
        stage(
            tx, t.incarnation, columns,
            [(i, s.native_id, str(s.kind), columns_json(s.columns), s.definition, s.created_at, gone, s.created_by)
             for i, s, gone in incarnations],
        )  # fmt: skip
        tx.execute(query("insert_incarnations"))


def _close_incarnations(tx: Tx, ledger: Ledger) -> None:
    """What stood under a pipeline's passing name is forgotten: every run would leave a row that nobody asks for."""
    lasting = [(i, at) for key, i, at in ledger.closed if not is_leftover(key.name)]
    passing = [i for key, i, _ in ledger.closed if is_leftover(key.name)]
    if lasting:
        tx.execute(query("close_incarnations"), {"ids": [i for i, _ in lasting], "gone": [at for _, at in lasting]})
    if passing:
        tx.execute(sa.delete(t.incarnation).where(t.incarnation.c.id.in_(passing)))


def _complete_incarnations(tx: Tx, standing: Iterable[Standing]) -> None:
    """Rows that stand already and of which more is known now."""
    written = [s for s in standing if s.id is not None]
    if written:
        tx.execute(
            query("complete_incarnations"),
            {"rows": json.dumps([
                {"id": s.id, "columns": columns_json(s.columns), "native_id": s.native_id, "definition": s.definition}
                for s in written
            ])},
        )  # fmt: skip


def _save_edges(
    tx: Tx,
    ledger: Ledger,
    edges: Mapping[EdgeKey, Sight],
    events: Collection[tuple[EdgeKey, bool, datetime, str | None]],
    ids: Mapping[AssetKey, int],
) -> None:
    numbers = _numbers(edges, ids)
    kept = {k: s for k, s in edges.items() if k.source in numbers and k.target in numbers and _fits_an_index(k)}
    passed = {k for k, s in kept.items() if s.ended_at is not None and _is_passing(k.target)}
    lasting = {k: s for k, s in kept.items() if k not in passed}
    _forget_edges(tx, [k for k in passed if ledger.was_written(k)], numbers)
    if lasting:
        stage(
            tx, t.edge, (*EDGE_KEY, "binding", "first_seen", "last_seen", "ended_at", "evidence"),
            [(numbers[k.source], numbers[k.target], *k[2:], s.binding, s.first_seen, s.last_seen, s.ended_at,
              s.evidence)
             for k, s in lasting.items()],
        )  # fmt: skip
        tx.execute(query("save_edges"))
    told = [e for e in events if e[0] in lasting and not _is_passing(e[0].source) and not _is_passing(e[0].target)]
    if told:
        _stage_events(tx, told, numbers)
        tx.execute(query("append_edge_events"))


def _numbers(edges: Iterable[EdgeKey], ids: Mapping[AssetKey, int]) -> dict[Name, int]:
    ends = {end for key in edges for end in (key.source, key.target)}
    return {end: number for end in ends if (number := ids.get(end.key)) is not None}


def _is_passing(name: Name) -> bool:
    return is_leftover(name.key.name)


def _forget_edges(tx: Tx, keys: Collection[EdgeKey], numbers: Mapping[Name, int]) -> None:
    """What once fed a pipeline's passing name; what hung on it stays, for the impact of its CASCADE."""
    if keys:
        stage(tx, t.edge, EDGE_KEY, [(numbers[k.source], numbers[k.target], *k[2:]) for k in keys])
        tx.execute(query("forget_edges"))


def _stage_events(
    tx: Tx, events: Collection[tuple[EdgeKey, bool, datetime, str | None]], numbers: Mapping[Name, int]
) -> None:
    """Events find their edge's number by its key, which lies beside them."""
    ends = {
        "sources": [numbers[k.source] for k, *_ in events],
        "targets": [numbers[k.target] for k, *_ in events],
    }
    edges = {tuple(row[1:]): row.id for row in tx.execute(query("edge_numbers"), ends)}
    stage(
        tx, t.edge_event, ("edge", "appeared", "at", "by"),
        [(edges[(numbers[k.source], numbers[k.target], *k[2:])], appeared, at, by) for k, appeared, at, by in events],
    )  # fmt: skip


def _fits_an_index(key: EdgeKey) -> bool:
    return len(key.source_column) + len(key.target_column) <= 500


def _earliest(things: Mapping[AssetKey, Thing], edges: Mapping[EdgeKey, Sight]) -> datetime | None:
    times = [s.first_seen for s in edges.values()]
    times += [thing.standing.created_at for thing in things.values() if thing.standing is not None]
    return min(times, default=None)


def _standing(row: Row[Any]) -> Standing | None:
    if row.incarnation is None:
        return None
    return Standing(
        kind=AssetKind(row.incarnation_kind),
        created_at=row.created_at,
        columns=columns_of(row.columns),
        definition=row.definition,
        native_id=row.native_id,
        created_by=row.created_by,
        id=row.incarnation,
    )


def _edge(row: Row[Any]) -> tuple[EdgeKey, Sight]:
    key = EdgeKey(
        name_of(AssetKey(row.source_system, tuple(row.source_path))),
        name_of(AssetKey(row.target_system, tuple(row.target_path))),
        row.kind, row.source_column, row.target_column, row.how, row.layer, row.said_by,
    )  # fmt: skip
    return key, Sight(row.binding, row.first_seen, row.last_seen, row.ended_at, row.evidence)
