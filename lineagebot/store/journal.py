"""What the watcher follows: every statement that did something, in the order in which it was committed here.

A sequence alone is no order of commits: a slow transaction would fill in a position that was passed already. Writers
hold the ingestion lock from before the first position to the commit (see ingest.py), so whoever has read up to a
position has read everything before it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from lineagebot.model import Effect, Problem, Read, Statement
from lineagebot.store import tables as t
from lineagebot.store.engine import Tx
from lineagebot.store.records import from_json, many_from_json


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One statement with what it did. The statement's text is the masked one."""

    position: int
    statement: Statement
    fingerprint: str
    effects: tuple[Effect, ...]
    problems: tuple[Problem, ...]
    #: Came with the first read of its source: it teaches and never pages.
    taught: bool
    by_machine: bool = False
    #: What it would have read, where it failed for the want of something.
    reads: tuple[Read, ...] = ()


def after(tx: Tx, position: int, *, limit: int = 1000) -> tuple[JournalEntry, ...]:
    """The entries that follow `position`, at most `limit`. A statement may come twice: open, then with its outcome."""
    j = t.journal.c
    chosen = (
        sa.select(
            j.position,
            j.statement,
            j.fingerprint,
            j.effects,
            j.problems,
            j.taught,
            j.by_machine,
            j.reads,
            t.text.c.masked,
        )
        .outerjoin_from(t.journal, t.text, t.text.c.fingerprint == j.fingerprint)
        .where(j.position > position)
        .order_by(j.position)
        .limit(limit)
    )
    return tuple(
        JournalEntry(
            row.position,
            from_json(Statement, row.statement | {"text": row.masked or ""}),
            row.fingerprint,
            many_from_json(Effect, row.effects),
            many_from_json(Problem, row.problems),
            row.taught,
            row.by_machine,
            many_from_json(Read, row.reads),
        )
        for row in tx.execute(chosen)
    )


def last_position(tx: Tx) -> int:
    """Where the journal ends now; 0 where it is empty."""
    return int(tx.execute(sa.select(sa.func.max(t.journal.c.position))).scalar() or 0)


def watermarks(tx: Tx) -> Mapping[str, datetime | None]:
    """How far each source was read, by its own clock."""
    return {row.name: row.watermark for row in tx.execute(sa.select(t.source.c.name, t.source.c.watermark))}


def forget(tx: Tx, *, before: datetime, position: int) -> int:
    """Drop entries recorded before a time, up to a position that every watcher has passed; returns how many."""
    done = tx.execute(sa.delete(t.journal).where(t.journal.c.recorded_at < before, t.journal.c.position <= position))
    return done.rowcount
