"""Which Slack id stands for which channel name and which e-mail, so that owners named by either can be reached."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from slack_sdk import WebClient

from lineagebot.slack.client import slack_errors

#: As many as Slack gives at once without complaint.
PAGE = 200


def handles(client: WebClient) -> Iterator[tuple[str, str]]:
    """("#finance", "C1") for channels, ("anna@acme.test", "U1") for people; bots, guests and the deactivated left out.

    Raises SlackTrouble.
    """
    for channel in _pages(client, "conversations.list", "channels", types="public_channel", exclude_archived=True):
        yield f"#{channel['name']}", channel["id"]
    for user in _pages(client, "users.list", "members"):
        email = (user.get("profile") or {}).get("email")
        if email and not (user.get("deleted") or user.get("is_bot") or user.get("is_restricted")):
            yield str(email), user["id"]


def _pages(client: WebClient, method: str, holds: str, **arguments: Any) -> Iterator[dict[str, Any]]:
    cursor = ""
    while True:
        with slack_errors(f"list the {holds}"):
            said = client.api_call(method, params={"limit": PAGE, "cursor": cursor, **arguments})
        yield from said[holds]
        cursor = (said.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            return
