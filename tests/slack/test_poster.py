"""Alerts reach Slack once, are redrawn in place, and can be looked for after a connection was cut."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from lineagebot.errors import CannotSay, SlackRefused, SlackTrouble
from lineagebot.playground.fake import BOT_TOKEN, FakeSlack
from lineagebot.playground.state import SCOPES
from lineagebot.reply import Choice, Choices, Code, Destination, Heading, Mention, Paragraph, Poster, Reply
from lineagebot.slack.client import web_client
from lineagebot.slack.poster import SlackPoster
from tests.slack.conftest import people_and_places

HISTORY = SCOPES | {"channels:history", "groups:history"}
ALERT = Reply(
    "ana dropped orders",
    (
        Heading("Dropped: orders"),
        Paragraph((Mention("Bob", "U0BOB", notify=True),)),
        Choices((Choice("Ack", "ack A1"),)),
    ),
    private=False,
    details=(Code("DROP TABLE orders"),),
)
LATER = Reply("acknowledged by bob", (Paragraph(("acknowledged by bob",)),), private=False)


@pytest.fixture
def slack():
    with FakeSlack(scopes=HISTORY, rate_limits=False) as slack:
        people_and_places(slack)
        slack.workspace.add_channel("old", is_archived=True)
        yield slack


@pytest.fixture
def poster(slack):
    return SlackPoster(web_client(BOT_TOKEN, slack.api_url, retries=False))


def at(slack, where):
    return Destination("T0ACME", slack.workspace.channel(where).id)


def test_it_is_a_poster(poster):
    said: Poster = poster
    assert said is poster


def test_an_alert_is_posted_with_its_details_in_the_thread(slack, poster):
    ts = poster.post(at(slack, "general"), ALERT, key="k1")
    alert, details = slack.from_bot("general")
    assert (alert["ts"], alert["text"]) == (ts, "ana dropped orders")
    assert "<@U0BOB>" in json.dumps(alert["blocks"])
    assert details["thread_ts"] == ts
    assert "DROP TABLE orders" in json.dumps(details["blocks"])


def test_a_line_is_said_in_the_thread(slack, poster):
    ts = poster.post(at(slack, "general"), LATER, key="k1")
    where = Destination("T0ACME", at(slack, "general").channel, thread=ts)
    poster.post(where, Reply("ack by @bob 10:02"), key="k2")
    assert slack.from_bot("general")[1]["thread_ts"] == ts


def test_an_update_changes_what_people_see_and_what_phones_say(slack, poster):
    where = at(slack, "general")
    ts = poster.post(where, ALERT, key="k1")
    poster.update(where, ts, LATER)
    alert = slack.from_bot("general")[0]
    assert alert["text"] == "acknowledged by bob"
    assert "acknowledged by bob" in json.dumps(alert["blocks"])
    assert "Dropped" not in json.dumps(alert["blocks"])


PLACES = [
    ("a person", lambda slack: slack.workspace.user("bob").id, "lineagebot"),
    ("an e-mail address", lambda slack: "bob@acme.example", "lineagebot"),
    ("a channel's name", lambda slack: "#general", "general"),
]


@pytest.mark.parametrize(("name", "seen"), [p[1:] for p in PLACES], ids=[p[0] for p in PLACES])
def test_it_finds(slack, poster, name, seen):
    where = Destination("T0ACME", name(slack))
    ts = poster.post(where, LATER, key="k1")
    poster.update(where, ts, ALERT)
    assert slack.from_bot(seen, viewer="bob")[0]["text"] == "ana dropped orders"
    assert len(slack.calls_of("conversations.open")) + len(slack.calls_of("conversations.list")) <= 1


def test_a_connection_cut_after_the_work_may_have_sent_it_and_is_found(slack, poster):
    where = at(slack, "general")
    began = datetime.now(UTC)
    slack.faults.cut("chat.postMessage")
    with pytest.raises(SlackTrouble) as trouble:
        poster.post(where, ALERT, key="k1")
    assert trouble.value.maybe_sent
    assert not isinstance(trouble.value, SlackRefused)
    assert len(slack.from_bot("general")) == 1, "the SDK must not try again by itself"
    assert poster.find(where, "k1", began) == slack.from_bot("general")[0]["ts"]
    assert poster.find(where, "k2", began) is None
    assert poster.find(where, "k1", began + timedelta(hours=1)) is None


def test_a_connection_refused_has_surely_not_sent_it(slack):
    poster = SlackPoster(web_client(BOT_TOKEN, "http://127.0.0.1:1/api/", retries=False))
    with pytest.raises(SlackTrouble) as trouble:
        poster.post(Destination("T0ACME", "C1"), ALERT, key="k1")
    assert not trouble.value.maybe_sent


def test_a_line_in_a_thread_is_found_there(slack, poster):
    where = at(slack, "general")
    ts = poster.post(where, ALERT, key="k1")
    thread = Destination("T0ACME", where.channel, thread=ts)
    line = poster.post(thread, LATER, key="line-1")
    assert poster.find(thread, "line-1", datetime.now(UTC)) == line


def test_looking_back_goes_through_all_pages(slack, poster):
    where = at(slack, "general")
    first = poster.post(where, LATER, key="first")
    for i in range(120):
        slack.say("ana", "general", f"chat {i}")
    assert poster.find(where, "first", datetime.now(UTC)) == first


def test_without_the_optional_scopes_it_cannot_say():
    with FakeSlack(scopes=SCOPES - {"channels:history"}, rate_limits=False) as slack:
        people_and_places(slack)
        poster = SlackPoster(web_client(BOT_TOKEN, slack.api_url, retries=False))
        with pytest.raises(CannotSay, match="channels:history"):
            poster.find(at(slack, "general"), "k1", datetime.now(UTC))


def test_slack_asking_to_wait_says_how_long(slack, poster):
    slack.faults.rate_limit("chat.postMessage", retry_after=7)
    with pytest.raises(SlackTrouble) as trouble:
        poster.post(at(slack, "general"), ALERT, key="k1")
    assert (trouble.value.retry_after, trouble.value.maybe_sent) == (7.0, False)


def test_a_proxys_error_page_is_no_refusal(slack, poster):
    slack.faults.answer("chat.postMessage", status=502, body="<html>bad gateway</html>")
    with pytest.raises(SlackTrouble) as trouble:
        poster.post(at(slack, "general"), ALERT, key="k1")
    assert not isinstance(trouble.value, SlackRefused)
    assert trouble.value.maybe_sent


REFUSED = [
    ("a channel that is not there", "C0NOTHERE", "/invite @lineagebot"),
    ("an archived channel", "old", "unarchive"),
    ("a name that nobody has", "#nowhere", "/invite @lineagebot"),
    ("an address that nobody has", "nobody@acme.example", "e-mail"),
]


@pytest.mark.parametrize(("name", "remedy"), [r[1:] for r in REFUSED], ids=[r[0] for r in REFUSED])
def test_it_says_what_to_do_about(slack, poster, name, remedy):
    where = at(slack, name) if name == "old" else Destination("T0ACME", name)
    with pytest.raises(SlackRefused, match=remedy):
        poster.post(where, ALERT, key="k1")


@pytest.mark.parametrize("error", ["invalid_auth", "token_revoked", "account_inactive"])
def test_a_token_that_died_names_the_setting(slack, poster, error):
    slack.faults.refuse("chat.postMessage", error)
    with pytest.raises(SlackRefused, match="SLACK_BOT_TOKEN"):
        poster.post(at(slack, "general"), ALERT, key="k1")


def test_an_alert_whose_blocks_are_refused_goes_out_as_text(slack, poster, caplog):
    said = {"messages": ["[ERROR] too long [json-pointer:/blocks/1/text]"]}
    slack.faults.answer("chat.postMessage", body={"ok": False, "error": "invalid_blocks", "response_metadata": said})
    ts = poster.post(at(slack, "general"), ALERT, key="k1")
    message = slack.from_bot("general")[0]
    assert message["ts"] == ts
    assert "Dropped: orders" in message["text"]
    assert "/lineage ack A1" in message["text"]
    assert "/blocks/1/text" in caplog.text
    assert poster.find(at(slack, "general"), "k1", datetime.now(UTC)) == ts


def test_an_update_whose_blocks_are_refused_is_text(slack, poster):
    ts = poster.post(at(slack, "general"), ALERT, key="k1")
    slack.faults.refuse("chat.update", "invalid_blocks")
    poster.update(at(slack, "general"), ts, LATER)
    message = slack.from_bot("general")[0]
    assert "acknowledged by bob" in message["text"]
    assert not message.get("blocks")


def test_details_that_fail_do_not_fail_the_alert(slack, poster, caplog):
    slack.faults.delay("chat.postMessage", 0)
    slack.faults.refuse("chat.postMessage", "internal_error")
    assert poster.post(at(slack, "general"), ALERT, key="k1")
    assert len(slack.from_bot("general")) == 1
    assert "details" in caplog.text
