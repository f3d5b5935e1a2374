"""Slack's limits in one place. Source: docs.slack.dev/reference/block-kit; lengths are characters.

`MESSAGE_TEXT` is ours: a message near 13,200 characters can fail although each part is legal
(https://github.com/slackapi/bolt-js/issues/2509).
"""

from __future__ import annotations

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
MESSAGE_TEXT = 12_000
#: A longer `text` may not be edited later.
FALLBACK_TEXT = 3_900

SECTION = 3_000
CONTEXT = 3_000
HEADER = 150
FIELDS = 10
FIELD = 2_000
ACTIONS = 25
BUTTON = 75
BUTTON_VALUE = 2_000
URL = 3_000
CONFIRM_TITLE = 100
CONFIRM_TEXT = 300
CONFIRM_BUTTON = 30
OPTIONS = 100
OVERFLOW = 5
OPTION = 75
OPTION_VALUE = 150
PLACEHOLDER = 150
TABLE_ROWS = 100
TABLE_COLUMNS = 20
ALT_TEXT = 2_000
LABEL = 2_000
VIEW_TITLE = 24
PRIVATE_METADATA = 3_000


def cut(text: str, limit: int) -> str:
    """At most `limit` characters, the last of them "…" where something was left out."""
    return text if len(text) <= limit else text[: limit - 1] + "…"
