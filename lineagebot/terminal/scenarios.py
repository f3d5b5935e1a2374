"""Scenarios as JSON: what stood there and who used it, what ran before, and what then happened.

A scenario has id, dialect, context {database, schema, consumer_roles}, assets_before, history and log; its answer
names the alerts that people would have been told once every settling window had passed.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from lineagebot.model import (
    AssetKey,
    AssetKind,
    Binding,
    Column,
    Edge,
    EdgeKind,
    How,
    Layer,
    Outcome,
    Relation,
    Session,
    Statement,
)
from lineagebot.sql.dialects import Dialect, Fold, dialect_of
from lineagebot.sql.names import folded_column, split_name
from lineagebot.sql.names import names as touched
from lineagebot.store.memory import LearningGraph
from lineagebot.sync.known import Known
from lineagebot.sync.source import LoggedStatement

Row = Mapping[str, Any]

SYSTEM = "log"
#: Where dashboards and reports stand.
BI = "bi"
#: What was there before stood so long.
LONG_AGO = timedelta(days=400)

_KINDS = {
    "table": AssetKind.TABLE,
    "view": AssetKind.VIEW,
    "materialized_view": AssetKind.MATERIALIZED_VIEW,
    "late_binding_view": AssetKind.VIEW,
    "external_table": AssetKind.FOREIGN_TABLE,
}
#: What people open; any other consumer stands in the warehouse itself.
_OPENED = {
    "dashboard": AssetKind.DASHBOARD,
    "report": AssetKind.REPORT,
    "workbook": AssetKind.REPORT,
    "notebook": AssetKind.REPORT,
    "chart": AssetKind.CHART,
}
_STATUS = {
    **dict.fromkeys(("success", "done", "finished", "ok"), Outcome.UNKNOWN),
    **dict.fromkeys(("running", "queued", "pending"), Outcome.RUNNING),
}
_VIEWS = (AssetKind.VIEW, AssetKind.MATERIALIZED_VIEW)


@dataclass(slots=True)
class Scenario:
    """One scenario, made ready for the fold."""

    id: str
    dialect: Dialect
    graph: LearningGraph
    known: Known
    history: list[LoggedStatement]
    log: list[LoggedStatement]
    #: Row numbers by statement id.
    numbers: dict[str, int]
    spellings: dict[AssetKey, str]


def scenario_of(case: Mapping[str, Any]) -> Scenario:
    """Raises KeyError, TypeError or ValueError on what is no scenario."""
    return _Builder(case).scenario()


class _Builder:
    def __init__(self, case: Mapping[str, Any]) -> None:
        self.case = case
        self.dialect = dialect_of(str(case["dialect"]))
        self.context: Mapping[str, Any] = case.get("context") or {}
        self.assets: list[Mapping[str, Any]] = list(case.get("assets_before") or ())
        self.texts = [str(row["sql"]) for row in (*(case.get("history") or ()), *(case.get("log") or ()))]
        self.database = self._database()
        self.graph = LearningGraph()
        self.spellings: dict[AssetKey, str] = {}
        self.numbers: dict[str, int] = {}

    def scenario(self) -> Scenario:
        log = self._rows("log")
        history = self._rows("history")
        first = min((one.statement.started_at for one in (*history, *log)), default=datetime(2000, 1, 1, tzinfo=UTC))
        self._lay(first - LONG_AGO, first)
        relations = [
            Relation(key, thing.kind, (thing.standing.columns if thing.standing else None) or ())
            for key, thing in self.graph.ledger.things.items()
            if key.system == SYSTEM
        ]
        return Scenario(
            str(self.case["id"]), self.dialect, self.graph, Known(relations), history, log, self.numbers, self.spellings
        )

    def _database(self) -> str | None:
        """The database that names without one stand in: as told, else the one that all names share."""
        if told := self.context.get("database"):
            return ".".join(split_name(str(told), self.dialect.name) or (str(told),))
        names = [self._parts(str(asset["name"])) for asset in self.assets]
        first = Counter(parts[0] for parts in names if len(parts) == 3)
        if first:
            return first.most_common(1)[0][0] if len(first) == 1 else None
        # Names of two parts in the catalog, of three in the log: "db"."schema"."table".
        ends = {parts[-2:] for parts in names if len(parts) == 2}
        session = Session(SYSTEM)
        found: Counter[str] = Counter()
        for text in self.texts:
            found.update(p[0] for p in touched(text, self.dialect.name, session) if len(p) == 3 and p[1:] in ends)
        return found.most_common(1)[0][0] if found else None

    def _parts(self, name: str) -> tuple[str, ...]:
        """A name as a catalog lists it: what is not in the system's own case is taken at its word where the log quotes
        it so, or where the system would never have folded it to that."""
        if any(quote in name for quote in '"`['):
            return split_name(name, self.dialect.name) or tuple(name.split("."))
        return tuple(self._part(part) for part in name.split("."))

    def _part(self, part: str) -> str:
        dialect = self.dialect
        if not dialect.quotes_keep or dialect.tables is Fold.KEEP:
            return part if dialect.tables is Fold.KEEP else part.lower()
        if dialect.tables is Fold.UPPER and part != part.upper():
            quoted = f'"{part}"'
            return part if any(quoted in text for text in self.texts) else part.upper()
        return part

    def _key(self, parts: tuple[str, ...]) -> AssetKey:
        if len(parts) == 2 and self.database:
            return AssetKey(SYSTEM, (self.database, *parts))
        return AssetKey(SYSTEM, parts)

    def _columns(self, names: Iterable[str]) -> list[str]:
        listed = list(names)
        literal = any(name != name.lower() for name in listed) and any(name != name.upper() for name in listed)
        if literal and self.dialect.quotes_keep:
            return listed
        return [folded_column(name, self.dialect, quoted=False) for name in listed]

    def _lay(self, at: datetime, first: datetime) -> None:
        kinds: dict[AssetKey, AssetKind] = {}
        bound: dict[AssetKey, bool] = {}
        for asset in self.assets:
            key = self._key(self._parts(str(asset["name"])))
            kind = _KINDS.get(str(asset.get("type") or "table"), AssetKind.TABLE)
            kinds[key] = kind
            bound[key] = kind in _VIEWS and self.dialect.views_bind_objects and asset.get("type") != "late_binding_view"
            said = asset.get("columns") or ()
            names = self._columns(name for name, _ in said)
            columns = tuple(Column(name, type_) for name, (_, type_) in zip(names, said, strict=True))
            self.graph.lay(key, kind, at, columns or None)
            self.spellings[key] = self.graph.titles[key] = str(asset["name"])
        edges: list[Edge] = []
        for asset in self.assets:
            key = self._key(self._parts(str(asset["name"])))
            for consumer in asset.get("downstream") or ():
                edges += self._consumer(key, consumer, kinds, bound, at)
            for source in asset.get("reads") or ():
                edges.append(self._edge(self._key(self._parts(str(source))), key, None, bound[key]))
        self.graph.join(edges, at)
        self._roles(first)

    def _consumer(
        self,
        key: AssetKey,
        consumer: Mapping[str, Any],
        kinds: dict[AssetKey, AssetKind],
        bound: dict[AssetKey, bool],
        at: datetime,
    ) -> Iterator[Edge]:
        name, opened = str(consumer["name"]), _OPENED.get(str(consumer.get("kind")))
        if opened is None and (" " in name or "/" in name):
            opened = AssetKind.OTHER
        target = AssetKey(BI, (name,)) if opened is not None else self._key(self._parts(name))
        if target not in kinds:
            kinds[target] = opened or (AssetKind.VIEW if consumer.get("kind") == "view" else AssetKind.TABLE)
            bound[target] = kinds[target] in _VIEWS and self.dialect.views_bind_objects
            self.graph.lay(target, kinds[target], at)
            self.graph.titles[target] = name
        yield self._edge(key, target, None, bound[target])
        known = self.graph.columns([key]).get(key, ())
        by_fold = {c.name.lower(): c.name for c in known}
        for column in self._columns(consumer.get("columns") or ()):
            yield self._edge(key, target, by_fold.get(column.lower(), column), bound[target])

    def _edge(self, source: AssetKey, target: AssetKey, column: str | None, bound: bool) -> Edge:
        binding = Binding.BY_OBJECT if bound else Binding.BY_NAME
        # What stands in the warehouse itself is known from what ran there: a view's new text says what it reads now.
        layer = Layer.DECLARED if target.system == BI else Layer.QUERY
        if column is None:
            return Edge(source, target, layer=layer, binding=binding)
        return Edge(source, target, EdgeKind.REFERENCE, column, how=How.FILTERED, layer=layer, binding=binding)

    def _roles(self, first: datetime) -> None:
        """The accounts that consumers read with."""
        roles: Mapping[str, Any] = self.context.get("consumer_roles") or {}
        for asset in self.assets:
            key = self._key(self._parts(str(asset["name"])))
            for consumer in asset.get("downstream") or ():
                role = roles.get(str(consumer["name"]))
                if role is not None:
                    self.graph.read_by(key, str(role), first.date(), by_machine=True)

    def _rows(self, part: str) -> list[LoggedStatement]:
        rows = list(enumerate(self.case.get(part) or ()))
        rows.sort(key=lambda pair: (_time(pair[1]["ts"]), pair[1].get("seq", pair[0]), pair[0]))
        ids = {row.get("seq"): f"{part}/{number}" for number, row in rows}
        return [self._logged(part, number, row, ids) for number, row in rows]

    def _logged(self, part: str, number: int, row: Row, ids: Mapping[Any, str]) -> LoggedStatement:
        login = row.get("user")
        outcome = _STATUS.get(str(row.get("status") or "success").lower(), Outcome.FAILED)
        identity = f"{part}/{number}"
        if part == "log":
            self.numbers[identity] = int(row.get("seq", number))
        statement = Statement(
            id=identity,
            system=SYSTEM,
            dialect=self.dialect.name,
            text=str(row["sql"]),
            started_at=_time(row["ts"]),
            login=str(login) if login else None,
            application=row.get("app"),
            session=str(row.get("session") or f"{login}/{number}"),
            transaction=str(row["txn"]) if row.get("txn") is not None else None,
            parent=ids.get(row.get("child_of")) if row.get("child_of") is not None else None,
            seq=number,
            outcome=outcome,
            rows=row.get("rows_affected"),
            error=row.get("error"),
        )
        return LoggedStatement(statement, self._session(statement.login))

    def _session(self, login: str | None) -> Session:
        schema = self.context.get("schema")
        folded = split_name(str(schema), self.dialect.name) if schema else None
        path = folded[-1:] if folded else (("public",) if self.dialect.views_bind_objects else ())
        return Session(SYSTEM, self.database, path, login, default_search_path=path)


def _time(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def cases(lines: Iterable[str]) -> Iterator[Mapping[str, Any]]:
    """Each line's JSON. Raises ValueError on a line that is none."""
    for line in lines:
        if line.strip():
            yield json.loads(line)
