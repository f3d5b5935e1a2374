"""A long query behind a few functions or variables: only the beginning of such a text is a script.

What stands behind the last word of scripts is cut at its semicolons, as the parser's own tokens have it, and is not cut
into words a second time. Where anything lets one doubt that it is ordinary, the whole text is taken apart as a script.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from lineagebot.sql.acts import Manner
from lineagebot.sql.dialects import Dialect
from lineagebot.sql.parse import Piece, has_word
from lineagebot.sql.script import Script, Step
from lineagebot.sql.scripting import is_script, steps, steps_of
from lineagebot.sql.tokens import Kind, tokenize, words

_ORDINARY = words("SELECT WITH INSERT UPDATE DELETE MERGE TRUNCATE DROP CREATE ALTER GRANT REVOKE")
_SLASH = re.compile(r"^[^\S\n]*/[^\S\n]*$", re.MULTILINE)
#: Of so many tokens it is quicker to ask nothing.
_FEW = 200


def taken_apart(found: Sequence[Piece], text: str, dialect: Dialect) -> tuple[Iterable[Step], list[Piece]]:
    """The steps of a client's script, and the statements behind them that need no more taking apart."""
    begin = _first_ordinary(found, text, dialect)
    rest = list(found[begin:])
    if sum(len(piece.tokens or ()) for piece in rest) >= _FEW:
        head = text[: rest[0].start]
        tokens = [token for token in tokenize(head, dialect.lexis) if token.kind is not Kind.COMMENT]
        if tokens and tokens[-1].text == ";":
            script = Script(text, tokens, dialect, Manner.CLIENT)
            begun = list(steps(script))
            if script.closed == len(tokens) - 1 and not script.frames and not script.declaring:
                return begun, rest
    return steps_of(text, dialect, Manner.CLIENT), []


def _first_ordinary(found: Sequence[Piece], text: str, dialect: Dialect) -> int:
    at = len(found)
    if dialect.name == "tsql":  # a statement there ends without a semicolon
        return at
    while at and found[at - 1].sql is text and _is_ordinary(found[at - 1], dialect):
        at -= 1
    return at


def _is_ordinary(piece: Piece, dialect: Dialect) -> bool:
    """It is one statement, begins no routine and fills no variable."""
    tokens = piece.tokens
    if not tokens or tokens[0].text.upper() not in _ORDINARY or is_script([piece], dialect):
        return False
    lower = piece.text.lower()
    if "begin" in lower:
        return False
    if "into" in lower and has_word(piece, "into", since=2):
        return False
    # A line with nothing but / ends a unit of PL/SQL.
    return "/" not in lower or _SLASH.search(lower) is None
