"""What a name in a FROM stands for: a table, or the columns of a query with all that feeds them.

Built for one walk over one statement and thrown away after it. Tables are compared by identity, so that the dicts of
feeds (the hot path of the whole reader) hash no names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from lineagebot.model import AssetKey, How

if TYPE_CHECKING:
    from sqlglot import exp

COPIED, COMPUTED, AGGREGATED = range(3)
JOINED, FILTERED, GROUPED, ORDERED = range(4)

#: What a walk's numbers mean outside.
FLOW = (How.COPIED, How.COMPUTED, How.AGGREGATED)
REFERENCE = (How.JOINED, How.FILTERED, How.GROUPED, How.ORDERED)


class Made:
    """An expression as it stands, asked for its type and its fields only where somebody needs them."""

    __slots__ = ("element", "fields", "node", "scope", "type")

    def __init__(self, node: exp.Expr, scope: Scope, *, element: bool = False) -> None:
        self.node = node
        self.scope = scope
        #: It is an array, and the column is one of its elements.
        self.element = element
        self.type: object = UNASKED
        self.fields: object = UNASKED


class Either:
    """A column that several queries fill."""

    __slots__ = ("fields", "parts", "type")

    def __init__(self, parts: tuple[tuple[Cell, Feeds], ...]) -> None:
        self.parts = parts
        self.type: object = UNASKED
        self.fields: object = UNASKED


UNASKED = object()

#: What is known of a column besides what feeds it: its type as text, or the expression that could tell.
Cell = str | Made | Either | None


class Table:
    """An asset as one statement reads it. `types` is None where its columns are not known."""

    __slots__ = ("key", "opens", "types")

    def __init__(self, key: AssetKey, types: Mapping[str, str | None] | None) -> None:
        self.key = key
        self.types = types or None
        self.opens: Opens = () if types else ((self,),)

    def find(self, name: str) -> Feeds | Origin | None:
        return (self, name) if self.types is not None and name in self.types else None

    def reach(self, name: str) -> Feeds | Origin | None:
        """What a statement calls a column of this is one: what we know of its columns may be of yesterday."""
        return self, name

    def type_of(self, name: str) -> Cell:
        return self.types.get(name) if self.types is not None else None

    def star(self) -> Iterator[tuple[str | None, Feeds, Cell]]:
        for name, type_ in (self.types or {}).items():
            yield name, {(self, name): COPIED}, type_


#: A column of an asset.
Origin = tuple[Table, str]
#: What feeds a column, and how at the most.
Feeds = dict[Origin, int]
#: Columns that nobody listed: a group of one table passes a name on to it; one of several cannot say to which, and one
#: of none is no table's.
Opens = tuple[tuple[Table, ...], ...]


class Shape:
    """The columns of a query, in order. A name is None where the statement gives none that could be told."""

    __slots__ = ("_index", "feeds", "names", "opens", "star_at", "types", "wild")

    def __init__(
        self,
        names: list[str | None],
        feeds: list[Feeds],
        types: Sequence[Cell],
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
        self._index: dict[str, int] | None = None

    @property
    def index(self) -> dict[str, int]:
        """Where each name stands first: of most queries nobody asks."""
        found = self._index
        if found is None:
            found = self._index = {}
            for at, name in enumerate(self.names):
                if name is not None and name not in found:
                    found[name] = at
        return found

    def find(self, name: str) -> Feeds | Origin | None:
        at = (self._index or self.index).get(name)
        return None if at is None else self.feeds[at]

    def reach(self, name: str) -> Feeds | Origin | None:
        """As `find`, and through what is not listed: right where the statement says that it is a column of this."""
        at = (self._index or self.index).get(name)
        if at is not None:
            return self.feeds[at]
        if self.opens:
            passed: Feeds = {(group[0], name): COPIED for group in self.opens if len(group) == 1}
            return passed or self.wild
        return self.wild

    def type_of(self, name: str) -> Cell:
        at = (self._index or self.index).get(name)
        return None if at is None else self.types[at]

    def star(self) -> Iterator[tuple[str | None, Feeds, Cell]]:
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


#: No column at all.
NOTHING = Shape([], [], [])


class Row:
    """The fields of a struct whose type is known: all of them come from the column that holds it."""

    __slots__ = ("feeds", "opens", "types")

    def __init__(self, types: Mapping[str, str], feeds: Feeds) -> None:
        self.types = types
        self.feeds = feeds
        self.opens: Opens = ()

    def find(self, name: str) -> Feeds | Origin | None:
        return self.feeds if name in self.types else None

    def reach(self, name: str) -> Feeds | Origin | None:
        return self.feeds if name in self.types else None

    def type_of(self, name: str) -> Cell:
        return self.types.get(name)

    def star(self) -> Iterator[tuple[str | None, Feeds, Cell]]:
        for name, type_ in self.types.items():
            yield name, self.feeds, type_


Source = Table | Row | Shape


def shape_of(source: Source) -> Shape:
    if isinstance(source, Shape):
        return source
    columns = list(source.star())
    return Shape([c[0] for c in columns], [c[1] for c in columns], [c[2] for c in columns], source.opens, star_at=0)


class Scope:
    """What the names inside one SELECT can mean. `parent` is the query around it."""

    __slots__ = ("aliases", "by_name", "ctes", "merged", "nowhere", "own_names", "parent", "sources", "windows")

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
        #: Whether a name (and whether in quotes) leads nowhere, with so many sources: most structs are asked for often.
        self.nowhere: dict[tuple[str, bool, int], bool] = {}
        #: WINDOW w AS (...), as they stand.
        self.windows: dict[str, exp.Expr] | None = None

    def named_windows(self) -> dict[str, exp.Expr]:
        """Those that OVER may name here: also inside a lambda, whose scope is its own."""
        scope: Scope | None = self
        while scope is not None and scope.windows is None:
            scope = scope.parent
        return dict(scope.windows) if scope is not None and scope.windows else {}

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
        wild: Feeds | None = None
        while scope is not None:
            if scope.merged and name in scope.merged:
                return scope.merged[name]
            open_ones: list[Source] = []
            for source in scope.sources:
                if type(source) is Table:
                    if source.types is None:
                        open_ones.append(source)
                    elif name in source.types:
                        return (source, name)
                    continue
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
                if wild is not None:
                    return wild
                return open_ones[0].reach(name) if len(open_ones) == 1 else None
            if name in scope.by_name:
                return whole_row(scope.by_name[name])
            if len(scope.sources) == 1 and wild is None:  # FROM UNNEST(params): only its columns have no other name
                only = scope.sources[0]
                wild = only.wild if isinstance(only, Shape) and not only.names else None
            scope = scope.parent
        return wild

    def holding(self, name: str) -> Source | None:
        """The source in which a bare column is known to stand."""
        scope: Scope | None = self
        while scope is not None:
            for source in scope.sources:
                if source.find(name) is not None:
                    return source
            if name in scope.own_names:
                return None
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


def union(shapes: Sequence[Shape], *, by_name: bool) -> Shape:
    """The columns of several queries, one below the other."""
    first = shapes[0]
    if len(shapes) == 1:
        return first
    opens = tuple(dict.fromkeys(group for shape in shapes for group in shape.opens))
    if by_name or opens:
        return _union_by_name(shapes, opens)
    feeds: list[Feeds] = []
    cells: list[Cell] = []
    for at, fed in enumerate(first.feeds):
        both = dict(fed)
        others = [shape for shape in shapes[1:] if at < len(shape.feeds)]
        for shape in others:
            merge(both, shape.feeds[at], COPIED)
        feeds.append(both)
        cells.append(_either([(shape.types[at], shape.feeds[at]) for shape in (first, *others)]))
    return Shape(first.names, feeds, cells)


def _union_by_name(shapes: Sequence[Shape], opens: Opens) -> Shape:
    names: dict[str, None] = {}
    for shape in shapes[1:]:
        names.update(dict.fromkeys(name for name in shape.names if name is not None and name not in shapes[0].index))
    feeds: list[Feeds] = []
    cells: list[Cell] = []
    for at, name in enumerate((*shapes[0].names, *names)):
        if name is None:
            feeds.append(shapes[0].feeds[at])
            cells.append(shapes[0].types[at])
            continue
        both: Feeds = {}
        for shape in shapes:
            merge(both, shape.reach(name), COPIED)
        feeds.append(both)
        places = [(shape, shape.index[name]) for shape in shapes if name in shape.index]
        cells.append(_either([(shape.types[place], shape.feeds[place]) for shape, place in places]))
    star_at = next((shape.star_at for shape in shapes if shape.opens), None)
    return Shape([*shapes[0].names, *names], feeds, cells, opens, star_at=star_at)


def _either(parts: Sequence[tuple[Cell, Feeds]]) -> Cell:
    cells = [cell for cell, _ in parts]
    if not cells or all(cell is cells[0] or cell == cells[0] for cell in cells):
        return cells[0] if cells else None
    return Either(tuple(parts))
