"""The HTTP side that an app calls: /api, sockets, uploads, response URLs, private files."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute

from lineagebot.playground.answers import Json, Refused
from lineagebot.playground.faults import Fault, Faults
from lineagebot.playground.respond import respond
from lineagebot.playground.serving import cut
from lineagebot.playground.sockets import Sockets
from lineagebot.playground.state import State
from lineagebot.playground.web_api import WebApi, arguments


class BotSide:
    def __init__(
        self,
        state: State,
        api: WebApi,
        faults: Faults,
        sockets: Sockets,
        remember: Callable[[str, Json, Json], None],
        bot_token: str,
    ) -> None:
        self._state = state
        self._api = api
        self._faults = faults
        self._remember = remember
        self._bot_token = bot_token
        self.routes: list[BaseRoute] = [
            Route("/api/{method}", self._call, methods=["GET", "POST"]),
            Route("/upload/{file_id}", self._upload, methods=["POST"]),
            Route("/response/{key}", self._respond, methods=["POST"]),
            Route("/files-pri/{place}/{name}", self._file, methods=["GET"]),
            WebSocketRoute("/link/", sockets.serve),
        ]

    async def _call(self, request: Request) -> Response:
        method = request.path_params["method"]
        fault = self._faults.take(method)
        body = await request.body()
        if fault and fault.delay:
            await asyncio.sleep(fault.delay)
        if fault and fault.status is not None:
            self._remember(method, {}, fault.body if isinstance(fault.body, dict) else {})
            return _forced(fault)
        args: Json = {}
        answer: Json
        status, headers = 200, {}
        try:
            args |= arguments(request.query_params, request.headers.get("content-type", ""), body)
            answer = self._api.call(method, args, _token(request, args))
        except Refused as refused:
            answer, status, headers = refused.answer, refused.status, refused.headers
        self._remember(method, args, answer)
        if fault and fault.cut:
            await cut(request.scope)
        scopes = {"X-OAuth-Scopes": ",".join(sorted(self._state.scopes))}
        return JSONResponse(answer, status_code=status, headers={**scopes, **headers})

    async def _upload(self, request: Request) -> Response:
        try:
            self._state.uploads.receive(request.path_params["file_id"], await request.body())
        except Refused as refused:
            return PlainTextResponse(refused.word, status_code=max(refused.status, 400))
        return PlainTextResponse("OK")

    async def _respond(self, request: Request) -> Response:
        try:
            body = json.loads(await request.body() or b"{}")
            reply = self._state.response_urls.use(request.path_params["key"])
            respond(self._state, reply, body)
        except ValueError:
            return JSONResponse({"ok": False, "error": "invalid_payload"}, status_code=400)
        except Refused as refused:
            return JSONResponse(refused.answer, status_code=max(refused.status, 400))
        return PlainTextResponse("ok")

    async def _file(self, request: Request) -> Response:
        if _token(request, {}) != self._bot_token:
            return PlainTextResponse("a token is needed", status_code=403)
        try:
            file = self._state.uploads.file(request.path_params["place"].rpartition("-")[2])
        except Refused as refused:
            return PlainTextResponse(refused.word, status_code=404)
        return Response(file.data or b"", media_type=file.mimetype)


def _forced(fault: Fault) -> Response:
    if isinstance(fault.body, str):
        return PlainTextResponse(fault.body, status_code=fault.status or 200, headers=dict(fault.headers))
    return JSONResponse(fault.body, status_code=fault.status or 200, headers=dict(fault.headers))


def _token(request: Request, args: Json) -> str:
    header = request.headers.get("authorization", "")
    return header.removeprefix("Bearer ").strip() if header else str(args.pop("token", "") or "")
