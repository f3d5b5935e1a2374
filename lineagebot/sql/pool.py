"""Read SQL in worker processes: a statement that hangs or kills its reader costs one answer, not the house.

Workers are started lazily from a fork server that has the parser loaded, so that they hold none of our threads or
sockets and are there at once, and are gone when there has been nothing to read for a while. Short texts, which nothing
bad has ever been seen from, are read in this process.
"""

from __future__ import annotations

import gc
import itertools
import multiprocessing
import re
import resource
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkServerContext, ForkServerProcess

from lineagebot.model import Problem, Session, Understanding
from lineagebot.sql.catalog import Catalog
from lineagebot.sql.destructive import mentions_destruction, suspicion
from lineagebot.sql.dialects import dialect_of
from lineagebot.sql.session import located
from lineagebot.sql.understand import understand

#: A text up to so many characters is read in this process: it takes less than a millisecond or two.
SHORT = 1_500
#: ... unless brackets stand deeper in each other: what a parser does twice at each level takes it for ever.
SHALLOW = 10
#: So many short texts at once are better read by the workers too.
FEW = 50
#: A worker that has read so many texts, or holds so many bytes, makes way for a fresh one.
TIRED_AFTER = 10_000
TIRED_AT = 400_000_000
#: Longest time that this process waits for a worker to begin.
_START = 30.0
#: Of a text that no worker survives, so much is searched for destructive words.
_SEARCHED = 200_000


@dataclass(frozen=True, slots=True)
class Item:
    """One text to read, with all that `understand` is handed."""

    text: str
    dialect: str
    session: Session
    catalog: Catalog = field(default_factory=Catalog)


def is_harmless(text: str) -> bool:
    """Whether a text may be read in this process."""
    if len(text) > SHORT:
        return False
    if text.count("(") + text.count("[") <= SHALLOW:
        return True
    depth = deepest = 0
    for bracket in _BRACKETS.findall(text):
        depth += 1 if bracket in "([" else -1
        deepest = max(deepest, depth)
    return deepest <= SHALLOW


_BRACKETS = re.compile(r"[()\[\]]")


class Reader:
    """Reads texts in up to `workers` processes.

    `deadline` is in seconds for one text, `idle` in seconds until unused workers go; a worker that has read
    `tired_after` texts is replaced. One caller at a time: calls from several threads queue up.
    """

    def __init__(
        self, workers: int = 1, deadline: float = 10.0, idle: float = 30.0, tired_after: int = TIRED_AFTER
    ) -> None:
        self._most = max(1, workers)
        self._deadline = deadline
        self._idle = idle
        self._tired_after = tired_after
        self._lock = threading.Lock()
        self._workers: list[_Worker] = []
        self._timer: threading.Timer | None = None
        self._closed = False

    def understand_many(self, items: Sequence[Item]) -> list[Understanding]:
        """What each text means, in their order. Never raises; a text that no worker survives is answered so."""
        if sum(len(item.text) for item in items) <= SHORT * FEW and all(is_harmless(item.text) for item in items):
            return [_read(item) for item in items]
        with self._lock:
            self._stay()
            try:
                return self._read_by_workers(items)
            finally:
                self._leave_later()

    def close(self) -> None:
        """End the workers. The reader may be used again; it starts new ones then."""
        with self._lock:
            self._stay()
            self._end_workers()

    @property
    def alive(self) -> int:
        """Worker processes that run now."""
        return sum(worker.process.is_alive() for worker in self._workers)

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # -- the work

    def _read_by_workers(self, items: Sequence[Item]) -> list[Understanding]:
        answers: list[Understanding | None] = [None] * len(items)
        failures = [0] * len(items)
        waiting = list(range(len(items)))[::-1]
        busy: dict[_Worker, tuple[int, float]] = {}
        while waiting or busy:
            while waiting and (worker := self._free(busy)) is not None:
                at = waiting.pop()
                if worker.take(items[at]):
                    busy[worker] = (at, time.monotonic() + self._deadline)
                else:
                    self._drop(worker)
                    waiting.append(at)
            for worker, (at, until) in self._finished(busy):
                del busy[worker]
                answer = worker.answer() if time.monotonic() < until or worker.has_answer() else None
                if answer is None:
                    self._drop(worker)
                    failures[at] += 1
                    if failures[at] < 2:
                        waiting.append(at)
                    else:
                        answers[at] = _not_survived(items[at])
                else:
                    answers[at] = answer
        return [
            answer if answer is not None else _not_survived(item) for answer, item in zip(answers, items, strict=True)
        ]

    def _free(self, busy: dict[_Worker, tuple[int, float]]) -> _Worker | None:
        for worker in [worker for worker in self._workers if worker not in busy]:
            if not worker.tired:
                return worker
            self._drop(worker)
        if len(self._workers) < self._most:
            self._workers.append(_Worker(_context(), self._tired_after))
            return self._workers[-1]
        return None

    def _finished(self, busy: dict[_Worker, tuple[int, float]]) -> list[tuple[_Worker, tuple[int, float]]]:
        first = min(until for _, until in busy.values())
        wait([worker.pipe for worker in busy], timeout=max(0.0, first - time.monotonic()))
        now = time.monotonic()
        return [(worker, job) for worker, job in busy.items() if worker.has_answer() or now >= job[1]]

    def _drop(self, worker: _Worker) -> None:
        self._workers.remove(worker)
        worker.kill()

    # -- coming and going

    def _stay(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _leave_later(self) -> None:
        self._timer = threading.Timer(self._idle, self._leave)
        self._timer.daemon = True
        self._timer.start()

    def _leave(self) -> None:
        if self._lock.acquire(blocking=False):  # else someone reads, and sets the timer anew
            try:
                self._end_workers()
            finally:
                self._lock.release()

    def _end_workers(self) -> None:
        for worker in self._workers:
            worker.kill()
        self._workers.clear()


class _Worker:
    """One process and the pipe to it."""

    def __init__(self, context: ForkServerContext, tired_after: int) -> None:
        self.pipe, theirs = context.Pipe()
        self.process: ForkServerProcess = context.Process(
            target=_work, args=(theirs, tired_after), daemon=True, name="lineagebot-sql"
        )
        self.process.start()
        theirs.close()
        self._ready = False
        #: It asked to be replaced.
        self.tired = False

    def take(self, item: Item) -> bool:
        """Hand it a text; False where the process is gone."""
        try:
            if not self._ready:
                self._ready = self.pipe.poll(_START) and self.pipe.recv() is None
            self.pipe.send(item)
        except (OSError, EOFError):
            return False
        return self._ready

    def has_answer(self) -> bool:
        try:
            return self.pipe.poll(0)
        except OSError:
            return True  # it is gone: `answer` will say so

    def answer(self) -> Understanding | None:
        """Its answer; None where it died over the text."""
        try:
            found, self.tired = self.pipe.recv()
        except (OSError, EOFError):
            return None
        assert isinstance(found, Understanding)
        return found

    def kill(self) -> None:
        self.pipe.close()
        self.process.kill()
        self.process.join()
        self.process.close()


def _context() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    # The fork server outlives its workers: 25 MB while nothing is read, shared by them afterwards, and a worker that
    # takes another's place is there in a fifth of a second instead of one or more.
    context.set_forkserver_preload([__name__])
    return context


def _work(pipe: Connection, tired_after: int) -> None:
    """The life of a worker: it ends when its pipe does."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)  # a tree lives for one statement; collecting in between only costs
    pipe.send(None)
    for count in itertools.count(1):
        try:
            item = pipe.recv()
        except (EOFError, OSError):
            return
        pipe.send((_read(item), count >= tired_after or _resident() > TIRED_AT))


def _resident() -> int:
    """Bytes that this process holds; its most ever where the system does not say what it holds now."""
    try:
        with open("/proc/self/statm", encoding="ascii") as sizes:
            return int(sizes.read().split()[1]) * resource.getpagesize()
    except (OSError, ValueError, IndexError):
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return most if sys.platform == "darwin" else most * 1024


def _read(item: Item) -> Understanding:
    return understand(item.text, item.dialect, item.session, item.catalog)


def _not_survived(item: Item) -> Understanding:
    dialect = dialect_of(item.dialect)
    fear = suspicion(item.text[:_SEARCHED], dialect)
    touched = (located(parts, item.session, item.catalog, dialect)[0] for parts in fear.names)
    problem = Problem(
        "Reading this statement took too long, or killed its reader, twice; it is not understood.",
        looks_destructive=fear.looks_destructive or mentions_destruction(item.text, _SEARCHED),
        touches=tuple(dict.fromkeys(touched)),
    )
    return Understanding(problems=(problem,), literals_matter=True, session_after=item.session, statements=1)
