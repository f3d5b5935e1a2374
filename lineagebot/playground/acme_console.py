"""The SQL console of the playground: a statement as a person of the company, within that person's rights and a time.

Each person has one session, so that BEGIN, ROLLBACK and temporary tables work as they would in psql. Rows are read one
at a time and only so many are kept; what runs too long is cancelled, whatever the session's own time-out was set to.
"""

from __future__ import annotations

import select
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Self

import psycopg
from psycopg import pq

from lineagebot.playground.acme_company import Company, DsnFor

#: What is kept of an answer.
MOST_ROWS = 200
LONGEST_CELL = 500
MOST_NOTICES = 50
#: Bytes of SQL.
LONGEST_SQL = 200_000
#: Seconds for a cancelled statement to end before the session is thrown away.
GRACE = 2.0


@dataclass(frozen=True, slots=True)
class ConsoleResult:
    """What became of it. `error` is Postgres' own text; rows are text as Postgres writes it, None for NULL."""

    ok: bool
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str | None, ...], ...] = ()
    rowcount: int | None = None
    notices: tuple[str, ...] = ()
    error: str | None = None
    ms: float = 0.0
    #: Rows or cells were left out.
    truncated: bool = False
    #: The last command's tag: "DROP TABLE", "SELECT 5".
    tag: str = ""

    def as_text(self) -> str:
        """As a terminal shows it."""
        lines = [*self.notices]
        if self.columns:
            lines += [" | ".join(self.columns)]
            lines += [" | ".join("" if cell is None else cell for cell in row) for row in self.rows]
        lines += [self.error] if self.error else [f"{self.tag or 'done'} ({self.ms:.0f} ms)"]
        return "\n".join(lines + (["(more was left out)"] if self.truncated else []))


class Console:
    """The sessions of the company's people. `timeout`: seconds for one message, however many statements it holds."""

    def __init__(self, company: Company, dsn_for: DsnFor, *, timeout: float = 10.0) -> None:
        self._company = company
        self._dsn_for = dsn_for
        self._timeout = timeout
        self._sessions = {person.login: _Session() for person in company.people}

    def run(self, login: str, sql: str) -> ConsoleResult:
        """Run `sql` as the person. Never raises for what the person typed."""
        session = self._sessions.get(login)
        if session is None:
            return _refused(f"{login} is nobody who works here; choose one of {', '.join(self._sessions)}")
        if says := _not_sql(sql):
            return _refused(says)
        if not session.lock.acquire(timeout=self._timeout):
            return _refused(f"{login}'s last statement is still running; wait for it")
        try:
            return self._run(session, login, sql)
        finally:
            session.lock.release()

    def reset(self, login: str) -> None:
        """End the person's session: an open transaction is rolled back, temporary tables go."""
        session = self._sessions[login]
        with session.lock:
            session.end()

    def close(self) -> None:
        for login in self._sessions:
            self.reset(login)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    def _run(self, session: _Session, login: str, sql: str) -> ConsoleResult:
        began = time.monotonic()
        try:
            connection = session.connection
            if connection is None or connection.closed:
                dsn = self._dsn_for(login, self._company.database)
                connection = psycopg.connect(dsn, application_name="console", autocommit=True, connect_timeout=5)
                session.connection = connection
            result = _Exchange(connection, began + self._timeout, self._timeout).run(sql.encode())
        except psycopg.OperationalError as exc:
            session.end()
            result = _refused(f"{str(exc).strip()} (the next statement begins a new session)")
        return replace(result, ms=(time.monotonic() - began) * 1000)


@dataclass(slots=True)
class _Session:
    lock: threading.Lock = field(default_factory=threading.Lock)
    connection: psycopg.Connection | None = None

    def end(self) -> None:
        if self.connection is not None:
            self.connection.close()
            self.connection = None


class _Exchange:
    """One message and all its results, over libpq itself: row by row, and never waiting beyond the deadline."""

    def __init__(self, connection: psycopg.Connection, deadline: float, timeout: float) -> None:
        self._connection = connection
        self._pg = connection.pgconn
        self._deadline = deadline
        self._timeout = timeout
        self._cancelled = False
        #: The next row begins another result.
        self._fresh = True
        self._notices: list[str] = []
        self._answer = ConsoleResult(ok=True)
        self._rows: list[tuple[str | None, ...]] = []

    def run(self, sql: bytes) -> ConsoleResult:
        self._pg.notice_handler = self._notice
        try:
            self._pg.send_query(sql)
            self._pg.set_single_row_mode()
            for result in self._results():
                self._take(result)
        finally:
            self._pg.notice_handler = None
        return replace(self._answer, rows=tuple(self._rows), notices=tuple(self._notices[:MOST_NOTICES]))

    def _results(self) -> Iterator[pq.abc.PGresult]:
        while True:
            while self._pg.is_busy():
                self._wait()
            result = self._pg.get_result()
            if result is None:
                return
            yield result

    def _wait(self) -> None:
        """For the server to say more; when the time is over it is asked to stop, and then left."""
        left = self._deadline - time.monotonic()
        if left <= 0 and not self._cancelled:
            self._cancelled = True
            self._deadline += GRACE
            self._connection.cancel_safe(timeout=GRACE)
        elif left <= 0:
            raise psycopg.OperationalError(f"it did not stop within {self._timeout + GRACE:.0f} s and was left")
        ready, _, _ = select.select([self._pg.socket], [], [], max(0.0, min(left, 0.5)))
        if ready:
            self._pg.consume_input()

    def _take(self, result: pq.abc.PGresult) -> None:
        match result.status:
            case pq.ExecStatus.SINGLE_TUPLE | pq.ExecStatus.TUPLES_OK:
                self._take_rows(result)
            case pq.ExecStatus.COMMAND_OK:
                self._answer = replace(self._answer, rowcount=result.command_tuples, tag=_tag(result))
            case pq.ExecStatus.COPY_OUT:
                self._copy_out()
            case pq.ExecStatus.COPY_IN:
                self._pg.put_copy_end(b"the console has no file to read from")
            case pq.ExecStatus.EMPTY_QUERY:
                pass
            case _:
                said = (result.error_message or b"").decode("utf-8", "replace").strip()
                if self._cancelled:
                    said += f"\nIt ran longer than the console's {self._timeout:.0f} s."
                self._answer = replace(self._answer, ok=False, error=said or "the server ended the session")

    def _take_rows(self, result: pq.abc.PGresult) -> None:
        columns = tuple((result.fname(n) or b"").decode("utf-8", "replace") for n in range(result.nfields))
        if result.status == pq.ExecStatus.TUPLES_OK:  # the end of a result, without rows of its own
            if self._fresh:
                self._begin(columns)
            self._answer = replace(self._answer, rowcount=result.command_tuples, tag=_tag(result))
            self._fresh = True
            return
        if self._fresh:
            self._begin(columns)
        self._keep(tuple(self._cell(result.get_value(0, n)) for n in range(result.nfields)))

    def _begin(self, columns: tuple[str, ...]) -> None:
        """Another result: of several statements the last one's rows are shown."""
        self._rows.clear()
        self._fresh = False
        self._answer = replace(self._answer, columns=columns, truncated=False)

    def _keep(self, row: tuple[str | None, ...]) -> None:
        if len(self._rows) < MOST_ROWS:
            self._rows.append(row)
        else:
            self._answer = replace(self._answer, truncated=True)

    def _copy_out(self) -> None:
        self._begin(("copy",))
        while True:
            length, data = self._pg.get_copy_data(1)
            if length == 0:
                self._wait()
            elif length < 0:
                return
            else:
                self._keep((self._cell(bytes(data).rstrip(b"\n")),))

    def _cell(self, value: bytes | None) -> str | None:
        if value is None:
            return None
        text = value.decode("utf-8", "replace")
        if len(text) <= LONGEST_CELL:
            return text
        self._answer = replace(self._answer, truncated=True)
        return text[:LONGEST_CELL] + "…"

    def _notice(self, notice: pq.abc.PGresult) -> None:
        self._notices.append((notice.error_message or b"").decode("utf-8", "replace").strip())


def _tag(result: pq.abc.PGresult) -> str:
    return (result.command_status or b"").decode("utf-8", "replace")


def _refused(says: str) -> ConsoleResult:
    return ConsoleResult(ok=False, error=says)


def _not_sql(sql: str) -> str:
    if not sql.strip():
        return "there is no SQL in it"
    if sql.lstrip().startswith("\\"):
        return "that is a command of psql; only SQL runs here, for example: SELECT * FROM pg_tables"
    if "\0" in sql:
        return "a zero byte is no SQL"
    if len(sql) > LONGEST_SQL:
        return f"that is longer than the console's {LONGEST_SQL:,} characters"
    return ""
