"""Read what people send: where they stand, and the words they typed, before Slack's client adorned them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from lineagebot.slack.guard import is_direct

Payload = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """Who asked, where, and by what means the answer can go back."""

    user: str
    #: "" where there is no conversation at hand (global shortcut, Home tab).
    channel: str = ""
    thread: str | None = None
    response_url: str | None = None
    #: Good for three seconds and one modal.
    trigger: str | None = None
    #: The message whose button was pressed, and whether only one person sees it.
    message: str | None = None
    message_is_ephemeral: bool = False
    #: Asked before everyone (a mention), so answered before everyone.
    public: bool = False
    #: The payload itself says that another company reads along.
    shared: bool = False

    @property
    def in_dm(self) -> bool:
        return is_direct(self.channel)


def place_of_command(body: Payload) -> Place:
    return Place(
        user=str(body["user_id"]),
        channel=str(body.get("channel_id") or ""),
        response_url=body.get("response_url"),
        trigger=body.get("trigger_id"),
    )


def place_of_event(body: Payload) -> Place:
    event = body["event"]
    return Place(
        user=str(event.get("user") or ""),
        channel=str(event.get("channel") or ""),
        thread=event.get("thread_ts"),
        public=event.get("type") == "app_mention",
        shared=bool(body.get("is_ext_shared_channel")),
    )


def place_of_interaction(body: Payload) -> Place:
    """Of block_actions, shortcuts and view_submission."""
    container = body.get("container") or {}
    message = body.get("message") or {}
    return Place(
        user=str((body.get("user") or {}).get("id") or ""),
        channel=str((body.get("channel") or {}).get("id") or container.get("channel_id") or ""),
        thread=message.get("thread_ts") or container.get("thread_ts"),
        response_url=body.get("response_url"),
        trigger=body.get("trigger_id"),
        message=container.get("message_ts") or message.get("ts"),
        message_is_ephemeral=bool(container.get("is_ephemeral")),
    )


def words_of(message: Payload, *, without: str | None = None) -> str:
    """What the person typed: SQL out of a code block first, else all rich text, else `text`.

    `text` has names linked (<http://a.b|a.b>) and entities escaped; rich text has them as typed. `without` is a user
    id (our own) whose mentions are left out.
    """
    rich = [b for b in message.get("blocks") or () if b.get("type") == "rich_text"]
    parts = [part for block in rich for part in block.get("elements") or ()]
    code = [_inline(p, without) for p in parts if p.get("type") == "rich_text_preformatted"]
    prose = [_part(p, without) for p in parts if p.get("type") != "rich_text_preformatted"]
    if any(c.strip() for c in code):
        lead = " ".join(" ".join(prose).split())
        # A word before the code ("check", "sql") is a command; a sentence before it is chat.
        return "\n".join([*([lead] if lead and len(lead.split()) <= 2 else []), *code]).strip()
    if any(p.strip() for p in prose):
        return "\n".join(prose).strip()
    return _plain(str(message.get("text") or ""), without)


def _part(part: Payload, without: str | None) -> str:
    if part.get("type") == "rich_text_list":
        return "\n".join(_inline(item, without) for item in part.get("elements") or ())
    return _inline(part, without)


def _inline(part: Payload, without: str | None) -> str:
    return "".join(_typed(e, without) for e in _elements(part))


def _elements(part: Payload) -> Iterable[Payload]:
    return part.get("elements") or ()


def _typed(element: Payload, without: str | None) -> str:
    """One element of rich text as it was typed, mentions as Slack escapes them."""
    match element.get("type"):
        case "text":
            return str(element.get("text") or "")
        case "link":
            return str(element.get("text") or element.get("url") or "")
        case "user":
            return "" if element.get("user_id") == without else f"<@{element.get('user_id')}>"
        case "usergroup":
            return f"<!subteam^{element.get('usergroup_id')}>"
        case "channel":
            return f"<#{element.get('channel_id')}>"
        case "emoji":
            return _emoji(element)
        case "broadcast":
            return f"@{element.get('range')}"
        case _:
            return str(element.get("text") or "")


def _emoji(element: Payload) -> str:
    """The character itself, where Slack says which: a table may be named so."""
    try:
        return "".join(chr(int(code, 16)) for code in str(element["unicode"]).split("-"))
    except (KeyError, ValueError, OverflowError):
        return f":{element.get('name')}:"


def _plain(text: str, without: str | None) -> str:
    if without:
        text = re.sub(rf"<@{re.escape(without)}(\|[^<>]*)?>", "", text)
    return text.strip()
