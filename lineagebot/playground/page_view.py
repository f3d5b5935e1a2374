"""What the page is told: the workspace as one person sees it, then each change that this person would see."""

from __future__ import annotations

from typing import Any

from lineagebot.playground.answers import Json
from lineagebot.playground.members import Channel, User
from lineagebot.playground.state import State
from lineagebot.playground.workspace import Change


def snapshot(state: State, me: User) -> Json:
    """Everything at once; `commands`, `people` and `tables` are the playground's to add."""
    workspace, identity = state.workspace, state.identity
    workspace.dm_with(me)
    channels = [c for c in workspace.channels.values() if _seen(me, c)]
    return {
        "type": "state",
        "team": {"id": identity.team_id, "name": identity.team_name, "domain": identity.domain},
        "me": me.id,
        "users": [_user(u) for u in workspace.users.values() if not u.deleted],
        "channels": [_channel(state, c) for c in channels],
        "messages": {c.id: [_message(m) for m in workspace.messages(c, viewer=me.id)] for c in channels},
        "view": state.views.top(me.id),
        "home": state.views.home(me.id),
        "statuses": [
            {"channel": channel, "thread_ts": thread, "status": status, "user": identity.bot_user}
            for (channel, thread), status in state.statuses.items()
        ],
    }


def told(state: State, me: User, change: Change) -> Json | None:
    """The change in the page's words; None when this person does not see it."""
    if change.only_for not in (None, me.id):
        return None
    if change.kind in ("view", "home"):
        return {"type": change.kind, "view": change.view}
    channel = state.workspace.channels.get(change.channel)
    if channel is None or not _seen(me, channel):
        return None
    match change.kind:
        case "channel":
            return {"type": "channel", "channel": _channel(state, channel)}
        case "message" | "message_changed" | "ephemeral":
            return {"type": change.kind, "channel": channel.id, "message": _message(change.message or {})}
        case "message_deleted":
            return {"type": change.kind, "channel": channel.id, "ts": change.ts}
        case "status":
            bot = state.identity.bot_user
            said = {"thread_ts": change.thread_ts, "status": change.status, "user": bot}
            return {"type": "status", "channel": channel.id, **said}
    return None


def _seen(me: User, channel: Channel) -> bool:
    return me.id in channel.members


def _user(user: User) -> Json:
    return {
        "id": user.id,
        "name": user.name,
        "real_name": user.real_name,
        "title": user.title,
        "is_bot": user.is_bot,
        "is_guest": user.is_guest,
        "is_stranger": user.is_foreign,
        "color": user.color,
    }


def _channel(state: State, channel: Channel) -> Json:
    """A direct message is named after the other side, which is the bot for everybody."""
    if channel.is_im:
        identity = state.identity
        return {"id": channel.id, "name": identity.bot_name, "kind": "dm", "user": identity.bot_user}
    return {
        "id": channel.id,
        "name": channel.name,
        "kind": "channel",
        "is_shared": channel.is_ext_shared,
        "is_private": channel.is_private,
        "topic": channel.topic,
        "members": list(channel.members),
    }


def _message(message: Json) -> Json:
    """Files and pictures are fetched with the page's cookie, not with the bot's token."""
    shown = {k: v for k, v in message.items() if k != "metadata"}
    if files := message.get("files"):
        shown["files"] = [{**f, "url_private": f"/page/file/{f['id']}"} for f in files]
    if blocks := message.get("blocks"):
        shown["blocks"] = [_pictured(block) for block in blocks]
    return shown


def _pictured(block: Any) -> Any:
    file = block.get("slack_file") if isinstance(block, dict) else None
    if not file:
        return block
    key = file.get("id") or str(file.get("url", "")).rpartition("-")[2].partition("/")[0]
    return {**block, "image_url": f"/page/file/{key}"}
