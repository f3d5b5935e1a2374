"""From the journal to the outbox: feeds `policy.step` and writes what it decides, all of a tick in one transaction.

A tick reads the watermarks before the journal: a page that commits in between is then seen without its watermark, never
the other way round, so that no window closes over a statement that was not looked at.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from lineagebot import crashpoints, reply
from lineagebot.graph.impact import Impact
from lineagebot.graph.reader import GraphReader
from lineagebot.model import Alert, AssetKey, Effect
from lineagebot.policy import life
from lineagebot.policy.audience import Recipient, recipients
from lineagebot.policy.known import answer
from lineagebot.policy.message import catch_up, headline, storm, told
from lineagebot.policy.recovery import recovery_of
from lineagebot.policy.rules import Windows
from lineagebot.policy.severity import severity_of
from lineagebot.policy.step import (
    Brief,
    Decision,
    Event,
    Speak,
    State,
    StatementSeen,
    Storm,
    TakeBack,
    WatermarkSeen,
    asks,
    state_from_json,
    state_to_json,
    step,
)
from lineagebot.reply import Destination
from lineagebot.store import alerts, curation, journal, outbox, watch
from lineagebot.store.engine import Store, Tx
from lineagebot.store.graph import PostgresGraph

NAME = "watcher"
#: Journal entries taken in one tick.
BATCH = 500
#: A watermark that stands still for so long past a window's end: the alert goes out as "log late".
LATE = timedelta(seconds=60)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Watcher:
    """Ticks under one leader; two at once are safe (the state's row is locked) but pointless."""

    store: Store
    #: The workspace that owners' messages go to; None while Slack has not said who we are: then nothing is taken.
    workspace: Callable[[], str | None]
    #: Channel that hears what nobody owns.
    fallback: str | None
    #: system → dialect.
    dialects: Callable[[], dict[str, str]]
    windows: Windows = field(default_factory=Windows)
    #: Only the fallback channel hears.
    shadow: bool = False

    def tick(self, now: datetime, *, epoch: int | None = None) -> int:
        """Take what the journal has; returns the number of entries taken. Raises StoreTrouble; nothing is half done."""
        workspace = self.workspace()
        if workspace is None:
            return 0
        with self.store.begin() as tx:
            taken = self._tick(tx, now, workspace, epoch)
            crashpoints.reach("watch.before-commit")
        crashpoints.reach("watch.after-commit")
        return taken

    def _tick(self, tx: Tx, now: datetime, workspace: str, epoch: int | None) -> int:
        position, text = watch.load_state(tx, NAME)
        state = state_from_json(text)
        marks = journal.watermarks(tx)
        entries = journal.after(tx, position, limit=BATCH)
        events: list[Event] = [
            StatementSeen(e.statement, e.fingerprint, e.effects, e.problems, e.by_machine, e.taught) for e in entries
        ]
        if len(entries) < BATCH:
            events += [WatermarkSeen(system, at) for system, at in marks.items() if at is not None]
            events += _late(state, now)
        graph = PostgresGraph.within(tx)
        decisions: list[Decision] = []
        for event in events:
            known = answer(graph, asks(state, event), today=now.date())
            state, new = step(state, event, known, now, windows=self.windows)
            decisions += new
        self._carry_out(tx, graph, decisions, now, workspace)
        self._wake(tx, now)
        watch.save_state(tx, NAME, entries[-1].position if entries else position, state_to_json(state), epoch=epoch)
        return len(entries)

    def _carry_out(self, tx: Tx, graph: GraphReader, decisions: list[Decision], now: datetime, workspace: str) -> None:
        old: list[Alert] = []
        for decision in decisions:
            match decision:
                case Speak():
                    alert = self._raise(tx, graph, decision, now, workspace)
                    if decision.candidate.old:
                        old.append(alert)
                case TakeBack():
                    self._take_back(tx, decision, now)
                case Storm():
                    self._tell_fallback(tx, f"storm:{decision.system}:{decision.at}", workspace, decision)
        if old and self.fallback:
            where = Destination(workspace, _id_of(tx, workspace, self.fallback))
            key = hashlib.sha256("".join(a.key for a in old).encode()).hexdigest()[:32]
            outbox.enqueue(tx, "reply", f"catch-up:{key}", where, reply=catch_up(tuple(old), now))

    def _raise(self, tx: Tx, graph: GraphReader, decision: Speak, now: datetime, workspace: str) -> Alert:
        candidate, brief = decision.candidate, decision.candidate.brief
        who = _name_of(graph, brief)
        recovery = recovery_of(
            candidate.effect,
            self.dialects().get(brief.system, ""),
            at=brief.started_at,
            definition=_definition(graph, candidate.effect),
        )
        story = told(candidate, decision.impact, who=who, recovery=recovery, now=now, unconfirmed=decision.unconfirmed)
        alert = Alert(
            id=_short_id(candidate.key),
            key=candidate.key,
            system=brief.system,
            asset=candidate.effect.target,
            kind=candidate.kind,
            severity=severity_of(decision.impact),
            headline=headline(candidate, who),
            message=json.dumps(reply.to_json(story)),
            happened_at=brief.started_at,
            raised_at=now,
            columns=tuple(c.name for c in candidate.effect.columns),
            statement_id=brief.id,
            fingerprint=brief.fingerprint,
            login=brief.login,
        )
        quiet = candidate.old or decision.stormy or watch.paused(tx, workspace, now=now)
        places = () if quiet else self._places(tx, decision.impact, workspace, candidate.effect.target)
        if alerts.raise_alert(tx, alert, tuple(p.where for p in places)):
            log.info("alert", alert=alert.id, kind=alert.kind, asset=str(alert.asset), places=len(places))
        return alert

    def _places(self, tx: Tx, found: Impact, workspace: str, target: AssetKey) -> tuple[Recipient, ...]:
        if self.shadow:
            channel = self.fallback
            return (Recipient(Destination(workspace, _id_of(tx, workspace, channel)), "shadow"),) if channel else ()
        keys = {target, *(t.key for t in found.targets), *(c.asset.key for c in found.consumers)}
        subscribers = tuple((where, str(what)) for where, what in curation.subscribers(tx, keys))
        owners = [o for t in found.targets for o in t.owners] + [o for c in found.dashboards for o in c.owners]
        names = {o.id for o in owners} | ({self.fallback} if self.fallback else set())
        ids = curation.slack_ids(tx, workspace, names)
        return recipients(found, subscribers, workspace=workspace, fallback=self.fallback, slack_ids=dict(ids))

    def _take_back(self, tx: Tx, decision: TakeBack, now: datetime) -> None:
        alert = alerts.get(tx, _short_id(decision.key))
        if alert is None or isinstance(life.act(alert, life.Verb.HEAL, by="", now=now), str):
            return
        by = decision.by.login or "somebody"
        line = f"It stands again: {by} put it right."
        alerts.change(tx, alert.id, state=life.TRANSITIONS[life.Verb.HEAL][1], by=by, at=now, line=line)

    def _wake(self, tx: Tx, now: datetime) -> None:
        for alert in alerts.due_snoozes(tx, now):
            alerts.change(
                tx,
                alert.id,
                state=life.TRANSITIONS[life.Verb.WAKE][1],
                by="lineagebot",
                at=now,
                line="The snooze is over, and it still is not put right.",
            )

    def _tell_fallback(self, tx: Tx, key: str, workspace: str, decision: Storm) -> None:
        if self.fallback:
            where = Destination(workspace, _id_of(tx, workspace, self.fallback))
            outbox.enqueue(tx, "reply", key, where, reply=storm(decision.spoken, decision.at))


def _late(state: State, now: datetime) -> list[Event]:
    """Where a window has long closed by our clock and the watermark never passed it: say so rather than keep quiet."""
    overdue = {c.brief.system for c in state.candidates if not c.spoken and not c.taught and c.closes_at < now - LATE}
    return [WatermarkSeen(system, now - LATE, late=True) for system in sorted(overdue)]


def _name_of(graph: GraphReader, brief: Brief) -> str:
    if brief.login is None:
        return "Somebody"
    login = (brief.system, brief.login)
    person = graph.people([login]).get(login)
    return person.name if person else brief.login


def _definition(graph: GraphReader, effect: Effect) -> str | None:
    found = graph.relations([(effect.target.system, effect.target.path)])
    return found[0].definition if found else None


def _id_of(tx: Tx, workspace: str, name: str) -> str:
    return dict(curation.slack_ids(tx, workspace, {name})).get(name, name)


def _short_id(key: str) -> str:
    """Eight letters and digits that a person can type, the same for the same fact."""
    return base64.b32encode(hashlib.sha256(key.encode()).digest())[:8].decode().lower()
