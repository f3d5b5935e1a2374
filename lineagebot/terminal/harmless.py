"""Words of others, so that they cannot steer the terminal: no escape sequences, no change of writing direction."""

from __future__ import annotations

import re

_STEERS = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def harmless(text: str) -> str:
    """On one line, with a mark in place of what cannot be shown."""
    return _STEERS.sub("\N{REPLACEMENT CHARACTER}", text)
