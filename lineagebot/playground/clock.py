"""Message times: Slack's `ts`, unique and growing in a workspace, and how long Slack waits for things."""

from __future__ import annotations

import itertools
import time
from dataclasses import dataclass
from threading import Lock


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long Slack waits. Seconds."""

    ack: float = 3.0
    #: an event that was not acked is sent again after these
    event_retries: tuple[float, ...] = (0.0, 60.0, 300.0)
    trigger: float = 3.0
    response_url: float = 1800.0
    response_url_uses: int = 5
    #: a socket that was told to go is closed after this
    refresh: float = 10.0


class Stamps:
    """Hands out `ts` values and ids."""

    def __init__(self) -> None:
        self._last = 0
        self._numbers = itertools.count(1)
        self._lock = Lock()

    def ts(self) -> str:
        """Now in microseconds, never the same twice: `1700000000.000100`."""
        with self._lock:
            self._last = max(self._last + 1, time.time_ns() // 1000)
            return f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"

    def id(self, prefix: str) -> str:
        with self._lock:
            return f"{prefix}{next(self._numbers):09d}"
