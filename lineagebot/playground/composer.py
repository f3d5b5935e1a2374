"""What Slack makes of what a person types: entities in the text, auto-links, a rich_text block.

`&`, `<` and `>` become entities; @anna and #finance become `<@U…>` and `<#C…|finance>`; what looks like an address
becomes a link, also a table named like a domain (`orders.id`), but not inside code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lineagebot.playground.answers import Json
from lineagebot.playground.workspace import Workspace

#: endings that Slack takes for a domain; a few of those that tables and columns are named with too
DOMAINS = "com|org|net|io|ai|app|dev|info|co|id|me|name|link|page|team|date|zone|sh|is|it|us|uk|de|nl"

_FENCE = re.compile(r"```\n?(.*?)\n?```", re.DOTALL)
_PIECE = re.compile(
    r"(?P<code>`[^`\n]+`)"
    r"|(?P<url>https?://[^\s<>|]+[^\s<>|.,;:!?)'\"])"
    r"|(?P<mail>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
    rf"|(?P<domain>(?<![\w.@/-])(?:[A-Za-z0-9-]+\.)+(?:{DOMAINS})(?![\w.-]*\w)(?:/[^\s<>|]*)?)"
    r"|(?P<user>(?<![\w@])@[\w.-]*\w)"
    r"|(?P<channel>(?<![\w#&])#[\w-]+)"
)
_BROADCASTS = ("here", "channel", "everyone")


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def message_text(workspace: Workspace, typed: str) -> str:
    """The `text` of a message."""
    return _woven(workspace, typed, with_names=False)


def slash_text(workspace: Workspace, typed: str) -> str:
    """The `text` of a slash command of an app with should_escape: mentions carry their names."""
    return _woven(workspace, typed, with_names=True)


def rich_text(workspace: Workspace, typed: str) -> Json:
    """The block that Slack's composer adds to a message."""
    elements: list[Json] = []
    for code, text in _fenced(typed):
        if code:
            elements.append({"type": "rich_text_preformatted", "elements": [{"type": "text", "text": text}]})
        elif pieces := list(_pieces(workspace, text)):
            elements.append({"type": "rich_text_section", "elements": pieces})
    return {"type": "rich_text", "elements": elements}


def _fenced(typed: str) -> Iterator[tuple[bool, str]]:
    """(is code, text) in order; empty texts are left out."""
    at = 0
    for fence in _FENCE.finditer(typed):
        if before := typed[at : fence.start()]:
            yield False, before
        if fence.group(1):
            yield True, fence.group(1)
        at = fence.end()
    if rest := typed[at:]:
        yield False, rest


def _woven(workspace: Workspace, typed: str, *, with_names: bool) -> str:
    woven = []
    at = 0
    for fence in _FENCE.finditer(typed):
        woven += [_line(workspace, typed[at : fence.start()], with_names=with_names), escaped(fence.group(0))]
        at = fence.end()
    return "".join([*woven, _line(workspace, typed[at:], with_names=with_names)])


def _line(workspace: Workspace, text: str, *, with_names: bool) -> str:
    woven = []
    at = 0
    for match in _PIECE.finditer(text):
        woven.append(escaped(text[at : match.start()]))
        woven.append(_entity(workspace, match, with_names=with_names) or escaped(match.group(0)))
        at = match.end()
    return "".join([*woven, escaped(text[at:])])


def _entity(workspace: Workspace, match: re.Match[str], *, with_names: bool) -> str | None:
    word = match.group(0)
    match match.lastgroup:
        case "url":
            return f"<{escaped(word)}>"
        case "mail":
            return f"<mailto:{word}|{word}>"
        case "domain":
            return f"<http://{escaped(word)}|{escaped(word)}>"
        case "user":
            return _mention(workspace, word.removeprefix("@"), with_names=with_names)
        case "channel":
            found = _channel(workspace, word.removeprefix("#"))
            return f"<#{found}|{word.removeprefix('#')}>" if found else None
    return None


def _mention(workspace: Workspace, name: str, *, with_names: bool) -> str | None:
    if name in _BROADCASTS:
        return f"<!{name}>"
    if user := _user(workspace, name):
        return f"<@{user}|{name}>" if with_names else f"<@{user}>"
    if group := _group(workspace, name):
        return f"<!subteam^{group}|@{name}>" if with_names else f"<!subteam^{group}>"
    return None


def _pieces(workspace: Workspace, text: str) -> Iterator[Json]:
    at = 0
    for match in _PIECE.finditer(text):
        piece = _piece(workspace, match)
        if piece is None:
            continue
        if before := text[at : match.start()]:
            yield {"type": "text", "text": before}
        yield piece
        at = match.end()
    if rest := text[at:]:
        yield {"type": "text", "text": rest}


def _piece(workspace: Workspace, match: re.Match[str]) -> Json | None:
    word = match.group(0)
    match match.lastgroup:
        case "code":
            return {"type": "text", "text": word[1:-1], "style": {"code": True}}
        case "url":
            return {"type": "link", "url": word}
        case "mail":
            return {"type": "link", "url": f"mailto:{word}", "text": word}
        case "domain":
            return {"type": "link", "url": f"http://{word}", "text": word}
        case "channel":
            found = _channel(workspace, word.removeprefix("#"))
            return {"type": "channel", "channel_id": found} if found else None
    name = word.removeprefix("@")
    if name in _BROADCASTS:
        return {"type": "broadcast", "range": name}
    if user := _user(workspace, name):
        return {"type": "user", "user_id": user}
    if group := _group(workspace, name):
        return {"type": "usergroup", "usergroup_id": group}
    return None


def _user(workspace: Workspace, name: str) -> str | None:
    return next((u.id for u in workspace.users.values() if u.name == name), None)


def _channel(workspace: Workspace, name: str) -> str | None:
    return next((c.id for c in workspace.channels.values() if c.name == name and not c.is_im), None)


def _group(workspace: Workspace, handle: str) -> str | None:
    return next((g.id for g in workspace.groups.values() if g.handle == handle), None)
