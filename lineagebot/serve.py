"""Run the roles until told to stop: the leader's clock, the watcher's and the deliverer's loops, Slack and the web.

The clocks never call each other: they meet in Postgres, and ring for each other as a hint. Any trouble is said once and
waited out with a back-off; nothing is half done, because every step is one transaction.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import partial

import structlog

from lineagebot.alerts.deliver import Deliverer, worker_name
from lineagebot.alerts.watcher import Watcher
from lineagebot.app import App
from lineagebot.config import WatchSettings
from lineagebot.errors import LineagebotError, SlackRefused, SlackTrouble, StoreDeposed, StoreTrouble
from lineagebot.policy.rules import Windows
from lineagebot.reply import Poster
from lineagebot.schedule import Clock, Job
from lineagebot.slack.app import SlackApp
from lineagebot.slack.directory import handles
from lineagebot.store import curation, maintenance
from lineagebot.store.leader import Leader
from lineagebot.sync.runner import inventory_once, sync_once
from lineagebot.sync.source import Source
from lineagebot.web.server import WebServer

#: Seconds between two looks for work where nobody rings.
LOOK = 0.5
#: Longest pause after a failure, in seconds.
LONGEST_PAUSE = 30.0
DAY = 86_400.0
HOUR = 3_600.0

log = structlog.get_logger(__name__)


class Role(StrEnum):
    CHAT = "chat"
    SYNC = "sync"
    WATCH = "watch"
    WEB = "web"


ALL = frozenset(Role)


@dataclass(slots=True)
class Running:
    """What was started, to be stopped in the reverse order."""

    stop_event: threading.Event
    threads: list[threading.Thread] = field(default_factory=list)
    closers: list[Callable[[], None]] = field(default_factory=list)
    slack: SlackApp | None = None
    web: WebServer | None = None

    def stop(self) -> None:
        self.stop_event.set()
        for close in reversed(self.closers):
            close()
        for thread in self.threads:
            thread.join(timeout=15)


def start(app: App, roles: frozenset[Role] = ALL) -> Running:
    """Start the roles in threads of this process. Raises ConfigWrong or SlackRefused where Slack is set up wrong."""
    running = Running(threading.Event())
    slack = _slack(app)
    running.slack = slack
    if slack and Role.CHAT in roles:
        _greet(slack)
        if app.settings.slack.app_token:
            slack.start_socket()
    if slack:
        running.closers.append(slack.stop)
    if Role.WEB in roles:
        running.web = _web(app, slack)
        running.closers.append(running.web.stop)
    if slack and Role.WATCH in roles:
        _loop(running, "deliver", partial(deliver_forever, app, slack.poster, running.stop_event))
        _loop(running, "directory", partial(keep_directory, app, slack, running.stop_event))
    if roles & {Role.SYNC, Role.WATCH}:
        _loop(running, "lead", partial(lead_forever, app, slack, roles, running.stop_event))
    return running


def windows_of(settings: WatchSettings) -> Windows:
    return Windows(short=timedelta(seconds=settings.short), settle=timedelta(seconds=settings.settle))


def lead_forever(app: App, slack: SlackApp | None, roles: frozenset[Role], stop: threading.Event) -> None:
    """Try to lead; while leading keep the clock and watch, with a heart-beat; step back when deposed."""
    said = ""
    while not stop.is_set():
        leader = Leader(app.store)
        try:
            epoch = leader.try_lead()
            if epoch is None:
                stop.wait(LOOK)
                continue
            log.info("leading", epoch=epoch)
            said = ""
            _lead(app, slack, roles, leader, epoch, stop)
        except StoreTrouble as exc:
            said = _say_once(said, exc)
            stop.wait(2.0)
        finally:
            leader.resign()


def _lead(
    app: App, slack: SlackApp | None, roles: frozenset[Role], leader: Leader, epoch: int, stop: threading.Event
) -> None:
    jobs: list[Job] = [Job("maintenance", DAY, partial(_maintain, app))]
    if Role.SYNC in roles:
        jobs += [job for source in app.sources for job in _jobs_of(app, source, epoch)]
    clock = Clock(jobs, threads=2 + len(app.sources))
    deposed = threading.Event()
    watching = threading.Thread(
        target=watch_forever, args=(app, slack, epoch, stop, deposed), name="lineagebot-watch", daemon=True
    )
    clock.start()
    if slack and Role.WATCH in roles:
        watching.start()
    try:
        while not stop.is_set() and not deposed.is_set():
            leader.heartbeat()
            stop.wait(1.0)
    finally:
        deposed.set()
        clock.stop()
        if watching.is_alive():
            watching.join(timeout=10)


def _jobs_of(app: App, source: Source, epoch: int) -> list[Job]:
    watch, workshop = app.settings.watch, app.workshop
    quiet: dict[str, str] = {}

    def inventory() -> str | None:
        return inventory_once(source, app.store, now=now(), epoch=epoch, workshop=workshop).trouble

    def log_to_its_end() -> str | None:
        return sync_once(source, app.store, now=now(), epoch=epoch, workshop=workshop).trouble

    return [
        Job(
            f"inventory {source.name}", watch.inventory_every, partial(_guarded, "inventory", source, quiet, inventory)
        ),
        Job(f"sync {source.name}", watch.poll, partial(_guarded, "sync", source, quiet, log_to_its_end)),
    ]


def _guarded(name: str, source: Source | None, quiet: dict[str, str], run: Callable[[], str | None]) -> None:
    """One run of a job, which returns its trouble or None: said once, until it changes or is over."""
    job = f"{name} {source.name}" if source else name
    try:
        trouble = run()
    except StoreDeposed:
        log.info("no longer the leader", job=job)
        return
    except LineagebotError as exc:
        trouble = str(exc)
    if trouble and trouble != quiet.get(job):
        log.warning("trouble", says=trouble, job=job)
    elif not trouble and job in quiet:
        log.info("well again", job=job)
    quiet.pop(job, None)
    if trouble:
        quiet[job] = trouble


def _maintain(app: App) -> None:
    def tidy() -> None:
        maintenance.run(app.store, now(), keep_months=app.settings.store.keep_months)

    _guarded("maintenance", None, {}, tidy)


def watch_forever(
    app: App, slack: SlackApp | None, epoch: int, stop: threading.Event, deposed: threading.Event
) -> None:
    """The watcher's loop, under the leader."""
    if slack is None:
        return
    watcher = watcher_of(app, workspace_of(slack))
    said, pause = "", LOOK
    while not stop.is_set() and not deposed.is_set():
        try:
            taken = watcher.tick(now(), epoch=epoch)
        except StoreDeposed:
            deposed.set()
        except StoreTrouble as exc:
            said, pause = _say_once(said, exc, job="watch"), min(pause * 2, LONGEST_PAUSE)
            stop.wait(pause)
        else:
            said, pause = "", LOOK
            if not taken:
                _rest(app, "journal", stop)


def watcher_of(app: App, workspace: Callable[[], str | None]) -> Watcher:
    return Watcher(
        app.store,
        workspace=workspace,
        fallback=app.settings.slack.admin_channel,
        dialects=lambda: dict(app.services.dialects),
        windows=windows_of(app.settings.watch),
        shadow=app.settings.watch.shadow,
    )


def workspace_of(slack: SlackApp) -> Callable[[], str | None]:
    """Who we are on Slack; None while Slack cannot say."""

    def workspace() -> str | None:
        try:
            return slack.identity().team
        except SlackTrouble:
            return None

    return workspace


def deliver_forever(app: App, poster: Poster, stop: threading.Event) -> None:
    """The deliverer's loop; any replica may run it."""
    deliverer = Deliverer(app.store, poster, worker=worker_name(), fallback=app.settings.slack.admin_channel)
    said, pause, begun = "", LOOK, False
    while not stop.is_set():
        try:
            if not begun:
                deliverer.begin(now())
                begun = True
            sent = deliverer.tick(now())
        except StoreTrouble as exc:
            said, pause = _say_once(said, exc, job="deliver"), min(pause * 2, LONGEST_PAUSE)
            stop.wait(pause)
        else:
            said, pause = "", LOOK
            if not sent:
                _rest(app, "outbox", stop)


def keep_directory(app: App, slack: SlackApp, stop: threading.Event) -> None:
    """Learn once an hour which Slack id stands for which channel name and e-mail, so that owners can be reached."""
    quiet: dict[str, str] = {}

    def learn() -> None:
        found = dict(handles(slack.client))
        with app.store.begin() as tx:
            curation.link_handles(tx, slack.identity().team, found)

    while not stop.is_set():
        _guarded("directory", None, quiet, learn)
        stop.wait(HOUR if not quiet else LONGEST_PAUSE)


def _slack(app: App) -> SlackApp | None:
    if app.settings.slack.bot_token is None:
        log.warning("no slack", says="SLACK_BOT_TOKEN is not set: I read and remember, but talk to nobody")
        return None
    return SlackApp(app.settings.slack, app.answer, seen=app.seen, suggest=app.suggest)


def _greet(slack: SlackApp) -> None:
    """A wrong token ends the start with a sentence; a Slack that is down does not."""
    try:
        slack.identity()
    except SlackRefused:
        raise
    except SlackTrouble as exc:
        log.warning("trouble", says=str(exc), job="slack")


def _web(app: App, slack: SlackApp | None) -> WebServer:
    mounts = {"/slack/events": slack.asgi} if slack else {}
    web = app.settings.web
    server = WebServer(mounts, health=partial(health, app, slack), host=web.host, port=web.port)
    server.start()
    return server


def health(app: App, slack: SlackApp | None) -> tuple[bool, dict[str, object]]:
    """What /health says: whether the store answers, how fresh each source is, whether Slack is connected."""
    said = "none" if slack is None else slack.trouble or "ok"
    try:
        coverage = app.services.graph.coverage()
    except StoreTrouble as exc:
        return False, {"store": str(exc), "slack": said}
    return True, {
        "store": "ok",
        "slack": said,
        "sources": {
            s.system: {"watermark": s.watermark.isoformat() if s.watermark else None, "trouble": s.trouble}
            for s in coverage.sources
        },
    }


def _loop(running: Running, name: str, run: Callable[[], None]) -> None:
    thread = threading.Thread(target=run, name=f"lineagebot-{name}", daemon=True)
    running.threads.append(thread)
    thread.start()


def _rest(app: App, bell: str, stop: threading.Event) -> None:
    """Sleep until somebody rings, a little while at most. Where the store is down the bell is silent, not an error."""
    try:
        app.store.wait(bell, LOOK)
    except StoreTrouble:
        stop.wait(LOOK)


def _say_once(said: str, exc: LineagebotError, **facts: object) -> str:
    if str(exc) != said:
        log.warning("trouble", says=str(exc), **facts)
    return str(exc)


def now() -> datetime:
    return datetime.now(UTC)


def wait_until_stopped(running: Running, names: Sequence[int]) -> None:
    """Block until one of the signals arrives, then stop everything in order."""
    import signal

    for name in names:
        signal.signal(name, lambda *_: running.stop_event.set())
    while not running.stop_event.is_set():
        time.sleep(0.2)
    running.stop()
