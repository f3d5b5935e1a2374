"""Peel the words of a script (BEGIN, IF ... THEN, ELSE, LOOP, END IF) off the statements that stand in it.

A statement in a branch or a loop may not have run, and is marked so. Only as much of scripting as several statements in
one text need; dialects without scripts outside of functions (Postgres) are left alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlglot.tokenizer_core import Token, TokenType

from lineagebot.model import Certainty
from lineagebot.sql.dialects import Dialect
from lineagebot.sql.parse import Piece
from lineagebot.sql.tokens import words

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
        self._body = Body(dialect)

    @property
    def stored(self) -> bool:
        """The piece entered last stands in the body of a routine that is only defined."""
        return self._body.holds

    def enter(self, piece: Piece) -> tuple[Piece | None, Certainty]:
        """The statement inside the piece (None where it holds only words of the script), and whether it surely runs."""
        self._body.take(piece)
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


_ROUTINES = words("FUNCTION PROCEDURE PROC TRIGGER EVENT TASK PACKAGE")


class Body:
    """The body of a CREATE PROCEDURE ... BEGIN a; b; END: its statements do not run where they stand."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect.name
        self._open = 0
        #: A part that declares variables stands before the BEGIN.
        self._awaited = False
        self.holds = False

    def take(self, piece: Piece) -> None:
        tokens = piece.tokens or ()
        if self._open or self._awaited:
            self.holds = True
            self._count(tokens)
            return
        self.holds = False
        if tokens and tokens[0].text.upper() in ("CREATE", "ALTER") and self._is_routine(tokens):
            said = {token.text.upper() for token in tokens}
            self._awaited = (
                "BEGIN" not in said and self._dialect in ("oracle", "snowflake") and bool(said & {"AS", "IS"})
            )
            self._awaited = self._awaited and all(token.token_type not in _TEXTS for token in tokens)
            self._count(tokens)
            if self._dialect == "tsql" and "AS" in said:
                self._open = max(1_000_000, self._open)  # the rest of the batch

    def _is_routine(self, tokens: Sequence[Token]) -> bool:
        return any(token.text.upper() in _ROUTINES for token in tokens[1:8])

    def _count(self, tokens: Sequence[Token]) -> None:
        before = ""
        for token in tokens:
            word = token.text.upper() if token.token_type not in _TEXTS else ""
            if word in ("BEGIN", "CASE") and before != "END":
                self._open += 1
                self._awaited = False
            elif before == "END" and word not in _ENDS - {"CASE"}:
                self._open = max(0, self._open - 1)
            before = word
        if before == "END":
            self._open = max(0, self._open - 1)


_TEXTS = frozenset({TokenType.STRING, TokenType.HEREDOC_STRING, TokenType.RAW_STRING, TokenType.NATIONAL_STRING})
