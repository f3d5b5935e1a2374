"""Statements that another system says it ran: the log's own row learns of it, whichever of the two comes first."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from lineagebot.store import tables as t
from lineagebot.store.bulk import stage
from lineagebot.store.engine import Tx
from lineagebot.store.locks import INGEST_LOCK, hold
from lineagebot.store.queries import query

#: A statement that no log has shown after so long will not come.
KEEP = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Ran:
    """What ran a statement, in its own words ("dbt model.shop.fct_orders"). `statement`: the warehouse's id of it."""

    system: str
    statement: str
    via: str
    at: datetime


def is_more_exact(via: str, told: str | None) -> bool:
    """Whether `via` says more of a statement than what its log told: the same program, or nothing was told."""
    return told is None or (told != via and told.split(" ")[0] == via.split(" ")[0])


def note_ran(tx: Tx, told: Iterable[Ran]) -> None:
    """Statements that the log has shown are told now; the others are awaited."""
    rows = {(one.system, one.statement): one for one in told}
    if not rows:
        return
    hold(tx, INGEST_LOCK)
    stage(tx, t.awaited, ("system", "id", "via", "at"), [(s, i, one.via, one.at) for (s, i), one in rows.items()])
    tx.execute(query("tell_who_ran"))
    tx.execute(query("await_statements"))
    newest = max(one.at for one in rows.values())
    tx.execute(sa.delete(t.awaited).where(t.awaited.c.at < newest - KEEP))


def take_awaited(tx: Tx, statements: Collection[tuple[str, str]]) -> Mapping[tuple[str, str], str]:
    """(system, id) → what ran it, of those that were awaited; they are no longer."""
    a = t.awaited.c
    systems = {system for system, _ in statements}
    if not systems or tx.execute(sa.select(a.id).where(a.system.in_(systems)).limit(1)).first() is None:
        return {}
    ids = sorted({ident for _, ident in statements})
    taken = sa.delete(t.awaited).where(a.system.in_(systems), a.id.in_(ids)).returning(a.system, a.id, a.via)
    return {(row.system, row.id): row.via for row in tx.execute(taken)}
