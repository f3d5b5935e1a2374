"""Show "lineagebot is looking…" while an answer is worked on; whether Slack shows it or not matters to nobody."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from slack_sdk import WebClient

from lineagebot.errors import SlackRefused, SlackTrouble
from lineagebot.slack.client import slack_errors

log = logging.getLogger(__name__)

LOOKING = "is looking…"


class TypingState:
    """assistant.threads.setStatus, as long as the workspace has it."""

    def __init__(self, client: WebClient) -> None:
        self._client = client
        self._available = True

    @contextmanager
    def shown(self, channel: str, thread: str | None) -> Iterator[None]:
        """While the block runs. Without a thread there is nowhere to show it."""
        if not thread or not self._available:
            yield
            return
        self._set(channel, thread, LOOKING)
        try:
            yield
        finally:
            self._set(channel, thread, "")

    def _set(self, channel: str, thread: str, status: str) -> None:
        try:
            with slack_errors("show a status"):
                self._client.assistant_threads_setStatus(channel_id=channel, thread_ts=thread, status=status)
        except SlackRefused as exc:
            self._available = False
            log.info("no typing state in this workspace: %s", exc)
        except SlackTrouble as exc:
            log.debug("the typing state was not taken: %s", exc)
