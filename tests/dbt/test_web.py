"""Artifacts over HTTP: an address whose files are overwritten, and dbt's platform; a server stands in for both."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from lineagebot.errors import SourceDenied, SourceTrouble, SourceUnreachable, SourceUnreadable
from lineagebot.sync import dbt_cloud
from lineagebot.sync.dbt import DbtSource
from lineagebot.sync.dbt_options import DbtOptions
from lineagebot.sync.dbt_place import address_of, shown
from lineagebot.sync.http import Http, Patience

from .project import AT, manifest, node, result, run_results

NOW = AT + timedelta(hours=3)


@dataclass
class Server:
    """Answers as it is told, and remembers what it was asked."""

    address: str = ""
    #: Path (with its query, where that is named) → status, body.
    pages: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    #: Answers that come first, whatever is asked.
    first: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    tokens: list[str | None] = field(default_factory=list)
    sent: list[int] = field(default_factory=list)
    #: Bytes of each answer that are sent; None: all.
    cut: int | None = None
    #: Runs of dbt's platform, newest first.
    runs: list[dict[str, Any]] = field(default_factory=list)

    def put(self, path: str, body: Any) -> None:
        self.pages[path] = (200, json.dumps(body).encode())

    def answer(self, path: str) -> tuple[int, bytes, dict[str, str]]:
        self.asked.append(path)
        if self.first:
            status, headers = self.first.pop(0)
            return status, b"wait", headers
        parts = urlsplit(path)
        if parts.path.endswith("/runs/") and parts.path not in self.pages:
            return 200, json.dumps({"data": self._page(parse_qs(parts.query))}).encode(), {}
        status, body = self.pages.get(path) or self.pages.get(parts.path) or (404, b"{}")
        return status, body, self.headers

    def _page(self, asked: dict[str, list[str]]) -> list[dict[str, Any]]:
        job = asked.get("job_definition_id")
        found = [r for r in self.runs if job is None or str(r.get("job")) == job[0]]
        start = int(asked["offset"][0])
        return found[start : start + int(asked["limit"][0])]


@pytest.fixture
def server() -> Iterator[Server]:
    told = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            told.tokens.append(self.headers.get("Authorization"))
            status, body, headers = told.answer(self.path)
            if headers.get("ETag") and self.headers.get("If-None-Match") == headers["ETag"]:
                status, body = 304, b""
            told.sent.append(status)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[: told.cut])

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        told.address = f"http://127.0.0.1:{running.server_address[1]}"
        yield told
        running.shutdown()
        thread.join()


Make = Callable[..., DbtSource]


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def source(server: Server, waits: list[float], monkeypatch: pytest.MonkeyPatch) -> Iterator[Make]:
    monkeypatch.setenv("DBT_CLOUD_TOKEN", "dbtc_s3cret")

    def make(**options: Any) -> DbtSource:
        given = DbtOptions(**{"warehouse": "acme", **options})
        connect = partial(Http, patience=Patience(tries=2, sleep=waits.append, chance=lambda: 1.0))
        made.append(DbtSource("dbt", given, default_paths={}, clock=lambda: NOW, connect=connect))
        return made[-1]

    made: list[DbtSource] = []
    yield make
    for one in made:
        one.close()


def test_a_signature_stays_behind_the_files_name() -> None:
    assert address_of("https://b.test/dbt/?sig=1", "manifest.json") == "https://b.test/dbt/manifest.json?sig=1"
    assert address_of("https://b.test/{file}?x=1", "manifest.json") == "https://b.test/manifest.json?x=1"
    assert shown("https://anna:pw@b.test/dbt/manifest.json?sig=1") == "https://b.test/dbt/manifest.json"


def test_an_address_gives_its_newest_files_and_what_did_not_change_is_not_sent_again(
    server: Server, source: Make
) -> None:
    server.put("/dbt/manifest.json", manifest(node("model.shop.fct")))
    server.put("/dbt/run_results.json", run_results(result("model.shop.fct", query_id="q1")))
    server.headers["ETag"] = '"1"'
    dbt = source(artifacts=f"{server.address}/dbt")
    for sent in (2, 0):
        server.sent.clear()
        assert [str(i.asset.key) for i in dbt.inventory().items] == ["shop.analytics.fct"]
        assert server.sent.count(200) == sent
    assert [one.statement for page in dbt.pull(None) for one in page.ran] == ["q1"]


def test_it_waits_as_it_is_asked_to(server: Server, source: Make, waits: list[float]) -> None:
    server.put("/dbt/manifest.json", manifest(node("model.shop.fct")))
    server.first = [(429, {"Retry-After": "7"})]
    source(artifacts=f"{server.address}/dbt").inventory()
    assert waits == [7.0]


REFUSALS: dict[str, tuple[int, type[SourceTrouble], str]] = {
    "revoked": (401, SourceDenied, "the credentials are refused; correct `artifacts`; an address that is signed"),
    "forbidden": (
        403,
        SourceDenied,
        "no permission for /dbt/run_results.json; .* signed may have run out",
    ),
    "broken": (500, SourceUnreachable, "/dbt/run_results.json fails there with error 500; it is tried again"),
    "asked too often": (429, SourceUnreachable, "takes no more calls just now"),
    "nonsense": (400, SourceUnreadable, "refused as a bad request"),
    "not there": (404, SourceUnreadable, "there is no manifest.json in"),
}


@pytest.mark.parametrize(("status", "trouble", "says"), REFUSALS.values(), ids=REFUSALS.keys())
def test_each_refusal_is_told_apart_and_the_signature_kept_quiet(
    status: int, trouble: type[SourceTrouble], says: str, server: Server, source: Make
) -> None:
    for file in ("manifest", "run_results"):
        server.pages[f"/dbt/{file}.json"] = (status, b"")
    with pytest.raises(trouble, match=says) as caught:
        source(artifacts=f"{server.address}/dbt?sig=s3cret").inventory()
    assert "s3cret" not in str(caught.value)


def test_an_answer_that_is_cut_off_is_no_manifest(server: Server, source: Make) -> None:
    server.put("/dbt/manifest.json", manifest(node("model.shop.fct")))
    server.cut = 100
    with pytest.raises(SourceTrouble, match="it is tried again"):
        source(artifacts=f"{server.address}/dbt").inventory()


# dbt's platform

BASE = "/api/v2/accounts/7"


def run(number: int, hours: float, *, status: int = 10, job: int = 1, steps: int = 1) -> dict[str, Any]:
    names = ["Clone git repository", *(f"Invoke dbt with `dbt {n}`" for n in range(steps))]
    return {
        "id": number,
        "job": job,
        "status": status,
        "finished_at": (AT + timedelta(hours=hours)).isoformat(),
        "run_steps": [{"index": n + 1, "name": name} for n, name in enumerate(names)],
    }


def cloud(server: Server, source: Make, **more: Any) -> DbtSource:
    return source(cloud={"host": server.address, "account": 7, "environment": 3, **more})


def test_results_are_asked_for_step_by_step(server: Server, source: Make) -> None:
    server.runs = [run(12, 2, steps=2)]
    server.put(f"{BASE}/runs/12/artifacts/manifest.json", manifest(node("model.shop.fct")))
    server.put(f"{BASE}/runs/12/artifacts/run_results.json?step=2", run_results(result("m", query_id="build")))
    generated = run_results(result("m", query_id="docs"), which="generate", at=AT + timedelta(minutes=1))
    server.put(f"{BASE}/runs/12/artifacts/run_results.json?step=3", generated)
    dbt = cloud(server, source)
    assert len(dbt.inventory().items) == 1
    assert [one.statement for page in dbt.pull(None) for one in page.ran] == ["build"]
    assert set(server.tokens) == {"Token dbtc_s3cret"}
    assert not any("step=1" in asked for asked in server.asked)
    assert "environment_id=3" in server.asked[0]


def test_runs_are_listed_page_by_page_and_what_goes_on_is_passed_over(server: Server, source: Make) -> None:
    going_on = [run(100 + n, 5, status=3) for n in range(dbt_cloud.PAGE - 2)]
    server.runs = [*going_on, run(8, 4, status=20), run(7, 3), run(6, 2), run(5, -24 * 30)]
    for number, hours in ((8, 4), (7, 3), (6, 2), (5, -24 * 30)):
        told = run_results(result("m", query_id=f"q{number}"), invocation=f"i{number}", at=AT + timedelta(hours=hours))
        server.put(f"{BASE}/runs/{number}/artifacts/run_results.json?step=2", told)
    assert [o.statement for page in cloud(server, source).pull(None) for o in page.ran] == ["q6", "q7", "q8"]


def test_several_jobs_are_one_list_by_time(server: Server, source: Make) -> None:
    server.runs = [run(4, 4, job=2), run(3, 3, job=1), run(2, 2, job=2), run(1, 1, job=9)]
    for number in (1, 2, 3, 4):
        told = manifest(node(f"model.shop.m{number}"), at=AT + timedelta(hours=number))
        server.put(f"{BASE}/runs/{number}/artifacts/manifest.json", told)
    dbt = cloud(server, source, environment=None, jobs=(1, 2))
    assert [str(i.asset.key) for i in dbt.inventory().items] == ["shop.analytics.m4"]
    server.runs = [r for r in server.runs if r["id"] != 4]
    assert [str(i.asset.key) for i in dbt.inventory().items] == ["shop.analytics.m3"]


def test_what_a_run_left_is_fetched_once(server: Server, source: Make) -> None:
    server.runs = [run(1, 1)]
    server.put(f"{BASE}/runs/1/artifacts/manifest.json", manifest(node("model.shop.fct")))
    dbt = cloud(server, source)
    dbt.inventory()
    dbt.inventory()
    assert sum("manifest.json" in asked for asked in server.asked) == 1


def test_a_token_without_the_right_says_which_one_is_missing(server: Server, source: Make) -> None:
    server.first = [(403, {})]
    with pytest.raises(SourceDenied, match=r"give the token in DBT_CLOUD_TOKEN the permission") as caught:
        cloud(server, source).inventory()
    assert "s3cret" not in str(caught.value)


def test_an_answer_of_another_shape_is_said(server: Server, source: Make) -> None:
    server.pages[f"{BASE}/runs/"] = (200, b'{"status": {"code": 200}}')
    with pytest.raises(SourceUnreadable, match="the field data of api/v2/accounts/7/runs/ is missing"):
        cloud(server, source).inventory()
