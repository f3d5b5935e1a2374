"""`column <table.column>`: where its values come from, and what uses it, by flow or by filter."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from lineagebot.commands.asked import Asked, Command
from lineagebot.commands.grammar import quoted
from lineagebot.commands.lineage import facts_of
from lineagebot.commands.naming import column_of, find, full_name, key_line, unknown_column
from lineagebot.commands.services import Services
from lineagebot.graph.loss import Hit, Loss
from lineagebot.graph.reader import Direction, GraphReader
from lineagebot.graph.spread import spread
from lineagebot.model import Asset, AssetKey, Column, Edge, EdgeKind
from lineagebot.policy.say import WORST, count, coverage_note, joined, name_of, short
from lineagebot.reply import Block, Choice, Choices, Facts, Heading, Items, Mono, Paragraph, Reply, Span, Strong, Words

#: Levels that the origin of a column is followed up.
LEVELS = 8
#: Lines of each list before "and N more".
LISTED = 10

_Place = tuple[AssetKey, str]


def answer(asked: Asked, services: Services) -> Reply:
    table, name = column_of(asked.said.name)
    graph = services.graph
    found = find(graph, table, lambda full: f"column {quoted(_unquoted(full) + '.' + name)}")
    if isinstance(found, Reply):
        return found
    columns = graph.columns([found.key]).get(found.key, ())
    column = next((c for c in columns if c.name.lower() == name.lower()), None)
    if column is None and columns:
        return unknown_column(found, name, difflib.get_close_matches(name, [c.name for c in columns], n=5, cutoff=0.5))
    return _told(asked, graph, found, column or Column(name.lower()))


def _unquoted(name: str) -> str:
    return name[1:-1].replace('""', '"') if name.startswith('"') else name


def _told(asked: Asked, graph: GraphReader, asset: Asset, column: Column) -> Reply:
    origins = _origins(graph, (asset.key, column.name))
    reached = spread(graph, [Loss(asset.key, frozenset({column.name}))], whole_views=False)
    sure = [hit for hit in reached.hits if hit.certain]
    maybe = [hit for hit in reached.hits if not hit.certain]
    title = f"{asset.title}.{column.name}"
    blocks: list[Block] = [
        Heading(title),
        Facts((("Type", (column.type or "not told",)), ("Table", (name_of(asset),)), *_meaning(graph, asset, column))),
    ]
    blocks.append(_comes_from(graph, origins))
    blocks += _used_by(sure, maybe)
    blocks.append(coverage_note(graph.coverage([asset.key]), asked.request.now))
    blocks.append(Choices(_buttons(asset, column)))
    return Reply(f"{title}: {_summary(sure, maybe, origins)}", tuple(blocks))


def _meaning(graph: GraphReader, asset: Asset, column: Column) -> tuple[tuple[str, Words], ...]:
    """What a system says that the column holds."""
    said = facts_of(graph, asset.key).get(f"column {column.name}")
    return (("Meaning", (said,)),) if said else ()


def _summary(sure: Sequence[Hit], maybe: Sequence[Hit], origins: Sequence[Edge]) -> str:
    used = f"used by {count(len(sure), 'thing')}" if sure else "no known user"
    may = f", {len(maybe)} more may" if maybe else ""
    sources = {(edge.source, edge.source_column) for edge in origins}
    return f"{used}{may}; comes from {count(len(sources), 'column')}." if sources else f"{used}{may}."


def _origins(graph: GraphReader, start: _Place) -> tuple[Edge, ...]:
    """Column flow into the column, level by level, nearest first."""
    seen: set[_Place] = {start}
    frontier, found = {start}, dict[tuple[_Place, _Place], Edge]()
    for _ in range(LEVELS):
        edges = graph.edges(sorted({key for key, _ in frontier}), Direction.UPSTREAM, columns=True)
        into = [
            edge
            for edge in edges
            if edge.kind is EdgeKind.FLOW and edge.source_column and (edge.target, edge.target_column) in frontier
        ]
        for edge in into:
            pair = ((edge.source, edge.source_column or ""), (edge.target, edge.target_column or ""))
            found.setdefault(pair, edge)
        frontier = {(edge.source, edge.source_column or "") for edge in into} - seen
        seen |= frontier
        if not frontier:
            break
    return tuple(found.values())


def _comes_from(graph: GraphReader, origins: Sequence[Edge]) -> Block:
    if not origins:
        return Paragraph((Strong("Comes from: "), "nothing known; it may be loaded from outside."))
    known = graph.assets({edge.source for edge in origins})
    lines = tuple(_origin_line(edge, known.get(edge.source)) for edge in origins[:LISTED])
    return Items(lines, title="Comes from", more=max(0, len(origins) - LISTED))


def _origin_line(edge: Edge, source: Asset | None) -> Words:
    title = source.title if source is not None else short(edge.source)
    how = f", {edge.how}" if edge.how is not None else ""
    return (Mono(f"{title}.{edge.source_column}"), " → ", Mono(f"{short(edge.target)}.{edge.target_column}"), how)


def _used_by(sure: Sequence[Hit], maybe: Sequence[Hit]) -> list[Block]:
    blocks: list[Block] = []
    if sure:
        blocks.append(_hits("Used by", sure))
    else:
        blocks.append(Paragraph((Strong("Used by: "), "no known user of this column.")))
    if maybe:
        blocks.append(_hits("Built on the table; nobody knows which columns it uses", maybe))
    return blocks


def _hits(title: str, hits: Sequence[Hit]) -> Items:
    ordered = sorted(hits, key=lambda hit: (not hit.asset.kind.is_read_by_people, len(hit.path), hit.asset.title))
    return Items(tuple(_hit_line(hit) for hit in ordered[:LISTED]), title=title, more=max(0, len(hits) - LISTED))


def _hit_line(hit: Hit) -> Words:
    spans: list[Span] = [name_of(hit.asset), f" {hit.asset.kind}"]
    if len(hit.path) > 2:
        spans += [" · via ", *joined(((Mono(short(key)),) for key in hit.path[1:-1][:WORST]), " → ")]
    return tuple(spans)


def _buttons(asset: Asset, column: Column) -> tuple[Choice, ...]:
    drop = f"check ALTER TABLE {asset.title} DROP COLUMN {column.name}"
    buttons = [Choice("Lineage of the table", key_line("lineage", asset.key))]
    if not asset.kind.is_read_by_people and full_name(asset):
        buttons.append(Choice("What if it is dropped?", drop))
    return tuple(buttons)


COMMAND = Command(
    word="column",
    asks_graph=True,
    aliases=("col",),
    answer=answer,
    usage="column <table.column>",
    help="where a column's values come from, and what uses it",
    examples=("column marts.revenue.amount",),
)
