"""What an app says back to one act: the body of a slash command's ack, or of a post to a response URL."""

from __future__ import annotations

from typing import Any

from lineagebot.playground.answers import Json, is_true
from lineagebot.playground.api_chat import bot_message
from lineagebot.playground.expiry import Reply
from lineagebot.playground.state import State


def respond(state: State, reply: Reply, body: Json) -> None:
    """Whispered to the person who acted, unless the body says `in_channel`. Raises Refused for bad blocks."""
    channel = state.workspace.channels[reply.channel]
    if is_true(body.get("delete_original")):
        if reply.ts:
            state.workspace.delete(channel, reply.ts)
        return
    if is_true(body.get("replace_original")) and reply.ts:
        _replace(state, reply, body)
        return
    said = {**body, "thread_ts": body.get("thread_ts")}
    message = bot_message(state, channel, said)
    if body.get("response_type") == "in_channel":
        state.workspace.post(channel, message)
    else:
        state.workspace.post_ephemeral(channel, reply.user, message)


def _replace(state: State, reply: Reply, body: Json) -> None:
    """The whole content goes: blocks that are not given again are gone."""
    channel = state.workspace.channels[reply.channel]
    message = bot_message(state, channel, {k: v for k, v in body.items() if k != "thread_ts"})
    content: dict[str, Any] = {k: message.get(k) for k in ("text", "blocks", "attachments")}
    if message.get("metadata"):
        content["metadata"] = message["metadata"]
    state.workspace.edit(channel, str(reply.ts), by=state.identity.bot_user, **content)
