"""Whatever Slack does to a call, each alert is seen once, and those of one channel in their order."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest

from lineagebot.playground.fake import BOT_TOKEN, FakeSlack
from lineagebot.playground.faults import Faults
from lineagebot.playground.state import SCOPES
from lineagebot.slack.client import web_client
from lineagebot.slack.poster import SlackPoster
from lineagebot.store import curation

from .conftest import ADMIN, TEAM, Desk, create, drop

POST, EDIT = "chat.postMessage", "chat.update"
#: Seconds after which our client gives a call up.
PATIENCE = 0.3


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    with FakeSlack(rate_limits=False, scopes=SCOPES | {"channels:history", "groups:history"}) as slack:
        slack.workspace.add_channel(ADMIN.lstrip("#"))
        yield slack


@pytest.fixture
def on_slack(desk: Desk, slack: FakeSlack) -> Desk:
    client = web_client(BOT_TOKEN, slack.api_url, retries=False)
    client.timeout = PATIENCE  # type: ignore[assignment]
    desk.deliverer = desk.new_deliverer(SlackPoster(client))
    with desk.store.begin() as tx:
        curation.link_handles(tx, TEAM, {ADMIN: slack.workspace.channel(ADMIN.lstrip("#")).id})
    return desk


#: (what is done to a call of this method, however often)
FAULTS: dict[str, Callable[[Faults, str], None]] = {
    "429": lambda faults, call: faults.rate_limit(call, retry_after=30, times=2),
    "500": lambda faults, call: faults.answer(call, status=500, body="<html>oops</html>", times=2),
    "503": lambda faults, call: faults.answer(call, status=503, times=3),
    "internal_error": lambda faults, call: faults.refuse(call, "internal_error"),
    "hanging": lambda faults, call: faults.delay(call, 3 * PATIENCE),
    "done and cut": lambda faults, call: faults.cut(call),
}


def seen(slack: FakeSlack) -> list[str]:
    """The tables of the messages in the channel, in their order."""
    said = [m for m in slack.messages(ADMIN.lstrip("#")) if m.get("thread_ts") in (None, m["ts"])]
    return [table for m in said for table in re.findall(r"marts\.\w+", m["text"])[:1]]


@pytest.mark.parametrize("name", FAULTS)
def test_three_alerts_are_seen_once_and_in_order(name: str, on_slack: Desk, slack: FakeSlack) -> None:
    desk = on_slack
    for table in ("marts.a", "marts.b", "marts.c"):
        desk.board(f"On {table}", table)
        desk.happens(drop(table))
    FAULTS[name](slack.faults, POST)
    desk.tick()
    if name == "hanging":
        slack.wait_for(lambda: seen(slack) == ["marts.a"])
    for _ in range(6):
        desk.later(seconds=40)
        desk.deliver()

    assert seen(slack) == ["marts.a", "marts.b", "marts.c"]
    assert desk.backlog() == 0


@pytest.mark.parametrize("name", FAULTS)
def test_an_edit_that_failed_is_made_again(name: str, on_slack: Desk, slack: FakeSlack) -> None:
    desk = on_slack
    desk.board("Revenue", "marts.a")
    desk.happens(drop("marts.a"))
    desk.tick()
    desk.later(minutes=1)
    desk.happens(create("marts.a", "id"))
    FAULTS[name](slack.faults, EDIT)
    desk.tick()
    for _ in range(6):
        desk.later(seconds=40)
        desk.deliver()
    first, *thread = slack.messages(ADMIN.lstrip("#"))

    assert seen(slack) == ["marts.a"]
    assert first["text"].startswith("✅")
    assert sum("put it right" in m["text"] for m in thread) == 1
    assert desk.backlog() == 0
