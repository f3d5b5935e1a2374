"""GROUP BY 1, ORDER BY 3 DESC: numbers that mean an output column are no values, and a fingerprint keeps them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from lineagebot.sql.tokens import words

#: A number further behind a BY is none of its items.
_FAR = 1_000
#: What may follow a position before the comma.
_DIRECTIONS = frozenset({"asc", "desc", "nulls", "first", "last"})
#: What ends the list of a BY in the same brackets.
_ENDS = words(
    "having order limit offset fetch window qualify union except intersect minus rows range groups for with into where"
    " from select when then on sort cluster distribute using ; |>"
)


def may_have_positions(said: str) -> bool:
    """Whether the words of a statement, in small letters with \\x01 for a number, may have one as an item of a BY.

    Asked of every statement: the first number behind each BY is looked at, and whether it begins an item.
    """
    at = said.find(" by ")
    while at >= 0:
        at += len(" by ")
        number = said.find("\x01", at, at + _FAR + len(", \x01"))
        if number >= 0 and (number == at or said.startswith(", ", max(at, number - 2), number)):
            return True
        at = said.find(" by ", at - 1)
    return False


def positions(pieces: Iterable[str]) -> str:
    """Where in each BY which position stands: "1=1 2=3/..." ; the pieces are those of the text, without comments."""
    said = list(pieces)
    found: list[str] = []
    end = 0
    for begin in _each_by(said):
        if begin >= end:
            end = _lists_from(said, begin, found)
    return "/".join(found)


_BY = frozenset({"by", "BY", "By", "bY"})


def _each_by(pieces: list[str]) -> list[int]:
    """Where a piece ends so: asked of each spelling once, and not of each piece."""
    return sorted(at for by in set(pieces) if by[-2:] in _BY for at in _each(by, pieces))


def _each(piece: str, pieces: list[str]) -> Iterator[int]:
    at = -1
    for _ in range(pieces.count(piece)):
        at = pieces.index(piece, at + 1)
        yield at


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
