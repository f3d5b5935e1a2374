"""The graph's answers to what the fold asks, as it stood just before the statement in question."""

from __future__ import annotations

from datetime import date, datetime

from lineagebot.graph.impact import Impact, impact
from lineagebot.graph.reader import Direction, GraphReader
from lineagebot.model import AssetKey, AssetKind, Binding, Effect
from lineagebot.policy.step import Asks, Candidate, Known

VIEWS = (AssetKind.VIEW, AssetKind.MATERIALIZED_VIEW)


def answer(graph: GraphReader, asks: Asks, *, today: date) -> Known:
    """Everything in `asks`, from one graph."""
    return Known(
        impacts={c.key: _impact(graph, c, today) for c in asks.impacts},
        victims={e: _victims(graph, e, asks.at) for e in asks.victims},
        columns=graph.columns(asks.stands) if asks.stands else {},
        read_columns={key: _read_columns(graph, key) for key in asks.stands},
    )


def _impact(graph: GraphReader, candidate: Candidate, today: date) -> Impact:
    brief = candidate.brief
    own = {(brief.system, brief.login)} if brief.login else set()
    return impact(graph, (candidate.effect,), today=today, before=brief.started_at, without=own)


def _victims(graph: GraphReader, effect: Effect, at: datetime | None) -> tuple[AssetKey, ...]:
    """The views bound to the object itself, and those bound to them: a CASCADE takes them all."""
    found: list[AssetKey] = []
    frontier = [effect.target]
    while frontier:
        edges = graph.edges(frontier, Direction.DOWNSTREAM, before=at)
        bound = {e.target for e in edges if e.binding is Binding.BY_OBJECT} - {effect.target, *found}
        frontier = sorted(bound)
        found += frontier
    known = graph.assets(found)
    return tuple(k for k in found if k in known and known[k].kind in VIEWS)


def _read_columns(graph: GraphReader, key: AssetKey) -> frozenset[str]:
    edges = graph.edges([key], Direction.DOWNSTREAM, columns=True)
    return frozenset(e.source_column for e in edges if e.source_column)
