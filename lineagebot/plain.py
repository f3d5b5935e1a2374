"""Draw a reply as plain text, for terminals and for golden files: what Slack shows, without Slack.

A button becomes its label in brackets with the command line that it would run, so that a terminal can do all that a
channel can. Times are drawn in UTC.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from lineagebot.reply import (
    Block,
    Choice,
    Choices,
    Code,
    Divider,
    Facts,
    Form,
    Heading,
    Items,
    Link,
    Mention,
    Menu,
    Moment,
    Mono,
    Note,
    Paragraph,
    Picture,
    Reply,
    Span,
    Strong,
    Table,
    Words,
)

WIDTH = 88
#: Characters of one cell before it is cut.
CELL = 40


def render(reply: Reply, width: int = WIDTH) -> str:
    """The whole reply, its details below a rule; the summary alone where it has no blocks. Ends without a newline."""
    blocks: tuple[Block, ...] = reply.blocks or (Paragraph((reply.summary,)),)
    if reply.details:
        blocks = (*blocks, Divider(), *reply.details)
    parts = [(drawn, block) for block in blocks if (drawn := _block(block, width))]
    if reply.form is not None:
        parts.append((_form(reply.form, width), Divider()))
    return "\n".join(_spaced(parts))


def _spaced(parts: Iterable[tuple[str, Block]]) -> Iterable[str]:
    """A free line around whatever is no single line of prose."""
    tall = False
    for n, (part, block) in enumerate(parts):
        now_tall = "\n" in part or not isinstance(block, (Paragraph, Note))
        if n and (tall or now_tall):
            yield ""
        yield part
        tall = now_tall


def _block(block: Block, width: int) -> str:
    match block:
        case Heading(text):
            return f"{text}\n{'=' * min(len(text), width)}"
        case Paragraph(words):
            return _wrap(plain(words), width)
        case Facts(pairs):
            return "\n".join(f"{label}: {plain(words)}" for label, words in pairs)
        case Items():
            return _items(block, width)
        case Code(text):
            return textwrap.indent(text.rstrip(), "    ")
        case Table():
            return _table(block)
        case Picture(alt):
            return f"[picture: {alt}]"
        case Note(words):
            return _wrap(f"({plain(words)})", width)
        case Divider():
            return "-" * min(width, 24)
        case Choices(choices):
            return "\n".join(line for choice in choices for line in _choice(choice))


def plain(words: Words) -> str:
    """The spans as text alone."""
    return "".join(_span(span) for span in words)


def _span(span: Span) -> str:
    match span:
        case str():
            return span
        case Strong(text) | Mono(text):
            return text
        case Link(text, url):
            return f"{text} <{url}>"
        case Mention(name, slack_id):
            return name if slack_id is None or name.startswith(("@", "#")) else f"@{name}"
        case Moment(at, "date"):
            return f"{at.day} {at:%b %Y}"
        case Moment(at, "time" | "clock"):
            return f"{at:%H:%M} UTC"
        case Moment(at, "until"):
            return f"until {at:%Y-%m-%d %H:%M} UTC"
        case Moment(at):
            return f"{at:%Y-%m-%d %H:%M} UTC"


def _items(block: Items, width: int) -> str:
    lines = [f"{block.title}:"] if block.title else []
    for n, words in enumerate(block.items, 1):
        mark = f"{n}. " if block.ordered else "- "
        lines.append(_wrap(plain(words), width, first=f"  {mark}", rest=" " * (2 + len(mark))))
    if block.more:
        lines.append(f"  … and {block.more:,} more")
    return "\n".join(lines)


def _table(block: Table) -> str:
    rows = [tuple(cell if len(cell) <= CELL else f"{cell[: CELL - 1]}…" for cell in row) for row in block.rows]
    widths = [max(map(len, column)) for column in zip(block.header, *rows, strict=True)]
    lines = [_row(block.header, widths), _row(tuple("-" * n for n in widths), widths)]
    lines += [_row(row, widths) for row in rows]
    if block.more:
        lines.append(f"… and {block.more:,} more")
    return "\n".join(lines)


def _row(cells: tuple[str, ...], widths: list[int]) -> str:
    return "  ".join(cell.ljust(n) for cell, n in zip(cells, widths, strict=True)).rstrip()


def _choice(choice: Choice | Menu) -> Iterable[str]:
    if isinstance(choice, Menu):
        yield f"[{choice.label}]"
        for label, command in choice.options:
            yield f"    [{label}]  {command}"
    elif choice.form is not None:
        yield f"[{choice.label}]  {choice.form.command}"
    elif choice.url is not None:
        yield f"[{choice.label}]  {choice.url}"
    else:
        yield f"[{choice.label}]  {choice.command}"


def _form(form: Form, width: int) -> str:
    asked = [f"  {{{field.id}}}: {field.label}" for field in form.fields]
    intro = [_wrap(plain(form.intro), width)] if form.intro else []
    return "\n".join([form.title, *intro, *asked, f"  type: {form.command}"])


def _wrap(text: str, width: int, *, first: str = "", rest: str = "") -> str:
    lines = text.splitlines() or [""]
    drawn = [
        textwrap.fill(
            line,
            width,
            initial_indent=first if n == 0 else rest,
            subsequent_indent=rest,
            break_long_words=False,
            break_on_hyphens=False,
        )
        for n, line in enumerate(lines)
    ]
    return "\n".join(drawn)
