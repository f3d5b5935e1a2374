"""One session of the log as far as it has been heard: its transactions, and the statements that wait in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from lineagebot.model import Outcome
from lineagebot.sync.postgres_log import Place, Record
from lineagebot.sync.postgres_text import Control

#: Schemas as a session set them; None: the login's default.
Path = tuple[str, ...] | None


class Kind(StrEnum):
    """By what kind of line a statement was told."""

    STATEMENT = "s"
    EXECUTE = "x"
    TIMED = "t"
    AUDIT = "a"
    ERROR = "e"


@dataclass(slots=True)
class Pending:
    """A statement without a known outcome."""

    session: str
    place: Place
    kind: Kind
    line: int
    started_at: datetime
    vxid: str | None
    path: Path
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
        return f"{self.session}/{self.line}{part}"


@dataclass(frozen=True, slots=True)
class Savepoint:
    """What stood when it was set: the statements before it, and the search path."""

    name: str
    pendings: int
    path: Path


@dataclass(slots=True)
class Transaction:
    """Statements that share a fate."""

    vxid: str | None
    explicit: bool = False
    pendings: list[Pending] = field(default_factory=list)
    savepoints: list[Savepoint] = field(default_factory=list)
    ending: Control | None = None
    #: An error came: nothing but ROLLBACK (or ROLLBACK TO) helps.
    failed: bool = False
    path_before: Path = None
    txid: int = 0
    #: Its BEGIN was not logged; so its COMMIT need not be either.
    hidden: bool = False

    @property
    def is_open(self) -> bool:
        """Begun by a BEGIN, and nothing has ended it."""
        return self.explicit and self.ending is None


@dataclass(slots=True)
class Talk:
    """One session as far as it has been heard."""

    session: str
    path: Path = None
    #: SET LOCAL, until the transaction ends; None: not set. The inner None is the default.
    local: tuple[Path] | None = None
    #: The last is the one that runs; those before it were ended inside the same message.
    transactions: list[Transaction] = field(default_factory=list)
    line: int = 0
    #: Its last message began or ended a transaction, and said so by its text: its duration line says nothing new.
    controlled: bool = False
    #: It logged what only log_statement = all logs.
    tells_all: bool = False

    @property
    def current(self) -> Transaction | None:
        return self.transactions[-1] if self.transactions else None

    @property
    def path_now(self) -> Path:
        return self.local[0] if self.local else self.path

    @property
    def is_plain(self) -> bool:
        """Nothing of it needs to be remembered."""
        return not (self.transactions or self.path is not None or self.controlled or self.tells_all)

    def pendings(self) -> Iterator[Pending]:
        return (pending for transaction in self.transactions for pending in transaction.pendings)


def real(vxid: str | None) -> str | None:
    """A vxid that names a transaction: "3/0" names none."""
    return None if vxid is None or vxid.endswith("/0") else vxid


def running(talk: Talk, record: Record) -> Transaction:
    """The transaction that runs now, begun where none does."""
    current = talk.current
    if current is None or current.ending is not None:
        current = Transaction(real(record.vxid) if current is None else None, path_before=talk.path)
        talk.transactions.append(current)
    if current.vxid is None:
        current.vxid = real(record.vxid)
    current.txid = record.txid or current.txid
    return current


def unfinished(talk: Talk, meant: Callable[[Pending], bool]) -> Pending | None:
    """The last statement without an end, if it is the one that is meant.

    Only the last can still run; those before it were finished by its coming, whether or not durations are logged.
    """
    for transaction in reversed(talk.transactions):
        for pending in reversed(transaction.pendings):
            if pending.parent is not None:
                continue
            return pending if not pending.finished and meant(pending) else None
    return None


def fall_open(transaction: Transaction, outcome: Outcome) -> None:
    """Give every statement of it that has no outcome of its own this one."""
    for pending in transaction.pendings:
        pending.outcome = pending.outcome or outcome
