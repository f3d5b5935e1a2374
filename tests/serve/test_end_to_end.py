"""From a statement on a real Postgres to a message in Slack: what people do by psycopg, under several logins.

One lean warehouse with the whole bot on it; everything is done at once, and then it is looked at who heard what.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import psycopg
import pytest
from psycopg import sql
from pydantic import SecretStr

from lineagebot import serve
from lineagebot.app import App
from lineagebot.config import Settings, SlackSettings, SourceSettings, StoreSettings, WatchSettings, WebSettings
from lineagebot.playground import acme
from lineagebot.playground.fake import FakeSlack
from lineagebot.playground.state import SCOPES
from lineagebot.policy.rules import Patience
from lineagebot.store.embedded import Cluster, Running, erase, start
from lineagebot.sync.runner import inventory_once, sync_once
from lineagebot.terminal.stage import wait_until

#: Seconds; a person's harm waits `short`, a machine's `settle`.
WATCH = WatchSettings(poll=0.2, short=1.0, settle=3.0, inventory_every=600.0)
TABLES = (
    "dropped", "emptied", "cleared", "narrowed", "renamed", "taken", "undone", "blocked", "swapped", "lossy", "rebuilt",
    "machine",
)  # fmt: skip


@dataclass(frozen=True)
class Case:
    """`login` runs `statements` as one message each; `said` is what the headline holds, None where nobody hears.

    `waits`: how long its alert does.
    """

    login: str
    statements: tuple[str, ...]
    said: str | None
    waits: Patience = Patience.NOW


CASES: Mapping[str, Case] = {
    "DROP": Case("ana", ("DROP TABLE sales.dropped",), "ana dropped the table sales.dropped"),
    "TRUNCATE": Case("ben", ("TRUNCATE sales.emptied",), "ben emptied sales.emptied"),
    "DELETE of all": Case("ben", ("DELETE FROM sales.cleared",), "ben deleted every row of sales.cleared"),
    "ALTER": Case("ana", ("ALTER TABLE sales.narrowed DROP COLUMN amount",), "sales.narrowed (amount)",
                  Patience.SHORT),
    "RENAME": Case("ben", ("ALTER TABLE sales.renamed RENAME TO renamed_2025",), "sales.renamed to sales.renamed_2025",
                   Patience.SHORT),
    "CASCADE": Case("ana", ("DROP TABLE sales.taken CASCADE",), "ana dropped the table sales.taken"),
    "rolled back": Case("ben", ("BEGIN", "DROP TABLE sales.undone", "ROLLBACK"), None),
    "DO block": Case("ana", ("DO $$ BEGIN EXECUTE 'DROP TABLE sales.blocked'; END $$",), "sales.blocked"),
    "swap": Case(
        "dbt",
        (
            "CREATE TABLE sales.swapped_new AS SELECT * FROM sales.swapped",
            "BEGIN; ALTER TABLE sales.swapped RENAME TO swapped_old;"
            " ALTER TABLE sales.swapped_new RENAME TO swapped; COMMIT",
            "DROP TABLE sales.swapped_old",
        ),
        None,
    ),
    "swap that loses a column": Case(
        "dbt",
        (
            "CREATE TABLE sales.lossy_new AS SELECT id FROM sales.lossy",
            "BEGIN; ALTER TABLE sales.lossy RENAME TO lossy_old; ALTER TABLE sales.lossy_new RENAME TO lossy; COMMIT",
        ),
        "sales.lossy (amount)", Patience.SETTLE,
    ),
    "rebuild": Case("dbt", ("BEGIN; DROP TABLE sales.rebuilt; CREATE TABLE sales.rebuilt (id int, amount int); "
                            "INSERT INTO sales.rebuilt VALUES (1, 2); COMMIT",), None),
    "machine": Case("dbt", ("DROP TABLE sales.machine",), "dbt dropped the table sales.machine", Patience.SETTLE),
}  # fmt: skip


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    directory = tmp_path_factory.mktemp("warehouse")
    cluster = Cluster(directory, options=(*acme.SERVER, "fsync=off"), database="postgres", superuser="postgres")
    with start(cluster) as running:
        found(running)
        yield running
    erase(cluster)


def found(running: Running) -> None:
    """Tables that everybody may break, and a report that `bi` builds from each: its log is how we know."""
    with psycopg.connect(running.dsn, autocommit=True) as admin:
        admin.execute("CREATE ROLE team NOLOGIN; GRANT CREATE ON DATABASE postgres TO team")
        for login in ("ana", "ben", "dbt", "loader", "bi", "watcher"):
            admin.execute(sql.SQL("CREATE ROLE {} LOGIN IN ROLE team").format(sql.Identifier(login)))
            admin.execute(sql.SQL("ALTER ROLE {} SET role = team").format(sql.Identifier(login)))
        admin.execute("GRANT pg_monitor TO watcher; ALTER ROLE watcher RESET role")
    with psycopg.connect(running.dsn_for("loader", "postgres"), autocommit=True) as loader:
        loader.execute("CREATE SCHEMA sales; CREATE SCHEMA reports")
        for table in TABLES:
            name = sql.Identifier(table)
            loader.execute(sql.SQL("CREATE TABLE sales.{} AS SELECT 1 AS id, 2 AS amount").format(name))
        loader.execute("CREATE VIEW sales.taken_daily AS SELECT id, amount FROM sales.taken")
    with psycopg.connect(running.dsn_for("bi", "postgres"), autocommit=True) as bi:
        for table in TABLES:
            name = sql.Identifier(table)
            bi.execute(sql.SQL("CREATE TABLE reports.{0} AS SELECT id, amount FROM sales.{0}").format(name))


@pytest.fixture(scope="module")
def slack() -> Iterator[FakeSlack]:
    with FakeSlack(scopes=SCOPES, rate_limits=False) as fake:
        fake.workspace.add_channel("data-alerts")
        yield fake


@pytest.fixture
def app(warehouse: Running, slack: FakeSlack, store_url: str) -> Iterator[App]:
    source = {"name": "wh", "kind": "postgres", "dsn": warehouse.dsn_for("watcher", "postgres")}
    settings = Settings(
        _env_prefix="LINEAGEBOT_TEST_",
        store=StoreSettings(url=SecretStr(store_url)),
        slack=SlackSettings(
            bot_token=SecretStr(slack.bot_token),
            app_token=SecretStr(slack.app_token),
            api_url=slack.api_url,
            admin_channel="#data-alerts",
        ),
        web=WebSettings(port=0),
        watch=WATCH,
        sources=(SourceSettings.model_validate({**source, "log": str(warehouse.log_directory)}),),
    )
    with App.open(settings) as app:
        for one in app.sources:
            inventory_once(one, app.store, now=serve.now(), workshop=app.workshop)
            sync_once(one, app.store, now=serve.now(), workshop=app.workshop)
        running = serve.start(app, serve.ALL - {serve.Role.WEB})
        yield app
        running.stop()


def said(slack: FakeSlack) -> list[str]:
    channel = slack.workspace.channel("data-alerts")
    texts = (str(message.get("text", "")) for message in slack.workspace.messages(channel))
    return [text for text in texts if " impact: " in text]


def test_what_people_do_to_a_real_postgres_is_told_in_slack(app: App, warehouse: Running, slack: FakeSlack) -> None:
    done: dict[str, float] = {}
    for name, case in CASES.items():
        with psycopg.connect(warehouse.dsn_for(case.login, "postgres"), autocommit=True) as connection:
            for statement in case.statements:
                connection.execute(statement)
        done[name] = time.monotonic()
    wanted = {name: case.said for name, case in CASES.items() if case.said is not None}
    heard: dict[str, float] = {}

    def all_heard() -> bool:
        for name, words in wanted.items():
            if name not in heard and any(words in text for text in said(slack)):
                heard[name] = time.monotonic() - done[name]
        return len(heard) == len(wanted)

    wait_until(all_heard, f"never heard: {sorted(wanted.keys() - heard.keys())}; heard {said(slack)}", patience=40)
    windows = serve.windows_of(WATCH)
    for name, after in heard.items():
        waits = CASES[name].waits
        within = WATCH.poll + windows.of(waits).total_seconds() + 2.0
        print(f"{name}: {waits}, heard after {after:.1f} s, to be there within {within:.1f} s")
    quiet = [text for text in said(slack) if not any(words in text for words in wanted.values())]
    assert quiet == []
