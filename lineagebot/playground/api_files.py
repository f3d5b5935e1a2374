"""Slack's files.* methods, the first and the last of the three steps of an upload."""

from __future__ import annotations

from lineagebot.playground.answers import Json, Refused, ok, wanted
from lineagebot.playground.api_chat import bot_profile
from lineagebot.playground.state import State


def get_upload_url(state: State, args: Json) -> Json:
    length = int(wanted(args, "length"))
    file = state.uploads.ask(str(wanted(args, "filename")), length, alt_text=str(args.get("alt_txt") or ""))
    return ok(upload_url=f"{state.base_url}/upload/{file.id}", file_id=file.id)


def complete_upload(state: State, args: Json) -> Json:
    """Files become visible; with a channel they are shared there in one message."""
    asked = wanted(args, "files")
    where = args.get("channel_id") or args.get("channels")
    channel = state.spoken_channel(where) if where else None
    if args.get("thread_ts") and channel is None:
        raise Refused("invalid_arguments")
    done = [state.uploads.complete(f["id"], str(f.get("title") or "")) for f in asked]
    described = [state.uploads.as_slack(f, state.base_url) for f in done]
    if channel is not None:
        identity = state.identity
        message = {
            "type": "message",
            "subtype": "file_share",
            "user": identity.bot_user,
            "bot_id": identity.bot_id,
            "app_id": identity.app_id,
            "team": identity.team_id,
            "bot_profile": bot_profile(state),
            "text": str(args.get("initial_comment") or ""),
            "files": described,
            "upload": True,
            "thread_ts": args.get("thread_ts") or None,
        }
        state.workspace.post(channel, message)
    return ok(files=described)


def info(state: State, args: Json) -> Json:
    state.need("files:read")
    return ok(file=state.uploads.as_slack(state.uploads.file(str(wanted(args, "file"))), state.base_url))
