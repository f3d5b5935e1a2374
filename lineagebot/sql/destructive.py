"""Does a text that we do not understand look as if it destroyed something? Told from its tokens.

Never from what stands inside a string or a comment: 'drop table x' is data there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lineagebot.sql.dialects import Dialect
from lineagebot.sql.names import chain
from lineagebot.sql.tokens import Kind, Token, tokenize, words

_DESTROY = frozenset({"DROP", "TRUNCATE", "DELETE", "OVERWRITE", "PURGE"})
#: Words between the verb and the name of its victim.
_BETWEEN = words(
    "TABLE VIEW MATERIALIZED SCHEMA DATABASE IF EXISTS ONLY FROM FOREIGN EXTERNAL TEMP TEMPORARY TRANSIENT INTO COLUMN"
)
#: ON DELETE CASCADE and BEFORE DELETE say what is to happen, not that it happens.
_HARMLESS_BEFORE = frozenset({"ON", "BEFORE", "AFTER", "OR", "OF", "FOR", "COMMIT", "GRANT", "REVOKE", ",", "."})
#: Nobody reads a warning about more.
_MOST = 20


@dataclass(frozen=True, slots=True)
class Suspicion:
    looks_destructive: bool
    #: Folded names that it may concern.
    names: tuple[tuple[str, ...], ...] = ()


def suspicion(text: str, dialect: Dialect) -> Suspicion:
    tokens = [token for token in tokenize(text, dialect.lexis) if token.kind is not Kind.COMMENT]
    return suspicion_of(tokens, dialect)


def suspicion_of(tokens: Sequence[Token], dialect: Dialect) -> Suspicion:
    found: dict[tuple[str, ...], None] = {}
    looks = False
    for at, token in enumerate(tokens):
        if token.kind is not Kind.WORD:
            continue
        word = token.upper
        if not (word in _DESTROY and _is_verb(tokens, at)) and not _renames(tokens, at, word):
            continue
        looks = True
        if len(found) < _MOST:
            found.update(dict.fromkeys(_victims(tokens, at + 1, dialect)))
    return Suspicion(looks, tuple(found)[:_MOST])


def _is_verb(tokens: Sequence[Token], at: int) -> bool:
    before = tokens[at - 1].upper if at else ""
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    if before in _HARMLESS_BEFORE or after is None:
        return False
    return after.kind in (Kind.WORD, Kind.QUOTED)


def _renames(tokens: Sequence[Token], at: int, word: str) -> bool:
    """ALTER ... RENAME or DROP, CREATE OR REPLACE TABLE, UPDATE at the beginning of a statement."""
    starts = at == 0 or tokens[at - 1].upper in (";", "BEGIN", "THEN", "ELSE", "LOOP", "DO")
    if word == "ALTER" and starts:
        return any(token.upper == "RENAME" for token in tokens[at : at + 12])
    if word == "REPLACE":
        return at > 0 and tokens[at - 1].upper == "OR" and any(t.upper == "TABLE" for t in tokens[at : at + 3])
    return word == "UPDATE" and starts and all(token.upper not in ("WHERE",) for token in tokens[at:])


def _victims(tokens: Sequence[Token], at: int, dialect: Dialect) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    while at < len(tokens):
        while at < len(tokens) and tokens[at].upper in _BETWEEN:
            at += 1
        parts, at = chain(tokens, at, dialect)
        if not parts:
            break
        found.append(parts)
        if at >= len(tokens) or tokens[at].text != ",":
            break
        at += 1
    return found
