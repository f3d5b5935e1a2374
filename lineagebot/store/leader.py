"""One replica keeps the clock: it holds an advisory lock on a connection of its own, and its epoch is the highest.

A leader that lost its connection learns it at its next heart-beat; until then its epoch keeps it from writing.
"""

from __future__ import annotations

import os
import socket
from contextlib import suppress

import sqlalchemy as sa
from sqlalchemy import exc
from sqlalchemy.dialects.postgresql import insert

from lineagebot.errors import StoreDeposed
from lineagebot.store import tables as t
from lineagebot.store.cursors import LEADER
from lineagebot.store.engine import Store, store_errors
from lineagebot.store.locks import LEADER_LOCK

#: Whoever keeps the clock.
NAME = LEADER


class Leader:
    """A candidate. `try_lead` until it gives an epoch, then `heartbeat` every second.

    `name` and `lock` are those of the duty: epochs of different duties are not compared.
    """

    def __init__(self, store: Store, *, name: str = NAME, lock: int = LEADER_LOCK) -> None:
        self._store = store
        self._name = name
        self._lock = lock
        self._connection: sa.Connection | None = None
        #: Ours while we lead.
        self.epoch: int | None = None

    def try_lead(self) -> int | None:
        """The epoch of our leadership, where nobody else leads (or we do already); None otherwise.

        Raises StoreUnreachable.
        """
        if self.epoch is not None:
            return self.epoch
        with store_errors():
            connection = self._own_connection()
            if not connection.execute(sa.select(sa.func.pg_try_advisory_lock(self._lock))).scalar_one():
                return None
        with self._store.begin() as tx:
            row = insert(t.leader).values(
                name=self._name, epoch=1, holder=f"{socket.gethostname()}:{os.getpid()}", since=sa.func.now()
            )
            again = row.on_conflict_do_update(
                index_elements=["name"],
                set_={"epoch": t.leader.c.epoch + 1, "holder": row.excluded.holder, "since": row.excluded.since},
            )
            self.epoch = int(tx.execute(again.returning(t.leader.c.epoch)).scalar_one())
        return self.epoch

    def heartbeat(self) -> None:
        """Make sure that we still lead. Raises StoreDeposed where we do not: stop the clock at once."""
        if self.epoch is None or self._connection is None:
            raise StoreDeposed("this replica does not lead")
        try:
            self._connection.execute(sa.text("SELECT 1"))
        except exc.SQLAlchemyError as error:
            self.resign()
            raise StoreDeposed("the connection that held the leadership is gone; another replica may lead") from error

    def resign(self) -> None:
        """Give the leadership back. Does nothing where we have none."""
        self.epoch = None
        connection, self._connection = self._connection, None
        if connection is not None:
            # Given back in words: the server notices the end of a session only some time after we closed it. Where the
            # connection is broken its end will do; it must not go to the pool with the lock still held.
            with suppress(exc.SQLAlchemyError):
                connection.execute(sa.select(sa.func.pg_advisory_unlock(self._lock)))
            with suppress(exc.SQLAlchemyError):
                connection.invalidate()
            connection.close()

    def _own_connection(self) -> sa.Connection:
        if self._connection is None or self._connection.invalidated:
            self._connection = self._store.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        return self._connection
