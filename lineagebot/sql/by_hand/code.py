"""Code that a statement holds or runs: a DO block, a body, a CALL, an EXECUTE."""

from __future__ import annotations

from dataclasses import replace

from lineagebot.model import (
    AssetKey,
    Problem,
)
from lineagebot.sql.by_hand.reader import (
    Inner,
    Reader,
)
from lineagebot.sql.destructive import suspicion
from lineagebot.sql.dialects import Dialect
from lineagebot.sql.meaning import Meaning
from lineagebot.sql.tokens import Kind, tokenize


def stored(message: str, reader: Reader) -> Meaning:
    """The body of what is only defined: nothing runs yet, so nothing is destroyed, whatever it says."""
    meaning = body(message, reader)
    return replace(meaning, problems=tuple(replace(p, looks_destructive=False) for p in meaning.problems))


def execute(reader: Reader, inner: Inner) -> Meaning | None:
    if reader.skip("IMMEDIATE"):
        return unread("EXECUTE IMMEDIATE runs a text that is not read yet.", reader)
    return unread("EXECUTE runs a prepared statement; its text stands elsewhere.", reader)


def call(reader: Reader, inner: Inner) -> Meaning | None:
    parts = reader.name()
    name = ".".join(parts) or "a procedure"
    return unread(f"CALL runs {name}; its body is not in this text.", reader)


def do(reader: Reader, inner: Inner) -> Meaning | None:
    return body("A DO block runs code that is not read.", reader)


def body(message: str, reader: Reader) -> Meaning:
    """Code inside a string: not read, but searched for destructive words; of its strings those that it EXECUTEs."""
    context = reader.context
    looks = False
    touched: dict[AssetKey, None] = {}
    for token in reader.tokens:
        if token.kind is not Kind.STRING:
            continue
        for code in (inside(token.text), *_executed(inside(token.text), context.dialect)):
            fear = suspicion(code, context.dialect)
            looks = looks or fear.looks_destructive
            touched.update(dict.fromkeys(context.target(parts).key for parts in fear.names))
    own = suspicion(context.text, context.dialect)  # a body without quotes: BEGIN ATOMIC ... END
    touched.update(dict.fromkeys(context.target(parts).key for parts in own.names))
    problem = Problem(message, looks_destructive=looks or own.looks_destructive, touches=tuple(touched))
    return Meaning(problems=(problem,), literals_matter=True)


def _executed(code: str, dialect: Dialect) -> tuple[str, ...]:
    """The strings of code that runs strings: EXECUTE 'truncate x'."""
    tokens = tokenize(code, dialect.lexis)
    if all(token.upper != "EXECUTE" for token in tokens):
        return ()
    return tuple(inside(token.text) for token in tokens if token.kind is Kind.STRING)


def has_body(reader: Reader) -> bool:
    return any(t.kind is Kind.STRING for t in reader.tokens) or reader.has("ATOMIC", "BEGIN", "RETURN", "AS", "DO")


def inside(literal: str) -> str:
    if literal.startswith("$"):
        tag = literal[: literal.index("$", 1) + 1]
        return literal[len(tag) :].removesuffix(tag)
    return literal[1:-1].replace("''", "'")


def unsaid(message: str) -> Meaning:
    return Meaning(problems=(Problem(message, looks_destructive=True),), literals_matter=True)


def unread(message: str, reader: Reader) -> Meaning:
    return Meaning(problems=(Problem(message),), literals_matter=True)
