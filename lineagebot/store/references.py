"""What assets of one system read in another, in that system's own words, and what became of each.

A dashboard names a table as its connection would: `place` is where it looks, `name` or `sql` what it asks for. Which
asset that is, only a match tells (sync/match.py); what could not be matched stays here with its reason, and is tried
again whenever any system was listed anew.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from lineagebot.model import AssetKey, Edge, How, Layer
from lineagebot.store import graph_rows
from lineagebot.store import tables as t
from lineagebot.store.assets import ids_of
from lineagebot.store.bulk import stage
from lineagebot.store.engine import Tx
from lineagebot.store.fold import MATCHED, Ledger
from lineagebot.store.locks import INGEST_LOCK, hold
from lineagebot.store.queries import query
from lineagebot.store.records import as_json, from_json


@dataclass(frozen=True, slots=True)
class Place:
    """Where names are looked for, as a connection tells it; None: it does not say.

    As what a warehouse answers to: an absent `database` or `schema` means any.
    """

    #: As sql/dialects.py names it.
    dialect: str | None = None
    host: str | None = None
    port: int | None = None
    #: Snowflake's account, as in <account>.snowflakecomputing.com.
    account: str | None = None
    #: The outermost part of a name that leaves it out: database, catalog, BigQuery's project.
    database: str | None = None
    #: The next one: schema, BigQuery's dataset.
    schema: str | None = None
    #: What the system itself calls the connection; a mapping may name it.
    connection: str | None = None


@dataclass(frozen=True, slots=True)
class FieldRead:
    """A column of what is read, as it is written there, and the field that it becomes; None: it filters or joins."""

    column: str
    field: str | None = None
    how: How = How.COPIED


@dataclass(frozen=True, slots=True)
class Reference:
    """What one asset reads elsewhere: a relation's `name` as written, or the `sql` that asks for it."""

    reader: AssetKey
    place: Place
    name: str | None = None
    sql: str | None = None
    #: With `sql`: its output columns and the fields that they become; those not named keep their name.
    fields: tuple[FieldRead, ...] = ()
    #: In which layer the edges stand that it becomes.
    layer: Layer = Layer.BI


class Unmatched(StrEnum):
    """Why a reference is matched with nothing."""

    NOT_CONNECTED = "no such system is connected"
    NOT_LISTED = "no such table is listed"
    TEMPLATE = "a parameter decides the name"
    AMBIGUOUS = "several tables may be meant"
    UNREADABLE = "what it asks was not understood"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one reference; `why` None: all that it names was found."""

    id: int
    why: Unmatched | None = None
    #: The full names that were looked for in vain.
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Kept:
    """A reference as the store holds it. `why` is None where it is matched; `tried` False before the first try."""

    id: int
    system: str
    reference: Reference
    why: Unmatched | None
    missing: tuple[str, ...]
    tried: bool


def replace_references(tx: Tx, system: str, references: Iterable[Reference], *, complete: bool) -> None:
    """What the system's assets read elsewhere by its newest list; a partial list takes nothing away.

    What stays keeps its verdict.
    """
    told = {_digest(one): one for one in references}
    there = set(tx.execute(sa.select(t.reference.c.digest).where(t.reference.c.system == system)).scalars())
    if complete and (stale := there - told.keys()):
        mine = t.reference.c.system == system
        tx.execute(sa.delete(t.reference).where(mine, t.reference.c.digest.in_(sorted(stale))))
    fresh = [(system, digest, as_json(told[digest])) for digest in told.keys() - there]
    if fresh:
        stage(tx, t.reference, ("system", "digest", "told"), fresh)
        tx.execute(query("insert_references"))


def load_references(tx: Tx) -> tuple[Kept, ...]:
    """All of them, of all systems, in the order in which they came."""
    rows = tx.execute(sa.select(t.reference).order_by(t.reference.c.id))
    return tuple(_kept(row) for row in rows.mappings())


def note_verdicts(tx: Tx, verdicts: Iterable[Verdict]) -> None:
    """Write down what became of them; only rows that differ are written."""
    rows = [
        {"id": v.id, "why": "" if v.why is None else v.why.name.lower(), "missing": list(v.missing)} for v in verdicts
    ]
    if rows:
        tx.execute(query("note_verdicts"), {"rows": json.dumps(rows)})


def count_references(tx: Tx) -> Mapping[str, Mapping[Unmatched | None, int]]:
    """System → reason (None: matched) → how many references."""
    counted = sa.select(t.reference.c.system, t.reference.c.why, sa.func.count()).group_by(
        t.reference.c.system, t.reference.c.why
    )
    found: dict[str, dict[Unmatched | None, int]] = {}
    for system, why, times in tx.execute(counted):
        if why is not None:
            found.setdefault(system, {})[_why(why)] = times
    return found


def outermost_names(tx: Tx) -> tuple[AssetKey, ...]:
    """The outermost name of all that is known, as a key of one part: the databases and projects of each system."""
    rows = tx.execute(query("outermost_names"))
    return tuple(AssetKey(row.system, (row.outer,)) for row in rows)


def record_matched(tx: Tx, edges: Mapping[str, Sequence[Edge]], *, systems: Collection[str], at: datetime) -> None:
    """The edges that references became, by the system that said so; those of `systems` that are no more have ended."""
    hold(tx, INGEST_LOCK)
    ends = {end for found in edges.values() for edge in found for end in (edge.source, edge.target)}
    ids = ids_of(tx, ends)
    ledger = Ledger()
    told = {system: [e for e in edges.get(system, ()) if e.source in ids and e.target in ids] for system in systems}
    pairs = {(ids[e.source], ids[e.target]) for found in told.values() for e in found}
    ledger.load(graph_rows.load_things(tx, set(ids.values())), graph_rows.load_edges(tx, around=(), pairs=pairs))
    for system in sorted(systems):
        ledger.load({}, {k: s for k, s in graph_rows.load_listed_edges(tx, system).items() if k not in ledger.edges})
        seen = ledger.observe(told[system], said_by=system, at=at, evidence=MATCHED)
        over = [k for k, s in ledger.edges.items() if k.said_by == system and s.evidence == MATCHED and k not in seen]
        ledger.end(over, at, MATCHED)
    graph_rows.save(tx, ledger, ids)


def _digest(reference: Reference) -> str:
    text = json.dumps(as_json(reference), sort_keys=True, ensure_ascii=True)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _kept(row: Mapping[Any, Any]) -> Kept:
    reference = from_json(Reference, row["told"])
    return Kept(row["id"], row["system"], reference, _why(row["why"]), tuple(row["missing"]), row["why"] is not None)


def _why(text: str | None) -> Unmatched | None:
    return Unmatched[text.upper()] if text else None
