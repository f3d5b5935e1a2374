"""The fold's front door: one record after the other goes in, statements with their outcome come out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from lineagebot.model import Outcome
from lineagebot.sync.postgres_log import Place, Record
from lineagebot.sync.postgres_sessions import lines
from lineagebot.sync.postgres_sessions.audit import audit
from lineagebot.sync.postgres_sessions.book import Book, Reread, Settled, Tally
from lineagebot.sync.postgres_sessions.durations import duration
from lineagebot.sync.postgres_sessions.errors import SEVERITIES, error
from lineagebot.sync.postgres_sessions.outcome import moved_on, over
from lineagebot.sync.postgres_sessions.saved import restored_talk, saved_talk
from lineagebot.sync.postgres_sessions.statements import execute, statement
from lineagebot.sync.postgres_sessions.talk import Kind, Talk, fall_open

#: Sessions that are remembered for their search path alone, where disconnections are not logged.
SESSIONS_KEPT = 5_000


@dataclass(frozen=True, slots=True)
class Waiting:
    """A session with statements that wait for a sign."""

    session: str
    #: Its last record that was read; what a probe says counts only while it is still the last.
    line: int
    oldest: datetime
    txid: int


class Standing(StrEnum):
    """What the server says of a waiting session's backend."""

    #: Between transactions: whatever it ran is over.
    IDLE = "idle"
    GONE = "gone"


class Sessions:
    """The fold. `take` one record after the other; `saved` and `restored` carry it over a restart.

    `reread` gives the record at a place again; `lost` collects places whose file is gone by then.
    """

    def __init__(self, reread: Reread, *, is_own: Callable[[Record], bool] = lambda record: False) -> None:
        self._is_own = is_own
        self._talks: dict[str, Talk] = {}
        self._book = Book(reread)

    @property
    def tally(self) -> Tally:
        book = self._book
        return Tally(book.statements, book.signs, book.noise, book.own)

    @property
    def lost(self) -> list[Place]:
        return self._book.lost

    @property
    def ended(self) -> list[str]:
        return self._book.ended

    def take(self, record: Record) -> tuple[Settled, ...]:
        """Statements that this record settles, in their order."""
        if not lines.is_client(record):
            self._background(record)
        elif self._is_own(record):
            self._book.own += 1
        else:
            self._client(record)
        return self._drain()

    def waiting(self) -> tuple[Waiting, ...]:
        """Sessions with statements that have no sign yet."""
        return tuple(_waiting(talk) for talk in self._talks.values() if any(talk.pendings()))

    def told(self, waiting: Waiting, standing: Standing) -> tuple[Settled, ...]:
        """Settle what waits in a session by what the server says of it; nothing where it has spoken since."""
        talk = self._talks.get(waiting.session)
        if talk is None or talk.line != waiting.line:
            return ()
        if standing is Standing.GONE:
            self._gone(talk)
        else:
            over(self._book, talk)
        return self._drain()

    def places(self) -> frozenset[str]:
        """Files that are still needed for their waiting records."""
        return frozenset(pending.place.file for talk in self._talks.values() for pending in talk.pendings())

    def saved(self) -> dict[str, Any]:
        """The state as JSON values: names and places, no text."""
        talks = {talk.session: saved_talk(talk) for talk in self._talks.values()}
        return {"tells_all": self._book.tells_all, "talks": talks}

    def restored(self, state: dict[str, Any]) -> None:
        """Take up a state that `saved` gave. Raises KeyError, TypeError or ValueError on anything else."""
        self._book.tells_all = bool(state["tells_all"])
        self._talks = {session: restored_talk(session, talk) for session, talk in state["talks"].items()}

    def _drain(self) -> tuple[Settled, ...]:
        if not self._book.settled:
            return ()
        out = tuple(self._book.settled)
        self._book.settled.clear()
        return out

    # The server's own records

    def _background(self, record: Record) -> None:
        self._book.noise += 1
        if changed := lines.LOG_STATEMENT.match(record.message):
            self._book.tells_all = changed.group(1) == "all"
        if lines.ALL_GONE.match(record.message):
            for talk in list(self._talks.values()):
                self._vanished(talk)

    def _vanished(self, talk: Talk) -> None:
        """The server went down under a session: what it had not committed is undone, what it ran alone nobody knows."""
        for transaction in talk.transactions:
            if transaction.is_open:
                transaction.failed = True
            else:
                fall_open(transaction, Outcome.UNKNOWN)
        over(self._book, talk)
        self._forget(talk.session)

    # A session's records

    def _client(self, record: Record) -> None:
        if record.session not in self._talks:
            self._new_backend(record)
        talk = self._talks.setdefault(record.session, Talk(record.session))
        talk.line = record.line
        self._hear(talk, record)
        if talk.is_plain:
            self._talks.pop(talk.session, None)

    def _hear(self, talk: Talk, record: Record) -> None:
        book, message = self._book, record.message
        if record.severity in SEVERITIES:
            error(book, talk, record)
        elif message.startswith(lines.STATEMENT):
            statement(book, talk, record)
        elif timed := lines.DURATION.match(message):
            duration(book, talk, record, timed)
        elif executed := lines.EXECUTE.match(message):
            execute(book, talk, record, name=executed.group(1), text=executed.group(2))
        elif message.startswith(lines.AUDIT):
            audit(book, talk, record)
        elif message.startswith(lines.DISCONNECTION):
            self._disconnected(talk, record)
        else:
            book.noise += 1
            if talk.current is not None and talk.current.explicit:
                moved_on(book, talk, record)

    def _new_backend(self, record: Record) -> None:
        """A process id comes again with another session: the one before is gone, whether the log said so or not."""
        pid = record.session.partition(".")[2]
        for talk in [t for session, t in self._talks.items() if session.partition(".")[2] == pid]:
            self._gone(talk)
        if len(self._talks) >= SESSIONS_KEPT:
            for session in [s for s, t in self._talks.items() if not t.transactions][: SESSIONS_KEPT // 10]:
                del self._talks[session]

    def _disconnected(self, talk: Talk, record: Record) -> None:
        self._book.signs += 1
        current = talk.current
        if current and current.ending is None and record.ps != "idle":
            if current.explicit:
                current.failed = True
            elif not talk.tells_all and any(p.kind is Kind.EXECUTE and not p.finished for p in current.pendings):
                # A BEGIN that was not logged stands before these, or after them.
                fall_open(current, Outcome.UNKNOWN)
        over(self._book, talk)
        self._forget(talk.session)

    def _gone(self, talk: Talk) -> None:
        """The session's backend is no more, and the log has no word of its end."""
        if talk.current is not None and talk.current.is_open:
            talk.current.failed = True
        over(self._book, talk)
        self._forget(talk.session)

    def _forget(self, session: str) -> None:
        self._talks.pop(session, None)
        self._book.ended.append(session)


def _waiting(talk: Talk) -> Waiting:
    oldest = min(pending.started_at for pending in talk.pendings())
    return Waiting(talk.session, talk.line, oldest, max(t.txid for t in talk.transactions))
