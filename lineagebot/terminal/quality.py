"""How well a source's own word on lineage fits what else is known: the query log, and its warehouse's catalog."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lineagebot.store.agreement import Agreement, Compared, Elsewhere, compare, named_elsewhere
from lineagebot.store.engine import Store
from lineagebot.sync.source import Source
from lineagebot.sync.sources import SOURCES, Category

#: Names of a list before "and N more".
NAMED = 3


@dataclass(frozen=True, slots=True)
class Quality:
    """Of one source that transforms: what it says against what was seen."""

    source: str
    compared: tuple[Compared, ...]
    elsewhere: tuple[Elsewhere, ...]

    @property
    def agreement(self) -> Agreement:
        return Agreement.of(self.compared)

    @property
    def differing(self) -> tuple[str, ...]:
        """Those whose lineage in the log is another, each with what only one of the two names."""
        return tuple(f"{one.asset} ({'; '.join(_sides(one))})" for one in self.compared if one.shown and not one.agrees)


def qualities(store: Store, sources: Sequence[Source]) -> tuple[Quality, ...]:
    """Of each source that transforms and said something. Raises StoreTrouble."""
    names = [each.name for each in sources if SOURCES[each.kind].category is Category.TRANSFORMATION]
    with store.reading() as tx:
        found = [Quality(name, compare(tx, name), named_elsewhere(tx, name)) for name in names]
    return tuple(one for one in found if one.compared)


def first_of(names: Sequence[str]) -> str:
    """The first few names, and how many more there are."""
    more = f" and {len(names) - NAMED:,} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


def _sides(one: Compared) -> tuple[str, ...]:
    told = (f"only dbt: {first_of(one.only_told)}",) if one.only_told else ()
    return (*told, f"only the log: {first_of(one.only_shown)}") if one.only_shown else told
