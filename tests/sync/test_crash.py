"""A reader that is killed at any point of its walk leaves, once it ran again, what an undisturbed one leaves."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lineagebot import crashpoints
from lineagebot.store import cursors, journal
from lineagebot.store.engine import Store
from lineagebot.sync.postgres import PostgresOptions, PostgresSource
from lineagebot.sync.runner import sync_once

READ = """
import sys
from datetime import UTC, datetime
from lineagebot.store.engine import Store
from lineagebot.sync import postgres_reader
from lineagebot.sync.postgres import PostgresOptions, PostgresSource
from lineagebot.sync.runner import sync_once
postgres_reader.PAGE_STATEMENTS = 20
sync_once(PostgresSource("acme", PostgresOptions(log=sys.argv[2])), Store.open(sys.argv[1], migrate=False), now=datetime.now(UTC))
"""  # noqa: E501


def left(store: Store) -> tuple[object, ...]:
    with store.begin() as tx:
        cursor = cursors.load_cursor(tx, "acme")
        entries = [(e.statement.id, e.effects, e.taught) for e in journal.after(tx, 0)]
        assert cursor is not None
        return cursor.watermark, sorted(entries, key=lambda e: e[0]), cursors.first_read_done(tx, "acme")


@pytest.fixture(scope="module")
def log(fixtures: Path) -> Path:
    return fixtures / "dbt_postgres/plus_run2/postgres.jsonlog"


@pytest.mark.crash
def test_killed_at_every_point_and_read_again_it_is_as_if_nothing_had_happened(
    log: Path, store: Store, store_url: str
) -> None:
    for asked in ("sync.before-commit", "sync.after-commit", "sync.before-commit:2"):
        run = subprocess.run(
            [sys.executable, "-c", READ, store_url, str(log)],
            env={**os.environ, crashpoints.VARIABLE: asked},
            check=False,
        )
        assert run.returncode == -signal.SIGKILL
    sync_once(PostgresSource("acme", PostgresOptions(log=str(log))), store, now=datetime.now(UTC))
    killed = left(store)
    with store.begin() as tx:
        ids = [e.statement.id for e in journal.after(tx, 0)]
    assert len(ids) == len(set(ids))
    assert killed[1] == undisturbed(log, store)


def undisturbed(log: Path, store: Store) -> object:
    """The journal of a source of another name that reads the same log in one go, under the first one's name."""
    sync_once(PostgresSource("other", PostgresOptions(log=str(log))), store, now=datetime.now(UTC))
    with store.begin() as tx:
        entries = [e for e in journal.after(tx, 0) if e.statement.system == "other"]
    return sorted(((e.statement.id, _renamed(e.effects), e.taught) for e in entries), key=lambda e: str(e[0]))


def _renamed(effects: tuple) -> tuple:  # type: ignore[type-arg]
    from dataclasses import replace

    from lineagebot.model import AssetKey

    def named(key: AssetKey | None) -> AssetKey | None:
        return None if key is None else AssetKey("acme", key.path)

    return tuple(replace(e, target=named(e.target), renamed_to=named(e.renamed_to)) for e in effects)
