"""What the page is told and what it may do, over its own protocol."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from websockets.sync.client import ClientConnection, connect

from lineagebot.playground.fake import FakeSlack
from lineagebot.playground.server import Playground
from tests.playground.conftest import QUICK, Bot, hang_up, hear, make_bot, over_sockets, populate
from tests.playground.test_conversations import BUTTONS


class Page:
    """One browser tab, as one person."""

    def __init__(self, client: httpx.Client, line: ClientConnection, who: str) -> None:
        self._client = client
        self._line = line
        self._who = who
        self.state = self.next()

    def next(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self._line.recv(timeout=10))
        return told

    def until(self, kind: str, **wanted: Any) -> dict[str, Any]:
        while True:
            told = self.next()
            if told["type"] == kind and all(told.get(k) == v for k, v in wanted.items()):
                return told

    def ask(self, path: str, **body: Any) -> dict[str, Any]:
        answered: dict[str, Any] = self._client.post(f"/page/{path}", json={"as": self._who, **body}).json()
        return answered


@pytest.fixture
def playground() -> Iterator[Playground]:
    fake = FakeSlack(patience=QUICK)
    populate(fake)
    commands = [{"command": "/echo", "usage_hint": "<text>", "description": "Says it again", "hints": []}]
    with Playground(fake, commands=commands, tables=lambda: ["raw.orders"]) as running:
        yield running


@pytest.fixture
def bot(playground: Playground) -> Iterator[Bot]:
    made = make_bot(playground.fake)
    hear(made)
    handler = over_sockets(playground.fake, made)
    yield made
    hang_up(playground.fake, handler)


@contextmanager
def page(playground: Playground, who: str) -> Iterator[Page]:
    base = playground.base_url
    with httpx.Client(base_url=base, headers={"Origin": base}, trust_env=False) as client:
        client.get(playground.fresh_url())
        cookie = "; ".join(f"{k}={v}" for k, v in client.cookies.items())
        url = f"{base.replace('http', 'ws')}/page/live?as={who}"
        with connect(url, origin=base, additional_headers={"Cookie": cookie}, proxy=None) as line:  # type: ignore[arg-type]
            yield Page(client, line, who)


def test_the_first_word_is_the_workspace_as_this_person_sees_it(playground: Playground) -> None:
    playground.fake.say("anna", "finance", "closing the books")
    playground.fake.say("anna", "secret", "psst")
    with page(playground, "U0BEN") as ben:
        state = ben.state
        assert (state["type"], state["team"]["name"], state["me"]) == ("state", "Acme", "U0BEN")
        names = {c["name"]: c["kind"] for c in state["channels"]}
        assert names == {"general": "channel", "finance": "channel", "lineagebot": "dm"}
        assert [m["text"] for m in state["messages"]["C0FINANCE"]] == ["closing the books"]
        guest = next(u for u in state["users"] if u["id"] == "U0GUEST")
        assert guest["is_guest"] is True
        assert state["commands"][0]["command"] == "/echo"
        assert state["tables"] == ["raw.orders"]


def test_what_one_says_the_other_sees(playground: Playground) -> None:
    with page(playground, "U0ANNA") as anna, page(playground, "U0BEN") as ben:
        assert anna.ask("say", channel="C0FINANCE", text="hi @ben")["ok"]
        told = ben.until("message")
        assert (told["channel"], told["message"]["text"]) == ("C0FINANCE", "hi <@U0BEN>")
        assert told["message"]["blocks"][0]["type"] == "rich_text"
        anna.ask("say", channel="C0FINANCE", text="in a thread", thread_ts=told["message"]["ts"])
        assert ben.until("message_changed")["message"]["reply_count"] == 1


def test_a_command_is_answered_only_to_the_one_who_typed_it(playground: Playground, bot: Bot) -> None:
    with page(playground, "U0ANNA") as anna, page(playground, "U0BEN") as ben:
        assert anna.ask("slash", channel="C0GENERAL", command="/echo", text="orders") == {"ok": True}
        told = anna.until("ephemeral")
        assert (told["message"]["text"], told["message"]["ephemeral"]) == ("echo: orders", True)
        anna.ask("say", channel="C0GENERAL", text="done")
        assert ben.next()["message"]["text"] == "done"


def test_a_button_is_pressed_by_its_element(playground: Playground, bot: Bot) -> None:
    with page(playground, "U0ANNA") as anna:
        bot.client.chat_postMessage(channel="C0GENERAL", text="dropped", blocks=BUTTONS)
        message = anna.until("message")["message"]
        element = {**message["blocks"][1]["elements"][0], "block_id": "acts"}
        assert anna.ask("action", channel="C0GENERAL", ts=message["ts"], action=element)["ok"]
        changed = anna.until("message_changed")["message"]
        assert (changed["text"], "edited" in changed) == ("pressed 42", True)
        late = anna.ask("action", channel="C0GENERAL", ts=message["ts"], action=element)
        assert late["ok"] is False
        assert "press" in late["error"]


def test_a_modal_is_filled_in_on_the_page(playground: Playground, bot: Bot) -> None:
    with page(playground, "U0ANNA") as anna:
        anna.ask("slash", channel="C0GENERAL", command="/form", text="")
        view = anna.until("view")["view"]
        found = anna.ask("suggest", action_id="table", block_id="table", value="users", view_id=view["id"])
        assert [o["value"] for o in found["options"]] == ["users"]

        def filled(name: str) -> dict[str, Any]:
            return {"name": {"typed": {"type": "plain_text_input", "value": name}}}

        refused = anna.ask("view/submit", view_id=view["id"], values=filled("bad"))
        assert refused["errors"] == {"name": "not this one"}
        assert anna.ask("view/submit", view_id=view["id"], values=filled("good")) == {"ok": True}
        assert anna.until("view")["view"] is None
        assert bot.of("submit")[-1]["view"]["state"]["values"]["name"]["typed"]["value"] == "good"


def test_home_is_drawn_for_the_one_who_opens_it(playground: Playground, bot: Bot) -> None:
    with page(playground, "U0ANNA") as anna:
        dm = next(c["id"] for c in anna.state["channels"] if c["kind"] == "dm")
        assert anna.ask("home", channel=dm) == {"ok": True}
        assert anna.until("home")["view"]["blocks"][0]["text"]["text"] == "Welcome"


def test_the_bots_status_comes_and_goes_with_its_answer(playground: Playground, bot: Bot) -> None:
    with page(playground, "U0ANNA") as anna:
        ts = playground.fake.say("anna", "lineagebot", "who reads orders?")
        dm = playground.fake.workspace.dm_with("anna").id
        bot.client.assistant_threads_setStatus(channel_id=dm, thread_ts=ts, status="is reading…")
        assert anna.until("status")["status"] == "is reading…"
        bot.client.chat_postMessage(channel=dm, thread_ts=ts, text="nobody")
        assert anna.until("status", status="")["thread_ts"] == ts


def test_a_picture_is_shown_from_the_playground_itself(playground: Playground, bot: Bot) -> None:
    with page(playground, "U0ANNA") as anna:
        bot.client.files_upload_v2(channel="C0GENERAL", filename="graph.png", content=b"\x89PNG!", alt_txt="a graph")
        message = anna.until("message")["message"]
        address = message["files"][0]["url_private"]
        assert address.startswith("/page/file/")
        picture = anna._client.get(address)
        assert (picture.content, picture.headers["content-type"]) == (b"\x89PNG!", "image/png")


REFUSED = [
    ("nobody", {"as": "U0NOBODY"}, "nobody in the workspace"),
    ("a bot", {"as": "U0LINEAGE"}, "nobody in the workspace"),
    ("a place that is not there", {"channel": "C0NOWHERE"}, "C0NOWHERE"),
    ("a place that is not one's own", {"as": "U0BEN", "channel": "C0SECRET"}, "not in secret"),
    ("a reply to nothing", {"thread_ts": "1.000001"}, "cannot_reply_to_message"),
    ("no text", {"text": None}, "cannot be read"),
]


@pytest.mark.parametrize(("changed", "sentence"), [r[1:] for r in REFUSED], ids=[r[0] for r in REFUSED])
def test_what_cannot_be_done_is_said_in_a_sentence(
    playground: Playground, changed: dict[str, Any], sentence: str
) -> None:
    with page(playground, "U0ANNA") as anna:
        answer = anna.ask("say", **{"channel": "C0GENERAL", "text": "hi", **changed})
        assert answer["ok"] is False
        assert sentence in answer["error"]
