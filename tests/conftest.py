"""What every room's tests may ask for: a real Postgres for the session, a migrated database for each test."""

from __future__ import annotations

import contextlib
import itertools
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import psycopg
import pytest
from psycopg import sql

from lineagebot.errors import LineagebotError
from lineagebot.store.embedded import Cluster, Running, erase, start
from lineagebot.store.engine import Store
from lineagebot.store.migrate import migrate

# The same examples on every machine: a run that was green stays green. `--hypothesis-profile=default` looks further.
hypothesis.settings.register_profile("repeatable", derandomize=True)
hypothesis.settings.load_profile("repeatable")

_numbers = itertools.count(1)

#: Nothing that a test writes needs to outlive the machine.
QUICK = ("fsync=off", "full_page_writes=off", "synchronous_commit=off")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """As root clusters lie beside the tests' folder: take away those of tests that were killed before they did it."""
    if hasattr(session.config, "workerinput"):
        return
    mine = session.config._tmp_path_factory.getbasetemp()  # type: ignore[attr-defined]
    for note in filter(Path.is_file, Path(tempfile.gettempdir()).glob("lineagebot-*/state")):
        with contextlib.suppress(LineagebotError, OSError):  # another's may go meanwhile
            of = Path(note.read_text().strip())
            if of.is_relative_to(mine):
                erase(Cluster(of), timeout=1)


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One embedded server, not durable, so that the tests are quick."""
    directory = tmp_path_factory.mktemp("cluster")
    cluster = Cluster(directory, options=(*QUICK, "max_connections=100"))
    with start(cluster) as running:
        yield running
    erase(cluster)


@pytest.fixture(scope="session")
def template(cluster: Running) -> str:
    """The name of a migrated, empty database, to be copied."""
    _execute(cluster, "CREATE DATABASE {}", "template_store")
    migrate(_url(cluster, "template_store"))
    return "template_store"


@pytest.fixture
def empty_url(cluster: Running) -> Iterator[str]:
    """The address of a database without any table."""
    name = f"test_{os.getpid()}_{next(_numbers)}"
    _execute(cluster, "CREATE DATABASE {}", name)
    yield _url(cluster, name)
    _execute(cluster, "DROP DATABASE {} WITH (FORCE)", name)


@pytest.fixture
def store_url(cluster: Running, template: str) -> Iterator[str]:
    """The address of a fresh, migrated store."""
    name = f"test_{os.getpid()}_{next(_numbers)}"
    _execute(cluster, "CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy", name, template)
    yield _url(cluster, name)
    _execute(cluster, "DROP DATABASE {} WITH (FORCE)", name)


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """A fresh store, open."""
    store = Store.open(store_url, migrate=False)
    yield store
    store.close()


def _execute(cluster: Running, statement: str, *names: str) -> None:
    with psycopg.connect(cluster.dsn_for(cluster.cluster.superuser, "postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def _url(cluster: Running, name: str) -> str:
    return cluster.url.replace(f"@/{cluster.cluster.database}?", f"@/{name}?")
