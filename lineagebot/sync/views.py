"""Which column of a view comes from which column of a table: the catalog keeps only that it depends on it.

Each view's text, as Postgres writes it out, is read as the CREATE VIEW that it was. The edges are the catalog's facts
seen closer, so they bind by object as those do.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from lineagebot.model import (
    AssetKey,
    AssetKind,
    Binding,
    Edge,
    EdgeKind,
    Layer,
    Relation,
    Session,
)
from lineagebot.sql.catalog import Catalog
from lineagebot.sql.names import names
from lineagebot.sync.ingest import Understand
from lineagebot.sync.known import Known
from lineagebot.sync.source import Inventory, InventoryItem

_VERBS = {AssetKind.VIEW: "create view", AssetKind.MATERIALIZED_VIEW: "create materialized view"}


@dataclass(slots=True)
class ViewReader:
    """Reads views once and again only when their text, or a relation that they read, has changed."""

    understand: Understand
    _read: dict[AssetKey, tuple[tuple[str, tuple[Relation, ...]], tuple[Edge, ...]]] = field(default_factory=dict)

    def edges(self, inventory: Inventory, dialect: str) -> tuple[Edge, ...]:
        """Column edges of all views of an inventory, as its catalog's facts."""
        known = Known(_relation(item) for item in inventory.items if item.columns is not None)
        views = [item for item in inventory.items if item.definition and item.asset.kind in _VERBS]
        found = tuple(edge for item in views for edge in self._edges_of(item, known, dialect))
        return tuple(replace(edge, first_seen=inventory.as_of, last_seen=inventory.as_of) for edge in found)

    def _edges_of(self, item: InventoryItem, known: Known, dialect: str) -> tuple[Edge, ...]:
        key, definition = item.asset.key, item.definition or ""
        text = f"{_VERBS[item.asset.kind]} {_quoted(key)} as {definition}"
        session = Session(key.system, key.path[0], (key.path[-2],))
        catalog = known.catalog(names(text, dialect, session))
        around = Catalog(tuple(r for r in catalog.relations if r.key != key))
        before = self._read.get(key)
        if before is not None and before[0] == (definition, around.relations):
            return before[1]
        meaning = self.understand(text, dialect, session, around)
        edges = tuple(_as_fact(edge) for edge in meaning.edges if edge.target == key and _is_column(edge))
        self._read[key] = ((definition, around.relations), edges)
        return edges


def facts(inventory: Inventory, columns: tuple[Edge, ...]) -> Iterator[Edge]:
    """The inventory's edges and the column edges, each once.

    A column that is known to flow somewhere needs no row that only says that the view depends on it.
    """
    flows = {(e.source, e.source_column, e.target) for e in columns if e.kind is EdgeKind.FLOW}
    referred = {(e.source, e.source_column, e.target) for e in columns if e.kind is EdgeKind.REFERENCE}
    for edge in inventory.edges:
        place = (edge.source, edge.source_column, edge.target)
        if edge.kind is EdgeKind.FLOW or (place not in flows and place not in referred):
            yield edge
    yield from columns


def _as_fact(edge: Edge) -> Edge:
    return replace(edge, layer=Layer.CATALOG, binding=Binding.BY_OBJECT, evidence="catalog")


def _is_column(edge: Edge) -> bool:
    return edge.source_column is not None


def _relation(item: InventoryItem) -> Relation:
    return Relation(item.asset.key, item.asset.kind, item.columns or (), item.definition)


def _quoted(key: AssetKey) -> str:
    return ".".join('"' + part.replace('"', '""') + '"' for part in key.path[-2:])
