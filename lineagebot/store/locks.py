"""The advisory locks of the store: one number each, all in our own corner of the number space."""

from __future__ import annotations

import sqlalchemy as sa

from lineagebot.store.engine import Tx

_OURS = 0x6C62 << 16

#: Held while the schema changes.
MIGRATION_LOCK = _OURS | 1
#: Held by whoever writes to the graph or the journal, until the transaction ends.
INGEST_LOCK = _OURS | 2
#: Held by the leader for as long as it leads.
LEADER_LOCK = _OURS | 3
#: Held by the process that watches: it need not be the one that keeps the clock.
WATCH_LOCK = _OURS | 4


def hold(tx: Tx, lock: int) -> None:
    """Wait for the lock and keep it until the transaction ends."""
    tx.execute(sa.select(sa.func.pg_advisory_xact_lock(lock)))
