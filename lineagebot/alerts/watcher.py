"""From the journal to the outbox: feeds `policy.step` and writes what it decides, all of a tick in one transaction.

A tick reads the watermarks before the journal: a page that commits in between is then seen without its watermark, never
the other way round, so that no window closes over a statement that was not looked at. A tick that finds nothing new
reads three small things and writes nothing.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial

import structlog
from pydantic import TypeAdapter, ValidationError

from lineagebot import crashpoints, reply
from lineagebot.alerts import follow
from lineagebot.errors import LineagebotError
from lineagebot.graph.reader import GraphReader
from lineagebot.model import Alert, Announcement, Effect
from lineagebot.policy import life
from lineagebot.policy.audience import Recipient, fed_by, recipients
from lineagebot.policy.known import answer
from lineagebot.policy.message import catch_up, headline, set_aside, storm, told
from lineagebot.policy.noise import quieted
from lineagebot.policy.recovery import recovery_of
from lineagebot.policy.rules import Windows
from lineagebot.policy.say import count
from lineagebot.policy.severity import reaches, severity_of
from lineagebot.policy.step import (
    Brief,
    CarriedOut,
    Decision,
    Event,
    Known,
    Repeat,
    Speak,
    State,
    StatementSeen,
    Storm,
    TakeBack,
    WatermarkSeen,
    asks,
    step,
    without,
)
from lineagebot.policy.summary import while_paused
from lineagebot.reply import Destination
from lineagebot.store import alerts, announcements, curation, cursors, journal, outbox, quiet, watch
from lineagebot.store.engine import Store, Tx, apart
from lineagebot.store.graph import PostgresGraph

NAME = "watcher"
#: Journal entries taken in one tick.
BATCH = 500
#: A watermark that stands still for so long past a window's end: the alert goes out as "log late".
LATE = timedelta(seconds=60)
#: So long after its time an announced change is still looked for: a log may come late.
ANNOUNCED_FOR = timedelta(days=7)

#: An alert that should have been escalated so long ago is not any more.
OVERSLEPT = timedelta(days=1)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Held:
    """An alert that was raised during a pause, and where it will be said."""

    alert: str
    places: tuple[Destination, ...]


@dataclass(frozen=True, slots=True)
class Memory:
    """All that is stored from tick to tick: the fold's state, and what a pause holds back."""

    state: State = field(default_factory=State)
    held: tuple[Held, ...] = ()
    #: How many statements broke the fold and were set aside.
    aside: int = 0


@dataclass(slots=True)
class _Aside:
    """What broke the fold in one tick: statements by name, and the first mistake."""

    statements: list[str] = field(default_factory=list)
    mistake: str = ""

    def add(self, statement: str, mistake: Exception) -> None:
        self.statements.append(statement)
        self.mistake = self.mistake or type(mistake).__name__
        log.error("set aside", statement=statement, mistake=type(mistake).__name__, exc_info=mistake)


_MEMORY: TypeAdapter[Memory] = TypeAdapter(Memory)


@dataclass(slots=True)
class _Seen:
    """What the last tick of this process left, so that the next need not read it again."""

    position: int = -1
    text: str = ""
    memory: Memory = field(default_factory=Memory)
    marks: Mapping[str, datetime | None] = field(default_factory=dict)


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
    #: People who read it lately are told each by themselves.
    tell_readers: bool = False
    #: Channel that hears of an alert which nobody acted on for `escalate_after`; None: none.
    escalate_to: str | None = None
    escalate_after: timedelta = timedelta(minutes=30)
    _seen: _Seen = field(default_factory=_Seen, repr=False, compare=False)

    def tick(self, now: datetime, *, epoch: int | None = None) -> int:
        """Take what the journal has; returns the number of entries taken. Raises StoreTrouble; nothing is half done."""
        workspace = self.workspace()
        if workspace is None:
            return 0
        with self.store.begin() as tx:
            if self._is_idle(tx, now, workspace):
                return 0
        try:
            taken, seen = self._tick_once(now, workspace, epoch)
        except LineagebotError:
            raise
        except Exception as mistake:  # noqa: BLE001 - one statement that we stumble over must not end the watch
            log.warning("a tick broke", says="I take it again, one statement at a time", mistake=type(mistake).__name__)
            taken, seen = self._tick_once(now, workspace, epoch, _Aside())
        self._remember(seen)
        return taken

    def _tick_once(
        self, now: datetime, workspace: str, epoch: int | None, aside: _Aside | None = None
    ) -> tuple[int, _Seen]:
        with self.store.begin() as tx:
            taken, seen = self._tick(tx, now, workspace, epoch, aside)
            crashpoints.reach("watch.before-commit")
        crashpoints.reach("watch.after-commit")
        return taken, seen

    def _is_idle(self, tx: Tx, now: datetime, workspace: str) -> bool:
        """Nothing new in the journal, no watermark moved, no snooze over, no window overdue, no pause to end."""
        seen = self._seen
        return (
            journal.last_position(tx) == seen.position
            and journal.watermarks(tx) == seen.marks
            and not alerts.due_snoozes(tx, now)
            and not _late(seen.memory.state, now)
            and not self._unanswered(tx, now, workspace)
            and (not seen.memory.held or watch.paused(tx, workspace, now=now) is not None)
        )

    def _remember(self, seen: _Seen) -> None:
        last = self._seen
        last.position, last.text, last.memory, last.marks = seen.position, seen.text, seen.memory, seen.marks

    def _tick(
        self, tx: Tx, now: datetime, workspace: str, epoch: int | None, aside: _Aside | None
    ) -> tuple[int, _Seen]:
        """With `aside`, what raises is set aside there."""
        position, text = watch.load_state(tx, NAME)
        cursors.check_epoch(tx, epoch)
        before = self._memory(text)
        marks = journal.watermarks(tx)
        entries = journal.after(tx, position, limit=BATCH)
        graph = PostgresGraph.within(tx)
        events = self._events(entries, marks, before.state, now)
        told_of = announcements.standing(tx, now - ANNOUNCED_FOR)
        state, decisions = self._fold(tx, graph, before.state, events, now, aside, told_of)
        held = self._carry_out(tx, graph, decisions, now, workspace, aside)
        again = before.aside + len(aside.statements) if aside is not None else before.aside
        memory = Memory(state, self._tell_held(tx, (*before.held, *held), now, workspace), again)
        self._tell_aside(tx, aside, now, workspace)
        self._wake(tx, now)
        self._escalate(tx, now, workspace)
        if len(entries) < BATCH:
            follow.close_overdue(tx, marks, now)
        after = entries[-1].position if entries else position
        if entries or memory != before:
            text = _MEMORY.dump_json(memory).decode() if memory != before else text
            watch.save_state(tx, NAME, after, text, epoch=epoch)
        more = len(entries) == BATCH
        # A full batch did not close windows: its watermarks are not dealt with yet.
        return len(entries), _Seen(after, text, memory, {} if more else marks)

    def _memory(self, text: str) -> Memory:
        """What was stored: not read again where this process wrote it."""
        if text and text == self._seen.text:
            return self._seen.memory
        if not text:
            return Memory()
        try:
            return _MEMORY.validate_json(text)
        except ValidationError as exc:
            # Of an older or newer version. Alerts stand in their own table; only windows open just now are lost.
            log.warning("state unreadable", says="I begin to watch anew", mistakes=exc.error_count())
            return Memory()

    def _events(
        self,
        entries: tuple[journal.JournalEntry, ...],
        marks: Mapping[str, datetime | None],
        state: State,
        now: datetime,
    ) -> list[Event]:
        events: list[Event] = [
            StatementSeen(e.statement, e.fingerprint, e.effects, e.problems, e.by_machine, e.taught) for e in entries
        ]
        if len(entries) < BATCH:
            events += [WatermarkSeen(system, at) for system, at in marks.items() if at is not None]
            events += _late(state, now)
        return events

    def _fold(
        self,
        tx: Tx,
        graph: GraphReader,
        state: State,
        events: list[Event],
        now: datetime,
        aside: _Aside | None,
        told_of: tuple[Announcement, ...],
    ) -> tuple[State, list[Decision]]:
        decisions: list[Decision] = []
        for event in events:
            if aside is None:
                state, new = self._step(tx, graph, state, event, now, told_of)
            else:
                state, new = self._step_carefully(tx, graph, state, event, now, aside, told_of)
            decisions += new
        return state, decisions

    def _step(
        self,
        tx: Tx,
        graph: GraphReader,
        state: State,
        event: Event,
        now: datetime,
        told_of: tuple[Announcement, ...],
    ) -> tuple[State, tuple[Decision, ...]]:
        asked = asks(state, event)
        known = replace(answer(graph, asked, today=now.date()), announcements=told_of)
        if asked.impacts:
            known = replace(known, noise=quieted(asked.impacts, quiet.kept(tx)))
        return step(state, event, self._with_over(tx, known, asked.spoken), now, windows=self.windows)

    def _step_carefully(
        self,
        tx: Tx,
        graph: GraphReader,
        state: State,
        event: Event,
        now: datetime,
        aside: _Aside,
        told_of: tuple[Announcement, ...],
    ) -> tuple[State, tuple[Decision, ...]]:
        try:
            with apart(tx):
                return self._step(tx, graph, state, event, now, told_of)
        except LineagebotError:
            raise
        except Exception as mistake:  # noqa: BLE001 - see tick
            if isinstance(event, StatementSeen):
                aside.add(f"{event.statement.system} {event.statement.id}", mistake)
                return state, ()
        whole = self._without_broken(tx, graph, state, event, now, aside)
        return self._step(tx, graph, whole, event, now, told_of)

    def _without_broken(
        self, tx: Tx, graph: GraphReader, state: State, event: WatermarkSeen, now: datetime, aside: _Aside
    ) -> State:
        """A window that cannot be closed must not keep the others open."""
        broken: set[str] = set()
        asked = asks(state, event)
        for candidate in asked.impacts:
            try:
                with apart(tx):
                    answer(graph, replace(asked, impacts=(candidate,)), today=now.date())
            except LineagebotError:
                raise
            except Exception as mistake:  # noqa: BLE001 - see tick
                aside.add(f"{candidate.brief.system} {candidate.brief.id}", mistake)
                broken.add(candidate.key)
        return without(state, frozenset(broken))

    def _tell_aside(self, tx: Tx, aside: _Aside | None, now: datetime, workspace: str) -> None:
        if aside is None or not aside.statements:
            return
        said = tuple(dict.fromkeys(aside.statements))
        key = "aside:" + hashlib.sha256("\0".join(said).encode()).hexdigest()[:32]
        for where in self._fallback(tx, workspace):
            outbox.enqueue(tx, "reply", key, where, reply=set_aside(said, aside.mistake), at=now)

    def _with_over(self, tx: Tx, known: Known, keys: tuple[str, ...]) -> Known:
        found = {key: alerts.by_key(tx, key) for key in keys}
        return replace(known, over=frozenset(key for key, alert in found.items() if alert and alert.state.is_over))

    def _carry_out(
        self,
        tx: Tx,
        graph: GraphReader,
        decisions: list[Decision],
        now: datetime,
        workspace: str,
        aside: _Aside | None,
    ) -> list[Held]:
        """Returns what a pause holds back."""
        paused = watch.paused(tx, workspace, now=now) is not None
        old: list[Alert] = []
        held: list[Held] = []
        for decision in decisions:
            match decision:
                case Speak():
                    places, alert = self._speak(tx, graph, decision, now, workspace, aside, paused=paused)
                    if alert is not None and paused:
                        held.append(Held(alert.id, places or self._fallback(tx, workspace)))
                    elif alert is not None and decision.candidate.old:
                        old.append(alert)
                case TakeBack():
                    self._take_back(tx, decision, now)
                case Repeat():
                    self._count(tx, decision, now)
                case CarriedOut():
                    follow.carry_out(tx, graph, decision, now)
                case Storm() if not paused:
                    for where in self._fallback(tx, workspace):
                        key = f"storm:{decision.system}:{decision.at}"
                        outbox.enqueue(tx, "reply", key, where, reply=storm(decision.spoken, decision.at), at=now)
        for where in self._fallback(tx, workspace) if old else ():
            outbox.enqueue(tx, "reply", f"catch-up:{_key_of(old)}", where, reply=catch_up(tuple(old), now), at=now)
        return held

    def _speak(
        self,
        tx: Tx,
        graph: GraphReader,
        decision: Speak,
        now: datetime,
        workspace: str,
        aside: _Aside | None,
        *,
        paused: bool,
    ) -> tuple[tuple[Destination, ...], Alert | None]:
        def speak() -> tuple[tuple[Destination, ...], Alert | None]:
            places = self._places(tx, graph, decision, workspace)
            alert = self._raise(tx, graph, decision, now, () if paused else places)
            return tuple(r.where for r in places), alert

        if aside is None:
            return speak()
        try:
            with apart(tx):
                return speak()
        except LineagebotError:
            raise
        except Exception as mistake:  # noqa: BLE001 - see tick
            aside.add(f"{decision.candidate.brief.system} {decision.candidate.brief.id}", mistake)
            return (), None

    def _tell_held(self, tx: Tx, held: tuple[Held, ...], now: datetime, workspace: str) -> tuple[Held, ...]:
        """When the pause is over, one summary in each place of what is still open; returns what is still held."""
        if not held or watch.paused(tx, workspace, now=now) is not None:
            return held
        found = {one.alert: alerts.get(tx, one.alert) for one in held}
        for where in dict.fromkeys(place for one in held for place in one.places):
            here = [found[one.alert] for one in held if where in one.places]
            still = tuple(a for a in here if a is not None and not a.state.is_over)
            if still:
                key = f"held:{where.channel}:{_key_of(still)}"
                outbox.enqueue(tx, "reply", key, where, reply=while_paused(still), at=now)
        return ()

    def _raise(
        self, tx: Tx, graph: GraphReader, decision: Speak, now: datetime, places: tuple[Recipient, ...]
    ) -> Alert | None:
        """The alert, put in the outbox for these places; None where it stands already."""
        candidate, brief = decision.candidate, decision.candidate.brief
        who = _name_of(graph, brief)
        recovery = recovery_of(
            candidate.effect,
            self.dialects().get(brief.system, ""),
            at=brief.started_at,
            definition=_definition(graph, candidate.effect),
        )
        story = told(
            candidate,
            decision.impact,
            who=who,
            recovery=recovery,
            now=now,
            unconfirmed=decision.unconfirmed,
            announced=follow.beyond(tx, decision),
        )
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
        if not alerts.raise_alert(tx, alert, [r.where for r in places], why={r.where: r.why for r in places}):
            return None
        follow.say_beyond(tx, decision, alert, now)
        log.info("alert", alert=alert.id, kind=alert.kind, asset=str(alert.asset), places=len(places))
        return alert

    def _places(self, tx: Tx, graph: GraphReader, decision: Speak, workspace: str) -> tuple[Recipient, ...]:
        """() for what only a summary names."""
        if decision.candidate.old or decision.stormy:
            return ()
        if self.shadow:
            return tuple(Recipient(where, "alerts are on trial") for where in self._fallback(tx, workspace))
        return self._recipients(tx, graph, decision, workspace)

    def _recipients(self, tx: Tx, graph: GraphReader, decision: Speak, workspace: str) -> tuple[Recipient, ...]:
        found = decision.impact
        keys = {
            decision.candidate.effect.target,
            *(t.key for t in found.targets),
            *(c.asset.key for c in found.consumers),
            *found.beyond.keys,
        }
        severity = severity_of(found)
        hit = {decision.candidate.effect.target, *(t.key for t in found.targets)}
        fed = partial(fed_by, graph, hit, before=decision.candidate.harmed_at)
        listening = curation.subscribers(tx, keys, fed=fed)
        subscribers = tuple((where, str(what)) for where, what in listening if reaches(severity, what.floor))
        owners = [o for t in found.targets for o in t.owners] + [o for c in found.dashboards for o in c.owners]
        owners += found.beyond.owners
        people = [r.person for r in found.readers if self.tell_readers and not r.via_machine]
        names = {o.id for o in owners} | {p.email for p in people if p.email} | {self.fallback or ""}
        ids = dict(curation.slack_ids(tx, workspace, names - {""}))
        return recipients(
            found, subscribers, workspace=workspace, fallback=self.fallback, slack_ids=ids, readers=people
        )

    def _fallback(self, tx: Tx, workspace: str) -> tuple[Destination, ...]:
        return (Destination(workspace, _id_of(tx, workspace, self.fallback)),) if self.fallback else ()

    def _count(self, tx: Tx, decision: Repeat, now: datetime) -> None:
        """One more of the same: the counter rises; the thread hears of the second, the fourth, the eighth time."""
        alert = alerts.by_key(tx, decision.key)
        if alert is None or alert.state.is_over:
            return
        count, by = alert.count + 1, decision.by
        is_told = count & (count - 1) == 0
        line = f"Once more, at {by.started_at:%H:%M:%S} UTC by {by.login or 'somebody'}: {count} times by now."
        alerts.bump(tx, alert.id, now, line=line if is_told else None)

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

    def _escalate(self, tx: Tx, now: datetime, workspace: str) -> None:
        """Once: a second channel is told, and the first of it in its thread."""
        span = round(self.escalate_after.total_seconds() / 60)
        for alert in self._unanswered(tx, now, workspace):
            where = Destination(workspace, _id_of(tx, workspace, self.escalate_to or ""))
            why = f"nobody acted on it within {count(span, 'minute')}"
            line = f"Nobody acted on it within {count(span, 'minute')}: {self.escalate_to} is told too."
            alerts.escalate(tx, alert.id, where, at=now, why=why, line=line)

    def _unanswered(self, tx: Tx, now: datetime, workspace: str) -> tuple[Alert, ...]:
        """What is to be escalated. The setting is for what comes: it digs up nothing of long ago."""
        if self.escalate_to is None or self.shadow or watch.paused(tx, workspace, now=now) is not None:
            return ()
        until = now - self.escalate_after
        return alerts.unanswered(tx, since=until - OVERSLEPT, until=until)


def _late(state: State, now: datetime) -> list[Event]:
    """Where a window has long closed by our clock and the watermark never passed it: say so rather than keep quiet."""
    overdue = {
        c.brief.system for group in state.waiting.values() for c in group if not c.taught and c.closes_at < now - LATE
    }
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


def _key_of(found: Sequence[Alert]) -> str:
    return hashlib.sha256("".join(a.key for a in found).encode()).hexdigest()[:32]


def _short_id(key: str) -> str:
    """Eight letters and digits that a person can type, the same for the same fact."""
    return base64.b32encode(hashlib.sha256(key.encode()).digest())[:8].decode().lower()
