"""Genuine dbt builds: the query log alone shows the lineage that the manifest names, and every statement its model."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from lineagebot.model import Outcome, Session, Statement
from lineagebot.store import tables as t
from lineagebot.store.agreement import Agreement, Compared, compare
from lineagebot.store.engine import Store
from lineagebot.store.references import Place
from lineagebot.sync.dbt import DbtSource
from lineagebot.sync.dbt_options import DbtOptions
from lineagebot.sync.postgres import PostgresOptions, PostgresSource
from lineagebot.sync.runner import inventory_once, sync_once
from lineagebot.sync.source import Check, Inventory, LoggedStatement, Page, Source

NOW = datetime(2026, 11, 23, tzinfo=UTC)


@dataclass
class History:
    """Rows of Snowflake's query history, as a recorder kept them."""

    files: tuple[Path, ...]
    name: str = "acme"
    kind: str = "snowflake"
    dialect: str | None = "snowflake"
    default_path: tuple[str, ...] = ("ANALYTICS", "DBT")
    places: tuple[Place, ...] = ()

    def check(self) -> tuple[Check, ...]:
        return ()

    def inventory(self) -> Inventory | None:
        return None

    def pull(self, cursor: str | None) -> Iterator[Page]:
        rows = [json.loads(line) for file in self.files for line in file.read_text().splitlines()]
        statements = tuple(self._logged(row, number) for number, row in enumerate(rows))
        yield Page(statements, "end", statements[-1].statement.started_at, records=len(rows))

    def close(self) -> None:
        pass

    def _logged(self, row: dict[str, str], number: int) -> LoggedStatement:
        statement = Statement(
            row["QUERY_ID"],
            self.name,
            "snowflake",
            row["QUERY_TEXT"],
            datetime.fromisoformat(row["START_TIME"]).replace(tzinfo=UTC),
            login="SVC_DBT",
            application=row["CLIENT"],
            session=row["SESSION_TOKEN"],
            seq=number,
            outcome=Outcome.DONE if row["EXECUTION_STATUS"] == "SUCCESS" else Outcome.FAILED,
        )
        path = (row["SCHEMA_NAME"],) if row["SCHEMA_NAME"] else ()
        return LoggedStatement(statement, Session(self.name, row["DATABASE_NAME"], path, "SVC_DBT"))


def postgres(logs: Path) -> Source:
    return PostgresSource("acme", PostgresOptions(log=str(logs)))


@dataclass(frozen=True)
class Build:
    """Runs of one project, one after the other: where they lie, their log's name, how many models are fed."""

    folder: str
    runs: tuple[str, ...]
    log: str
    models: int


BUILDS = {
    "postgres": Build("dbt_postgres", ("plus_run1", "plus_run2", "plus_run3_full_refresh"), "postgres.jsonlog", 14),
    "postgres, classic": Build("dbt_postgres", ("classic_run1", "classic_run2"), "postgres.jsonlog", 5),
    "redshift": Build("dbt_redshift_via_pg", ("run1", "run2", "run3_full_refresh"), "postgres.jsonlog", 12),
    "snowflake": Build(
        "dbt_snowflake_fakesnow",
        ("plus_run1", "plus_run2_no_merge", "plus_run3_full_refresh"),
        "query_log.jsonl",
        12,
    ),
}
#: Models on which the log and the manifest do not agree, each with the reason.
EXCEPTIONS: dict[str, tuple[str, ...]] = dict.fromkeys(BUILDS, ())
#: Statements that no model ran, by how they begin, each with the reason.
NOBODYS = {
    "alter system set log_filename": "the recorder's own, from psql",
    "select pg_reload_conf()": "the recorder's own, from psql",
    "select pg_backend_pid()": "the Redshift adapter asks for its connection's id outside of any node",
    "select * from (": "the Snowflake adapter asks a snapshot for its columns (where false) and sends no comment",
}


@dataclass(frozen=True)
class Told:
    """What the store holds once the log and the artifacts were read."""

    compared: tuple[Compared, ...]
    #: What ran each statement → how many.
    ran: dict[str | None, int]
    #: The texts that nothing is known to have run.
    nobodys: tuple[str, ...]


@pytest.fixture(params=BUILDS)
def build(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def told(build: str, genuine: Path, tmp_path: Path, store: Store) -> Told:
    known = BUILDS[build]
    logs, artifacts = tmp_path / "log", tmp_path / "artifacts"
    logs.mkdir()
    for number, run in enumerate(known.runs):
        (artifacts / run).mkdir(parents=True)
        ending = ".json" if known.log.endswith("jsonlog") else ".jsonl"
        shutil.copyfile(genuine / known.folder / run / known.log, logs / f"{number}{ending}")
        for file in (genuine / known.folder / run).glob("*.json"):
            shutil.copyfile(file, artifacts / run / file.name)
    warehouse = History(tuple(sorted(logs.iterdir()))) if build == "snowflake" else postgres(logs)
    options = DbtOptions(artifacts=str(artifacts), warehouse="acme")
    dbt = DbtSource("dbt", options, default_paths={}, clock=lambda: NOW)
    for report in (
        sync_once(warehouse, store, now=NOW),
        inventory_once(dbt, store, now=NOW),
        sync_once(dbt, store, now=NOW),
    ):
        assert (report.trouble, report.problems) == (None, ())
    with store.begin() as tx:
        ran = sa.select(t.statement.c.via, sa.func.count().label("times")).group_by(t.statement.c.via)
        nobodys = sa.select(t.text.c.masked).where(
            t.text.c.fingerprint.in_(sa.select(t.statement.c.fingerprint).where(t.statement.c.via.is_(None)))
        )
        return Told(
            compare(tx, "dbt"), {row.via: row.times for row in tx.execute(ran)}, tuple(tx.execute(nobodys).scalars())
        )


def test_the_log_alone_shows_the_lineage_of_the_manifest_and_each_statement_knows_its_model(
    build: str, told: Told
) -> None:
    joined = sum(count for via, count in told.ran.items() if via is not None and "." in via)
    print(f"{build}: {Agreement.of(told.compared)}; {joined} of {sum(told.ran.values())} statements know their node")
    differing = tuple(str(one.asset) for one in told.compared if not one.agrees)
    assert (len(told.compared), differing) == (BUILDS[build].models, EXCEPTIONS[build])
    assert [text for text in told.nobodys if not text.startswith(tuple(NOBODYS))] == []
