"""Which column of an asset comes from which: read from the SQL that its system says it is filled with.

The columns of what it reads are the graph's; where the graph has none, those that the same list gives, or that an
earlier definition of it makes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from lineagebot.graph.reader import GraphReader
from lineagebot.model import Action, AssetKey, AssetKind, Column, Edge, Relation, Session, Understanding
from lineagebot.sql.cache import Understand
from lineagebot.sql.catalog import Catalog
from lineagebot.sync.source import Definition, Inventory

_MAKES = frozenset({Action.CREATE, Action.REPLACE})
#: Columns by asset; absent where nobody told them.
Columns = Mapping[AssetKey, tuple[Column, ...]]


@dataclass(slots=True)
class DefinitionReader:
    """Reads each definition once, and again only when its text, or a relation that it reads, has changed."""

    understand: Understand
    #: What was read last, by its target.
    _read: dict[AssetKey, tuple[Definition, Catalog, Understanding]] = field(default_factory=dict)

    def edges(self, inventory: Inventory, graph: GraphReader) -> tuple[Edge, ...]:
        """Column edges of all definitions of an inventory, each in the layer of its definition."""
        if not inventory.definitions:
            return ()
        inputs = {key for one in inventory.definitions for key in one.inputs}
        listed = {item.asset.key: item.columns for item in inventory.items if item.columns}
        known = {**listed, **{key: columns for key, columns in graph.columns(inputs).items() if columns}}
        return tuple(edge for one in inventory.definitions for edge in self._edges_of(one, known))

    def _edges_of(self, one: Definition, known: dict[AssetKey, tuple[Column, ...]]) -> Iterator[Edge]:
        """Adds to `known` the columns that the definition makes."""
        meaning = self._meaning(one, Catalog(tuple(_relations(one.inputs, known))))
        for effect in meaning.effects:
            if effect.action in _MAKES and effect.target == one.target and effect.produces:
                known.setdefault(one.target, effect.produces)
        for edge in meaning.edges:
            if edge.source_column is not None and edge.target == one.target and edge.source in one.inputs:
                yield replace(edge, layer=one.layer, evidence=str(one.layer))

    def _meaning(self, one: Definition, catalog: Catalog) -> Understanding:
        before = self._read.get(one.target)
        if before is not None and before[:2] == (one, catalog):
            return before[2]
        path = one.target.path
        session = Session(one.target.system, path[0] if len(path) > 2 else None, path[-2:-1])
        meaning = self.understand(f"create table {one.name} as\n{one.text}", one.dialect, session, catalog)
        self._read[one.target] = (one, catalog, meaning)
        return meaning


def _relations(inputs: Iterable[AssetKey], known: Columns) -> Iterator[Relation]:
    for key in sorted(set(inputs)):
        if key in known:
            yield Relation(key, AssetKind.TABLE, known[key])
