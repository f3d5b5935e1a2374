"""DROP and TRUNCATE: what they destroy."""

from __future__ import annotations

from dataclasses import replace

from lineagebot.model import (
    Action,
    AssetKind,
    Effect,
)
from lineagebot.sql import session as sessions
from lineagebot.sql.by_hand.code import unsaid
from lineagebot.sql.by_hand.reader import (
    ADJECTIVES,
    KINDS,
    NOTHING,
    Inner,
    Reader,
    database_key,
    effect,
    effect_on,
)
from lineagebot.sql.meaning import Meaning

_CARRIERS = frozenset(
    {"TYPE", "DOMAIN", "EXTENSION", "FUNCTION", "PROCEDURE", "ROUTINE", "SERVER", "SEQUENCE", "OPERATOR"}
)


def drop(reader: Reader, inner: Inner) -> Meaning | None:
    context = reader.context
    if reader.skip("OWNED"):
        return unsaid("DROP OWNED drops everything that a role owns; which assets that is, the text does not say.")
    while reader.word in ADJECTIVES:
        reader.at += 1
    kind = KINDS.get(reader.word)
    word = reader.skip_any(reader.word)
    if kind is None:
        return _drop_other(reader, word)
    if word in ("MATERIALIZED", "FOREIGN"):
        reader.skip_any("VIEW", "TABLE")
    if_exists = reader.skip("IF", "EXISTS")
    names = reader.names()
    if not names:
        return None
    cascade = reader.has("CASCADE")
    effects: list[Effect] = []
    session = context.session
    for parts in names:
        if kind in (AssetKind.SCHEMA, AssetKind.DATABASE):
            key = sessions.schema(parts, context.session) if kind is AssetKind.SCHEMA else database_key(parts, context)
            effects.append(effect(context, Action.DROP, key, kind=kind, cascade=cascade, if_exists=if_exists))
            continue
        target = replace(context, session=session).target(parts)
        if target.temporary is not None:
            session = sessions.without_temporary(session, target.temporary.name)
        effects.append(effect_on(context, Action.DROP, target, kind=kind, cascade=cascade, if_exists=if_exists))
    return Meaning(effects=tuple(effects), session=session if session is not context.session else None)


def _drop_other(reader: Reader, word: str) -> Meaning | None:
    if not word:
        return None
    if word in _CARRIERS and reader.has("CASCADE"):
        return unsaid(f"DROP {word} … CASCADE can take columns, views and tables along; the text does not say which.")
    return NOTHING


def truncate(reader: Reader, inner: Inner) -> Meaning | None:
    context = reader.context
    if reader.skip("DATABASE"):
        return None
    reader.skip_any("TABLE")
    if_exists = reader.skip("IF", "EXISTS")
    names = reader.names()
    if not names:
        return None
    cascade = reader.has("CASCADE")
    partition = reader.has("PARTITION", "PARTITIONS")
    return Meaning(
        effects=tuple(
            effect_on(
                context,
                Action.TRUNCATE,
                context.target(parts),
                cascade=cascade,
                if_exists=if_exists,
                every_row=not partition,
                partition=_rest_after(reader, "PARTITION") if partition else None,
            )
            for parts in names
        )
    )


def _rest_after(reader: Reader, word: str) -> str:
    for at in range(reader.at, len(reader.tokens)):
        if reader.tokens[at].upper.startswith(word):
            return " ".join(token.text for token in reader.tokens[at + 1 :])[:200]
    return ""
