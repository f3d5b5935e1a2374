"""A warehouse that goes on while the bot is killed, the bot as a process of its own, and a Slack that counts."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest

from lineagebot.playground.fake import FakeSlack
from lineagebot.playground.state import SCOPES
from lineagebot.store.embedded import Cluster, Running, erase, start

LOGGING = (
    "logging_collector=on",
    "log_destination=jsonlog",
    "log_statement=all",
    "log_duration=on",
    "log_directory=log",
    "fsync=off",
)
CHANNEL = "data-alerts"
#: The optional scopes: with them a doubtful post is looked up before a second one.
LOOK_BACK = {"channels:history", "groups:history"}
#: How often the bot is killed, at random moments, and a twentieth of it at each crash point: `make faults` says 100.
KILLS = int(os.environ.get("LINEAGEBOT_KILLS", "3"))
TABLES = 60 + 3 * KILLS
#: Seconds after which something will not come any more, on the slowest of machines.
LONG = 150.0


@dataclass
class World:
    """The warehouse, the Slack and the settings; `dropped` is the truth."""

    directory: Path
    warehouse: Running
    slack: FakeSlack
    settings: Path
    dropped: list[str] = field(default_factory=list)
    healed: set[str] = field(default_factory=set)
    bots: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def connect(self, login: str) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(self.warehouse.dsn_for(login, "shop"), autocommit=True, application_name="psql")

    def drop_next(self, *, table: bool = False) -> str:
        """Drop a table that a dashboard reads, as a person; some in a transaction with company, some by TRUNCATE.

        `table`: it is no TRUNCATE.
        """
        name = f"t{len(self.dropped):03}"
        with self.connect("ben") as ben:
            match 0 if table else len(self.dropped) % 3:
                case 0:
                    ben.execute(f"drop table marts.{name}")
                case 1:
                    ben.execute(f"truncate marts.{name}")
                case 2:
                    with ben.transaction():
                        ben.execute(f"insert into marts.{name} values (1)")
                        ben.execute(f"drop table marts.{name} cascade")
        self.dropped.append(name)
        return name

    def make_again(self) -> None:
        """Put one right that was told: its alert is edited."""
        name = next(t for t in self.told() if t in self.dropped and t not in self.healed)
        with self.connect("pipeline") as pipeline:
            pipeline.execute(f"create table marts.{name} as select id from marts.base")
        self.healed.add(name)

    def rebuild(self) -> None:
        """A routine swap, the way dbt does it: never a word about it."""
        with self.connect("pipeline") as pipeline, pipeline.transaction():
            pipeline.execute("create table marts.steady__dbt_tmp as select id from marts.base")
            pipeline.execute("alter table marts.steady rename to steady__dbt_backup")
            pipeline.execute("alter table marts.steady__dbt_tmp rename to steady")
            pipeline.execute("drop table marts.steady__dbt_backup cascade")

    def bot(self, *words: str, crash_at: str | None = None) -> subprocess.Popen[bytes]:
        env = {k: v for k, v in os.environ.items() if not k.startswith(("LINEAGEBOT_", "SLACK_", "DATABASE_URL"))}
        if crash_at:
            env["LINEAGEBOT_CRASH_AT"] = crash_at
        command = [sys.executable, "-m", "lineagebot", "serve", *words, "-c", str(self.settings)]
        with (self.directory / "bot.log").open("ab") as log:
            self.bots.append(subprocess.Popen(command, env=env, stdout=log, stderr=log))
        return self.bots[-1]

    def command(self, *words: str) -> None:
        env = {k: v for k, v in os.environ.items() if not k.startswith(("LINEAGEBOT_", "SLACK_", "DATABASE_URL"))}
        command = [sys.executable, "-m", "lineagebot", *words, "-c", str(self.settings)]
        done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr

    def told(self) -> Counter[str]:
        """Table → how many alerts stand in the channel for it (thread lines are not alerts), in their order."""
        counted: Counter[str] = Counter()
        for message in self.slack.messages(CHANNEL):
            if message.get("thread_ts") in (None, message["ts"]) and message.get("metadata"):
                text = str(message["text"])
                counted[next((t for t in self.dropped if f"marts.{t}" in text), text)] += 1
        return counted

    def all_is_told_once_and_in_order(self) -> bool:
        told = self.told()
        return list(told) == self.dropped and set(told.values()) == {1}

    def wait_until_all_is_told(self, *, seconds: float = LONG) -> None:
        wait(lambda: set(self.dropped) <= set(self.told()), seconds, lambda: f"{self.missing()}\n{self.bot_log()}")

    def missing(self) -> str:
        return f"not told: {sorted(set(self.dropped) - set(self.told()))}"

    def bot_log(self) -> str:
        return (self.directory / "bot.log").read_text(errors="replace")[-3000:]


def wait(ready: Callable[[], object], seconds: float, otherwise: Callable[[], str]) -> None:
    deadline = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < deadline, otherwise()
        time.sleep(0.05)


def kill(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGKILL)
    process.wait(timeout=LONG)


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Made once for a file of tests: what one test did is history to the next, as it would be for a company."""
    directory = tmp_path_factory.mktemp("company")
    cluster = Cluster(directory / "acme", options=LOGGING, database="shop")
    with (
        start(cluster) as warehouse,
        FakeSlack(rate_limits=False, scopes=SCOPES | LOOK_BACK) as slack,
    ):
        slack.workspace.add_user("ana", email="ana@acme.test")
        slack.workspace.add_channel(CHANNEL)
        here = World(directory, warehouse, slack, directory / "lineagebot.toml")
        _found(here)
        (directory / "declared.yaml").write_text(_declared(), encoding="utf-8")
        here.settings.write_text(_settings(here), encoding="utf-8")
        # The first read teaches, and is over before the first drop.
        here.command("sync")
        yield here
    for name in ("acme", "store", "undisturbed"):
        erase(Cluster(directory / name))


@pytest.fixture
def world(company: World) -> Iterator[World]:
    """The company with its usual settings, its log in its place, no bot running, and a bot's log that is empty."""
    company.settings.write_text(_settings(company), encoding="utf-8")
    (company.directory / "bot.log").unlink(missing_ok=True)
    yield company
    for bot in company.bots:
        kill(bot)
    company.bots.clear()
    away = company.warehouse.log_directory.with_name("away")
    if away.exists():
        away.rename(company.warehouse.log_directory)


def _found(world: World) -> None:
    admin = psycopg.connect(world.warehouse.dsn, autocommit=True)
    with admin:
        for login in ("ben", "ana", "pipeline", "watcher"):
            admin.execute(f"create role {login} login")
        admin.execute("grant pg_monitor to watcher")
        admin.execute("create role staff; grant staff to ben, ana, pipeline")
        admin.execute("create schema marts authorization staff")
    with world.connect("pipeline") as pipeline:
        pipeline.execute("set role staff")
        pipeline.execute("create table marts.base (id int); create table marts.steady as select id from marts.base")
        for n in range(TABLES):
            pipeline.execute(f"create table marts.t{n:03} as select id from marts.base")
    with world.connect("ana") as ana:
        ana.execute("select id from marts.steady")


def _declared() -> str:
    def board(title: str, table: str) -> str:
        return (
            f"- {{title: {title}, owner: '#{CHANNEL}', reads: [{{table: 'acme:shop.marts.{table}', columns: [id]}}]}}"
        )

    boards = [board("Steady", "steady"), *(board(f"Board {n:03}", f"t{n:03}") for n in range(TABLES))]
    return "\n".join(("system: bi", "machines: ['acme:pipeline']", "dashboards:", *boards))


def _settings(world: World) -> str:
    def text(value: object) -> str:
        return json.dumps(str(value))

    return f"""
[store]
directory = {text(world.directory / "store")}
[slack]
bot_token = {text(world.slack.bot_token)}
app_token = {text(world.slack.app_token)}
api_url = {text(world.slack.api_url)}
admin_channel = "#{CHANNEL}"
[web]
port = 0
[watch]
poll = 0.2
short = 0.5
settle = 3
inventory_every = 5
[[sources]]
name = "acme"
kind = "postgres"
dsn = {text(world.warehouse.dsn_for("watcher", "shop"))}
log = {text(world.warehouse.log_directory)}
[[sources]]
name = "bi"
kind = "declared"
file = {text(world.directory / "declared.yaml")}
"""
