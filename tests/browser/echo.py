"""A small Bolt app that does a bit of everything a person can meet in Slack: what the page is tested with."""

from __future__ import annotations

import logging
from threading import Event
from typing import Any

from slack_bolt import App
from slack_sdk import WebClient

ALERT_ACTIONS: list[dict[str, Any]] = [
    {
        "type": "button",
        "action_id": "ack",
        "style": "primary",
        "value": "ack 7",
        "text": {"type": "plain_text", "text": "Acknowledge"},
    },
    {
        "type": "static_select",
        "action_id": "snooze",
        "placeholder": {"type": "plain_text", "text": "Snooze"},
        "options": [
            {"text": {"type": "plain_text", "text": said}, "value": value}
            for said, value in (("1 hour", "1h"), ("4 hours", "4h"), ("Until tomorrow", "tomorrow"))
        ],
    },
    {
        "type": "button",
        "action_id": "resolve",
        "style": "danger",
        "value": "resolve 7",
        "text": {"type": "plain_text", "text": "Resolve"},
        "confirm": {
            "title": {"type": "plain_text", "text": "Resolve this alert?"},
            "text": {"type": "mrkdwn", "text": "`marts.revenue_daily` is still gone."},
            "confirm": {"type": "plain_text", "text": "Resolve it"},
            "deny": {"type": "plain_text", "text": "Keep it open"},
        },
    },
    {
        "type": "overflow",
        "action_id": "more",
        "options": [
            {"text": {"type": "plain_text", "text": "Wrong owner"}, "value": "wrong-owner"},
            {"text": {"type": "plain_text", "text": "Why do I see this?"}, "value": "why"},
        ],
    },
]


def section(text: str, **more: Any) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def context(text: str) -> dict[str, Any]:
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": text}]}


def alert(state: str, *, with_actions: bool = True) -> list[dict[str, Any]]:
    blocks = [
        {"type": "header", "text": {"type": "plain_text", "text": ":rotating_light: marts.revenue_daily was dropped"}},
        context(f"*{state}* · by <@U0BEN> · <!date^1764000000^{{date_short_pretty}} at {{time}}|then>"),
        section("`DROP TABLE marts.revenue_daily` takes *3 dashboards* and *14 readers* with it."),
        section("```SELECT * FROM marts.orders\nWHERE note = '*' AND total &lt; 3 * 4;```"),
    ]
    return [*blocks, {"type": "actions", "elements": ALERT_ACTIONS}] if with_actions else blocks


PICK: list[dict[str, Any]] = [
    section("Who should hear of it?"),
    {
        "type": "actions",
        "elements": [
            {
                "type": "users_select",
                "action_id": "person",
                "placeholder": {"type": "plain_text", "text": "A person"},
            },
            {
                "type": "channels_select",
                "action_id": "channel",
                "placeholder": {"type": "plain_text", "text": "A channel"},
            },
            {
                "type": "external_select",
                "action_id": "table",
                "min_query_length": 2,
                "placeholder": {"type": "plain_text", "text": "A table"},
            },
            {
                "type": "multi_static_select",
                "action_id": "tags",
                "placeholder": {"type": "plain_text", "text": "Tags"},
                "options": [
                    {"text": {"type": "plain_text", "text": tag}, "value": tag} for tag in ("gold", "pii", "finance")
                ],
            },
            {"type": "datepicker", "action_id": "until", "initial_date": "2026-11-24"},
            {
                "type": "checkboxes",
                "action_id": "how",
                "options": [
                    {"text": {"type": "mrkdwn", "text": "*Daily* digest"}, "value": "daily"},
                    {"text": {"type": "mrkdwn", "text": "At once"}, "value": "now"},
                ],
            },
        ],
    },
]

FORM: dict[str, Any] = {
    "type": "modal",
    "callback_id": "owner",
    "title": {"type": "plain_text", "text": "Change the owner"},
    "submit": {"type": "plain_text", "text": "Save"},
    "close": {"type": "plain_text", "text": "Cancel"},
    "blocks": [
        section("Who answers for *marts.revenue_daily*?"),
        {
            "type": "input",
            "block_id": "owner",
            "label": {"type": "plain_text", "text": "Owner"},
            "element": {
                "type": "users_select",
                "action_id": "person",
                "placeholder": {"type": "plain_text", "text": "A person"},
            },
        },
        {
            "type": "input",
            "block_id": "why",
            "label": {"type": "plain_text", "text": "Why"},
            "hint": {"type": "plain_text", "text": "Kept in the audit."},
            "element": {"type": "plain_text_input", "action_id": "reason", "multiline": True},
        },
        {
            "type": "input",
            "block_id": "table",
            "optional": True,
            "label": {"type": "plain_text", "text": "Another table"},
            "element": {"type": "external_select", "action_id": "table", "min_query_length": 2},
        },
    ],
}

TABLES = ("raw.orders", "marts.orders", "marts.revenue_daily", "marts.revenue_monthly")


class Echo:
    """`answer_now` holds back the answer to "slowly", so that a test sees the status line before it."""

    def __init__(self, *, client: WebClient, signing_secret: str) -> None:
        quiet = logging.getLogger("tests.browser.echo")
        quiet.setLevel(logging.CRITICAL)
        self.app = App(
            client=client, signing_secret=signing_secret, logger=quiet, raise_error_for_unhandled_request=False
        )
        self.answer_now = Event()
        self.heard: list[tuple[str, Any]] = []
        self._listen()

    def _listen(self) -> None:
        app, heard = self.app, self.heard

        @app.command("/lineage")
        def command(ack: Any, body: Any, client: Any, respond: Any) -> None:
            ack()
            heard.append(("command", body["text"]))
            channel, word = body["channel_id"], body["text"]
            match word:
                case "alert":
                    client.chat_postMessage(
                        channel=channel, text="marts.revenue_daily was dropped", blocks=alert("Open")
                    )
                case "pick":
                    client.chat_postMessage(channel=channel, text="Who should hear of it?", blocks=PICK)
                case "form":
                    client.views_open(trigger_id=body["trigger_id"], view={**FORM, "private_metadata": channel})
                case _:
                    respond(text=f"You asked: {word}", blocks=[section(f"You asked: `{word}`"), context("as of 09:40")])

        @app.action("ack")
        def ack_alert(ack: Any, body: Any, client: Any) -> None:
            ack()
            channel, ts, user = body["channel"]["id"], body["message"]["ts"], body["user"]["id"]
            blocks = alert(f"Acknowledged by <@{user}>", with_actions=False)
            client.chat_update(channel=channel, ts=ts, text="Acknowledged", blocks=blocks)
            client.chat_postMessage(channel=channel, thread_ts=ts, text=f"<@{user}> has it in hand.")

        @app.action("snooze")
        def snooze(ack: Any, body: Any, client: Any) -> None:
            ack()
            until = body["actions"][0]["selected_option"]["value"]
            blocks = alert(f"Snoozed: {until}")
            client.chat_update(channel=body["channel"]["id"], ts=body["message"]["ts"], text="Snoozed", blocks=blocks)

        @app.action("resolve")
        def resolve(ack: Any, body: Any, client: Any) -> None:
            ack()
            blocks = alert("Resolved", with_actions=False)
            client.chat_update(channel=body["channel"]["id"], ts=body["message"]["ts"], text="Resolved", blocks=blocks)

        @app.action("more")
        def more(ack: Any, body: Any, respond: Any) -> None:
            ack()
            chosen = body["actions"][0]["selected_option"]["value"]
            respond(text=f"You chose {chosen}.", replace_original=False)

        for choice in ("person", "channel", "table", "tags", "until", "how"):
            app.action(choice)(self._chosen)

        @app.options("table")
        def options(ack: Any, payload: Any) -> None:
            found = [name for name in TABLES if payload["value"] in name]
            ack(options=[{"text": {"type": "plain_text", "text": name}, "value": name} for name in found])

        @app.view("owner")
        def submitted(ack: Any, body: Any, view: Any, client: Any) -> None:
            values = view["state"]["values"]
            heard.append(("submitted", values))
            reason = values["why"]["reason"]["value"]
            if len(reason) < 10:
                ack(response_action="errors", errors={"why": "Say a little more: ten letters at least."})
            elif "again" in reason:
                title = {"type": "plain_text", "text": "Once more"}
                ack(
                    response_action="update",
                    view={**FORM, "title": title, "private_metadata": view["private_metadata"]},
                )
            else:
                ack()
                owner = values["owner"]["person"]["selected_user"]
                client.chat_postEphemeral(
                    channel=view["private_metadata"], user=body["user"]["id"], text=f"<@{owner}> owns it now."
                )

        @app.event("app_home_opened")
        def home(event: Any, client: Any) -> None:
            blocks = [
                {"type": "header", "text": {"type": "plain_text", "text": "Your tables"}},
                section("You own *12* tables.", accessory={**ALERT_ACTIONS[0], "action_id": "home-button"}),
            ]
            client.views_publish(user_id=event["user"], view={"type": "home", "blocks": blocks})

        @app.action("home-button")
        def pressed_at_home(ack: Any, body: Any, client: Any) -> None:
            ack()
            view = {"type": "home", "blocks": [section("Pressed at home.")]}
            client.views_publish(user_id=body["user"]["id"], view=view)

        @app.event("message")
        def message(event: Any, say: Any, client: Any) -> None:
            if event.get("subtype") or event.get("bot_id"):
                return
            heard.append(("message", event))
            if event["text"] == "slowly":
                where = {"channel_id": event["channel"], "thread_ts": event["ts"]}
                client.assistant_threads_setStatus(**where, status="is following the lineage…")
                self.answer_now.wait(20)
                client.assistant_threads_setStatus(**where, status="")
            say(text=f"You said: {event['text']}", thread_ts=event.get("thread_ts"))

    def _chosen(self, ack: Any, body: Any, respond: Any) -> None:
        ack()
        action = body["actions"][0]
        kept = {k: v for k, v in action.items() if k.startswith("selected_")}
        self.heard.append((action["action_id"], kept))
        if body.get("message"):
            respond(text=f"{action['action_id']}: {kept}", replace_original=False)
