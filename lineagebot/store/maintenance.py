"""What the store does for itself once a day: months ahead, old months dropped, what was said and seen forgotten."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from lineagebot.store import emptied, events, journal, outbox, partitions
from lineagebot.store import tables as t
from lineagebot.store.engine import Store
from lineagebot.store.queries import query

#: What was said is kept for so long, for whoever asks why it was.
KEEP_SENT = timedelta(days=90)
#: Journal entries that every watcher has passed are kept for so long, for `replay`.
KEEP_JOURNAL = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Tidied:
    """What one round did: partitions made and dropped, rows forgotten."""

    made: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    sent: int = 0
    events: int = 0
    journal: int = 0


def run(store: Store, now: datetime, *, keep_months: int = 13) -> Tidied:
    """One round, each part a transaction of its own. Raises StoreUnreachable."""
    with store.begin() as tx:
        made = partitions.prepare_months(tx, today=now.date())
    with store.begin() as tx:
        dropped = partitions.drop_months(tx, before=partitions.months_back(now.date(), keep_months))
    with store.begin() as tx:
        tx.execute(query("forget_uses"), {"before": partitions.months_back(now.date(), keep_months)})
        sent = outbox.forget_sent(tx, before=now - KEEP_SENT)
        seen = events.forget_events(tx, now)
        passed = tx.execute(sa.select(sa.func.min(t.watch_state.c.position))).scalar() or 0
        gone = journal.forget(tx, before=now - KEEP_JOURNAL, position=passed)
        emptied.forget(tx, before=now - KEEP_JOURNAL)
    return Tidied(made, dropped, sent, seen, gone)
