"""An embedded Postgres that needs no installation: any number of processes share one server, the last one gone ends it.

`start` joins the server of a cluster or starts it under a keeper (keeper.py). Using it means holding a shared lock on
users.lock, which the kernel gives back however a process ends. Where the files lie is placement.py's business.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import subprocess
import sys
import time
import weakref
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

import psycopg
from psycopg import sql

from lineagebot.errors import EmbeddedServerFailed
from lineagebot.store import keeper
from lineagebot.store.placement import MAJOR, Placement, place, state_directory

#: Small, since it stands beside whatever else the machine does; nothing is traded for durability.
SETTINGS = (
    "listen_addresses=",
    "unix_socket_permissions=0700",
    "port=5432",
    "max_connections=50",
    "shared_buffers=32MB",
    "jit=off",
    "log_checkpoints=off",
    "timezone=UTC",
    "log_timezone=UTC",
    # No replica, so neither its log nor its processes.
    "wal_level=minimal",
    "max_wal_senders=0",
    "max_logical_replication_workers=0",
    # Three processes fewer than the default of Postgres 18.
    "io_method=sync",
)

#: What its last words mean, and what to do.
REMEDIES = (
    ("No space left on device", "free some space there, or set LINEAGEBOT_HOME to another disk"),
    ("Disk quota exceeded", "free some space there, or set LINEAGEBOT_HOME to another disk"),
    ("shared memory", "the system gives it no memory: give it some (ulimit, /dev/shm), or set DATABASE_URL"),
    ("cannot be run", "the binaries do not run here (musl? noexec?): set DATABASE_URL to a Postgres of your own"),
    ("Permission denied", "the data belongs to another account: run as its owner, or set LINEAGEBOT_HOME"),
    ("Operation not permitted", "uid 0 here may not become another: run as an ordinary user, or set DATABASE_URL"),
    ("database files are incompatible", "move the directory away, or set LINEAGEBOT_HOME to another"),
)
NO_REMEDY = "read the log for more, or set DATABASE_URL to a Postgres of your own"

#: Bytes after which the server's own log is set aside (one generation is kept).
LONGEST_LOG = 5_000_000


@dataclass(frozen=True, slots=True)
class Cluster:
    """One embedded server: where its state lies and how it differs from the default.

    `options` are server settings as "name=value"; those of whoever starts the server count, a joiner's do not.
    """

    directory: Path
    options: tuple[str, ...] = ()
    database: str = "lineagebot"
    superuser: str = "lineagebot"


class Running:
    """A place among the users of a server: keeps it up until `close`, or the end of the process however it comes."""

    def __init__(self, cluster: Cluster, *, data_directory: Path, run_directory: Path, lock: int) -> None:
        self.cluster = cluster
        self.data_directory = data_directory
        self.run_directory = run_directory
        self._give_back = weakref.finalize(self, _release, lock)

    @property
    def dsn(self) -> str:
        """libpq conninfo of the superuser on the cluster's database."""
        return self.dsn_for(self.cluster.superuser, self.cluster.database)

    @property
    def url(self) -> str:
        """The same for SQLAlchemy."""
        user, database = quote(self.cluster.superuser, safe=""), quote(self.cluster.database, safe="")
        return f"postgresql+psycopg://{user}@/{database}?host={quote(str(self.run_directory), safe='')}&port=5432"

    @property
    def log_directory(self) -> Path:
        """Where the server's logging collector writes, where `options` turn it on."""
        return self.data_directory / "log"

    def dsn_for(self, user: str, database: str) -> str:
        """libpq conninfo of another login; the socket's directory is the guard, no password is asked."""
        return _conninfo(str(self.run_directory), user, database)

    def close(self) -> None:
        """Leave. The keeper stops the server within a second where nobody else uses it."""
        self._give_back()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None) -> None:
        self.close()


def start(cluster: Cluster, *, timeout: float = 30.0) -> Running:
    """Join the cluster's server, or start it. Raises EmbeddedServerFailed with the server's last words and a remedy.

    Threads and processes may do so at once and as often as they like; each Running is a user of its own.
    """
    deadline = time.monotonic() + timeout
    state = state_directory(cluster.directory)
    with _starting(state, deadline):
        placement = place(state)
        _refuse_other_version(placement)
        lock = _join(state)
        try:
            word = _served(cluster, placement, deadline)
        except BaseException:
            _release(lock)
            raise
    return Running(cluster, data_directory=Path(word["data"]), run_directory=Path(word["run"]), lock=lock)


def erase(cluster: Cluster, *, timeout: float = 30.0) -> None:
    """Remove the cluster with all its data. Raises EmbeddedServerFailed where anybody still uses it at the deadline."""
    deadline = time.monotonic() + timeout
    state = state_directory(cluster.directory)
    while True:
        with _starting(state, deadline):
            if not _is_kept(state):
                _remove(place(state))
                return
        time.sleep(0.1)  # the keeper needs start.lock as well, to stop
        _wait(deadline, f"the server in {state} is still in use; close what uses it first")


def _remove(placement: Placement) -> None:
    """Only what we made; the directory too where nothing else is in it. start.lock, which is ours, goes last."""
    for directory in (placement.data, placement.run):
        made = directory if directory.parent == placement.state else directory.parent
        if made.exists():
            shutil.rmtree(made)
    for name in ("place", "keeper.json", "server.log", "server.log.1", "users.lock", "keeper.lock", "start.lock"):
        (placement.state / name).unlink(missing_ok=True)
    with contextlib.suppress(OSError):
        placement.state.rmdir()


# The locks


@contextlib.contextmanager
def _starting(state: Path, deadline: float) -> Iterator[None]:
    lock = _open_lock(state, "start.lock")
    try:
        while not (keeper.try_lock(lock) and keeper.is_at(lock, str(state / "start.lock"))):
            _wait(deadline, f"another process has been starting or stopping the server in {state} all this time")
            if not keeper.is_at(lock, str(state / "start.lock")):  # erased while we waited
                os.close(lock)
                lock = _open_lock(state_directory(state), "start.lock")
        yield
    finally:
        os.close(lock)


def _open_lock(state: Path, name: str) -> int:
    return keeper.open_lock(str(state / name))


def _join(state: Path) -> int:
    """Our shared lock. The keeper takes it alone only with start.lock in hand, which is ours now."""
    lock = _open_lock(state, "users.lock")
    fcntl.flock(lock, fcntl.LOCK_SH)
    _held.add(lock)
    return lock


def _is_kept(state: Path) -> bool:
    lock = _open_lock(state, "keeper.lock")
    try:
        return not keeper.try_lock(lock)
    finally:
        os.close(lock)


#: The locks of this process. A descriptor is never inherited through exec; a bare fork must let go by itself, or a
#: worker that outlives us would keep the server for nobody.
_held: set[int] = set()


def _release(lock: int) -> None:
    if lock in _held:
        _held.discard(lock)
        os.close(lock)


def _let_go_in_the_child() -> None:
    for lock in tuple(_held):
        _release(lock)


os.register_at_fork(after_in_child=_let_go_in_the_child)


# The keeper


def _begin(cluster: Cluster, placement: Placement) -> None:
    """Start the keeper; it holds keeper.lock when this returns."""
    plan = {
        "state": str(placement.state),
        "data": str(placement.data),
        "run": str(placement.run),
        "binaries": str(placement.binaries),
        "account": placement.account,
        "mark": placement.mark,
        "superuser": cluster.superuser,
        "options": (*SETTINGS, *cluster.options),
    }
    (placement.state / "keeper.json").unlink(missing_ok=True)
    with _own_log(placement.state) as log:
        done = subprocess.run(  # noqa: S603 - our own interpreter and file
            [sys.executable, "-I", "-S", keeper.__file__, json.dumps(plan)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            check=False,
        )
    if done.returncode:
        raise _failed(placement.state, "its keeper")


@contextlib.contextmanager
def _own_log(state: Path) -> Iterator[int]:
    path = state / "server.log"
    if path.exists() and path.stat().st_size > LONGEST_LOG:
        path.replace(path.with_suffix(".log.1"))
    log = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    try:
        yield log
    finally:
        os.close(log)


def _served(cluster: Cluster, placement: Placement, deadline: float) -> dict[str, str]:
    """The keeper's word, once its server answers. A keeper found dying is waited for and followed by our own."""
    state, began, trouble = placement.state, False, ""
    while True:
        word = _word(state)
        if not _is_kept(state):
            if began:
                raise _failed(state, _word(state).get("step") or "its keeper")
            _begin(cluster, placement)
            began = True
        elif word.get("phase") == "ready":
            trouble = _trouble(cluster, word)
            if not trouble:
                return word
        if time.monotonic() > deadline:
            raise _failed(
                state, f"postgres, not ready in time ({trouble})" if trouble else "postgres, not ready in time,"
            )
        time.sleep(0.01)


def _word(state: Path) -> dict[str, str]:
    try:
        word: dict[str, str] = json.loads((state / "keeper.json").read_text("utf-8"))
    except FileNotFoundError:
        return {}
    return word


def _failed(state: Path, step: str) -> EmbeddedServerFailed:
    log = state / "server.log"
    last = _last_words(log)
    remedy = next((remedy for sign, remedy in REMEDIES if sign in last), NO_REMEDY)
    return EmbeddedServerFailed(f"the embedded Postgres did not start: {step} said in {log}:\n{last}\n{remedy}")


def _last_words(log: Path, *, lines: int = 6) -> str:
    try:
        with log.open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - 4000))
            said = file.read().decode("utf-8", "replace").splitlines()
    except FileNotFoundError:
        said = []
    return "\n".join(f"  {line}" for line in [line for line in said if line.strip()][-lines:]) or "  (nothing)"


def _refuse_other_version(placement: Placement) -> None:
    try:
        found = (placement.data / "PG_VERSION").read_text("utf-8").strip()
    except FileNotFoundError:
        return
    if found != str(MAJOR):
        raise EmbeddedServerFailed(
            f"{placement.data} was written by Postgres {found}, and this lineagebot brings Postgres {MAJOR}; "
            "run `lineagebot export` with the version that wrote it, move the directory away and `lineagebot import`, "
            "or set DATABASE_URL"
        )


def _trouble(cluster: Cluster, word: dict[str, str]) -> str:
    """Why the server does not answer, "" where it does. Creates the cluster's database where it is missing."""
    admin = _conninfo(word["run"], cluster.superuser, "postgres")
    try:
        with psycopg.connect(admin, autocommit=True) as connection:
            known = "SELECT 1 FROM pg_database WHERE datname = %s"
            if not connection.execute(known, (cluster.database,)).fetchone():
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(cluster.database)))
    except psycopg.OperationalError as exc:  # it was just killed; its keeper starts it again, or dies with it
        return str(exc)
    return ""


def _conninfo(run_directory: str, user: str, database: str) -> str:
    pairs = {"host": run_directory, "port": "5432", "user": user, "dbname": database}
    return " ".join(f"{name}={_quoted(value)}" for name, value in pairs.items())


def _wait(deadline: float, otherwise: str) -> None:
    if time.monotonic() > deadline:
        raise EmbeddedServerFailed(otherwise)
    time.sleep(0.01)


def _quoted(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
