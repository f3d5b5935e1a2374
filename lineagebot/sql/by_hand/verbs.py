"""Verbs of one dialect for what another verb says elsewhere: the statement is read as that other one."""

from __future__ import annotations

from dataclasses import replace

from lineagebot.model import Action
from lineagebot.sql.by_hand.reader import Inner, Reader
from lineagebot.sql.meaning import Meaning
from lineagebot.sql.tokens import Kind, words


def replace_into(reader: Reader, inner: Inner) -> Meaning | None:
    """REPLACE INTO t ... (MySQL) inserts, and takes out the rows of the same key."""
    if reader.word in ("VIEW", "RECURSIVE", "FUNCTION", "PROCEDURE", "MACRO"):  # Teradata: the parser has its turn
        return None
    if reader.word == "TABLE":  # Delta
        return inner(f"CREATE OR REPLACE {reader.rest()}", reader.context)
    reader.skip_any("LOW_PRIORITY", "DELAYED")
    reader.skip("INTO")
    meaning = inner(f"INSERT INTO {reader.rest()}", reader.context)
    merges = tuple(replace(e, action=Action.MERGE) if e.action is Action.APPEND else e for e in meaning.effects)
    return replace(meaning, effects=merges)


def upsert(reader: Reader, inner: Inner) -> Meaning | None:
    """UPSERT INTO t ... (Impala, CockroachDB)."""
    return replace_into(reader, inner)


def bulk(reader: Reader, inner: Inner) -> Meaning | None:
    """BULK INSERT t FROM 'path' (T-SQL)."""
    return _copied(reader, inner, "FROM") if reader.skip("INSERT") else None


def export(reader: Reader, inner: Inner) -> Meaning | None:
    """EXPORT TABLE t TO 'path' (Hive), EXPORT t INTO CSV AT 'url' (Exasol); EXPORT DATA is the parser's."""
    if reader.word in ("DATA", "DATABASE"):
        return None
    reader.skip("TABLE")
    return _copied(reader, inner, "TO")


def import_(reader: Reader, inner: Inner) -> Meaning | None:
    """IMPORT TABLE t FROM 'path' (Hive), IMPORT INTO t FROM CSV AT 'url' (Exasol)."""
    reader.skip("EXTERNAL")
    return _copied(reader, inner, "FROM") if reader.skip_any("TABLE", "INTO") else None


def _copied(reader: Reader, inner: Inner, way: str) -> Meaning | None:
    """The table or query that stands here, and the first path behind it, as a COPY."""
    begin = reader.at
    if reader.word == "(":
        _behind_bracket(reader)
    elif not reader.name():
        return None
    what = reader.context.text[reader.tokens[begin].start : reader.tokens[reader.at - 1].end]
    if reader.skip("PARTITION"):  # its values are no paths
        _behind_bracket(reader)
    path = next((token.text for token in reader.tokens[reader.at :] if token.kind is Kind.STRING), None)
    if path is None or not reader.has(*_WAYS):
        return None
    return inner(f"COPY {what} {way} {path}", reader.context)


def _behind_bracket(reader: Reader) -> None:
    depth = 0
    while not reader.done:
        depth += (reader.word == "(") - (reader.word == ")")
        reader.at += 1
        if depth == 0:
            break


_WAYS = words("FROM TO INTO")
