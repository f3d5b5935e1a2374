"""How a name is made searchable: case folded by Unicode's rules here, since a database in the C locale cannot."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from lineagebot.model import AssetKind

#: Words inside a name: runs of letters, runs of digits; a symbol such as an emoji stands for itself.
_WORD = re.compile(r"[^\W\d_]+|\d+|[^\w\s]")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_LEFTOVER = re.compile(r"__dbt_(?:tmp|backup)\w*$")


@dataclass(frozen=True, slots=True)
class Searchable:
    """The search columns of one asset."""

    lname: str
    #: The folded name and every longer end of its path, joined by dots; the folded title too.
    suffixes: tuple[str, ...]
    tokens: tuple[str, ...]
    leftover: bool


def searchable(path: tuple[str, ...], title: str, kind: AssetKind) -> Searchable:
    """What a person opens is also found by what it is: "revenue dashboard" means the dashboard "Exec revenue"."""
    folded = [fold(part) for part in path]
    suffixes = [".".join(folded[i:]) for i in reversed(range(len(folded)))]
    called = (str(kind),) if kind.is_read_by_people else ()
    return Searchable(
        lname=folded[-1],
        suffixes=tuple(dict.fromkeys([*suffixes, fold(title)])),
        tokens=tuple(dict.fromkeys(t for part in (*reversed(path), title, *called) for t in tokens(part))),
        leftover=is_leftover(path[-1]),
    )


def fold(words: str) -> str:
    """Two spellings that people take for the same come out the same: width, case, runs of blanks."""
    return " ".join(unicodedata.normalize("NFKC", words).casefold().split())


def tokens(words: str) -> tuple[str, ...]:
    """The distinct words of a name or a request, in order: "CustomerOrders_2024" is customer, orders, 2024."""
    apart = _CAMEL.sub(" ", unicodedata.normalize("NFKC", words))
    found = _WORD.findall(apart.casefold())
    return tuple(dict.fromkeys(t for t in found if t.isalnum() or unicodedata.category(t[0]) == "So"))


def is_leftover(name: str) -> bool:
    """A name as pipelines use it for a moment only."""
    return _LEFTOVER.search(name) is not None
