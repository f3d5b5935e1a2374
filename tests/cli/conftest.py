"""A small warehouse with a log, and lineagebot as a program beside it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from lineagebot.store.embedded import Cluster, Running, erase, start

LOGGING = (
    "logging_collector=on",
    "log_destination=jsonlog",
    "log_statement=all",
    "log_duration=on",
    "log_directory=log",
)


@dataclass(frozen=True)
class Shop:
    """The warehouse "shop", its settings file, and the program."""

    directory: Path
    warehouse: Running
    settings: Path

    def execute(self, login: str, *statements: str) -> None:
        dsn = self.warehouse.dsn_for(login, "shop")
        with psycopg.connect(dsn, autocommit=True, application_name="psql") as connection:
            for statement in statements:
                connection.execute(statement)

    def run(
        self, *words: str, stdin: str | None = None, settings: Path | None = None
    ) -> subprocess.CompletedProcess[str]:
        return program(*words, "-c", str(settings or self.settings), stdin=stdin, home=self.directory)


def program(*words: str, stdin: str | None = None, home: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    """`lineagebot ...` with an empty home and none of this machine's settings."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("LINEAGEBOT_", "SLACK_", "DATABASE_URL", "XDG_"))}
    env = {**kept, "HOME": str(home), "COLUMNS": "100", **environ}
    command = [sys.executable, "-m", "lineagebot", *words]
    return subprocess.run(command, input=stdin, env=env, cwd=home, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    directory = tmp_path_factory.mktemp("shop")
    cluster = Cluster(directory / "warehouse", options=(*LOGGING, "fsync=off"), database="shop")
    with start(cluster) as warehouse:
        shop = Shop(directory, warehouse, directory / "lineagebot.toml")
        with psycopg.connect(warehouse.dsn, autocommit=True) as admin:
            admin.execute("create role ben login; create role ana login; create role watcher login")
            admin.execute("grant pg_monitor to watcher; create schema marts; grant all on schema marts to ben, ana")
        shop.execute(
            "ben",
            "create table marts.orders (id int, amount numeric)",
            "create table marts.revenue as select sum(amount) as total from marts.orders",
            "grant select on all tables in schema marts to ana",
        )
        shop.execute("ana", "select total from marts.revenue")
        (directory / "declared.yaml").write_text(DECLARED, encoding="utf-8")
        shop.settings.write_text(
            SETTINGS.format(
                store=json.dumps(str(directory / "store")),
                dsn=json.dumps(warehouse.dsn_for("watcher", "shop")),
                log=json.dumps(str(warehouse.log_directory)),
                declared=json.dumps(str(directory / "declared.yaml")),
            ),
            encoding="utf-8",
        )
        # Held, so that each command joins the store instead of starting and stopping it.
        with start(Cluster(directory / "store")):
            yield shop
    erase(cluster)
    erase(Cluster(directory / "store"))


DECLARED = """
system: bi
people: [{name: Ana Berg, email: ana@acme.test, logins: [acme:ana]}]
dashboards: [{title: Exec revenue, owner: '#finance', reads: [{table: 'acme:marts.revenue', columns: [total]}]}]
"""
SETTINGS = """
[store]
directory = {store}
[[sources]]
name = "acme"
kind = "postgres"
dsn = {dsn}
log = {log}
[[sources]]
name = "bi"
kind = "declared"
file = {declared}
"""
