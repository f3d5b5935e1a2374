"""Draw a Reply as Block Kit blocks that Slack accepts, whatever its length: by splitting, then by cutting with a word.

What must not be lost comes first when room is short: headings, buttons, and the small print that says how complete the
answer is. What was cut is counted at the end: a message never pretends to be whole.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from lineagebot.reply import (
    Block,
    Choice,
    Choices,
    Code,
    Confirm,
    Divider,
    Facts,
    Form,
    Heading,
    Items,
    Menu,
    Note,
    Paragraph,
    Picture,
    Reply,
    Table,
    Words,
    to_json,
)
from lineagebot.slack import limits
from lineagebot.slack.escape import cut_mrkdwn, entities, is_address, mrkdwn, strong, unadorned, visible
from lineagebot.slack.limits import cut
from lineagebot.slack.tokens import MemoryTokens, Tokens, keep_with_hint

BlockDict = dict[str, Any]

#: Every action of ours begins with it; a later drawing raises the number and the old one is still understood.
ACTION = "lb1:"
RUN, RUN_KEPT, FORM, FORM_KEPT, PICK, PICK_KEPT, OPEN, SHARE = (
    "run", "runkept", "form", "formkept", "pick", "pickkept", "open", "share",
)  # fmt: skip

#: One item of a list, so that a single endless one does not fill the message.
ITEM = 900
#: Code in a message; the rest is counted in lines.
CODE = 6_000
TABLE_TEXT = 8_000
#: Room for the sentence that says what was cut.
_RESERVE_TEXT = 200


@dataclass(frozen=True, slots=True)
class Share:
    """A "Share" button below a private answer: `value` is what the bot is handed back when it is pressed."""

    value: str


@dataclass(frozen=True, slots=True)
class _Atom:
    """One Slack block that is drawn whole or left out."""

    block: BlockDict
    #: What it stands for when it is left out: (5, "items").
    count: int = 0
    noun: str = ""
    essential: bool = False

    @property
    def size(self) -> int:
        return _text_size(self.block)


def draw(
    reply: Reply,
    *,
    tokens: Tokens | None = None,
    share: Share | None = None,
    room: int = limits.MESSAGE_TEXT,
) -> tuple[list[BlockDict], str]:
    """The message's blocks and its self-sufficient `text`. Details are not in it: `draw_details`."""
    blocks = _Drawing(tokens or MemoryTokens(), message=True).draw(reply.blocks, share=share, room=room)
    return blocks or _only_text(reply.summary), fallback(reply)


def draw_details(reply: Reply, *, tokens: Tokens | None = None) -> tuple[list[BlockDict], str] | None:
    """What belongs in the thread below, as one message; None where there is nothing."""
    if not reply.details:
        return None
    return draw(replace(reply, blocks=reply.details), tokens=tokens)


def draw_view(blocks: tuple[Block, ...], *, tokens: Tokens, room: int = 30_000) -> list[BlockDict]:
    """Blocks for a modal or the Home tab, which hold up to 100 but no table."""
    return _Drawing(tokens, message=False).draw(blocks, share=None, room=room)


def fallback(reply: Reply) -> str:
    """The `text` of a message: what a phone's notification shows. Never empty."""
    return _cut_entities(visible(reply.summary).strip() or "lineagebot", limits.FALLBACK_TEXT)


def text_only(reply: Reply) -> str:
    """The whole reply as one plain text, for the day on which Slack refuses our blocks."""
    lines = [reply.summary, *(line for block in reply.blocks for line in _lines(block))]
    return _cut_entities(visible("\n".join(lines)).strip() or "lineagebot", limits.FALLBACK_TEXT)


def plain_text(text: str, limit: int) -> BlockDict:
    """A plain_text object; what has nothing visible is drawn as a dash, because Slack refuses empty text."""
    line = " ".join(visible(text).split())
    return {"type": "plain_text", "text": cut(line or "–", limit), "emoji": False}


def mrkdwn_text(text: str) -> BlockDict:
    """`verbatim`: Slack must not link names such as a.b or read @here."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def section(text: str) -> BlockDict:
    return {"type": "section", "text": mrkdwn_text(text)}


def context(text: str) -> BlockDict:
    return {"type": "context", "elements": [mrkdwn_text(text)]}


class _Drawing:
    """The drawing of one message or view: numbers its actions, knows what its surface holds."""

    def __init__(self, tokens: Tokens, *, message: bool) -> None:
        self._tokens = tokens
        self._message = message
        self._actions = 0
        self._tables = 0

    def draw(self, blocks: tuple[Block, ...], *, share: Share | None, room: int) -> list[BlockDict]:
        atoms = [atom for block in blocks for atom in self._atoms(block)]
        if share:
            self._add_share(atoms, share)
        most = limits.MESSAGE_BLOCKS if self._message else limits.VIEW_BLOCKS
        return _fit(atoms, most=most, room=room)

    def _atoms(self, block: Block) -> Iterator[_Atom]:
        match block:
            case Heading(text):
                if visible(text).strip():
                    header = {"type": "header", "text": plain_text(text, limits.HEADER)}
                    yield _Atom(header, essential=True)
            case Paragraph(parts):
                yield from _paragraph(parts)
            case Facts(pairs):
                yield from _facts(pairs)
            case Items():
                yield from _items(block)
            case Code():
                yield from _code(block)
            case Table():
                yield from self._table(block)
            case Picture():
                yield _picture(block)
            case Note(parts):
                if text := cut_mrkdwn(parts, limits.CONTEXT).strip():
                    yield _Atom(context(text), 1, "notes", essential=True)
            case Divider():
                yield _Atom({"type": "divider"})
            case Choices(choices):
                yield from self._choices(choices)

    def _table(self, table: Table) -> Iterator[_Atom]:
        if not self._message or self._tables or not table.header:
            yield from _code(Code(_as_columns(table), language="text"), noun="rows")
        else:
            self._tables += 1
            yield _table(table)
        if table.more:
            yield _Atom(context(f"…and {table.more:,} more rows"), table.more, "rows")

    def _choices(self, choices: tuple[Choice | Menu, ...]) -> Iterator[_Atom]:
        elements = [e for choice in choices for e in self._element(choice)]
        for start in range(0, len(elements), limits.ACTIONS):
            part = elements[start : start + limits.ACTIONS]
            yield _Atom({"type": "actions", "elements": part}, len(part), "buttons", essential=True)

    def _element(self, choice: Choice | Menu) -> Iterator[BlockDict]:
        if isinstance(choice, Menu):
            if choice.options:
                yield self._overflow(choice) if choice.overflow else self._select(choice)
            return
        button: BlockDict = {"type": "button", "text": plain_text(choice.label, limits.BUTTON)}
        if choice.url is not None and is_address(choice.url):
            button |= {"action_id": self._action(OPEN), "url": choice.url}
        elif choice.form is not None:
            button |= self._form_value(choice.form)
        elif choice.command:
            button |= self._command_value(choice.command)
        else:
            return
        if choice.style in ("primary", "danger"):
            button["style"] = choice.style
        if choice.confirm:
            button["confirm"] = _confirm(choice.confirm)
        yield button

    def _command_value(self, command: str) -> BlockDict:
        if _sendable(command, limits.BUTTON_VALUE):
            return {"action_id": self._action(RUN), "value": command}
        return {
            "action_id": self._action(RUN_KEPT),
            "value": keep_with_hint(self._tokens, command, limit=limits.BUTTON_VALUE),
        }

    def _form_value(self, form: Form) -> BlockDict:
        data = json.dumps(to_json(form), ensure_ascii=False, separators=(",", ":"))
        if _sendable(data, limits.BUTTON_VALUE):
            return {"action_id": self._action(FORM), "value": data}
        return {"action_id": self._action(FORM_KEPT), "value": self._tokens.keep(data) + ":"}

    def _select(self, menu: Menu) -> BlockDict:
        options = menu.options[: limits.OPTIONS]
        label = menu.label if len(options) == len(menu.options) else f"{menu.label} (first {len(options)})"
        return {
            "type": "static_select",
            "placeholder": plain_text(label, limits.PLACEHOLDER),
            **self._options(options),
        }

    def _overflow(self, menu: Menu) -> BlockDict:
        return {"type": "overflow", **self._options(menu.options[: limits.OVERFLOW])}

    def _options(self, options: tuple[tuple[str, str], ...]) -> BlockDict:
        short = all(_sendable(command, limits.OPTION_VALUE) for _, command in options)
        return {
            "action_id": self._action(PICK if short else PICK_KEPT),
            "options": [
                {
                    "text": plain_text(text, limits.OPTION),
                    "value": command if short else keep_with_hint(self._tokens, command, limit=limits.OPTION_VALUE),
                }
                for text, command in options
            ],
        }

    def _add_share(self, atoms: list[_Atom], share: Share) -> None:
        """Beside the closing buttons where there are some, else in a row of its own."""
        button = {
            "type": "button",
            "text": plain_text("Share", limits.BUTTON),
            "action_id": self._action(SHARE),
            "value": share.value,
        }
        last = atoms[-1].block if atoms else {}
        if last.get("type") == "actions" and len(last["elements"]) < limits.ACTIONS:
            atoms[-1] = replace(atoms[-1], block=last | {"elements": [*last["elements"], button]})
        else:
            atoms.append(_Atom({"type": "actions", "elements": [button]}, essential=True))

    def _action(self, kind: str) -> str:
        self._actions += 1
        return f"{ACTION}{kind}:{self._actions}"


def _fit(atoms: list[_Atom], *, most: int, room: int) -> list[BlockDict]:
    """Those atoms that fit, in their order; a last line counts what was left out."""
    if len(atoms) <= most and sum(a.size for a in atoms) <= room:
        return [a.block for a in atoms]
    kept: set[int] = set()
    blocks_left, text_left = most - 1, room - _RESERVE_TEXT
    by_need = sorted(range(len(atoms)), key=lambda i: (not atoms[i].essential, i))
    stopped = False
    for i in by_need:
        atom = atoms[i]
        if not atom.essential and stopped:
            continue
        if blocks_left >= 1 and atom.size <= text_left:
            kept.add(i)
            blocks_left, text_left = blocks_left - 1, text_left - atom.size
        else:
            # What follows a gap would read as if nothing were missing.
            stopped = stopped or not atom.essential
    drawn = [atoms[i].block for i in sorted(kept)]
    return [*drawn, context(_what_was_cut([a for i, a in enumerate(atoms) if i not in kept]))]


def _what_was_cut(atoms: list[_Atom]) -> str:
    counts: dict[str, int] = {}
    for atom in atoms:
        if atom.noun:
            counts[atom.noun] = counts.get(atom.noun, 0) + atom.count
    listed = ", ".join(f"{n:,} more {noun}" for noun, n in counts.items() if n) or "more"
    return f"…and {listed}: too long for one message"


def _paragraph(parts: Words) -> Iterator[_Atom]:
    text = mrkdwn(parts).strip()
    if not text:
        return
    if len(text) <= limits.SECTION:
        yield _Atom(section(text), text.count("\n") + 1, "lines")
        return
    for piece in _pieces(parts):
        drawn = cut_mrkdwn(piece, limits.SECTION).strip()
        if drawn:
            yield _Atom(section(drawn), drawn.count("\n") + 1, "lines")


def _pieces(parts: Words) -> Iterator[Words]:
    """Words in portions whose drawing fits one section; a long text is split, at a line's or a word's end if it can."""
    portion: list[Any] = []
    size = 0
    for part in _split_spans(parts):
        drawn = len(mrkdwn((part,)))
        if portion and size + drawn > limits.SECTION:
            yield tuple(portion)
            portion, size = [], 0
        portion.append(part)
        size += drawn
    if portion:
        yield tuple(portion)


def _split_spans(parts: Words) -> Iterator[Any]:
    for part in parts:
        if not isinstance(part, str):
            yield part
            continue
        # Escaping makes five characters of one at worst.
        yield from _split_text(part, limits.SECTION // 6)


def _split_text(text: str, size: int) -> Iterator[str]:
    while len(text) > size:
        at = max(text.rfind("\n", 1, size), text.rfind(" ", 1, size))
        at = at + 1 if at > size // 2 else size
        yield text[:at]
        text = text[at:]
    yield text


def _facts(pairs: tuple[tuple[str, Words], ...]) -> Iterator[_Atom]:
    fields = [
        mrkdwn_text(f"{strong(cut(label, 200)) or '–'}\n{cut_mrkdwn(value, limits.FIELD - 1_300).strip() or '–'}")
        for label, value in pairs
    ]
    for start in range(0, len(fields), limits.FIELDS):
        part = fields[start : start + limits.FIELDS]
        yield _Atom({"type": "section", "fields": part}, len(part), "facts")


def _items(items: Items) -> Iterator[_Atom]:
    lines = [
        f"{f'{n}.' if items.ordered else '•'} {cut_mrkdwn(item, ITEM).strip() or '–'}"
        for n, item in enumerate(items.items, start=1)
    ]
    title = strong(cut(items.title, 300)) if items.title else ""
    held = [title] if title else []
    count, size = 0, len(title)
    for line in lines:
        if held and size + 1 + len(line) > limits.SECTION - 40:
            yield _Atom(section("\n".join(held)), count, "items")
            held, count, size = [], 0, 0
        held.append(line)
        count += 1
        size += len(line) + 1
    if items.more:
        held.append(f"…and {items.more:,} more")
        count += items.more
    if held:
        yield _Atom(section("\n".join(held)), count, "items")


def _code(code: Code, *, noun: str = "lines of code") -> Iterator[_Atom]:
    """Preformatted rich text: shown letter for letter, so that nothing needs escaping and no fence can be broken."""
    text = visible(code.text).strip("\n")
    if not text.strip():
        return
    shown = text[:CODE]
    left_out = text[CODE:].count("\n") + 1 if len(text) > CODE else 0
    for piece in _split_text(shown, limits.SECTION):
        preformatted = {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": piece}]}
        yield _Atom({"type": "rich_text", "elements": [preformatted]}, piece.count("\n") + 1, noun)
    if left_out:
        yield _Atom(context(f"…and {left_out:,} more {noun}"), left_out, noun)


def _table(table: Table) -> _Atom:
    columns = min(max(len(table.header), *(len(r) for r in table.rows), 1), limits.TABLE_COLUMNS)
    rows: list[list[BlockDict]] = []
    size = 0
    for row in (table.header, *table.rows):
        cells = [_cell(row[i] if i < len(row) else "") for i in range(columns)]
        size += sum(len(c["text"]) for c in cells)
        if rows and (len(rows) == limits.TABLE_ROWS - 1 or size > TABLE_TEXT):
            left_out = len(table.rows) + 1 - len(rows)
            rows.append([_cell(f"…and {left_out:,} more rows"), *(_cell("") for _ in range(columns - 1))])
            break
        rows.append(cells)
    return _Atom({"type": "table", "rows": rows}, len(table.rows), "rows")


def _cell(text: str) -> BlockDict:
    return {"type": "raw_text", "text": cut(" ".join(visible(text).split()) or "–", 300)}


def _as_columns(table: Table) -> str:
    """The table in a fixed-width face, where a second table or a view has no other."""
    rows = [tuple(" ".join(visible(c).split()) for c in row) for row in (table.header, *table.rows)]
    columns = max((len(r) for r in rows), default=0)
    widths = [min(max((len(r[i]) for r in rows if i < len(r)), default=0), 40) for i in range(columns)]
    return "\n".join("  ".join(cut(c, 40).ljust(w) for c, w in zip(r, widths, strict=False)).rstrip() for r in rows)


def _picture(picture: Picture) -> _Atom:
    alt = " ".join(visible(picture.alt).split()) or "picture"
    if picture.url is None or not is_address(picture.url):
        return _Atom(context(cut_mrkdwn((alt,), limits.CONTEXT)), 1, "pictures")
    return _Atom({"type": "image", "image_url": picture.url, "alt_text": cut(alt, limits.ALT_TEXT)}, 1, "pictures")


def _confirm(confirm: Confirm) -> BlockDict:
    return {
        "title": plain_text(confirm.title, limits.CONFIRM_TITLE),
        "text": plain_text(confirm.text, limits.CONFIRM_TEXT),
        "confirm": plain_text(confirm.yes, limits.CONFIRM_BUTTON),
        "deny": plain_text(confirm.no, limits.CONFIRM_BUTTON),
    }


def _sendable(text: str, limit: int) -> bool:
    """True where Slack hands the text back as it was: short enough, and without lone surrogates or controls."""
    return 0 < len(text) <= limit and (visible(text) == text)


def _only_text(summary: str) -> list[BlockDict]:
    text = cut_mrkdwn((summary.strip(),), limits.SECTION).strip()
    return [section(text)] if text else []


def _cut_entities(text: str, limit: int) -> str:
    escaped = entities(text)
    while len(escaped) > limit:
        text = text[: len(text) - max(1, (len(escaped) - limit) // 5)]
        escaped = entities(text + "…")
    return escaped


def _text_size(value: Any) -> int:
    if isinstance(value, str):
        return len(value)
    if isinstance(value, dict):
        return sum(_text_size(v) for k, v in value.items() if k != "type")
    if isinstance(value, list):
        return sum(_text_size(v) for v in value)
    return 0


def _lines(block: Block) -> Iterator[str]:
    """A block as lines of plain text."""
    match block:
        case Heading(text) | Code(text, _):
            yield text
        case Paragraph(parts) | Note(parts):
            yield unadorned(parts)
        case Facts(pairs):
            yield from (f"{label}: {unadorned(value)}" for label, value in pairs)
        case Items():
            yield from ([items_title] if (items_title := block.title) else [])
            yield from (f"• {unadorned(item)}" for item in block.items)
            yield from ([f"…and {block.more:,} more"] if block.more else [])
        case Table():
            yield _as_columns(block)
        case Picture(alt):
            yield alt
        case Choices(choices):
            commands = (c.command for c in choices if isinstance(c, Choice) and c.command)
            yield from (f"/lineage {command}" for command in commands)
        case Divider():
            return
