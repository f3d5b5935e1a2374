"""What a name in a FROM stands for: a table, or the columns of a query with all that feeds them.

Built for one walk over one statement and thrown away after it. Tables are compared by identity, so that the dicts of
feeds (the hot path of the whole reader) hash no names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lineagebot.model import AssetKey, AssetKind, How, Relation

COPIED, COMPUTED, AGGREGATED = range(3)
JOINED, FILTERED, GROUPED, ORDERED = range(4)

#: What a walk's numbers mean outside.
FLOW = (How.COPIED, How.COMPUTED, How.AGGREGATED)
REFERENCE = (How.JOINED, How.FILTERED, How.GROUPED, How.ORDERED)


class Table:
    """An asset as one statement reads it. `types` is None where its columns are not known."""

    __slots__ = ("key", "kind", "opens", "types")

    def __init__(self, key: AssetKey, relation: Relation | None) -> None:
        self.key = key
        self.kind = relation.kind if relation is not None else AssetKind.TABLE
        known = relation.columns if relation is not None else ()
        self.types: dict[str, str | None] | None = {c.name: c.type for c in known} if known else None
        self.opens: Opens = () if known else ((self,),)

    def find(self, name: str) -> Feeds | Origin | None:
        return (self, name) if self.types is not None and name in self.types else None

    def reach(self, name: str) -> Feeds | Origin | None:
        return (self, name) if self.types is None or name in self.types else None

    def type_of(self, name: str) -> str | None:
        return self.types.get(name) if self.types is not None else None

    def star(self) -> Iterator[tuple[str | None, Feeds, str | None]]:
        for name, type_ in (self.types or {}).items():
            yield name, {(self, name): COPIED}, type_


#: A column of an asset.
Origin = tuple[Table, str]
#: What feeds a column, and how at the most.
Feeds = dict[Origin, int]
#: Columns that nobody listed: a group of one table passes a name on to it; one of several cannot say to which.
Opens = tuple[tuple[Table, ...], ...]


class Shape:
    """The columns of a query, in order. A name is None where the statement gives none that could be told."""

    __slots__ = ("feeds", "index", "names", "opens", "star_at", "types", "wild")

    def __init__(
        self,
        names: list[str | None],
        feeds: list[Feeds],
        types: list[str | None],
        opens: Opens = (),
        wild: Feeds | None = None,
        star_at: int | None = None,
    ) -> None:
        self.names = names
        self.feeds = feeds
        self.types = types
        self.opens = opens
        #: Any column at all is fed by these: a table function whose columns nobody listed.
        self.wild = wild
        #: Before which column the unlisted ones of `opens` stand.
        self.star_at = star_at
        self.index: dict[str, int] = {}
        for at, name in enumerate(names):
            if name is not None:
                self.index.setdefault(name, at)

    def find(self, name: str) -> Feeds | Origin | None:
        at = self.index.get(name)
        return None if at is None else self.feeds[at]

    def reach(self, name: str) -> Feeds | Origin | None:
        """As `find`, and through what is not listed: right where the statement says that it is a column of this."""
        at = self.index.get(name)
        if at is not None:
            return self.feeds[at]
        if self.opens:
            return {(group[0], name): COPIED for group in self.opens if len(group) == 1}
        return self.wild

    def type_of(self, name: str) -> str | None:
        at = self.index.get(name)
        return None if at is None else self.types[at]

    def star(self) -> Iterator[tuple[str | None, Feeds, str | None]]:
        yield from zip(self.names, self.feeds, self.types, strict=True)

    def renamed(self, names: list[str]) -> Shape:
        """With the first columns called otherwise: AS t (a, b)."""
        if not names:
            return self
        if self.opens and len(self.names) < len(names):
            kept: list[Feeds] = [{} for _ in names]
            return Shape(list(names), kept, [None] * len(names))
        new = [*names[: len(self.names)], *self.names[len(names) :]]
        return Shape(list(new), self.feeds, self.types, self.opens, self.wild, self.star_at)


Source = Table | Shape


def shape_of(source: Source) -> Shape:
    if isinstance(source, Shape):
        return source
    columns = list(source.star())
    return Shape([c[0] for c in columns], [c[1] for c in columns], [c[2] for c in columns], source.opens, star_at=0)


class Scope:
    """What the names inside one SELECT can mean. `parent` is the query around it."""

    __slots__ = ("aliases", "by_name", "ctes", "merged", "own_names", "parent", "sources")

    def __init__(self, parent: Scope | None, ctes: dict[str, Shape]) -> None:
        self.parent = parent
        self.ctes = ctes
        self.sources: list[Source] = []
        self.by_name: dict[str, Source] = {}
        #: Aliases that are no table's own name: alone they mean the whole row.
        self.own_names: set[str] = set()
        #: Columns that USING or NATURAL made one.
        self.merged: dict[str, Feeds] = {}
        #: Output columns that may be used by name further on.
        self.aliases: dict[str, Feeds] = {}

    def add(self, source: Source, name: str, *, full: str = "", alias: bool = False) -> None:
        self.sources.append(source)
        if name:
            self.by_name.setdefault(name, source)
            if alias:
                self.own_names.add(name)
        if full:
            self.by_name.setdefault(full, source)

    def unqualified(self, name: str) -> Feeds | Origin | None:
        """What a bare column means: a column known in one source, else in the only source whose columns are unknown."""
        scope: Scope | None = self
        while scope is not None:
            if scope.merged and name in scope.merged:
                return scope.merged[name]
            open_ones: list[Source] = []
            for source in scope.sources:
                found = source.find(name)
                if found is not None:
                    return found
                if source.opens:
                    open_ones.append(source)
            if name in scope.aliases:
                return scope.aliases[name]
            if name in scope.own_names:
                return whole_row(scope.by_name[name])
            if open_ones:
                return open_ones[0].reach(name) if len(open_ones) == 1 else None
            if name in scope.by_name:
                return whole_row(scope.by_name[name])
            scope = scope.parent
        return None

    def source_named(self, name: str, full: str) -> Source | None:
        scope: Scope | None = self
        while scope is not None:
            if full and full in scope.by_name:
                return scope.by_name[full]
            if name in scope.by_name:
                return scope.by_name[name]
            scope = scope.parent
        return None


def whole_row(source: Source) -> Feeds:
    """All that is known to be in a row of it."""
    row: Feeds = dict(source.wild or {}) if isinstance(source, Shape) else {}
    for _, feeds, _ in source.star():
        merge(row, feeds, COMPUTED)
    return row


def merge(into: Feeds, found: Feeds | Origin | None, how: int) -> None:
    """Take up what feeds a column; the strongest way counts."""
    if found is None:
        return
    if found.__class__ is tuple:
        if into.get(found, -1) < how:
            into[found] = how
        return
    assert isinstance(found, dict)
    for origin, was in found.items():
        strongest = was if was > how else how
        if into.get(origin, -1) < strongest:
            into[origin] = strongest


def joined_opens(sources: Iterable[Source]) -> Opens:
    """What is not listed in several sources side by side: with more than one nobody can say whose it is."""
    opens = [source.opens for source in sources if source.opens]
    if len(opens) <= 1:
        return opens[0] if opens else ()
    return (tuple(dict.fromkeys(table for groups in opens for group in groups for table in group)),)
