"""The statements of one message join the transaction that runs: one, or several that share a fate.

A simple-protocol message may hold many statements, and BEGIN or COMMIT among them; what stands between two of those is
one run, handed over as one statement.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from lineagebot.sync.postgres_log import Record
from lineagebot.sync.postgres_sessions import lines
from lineagebot.sync.postgres_sessions.book import Book
from lineagebot.sync.postgres_sessions.control import begun_unseen, control, gets_out, move_path
from lineagebot.sync.postgres_sessions.outcome import moved_on
from lineagebot.sync.postgres_sessions.talk import Kind, Pending, Talk, real, running
from lineagebot.sync.postgres_text import Control, Part
from lineagebot.sync.postgres_text import parts as parts_of

#: Verbs that only log_statement = all logs.
ONLY_ALL = frozenset({"select", "begin", "start", "commit", "rollback", "set", "show"})
_INTO = re.compile(r"\binto\b", re.IGNORECASE)

Run = tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Message:
    """A text as a session sent it. `started_at` and `ended_at` where the line came after the fact."""

    record: Record
    kind: Kind
    text: str
    started_at: datetime | None = None
    ended_at: datetime | None = None


def statement(book: Book, talk: Talk, record: Record) -> None:
    """A "statement:" line: the simple protocol."""
    moved_on(book, talk, record)
    begun_unseen(talk, record)
    take(book, talk, Message(record, Kind.STATEMENT, record.message[len(lines.STATEMENT) :]))


def execute(book: Book, talk: Talk, record: Record, *, name: str, text: str) -> None:
    """An "execute" line: the extended protocol, where every statement is prepared."""
    moved_on(book, talk, record)
    if name.startswith("fetch from "):
        # The same portal goes on; its first execution was logged.
        book.signs += 1
        return
    take(book, talk, Message(record, Kind.EXECUTE, text))


def take(book: Book, talk: Talk, message: Message) -> None:
    """Let what a message holds happen: its controls, and what runs between them."""
    found = parts_of(message.text)
    _note_what_is_logged(book, talk, message, found)
    runs = _runs(found)
    refused = talk.current is not None and talk.current.failed and not gets_out(found)
    number, numbered = 0, sum(isinstance(run, tuple) for run in runs) > 1
    for run in runs:
        if isinstance(run, Part):
            if not refused:
                control(talk, message.record, run.control, name=run.name, chain=run.chain)
            continue
        pending = _add_run(talk, message, run, is_whole=len(runs) == 1)
        pending.number = number if numbered else 0
        number += 1
    if number:
        book.statements += 1
    else:
        book.signs += 1


def add(talk: Talk, record: Record, kind: Kind, *, span: tuple[int, int] | None = None) -> Pending:
    """A statement that waits from now on, in the transaction that runs."""
    transaction = running(talk, record)
    pending = Pending(
        session=talk.session,
        place=record.place,
        kind=kind,
        line=record.line,
        started_at=record.at,
        vxid=real(record.vxid) or transaction.vxid,
        path=talk.path_now,
        span=span,
        record=record,
    )
    transaction.pendings.append(pending)
    return pending


def _add_run(talk: Talk, message: Message, run: Run, *, is_whole: bool) -> Pending:
    pending = add(talk, message.record, message.kind, span=None if is_whole else (run[0].start, run[-1].end))
    pending.started_at = message.started_at or message.record.at
    pending.ended_at, pending.finished = message.ended_at, message.ended_at is not None
    for part in run:
        move_path(talk, message.text, part)
    return pending


def _note_what_is_logged(book: Book, talk: Talk, message: Message, found: tuple[Part, ...]) -> None:
    talk.controlled = any(part.control is not Control.NONE for part in found)
    told = message.kind in (Kind.STATEMENT, Kind.EXECUTE)
    if told and all(_is_only_in_all(message.text, part) for part in found):
        book.tells_all = talk.tells_all = True


def _is_only_in_all(text: str, part: Part) -> bool:
    """Whether less than log_statement = all would leave this statement out (SELECT INTO counts as DDL)."""
    verb = part.words[0] if part.words else ""
    return verb in ONLY_ALL and not (verb == "select" and _INTO.search(text, part.start, part.end))


def _runs(found: tuple[Part, ...]) -> list[Part | Run]:
    """Controls on their own, and between them what shares a fate."""
    runs: list[Part | Run] = []
    for part in found:
        if part.control is not Control.NONE:
            runs.append(part)
        elif runs and isinstance(runs[-1], tuple):
            runs[-1] = (*runs[-1], part)
        else:
            runs.append((part,))
    return runs
