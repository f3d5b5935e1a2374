"""Slack's users.*, usergroups.*, bots.info and team.info: who is who."""

from __future__ import annotations

from lineagebot.playground.answers import Json, Refused, is_true, ok, page_of, wanted
from lineagebot.playground.api_chat import bot_profile
from lineagebot.playground.members import User
from lineagebot.playground.state import State


def info(state: State, args: Json) -> Json:
    return ok(user=_described(state, state.known_user(wanted(args, "user"))))


def list_(state: State, args: Json) -> Json:
    page, cursor = page_of(list(state.workspace.users.values()), args)
    members = [_described(state, u) for u in page]
    return ok(members=members, cache_ts=1700000000, response_metadata={"next_cursor": cursor})


def lookup_by_email(state: State, args: Json) -> Json:
    """Only members of the workspace are found, guests among them; not people of other workspaces."""
    state.need("users:read.email")
    email = str(wanted(args, "email")).lower()
    for user in state.workspace.users.values():
        if user.email and user.email.lower() == email and not (user.is_foreign or user.deleted):
            return ok(user=_described(state, user))
    raise Refused("users_not_found")


def list_groups(state: State, args: Json) -> Json:
    with_users = is_true(args.get("include_users"))
    return ok(usergroups=[g.as_slack(with_users=with_users) for g in state.workspace.groups.values()])


def list_group_users(state: State, args: Json) -> Json:
    group = state.workspace.groups.get(wanted(args, "usergroup"))
    if group is None:
        raise Refused("no_such_subteam")
    return ok(users=list(group.users))


def bot_info(state: State, args: Json) -> Json:
    if args.get("bot") not in (None, "", state.identity.bot_id):
        raise Refused("bot_not_found")
    profile = bot_profile(state)
    return ok(bot={k: v for k, v in profile.items() if k != "team_id"})


def team_info(state: State, args: Json) -> Json:
    identity = state.identity
    if args.get("team") not in (None, "", identity.team_id):
        raise Refused("team_not_found")
    team = {
        "id": identity.team_id,
        "name": identity.team_name,
        "domain": identity.domain,
        "email_domain": f"{identity.domain}.example",
        "url": f"https://{identity.domain}.slack.com/",
        "icon": {"image_default": True},
    }
    return ok(team=team)


def _described(state: State, user: User) -> Json:
    bot = state.identity.bot_user
    channels = state.workspace.channels.values()
    shares = any(user.id in c.members and bot in c.members for c in channels if not c.is_im)
    return user.as_slack(with_email="users:read.email" in state.scopes, shares_channel=shares)
