"""COMMIT and ROLLBACK: what was done is kept or taken back."""

from __future__ import annotations

from lineagebot.sql.by_hand.reader import (
    NOTHING,
    Inner,
    Reader,
)
from lineagebot.sql.meaning import Meaning
from lineagebot.sql.tokens import words

_AFTER_BEGIN = words(
    "TRANSACTION TRAN WORK ISOLATION DEFERRABLE READ NOT DEFERRED IMMEDIATE EXCLUSIVE DISTRIBUTED SLAVE REPLICA"
    " GROUP_REPLICATION NAME"
)


def begin(reader: Reader, inner: Inner) -> Meaning | None:
    """BEGIN, START TRANSACTION. What else stands behind a BEGIN is a statement that nobody has read."""
    return NOTHING if reader.done or reader.word in _AFTER_BEGIN else None


def ends(reader: Reader, inner: Inner) -> Meaning | None:
    if reader.word in ("IF", "LOOP", "WHILE", "FOR", "CASE"):
        return NOTHING
    return Meaning(commits=True) if reader.context.dialect.name in _TRANSACTIONAL else NOTHING


def rollback(reader: Reader, inner: Inner) -> Meaning | None:
    if reader.has("SAVEPOINT", "TO", "PREPARED") or reader.context.dialect.name not in _TRANSACTIONAL:
        return NOTHING
    return Meaning(commits=False)


#: Here a ROLLBACK takes back DROP and TRUNCATE too; elsewhere DDL commits by itself.
_TRANSACTIONAL = frozenset({"postgres", "redshift", "duckdb"})
