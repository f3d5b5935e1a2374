"""Does a text that we do not understand look as if it destroyed something? Told from its tokens.

Never from what stands inside a string or a comment: 'drop table x' is data there. Only where code runs a string, as
EXECUTE does in a DO block, is the string code itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lineagebot.sql.dialects import Dialect
from lineagebot.sql.names import chain
from lineagebot.sql.tokens import Kind, Token, inside, tokenize, words

_DESTROY = frozenset({"DROP", "TRUNCATE", "DELETE", "OVERWRITE", "PURGE"})
#: Words between the verb and the name of its victim.
_BETWEEN = words(
    "TABLE VIEW MATERIALIZED SCHEMA DATABASE IF EXISTS ONLY FROM FOREIGN EXTERNAL TEMP TEMPORARY TRANSIENT INTO COLUMN"
)
#: ON DELETE CASCADE and BEFORE DELETE say what is to happen, not that it happens.
_HARMLESS_BEFORE = frozenset({"ON", "BEFORE", "AFTER", "OR", "OF", "FOR", "COMMIT", "GRANT", "REVOKE", ",", "."})
#: Of a text that is not read, so much is searched for destructive words.
SEARCHED = 300_000
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


def suspicion_of_code(text: str, dialect: Dialect) -> Suspicion:
    """Of code that runs: its own words, and those in the strings that it EXECUTEs."""
    tokens = [token for token in tokenize(text, dialect.lexis) if token.kind is not Kind.COMMENT]
    return together(suspicion_of(tokens, dialect), *(suspicion_of_text(t, dialect) for t in executed(tokens)))


def suspicion_of_text(text: str, dialect: Dialect) -> Suspicion:
    """Of a piece of a statement that is put together when it runs: 'drop table ' || name."""
    tokens = [token for token in tokenize(text, dialect.lexis) if token.kind is not Kind.COMMENT]
    return suspicion_of(tokens, dialect, cut=True)


def mentions_destruction(text: str, begin: int = 0) -> bool:
    """Such a word stands somewhere, be it in a string: for what is too long or too deep to look at closely."""
    return _MENTIONS.search(text, begin) is not None


_MENTIONS = re.compile(rf"\b(?:{'|'.join(sorted(_DESTROY))})\s", re.IGNORECASE)


def together(*found: Suspicion) -> Suspicion:
    names = dict.fromkeys(parts for one in found for parts in one.names)
    return Suspicion(any(one.looks_destructive for one in found), tuple(names)[:_MOST])


def executed(tokens: Sequence[Token]) -> list[str]:
    """The strings that code runs: those in an EXECUTE; all but messages where it runs a variable."""
    found: list[str] = []
    variable = False
    for at, token in enumerate(tokens):
        if token.upper not in ("EXECUTE", "EXEC") or at + 1 == len(tokens):
            continue
        first = (
            tokens[at + 2] if tokens[at + 1].upper in ("IMMEDIATE", "(") and at + 2 < len(tokens) else tokens[at + 1]
        )
        variable = variable or (first.kind is Kind.WORD and first.upper not in _NO_VARIABLES)
        found.extend(_strings(tokens, at + 1))
    return found + (_all_but_messages(tokens) if variable else [])


_NO_VARIABLES = words("FORMAT CONCAT CONCAT_WS FUNCTION PROCEDURE ON REPLACE")


def _strings(tokens: Sequence[Token], at: int) -> Iterator[str]:
    while at < len(tokens) and tokens[at].text != ";":
        token = tokens[at]
        if token.kind is Kind.STRING or (
            token.kind is Kind.QUOTED and " " in token.text
        ):  # plpy.execute("drop table x")
            yield inside(token.text)
        at += 1


def _all_but_messages(tokens: Sequence[Token]) -> list[str]:
    found: list[str] = []
    message = False
    for token in tokens:
        message = token.upper in ("RAISE", "PRINT", "THROW") or (message and token.text != ";")
        if token.kind is Kind.STRING and not message:
            found.append(inside(token.text))
    return found


def suspicion_of(tokens: Sequence[Token], dialect: Dialect, *, cut: bool = False) -> Suspicion:
    """`cut`: the text may go on with a name that only its run tells."""
    found: dict[tuple[str, ...], None] = {}
    looks = False
    for at, token in enumerate(tokens):
        if token.kind is not Kind.WORD:
            continue
        word = token.upper
        if not (word in _DESTROY and _is_verb(tokens, at, cut)) and not _renames(tokens, at, word):
            continue
        looks = True
        if len(found) < _MOST:
            found.update(dict.fromkeys(_victims(tokens, at + 1, dialect)))
    return Suspicion(looks, tuple(found)[:_MOST])


def _is_verb(tokens: Sequence[Token], at: int, cut: bool) -> bool:
    before = tokens[at - 1].upper if at else ""
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    if before in _HARMLESS_BEFORE or after is None:
        return cut and after is None and before not in _HARMLESS_BEFORE
    if at == 0 and tokens[at].upper != "DELETE":
        return True  # DROP TABLE $1: whatever it is called
    return after.kind in (Kind.WORD, Kind.QUOTED) or (cut and after.text in ("%", "{", "?"))


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
        if [token.upper for token in tokens[at : at + 2]] == ["IDENTIFIER", "("]:
            break  # only its run tells
        parts, at = chain(tokens, at, dialect)
        if not parts:
            break
        found.append(parts)
        if at >= len(tokens) or tokens[at].text != ",":
            break
        at += 1
    return found
