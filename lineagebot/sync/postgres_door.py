"""Connections to a warehouse that speaks Postgres' protocol, and its errors as sentences that name the remedy.

Every session is read-only, says who it is (`application_name=lineagebot`), and gives up rather than wait for a lock.
No sentence ever carries the password: libpq's own words are quoted only where they are known not to.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import conninfo

from lineagebot.errors import ConfigWrong, SourceDenied, SourceTrouble, SourceUnreachable

APPLICATION = "lineagebot"
CONNECT_SECONDS = 5
#: Milliseconds; the catalog of a large warehouse takes a while, a question about one table may not.
STATEMENT_MS = 60_000
PROBE_MS = 3_000
LOCK_MS = 2_000

#: What libpq says when a connection fails, what kind of trouble that is, and the sentence.
_CONNECT_FAILS: tuple[tuple[str, type[SourceTrouble], str], ...] = (
    ("password authentication failed", SourceDenied, "the password for {user} is wrong; set the right one in dsn"),
    ("no password supplied", SourceDenied, "{user} needs a password; put it into dsn or ~/.pgpass"),
    ("no pg_hba.conf entry", SourceDenied, "pg_hba.conf does not let {user} in from here; add a line for it"),
    ("Peer authentication failed", SourceDenied, "{user} is not this system's user; connect by host, or by password"),
    ('role "', SourceDenied, "there is no role {user}; run: CREATE ROLE {user} LOGIN PASSWORD '...'"),
    ("permission denied for database", SourceDenied, "run: GRANT CONNECT ON DATABASE {database} TO {user}"),
    ("is not permitted to log in", SourceDenied, "run: ALTER ROLE {user} LOGIN"),
    ('database "', SourceUnreachable, "there is no database {database}; correct dsn or databases"),
    ("could not translate host name", SourceUnreachable, "the host {host} is not known; correct dsn"),
    ("failed to resolve host", SourceUnreachable, "the host {host} is not known; correct dsn"),
    ("Connection refused", SourceUnreachable, "nothing answers at {host}:{port}; is Postgres running there?"),
    ("No such file or directory", SourceUnreachable, "no Postgres listens on the socket in {host}; is it running?"),
    ("timeout expired", SourceUnreachable, "{host}:{port} did not answer within 5 s; is a firewall in between?"),
    ("starting up", SourceUnreachable, "the server is starting up; it is tried again"),
    ("shutting down", SourceUnreachable, "the server is shutting down; it is tried again"),
    ("recovery mode", SourceUnreachable, "the server is recovering; it is tried again"),
    ("too many", SourceUnreachable, "the server has no connection to spare; it is tried again"),
    ("remaining connection slots", SourceUnreachable, "the server has no connection to spare; it is tried again"),
    ("SSL", SourceUnreachable, "TLS could not be agreed with {host}; see sslmode in dsn"),
)


class Door:
    """Lasting connections to the databases of one server, one for each (database, purpose)."""

    def __init__(self, source: str, dsn: str) -> None:
        """Raises ConfigWrong where `dsn` is no conninfo."""
        self.source = source
        try:
            facts = conninfo.conninfo_to_dict(dsn)
        except psycopg.Error:
            # The parser quotes what it could not read, and that may be the password.
            says = f"{source}: dsn is no Postgres address; write postgresql://user:password@host:5432/database"
            raise ConfigWrong(says) from None
        self._facts = {name: str(value) for name, value in facts.items() if value is not None}
        ports = self._facts.get("port", "").split(",")
        if "@" in self._facts.get("host", "") or not all(port.isdigit() or not port for port in ports):
            says = f"{source}: dsn is cut in the wrong places; in a password write @ as %40, / as %2F and : as %3A"
            raise ConfigWrong(says)
        self._open: dict[tuple[str, str], psycopg.Connection[tuple[Any, ...]]] = {}
        self._lock = threading.Lock()

    @property
    def database(self) -> str:
        """The database that the dsn names."""
        return self._facts.get("dbname") or self.user

    @property
    def user(self) -> str:
        return self._facts.get("user") or "postgres"

    @property
    def addresses(self) -> tuple[tuple[str, int | None], ...]:
        """Each host and port that the dsn names, in its order; a socket is this machine."""
        hosts = self._facts.get("host", "").split(",")
        ports = self._facts.get("port", "").split(",")
        ports = ports * len(hosts) if len(ports) == 1 else ports
        return tuple(
            ("localhost" if not host or host.startswith("/") else host, int(port) if port else None)
            for host, port in zip(hosts, ports, strict=False)
        )

    @property
    def is_here(self) -> bool:
        """True where the server runs on this machine."""
        host = self._facts.get("host", "")
        return host in ("", "localhost", "127.0.0.1", "::1") or host.startswith("/")

    def rows(
        self, query: str, parameters: Sequence[Any] = (), *, database: str | None = None, purpose: str = "sync"
    ) -> list[tuple[Any, ...]]:
        """What `query` answers. Raises SourceDenied and SourceUnreachable."""
        database = database or self.database
        with self.errors(database):
            try:
                return self._ask(query, parameters, database, purpose)
            except psycopg.errors.InternalError_:
                # "cache lookup failed": what the catalog listed was dropped before its definition was looked up.
                pass
            except (psycopg.OperationalError, psycopg.InterfaceError):
                connection = self._open.get((database, purpose))
                if connection is None or not connection.closed:
                    raise
                # The server was restarted under a lasting connection: that is no trouble yet.
            return self._ask(query, parameters, database, purpose)

    def _ask(self, query: str, parameters: Sequence[Any], database: str, purpose: str) -> list[tuple[Any, ...]]:
        connection = self._connection(database, purpose)
        # The query is ours, from this room; what comes from outside is bound.
        return connection.execute(query, parameters or None, prepare=False).fetchall()

    def _connection(self, database: str, purpose: str) -> psycopg.Connection[tuple[Any, ...]]:
        with self._lock:
            connection = self._open.get((database, purpose))
            if connection is None or connection.closed:
                connection = psycopg.connect(self._conninfo(database, purpose), autocommit=True)
                self._open[database, purpose] = connection
            return connection

    def _conninfo(self, database: str, purpose: str) -> str:
        limit = PROBE_MS if purpose == "probe" else STATEMENT_MS
        ours = f"-c statement_timeout={limit} -c lock_timeout={LOCK_MS} -c default_transaction_read_only=on"
        theirs = self._facts.get("options", "")
        facts = {"connect_timeout": str(CONNECT_SECONDS), **self._facts}
        facts |= {"dbname": database, "application_name": APPLICATION, "options": f"{theirs} {ours}".strip()}
        return conninfo.make_conninfo("", **facts)

    def close(self) -> None:
        with self._lock:
            for connection in self._open.values():
                connection.close()
            self._open.clear()

    @contextmanager
    def errors(self, database: str) -> Iterator[None]:
        """Translate what psycopg raises, once."""
        try:
            yield
        except psycopg.errors.InsufficientPrivilege as exc:
            raise SourceDenied(f"{self.source}: {self._granted(exc)}") from exc
        except (psycopg.errors.QueryCanceled, psycopg.errors.LockNotAvailable) as exc:
            raise SourceUnreachable(f"{self.source}: {database} was too busy to answer; it is tried again") from exc
        except psycopg.OperationalError as exc:
            raise self._connect_trouble(str(exc), database) from exc
        except psycopg.Error as exc:
            state = exc.sqlstate or type(exc).__name__
            raise SourceUnreachable(f"{self.source}: {database} answered a question with error {state}") from exc

    def _granted(self, exc: psycopg.Error) -> str:
        said = exc.diag.message_primary or "a right is missing"
        return f"{said}; run: GRANT pg_monitor TO {self.user}"

    def _connect_trouble(self, said: str, database: str) -> SourceTrouble:
        facts = {
            "user": self.user,
            "database": database,
            "host": self._facts.get("host", "the local socket"),
            "port": self._facts.get("port", "5432"),
        }
        for words, kind, sentence in _CONNECT_FAILS:
            if words in said:
                return kind(f"{self.source}: {sentence.format(**facts)}")
        return SourceUnreachable(f"{self.source}: no connection to {facts['host']}; it is tried again")
