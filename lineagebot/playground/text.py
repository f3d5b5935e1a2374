"""Draw a Slack message as text for a terminal: what `demo --once` prints is what the bot really posted."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

Block = Mapping[str, Any]
#: Slack id → name, for mentions.
Names = Mapping[str, str]

WIDTH = 88
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))


def drawn(message: Mapping[str, Any], names: Names, *, width: int = WIDTH) -> str:
    """The blocks, or the text where there are none."""
    blocks = message.get("blocks") or []
    if not blocks:
        return _wrapped(plain(str(message.get("text", "")), names), width)
    lines = (line for block in blocks for line in _block(block, names, width))
    return "\n".join(lines)


def plain(mrkdwn: str, names: Names) -> str:
    """Slack's mark-up without the marks: mentions by name, links by their words, dates in UTC."""
    text = re.sub(r"<!date\^(\d+)\^([^|>^]*)[^|>]*(?:\|[^>]*)?>", _date, mrkdwn)
    text = re.sub(r"<[@#!](?:subteam\^)?([A-Z0-9]+)(?:\|([^>]*))?>", lambda m: _mention(m, names), text)
    text = re.sub(r"<([^|>]+)\|([^>]+)>", r"\2", text)
    text = re.sub(r"<(https?:[^>]+)>", r"\1", text)
    text = re.sub(r"(?<![\w*])\*([^*\n]+)\*(?![\w*])", r"\1", text)
    text = re.sub(r"(?<![\w_])_([^_\n]+)_(?![\w_])", r"\1", text)
    text = re.sub(r"```\n?(.*?)\n?```", r"\1", text, flags=re.DOTALL)
    text = re.sub(r"`([^`\n]+)`", r"\1", text)
    for entity, sign in _ENTITIES:
        text = text.replace(entity, sign)
    return text.replace("\u200b", "").replace("\u2060", "")


def _block(block: Block, names: Names, width: int) -> Iterator[str]:
    draw = DRAWN.get(str(block.get("type")))
    if draw is None:
        yield f"[{block.get('type')}]"
        return
    yield from draw(block, names, width)


def _header(block: Block, names: Names, width: int) -> Iterator[str]:
    text = str(block["text"]["text"])
    yield text
    yield "─" * min(width, max(8, len(text)))


def _section(block: Block, names: Names, width: int) -> Iterator[str]:
    if "text" in block:
        yield _wrapped(plain(block["text"]["text"], names), width)
    for field in block.get("fields", ()):
        yield _wrapped(": ".join(plain(field["text"], names).split("\n", 1)), width)
    if "accessory" in block:
        yield _control(block["accessory"])


def _context(block: Block, names: Names, width: int) -> Iterator[str]:
    words = [plain(e.get("text") or e.get("alt_text", ""), names) for e in block["elements"]]
    yield _wrapped("  ".join(words), width, indent="  ")


def _actions(block: Block, names: Names, width: int) -> Iterator[str]:
    yield "  ".join(_control(element) for element in block["elements"])


def _control(element: Block) -> str:
    label = element.get("text") or element.get("placeholder") or {}
    text = label.get("text") or element.get("type", "")
    return f"[{text} ▾]" if "select" in str(element.get("type")) else f"[{text}]"


def _rich_text(block: Block, names: Names, width: int) -> Iterator[str]:
    for element in block["elements"]:
        match element["type"]:
            case "rich_text_preformatted":
                yield textwrap.indent(_spans(element, names), "    ")
            case "rich_text_list":
                signs = (f"{n}." if element.get("style") == "ordered" else "•" for n in range(1, 1000))
                for sign, item in zip(signs, element["elements"], strict=False):
                    yield _wrapped(f"{sign} {_spans(item, names)}", width, indent="  ")
            case "rich_text_quote":
                yield textwrap.indent(_spans(element, names), "│ ")
            case _:
                yield _wrapped(_spans(element, names).rstrip("\n"), width)


def _spans(element: Block, names: Names) -> str:
    return "".join(_span(span, names) for span in element.get("elements", ()))


def _span(span: Block, names: Names) -> str:
    match span["type"]:
        case "user" | "channel" | "usergroup":
            sign = "#" if span["type"] == "channel" else "@"
            found = span.get("user_id") or span.get("channel_id") or span.get("usergroup_id") or ""
            return sign + names.get(str(found), str(found))
        case "link":
            return str(span.get("text") or span["url"])
        case "date":
            return datetime.fromtimestamp(int(span["timestamp"]), UTC).strftime("%d %b %H:%M UTC")
        case "emoji":
            return f":{span['name']}:"
    return str(span.get("text", ""))


def _table(block: Block, names: Names, width: int) -> Iterator[str]:
    rows = [[_cell(cell, names) for cell in row] for row in block["rows"]]
    widths = [max(len(row[n]) for row in rows if n < len(row)) for n in range(max(map(len, rows)))]
    for row in rows:
        yield "  ".join(text.ljust(w) for text, w in zip(row, widths, strict=False)).rstrip()


def _cell(cell: Block, names: Names) -> str:
    if cell.get("type") == "rich_text":
        return " ".join(_rich_text(cell, names, 10_000))
    return str(cell.get("text", ""))


def _image(block: Block, names: Names, width: int) -> Iterator[str]:
    yield f"[picture: {block.get('alt_text', '')}]"


def _divider(block: Block, names: Names, width: int) -> Iterator[str]:
    yield "─" * width


def _markdown(block: Block, names: Names, width: int) -> Iterator[str]:
    yield str(block["text"])


DRAWN: Mapping[str, Callable[[Block, Names, int], Iterator[str]]] = {
    "header": _header,
    "section": _section,
    "context": _context,
    "actions": _actions,
    "rich_text": _rich_text,
    "table": _table,
    "image": _image,
    "divider": _divider,
    "markdown": _markdown,
}


def _wrapped(text: str, width: int, indent: str = "") -> str:
    lines = text.split("\n")
    return "\n".join(
        textwrap.fill(line, width, initial_indent=indent, subsequent_indent=indent + "  ", break_long_words=False)
        for line in lines
    )


def _date(match: re.Match[str]) -> str:
    at = datetime.fromtimestamp(int(match[1]), UTC)
    day = "today" if at.date() == datetime.now(UTC).date() else f"{at.day} {at:%b}"
    said = match[2].replace("{time}", f"{at:%H:%M} UTC").replace("{ago}", f"{day} at {at:%H:%M} UTC")
    return re.sub(r"\{date\w*\}", day, said)


def _mention(match: re.Match[str], names: Names) -> str:
    sign = "#" if match[0].startswith("<#") else "@"
    return sign + (match[2] or names.get(match[1], match[1])).lstrip("@#")
