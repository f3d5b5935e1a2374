"""How often a method may be called: a tier a minute, and one message a second in a channel, small bursts tolerated.

https://docs.slack.dev/apis/web-api/rate-limits. A bucket holds the burst and fills at the rate.
"""

from __future__ import annotations

import math
import time
from threading import Lock

from lineagebot.playground.answers import Json, Refused

#: messages that a channel takes at once before the second-by-second rule bites
POST_BURST = 4
POSTS_PER_SECOND = 1.0

#: calls a minute
TIERS = {1: 1, 2: 20, 3: 50, 4: 100}
#: methods outside the tiers, calls a minute
SPECIAL = {"auth.test": 600, "chat.getPermalink": 600, "assistant.threads.setStatus": 60}
#: Tier 1 says "1+"; a bot that opens its two sockets at start is not refused
SMALLEST_BURST = 12


class _Bucket:
    def __init__(self, burst: float, per_second: float) -> None:
        self.burst = burst
        self.per_second = per_second
        self.left = burst
        self.at = time.monotonic()

    def take(self) -> float:
        """Seconds to wait; 0 when the call may pass."""
        now = time.monotonic()
        self.left = min(self.burst, self.left + (now - self.at) * self.per_second)
        self.at = now
        if self.left >= 1:
            self.left -= 1
            return 0.0
        return (1 - self.left) / self.per_second


class Rates:
    def __init__(self) -> None:
        self._buckets: dict[tuple[str, str], _Bucket] = {}
        self._lock = Lock()

    def check(self, method: str, tier: int, args: Json) -> None:
        """Raises Refused with status 429 and Retry-After."""
        with self._lock:
            wait = self._bucket(method, tier, args).take()
        if wait:
            raise Refused("ratelimited", status=429, headers={"Retry-After": str(math.ceil(wait))})

    def _bucket(self, method: str, tier: int, args: Json) -> _Bucket:
        posts = method == "chat.postMessage"
        key = (method, str(args.get("channel")) if posts else "")
        if key not in self._buckets:
            per_minute = SPECIAL.get(method) or TIERS[tier]
            self._buckets[key] = (
                _Bucket(POST_BURST, POSTS_PER_SECOND)
                if posts
                else _Bucket(max(per_minute, SMALLEST_BURST), per_minute / 60)
            )
        return self._buckets[key]
