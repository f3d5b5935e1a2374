"""A duration line finds the statement that it times; where there is none, it is the only word of one.

With log_duration it stands on its own after each statement; with log_min_duration_statement it brings the text along,
once the statement is over.
"""

from __future__ import annotations

import re
from datetime import timedelta

from lineagebot.sync.postgres_log import Record
from lineagebot.sync.postgres_sessions.book import Book
from lineagebot.sync.postgres_sessions.control import (
    TAGS,
    begins_transaction,
    control,
    ends_transaction,
    rolled_back_somewhere,
)
from lineagebot.sync.postgres_sessions.lines import bare
from lineagebot.sync.postgres_sessions.outcome import moved_on, settle_alone
from lineagebot.sync.postgres_sessions.statements import Message, take
from lineagebot.sync.postgres_sessions.talk import Kind, Pending, Talk, Transaction, real, unfinished
from lineagebot.sync.postgres_text import Control


def duration(book: Book, talk: Talk, record: Record, timed: re.Match[str]) -> None:
    took, verb, _, text = timed.groups()
    if verb in ("parse", "bind") or (verb is None and record.ps in ("PARSE", "BIND")):
        book.signs += 1
        return
    if verb is None:
        _bare_duration(book, talk, record)
        return
    same = unfinished(talk, lambda p: bare(book.text(p)) == bare(text))
    if same is not None:
        book.signs += 1
        _finish(book, talk, same, record)
        return
    if talk.current is None or not ends_transaction(text):
        # Logged afterwards: a COMMIT stands outside the transaction that it ended.
        moved_on(book, talk, record)
    if talk.current is None and real(record.vxid) and verb == "statement" and not begins_transaction(text):
        # A simple statement on its own is out of its transaction when its duration is logged; this one is not.
        talk.transactions.append(Transaction(record.vxid, explicit=True, hidden=True, path_before=talk.path))
    started = record.at - timedelta(milliseconds=float(took))
    take(book, talk, Message(record, Kind.TIMED, text, started_at=started, ended_at=record.at))
    settle_alone(book, talk, record)


def _bare_duration(book: Book, talk: Talk, record: Record) -> None:
    book.signs += 1
    tag = None if talk.controlled else TAGS.get(record.ps or "")
    talk.controlled = False
    pending = unfinished(talk, lambda p: True)
    if pending is not None:
        _finish(book, talk, pending, record)
        return
    if tag is Control.ROLLBACK and real(record.vxid):
        rolled_back_somewhere(talk)
    elif tag is not None:
        control(talk, record, tag)
    moved_on(book, talk, record)


def _finish(book: Book, talk: Talk, pending: Pending, record: Record) -> None:
    """All statements of the message end with it."""
    for transaction in talk.transactions:
        for other in transaction.pendings:
            if other.place == pending.place:
                other.finished, other.ended_at = True, record.at
        if pending in transaction.pendings:
            transaction.txid = record.txid or transaction.txid
    moved_on(book, talk, record)
    settle_alone(book, talk, record)
