"""Turn our words into mrkdwn so that whatever a warehouse calls its tables, Slack shows it and does not obey it.

Slack reads & < > as mark-up everywhere (https://docs.slack.dev/messaging/formatting-message-text). The rest of its
mark-up (bold, italics, quotes, emoji codes) has no escape, so it is broken up by a space that is hardly seen.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from lineagebot.reply import Link, Mention, Moment, Mono, Span, Strong, Words

#: Neither seen nor copied as a letter; Slack ends a word at it.
ZERO_WIDTH_SPACE = "\u200b"
#: Mark-up must not be followed by white space; this one is almost too thin to see.
HAIR_SPACE = "\u200a"
#: Looks like a backtick and is none.
LOOKALIKE_BACKTICK = "\u02cb"

#: Control characters, lone surrogates, and those that hide or reorder what stands beside them. The joiner U+200D stays:
#: emoji are made of it.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200c\u200e\u200f\u2028-\u202e\u2060-\u2064\u2066-\u206f\ufeff"
    "\ufff9-\uffff\ud800-\udfff]"
)
_OPENS_MARKUP = re.compile(r"(?<!\w)([*_~])(?!\s)")
_CALLS_EVERYONE = re.compile(r"@(?=(?:here|channel|everyone|group)\b)", re.IGNORECASE)
_EMOJI_CODE = re.compile(r":(?=[\w+'-]*[a-z][\w+'-]*:)", re.IGNORECASE)
_QUOTES_LINE = re.compile(r"^([^\S\n]*)(?=&gt;)", re.MULTILINE)

_DATE_STYLES = {
    "time": "{date_short_pretty} at {time}",
    "clock": "{time}",
    "date": "{date_short_pretty}",
    "until": "until {date_short_pretty} at {time}",
    "ago": "{ago}",
}
_DATE_FALLBACK = {
    "time": "%Y-%m-%d %H:%M UTC",
    "clock": "%H:%M UTC",
    "date": "%Y-%m-%d",
    "until": "until %Y-%m-%d %H:%M UTC",
    "ago": "%Y-%m-%d %H:%M UTC",
}

_SLACK_ID = re.compile(r"^[UWCGS][A-Z0-9]{1,30}$")


def visible(text: str) -> str:
    """The text without what cannot be seen: control characters, direction marks, lone surrogates."""
    return _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def entities(text: str) -> str:
    """& < > as Slack's three entities: all that `text` of a notification needs."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def plain(text: str) -> str:
    """Text for a `mrkdwn` object that is shown letter for letter: no mark-up, no mention, no emoji code."""
    text = visible(text).replace("`", LOOKALIKE_BACKTICK)
    text = _CALLS_EVERYONE.sub("@" + ZERO_WIDTH_SPACE, text)
    text = _EMOJI_CODE.sub(":" + ZERO_WIDTH_SPACE, text)
    text = _OPENS_MARKUP.sub(r"\1" + HAIR_SPACE, text)
    return _QUOTES_LINE.sub(r"\1" + ZERO_WIDTH_SPACE, entities(text))


def mono(text: str) -> str:
    """One line in the fixed-width face; empty text gives empty text."""
    line = " ".join(visible(text).split()).replace("`", LOOKALIKE_BACKTICK)
    return _between_blanks(text, f"`{entities(line)}`" if line else "")


def strong(text: str) -> str:
    """Bold, as long as it has something to embolden: Slack shows the stars otherwise."""
    line = " ".join(plain(text).split()).replace("*", "∗")
    return _between_blanks(text, f"*{line}*" if line else "")


def _between_blanks(text: str, drawn: str) -> str:
    """Mark-up must touch its words: blanks at the ends go outside."""
    bare = visible(text)
    before = " " if bare[:1].isspace() else ""
    after = " " if bare[-1:].isspace() and bare.strip() else ""
    return f"{before}{drawn}{after}"


def link(text: str, url: str) -> str:
    """A link, or only its text where the address is not one that a browser opens."""
    if not is_address(url):
        return plain(text)
    label = " ".join(plain(text).replace("|", "¦").split())
    return f"<{entities(visible(url)).replace('|', '%7C')}|{label}>" if label else f"<{entities(url)}>"


def is_address(url: str | None) -> bool:
    """True for http(s) addresses without blanks, of a length that Slack takes."""
    return bool(url and re.fullmatch(r"https?://[^\s<>\"]{1,2900}", url) and not _UNSEEN.search(url))


def mention(person: Mention) -> str:
    """A mention that pings only where that is asked for and the id is one of Slack's; a name otherwise."""
    identity = person.slack_id or ""
    if not _SLACK_ID.match(identity):
        return plain(person.name)
    if identity[0] in "CG":
        return f"<#{identity}>"
    if not person.notify:
        return plain(person.name)
    return f"<!subteam^{identity}>" if identity[0] == "S" else f"<@{identity}>"


def moment(at: datetime, style: str) -> str:
    """A time in the reader's own zone, with UTC as the fallback of old clients."""
    fallback = at.astimezone(UTC).strftime(_DATE_FALLBACK.get(style, _DATE_FALLBACK["time"]))
    return f"<!date^{int(at.timestamp())}^{_DATE_STYLES.get(style, _DATE_STYLES['time'])}|{fallback}>"


def span(part: Span) -> str:
    match part:
        case str():
            return plain(part)
        case Strong(text):
            return strong(text)
        case Mono(text):
            return mono(text)
        case Link(text, url):
            return link(text, url)
        case Mention():
            return mention(part)
        case Moment(at, style):
            return moment(at, style)


def mrkdwn(parts: Words) -> str:
    """The words as mrkdwn. Use it with `verbatim`, so that Slack adds no links of its own."""
    return "".join(span(part) for part in parts)


def cut_mrkdwn(parts: Words, limit: int) -> str:
    """The words as mrkdwn of at most `limit` characters, cut between or inside spans, never inside mark-up."""
    drawn = ""
    for part in parts:
        piece = span(part)
        if len(drawn) + len(piece) <= limit - 1:
            drawn += piece
            continue
        return drawn + _cut_span(part, limit - 1 - len(drawn)) + "…"
    return drawn


def _cut_span(part: Span, room: int) -> str:
    """As much of one span as fits: its text is shortened until its drawing does."""
    if not isinstance(part, str | Strong | Mono):
        return ""
    text = part if isinstance(part, str) else part.text
    text = text[: max(room, 0)]
    while text:
        piece = span(text if isinstance(part, str) else type(part)(text))
        if len(piece) <= room:
            return piece
        text = text[: -max(1, len(piece) - room)]
    return ""


def unadorned(parts: Words) -> str:
    """The words as plain text for people who see no mark-up (notifications, fallback)."""
    return "".join(_unadorned_span(part) for part in parts)


def _unadorned_span(part: Span) -> str:
    match part:
        case str():
            return part
        case Strong(text) | Mono(text) | Link(text, _):
            return text
        case Mention(name, _, _):
            return name
        case Moment(at, style):
            return at.astimezone(UTC).strftime(_DATE_FALLBACK.get(style, _DATE_FALLBACK["time"]))
