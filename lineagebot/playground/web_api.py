"""Slack's Web API: every method the fake knows in one table, and the gate that each call passes.

The gate: token, method, rate, scope; then the method itself. What no table line names is `unknown_method`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from lineagebot.playground import (
    api_assistant,
    api_chat,
    api_conversations,
    api_files,
    api_people,
    api_views,
)
from lineagebot.playground.answers import Json, Refused, ok
from lineagebot.playground.rates import Rates
from lineagebot.playground.state import State

#: arguments that may arrive as JSON inside a form
STRUCTURED = frozenset(
    {"blocks", "attachments", "view", "metadata", "unfurls", "files", "prompts", "message", "loading_messages"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """`caller`: whose token may call it, the bot's or the app's; "" takes any call. `scope`: asked for always."""

    run: Callable[[State, Json], Json]
    tier: int = 3
    scope: str = ""
    caller: str = "bot"


def _test(state: State, args: Json) -> Json:
    if args.get("error"):
        raise Refused(str(args["error"]), args=args)
    return ok(args=args)


def _auth_test(state: State, args: Json) -> Json:
    identity = state.identity
    return ok(
        url=f"https://{identity.domain}.slack.com/",
        team=identity.team_name,
        user=identity.bot_name,
        team_id=identity.team_id,
        user_id=identity.bot_user,
        bot_id=identity.bot_id,
        is_enterprise_install=False,
    )


METHODS: dict[str, Method] = {
    "api.test": Method(run=_test, tier=4, caller=""),
    "auth.test": Method(run=_auth_test),
    "chat.postMessage": Method(run=api_chat.post_message, scope="chat:write"),
    "chat.postEphemeral": Method(run=api_chat.post_ephemeral, tier=4, scope="chat:write"),
    "chat.update": Method(run=api_chat.update, scope="chat:write"),
    "chat.delete": Method(run=api_chat.delete, scope="chat:write"),
    "chat.getPermalink": Method(run=api_chat.get_permalink),
    "chat.unfurl": Method(run=api_chat.unfurl),
    "conversations.open": Method(run=api_conversations.open_),
    "conversations.info": Method(run=api_conversations.info),
    "conversations.list": Method(run=api_conversations.list_, tier=2),
    "conversations.members": Method(run=api_conversations.members, tier=4),
    "conversations.history": Method(run=api_conversations.history),
    "conversations.replies": Method(run=api_conversations.replies),
    "conversations.join": Method(run=api_conversations.join),
    "users.info": Method(run=api_people.info, tier=4, scope="users:read"),
    "users.list": Method(run=api_people.list_, tier=2, scope="users:read"),
    "users.lookupByEmail": Method(run=api_people.lookup_by_email),
    "usergroups.list": Method(run=api_people.list_groups, tier=2, scope="usergroups:read"),
    "usergroups.users.list": Method(run=api_people.list_group_users, tier=2, scope="usergroups:read"),
    "bots.info": Method(run=api_people.bot_info, scope="users:read"),
    "team.info": Method(run=api_people.team_info, scope="team:read"),
    "views.open": Method(run=api_views.open_, tier=4),
    "views.push": Method(run=api_views.push, tier=4),
    "views.update": Method(run=api_views.update, tier=4),
    "views.publish": Method(run=api_views.publish, tier=4),
    "blocks.validate": Method(run=api_views.validate_blocks, tier=4),
    "reactions.add": Method(run=api_conversations.add_reaction),
    "reactions.remove": Method(run=api_conversations.remove_reaction, tier=2),
    "files.getUploadURLExternal": Method(run=api_files.get_upload_url, tier=4, scope="files:write"),
    "files.completeUploadExternal": Method(run=api_files.complete_upload, tier=4, scope="files:write"),
    "files.info": Method(run=api_files.info, tier=4),
    "assistant.threads.setStatus": Method(run=api_assistant.set_status, scope="chat:write"),
    "assistant.threads.setSuggestedPrompts": Method(run=api_assistant.set_suggested_prompts, scope="chat:write"),
    "assistant.threads.setTitle": Method(run=api_assistant.set_title, scope="chat:write"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    bot: str
    app: str

    def kind(self, token: str) -> str:
        """Raises Refused for a token that nobody was given."""
        if not token:
            raise Refused("not_authed")
        if token == self.bot:
            return "bot"
        if token == self.app:
            return "app"
        raise Refused("invalid_auth")


class WebApi:
    """`rates` None: no limits. `methods` may be added to: apps.connections.open comes from the sockets."""

    def __init__(self, state: State, tokens: Tokens, rates: Rates | None) -> None:
        self._state = state
        self._tokens = tokens
        self._rates = rates
        self.methods = dict(METHODS)

    def call(self, name: str, args: Json, token: str) -> Json:
        """Raises Refused."""
        method = self.methods.get(name)
        if method is None:
            raise Refused("unknown_method", req_method=name)
        if method.caller and self._tokens.kind(token) != method.caller:
            raise Refused("not_allowed_token_type")
        if self._rates is not None:
            self._rates.check(name, method.tier, args)
        if method.scope:
            self._state.need(method.scope)
        return method.run(self._state, args)


def arguments(query: Any, content_type: str, body: bytes) -> Json:
    """Query, form and JSON are all accepted. The SDK posts an EMPTY body as JSON to apps.connections.open."""
    args: Json = dict(query)
    if content_type.startswith("application/json"):
        given = _json(body.decode() or "{}")
        if not isinstance(given, dict):
            raise Refused("json_not_object")
        args |= given
    elif body:
        args |= dict(parse_qsl(body.decode(), keep_blank_values=True))
    for name in STRUCTURED & args.keys():
        if isinstance(args[name], str):
            args[name] = _json(args[name]) if args[name][:1] in ("[", "{") else args[name]
    return args


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as wrong:
        raise Refused("invalid_json") from wrong
