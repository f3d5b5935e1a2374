"""Keep what is too long for a button (2,000 characters) or an option (150) under a short token.

The default forgets with the process; a store may hand in one that lasts. The same text always gets the same token, so
that drawing a message again keeps nothing twice.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from threading import Lock
from typing import Protocol

from lineagebot.slack.escape import visible

#: Kept at most; the oldest is forgotten first.
CAPACITY = 5_000


class Tokens(Protocol):
    def keep(self, text: str) -> str:
        """A token of at most 40 letters and digits under which `recall` finds the text again."""
        ...

    def recall(self, token: str) -> str | None:
        """The text, or None where it is no longer known."""
        ...


class MemoryTokens:
    """Tokens that live as long as the process."""

    def __init__(self, *, capacity: int = CAPACITY) -> None:
        self._texts: OrderedDict[str, str] = OrderedDict()
        self._capacity = capacity
        self._lock = Lock()

    def keep(self, text: str) -> str:
        token = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
        with self._lock:
            self._texts[token] = text
            self._texts.move_to_end(token)
            while len(self._texts) > self._capacity:
                self._texts.popitem(last=False)
        return token

    def recall(self, token: str) -> str | None:
        with self._lock:
            return self._texts.get(token)


def keep_with_hint(tokens: Tokens, text: str, *, limit: int) -> str:
    """The token and, after a colon, as much of the text as fits: what to type once the token is forgotten."""
    token = tokens.keep(text)
    return f"{token}:{visible(text)[: limit - len(token) - 1]}"


def recall_hinted(tokens: Tokens, value: str) -> tuple[str | None, str]:
    """The text, or None where it is no longer known; and the hint."""
    token, _, hint = value.partition(":")
    return tokens.recall(token), hint
