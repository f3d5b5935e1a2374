"""The web server mounts what it is handed, tells how it is, and refuses what is too large."""

from __future__ import annotations

import http.client
import json
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from prometheus_client import CollectorRegistry, Counter
from starlette.requests import Request
from starlette.responses import PlainTextResponse

from lineagebot.web.server import PortTaken, WebServer


async def echo(scope, receive, send):
    body = await Request(scope, receive).body()
    await PlainTextResponse(f"{scope['method']} {len(body)}")(scope, receive, send)


@contextmanager
def serving(**options):
    web = WebServer({"/slack/events": echo}, **options)
    web.start()
    try:
        yield web
    finally:
        web.stop()


def ask(web, method, path, body=None, headers=None):
    place = urlsplit(web.url)
    connection = http.client.HTTPConnection(place.hostname, place.port, timeout=30)
    try:
        connection.request(method, path, body=body, headers=headers or {})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


@pytest.mark.parametrize("path", ["/slack/events", "/slack/events/", "/slack/events/more"])
def test_an_app_is_served_where_it_was_mounted(path):
    with serving() as web:
        assert ask(web, "POST", path, "hello") == (200, "POST 5")


def test_elsewhere_is_nothing():
    with serving() as web:
        assert ask(web, "GET", "/docs")[0] == 404


def test_health_tells_what_it_is_told():
    with serving(health=lambda: (True, {"slack": "connected"})) as web:
        status, says = ask(web, "GET", "/health")
        assert (status, json.loads(says)) == (200, {"status": "ok", "slack": "connected"})
    with serving(health=lambda: (False, {"slack": "down"})) as web:
        status, says = ask(web, "GET", "/health")
        assert (status, json.loads(says)) == (503, {"status": "trouble", "slack": "down"})


def test_metrics_are_prometheus():
    registry = CollectorRegistry()
    Counter("answers", "Answers given.", registry=registry).inc(3)
    with serving(registry=registry) as web:
        status, says = ask(web, "GET", "/metrics")
        assert status == 200
        assert "answers_total 3.0" in says


def test_a_body_that_is_too_large_is_refused():
    with serving(largest_body=1000) as web:
        assert ask(web, "POST", "/slack/events", "x" * 1001)[0] == 413
        assert ask(web, "POST", "/slack/events", "x" * 1000) == (200, "POST 1000")
        assert ask(web, "POST", "/slack/events", iter([b"x" * 600, b"x" * 600]))[0] == 413
        assert ask(web, "POST", "/slack/events", iter([b"x" * 400, b"x" * 600])) == (200, "POST 1000")


def test_a_port_that_is_taken_is_named():
    with serving() as web:
        port = urlsplit(web.url).port
        with pytest.raises(PortTaken, match=str(port)):
            WebServer({}, port=port).start()


def test_it_can_be_stopped_and_the_port_is_free_again():
    with serving() as web:
        port = urlsplit(web.url).port
    with serving(port=port) as again:
        assert ask(again, "GET", "/health")[0] == 200
