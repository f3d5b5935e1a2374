"""Postgres as a warehouse: its catalog, its genuine log, and what it says when asked just now.

Options: `dsn` (or `dsn_env`, the name of an environment variable that holds it), `log` (the log directory, a file, or
a pattern), `databases` (default: the one in dsn). Without `log` nothing is watched; without `dsn` there is no catalog.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from pydantic import BaseModel, ConfigDict, SecretStr, model_validator

from lineagebot.errors import CannotSay, ConfigWrong, SourceTrouble
from lineagebot.model import AssetKey, Column, Gone, Outcome, Session, Statement
from lineagebot.store.references import Place
from lineagebot.sync import postgres_catalog as catalog
from lineagebot.sync.place import host_and_port
from lineagebot.sync.postgres_catalog import Defaults
from lineagebot.sync.postgres_check import Checks
from lineagebot.sync.postgres_door import APPLICATION, Door
from lineagebot.sync.postgres_files import LogFiles
from lineagebot.sync.postgres_log import Record
from lineagebot.sync.postgres_patience import Patience
from lineagebot.sync.postgres_reader import Answer, LogReader, Piece
from lineagebot.sync.postgres_sessions import Settled, Standing, Waiting
from lineagebot.sync.postgres_text import may_change
from lineagebot.sync.source import Check, Inventory, LoggedStatement, Page

DIALECT = "postgres"
#: Run by a superuser of the warehouse, once. Reading the catalog needs no right on any table.
GRANTS = """\
CREATE ROLE lineagebot LOGIN PASSWORD '...';
GRANT pg_monitor TO lineagebot;
GRANT CONNECT ON DATABASE warehouse TO lineagebot;
"""
#: Seconds for which search paths and schemas are taken as they were read.
DEFAULTS_KEPT = 30.0
#: Statements that change them, by how they begin.
CHANGES_DEFAULTS = ("create schema", "drop schema", "alter schema", "alter role", "alter user", "alter database")
#: A line is on disk this long after its statement arrived, with room to spare.
LOG_DELAY = timedelta(seconds=1)


class PostgresOptions(BaseModel):
    """One [[sources]] entry with kind = "postgres"."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    dsn: SecretStr | None = None
    dsn_env: str | None = None
    log: str | None = None
    databases: tuple[str, ...] = ()
    #: Other names of the host, as dashboards and jobs connect to it: "db.internal", "replica.example.com:6432".
    aliases: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _something_to_read(self) -> PostgresOptions:
        if self.dsn is not None and self.dsn_env is not None:
            raise ValueError("set dsn or dsn_env, not both")
        if self.dsn_env is not None and not os.environ.get(self.dsn_env):
            raise ValueError(f"the environment variable {self.dsn_env} (dsn_env) is not set")
        if self.dsn is None and self.dsn_env is None and self.log is None:
            raise ValueError("set dsn (the warehouse's address) and log (its log directory)")
        return self

    def address(self) -> str | None:
        if self.dsn_env is not None:
            return os.environ[self.dsn_env]
        return None if self.dsn is None else self.dsn.get_secret_value()


class PostgresSource:
    """Implements source.Source and source.Probe. Safe to use from several threads."""

    kind = "postgres"
    dialect: str | None = DIALECT

    def __init__(self, name: str, options: PostgresOptions) -> None:
        """Connects to nothing yet. Raises ConfigWrong on an address that is none."""
        self.name = name
        address = options.address()
        self._door = None if address is None else Door(name, address)
        self._files = None if options.log is None else LogFiles(name, options.log)
        self._databases = options.databases or ((self._door.database,) if self._door else ())
        self._aliases = options.aliases
        self._defaults = Defaults()
        self._defaults_read = float("-inf")
        self._patience = Patience()
        # What a process before this one handed over may be waiting for its window still.
        self._patience.stirred(time.monotonic())
        self._lock = threading.Lock()

    @property
    def default_path(self) -> tuple[str, ...]:
        """Where a name without a database is looked for: the first database, then public."""
        return (self._databases[0], "public") if self._databases else ()

    @property
    def places(self) -> tuple[Place, ...]:
        """One for each database at each host that the address names, and under each alias of it."""
        addresses = self._door.addresses if self._door else ()
        named = (*addresses, *(host_and_port(alias) for alias in self._aliases))
        return tuple(Place(DIALECT, host, port, database=db) for host, port in named for db in self._databases)

    def check(self) -> tuple[Check, ...]:
        return Checks(self._door, self._databases, self._files).all()

    def close(self) -> None:
        if self._door is not None:
            self._door.close()

    # The catalog

    def inventory(self) -> Inventory | None:
        if self._door is None:
            return None
        as_of = self._server_time(self._door)
        found = [catalog.contents(self._door, self.name, database, as_of=as_of) for database in self._databases]
        return Inventory(
            system=self.name,
            as_of=as_of,
            items=tuple(item for part in found for item in part.items),
            edges=tuple(edge for part in found for edge in part.edges),
            people=catalog.people(self._door, self.name),
        )

    def columns(self, key: AssetKey) -> tuple[Column, ...] | Gone:
        """The probe: what stands under a name now. Raises CannotSay."""
        if self._door is None or key.system != self.name or len(key.path) not in (2, 3):
            raise CannotSay(f"{self.name} cannot tell what {key} is now")
        database, schema = key.path[:2]
        try:
            if len(key.path) == 2:
                there = self._door.rows(catalog.ONE_SCHEMA, (schema,), database=database, purpose="probe")
                return () if there else Gone()
            rows = self._door.rows(catalog.ONE_RELATION, (schema, key.name), database=database, purpose="probe")
        except SourceTrouble as exc:
            raise CannotSay(f"{self.name} cannot tell what {key} is now: {exc}") from exc
        return tuple(Column(name, type_) for name, type_ in rows if name is not None) if rows else Gone()

    # The log

    def pull(self, cursor: str | None) -> Iterator[Page]:
        """The log from `cursor` to its end now. Raises SourceDenied, SourceUnreadable, SourceUnreachable."""
        if self._files is None:
            return
        reader = LogReader(self.name, self._files, cursor, is_own=self._is_own)
        for piece in reader.pieces(ask=self._ask if self._door else None):
            yield self._page(piece)

    def _page(self, piece: Piece) -> Page:
        defaults = self._fresh_defaults(piece.settled)
        settled = self._confirmed(piece.settled)
        if any(may_change(one.text) for one in settled):
            self._patience.stirred(time.monotonic())
        return Page(
            statements=tuple(self._logged(one, defaults) for one in settled),
            cursor=piece.cursor,
            watermark=piece.watermark,
            problems=piece.problems,
            records=piece.records,
            more=piece.more,
            ended=piece.ended,
        )

    def _logged(self, one: Settled, defaults: Defaults) -> LoggedStatement:
        record = one.record
        path = defaults.path(record.database, record.user, one.path)
        statement = Statement(
            id=one.id,
            system=self.name,
            dialect=DIALECT,
            text=one.text,
            started_at=one.started_at,
            ended_at=one.ended_at,
            login=record.user,
            application=record.application,
            session=record.session,
            transaction=f"{record.session}/{one.vxid}" if one.vxid else None,
            parent=one.parent,
            seq=record.line,
            default_path=(record.database, *path) if record.database else path,
            outcome=one.outcome,
            error=one.error,
        )
        default = path if one.path is None else defaults.path(record.database, record.user, None)
        session = Session(self.name, record.database, path, record.user, default_search_path=default)
        return LoggedStatement(statement, session)

    def _is_own(self, record: Record) -> bool:
        """Our own sessions, known by both name and login: nobody hides by calling himself lineagebot."""
        ours = record.application == APPLICATION
        return ours and (self._door is None or record.user == self._door.user)

    # What the server says when asked

    def _fresh_defaults(self, settled: Sequence[Settled]) -> Defaults:
        """Search paths and schemas as they are now: the log does not tell what a role's default was back then."""
        if self._door is None:
            return self._defaults
        with self._lock:
            changed = any(one.text[:200].lstrip().lower().startswith(CHANGES_DEFAULTS) for one in settled)
            if changed or (settled and time.monotonic() - self._defaults_read > DEFAULTS_KEPT):
                try:
                    self._defaults = catalog.defaults(self._door, self._databases)
                    self._defaults_read = time.monotonic()
                except SourceTrouble:
                    # The log can be read while the server is down: what was known last must do.
                    self._defaults_read = time.monotonic()
            return self._defaults

    def _server_time(self, door: Door) -> datetime:
        moment = door.rows("select extract(epoch from clock_timestamp())::float8")[0][0]
        return datetime.fromtimestamp(float(moment), tz=UTC)

    def _ask(self, waiting: Sequence[Waiting], *, heard: bool) -> Answer | None:
        """What became of backends whose last statement has no sign, and how late it is there."""
        now = time.monotonic()
        if heard:
            self._patience.heard(now)
        if self._door is None or not self._patience.is_time_to_ask(now, of_somebody=bool(waiting)):
            return None
        self._patience.asked(now)
        backends = {one.session: _backend(one.session) for one in waiting}
        try:
            rows = self._door.rows(catalog.STANDING, ([pid for _, pid in backends.values()],))
        except SourceTrouble:
            # A server that is down logs nothing more; the watermark stands where it is.
            return None
        until = datetime.fromtimestamp(rows[0][0], tz=UTC) - LOG_DELAY if self._door.is_here else None
        return Answer(_standing(backends, [row[1:] for row in rows]), until)

    def _confirmed(self, settled: Sequence[Settled]) -> tuple[Settled, ...]:
        """Where the log hides a transaction's end, Postgres remembers it by the transaction's id.

        Without an id nobody knows; what is only assumed is then handed over as UNKNOWN. A log on its own, with no
        server to ask, is taken at its likely word.
        """
        if self._door is None or not any(one.assumed for one in settled):
            return tuple(settled)
        unsure = sorted({one.txid for one in settled if one.assumed and one.txid})
        try:
            rows = self._door.rows(
                catalog.TRANSACTION_STATUS,
                (unsure,),
            )
        except SourceTrouble:
            return tuple(settled)
        ends = {txid: _STATUS[status] for txid, status in rows if status in _STATUS}
        return tuple(replace(one, outcome=_decided(one, ends)) if one.assumed else one for one in settled)


def _backend(session: str) -> tuple[int, int]:
    """A session id is its backend's start, in seconds, and its process id, both in hexadecimal."""
    started, _, pid = session.partition(".")
    return int(started, 16), int(pid, 16)


def _standing(
    backends: Mapping[str, tuple[int, int]], rows: Sequence[tuple[int | None, int | None, str | None]]
) -> dict[str, Standing]:
    """`rows`: start, process id, state. The start is hidden of whom we may not look at."""
    states = {(started, pid): state for started, pid, state in rows}
    hidden = {pid for started, pid, _ in rows if started is None}
    found = {}
    for session, backend in backends.items():
        if backend not in states and backend[1] not in hidden:
            found[session] = Standing.GONE
        elif states.get(backend) == "idle":
            found[session] = Standing.IDLE
    return found


_STATUS = {"committed": Outcome.DONE, "aborted": Outcome.ROLLED_BACK}


def _decided(one: Settled, ends: Mapping[int, Outcome]) -> Outcome:
    """What Postgres says; what the log looks like where the transaction is too old to be remembered."""
    return ends.get(one.txid, one.outcome) if one.txid else Outcome.UNKNOWN


def build(name: str, options: PostgresOptions) -> PostgresSource:
    """Raises ConfigWrong."""
    source = PostgresSource(name, options)
    if options.databases and options.address() is None:
        raise ConfigWrong(f"{name}: databases needs dsn")
    return source
