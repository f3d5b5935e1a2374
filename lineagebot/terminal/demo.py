"""The demo: a company founded on a real Postgres, the real bot, and a Slack of our own; on a page, or played here.

Nothing is staged: the statements run, the log is read, the messages are the ones that the bot posts.
"""

from __future__ import annotations

import secrets
import signal
import sys
import threading
import time
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
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
from lineagebot.playground.text import drawn, plain
from lineagebot.store import embedded
from lineagebot.sync.runner import inventory_once, sync_once

SYSTEM = "acme"
#: The optional scopes: with them a doubtful post is looked up before a second one.
LOOK_BACK = {"channels:history", "groups:history"}
#: Seconds to wait for an answer or an alert.
PATIENCE = 20.0
#: Seconds after a statement's end in which an alert would have come; the windows below are shorter.
QUIET = 6.0
#: The demo's windows: a newcomer does not wait two minutes for a rebuild to settle.
WINDOWS = WatchSettings(poll=0.3, short=2.0, settle=4.0, inventory_every=30.0)


@dataclass(frozen=True, slots=True)
class Stage:
    """Everything that stands while the demo plays."""

    company: acme.Company
    warehouse: embedded.Running
    slack: FakeSlack
    app: App
    bot: running.Running


def once(*, seed: int | None, statements: tuple[str, ...], login: str | None) -> int:
    """Play three conversations and one alert (or `statements`) as text. Returns the exit code."""
    with stage(seed) as set_up:
        play = _Play(set_up)
        story = set_up.company.accident
        play.ask(story.asker, f"/lineage {story.ask}")
        play.ask(story.asker, f"/lineage who reads {story.readers_of}")
        play.tell(story.asker, story.check)
        happened = [play.run(login or story.login, sql) for sql in statements or (story.sql,)]
    return 0 if all(happened) or statements else 1


ServeSlack = Callable[[ExitStack, FakeSlack, acme.Company, embedded.Running], None]


def _alone(cleanup: ExitStack, slack: FakeSlack, company: acme.Company, warehouse: embedded.Running) -> None:
    """Serve the fake Slack without a page."""
    cleanup.enter_context(slack)


@contextmanager
def stage(seed: int | None, *, serve_slack: ServeSlack = _alone) -> Iterator[Stage]:
    """Found the company, read its log, start the bot; all of it is gone afterwards."""
    company = acme.Company.of(seed)
    with ExitStack() as cleanup:
        directory = _own_directory(cleanup)
        bar = cleanup.enter_context(_progress())
        step = _Steps(bar)
        step(f"Starting Postgres for {company.name}'s warehouse")
        warehouse = embedded.start(_warehouse(directory))
        cleanup.callback(warehouse.close)
        step("Founding the company: tables, pipeline, people, dashboards")
        acme.found(company, warehouse.dsn)
        ran = acme.live(company, warehouse.dsn_for, progress=step.advance)
        slack = FakeSlack(scopes=SCOPES | LOOK_BACK)
        people_slack(company, slack)
        serve_slack(cleanup, slack, company, warehouse)
        step(f"Reading its log: {ran:,} statements")
        app = cleanup.enter_context(App.open(_settings(company, directory, warehouse, slack)))
        _read_all(app, step)
        step("Starting the bot")
        bot = running.start(app, running.ALL - {running.Role.WEB})
        cleanup.callback(bot.stop)
        _wait(lambda: bot.slack is not None and bot.slack.is_connected, "the bot did not reach its Slack")
        bar.stop()
        yield Stage(company, warehouse, slack, app, bot)


def people_slack(company: acme.Company, slack: FakeSlack) -> None:
    """The company's people and channels."""
    for person in company.people:
        slack.workspace.add_user(person.handle, real_name=person.name, email=person.email, title=person.title)
    for channel in company.channels:
        slack.workspace.add_channel(channel.name, topic=channel.topic)


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
    """One line a step, with a count where there is something to count."""

    def __init__(self, bar: Progress) -> None:
        self._bar = bar
        self._task = bar.add_task("", total=None, count="")
        self._began = time.monotonic()

    def __call__(self, says: str) -> None:
        self._bar.update(self._task, description=says, count="")

    def advance(self, done: int) -> None:
        self._bar.update(self._task, count=f"{done:,}")


class _Play:
    """Speaks and listens on the fake Slack, and prints what both sides see."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._slack = stage.slack
        self._out = Console(highlight=False, markup=False, soft_wrap=True)

    def ask(self, person: str, line: str) -> None:
        channel = self._stage.company.channels[0].name
        before = len(self._slack.messages(channel, viewer=person))
        began = time.monotonic()
        command, _, words = line.partition(" ")
        self._slack.slash(person, channel, command, words)
        answer = self._next(lambda: self._slack.messages(channel, viewer=person)[before:], f"no answer to {line}")
        self._print(f"{person} in #{channel}", line, answer, began)

    def tell(self, person: str, text: str) -> None:
        began = time.monotonic()
        said = self._slack.say(person, "lineagebot", text)

        def answers() -> list[dict[str, Any]]:
            return [m for m in self._slack.messages("lineagebot", viewer=person) if m.get("bot_id") and m["ts"] > said]

        answer = self._next(answers, f"no answer to {text}")
        self._print(f"{person} to lineagebot, in a direct message", text, answer, began)

    def run(self, login: str, sql: str) -> bool:
        """Run it on the warehouse, and wait for the alert; True where one came."""
        seen = set(self._alerts())
        self._rule(f"{login} on the warehouse")
        self._out.print(f"> {sql.strip()}\n")
        began = time.monotonic()
        result = acme.console(self._stage.warehouse.dsn_for, self._stage.company, login, sql)
        self._out.print(result.as_text())
        try:
            _wait(lambda: set(self._alerts()) - seen, "", patience=QUIET if not result.ok else QUIET + WINDOWS.settle)
        except BadRequest:
            self._out.print("\nNo alert: it failed, or hit nothing that others use, or was put right at once.\n")
            return False
        new = [key for key in self._alerts() if key not in seen]
        message = self._alerts()[new[0]]
        places = ", ".join(sorted({self._place(channel) for channel, _ in new}))
        self._print(f"lineagebot in {places}", "", message, began)
        return True

    def _alerts(self) -> dict[tuple[str, str], dict[str, Any]]:
        """Messages of the bot that carry an alert, by channel and ts."""
        found = {}
        for channel in list(self._slack.workspace.channels.values()):
            for message in self._slack.workspace.messages(channel):
                if message.get("bot_id") and message.get("metadata") and not message.get("thread_ts"):
                    found[channel.id, str(message["ts"])] = message
        return found

    def _next(self, look: Callable[[], list[dict[str, Any]]], otherwise: str) -> dict[str, Any]:
        _wait(look, otherwise)
        return look()[0]

    def _place(self, channel: str) -> str:
        found = self._slack.workspace.channel(channel)
        return f"#{found.name}" if found.name else "a direct message"

    def _print(self, who: str, said: str, answer: dict[str, Any], began: float) -> None:
        took = time.monotonic() - began
        self._rule(who)
        if said:
            self._out.print(f"> {said}\n")
        workspace = self._slack.workspace
        names = {u.id: u.real_name for u in workspace.users.values()}
        names |= {c.id: c.name for c in workspace.channels.values() if c.name}
        text = drawn(answer, names) or plain(str(answer.get("text", "")), names)
        self._out.print(text + f"\n\n  ({took:.1f} s)\n")

    def _rule(self, title: str) -> None:
        self._out.print(f"── {title} " + "─" * max(4, 84 - len(title)))


def _wait(ready: Callable[[], object], otherwise: str, *, patience: float = PATIENCE) -> None:
    """Until `ready()` is true. Raises BadRequest with the sentence after `patience` seconds."""
    deadline = time.monotonic() + patience
    while not ready():
        if time.monotonic() > deadline:
            raise BadRequest(otherwise)
        time.sleep(0.02)


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


def serve(*, seed: int | None, statements: tuple[str, ...], login: str | None, port: int, open_browser: bool) -> None:
    """Serve the page until interrupted; `statements` are run as soon as it stands."""
    pages: list[Playground] = []

    def page(cleanup: ExitStack, slack: FakeSlack, company: acme.Company, warehouse: embedded.Running) -> None:
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
        pages.append(cleanup.enter_context(playground))

    with stage(seed, serve_slack=page) as set_up:
        out = Console(highlight=False)
        url = pages[0].url
        out.print(f"\n{set_up.company.name}'s playground: [bold]{url}[/bold]\n")
        out.print("Ask in a channel, check a DROP in a message to lineagebot, break something in the console.")
        out.print("The address opens the page once; Ctrl+C ends everything.\n")
        if open_browser:
            webbrowser.open(url)
        for sql in statements:
            result = acme.console(set_up.warehouse.dsn_for, set_up.company, login or set_up.company.accident.login, sql)
            out.print(result.as_text(), markup=False)
        stop = threading.Event()
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, lambda *_: stop.set())
        while not stop.wait(0.5):
            pass
        out.print("Closing ...")


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
