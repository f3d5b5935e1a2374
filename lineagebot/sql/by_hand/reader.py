"""The tokens of one statement and how far they have been read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from lineagebot.model import (
    Action,
    AssetKey,
    Effect,
)
from lineagebot.sql.families import of_a_part
from lineagebot.sql.meaning import Context, Meaning, Target
from lineagebot.sql.names import chain, folded_column, split_name, unquoted
from lineagebot.sql.tokens import Kind, Token, inside, tokenize

Inner = Callable[[str, Context], Meaning]

#: Types that hold others, in angle brackets.
_HOLDERS = frozenset({"STRUCT", "ARRAY", "MAP", "RANGE"})
#: Nothing that any asset would feel.
NOTHING = Meaning()


class Reader:
    """The tokens of one statement and how far they have been read."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.tokens: Sequence[Token] = [
            token for token in tokenize(context.text, context.dialect.lexis) if token.kind is not Kind.COMMENT
        ]
        self.at = 0
        #: A string names a table: another string would name another.
        self.named_by_literal = False

    @property
    def word(self) -> str:
        """The word here in capitals; "" at the end and at a name in quotes."""
        return self.tokens[self.at].upper if self.at < len(self.tokens) else ""

    @property
    def done(self) -> bool:
        return self.at >= len(self.tokens)

    def skip(self, *words: str) -> bool:
        """Step over these words where all of them stand here, in this order."""
        for offset, word in enumerate(words):
            at = self.at + offset
            if at >= len(self.tokens) or self.tokens[at].upper != word:
                return False
        self.at += len(words)
        return True

    def skip_any(self, *words: str) -> str:
        if self.word and self.word in words:
            self.at += 1
            return self.tokens[self.at - 1].upper
        return ""

    def name(self) -> tuple[str, ...]:
        if self.word == "IDENTIFIER" and self.at + 1 < len(self.tokens) and self.tokens[self.at + 1].text == "(":
            return self._told()
        parts, self.at = chain(self.tokens, self.at, self.context.dialect)
        return parts

    def _told(self) -> tuple[str, ...]:
        """IDENTIFIER('a.b') is the name a.b; with anything but one string in it only the run tells."""
        told = self.tokens[self.at + 2 : self.at + 4]
        if [t.kind is Kind.STRING or t.text == ")" for t in told] != [True, True]:
            return ()
        self.at += 4
        self.named_by_literal = True
        return split_name(inside(told[0].text), self.context.dialect.name) or ()

    def names(self) -> list[tuple[str, ...]]:
        """Names parted by commas; [] where one of them is none."""
        found: list[tuple[str, ...]] = []
        while True:
            self.skip("ONLY")
            parts = self.name()
            if not parts:
                return []
            found.append(parts)
            self.skip("*")
            if not self.skip(","):
                return found

    def column(self) -> str:
        """A column's name here, or ""."""
        if self.done or self.tokens[self.at].kind not in (Kind.WORD, Kind.QUOTED):
            return ""
        token = self.tokens[self.at]
        self.at += 1
        return column_of(token, self.context)

    def field(self) -> bool:
        """Step over .b.c behind a column: a field inside of it, whatever becomes of that."""
        begin = self.at
        while self.word == "." and self.at + 1 < len(self.tokens):
            self.at += 2
        return self.at > begin

    def inside(self) -> Reader:
        """What stands in the bracket that opens here; steps over it."""
        depth, begin = 0, self.at
        while not self.done:
            depth += (self.word == "(") - (self.word == ")")
            self.at += 1
            if depth == 0:
                break
        return self._part(begin + 1, self.at - (depth == 0))

    def bracketed(self) -> list[str]:
        """The columns in the bracket that opens here."""
        return [clause.column() for clause in self.inside().clauses()]

    def left(self) -> Sequence[Token]:
        return self.tokens[self.at :]

    def _part(self, begin: int, end: int) -> Reader:
        part = Reader.__new__(Reader)
        part.context, part.tokens, part.at = self.context, self.tokens[begin:end], 0
        part.named_by_literal = False
        return part

    def clauses(self) -> Iterator[Reader]:
        """What is left, cut at the commas that stand in no bracket."""
        depth = angles = 0
        begin = self.at
        for at in range(self.at, len(self.tokens) + 1):
            text = self.tokens[at].text if at < len(self.tokens) else ","
            depth += (text in "([") - (text in ")]") if len(text) == 1 else 0
            if text == "<" and at and self.tokens[at - 1].upper in _HOLDERS:  # struct<a int, b int>
                angles += 1
            elif text == ">" and angles:
                angles -= 1
            if text == "," and ((depth <= 0 and not angles) or at == len(self.tokens)):
                yield self._part(begin, at)
                begin = at + 1
        self.at = len(self.tokens)

    def has(self, *words: str) -> bool:
        """Whether one of the words stands anywhere in what is left."""
        return any(token.upper in words for token in self.tokens[self.at :])

    def rest(self) -> str:
        return self.context.text[self.tokens[self.at].start :] if not self.done else ""


def column_of(token: Token, context: Context) -> str:
    if token.kind is Kind.QUOTED:
        return folded_column(unquoted(token.text), context.dialect, quoted=True)
    return folded_column(token.text, context.dialect, quoted=False)


def effect(context: Context, action: Action, key: AssetKey, **fields: object) -> Effect:
    return Effect(
        action=action,
        target=key,
        position=context.position,
        certainty=context.certainty,
        **fields,  # type: ignore[arg-type]
    )


def effect_on(context: Context, action: Action, target: Target, **fields: object) -> Effect:
    if target.partition is not None:
        action, fields = of_a_part(action, target.partition, fields)
    return effect(
        context, action, target.key, temporary=target.temporary is not None, **{"kind": target.kind, **fields}
    )
