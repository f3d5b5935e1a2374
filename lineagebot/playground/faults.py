"""Failures on order: the next call of a method is refused, delayed, or done and then cut off before its answer.

A connection cut after the work is the nastiest: the caller sees a broken connection, Slack has the message.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock

from lineagebot.playground.answers import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One failure. Without status or cut the call is done and answered, only later (`delay` seconds)."""

    status: int | None = None
    body: Json | str = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0
    cut: bool = False


class Faults:
    """A queue per method; "*" is any method."""

    def __init__(self) -> None:
        self._queued: dict[str, deque[Fault]] = defaultdict(deque)
        self._lock = Lock()

    def answer(
        self,
        method: str,
        *,
        status: int = 200,
        body: Json | str | None = None,
        headers: Mapping[str, str] | None = None,
        times: int = 1,
    ) -> None:
        """The next calls of `method` are answered so, and nothing is done."""
        self._order(method, Fault(status=status, body=body if body is not None else {}, headers=headers or {}), times)

    def refuse(self, method: str, error: str, *, times: int = 1) -> None:
        self.answer(method, body={"ok": False, "error": error}, times=times)

    def rate_limit(self, method: str, *, retry_after: int = 1, times: int = 1) -> None:
        body: Json = {"ok": False, "error": "ratelimited"}
        self.answer(method, status=429, body=body, headers={"Retry-After": str(retry_after)}, times=times)

    def cut(self, method: str, *, times: int = 1) -> None:
        """The next calls of `method` are done; then the connection is closed without an answer."""
        self._order(method, Fault(cut=True), times)

    def delay(self, method: str, seconds: float, *, times: int = 1) -> None:
        self._order(method, Fault(delay=seconds), times)

    def clear(self) -> None:
        with self._lock:
            self._queued.clear()

    def take(self, method: str) -> Fault | None:
        with self._lock:
            for name in (method, "*"):
                if self._queued[name]:
                    return self._queued[name].popleft()
        return None

    def _order(self, method: str, fault: Fault, times: int) -> None:
        with self._lock:
            self._queued[method].extend([fault] * times)
