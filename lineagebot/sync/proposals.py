"""Mappings that would match much of what is unmatched: one leading part put in place of another, found by trying.

A copy of a warehouse under another name (a project that mirrors another, a database that was renamed, a connection that
does not tell its host) leaves a whole family of names unmatched. What is proposed is never applied: a person writes it
into the settings.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lineagebot.graph.reader import GraphReader
from lineagebot.model import AssetKey
from lineagebot.store.references import Kept, Unmatched
from lineagebot.sync.match import Matcher

#: Fewer names than this, or a smaller share of those under the same leading part, prove nothing.
AT_LEAST = 3
SHARE = 0.5
#: What a connection that is called nothing is asked by.
_WORDS = {"bigquery": ("project", "dataset"), "databricks": ("catalog", "schema"), "trino": ("catalog", "schema")}


@dataclass(frozen=True, slots=True)
class Proposal:
    """A mapping that would match `would` of the `names` different names under `outer`."""

    #: What the names begin with now; None: those that the connection does not complete.
    outer: str | None
    connection: str | None
    system: str
    dialect: str
    #: What they begin with in `system`.
    there: str
    names: int
    would: int

    @property
    def toml(self) -> str:
        """The entry to add to lineagebot.toml."""
        word = _WORDS.get(self.dialect, ("database", "schema"))[0]
        asked = f'{word} = "{self.outer}"' if self.outer else f'connection = "{self.connection}"'
        moved = "" if self.outer == self.there else f', {word} = "{self.there}"'
        return f'[[mappings]]\nfrom = {{ {asked} }}\nto = {{ system = "{self.system}"{moved} }}'


def proposals(
    kept: Iterable[Kept], graph: GraphReader, matcher: Matcher, outers: Iterable[AssetKey]
) -> tuple[Proposal, ...]:
    """The best mapping for each leading part under which names were not found, most names first.

    `outers` are the outermost names that the systems hold, each as a key of one part.
    """
    tails = _unmatched(kept)
    there = [(outer, one.dialect) for outer in outers for one in matcher.answering if one.system == outer.system]
    tries = {
        (asked, outer, dialect): {AssetKey(outer.system, (*outer.path, *tail)) for tail in found}
        for asked, found in tails.items()
        for outer, dialect in there
        if asked.dialect in (None, dialect) and len(found) >= AT_LEAST
    }
    listed = graph.assets({key for keys in tries.values() for key in keys}).keys()
    best: dict[_Asked, Proposal] = {}
    for (asked, outer, dialect), keys in tries.items():
        would = len(keys & listed)
        one = Proposal(asked.outer, asked.connection, outer.system, dialect, outer.path[0], len(tails[asked]), would)
        known = best.get(asked)
        enough = would >= AT_LEAST and would >= SHARE * one.names
        if enough and (known is None or would > known.would):
            best[asked] = one
    return tuple(sorted(best.values(), key=lambda p: (-p.would, p.outer or "", p.system)))


@dataclass(frozen=True, slots=True)
class _Asked:
    """Names that begin alike, said of alike connections."""

    outer: str | None
    dialect: str | None
    connection: str | None = None


def _unmatched(kept: Iterable[Kept]) -> dict[_Asked, set[tuple[str, ...]]]:
    """What follows the leading part of the names that were not found."""
    tails: dict[_Asked, set[tuple[str, ...]]] = defaultdict(set)
    for one in kept:
        if one.why not in (Unmatched.NOT_LISTED, Unmatched.NOT_CONNECTED):
            continue
        place = one.reference.place
        for name in one.missing:
            outer, *tail = _parts(name)
            told = None if outer == "?" else outer
            if tail and (told is not None or place.connection is not None):
                asked = _Asked(told, place.dialect, None if told is not None else place.connection)
                tails[asked].add(tuple(tail))
    return tails


def _parts(name: str) -> Sequence[str]:
    return name.split(".")


def most_missing(kept: Iterable[Kept], *, limit: int = 5) -> tuple[tuple[Unmatched, str, int], ...]:
    """The names that most references look for in vain: (why, name, how many references)."""
    counted = Counter((one.why, name) for one in kept if one.why is not None for name in one.missing)
    return tuple((why, name, times) for (why, name), times in counted.most_common(limit))
