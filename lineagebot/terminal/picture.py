"""Where each column of an answer comes from, drawn with lines from left to right.

orders.amount ─ aggregated ─┬─▶ revenue
   orders.tax ─ aggregated ─┘
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.text import Text

from lineagebot.model import How

#: Of so many columns that only pass through, one line is made.
MANY = 4


@dataclass(frozen=True, slots=True)
class Glyphs:
    """What lines are drawn with."""

    line: str
    fork: str
    turn: str
    last: str
    head: str


LINES = Glyphs("─", "┬", "┤", "┘", "▶")
PLAIN = Glyphs("-", "+", "+", "+", ">")


@dataclass(frozen=True, slots=True)
class Origin:
    """A column that feeds another: the asset as it is to be written, and the column."""

    asset: str
    column: str
    how: How

    def __str__(self) -> str:
        return f"{self.asset}.{self.column}"


@dataclass(frozen=True, slots=True)
class Fed:
    """An output column and what feeds it."""

    name: str
    origins: tuple[Origin, ...]


@dataclass(frozen=True, slots=True)
class _Row:
    """Lines that go into one arrow."""

    sources: tuple[tuple[str, str], ...]
    target: str


def picture(columns: Sequence[Fed], width: int, glyphs: Glyphs) -> Iterator[Text]:
    """Lines no wider than `width`; where the arrows do not fit, what feeds a column stands below it."""
    rows = [row for row in _rows(columns) if row.sources]
    left = max((cell_len(source) for row in rows for source, _ in row.sources), default=0)
    middle = max((len(how) for row in rows for _, how in row.sources), default=0)
    room = width - left - middle - len(" -  -+-> ")
    if any(room < min(cell_len(row.target), 24) for row in rows):
        for row in rows:
            yield from _stacked(row, width)
    else:
        for row in rows:
            yield from _arrows(row, left, middle, room, glyphs)
    bare = [column.name for column in columns if not column.origins]
    if bare:
        yield from _wrapped(Text("from no column: ", "dim"), ", ".join(bare), width)


def _rows(columns: Sequence[Fed]) -> Iterator[_Row]:
    """A row for each column; one for many that one asset only passes on."""
    passed: dict[str, list[str]] = {}
    for column in columns:
        if _is_passed(column):
            passed.setdefault(column.origins[0].asset, []).append(column.name)
    for column in columns:
        asset = column.origins[0].asset if column.origins else ""
        if _is_passed(column) and len(passed[asset]) > MANY:
            if passed[asset][0] == column.name:
                yield _Row(((asset, "copied"),), ", ".join(passed[asset]))
        else:
            yield _Row(tuple((str(origin), str(origin.how)) for origin in column.origins), column.name)


def _is_passed(column: Fed) -> bool:
    return len(column.origins) == 1 and column.origins[0].how is How.COPIED and column.origins[0].column == column.name


def _arrows(row: _Row, left: int, middle: int, room: int, glyphs: Glyphs) -> Iterator[Text]:
    line, last = glyphs.line, len(row.sources) - 1
    parts = list(_cut(row.target, room))
    for at, (source, how) in enumerate(row.sources):
        joint = (line if last == 0 else glyphs.fork) if at == 0 else (glyphs.last if at == last else glyphs.turn)
        text = Text(" " * (left - cell_len(source)) + source + " ")
        text.append(f"{line} {how} {line * (middle - len(how))}{line}{joint}", "dim")
        if at == 0:
            text.append(f"{line}{glyphs.head} ", "dim").append(parts[0], "bold")
        yield text
        if at == 0 and last == 0:
            for part in parts[1:]:
                yield Text(" " * (left + middle + len(" -  -+-> "))).append(part, "bold")


def _stacked(row: _Row, width: int) -> Iterator[Text]:
    for part in _cut(row.target, width):
        yield Text(part, "bold")
    for source, how in row.sources:
        yield from _wrapped(Text("    "), f"{source} ({how})", width, indent=6)


def _wrapped(head: Text, words: str, width: int, *, indent: int = 4) -> Iterator[Text]:
    first, *rest = _cut(words, width - indent if len(head) < indent else width - len(head))
    yield head.copy().append(first)
    for part in _cut(" ".join(rest), width - indent) if rest else ():
        yield Text(" " * indent + part, head.style)


def _cut(words: str, room: int) -> Iterator[str]:
    """Broken at spaces where that can be, anywhere where it cannot."""
    room = max(room, 8)
    while len(words) > room:
        at = words.rfind(" ", 1, room + 1)
        at = at if at > 0 else room
        yield words[:at].rstrip()
        words = words[at:].lstrip()
    yield words
