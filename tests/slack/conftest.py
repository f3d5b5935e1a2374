"""The real Bolt app on the fake Slack, over both transports, with an `answer` of a few small replies."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import SecretStr

from lineagebot.commands.request import Request
from lineagebot.config import SlackSettings
from lineagebot.playground import envelopes
from lineagebot.playground.clock import Patience
from lineagebot.playground.delivery import INTERACTIVE
from lineagebot.playground.fake import APP_TOKEN, BOT_TOKEN, SIGNING_SECRET, FakeSlack
from lineagebot.playground.state import SCOPES
from lineagebot.reply import (
    Choice,
    Choices,
    Code,
    Confirm,
    Field,
    Form,
    Heading,
    Menu,
    Mono,
    Note,
    Paragraph,
    Reply,
)
from lineagebot.slack.app import SlackApp
from lineagebot.web.server import WebServer

OWNER_FORM = Form(
    title="Owner of orders",
    command="owner orders {who} --since {day}",
    fields=(
        Field("who", "Who owns it", kind="person"),
        Field("day", "Since", kind="text", optional=True),
    ),
)

REPLIES = {
    "orders": Reply(
        "orders feeds 2 dashboards",
        (
            Heading("orders"),
            Paragraph(("feeds ", Mono("Exec revenue"), " & 1 more")),
            Note(("as of 09:40",)),
            Choices(
                (
                    Choice("Readers", "who reads orders"),
                    Choice("Set owner", form=OWNER_FORM),
                    Choice("Long", "check " + "SELECT 1; " * 400),
                    Menu("Direction", (("Upstream", "lineage orders --upstream"), ("Down", "lineage orders"))),
                )
            ),
        ),
        details=(Code("CREATE TABLE orders"),),
    ),
    "aloud": Reply("said aloud", (Paragraph(("said aloud",)),), private=False),
    "form": Reply("fill this in", form=OWNER_FORM),
    "ack A1": Reply("acknowledged by ana", (Paragraph(("acknowledged by ana",)),), replaces=True),
    "alert": Reply(
        "orders was dropped",
        (
            Paragraph(("orders was dropped",)),
            Choices((Choice("Acknowledge", "ack A1", confirm=Confirm("Sure?", "Really?", "Yes")),)),
        ),
        private=False,
    ),
}


@dataclass
class Bot:
    """The app and the Slack that it stands on; `asked` is all that reached `answer`."""

    slack: FakeSlack
    app: SlackApp
    asked: list[Request] = field(default_factory=list)
    web: WebServer | None = None

    def lines(self) -> list[str]:
        return [request.line for request in self.asked]

    def said_to(self, who: str, where: str = "general", *, count: int = 1) -> list[dict[str, Any]]:
        """What the bot said there as this person sees it, once there are `count` of it."""
        return self.slack.wait_for(lambda: _enough(self.slack.from_bot(where, viewer=who), count))

    def shortcut(self, who: str, callback_id: str, *, where: str = "", ts: str = "") -> None:
        """A shortcut: global, or on a message."""
        state, person = self.slack.state, self.slack.workspace.user(who)
        payload = {**envelopes._interaction(state, "shortcut", person), "callback_id": callback_id}
        if where:
            channel = self.slack.workspace.channel(where)
            url = envelopes._response_url(state, state.response_urls.issue(channel.id, person.id, ts=ts))
            payload |= {
                "type": "message_action",
                "message": self.slack.workspace.message(channel, ts),
                "message_ts": ts,
                "channel": {"id": channel.id, "name": channel.slash_name},
                "response_url": url,
            }
        self.slack._delivery.deliver(INTERACTIVE, payload)

    def settled(self, method: str, *, count: int = 1) -> None:
        """Waits for the bot's calls of a method."""
        self.slack.wait_for(lambda: len(self.slack.calls_of(method)) >= count)


def _enough(messages: list[dict[str, Any]], count: int) -> list[dict[str, Any]]:
    return messages if len(messages) >= count else []


def reply_to(request: Request) -> Reply:
    line = request.line
    if line == "boom":
        raise RuntimeError("the innermost secret")
    if line.startswith("owner orders") and "--since never" in line:
        return Reply("“never” is no day; write 2026-03-01.", refused=True)
    return REPLIES.get(line) or Reply(f"heard: {line}", (Paragraph((f"heard: {line}",)),))


def people_and_places(slack: FakeSlack) -> None:
    workspace = slack.workspace
    workspace.add_user("ana", is_admin=True)
    workspace.add_user("bob")
    workspace.add_user("guest", is_restricted=True)
    workspace.add_user("visitor", team_id="T0OTHER")
    workspace.add_channel("general", members=("ana", "bob", "guest"))
    workspace.add_channel("side", with_bot=False)
    workspace.add_channel("secret", members=("ana",), is_private=True, with_bot=False)
    workspace.add_channel("partners", members=("ana", "visitor"), is_ext_shared=True)


@contextmanager
def bot_on(
    transport: str,
    *,
    answer: Callable[[Request], Reply] = reply_to,
    scopes: frozenset[str] = SCOPES,
    patience: Patience | None = None,
    rate_limits: bool = False,
    allowed: tuple[str, ...] = (),
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    **options: Any,
) -> Iterator[Bot]:
    with FakeSlack(
        scopes=scopes, rate_limits=rate_limits, patience=patience or Patience(event_retries=(0.0, 0.2), refresh=0.3)
    ) as slack:
        people_and_places(slack)
        asked: list[Request] = []
        lock = threading.Lock()

        def heard(request: Request) -> Reply:
            with lock:
                asked.append(request)
            return answer(request)

        settings = SlackSettings(
            bot_token=SecretStr(BOT_TOKEN),
            app_token=SecretStr(APP_TOKEN),
            signing_secret=SecretStr(SIGNING_SECRET),
            api_url=slack.api_url,
            allowed_shared_channels=allowed,
        )
        app = SlackApp(settings, heard, clock, **options)
        bot = Bot(slack, app, asked)
        if transport == "http":
            bot.web = WebServer({"/slack/events": app.asgi})
            bot.web.start()
            slack.answer_at(f"{bot.web.url}/slack/events")
        else:
            app.start_socket()
            slack.wait_for(lambda: len(slack.sockets))
        try:
            yield bot
        finally:
            if bot.web:
                bot.web.stop()
            app.stop()


@pytest.fixture(params=["socket", "http"])
def transport(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def bot(transport: str) -> Iterator[Bot]:
    with bot_on(transport, suggest=lambda begun: [(f"shop.{begun}ers", f"{begun}ers")]) as bot:
        yield bot
