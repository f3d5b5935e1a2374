"""Fold log records into statements whose outcome is known: a logged statement is not yet an executed one.

Signs that a statement outside a transaction is done: its duration line, the session's move to another transaction
(`vxid`, or a state of "idle"), its disconnection; an ERROR says the opposite. Inside a transaction the COMMIT decides,
and the statements of one transaction are handed over together. What has no sign yet waits, and is in the saved state
by its place in the log only: no statement text is ever written there.

Pure: no files, no clock. Records of one file must come in their order; those of a session always do.
"""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from lineagebot.model import Outcome
from lineagebot.sync.postgres_log import Place, Record
from lineagebot.sync.postgres_text import Control, Part, path_change, prepared_text
from lineagebot.sync.postgres_text import parts as parts_of

#: Sessions that are remembered for their search path alone, where disconnections are not logged.
SESSIONS_KEPT = 5_000


@dataclass(frozen=True, slots=True)
class Settled:
    """A statement of the log, with what became of it."""

    id: str
    record: Record
    text: str
    started_at: datetime
    ended_at: datetime | None
    outcome: Outcome
    #: As it was set in the session; None: the login's default.
    path: tuple[str, ...] | None
    vxid: str | None
    error: str | None = None
    #: A statement that ran inside a function's or DO block's (pgaudit sees those).
    parent: str | None = None
    #: The end of its transaction is not in the log (only DDL is logged, say): DONE is the likely reading, not a fact.
    assumed: bool = False
    #: Transaction id, where the log tells it: Postgres can be asked what became of it.
    txid: int = 0


@dataclass(frozen=True, slots=True)
class Tally:
    """What the records were. They add up to the records read."""

    statements: int = 0
    #: Begin and end of transactions and sessions, durations, errors, further audit lines.
    signs: int = 0
    #: Not about any statement: checkpoints, connections, warnings.
    noise: int = 0
    #: Our own sessions.
    own: int = 0

    @property
    def records(self) -> int:
        return self.statements + self.signs + self.noise + self.own


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


class _Kind(StrEnum):
    STATEMENT = "s"
    EXECUTE = "x"
    TIMED = "t"
    AUDIT = "a"
    ERROR = "e"


@dataclass(slots=True)
class _Pending:
    place: Place
    kind: _Kind
    line: int
    started_at: datetime
    vxid: str | None
    path: tuple[str, ...] | None
    #: (start, end) of the message's text that this is; the whole where None.
    span: tuple[int, int] | None = None
    number: int = 0
    ended_at: datetime | None = None
    finished: bool = False
    outcome: Outcome | None = None
    error: str | None = None
    parent: str | None = None
    audit: str | None = None
    #: Not saved: read again from the log when it is needed.
    record: Record | None = None

    @property
    def id(self) -> str:
        part = f".{self.number}" if self.number else ""
        return f"{self.place_session}/{self.line}{part}"

    place_session: str = ""


@dataclass(slots=True)
class _Transaction:
    vxid: str | None
    explicit: bool = False
    pendings: list[_Pending] = field(default_factory=list)
    #: Name, pendings before it, search path at it.
    savepoints: list[tuple[str, int, tuple[str, ...] | None]] = field(default_factory=list)
    ending: Control | None = None
    #: An error came: nothing but ROLLBACK (or ROLLBACK TO) helps.
    failed: bool = False
    path_before: tuple[str, ...] | None = None
    txid: int = 0
    #: Its BEGIN was not logged; so its COMMIT need not be either.
    hidden: bool = False


@dataclass(slots=True)
class _Talk:
    """One session as far as it has been heard."""

    session: str
    path: tuple[str, ...] | None = None
    #: SET LOCAL, until the transaction ends; None: not set. The inner None is the default.
    local: tuple[tuple[str, ...] | None] | None = None
    #: The last is the one that runs; those before it were ended inside the same message.
    transactions: list[_Transaction] = field(default_factory=list)
    line: int = 0
    #: Its last message began or ended a transaction, and said so by its text: its duration line says nothing new.
    controlled: bool = False
    #: It logged what only log_statement = all logs.
    tells_all: bool = False

    @property
    def current(self) -> _Transaction | None:
        return self.transactions[-1] if self.transactions else None

    @property
    def path_now(self) -> tuple[str, ...] | None:
        return self.local[0] if self.local else self.path

    @property
    def is_plain(self) -> bool:
        return not (self.transactions or self.path is not None or self.controlled or self.tells_all)


_DURATION = re.compile(r"duration: ([\d.]+) ms(?:  (statement|execute|parse|bind)\b ?([^:]*): (.*))?\Z", re.DOTALL)
_EXECUTE = re.compile(r"execute ([^:\n]*): (.*)\Z", re.DOTALL)
_PREPARE_DETAIL = "prepare: "
_CONTROL_TAGS = {
    "BEGIN": Control.BEGIN,
    "START TRANSACTION": Control.BEGIN,
    "COMMIT": Control.COMMIT,
    "ROLLBACK": Control.ROLLBACK,
    "SAVEPOINT": Control.SAVEPOINT,
    "RELEASE": Control.RELEASE,
}
_RUNS_OTHERS = ("call", "do")
_ALL_GONE = re.compile(
    r"starting PostgreSQL|all server processes terminated; reinitializing"
    r"|database system (was|is) (shut down|interrupted)"
)

_LOG_STATEMENT = re.compile(r'parameter "log_statement" changed to "(\w+)"')
#: Verbs that only log_statement = all logs.
_ONLY_ALL = frozenset({"select", "begin", "start", "commit", "rollback", "set", "show"})

_INTO = re.compile(r"\binto\b", re.IGNORECASE)

Reread = Callable[[Place], Record | None]


class Sessions:
    """The fold. `take` one record after the other; `saved` and `restored` carry it over a restart.

    `reread` gives the record at a place again; `lost` collects places whose file is gone by then.
    """

    def __init__(self, reread: Reread, *, is_own: Callable[[Record], bool] = lambda record: False) -> None:
        self._reread = reread
        self._is_own = is_own
        self._talks: dict[str, _Talk] = {}
        self._out: deque[Settled] = deque()
        #: Whether BEGIN and COMMIT are in the log (log_statement = all): then one that is not there was not run.
        self._tells_all = False
        self.lost: list[Place] = []
        self.ended: list[str] = []
        self._statements = self._signs = self._noise = self._own = 0

    @property
    def tally(self) -> Tally:
        return Tally(self._statements, self._signs, self._noise, self._own)

    def take(self, record: Record) -> tuple[Settled, ...]:
        """Statements that this record settles, in their order."""
        if not _is_client(record):
            self._background(record)
        elif self._is_own(record):
            self._own += 1
        else:
            self._client(record)
        return self._drain()

    def waiting(self) -> tuple[Waiting, ...]:
        """Sessions with statements that have no sign yet."""
        found = []
        for talk in self._talks.values():
            starts = [p.started_at for t in talk.transactions for p in t.pendings]
            if starts:
                found.append(Waiting(talk.session, talk.line, min(starts), max(t.txid for t in talk.transactions)))
        return tuple(found)

    def told(self, waiting: Waiting, standing: Standing) -> tuple[Settled, ...]:
        """Settle what waits in a session by what the server says of it; nothing where it has spoken since."""
        talk = self._talks.get(waiting.session)
        if talk is None or talk.line != waiting.line:
            return ()
        if standing is Standing.GONE and (current := talk.current) and current.explicit and current.ending is None:
            current.failed = True
        self._over(talk)
        if standing is Standing.GONE:
            self._forget(talk.session)
        return self._drain()

    def places(self) -> frozenset[str]:
        """Files that are still needed for their waiting records."""
        return frozenset(p.place.file for t in self._talks.values() for x in t.transactions for p in x.pendings)

    # What the records say

    def _background(self, record: Record) -> None:
        self._noise += 1
        if changed := _LOG_STATEMENT.match(record.message):
            self._tells_all = changed.group(1) == "all"
        if _ALL_GONE.match(record.message):
            for session in list(self._talks):
                self._vanished(session)

    def _vanished(self, session: str) -> None:
        """The server went down under a session: what it had not committed is undone, what it ran alone nobody knows."""
        talk = self._talks[session]
        for transaction in talk.transactions:
            if transaction.explicit and transaction.ending is None:
                transaction.failed = True
                continue
            for pending in transaction.pendings:
                pending.outcome = pending.outcome or Outcome.UNKNOWN
        self._over(talk)
        self._forget(session)

    def _client(self, record: Record) -> None:
        self._new_backend(record)
        talk = self._talks.setdefault(record.session, _Talk(record.session))
        talk.line = record.line
        message = record.message
        if record.severity in ("ERROR", "FATAL", "PANIC"):
            self._error(talk, record)
        elif message.startswith("statement: "):
            self._moved_on(talk, record)
            self._message(talk, record, _Kind.STATEMENT, message[len("statement: ") :])
        elif message.startswith("duration: ") and (timed := _DURATION.match(message)):
            self._duration(talk, record, timed)
        elif message.startswith("execute ") and (executed := _EXECUTE.match(message)):
            self._execute(talk, record, executed.group(1), executed.group(2))
        elif message.startswith("AUDIT: "):
            self._audit(talk, record)
        elif message.startswith("disconnection: "):
            self._disconnected(talk, record)
        else:
            self._noise += 1
            if talk.current is not None and talk.current.explicit:
                self._moved_on(talk, record)
        if talk.is_plain:
            self._talks.pop(talk.session, None)

    def _new_backend(self, record: Record) -> None:
        """A process id comes again with another session: the one before is gone, whether the log said so or not."""
        if record.session in self._talks:
            return
        pid = record.session.partition(".")[2]
        for session in [s for s in self._talks if s.partition(".")[2] == pid]:
            talk = self._talks[session]
            if (current := talk.current) and current.explicit and current.ending is None:
                current.failed = True
            self._over(talk)
            self._forget(session)
        if len(self._talks) >= SESSIONS_KEPT:
            for session in [s for s, t in self._talks.items() if not t.transactions][: SESSIONS_KEPT // 10]:
                del self._talks[session]

    def _message(self, talk: _Talk, record: Record, kind: _Kind, text: str) -> None:
        """A simple-protocol message: one statement, or several that share a fate unless they say otherwise."""
        state = record.ps or ""
        if state.startswith("idle in transaction") and talk.current is None:
            # Its BEGIN was not logged, or lies before the earliest kept file.
            begun = _Transaction(_real(record.vxid), explicit=True, hidden=True, path_before=talk.path)
            begun.failed = "aborted" in state
            talk.transactions.append(begun)
        elif state == "idle in transaction" and talk.current is not None:
            # Nothing but a BEGIN, seen or not, keeps a session in a transaction between two messages.
            talk.current.hidden = talk.current.hidden or not talk.current.explicit
            talk.current.explicit = True
        self._parts(talk, record, kind, text)

    def _parts(
        self,
        talk: _Talk,
        record: Record,
        kind: _Kind,
        text: str,
        *,
        started_at: datetime | None = None,
        ended_at: datetime | None = None,
    ) -> None:
        found = parts_of(text)
        runs = _runs(found)
        talk.controlled = any(part.control is not Control.NONE for part in found)
        if kind in (_Kind.STATEMENT, _Kind.EXECUTE) and all(_is_only_in_all(text, part) for part in found):
            self._tells_all = talk.tells_all = True
        refused = talk.current is not None and talk.current.failed and not _gets_out(found)
        counted = False
        numbered = sum(isinstance(run, tuple) for run in runs) > 1
        number = 0
        for run in runs:
            if isinstance(run, Part) and refused:
                continue
            if isinstance(run, Part):
                self._control(talk, record, run.control, run.name, chain=run.chain)
                continue
            whole = len(runs) == 1
            pending = self._add(talk, record, kind, span=None if whole else (run[0].start, run[-1].end))
            pending.number = number if numbered else 0
            pending.started_at = started_at or record.at
            pending.ended_at, pending.finished = ended_at, ended_at is not None
            number += 1
            counted = True
            for part in run:
                self._path(talk, text, part)
        if counted:
            self._statements += 1
        else:
            self._signs += 1

    def _add(self, talk: _Talk, record: Record, kind: _Kind, *, span: tuple[int, int] | None = None) -> _Pending:
        transaction = self._transaction(talk, record)
        pending = _Pending(
            place=record.place,
            kind=kind,
            line=record.line,
            started_at=record.at,
            vxid=_real(record.vxid) or transaction.vxid,
            path=talk.path_now,
            span=span,
            record=record,
            place_session=talk.session,
        )
        transaction.pendings.append(pending)
        return pending

    def _transaction(self, talk: _Talk, record: Record) -> _Transaction:
        """The transaction that runs now, begun where none does."""
        current = talk.current
        if current is None or current.ending is not None:
            current = _Transaction(_real(record.vxid) if current is None else None, path_before=talk.path)
            talk.transactions.append(current)
        if current.vxid is None:
            current.vxid = _real(record.vxid)
        current.txid = record.txid or current.txid
        return current

    def _control(
        self, talk: _Talk, record: Record, control: Control, name: str | None = None, *, chain: bool = False
    ) -> None:
        current = talk.current
        if control is Control.BEGIN:
            self._transaction(talk, record).explicit = True
            return
        if current is None:
            return
        current.txid = record.txid or current.txid
        match control:
            case Control.COMMIT | Control.ROLLBACK | Control.PREPARE:
                current.ending = control
                if chain:
                    talk.transactions.append(_Transaction(None, explicit=True, path_before=talk.path))
            case Control.SAVEPOINT:
                current.savepoints.append((name or "", len(current.pendings), talk.path))
            case Control.ROLLBACK_TO:
                self._rollback_to(talk, current, name or "")
            case Control.RELEASE:
                at = _savepoint(current, name or "")
                if at is not None:
                    del current.savepoints[at:]

    def _rollback_to(self, talk: _Talk, current: _Transaction, name: str) -> None:
        at = _savepoint(current, name)
        if at is None:
            return
        _, kept, talk.path = current.savepoints[at]
        for pending in current.pendings[kept:]:
            pending.outcome = pending.outcome or Outcome.ROLLED_BACK
        del current.savepoints[at + 1 :]
        current.failed = False

    def _path(self, talk: _Talk, text: str, part: Part) -> None:
        change = path_change(text, part)
        if change is None:
            return
        if change.local:
            talk.local = (change.path,)
        else:
            talk.path, talk.local = change.path, None

    def _execute(self, talk: _Talk, record: Record, name: str, text: str) -> None:
        self._moved_on(talk, record)
        if name.startswith("fetch from "):
            # The same portal goes on; its first execution was logged.
            self._signs += 1
            return
        self._parts(talk, record, _Kind.EXECUTE, text)

    def _duration(self, talk: _Talk, record: Record, timed: re.Match[str]) -> None:
        took, verb, _, text = timed.groups()
        if verb in ("parse", "bind") or (verb is None and record.ps in ("PARSE", "BIND")):
            self._signs += 1
            return
        if verb is None:
            self._bare_duration(talk, record)
            return
        same = _unfinished(talk, lambda p: _bare(self._text(p)) == _bare(text))
        if same is not None:
            self._signs += 1
            self._finish(talk, same, record)
            return
        if talk.current is None or not _ends_transaction(text):
            # Logged afterwards: a COMMIT stands outside the transaction that it ended.
            self._moved_on(talk, record)
        if talk.current is None and _real(record.vxid) and verb == "statement" and not _begins_transaction(text):
            # A simple statement on its own is out of its transaction when its duration is logged; this one is not.
            talk.transactions.append(_Transaction(record.vxid, explicit=True, hidden=True, path_before=talk.path))
        started = record.at - timedelta(milliseconds=float(took))
        self._parts(talk, record, _Kind.TIMED, text, started_at=started, ended_at=record.at)
        self._settle_alone(talk, record)

    def _bare_duration(self, talk: _Talk, record: Record) -> None:
        self._signs += 1
        tag = None if talk.controlled else _CONTROL_TAGS.get(record.ps or "")
        talk.controlled = False
        pending = _unfinished(talk, lambda p: True)
        if pending is not None:
            self._finish(talk, pending, record)
            return
        if tag is Control.ROLLBACK and _real(record.vxid):
            self._rolled_back_somewhere(talk)
        elif tag is not None:
            self._control(talk, record, tag)
        self._moved_on(talk, record)

    def _rolled_back_somewhere(self, talk: _Talk) -> None:
        """ROLLBACK TO a savepoint whose text was not logged: which statements it undid cannot be told."""
        current = talk.current
        if current is None or not current.explicit:
            return
        current.failed = False
        if current.ending is None:
            for pending in current.pendings:
                pending.outcome = pending.outcome or Outcome.UNKNOWN

    def _finish(self, talk: _Talk, pending: _Pending, record: Record) -> None:
        for transaction in talk.transactions:
            for other in transaction.pendings:
                if other.place == pending.place:
                    other.finished, other.ended_at = True, record.at
            if pending in transaction.pendings:
                transaction.txid = record.txid or transaction.txid
        self._moved_on(talk, record)
        self._settle_alone(talk, record)

    def _settle_alone(self, talk: _Talk, record: Record) -> None:
        """A finished statement outside a transaction is done.

        In the extended protocol the commit comes with the Sync right after, which is never logged: a pipeline that
        fails later than this would be the exception.
        """
        current = talk.current
        alone = current is not None and not current.explicit and all(p.finished for p in current.pendings)
        if alone or _real(record.vxid) is None:
            self._over(talk)

    def _audit(self, talk: _Talk, record: Record) -> None:
        """pgaudit: a second witness of a statement that was logged anyway, or the only one."""
        row = _audit_row(record)
        if row is None:
            self._noise += 1
            return
        outer = _unfinished(talk, lambda p: p.kind in (_Kind.STATEMENT, _Kind.EXECUTE))
        if outer is not None and self._still_runs(talk, outer, record):
            if _bare(row.text) in (_bare(self._text(outer)), _bare(self._message_text(outer))) or not row.text:
                self._signs += 1
                return
            parent: str | None = outer.id
        else:
            self._moved_on(talk, record)
            parent = None
        if self._is_known_audit(talk, row):
            self._signs += 1
            return
        if not row.text:
            self._noise += 1
            return
        self._audited(talk, record, row, parent)

    def _still_runs(self, talk: _Talk, outer: _Pending, record: Record) -> bool:
        if outer.vxid is None or record.vxid is None or outer.vxid == record.vxid:
            return True
        verb = parts_of(self._text(outer))[:1]
        return bool(verb and verb[0].words[:1] and verb[0].words[0] in _RUNS_OTHERS)

    def _is_known_audit(self, talk: _Talk, row: _Audit) -> bool:
        return any(p.audit == row.key for t in talk.transactions for p in t.pendings)

    def _audited(self, talk: _Talk, record: Record, row: _Audit, parent: str | None) -> None:
        found = parts_of(row.text)
        if len(found) == 1 and found[0].control is not Control.NONE:
            self._control(talk, record, found[0].control, found[0].name, chain=found[0].chain)
            self._signs += 1
            return
        if row.is_inside(self._audit_texts(talk)):
            self._signs += 1
            return
        pending = self._add(talk, record, _Kind.AUDIT)
        pending.audit, pending.parent = row.key, parent
        pending.finished = parent is not None
        self._statements += 1
        for part in found:
            self._path(talk, row.text, part)

    def _audit_texts(self, talk: _Talk) -> frozenset[str]:
        """Texts with several statements: pgaudit repeats the whole for each of them."""
        current = talk.current
        texts = [self._text(p) for p in current.pendings if p.kind is _Kind.AUDIT] if current else []
        return frozenset(t for t in texts if len(parts_of(t)) > 1)

    def _disconnected(self, talk: _Talk, record: Record) -> None:
        self._signs += 1
        current = talk.current
        if current and current.ending is None and record.ps != "idle":
            if current.explicit:
                current.failed = True
            elif not talk.tells_all and any(p.kind is _Kind.EXECUTE and not p.finished for p in current.pendings):
                # A BEGIN that was not logged stands before these, or after them.
                for pending in current.pendings:
                    pending.outcome = pending.outcome or Outcome.UNKNOWN
        self._over(talk)
        self._forget(talk.session)

    def _stood_alone(self, talk: _Talk, transaction: _Transaction) -> bool:
        """Whether no BEGIN, unseen, can stand before its statements. Other sessions tell what is logged at all."""
        told = talk.tells_all or self._tells_all
        return told or all(p.kind is not _Kind.EXECUTE or p.finished for p in transaction.pendings)

    def _forget(self, session: str) -> None:
        self._talks.pop(session, None)
        self.ended.append(session)

    def _error(self, talk: _Talk, record: Record) -> None:
        running = self._running(talk, record)
        if running is None:
            self._moved_on(talk, record)
            if talk.current is not None and talk.current.ending is Control.COMMIT:
                # A deferred constraint or a serialization failure: the COMMIT itself failed.
                self._signs += 1
                talk.current.failed = True
                self._over(talk)
                return
            if record.statement and record.severity == "ERROR":
                running = self._add(talk, record, _Kind.ERROR)
                self._statements += 1
            else:
                self._signs += 1
        else:
            self._signs += 1
        current = talk.current
        if running is not None:
            self._failed(talk, running, record)
        if current is None:
            return
        current.failed = True
        if current.explicit and current.savepoints:
            current.ending = None  # a COMMIT further on in the failed message was not reached
            return
        self._undo(talk, current)

    def _running(self, talk: _Talk, record: Record) -> _Pending | None:
        """The statement that an error speaks of."""

        def meant(pending: _Pending) -> bool:
            if record.statement is None:
                return _real(record.vxid) is None or pending.vxid == record.vxid
            return _bare(record.statement) == _bare(self._message_text(pending))

        return _unfinished(talk, meant)

    def _failed(self, talk: _Talk, running: _Pending, record: Record) -> None:
        error = _error_line(record)
        for transaction in talk.transactions:
            for pending in transaction.pendings:
                if pending.place != running.place and pending.parent != running.id:
                    continue
                pending.finished = True
                if transaction is not talk.current:
                    pending.outcome = pending.outcome or Outcome.UNKNOWN
                else:
                    pending.outcome, pending.error = Outcome.FAILED, error
                    pending.ended_at = record.at

    def _undo(self, talk: _Talk, current: _Transaction) -> None:
        """Everything of a failed transaction is known to be undone; it stays open until its ROLLBACK, but empty."""
        explicit = current.explicit
        self._over(talk)
        if explicit:
            talk.transactions.append(_Transaction(None, explicit=True, failed=True, path_before=talk.path))

    # When a transaction is over

    def _moved_on(self, talk: _Talk, record: Record) -> None:
        """Settle what the session has left behind by the time of this record."""
        self._settle_all(talk, talk.transactions[:-1])
        current = talk.current
        if current is None:
            return
        if record.ps == "idle" or self._has_other_vxid(current, record):
            self._over(talk)

    def _has_other_vxid(self, current: _Transaction, record: Record) -> bool:
        if record.vxid is None:
            return False
        real = _real(record.vxid)
        if current.failed and current.vxid is None:
            # After an error the session has no vxid until its ROLLBACK.
            return real is not None and (record.ps or "") not in ("ROLLBACK", "COMMIT")
        if current.vxid is None:
            current.vxid = real
            return False
        return real != current.vxid

    def _over(self, talk: _Talk) -> None:
        self._settle_all(talk, talk.transactions[:])

    def _settle_all(self, talk: _Talk, transactions: list[_Transaction]) -> None:
        for transaction in transactions:
            outcome, assumed = _end(transaction)
            assumed = assumed or (transaction.hidden and not talk.tells_all and transaction.ending is None)
            assumed = assumed or (outcome is Outcome.DONE and not self._stood_alone(talk, transaction))
            if outcome is Outcome.ROLLED_BACK:
                talk.path = transaction.path_before
            for pending in transaction.pendings:
                self._settle(talk, transaction, pending, pending.outcome or outcome, assumed=assumed)
        if transactions:
            del talk.transactions[: len(transactions)]
            talk.local = None

    def _settle(
        self, talk: _Talk, transaction: _Transaction, pending: _Pending, outcome: Outcome, *, assumed: bool
    ) -> None:
        record = self._record(pending)
        if record is None:
            self.lost.append(pending.place)
            return
        self._out.append(
            Settled(
                id=pending.id,
                record=record,
                text=self._text(pending),
                started_at=pending.started_at,
                ended_at=pending.ended_at,
                outcome=outcome,
                path=pending.path,
                vxid=pending.vxid,
                error=pending.error,
                parent=pending.parent,
                assumed=assumed and pending.outcome is None,
                txid=transaction.txid,
            )
        )

    def _drain(self) -> tuple[Settled, ...]:
        out = tuple(self._out)
        self._out.clear()
        return out

    # Texts, read again after a restart

    def _record(self, pending: _Pending) -> Record | None:
        if pending.record is None:
            pending.record = self._reread(pending.place)
        return pending.record

    def _text(self, pending: _Pending) -> str:
        """What ran: of EXECUTE the prepared statement, of a message with several the part that is meant."""
        record = self._record(pending)
        if record is None:
            return ""
        if pending.kind is _Kind.STATEMENT and record.detail and record.detail.startswith(_PREPARE_DETAIL):
            return prepared_text(record.detail[len(_PREPARE_DETAIL) :]) or record.detail[len(_PREPARE_DETAIL) :]
        text = self._message_text(pending)
        return text[pending.span[0] : pending.span[1]] if pending.span else text

    def _message_text(self, pending: _Pending) -> str:
        record = self._record(pending)
        return "" if record is None else _text_of(record, pending.kind)

    # Over a restart

    def saved(self) -> dict[str, Any]:
        """The state as JSON values: names and places, no text."""
        talks = {talk.session: _saved_talk(talk) for talk in self._talks.values()}
        return {"tells_all": self._tells_all, "talks": talks}

    def restored(self, state: dict[str, Any]) -> None:
        """Take up a state that `saved` gave. Raises KeyError, TypeError or ValueError on anything else."""
        self._tells_all = bool(state["tells_all"])
        self._talks = {session: _restored_talk(session, talk) for session, talk in state["talks"].items()}


# The small questions


def _is_client(record: Record) -> bool:
    if record.backend is None:
        return record.user is not None
    return record.backend == "client backend"


def _real(vxid: str | None) -> str | None:
    """A vxid that names a transaction: "3/0" names none."""
    return None if vxid is None or vxid.endswith("/0") else vxid


def _runs(found: tuple[Part, ...]) -> list[Part | tuple[Part, ...]]:
    """Controls on their own, and between them what shares a fate."""
    runs: list[Part | tuple[Part, ...]] = []
    for part in found:
        if part.control is not Control.NONE:
            runs.append(part)
        elif runs and isinstance(runs[-1], tuple):
            runs[-1] = (*runs[-1], part)
        else:
            runs.append((part,))
    return runs


def _is_only_in_all(text: str, part: Part) -> bool:
    """Whether less than log_statement = all would leave this statement out (SELECT INTO counts as DDL)."""
    verb = part.words[0] if part.words else ""
    return verb in _ONLY_ALL and not (verb == "select" and _INTO.search(text, part.start, part.end))


def _gets_out(found: tuple[Part, ...]) -> bool:
    """Whether a message is obeyed in a failed transaction: all but these are refused, whole."""
    return bool(found) and found[0].control in (Control.COMMIT, Control.ROLLBACK, Control.ROLLBACK_TO, Control.PREPARE)


def _unfinished(talk: _Talk, meant: Callable[[_Pending], bool]) -> _Pending | None:
    """The last statement without an end, if it is the one that is meant.

    Only the last can still run; those before it were finished by its coming, whether or not durations are logged.
    """
    for transaction in reversed(talk.transactions):
        for pending in reversed(transaction.pendings):
            if pending.parent is not None:
                continue
            return pending if not pending.finished and meant(pending) else None
    return None


def _ends_transaction(text: str) -> bool:
    return any(part.control in (Control.COMMIT, Control.ROLLBACK, Control.PREPARE) for part in parts_of(text))


def _begins_transaction(text: str) -> bool:
    return any(part.control is Control.BEGIN for part in parts_of(text))


def _savepoint(current: _Transaction, name: str) -> int | None:
    named = [i for i, (known, _, _) in enumerate(current.savepoints) if known == name]
    return named[-1] if named else None


def _end(transaction: _Transaction) -> tuple[Outcome, bool]:
    """What became of a transaction that is over, and whether that is only assumed."""
    if transaction.failed or transaction.ending is Control.ROLLBACK:
        return Outcome.ROLLED_BACK, False
    if transaction.ending is Control.COMMIT:
        return Outcome.DONE, False
    if transaction.ending is Control.PREPARE:
        return Outcome.UNKNOWN, False
    audited = any(p.kind is _Kind.AUDIT and p.parent is None for p in transaction.pendings)
    return Outcome.DONE, transaction.explicit or audited


def _bare(text: str) -> str:
    return text.strip().rstrip(";").rstrip()


def _text_of(record: Record, kind: _Kind) -> str:
    message = record.message
    match kind:
        case _Kind.STATEMENT:
            return message[len("statement: ") :]
        case _Kind.EXECUTE:
            found = _EXECUTE.match(message)
            return found.group(2) if found else message
        case _Kind.TIMED:
            timed = _DURATION.match(message)
            return timed.group(4) if timed and timed.group(4) is not None else message
        case _Kind.AUDIT:
            row = _audit_row(record)
            return row.text if row else message
        case _Kind.ERROR:
            return record.statement or ""


@dataclass(frozen=True, slots=True)
class _Audit:
    #: Statement and sub-statement number in the session: cascaded objects repeat them.
    key: str
    text: str

    def is_inside(self, texts: Iterable[str]) -> bool:
        return self.text in texts


def _audit_row(record: Record) -> _Audit | None:
    try:
        row = next(csv.reader([record.message[len("AUDIT: ") :]]))
    except (csv.Error, StopIteration):
        return None
    if len(row) < 8 or row[0] not in ("SESSION", "OBJECT"):
        return None
    text = "" if row[7] in ("<not logged>", "<previously logged>") else row[7]
    if row[4] != "PREPARE":
        text = prepared_text(text) or text
    return _Audit(f"{row[1]},{row[2]}", text)


_QUOTED = re.compile(r'"[^"]*"')
_COLON_REST = re.compile(r": .*", re.DOTALL)


def _error_line(record: Record) -> str:
    """The error's first line. Outside class 42 (names and syntax) what it quotes may be data, and is left out."""
    line = record.message.splitlines()[0] if record.message else "error"
    if not (record.state_code or "").startswith("42"):
        line = _QUOTED.sub('"…"', line)
    elif record.state_code == "42601":
        line = _COLON_REST.sub("", _QUOTED.sub('"…"', line)) or line
    return f"{record.state_code}: {line}" if record.state_code else line


def _saved_talk(talk: _Talk) -> dict[str, Any]:
    return {
        "path": talk.path,
        "local": talk.local,
        "line": talk.line,
        "controlled": talk.controlled,
        "tells_all": talk.tells_all,
        "open": [_saved_transaction(t) for t in talk.transactions],
    }


def _saved_transaction(transaction: _Transaction) -> dict[str, Any]:
    return {
        "vxid": transaction.vxid,
        "explicit": transaction.explicit,
        "savepoints": transaction.savepoints,
        "ending": transaction.ending,
        "failed": transaction.failed,
        "path": transaction.path_before,
        "txid": transaction.txid,
        "hidden": transaction.hidden,
        "waiting": [_saved_pending(p) for p in transaction.pendings],
    }


def _saved_pending(pending: _Pending) -> dict[str, Any]:
    return {
        "at": [pending.place.file, pending.place.offset],
        "kind": pending.kind,
        "line": pending.line,
        "start": pending.started_at.isoformat(),
        "end": pending.ended_at.isoformat() if pending.ended_at else None,
        "vxid": pending.vxid,
        "path": pending.path,
        "span": pending.span,
        "number": pending.number,
        "finished": pending.finished,
        "outcome": pending.outcome,
        "error": pending.error,
        "parent": pending.parent,
        "audit": pending.audit,
    }


def _names(value: Any) -> tuple[str, ...] | None:
    return None if value is None else tuple(str(v) for v in value)


def _restored_talk(session: str, state: Any) -> _Talk:
    return _Talk(
        session,
        path=_names(state["path"]),
        local=None if state["local"] is None else (_names(state["local"][0]),),
        transactions=[_restored_transaction(session, t) for t in state["open"]],
        line=state["line"],
        controlled=state["controlled"],
        tells_all=state["tells_all"],
    )


def _restored_transaction(session: str, state: Any) -> _Transaction:
    return _Transaction(
        vxid=state["vxid"],
        explicit=state["explicit"],
        pendings=[_restored_pending(session, p) for p in state["waiting"]],
        savepoints=[(name, at, _names(path)) for name, at, path in state["savepoints"]],
        ending=Control(state["ending"]) if state["ending"] else None,
        failed=state["failed"],
        path_before=_names(state["path"]),
        txid=state["txid"],
        hidden=state["hidden"],
    )


def _restored_pending(session: str, state: Any) -> _Pending:
    return _Pending(
        place=Place(*state["at"]),
        kind=_Kind(state["kind"]),
        line=state["line"],
        started_at=datetime.fromisoformat(state["start"]),
        vxid=state["vxid"],
        path=_names(state["path"]),
        span=(state["span"][0], state["span"][1]) if state["span"] else None,
        number=state["number"],
        ended_at=datetime.fromisoformat(state["end"]) if state["end"] else None,
        finished=state["finished"],
        outcome=Outcome(state["outcome"]) if state["outcome"] else None,
        error=state["error"],
        parent=state["parent"],
        audit=state["audit"],
        place_session=session,
    )
