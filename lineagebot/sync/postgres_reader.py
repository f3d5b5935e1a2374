"""Read a server log from a cursor: files become records, records become settled statements, and those become pages.

The cursor says how far each file was read and what every open session was about to do, by places in the log. It holds
names and numbers, never the text of a statement.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from lineagebot.errors import SourceUnreadable
from lineagebot.model import Problem
from lineagebot.sync.postgres_files import LogFile, LogFiles
from lineagebot.sync.postgres_log import Record, Unreadable, read
from lineagebot.sync.postgres_sessions import Sessions, Settled, Standing, Tally, Waiting

PAGE_STATEMENTS = 1_000
#: A page ends here too: a log of connections alone has no statements at all.
PAGE_RECORDS = 20_000
CURSOR_VERSION = 1
#: Records that cannot be read are said one by one up to here, then counted.
PROBLEMS_SAID = 20


@dataclass(frozen=True, slots=True)
class Piece:
    """A page before its statements are told apart by database and login."""

    settled: tuple[Settled, ...]
    cursor: str
    watermark: datetime | None
    problems: tuple[Problem, ...]
    records: int
    more: bool
    #: Sessions that ended.
    ended: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server says when it is asked."""

    #: What became of sessions that wait for a sign.
    standing: Mapping[str, Standing]
    #: All that began before is in the log by now; None where the log may lag behind.
    until: datetime | None


class Ask(Protocol):
    """None where it is not the time to ask. `heard`: whether the pass met any record that is not ours."""

    def __call__(self, waiting: Sequence[Waiting], *, heard: bool) -> Answer | None: ...


@dataclass(slots=True)
class _Batch:
    settled: list[Settled] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    unsaid: int = 0
    records: int = 0

    @property
    def full(self) -> bool:
        return len(self.settled) >= PAGE_STATEMENTS or self.records >= PAGE_RECORDS

    def say(self, message: str) -> None:
        if len(self.problems) < PROBLEMS_SAID:
            self.problems.append(Problem(message))
        else:
            self.unsaid += 1


class LogReader:
    """One pass over the log from a cursor to its end now. Make a new one for each pass."""

    def __init__(
        self,
        source: str,
        files: LogFiles,
        cursor: str | None,
        *,
        is_own: Callable[[Record], bool] = lambda record: False,
    ) -> None:
        self._source = source
        self._files = files
        self._sessions = Sessions(files.record_at, is_own=is_own)
        self._read_to: dict[str, int] = {}
        self._names: dict[str, str] = {}
        self._last: datetime | None = None
        #: The file that was written to when the cursor was left.
        self._newest: str | None = None
        self._batch = _Batch()
        if cursor is not None:
            self._restore(cursor)

    @property
    def tally(self) -> Tally:
        return self._sessions.tally

    def pieces(self, *, ask: Ask | None = None) -> Iterator[Piece]:
        """To the log's end. `ask` is put what has no sign then.

        Raises SourceUnreadable and SourceDenied where there is no log to read.
        """
        yield from self._to_the_end()
        waiting = self._sessions.waiting()
        answer = None if ask is None else ask(waiting, heard=self._has_heard)
        if answer is not None:
            # What was logged before the answer must be read before the answer counts.
            yield from self._to_the_end()
            self._take_answer(waiting, answer)
        yield self._piece(more=False)

    @property
    def _has_heard(self) -> bool:
        tally = self._sessions.tally
        return tally.records > tally.own

    def _take_answer(self, waiting: Sequence[Waiting], answer: Answer) -> None:
        for one in waiting:
            if one.session in answer.standing:
                self._batch.settled.extend(self._sessions.told(one, answer.standing[one.session]))
        if answer.until is not None and (self._last is None or answer.until > self._last):
            self._last = answer.until

    def _to_the_end(self) -> Iterator[Piece]:
        files = self._files.list()
        self._missing(files)
        for file in files:
            yield from self._file(file, is_last=file is files[-1])
        if files:
            self._newest = files[-1].head

    def _file(self, file: LogFile, *, is_last: bool) -> Iterator[Piece]:
        at = self._read_to.get(file.head, 0)
        self._names[file.head] = file.path.name
        self._read_to[file.head] = at
        if file.size and file.size <= at:
            return
        try:
            for raw in file.records(at):
                self._read_to[file.head] = at = raw.end
                self._batch.records += 1
                try:
                    record = read(raw, file.head, file.form)
                except Unreadable as exc:
                    self._batch.say(
                        f"{self._source}: a record at byte {raw.offset} of {file.path.name} cannot be read: {exc}"
                    )
                    continue
                self._last = max(record.at, self._last) if self._last else record.at
                self._batch.settled.extend(self._sessions.take(record))
                if self._batch.full:
                    yield self._piece(more=True)
        except FileNotFoundError:
            self._batch.say(
                f"{self._source}: {file.path.name} vanished while it was read; its last statements may be missing"
            )
            return
        if not is_last:
            self._tail(file, at)

    def _tail(self, file: LogFile, at: int) -> None:
        """A file that is no longer written to and ends in half a line: the line will never be whole."""
        if file.size > at:
            self._batch.records += 1
            self._batch.say(f"{self._source}: the last line of {file.path.name} was never finished")
            self._read_to[file.head] = file.size

    def _missing(self, files: Sequence[LogFile]) -> None:
        """Forget files that are gone; say so where they had not been read to their end."""
        here = {f.head for f in files}
        gone = [head for head in self._read_to if head not in here]
        for head in gone:
            if head == self._newest:
                self._batch.say(
                    f"{self._source}: {self._names.get(head, 'a log file')} was removed before its end was seen; "
                    "statements may be missing (keep rotated files for at least an hour)"
                )
            del self._read_to[head]
            self._names.pop(head, None)

    def _piece(self, *, more: bool) -> Piece:
        for _ in range(len(self._sessions.lost)):
            self._sessions.lost.pop()
            self._batch.say(
                f"{self._source}: a statement's log file was removed before its outcome was known; it is lost"
            )
        batch, self._batch = self._batch, _Batch()
        ended = tuple(dict.fromkeys(self._sessions.ended))
        self._sessions.ended.clear()
        problems = batch.problems
        if batch.unsaid:
            problems.append(Problem(f"{self._source}: {batch.unsaid:,} more records of the log cannot be read"))
        return Piece(
            tuple(batch.settled), self._cursor(), self._watermark(), tuple(problems), batch.records, more, ended
        )

    def _watermark(self) -> datetime | None:
        oldest = [w.oldest for w in self._sessions.waiting()]
        return min([*oldest, self._last]) if self._last else None

    def _cursor(self) -> str:
        state = {
            "v": CURSOR_VERSION,
            "files": [[head, at, self._names.get(head, "")] for head, at in self._read_to.items()],
            "newest": self._newest,
            "last": self._last.isoformat() if self._last else None,
            "sessions": self._sessions.saved(),
        }
        return json.dumps(state, separators=(",", ":"))

    def _restore(self, cursor: str) -> None:
        try:
            state: Any = json.loads(cursor)
            if state["v"] != CURSOR_VERSION:
                raise ValueError(state["v"])
            for head, at, name in state["files"]:
                self._read_to[head], self._names[head] = at, name
            self._newest = state["newest"]
            self._last = datetime.fromisoformat(state["last"]) if state["last"] else None
            self._sessions.restored(state["sessions"])
        except (ValueError, KeyError, TypeError, IndexError) as exc:
            raise SourceUnreadable(
                f"{self._source}: the stored place in its log is of another version; "
                f"run lineagebot sync {self._source} --from-start to read the kept log again"
            ) from exc
