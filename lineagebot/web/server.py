"""One small web server: mounts the ASGI apps that it is handed, and tells how it is (GET /health, GET /metrics)."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from contextlib import suppress
from typing import Any

import uvicorn
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
AsgiApp = Callable[[Scope, Receive, Send], Awaitable[None]]

#: Whether all is well, and what there is to say about it.
Health = Callable[[], tuple[bool, Mapping[str, object]]]

#: Bytes of a request's body; an app that is mounted may ask for less.
LARGEST_BODY = 8_000_000
#: Seconds: for the port to open, and for open requests to end.
START_TIMEOUT = 10.0
CLOSE_TIMEOUT = 3


class PortTaken(OSError):
    """The address cannot be listened on; the message says which."""


class WebServer:
    """A server in a thread of its own.

    `mounts` maps a path ("/slack/events") to the ASGI app that serves it and all below it. Port 0 takes a free one.
    """

    def __init__(
        self,
        mounts: Mapping[str, AsgiApp],
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        health: Health = lambda: (True, {}),
        registry: CollectorRegistry = REGISTRY,
        largest_body: int = LARGEST_BODY,
    ) -> None:
        self._host = host
        self._port = port
        self._app = application(mounts, health=health, registry=registry, largest_body=largest_body)
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None
        self._socket: socket.socket | None = None

    @property
    def url(self) -> str:
        """Where it is reached: "http://127.0.0.1:8080"."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self._port}"

    def start(self) -> None:
        """Listen, and return once requests are answered. Raises PortTaken."""
        self._socket = _listening(self._host, self._port)
        self._port = self._socket.getsockname()[1]
        config = uvicorn.Config(
            self._app,
            log_config=None,
            access_log=False,
            lifespan="off",
            ws="none",
            server_header=False,
            timeout_graceful_shutdown=CLOSE_TIMEOUT,
        )
        self._server = uvicorn.Server(config)
        ready = threading.Event()
        self._thread = threading.Thread(target=self._serve, args=(ready,), name="lineagebot-web", daemon=True)
        self._thread.start()
        if not ready.wait(START_TIMEOUT):
            raise PortTaken(f"the web server did not start on {self.url}")

    def stop(self) -> None:
        """Take no more requests, let open ones end, and return."""
        if self._server is None or self._thread is None:
            return
        self._server.should_exit = True
        self._thread.join(timeout=CLOSE_TIMEOUT + 5)
        if self._socket is not None:
            self._socket.close()

    def _serve(self, ready: threading.Event) -> None:
        asyncio.run(self._serve_until_stopped(ready))

    async def _serve_until_stopped(self, ready: threading.Event) -> None:
        assert self._server is not None
        assert self._socket is not None
        serving = asyncio.create_task(self._server.serve(sockets=[self._socket]))
        while not self._server.started and not serving.done():
            await asyncio.sleep(0.01)
        ready.set()
        await serving


def application(
    mounts: Mapping[str, AsgiApp],
    *,
    health: Health,
    registry: CollectorRegistry = REGISTRY,
    largest_body: int = LARGEST_BODY,
) -> AsgiApp:
    """The ASGI app that the server runs."""

    async def tell_health(request: Request) -> Response:
        well, details = await run_in_threadpool(health)
        body = {"status": "ok" if well else "trouble", **details}
        return JSONResponse(body, status_code=200 if well else 503)

    async def tell_metrics(request: Request) -> Response:
        return PlainTextResponse(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    own = [Route("/health", tell_health), Route("/metrics", tell_metrics)]
    exact = [Route(path, _Endpoint(app)) for path, app in mounts.items()]
    below = [Mount(path, app=app) for path, app in mounts.items()]
    return _Capped(Starlette(routes=[*own, *exact, *below]), largest_body)


class _Endpoint:
    """An ASGI app as the endpoint of one exact path: a Mount alone would redirect /slack/events to /slack/events/."""

    def __init__(self, app: AsgiApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)


class _Capped:
    """Refuses bodies that are too large, announced or not."""

    def __init__(self, app: AsgiApp, largest: int) -> None:
        self._app = app
        self._largest = largest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        announced = next((v for k, v in scope["headers"] if k == b"content-length"), b"0")
        if not announced.isdigit() or int(announced) > self._largest:
            await PlainTextResponse("Too large.", status_code=413)(scope, receive, send)
            return
        body = _CountedBody(receive, send, self._largest)
        with suppress(ClientDisconnect):
            await self._app(scope, body.receive, body.send)


class _CountedBody:
    """Counts a body as it comes; at the cap it answers by itself, and to the app the client is gone."""

    def __init__(self, receive: Receive, send: Send, largest: int) -> None:
        self._receive = receive
        self._send = send
        self._left = largest
        self._refused = False

    async def receive(self) -> MutableMapping[str, Any]:
        message = await self._receive()
        self._left -= len(message.get("body", b""))
        if self._left >= 0:
            return message
        if not self._refused:
            self._refused = True
            await PlainTextResponse("Too large.", status_code=413)({"type": "http"}, self._receive, self._send)
        return {"type": "http.disconnect"}

    async def send(self, message: MutableMapping[str, Any]) -> None:
        if not self._refused:
            await self._send(message)


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    with suppress(OSError):
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as exc:
        listening.close()
        raise PortTaken(f"cannot listen on {host}:{port}: {exc.strerror}; set web.port to a free one") from exc
    return listening
