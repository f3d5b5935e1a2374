"""From the journal to the outbox: feeds `policy.step` and writes what it decides, all of a tick in one transaction.

A tick reads the watermarks before the journal: a page that commits in between is then seen without its watermark, never
the other way round, so that no window closes over a statement that was not looked at. A tick that finds nothing new
reads three small things and writes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import structlog
from pydantic import TypeAdapter, ValidationError

from lineagebot import crashpoints
from lineagebot.alerts import follow, waiting
from lineagebot.alerts.aside import Aside
from lineagebot.alerts.asker import Ask, Asker
from lineagebot.alerts.overdue import Escalation, wake
from lineagebot.alerts.teller import Manners, Teller
from lineagebot.errors import LineagebotError
from lineagebot.graph.reader import GraphReader
from lineagebot.model import Announcement
from lineagebot.policy.known import answer
from lineagebot.policy.noise import quieted
from lineagebot.policy.rules import Windows
from lineagebot.policy.step import (
    Answered,
    Decision,
    Event,
    Known,
    State,
    StatementSeen,
    WatermarkSeen,
    asked_in,
    asks,
    step,
    without,
)
from lineagebot.store import alerts, announcements, cursors, journal, quiet, watch
from lineagebot.store.engine import Store, Tx, apart
from lineagebot.store.graph import PostgresGraph

NAME = "watcher"
#: What waits for new entries of the journal listens here.
JOURNAL_CHANNEL = "journal"
#: Journal entries taken in one tick.
BATCH = 500
#: A watermark that stands still for so long past a window's end: the alert goes out as "log late".
LATE = timedelta(seconds=60)
#: So long after its time an announced change is still looked for: a log may come late.
ANNOUNCED_FOR = timedelta(days=7)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Memory:
    """All that is stored from tick to tick."""

    state: State = field(default_factory=State)
    #: How many statements broke the fold and were set aside.
    aside: int = 0


_MEMORY: TypeAdapter[Memory] = TypeAdapter(Memory)


@dataclass(slots=True)
class _Seen:
    """What the last tick of this process left, so that the next need not read it again."""

    position: int = -1
    text: str = ""
    memory: Memory = field(default_factory=Memory)
    marks: Mapping[str, datetime | None] = field(default_factory=dict)
    #: Each source's watermark, and since when, by our clock, it stands there.
    stood: Mapping[str, tuple[datetime | None, datetime]] = field(default_factory=dict)


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
    #: Sources that can be asked what stands now.
    probes: Mapping[str, Ask] = field(default_factory=dict)
    asker: Asker = field(default_factory=Asker, repr=False, compare=False)
    _seen: _Seen = field(default_factory=_Seen, repr=False, compare=False)

    @property
    def _manners(self) -> Manners:
        return Manners(self.fallback, self.dialects, self.shadow, self.tell_readers)

    @property
    def _escalation(self) -> Escalation:
        return Escalation(None if self.shadow else self.escalate_to, self.escalate_after)

    def tick(self, now: datetime, *, epoch: int | None = None) -> int:
        """Take what the journal has; returns the number of entries taken. Raises StoreTrouble; nothing is half done."""
        workspace = self.workspace()
        if workspace is None:
            return 0
        answers = self.asker.answers(now)
        if answers:
            crashpoints.reach("watch.answered")
        with self.store.reading() as tx:
            if not answers and self._is_idle(tx, now, workspace):
                return 0
        try:
            taken, seen = self._tick_once(now, workspace, epoch, answers)
        except LineagebotError:
            raise
        except Exception as mistake:  # noqa: BLE001 - one statement that we stumble over must not end the watch
            log.warning("a tick broke", says="I take it again, one statement at a time", mistake=type(mistake).__name__)
            taken, seen = self._tick_once(now, workspace, epoch, answers, Aside())
        self._remember(seen)
        self.asker.done(answers)
        if asked := asked_in(seen.memory.state):
            # What is asked stands in the store: whoever takes over asks again.
            crashpoints.reach("watch.asked")
            self.asker.ask(self.probes, asked, now, ring=lambda: self.store.notify(JOURNAL_CHANNEL))
        return taken

    def _tick_once(
        self,
        now: datetime,
        workspace: str,
        epoch: int | None,
        answers: tuple[Answered, ...],
        aside: Aside | None = None,
    ) -> tuple[int, _Seen]:
        with self.store.begin() as tx:
            taken, seen = self._tick(tx, now, workspace, epoch, answers, aside)
            crashpoints.reach("watch.before-commit")
        crashpoints.reach("watch.after-commit")
        return taken, seen

    def _is_idle(self, tx: Tx, now: datetime, workspace: str) -> bool:
        """Nothing new in the journal, no watermark moved, no snooze over, no window overdue, no quiet hours over."""
        seen = self._seen
        return (
            journal.last_position(tx) == seen.position
            and journal.watermarks(tx) == seen.marks
            and not alerts.due_snoozes(tx, now)
            and not _late(seen.memory.state, seen.stood, now)
            and not self._escalation.due(tx, now, workspace)
            and not waiting.is_due(tx, now, workspace)
        )

    def _remember(self, seen: _Seen) -> None:
        last = self._seen
        last.position, last.text, last.memory, last.marks = seen.position, seen.text, seen.memory, seen.marks
        last.stood = seen.stood

    def _tick(
        self,
        tx: Tx,
        now: datetime,
        workspace: str,
        epoch: int | None,
        answers: tuple[Answered, ...],
        aside: Aside | None,
    ) -> tuple[int, _Seen]:
        """With `aside`, what raises is set aside there."""
        position, text = watch.load_state(tx, NAME)
        cursors.check_epoch(tx, epoch)
        before = self._memory(text)
        marks = journal.watermarks(tx)
        stood = _stood(self._seen.stood, marks, now)
        entries = journal.after(tx, position, limit=BATCH)
        graph = PostgresGraph.within(tx)
        events = [*answers, *self._events(entries, marks, _late(before.state, stood, now))]
        told_of = announcements.standing(tx, now - ANNOUNCED_FOR)
        state, decisions = self._fold(tx, graph, before.state, events, now, aside, told_of)
        ears = waiting.Ears.at(tx, now, workspace)
        teller = Teller(tx, graph, now, workspace, self._manners, ears)
        teller.tell(decisions, aside)
        again = before.aside + len(aside.statements) if aside is not None else before.aside
        memory = Memory(state, again)
        teller.tell_aside(aside)
        wake(tx, ears)
        self._escalation.escalate(tx, ears, workspace)
        waiting.say_due(tx, graph, ears)
        if len(entries) < BATCH:
            follow.close_overdue(tx, marks, now, ears)
        after = entries[-1].position if entries else position
        if entries or memory != before:
            text = _MEMORY.dump_json(memory).decode() if memory != before else text
            watch.save_state(tx, NAME, after, text, epoch=epoch)
        more = len(entries) == BATCH
        # A full batch did not close windows: its watermarks are not dealt with yet.
        return len(entries), _Seen(after, text, memory, {} if more else marks, stood)

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
        late: list[Event],
    ) -> list[Event]:
        events: list[Event] = [
            StatementSeen(e.statement, e.fingerprint, e.effects, e.problems, e.by_machine, e.taught, e.reads)
            for e in entries
        ]
        if len(entries) < BATCH:
            events += [WatermarkSeen(system, at) for system, at in marks.items() if at is not None]
            events += late
        return events

    def _fold(
        self,
        tx: Tx,
        graph: GraphReader,
        state: State,
        events: list[Event],
        now: datetime,
        aside: Aside | None,
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
        known = replace(answer(graph, asked, today=now.date()), announcements=told_of, probed=frozenset(self.probes))
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
        aside: Aside,
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
        self, tx: Tx, graph: GraphReader, state: State, event: WatermarkSeen | Answered, now: datetime, aside: Aside
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

    def _with_over(self, tx: Tx, known: Known, keys: tuple[str, ...]) -> Known:
        found = {key: alerts.by_key(tx, key) for key in keys}
        return replace(known, over=frozenset(key for key, alert in found.items() if alert and alert.state.is_over))


def _stood(
    before: Mapping[str, tuple[datetime | None, datetime]], marks: Mapping[str, datetime | None], now: datetime
) -> Mapping[str, tuple[datetime | None, datetime]]:
    """A log that is read after a long time is far behind and still no late one: its watermark moves."""
    stands = {system: there for system, there in before.items() if there[0] == marks.get(system)}
    return {system: stands.get(system, (mark, now)) for system, mark in marks.items()}


def _late(state: State, stood: Mapping[str, tuple[datetime | None, datetime]], now: datetime) -> list[Event]:
    """Where a window has long closed by our clock and the watermark stands short of it: say so, not nothing."""
    waiting = (c for group in state.waiting.values() for c in group if not (c.taught or c.asked))
    waiting = (c for c in waiting if c.closes_at < now - LATE)
    overdue = {c.brief.system for c in waiting if stood.get(c.brief.system, (None, now))[1] < now - LATE}
    return [WatermarkSeen(system, now - LATE, late=True) for system in sorted(overdue)]
