"""Code that a statement runs (a DO block, a CALL, an EXECUTE) or only stores (the body of a function).

What it runs is feared by its words; what it stores has not happened, whatever its words are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from lineagebot.model import Problem
from lineagebot.sql.by_hand.reader import Inner, Reader
from lineagebot.sql.destructive import (
    Suspicion,
    executed,
    suspicion_of,
    suspicion_of_code,
    suspicion_of_text,
    together,
)
from lineagebot.sql.meaning import Meaning
from lineagebot.sql.tokens import Kind, inside


def stored(message: str, reader: Reader) -> Meaning:
    """A body that is only defined: nothing runs yet."""
    fear = together(suspicion_of(reader.tokens, reader.context.dialect), _inside_strings(reader))
    return _feared(message, reader, replace(fear, looks_destructive=False))


def do(reader: Reader, inner: Inner) -> Meaning | None:
    return _feared("A DO block runs code that is not read.", reader, _inside_strings(reader))


def call(reader: Reader, inner: Inner) -> Meaning | None:
    parts = reader.name()
    name = ".".join(parts) or "a procedure"
    fear = _of_texts([inside(t.text) for t in reader.tokens if t.kind is Kind.STRING], reader, whole=True)
    return _feared(f"CALL runs {name}; its body is not in this text.", reader, fear)


def execute(reader: Reader, inner: Inner) -> Meaning | None:
    """EXECUTE IMMEDIATE 'text', EXEC ('text'), EXEC sp_executesql N'text'; EXECUTE of what was prepared before."""
    begin = reader.at
    if reader.skip("IMMEDIATE") or reader.skip("(") or (reader.name()[-1:] == ("sp_executesql",)):
        return _run(reader, inner)
    reader.at = begin
    name = ".".join(reader.name()) or "something"
    if reader.context.dialect.name == "tsql":
        return call_of(name, reader)
    return unread(f"EXECUTE runs what was prepared as {name}; its text stands elsewhere.", reader)


def call_of(name: str, reader: Reader) -> Meaning:
    return unread(f"EXEC runs {name}; its body is not in this text.", reader)


def _run(reader: Reader, inner: Inner) -> Meaning:
    """The statement that stands in a string is read where all of it is there."""
    token = None if reader.done else reader.tokens[reader.at]
    after = reader.tokens[reader.at + 1].upper if reader.at + 1 < len(reader.tokens) else ""
    if token is not None and token.kind is Kind.STRING and after in _AFTER_TEXT:
        text = inside(token.text)
        meaning = inner(text, replace(reader.context, text=text))
        if not meaning.problems:
            return replace(meaning, literals_matter=True)
    texts = executed(reader.tokens) or [inside(t.text) for t in reader.tokens if t.kind is Kind.STRING]
    return _feared("EXECUTE runs a text that is not read whole.", reader, _of_texts(texts, reader))


_AFTER_TEXT = ("", ")", "INTO", "USING", ",")


def _inside_strings(reader: Reader) -> Suspicion:
    dialect = reader.context.dialect
    found = [suspicion_of_code(inside(t.text), dialect) for t in reader.tokens if t.kind is Kind.STRING]
    return together(*found)


def _of_texts(texts: Sequence[str], reader: Reader, *, whole: bool = False) -> Suspicion:
    """`whole`: only texts that begin with a verb; what else is handed to a procedure is only text."""
    dialect = reader.context.dialect
    return together(
        *(suspicion_of_text(t, dialect) for t in texts if not whole or t.lstrip().upper().startswith(_VERBS))
    )


_VERBS = ("DROP ", "TRUNCATE ", "DELETE ", "ALTER ", "UPDATE ", "BEGIN ")


def _feared(message: str, reader: Reader, fear: Suspicion) -> Meaning:
    touched = dict.fromkeys(reader.context.target(parts).key for parts in fear.names)
    problem = Problem(message, looks_destructive=fear.looks_destructive, touches=tuple(touched))
    return Meaning(problems=(problem,), literals_matter=True)


def has_body(reader: Reader) -> bool:
    return any(t.kind is Kind.STRING for t in reader.tokens) or reader.has(
        "ATOMIC", "BEGIN", "RETURN", "AS", "IS", "DO"
    )


def unsaid(message: str) -> Meaning:
    return Meaning(problems=(Problem(message, looks_destructive=True),), literals_matter=True)


def unread(message: str, reader: Reader) -> Meaning:
    return Meaning(problems=(Problem(message),), literals_matter=True)
