"""The graph's answers to what the fold asks, as it stood just before the statement in question."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import cast

from lineagebot.graph.impact import Impact, impact
from lineagebot.graph.reader import Direction, GraphReader, KnowsEnds
from lineagebot.graph.usage import READER_DAYS, Reader
from lineagebot.model import Action, AssetKey, AssetKind, Binding, Edge, Effect, Layer
from lineagebot.policy.cures import CONTAINERS
from lineagebot.policy.rules import Cure
from lineagebot.policy.state import Asks, Candidate, Known

VIEWS = (AssetKind.VIEW, AssetKind.MATERIALIZED_VIEW)
#: Grantees that mean everybody.
EVERYBODY = frozenset({"public", "allusers", "allauthenticatedusers", "account users", "domain"})


def answer(graph: GraphReader, asks: Asks, *, today: date) -> Known:
    """Everything in `asks`, from one graph."""
    return Known(
        impacts={c.key: _impact(graph, c, today, asks.rebuilt.get(c.key, ())) for c in asks.impacts},
        victims={e: _victims(graph, e, asks.at) for e in asks.victims},
        columns=graph.columns(asks.stands) if asks.stands else {},
        read_columns={key: _read_columns(graph, key) for key in asks.stands},
    )


def _impact(graph: GraphReader, candidate: Candidate, today: date, rebuilt: tuple[AssetKey, ...]) -> Impact:
    brief, effect = candidate.brief, candidate.effect
    own = set() if _reads_of_another(graph, candidate, today) else {(brief.system, brief.login or "")}
    past = () if rebuilt or effect.action is Action.REVOKE else _repointed(graph, candidate)
    found = impact(graph, (effect,), today=today, before=brief.started_at, without=own, spared=rebuilt, past=past)
    if effect.action is Action.REVOKE:
        return _of_grantees(found, effect)
    if not rebuilt and candidate.built_at is not None and not _was_needed(graph, candidate, candidate.built_at):
        return found.without_consumers()
    return found


def _reads_of_another(graph: GraphReader, candidate: Candidate, today: date) -> bool:
    """Whether a person does away with what others make, and used it themselves on an earlier day.

    Whoever reads what somebody else keeps is a reader like any other. A look just before is no use, and what one made
    oneself one may throw away.
    """
    brief, target = candidate.brief, candidate.effect.target
    if brief.by_machine or candidate.cure not in (Cure.STANDS_AGAIN, Cure.COLUMN_AGAIN):
        return False
    uses = [u for u in graph.uses([target], since=today - timedelta(days=READER_DAYS)) if u.asset == target]
    makers = {u.login for u in uses if u.writes and u.column is None and u.day <= brief.started_at.date()}
    read_before = any(u.reads and u.login == brief.login and u.day < brief.started_at.date() for u in uses)
    return read_before and bool(makers) and brief.login not in makers


def _was_needed(graph: GraphReader, candidate: Candidate, built_at: datetime) -> bool:
    """Whether anything stands on it that its own builder did not just make or fill from it."""
    edges = graph.edges([candidate.effect.target], Direction.DOWNSTREAM, before=candidate.brief.started_at)
    return any(e.layer is not Layer.QUERY or e.last_seen is None or e.last_seen < built_at for e in edges)


def _repointed(graph: GraphReader, candidate: Candidate) -> frozenset[AssetKey]:
    """The views that were made anew meanwhile and read something else now."""
    target = candidate.effect.target
    ended = _ended(graph, target, candidate.brief.started_at)
    by_name = {e.target for e in ended if e.binding is Binding.BY_NAME}
    if not by_name:
        return frozenset()
    still = {e.target for e in graph.edges([target], Direction.DOWNSTREAM)}
    return frozenset(k for k, asset in graph.assets(by_name - still).items() if asset.gone_at is None)


def _ended(graph: GraphReader, key: AssetKey, since: datetime) -> Iterable[Edge]:
    if _knows_ends(type(graph)):
        return cast(KnowsEnds, graph).ended([key], Direction.DOWNSTREAM, since=since)
    return (e for e in graph.edges([key], Direction.DOWNSTREAM, before=since) if e.ended_at is not None)


@cache
def _knows_ends(kind: type) -> bool:
    """Asked of every effect, and slow to find out."""
    return issubclass(kind, KnowsEnds)


def _of_grantees(found: Impact, effect: Effect) -> Impact:
    """Only those are hurt who read as one of them."""
    named = {_account(name) for name in effect.grantees}
    if named & EVERYBODY:
        return found
    hit = tuple(r for r in found.readers if _logins(r) & named)
    if not hit:
        return replace(found.without_consumers(), readers=())
    kept = {key for reader in hit for key in reader.assets} | {effect.target}
    return replace(
        found,
        targets=tuple(t for t in found.targets if t.key in kept),
        consumers=tuple(c for c in found.consumers if c.path[0] in kept),
        readers=hit,
    )


def _account(grantee: str) -> str:
    """BigQuery writes user:ana@acme.com."""
    return grantee.rpartition(":")[2].lower()


def _logins(reader: Reader) -> set[str]:
    return {login.lower() for _, login in reader.person.logins}


def _victims(graph: GraphReader, effect: Effect, at: datetime | None) -> tuple[AssetKey, ...]:
    """The views bound to the object itself, and those bound to them: a CASCADE takes them all."""
    found: list[AssetKey] = []
    first = _inside(graph, effect, at)
    frontier = list(first)
    while frontier:
        by_column = effect.action is Action.DROP_COLUMN and frontier == first
        edges = graph.edges(frontier, Direction.DOWNSTREAM, columns=by_column, before=at)
        held = [e for e in edges if _is_bound(e, at)]
        bound = _users(graph, held, effect) if by_column else {e.target for e in held}
        frontier = sorted(bound.difference(first, found))
        found += frontier
    known = graph.assets(found)
    return tuple(k for k in found if k in known and known[k].kind in VIEWS)


def _inside(graph: GraphReader, effect: Effect, at: datetime | None) -> list[AssetKey]:
    if effect.kind not in CONTAINERS:
        return [effect.target]
    return [asset.key for asset in graph.inside(effect.target, before=at)]


def _is_bound(edge: Edge, at: datetime | None) -> bool:
    """Bound to the object, and seen so by then: what came later did not fall with it."""
    came_later = at is not None and edge.first_seen is not None and edge.first_seen > at
    return edge.binding is Binding.BY_OBJECT and not came_later


def _users(graph: GraphReader, edges: list[Edge], effect: Effect) -> set[AssetKey]:
    """The views that use the columns; where nobody knows what a view uses, those that have a column of that name."""
    names = {c.name for c in effect.columns}
    told_apart = {e.target for e in edges if e.source_column is not None}
    guessed = {e.target for e in edges} - told_apart
    named = {k for k, columns in graph.columns(guessed).items() if names & {c.name for c in columns}}
    return named | {e.target for e in edges if e.source_column in names}


def _read_columns(graph: GraphReader, key: AssetKey) -> frozenset[str]:
    edges = graph.edges([key], Direction.DOWNSTREAM, columns=True)
    return frozenset(e.source_column for e in edges if e.source_column)
