"""A strict fake Slack: one workspace, one app, served over HTTP and WebSocket on 127.0.0.1.

    with FakeSlack() as slack:
        slack.workspace.add_user("anna")
        ...                                  # start the bot with slack.api_url and the tokens
        slack.slash("anna", "general", "/lineage", "orders")
        slack.wait_for(lambda: slack.messages("general", viewer="anna"))

The app is reached over Socket Mode, or by signed requests where `request_url` is given.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from threading import Thread
from types import TracebackType
from typing import Any, Self, TypeVar

from starlette.applications import Starlette
from starlette.routing import BaseRoute

from lineagebot.playground import envelopes
from lineagebot.playground.acts import Acts
from lineagebot.playground.answers import Json
from lineagebot.playground.bot_side import BotSide
from lineagebot.playground.clock import Patience
from lineagebot.playground.delivery import Acked, Delivery, NotAcked, SignedHttp
from lineagebot.playground.faults import Faults
from lineagebot.playground.rates import Rates
from lineagebot.playground.serving import Serving
from lineagebot.playground.sockets import Sockets
from lineagebot.playground.state import SCOPES, State
from lineagebot.playground.web_api import Method, Tokens, WebApi
from lineagebot.playground.workspace import Change, Identity

#: what a demo's bot is configured with; they open nothing but a fake on one's own machine
BOT_TOKEN = "xoxb-demo-lineagebot"  # noqa: S105
APP_TOKEN = "xapp-demo-lineagebot"  # noqa: S105
SIGNING_SECRET = "demo-signing-secret"  # noqa: S105

#: calls that are remembered
CALLS = 10_000

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call of the Web API, and what it was answered."""

    method: str
    args: Json
    answer: Json
    #: seconds, of a clock that only goes forward
    at: float


class FakeSlack(Acts):
    """Enter it (or call `start`) and it is served. What people do is said in `Acts`."""

    def __init__(
        self,
        *,
        bot_token: str = BOT_TOKEN,
        app_token: str = APP_TOKEN,
        signing_secret: str = SIGNING_SECRET,
        request_url: str | None = None,
        scopes: Iterable[str] = SCOPES,
        rate_limits: bool = True,
        patience: Patience | None = None,
        identity: Identity | None = None,
        commands: tuple[str, ...] | None = None,
        should_escape: bool = True,
        port: int = 0,
    ) -> None:
        state = State(identity=identity or Identity(), patience=patience or Patience(), scopes=frozenset(scopes))
        self.bot_token, self.app_token, self.signing_secret = bot_token, app_token, signing_secret
        self.faults = Faults()
        self.sockets = Sockets(state)
        self._calls: deque[Call] = deque(maxlen=CALLS)
        self._delivery = self._delivery_to(state, request_url)
        api = WebApi(state, Tokens(bot=bot_token, app=app_token), Rates() if rate_limits else None)
        api.methods["apps.connections.open"] = Method(run=self.sockets.ticket, tier=1, caller="app")
        self._bot_side = BotSide(state, api, self.faults, self.sockets, self._remember, bot_token)
        self._serving: Serving | None = None
        self._port = port
        super().__init__(
            state,
            lambda kind, payload: self._delivery.deliver(kind, payload),
            self._send_event,
            commands=commands,
            should_escape=should_escape,
        )
        state.workspace.watch(self._on_change)

    # lifetime

    def start(self) -> Self:
        """Serve it alone. Under the playground's server it is mounted instead (`served_at`)."""
        serving = Serving(self._port)
        self.served_at(serving.base_url)
        serving.start(Starlette(routes=self.routes))
        self._serving = serving
        return self

    def stop(self) -> None:
        self._delivery.stop()
        self.sockets.drop()
        if self._serving is not None:
            self._serving.stop()
            self._serving = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def is_served(self) -> bool:
        return bool(self.state.base_url)

    @property
    def routes(self) -> list[BaseRoute]:
        """What the app calls: /api, sockets, uploads, response URLs."""
        return self._bot_side.routes

    def served_at(self, base_url: str) -> None:
        self.state.base_url = base_url

    @property
    def api_url(self) -> str:
        """For `WebClient(base_url=...)`."""
        return f"{self.state.base_url}/api/"

    def answer_at(self, request_url: str | None) -> None:
        """Send to this Request URL from now on; None: to the sockets."""
        self._delivery = self._delivery_to(self.state, request_url)

    def send(self, kind: str, payload: Json) -> Acked | NotAcked:
        """What no person does: any envelope, once, as often as a test likes. `kind` as in `delivery`."""
        return self._delivery.deliver(kind, payload)

    # looking

    @property
    def calls(self) -> tuple[Call, ...]:
        """The app's calls so far, oldest first."""
        with self.workspace.lock:
            return tuple(self._calls)

    def calls_of(self, method: str) -> tuple[Call, ...]:
        return tuple(c for c in self.calls if c.method == method)

    def messages(self, where: str, *, viewer: str | None = None) -> list[Json]:
        """Oldest first, replies among them; with the ephemeral messages of the viewer.

        The bot's name means the viewer's direct messages with it.
        """
        seen_by = self.workspace.user(viewer) if viewer else None
        if where == self.state.identity.bot_name and seen_by:
            channel = self.workspace.dm_with(seen_by)
        else:
            channel = self.workspace.channel(where)
        return self.workspace.messages(channel, viewer=seen_by.id if seen_by else None)

    def from_bot(self, where: str, *, viewer: str | None = None) -> list[Json]:
        """Only what the bot said."""
        bot = self.state.identity.bot_user
        return [m for m in self.messages(where, viewer=viewer) if m.get("user") == bot]

    def wait_for(self, found: Callable[[], T], timeout: float = 10.0) -> T:
        """What `found` says as soon as it is true. Raises TimeoutError that tells what was seen last."""
        until = time.monotonic() + timeout
        with self.workspace.changed:
            while not (seen := found()):
                left = until - time.monotonic()
                if left <= 0:
                    last = [f"{c.method} -> {c.answer.get('error') or 'ok'}" for c in list(self._calls)[-8:]]
                    raise TimeoutError(f"nothing after {timeout} s (seen: {seen!r}); last calls: {last}")
                self.workspace.changed.wait(left)
        return seen

    # inside

    def _delivery_to(self, state: State, request_url: str | None) -> Delivery:
        route = SignedHttp(request_url, self.signing_secret) if request_url else self.sockets
        return Delivery(route, state.patience)

    def _send_event(self, payload: Json) -> None:
        """Events go their own way: the person who caused one does not wait for the app."""
        deliver: Any = self._delivery.deliver_event
        Thread(target=deliver, args=(payload,), name="event", daemon=True).start()

    def _on_change(self, change: Change) -> None:
        """Direct messages reach the app as events, its own ones too."""
        channel = self.workspace.channels.get(change.channel)
        if channel is None or not channel.is_im or change.quiet or "im:history" not in self.state.scopes:
            return
        if change.kind == "message" and change.message:
            self._send_event(envelopes.message_event(self.state, channel, change.message))
        elif change.kind == "message_changed" and change.message:
            changed = envelopes.changed_event(self.state, channel, "message_changed", message=change.message)
            self._send_event(changed)
        elif change.kind == "message_deleted" and change.only_for is None:
            self._send_event(envelopes.changed_event(self.state, channel, "message_deleted", deleted_ts=change.ts))

    def _remember(self, method: str, args: Json, answer: Json) -> None:
        with self.workspace.changed:
            self._calls.append(Call(method=method, args=args, answer=answer, at=time.monotonic()))
            self.workspace.changed.notify_all()
