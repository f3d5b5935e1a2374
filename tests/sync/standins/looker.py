"""A small Looker over HTTP: logs in, pages, and refuses as Looker does (404 for what may not be seen)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import httpx

from lineagebot.sync.http import Http, Patience
from lineagebot.sync.looker import LookerOptions, LookerSource
from lineagebot.sync.looker_api import Api

from . import Bench, StandIn, Trouble

Answer = Any
URL = "https://looker.test"

FOLDERS = [
    {"id": "1", "name": "Shared", "parent_id": None},
    {"id": "10", "name": "Finance", "parent_id": "1"},
    {"id": "20", "name": "Ann Doe", "parent_id": "1", "is_personal": True},
]
QUERIES = {
    "101": {"id": "101", "model": "sales", "view": "orders", "fields": ["orders.month", "orders.total"],
            "filters": {"buyer.country": "DE"}},
    "102": {"id": "102", "model": "sales", "view": "orders", "fields": ["buyer.name"],
            "dynamic_fields": '[{"based_on": "orders.total"}, {"expression": "${orders.margin} * 2"}]'},
    "103": {"id": "103", "model": "sales", "view": "facts", "fields": ["facts.value"]},
}  # fmt: skip


def _field(view: str, name: str, sql: str | None, kind: str = "dimension", type_: str = "string") -> dict[str, Any]:
    original = "customers" if view == "buyer" else view
    return {
        "name": f"{view}.{name}",
        "view": view,
        "original_view": original,
        "sql": sql,
        "category": kind,
        "type": type_,
    }


EXPLORES = {
    "sales/orders": {
        "label": "Orders", "connection_name": "shop", "view_name": "orders", "sql_table_name": "marts.orders",
        "joins": [{"name": "buyer", "from": "customers", "sql_table_name": "marts.customers",
                   "sql_on": "${orders.buyer_id} = ${buyer.id}"}],
        "fields": {
            "dimensions": [_field("orders", "month", "${TABLE}.created_at"),
                           _field("orders", "buyer_id", "${TABLE}.buyer"),
                           _field("buyer", "id", "${TABLE}.id"), _field("buyer", "country", "${TABLE}.country"),
                           _field("buyer", "name", "${first} || ' ' || ${TABLE}.last"),
                           _field("buyer", "first", "${TABLE}.first_name")],
            "measures": [_field("orders", "total", "${TABLE}.amount", "measure", "sum"),
                         _field("orders", "margin", "${total} - ${TABLE}.cost", "measure", "number")],
        },
    },
    "sales/facts": {
        "label": "Facts", "connection_name": "shop", "view_name": "facts",
        "fields": {"dimensions": [_field("facts", "value", "${TABLE}.value")]},
    },
}  # fmt: skip
TILES = [
    {"id": "501", "title": "Revenue", "query": QUERIES["101"]},
    {"id": "502", "title": "Buyers", "look_id": "31", "look": {"id": "31", "title": "Buyers", "query_id": "102"}},
    {"id": "503", "title": "Merged", "merge_result_id": "m1"},
    {"id": "504", "title": "By hand", "result_maker": {"sql_query_id": "abc"}},
    {"id": "505", "type": "text", "body_text": "hello"},
]
#: Enough for several pages of a list.
SCRATCH = [{"id": str(n), "title": f"Scratch {n}", "folder": {"id": "20"}, "user_id": "6"} for n in range(1000, 1520)]
DASHBOARDS = [
    {"id": "42", "title": "Revenue", "folder": {"id": "10"}, "user_id": "5"},
    {"id": "sales::ops", "title": "Ops", "folder": None, "model": {"id": "sales", "label": "Sales"}, "readonly": True},
    *SCRATCH,
]
DETAILS = {
    "42": {"id": "42", "description": "Weekly", "dashboard_elements": TILES},
    "sales::ops": {"id": "sales::ops", "dashboard_elements": [{"id": "601", "title": "Facts", "query_id": "103"}]},
}
MORE = [
    {"id": "42", "updated_at": "2026-11-20T09:00:00.000+00:00", "last_viewed_at": "2026-11-21T09:00:00.000+00:00",
     "view_count": 512},
    *({"id": one["id"], "updated_at": "2026-11-01T09:00:00.000+00:00"} for one in SCRATCH),
]  # fmt: skip
USERS = [
    {"id": "5", "email": "Ann@Example.com", "display_name": "Ann Doe"},
    {"id": "6", "email": None, "display_name": "Scheduler"},
]
LOOKS = [{"id": "31", "title": "Buyers", "folder": {"id": "10"}, "user_id": "5", "query_id": "102", "view_count": 3}]
HISTORY = [
    {"history.created_date": "2026-11-20", "dashboard.id": "42", "user.id": 5, "history.dashboard_run_count": "7"},
    {"history.created_date": "2026-11-20", "dashboard.id": "42", "user.id": 5, "history.dashboard_run_count": 2},
    {"history.created_date": "2026-11-20", "look.id": "31", "user.email": "Ann@Example.com",
     "history.query_run_count": 1},
]  # fmt: skip
CONNECTIONS = [
    {"name": "shop", "dialect_name": "postgres", "host": "DB.internal", "port": "5432", "database": "shop",
     "schema": "public", "tmp_db_name": "scratch"}
]  # fmt: skip
COMPILED = {"103": 'SELECT facts.value FROM "scratch"."LR$7K3XZ1689_facts" AS facts'}
SQL = {"abc": {"slug": "abc", "sql": "select total from marts.revenue", "connection_name": "shop"}}
MERGED = {"m1": {"source_queries": [{"query_id": "102"}, {"query_id": "103"}]}}

#: Lists by address, whole.
LISTS: Mapping[str, Answer] = {
    "folders": FOLDERS, "dashboards": DASHBOARDS, "dashboards/search": MORE, "looks/search": LOOKS, "users": USERS,
    "connections": CONNECTIONS, "user": {"id": "9", "display_name": "Lineage Bot"}, "queries/run/json": HISTORY,
}  # fmt: skip
#: Single things by address and name.
THINGS: Mapping[str, Mapping[str, Answer]] = {
    "dashboards": DETAILS | {one["id"]: {"dashboard_elements": []} for one in SCRATCH},
    "queries": QUERIES, "merge_queries": MERGED, "sql_queries": SQL,
}  # fmt: skip


class FakeLooker:
    """Answers as an instance does. `denied`: what its role may not see; `changed`: lists answered otherwise."""

    def __init__(self, *, denied: frozenset[str] = frozenset(), changed: Mapping[str, Answer] | None = None) -> None:
        self.denied = denied
        self.changed = dict(changed or {})
        self.calls: list[str] = []
        self.token = 0
        #: Calls that are answered with 429 first.
        self.busy = 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        path = unquote(urlsplit(str(request.url)).path).removeprefix("/api/4.0/")
        asked = {name: value[0] for name, value in parse_qs(urlsplit(str(request.url)).query).items()}
        self.calls.append(path)
        if path == "login":
            if "client_secret=right" not in request.content.decode():
                return _not_found()
            self.token += 1
            return httpx.Response(200, json={"access_token": f"t{self.token}", "expires_in": 3600})
        if request.headers.get("authorization") != f"Bearer t{self.token}":
            return httpx.Response(401, json={"message": "Requires authentication."})
        if self.busy:
            self.busy -= 1
            return httpx.Response(429, headers={"retry-after": "1"})
        if path.split("/")[0] in self.denied or path in self.denied:
            return _not_found()
        return self._found(path, asked)

    def _found(self, path: str, asked: Mapping[str, str]) -> httpx.Response:
        if path in LISTS:
            rows = self.changed.get(path, LISTS[path])
            if "limit" in asked:
                rows = rows[int(asked["offset"]) :][: int(asked["limit"])]
            return httpx.Response(200, json=rows)
        if compiled := re.fullmatch(r"queries/(\w+)/run/sql", path):
            return httpx.Response(200, text=COMPILED[compiled[1]])
        if explore := re.fullmatch(r"lookml_models/([^/]+)/explores/([^/]+)", path):
            return _one(EXPLORES, f"{explore[1]}/{explore[2]}")
        kind, _, name = path.partition("/")
        return _one(THINGS.get(kind, {}), name)


def source_on(
    looker: FakeLooker,
    *,
    secret: str = "right",
    clock: Callable[[], float] = lambda: 0.0,
    tries: int = 3,
    **options: Any,
) -> LookerSource:
    """A source that talks to it; nobody waits."""
    settings = LookerOptions(url=URL, client_id="me", client_secret=secret, **options)
    patience = Patience(tries, lambda seconds: None)
    http = Http("other", URL, renew="make a new API3 key", patience=patience, transport=httpx.MockTransport(looker))
    return LookerSource("other", settings, api=Api("other", URL, "me", secret, http=http, clock=clock), clock=clock)


def stand_in(bench: Bench) -> StandIn:
    nameless = [{**DASHBOARDS[0], "title": None}]
    return StandIn(
        source=lambda: source_on(FakeLooker()),
        denied=Trouble(
            lambda: source_on(FakeLooker(denied=frozenset({"dashboards"}))), ("may not be seen", "see_user_dashboards")
        ),
        broken=Trouble(
            lambda: source_on(FakeLooker(changed={"dashboards": nameless})), ("the field title of dashboard 42",)
        ),
        has_log=False,
    )


def _one(things: Mapping[str, Answer], name: str) -> httpx.Response:
    return httpx.Response(200, json=things[name]) if name in things else _not_found()


def _not_found() -> httpx.Response:
    return httpx.Response(404, json={"message": "Not found", "documentation_url": "x"})
