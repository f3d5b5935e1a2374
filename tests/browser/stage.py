"""The playground on a stage of the tests' own: a few people, a console that only pretends, and the echo bot."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from slack_bolt.adapter.starlette import SlackRequestHandler
from slack_sdk import WebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import Route

from lineagebot.playground.clock import Patience
from lineagebot.playground.fake import FakeSlack
from lineagebot.playground.server import Playground
from lineagebot.playground.serving import Serving
from tests.browser.echo import TABLES, Echo

T = TypeVar("T")

#: a busy machine must not look like a bot that is out of order
PATIENT = Patience(ack=20.0, trigger=20.0)

COMMANDS = (
    {
        "command": "/lineage",
        "usage_hint": "<name> | who reads <table> | help",
        "description": "Ask where data comes from and who needs it",
        "hints": [
            {"text": "<name>", "help": "upstream and downstream of a table or a dashboard"},
            {"text": "who reads <table>", "help": "the people and machines that read it"},
            {"text": "check <sql>", "help": "what a statement would break, before you run it"},
            {"text": "help", "help": "all words"},
        ],
    },
)
PEOPLE = (
    {"user_id": "U0ANNA", "login": "anna_weber", "label": "Anna (analytics engineer)", "note": "Owns the marts."},
    {"user_id": "U0BEN", "login": "ben_okafor", "label": "Ben (finance analyst)", "note": "May read the marts."},
)
EXAMPLES = (
    {"label": "Look around", "login": "ben_okafor", "sql": "SELECT * FROM marts.revenue_daily LIMIT 5;"},
    {"label": "Drop a table", "login": "anna_weber", "sql": "DROP TABLE marts.revenue_daily;"},
)


@dataclass
class Stage:
    slack: FakeSlack
    playground: Playground
    echo: Echo
    client: WebClient
    #: what the console was given: login and statement
    ran: list[tuple[str, str]] = field(default_factory=list)

    @property
    def url(self) -> str:
        """A link that opens the page once; each asking makes another."""
        return self.playground.fresh_url()

    def wait_for(self, found: Callable[[], T]) -> T:
        return self.slack.wait_for(found)


@contextmanager
def staged() -> Iterator[Stage]:
    slack = FakeSlack(patience=PATIENT, rate_limits=False)
    workspace = slack.workspace
    workspace.add_user("anna", id="U0ANNA", title="Analytics engineer")
    workspace.add_user("ben", id="U0BEN", title="Finance analyst")
    workspace.add_channel("general", id="C0GENERAL", topic="What everybody should know")
    workspace.add_channel("finance", id="C0FINANCE", topic="Close, revenue, forecasts")
    ran: list[tuple[str, str]] = []

    def console(login: str, sql: str) -> dict[str, Any]:
        ran.append((login, sql))
        if "DROP" in sql:
            return {"ok": False, "error": "ERROR: must be owner of table revenue_daily (42501)", "ms": 3.1}
        rows = [["2026-11-22", 1204.5, None], ["2026-11-23", 988, "half a day"]]
        return {"ok": True, "columns": ["day", "revenue", "note"], "rows": rows, "rowcount": 2, "ms": 12.4}

    playground = Playground(slack, console, PEOPLE, commands=COMMANDS, examples=EXAMPLES, tables=lambda: TABLES).start()
    client = WebClient(token=slack.bot_token, base_url=slack.api_url, timeout=30)
    echo = Echo(client=client, signing_secret=slack.signing_secret)
    heard_at = _served(echo)
    slack.answer_at(f"{heard_at.base_url}/slack/events")
    try:
        yield Stage(slack=slack, playground=playground, echo=echo, client=client, ran=ran)
    finally:
        echo.answer_now.set()
        playground.stop()
        heard_at.stop()


def _served(echo: Echo) -> Serving:
    """The bot behind signed HTTP, which comes and goes quicker than a socket."""
    handler = SlackRequestHandler(echo.app)

    async def events(request: Request) -> Any:
        return await handler.handle(request)

    serving = Serving()
    serving.start(Starlette(routes=[Route("/slack/events", events, methods=["POST"])]))
    return serving
