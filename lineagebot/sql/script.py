"""A script while it is taken apart: its tokens, how far they are read, and the stack of what is open in it.

`flow.py` reads the words that open and close blocks, `variables.py` those that set something; `scripting.py` is the
door. A statement in a branch, a loop or a handler may not have run, and is marked so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from lineagebot.sql.acts import Manner
from lineagebot.sql.batches import end_of_statement
from lineagebot.sql.dialects import Dialect
from lineagebot.sql.routine import Routine
from lineagebot.sql.tokens import Token, words

#: A client's text in these has no words of scripts; the bodies of their routines may.
WITHOUT_SCRIPTS = frozenset({"postgres", "redshift", "duckdb", "trino", "athena", "clickhouse"})
LOOPS = words("LOOP WHILE FOR FOREACH REPEAT")
#: What a statement may begin with that is written in brackets, as a value.
_VERBS = words("INSERT UPDATE DELETE MERGE CALL EXECUTE CREATE DROP TRUNCATE ALTER COPY")


class What(StrEnum):
    STATEMENT = "statement"
    #: Read for a variable, a condition or a cursor: it gives no rows to anyone.
    READ = "read"
    ASSIGNMENT = "assignment"
    ROUTINE = "routine"
    #: Variables end here.
    BATCH = "batch"


class Step(NamedTuple):
    what: What
    text: str = ""
    #: Lines of the script before it.
    lines_before: int = 0
    possible: bool = False
    #: In an exception handler: here a ROLLBACK says nothing of the usual way.
    handles: bool = False
    looping: bool = False
    #: The variables that are set, and to what.
    names: tuple[str, ...] = ()
    value: Sequence[Token] = ()
    routine: Routine | None = None
    #: Where in the script it stands, where it is written there as it is.
    start: int = -1
    end: int = -1


@dataclass(slots=True)
class Frame:
    word: str
    possible: bool
    handles: bool = False


class Script:
    """Walks along the tokens of one text and remembers what is open."""

    def __init__(self, text: str, tokens: Sequence[Token], dialect: Dialect, manner: Manner) -> None:
        self.text = text
        self.tokens = tokens
        self.dialect = dialect
        self.at = 0
        #: The last semicolon that stood in nothing else.
        self.closed = -1
        self.is_body = manner is Manner.BODY
        self.is_plain = dialect.name in WITHOUT_SCRIPTS and not self.is_body
        self.has_batches = dialect.name == "tsql"
        self.frames: list[Frame] = []
        self._possible = self._handlers = self._looping = 0
        self.declaring = False
        #: Where the last BEGIN stands: what is declared behind it is declared on its own.
        self._last_begin = max(
            (at for at, token in enumerate(tokens) if len(token.text) == 5 and token.upper == "BEGIN"), default=-1
        )
        #: Definitions whose body was not found.
        self.unread_routines = 0
        self._counted = self._lines = 0

    def word(self, ahead: int = 0) -> str:
        at = self.at + ahead
        return self.tokens[at].upper if at < len(self.tokens) else ""

    def is_slash(self, at: int) -> bool:
        """A line with nothing but / ends a unit of PL/SQL."""
        return self.tokens[at].text == "/" and self._alone(at)

    def _alone(self, at: int) -> bool:
        token = self.tokens[at]
        before = self.tokens[at - 1].end if at else 0
        after = self.tokens[at + 1].start if at + 1 < len(self.tokens) else len(self.text)
        first = at == 0 or "\n" in self.text[before : token.start]
        return first and (at + 1 == len(self.tokens) or "\n" in self.text[token.end : after])

    def behind(self, at: int) -> int:
        """The token behind the statement that begins there."""
        if self.has_batches:
            return end_of_statement(self.tokens, at, self.text)
        while at < len(self.tokens) and self.tokens[at].text != ";":
            if self.tokens[at].text == "/" and self.is_slash(at):
                break
            at += 1
        return at

    def find(self, at: int, stops: frozenset[str]) -> int | None:
        """The first of these words that stands in no bracket and no CASE; None where the statement ends before it."""
        depth = cases = 0
        while at < len(self.tokens):
            text = self.tokens[at].text
            if text == ";":
                return None
            depth += (text in "([") - (text in ")]") if len(text) == 1 else 0
            word = self.tokens[at].upper
            if word in stops and depth <= 0 and cases == 0:
                return at
            cases += (word == "CASE") - (word == "END" and cases > 0)
            at += 1
        return None

    def begins_later(self) -> bool:
        return self.at < self._last_begin

    def slice(self, start: int, end: int) -> str:
        return self.text[self.tokens[start].start : self.tokens[end - 1].end] if start < end else ""

    def step(self, what: What, start: int, end: int, text: str | None = None, **more: object) -> Step:
        begin = self.tokens[start].start if start < len(self.tokens) else len(self.text)
        self._lines += self.text.count("\n", self._counted, begin)
        self._counted = max(self._counted, begin)
        if text is None and start < end:
            more |= {"start": begin, "end": self.tokens[end - 1].end}
        return Step(
            what,
            self.slice(start, end) if text is None else text,
            self._lines,
            self._possible > 0,
            self._handlers > 0,
            self._looping > 0,
            **more,  # type: ignore[arg-type]
        )

    def statement(self, start: int, end: int, text: str | None = None) -> list[Step]:
        self.at = end
        step = self.step(What.STATEMENT, start, end, text)
        self.completed()
        return [step]

    def reading(self, start: int, end: int) -> list[Step]:
        """A condition or a value: read where there is a query in it."""
        if not any(token.upper in ("SELECT", "WITH", "FROM") for token in self.tokens[start:end]):
            return []
        query = self.tokens[start].upper in ("SELECT", "WITH")
        return [self.step(What.READ, start, end, f"{'' if query else 'SELECT '}{self.slice(start, end)}")]

    def valued(self, names: tuple[str, ...], start: int, end: int) -> list[Step]:
        """A variable is set. What stands in brackets there may be a statement whose rows it gets (Snowflake)."""
        inner = start + 1 if start < end and self.tokens[start].upper == "ASYNC" else start
        if inner + 1 < end and self.tokens[inner].text == "(" and self.tokens[inner + 1].upper in _VERBS:
            close = end - 1 if self.tokens[end - 1].text == ")" else end
            return [self.step(What.STATEMENT, inner + 1, close)]
        value = self.tokens[start:end]
        return [*self.reading(start, end), self.step(What.ASSIGNMENT, start, end, names=names, value=value)]

    def push(self, word: str, *, possible: bool = False, handles: bool = False) -> None:
        self.frames.append(Frame(word, possible, handles))
        self._possible += possible
        self._handlers += handles
        self._looping += word in LOOPS

    def pop(self) -> None:
        frame = self.frames.pop()
        self._possible -= frame.possible
        self._handlers -= frame.handles
        self._looping -= frame.word in LOOPS

    def handles_from_here(self) -> None:
        """The rest of the block runs only when something failed."""
        frame = self.frames[-1]
        self._possible += not frame.possible
        self._handlers += not frame.handles
        frame.possible = frame.handles = True

    def completed(self) -> None:
        """A branch that holds one statement ends with it (T-SQL)."""
        while self.frames and self.frames[-1].word == "ONE":
            self.pop()

    def top(self) -> str:
        return self.frames[-1].word if self.frames else ""


def bare(token: Token) -> str:
    """A variable's name as we remember it: without the sign before it, in small letters."""
    return token.text.lstrip("@:$").strip('"`').lower()
