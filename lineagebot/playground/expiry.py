"""What Slack hands out for a moment: trigger ids (once, within 3 s) and response URLs (5 times in 30 minutes)."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass
from threading import Lock

from lineagebot.playground.answers import Refused
from lineagebot.playground.clock import Patience


@dataclass(slots=True)
class _Trigger:
    user: str
    until: float
    used: bool = False


@dataclass(slots=True, kw_only=True)
class Reply:
    """Where a response URL leads: the place and the person of the act that it was made for."""

    channel: str
    user: str
    #: the message that was clicked; None for a slash command
    ts: str | None
    thread_ts: str | None
    until: float
    uses_left: int


class Triggers:
    def __init__(self, patience: Patience, team: str) -> None:
        self._patience = patience
        self._team = team
        self._open: dict[str, _Trigger] = {}
        self._lock = Lock()

    def issue(self, user: str) -> str:
        key = f"{time.time_ns() // 1_000_000}.{self._team}.{uuid.uuid4().hex}"
        with self._lock:
            self._open[key] = _Trigger(user, time.monotonic() + self._patience.trigger)
        return key

    def exchange(self, key: str) -> str:
        """The user whose act it was. Raises Refused with Slack's word for unknown, used and late ones."""
        with self._lock:
            trigger = self._open.get(key)
            if trigger is None:
                raise Refused("invalid_trigger_id")
            if trigger.used:
                raise Refused("exchanged_trigger_id")
            if time.monotonic() > trigger.until:
                raise Refused("expired_trigger_id")
            trigger.used = True
            return trigger.user


class ResponseUrls:
    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self._open: dict[str, Reply] = {}
        self._lock = Lock()

    def issue(self, channel: str, user: str, *, ts: str | None = None, thread_ts: str | None = None) -> str:
        """The last part of the URL's path."""
        key = uuid.uuid4().hex
        until = time.monotonic() + self._patience.response_url
        with self._lock:
            self._open[key] = Reply(
                channel=channel,
                user=user,
                ts=ts,
                thread_ts=thread_ts,
                until=until,
                uses_left=self._patience.response_url_uses,
            )
        return key

    def use(self, key: str) -> Reply:
        with self._lock:
            reply = self._open.get(key)
            if reply is None or time.monotonic() > reply.until:
                raise Refused("expired_url", status=404)
            if reply.uses_left <= 0:
                raise Refused("used_url", status=404)
            reply.uses_left -= 1
            return reply
