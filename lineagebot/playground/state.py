"""Everything the fake Slack knows, in one place that its methods are handed."""

from __future__ import annotations

from dataclasses import dataclass, field

from lineagebot.playground.answers import Json, Refused
from lineagebot.playground.clock import Patience, Stamps
from lineagebot.playground.expiry import ResponseUrls, Triggers
from lineagebot.playground.members import Channel, User
from lineagebot.playground.uploads import Uploads
from lineagebot.playground.views import Views
from lineagebot.playground.workspace import Identity, Workspace

#: what the app's manifest asks for, the optional scopes among them that a demo grants
SCOPES = frozenset(
    {
        "app_mentions:read",
        "assistant:write",
        "channels:read",
        "chat:write",
        "chat:write.public",
        "commands",
        "files:write",
        "groups:read",
        "im:history",
        "im:read",
        "im:write",
        "links:read",
        "links:write",
        "reactions:write",
        "team:read",
        "usergroups:read",
        "users:read",
        "users:read.email",
    }
)


@dataclass(slots=True, kw_only=True)
class State:
    identity: Identity
    patience: Patience
    scopes: frozenset[str]
    stamps: Stamps = field(default_factory=Stamps)
    #: where the fake is reached; known once it is served
    base_url: str = ""
    #: (channel, thread) → what the bot says it is doing
    statuses: dict[tuple[str, str], str] = field(default_factory=dict)
    prompts: dict[str, list[Json]] = field(default_factory=dict)
    unfurls: list[Json] = field(default_factory=list)
    workspace: Workspace = field(init=False)
    views: Views = field(init=False)
    uploads: Uploads = field(init=False)
    triggers: Triggers = field(init=False)
    response_urls: ResponseUrls = field(init=False)

    def __post_init__(self) -> None:
        self.workspace = Workspace(self.identity, self.stamps)
        self.views = Views(self.workspace)
        self.uploads = Uploads(self.workspace)
        self.triggers = Triggers(self.patience, self.identity.team_id)
        self.response_urls = ResponseUrls(self.patience)

    def need(self, scope: str) -> None:
        """Raises Refused("missing_scope") as Slack words it."""
        if scope not in self.scopes:
            raise Refused("missing_scope", needed=scope, provided=",".join(sorted(self.scopes)))

    def seen_channel(self, ref: object) -> Channel:
        """A channel as the bot sees it: private ones only when it is in them. Raises Refused("channel_not_found")."""
        channel = self._channel(str(ref or ""))
        bot = self.identity.bot_user
        if channel is None or (channel.is_private and bot not in channel.members):
            raise Refused("channel_not_found")
        return channel

    def spoken_channel(self, ref: object) -> Channel:
        """A channel that the bot may write to."""
        channel = self.seen_channel(ref)
        if channel.is_archived:
            raise Refused("is_archived")
        if self.identity.bot_user not in channel.members and "chat:write.public" not in self.scopes:
            raise Refused("not_in_channel")
        return channel

    def known_user(self, ref: object) -> User:
        """By id only, as Slack does. Raises Refused("user_not_found")."""
        user = self.workspace.users.get(str(ref or ""))
        if user is None:
            raise Refused("user_not_found")
        return user

    def _channel(self, ref: str) -> Channel | None:
        if ref in self.workspace.channels:
            return self.workspace.channels[ref]
        if ref in self.workspace.users:
            return None if self.workspace.users[ref].is_bot else self.workspace.dm_with(ref)
        named = (c for c in self.workspace.channels.values() if not c.is_im and c.name == ref.removeprefix("#"))
        return next(named, None)
