"""Put other literals into SQL: numbers, strings, dates, lists of other lengths, comments; all else stays as it is."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from lineagebot.model import Session, Understanding
from lineagebot.sql.catalog import Catalog
from lineagebot.sql.dialects import dialect_of
from lineagebot.sql.fingerprint import fingerprint
from lineagebot.sql.tokens import Kind, cut, kind_of
from lineagebot.sql.understand import understand

SESSION = Session("acme", "shop", ("public",), "joe")


def other_literals(dice: random.Random, text: str, dialect: str) -> str:
    """The same statement with one, some or all of its literals exchanged."""
    lexis = dialect_of(dialect).lexis
    pieces = cut(text, lexis)
    kinds = [kind_of(piece, lexis) for piece in pieces]
    found = [at for at, kind in enumerate(kinds) if kind in _CHANGES]
    if not found:
        return text
    many = dice.choice((1, 1, 2, 5, len(found)))
    for at in dice.sample(found, min(many, len(found))):
        kind = kinds[at]
        assert kind in _CHANGES
        pieces[at] = _CHANGES[kind](dice, pieces[at])
    return "".join(pieces)


def other_length(dice: random.Random, text: str, dialect: str) -> str:
    """The same statement with a list of literals, or of rows of them, longer or shorter."""
    lexis = dialect_of(dialect).lexis
    pieces = cut(text, lexis)
    kinds = [kind_of(piece, lexis) for piece in pieces]
    literals = [
        at
        for at, kind in enumerate(kinds)
        if kind in (Kind.STRING, Kind.NUMBER) and pieces[max(0, at - 2)].upper() != "IDENTIFIER"
    ]
    if not literals:
        return text
    at = dice.choice(literals)
    shorter = pieces[at + 1 : at + 3] == [",", " "] and at + 3 in literals
    if shorter and dice.random() < 0.5:
        del pieces[at : at + 3]
    else:
        pieces[at] = ", ".join([pieces[at]] * dice.choice((2, 3, 40)))
    return "".join(pieces)


def mutated(dice: random.Random, text: str, dialect: str) -> str:
    return dice.choice((other_literals, other_literals, other_literals, other_length))(dice, text, dialect)


def complaint(one: str, other: str, dialect: str, catalog: Catalog | None = None) -> str | None:
    """Two texts of one fingerprint that mean two things, though one says that its literals do not matter; else None."""
    if one == other or fingerprint(one, dialect).hash != fingerprint(other, dialect).hash:
        return None
    known = catalog or Catalog.empty()
    first, second = (understand(text, dialect, SESSION, known) for text in (one, other))
    if first == second or (first.literals_matter and second.literals_matter):
        return None  # it is enough that one is kept by its fingerprint to answer for the other
    if _broken(first) != _broken(second):
        return None  # the literal made it no SQL at all: no server ran it
    parts = [
        name
        for name in ("effects", "reads", "edges", "outputs", "problems", "session_after", "statements", "understood")
        if getattr(first, name) != getattr(second, name)
    ]
    return f"{', '.join(parts)} of {one[:600]!r} and {other[:600]!r} ({dialect})"


def _broken(understood: Understanding) -> bool:
    return any("parse" in problem.message or "cut into words" in problem.message for problem in understood.problems)


def _other_number(dice: random.Random, piece: str) -> str:
    return dice.choice(_NUMBERS)


def _other_string(dice: random.Random, piece: str) -> str:
    """Another string in the same quotes."""
    for quotes in ("'''", '"""', "$$", "'", '"'):
        begin = piece.find(quotes)
        if begin >= 0 and piece.endswith(quotes) and len(piece) >= begin + 2 * len(quotes):
            prefix = piece[:begin]
            if prefix.lower() in ("x", "b", "u&", "0x"):
                return f"{prefix}{quotes}{dice.choice(('', '00', '1010'))}{quotes}"
            inside = dice.choice(_STRINGS)
            quoted = inside.replace("'", "''") if quotes == "'" else inside.replace(quotes, "")
            return f"{prefix}{quotes}{quoted}{quotes}"
    return piece


def _other_comment(dice: random.Random, piece: str) -> str:
    if piece.startswith("/*+"):
        return piece
    return dice.choice(("/* drop table x */", "/**/", "/* ' \" */")) if piece.startswith("/*") else piece + " ' drop x"


def _other_space(dice: random.Random, piece: str) -> str:
    return dice.choice((" ", "\n", "\t ", "  \n  "))


def _same(dice: random.Random, piece: str) -> str:
    return piece


_NUMBERS: Sequence[str] = ("0", "1", "2", "7", "65535", "0.5", "1e10", "10000000000", "2.0", "00")
_STRINGS: Sequence[str] = (
    "",
    "a",
    "x.y",
    "a.b.c",
    "it's",
    "drop table x",
    "select a from other_table",
    "2026-11-23",
    "2026-11-23 01:02:03",
    "1 day",
    "3 months",
    "$.a.b[0]",
    "{a,b}",
    "%like%",
    "s3://other/place/",
    "day",
    "true",
    "search_path",
    "0",
    "5",
    "(1, 2)",
    "-- x",
    "a, b",
    "*",
    "é \u4e2d",
    "YYYY-MM-DD",
    '{"a": [1]}',
    "x" * 300,
)
_CHANGES: dict[Kind | None, Callable[[random.Random, str], str]] = {
    Kind.NUMBER: _other_number,
    Kind.STRING: _other_string,
    Kind.COMMENT: _other_comment,
}
