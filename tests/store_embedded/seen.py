"""What can be seen of a server from outside: its keeper's word, its processes, whether it answers."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import time
from collections.abc import Callable
from typing import Any

import psycopg

from lineagebot.store import keeper
from lineagebot.store.embedded import Cluster


def word(cluster: Cluster) -> dict[str, Any]:
    """What the keeper last said."""
    with contextlib.suppress(FileNotFoundError):
        return json.loads((cluster.directory / "keeper.json").read_text("utf-8"))
    return {}


def is_kept(cluster: Cluster) -> bool:
    if not (cluster.directory / "keeper.lock").exists():
        return False
    lock = keeper.open_lock(str(cluster.directory / "keeper.lock"))
    try:
        return not keeper.try_lock(lock)
    finally:
        os.close(lock)


def is_alive(pid: int) -> bool:
    return bool(keeper.title_of(pid))


def answers(dsn: str) -> bool:
    try:
        ask(dsn, "SELECT 1")
    except psycopg.OperationalError:
        return False
    return True


def ask(dsn: str, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(dsn, autocommit=True) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


def eventually(is_so: Callable[[], bool], *, within: float = 60.0) -> bool:
    deadline = time.monotonic() + within
    while not is_so():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def postmaster_of(cluster: Cluster) -> int:
    """The postmaster that is up now, once there is one."""
    assert eventually(lambda: word(cluster).get("phase") == "ready"), word(cluster)
    return int(word(cluster)["postmaster"])


def kill(pid: int) -> None:
    assert pid > 1, "0 would be our own process group"
    os.kill(pid, signal.SIGKILL)
