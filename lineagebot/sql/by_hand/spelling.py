"""What it takes to spell a statement anew: where its words stand, and a rule that says what stands there instead."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from lineagebot.sql.by_hand.stumbling import Rewrite
from lineagebot.sql.tokens import Token, words

Tokens = Sequence[Token]
Words = list[str]
Rule = Callable[[Tokens, Words], Iterator[Rewrite]]


def outside_brackets(said: Words, begin: int = 0) -> Iterator[int]:
    """Where the words stand that are in no bracket."""
    depth = 0
    for at in range(begin, len(said)):
        depth += (said[at] == "(") - (said[at] == ")")
        if depth == 0 and said[at] != ")":
            yield at


def first(said: Words, *wanted: str, begin: int = 0) -> int:
    """Where the first of these words stands outside of brackets; the end where none does."""
    return next((at for at in outside_brackets(said, begin) if said[at] in wanted), len(said))


def behind_name(tokens: Tokens, at: int) -> int:
    """The place behind the dotted name that begins there."""
    while at + 1 < len(tokens) and tokens[at + 1].text == ".":
        at += 2
    return at + 1


QUERY = words("SELECT WITH VALUES FROM TABLE SEL")
