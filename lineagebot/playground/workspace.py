"""The state of the fake Slack: people, channels, messages; every change is told to whoever watches.

One lock guards everything. `changed` is notified after each change, so a test waits without sleeping. What leaves
is a copy: nobody edits a message but through here.
"""

from __future__ import annotations

import copy
import itertools
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from threading import Condition, RLock
from typing import Any

from lineagebot.playground.answers import Json, Refused
from lineagebot.playground.clock import Stamps
from lineagebot.playground.controls import name_blocks
from lineagebot.playground.members import COLORS, Channel, User, UserGroup

#: Slack's own voice: failed commands, "not in this channel"
SLACKBOT = "USLACKBOT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Something that a person looking at Slack would see. `kind` as in the page protocol."""

    kind: str
    channel: str = ""
    message: Json | None = None
    ts: str = ""
    thread_ts: str = ""
    status: str = ""
    view: Json | None = None
    #: only this person sees it
    only_for: str | None = None
    #: no event goes out for it: only the counters of a thread moved
    quiet: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """The workspace, and the one app that is installed in it."""

    team_id: str = "T0ACME"
    team_name: str = "Acme"
    domain: str = "acme"
    app_id: str = "A0LINEAGE"
    bot_user: str = "U0LINEAGE"
    bot_id: str = "B0LINEAGE"
    bot_name: str = "lineagebot"


class Workspace:
    """People, channels and messages. Ids and names are both accepted where a person or a channel is meant."""

    def __init__(self, identity: Identity, stamps: Stamps) -> None:
        self.identity = identity
        self.stamps = stamps
        self.lock = RLock()
        self.changed = Condition(self.lock)
        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self.groups: dict[str, UserGroup] = {}
        self._messages: dict[str, dict[str, Json]] = {}
        self._ephemerals: list[tuple[str, str, Json]] = []
        self._watchers: list[Callable[[Change], None]] = []
        self._colors = itertools.cycle(COLORS)
        self.add_user("slackbot", id=SLACKBOT, real_name="Slackbot", is_bot=True)
        bot = self.add_user(identity.bot_name, id=identity.bot_user, is_bot=True)
        bot.bot_id, bot.app_id = identity.bot_id, identity.app_id

    # people and places

    def add_user(
        self,
        name: str,
        *,
        id: str | None = None,  # noqa: A002 - Slack's word
        real_name: str | None = None,
        email: str | None = None,
        title: str = "",
        is_admin: bool = False,
        is_bot: bool = False,
        is_restricted: bool = False,
        is_ultra_restricted: bool = False,
        team_id: str | None = None,
        deleted: bool = False,
    ) -> User:
        """Another `team_id` than the workspace's makes a person of another workspace."""
        team = team_id or self.identity.team_id
        user = User(
            id=id or self.stamps.id("U"),
            team_id=team,
            name=name,
            real_name=real_name or name.replace(".", " ").title(),
            email=email if email is not None else (None if is_bot else f"{name}@{self.identity.domain}.example"),
            title=title,
            color=next(self._colors),
            is_admin=is_admin,
            is_bot=is_bot,
            is_restricted=is_restricted or is_ultra_restricted,
            is_ultra_restricted=is_ultra_restricted,
            is_foreign=team != self.identity.team_id,
            deleted=deleted,
        )
        with self.changed:
            self.users[user.id] = user
            self.changed.notify_all()
        return user

    def add_channel(
        self,
        name: str,
        *,
        id: str | None = None,  # noqa: A002 - Slack's word
        members: Iterable[str] | None = None,
        topic: str = "",
        is_private: bool = False,
        is_ext_shared: bool = False,
        is_archived: bool = False,
        with_bot: bool = True,
    ) -> Channel:
        """Without `members` the whole workspace is in it; guests and people of other workspaces only where named."""
        with self.changed:
            people = [self.user(m).id for m in members] if members is not None else self._all_members()
            bot = self.identity.bot_user
            present = [u for u in people if u != bot] + ([bot] if with_bot else [])
            teams = {self.users[u].team_id for u in present} - {self.identity.team_id}
            channel = Channel(
                id=id or self.stamps.id("C"),
                team_id=self.identity.team_id,
                name=name,
                topic=topic,
                creator=present[0] if present else bot,
                members=present,
                is_private=is_private,
                is_ext_shared=is_ext_shared,
                is_archived=is_archived,
                connected_team_ids=tuple(sorted(teams)) or (("T0PARTNER",) if is_ext_shared else ()),
            )
            self.channels[channel.id] = channel
            self._tell(Change(kind="channel", channel=channel.id))
        return channel

    def add_group(self, handle: str, users: Iterable[str], *, name: str | None = None) -> UserGroup:
        with self.changed:
            group = UserGroup(
                id=self.stamps.id("S"),
                team_id=self.identity.team_id,
                handle=handle,
                name=name or handle,
                users=[self.user(u).id for u in users],
            )
            self.groups[group.id] = group
            self.changed.notify_all()
        return group

    def user(self, who: str | User) -> User:
        """By id or name. Raises LookupError."""
        if isinstance(who, User):
            return who
        with self.lock:
            found = self.users.get(who) or next(
                (u for u in self.users.values() if u.name == who.removeprefix("@")), None
            )
        if found is None:
            raise LookupError(f"no user {who!r} in the workspace")
        return found

    def channel(self, where: str | Channel) -> Channel:
        """By id or name; a user's id or name means the bot's direct messages with that person. Raises LookupError."""
        if isinstance(where, Channel):
            return where
        with self.lock:
            if where in self.channels:
                return self.channels[where]
            name = where.removeprefix("#")
            named = next((c for c in self.channels.values() if c.name == name and not c.is_im), None)
            return named or self.dm_with(where)

    def dm_with(self, who: str | User) -> Channel:
        """The bot's direct messages with a person; opened when they do not exist yet."""
        user = self.user(who)
        with self.changed:
            key = f"D{user.id[1:]}"
            if key not in self.channels:
                members = [user.id, self.identity.bot_user]
                self.channels[key] = Channel(id=key, team_id=self.identity.team_id, user=user.id, members=members)
                self._tell(Change(kind="channel", channel=key))
            return self.channels[key]

    def _all_members(self) -> list[str]:
        return [
            u.id
            for u in self.users.values()
            if not (u.is_guest or u.is_foreign or u.deleted or u.id in (SLACKBOT, self.identity.bot_user))
        ]

    # messages

    def post(self, channel: Channel, message: Json) -> Json:
        """Keep the message; a reply is counted on its parent. Its blocks get ids where they have none."""
        with self.changed:
            kept = self._stamped(channel, message)
            self._messages.setdefault(channel.id, {})[kept["ts"]] = kept
            self._tell(Change(kind="message", channel=channel.id, message=kept))
            self._count_reply(channel, kept)
            return copy.deepcopy(kept)

    def post_ephemeral(self, channel: Channel, user: str, message: Json) -> Json:
        with self.changed:
            kept = {**self._stamped(channel, message), "ephemeral": True}
            self._ephemerals.append((channel.id, user, kept))
            self._tell(Change(kind="ephemeral", channel=channel.id, message=kept, only_for=user))
            return copy.deepcopy(kept)

    def edit(self, channel: Channel, ts: str, *, by: str | None = None, **fields: Any) -> Json:
        """Change fields of a message, also of an ephemeral one. A field set to None goes away."""
        with self.changed:
            message, viewer = self._find(channel.id, ts)
            for name, value in fields.items():
                if value is None:
                    message.pop(name, None)
                else:
                    message[name] = copy.deepcopy(value)
            name_blocks(message.get("blocks") or (), self.stamps.id)
            if by is not None and viewer is None:
                message["edited"] = {"user": by, "ts": self.stamps.ts()}
            kind = "message_changed" if viewer is None else "ephemeral"
            self._tell(Change(kind=kind, channel=channel.id, message=message, only_for=viewer))
            return copy.deepcopy(message)

    def delete(self, channel: Channel, ts: str) -> None:
        """A parent with replies stays as a tombstone, as in Slack."""
        with self.changed:
            message, viewer = self._find(channel.id, ts)
            if viewer is not None:
                self._ephemerals = [e for e in self._ephemerals if e[2] is not message]
            elif message.get("reply_count"):
                kept = {k: message[k] for k in ("ts", "thread_ts", "reply_count", "reply_users", "latest_reply")}
                tombstone = {"type": "message", "subtype": "tombstone", "text": "This message was deleted.", **kept}
                self._messages[channel.id][ts] = {**tombstone, "user": SLACKBOT, "hidden": True}
            else:
                del self._messages[channel.id][ts]
            self._tell(Change(kind="message_deleted", channel=channel.id, ts=ts, only_for=viewer))

    def message(self, channel: Channel, ts: str) -> Json:
        """Raises Refused("message_not_found")."""
        with self.lock:
            return copy.deepcopy(self._find(channel.id, ts)[0])

    def viewer_of(self, channel: Channel, ts: str) -> str | None:
        """The only person who sees this message, or None when everybody in the channel does."""
        with self.lock:
            return self._find(channel.id, ts)[1]

    def messages(self, channel: Channel, *, viewer: str | None = None) -> list[Json]:
        """Oldest first, replies among them; with the viewer's ephemeral messages."""
        with self.lock:
            seen = list(self._messages.get(channel.id, {}).values())
            seen += [m for where, who, m in self._ephemerals if where == channel.id and who == viewer]
            return copy.deepcopy(sorted(seen, key=lambda m: str(m["ts"])))

    def _stamped(self, channel: Channel, message: Json) -> Json:
        kept = copy.deepcopy({k: v for k, v in message.items() if v is not None})
        kept.setdefault("ts", self.stamps.ts())
        name_blocks(kept.get("blocks") or (), self.stamps.id)
        thread = kept.get("thread_ts")
        if thread and thread not in self._messages.get(channel.id, {}):
            raise Refused("cannot_reply_to_message")
        return kept

    def _count_reply(self, channel: Channel, reply: Json) -> None:
        thread = reply.get("thread_ts")
        if not thread or thread == reply["ts"]:
            return
        parent = self._messages[channel.id][thread]
        repliers = list(dict.fromkeys([*parent.get("reply_users", []), reply.get("user", "")]))
        parent |= {
            "thread_ts": thread,
            "reply_count": parent.get("reply_count", 0) + 1,
            "reply_users": repliers,
            "reply_users_count": len(repliers),
            "latest_reply": reply["ts"],
        }
        self._tell(Change(kind="message_changed", channel=channel.id, message=parent, quiet=True))

    def _find(self, channel: str, ts: str) -> tuple[Json, str | None]:
        message = self._messages.get(channel, {}).get(ts)
        if message is not None:
            return message, None
        for where, who, private in self._ephemerals:
            if where == channel and private["ts"] == ts:
                return private, who
        raise Refused("message_not_found")

    # watching

    def watch(self, watcher: Callable[[Change], None]) -> Callable[[], None]:
        """Call `watcher` at each change (it must be quick: the lock is held). Returns what ends it."""
        with self.lock:
            self._watchers.append(watcher)

        def end() -> None:
            with self.lock:
                self._watchers.remove(watcher)

        return end

    def tell(self, change: Change) -> None:
        """Pass on a change of what is kept elsewhere: a view, a status."""
        with self.changed:
            self._tell(change)

    def _tell(self, change: Change) -> None:
        told = replace(change, message=copy.deepcopy(change.message))
        for watcher in list(self._watchers):
            watcher(told)
        self.changed.notify_all()
