"""What `doctor` says of a Postgres source: reachable, permitted, logged, fresh; each failure with the line to run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from lineagebot.errors import SourceTrouble
from lineagebot.sync.postgres_door import Door
from lineagebot.sync.postgres_files import JSONLOG_REMEDY, LogFiles
from lineagebot.sync.postgres_log import Format
from lineagebot.sync.source import Check

RELOAD = "SELECT pg_reload_conf();"

#: log_statement to what it leaves out; "all" leaves nothing.
MISSED = {
    "none": "no statement is logged: neither drops nor reads are seen",
    "ddl": "TRUNCATE, DELETE, UPDATE, INSERT and every SELECT are missed",
    "mod": "SELECT is missed: who reads what stays unknown",
}

SETTINGS = (
    "log_statement",
    "log_min_duration_statement",
    "log_duration",
    "log_destination",
    "logging_collector",
)


@dataclass(frozen=True, slots=True)
class Checks:
    """The checks of one source. Never raises: what fails is what it says."""

    door: Door | None
    databases: tuple[str, ...]
    files: LogFiles | None

    def all(self) -> tuple[Check, ...]:
        return (*self._server(), *self._log())

    def _server(self) -> Iterator[Check]:
        if self.door is None:
            yield Check(
                "connection", False, "no dsn: catalog and view dependencies are not read", "set dsn (or dsn_env)"
            )
            return
        try:
            version = str(self.door.rows("select current_setting('server_version')")[0][0])
        except SourceTrouble as exc:
            yield Check("connection", False, str(exc), _remedy_in(exc))
            return
        yield Check("connection", True, f"PostgreSQL {version.split()[0]} as {self.door.user}")
        yield from self._guarded("rights", self._rights(self.door))
        for database in self.databases:
            yield from self._guarded(f"database {database}", self._database(self.door, database))
        yield from self._guarded("logging", self._logging(self.door))

    def _guarded(self, name: str, checks: Iterator[Check]) -> Iterator[Check]:
        try:
            yield from checks
        except SourceTrouble as exc:
            yield Check(name, False, str(exc), _remedy_in(exc))

    def _rights(self, door: Door) -> Iterator[Check]:
        row = door.rows("select pg_has_role(current_user, 'pg_read_all_stats', 'member')")[0]
        if row[0]:
            yield Check("rights", True, "sees other sessions (pg_read_all_stats)")
        else:
            says = "cannot see other sessions: the last statement of an idle session waits for its next line"
            yield Check("rights", False, says, f"GRANT pg_monitor TO {door.user};")

    def _database(self, door: Door, database: str) -> Iterator[Check]:
        count = door.rows(
            "select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace "
            "where c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname !~ '^pg_' "
            "and n.nspname <> 'information_schema'",
            database=database,
        )[0][0]
        yield Check(f"database {database}", True, f"{count:,} tables and views")

    def _logging(self, door: Door) -> Iterator[Check]:
        values = {name: str(door.rows("select current_setting(%s)", (name,))[0][0]) for name in SETTINGS}
        every_text = values["log_min_duration_statement"] == "0"
        missed = None if every_text else MISSED.get(values["log_statement"])
        if missed is None:
            yield Check("log_statement", True, "every statement is logged")
        else:
            remedy = f"ALTER SYSTEM SET log_statement = 'all'; {RELOAD}"
            yield Check("log_statement", False, f"log_statement = {values['log_statement']}: {missed}", remedy)
        if values["log_duration"] == "on" or every_text:
            yield Check("log_duration", True, "every statement's end is logged")
        else:
            says = "a statement's end is not logged: the last one of an idle session is confirmed by asking only"
            yield Check("log_duration", False, says, f"ALTER SYSTEM SET log_duration = on; {RELOAD}")
        formats = {part.strip() for part in values["log_destination"].split(",")}
        if values["logging_collector"] != "on" or not formats & {"jsonlog", "csvlog"}:
            yield Check("log_destination", False, f"log_destination = {values['log_destination']}", JSONLOG_REMEDY)

    def _log(self) -> Iterator[Check]:
        if self.files is None:
            yield Check(
                "log", False, "no log: nothing is watched", "set log to the server's log directory (SHOW log_directory)"
            )
            return
        try:
            files = self.files.list()
            formats = self.files.formats()
        except SourceTrouble as exc:
            yield Check("log", False, str(exc), _remedy_in(exc))
            return
        if not files:
            yield Check("log", False, "the log is empty so far", None)
            return
        newest = files[-1]
        written = datetime.fromtimestamp(newest.path.stat().st_mtime, tz=UTC)
        aside = ", csvlog beside it is left alone" if formats >= {Format.JSON, Format.CSV} else ""
        last = f"{newest.path.name} last written {written:%Y-%m-%d %H:%M:%S} UTC"
        yield Check("log", True, f"{len(files)} file(s) of {newest.form}{aside}; {last}")


def _remedy_in(exc: SourceTrouble) -> str | None:
    """The part of a trouble's sentence that says what to do."""
    _, found, remedy = str(exc).partition("; ")
    return remedy if found else None
