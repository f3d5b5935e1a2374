"""Slack's assistant.threads.*: the status line under a conversation, suggested prompts, a title."""

from __future__ import annotations

from lineagebot.playground.answers import Json, Refused, ok, wanted
from lineagebot.playground.state import State
from lineagebot.playground.workspace import Change

#: prompts offered at once
PROMPTS = 4


def set_status(state: State, args: Json) -> Json:
    """An empty status takes it away; so does the bot's next message there."""
    channel = state.seen_channel(wanted(args, "channel_id"))
    thread, status = str(wanted(args, "thread_ts")), args.get("status")
    if status is None:
        raise Refused("invalid_arguments", response_metadata={"messages": ["[ERROR] missing required field: status"]})
    state.workspace.message(channel, thread)
    state.statuses[channel.id, thread] = str(status)
    state.workspace.tell(Change(kind="status", channel=channel.id, thread_ts=thread, status=str(status)))
    return ok()


def set_suggested_prompts(state: State, args: Json) -> Json:
    channel = state.seen_channel(wanted(args, "channel_id"))
    prompts = wanted(args, "prompts")
    if not isinstance(prompts, list) or not 1 <= len(prompts) <= PROMPTS:
        raise Refused("invalid_arguments", response_metadata={"messages": [f"[ERROR] 1 to {PROMPTS} prompts"]})
    if any(not (isinstance(p, dict) and p.get("title") and p.get("message")) for p in prompts):
        raise Refused(
            "invalid_arguments", response_metadata={"messages": ["[ERROR] a prompt has a title and a message"]}
        )
    with state.workspace.lock:
        state.prompts[channel.id] = prompts
        state.workspace.tell(Change(kind="prompts", channel=channel.id))
    return ok()


def set_title(state: State, args: Json) -> Json:
    state.seen_channel(wanted(args, "channel_id"))
    wanted(args, "thread_ts")
    wanted(args, "title")
    return ok()
