"""Draw what is understood of a text for a person: what it does, what it reads, where each column comes from.

Statement by statement; several are numbered. Nothing is wider than the terminal, and nothing of the text can steer it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from lineagebot.model import AssetKey, Column, Session
from lineagebot.sql.acts import Begins, Calls, Commits, Forgets, Prepares, RollsBack, Runs, Saves
from lineagebot.sql.catalog import Catalog
from lineagebot.sql.dialects import Dialect
from lineagebot.sql.meaning import Meaning
from lineagebot.sql.net import Net
from lineagebot.sql.shapes import FLOW
from lineagebot.sql.understand import found
from lineagebot.terminal import usage
from lineagebot.terminal.caret import problem_lines
from lineagebot.terminal.harmless import harmless
from lineagebot.terminal.phrases import is_loss, named, phrase
from lineagebot.terminal.picture import LINES, PLAIN, Fed, Origin, picture

SYSTEM = "sql"
#: Nothing is drawn in less.
NARROWEST = 40
#: Of the columns that a statement makes so many are listed.
_LISTED = 60

#: What a statement without an effect does to the text around it.
_ACTS: dict[type, str] = {
    Runs: "Runs the text in it",
    Calls: "Calls a routine of this text",
    Prepares: "Prepares a statement for later",
    Forgets: "Forgets what was prepared",
    Begins: "Begins a transaction",
    Commits: "Keeps what the transaction did",
    RollsBack: "Takes back what the transaction did",
    Saves: "Marks a point to go back to",
}


@dataclass(frozen=True, slots=True)
class Drawing:
    """What is drawn, and of how many statements."""

    text: str
    statements: int


def understanding(text: str, dialect: Dialect, catalog: Catalog, *, width: int | None = None) -> Drawing:
    """The drawing, as terminal text, for the standard output as it is (colours, width, encoding)."""
    session = Session(system=SYSTEM)
    steps = _steps(text, dialect, session, catalog)
    console = Console(width=width, highlight=False, markup=False, emoji=False)
    console.width = max(console.width, NARROWEST)
    pen = _Pen(text.split("\n"), console.width, unicode=not console.options.ascii_only)
    with console.capture() as capture:
        if len(steps) == 1:
            console.print(Group(*pen.step(steps[0])))
        elif steps:
            for number, step in enumerate(steps, 1):
                console.print(pen.numbered(number, step, of=len(steps)))
            console.print(_in_all(steps))
    lines = (line.rstrip() for line in capture.get().splitlines())
    return Drawing("\n".join(lines), len(steps))


def _steps(text: str, dialect: Dialect, session: Session, catalog: Catalog) -> list[list[Meaning]]:
    """The statements; one that runs others is drawn as what those do."""
    steps: dict[int, list[Meaning]] = {}
    for one in found(text, dialect, session, catalog):
        steps.setdefault(one.position, []).append(one.meaning)
    return list(steps.values())


def _says(meaning: Meaning) -> bool:
    return bool(meaning.effects or meaning.reads or meaning.flows or meaning.problems)


@dataclass(frozen=True, slots=True)
class _Pen:
    """How wide and with what is drawn, and the lines of the text."""

    lines: Sequence[str]
    width: int
    unicode: bool

    def numbered(self, number: int, step: Sequence[Meaning], *, of: int) -> Table:
        margin = len(str(of)) + 2
        row = Table.grid()
        row.add_column(width=margin, no_wrap=True)
        row.add_column()
        inner = _Pen(self.lines, self.width - margin, self.unicode)
        row.add_row(Text(str(number), "bold cyan"), Group(*inner.step(step)))
        return row

    def step(self, step: Sequence[Meaning]) -> Iterator[RenderableType]:
        for meaning in [meaning for meaning in step if _says(meaning)] or step[:1]:
            yield from self.statement(meaning)
        if any(m.literals_matter for m in step) and not any(m.problems for m in step):
            yield Text("A literal decides what this does: with another one it may do something else.", "dim")

    def statement(self, meaning: Meaning) -> Iterator[RenderableType]:
        for effect in meaning.effects:
            yield phrase(effect).append("  (stored, not run)" if meaning.stored else "", "dim")
        if not meaning.effects and not meaning.problems:
            yield _without_effect(meaning)
        made = [column for effect in meaning.effects for column in effect.produces]
        if made and not any(origins for _, _, origins in meaning.flows):
            yield Padding(_columns_made(made), (0, 0, 0, 2))
        tables = usage.usage_of(meaning)
        if tables:
            yield usage.drawn(tables, self.width)
        yield from self.columns(meaning)
        for problem in meaning.problems:
            yield from problem_lines(problem, self.lines, self.width, "│" if self.unicode else "|")

    def columns(self, meaning: Meaning) -> Iterator[RenderableType]:
        """Where the columns of each table that is written, or of the answer, come from."""
        for target, columns in _fed(meaning).items():
            if target is None or any(column.origins for column in columns):
                yield Text("Answers" if target is None else f"Columns of {named(target)}", "bold")
                for line in picture(columns, self.width - 2, LINES if self.unicode else PLAIN):
                    yield Text("  ").append_text(line)


def _without_effect(meaning: Meaning) -> Text:
    if meaning.act is not None:
        return Text(_ACTS[type(meaning.act)], "bold")
    if meaning.session is not None:
        path = ", ".join(map(harmless, meaning.session.search_path))
        return Text.assemble(("Sets up the session", "bold"), f": names are looked up in {path}" if path else "")
    return Text("Only reads" if meaning.reads or meaning.flows else "Changes nothing", "bold")


def _columns_made(columns: Sequence[Column]) -> Text:
    listed = [f"{column.name} {column.type}" if column.type else column.name for column in columns[:_LISTED]]
    more = [f"and {len(columns) - _LISTED:,} more"] * (len(columns) > _LISTED)
    return Text(harmless(", ".join(listed + more)), overflow="fold")


def _fed(meaning: Meaning) -> dict[AssetKey | None, list[Fed]]:
    short = _short_names({table.key for _, _, feeds in meaning.flows for table, _ in feeds})
    fed: dict[AssetKey | None, dict[str, dict[Origin, None]]] = {}
    for target, name, feeds in meaning.flows:
        origins = fed.setdefault(target, {}).setdefault(harmless(name), {})
        for (table, column), how in feeds.items():
            origins[Origin(short[table.key], harmless(column), FLOW[how])] = None
    return {t: [Fed(name, tuple(origins)) for name, origins in columns.items()] for t, columns in fed.items()}


def _short_names(keys: set[AssetKey]) -> dict[AssetKey, str]:
    """The last parts of each name, as many as tell them apart: the whole names stand above the picture."""
    found: dict[AssetKey, str] = {}
    for key in keys:
        others = [other.path for other in keys if other != key]
        tails = (key.path[-size:] for size in range(1, len(key.path)))
        tail = next((t for t in tails if all(o[-len(t) :] != t for o in others)), key.path)
        found[key] = harmless(".".join(tail))
    return found


def _in_all(steps: Sequence[Sequence[Meaning]]) -> Table:
    """What is left of all statements together."""
    happened = [meaning for step in steps for meaning in step if not meaning.stored]
    understood = sum(not any(meaning.problems for meaning in step) for step in steps)
    losses = sum(is_loss(effect) for meaning in happened for effect in meaning.effects)
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True, style="bold")
    grid.add_column(overflow="fold")
    said = Text(f"{understood} of {len(steps)} statements understood")
    grid.add_row(
        "In all", said.append(f", {losses} {'losses' if losses > 1 else 'loss'}" if losses else "", "bold red")
    )
    net = Net()
    for meaning in happened:
        net.add(meaning)
    written = [key for key in net.outputs if key not in net.between]
    for word, keys in (("reads", list(net.inputs)), ("writes", written)):
        if keys:
            grid.add_row(word, ", ".join(map(named, keys)))
    return grid
