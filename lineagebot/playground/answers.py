"""What Slack answers: `ok` with fields, or `ok: false` with one error word.

Slack says almost everything with status 200; a method that cannot do what was asked raises `Refused`.
"""

from __future__ import annotations

from typing import Any

#: What travels over Slack's wire. Its shapes are Slack's, so they are not turned into types of ours.
Json = dict[str, Any]


class Refused(Exception):
    """A call that Slack answers with `ok: false`. `word` is Slack's own error word."""

    def __init__(self, word: str, *, status: int = 200, headers: dict[str, str] | None = None, **fields: Any) -> None:
        super().__init__(word)
        self.word = word
        self.status = status
        self.headers = headers or {}
        self.fields = fields

    @property
    def answer(self) -> Json:
        return {"ok": False, "error": self.word, **self.fields}


def ok(**fields: Any) -> Json:
    return {"ok": True, **fields}


def wanted(args: Json, name: str) -> Any:
    """The argument, or Slack's refusal that names it."""
    value = args.get(name)
    if value is None or value == "":
        raise Refused("invalid_arguments", response_metadata={"messages": [f"[ERROR] missing required field: {name}"]})
    return value


def is_true(value: Any) -> bool:
    """Form-encoded booleans arrive as words."""
    return value in (True, 1, "1", "true", "True")


def page_of(rows: list[Any], args: Json, *, most: int = 1000, usual: int = 100) -> tuple[list[Any], str]:
    """One page by Slack's cursor, and the cursor of the next page ("" at the end)."""
    cursor = args.get("cursor") or "0"
    if not str(cursor).isdigit():
        raise Refused("invalid_cursor")
    start = int(cursor)
    size = min(max(int(args.get("limit") or usual), 1), most)
    following = start + size
    return rows[start:following], str(following) if following < len(rows) else ""
