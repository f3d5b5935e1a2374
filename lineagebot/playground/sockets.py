"""Socket Mode: tickets for sockets, and each payload to ONE of the open ones.

A socket that was told to go (`disconnect`) still takes payloads while no fresh one is there, as at Slack.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import uuid
from collections.abc import Coroutine
from concurrent.futures import Future
from concurrent.futures import TimeoutError as LateError
from dataclasses import dataclass
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from lineagebot.playground.answers import Json, Refused, ok
from lineagebot.playground.delivery import EVENT, Acked, NotAcked, Retry
from lineagebot.playground.state import State

#: sockets that an app may hold
MOST_SOCKETS = 10


@dataclass(eq=False, slots=True)
class _Socket:
    web: WebSocket
    loop: asyncio.AbstractEventLoop
    leaving: bool = False


class Sockets:
    def __init__(self, state: State) -> None:
        self._state = state
        self._open: list[_Socket] = []
        self._tickets: set[str] = set()
        self._waiting: dict[str, Future[Json | None]] = {}
        self._turn = itertools.count()

    def __len__(self) -> int:
        return len(self._open)

    def ticket(self, state: State, args: Json) -> Json:
        """apps.connections.open."""
        with self._state.workspace.lock:
            if len(self._open) >= MOST_SOCKETS:
                raise Refused("too_many_websockets")
            ticket = uuid.uuid4().hex
            self._tickets.add(ticket)
        address = self._state.base_url.replace("http://", "ws://", 1)
        return ok(url=f"{address}/link/?ticket={ticket}&app_id={self._state.identity.app_id}")

    async def serve(self, web: WebSocket) -> None:
        """One socket from its hello to its end; a ticket opens one socket."""
        ticket = web.query_params.get("ticket", "")
        if ticket not in self._tickets:
            await web.close(code=1008)
            return
        self._tickets.discard(ticket)
        await web.accept()
        socket = _Socket(web, asyncio.get_running_loop())
        self._enter(socket)
        try:
            await web.send_text(json.dumps(self._hello()))
            while True:
                self._take(await web.receive_text())
        except WebSocketDisconnect:
            return
        finally:
            self._leave(socket)

    def send(self, kind: str, payload: Json, *, retry: Retry, wait: float) -> Acked | NotAcked:
        socket = self._next()
        if socket is None:
            return NotAcked("no_socket")
        envelope: Json = {
            "envelope_id": str(uuid.uuid4()),
            "type": kind,
            "payload": payload,
            "accepts_response_payload": kind != EVENT,
        }
        if kind == EVENT:
            envelope |= {"retry_attempt": retry.number, "retry_reason": retry.reason}
        ack: Future[Json | None] = Future()
        self._waiting[envelope["envelope_id"]] = ack
        try:
            _run(socket, socket.web.send_text(json.dumps(envelope)))
            return Acked(ack.result(timeout=wait))
        except LateError:
            return NotAcked("timeout")
        finally:
            self._waiting.pop(envelope["envelope_id"], None)

    def refresh(self, reason: str = "refresh_requested") -> None:
        """Tell every open socket to make room for a new one; it is closed after a while."""
        with self._state.workspace.lock:
            told = [s for s in self._open if not s.leaving]
            for socket in told:
                socket.leaving = True
        for socket in told:
            _run(socket, self._say_goodbye(socket, reason))

    def drop(self) -> None:
        """Close every socket at once, without a word."""
        for socket in list(self._open):
            _run(socket, socket.web.close(code=1001))

    async def _say_goodbye(self, socket: _Socket, reason: str) -> None:
        goodbye = {"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-1"}}
        await socket.web.send_text(json.dumps(goodbye))
        await asyncio.sleep(self._state.patience.refresh)
        if socket in self._open:
            await socket.web.close(code=1000)

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self._open),
            "debug_info": {"host": "applink-1", "build_number": 1, "approximate_connection_time": 18060},
            "connection_info": {"app_id": self._state.identity.app_id},
        }

    def _take(self, text: str) -> None:
        """An ack; anything else (a bare "ping") says nothing to us."""
        try:
            said = json.loads(text)
        except ValueError:
            return
        ack = self._waiting.get(said.get("envelope_id", "")) if isinstance(said, dict) else None
        if ack is not None and not ack.done():
            payload = said.get("payload")
            ack.set_result(payload if isinstance(payload, dict) and payload else None)

    def _next(self) -> _Socket | None:
        with self._state.workspace.lock:
            fresh = [s for s in self._open if not s.leaving] or self._open
            return fresh[next(self._turn) % len(fresh)] if fresh else None

    def _enter(self, socket: _Socket) -> None:
        with self._state.workspace.changed:
            self._open.append(socket)
            self._state.workspace.changed.notify_all()

    def _leave(self, socket: _Socket) -> None:
        with self._state.workspace.changed:
            self._open.remove(socket)
            self._state.workspace.changed.notify_all()


def _run(socket: _Socket, doing: Coroutine[Any, Any, None]) -> None:
    """On the socket's own loop; nothing happens when the server has gone."""
    try:
        asyncio.run_coroutine_threadsafe(doing, socket.loop)
    except RuntimeError:
        doing.close()
