"""A small bot on the real slack_bolt, reachable over both transports: what the fake is tested with."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_bolt.adapter.starlette import SlackRequestHandler
from slack_sdk import WebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import Route

from lineagebot.playground.clock import Patience
from lineagebot.playground.fake import FakeSlack
from lineagebot.playground.serving import Serving

#: quick enough for tests, long enough for two busy cores
QUICK = Patience(ack=1.0, event_retries=(0.0, 0.1, 0.2), refresh=0.5)


@dataclass
class Bot:
    """The Bolt app, and what it heard."""

    app: App
    client: WebClient
    heard: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def kinds(self) -> list[str]:
        return [kind for kind, _ in self.heard]

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [body for k, body in self.heard if k == kind]


def populate(slack: FakeSlack) -> None:
    workspace = slack.workspace
    workspace.add_user("anna", id="U0ANNA", email="anna@acme.example")
    workspace.add_user("ben", id="U0BEN")
    workspace.add_user("guido", id="U0GUEST", is_ultra_restricted=True)
    workspace.add_user("sam", id="U0STRANGER", team_id="T0PARTNER")
    workspace.add_channel("general", id="C0GENERAL")
    workspace.add_channel("finance", id="C0FINANCE", members=["anna", "ben", "guido"])
    workspace.add_channel("secret", id="C0SECRET", members=["anna"], is_private=True, with_bot=False)
    workspace.add_channel("partners", id="C0SHARED", members=["anna", "sam"], is_ext_shared=True)
    workspace.add_group("data-oncall", ["anna", "ben"])


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    with FakeSlack(patience=QUICK) as fake:
        populate(fake)
        yield fake


@pytest.fixture(scope="module")
def calm() -> Iterator[FakeSlack]:
    """One fake for all tests of a file that only ask or are refused; nothing is counted."""
    with FakeSlack(patience=QUICK, rate_limits=False) as fake:
        populate(fake)
        yield fake


@pytest.fixture
def client(slack: FakeSlack) -> WebClient:
    return WebClient(token=slack.bot_token, base_url=slack.api_url, timeout=30)


def make_bot(slack: FakeSlack) -> Bot:
    client = WebClient(token=slack.bot_token, base_url=slack.api_url, timeout=30)
    quiet = logging.getLogger("test-bot")
    quiet.setLevel(logging.CRITICAL)
    app = App(client=client, signing_secret=slack.signing_secret, logger=quiet, raise_error_for_unhandled_request=False)
    return Bot(app=app, client=client)


def hear(bot: Bot) -> None:
    """The echo: every kind of act is acked, remembered and answered."""
    app, heard = bot.app, bot.heard

    @app.command("/echo")
    def command(ack: Any, body: Any, respond: Any) -> None:
        ack()
        heard.append(("command", body))
        respond(text=f"echo: {body['text']}")

    @app.event("app_mention")
    def mention(body: Any, event: Any, say: Any) -> None:
        heard.append(("mention", body))
        say(text="you called?", thread_ts=event["ts"])

    @app.event("message")
    def message(body: Any, event: Any, say: Any) -> None:
        heard.append(("message", body))
        if "subtype" not in event:
            say(text=f"heard: {event['text']}")

    @app.event("app_home_opened")
    def home(body: Any, event: Any, client: Any) -> None:
        heard.append(("home", body))
        blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "Welcome"}}]
        client.views_publish(user_id=event["user"], view={"type": "home", "blocks": blocks})

    @app.action("press")
    def press(ack: Any, body: Any, respond: Any) -> None:
        ack()
        heard.append(("press", body))
        respond(text=f"pressed {body['actions'][0]['value']}", replace_original=True)

    @app.action("pick")
    def pick(ack: Any, body: Any) -> None:
        ack()
        heard.append(("pick", body))

    @app.shortcut("check")
    def shortcut(ack: Any, body: Any) -> None:
        ack()
        heard.append(("shortcut", body))

    @app.command("/form")
    def form(ack: Any, body: Any, client: Any) -> None:
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=FORM)

    @app.view("form")
    def submitted(ack: Any, body: Any, view: Any) -> None:
        heard.append(("submit", body))
        name = view["state"]["values"]["name"]["typed"]["value"]
        if name == "bad":
            ack(response_action="errors", errors={"name": "not this one"})
        elif name == "next":
            ack(response_action="push", view={**FORM, "callback_id": "second", "blocks": FORM["blocks"][:1]})
        else:
            ack()

    @app.view_closed(re.compile("form|second"))
    def closed(ack: Any, body: Any) -> None:
        ack()
        heard.append(("closed", body))

    @app.options("table")
    def options(ack: Any, payload: Any) -> None:
        heard.append(("options", payload))
        found = [t for t in ("orders", "orders_daily", "users") if t.startswith(payload["value"])]
        ack(options=[{"text": {"type": "plain_text", "text": t}, "value": t} for t in found])


FORM: dict[str, Any] = {
    "type": "modal",
    "callback_id": "form",
    "notify_on_close": True,
    "title": {"type": "plain_text", "text": "A form"},
    "submit": {"type": "plain_text", "text": "Send"},
    "blocks": [
        {
            "type": "input",
            "block_id": "name",
            "label": {"type": "plain_text", "text": "Name"},
            "element": {"type": "plain_text_input", "action_id": "typed"},
        },
        {
            "type": "input",
            "block_id": "table",
            "optional": True,
            "label": {"type": "plain_text", "text": "Table"},
            "element": {"type": "external_select", "action_id": "table", "min_query_length": 1},
        },
    ],
}


def over_sockets(slack: FakeSlack, bot: Bot, *, ping_interval: float = 10) -> SocketModeHandler:
    """One more socket; it is open when this returns."""
    before = len(slack.sockets)
    web = WebClient(token=slack.app_token, base_url=slack.api_url, timeout=30)
    handler = SocketModeHandler(bot.app, slack.app_token, web_client=web, ping_interval=ping_interval)
    handler.connect()
    slack.wait_for(lambda: len(slack.sockets) > before)
    return handler


def hang_up(slack: FakeSlack, handler: SocketModeHandler) -> None:
    """The fake lets go first: the SDK's own closing waits for its next message, up to 3 s."""
    handler.client.auto_reconnect_enabled = False
    slack.sockets.drop()
    until = time.monotonic() + 60
    while handler.client.is_connected() and time.monotonic() < until:
        time.sleep(0.01)
    handler.close()


def over_http(slack: FakeSlack, bot: Bot) -> Serving:
    handler = SlackRequestHandler(bot.app)

    async def events(request: Request) -> Any:
        return await handler.handle(request)

    serving = Serving()
    serving.start(Starlette(routes=[Route("/slack/events", events, methods=["POST"])]))
    slack.answer_at(f"{serving.base_url}/slack/events")
    return serving


@pytest.fixture(params=["socket", "http"])
def bot(request: pytest.FixtureRequest, slack: FakeSlack) -> Iterator[Bot]:
    """The echo bot, once over each transport."""
    made = make_bot(slack)
    hear(made)
    if request.param == "socket":
        handler = over_sockets(slack, made)
        yield made
        hang_up(slack, handler)
    else:
        serving = over_http(slack, made)
        yield made
        serving.stop()
