"""Code that a statement holds or runs: a DO block, a body, a CALL, an EXECUTE."""

from __future__ import annotations

from lineagebot.model import (
    AssetKey,
    Problem,
)
from lineagebot.sql.by_hand.reader import (
    Inner,
    Reader,
)
from lineagebot.sql.destructive import suspicion
from lineagebot.sql.meaning import Meaning
from lineagebot.sql.tokens import Kind


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
    """Code inside a string of the statement: not read, but searched for destructive words outside ITS strings."""
    context = reader.context
    looks = False
    touched: dict[AssetKey, None] = {}
    for token in reader.tokens:
        if token.kind is not Kind.STRING:
            continue
        fear = suspicion(inside(token.text), context.dialect)
        looks = looks or fear.looks_destructive
        touched.update(dict.fromkeys(context.target(parts).key for parts in fear.names))
    own = suspicion(context.text, context.dialect)  # a body without quotes: BEGIN ATOMIC ... END
    touched.update(dict.fromkeys(context.target(parts).key for parts in own.names))
    problem = Problem(message, looks_destructive=looks or own.looks_destructive, touches=tuple(touched))
    return Meaning(problems=(problem,), literals_matter=True)


def inside(literal: str) -> str:
    if literal.startswith("$"):
        tag = literal[: literal.index("$", 1) + 1]
        return literal[len(tag) :].removesuffix(tag)
    return literal[1:-1].replace("''", "'")


def unsaid(message: str) -> Meaning:
    return Meaning(problems=(Problem(message, looks_destructive=True),), literals_matter=True)


def unread(message: str, reader: Reader) -> Meaning:
    return Meaning(problems=(Problem(message),), literals_matter=True)
