"""What Looker's API answers, as looker_model.py's words: each tile's query wherever it stands, each explore's views."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from lineagebot.errors import SourceDenied
from lineagebot.model import AssetKind
from lineagebot.store.references import Place
from lineagebot.sync.looker_api import Api, Record
from lineagebot.sync.looker_liquid import values
from lineagebot.sync.looker_lookml import Lookml
from lineagebot.sync.looker_model import (
    Board,
    Explore,
    Field,
    Join,
    Looker,
    Opened,
    Query,
    Tile,
    User,
    View,
    fields_named,
)
from lineagebot.sync.place import dialect_named

#: Where dashboards stand that are written in LookML: they are in no folder.
LOOKML_FOLDER = "LookML dashboards"
#: Looker's own model of what happens in it: nobody's warehouse.
OWN_MODEL = "system__activity"
#: A table that Looker keeps for a view: its hash changes with each rebuild, the view's name stands at its end.
_KEPT_TABLE = r"(?:[`\"]?[\w-]+[`\"]?\.)*[`\"]?LR[_$][A-Z0-9]+_{view}[`\"]?"


@dataclass(slots=True)
class Reading:
    """One pass over an instance."""

    api: Api
    url: str
    lookml: Lookml | None = None
    history_days: int = 30
    problems: list[str] = field(default_factory=list)

    def read(self) -> Looker:
        """Raises SourceDenied, SourceUnreachable, SourceUnreadable; a part that may not be seen is a problem."""
        folders = {str(one.get("id")): one for one in self.api.folders()}
        boards = [*self._dashboards(folders), *self._looks(folders)]
        users = self._users()
        explores, views = self._explores(boards)
        if self.lookml is not None:
            explores += [
                e for e in self.lookml.explores if (e.model, e.name) not in {(x.model, x.name) for x in explores}
            ]
            known = {(view.model, view.name) for view in self.lookml.views}
            views = [*self.lookml.views, *(v for v in views if (v.model, v.name) not in known)]
            self.problems += self.lookml.problems
        return Looker(
            connections=self._connections(),
            views=tuple(views),
            explores=tuple(explores),
            boards=tuple(boards),
            users=tuple(users),
            opened=tuple(self._opened(users)),
            problems=tuple(self.problems),
        )

    def _connections(self) -> dict[str, Place]:
        try:
            return {str(one.get("name")): place_of(one) for one in self.api.connections()}
        except SourceDenied as exc:
            self.problems.append(str(exc))
            return {}

    def _users(self) -> list[User]:
        return [
            User(
                str(one.get("id")), str(one.get("display_name") or one.get("email") or one.get("id")), one.get("email")
            )
            for one in self.api.users()
        ]

    def _dashboards(self, folders: Mapping[str, Record]) -> Iterator[Board]:
        for one in self.api.dashboards():
            ident = str(one["id"])
            whole = self.api.dashboard(ident, str(one.get("updated_at") or "")) or {}
            tiles = tuple(self._tiles(whole.get("dashboard_elements") or ()))
            yield self._board(
                one, AssetKind.DASHBOARD, tiles, folders, f"/dashboards/{ident}", whole.get("description")
            )

    def _looks(self, folders: Mapping[str, Record]) -> Iterator[Board]:
        for one in self.api.looks():
            ident = str(one.get("id"))
            query = self.api.query(str(one["query_id"])) if one.get("query_id") else None
            tiles = (Tile(ident, str(one.get("title")), (query_of(query),)),) if query else ()
            yield self._board(one, AssetKind.REPORT, tiles, folders, f"/looks/{ident}", one.get("description"))

    def _board(
        self,
        one: Record,
        kind: AssetKind,
        tiles: tuple[Tile, ...],
        folders: Mapping[str, Record],
        path: str,
        description: Any,
    ) -> Board:
        folder = one.get("folder") or {}
        ident = str(folder.get("id") or one.get("folder_id") or "")
        around = _path(ident, folders) or ((str(folder["name"]),) if folder.get("name") else ())
        last = one.get("last_viewed_at")
        return Board(
            id=str(one.get("id")),
            kind=kind,
            title=str(one.get("title")),
            folder=around
            or (LOOKML_FOLDER, str((one.get("model") or {}).get("label") or str(one["id"]).split("::")[0])),
            tiles=tiles,
            url=self.url + path,
            description=str(description) if description else None,
            owner=str(one["user_id"]) if one.get("user_id") else None,
            personal=_is_personal(ident, folders),
            last_viewed=_moment(last),
            view_count=_number(one.get("view_count")),
        )

    def _tiles(self, elements: Iterable[Record]) -> Iterator[Tile]:
        for one in elements:
            if one.get("deleted"):
                continue
            if queries := tuple(self._queries(one)):
                look = one.get("look") or {}
                title = one.get("title") or look.get("title") or one.get("title_text") or f"Tile {one.get('id')}"
                yield Tile(str(one.get("id")), str(title), queries)

    def _queries(self, one: Record) -> Iterator[Query]:
        """Looker keeps a tile's question in one of several places."""
        maker = one.get("result_maker") or {}
        look = one.get("look") or {}
        merged = one.get("merge_result_id") or maker.get("merge_result_id")
        filters = tuple(
            str(listen.get("field"))
            for each in maker.get("filterables") or ()
            for listen in each.get("listen") or ()
            if listen.get("field")
        )
        if found := one.get("query") or look.get("query") or maker.get("query"):
            yield query_of(found, filters)
        elif merged:
            for source in (self.api.merge_query(str(merged)) or {}).get("source_queries") or ():
                inner = self.api.query(str(source.get("query_id")))
                if inner is not None:
                    yield query_of(inner, filters)
        elif sql := maker.get("sql_query_id"):
            told = self.api.sql_query(str(sql))
            if told is not None:
                yield Query(sql=told.get("sql"), connection=told.get("connection_name"))
        elif ident := one.get("query_id") or look.get("query_id") or maker.get("query_id"):
            inner = self.api.query(str(ident))
            if inner is not None:
                yield query_of(inner, filters)

    def _explores(self, boards: Sequence[Board]) -> tuple[list[Explore], list[View]]:
        """The explores that content asks, and the views beneath them."""
        asked: dict[tuple[str, str], None] = {}
        for query in (q for board in boards for tile in board.tiles for q in tile.queries):
            if query.model and query.explore and query.model != OWN_MODEL:
                asked[query.model, query.explore] = None
        explores: list[Explore] = []
        views: dict[tuple[str, str], View] = {}
        for model, name in asked:
            told = self.api.explore(model, name)
            if told is None:
                self.problems.append(
                    f"{self.api.source}: the explore {model}/{name} may not be seen; what feeds it is not known"
                )
                continue
            explore = _explore(model, name, told, self.url)
            explores.append(explore)
            for view in _views(explore, told, self.url):
                views.setdefault((model, view.name), view)
        return explores, [self._with_kept_table(view, boards) for view in views.values()]

    def _with_kept_table(self, view: View, boards: Sequence[Board]) -> View:
        """A derived view's table, where the API says none: it stands in the SQL that asks it."""
        if view.tables or self._is_written(view):
            return view
        pattern = re.compile(_KEPT_TABLE.replace("{view}", re.escape(view.name)), re.IGNORECASE)
        for query in (q for board in boards for tile in board.tiles for q in tile.queries):
            if query.id and query.model == view.model and any(f.startswith(f"{view.name}.") for f in query.fields):
                found = pattern.search(self.api.compiled(query.id) or "")
                if found is not None:
                    return replace(view, tables=(found[0],))
                break
        return view

    def _is_written(self, view: View) -> bool:
        written = self.lookml.views if self.lookml is not None else ()
        return any((one.model, one.name) == (view.model, view.name) for one in written)

    def _opened(self, users: Sequence[User]) -> Iterator[Opened]:
        by_mail = {user.email: user.id for user in users if user.email}
        try:
            rows = self.api.history(self.history_days)
        except SourceDenied as exc:
            self.problems.append(str(exc))
            return
        counted: dict[tuple[AssetKind, str, str, date], int] = {}
        for row in rows:
            user = str(row.get("user.id") or by_mail.get(str(row.get("user.email"))) or row.get("user.email") or "")
            day = _day(row.get("history.created_date"))
            times = _number(row.get("history.dashboard_run_count")) or _number(row.get("history.query_run_count"))
            for kind, name in ((AssetKind.DASHBOARD, "dashboard.id"), (AssetKind.REPORT, "look.id")):
                if row.get(name) and user and day and times:
                    place = (kind, str(row[name]), user, day)
                    counted[place] = counted.get(place, 0) + times
        for (kind, board, user, day), times in counted.items():
            yield Opened(kind, board, user, day, times)


def place_of(connection: Record) -> Place:
    """Where a connection leads. In BigQuery's `host` is the project, and `database` the dataset."""
    dialect = dialect_named(connection.get("dialect_name"))
    name, host = str(connection.get("name")), connection.get("host") or None
    database, schema = connection.get("database") or None, connection.get("schema") or None
    if any("{" in str(part) for part in (host, database, schema)):
        return Place(dialect, connection=name)  # decided by the user who asks
    if dialect == "bigquery":
        return Place(dialect, database=host, schema=database, connection=name)
    port = _number(connection.get("port"))
    return Place(dialect, host, port, database=database, schema=schema, connection=name)


def query_of(told: Record, filters: Sequence[str] = ()) -> Query:
    """The fields that a query shows, and those that only filter it."""
    fields = [str(name) for name in told.get("fields") or ()]
    asked = [*fields, *(str(name) for name in told.get("pivots") or ())]
    asked += _of_dynamic(told.get("dynamic_fields"))
    shown = dict.fromkeys(name for name in asked if "." in name)
    only = dict.fromkeys(name for name in (*(told.get("filters") or {}), *filters) if "." in name and name not in shown)
    return Query(
        told.get("model"), told.get("view"), tuple(shown), tuple(only), id=str(told["id"]) if told.get("id") else None
    )


def _of_dynamic(text: Any) -> list[str]:
    """The fields beneath custom measures and table calculations."""
    try:
        told = json.loads(text) if isinstance(text, str) else text
    except ValueError:
        return []
    found: list[str] = []
    for one in told if isinstance(told, list) else ():
        found += [str(one["based_on"])] if one.get("based_on") else []
        found += fields_named(str(one.get("expression") or ""))
    return found


def _explore(model: str, name: str, told: Record, url: str) -> Explore:
    base = str(told.get("view_name") or name)
    originals = _originals(told)
    joins = [Join(base if base in originals else name, originals.get(base, base))]
    for one in told.get("joins") or ():
        alias = str(one.get("name"))
        view = str(one.get("from") or originals.get(alias) or alias)
        nested = one.get("sql_on") is None and bool(one.get("sql"))
        joins.append(Join(alias, view, fields_named(one.get("sql_on")), nested))
    return Explore(
        model,
        name,
        str(told.get("label") or name),
        told.get("connection_name"),
        tuple(joins),
        f"{url}/explore/{model}/{name}",
    )


def _originals(told: Record) -> dict[str, str]:
    """Alias → the view that stands behind it."""
    fields = told.get("fields") or {}
    return {
        str(one["view"]): str(one.get("original_view") or one["view"])
        for kind in ("dimensions", "measures", "filters", "parameters")
        for one in fields.get(kind) or ()
        if one.get("view")
    }


def _views(explore: Explore, told: Record, url: str) -> Iterator[View]:
    tables = {explore.joins[0].alias: told.get("sql_table_name")}
    tables |= {str(one.get("name")): one.get("sql_table_name") for one in told.get("joins") or ()}
    done: set[str] = set()
    for join in explore.joins:
        if join.view in done:
            continue
        done.add(join.view)
        table = tables.get(join.alias)
        fields = tuple(_fields(told, join.alias))
        links = [one for one in _records(told) if one.get("view") == join.alias and one.get("lookml_link")]
        yield View(
            explore.model,
            join.view,
            explore.connection,
            tables=values(str(table)) if table else (),
            fields=fields,
            url=url + str(links[0]["lookml_link"]).split("?")[0] if links else None,
        )


def _fields(told: Record, alias: str) -> Iterator[Field]:
    for one in _records(told):
        if one.get("view") == alias:
            name = str(one.get("name", "")).rpartition(".")[2]
            kind = str(one.get("category") or "dimension")
            yield Field(name, kind, one.get("sql"), one.get("type"))


def _records(told: Record) -> Iterator[Record]:
    for found in (told.get("fields") or {}).values():
        yield from (one for one in found or () if isinstance(one, Mapping))


def _path(ident: str, folders: Mapping[str, Record]) -> tuple[str, ...]:
    """A folder's name with those around it, outermost first; the root that everything shares is left out."""
    found: list[str] = []
    seen: set[str] = set()
    while ident in folders and ident not in seen:
        seen.add(ident)
        one = folders[ident]
        parent = str(one.get("parent_id") or "")
        if parent in folders or not found:
            found.append(str(one.get("name")))
        ident = parent
    return tuple(reversed(found))


def _is_personal(ident: str, folders: Mapping[str, Record]) -> bool:
    one = folders.get(ident) or {}
    return bool(one.get("is_personal") or one.get("is_personal_descendant"))


def _moment(said: Any) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(said)) if said else None
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None


def _day(said: Any) -> date | None:
    try:
        return date.fromisoformat(str(said)[:10])
    except ValueError:
        return None


def _number(said: Any) -> int | None:
    """Looker says numbers as text at times."""
    try:
        return int(float(said)) if said not in (None, "") else None
    except (TypeError, ValueError):
        return None
