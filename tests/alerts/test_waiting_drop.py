"""A DROP that waits for a lock has done nothing yet: cancelled it is no news, granted it is one alert, at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from pydantic import SecretStr

from lineagebot.store import cursors
from lineagebot.store.embedded import Cluster, Running, erase, start
from lineagebot.store.engine import Store
from lineagebot.sync.postgres import PostgresOptions, PostgresSource
from lineagebot.sync.runner import Workshop, inventory_once, sync_once

from .conftest import ADMIN_ID, Desk

LOGGED = ("logging_collector=on", "log_destination=jsonlog", "log_directory=log", "log_statement=all",
          "log_duration=on", "fsync=off")  # fmt: skip


@dataclass
class Real:
    """The desk, with a real warehouse whose genuine log is read."""

    desk: Desk
    warehouse: Running
    source: PostgresSource
    workshop: Workshop

    def connect(self) -> psycopg.Connection:
        return psycopg.connect(self.warehouse.dsn_for("ben", "shop"), autocommit=True, application_name="psql")

    def look(self) -> None:
        """The log is read to its end, the watcher looks, what is due is said."""
        self.desk.now = datetime.now(UTC)
        sync_once(self.source, self.desk.store, now=self.desk.now, workshop=self.workshop)
        self.desk.tick(read=False)

    def look_until(self, ready: Callable[[], object]) -> None:
        self.look()
        deadline = time.monotonic() + 60
        while not ready():
            assert time.monotonic() < deadline, "it did not come about"
            self.look()

    def has_read(self, moment: datetime) -> bool:
        with self.desk.store.begin() as tx:
            cursor = cursors.load_cursor(tx, "acme")
        return cursor is not None and cursor.watermark is not None and cursor.watermark > moment

    def is_waiting(self) -> bool:
        with psycopg.connect(self.warehouse.dsn, autocommit=True) as c:
            waiting = c.execute("select 1 from pg_stat_activity where wait_event_type = 'Lock' and query ~ '^drop'")
            return waiting.fetchone() is not None


@pytest.fixture
def real(store: Store, tmp_path: Path) -> Iterator[Real]:
    cluster = Cluster(tmp_path / "acme", LOGGED, database="shop")
    with start(cluster) as warehouse:
        with psycopg.connect(warehouse.dsn, autocommit=True) as c:
            c.execute("create role ben login; create role watcher login; grant pg_monitor to watcher")
            c.execute("create schema marts authorization ben; set role ben; create table marts.revenue (id int)")
        dsn = SecretStr(warehouse.dsn_for("watcher", "shop"))
        source = PostgresSource("acme", PostgresOptions(dsn=dsn, log=str(warehouse.log_directory)))
        desk = Desk(store)
        desk.now = datetime.now(UTC)
        real = Real(desk, warehouse, source, Workshop())
        inventory_once(source, store, now=desk.now, workshop=real.workshop)
        real.look()
        desk.board("Revenue", "marts.revenue")
        yield real
        source.close()
    erase(cluster)


def test_cancelled_it_is_no_news_and_granted_it_is_one_alert_and_what_fails_on_it_is_counted(real: Real) -> None:
    with real.connect() as ben, waiting(real, ben) as dropping:
        asked = datetime.now(UTC)
        ben.cancel()
        dropping.join()
    real.look_until(lambda: real.has_read(asked))
    assert real.desk.alerts() == []

    with real.connect() as ben, waiting(real, ben):
        assert real.desk.alerts() == []
    real.look_until(real.desk.alerts)
    assert real.desk.said() == [(ADMIN_ID, "🔴 ben dropped the table marts.revenue")]

    with real.connect() as ben:
        ben.execute("set search_path = public, marts")
        for sql in ("select id from marts.revenue", "select max(id) from revenue", "select 1/0"):
            with suppress(psycopg.Error):
                ben.execute(sql)
    real.look_until(lambda: real.desk.alerts()[0].aftermath == "2 queries by 1 person")


@contextmanager
def waiting(real: Real, ben: psycopg.Connection) -> Iterator[threading.Thread]:
    """While somebody else reads the table in a transaction, ben's DROP waits; it is over afterwards."""
    dropping = threading.Thread(target=drop, args=(ben,))
    with real.connect() as reader, reader.transaction():
        reader.execute("select * from marts.revenue")
        dropping.start()
        real.look_until(real.is_waiting)
        real.look()
        yield dropping
    dropping.join()


def drop(connection: psycopg.Connection) -> None:
    try:
        connection.execute("drop table marts.revenue")
    except psycopg.errors.QueryCanceled:
        return
