"""The whole graph in memory, indexed both ways: a `GraphReader` for whoever asks more than a database likes to hear.

Edges stand in compressed sparse rows (graph/rows.py) and become records only when somebody asks for them. A loss is
followed over the numbers to its end, without a cap (graph/flood.py). One thread at a time. So far only
benchmarks/alerts.py asks it: the watcher asks the store, whose answer is right at every tick and says where it was cut.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from heapq import nsmallest
from itertools import chain

from lineagebot.graph.flood import Flood
from lineagebot.graph.loss import Hit, Loss, Loudest, Rest, Spread
from lineagebot.graph.reader import Closure, Direction, Hits
from lineagebot.graph.rows import Rows, seconds
from lineagebot.graph.traverse import unheard_of
from lineagebot.model import (
    Asset,
    AssetKey,
    AssetKind,
    Column,
    Coverage,
    Edge,
    EdgeEvent,
    Owner,
    Person,
    Relation,
    Use,
)
from lineagebot.type_names import mentions

_CONTAINERS = (AssetKind.SCHEMA, AssetKind.DATABASE)
_VIEWS = (AssetKind.VIEW, AssetKind.MATERIALIZED_VIEW)
_KINDS = tuple(AssetKind)
_OTHER = _KINDS.index(AssetKind.OTHER)
_BREAK_AS_A_WHOLE = frozenset(n for n, kind in enumerate(_KINDS) if kind.is_read_by_people or kind in _VIEWS)
#: So many are ranked one by one; of more, those that nobody reads and that lie far away are never looked at.
FEW = 1_000
#: So many spreads beyond that are kept in mind: whoever empties one hub often empties it again, or its neighbour.
KEPT = 32


class _Names(Collection[AssetKey]):
    """The keys of some nodes: tens of thousands, of which most callers only want the number."""

    __slots__ = ("_besides", "_keys", "_levels", "_many")

    def __init__(self, keys: Sequence[AssetKey], levels: Sequence[list[int]], besides: Collection[int]) -> None:
        self._keys, self._levels, self._besides = keys, levels, besides
        self._many = sum(map(len, levels)) - len(besides)

    def __len__(self) -> int:
        return self._many

    def __iter__(self) -> Iterator[AssetKey]:
        return (self._keys[node] for node in chain.from_iterable(self._levels) if node not in self._besides)

    def __contains__(self, key: object) -> bool:
        return key in tuple(self)


@dataclass(slots=True)
class _Part:
    """What a flood reached certainly, or maybe, and hurts: nearest first."""

    certainly: bool
    levels: list[list[int]]
    #: Those that are told one by one.
    told: list[int] = field(default_factory=list)

    def __len__(self) -> int:
        return sum(map(len, self.levels))

    @property
    def nodes(self) -> Iterator[int]:
        return chain.from_iterable(self.levels)


@dataclass(frozen=True, slots=True)
class _Ranking:
    """Nodes that people read since a day, grouped by how many people, falling: what people open, and the others."""

    since: date
    people: Mapping[int, int]
    opened: Sequence[list[int]]
    others: Sequence[list[int]]


class Index:
    """A `GraphReader` over a snapshot, to which edges and assets may be added while it is read.

    It searches no names and tells no events (both raise NotImplementedError): ask the store for those.
    """

    def __init__(
        self,
        assets: Iterable[Asset] = (),
        edges: Iterable[Edge] = (),
        *,
        columns: Mapping[AssetKey, tuple[Column, ...]] | None = None,
        definitions: Mapping[AssetKey, str] | None = None,
        owners: Mapping[AssetKey, tuple[Owner, ...]] | None = None,
        tags: Mapping[AssetKey, tuple[str, ...]] | None = None,
        uses: Iterable[Use] = (),
        persons: Iterable[Person] = (),
        coverage: Coverage | None = None,
    ) -> None:
        self._assets: dict[AssetKey, Asset] = {}
        self._columns, self._definitions = dict(columns or {}), dict(definitions or {})
        self._owners, self._tags = dict(owners or {}), dict(tags or {})
        self._uses: dict[AssetKey, list[Use]] = defaultdict(list)
        for use in uses:
            self._uses[use.asset].append(use)
        self._people = {login: person for person in persons for login in person.logins}
        self._coverage = coverage or Coverage(())
        self._rows = Rows()
        #: By node: its asset, the place of its kind in `_KINDS`; when those went that are gone.
        self._nodes, self._kinds, self._gone = list[Asset](), bytearray(), dict[int, float]()
        self._inside: dict[AssetKey, list[AssetKey]] | None = None
        self._went: list[float] | None = None
        self._ranking: _Ranking | None = None
        #: What the loudest losses reached, by all that it follows from; until anything is added.
        self._told: dict[tuple[object, ...], Spread] = {}
        #: Nodes that people open; nodes that somebody owns.
        self._opened, self._owned = set[int](), set[int]()
        self._rows.load(edges)
        self.add(assets=assets)

    def add(self, edges: Iterable[Edge] = (), assets: Iterable[Asset] = ()) -> None:
        """Take up what appeared, or stands otherwise now (an edge that ended is given again with its `ended_at`)."""
        self._rows.add(edges)
        known = tuple(assets)
        nodes = [self._rows.number(asset.key) for asset in known]
        fresh = self._rows.keys[len(self._kinds) :]
        for key in fresh:
            self._kinds.append(_OTHER)
            self._nodes.append(unheard_of(key))
        for node, asset in zip(nodes, known, strict=True):
            self._assets[asset.key] = asset
            self._kinds[node], self._nodes[node] = _KINDS.index(asset.kind), asset
            (self._opened.add if asset.kind.is_read_by_people else self._opened.discard)(node)
            self._gone.pop(node, None)
            if asset.gone_at is not None:
                self._gone[node] = seconds(asset.gone_at)
            self._inside = self._went = None
            if asset.key in self._owners:
                self._owned.add(node)
        self._ranking = None if nodes or fresh else self._ranking
        self._told.clear()

    def search(self, words: str, *, limit: int = 10, kinds: Collection[AssetKind] | None = None) -> Hits:
        raise NotImplementedError("an index is asked by key; names are found by the store")

    def assets(self, keys: Collection[AssetKey]) -> Mapping[AssetKey, Asset]:
        known = self._assets
        return {key: known[key] for key in keys if key in known}

    def columns(self, keys: Collection[AssetKey]) -> Mapping[AssetKey, tuple[Column, ...]]:
        return {key: self._columns[key] for key in keys if key in self._columns}

    def relations(self, names: Collection[tuple[str, tuple[str, ...]]]) -> tuple[Relation, ...]:
        live = (a for a in self._assets.values() if a.gone_at is None and a.kind not in _CONTAINERS)
        return tuple(
            Relation(a.key, a.kind, self._columns.get(a.key, ()), self._definitions.get(a.key))
            for a in live
            if any(a.key.system == system and a.key.path[-len(parts) :] == parts for system, parts in names)
        )

    def with_types(self, system: str, types: Collection[str]) -> tuple[Relation, ...]:
        return tuple(
            Relation(key, self._assets[key].kind, columns, self._definitions.get(key))
            for key, columns in self._columns.items()
            if key.system == system
            and key in self._assets
            and self._assets[key].gone_at is None
            and mentions((column.type for column in columns), types)
        )

    def inside(self, container: AssetKey, *, limit: int = 1000, before: datetime | None = None) -> tuple[Asset, ...]:
        if self._inside is None:
            self._inside = defaultdict(list)
            for key in sorted(self._assets):
                for depth in range(len(key.path)):
                    self._inside[AssetKey(key.system, key.path[:depth])].append(key)
        held = (self._assets[key] for key in self._inside.get(container, ()))
        standing = [a for a in held if a.gone_at is None or (before is not None and a.gone_at >= before)]
        return tuple(standing[:limit])

    def edges(
        self,
        keys: Collection[AssetKey],
        direction: Direction,
        *,
        columns: bool = False,
        limit: int = 20_000,
        before: datetime | None = None,
    ) -> tuple[Edge, ...]:
        rows, found = self._rows, list[Edge]()
        for number in self._standing(keys, direction, before):
            if columns or not rows.source_column[number]:
                found.append(rows.edge(number))
                if len(found) >= limit:
                    break
        return tuple(found)

    def ended(self, keys: Collection[AssetKey], direction: Direction, *, since: datetime) -> tuple[Edge, ...]:
        """The edges between assets that ended at `since` or later."""
        rows = self._rows
        near = rows.target if direction is Direction.UPSTREAM else rows.source
        nodes = {rows.numbers[key] for key in keys if key in rows.numbers}
        found = (number for number in rows.ended_since(seconds(since)) if near[number] in nodes)
        return tuple(rows.edge(number) for number in found if not rows.source_column[number])

    def closure(self, start: Collection[AssetKey], direction: Direction, *, cap: int = 5000) -> Closure:
        """As the Protocol has it; with a cap of the graph's size it counts exactly."""
        rows, up = self._rows, direction is Direction.UPSTREAM
        ends, by_column = (rows.source if up else rows.target), rows.source_column
        frontier = [rows.numbers[key] for key in dict.fromkeys(start) if key in rows.numbers]
        seen = set(frontier)
        reached: list[int] = []
        while frontier and len(reached) <= cap:
            following: list[int] = []
            for node in frontier:
                for number in rows.standing(node, seconds(None), up=up):
                    end = ends[number]
                    if end not in seen and not by_column[number]:
                        seen.add(end)
                        following.append(end)
            reached += following
            frontier = following
        return Closure(tuple(rows.keys[node] for node in reached[:cap]), cut=len(reached) > cap)

    def spread(
        self,
        losses: Sequence[Loss],
        *,
        bound_follow: bool,
        past: Collection[AssetKey],
        before: datetime | None,
        loudest: Loudest,
    ) -> Spread:
        """graph.loss.Spreads: all that these losses reach, however far, the loudest as records."""
        rows, numbers = self._rows, self._rows.numbers
        starts: dict[int, frozenset[int] | None] = {}
        for loss in losses:
            node = numbers.get(loss.key)
            if node is not None:
                there = starts.get(node, frozenset())
                lost = None if loss.columns is None else frozenset(rows.text_numbers.get(c, -1) for c in loss.columns)
                starts[node] = None if lost is None or there is None else there | lost
        shunned = frozenset(numbers[key] for key in past if key in numbers)
        besides = frozenset(numbers[key] for key in loudest.besides if key in numbers).difference(starts)
        since = seconds(before)
        by_then = rows.ended_by(since), self._gone_by(since)
        asked = frozenset(starts.items()), bound_follow, shunned, by_then, loudest.most, loudest.since, besides
        found = self._told.get(asked)
        if found is None:
            flood = Flood(rows, starts, self._breaks_as_a_whole, bound_follow, shunned, since)
            found = self._spread(flood, loudest, besides)
            if len(found.rest.keys) > FEW:
                self._told[asked] = found
                if len(self._told) > KEPT:
                    del self._told[next(iter(self._told))]
        return found

    def _spread(self, flood: Flood, loudest: Loudest, besides: Collection[int]) -> Spread:
        flood.run()
        bound, hits, parts = flood.bound(), list[Hit](), list[_Part]()
        for certainly, levels in ((True, flood.certain), (False, flood.uncertain)):
            if not any(levels):
                continue
            part = _Part(certainly, [self._hurt(level, besides, flood.since) for level in levels if level])
            part.told = self._loudest(part, flood, loudest, besides)
            hits += self._hits(flood, part, bound)
            parts.append(part)
        followers = tuple(
            self._follower(flood, node, start) for node, start in flood.followers.items() if not flood.is_reached(node)
        )
        hits.sort(key=lambda hit: len(hit.path))
        return Spread(tuple(hits), followers, cut=False, rest=self._rest(flood, parts, bound))

    def events(self, key: AssetKey, *, limit: int = 50) -> tuple[EdgeEvent, ...]:
        raise NotImplementedError("an index knows what stands, not how it came about; ask the store")

    def uses(self, keys: Collection[AssetKey], *, since: date) -> tuple[Use, ...]:
        held = filter(None, map(self._uses.get, dict.fromkeys(keys)))
        return tuple([use for uses in held for use in uses if use.day >= since])

    def owners(self, keys: Collection[AssetKey]) -> Mapping[AssetKey, tuple[Owner, ...]]:
        return {key: self._owners[key] for key in keys if key in self._owners} if self._owners else {}

    def tags(self, keys: Collection[AssetKey]) -> Mapping[AssetKey, tuple[str, ...]]:
        return {key: self._tags[key] for key in keys if key in self._tags} if self._tags else {}

    def people(self, logins: Collection[tuple[str, str]]) -> Mapping[tuple[str, str], Person]:
        return {login: self._people[login] for login in logins if login in self._people}

    def coverage(self, keys: Collection[AssetKey] = ()) -> Coverage:
        return replace(self._coverage, not_understood_here=0) if not keys else self._coverage

    def _standing(self, keys: Collection[AssetKey], direction: Direction, before: datetime | None) -> Iterator[int]:
        for key in dict.fromkeys(keys):
            node = self._rows.numbers.get(key)
            if node is not None:
                yield from self._rows.standing(node, seconds(before), up=direction is Direction.UPSTREAM)

    def _breaks_as_a_whole(self, node: int) -> bool:
        return self._kinds[node] in _BREAK_AS_A_WHOLE

    def _gone_by(self, since: float) -> int:
        """How many assets had gone before; all of them where that is NaN."""
        if self._went is None:
            self._went = sorted(self._gone.values())
        return len(self._went) if since != since else bisect_left(self._went, since)

    def _hurt(self, nodes: list[int], besides: Collection[int], since: float) -> list[int]:
        """Without what was hit already, and what had gone by then: a scratch table long gone is not hurt any more."""
        gone = self._gone
        if besides:
            nodes = [node for node in nodes if node not in besides]
        return [node for node in nodes if node not in gone or gone[node] >= since] if gone else nodes

    def _loudest(self, part: _Part, flood: Flood, loudest: Loudest, besides: Collection[int]) -> list[int]:
        """As impact ranks consumers: what people open first, then what many read, then what is near."""
        if len(part) <= loudest.most:
            return list(part.nodes)
        ranking, chosen = self._ranked(loudest.since), list[int]()
        if len(part) <= FEW:
            people, opened = ranking.people.get, self._opened
            places = {
                node: (node not in opened, -people(node, 0), depth)
                for depth, level in enumerate(part.levels)
                for node in level
            }
            last = sorted(places.values())[loudest.most - 1]
            near = (node for node, place in places.items() if place <= last)
            return nsmallest(loudest.most, near, key=lambda node: (places[node], self._by_name(node)))
        for is_opened, groups in ((True, ranking.opened), (False, ranking.others)):
            for group in groups:
                if len(chosen) < loudest.most:
                    here = self._hurt(flood.reached(group, certainly=part.certainly), besides, flood.since)
                    chosen += self._nearest(here, flood, part, loudest.most - len(chosen))
            for level in part.levels:
                if len(chosen) < loudest.most:
                    others = [n for n in level if n not in ranking.people and (n in self._opened) is is_opened]
                    chosen += nsmallest(loudest.most - len(chosen), others, key=self._by_name)
        return chosen

    def _nearest(self, nodes: list[int], flood: Flood, part: _Part, most: int) -> list[int]:
        marks = flood.marks(certainly=part.certainly)
        farthest = sorted(map(marks.__getitem__, nodes))[:most][-1] if nodes else 0
        near = (node for node in nodes if marks[node] <= farthest)
        return nsmallest(most, near, key=lambda node: (marks[node], self._by_name(node)))

    def _by_name(self, node: int) -> tuple[int, str, int]:
        return self._kinds[node], self._nodes[node].title, node

    def _readers(self, node: int, since: date) -> int:
        """How many people read it as a whole since that day."""
        uses = self._uses.get(self._rows.keys[node])
        if not uses:
            return 0
        return len({u.login for u in uses if u.reads and u.column is None and not u.by_machine and u.day >= since})

    def _ranked(self, since: date) -> _Ranking:
        if self._ranking is None or self._ranking.since != since:
            opened, others = defaultdict[int, list[int]](list), defaultdict[int, list[int]](list)
            for key in self._uses:
                node = self._rows.numbers.get(key)
                if node is not None and (people := self._readers(node, since)):
                    (opened if node in self._opened else others)[people].append(node)
            read = {node: n for groups in (opened, others) for n, group in groups.items() for node in group}
            falling = ([groups[n] for n in sorted(groups, reverse=True)] for groups in (opened, others))
            self._ranking = _Ranking(since, read, *falling)
        return self._ranking

    def _hits(self, flood: Flood, part: _Part, bound: set[int]) -> list[Hit]:
        if not part.told:
            return []
        rows, origins, hits = self._rows, flood.origins(part.told), list[Hit]()
        keys, assets = rows.keys, self._nodes
        for node in part.told:
            path, last_step = flood.way(node)
            columns: tuple[str, ...] = ()
            if node in origins:
                used = (column for start, column in origins[node] if keys[start] == path[0])
                columns = tuple(sorted(str(rows.texts[column]) for column in used))
            hits.append(Hit(assets[node], part.certainly, path, columns, rows.last_seen(last_step), node in bound))
        return hits

    def _rest(self, flood: Flood, parts: Sequence[_Part], bound: set[int]) -> Rest:
        """What is not told one by one, counted and named."""
        counts: Counter[tuple[AssetKind, bool, bool]] = Counter()
        owners: dict[Owner, None] = {}
        left = [part for part in parts if len(part.told) < len(part)]
        if not left:
            return Rest()
        for part in left:
            kinds, told, certainly = bytes(map(self._kinds.__getitem__, part.nodes)), {*part.told}, part.certainly
            for number, kind in enumerate(_KINDS):
                counts[kind, certainly, False] = kinds.count(number)
            for node in told:
                counts[_KINDS[self._kinds[node]], certainly, False] -= 1
            for node in bound.intersection(part.nodes) - told if bound else ():
                counts[_KINDS[self._kinds[node]], certainly, False] -= 1
                counts[_KINDS[self._kinds[node]], certainly, True] += 1
            for node in self._owned.intersection(part.nodes) - told if self._owned else ():
                if node in self._opened:
                    owners.update(dict.fromkeys(self._owners[self._rows.keys[node]]))
        besides = {node for part in left for node in part.told}
        names = _Names(self._rows.keys, [level for part in left for level in part.levels], besides)
        return Rest(+counts, names, tuple(owners))

    def _follower(self, flood: Flood, node: int, start: int) -> Hit:
        rows, between = self._rows, flood.between(start, node)
        columns = sorted({str(rows.texts[c]) for number in between if (c := rows.source_column[number])})
        path = (rows.keys[start], rows.keys[node])
        return Hit(self._nodes[node], True, path, tuple(columns), rows.last_seen(between), bound=True)
