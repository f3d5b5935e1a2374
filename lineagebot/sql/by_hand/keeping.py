"""How long a thing, its rows and its history are kept: settings by which data goes without any DROP.

A table with a TTL or an expiration loses rows, or goes as a whole, and no statement in the log says so. One without
time travel cannot be brought back: a DROP an hour later is for good.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from lineagebot.model import Action
from lineagebot.sql.tokens import Kind, Token, inside, words

#: Set to anything but NULL, these let rows or the whole thing vanish.
_EXPIRES = words(
    "EXPIRATION_TIMESTAMP PARTITION_EXPIRATION_DAYS DEFAULT_TABLE_EXPIRATION_DAYS DEFAULT_PARTITION_EXPIRATION_DAYS TTL"
)
#: Set to 0, these leave no time in which to bring anything back.
_FORGETS_AT_ZERO = words(
    "DATA_RETENTION_TIME_IN_DAYS DELTA.DELETEDFILERETENTIONDURATION DELTA.LOGRETENTIONDURATION"
    " HISTORY.EXPIRE.MAX-SNAPSHOT-AGE-MS DATA_RETENTION_DAYS"
)
_ZERO = re.compile(r"(?:interval\s+)?'?\s*0+(?:\.0*)?(?![\d.])", re.IGNORECASE)


def keeping(tokens: Sequence[Token]) -> Action | None:
    """What the settings among these tokens do, the worse of several; None where they decide nothing of that kind."""
    found = {action for name, value in _settings(tokens) if (action := _decided(name, value)) is not None}
    return next((action for action in (Action.EXPIRE, Action.FORGET) if action in found), None)


def _settings(tokens: Sequence[Token]) -> Iterator[tuple[str, Sequence[Token]]]:
    """NAME = value, 'name' = 'value'; the value up to three tokens long."""
    for at, token in enumerate(tokens):
        if token.text == "=" and at and tokens[at + 1 : at + 2]:
            before = tokens[at - 1]
            name = inside(before.text) if before.kind is Kind.STRING else before.text
            yield name.upper(), tokens[at + 1 : at + 4]


def _decided(name: str, value: Sequence[Token]) -> Action | None:
    first = value[0]
    if name in _EXPIRES:
        return Action.EXPIRE if first.upper != "NULL" else None
    if name in _FORGETS_AT_ZERO and is_zero(value):
        return Action.FORGET
    return None


def is_zero(value: Sequence[Token]) -> bool:
    """0, '0', '0d', INTERVAL 0 HOURS: no time at all."""
    written = " ".join(inside(token.text) if token.kind is Kind.STRING else token.text for token in value)
    return _ZERO.match(written.strip()) is not None
