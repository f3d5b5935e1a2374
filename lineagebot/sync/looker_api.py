"""Looker's API 4.0: the login that lasts an hour, lists page by page, and what never changes asked for once.

Our own door (http.py) and not Looker's SDK: that one throws the status of an answer away, and with it what tells a
limit from a missing right. Looker says 404 for what may not be seen, so a 404 is never taken as a deletion.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import quote

from lineagebot.errors import SourceDenied, SourceUnreadable
from lineagebot.sync.http import Budget, Http, NotThere, by_offset, told

API = "api/4.0"
#: Rows a page.
PAGE = 500
#: Seconds before its end at which a token is renewed.
EARLY = 60.0
#: Seconds for which an explore is taken as it was: it changes when LookML is deployed.
EXPLORE_KEPT = 86_400.0
#: Rows of System Activity asked for at once.
HISTORY_ROWS = 5000
#: The rights of the role that reads, as Looker's page of roles names them.
RIGHTS = (
    "access_data, see_lookml_dashboards, see_looks, see_user_dashboards, explore, see_sql, see_lookml, see_queries, "
    "see_users, see_datagroups, see_pdts, see_system_activity"
)
NEEDS = f"give its role the permissions {RIGHTS}, and View on the folders"

Record = Mapping[str, Any]


class Api:
    """What is asked of one instance."""

    def __init__(
        self,
        source: str,
        url: str,
        client_id: str,
        client_secret: str,
        *,
        http: Http | None = None,
        budget: Budget | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.source = source
        self._http = http or Http(source, url, renew="make a new API3 key for its user", budget=budget)
        self._credentials = {"client_id": client_id, "client_secret": client_secret}
        self._clock = clock
        self._token = ""
        self._until = float("-inf")
        #: Queries never change once they are made; explores and dashboards are told apart by age and by version.
        self._queries: dict[tuple[str, str], Record] = {}
        self._explores: dict[tuple[str, str], tuple[float, Record | None]] = {}
        self._dashboards: dict[str, tuple[str, Record]] = {}
        self.calls = 0

    def close(self) -> None:
        self._http.close()

    def me(self) -> Record:
        found: Record = self._get("user", fields="id,display_name")
        return found

    def folders(self) -> list[Record]:
        return list(self._get("folders", fields="id,name,parent_id,is_personal,is_personal_descendant"))

    def connections(self) -> list[Record]:
        """Raises SourceDenied where they may not be seen."""
        try:
            return list(self._get("connections", fields="name,dialect_name,host,port,database,schema,tmp_db_name"))
        except NotThere as exc:
            raise SourceDenied(f"{self.source}: its connections may not be seen; {NEEDS}") from exc

    def users(self) -> Iterator[Record]:
        return self._all("users", "id,email,display_name")

    def dashboards(self) -> Iterator[Record]:
        """All that are shown, those of LookML too; of the others what `dashboard/search` adds stands beside."""
        try:
            listed = self._get("dashboards", fields="id,title,folder,model,readonly,user_id,hidden")
        except NotThere as exc:
            raise SourceDenied(f"{self.source}: its dashboards may not be seen; {NEEDS}") from exc
        fields = "id,updated_at,last_viewed_at,view_count"
        more = {told(one, "id", str, source=self.source, where="a dashboard"): one
                for one in self._all("dashboards/search", fields, sorts="id", deleted="false")}  # fmt: skip
        for one in listed:
            ident = told(one, "id", str, source=self.source, where="a dashboard")
            told(one, "title", str, source=self.source, where=f"dashboard {ident}")
            yield {**one, **more.get(ident, {})}

    def dashboard(self, ident: str, version: str) -> Record | None:
        """With its tiles; asked for again where `version` is another. None where it may not be seen."""
        known = self._dashboards.get(ident)
        if known is not None and version and known[0] == version:
            return known[1]
        found = self._maybe(f"dashboards/{quote(ident, safe='')}")
        if found is not None:
            self._dashboards[ident] = (version, found)
        return found

    def looks(self) -> Iterator[Record]:
        fields = "id,title,folder,folder_id,user_id,query_id,description,last_viewed_at,view_count,updated_at"
        return self._all("looks/search", fields, sorts="id", deleted="false")

    def query(self, ident: str) -> Record | None:
        return self._once("queries", ident)

    def merge_query(self, ident: str) -> Record | None:
        return self._once("merge_queries", ident)

    def sql_query(self, slug: str) -> Record | None:
        return self._once("sql_queries", slug)

    def compiled(self, query: str) -> str | None:
        """The SQL that a query becomes; it is not run."""
        found = self._once("compiled", query, path=f"queries/{quote(query, safe='')}/run/sql", text=True)
        return None if found is None else str(found["text"])

    def explore(self, model: str, name: str) -> Record | None:
        """None where it may not be seen."""
        kept = self._explores.get((model, name))
        if kept is None or self._clock() - kept[0] > EXPLORE_KEPT:
            path = f"lookml_models/{quote(model, safe='')}/explores/{quote(name, safe='')}"
            kept = self._explores[model, name] = (self._clock(), self._maybe(path))
        return kept[1]

    def history(self, days: int) -> list[Record]:
        """Who opened what on which day, by System Activity. Raises SourceDenied."""
        fields = ["history.created_date", "dashboard.id", "look.id", "user.id", "user.email",
                  "history.dashboard_run_count", "history.query_run_count"]  # fmt: skip
        body = {
            "model": "system__activity",
            "view": "history",
            "fields": fields,
            "filters": {"history.created_date": f"{days} days"},
            "sorts": ["history.created_date"],
            "limit": str(HISTORY_ROWS),
        }
        try:
            rows = self._ask("POST", "queries/run/json", json=body)
        except (NotThere, SourceUnreadable) as exc:
            raise SourceDenied(f"{self.source}: its System Activity may not be seen; {NEEDS}") from exc
        return [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []

    def _all(self, path: str, fields: str, **asked: str) -> Iterator[Record]:
        def fetch(offset: int, limit: int) -> list[Record]:
            rows: list[Record] = self._get(path, fields=fields, offset=offset, limit=limit, **asked)
            return rows

        return by_offset(fetch, size=PAGE, key=lambda row: row.get("id"))

    def _once(self, kind: str, ident: str, *, path: str | None = None, text: bool = False) -> Record | None:
        known = self._queries.get((kind, ident))
        if known is None:
            known = self._maybe(path or f"{kind}/{quote(ident, safe='')}", text=text)
            if known is not None:
                self._queries[kind, ident] = known
        return known

    def _maybe(self, path: str, *, text: bool = False) -> Record | None:
        try:
            found = self._ask("GET", path, text=text)
        except NotThere:
            return None
        return {"text": found} if text else found

    def _get(self, path: str, **parameters: Any) -> Any:
        return self._ask("GET", path, params=parameters)

    def _ask(self, method: str, path: str, **rest: Any) -> Any:
        for renewed in (False, True):
            if renewed or self._clock() > self._until:
                self._login()
            self.calls += 1
            headers = {"Authorization": f"Bearer {self._token}"}
            try:
                return self._http.ask(method, f"{API}/{path}", needs=NEEDS, headers=headers, **rest)
            except SourceDenied:
                # A token may end before its hour; one that is new was refused for good.
                if renewed:
                    raise
        raise AssertionError("the second try returns or raises")

    def _login(self) -> None:
        try:
            found = self._http.ask("POST", f"{API}/login", needs=NEEDS, data=self._credentials)
        except NotThere as exc:
            raise SourceDenied(f"{self.source}: the client id or secret is wrong; make a new API3 key") from exc
        self._token = told(found, "access_token", str, source=self.source, where="the login")
        self._until = self._clock() + float(found.get("expires_in") or 3600) - EARLY
