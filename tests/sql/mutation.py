"""Spoil SQL in the ways in which logs, chats and enemies spoil it. The same number makes the same text for ever."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence

from lineagebot.sql.dialects import DIALECTS

from .corpora import Sample

Mutation = Callable[[random.Random, str, str], str]
#: Longer texts are cut before they are spoilt, so that a run gets far.
_LONGEST = 1_500
_DIALECTS = sorted(name for name in DIALECTS if name)
_TOKEN = re.compile(r"\s+|\w+|'[^']*'|\"[^\"]*\"|[^\w\s]")


def mutant(seed: int, number: int, samples: Sequence[Sample]) -> tuple[str, str]:
    """The dialect and the text with that number."""
    dice = random.Random(f"{seed}/{number}")
    first, second = dice.choice(samples), dice.choice(samples)
    text, other = (_short(dice, sample.sql) for sample in (first, second))
    for _ in range(dice.choice((1, 1, 1, 2, 2, 3, 5))):
        text = dice.choice(_MUTATIONS)(dice, text, other)
    return (dice.choice(_DIALECTS) if dice.random() < 0.3 else first.dialect), text


def _short(dice: random.Random, sql: str) -> str:
    if len(sql) <= _LONGEST or dice.random() < 0.01:
        return sql
    begin = dice.randrange(len(sql) - _LONGEST) if dice.random() < 0.3 else 0
    return sql[begin : begin + _LONGEST]


def _place(dice: random.Random, text: str) -> int:
    return dice.randint(0, len(text))


def _cut_off(dice: random.Random, text: str, other: str) -> str:
    return text[: _place(dice, text)]


def _begin_late(dice: random.Random, text: str, other: str) -> str:
    return text[_place(dice, text) :]


def _hole(dice: random.Random, text: str, other: str) -> str:
    begin = _place(dice, text)
    return text[:begin] + text[begin + dice.randint(1, 40) :]


def _spliced(dice: random.Random, text: str, other: str) -> str:
    return text[: _place(dice, text)] + other[_place(dice, other) :]


def _inserted(dice: random.Random, text: str, other: str) -> str:
    at = _place(dice, text)
    return text[:at] + dice.choice((" ", " (", ";")) + other + dice.choice((" ", ") ", ";")) + text[at:]


def _in_a_row(dice: random.Random, text: str, other: str) -> str:
    return text + dice.choice((";", ";\n", " ", " UNION ALL ", " ; /* x */ ;")) + other


def _nested(dice: random.Random, text: str, other: str) -> str:
    before, after = dice.choice(_AROUND)
    times = dice.choice((1, 1, 2, 3, 10))
    return before * times + text + after * times


def _quoted(dice: random.Random, text: str, other: str) -> str:
    inside = text.replace("'", "''")
    return dice.choice(_QUOTING).format(inside)


def _bytes(dice: random.Random, text: str, other: str) -> str:
    at = _place(dice, text)
    return text[:at] + dice.randbytes(dice.randint(1, 12)).decode("latin-1") + text[at:]


def _strange(dice: random.Random, text: str, other: str) -> str:
    for _ in range(dice.randint(1, 4)):
        at = _place(dice, text)
        text = text[:at] + dice.choice(_STRANGE) + text[at:]
    return text


def _unbalanced(dice: random.Random, text: str, other: str) -> str:
    found = [at for at, char in enumerate(text) if char in "()[]{}'\"`;$"]
    if not found:
        return text + dice.choice("()[]{}'\"`")
    at = dice.choice(found)
    return text[:at] + dice.choice(("", text[at] * 2, "(", "'", '"', "`", "$$", "[", "{")) + text[at + 1 :]


def _tokens(change: Callable[[random.Random, list[str]], None]) -> Mutation:
    def mutated(dice: random.Random, text: str, other: str) -> str:
        tokens = _TOKEN.findall(text)
        if tokens:
            change(dice, tokens)
        return "".join(tokens)

    return mutated


def _dropped(dice: random.Random, tokens: list[str]) -> None:
    del tokens[dice.randrange(len(tokens))]


def _doubled(dice: random.Random, tokens: list[str]) -> None:
    at = dice.randrange(len(tokens))
    tokens[at:at] = [tokens[at], " "] * dice.choice((1, 1, 2, 20))


def _swapped(dice: random.Random, tokens: list[str]) -> None:
    one, two = dice.randrange(len(tokens)), dice.randrange(len(tokens))
    tokens[one], tokens[two] = tokens[two], tokens[one]


def _moved(dice: random.Random, tokens: list[str]) -> None:
    begin = dice.randrange(len(tokens))
    part = tokens[begin : begin + dice.randint(1, 8)]
    del tokens[begin : begin + len(part)]
    at = dice.randint(0, len(tokens))
    tokens[at:at] = part


def _other_word(dice: random.Random, tokens: list[str]) -> None:
    tokens[dice.randrange(len(tokens))] = dice.choice(_WORDS)


def _one_more_word(dice: random.Random, tokens: list[str]) -> None:
    tokens.insert(dice.randint(0, len(tokens)), f" {dice.choice(_WORDS)} ")


def _repeated_part(dice: random.Random, tokens: list[str]) -> None:
    begin = dice.randrange(len(tokens))
    part = tokens[begin : begin + dice.randint(1, 12)]
    tokens[begin:begin] = part * dice.choice((2, 5, 30, 100))


def _long_list(dice: random.Random, text: str, other: str) -> str:
    at = _place(dice, text)
    items = dice.choice(("1", "'x'", "a", "(1, 2)", "a.b", "NULL"))
    return f"{text[:at]} {dice.choice(('IN (', '(', 'VALUES ', '[', ''))}{', '.join([items] * 300)}){text[at:]}"


def _long_chain(dice: random.Random, text: str, other: str) -> str:
    at = _place(dice, text)
    link = dice.choice(
        (" OR a = 1", " AND b", " || c", " + 1", " UNION SELECT 1", ".x", "[1]", "::int", " NOT", "(", "-")
    )
    return text[:at] + link * dice.choice((20, 200)) + text[at:]


_AROUND = (
    ("(", ")"),
    ("SELECT * FROM (", ") AS x"),
    ("WITH q AS (", ") SELECT * FROM q"),
    ("SELECT (", ") AS x FROM t"),
    ("EXPLAIN ANALYZE ", ""),
    ("CREATE TABLE x AS ", ""),
    ("CREATE VIEW x AS (", ")"),
    ("INSERT INTO x ", ""),
    ("INSERT INTO x (a, b) (", ")"),
    ("BEGIN ", "; END"),
    ("IF a > 1 THEN ", "; END IF"),
    ("DO $$ BEGIN ", "; END $$"),
    ("DECLARE c CURSOR FOR ", ""),
    ("PREPARE p AS ", ""),
    ("CASE WHEN ", " THEN 1 END"),
    ("/* ", " */ SELECT 1"),
    ("[", "]"),
    ("{", "}"),
    ("{{ ", " }}"),
    ("COPY (", ") TO 'x'"),
)
_QUOTING = (
    "EXECUTE IMMEDIATE '{}'",
    "EXEC sp_executesql N'{}'",
    "UNLOAD ('{}') TO 's3://b/k'",
    "CREATE FUNCTION f() RETURNS int AS '{}' LANGUAGE sql",
    "SELECT '{}'",
    "CALL p('{}')",
    'EXECUTE IMMEDIATE """{}"""',
    "```sql\n{}\n```",
)
_STRANGE = (
    "\x00", "\x01", "\x02", "\x03", "\x1a", "\ud800", "\udfff", "\U0001f600", "é", "ß", "İ", "ı", "²", "\u0660",
    "\u00a0",
    "\u200b", "\u202e", "\ufeff", "\u2028", "\x85", "\r", "\\", "‘", "”", "—", "｡", "\x7f", "%", "@", "#", "~", "^",
    "?",
    "$", ":", "::", "!", "//", "--", "/*", "*/", "$$", "{{", "}}", "{%", "%}", "->", "=>", ":=", "|>", "<%=", "&lt;",
)  # fmt: skip
_WORDS = [
    "SELECT",
    "FROM",
    "WHERE",
    "AND",
    "OR",
    "NOT",
    "IN",
    "EXISTS",
    "BETWEEN",
    "LIKE",
    "IS",
    "NULL",
    "TRUE",
    "FALSE",
    "CASE",
    "WHEN",
    "THEN",
    "ELSE",
    "END",
    "AS",
    "ON",
    "USING",
    "NATURAL",
    "JOIN",
    "LEFT",
    "FULL",
    "CROSS",
    "LATERAL",
    "UNNEST",
    "VALUES",
    "UNION",
    "EXCEPT",
    "INTERSECT",
    "ALL",
    "DISTINCT",
    "GROUP",
    "BY",
    "ORDER",
    "HAVING",
    "QUALIFY",
    "LIMIT",
    "OFFSET",
    "FETCH",
    "WINDOW",
    "OVER",
    "PARTITION",
    "ROWS",
    "WITH",
    "RECURSIVE",
    "INSERT",
    "INTO",
    "OVERWRITE",
    "UPDATE",
    "SET",
    "DELETE",
    "MERGE",
    "MATCHED",
    "TRUNCATE",
    "DROP",
    "CREATE",
    "REPLACE",
    "ALTER",
    "TABLE",
    "VIEW",
    "SCHEMA",
    "DATABASE",
    "MATERIALIZED",
    "COLUMN",
    "CONSTRAINT",
    "INDEX",
    "ADD",
    "RENAME",
    "TO",
    "TYPE",
    "IF",
    "CASCADE",
    "TEMP",
    "EXTERNAL",
    "GRANT",
    "REVOKE",
    "COPY",
    "CALL",
    "DO",
    "EXECUTE",
    "IMMEDIATE",
    "DECLARE",
    "BEGIN",
    "COMMIT",
    "LOOP",
    "FOR",
    "WHILE",
    "PIVOT",
    "UNPIVOT",
    "FLATTEN",
    "TABLESAMPLE",
    "CLONE",
    "SWAP",
    "UNDROP",
    "EXPORT",
    "LOAD",
    "UNLOAD",
    "USE",
    "EXPLAIN",
    "ANALYZE",
    "INTERVAL",
    "CAST",
    "ARRAY",
    "STRUCT",
    "MAP",
    "IDENTIFIER",
    "(",
    ")",
    "[",
    "]",
    ",",
    ";",
    ".",
    "*",
    "+",
    "-",
    "/",
    "=",
    "1",
    "'x'",
    '"q"',
    "`b`",
    "$1",
    "?",
    ":a",
    "@v",
]

_MUTATIONS: tuple[Mutation, ...] = (
    _cut_off,
    _cut_off,
    _begin_late,
    _hole,
    _spliced,
    _spliced,
    _inserted,
    _in_a_row,
    _nested,
    _nested,
    _quoted,
    _bytes,
    _strange,
    _strange,
    _unbalanced,
    _unbalanced,
    _tokens(_dropped),
    _tokens(_dropped),
    _tokens(_doubled),
    _tokens(_swapped),
    _tokens(_moved),
    _tokens(_other_word),
    _tokens(_other_word),
    _tokens(_one_more_word),
    _tokens(_repeated_part),
    _long_list,
    _long_chain,
)
