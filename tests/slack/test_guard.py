"""Guests, people of other workspaces and shared channels learn nothing."""

from __future__ import annotations

import json

import pytest

from lineagebot.errors import SlackRefused
from lineagebot.reply import Destination, Paragraph, Reply
from lineagebot.slack.guard import CANNOT_SEE, CANNOT_TELL, MEMBERS_ONLY, NOT_HERE
from tests.slack.conftest import REPLIES, bot_on

BOT = "lineagebot"
ALERT = Reply("dropped", (Paragraph(("dropped",)),), private=False)

#: who, where, what they are told
OUTSIDERS = [
    ("a guest in a channel", "guest", "general", MEMBERS_ONLY),
    ("a guest in a direct message", "guest", BOT, MEMBERS_ONLY),
    ("a visitor in a shared channel", "visitor", "partners", MEMBERS_ONLY),
    ("a visitor in a direct message", "visitor", BOT, MEMBERS_ONLY),
    ("a member in a shared channel", "ana", "partners", NOT_HERE),
    ("a member where I see nothing", "ana", "secret", CANNOT_SEE),
]


def everything_said(bot, who, where):
    return [m["text"] for m in bot.slack.from_bot(where, viewer=who)]


@pytest.mark.parametrize(("who", "where", "told"), [o[1:] for o in OUTSIDERS], ids=[o[0] for o in OUTSIDERS])
def test_a_command_by(bot, who, where, told):
    assert bot.slack.slash(who, where, "/lineage", "orders").ok
    bot.said_to(who, where)
    assert everything_said(bot, who, where) == [told]
    assert bot.asked == []


@pytest.mark.parametrize("who", ["guest", "visitor"])
def test_a_direct_message_by(bot, who):
    bot.slack.say(who, BOT, "DROP TABLE orders")
    bot.said_to(who, BOT)
    assert everything_said(bot, who, BOT) == [MEMBERS_ONLY]
    assert bot.asked == []


def test_a_mention_in_a_shared_channel(bot):
    bot.slack.say("ana", "partners", "@lineagebot orders")
    bot.said_to("ana", "partners")
    assert everything_said(bot, "ana", "partners") == [NOT_HERE]
    assert everything_said(bot, "visitor", "partners") == [], "even the refusal is hers alone"
    assert bot.asked == []


def test_a_button_pressed_by_a_guest(bot):
    channel = bot.slack.workspace.channel("general").id
    ts = bot.app.poster.post(Destination("T0ACME", channel), REPLIES["alert"], key="k")
    bot.slack.click("guest", "general", ts, "Acknowledge")
    bot.slack.wait_for(lambda: MEMBERS_ONLY in everything_said(bot, "guest", "general"))
    assert bot.asked == []


def test_names_are_not_suggested_to_a_guest(bot):
    bot.shortcut("ana", "find_lineage")
    bot.slack.wait_for(lambda: bot.slack.view_of("ana"))
    view = bot.slack.view_of("ana")
    guest = bot.slack.workspace.user("guest").id
    bot.slack.state.views.open(guest, {k: view[k] for k in ("type", "title", "submit", "blocks", "callback_id")})
    assert bot.slack.suggest("ana", "lb1:name", "ord")
    assert bot.slack.suggest("guest", "lb1:name", "ord") == []


def test_the_home_tab_of_a_guest_says_one_sentence(bot):
    bot.slack.open_home("guest")
    home = bot.slack.wait_for(lambda: bot.slack.home_of("guest"))
    assert [b["text"]["text"] for b in home["blocks"]] == [MEMBERS_ONLY]
    assert bot.asked == []


def test_a_shortcut_by_a_guest_opens_nothing(bot):
    bot.shortcut("guest", "find_lineage")
    assert MEMBERS_ONLY in bot.said_to("guest", BOT)[0]["text"]
    assert bot.slack.view_of("guest") is None


def test_a_form_submitted_by_a_guest_runs_nothing(bot):
    bot.slack.slash("ana", "general", "/lineage", "form")
    view = bot.slack.wait_for(lambda: bot.slack.view_of("ana"))
    guest = bot.slack.workspace.user("guest").id
    copied = {k: view[k] for k in ("type", "title", "submit", "blocks", "callback_id", "private_metadata")}
    bot.slack.state.views.open(guest, copied)
    bot.slack.submit("guest", {"Who owns it": guest})
    assert MEMBERS_ONLY in json.dumps(bot.slack.view_of("guest"))
    assert bot.lines() == ["form"]


@pytest.mark.parametrize("method", ["users.info", "conversations.info"])
def test_where_slack_cannot_tell_nothing_is_told(bot, method):
    bot.slack.faults.answer(method, status=503, body={"ok": False, "error": "service_unavailable"}, times=3)
    bot.slack.slash("ana", "general", "/lineage", "orders")
    bot.said_to("ana")
    assert everything_said(bot, "ana", "general")[0] in (CANNOT_TELL, CANNOT_SEE)
    assert bot.asked == []


def test_a_shared_channel_may_be_allowed(transport):
    with bot_on(transport) as probe:
        shared = probe.slack.workspace.channel("partners").id
    with bot_on(transport, allowed=(shared,)) as bot:
        assert bot.slack.workspace.channel("partners").id == shared
        bot.slack.slash("ana", "partners", "/lineage", "orders")
        assert bot.said_to("ana", "partners")[0]["text"] == "orders feeds 2 dashboards"


def test_an_alert_does_not_go_to_a_channel_that_was_shared(bot):
    shared = bot.slack.workspace.channel("partners").id
    with pytest.raises(SlackRefused, match="shared with another company"):
        bot.app.poster.post(Destination("T0ACME", shared), ALERT, key="k")
    assert everything_said(bot, "visitor", "partners") == []


def test_slack_is_not_asked_about_a_person_twice(bot):
    for asked in range(3):
        bot.slack.slash("ana", "general", "/lineage", "orders")
        bot.said_to("ana", count=asked + 1)
    assert len(bot.slack.calls_of("users.info")) == 1
    assert len(bot.slack.calls_of("conversations.info")) == 1
