"""Who may use the playground: this machine's browser, after opening the link that was printed once.

Another website that the same browser has open can reach 127.0.0.1 as well, so four things are asked: the Host (against
DNS rebinding), the Origin of everything that acts, a cookie that only the one-time link gives, and that no page frames
ours. What the bot calls (/api and so on) is guarded by its own tokens, and is never called by a page.
"""

from __future__ import annotations

import html
import secrets
from collections.abc import Iterable
from threading import Lock
from typing import Any
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: what the bot calls
BOT_PATHS = ("/api/", "/link/", "/upload/", "/response/", "/files-pri/")

LINK = "Open the playground with the link that `lineagebot demo` printed; it works once."
USED = "This link was used already; `lineagebot demo` prints a new one when it is started again."
HOST = "The playground answers only at 127.0.0.1 and localhost."
ORIGIN = "The playground takes requests only from its own page."


class Guard:
    """ASGI around the whole playground."""

    def __init__(self, app: ASGIApp, *, port: int) -> None:
        self._app = app
        self._hosts = frozenset({f"127.0.0.1:{port}", f"localhost:{port}"})
        #: the port is in the name: cookies are shared between the ports of a machine
        self.cookie = f"lb_play_{port}"
        self._session = secrets.token_urlsafe(32)
        self._links: dict[str, bool] = {}
        self._lock = Lock()

    def link(self) -> str:
        """A token that opens the playground once."""
        token = secrets.token_urlsafe(32)
        with self._lock:
            self._links[token] = False
        return token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        answer = self._answer_itself(scope)
        if answer is None:
            await self._app(scope, receive, self._sealed(scope, send))
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008, "reason": "refused"})
        else:
            await answer(scope, receive, self._sealed(scope, send))

    def _answer_itself(self, scope: Scope) -> ASGIApp | None:
        """None lets the request pass."""
        headers = Headers(scope=scope)
        host, origin = headers.get("host", ""), headers.get("origin")
        if ".." in scope["path"].split("/"):
            # /api/../index.html would ask for the page under the name of the bot's side, which wants no cookie.
            return _refusal(scope, LINK)
        if scope["path"].startswith(BOT_PATHS):
            return self._check_bot(scope, host, origin)
        if host not in self._hosts:
            return _refusal(scope, HOST)
        acts = scope["type"] == "websocket" or scope["method"] not in ("GET", "HEAD")
        if (origin is not None or acts) and origin != f"http://{host}":
            return _refusal(scope, ORIGIN)
        if headers.get("sec-fetch-site", "none") not in ("same-origin", "none") and scope["path"] != "/":
            return _refusal(scope, ORIGIN)
        known = secrets.compare_digest(_cookie(headers, self.cookie).encode(), self._session.encode())
        token = _token(scope) if scope["path"] == "/" else None
        if known:
            return RedirectResponse("/", status_code=303) if token else None
        return _refusal(scope, LINK) if token is None else self._enter(token)

    def _check_bot(self, scope: Scope, host: str, origin: str | None) -> Response | None:
        """No browser comes here. slack_sdk's sockets leave the port out of their Host."""
        if host not in self._hosts and host not in ("127.0.0.1", "localhost"):
            return _refusal(scope, HOST)
        return None if origin is None else _refusal(scope, ORIGIN)

    def _enter(self, token: str) -> ASGIApp:
        """The page itself, with the cookie, in one answer.

        A SameSite=Strict cookie would not travel along a redirect that another site's link began.
        """
        with self._lock:
            if self._links.get(token, True):
                return HTMLResponse(_page(USED if token in self._links else LINK), status_code=403)
            self._links[token] = True
        return self._with_cookie

    async def _with_cookie(self, scope: Scope, receive: Receive, send: Send) -> None:
        cookie = f"{self.cookie}={self._session}; HttpOnly; SameSite=Strict; Path=/"

        async def handing(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).append("Set-Cookie", cookie)
            await send(message)

        await self._app(scope, receive, handing)

    def _sealed(self, scope: Scope, send: Send) -> Send:
        """Every answer to a browser carries what keeps others out."""
        host = Headers(scope=scope).get("host") or ""

        async def sealed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _seals(host if host in self._hosts else next(iter(self._hosts))):
                    headers[name] = value
            await send(message)

        return sealed


def _seals(host: str) -> Iterable[tuple[str, str]]:
    policy = {
        "default-src": "'none'",
        "script-src": "'self'",
        # the page's libraries set styles on elements
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "connect-src": f"'self' ws://{host}",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }
    return (
        ("Content-Security-Policy", "; ".join(f"{k} {v}" for k, v in policy.items())),
        ("Referrer-Policy", "no-referrer"),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Cache-Control", "no-store"),
    )


def _refusal(scope: Scope, sentence: str) -> Response:
    if scope["path"].startswith(("/page/", "/api/")):
        return JSONResponse({"ok": False, "error": sentence}, status_code=403)
    return HTMLResponse(_page(sentence), status_code=403)


def _page(sentence: str) -> str:
    return f"<!doctype html><meta charset=utf-8><title>lineagebot playground</title><p>{html.escape(sentence)}</p>\n"


def _cookie(headers: Headers, name: str) -> str:
    return cookie_parser(headers.get("cookie", "")).get(name, "")


def _token(scope: Scope) -> str | None:
    found: dict[str, Any] = parse_qs(scope.get("query_string", b"").decode("latin-1"))
    return found["token"][0] if "token" in found else None
