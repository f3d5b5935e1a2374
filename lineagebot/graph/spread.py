"""Follow a loss downstream: column by column where columns are known, whole assets where not.

Flow and reference count alike: a column that is only filtered by breaks the query all the same. A view whose query
breaks is lost as a whole, and so is all that reads it; a table that a job fills loses only what the lost column feeds,
unless its rows depend on it. Where nobody knows which columns a consumer uses, it is reached with `certain` False.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import cast

from lineagebot.graph.loss import Hit, Loss, Loudest, Spread, Spreads
from lineagebot.graph.reader import Direction, GraphReader
from lineagebot.graph.rows import FACTS
from lineagebot.graph.traverse import CAP, unheard_of
from lineagebot.model import Asset, AssetKey, AssetKind, Binding, Edge

#: Column edges that one level may bring before the walk counts as cut.
EDGES_A_LEVEL = 20_000

_VIEWS = (AssetKind.VIEW, AssetKind.MATERIALIZED_VIEW)


def spread(
    reader: GraphReader,
    losses: Sequence[Loss],
    *,
    bound_follow: bool = False,
    whole_views: bool = True,
    past: Collection[AssetKey] = (),
    before: datetime | None = None,
    cap: int = CAP,
    loudest: Loudest | None = None,
) -> Spread:
    """All that these losses reach. With `bound_follow`, what is bound by object goes on (a Postgres rename).

    `whole_views` False follows a column through a view as through a table: what uses the column, not what breaks.
    Nothing of `past` is reached straight from a start. With `loudest`, a reader that follows losses by itself may tell
    the others in `Spread.rest`, and knows no cap.
    """
    if loudest is not None and whole_views and _spreads(type(reader)):
        return cast(Spreads, reader).spread(
            losses, bound_follow=bound_follow, past=past, before=before, loudest=loudest
        )
    walk = _Walk(
        reader, bound_follow=bound_follow, whole_views=whole_views, past=frozenset(past), before=before, cap=cap
    )
    for loss in losses:
        walk.start(loss)
    while walk.frontier and not walk.cut:
        walk.go_on()
    return walk.result()


@cache
def _spreads(kind: type) -> bool:
    """Asked of every effect, and slow to find out."""
    return issubclass(kind, Spreads)


@dataclass(slots=True)
class _State:
    """How far one asset is lost: True for certainly, False for maybe; None and absent for not at all."""

    whole: bool | None = None
    columns: dict[str, bool] = field(default_factory=dict)
    #: (start, its column) pairs that reach this asset.
    origins: set[tuple[AssetKey, str]] = field(default_factory=set)
    via: AssetKey | None = None
    last_seen: datetime | None = None
    bound: bool = False
    is_start: bool = False

    @property
    def certain(self) -> bool:
        return self.whole is True or any(self.columns.values())

    def take(self, whole: bool | None, columns: Mapping[str, bool]) -> bool:
        """Add a loss; True where that is news."""
        news = False
        if whole is not None and (self.whole is None or (whole and not self.whole)):
            self.whole, news = whole, True
        for name, sure in columns.items():
            if name not in self.columns or (sure and not self.columns[name]):
                self.columns[name], news = sure, True
        return news


@dataclass(slots=True)
class _Walk:
    reader: GraphReader
    bound_follow: bool
    whole_views: bool
    past: frozenset[AssetKey]
    before: datetime | None
    cap: int
    states: dict[AssetKey, _State] = field(default_factory=dict)
    known: dict[AssetKey, Asset] = field(default_factory=dict)
    #: What is to be walked from next; in order, and each once.
    frontier: dict[AssetKey, None] = field(default_factory=dict)
    following: dict[AssetKey, tuple[AssetKey, tuple[Edge, ...]]] = field(default_factory=dict)
    cut: bool = False

    def start(self, loss: Loss) -> None:
        state = self.states.setdefault(loss.key, _State(is_start=True, bound=True))
        if loss.columns is None:
            state.take(True, {})
        else:
            state.take(None, dict.fromkeys(loss.columns, True))
        self.frontier[loss.key] = None

    def go_on(self) -> None:
        edges = self.reader.edges(
            self.frontier, Direction.DOWNSTREAM, columns=True, limit=EDGES_A_LEVEL, before=self.before
        )
        self.cut = self.cut or len(edges) >= EDGES_A_LEVEL
        pairs: dict[tuple[AssetKey, AssetKey], list[Edge]] = defaultdict(list)
        for edge in edges:
            if edge.source != edge.target:
                pairs[edge.source, edge.target].append(edge)
        fresh = {target for _, target in pairs} - self.known.keys()
        self.known.update(self.reader.assets(fresh))
        self.frontier = {}
        for (source, target), between in pairs.items():
            self.pass_on(source, target, tuple(between))

    def pass_on(self, source: AssetKey, target: AssetKey, between: tuple[Edge, ...]) -> None:
        state = self.states[source]
        there = self.states.get(target)
        if (there is not None and there.is_start) or (state.is_start and target in self.past):
            return
        lost = self.lost_by(state, target, between)
        if lost is None:
            return
        bound = any(edge.binding is Binding.BY_OBJECT for edge in between)
        if state.is_start and self.bound_follow and bound:
            self.following.setdefault(target, (source, between))
            return
        if there is None and len(self.states) >= self.cap:
            self.cut = True
            return
        self.reach(source, target, lost, between, bound=bound)

    def lost_by(
        self, state: _State, target: AssetKey, between: tuple[Edge, ...]
    ) -> tuple[bool | None, dict[str, bool]] | None:
        """What `target` loses through these edges: (as a whole?, by column); None where nothing."""
        uses = [edge for edge in between if edge.source_column is not None]
        whole, columns = state.whole, dict[str, bool]()
        touched = [edge for edge in uses if edge.source_column in state.columns]
        for edge in touched:
            sure = state.columns[edge.source_column or ""]
            if edge.target_column is None or self.breaks_as_a_whole(target):
                whole = bool(whole) or sure
            else:
                columns[edge.target_column] = columns.get(edge.target_column, False) or sure
        if not uses and state.columns and whole is None:
            whole = False
        return None if whole is None and not columns else (whole, columns)

    def breaks_as_a_whole(self, key: AssetKey) -> bool:
        asset = self.known.get(key)
        if asset is None:
            return False
        return asset.kind.is_read_by_people or (self.whole_views and asset.kind in _VIEWS)

    def reach(
        self,
        source: AssetKey,
        target: AssetKey,
        lost: tuple[bool | None, dict[str, bool]],
        between: tuple[Edge, ...],
        *,
        bound: bool,
    ) -> None:
        from_state = self.states[source]
        first = target not in self.states
        state = self.states.setdefault(target, _State())
        was_certain = state.certain
        news = state.take(*lost)
        origins = _origins(source, from_state, between)
        newly_bound = bound and from_state.bound and not state.bound
        news = news or newly_bound or not origins <= state.origins
        state.origins |= origins
        state.bound = state.bound or newly_bound
        if first or (state.certain and not was_certain):
            state.via, state.last_seen = source, _last_seen(between)
        if news:
            self.frontier[target] = None

    def result(self) -> Spread:
        hits = [self.hit(key) for key, state in self.states.items() if not state.is_start]
        hits.sort(key=lambda hit: len(hit.path))
        followers = tuple(self.follower(key) for key in self.following if key not in self.states)
        return Spread(tuple(hits), followers, self.cut)

    def hit(self, key: AssetKey) -> Hit:
        state = self.states[key]
        path = self.path(key)
        columns = tuple(sorted(column for start, column in state.origins if start == path[0]))
        asset = self.known.get(key) or unheard_of(key)
        return Hit(asset, state.certain, path, columns, state.last_seen, state.bound)

    def follower(self, key: AssetKey) -> Hit:
        source, between = self.following[key]
        columns = tuple(sorted({edge.source_column for edge in between if edge.source_column is not None}))
        asset = self.known.get(key) or unheard_of(key)
        return Hit(asset, True, (source, key), columns, _last_seen(between), bound=True)

    def path(self, key: AssetKey) -> tuple[AssetKey, ...]:
        path = [key]
        via = self.states[key].via
        while via is not None and via not in path:
            path.append(via)
            via = self.states[via].via
        return tuple(reversed(path))


def _origins(source: AssetKey, state: _State, between: tuple[Edge, ...]) -> set[tuple[AssetKey, str]]:
    """Which columns of the start this step carries on."""
    if not state.is_start:
        return set(state.origins)
    used = {edge.source_column for edge in between if edge.source_column is not None}
    lost = used if state.whole else used & state.columns.keys()
    return {(source, column) for column in lost}


def _last_seen(between: tuple[Edge, ...]) -> datetime | None:
    if any(edge.layer in FACTS for edge in between):
        return None
    return max((edge.last_seen for edge in between if edge.last_seen is not None), default=None)
