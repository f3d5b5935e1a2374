"""Slack sends an event again when it is unsure: each is taken once."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from lineagebot.store import tables as t
from lineagebot.store.engine import Tx

#: Slack repeats within an hour (after 1 s, 1 min, 5 min, and hourly for delayed events, up to 24 h).
KEEP = timedelta(hours=25)


def seen_event(tx: Tx, event_id: str, now: datetime | None = None) -> bool:
    """True where this event was taken before; else it counts as taken from now on (when `tx` commits)."""
    row = insert(t.seen_event).values(event_id=event_id, at=sa.func.now() if now is None else now)
    return tx.execute(row.on_conflict_do_nothing().returning(t.seen_event.c.event_id)).one_or_none() is None


def forget_events(tx: Tx, now: datetime, *, keep: timedelta = KEEP) -> int:
    """Drop the ids that Slack will not repeat any more; returns how many."""
    return tx.execute(sa.delete(t.seen_event).where(t.seen_event.c.at < now - keep)).rowcount
