"""pgaudit: a second witness of a statement that was logged anyway, or the only one.

It also sees what runs inside functions and DO blocks, which the log itself does not.
"""

from __future__ import annotations

from lineagebot.sync.postgres_log import Record
from lineagebot.sync.postgres_sessions.book import Book
from lineagebot.sync.postgres_sessions.control import control, move_path
from lineagebot.sync.postgres_sessions.lines import Audit, audit_row, bare
from lineagebot.sync.postgres_sessions.outcome import moved_on
from lineagebot.sync.postgres_sessions.statements import add
from lineagebot.sync.postgres_sessions.talk import Kind, Pending, Talk, unfinished
from lineagebot.sync.postgres_text import Control
from lineagebot.sync.postgres_text import parts as parts_of

#: Verbs of statements that run others.
RUNS_OTHERS = ("call", "do")


def audit(book: Book, talk: Talk, record: Record) -> None:
    row = audit_row(record)
    if row is None:
        book.noise += 1
        return
    parent: str | None = None
    outer = unfinished(talk, lambda p: p.kind in (Kind.STATEMENT, Kind.EXECUTE))
    if outer is not None and _still_runs(book, outer, record):
        if not row.text or bare(row.text) in (bare(book.text(outer)), bare(book.message_text(outer))):
            book.signs += 1
            return
        parent = outer.id
    else:
        moved_on(book, talk, record)
    if any(pending.audit == row.key for pending in talk.pendings()):
        book.signs += 1
    elif not row.text:
        book.noise += 1
    else:
        _audited(book, talk, record, row, parent)


def _still_runs(book: Book, outer: Pending, record: Record) -> bool:
    if outer.vxid is None or record.vxid is None or outer.vxid == record.vxid:
        return True
    verb = parts_of(book.text(outer))[:1]
    return bool(verb and verb[0].words[:1] and verb[0].words[0] in RUNS_OTHERS)


def _audited(book: Book, talk: Talk, record: Record, row: Audit, parent: str | None) -> None:
    found = parts_of(row.text)
    if len(found) == 1 and found[0].control is not Control.NONE:
        control(talk, record, found[0].control, name=found[0].name, chain=found[0].chain)
        book.signs += 1
        return
    if row.text in _texts(book, talk):
        book.signs += 1
        return
    pending = add(talk, record, Kind.AUDIT)
    pending.audit, pending.parent = row.key, parent
    pending.finished = parent is not None
    book.statements += 1
    for part in found:
        move_path(talk, row.text, part)


def _texts(book: Book, talk: Talk) -> frozenset[str]:
    """Texts with several statements: pgaudit repeats the whole for each of them."""
    current = talk.current
    texts = [book.text(p) for p in current.pendings if p.kind is Kind.AUDIT] if current else []
    return frozenset(t for t in texts if len(parts_of(t)) > 1)
