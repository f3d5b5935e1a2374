"""The real commands, on a real store, through Slack: what they say is legal, and their buttons and forms work."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from lineagebot.commands.answer import answer
from lineagebot.commands.request import Asker, Request
from lineagebot.model import Objection, QuietHours
from lineagebot.playground.block_kit import validate
from lineagebot.policy import notice
from lineagebot.slack.blocks import draw, draw_details
from lineagebot.store import announcements, curation, listening
from lineagebot.testing import NOW
from tests.commands.conftest import services_of
from tests.slack.conftest import bot_on

LINES = [
    "marts.revenue",
    "lineage dashboard exec revenue",
    "who reads marts.revenue",
    "check DROP TABLE staging.orders",
    "check DROP SCHEMA marts CASCADE",
    "check SELECT * FROM nowhere WHERE (",
    "check ALTER TABLE raw.orders DROP COLUMN status",
    "column raw.orders.amount",
    "owner marts.revenue",
    "orders",
    "no_such_table_at_all",
    "subscribe marts.revenue",
    "subscriptions",
    "status",
    "alerts",
    'announce "DROP TABLE marts.revenue" tomorrow 09:00 because nobody needs it',
    "announce list",
    "quiet hours 20:00-08:00 Berlin weekends",
    "quiet hours 20:00-08:00 CET",
    "quiet hours",
    "digest weekly monday 09:00",
    "digest",
    "mine",
    "pause 2h",
    "resume",
    "help",
    "help check",
    "lineage orders",
    "<!channel> `x` *y*",
    "🔥",
    "",
]


@pytest.fixture
def services(store):
    from tests.commands.conftest import SHOP

    return services_of(SHOP, store)


@pytest.mark.parametrize("line", LINES)
def test_what_a_command_says_is_legal(services, line):
    asker = Asker("T0ACME", "U1", "ana", "C1", is_admin=True)
    reply = answer(Request(line, asker, NOW), services)
    blocks, text = draw(reply)
    assert validate(blocks) == []
    assert text
    if details := draw_details(reply):
        assert validate(details[0]) == []


@pytest.fixture
def bot(transport, services):
    with bot_on(transport, answer=partial(answer, services=services), clock=lambda: NOW) as bot:
        yield bot


def said(message):
    return json.dumps(message.get("blocks") or message["text"], ensure_ascii=False)


def test_lineage_is_answered(bot):
    bot.slack.slash("ana", "general", "/lineage", "marts.revenue")
    (message,) = bot.said_to("ana")
    assert "Exec revenue" in said(message)


def test_who_reads_is_answered(bot):
    bot.slack.slash("ana", "general", "/lineage", "who reads marts.revenue")
    assert "*Cleo*" in said(bot.said_to("ana")[0])


def test_a_drop_by_direct_message_is_checked(bot):
    bot.slack.say("ana", "lineagebot", "```DROP TABLE marts.revenue```")
    assert "Exec revenue" in said(bot.said_to("ana", "lineagebot")[0])


def test_an_ambiguous_name_is_chosen_by_button(bot):
    bot.slack.slash("ana", "general", "/lineage", "orders")
    (message,) = bot.said_to("ana")
    buttons = [e for b in message["blocks"] for e in b.get("elements", ()) if e.get("value")]
    bot.slack.click("ana", "general", message["ts"], buttons[0]["action_id"])
    assert bot.said_to("ana", count=2)


def test_an_owner_is_set_by_form_and_audited(bot, store):
    bot.slack.slash("ana", "general", "/lineage", "marts.lonely")
    (message,) = bot.said_to("ana")
    bot.slack.click("ana", "general", message["ts"], "Set owner")
    bot.slack.wait_for(lambda: bot.slack.view_of("ana"))
    bob = bot.slack.workspace.user("bob").id
    assert bot.slack.submit("ana", {"A person": bob}).ok
    bot.said_to("ana", count=2)
    with store.begin() as tx:
        entry = curation.audit_log(tx, limit=1)[0]
    assert bob in str(entry)
    assert bot.slack.workspace.user("ana").id in str(entry)


def test_a_channel_subscribes(bot, store):
    bot.slack.slash("ana", "general", "/lineage", "subscribe marts.revenue")
    bot.said_to("ana")
    with store.begin() as tx:
        assert curation.subscriptions(tx, channel=bot.slack.workspace.channel("general").id)


def test_a_change_is_announced_from_the_check_by_form(bot, store):
    bot.slack.say("ana", "lineagebot", "DROP TABLE marts.revenue")
    (message,) = bot.said_to("ana", "lineagebot")
    bot.slack.click("ana", "lineagebot", message["ts"], "Announce this change")
    bot.slack.wait_for(lambda: bot.slack.view_of("ana"))
    assert bot.slack.submit("ana", {"When": "tomorrow 09:00", "Why": "nobody needs it"}).ok
    bot.said_to("ana", "lineagebot", count=2)
    with store.begin() as tx:
        (found,) = announcements.find_open(tx)
    # Ana's Slack is set to Amsterdam.
    assert (found.why, found.at - NOW) == ("nobody needs it", timedelta(hours=22, minutes=20))
    blocks, _ = draw(notice.drawn(replace(found, objections=(Objection("bob", "I <need> it", NOW),))))
    assert validate(blocks) == []


def test_quiet_hours_are_set_by_form_in_ones_own_zone(bot, store):
    bot.slack.say("ana", "lineagebot", "quiet hours")
    (message,) = bot.said_to("ana", "lineagebot")
    bot.slack.click("ana", "lineagebot", message["ts"], "Set quiet hours")
    bot.slack.wait_for(lambda: bot.slack.view_of("ana"))
    assert bot.slack.submit("ana", {"From": "19:30", "Saturdays and Sundays": "weekends"}).ok
    bot.said_to("ana", "lineagebot", count=2)
    with store.begin() as tx:
        rule = listening.at_place(tx, "T0ACME", bot.slack.workspace.user("ana").id)
    # Ana's Slack is set to Amsterdam.
    assert rule.quiet == QuietHours("Europe/Amsterdam", 19 * 60 + 30, 8 * 60, weekends=True)
