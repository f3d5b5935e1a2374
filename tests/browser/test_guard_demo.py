"""The playground of the real demo opens to this machine's browser alone, and its people cannot leave their database."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from lineagebot.playground.server import Playground
from lineagebot.terminal.stage import Stage


@pytest.fixture
def playground(demo: Stage) -> Playground:
    assert demo.playground is not None
    return demo.playground


@pytest.fixture
def browser(playground: Playground) -> Iterator[httpx.Client]:
    """A browser that has opened the link."""
    origin = {"Origin": playground.base_url}
    with httpx.Client(base_url=playground.base_url, headers=origin, trust_env=False, timeout=30) as client:
        client.get(playground.fresh_url()).raise_for_status()
        yield client


def run(browser: httpx.Client, sql: str, *, login: str = "anna", **headers: str) -> httpx.Response:
    return browser.post("/page/console", json={"login": login, "sql": sql}, headers=headers)


STRANGERS: tuple[tuple[str, dict[str, str]], ...] = (
    ("a foreign Host, as after DNS rebinding", {"Host": "evil.example"}),
    ("a foreign Origin", {"Origin": "https://evil.example"}),
    ("an Origin that is null, as from a sandboxed frame", {"Origin": "null"}),
)


@pytest.mark.parametrize("headers", [h for _, h in STRANGERS], ids=[name for name, _ in STRANGERS])
def test_a_stranger_runs_nothing(headers: dict[str, str], browser: httpx.Client) -> None:
    refused = run(browser, "SELECT 1", **headers)
    assert refused.status_code == 403
    assert refused.json()["error"].startswith("The playground")


def test_without_a_token_nothing_is_to_be_had(playground: Playground) -> None:
    with httpx.Client(base_url=playground.base_url, headers={"Origin": playground.base_url}, trust_env=False) as other:
        assert other.get("/").status_code == 403
        assert other.get("/?token=guessed").status_code == 403
        assert run(other, "SELECT 1").status_code == 403


def test_a_link_works_once(playground: Playground) -> None:
    link = playground.fresh_url()
    assert httpx.get(link, trust_env=False).status_code == 200
    again = httpx.get(link, trust_env=False)
    assert (again.status_code, "used already" in again.text) == (403, True)


#: Statement → what Postgres or the console says to it.
REFUSED = (
    ("COPY (SELECT 1) TO PROGRAM 'id'", "permission denied to COPY to or from an external program"),
    ("COPY raw.orders FROM PROGRAM 'id'", "permission denied to COPY to or from an external program"),
    ("COPY (SELECT 1) TO '/tmp/x'", "permission denied to COPY to a file"),
    ("SELECT pg_read_file('/etc/passwd')", "permission denied for function pg_read_file"),
    ("CREATE ROLE mallory SUPERUSER", "permission denied to create role"),
    ("SET ROLE postgres", "permission denied to set role"),
    ("SELECT pg_reload_conf()", "permission denied for function pg_reload_conf"),
    ("ALTER SYSTEM SET log_statement = 'none'", "permission denied to set parameter"),
    ("SELECT 1 -- " + "x" * 5_000_000, "longer than the console's 200,000 characters"),
)


@pytest.mark.parametrize(("sql", "says"), REFUSED, ids=[sql[:40] for sql, _ in REFUSED])
def test_the_console_refuses(sql: str, says: str, browser: httpx.Client) -> None:
    answer: dict[str, Any] = run(browser, sql).json()
    assert not answer["ok"]
    assert says in answer["error"]
    assert run(browser, "SELECT 1").json()["ok"]


def test_nobody_runs_as_someone_who_does_not_work_here(browser: httpx.Client) -> None:
    for login in ("postgres", "lineagebot", "pipeline", "mallory", ""):
        answer = run(browser, "SELECT 1", login=login).json()
        assert not answer["ok"], login
        assert answer["error"]
