"""An ERROR line: which statement it ends, and how much of its transaction is undone with it."""

from __future__ import annotations

from lineagebot.model import Outcome
from lineagebot.sync.postgres_log import Record
from lineagebot.sync.postgres_sessions.book import Book
from lineagebot.sync.postgres_sessions.lines import bare, error_line
from lineagebot.sync.postgres_sessions.outcome import moved_on, over
from lineagebot.sync.postgres_sessions.statements import add
from lineagebot.sync.postgres_sessions.talk import Kind, Pending, Talk, Transaction, real, unfinished
from lineagebot.sync.postgres_text import Control

SEVERITIES = ("ERROR", "FATAL", "PANIC")


def error(book: Book, talk: Talk, record: Record) -> None:
    running = _running(book, talk, record)
    if running is not None:
        book.signs += 1
    else:
        moved_on(book, talk, record)
        if _commit_failed(book, talk):
            return
        running = _told_by_its_error(book, talk, record)
    current = talk.current
    if running is not None:
        _failed(talk, running, record)
    if current is None:
        return
    current.failed = True
    if current.explicit and current.savepoints:
        current.ending = None  # a COMMIT further on in the failed message was not reached
        return
    _undo(book, talk, current)


def _running(book: Book, talk: Talk, record: Record) -> Pending | None:
    """The statement that an error speaks of."""

    def meant(pending: Pending) -> bool:
        if record.statement is None:
            return real(record.vxid) is None or pending.vxid == record.vxid
        return bare(record.statement) == bare(book.message_text(pending))

    return unfinished(talk, meant)


def _commit_failed(book: Book, talk: Talk) -> bool:
    """A deferred constraint or a serialization failure: the COMMIT itself failed."""
    current = talk.current
    if current is None or current.ending is not Control.COMMIT:
        return False
    book.signs += 1
    current.failed = True
    over(book, talk)
    return True


def _told_by_its_error(book: Book, talk: Talk, record: Record) -> Pending | None:
    """A statement that only its error tells of, where the log leaves such statements out."""
    if not record.statement or record.severity != "ERROR":
        book.signs += 1
        return None
    book.statements += 1
    return add(talk, record, Kind.ERROR)


def _failed(talk: Talk, running: Pending, record: Record) -> None:
    """It, the rest of its message, and what ran inside it."""
    error = error_line(record)
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


def _undo(book: Book, talk: Talk, current: Transaction) -> None:
    """Everything of a failed transaction is known to be undone; it stays open until its ROLLBACK, but empty."""
    explicit = current.explicit
    over(book, talk)
    if explicit:
        talk.transactions.append(Transaction(None, explicit=True, failed=True, path_before=talk.path))
