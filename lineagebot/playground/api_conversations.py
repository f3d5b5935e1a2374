"""Slack's conversations.* methods and reactions: where the bot is, who is there, what was said."""

from __future__ import annotations

from lineagebot.playground.answers import Json, Refused, is_true, ok, page_of, wanted
from lineagebot.playground.members import Channel
from lineagebot.playground.state import State

#: each kind of channel has scopes of its own
SCOPE_WORD = {"channel": "channels", "group": "groups", "im": "im"}


def open_(state: State, args: Json) -> Json:
    state.need("im:write")
    if args.get("channel"):
        channel = state.seen_channel(args["channel"])
    else:
        people = str(wanted(args, "users")).split(",")
        if len(people) > 1:
            raise Refused("not_supported_by_the_fake")
        user = state.known_user(people[0])
        if user.is_bot or user.deleted:
            raise Refused("cannot_dm_bot" if user.is_bot else "user_disabled")
        channel = state.workspace.dm_with(user)
    whole = is_true(args.get("return_im"))
    return ok(channel=_described(state, channel) if whole else {"id": channel.id})


def info(state: State, args: Json) -> Json:
    channel = state.seen_channel(wanted(args, "channel"))
    state.need(f"{SCOPE_WORD[channel.channel_type]}:read")
    return ok(channel=_described(state, channel, with_members=is_true(args.get("include_num_members"))))


def list_(state: State, args: Json) -> Json:
    kinds = str(args.get("types") or "public_channel").split(",")
    words = {"public_channel": "channel", "private_channel": "group", "im": "im"}
    for kind in kinds:
        if kind not in (*words, "mpim"):
            raise Refused("invalid_types")
        if kind in words:
            state.need(f"{SCOPE_WORD[words[kind]]}:read")
    wanted_kinds = {words[k] for k in kinds if k in words}
    bot = state.identity.bot_user
    rows = [
        c
        for c in state.workspace.channels.values()
        if c.channel_type in wanted_kinds
        and (not c.is_private or bot in c.members)
        and not (c.is_archived and is_true(args.get("exclude_archived")))
    ]
    page, cursor = page_of(rows, args)
    described = [_described(state, c, with_members=True) for c in page]
    return ok(channels=described, response_metadata={"next_cursor": cursor})


def members(state: State, args: Json) -> Json:
    channel = state.seen_channel(wanted(args, "channel"))
    state.need(f"{SCOPE_WORD[channel.channel_type]}:read")
    page, cursor = page_of(channel.members, args)
    return ok(members=page, response_metadata={"next_cursor": cursor})


def history(state: State, args: Json) -> Json:
    """Newest first; replies only where they were also sent to the channel."""
    channel = _readable(state, args)
    seen = [
        m
        for m in state.workspace.messages(channel)
        if m.get("thread_ts") in (None, m["ts"]) or m.get("subtype") == "thread_broadcast"
    ]
    return _messages(args, list(reversed(_between(seen, args))))


def replies(state: State, args: Json) -> Json:
    """The parent, then its replies, oldest first."""
    channel = _readable(state, args)
    thread = wanted(args, "ts")
    said = [m for m in state.workspace.messages(channel) if thread in (m["ts"], m.get("thread_ts"))]
    if not said:
        raise Refused("thread_not_found")
    return _messages(args, _between(said, args))


def join(state: State, args: Json) -> Json:
    state.need("channels:join")
    channel = state.seen_channel(wanted(args, "channel"))
    if channel.channel_type != "channel":
        raise Refused("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise Refused("is_archived")
    if state.identity.bot_user not in channel.members:
        channel.members.append(state.identity.bot_user)
    return ok(channel=_described(state, channel))


def add_reaction(state: State, args: Json) -> Json:
    state.need("reactions:write")
    channel = state.seen_channel(wanted(args, "channel"))
    ts, name = wanted(args, "timestamp"), str(wanted(args, "name")).strip(":")
    bot = state.identity.bot_user
    with state.workspace.lock:
        reactions = state.workspace.message(channel, ts).get("reactions", [])
        found = next((r for r in reactions if r["name"] == name), None)
        if found and bot in found["users"]:
            raise Refused("already_reacted")
        if found:
            found["users"].append(bot)
            found["count"] += 1
        else:
            reactions.append({"name": name, "users": [bot], "count": 1})
        state.workspace.edit(channel, ts, reactions=reactions)
    return ok()


def remove_reaction(state: State, args: Json) -> Json:
    state.need("reactions:write")
    channel = state.seen_channel(wanted(args, "channel"))
    ts, name = wanted(args, "timestamp"), str(wanted(args, "name")).strip(":")
    bot = state.identity.bot_user
    with state.workspace.lock:
        reactions = state.workspace.message(channel, ts).get("reactions", [])
        found = next((r for r in reactions if r["name"] == name and bot in r["users"]), None)
        if found is None:
            raise Refused("no_reaction")
        found["users"].remove(bot)
        found["count"] -= 1
        state.workspace.edit(channel, ts, reactions=[r for r in reactions if r["count"]] or None)
    return ok()


def _described(state: State, channel: Channel, *, with_members: bool = False) -> Json:
    return channel.as_slack(bot_user=state.identity.bot_user, with_members=with_members)


def _readable(state: State, args: Json) -> Channel:
    channel = state.seen_channel(wanted(args, "channel"))
    state.need(f"{SCOPE_WORD[channel.channel_type]}:history")
    if state.identity.bot_user not in channel.members:
        raise Refused("not_in_channel")
    return channel


def _between(messages: list[Json], args: Json) -> list[Json]:
    oldest, latest = float(args.get("oldest") or 0), float(args.get("latest") or "inf")
    if is_true(args.get("inclusive")):
        return [m for m in messages if oldest <= float(m["ts"]) <= latest]
    return [m for m in messages if oldest < float(m["ts"]) < latest]


def _messages(args: Json, messages: list[Json]) -> Json:
    with_metadata = is_true(args.get("include_all_metadata"))
    shown = [m if with_metadata else {k: v for k, v in m.items() if k != "metadata"} for m in messages]
    page, cursor = page_of(shown, args, most=999)
    answer = ok(messages=page, has_more=bool(cursor), pin_count=0)
    return answer | ({"response_metadata": {"next_cursor": cursor}} if cursor else {})
