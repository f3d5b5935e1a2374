"""BEGIN, COMMIT, ROLLBACK and savepoints: said here, and reckoned in outcome.py."""

from __future__ import annotations

from lineagebot.sql.acts import Begins, Commits, RollsBack, Saves
from lineagebot.sql.by_hand.reader import (
    NOTHING,
    Inner,
    Reader,
)
from lineagebot.sql.meaning import Meaning
from lineagebot.sql.tokens import words

_AFTER_BEGIN = words(
    "TRANSACTION TRAN WORK ISOLATION DEFERRABLE READ NOT DEFERRED IMMEDIATE EXCLUSIVE DISTRIBUTED SLAVE REPLICA"
    " GROUP_REPLICATION NAME CONCURRENT"
)
_BACKGROUND = words("SLAVE REPLICA GROUP_REPLICATION")


def begin(reader: Reader, inner: Inner) -> Meaning | None:
    """BEGIN, START TRANSACTION. What else stands behind a BEGIN is a statement that nobody has read."""
    if reader.word in _BACKGROUND:
        return NOTHING
    return Meaning(act=Begins()) if reader.done or reader.word in _AFTER_BEGIN else None


def ends(reader: Reader, inner: Inner) -> Meaning | None:
    if reader.word in ("IF", "LOOP", "WHILE", "FOR", "CASE", "REPEAT"):
        return NOTHING
    return NOTHING if reader.word == "PREPARED" else Meaning(act=Commits())


def rollback(reader: Reader, inner: Inner) -> Meaning | None:
    if reader.has("PREPARED"):
        return NOTHING
    reader.skip_any("TRANSACTION", "TRAN", "WORK")
    if reader.skip("TO"):
        reader.skip("SAVEPOINT")
        return Meaning(act=RollsBack(_name(reader) or "?"))
    return Meaning(act=RollsBack(_name(reader) if reader.context.dialect.name == "tsql" else ""))


def savepoint(reader: Reader, inner: Inner) -> Meaning | None:
    """SAVEPOINT a, SAVE TRANSACTION a (T-SQL)."""
    reader.skip_any("TRANSACTION", "TRAN")
    return Meaning(act=Saves(_name(reader)))


def _name(reader: Reader) -> str:
    parts = reader.name()
    return parts[-1].lower() if parts else ""
