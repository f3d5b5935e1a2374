"""GROUP BY 1, ORDER BY 3 DESC: numbers that mean an output column are no values, and a fingerprint keeps them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from lineagebot.sql.tokens import words

#: A number may stand as an item behind a BY; asked of every statement, so it is one quick search.
_MAYBE = re.compile(r" by (?:[^\x01]{0,1000}?, )?\x01")
#: What may follow a position before the comma.
_DIRECTIONS = frozenset({"asc", "desc", "nulls", "first", "last"})
#: What ends the list of a BY in the same brackets.
_ENDS = words(
    "having order limit offset fetch window qualify union except intersect minus rows range groups for with into where"
    " from select when then on sort cluster distribute using ; |>"
)


def may_have_positions(said: str) -> bool:
    """Whether the words of a statement, in small letters with \\x01 for a number, may have one as an item of a BY."""
    return " by " in said and _MAYBE.search(said) is not None


def positions(pieces: Iterable[str]) -> str:
    """Where in each BY which position stands: "1=1 2=3/..." ; the pieces are those of the text, without comments."""
    said = list(pieces)
    found: list[str] = []
    end = 0
    for begin in [at for at, piece in enumerate(said) if piece[-2:] in _BY]:
        if begin >= end:
            end = _lists_from(said, begin, found)
    return "/".join(found)


_BY = frozenset({"by", "BY", "By", "bY"})


def _lists_from(pieces: Sequence[str], at: int, found: list[str]) -> int:
    """Where the list of this BY, and all that stand in it, have ended."""
    depth = 0
    lists: list[tuple[int, list[list[str]]]] = []
    begin = at
    for at in range(begin, len(pieces)):
        lower = pieces[at].lower()
        if lower.isspace():
            continue
        if lower == "by" or lower.endswith((" by", "\nby", "\tby")):  # the parser takes GROUP BY for one word
            lists.append((depth, [[]]))
            continue
        if lower == "(" or lower == "[":
            depth += 1
        elif lower == ")" or lower == "]":
            depth -= 1
            while lists and lists[-1][0] > depth:
                found.append(_said(lists.pop()[1]))
        if not lists:
            return at
        level, items = lists[-1]
        if depth == level and lower in _ENDS:
            found.append(_said(lists.pop()[1]))
        elif depth == level and lower == ",":
            items.append([])
        else:
            items[-1].append(lower)
    found.extend(_said(items) for _, items in reversed(lists))
    return len(pieces)


def _said(items: list[list[str]]) -> str:
    return " ".join(
        f"{at}={item[0]}"
        for at, item in enumerate(items)
        if item and item[0].isdigit() and _DIRECTIONS.issuperset(item[1:])
    )
