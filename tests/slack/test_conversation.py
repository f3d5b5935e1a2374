"""What a person does in Slack and what they see of it: the same over Socket Mode and over signed HTTP."""

from __future__ import annotations

import json

import pytest

from lineagebot.playground.clock import Patience
from tests.slack.conftest import bot_on

GENERAL = "general"
BOT = "lineagebot"


def drawn(message):
    return json.dumps(message.get("blocks") or message["text"], ensure_ascii=False)


def test_a_slash_command_is_answered_to_its_asker_alone(bot):
    assert bot.slack.slash("ana", GENERAL, "/lineage", "orders").ok
    (message,) = bot.said_to("ana")
    assert message["text"] == "orders feeds 2 dashboards"
    assert "`Exec revenue` &amp; 1 more" in drawn(message)
    assert bot.slack.from_bot(GENERAL, viewer="bob") == []
    (request,) = bot.asked
    assert (request.line, request.asker.user, request.asker.is_admin, request.asker.workspace, request.dm) == (
        "orders",
        bot.slack.workspace.user("ana").id,
        True,
        "T0ACME",
        False,
    )
    assert request.asker.channel == bot.slack.workspace.channel(GENERAL).id


def test_a_slash_command_works_where_the_bot_is_no_member(bot):
    assert bot.slack.slash("ana", "side", "/lineage", "orders").ok
    assert bot.said_to("ana", "side")


def test_a_button_runs_its_command_as_if_typed(bot):
    bot.slack.slash("ana", GENERAL, "/lineage", "orders")
    (message,) = bot.said_to("ana")
    assert bot.slack.click("ana", GENERAL, message["ts"], "Readers").ok
    assert bot.said_to("ana", count=2)[1]["text"] == "heard: who reads orders"
    assert bot.lines() == ["orders", "who reads orders"]


def test_a_button_with_a_long_command_runs_it_whole(bot):
    bot.slack.slash("ana", GENERAL, "/lineage", "orders")
    (message,) = bot.said_to("ana")
    bot.slack.click("ana", GENERAL, message["ts"], "Long")
    bot.said_to("ana", count=2)
    assert bot.lines()[1] == "check " + "SELECT 1; " * 400


def test_a_menu_runs_what_was_chosen(bot):
    bot.slack.slash("ana", GENERAL, "/lineage", "orders")
    (message,) = bot.said_to("ana")
    bot.slack.choose("ana", GENERAL, message["ts"], "Direction", "Upstream")
    assert bot.said_to("ana", count=2)[1]["text"] == "heard: lineage orders --upstream"


def test_a_private_answer_can_be_shared(bot):
    bot.slack.slash("ana", GENERAL, "/lineage", "orders")
    (message,) = bot.said_to("ana")
    bot.slack.click("ana", GENERAL, message["ts"], "Share")
    (shared,) = bot.said_to("bob")
    assert "Exec revenue" in drawn(shared)
    assert "asked `/lineage orders`" in drawn(shared)
    assert bot.lines() == ["orders"], "what was seen is shared, not asked anew"


def test_an_answer_meant_for_all_is_seen_by_all(bot):
    bot.slack.slash("ana", GENERAL, "/lineage", "aloud")
    assert bot.said_to("bob")[0]["text"] == "said aloud"


def test_a_form_opens_is_filled_in_and_runs(bot):
    bot.slack.slash("ana", GENERAL, "/lineage", "orders")
    (message,) = bot.said_to("ana")
    bot.slack.click("ana", GENERAL, message["ts"], "Set owner")
    bot.slack.wait_for(lambda: bot.slack.view_of("ana"))
    bob = bot.slack.workspace.user("bob").id
    refused = bot.slack.submit("ana", {"Who owns it": bob, "Since": "never"})
    assert list(refused.errors.values()) == ["“never” is no day; write 2026-03-01."]
    blank = bot.slack.submit("ana", {"Who owns it": bob, "Since": "   "})
    assert list(blank.errors.values()) == ["Please fill this in."]
    assert bot.slack.submit("ana", {"Who owns it": bob, "Since": "1 March"}).ok
    assert bot.slack.view_of("ana") is None
    assert bot.said_to("ana", count=2)[1]["text"] == f'heard: owner orders &lt;@{bob}|Bob&gt; --since "1 March"'


def test_a_reply_that_is_a_form_opens_at_once(bot):
    bot.slack.slash("ana", GENERAL, "/lineage", "form")
    view = bot.slack.wait_for(lambda: bot.slack.view_of("ana"))
    assert view["title"]["text"] == "Owner of orders"
    assert bot.slack.from_bot(GENERAL, viewer="ana") == []


def test_a_form_where_no_modal_can_open_is_a_button(bot):
    bot.slack.say("ana", BOT, "form")
    (message,) = bot.said_to("ana", BOT)
    bot.slack.click("ana", BOT, message["ts"], "Owner of orders")
    assert bot.slack.wait_for(lambda: bot.slack.view_of("ana"))


def test_a_direct_message_is_answered_there_with_its_details_in_the_thread(bot):
    bot.slack.say("ana", BOT, "orders")
    answer, details = bot.said_to("ana", BOT, count=2)
    assert answer["text"] == "orders feeds 2 dashboards"
    assert "thread_ts" not in answer or answer["thread_ts"] == answer["ts"]
    assert details["thread_ts"] == answer["ts"]
    assert "CREATE TABLE orders" in drawn(details)
    assert bot.asked[0].dm
    assert bot.asked[0].asker.in_dm


def test_sql_in_a_code_block_arrives_as_it_was_typed(bot):
    bot.slack.say("ana", BOT, "```DROP TABLE marts.revenue; -- a < b && c```")
    bot.said_to("ana", BOT)
    assert bot.lines() == ["DROP TABLE marts.revenue; -- a < b && c"]


def test_names_with_dots_are_not_read_as_links(bot):
    bot.slack.say("ana", BOT, "who reads marts.revenue.com")
    bot.said_to("ana", BOT)
    assert bot.lines() == ["who reads marts.revenue.com"]


def test_a_mention_is_answered_in_its_thread_for_all(bot):
    ts = bot.slack.say("ana", GENERAL, "@lineagebot orders")
    messages = bot.said_to("bob", count=2)
    assert bot.lines() == ["orders"]
    assert {m["thread_ts"] for m in messages} == {ts}


def test_the_typing_state_shows_and_goes(bot):
    bot.slack.say("ana", BOT, "orders")
    bot.settled("assistant.threads.setStatus", count=2)
    said = [c.args["status"] for c in bot.slack.calls_of("assistant.threads.setStatus")]
    assert said == ["is looking…", ""]


def test_a_workspace_without_typing_state_answers_all_the_same(transport):
    from lineagebot.playground.state import SCOPES

    with bot_on(transport, scopes=SCOPES - {"assistant:write"}) as bot:
        bot.slack.faults.refuse("assistant.threads.setStatus", "missing_scope")
        bot.slack.say("ana", BOT, "orders")
        bot.said_to("ana", BOT)


def test_the_bot_does_not_answer_itself(bot):
    bot.slack.say("ana", BOT, "orders")
    bot.said_to("ana", BOT, count=2)
    bot.slack.say("ana", BOT, "again")
    bot.said_to("ana", BOT, count=3)
    assert bot.lines() == ["orders", "again"]


def test_an_alert_button_edits_the_message_in_place(bot):
    from lineagebot.reply import Destination
    from tests.slack.conftest import REPLIES

    channel = bot.slack.workspace.channel(GENERAL).id
    ts = bot.app.poster.post(Destination("T0ACME", channel), REPLIES["alert"], key="k1")
    bot.slack.click("ana", GENERAL, ts, "Acknowledge")
    bot.settled("chat.update")
    (message,) = bot.slack.from_bot(GENERAL)
    assert message["text"] == "acknowledged by ana"
    assert "acknowledged by ana" in drawn(message)


def test_the_message_shortcut_checks_its_sql(bot):
    ts = bot.slack.say("bob", GENERAL, "```DROP TABLE orders```")
    bot.shortcut("ana", "check_sql", where=GENERAL, ts=ts)
    assert bot.said_to("ana")[0]["text"] == "heard: check DROP TABLE orders"


def test_the_global_shortcut_finds_by_name(bot):
    bot.shortcut("ana", "find_lineage")
    bot.slack.wait_for(lambda: bot.slack.view_of("ana"))
    options = bot.slack.suggest("ana", "lb1:name", "ord")
    assert [o["text"]["text"] for o in options] == ["shop.orders"] or options[0]["value"] == "orders"
    assert bot.slack.submit("ana", {"lb1:name": options[0]}).ok
    (answer,) = bot.said_to("ana", BOT)[:1]
    assert answer["text"].startswith("heard: orders") or answer["text"] == "orders feeds 2 dashboards"


def test_the_home_tab_says_what_it_is(bot):
    bot.slack.open_home("ana")
    home = bot.slack.wait_for(lambda: bot.slack.home_of("ana"))
    for part in ("I know who reads a table", "heard: mine", "heard: status", "heard: help"):
        assert part in drawn(home)


def test_an_old_button_is_answered_not_ignored(bot):
    post = bot.slack.workspace.channel(GENERAL)
    button = {"type": "button", "action_id": "v0:ack", "text": {"type": "plain_text", "text": "Old"}, "value": "x"}
    block = {"type": "actions", "block_id": "b", "elements": [button]}
    kept = bot.slack.workspace.post(
        post, {"type": "message", "user": "U0LINEAGE", "bot_id": "B0LINEAGE", "text": "t", "blocks": [block]}
    )
    assert bot.slack.click("ana", GENERAL, kept["ts"], "Old").ok
    assert "too old" in bot.said_to("ana", count=2)[1]["text"]


def test_what_was_kept_for_a_button_and_forgotten_says_what_to_type(bot):
    from lineagebot.slack.tokens import MemoryTokens

    with bot_on("socket", tokens=MemoryTokens(capacity=0)) as forgetful:
        forgetful.slack.slash("ana", GENERAL, "/lineage", "orders")
        (message,) = forgetful.said_to("ana")
        forgetful.slack.click("ana", GENERAL, message["ts"], "Long")
        assert "Please type: /lineage check SELECT 1;" in forgetful.said_to("ana", count=2)[1]["text"]
        assert forgetful.lines() == ["orders"]


def test_what_breaks_inside_is_said_with_a_reference_and_no_secret(bot, caplog):
    bot.slack.slash("ana", GENERAL, "/lineage", "boom")
    (message,) = bot.said_to("ana")
    assert "something broke on my side (reference " in message["text"]
    assert "innermost" not in drawn(message)
    assert message["text"].split("reference ")[1].split(")")[0] in caplog.text


def test_an_event_that_comes_twice_is_answered_once(bot):
    from lineagebot.playground import envelopes
    from lineagebot.playground.delivery import EVENT

    person = bot.slack.workspace.user("ana")
    channel = bot.slack.workspace.dm_with(person)
    said = {"type": "message", "user": person.id, "text": "orders", "ts": "1700000000.000001", "team": "T0ACME"}
    payload = envelopes.message_event(bot.slack.state, channel, said)
    for _ in range(3):
        bot.slack._delivery.deliver(EVENT, payload)
    bot.slack.say("ana", BOT, "last")
    bot.slack.wait_for(lambda: "last" in bot.lines())
    assert sorted(bot.lines()) == ["last", "orders"]


def test_an_expired_response_url_falls_back_to_an_ephemeral_message(transport):
    with bot_on(transport, patience=Patience(response_url=0.0)) as bot:
        bot.slack.slash("ana", GENERAL, "/lineage", "orders")
        bot.said_to("ana")
        assert bot.slack.from_bot(GENERAL, viewer="bob") == []
        assert len(bot.slack.calls_of("chat.postEphemeral")) == 1


def test_where_no_door_is_open_a_direct_message_comes(transport):
    with bot_on(transport, patience=Patience(response_url=0.0)) as bot:
        bot.slack.faults.refuse("chat.postEphemeral", "user_not_in_channel")
        bot.slack.slash("ana", GENERAL, "/lineage", "orders")
        assert bot.said_to("ana", BOT)[0]["text"] == "orders feeds 2 dashboards"


def test_an_answer_waits_when_slack_asks_to(bot):
    bot.slack.faults.rate_limit("chat.postMessage", retry_after=1)
    bot.slack.say("ana", BOT, "aloud")
    (message,) = bot.said_to("ana", BOT)
    assert message["text"] == "said aloud"
    bot.settled("chat.postMessage", count=2)
    first, second = bot.slack.calls_of("chat.postMessage")
    assert second.at - first.at >= 0.9


def test_an_answer_whose_blocks_are_refused_comes_as_text(bot, caplog):
    body = {"ok": False, "error": "invalid_blocks", "response_metadata": {"messages": ["x [json-pointer:/blocks/3]"]}}
    bot.slack.faults.answer("chat.postMessage", body=body)
    bot.slack.say("ana", BOT, "orders")
    first = bot.said_to("ana", BOT)[0]
    assert not first.get("blocks")
    assert "feeds Exec revenue &amp; 1 more" in first["text"]
    assert "/blocks/3" in caplog.text


@pytest.mark.parametrize("word", ["orders", "aloud"])
def test_the_answer_comes_fast(bot, word):
    bot.slack.slash("ana", GENERAL, "/lineage", word)
    assert bot.said_to("ana")
