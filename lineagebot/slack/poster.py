"""Say alerts to Slack: post once, redraw in place, and look back whether a doubtful post arrived.

Slack offers no idempotent post, so `key` travels in the message's metadata, invisible to people, and `find` reads it
back through conversations.history where the optional scopes allow that.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from lineagebot.errors import CannotSay, SlackRefused, SlackTrouble
from lineagebot.reply import Destination, Reply
from lineagebot.slack.blocks import BlockDict, draw, draw_details, text_only
from lineagebot.slack.client import code_of, pointers_of, slack_errors
from lineagebot.slack.tokens import MemoryTokens, Tokens

log = logging.getLogger(__name__)

METADATA = "lineagebot_alert"
#: Slack's clock and ours differ a little.
SLACK_CLOCK = timedelta(minutes=2)
#: Pages of history, 100 messages each, that are looked through.
PAGES = 20

_BLOCKS_REFUSED = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long"})
_MAY_NOT_LOOK_BACK = frozenset(
    {"missing_scope", "not_in_channel", "channel_not_found", "no_permission", "not_allowed_token_type", "access_denied"}
)


class SlackPoster:
    """A Poster on one workspace. `client` must not retry by itself (`client.web_client(..., retries=False)`)."""

    def __init__(
        self,
        client: WebClient,
        *,
        tokens: Tokens | None = None,
        check_audience: Callable[[str], None] = lambda channel: None,
    ) -> None:
        self._client = client
        self._tokens = tokens or MemoryTokens()
        self._check_audience = check_audience
        self._channels: dict[str, str] = {}
        self._lock = Lock()

    def post(self, where: Destination, reply: Reply, *, key: str) -> str:
        """Post, then the details in its thread. Returns Slack's ts."""
        channel = self._channel(where.channel)
        self._check_audience(channel)
        blocks, text = draw(reply, tokens=self._tokens)
        metadata = {"event_type": METADATA, "event_payload": {"key": key}}
        message = self._send(channel, where.thread, blocks, text, reply, metadata=metadata)
        self._post_details(channel, where.thread or message, reply)
        return message

    def update(self, where: Destination, message: str, reply: Reply) -> None:
        """Redraw blocks and text both: a message with blocks does not show a new text alone."""
        channel = self._channel(where.channel)
        self._check_audience(channel)
        blocks, text = draw(reply, tokens=self._tokens)
        with slack_errors(f"update a message in {where.channel}"):
            try:
                self._client.chat_update(channel=channel, ts=message, text=text, blocks=blocks)
            except SlackApiError as exc:
                if not _blocks_refused(exc):
                    raise
                self._client.chat_update(channel=channel, ts=message, text=text_only(reply), blocks=[])

    def find(self, where: Destination, key: str, since: datetime) -> str | None:
        """The message posted with `key` since then, or None if it surely did not arrive. Raises CannotSay."""
        channel = self._channel(where.channel)
        cursor: str | None = None
        for _ in range(PAGES):
            page = self._page(channel, where.thread, since - SLACK_CLOCK, cursor)
            for message in page.get("messages") or ():
                if ((message.get("metadata") or {}).get("event_payload") or {}).get("key") == key:
                    return str(message["ts"])
            cursor = (page.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return None
        raise CannotSay(f"{where.channel} has too many messages to look through")

    def _page(self, channel: str, thread: str | None, since: datetime, cursor: str | None) -> Any:
        arguments: dict[str, Any] = {
            "channel": channel,
            "oldest": f"{since.timestamp():.6f}",
            "include_all_metadata": True,
            "limit": 100,
            **({"cursor": cursor} if cursor else {}),
        }
        with slack_errors(f"look back in {channel}"):
            try:
                if thread:
                    return self._client.conversations_replies(ts=thread, **arguments)
                return self._client.conversations_history(**arguments)
            except SlackApiError as exc:
                if code_of(exc) in _MAY_NOT_LOOK_BACK:
                    raise CannotSay(
                        f"I may not look back in {channel}: the scopes channels:history and groups:history are optional"
                    ) from exc
                raise

    def _send(
        self, channel: str, thread: str | None, blocks: list[BlockDict], text: str, reply: Reply, **more: Any
    ) -> str:
        where: dict[str, Any] = {"channel": channel, "thread_ts": thread, "unfurl_links": False, "unfurl_media": False}
        with slack_errors(f"post to {channel}"):
            try:
                sent = self._client.chat_postMessage(**where, text=text, blocks=blocks, **more)
            except SlackApiError as exc:
                if not _blocks_refused(exc):
                    raise
                # An alert is never lost: it goes out as plain text.
                sent = self._client.chat_postMessage(**where, text=text_only(reply), **more)
        return str(sent["ts"])

    def _post_details(self, channel: str, thread: str, reply: Reply) -> None:
        """The message stands already; a second post of it would be worse than a thread without details."""
        drawn = draw_details(reply, tokens=self._tokens)
        if drawn is None:
            return
        blocks, text = drawn
        try:
            self._send(channel, thread, blocks, text, reply)
        except SlackTrouble as exc:
            log.warning("the details of a message could not be added to its thread: %s", exc)

    def _channel(self, name: str) -> str:
        """Slack's id of a channel: of a person's direct messages, of a "#name", of an e-mail address."""
        with self._lock:
            if known := self._channels.get(name):
                return known
        found = self._look_up(name)
        if found != name:
            with self._lock:
                self._channels[name] = found
        return found

    def _look_up(self, name: str) -> str:
        if name.startswith("#"):
            return self._channel_named(name[1:])
        if "@" in name:
            with slack_errors(f"find {name}"):
                return self._opened(str(self._client.users_lookupByEmail(email=name)["user"]["id"]))
        return self._opened(name) if name[:1] in ("U", "W") else name

    def _opened(self, user: str) -> str:
        with slack_errors(f"open direct messages with {user}"):
            return str(self._client.conversations_open(users=user)["channel"]["id"])

    def _channel_named(self, name: str) -> str:
        cursor: str | None = None
        while True:
            with slack_errors(f"find #{name}"):
                page = self._client.conversations_list(
                    types="public_channel,private_channel", exclude_archived=True, limit=999, cursor=cursor
                )
            for channel in page.get("channels") or ():
                if channel.get("name") == name:
                    return str(channel["id"])
            cursor = (page.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                raise SlackRefused(f"I see no channel #{name}; if it is private, invite me with /invite @lineagebot")


def _blocks_refused(error: SlackApiError) -> bool:
    if code_of(error) not in _BLOCKS_REFUSED:
        return False
    log.error("Slack refused our blocks at %s; sent as plain text instead", pointers_of(error))
    return True
