"""Who and what a workspace holds: users, channels, user groups, as Slack describes them.

Three kinds of people must be told apart by a bot: members, guests (`is_restricted`, `is_ultra_restricted`) and
people of other workspaces (another `team_id`, no e-mail address). Slack's own `is_stranger` tells less than its name:
it is true only for those who share no channel with the app.
"""

from __future__ import annotations

from dataclasses import dataclass

from lineagebot.playground.answers import Json

#: the colours Slack gives to names
COLORS = ("9f69e7", "4bbe2e", "e7392d", "3c989f", "674b1b", "e96699", "e0a729", "684b6c", "5b89d5", "2b6836")


@dataclass(slots=True, kw_only=True)
class User:
    id: str
    team_id: str
    name: str
    real_name: str
    email: str | None = None
    title: str = ""
    color: str = COLORS[0]
    is_admin: bool = False
    is_bot: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_foreign: bool = False
    deleted: bool = False
    bot_id: str | None = None
    app_id: str | None = None

    @property
    def is_guest(self) -> bool:
        return self.is_restricted or self.is_ultra_restricted

    def as_slack(self, *, with_email: bool, shares_channel: bool) -> Json:
        """The user object. E-mail addresses need a scope of their own, and people of other workspaces show none."""
        profile: Json = {
            "title": self.title,
            "real_name": self.real_name,
            "real_name_normalized": self.real_name,
            "display_name": self.name,
            "display_name_normalized": self.name,
            "status_text": "",
            "status_emoji": "",
            "team": self.team_id,
        }
        if with_email and self.email and not self.is_foreign:
            profile["email"] = self.email
        if self.bot_id:
            profile |= {"bot_id": self.bot_id, "api_app_id": self.app_id}
        described: Json = {
            "id": self.id,
            "team_id": self.team_id,
            "name": self.name,
            "deleted": self.deleted,
            "color": self.color,
            "real_name": self.real_name,
            "tz": "Europe/Amsterdam",
            "tz_label": "Central European Time",
            "tz_offset": 3600,
            "profile": profile,
            "is_bot": self.is_bot,
            "is_app_user": False,
            "updated": 1700000000,
        }
        if self.is_foreign:
            return {**described, "is_stranger": not shares_channel}
        if self.deleted:
            return described
        return described | {
            "is_admin": self.is_admin,
            "is_owner": False,
            "is_primary_owner": False,
            "is_restricted": self.is_restricted,
            "is_ultra_restricted": self.is_ultra_restricted,
            "is_email_confirmed": not self.is_bot,
        }


@dataclass(slots=True, kw_only=True)
class Channel:
    id: str
    team_id: str
    name: str = ""
    topic: str = ""
    creator: str = ""
    members: list[str]
    #: the person on the other side of a direct message with the bot
    user: str | None = None
    is_private: bool = False
    is_ext_shared: bool = False
    is_archived: bool = False
    connected_team_ids: tuple[str, ...] = ()

    @property
    def is_im(self) -> bool:
        return self.user is not None

    @property
    def channel_type(self) -> str:
        """What events call it."""
        if self.is_im:
            return "im"
        return "group" if self.is_private else "channel"

    @property
    def slash_name(self) -> str:
        """What slash commands and clicks call it: private channels keep their name to themselves."""
        if self.is_im:
            return "directmessage"
        return "privategroup" if self.is_private else self.name

    def as_slack(self, *, bot_user: str, with_members: bool = False) -> Json:
        if self.is_im:
            return {
                "id": self.id,
                "created": 1700000000,
                "is_archived": False,
                "is_im": True,
                "is_org_shared": False,
                "context_team_id": self.team_id,
                "user": self.user,
                "is_open": True,
            }
        described: Json = {
            "id": self.id,
            "name": self.name,
            "name_normalized": self.name,
            "is_channel": not self.is_private,
            "is_group": self.is_private,
            "is_im": False,
            "is_mpim": False,
            "is_private": self.is_private,
            "created": 1700000000,
            "is_archived": self.is_archived,
            "is_general": self.name == "general",
            "unlinked": 0,
            "is_shared": self.is_ext_shared,
            "is_ext_shared": self.is_ext_shared,
            "is_org_shared": False,
            "is_pending_ext_shared": False,
            "pending_shared": [],
            "shared_team_ids": [self.team_id, *self.connected_team_ids],
            "context_team_id": self.team_id,
            "creator": self.creator,
            "is_member": bot_user in self.members,
            "topic": {"value": self.topic, "creator": self.creator, "last_set": 1700000000},
            "purpose": {"value": "", "creator": "", "last_set": 0},
            "previous_names": [],
        }
        if self.is_ext_shared:
            described |= {"connected_team_ids": list(self.connected_team_ids), "conversation_host_id": self.team_id}
        if with_members:
            described["num_members"] = len(self.members)
        return described


@dataclass(slots=True, kw_only=True)
class UserGroup:
    id: str
    team_id: str
    handle: str
    name: str
    users: list[str]

    def as_slack(self, *, with_users: bool) -> Json:
        described: Json = {
            "id": self.id,
            "team_id": self.team_id,
            "is_usergroup": True,
            "is_subteam": True,
            "name": self.name,
            "description": "",
            "handle": self.handle,
            "is_external": False,
            "date_create": 1700000000,
            "date_update": 1700000000,
            "date_delete": 0,
            "auto_type": None,
            "prefs": {"channels": [], "groups": []},
            "user_count": len(self.users),
        }
        return described | {"users": list(self.users)} if with_users else described
