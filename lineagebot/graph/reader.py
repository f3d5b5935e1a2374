"""What the questions need from whoever holds the graph: the `GraphReader` Protocol and the answers' shapes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol, runtime_checkable

from lineagebot.model import (
    Asset,
    AssetKey,
    AssetKind,
    Column,
    Coverage,
    Edge,
    EdgeEvent,
    Fact,
    Owner,
    Person,
    Relation,
    Use,
)


class Direction(StrEnum):
    UPSTREAM = "upstream"
    DOWNSTREAM = "downstream"


@dataclass(frozen=True, slots=True)
class Closure:
    """All that is reached from some assets, nearest first, start left out."""

    keys: tuple[AssetKey, ...]
    #: True where the cap ended the walk: there are more than `keys`.
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Hits:
    """What a search found, best first. `exact`: the words are a whole name (or its last parts) of each of them."""

    assets: tuple[Asset, ...]
    exact: bool
    more: bool = False


class GraphReader(Protocol):
    """Reads the graph as it stands. Implemented by store.graph (Postgres), testing (memory), csr (an index).

    Every read is of one moment's data; nothing here writes. Raises errors.StoreUnreachable.
    """

    def search(self, words: str, *, limit: int = 10, kinds: Collection[AssetKind] | None = None) -> Hits:
        """Assets by name. First tier with hits: exact or suffix of the path, prefix, all tokens, corrected tokens."""
        ...

    def assets(self, keys: Collection[AssetKey]) -> Mapping[AssetKey, Asset]:
        """The known ones among `keys`."""
        ...

    def columns(self, keys: Collection[AssetKey]) -> Mapping[AssetKey, tuple[Column, ...]]:
        """Columns of the latest incarnation, in order; keys whose columns nobody told are absent."""
        ...

    def relations(self, names: Collection[tuple[str, tuple[str, ...]]]) -> tuple[Relation, ...]:
        """Live relations of a system whose path ends in the given parts: (system, ("marts", "revenue"))."""
        ...

    def with_types(self, system: str, types: Collection[str]) -> tuple[Relation, ...]:
        """Live relations of a system with a column whose type's text holds one of these names, in any case."""
        ...

    def inside(self, container: AssetKey, *, limit: int = 1000, before: datetime | None = None) -> tuple[Asset, ...]:
        """Live assets inside a schema or database; with `before`, also those that went at or after that moment."""
        ...

    def edges(
        self,
        keys: Collection[AssetKey],
        direction: Direction,
        *,
        columns: bool = False,
        limit: int = 20_000,
        before: datetime | None = None,
    ) -> tuple[Edge, ...]:
        """Standing edges one step from `keys`. Asset level by default; with `columns`, column edges and references too.

        With `before`, also edges that ended at or after that moment: as it stood when the statement ran.
        """
        ...

    def closure(self, start: Collection[AssetKey], direction: Direction, *, cap: int = 5000) -> Closure:
        """The capped walk over asset-level edges (flow and reference alike)."""
        ...

    def events(self, key: AssetKey, *, limit: int = 50) -> tuple[EdgeEvent, ...]:
        """When edges of this asset appeared and ended, latest first."""
        ...

    def uses(self, keys: Collection[AssetKey], *, since: date) -> tuple[Use, ...]:
        """Daily use rows of the assets (column None) and of their columns."""
        ...

    def owners(self, keys: Collection[AssetKey]) -> Mapping[AssetKey, tuple[Owner, ...]]: ...

    def tags(self, keys: Collection[AssetKey]) -> Mapping[AssetKey, tuple[str, ...]]: ...

    def people(self, logins: Collection[tuple[str, str]]) -> Mapping[tuple[str, str], Person]:
        """Who stands behind (system, login); unknown logins are absent."""
        ...

    def coverage(self, keys: Collection[AssetKey] = ()) -> Coverage:
        """How fresh and complete the graph is, and the statements not understood that may touch `keys`."""
        ...


@runtime_checkable
class KnowsFacts(Protocol):
    """A GraphReader that holds what systems tell of an asset beyond its edges."""

    def facts(self, keys: Collection[AssetKey]) -> Mapping[AssetKey, tuple[Fact, ...]]:
        """System by system, each in its own order; those of whom nothing is told are absent."""
        ...


@runtime_checkable
class KnowsEnds(Protocol):
    """A GraphReader that finds what ended lately without going through all that stands."""

    def ended(self, keys: Collection[AssetKey], direction: Direction, *, since: datetime) -> tuple[Edge, ...]:
        """Edges between assets, one step from `keys`, that ended at `since` or later."""
        ...


@runtime_checkable
class KnowsUnmatched(Protocol):
    """A GraphReader that knows what assets read in other systems and was not found there."""

    def unmatched(self, keys: Collection[AssetKey]) -> Mapping[AssetKey, tuple[str, ...]]:
        """The names that each of them looks for in vain; assets without any are absent."""
        ...
