"""Run the roles until told to stop: the leader's clock, the watcher's and the deliverer's loops, Slack and the web.

The clocks never call each other: they meet in Postgres, and ring for each other as a hint. Any trouble is said once and
waited out with a back-off; nothing is half done, because every step is one transaction.
"""

from __future__ import annotations

import hashlib
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import partial

import structlog

from lineagebot.alerts.deliver import Deliverer, worker_name
from lineagebot.alerts.watcher import Watcher
from lineagebot.app import App, probes_of
from lineagebot.config import WatchSettings
from lineagebot.errors import ConfigWrong, SlackRefused, SlackTrouble, StoreDeposed, StoreTrouble
from lineagebot.loops import Loops
from lineagebot.model import LOGLESS
from lineagebot.policy.rules import KINDS, OFF, Patience, Windows
from lineagebot.reply import Destination, Paragraph, Poster, Reply
from lineagebot.schedule import Clock, Job
from lineagebot.slack.app import SlackApp
from lineagebot.slack.directory import handles
from lineagebot.store import curation, maintenance, outbox
from lineagebot.store.leader import Leader
from lineagebot.store.locks import WATCH_LOCK
from lineagebot.sync.runner import inventory_once, sync_once
from lineagebot.sync.source import Source
from lineagebot.web.server import PortTaken, WebServer

#: Seconds between two looks for work where nobody rings.
LOOK = 0.5
#: ... between two tries to lead, and between two heart-beats.
STANDBY = 1.0
HEARTBEAT = 1.0
#: Seconds without a sign of life after which a loop counts as stuck: a page of a log, a dozen messages to a slow Slack.
PATIENCE = 300.0
#: Seconds after which a process that was told to stop leaves what is still at work.
LAST_MOMENT = 4.0
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
    loops: Loops
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
    """Start the roles in threads of this process. Raises ConfigWrong or SlackRefused where it is set up wrong."""
    slack = _slack(app)
    running = Running(threading.Event(), Loops(partial(_tell, app, slack)), slack=slack)
    try:
        _start(app, roles, running)
    except BaseException:
        running.stop()
        raise
    return running


def _start(app: App, roles: frozenset[Role], running: Running) -> None:
    slack, stop, loops = running.slack, running.stop_event, running.loops
    if slack:
        running.closers.append(slack.stop)
    if slack and Role.CHAT in roles:
        _greet(slack)
        if app.settings.slack.app_token:
            slack.start_socket()
    if Role.WEB in roles:
        running.web = _web(app, slack, loops)
        running.closers.append(running.web.stop)
    if slack and Role.WATCH in roles:
        _thread(running, "deliver", partial(deliver_forever, app, slack.poster, loops, stop))
        _thread(running, "directory", partial(keep_directory, app, slack, loops, stop))
        _thread(running, "watch", partial(watch_forever, app, slack, loops, stop))
    if Role.SYNC in roles:
        _thread(running, "sync", partial(sync_forever, app, loops, stop))


def windows_of(settings: WatchSettings) -> Windows:
    """Raises ConfigWrong where a rule is tuned that is none."""
    if unknown := sorted(settings.rules.keys() - set(KINDS)):
        raise ConfigWrong(f"watch.rules: {', '.join(unknown)} is no kind of alert; there are {', '.join(KINDS)}")
    tuned = {kind: OFF if said == "off" else Patience(said) for kind, said in settings.rules.items()}
    short, settle = timedelta(seconds=settings.short), timedelta(seconds=settings.settle)
    return Windows(short=short, settle=settle, storm=settings.storm, tuned=tuned)


#: What a leader does: handed its epoch, it yields what to do again and again while it leads.
Duty = Callable[[int], AbstractContextManager[Callable[[], None]]]


def lead_forever(loops: Loops, leader: Leader, name: str, duty: Duty, stop: threading.Event) -> None:
    """Try to lead; while leading do the duty, with a heart-beat between its rounds; step back when deposed."""

    def once() -> None:
        try:
            epoch = leader.try_lead()
            if epoch is None:
                stop.wait(STANDBY)
                return
            log.info("leading", what=name, epoch=epoch)
            with duty(epoch) as go_on:
                while not stop.is_set():
                    leader.heartbeat()
                    go_on()
                    loops.well(name)
        except BaseException:
            leader.resign()
            raise

    try:
        loops.keep(name, once, stop=stop, patience=PATIENCE)
    finally:
        leader.resign()


def sync_forever(app: App, loops: Loops, stop: threading.Event) -> None:
    """Keep the clock of the sources and of the store, under a leader."""

    @contextmanager
    def duty(epoch: int) -> Iterator[Callable[[], None]]:
        over = threading.Event()
        jobs = [job for source in app.sources for job in _jobs_of(app, source, epoch, loops, stop, over)]
        clock = Clock([_maintenance(app, loops), *jobs], threads=2 + len(app.sources))
        clock.start()
        try:
            yield lambda: _pause(stop, HEARTBEAT)
        finally:
            over.set()
            clock.stop()
            for job in jobs:
                loops.forget(job.name)

    lead_forever(loops, Leader(app.store), "sync", duty, stop)


def _jobs_of(
    app: App, source: Source, epoch: int, loops: Loops, stop: threading.Event, over: threading.Event
) -> list[Job]:
    """`over`: this process leads no more."""
    watch, workshop = app.settings.watch, app.workshop
    catalog, sync = f"inventory {source.name}", f"sync {source.name}"

    def inventory() -> str | None:
        return inventory_once(source, app.store, now=now(), epoch=epoch, workshop=workshop).trouble

    def log_to_its_end() -> str | None:
        return sync_once(source, app.store, now=now(), epoch=epoch, workshop=workshop, progress=between_pages).trouble

    def between_pages(_: object) -> None:
        """Each page is whole in the store: whoever is to stop can do so between two of them."""
        loops.beat(sync, patience=PATIENCE)
        if stop.is_set() or over.is_set():
            raise StoreDeposed("this process stops or leads no more")

    def job(name: str, every: float, run: Callable[[], str | None]) -> Job:
        return Job(name, every, partial(_run, loops, name, run, every))

    return [job(catalog, watch.inventory_every, inventory), job(sync, pace(source.kind, watch), log_to_its_end)]


def pace(kind: str, watch: WatchSettings) -> float:
    """Seconds between two looks for what ran: a log grows by the second, what dbt keeps grows by the run."""
    return watch.inventory_every if kind in LOGLESS else watch.poll


def _maintenance(app: App, loops: Loops) -> Job:
    def tidy() -> None:
        maintenance.run(app.store, now(), keep_months=app.settings.store.keep_months)

    return Job("maintenance", DAY, partial(_run, loops, "maintenance", tidy, DAY))


def _run(loops: Loops, name: str, run: Callable[[], str | None], every: float) -> None:
    """One run of a job of the clock."""
    loops.attempt(name, run, patience=every + PATIENCE)


def watch_forever(app: App, slack: SlackApp, loops: Loops, stop: threading.Event) -> None:
    """The watcher's loop, under a leader of its own: who watches need not be who syncs."""

    @contextmanager
    def duty(epoch: int) -> Iterator[Callable[[], None]]:
        # Its memory is as good as the leadership is long.
        watcher = watcher_of(app, workspace_of(slack))

        def tick() -> None:
            if not watcher.tick(now()):
                _rest(app, "journal", stop)

        yield tick

    lead_forever(loops, Leader(app.store, name="watch", lock=WATCH_LOCK), "watch", duty, stop)


def watcher_of(app: App, workspace: Callable[[], str | None]) -> Watcher:
    return Watcher(
        app.store,
        workspace=workspace,
        fallback=app.settings.slack.admin_channel,
        dialects=lambda: dict(app.services.dialects),
        windows=windows_of(app.settings.watch),
        shadow=app.settings.watch.shadow,
        tell_readers=app.settings.watch.tell_readers,
        escalate_to=app.settings.watch.escalate_to,
        escalate_after=timedelta(seconds=app.settings.watch.escalate_after),
        probes=probes_of(app.sources),
    )


def workspace_of(slack: SlackApp) -> Callable[[], str | None]:
    """Who we are on Slack; None while Slack cannot say."""

    def workspace() -> str | None:
        try:
            return slack.identity().team
        except SlackTrouble:
            return None

    return workspace


def deliver_forever(app: App, poster: Poster, loops: Loops, stop: threading.Event) -> None:
    """The deliverer's loop; any replica may run it."""
    deliverer = Deliverer(app.store, poster, worker=worker_name(), fallback=app.settings.slack.admin_channel)
    begun = False

    def once() -> None:
        nonlocal begun
        if not begun:
            deliverer.begin(now())
            begun = True
        if not deliverer.tick(now()):
            _rest(app, "outbox", stop)

    loops.keep("deliver", once, stop=stop, patience=PATIENCE)


def keep_directory(app: App, slack: SlackApp, loops: Loops, stop: threading.Event) -> None:
    """Learn once an hour which Slack id stands for which channel name and e-mail, so that owners can be reached."""

    def once() -> None:
        found = dict(handles(slack.client))
        with app.store.begin() as tx:
            curation.link_handles(tx, slack.identity().team, found)
        loops.beat("directory")
        _pause(stop, HOUR)

    loops.keep("directory", once, stop=stop, patience=HOUR + PATIENCE)


def _tell(app: App, slack: SlackApp | None, key: str, sentence: str) -> None:
    """Say it in the admin channel, within an hour once; by way of the outbox, so that it outlives what is wrong now."""
    channel = app.settings.slack.admin_channel
    workspace = workspace_of(slack)() if slack else None
    if channel is None or workspace is None:
        return
    at = now()
    told = Reply(sentence, (Paragraph((sentence,)),), private=False)
    digest = hashlib.sha256(f"{key}:{at:%Y-%m-%d %H}".encode()).hexdigest()[:32]
    with app.store.begin() as tx:
        where = Destination(workspace, curation.slack_ids(tx, workspace, {channel}).get(channel, channel))
        outbox.enqueue(tx, "reply", f"told:{digest}", where, reply=told, at=at)


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


def _web(app: App, slack: SlackApp | None, loops: Loops) -> WebServer:
    mounts = {"/slack/events": slack.asgi} if slack else {}
    web = app.settings.web
    server = WebServer(mounts, health=partial(health, app, slack, loops), host=web.host, port=web.port)
    try:
        server.start()
    except PortTaken as exc:
        raise ConfigWrong(f"web.port: {exc}") from exc
    return server


def health(app: App, slack: SlackApp | None, loops: Loops) -> tuple[bool, dict[str, object]]:
    """What /health says: whether store and Slack answer, how fresh each source is, and how each loop does.

    Anyone who reaches the port may read it, so it quotes no sentence of ours: those name hosts, accounts and paths.
    """
    said = {"slack": "none" if slack is None else "trouble" if slack.trouble else "ok", "loops": loops.states()}
    try:
        coverage = app.services.graph.coverage()
    except StoreTrouble:
        return False, {"store": "trouble", **said}
    sources = {
        s.system: {
            "watermark": s.watermark.isoformat() if s.watermark else None,
            "state": "trouble" if s.trouble else "ok",
        }
        for s in coverage.sources
    }
    return not loops.stuck, {"store": "ok", **said, "sources": sources}


def _thread(running: Running, name: str, run: Callable[[], None]) -> None:
    thread = threading.Thread(target=run, name=f"lineagebot-{name}", daemon=True)
    running.threads.append(thread)
    thread.start()


def _rest(app: App, bell: str, stop: threading.Event) -> None:
    """Sleep until somebody rings, a little while at most. Where the store is down the bell is silent, not an error."""
    try:
        app.store.wait(bell, LOOK)
    except StoreTrouble:
        stop.wait(LOOK)


def _pause(stop: threading.Event, seconds: float) -> None:
    stop.wait(seconds)


def now() -> datetime:
    return datetime.now(UTC)


def wait_until_stopped(running: Running, names: Sequence[int]) -> None:
    """Block until one of the signals arrives, then stop everything in order.

    Whatever has not ended within a few seconds is left where it is: every step is one transaction, so a process that
    leaves in the middle loses nothing. A second signal ends the process at once.
    """
    for name in names:
        signal.signal(name, lambda *_: running.stop_event.set())
    while not running.stop_event.wait(0.2):
        pass
    for name in names:
        signal.signal(name, signal.SIG_DFL)
    last = threading.Timer(LAST_MOMENT, _leave)
    last.daemon = True
    last.start()
    running.stop()


def _leave() -> None:
    working = [thread.name for thread in threading.enumerate() if not thread.daemon and thread.is_alive()]
    log.warning("leaving in the middle of something", threads=working)
    os._exit(0)
