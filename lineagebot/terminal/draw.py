"""Draw what is understood of a statement: what it does, where each column comes from, what was not understood."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from rich.console import Console
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from lineagebot.model import (
    AssetKey,
    AssetKind,
    Column,
    Edge,
    EdgeKind,
    Effect,
    Problem,
    Relation,
    Session,
    Understanding,
)
from lineagebot.sql.catalog import Catalog
from lineagebot.sql.understand import understand

SYSTEM = "sql"


def understanding(text: str, dialect: str, tables: Mapping[str, Mapping[str, str]], *, width: int | None = None) -> str:
    """The drawing, as terminal text. `tables`: {"marts.revenue": {"day": "date"}}."""
    session = Session(system=SYSTEM)
    relations = tuple(_relation(name, columns) for name, columns in tables.items())
    meaning = understand(text, dialect, session, Catalog(relations))
    console = Console(width=width)
    with console.capture() as capture:
        _draw(console, meaning)
    return capture.get().rstrip()


def _relation(name: str, columns: Mapping[str, str]) -> Relation:
    key = AssetKey(SYSTEM, tuple(name.split(".")))
    return Relation(key, AssetKind.TABLE, tuple(Column(c, t) for c, t in columns.items()))


def _draw(console: Console, meaning: Understanding) -> None:
    if not meaning.statements and not meaning.problems:
        console.print("There is no statement in this text.")
    for effect in meaning.effects:
        console.print(_effect(effect))
    if meaning.statements and not meaning.effects and meaning.understood == meaning.statements:
        console.print("Changes nothing.")
    reads = sorted({str(r.asset) for r in meaning.reads if r.column is None})
    if reads:
        console.print(Text.assemble(("Reads ", "bold"), ", ".join(reads)))
    if meaning.outputs:
        console.print(Text.assemble(("Returns ", "bold"), ", ".join(c.name for c in meaning.outputs)))
    _draw_columns(console, meaning.edges)
    for problem in meaning.problems:
        console.print(_problem(problem))
    if meaning.statements > 1:
        console.print(f"{meaning.understood} of {meaning.statements} statements understood.", style="dim")


def _effect(effect: Effect) -> Text:
    words = [str(effect.action)]
    words += ["temporary"] * effect.temporary
    words += [str(effect.kind)] if effect.kind is not AssetKind.TABLE else []
    text = Text.assemble((" ".join(words).capitalize() + " ", "bold red" if _is_loss(effect) else "bold"))
    text.append(str(effect.target))
    if effect.renamed_to:
        text.append(f" → {effect.renamed_to}")
    if effect.columns:
        names = (f"{c.name} → {c.renamed_to}" if c.renamed_to else c.name for c in effect.columns)
        text.append(f" ({', '.join(names)})")
    notes = [
        name
        for name, on in (
            ("every row", effect.every_row),
            ("cascade", effect.cascade),
            ("if exists", effect.if_exists),
            ("no undrop", effect.for_good),
            (str(effect.certainty), effect.certainty != "certain"),
        )
        if on
    ]
    text.append(f"  [{', '.join(notes)}]" if notes else "", style="dim")
    return text


def _is_loss(effect: Effect) -> bool:
    return effect.action.value.startswith(("drop", "truncate")) or effect.every_row


def _draw_columns(console: Console, edges: tuple[Edge, ...]) -> None:
    flows: dict[AssetKey, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    references: dict[AssetKey, set[str]] = defaultdict(set)
    for edge in edges:
        source = f"{edge.source}.{edge.source_column}" if edge.source_column else str(edge.source)
        how = f" ({edge.how})" if edge.how else ""
        if edge.kind is EdgeKind.FLOW and edge.target_column:
            flows[edge.target][edge.target_column].append(source + how)
        elif edge.kind is EdgeKind.REFERENCE and edge.source_column:
            references[edge.target].add(source + how)
    for target in sorted({e.target for e in edges}):
        tree = Tree(Text(str(target), style="bold"))
        for column, sources in flows[target].items():
            tree.add(f"{column}  ←  {', '.join(sorted(sources))}")
        if references[target]:
            tree.add(Text(f"rows depend on {', '.join(sorted(references[target]))}", style="dim"))
        if not flows[target] and not references[target]:
            for source in sorted({str(e.source) for e in edges if e.target == target}):
                tree.add(f"←  {source}")
        console.print(tree)


def _problem(problem: Problem) -> Table:
    place = f"line {problem.line}" + (f", column {problem.column}" if problem.column else "") if problem.line else ""
    row = Table.grid(padding=(0, 1))
    style = "bold red" if problem.looks_destructive else "yellow"
    sign = "Not understood, and it looks destructive:" if problem.looks_destructive else "Not understood:"
    row.add_row(Text(sign, style=style), f"{problem.message}{f' ({place})' if place else ''}")
    return row
