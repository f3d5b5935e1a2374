"""The genuine server with the tables that its log speaks of, and a log as it writes it, several pages long."""

from __future__ import annotations

import psycopg

from lineagebot.sync.postgres import PostgresOptions, PostgresSource
from tests.sync.conftest import Log

from . import Bench, StandIn, Trouble

DATABASE = "contract"
TABLES = """
    CREATE SCHEMA raw; CREATE SCHEMA marts;
    CREATE TABLE raw.orders_0 (id int, amount numeric); CREATE TABLE raw.orders_1 (id int, amount numeric);
    CREATE TABLE marts.revenue (id int, amount numeric);
    CREATE VIEW marts.top AS SELECT id FROM marts.revenue WHERE amount > 100;
"""


def stand_in(bench: Bench) -> StandIn:
    superuser = bench.cluster.cluster.superuser
    with psycopg.connect(bench.cluster.dsn_for(superuser, "postgres"), autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {DATABASE} STRATEGY file_copy")
    dsn = bench.cluster.dsn_for(superuser, DATABASE)
    with psycopg.connect(dsn, autocommit=True) as owner:
        owner.execute(TABLES)
    directory = bench.directory / "log"
    directory.mkdir()
    session = Log(directory / "postgresql-1.json").session()
    for number in range(2_300):
        read = f"insert into marts.revenue select id, amount from raw.orders_{number % 2}"
        session.statement(read, dbname=DATABASE)
        session.duration("INSERT 0 1")
    other = bench.directory / "stderr"
    other.mkdir()
    (other / "postgresql-1.log").write_text("2026-11-22 14:00:00 UTC [1] LOG:  a line that says little\n")
    nobody = bench.cluster.dsn_for("nobody_here", DATABASE)
    return StandIn(
        source=lambda: PostgresSource("other", PostgresOptions(dsn=dsn, log=str(directory))),
        denied=Trouble(
            lambda: PostgresSource("other", PostgresOptions(dsn=nobody)),
            ("there is no role nobody_here", "CREATE ROLE"),
        ),
        broken=Trouble(lambda: PostgresSource("other", PostgresOptions(log=str(other))), ("jsonlog",)),
        has_log=True,
        close=lambda: _drop(bench.cluster.dsn_for(superuser, "postgres")),
    )


def _drop(dsn: str) -> None:
    with psycopg.connect(dsn, autocommit=True) as admin:
        admin.execute(f"DROP DATABASE {DATABASE} WITH (FORCE)")
