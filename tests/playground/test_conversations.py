"""A bot on the real Bolt talks with people in the fake, over Socket Mode and over signed HTTP."""

from __future__ import annotations

from slack_sdk import WebClient

from lineagebot.playground.fake import FakeSlack
from tests.playground.conftest import Bot

BUTTONS = [
    {"type": "section", "block_id": "about", "text": {"type": "mrkdwn", "text": "orders was dropped"}},
    {
        "type": "actions",
        "block_id": "acts",
        "elements": [
            {
                "type": "button",
                "action_id": "press",
                "value": "42",
                "text": {"type": "plain_text", "text": "Acknowledge"},
            },
            {
                "type": "static_select",
                "action_id": "pick",
                "placeholder": {"type": "plain_text", "text": "Snooze"},
                "options": [
                    {"text": {"type": "plain_text", "text": "One hour"}, "value": "1h"},
                    {"text": {"type": "plain_text", "text": "Four hours"}, "value": "4h"},
                ],
            },
        ],
    },
]


def test_a_slash_command_is_answered_to_the_person_alone(slack: FakeSlack, bot: Bot) -> None:
    outcome = slack.slash("anna", "general", "/echo", "orders")
    assert outcome.ok
    slack.wait_for(lambda: slack.from_bot("general", viewer="anna"))
    assert [m["text"] for m in slack.from_bot("general", viewer="anna")] == ["echo: orders"]
    assert slack.from_bot("general", viewer="ben") == []


def test_mentions_in_a_slash_command_carry_ids_and_names(slack: FakeSlack, bot: Bot) -> None:
    slack.slash("ben", "general", "/echo", "owner orders @anna #finance & <b> @data-oncall @nobody")
    group = next(iter(slack.workspace.groups))
    expected = (
        f"owner orders <@U0ANNA|anna> <#C0FINANCE|finance> &amp; &lt;b&gt; <!subteam^{group}|@data-oncall> @nobody"
    )
    assert expected == bot.of("command")[0]["text"]


def test_a_direct_message_arrives_with_its_code_as_a_block(slack: FakeSlack, bot: Bot) -> None:
    slack.say("anna", "lineagebot", "is this ok?\n```DROP TABLE a.b -- x < 1\n```")
    slack.wait_for(lambda: slack.from_bot("lineagebot", viewer="anna"))
    heard = bot.of("message")[0]["event"]
    assert heard["channel_type"] == "im"
    assert heard["text"] == "is this ok?\n```DROP TABLE a.b -- x &lt; 1\n```"
    kinds = [(e["type"], e["elements"][0]["text"]) for e in heard["blocks"][0]["elements"]]
    assert kinds == [("rich_text_section", "is this ok?\n"), ("rich_text_preformatted", "DROP TABLE a.b -- x < 1")]


def test_a_mention_in_a_channel_is_answered_in_its_thread(slack: FakeSlack, bot: Bot) -> None:
    ts = slack.say("anna", "general", "@lineagebot who reads orders?")
    slack.wait_for(lambda: slack.from_bot("general"))
    parent, reply = slack.messages("general")
    assert (parent["ts"], parent["reply_count"], reply["thread_ts"]) == (ts, 1, ts)
    assert bot.of("mention")[0]["event"]["text"] == "<@U0LINEAGE> who reads orders?"
    assert "message" not in bot.kinds()


def test_a_mention_where_the_bot_is_not_reaches_nobody(slack: FakeSlack, bot: Bot) -> None:
    slack.say("anna", "secret", "@lineagebot psst")
    assert "not in this channel" in slack.messages("secret", viewer="anna")[-1]["text"]
    assert bot.heard == []


def test_a_button_is_pressed_and_the_message_replaced(slack: FakeSlack, bot: Bot) -> None:
    ts = bot.client.chat_postMessage(channel="C0GENERAL", text="orders was dropped", blocks=BUTTONS)["ts"]
    assert slack.click("anna", "general", ts, "Acknowledge").ok
    slack.wait_for(lambda: "edited" in slack.messages("general")[0])
    message = slack.messages("general")[0]
    assert (message["text"], message.get("blocks")) == ("pressed 42", None)
    heard = bot.of("press")[0]
    assert heard["user"]["id"] == "U0ANNA"
    assert heard["message"]["ts"] == ts
    assert heard["actions"][0]["block_id"] == "acts"


def test_a_choice_says_the_option_and_stands_in_the_state(slack: FakeSlack, bot: Bot) -> None:
    ts = bot.client.chat_postMessage(channel="C0GENERAL", text="orders was dropped", blocks=BUTTONS)["ts"]
    slack.choose("anna", "general", ts, "pick", "Four hours")
    slack.wait_for(lambda: bot.of("pick"))
    heard = bot.of("pick")[0]
    assert heard["actions"][0]["selected_option"]["value"] == "4h"
    assert heard["state"]["values"]["acts"]["pick"]["selected_option"]["value"] == "4h"


def test_a_modal_is_filled_refused_and_submitted(slack: FakeSlack, bot: Bot) -> None:
    slack.slash("anna", "general", "/form")
    slack.wait_for(lambda: slack.view_of("anna"))
    assert slack.view_of("ben") is None
    assert slack.submit("anna", {}).errors == {"name": "Please complete this required field."}
    assert bot.of("submit") == []
    assert slack.submit("anna", {"Name": "bad"}).errors == {"name": "not this one"}
    assert slack.view_of("anna") is not None
    assert [o["value"] for o in slack.suggest("anna", "table", "ord")] == ["orders", "orders_daily"]
    assert slack.submit("anna", {"Name": "good", "table": "orders"}).ok
    assert slack.view_of("anna") is None
    values = bot.of("submit")[-1]["view"]["state"]["values"]
    assert values["name"]["typed"] == {"type": "plain_text_input", "value": "good"}
    assert values["table"]["table"]["selected_option"]["value"] == "orders"


def test_a_modal_on_top_is_closed_and_the_first_is_seen_again(slack: FakeSlack, bot: Bot) -> None:
    slack.slash("anna", "general", "/form")
    first = slack.wait_for(lambda: slack.view_of("anna"))
    slack.submit("anna", {"Name": "next"})
    top = slack.view_of("anna")
    assert top is not None
    assert (top["callback_id"], top["previous_view_id"]) == ("second", first["id"])
    slack.close_view("anna")
    below = slack.view_of("anna")
    assert below is not None
    assert below["id"] == first["id"]
    slack.close_view("anna")
    assert slack.view_of("anna") is None
    slack.wait_for(lambda: bot.of("closed"))


def test_home_is_published_to_the_one_who_opens_it(slack: FakeSlack, bot: Bot) -> None:
    slack.open_home("anna")
    slack.wait_for(lambda: slack.home_of("anna"))
    assert slack.home_of("ben") is None


def test_a_stranger_and_a_shared_channel_can_be_told(slack: FakeSlack, bot: Bot) -> None:
    slack.say("sam", "partners", "@lineagebot who reads orders?")
    slack.wait_for(lambda: bot.of("mention"))
    heard = bot.of("mention")[0]
    assert heard["is_ext_shared_channel"] is True
    assert heard["event"]["user_team"] == "T0PARTNER"
    client: WebClient = bot.client
    assert client.users_info(user="U0STRANGER")["user"]["team_id"] == "T0PARTNER"
    assert client.conversations_info(channel="C0SHARED")["channel"]["is_ext_shared"] is True


def test_shortcuts_reach_the_app_with_and_without_a_message(slack: FakeSlack, bot: Bot) -> None:
    ts = slack.say("ben", "general", "DROP TABLE orders")
    assert slack.shortcut("anna", "check", where="general", ts=ts).ok
    assert slack.shortcut("anna", "check").ok
    slack.wait_for(lambda: len(bot.of("shortcut")) == 2)
    on_message, everywhere = bot.of("shortcut")
    assert (on_message["type"], on_message["message"]["text"]) == ("message_action", "DROP TABLE orders")
    assert (everywhere["type"], "message" in everywhere) == ("shortcut", False)


def test_an_external_select_asks_only_when_enough_is_typed(slack: FakeSlack, bot: Bot) -> None:
    slack.slash("anna", "general", "/form")
    slack.wait_for(lambda: slack.view_of("anna"))
    assert slack.suggest("anna", "table", "") == []
    assert bot.of("options") == []


def test_slack_names_what_the_app_left_unnamed(slack: FakeSlack, client: WebClient) -> None:
    unnamed = {"type": "button", "text": {"type": "plain_text", "text": "Go"}}
    blocks = [{"type": "actions", "elements": [unnamed]}]
    ts = client.chat_postMessage(channel="C0GENERAL", text="x", blocks=blocks)["ts"]
    (block,) = slack.messages("general")[0]["blocks"]
    assert block["block_id"]
    assert block["elements"][0]["action_id"]
    assert "did not respond" in slack.click("anna", "general", ts, "Go").error
