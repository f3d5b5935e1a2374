"""Run the fold over a log that stands in no store: the same reading and the same `policy.step` as serve, in memory.

Rows come in the order of time. Each is read where it stood, teaches the graph, and is folded; the watermark goes up to
the row in hand, but never past the beginning of a transaction of which only a part was told.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from lineagebot.graph.failing import is_for_want
from lineagebot.graph.reader import Direction
from lineagebot.model import AssetKey, Outcome
from lineagebot.policy.known import answer
from lineagebot.policy.rules import Windows
from lineagebot.policy.step import Decision, Event, State, StatementSeen, WatermarkSeen, asks, step
from lineagebot.policy.step import Known as Answers
from lineagebot.sql.cache import Cache
from lineagebot.sql.understand import understand
from lineagebot.store.memory import LearningGraph
from lineagebot.sync.known import Known
from lineagebot.sync.reading import Reading
from lineagebot.sync.source import LoggedStatement
from lineagebot.sync.transactions import Transactions, follows_path
from lineagebot.sync.who import Roster

#: What was logged within so long is taken to have been read at one go.
AT_ONE_GO = timedelta(seconds=1)
#: Without anything to wait for, a watermark is told so often: what is remembered for windows is forgotten by it.
FORGET_EVERY = timedelta(minutes=5)
#: Longer than any window: at the end all of them have closed.
AFTERWARDS = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Taken:
    """One event and what came of it."""

    event: Event
    #: What the fold asked the graph, answered.
    known: Answers
    before: State
    after: State
    decisions: tuple[Decision, ...]


@dataclass(slots=True)
class Rerun:
    """Take the rows of one log, then `close`; what ran before it is for `teach`."""

    dialect: str
    graph: LearningGraph
    known: Known
    windows: Windows = field(default_factory=Windows)
    state: State = field(default_factory=State)
    memory: Cache = field(default_factory=Cache)
    #: For so long from the first row on, what machine accounts do teaches their routines and is not spoken of.
    machines_teach: timedelta = timedelta(0)
    _first: datetime | None = None
    _marked: datetime | None = None
    _last: datetime | None = None
    _system: str = ""
    _transactions: Transactions = field(init=False)
    _reading: Reading = field(init=False)

    def __post_init__(self) -> None:
        self._transactions = Transactions(self.dialect)
        self._reading = Reading(
            self.memory, understand, self.known, Roster(), sessions=None if follows_path(self.dialect) else {}
        )

    def teach(self, rows: Iterator[LoggedStatement]) -> None:
        """What ran before, as history: which account does what how often, and that all was well again."""
        before = Rerun(self.dialect, self.graph, self.known.copy(), self.windows, self.state, self.memory)
        for logged in rows:
            for _ in before._take_decided(before._transactions.take(logged), taught=True):
                pass
        for _ in before._take_decided(before._transactions.close(), taught=True):
            pass
        for _ in before._close_windows():
            pass
        self.state = replace(before.state, mendings={}, moved=())
        self._reading.routines = before._reading.routines

    def take(self, logged: LoggedStatement) -> Iterator[Taken]:
        yield from self._take_decided(self._transactions.take(logged))

    def close(self) -> Iterator[Taken]:
        """The log is over, and so is every window."""
        yield from self._take_decided(self._transactions.close())
        yield from self._close_windows()

    def _take_decided(self, rows: Iterator[LoggedStatement], *, taught: bool = False) -> Iterator[Taken]:
        for logged in rows:
            statement = logged.statement
            self._first = self._first or statement.started_at
            yield from self._mark(statement.system, statement.started_at)
            mark = self.memory.mark(statement.text, self.dialect)
            for one in self._reading.read([(logged, mark)]):
                if one.statement.outcome is Outcome.DONE and not taught:
                    self.graph.learn(one.statement, one.understanding, one.fingerprint, by_machine=one.by_machine)
                meaning = one.understanding
                failed = one.statement.outcome is Outcome.FAILED
                missed = meaning.reads if failed and is_for_want(one.statement.error) else ()
                if not (meaning.effects or meaning.problems or missed):
                    continue
                masked = replace(one.statement, text=one.masked)
                teaches = taught or (one.by_machine and self._is_new(statement.started_at))
                yield self._step(
                    StatementSeen(
                        masked, one.fingerprint, meaning.effects, meaning.problems, one.by_machine, teaches, missed
                    )
                )

    def _is_new(self, at: datetime) -> bool:
        return bool(self.machines_teach) and self._first is not None and at - self._first < self.machines_teach

    def _mark(self, system: str, at: datetime) -> Iterator[Taken]:
        """The watermark that the next row proves."""
        self._system, self._last = system, max(at, self._last or at)
        begun = self._transactions.in_hand
        mark = min(at - AT_ONE_GO, begun) if begun is not None else at - AT_ONE_GO
        if self._marked is not None and mark <= self._marked:
            return
        if self.state.waiting or self._marked is None or mark - self._marked >= FORGET_EVERY:
            self._marked = mark
            yield self._step(WatermarkSeen(system, mark))

    def _close_windows(self) -> Iterator[Taken]:
        if self._last is not None:
            yield self._step(WatermarkSeen(self._system, self._last + AFTERWARDS))

    def _step(self, event: Event) -> Taken:
        before = self.state
        now = event.statement.started_at if isinstance(event, StatementSeen) else event.at
        known = answer(self.graph, asks(before, event), today=now.date())
        self.state, decisions = step(before, event, known, now, windows=self.windows)
        return Taken(event, known, before, self.state, decisions)


def is_used(graph: LearningGraph, key: AssetKey, at: datetime) -> bool:
    """Whether anybody stood downstream of it, or read it, just before."""
    return bool(graph.edges([key], Direction.DOWNSTREAM, before=at) or graph.is_read(key))
