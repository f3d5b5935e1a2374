"""Peel the words of a script (BEGIN, IF ... THEN, ELSE, LOOP, END IF) off the statements that stand in it.

A statement in a branch or a loop may not have run, and is marked so. Only as much of scripting as several statements in
one text need; dialects without scripts outside of functions (Postgres) are left alone.
"""

from __future__ import annotations

from dataclasses import replace

from lineagebot.model import Certainty
from lineagebot.sql.dialects import Dialect
from lineagebot.sql.parse import Piece

_WITHOUT_SCRIPTS = frozenset({"postgres", "redshift", "duckdb", "trino", "athena", "clickhouse"})
#: BEGIN followed by one of these starts a transaction.
_TRANSACTION = frozenset({"TRANSACTION", "TRAN", "WORK", "ISOLATION", "DEFERRABLE", "READ", "NOT"})
_BRANCHES = {"IF": "THEN", "ELSEIF": "THEN", "ELSIF": "THEN", "WHILE": "DO", "FOR": "DO"}
_ENDS = frozenset({"IF", "LOOP", "WHILE", "FOR", "REPEAT", "CASE"})


class Script:
    """Walks along the pieces of one text and remembers how deep it is in branches."""

    def __init__(self, dialect: Dialect) -> None:
        self._plain = dialect.name in _WITHOUT_SCRIPTS
        self._depth = 0

    def enter(self, piece: Piece) -> tuple[Piece | None, Certainty]:
        """The statement inside the piece (None where it holds only words of the script), and whether it surely runs."""
        if self._plain or not piece.tokens:
            return piece, Certainty.CERTAIN
        inner: Piece | None = piece
        while inner is not None and inner.tokens:
            peeled = self._peeled(inner)
            if peeled is inner:
                break
            inner = peeled
        return inner, Certainty.POSSIBLE if self._depth else Certainty.CERTAIN

    def _peeled(self, piece: Piece) -> Piece | None:
        tokens = piece.tokens or ()
        first = tokens[0].text.upper()
        second = tokens[1].text.upper() if len(tokens) > 1 else ""
        if first == "BEGIN" and second and second not in _TRANSACTION:
            return _without(piece, 1)
        if first in ("ELSE", "LOOP", "REPEAT"):
            self._depth += first != "ELSE"
            return _without(piece, 1)
        if first == "END" and (second in _ENDS or (not second and self._depth)):
            self._depth = max(0, self._depth - 1)
            return None
        if first in _BRANCHES:
            until = next((at for at, t in enumerate(tokens) if t.text.upper() in (_BRANCHES[first], "LOOP")), None)
            if until is None:
                return piece
            self._depth += first in ("IF", "WHILE", "FOR")
            return _without(piece, until + 1)
        return piece


def _without(piece: Piece, count: int) -> Piece | None:
    tokens = (piece.tokens or ())[count:]
    return replace(piece, start=tokens[0].start, tokens=tokens) if tokens else None
