"""When a transaction is over, and what became of its statements: by what the session says next, or by its silence."""

from __future__ import annotations

from lineagebot.model import Outcome
from lineagebot.sync.postgres_log import Record
from lineagebot.sync.postgres_sessions.book import Book, Settled
from lineagebot.sync.postgres_sessions.talk import Kind, Pending, Talk, Transaction, real
from lineagebot.sync.postgres_text import Control


def moved_on(book: Book, talk: Talk, record: Record) -> None:
    """Settle what the session has left behind by the time of this record."""
    if len(talk.transactions) > 1:
        _settle_all(book, talk, talk.transactions[:-1])
    current = talk.current
    if current is not None and (record.ps == "idle" or _has_other_vxid(current, record)):
        over(book, talk)


def over(book: Book, talk: Talk) -> None:
    """Nothing runs in the session any more: settle all that waits in it."""
    if talk.transactions:
        _settle_all(book, talk, talk.transactions[:])


def settle_alone(book: Book, talk: Talk, record: Record) -> None:
    """A finished statement outside a transaction is done.

    In the extended protocol the commit comes with the Sync right after, which is never logged: a pipeline that
    fails later than this would be the exception.
    """
    current = talk.current
    alone = current is not None and not current.explicit and all(p.finished for p in current.pendings)
    if alone or real(record.vxid) is None:
        over(book, talk)


def _has_other_vxid(current: Transaction, record: Record) -> bool:
    if record.vxid is None:
        return False
    vxid = real(record.vxid)
    if current.failed and current.vxid is None:
        # After an error the session has no vxid until its ROLLBACK.
        return vxid is not None and (record.ps or "") not in ("ROLLBACK", "COMMIT")
    if current.vxid is None:
        current.vxid = vxid
        return False
    return vxid != current.vxid


def _settle_all(book: Book, talk: Talk, transactions: list[Transaction]) -> None:
    for transaction in transactions:
        outcome = _end(transaction)
        assumed = _is_assumed(book, talk, transaction, outcome)
        if outcome is Outcome.ROLLED_BACK:
            talk.path = transaction.path_before
        for pending in transaction.pendings:
            _settle(book, transaction, pending, pending.outcome or outcome, assumed=assumed)
    del talk.transactions[: len(transactions)]
    talk.local = None


def _end(transaction: Transaction) -> Outcome:
    """What became of a transaction that is over."""
    if transaction.failed or transaction.ending is Control.ROLLBACK:
        return Outcome.ROLLED_BACK
    return Outcome.UNKNOWN if transaction.ending is Control.PREPARE else Outcome.DONE


def _is_assumed(book: Book, talk: Talk, transaction: Transaction, outcome: Outcome) -> bool:
    """Whether the log only looks as if it had ended so."""
    if transaction.ending is None and transaction.hidden and not talk.tells_all:
        return True
    if outcome is not Outcome.DONE:
        return False
    if transaction.ending is None:
        audited = any(p.kind is Kind.AUDIT and p.parent is None for p in transaction.pendings)
        if transaction.explicit or audited:
            return True
    return not _stood_alone(book, talk, transaction)


def _stood_alone(book: Book, talk: Talk, transaction: Transaction) -> bool:
    """Whether no BEGIN, unseen, can stand before its statements. Other sessions tell what is logged at all."""
    told = talk.tells_all or book.tells_all
    return told or all(p.kind is not Kind.EXECUTE or p.finished for p in transaction.pendings)


def _settle(book: Book, transaction: Transaction, pending: Pending, outcome: Outcome, *, assumed: bool) -> None:
    record = book.record(pending)
    if record is None:
        book.lost.append(pending.place)
        return
    book.settled.append(
        Settled(
            id=pending.id,
            record=record,
            text=book.text(pending),
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
