"""Which tables a statement reads, and for what each of their columns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from lineagebot.model import ANY_COLUMN, AssetKey, How
from lineagebot.sql.meaning import Meaning
from lineagebot.sql.shapes import REFERENCE
from lineagebot.terminal.harmless import harmless
from lineagebot.terminal.phrases import named

#: What a person calls it, in the order in which it is said.
_WORDS: dict[How | None, str] = {
    How.COPIED: "selects",
    How.JOINED: "joins on",
    How.FILTERED: "filters by",
    How.GROUPED: "groups by",
    How.ORDERED: "orders by",
    None: "reads",
}
_HEAD = "Reads  "
#: So many of the columns that are only selected are named: the picture has them all.
_SELECTED = 12


@dataclass(slots=True)
class Usage:
    """For what the columns of one table are read."""

    columns: dict[How | None, dict[str, None]] = field(default_factory=dict)
    #: All of its columns go into the answer, but nobody lists them.
    passed: bool = False

    def text(self) -> Text:
        text = Text()
        for how, words in _WORDS.items():
            columns = list(self.columns.get(how, ()))
            if how is How.COPIED:
                more = len(columns) - _SELECTED
                columns = [*columns[:_SELECTED], *[f"{more:,} more"] * (more > 0), *["every column"] * self.passed]
            if columns:
                text.append("; " if text else "").append(f"{words} ", "dim").append(harmless(", ".join(columns)))
        return text


def usage_of(meaning: Meaning) -> dict[AssetKey, Usage]:
    """What is read, in the order of the text."""
    reads = (*meaning.reads, *meaning.own_reads)
    found = {read.asset: Usage() for read in reads}

    def use(key: AssetKey, column: str, how: How | None) -> None:
        if key in found:
            found[key].columns.setdefault(how, {})[column] = None

    _take_up(meaning, use)
    for read in reads:
        if read.column is None or read.column == ANY_COLUMN:
            continue
        if not any(read.column in used for used in found[read.asset].columns.values()):
            use(read.asset, read.column, None)
    for key in meaning.passed:
        if key in found:
            found[key].passed = True
    return found


def _take_up(meaning: Meaning, use: Callable[[AssetKey, str, How | None], None]) -> None:
    for _, _, feeds in meaning.flows:
        for table, column in feeds:
            use(table.key, column, How.COPIED)
    for (table, column), how in meaning.references.items():
        use(table.key, column, REFERENCE[how])


def drawn(tables: dict[AssetKey, Usage], width: int) -> RenderableType:
    """One table a line, the columns beside it; below it where the names leave no room for them."""
    longest = max(len(named(key)) for key in tables)
    beside = longest <= width // 2 - len(_HEAD)
    grid = Table.grid(padding=(0, 2 if beside else 0, 0, 0))
    grid.add_column(width=len(_HEAD) - (0 if not beside else 2), no_wrap=True)
    grid.add_column(overflow="fold")
    if beside:
        grid.add_column(overflow="fold")
    for at, (key, usage) in enumerate(tables.items()):
        head = Text(_HEAD.strip() if at == 0 else "", "bold")
        name, uses = Text(named(key)), usage.text()
        if beside:
            grid.add_row(head, name, uses)
            continue
        grid.add_row(head, name)
        if uses:
            grid.add_row("", Text("  ").append_text(uses))
    return grid
