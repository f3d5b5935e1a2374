"""What Slack sends to an app when a person does something: commands, clicks, submissions, events.

Shapes: docs.slack.dev/interactivity and java-slack-sdk's payload samples.
"""

from __future__ import annotations

import time
from typing import Any

from lineagebot.playground.answers import Json
from lineagebot.playground.members import Channel, User
from lineagebot.playground.state import State
from lineagebot.playground.workspace import SLACKBOT

#: the old verification token; apps check signatures instead
VERIFICATION = "verification-token"


def slash_command(state: State, user: User, channel: Channel, command: str, text: str) -> Json:
    identity = state.identity
    return {
        "token": VERIFICATION,
        "team_id": user.team_id,
        "team_domain": identity.domain,
        "channel_id": channel.id,
        "channel_name": channel.slash_name,
        "user_id": user.id,
        "user_name": user.name,
        "command": command,
        "text": text,
        "api_app_id": identity.app_id,
        "is_enterprise_install": "false",
        "response_url": _response_url(state, state.response_urls.issue(channel.id, user.id)),
        "trigger_id": state.triggers.issue(user.id),
    }


def click_on_message(state: State, user: User, channel: Channel, message: Json, action: Json, values: Json) -> Json:
    """A whisper's click carries no message: Slack does not keep them."""
    ephemeral = bool(message.get("ephemeral"))
    ts, thread = message["ts"], message.get("thread_ts")
    container = {"type": "message", "message_ts": ts, "channel_id": channel.id, "is_ephemeral": ephemeral}
    url = state.response_urls.issue(channel.id, user.id, ts=ts, thread_ts=thread)
    payload = {
        **_interaction(state, "block_actions", user),
        "container": container | ({"thread_ts": thread} if thread else {}),
        "channel": {"id": channel.id, "name": channel.slash_name},
        "state": {"values": values},
        "response_url": _response_url(state, url),
        "actions": [action],
    }
    return payload if ephemeral else {**payload, "message": message}


def click_on_view(state: State, user: User, view: Json, action: Json) -> Json:
    return {
        **_interaction(state, "block_actions", user),
        "container": {"type": "view", "view_id": view["id"]},
        "view": view,
        "actions": [action],
    }


def submission(state: State, user: User, view: Json) -> Json:
    return {**_interaction(state, "view_submission", user), "view": view, "response_urls": []}


def closing(state: State, user: User, view: Json, *, cleared: bool) -> Json:
    payload = _interaction(state, "view_closed", user)
    del payload["trigger_id"]
    return {**payload, "view": view, "is_cleared": cleared}


def suggestion(state: State, user: User, action_id: str, block_id: str, typed: str, where: Json) -> Json:
    payload = _interaction(state, "block_suggestion", user)
    del payload["trigger_id"]
    return {**payload, "action_id": action_id, "block_id": block_id, "value": typed, **where}


def shortcut(state: State, user: User, callback_id: str) -> Json:
    """A global one."""
    return {**_interaction(state, "shortcut", user), "callback_id": callback_id, "action_ts": state.stamps.ts()}


def message_shortcut(state: State, user: User, callback_id: str, channel: Channel, message: Json) -> Json:
    url = state.response_urls.issue(channel.id, user.id, ts=message["ts"], thread_ts=message.get("thread_ts"))
    return {
        **_interaction(state, "message_action", user),
        "callback_id": callback_id,
        "action_ts": state.stamps.ts(),
        "channel": {"id": channel.id, "name": channel.slash_name},
        "message": message,
        "message_ts": message["ts"],
        "response_url": _response_url(state, url),
    }


def action_of(state: State, block: Json, element: Json, chosen: Json) -> Json:
    kept: Json = {k: element[k] for k in ("type", "action_id", "text", "placeholder", "style") if k in element}
    value: Json = {"value": element["value"]} if "value" in element and "value" not in chosen else {}
    return {**kept, **value, **chosen, "block_id": block["block_id"], "action_ts": state.stamps.ts()}


def event(state: State, body: Json, *, shared: bool = False) -> Json:
    """The outer event around `body`."""
    identity = state.identity
    return {
        "token": VERIFICATION,
        "team_id": identity.team_id,
        "context_team_id": identity.team_id,
        "context_enterprise_id": None,
        "api_app_id": identity.app_id,
        "event": body,
        "type": "event_callback",
        "event_id": state.stamps.id("Ev"),
        "event_time": int(time.time()),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": identity.team_id,
                "user_id": identity.bot_user,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": shared,
        "event_context": f"4-{state.stamps.id('EC')}",
    }


def message_event(state: State, channel: Channel, message: Json, **extra: Any) -> Json:
    """A message as its event: private ones carry the kind of their channel."""
    said = {k: v for k, v in message.items() if k not in ("metadata", "reply_count", "reply_users")}
    body = {**said, "channel": channel.id, "event_ts": message["ts"], "channel_type": channel.channel_type, **extra}
    return event(state, body, shared=channel.is_ext_shared)


def mention_event(state: State, channel: Channel, message: Json) -> Json:
    body = {**message, "type": "app_mention", "channel": channel.id, "event_ts": message["ts"]}
    return event(state, body, shared=channel.is_ext_shared)


def changed_event(state: State, channel: Channel, subtype: str, **fields: Any) -> Json:
    ts = state.stamps.ts()
    body = {
        "type": "message",
        "subtype": subtype,
        "hidden": True,
        "channel": channel.id,
        "channel_type": channel.channel_type,
        "ts": ts,
        "event_ts": ts,
        **fields,
    }
    return event(state, body, shared=channel.is_ext_shared)


def home_event(state: State, user: User, channel: Channel, tab: str) -> Json:
    body: Json = {
        "type": "app_home_opened",
        "user": user.id,
        "channel": channel.id,
        "tab": tab,
        "event_ts": state.stamps.ts(),
    }
    if tab == "home" and (view := state.views.home(user.id)):
        body["view"] = view
    return event(state, body)


def human_message(state: State, user: User, text: str, block: Json, thread_ts: str | None) -> Json:
    return {
        "client_msg_id": state.stamps.id("m"),
        "type": "message",
        "user": user.id,
        "team": state.identity.team_id,
        "user_team": user.team_id,
        "source_team": user.team_id,
        "text": text,
        "blocks": [block],
        "thread_ts": thread_ts,
    }


def slackbot_says(text: str) -> Json:
    return {"type": "message", "user": SLACKBOT, "text": text}


def _interaction(state: State, kind: str, user: User) -> Json:
    identity = state.identity
    return {
        "type": kind,
        "token": VERIFICATION,
        "api_app_id": identity.app_id,
        "team": {"id": identity.team_id, "domain": identity.domain},
        "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": user.team_id},
        "enterprise": None,
        "is_enterprise_install": False,
        "trigger_id": state.triggers.issue(user.id),
    }


def _response_url(state: State, key: str) -> str:
    return f"{state.base_url}/response/{key}"
