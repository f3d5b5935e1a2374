"""The HTTP side that the page calls: its files, what people do, the console, and the live line."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import mimetypes
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from lineagebot.playground import page_view
from lineagebot.playground.acts import Acts, Outcome
from lineagebot.playground.answers import Json, Refused
from lineagebot.playground.members import User
from lineagebot.playground.workspace import Change

#: bytes of one act; a pasted script of 5 MB passes
LARGEST = 8_000_000

#: login and statement → ok, notices, columns, rows, rowcount, error, ms, truncated; a dataclass or a mapping
Console = Callable[[str, str], Any]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What the demo hangs up beside the chat. Shapes: the page protocol's `commands`, `people`, `examples`."""

    console: Console | None = None
    people: Sequence[Mapping[str, Any]] = ()
    commands: Sequence[Mapping[str, Any]] = ()
    examples: Sequence[Mapping[str, Any]] = ()
    #: names for the console's hints, as they are now
    tables: Callable[[], Sequence[str]] = tuple


class PageSide:
    def __init__(self, acts: Acts, scene: Scene, static: Path) -> None:
        self._acts = acts
        self._state = acts.state
        self._scene = scene
        self._static = static.resolve()
        self._doings: dict[str, Callable[[str, Json], Json]] = {
            "say": self._say,
            "slash": self._slash,
            "action": self._action,
            "home": self._home,
            "suggest": self._suggest,
            "view/submit": self._submit,
            "view/close": self._close,
            "view/action": self._view_action,
            "console": self._console,
        }
        self.routes: list[BaseRoute] = [
            WebSocketRoute("/page/live", self._live),
            Route("/page/file/{file_id}", self._file, methods=["GET"]),
            Route("/page/{doing:path}", self._do, methods=["POST"]),
            Route("/{path:path}", self._asset, methods=["GET"]),
        ]

    # acts

    async def _do(self, request: Request) -> Response:
        doing = self._doings.get(request.path_params["doing"])
        if doing is None:
            return _said({"ok": False, "error": "The playground has no such act."}, status=404)
        body = await request.body()
        if len(body) > LARGEST:
            return _said({"ok": False, "error": f"That is more than {LARGEST // 1_000_000} MB."}, status=413)
        return _said(await run_in_threadpool(self._done, doing, body))

    def _done(self, doing: Callable[[str, Json], Json], body: bytes) -> Json:
        try:
            asked = json.loads(body)
            who = self._person(asked.get("as")).id
            return doing(who, asked)
        except KeyError as missing:
            return {"ok": False, "error": f"The page did not say {missing}."}
        except LookupError as absent:
            return {"ok": False, "error": f"{absent}."}
        except Refused as refused:
            return {"ok": False, "error": f"Slack refused: {refused.word}."}
        except (ValueError, AttributeError, TypeError, RecursionError):
            return {"ok": False, "error": "The page sent something that cannot be read."}

    def _say(self, who: str, asked: Json) -> Json:
        ts = self._acts.say(who, asked["channel"], asked["text"], thread_ts=asked.get("thread_ts") or None)
        return {"ok": True, "ts": ts}

    def _slash(self, who: str, asked: Json) -> Json:
        return _came(self._acts.slash(who, asked["channel"], asked["command"], asked.get("text", "")))

    def _action(self, who: str, asked: Json) -> Json:
        values = (asked.get("state") or {}).get("values")
        return _came(self._acts.act(who, asked["channel"], asked["ts"], asked["action"], values))

    def _home(self, who: str, asked: Json) -> Json:
        self._acts.open_home(who, tab=asked.get("tab", "home"))
        return {"ok": True}

    def _suggest(self, who: str, asked: Json) -> Json:
        options = self._acts.suggest(
            who,
            asked["action_id"],
            asked["value"],
            where=asked.get("channel"),
            ts=asked.get("ts"),
            view_id=asked.get("view_id"),
        )
        return {"ok": True, "options": options}

    def _submit(self, who: str, asked: Json) -> Json:
        return _came(self._acts.submit(who, asked.get("values") or {}, view_id=asked["view_id"]))

    def _close(self, who: str, asked: Json) -> Json:
        self._acts.close_view(who, all_of_them=bool(asked.get("all")))
        return {"ok": True}

    def _view_action(self, who: str, asked: Json) -> Json:
        values = (asked.get("state") or {}).get("values")
        return _came(self._acts.act_in_view(who, asked["view_id"], asked["action"], values))

    def _console(self, who: str, asked: Json) -> Json:
        login = asked["login"]
        if self._scene.console is None or login not in {p["login"] for p in self._scene.people}:
            return {"ok": False, "error": f"Nobody of the demo is called {login!r}."}
        result = self._scene.console(login, asked["sql"])
        if dataclasses.is_dataclass(result) and not isinstance(result, type):
            return dataclasses.asdict(result)
        return dict(result)

    # the live line

    async def _live(self, web: WebSocket) -> None:
        """Everything, then every change, until the page goes. Snapshot and watching begin at the same moment."""
        try:
            me = self._person(web.query_params.get("as"))
        except LookupError:
            await web.close(code=1008)
            return
        await web.accept()
        loop = asyncio.get_running_loop()
        waiting: asyncio.Queue[Json] = asyncio.Queue()

        def pass_on(change: Change) -> None:
            if (seen := page_view.told(self._state, me, change)) is not None:
                loop.call_soon_threadsafe(waiting.put_nowait, seen)

        first, end = await run_in_threadpool(self._begin, me, pass_on)
        try:
            await web.send_text(_dumped(first))
            await _until_first(_pour(waiting, web), _until_gone(web))
        finally:
            end()

    def _begin(self, me: User, pass_on: Callable[[Change], None]) -> tuple[Json, Callable[[], None]]:
        scene = self._scene
        beside = {
            "commands": list(scene.commands),
            "people": list(scene.people),
            "examples": list(scene.examples),
            "tables": list(scene.tables()),
        }
        with self._state.workspace.lock:
            return {**page_view.snapshot(self._state, me), **beside}, self._state.workspace.watch(pass_on)

    # files

    async def _file(self, request: Request) -> Response:
        try:
            file = self._state.uploads.file(request.path_params["file_id"])
        except Refused as refused:
            return PlainTextResponse(refused.word, status_code=404)
        return Response(file.data or b"", media_type=file.mimetype)

    async def _asset(self, request: Request) -> Response:
        """A file of the built page; `/` is its index."""
        asked = request.path_params["path"].removeprefix("static/") or "index.html"
        try:
            path = (self._static / asked).resolve()
            held = path.read_bytes() if self._static in path.parents and path.is_file() else None
        except (OSError, ValueError):
            # A name that no file can have: too long, or with a zero byte.
            held = None
        if held is None:
            return PlainTextResponse("The playground has no such file.", status_code=404)
        return Response(held, media_type=mimetypes.guess_type(asked)[0] or "application/octet-stream")

    def _person(self, who: Any) -> User:
        """Somebody of the workspace who can sit at a keyboard; the first one where nobody is named."""
        people = [u for u in self._state.workspace.users.values() if not (u.is_bot or u.deleted)]
        for user in people:
            if who in (None, user.id):
                return user
        raise LookupError(f"nobody in the workspace is called {who!r}")


def _came(outcome: Outcome) -> Json:
    said: Json = {"ok": outcome.ok}
    if outcome.error:
        said["error"] = outcome.error
    if outcome.errors:
        said["errors"] = outcome.errors
    return said


def _said(answer: Json, *, status: int = 200) -> Response:
    return Response(_dumped(answer), status_code=status, media_type="application/json")


def _dumped(value: Json) -> str:
    """Rows of a database hold more than JSON knows."""
    return json.dumps(value, default=str)


async def _pour(waiting: asyncio.Queue[Json], web: WebSocket) -> None:
    while True:
        await web.send_text(_dumped(await waiting.get()))


async def _until_gone(web: WebSocket) -> None:
    while True:
        await web.receive_text()


async def _until_first(*running: Any) -> None:
    """Until the page has gone; whichever side notices."""
    tasks = [asyncio.ensure_future(r) for r in running]
    done, rest = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in rest:
        task.cancel()
    await asyncio.gather(*rest, return_exceptions=True)
    for task in done:
        if (failed := task.exception()) is not None and not isinstance(failed, WebSocketDisconnect):
            raise failed
