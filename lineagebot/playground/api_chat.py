"""Slack's chat.* methods: post, change, delete, whisper."""

from __future__ import annotations

import re
from typing import Any

from lineagebot.playground.answers import Json, Refused, is_true, ok, wanted
from lineagebot.playground.block_kit import refuse_bad_blocks
from lineagebot.playground.members import Channel
from lineagebot.playground.state import State
from lineagebot.playground.workspace import Change

#: characters: a longer text is cut when posted, and refused when a message is changed
TEXT_POSTED = 40_000
TEXT_CHANGED = 4_000
METADATA = 16_384


def post_message(state: State, args: Json) -> Json:
    channel = state.spoken_channel(wanted(args, "channel"))
    message = bot_message(state, channel, args)
    kept = state.workspace.post(channel, message)
    clear_status(state, channel.id, kept.get("thread_ts") or kept["ts"])
    return ok(channel=channel.id, ts=kept["ts"], message=kept)


def post_ephemeral(state: State, args: Json) -> Json:
    channel = state.spoken_channel(wanted(args, "channel"))
    user = wanted(args, "user")
    if user not in channel.members:
        raise Refused("user_not_in_channel")
    kept = state.workspace.post_ephemeral(channel, user, bot_message(state, channel, args))
    return ok(message_ts=kept["ts"])


def update(state: State, args: Json) -> Json:
    """Fields that are not given stay: a change of the text alone leaves the blocks as people see them."""
    channel = state.seen_channel(wanted(args, "channel"))
    ts = wanted(args, "ts")
    old = _own_message(state, channel, ts, "cant_update_message")
    content = _content(args, nothing_needed=False)
    if len(content.get("text", "")) > TEXT_CHANGED:
        raise Refused("msg_too_long")
    if content.get("metadata") == {}:
        content["metadata"] = None
    kept = state.workspace.edit(channel, ts, by=state.identity.bot_user, **content)
    clear_status(state, channel.id, old.get("thread_ts") or ts)
    return ok(channel=channel.id, ts=ts, text=kept.get("text", ""), message=kept)


def delete(state: State, args: Json) -> Json:
    channel = state.seen_channel(wanted(args, "channel"))
    ts = wanted(args, "ts")
    _own_message(state, channel, ts, "cant_delete_message")
    state.workspace.delete(channel, ts)
    return ok(channel=channel.id, ts=ts)


def get_permalink(state: State, args: Json) -> Json:
    channel = state.seen_channel(wanted(args, "channel"))
    ts = wanted(args, "message_ts")
    message = state.workspace.message(channel, ts)
    link = f"https://{state.identity.domain}.slack.com/archives/{channel.id}/p{ts.replace('.', '')}"
    thread = message.get("thread_ts")
    if thread and thread != ts:
        link += f"?thread_ts={thread}&cid={channel.id}"
    return ok(channel=channel.id, permalink=link)


def unfurl(state: State, args: Json) -> Json:
    state.need("links:write")
    if not isinstance(args.get("unfurls"), dict):
        raise Refused("missing_unfurls")
    state.unfurls.append(args)
    return ok()


def bot_message(state: State, channel: Channel, args: Json) -> Json:
    """The message the app says, whether by token or by response URL."""
    identity = state.identity
    message = {
        "type": "message",
        "user": identity.bot_user,
        "bot_id": identity.bot_id,
        "app_id": identity.app_id,
        "team": identity.team_id,
        "bot_profile": bot_profile(state),
        "text": "",
        **_content(args),
    }
    if args.get("thread_ts"):
        message["thread_ts"] = str(args["thread_ts"])
        if is_true(args.get("reply_broadcast")):
            message["subtype"] = "thread_broadcast"
    return message


def bot_profile(state: State) -> Json:
    identity = state.identity
    return {
        "id": identity.bot_id,
        "app_id": identity.app_id,
        "user_id": identity.bot_user,
        "name": identity.bot_name,
        "icons": {},
        "deleted": False,
        "updated": 1700000000,
        "team_id": identity.team_id,
    }


def clear_status(state: State, channel: str, thread_ts: str) -> None:
    """Slack takes the status away as soon as the app has said something."""
    if state.statuses.pop((channel, thread_ts), None):
        state.workspace.tell(Change(kind="status", channel=channel, thread_ts=thread_ts, status=""))


def _content(args: Json, *, nothing_needed: bool = True) -> Json:
    """text, blocks, attachments and metadata: those that were given, checked."""
    content: Json = {}
    if args.get("text") is not None:
        content["text"] = str(args["text"])[:TEXT_POSTED]
    if args.get("blocks") is not None:
        refuse_bad_blocks(args["blocks"])
        content["blocks"] = args["blocks"]
    if args.get("attachments") is not None:
        content["attachments"] = _attachments(args["attachments"])
    if args.get("metadata") is not None:
        content["metadata"] = _metadata(args["metadata"])
    said = content.get("text") or content.get("blocks") or content.get("attachments")
    if not said and (nothing_needed or not (content.keys() - {"text"})):
        raise Refused("no_text")
    return content


def _attachments(attachments: Any) -> list[Json]:
    if not isinstance(attachments, list):
        raise Refused("invalid_attachments")
    if len(attachments) > 100:
        raise Refused("too_many_attachments")
    for attachment in attachments:
        if attachment.get("blocks"):
            refuse_bad_blocks(attachment["blocks"])
    return attachments


def _metadata(metadata: Any) -> Json:
    """An event type in letters, digits, _ and ., and a payload of scalars, lists and one level of objects."""
    if metadata == {}:
        return {}
    if not isinstance(metadata, dict):
        raise Refused("invalid_metadata_format")
    kind, payload = metadata.get("event_type"), metadata.get("event_payload")
    if not isinstance(kind, str) or not re.fullmatch(r"[A-Za-z][\w.]*", kind) or not isinstance(payload, dict):
        raise Refused("invalid_metadata_format")
    if any(not _flat(value) for value in payload.values()):
        raise Refused("invalid_metadata_format")
    if len(str(metadata)) > METADATA:
        raise Refused("metadata_too_large")
    return metadata


def _flat(value: Any) -> bool:
    if isinstance(value, dict):
        return all(isinstance(v, str | int | float | bool | None) for v in value.values())
    return isinstance(value, str | int | float | bool | list | None)


def _own_message(state: State, channel: Channel, ts: str, otherwise: str) -> Json:
    message = state.workspace.message(channel, ts)
    if message.get("ephemeral"):
        raise Refused("message_not_found")
    if message.get("bot_id") != state.identity.bot_id:
        raise Refused(otherwise)
    return message
