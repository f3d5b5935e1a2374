"""The playground opens to this machine's browser with the one-time link, and to nobody else."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from slack_sdk import WebClient
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from lineagebot.playground.clock import Patience
from lineagebot.playground.fake import FakeSlack
from lineagebot.playground.server import Playground
from tests.playground.conftest import QUICK, populate


@dataclass
class Result:
    ok: bool
    rows: tuple[tuple[Any, ...], ...]


@pytest.fixture(scope="module")
def playground() -> Iterator[Playground]:
    fake = FakeSlack(patience=QUICK)
    populate(fake)
    people = [{"user_id": "U0ANNA", "login": "anna", "label": "Anna", "note": "analyst"}]
    with Playground(fake, lambda login, sql: Result(True, ((login, sql),)), people) as running:
        yield running


@contextmanager
def browser(playground: Playground) -> Iterator[httpx.Client]:
    """A browser that has opened the link."""
    origin = {"Origin": playground.base_url}
    with httpx.Client(base_url=playground.base_url, headers=origin, trust_env=False) as client:
        client.get(playground.fresh_url()).raise_for_status()
        yield client


def test_the_link_opens_the_page_once(playground: Playground) -> None:
    with httpx.Client(trust_env=False) as first, httpx.Client(trust_env=False) as second:
        link = playground.url
        opened = first.get(link)
        assert opened.status_code == 200
        assert opened.text == first.get(playground.base_url).text
        cookie = opened.headers["set-cookie"]
        assert "HttpOnly; SameSite=Strict" in cookie
        assert "<!doctype html>" in first.get(playground.base_url).text
        again = second.get(link)
        assert (again.status_code, "set-cookie" in again.headers) == (403, False)
        assert "used already" in again.text
        assert second.get(playground.base_url).status_code == 403
        assert first.get(link, follow_redirects=True).status_code == 200


def test_every_answer_to_a_browser_is_sealed(playground: Playground) -> None:
    with browser(playground) as client:
        for path in ("/", "/page.js", "/nothing-here"):
            headers = client.get(path).headers
            policy = headers["content-security-policy"]
            assert "frame-ancestors 'none'" in policy
            assert "script-src 'self';" in policy
            assert headers["referrer-policy"] == "no-referrer"
            assert headers["x-content-type-options"] == "nosniff"


def act(path: str = "/page/say", method: str = "POST", **headers: str) -> dict[str, Any]:
    return {"path": path, "method": method, "headers": headers}


REFUSED = [
    ("a foreign Host, as after DNS rebinding", act(Host="evil.example"), "127.0.0.1"),
    ("the right name at another port", act(Host="127.0.0.1:1"), "127.0.0.1"),
    ("a name that only begins right", act(Host="localhost.evil.example"), "127.0.0.1"),
    ("a foreign Host on a page", act("/", "GET", Host="evil.example"), "127.0.0.1"),
    ("a foreign Host on the bot's side", act("/api/auth.test", Host="evil.example"), "127.0.0.1"),
    ("a foreign Origin", act(Origin="https://evil.example"), "its own page"),
    ("a sandboxed frame", act(Origin="null"), "its own page"),
    ("another port of this machine", act(Origin="http://127.0.0.1:1"), "its own page"),
    ("the other name of this machine", act(Origin="http://localhost:{port}"), "its own page"),
    ("no Origin", act(Origin=""), "its own page"),
    ("a page's script, from elsewhere", act("/page.js", "GET", **{"Sec-Fetch-Site": "cross-site"}), "its own page"),
    ("the console, from elsewhere", act("/page/console", Origin="https://evil.example"), "its own page"),
    ("Slack's API, from a browser", act("/api/chat.postMessage", Origin="https://evil.example"), "its own page"),
    ("Slack's API, from the page itself", act("/api/chat.postMessage", Origin="{base}"), "its own page"),
    ("no cookie", act(Cookie=""), "link"),
    ("a wrong cookie", act(Cookie="lb_play_{port}=guess"), "link"),
    ("the console without a cookie", act("/page/console", Cookie=""), "link"),
    ("a made-up token", act("/?token=guess", "GET", Cookie=""), "link"),
    ("the page without a token", act("/", "GET", Cookie=""), "link"),
    ("a script without a cookie", act("/page.js", "GET", Cookie=""), "link"),
]


@pytest.mark.parametrize(("asked", "sentence"), [r[1:] for r in REFUSED], ids=[r[0] for r in REFUSED])
def test_everything_else_is_refused_with_a_sentence(playground: Playground, asked: Any, sentence: str) -> None:
    with browser(playground) as client:
        port, base = playground.base_url.rpartition(":")[2], playground.base_url
        changed = {k: v.format(port=port, base=base) for k, v in asked["headers"].items()}
        if changed.get("Cookie") is not None:
            client.cookies.clear()
        if changed.get("Origin") == "":
            del client.headers["Origin"], changed["Origin"]
        body = {"as": "U0ANNA", "channel": "C0GENERAL", "text": "boo", "login": "anna", "sql": "select 1"}
        json = body if asked["method"] == "POST" else None
        answer = client.request(asked["method"], asked["path"], headers=changed, json=json)
    assert answer.status_code == 403
    assert sentence in answer.text
    assert "select 1" not in answer.text
    assert playground.fake.messages("general") == []


LIVE = [
    ("no cookie", {"cookie": ""}),
    ("a foreign Origin", {"origin": "https://evil.example"}),
    ("no Origin", {"origin": None}),
]


@pytest.mark.parametrize("changed", [r[1] for r in LIVE], ids=[r[0] for r in LIVE])
def test_the_live_line_is_refused(playground: Playground, changed: dict[str, Any]) -> None:
    with browser(playground) as client:
        cookie = "; ".join(f"{k}={v}" for k, v in client.cookies.items())
    asked = {"cookie": cookie, "origin": playground.base_url, **changed}
    url = playground.base_url.replace("http", "ws") + "/page/live?as=U0ANNA"
    headers = {"Cookie": asked["cookie"]}
    with (
        pytest.raises(InvalidStatus) as refused,
        connect(url, origin=asked["origin"], additional_headers=headers, proxy=None),
    ):
        pass
    assert refused.value.response.status_code == 403


def test_the_console_takes_only_people_of_the_demo(playground: Playground) -> None:
    with browser(playground) as client:
        asked = {"as": "U0ANNA", "sql": "select 1"}
        assert client.post("/page/console", json={**asked, "login": "anna"}).json() == {
            "ok": True,
            "rows": [["anna", "select 1"]],
        }
        refused = client.post("/page/console", json={**asked, "login": "postgres"}).json()
        assert (refused["ok"], "postgres" in refused["error"]) == (False, True)


def test_files_outside_of_the_page_are_not_served(playground: Playground) -> None:
    with browser(playground) as client:
        for path in ("/..%2Fserver.py", "/%2e%2e/server.py", "/static/..%2f..%2fserver.py", "//etc/passwd"):
            answer = client.get(path)
            assert answer.status_code in (403, 404), path
            assert "import" not in answer.text


def test_the_bot_reaches_the_same_port_with_its_token(playground: Playground) -> None:
    client = WebClient(token=playground.fake.bot_token, base_url=playground.fake.api_url)
    assert playground.fake.api_url.startswith(playground.base_url)
    assert client.auth_test()["user"] == "lineagebot"


def test_a_fake_that_is_served_already_keeps_its_address() -> None:
    with FakeSlack(patience=Patience()) as fake:
        before = fake.api_url
        with Playground(fake) as running:
            assert fake.api_url == before
            assert running.base_url not in before
        assert WebClient(token=fake.bot_token, base_url=before).auth_test()["ok"]


def ask(playground: Playground, path: str, **headers: str) -> int:
    """The status of a GET whose path and headers go out byte for byte, as no browser would send them."""
    host, _, port = playground.base_url.removeprefix("http://").partition(":")
    lines = [f"GET {path} HTTP/1.1", f"Host: {host}:{port}", *(f"{k}: {v}" for k, v in headers.items()), "", ""]
    with socket.create_connection((host, int(port)), timeout=10) as wire:
        wire.sendall("\r\n".join([*lines[:-2], "Connection: close", "", ""]).encode("latin-1"))
        return int(wire.makefile("rb").readline().split()[1])


@pytest.mark.parametrize(
    "path",
    ["/../../../etc/passwd", "/..%2f..%2fetc/passwd", "//etc/passwd", "/static//etc/passwd", "/static/%2e%2e/guard.py"],
)
def test_no_path_leads_out_of_the_built_page(playground: Playground, path: str) -> None:
    with browser(playground) as client:
        (cookie,) = (f"{name}={value}" for name, value in client.cookies.items())
    assert ask(playground, path, Cookie=cookie) in (403, 404)


@pytest.mark.parametrize("path", ["/api/../index.html", "/link/../index.html", "/upload/../../index.html"])
def test_the_bots_side_is_no_way_around_the_cookie(playground: Playground, path: str) -> None:
    assert ask(playground, path) == 403


@pytest.mark.parametrize("path", ["/a%00b", "/" + "a" * 5000, "/%ff%fe"], ids=["zero byte", "long", "no text"])
def test_a_name_that_no_file_can_have_is_not_found(playground: Playground, path: str) -> None:
    with browser(playground) as client:
        (cookie,) = (f"{name}={value}" for name, value in client.cookies.items())
    assert ask(playground, path, Cookie=cookie) == 404


def test_a_cookie_of_strange_letters_opens_nothing(playground: Playground) -> None:
    port = playground.base_url.rpartition(":")[2]
    assert ask(playground, "/", Cookie=f"lb_play_{port}=\xe9\xff") == 403


def test_a_body_nested_beyond_reading_is_refused_with_a_sentence(playground: Playground) -> None:
    with browser(playground) as client:
        said = client.post("/page/say", content=b"[" * 200_000).json()
    assert said == {"ok": False, "error": "The page sent something that cannot be read."}
