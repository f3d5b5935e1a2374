"""Build the app's manifest: what Slack must know to create the app, in five clicks, for sockets or for HTTP.

The optional scopes channels:history and groups:history are asked for one thing alone: to see, after a connection was
cut, whether an alert arrived. Without them the bot works; a doubtful alert may be said twice, and says so.
Schema: https://raw.githubusercontent.com/slackapi/manifest-schema/main/manifest.schema.json
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import yaml

from lineagebot.slack.app import COMMAND
from lineagebot.slack.listeners import CHECK_SQL, FIND_LINEAGE

NAME = "lineagebot"
EVENTS_PATH = "/slack/events"
SCOPES = (
    "app_mentions:read",
    "assistant:write",
    "channels:read",
    "chat:write",
    "commands",
    "files:write",
    "groups:read",
    "im:history",
    "im:read",
    "im:write",
    "usergroups:read",
    "users:read",
    "users:read.email",
)
OPTIONAL_SCOPES = ("channels:history", "channels:join", "chat:write.public", "groups:history")
EVENTS = (
    "app_home_opened",
    "app_mention",
    "app_uninstalled",
    "channel_id_changed",
    "channel_shared",
    "channel_unshared",
    "message.im",
    "tokens_revoked",
)
USAGE = "<table|dashboard> | who reads <table> | check <sql> | owner <name> | subscribe <name> | help"
_HEAD = """\
# The Slack app, ready to paste at api.slack.com/apps: Create New App, From a manifest.
# Written by `lineagebot manifest`; CI compares. Do not edit.
"""


def manifest(*, url: str | None = None) -> dict[str, Any]:
    """The manifest as data: Socket Mode, or signed HTTP to `url`; its path is /slack/events where it names none."""
    if url and urlsplit(url).path in ("", "/"):
        url = f"{url.rstrip('/')}{EVENTS_PATH}"
    reached: dict[str, Any] = {"request_url": url} if url else {}
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {
            "name": NAME,
            "description": "Who reads this table, what breaks if it changes, and who just dropped it",
            "background_color": "#1d1c1d",
        },
        "features": _features(url),
        "oauth_config": {"scopes": {"bot": list(SCOPES), "bot_optional": list(OPTIONAL_SCOPES)}},
        "settings": {
            "event_subscriptions": {**reached, "bot_events": list(EVENTS)},
            "interactivity": {
                "is_enabled": True,
                **reached,
                **({"message_menu_options_url": url} if url else {}),
            },
            "org_deploy_enabled": False,
            "socket_mode_enabled": url is None,
            "token_rotation_enabled": False,
        },
    }


def manifest_yaml(*, url: str | None = None) -> str:
    """The text of app_manifest.yml."""
    return _HEAD + yaml.safe_dump(manifest(url=url), sort_keys=False, allow_unicode=True, width=120)


def _features(url: str | None) -> dict[str, Any]:
    return {
        "app_home": {
            "home_tab_enabled": True,
            "messages_tab_enabled": True,
            "messages_tab_read_only_enabled": False,
        },
        "bot_user": {"display_name": NAME, "always_online": True},
        "agent_view": {
            "agent_description": "Answers questions about data lineage, readers, owners and the impact of changes.",
            "suggested_prompts": [
                {"title": "Who reads a table?", "message": "who reads orders"},
                {"title": "What breaks if I drop it?", "message": "DROP TABLE orders"},
                {"title": "How fresh are you?", "message": "status"},
                {"title": "What can I ask?", "message": "help"},
            ],
        },
        "slash_commands": [
            {
                "command": COMMAND,
                **({"url": url} if url else {}),
                "description": "Lineage, readers, owners and impact of a table or dashboard",
                "usage_hint": USAGE,
                "should_escape": True,
            }
        ],
        "shortcuts": [
            {
                "name": "Check this SQL",
                "type": "message",
                "callback_id": CHECK_SQL,
                "description": "What breaks if the SQL in this message runs",
            },
            {
                "name": "Find lineage",
                "type": "global",
                "callback_id": FIND_LINEAGE,
                "description": "Search a table or dashboard by name",
            },
        ],
    }
