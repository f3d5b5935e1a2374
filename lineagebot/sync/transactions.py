"""What became of the statements of a log whose rows only say "success" or "error": BEGIN, COMMIT and ROLLBACK followed.

Rows come in the order of time and leave in that order, each once its fate is known. What commits by itself differs by
dialect, as a table. Source: the "Destructive" sections of sources/*.md. Postgres' own log says more than such rows and
has a reader of its own (postgres_sessions).
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from lineagebot.model import Outcome
from lineagebot.sync.postgres_text import Control, Part, parts, path_change
from lineagebot.sync.source import LoggedStatement

#: Rows that wait for the end of a transaction; when there are more, the oldest is let go as UNKNOWN.
MOST_WAITING = 50_000


@dataclass(frozen=True, slots=True)
class Manners:
    """How a dialect treats transactions. Verbs are first words, in lower case."""

    #: Commit what came before and themselves, and end the transaction.
    commit: frozenset[str] = frozenset()
    #: An error in a transaction takes all of it back.
    error_aborts: bool = False
    #: There are transactions of more than one statement.
    has_any: bool = True
    #: A script that fails leaves what it had done before.
    leaves_halves: bool = False
    #: SET search_path says where bare names stand; a ROLLBACK takes it back.
    has_path: bool = False
    #: A bare END ends a transaction (elsewhere it ends a block).
    end_commits: bool = False


_DDL = frozenset({"create", "alter", "drop", "undrop", "rename", "comment", "grant", "revoke", "truncate"})
_POSTGRES = Manners(error_aborts=True, end_commits=True, has_path=True)
_NONE = Manners(has_any=False)

MANNERS: Mapping[str, Manners] = {
    "postgres": _POSTGRES,
    "duckdb": Manners(error_aborts=True, end_commits=True),
    "redshift": Manners(frozenset({"truncate"}), error_aborts=True, end_commits=True, has_path=True),
    "snowflake": Manners(_DDL),
    "mysql": Manners(_DDL),
    "oracle": Manners(_DDL),
    "teradata": Manners(_DDL, error_aborts=True),
    "bigquery": Manners(_DDL - {"truncate"}, error_aborts=True, leaves_halves=True),
    "trino": Manners(error_aborts=True),
    "tsql": Manners(),
    "databricks": _NONE,
    "spark": _NONE,
    "hive": _NONE,
    "athena": _NONE,
    "clickhouse": _NONE,
}
_OTHERS = Manners()


#: A search path; None where no statement set it.
_Path = tuple[str, ...] | None


@dataclass(slots=True)
class _Row:
    logged: LoggedStatement
    #: None while its transaction is open.
    outcome: Outcome | None = None
    transaction: _Transaction | None = None


@dataclass(slots=True)
class _Transaction:
    explicit: bool
    name: str | None
    rows: list[_Row] = field(default_factory=list)
    #: (name, how many rows stood before it).
    savepoints: list[tuple[str, int]] = field(default_factory=list)
    failed: bool = False
    #: The search path at its beginning, and that of SET LOCAL.
    path_before: _Path = None
    local: _Path = None
    #: Rows that were not handed over yet.
    left: int = 0
    begun_at: datetime | None = None
    #: The message that holds all of it, where one does: reading its text tells what is left.
    held_by: _Row | None = None


def follows_path(dialect: str) -> bool:
    """Whether `Transactions` says with every statement where its bare names stand."""
    return MANNERS.get(dialect, _OTHERS).has_path


class Transactions:
    """Follows the sessions of one log. `take` each row, then `close`; both hand over what is decided."""

    def __init__(self, dialect: str) -> None:
        self._manners = MANNERS.get(dialect, _OTHERS)
        self._open: dict[str, _Transaction] = {}
        self._waiting: deque[_Row] = deque()
        self._handing: dict[int, _Transaction] = {}
        self._paths: dict[str, _Path] = {}

    def take(self, logged: LoggedStatement) -> Iterator[LoggedStatement]:
        row = _Row(logged)
        self._waiting.append(row)
        if self._manners.has_any:
            self._follow(row)
        if self._manners.leaves_halves and logged.statement.outcome is Outcome.FAILED and (ran := _half(logged)):
            row.logged, row.outcome = ran, Outcome.UNKNOWN
        if row.transaction is None and row.outcome is None:
            row.outcome = _own(logged)
        yield from self._decided()
        while len(self._waiting) > MOST_WAITING:
            self._waiting[0].outcome = Outcome.UNKNOWN
            yield from self._decided()

    def close(self) -> Iterator[LoggedStatement]:
        """The log ends: what was not committed has not happened yet."""
        for transaction in tuple(self._open.values()):
            self._settle(transaction, Outcome.RUNNING if transaction.explicit else Outcome.DONE)
        self._open.clear()
        yield from self._decided()

    @property
    def in_hand(self) -> datetime | None:
        """When the oldest transaction began of which only a part was handed over; None where there is none."""
        return min((t.begun_at for t in self._handing.values() if t.begun_at is not None), default=None)

    def _decided(self) -> Iterator[LoggedStatement]:
        while self._waiting and (outcome := self._waiting[0].outcome) is not None:
            row = self._waiting.popleft()
            transaction = row.transaction
            if transaction is not None:
                transaction.left -= 1
                if transaction.left:
                    self._handing[id(transaction)] = transaction
                else:
                    self._handing.pop(id(transaction), None)
            yield LoggedStatement(replace(row.logged.statement, outcome=outcome), row.logged.session)

    def _follow(self, row: _Row) -> None:
        statement = row.logged.statement
        session = statement.session or ""
        self._end_unseen(session, statement.transaction)
        row.logged = self._placed(row.logged, session)
        found = parts(statement.text)
        controls = [_control(part, self._manners) for part in found]
        if statement.outcome is Outcome.FAILED:
            self._fail(session, controls)
            return
        for at, (part, control) in enumerate(zip(found, controls, strict=True)):
            if control is Control.NONE:
                self._run(row, part, session)
                self._move_path(statement.text, part, session)
                continue
            before = self._open.get(session)
            self._obey(row, part, control, session)
            current = self._open.get(session)
            if current is not None and current is not before and _ENDS.keys() & controls[at + 1 :]:
                current.held_by = row

    def _end_unseen(self, session: str, name: str | None) -> None:
        """A row of another transaction: the one before is over, though no row said so."""
        current = self._open.get(session)
        if current is None or (current.explicit and (name is None or current.name in (None, name))):
            return
        if current.explicit or name is None or name != current.name:
            self._settle(self._open.pop(session), Outcome.DONE)

    def _fail(self, session: str, controls: list[Control]) -> None:
        current = self._open.get(session)
        if current is None:
            return
        if Control.COMMIT in controls:
            self._settle(self._open.pop(session), Outcome.ROLLED_BACK)
        elif self._manners.error_aborts and current.explicit:
            current.failed = True

    def _run(self, row: _Row, part: Part, session: str) -> None:
        current, statement = self._open.get(session), row.logged.statement
        if part.words[:1] and part.words[0] in self._manners.commit:
            if current is not None and not current.failed:
                self._settle(self._open.pop(session), Outcome.DONE)
            row.transaction, row.outcome = None, Outcome.DONE
            return
        if current is None and statement.transaction is not None:
            current = self._open[session] = _Transaction(explicit=False, name=statement.transaction)
        if current is not None and row.transaction is not current and current.held_by is not row:
            _put(row, current)

    def _placed(self, logged: LoggedStatement, session: str) -> LoggedStatement:
        """With the search path that the session has by now."""
        current = self._open.get(session)
        path = (current.local if current is not None else None) or self._paths.get(session)
        if not self._manners.has_path or path is None:
            return logged
        named = tuple(logged.session.login if name == "$user" else name for name in path)
        return replace(logged, session=replace(logged.session, search_path=tuple(name for name in named if name)))

    def _move_path(self, text: str, part: Part, session: str) -> None:
        change = path_change(text, part) if self._manners.has_path else None
        if change is None:
            return
        current = self._open.get(session)
        if change.local:
            if current is not None:
                current.local = change.path
        else:
            self._paths[session] = change.path

    def _obey(self, row: _Row, part: Part, control: Control, session: str) -> None:
        name = row.logged.statement.transaction
        current = self._open.get(session)
        if control is Control.BEGIN:
            if current is None or not current.explicit:
                if current is not None:
                    self._settle(current, Outcome.DONE)
                current = self._open[session] = _Transaction(explicit=True, name=name)
                current.path_before = self._paths.get(session)
            return
        if current is None:
            return
        if control is Control.ROLLBACK:
            self._paths[session] = current.path_before
        match control:
            case Control.COMMIT | Control.ROLLBACK | Control.PREPARE:
                self._settle(self._open.pop(session), _ENDS[control])
                if part.chain:
                    self._open[session] = _Transaction(explicit=True, name=None)
            case Control.SAVEPOINT:
                current.savepoints.append((part.name or "", len(current.rows)))
            case Control.ROLLBACK_TO:
                self._rollback_to(current, part.name or "")
            case Control.RELEASE:
                current.savepoints = current.savepoints[: _savepoint(current, part.name or "")]

    def _rollback_to(self, current: _Transaction, name: str) -> None:
        at = _savepoint(current, name)
        if at == len(current.savepoints):
            return
        for row in current.rows[current.savepoints[at][1] :]:
            row.outcome = row.outcome or Outcome.ROLLED_BACK
        current.failed = False
        del current.savepoints[at + 1 :]

    def _settle(self, transaction: _Transaction, outcome: Outcome) -> None:
        if transaction.failed and outcome is not Outcome.RUNNING:
            outcome = Outcome.ROLLED_BACK
        for row in transaction.rows:
            if row.outcome is None:
                row.outcome = outcome


_ENDS = {
    Control.COMMIT: Outcome.DONE,
    Control.ROLLBACK: Outcome.ROLLED_BACK,
    Control.PREPARE: Outcome.UNKNOWN,
}


def _put(row: _Row, transaction: _Transaction) -> None:
    row.transaction, row.outcome = transaction, None
    transaction.rows.append(row)
    transaction.left += 1
    transaction.begun_at = transaction.begun_at or row.logged.statement.started_at


_PLACE = re.compile(r"\bat \[(\d+):(\d+)\]")


def _half(logged: LoggedStatement) -> LoggedStatement | None:
    """What a failed script had done when it failed: the statements before the place that its error names.

    Where it names none, the first statement is all that one can be sure of. None where that is nothing.
    """
    statement = logged.statement
    found = parts(statement.text)
    if len(found) < 2 or any(part.control is not Control.NONE for part in found):
        return None
    place = _PLACE.search(statement.error or "")
    if place is None:
        end = found[0].end
    else:
        lines = statement.text.split("\n")[: int(place[1]) - 1]
        at = sum(len(line) + 1 for line in lines) + int(place[2]) - 1
        end = max((part.end for part in found if part.end <= at), default=0)
    return LoggedStatement(replace(statement, text=statement.text[:end]), logged.session) if end else None


def _own(logged: LoggedStatement) -> Outcome:
    outcome = logged.statement.outcome
    return Outcome.DONE if outcome is Outcome.UNKNOWN else outcome


def _savepoint(current: _Transaction, name: str) -> int:
    """Where the latest savepoint of that name stands; behind the last where there is none."""
    for at in range(len(current.savepoints) - 1, -1, -1):
        if current.savepoints[at][0] == name:
            return at
    return len(current.savepoints)


#: What may follow a BEGIN that opens a transaction; anything else begins a block of a script.
_AFTER_BEGIN = frozenset({"transaction", "tran", "work", "isolation", "read", "deferrable", "name", "immediate"})
_AFTER_END = frozenset({"transaction", "tran", "work", "and"})


def _control(part: Part, manners: Manners) -> Control:
    """What the part does to the transaction around it; blocks of scripts begin and end with the same words."""
    behind = part.words[1:2]
    if part.words[:1] == ("begin",) and behind and behind[0] not in _AFTER_BEGIN:
        return Control.NONE
    if part.words[:1] == ("end",):
        plain = not behind or behind[0] in _AFTER_END
        return Control.COMMIT if manners.end_commits and plain else Control.NONE
    return part.control
