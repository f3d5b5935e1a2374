"""What stands in a Looker, as assets and edges: column → view → explore → tile → dashboard, each step by its fields.

What lies in a warehouse is handed over as references, for the match to find.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from lineagebot.model import (
    Asset,
    AssetKey,
    AssetKind,
    Column,
    Edge,
    EdgeKind,
    How,
    Layer,
    Owner,
    OwnerKind,
    Person,
    Problem,
    Use,
)
from lineagebot.store.references import Place, Reference
from lineagebot.sync.looker_model import Board, Explore, Join, Looker, Query, Tile, View
from lineagebot.sync.source import Inventory, InventoryItem

#: Where views and explores stand among folders.
VIEWS, EXPLORES = "views", "explores"


def inventory(looker: Looker, system: str, as_of: datetime) -> Inventory:
    """The assets, edges, references, people and views of one instance."""
    drawing = _Drawing(looker, system)
    drawing.draw()
    return Inventory(
        system=system,
        as_of=as_of,
        items=tuple(drawing.items.values()),
        edges=tuple(drawing.edges),
        people=tuple(_person(user.id, user.name, user.email, system) for user in looker.users),
        references=tuple(drawing.references),
        views=tuple(drawing.opened()),
        problems=tuple(Problem(text) for text in looker.problems),
        complete=looker.complete,
    )


@dataclass(slots=True)
class _Drawing:
    looker: Looker
    system: str
    items: dict[AssetKey, InventoryItem] = field(default_factory=dict)
    edges: dict[Edge, None] = field(default_factory=dict)
    references: dict[Reference, None] = field(default_factory=dict)
    boards: dict[tuple[AssetKind, str], AssetKey] = field(default_factory=dict)

    def draw(self) -> None:
        views = {(view.model, view.name): view for view in self.looker.views}
        explores = {(explore.model, explore.name): explore for explore in self.looker.explores}
        tables = {
            (explore.model, join.view) for explore in self.looker.explores for join in explore.joins if not join.nested
        }
        for view in self.looker.views:
            self._view(view, explores, is_table=(view.model, view.name) in tables)
        for explore in self.looker.explores:
            self._explore(explore, views)
        twice = Counter((*board.folder, board.title) for board in self.looker.boards)
        for board in self.looker.boards:
            path = (*board.folder, board.title)
            self._board(board, path if twice[path] == 1 else (*board.folder, f"{board.title} ({board.id})"))
        self._fields_used(explores, views)

    def opened(self) -> Iterator[Use]:
        for one in self.looker.opened:
            key = self.boards.get((one.kind, one.board))
            if key is not None:
                yield Use(key, None, one.user, one.day, one.times, 0, by_machine=False)

    def _view(self, view: View, explores: dict[tuple[str, str], Explore], *, is_table: bool) -> None:
        key = self._view_key(view.model, view.name)
        columns = tuple(Column(one.name, one.type) for one in view.fields)
        asset = Asset(key, AssetKind.MODEL, f"{view.name} (view)", view.url, view.description)
        self.items[key] = InventoryItem(asset, columns)
        place = self._place(view.connection)
        tables = () if view.sqls else view.tables or ((view.name,) if is_table and view.explore is None else ())
        if view.explore is not None:
            self._native(view, key, explores)
        elif view.sqls or tables:
            reads = tuple(view.reads(place.dialect))
            for sql in view.sqls:
                self._refer(Reference(key, place, sql=sql, fields=reads))
            for table in tables:
                self._refer(Reference(key, place, name=table, fields=reads))

    def _native(self, view: View, key: AssetKey, explores: dict[tuple[str, str], Explore]) -> None:
        """A derived table that asks an explore."""
        if (view.model, view.explore) not in explores:
            return
        source = AssetKey(self.system, (view.model, EXPLORES, view.explore or ""))
        self._edge(source, key)
        shown = {read.column: read for read in view.reads(None)}
        for column, asked in view.columns:
            if column in shown:
                self._edge(source, key, asked, shown[column].field, shown[column].how)

    def _explore(self, explore: Explore, views: dict[tuple[str, str], View]) -> None:
        key = self._explore_key(explore.model, explore.name)
        asset = Asset(key, AssetKind.MODEL, f"{explore.label} (explore)", explore.url)
        self.items[key] = InventoryItem(asset, None)
        for join in explore.joins:
            if (explore.model, join.view) in views:
                self._edge(self._view_key(explore.model, join.view), key)
        for name in (*explore.always, *(on for join in explore.joins for on in join.on)):
            self._shows(explore, name, views, into=None)

    def _board(self, board: Board, path: tuple[str, ...]) -> None:
        key = AssetKey(self.system, path)
        self.boards[board.kind, board.id] = key
        owner = next((user for user in self.looker.users if user.id == board.owner), None)
        owners = (Owner(OwnerKind.PERSON, owner.email.lower(), owner.name),) if owner and owner.email else ()
        self.items[key] = InventoryItem(
            Asset(key, board.kind, board.title, board.url, board.description),
            columns=(),
            native_id=board.id,
            owners=owners,
            tags=("personal",) if board.personal else (),
            scans=board.view_count,
            last_scanned=board.last_viewed,
        )
        if board.kind is AssetKind.REPORT:
            for query in (query for tile in board.tiles for query in tile.queries):
                self._query(query, key)
            return
        twice = Counter(tile.title for tile in board.tiles)
        for tile in board.tiles:
            self._tile(board, tile, key, tile.title if twice[tile.title] == 1 else f"{tile.title} ({tile.id})")

    def _tile(self, board: Board, tile: Tile, on: AssetKey, name: str) -> None:
        key = AssetKey(self.system, (*on.path, name))
        shown = tuple(dict.fromkeys(f for query in tile.queries for f in query.fields))
        asset = Asset(key, AssetKind.CHART, f"{board.title} / {tile.title}", board.url)
        self.items[key] = InventoryItem(asset, tuple(Column(f) for f in shown), native_id=tile.id)
        self._edge(key, on)
        for name_of in shown:
            self._edge(key, on, name_of, name_of)
        for query in tile.queries:
            self._query(query, key)

    def _query(self, query: Query, key: AssetKey) -> None:
        if query.sql is not None:
            self._refer(Reference(key, self._place(query.connection), sql=query.sql))
        if query.model is None or query.explore is None:
            return
        source = self._explore_key(query.model, query.explore)
        if source not in self.items:
            asset = Asset(source, AssetKind.MODEL, f"{query.explore} (explore)")
            self.items[source] = InventoryItem(asset, None)
        self._edge(source, key)
        for name in query.fields:
            self._edge(source, key, name, name)
        for name in query.filters:
            self._edge(source, key, name, None, How.FILTERED)

    def _fields_used(self, explores: dict[tuple[str, str], Explore], views: dict[tuple[str, str], View]) -> None:
        """An explore has as many fields as its views have; those that somebody shows are enough."""
        used: dict[tuple[str, str], dict[str, None]] = {}
        for query in (q for board in self.looker.boards for tile in board.tiles for q in tile.queries):
            if query.model is not None and query.explore is not None:
                used.setdefault((query.model, query.explore), {}).update(dict.fromkeys((*query.fields, *query.filters)))
        for view in self.looker.views:
            if view.explore is not None:
                used.setdefault((view.model, view.explore), {}).update(dict.fromkeys(f for _, f in view.columns))
        for place, names in used.items():
            explore = explores.get(place)
            key = self._explore_key(*place)
            if key in self.items:
                self.items[key] = replace(self.items[key], columns=tuple(Column(name) for name in names))
            for name in names if explore is not None else ():
                assert explore is not None
                self._shows(explore, name, views, into=name)

    def _shows(self, explore: Explore, name: str, views: dict[tuple[str, str], View], *, into: str | None) -> None:
        """The field of a view that an explore knows as "alias.field"."""
        alias, _, field_name = name.partition(".")
        join = _joined(explore, alias)
        view = views.get((explore.model, join.view)) if join is not None else None
        found = view.field_of(field_name) if view is not None else None
        if view is not None and found is not None:
            source = self._view_key(view.model, view.name)
            how = How.COPIED if into is not None else How.JOINED
            self._edge(source, self._explore_key(explore.model, explore.name), found, into, how)

    def _edge(
        self,
        source: AssetKey,
        target: AssetKey,
        column: str | None = None,
        into: str | None = None,
        how: How = How.COPIED,
    ) -> None:
        kind = EdgeKind.REFERENCE if column is not None and into is None else EdgeKind.FLOW
        edge = Edge(source, target, kind, column, into, how if column is not None else None, layer=Layer.BI)
        self.edges[edge] = None

    def _refer(self, reference: Reference) -> None:
        self.references[reference] = None

    def _place(self, connection: str | None) -> Place:
        found = self.looker.connections.get(connection or "")
        return found if found is not None else Place(connection=connection)

    def _view_key(self, model: str, name: str) -> AssetKey:
        return AssetKey(self.system, (model, VIEWS, name))

    def _explore_key(self, model: str, name: str) -> AssetKey:
        return AssetKey(self.system, (model, EXPLORES, name))


def _joined(explore: Explore, alias: str) -> Join | None:
    return next((join for join in explore.joins if join.alias == alias), None)


def _person(ident: str, name: str, email: str | None, system: str) -> Person:
    """With an e-mail the same person as elsewhere."""
    if email:
        return Person(email.lower(), name, email.lower(), logins=((system, ident),))
    return Person(f"{system}:{ident}", name, None, logins=((system, ident),))


def queries_of(boards: Iterable[Board]) -> Iterator[Query]:
    """All that is asked."""
    return (query for board in boards for tile in board.tiles for query in tile.queries)
