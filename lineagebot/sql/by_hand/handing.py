"""Tables that are handed to a function, f(TABLE a.b) and f(TABLE(a.b) PARTITION BY c), written as queries.

The parser knows the spelling only of some functions; a query in that place it knows of all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lineagebot.sql.tokens import Kind, Token, words

#: From which token to which (behind the last), and what is written instead.
_Rewrite = tuple[int, int, str]

_NAMES = (Kind.WORD, Kind.QUOTED)
_QUERY = words("SELECT WITH")
#: What may stand behind a table that is handed on: how its rows are dealt out.
_DEALT = words("PARTITION ORDER PRUNE KEEP COPARTITION WITH")


def handed_tables(tokens: Sequence[Token]) -> Iterator[_Rewrite]:
    inside: list[bool] = []  # of each open bracket: is it a function's?
    for at, token in enumerate(tokens):
        if token.text == "(":
            inside.append(at > 0 and tokens[at - 1].kind in _NAMES)
        elif token.text == ")":
            del inside[-1:]
        elif token.upper == "TABLE" and inside and inside[-1] and tokens[at - 1].text in ("(", ",", ">", "=>"):
            yield from _query(tokens, at)


def _query(tokens: Sequence[Token], at: int) -> Iterator[_Rewrite]:
    bracketed = at + 1 < len(tokens) and tokens[at + 1].text == "("
    first = at + 2 if bracketed else at + 1
    if bracketed and first < len(tokens) and tokens[first].upper in _QUERY:
        yield at, at + 1, ""
        behind = _closing(tokens, at + 1) + 1
    else:
        name_ends = _behind_name(tokens, first)
        if name_ends == first or (bracketed and tokens[name_ends : name_ends + 1][0].text != ")"):
            return
        behind = name_ends + bracketed
        name = "".join(token.text for token in tokens[first:name_ends])
        yield at, behind, " ".join(("(SELECT * FROM", name, ")"))
    end = _end_of_argument(tokens, behind)
    if end > behind and tokens[behind].upper in _DEALT:
        yield behind, end, ""


def _behind_name(tokens: Sequence[Token], at: int) -> int:
    while at < len(tokens) and tokens[at].kind in _NAMES:
        at += 1
        if at >= len(tokens) or tokens[at].text != ".":
            break
        at += 1
    return at


def _closing(tokens: Sequence[Token], at: int) -> int:
    """The bracket that closes the one there; the last token where none does."""
    depth = 0
    for place in range(at, len(tokens)):
        depth += (tokens[place].text == "(") - (tokens[place].text == ")")
        if depth == 0:
            return place
    return len(tokens) - 1


def _end_of_argument(tokens: Sequence[Token], at: int) -> int:
    depth = 0
    while at < len(tokens):
        text = tokens[at].text
        if depth == 0 and text in (",", ")"):
            break
        depth += (text == "(") - (text == ")")
        at += 1
    return at
