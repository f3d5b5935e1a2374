"""Remember which events were heard, so that Slack's second delivery of one is not answered twice.

By event_id and not by the retry header: a retry may be the first that arrives (bolt-python#731).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock

#: Slack delivers again after a moment, a minute and five minutes.
TTL = 900.0


class SeenEvents:
    """A set that forgets after a while. Called with an event_id: True where it was there already."""

    def __init__(self, *, ttl: float = TTL, clock: Callable[[], float] = time.monotonic) -> None:
        self._ttl = ttl
        self._clock = clock
        self._until: dict[str, float] = {}
        self._lock = Lock()

    def __call__(self, event_id: str) -> bool:
        now = self._clock()
        with self._lock:
            for old in [e for e, until in self._until.items() if until <= now]:
                del self._until[old]
            known = event_id in self._until
            self._until[event_id] = now + self._ttl
        return known
