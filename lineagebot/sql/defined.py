"""Procedures from one text to another: which ones a text defines, and which it calls; told without reading either.

A CALL in a later line of the log is read as the body that it runs: `run.py` finds the definition in its catalog.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lineagebot.sql.acts import Manner, Parts
from lineagebot.sql.dialects import dialect_of
from lineagebot.sql.names import chain
from lineagebot.sql.scripting import steps_of
from lineagebot.sql.tokens import Kind, inside, tokenize, words

_SPACE = r"(?:\s|--[^\n]*\n|/\*.*?\*/)*"
_DEFINES = re.compile(rf"{_SPACE}(?:create|alter|replace)\b[^;(]{{0,200}}?\b(?:proc|procedure|task)\b", re.I | re.S)
_CALLS = re.compile(rf"{_SPACE}(?:call|exec|execute|begin|declare|do)\b", re.I | re.S)
_KINDS = frozenset({"PROCEDURE", "PROC", "TASK"})
_VERBS = words("CALL EXEC EXECUTE")
#: Levels of strings in strings.
_LEVELS = 2


def definitions(text: str, dialect: str) -> Iterator[tuple[Parts, int, str]]:
    """Name, number of parameters and own text of each procedure that the text makes; most texts make none."""
    if _DEFINES.match(text) is None:
        return
    for step in steps_of(text, dialect_of(dialect), Manner.CLIENT):
        routine = step.routine
        if routine is not None and routine.kind in _KINDS and (routine.body or routine.foreign):
            yield routine.name, len(routine.parameters), step.text


def calls(text: str, dialect: str) -> tuple[Parts, ...]:
    """The names that a text calls, be it in a script: rather too many than too few."""
    return tuple(_called(text, dialect, _LEVELS)) if _CALLS.match(text) is not None else ()


def calls_inside(definition: str, dialect: str) -> tuple[Parts, ...]:
    return tuple(_called(definition, dialect, _LEVELS))


def _called(text: str, dialect: str, levels: int) -> Iterator[Parts]:
    known = dialect_of(dialect)
    tokens = [token for token in tokenize(text, known.lexis) if token.kind is not Kind.COMMENT]
    for at, token in enumerate(tokens):
        if token.kind is Kind.STRING and levels and len(token.text) > len("'call x'"):
            yield from _called(inside(token.text), dialect, levels - 1)
        elif token.kind is Kind.WORD and token.upper in _VERBS:
            behind = at + 1
            if [t.kind for t in tokens[behind : behind + 1]] == [Kind.PARAMETER]:  # EXEC @result = p
                behind += 2
            behind += behind < len(tokens) and tokens[behind].upper == "TASK"
            parts, _ = chain(tokens, behind, known)
            if parts:
                yield parts
