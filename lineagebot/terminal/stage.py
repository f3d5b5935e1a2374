"""What the demo plays on: a company founded on a real Postgres, the real bot, and a Slack of our own.

Nothing is staged: the statements run, the log is read, the messages are the ones that the bot posts.
"""

from __future__ import annotations

import secrets
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from lineagebot import serve as running
from lineagebot.app import App
from lineagebot.commands.table import COMMANDS
from lineagebot.config import (
    Settings,
    SlackSettings,
    SourceSettings,
    StoreSettings,
    WatchSettings,
    WebSettings,
    default_state_directory,
)
from lineagebot.errors import BadRequest, EmbeddedServerFailed
from lineagebot.playground import acme
from lineagebot.playground.fake import FakeSlack
from lineagebot.playground.server import Playground
from lineagebot.playground.state import SCOPES
from lineagebot.store import embedded, journal
from lineagebot.sync.runner import inventory_once, sync_once

SYSTEM = "acme"
#: The optional scopes: with them a doubtful post is looked up before a second one.
LOOK_BACK = {"channels:history", "groups:history"}
#: Seconds to wait for an answer or an alert.
PATIENCE = 20.0
#: The demo's windows: a newcomer does not wait two minutes for a rebuild to settle.
WINDOWS = WatchSettings(poll=0.3, short=2.0, settle=4.0, inventory_every=30.0)


@dataclass(frozen=True, slots=True)
class Stage:
    """Everything that stands while the demo plays. `took`: seconds of each step of setting it up."""

    company: acme.Company
    warehouse: embedded.Running
    slack: FakeSlack
    app: App
    bot: running.Running
    took: Mapping[str, float]
    #: None where only the fake Slack is served.
    playground: Playground | None = None

    def alerts(self) -> dict[tuple[str, str], Mapping[str, Any]]:
        """Messages of the bot that carry an alert, by channel and ts; what hangs in their threads left out."""
        workspace = self.slack.workspace
        said = ((c.id, m) for c in list(workspace.channels.values()) for m in workspace.messages(c))
        return {
            (channel, str(message["ts"])): message
            for channel, message in said
            if message.get("metadata") and message.get("thread_ts") in (None, message["ts"])
        }

    def has_read(self, moment: datetime) -> bool:
        """Whether all that began on the warehouse before `moment` was taken in."""
        with self.app.store.begin() as tx:
            mark = journal.watermarks(tx).get(SYSTEM)
        return mark is not None and mark > moment

    def all_windows_closed(self, since: datetime) -> bool:
        """Whether nothing that happened up to `since` can still be waiting for its cure."""
        watch = self.app.settings.watch
        return self.has_read(since + timedelta(seconds=max(watch.short, watch.settle) + 1))


@contextmanager
def stage(seed: int | None, *, page: bool = False, port: int = 0, directory: Path | None = None) -> Iterator[Stage]:
    """Found the company, read its log, start the bot; all of it is gone afterwards. `page`: serve the page as well."""
    company = acme.Company.of(seed)
    with ExitStack() as cleanup:
        directory = directory or _own_directory(cleanup)
        bar = cleanup.enter_context(_progress())
        step = _Steps(bar)
        step(f"Starting Postgres for {company.name}'s warehouse")
        warehouse = embedded.start(_warehouse(directory))
        cleanup.callback(warehouse.close)
        step("Founding the company: tables, pipeline, people, dashboards")
        acme.found(company, warehouse.dsn)
        ran = acme.live(company, warehouse.dsn_for, progress=step.advance)
        slack = FakeSlack(scopes=SCOPES | LOOK_BACK)
        _people_slack(company, slack)
        playground = _playground(cleanup, slack, company, warehouse, port=port) if page else None
        if playground is None:
            cleanup.enter_context(slack)
        step(f"Reading its log: {ran:,} statements")
        app = cleanup.enter_context(App.open(_settings(company, directory, warehouse, slack)))
        _read_all(app, step)
        step("Starting the bot")
        bot = running.start(app, running.ALL - {running.Role.WEB})
        cleanup.callback(bot.stop)
        wait_until(lambda: bot.slack is not None and bot.slack.is_connected, "the bot did not reach its Slack")
        step.end()
        bar.stop()
        yield Stage(company, warehouse, slack, app, bot, step.took, playground)


def wait_until(ready: Callable[[], object], otherwise: str, *, patience: float = PATIENCE) -> None:
    """Until `ready()` is true. Raises BadRequest with the sentence after `patience` seconds."""
    deadline = time.monotonic() + patience
    while not ready():
        if time.monotonic() > deadline:
            raise BadRequest(otherwise)
        time.sleep(0.02)


def _people_slack(company: acme.Company, slack: FakeSlack) -> None:
    """The company's people and channels."""
    for person in company.people:
        slack.workspace.add_user(person.handle, real_name=person.name, email=person.email, title=person.title)
    for channel in company.channels:
        slack.workspace.add_channel(channel.name, topic=channel.topic)


def _playground(
    cleanup: ExitStack, slack: FakeSlack, company: acme.Company, warehouse: embedded.Running, *, port: int
) -> Playground:
    """The page, with the fake Slack mounted under it and the people's console beside it."""
    console = cleanup.enter_context(acme.Console(company, warehouse.dsn_for))
    playground = Playground(
        slack,
        console.run,
        [_person(p, slack) for p in company.people],
        port=port,
        commands=_hints(),
        examples=_examples(company),
        tables=lambda: acme.tables(company),
    )
    return cleanup.enter_context(playground)


def _person(person: acme.Person, slack: FakeSlack) -> dict[str, str]:
    user = slack.workspace.user(person.handle)
    return {"user_id": user.id, "login": person.login, "label": person.name, "note": person.title}


def _hints() -> list[dict[str, Any]]:
    """What the composer offers after a slash: the table of commands."""
    hints = [{"text": command.usage, "help": command.help} for command in COMMANDS]
    return [
        {
            "command": "/lineage",
            "usage_hint": "<table or dashboard> | who reads <table> | check <sql> | help",
            "description": "Lineage, readers, owners, and what would break",
            "hints": hints,
        }
    ]


def _examples(company: acme.Company) -> list[dict[str, str]]:
    story = company.accident
    return [
        {"label": "A harmless question", "login": story.login, "sql": f"TABLE {story.readers_of} LIMIT 5"},
        {"label": "Break something", "login": story.login, "sql": story.sql},
        {
            "label": "Think better of it",
            "login": story.login,
            "sql": f"BEGIN; DROP TABLE {story.readers_of} CASCADE; ROLLBACK",
        },
    ]


def _settings(company: acme.Company, directory: Path, warehouse: embedded.Running, slack: FakeSlack) -> Settings:
    declared = directory / "declared.yaml"
    declared.write_text(acme.declared_yaml(company), encoding="utf-8")
    dsn = warehouse.dsn_for(acme.WATCHER, company.database)
    values: dict[str, Any] = {
        # Not the environment of whoever runs the demo: their tokens have no business here.
        "_env_prefix": "LINEAGEBOT_DEMO_",
        "store": StoreSettings(directory=directory / "store"),
        "slack": SlackSettings(
            bot_token=SecretStr(slack.bot_token),
            app_token=SecretStr(slack.app_token),
            api_url=slack.api_url,
            admin_channel=f"#{company.admin_channel}",
        ),
        "web": WebSettings(port=0),
        "watch": WINDOWS,
        "sources": (
            _source(SYSTEM, "postgres", dsn=dsn, log=str(warehouse.log_directory)),
            _source("bi", "declared", file=str(declared)),
        ),
    }
    return Settings(**values)


def _source(name: str, kind: str, **options: str) -> SourceSettings:
    return SourceSettings.model_validate({"name": name, "kind": kind, **options})


def _warehouse(directory: Path) -> embedded.Cluster:
    return embedded.Cluster(directory / "warehouse", options=acme.SERVER, database="postgres", superuser=acme.SUPERUSER)


def _read_all(app: App, step: _Steps) -> None:
    """The first read teaches: what happened before today's visitor came never pages."""
    for source in app.sources:
        inventory_once(source, app.store, now=running.now(), workshop=app.workshop)
        sync_once(
            source, app.store, now=running.now(), workshop=app.workshop, progress=lambda p: step.advance(p.statements)
        )


class _Steps:
    """One line a step, with a count where there is something to count; and how long each took."""

    def __init__(self, bar: Progress) -> None:
        self._bar = bar
        self._task = bar.add_task("", total=None, count="")
        self._now: tuple[str, float] | None = None
        self.took: dict[str, float] = {}

    def __call__(self, says: str) -> None:
        self.end()
        self._now = says, time.monotonic()
        self._bar.update(self._task, description=says, count="")

    def advance(self, done: int) -> None:
        self._bar.update(self._task, count=f"{done:,}")

    def end(self) -> None:
        if self._now is not None:
            self.took[self._now[0]] = time.monotonic() - self._now[1]


def _own_directory(cleanup: ExitStack) -> Path:
    """A place for this run alone; what an earlier one that was killed left behind goes now."""
    base = default_state_directory() / "demo"
    base.mkdir(parents=True, exist_ok=True, mode=0o700)
    for left in base.iterdir():
        _erase(left)
    directory = base / secrets.token_hex(4)
    directory.mkdir(mode=0o700)
    cleanup.callback(_erase, directory, patience=10.0)
    return directory


def _erase(directory: Path, *, patience: float = 0.0) -> None:
    """Remove a demo's clusters and files; one that is still in use stays."""
    try:
        for cluster in ("warehouse", "store"):
            embedded.erase(embedded.Cluster(directory / cluster), timeout=patience)
    except EmbeddedServerFailed:
        return
    for file in directory.glob("*"):
        file.unlink() if file.is_file() else None
    directory.rmdir() if not any(directory.iterdir()) else None


@contextmanager
def _progress() -> Iterator[Progress]:
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        TextColumn("{task.fields[count]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(file=sys.stderr), transient=True) as bar:
        yield bar
