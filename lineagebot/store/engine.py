"""The store's door: one transaction at a time, its troubles told as sentences, and a bell between processes."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psycopg
import sqlalchemy as sa
from psycopg import sql
from sqlalchemy import exc
from sqlalchemy.engine import URL, make_url

from lineagebot.errors import StoreTrouble, StoreUnreachable

#: One transaction. Other rooms hand it on; they never look inside.
Tx = sa.Connection

#: Seconds to wait for a connection before the store counts as unreachable.
CONNECT_TIMEOUT = 10

#: Seconds after which whoever waits for a bell notices that the store was closed.
_CLOSED_SEEN_WITHIN = 0.5


class Store:
    """A pool of connections to our own Postgres. `Store.open(url)` first brings its schema up to date."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine
        self._bells: dict[str, _Bell] = {}
        self._bells_lock = threading.Lock()

    @classmethod
    def open(cls, url: str, *, migrate: bool = True, pool_size: int = 10) -> Store:
        """The store at a postgresql:// address. Raises StoreUnreachable, or StoreTrouble for a schema newer than we."""
        if migrate:
            from lineagebot.store.migrate import migrate as bring_up_to_date

            bring_up_to_date(url)
        return cls(engine_for(url, pool_size=pool_size))

    @contextmanager
    def begin(self) -> Iterator[Tx]:
        """One transaction: committed at the end of the block, rolled back when it raises. Raises StoreUnreachable."""
        with store_errors(), self.engine.begin() as tx:
            yield tx

    @contextmanager
    def reading(self) -> Iterator[Tx]:
        """One transaction that sees one moment's data throughout and writes nothing."""
        with store_errors(), self.engine.connect() as connection:
            tx = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            with tx.begin():
                yield tx

    def notify(self, channel: str, *, tx: Tx | None = None) -> None:
        """Ring `channel` for whoever waits on it, now or (with `tx`) when that transaction commits. Only a hint."""
        ring = sa.select(sa.func.pg_notify(channel, ""))
        if tx is not None:
            tx.execute(ring)
            return
        with self.begin() as own:
            own.execute(ring)

    def wait(self, channel: str, timeout: float) -> bool:
        """Sleep until `channel` is rung, at most `timeout` seconds; True where it was rung.

        A lost connection looks like silence: whoever waits must look for work at every time-out too.
        """
        with self._bells_lock:
            bell = self._bells.setdefault(channel, _Bell(self.engine.url, channel))
        return bell.wait(timeout)

    def close(self) -> None:
        with self._bells_lock:
            for bell in self._bells.values():
                bell.close()
            self._bells.clear()
        self.engine.dispose()


def engine_for(url: str, *, pool_size: int = 10) -> sa.Engine:
    """An engine whose sessions speak UTC and never compile queries just in time (slower for walks, see the notes)."""
    engine = sa.create_engine(
        psycopg_url(url),
        pool_pre_ping=True,
        pool_size=pool_size,
        max_overflow=pool_size,
        # Errors go to the log: they name the statement, never what was bound to it.
        hide_parameters=True,
        connect_args={"connect_timeout": CONNECT_TIMEOUT, "application_name": "lineagebot"},
    )
    sa.event.listen(engine, "connect", _set_up_session)
    return engine


def psycopg_url(url: str) -> URL:
    """postgres:// and postgresql:// addresses, as people paste them, with our driver. Raises StoreTrouble."""
    try:
        parsed = make_url(url)
    except (exc.ArgumentError, ValueError):
        # What could not be read is quoted there, and may be a part of the password.
        raise StoreTrouble("DATABASE_URL is not an address; it looks like postgresql://user:password@host/db") from None
    if "@" in (parsed.host or ""):
        raise StoreTrouble("DATABASE_URL has an @ too many; in a password write it as %40 (and / as %2F, : as %3A)")
    if parsed.get_backend_name() not in ("postgresql", "postgres"):
        raise StoreTrouble(f"the store is Postgres 14 or newer, not {parsed.get_backend_name()}; set DATABASE_URL")
    return parsed.set(drivername="postgresql+psycopg")


@contextmanager
def store_errors() -> Iterator[None]:
    """The one place where Postgres' troubles become ours."""
    try:
        yield
    except (exc.OperationalError, exc.InterfaceError) as error:
        raise StoreUnreachable(_sentence(error.orig or error)) from error
    except exc.TimeoutError as error:
        raise StoreUnreachable("every connection to the store is busy; it is tried again") from error
    except exc.DBAPIError as error:
        if isinstance(error.orig, psycopg.ProgrammingError) and error.orig.sqlstate is None:
            # libpq itself: an option of the address that it does not know.
            raise StoreTrouble(f"DATABASE_URL cannot be used: {_first_line(error.orig)}") from error
        if error.connection_invalidated:
            raise StoreUnreachable(_sentence(error.orig or error)) from error
        raise
    except psycopg.OperationalError as error:
        raise StoreUnreachable(_sentence(error)) from error


@contextmanager
def apart(tx: Tx) -> Iterator[None]:
    """A part of a transaction on its own: where it raises, it alone is undone. Raises StoreUnreachable as `begin`."""
    with store_errors(), tx.begin_nested():
        yield


def _sentence(error: BaseException) -> str:
    return f"the store does not answer ({_first_line(error)}); it is tried again"


def _first_line(error: BaseException) -> str:
    return next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)


def _set_up_session(connection: psycopg.Connection, _record: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET jit = off")
        cursor.execute("SET TIME ZONE 'UTC'")
    connection.commit()


class _Bell:
    """A connection of its own that listens on one channel: LISTEN needs a session that nobody else borrows."""

    def __init__(self, url: URL, channel: str) -> None:
        self._conninfo = url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._channel = channel
        self._connection: psycopg.Connection | None = None
        self._lock = threading.Lock()
        self._closed = threading.Event()

    def wait(self, timeout: float) -> bool:
        deadline = time.monotonic() + timeout
        with self._lock:
            try:
                while not self._closed.is_set():
                    left = max(0.0, deadline - time.monotonic())
                    heard = self._listening().notifies(timeout=min(left, _CLOSED_SEEN_WITHIN), stop_after=1)
                    if any(True for _ in heard):
                        return True
                    if left <= _CLOSED_SEEN_WITHIN:
                        return False
            except psycopg.Error:
                pass
            finally:
                self._hang_up_unless_well()
        self._closed.wait(max(0.0, deadline - time.monotonic()))
        return False

    def close(self) -> None:
        self._closed.set()
        if self._lock.acquire(blocking=False):
            self._hang_up()
            self._lock.release()

    def _listening(self) -> psycopg.Connection:
        if self._connection is None:
            connection = psycopg.connect(self._conninfo, autocommit=True, connect_timeout=CONNECT_TIMEOUT)
            try:
                connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(self._channel)))
            except psycopg.Error:
                connection.close()
                raise
            self._connection = connection
        return self._connection

    def _hang_up_unless_well(self) -> None:
        if self._closed.is_set() or (self._connection is not None and self._connection.broken):
            self._hang_up()

    def _hang_up(self) -> None:
        if self._connection is not None:
            with suppress(psycopg.Error):
                self._connection.close()
        self._connection = None
