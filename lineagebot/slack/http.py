"""Slack over signed HTTP: one small ASGI app in front of Bolt's dispatcher.

The signature (HMAC over the raw body, five minutes' window) is checked before anything is read out of the body: what is
not Slack's reaches no listener and no error handler.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from typing import Any

from slack_bolt import App, BoltRequest
from slack_bolt.adapter.starlette.handler import to_starlette_response
from slack_sdk.signature import SignatureVerifier
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response

log = logging.getLogger(__name__)

#: Bytes; Slack's own requests stay far below.
LARGEST_BODY = 1_000_000

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class SlackOverHttp:
    """The ASGI app; mount it at /slack/events. Without a signing secret it refuses everything."""

    def __init__(self, bolt: App, signing_secret: str) -> None:
        self._bolt = bolt
        self._verifier = SignatureVerifier(signing_secret) if signing_secret else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        response = await self._respond(Request(scope, receive))
        await response(scope, receive, send)

    async def _respond(self, request: Request) -> Response:
        if request.method != "POST":
            return PlainTextResponse("Slack posts here.", status_code=405, headers={"Allow": "POST"})
        if self._verifier is None:
            return PlainTextResponse("Set SLACK_SIGNING_SECRET to hear from Slack over HTTP.", status_code=401)
        try:
            body = await _body(request)
        except ClientDisconnect:
            return PlainTextResponse("", status_code=400)
        if body is None:
            return PlainTextResponse("Too large.", status_code=413)
        try:
            text = body.decode("utf-8")
        except UnicodeDecodeError:
            return PlainTextResponse("Not UTF-8.", status_code=400)
        if not _is_slacks(self._verifier, text, request):
            return PlainTextResponse("Not signed by Slack.", status_code=401)
        headers: dict[str, str | Sequence[str]] = {k: [v] for k, v in request.headers.items()}
        answer = await run_in_threadpool(self._bolt.dispatch, BoltRequest(body=text, headers=headers))
        return to_starlette_response(answer)


def _is_slacks(verifier: SignatureVerifier, body: str, request: Request) -> bool:
    at = request.headers.get("x-slack-request-timestamp", "")
    signature = request.headers.get("x-slack-signature", "")
    # The verifier takes neither a time that is no number nor letters beyond ASCII.
    readable = at.isascii() and at.isdigit() and len(at) < 20 and signature.isascii()
    return readable and verifier.is_valid(body, at, signature)


async def _body(request: Request) -> bytes | None:
    """The raw body, or None as soon as it is larger than any of Slack's."""
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > LARGEST_BODY:
            return None
        parts.append(part)
    return b"".join(parts)
