"""The whole graph in memory, indexed both ways: a `GraphReader` for whoever asks more than a database likes to hear.

Edges stand in compressed sparse rows (graph/rows.py) and become records only when somebody asks for them. A loss is
followed over the numbers to its end, without a cap (graph/flood.py). One thread at a time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from heapq import nsmallest

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

_CONTAINERS = (AssetKind.SCHEMA, AssetKind.DATABASE)
_VIEWS = (AssetKind.VIEW, AssetKind.MATERIALIZED_VIEW)
_KINDS = tuple(AssetKind)
_OTHER = _KINDS.index(AssetKind.OTHER)
_BREAK_AS_A_WHOLE = frozenset(n for n, kind in enumerate(_KINDS) if kind.is_read_by_people or kind in _VIEWS)


class _Names(Collection[AssetKey]):
    """The keys of some nodes: tens of thousands, of which most callers only want the number."""

    __slots__ = ("_keys", "_nodes")

    def __init__(self, keys: Sequence[AssetKey], nodes: set[int]) -> None:
        self._keys, self._nodes = keys, nodes

    def __len__(self) -> int:
        return len(self._nodes)

    def __iter__(self) -> Iterator[AssetKey]:
        return map(self._keys.__getitem__, self._nodes)

    def __contains__(self, key: object) -> bool:
        return key in tuple(self)


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
        #: By node: the place of its kind in `_KINDS`, its title; when those went that are gone.
        self._kinds, self._titles, self._gone = bytearray(), list[str](), dict[int, float]()
        self._inside: dict[AssetKey, list[AssetKey]] | None = None
        self._read_by: tuple[date, Mapping[int, int], set[int]] | None = None
        #: Nodes that people open; nodes that somebody owns.
        self._opened, self._owned = set[int](), set[int]()
        self._rows.load(edges)
        self.add(assets=assets)
        self._owned = {self._rows.numbers[key] for key in self._owners if key in self._rows.numbers}

    def add(self, edges: Iterable[Edge] = (), assets: Iterable[Asset] = ()) -> None:
        """Take up what appeared, or stands otherwise now (an edge that ended is given again with its `ended_at`)."""
        self._rows.add(edges)
        known = tuple(assets)
        nodes = [self._rows.number(asset.key) for asset in known]
        for key in self._rows.keys[len(self._kinds) :]:
            self._kinds.append(_OTHER)
            self._titles.append(unheard_of(key).title)
        for node, asset in zip(nodes, known, strict=True):
            self._assets[asset.key] = asset
            self._kinds[node], self._titles[node] = _KINDS.index(asset.kind), asset.title
            (self._opened.add if asset.kind.is_read_by_people else self._opened.discard)(node)
            self._gone.pop(node, None)
            if asset.gone_at is not None:
                self._gone[node] = seconds(asset.gone_at)
            self._inside = None

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
        flood = Flood(rows, starts, self._breaks_as_a_whole, bound_follow, shunned, seconds(before))
        flood.run()
        parts = flood.certain(), flood.uncertain()
        bound = flood.bound()
        besides = {numbers[key] for key in loudest.besides if key in numbers}
        besides |= self._gone_before(before)
        chosen = [node for part in parts for node in self._loudest(part, flood, loudest, besides)]
        hits = self._hits(flood, chosen, parts[0], bound)
        followers = tuple(
            self._follower(flood, node, start)
            for node, start in flood.followers.items()
            if not any(node in part for part in parts)
        )
        for part in parts:
            part.difference_update(besides, chosen)
        return Spread(hits, followers, cut=False, rest=self._rest(parts, bound))

    def events(self, key: AssetKey, *, limit: int = 50) -> tuple[EdgeEvent, ...]:
        raise NotImplementedError("an index knows what stands, not how it came about; ask the store")

    def uses(self, keys: Collection[AssetKey], *, since: date) -> tuple[Use, ...]:
        return tuple(use for key in dict.fromkeys(keys) for use in self._uses.get(key, ()) if use.day >= since)

    def owners(self, keys: Collection[AssetKey]) -> Mapping[AssetKey, tuple[Owner, ...]]:
        return {key: self._owners[key] for key in keys if key in self._owners}

    def tags(self, keys: Collection[AssetKey]) -> Mapping[AssetKey, tuple[str, ...]]:
        return {key: self._tags[key] for key in keys if key in self._tags}

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

    def _gone_before(self, before: datetime | None) -> set[int]:
        """What had gone by then: a scratch table that is long gone is not hurt any more."""
        since = seconds(before)
        return {node for node, at in self._gone.items() if not at >= since}

    def _loudest(self, part: set[int], flood: Flood, loudest: Loudest, besides: set[int]) -> list[int]:
        """As impact ranks consumers: what people open first, then what many read, then what is near."""
        if len(part) <= loudest.most:
            return [node for node in part if node not in besides]
        kinds, titles, levels = self._kinds, self._titles, flood.levels()
        read_by, read = self._readers(loudest.since)
        chosen: list[int] = []

        def choose(depths: Mapping[int, int]) -> None:
            ranked = (
                (-read_by.get(node, 0), depth, kinds[node], titles[node], node)
                for node, depth in depths.items()
                if node not in besides
            )
            chosen.extend(place[-1] for place in nsmallest(loudest.most - len(chosen), ranked))

        opened = part & self._opened
        for group, is_opened in ((opened, True), (part, False)):
            if len(chosen) < loudest.most:
                seen = group & read if is_opened else (group & read) - opened
                choose({node: depth for depth, level in reversed([*enumerate(levels)]) for node in level & seen})
            for depth, level in enumerate(levels):
                if len(chosen) < loudest.most:
                    others = (level & group) - read - set(chosen)
                    choose(dict.fromkeys(others if is_opened else others - opened, depth))
        return chosen

    def _readers(self, since: date) -> tuple[Mapping[int, int], set[int]]:
        """How many people read each node as a whole since that day; and which nodes anybody read."""
        if self._read_by is None or self._read_by[0] != since:
            counted: dict[int, int] = {}
            for key, uses in self._uses.items():
                people = {u.login for u in uses if u.reads and u.column is None and not u.by_machine and u.day >= since}
                if people and key in self._rows.numbers:
                    counted[self._rows.numbers[key]] = len(people)
            self._read_by = since, counted, set(counted)
        return self._read_by[1:]

    def _hits(self, flood: Flood, nodes: Sequence[int], certain: set[int], bound: set[int]) -> tuple[Hit, ...]:
        rows, origins, hits = self._rows, flood.origins(nodes), list[Hit]()
        keys, known = rows.keys, self._assets
        for node in nodes:
            path = flood.path(node)
            columns: tuple[str, ...] = ()
            if node in origins:
                columns = tuple(sorted(str(rows.texts[column]) for start, column in origins[node] if start == path[0]))
            last_seen = rows.last_seen(flood.between(path[-2], node))
            asset = known.get(keys[node]) or unheard_of(keys[node])
            hits.append(Hit(asset, node in certain, tuple([keys[n] for n in path]), columns, last_seen, node in bound))
        return tuple(sorted(hits, key=lambda hit: len(hit.path)))

    def _rest(self, parts: tuple[set[int], set[int]], bound: set[int]) -> Rest:
        counts: dict[tuple[AssetKind, bool, bool], int] = {}
        owners: dict[Owner, None] = {}
        for part, certain in zip(parts, (True, False), strict=True):
            held = part & bound
            for nodes, is_bound in ((held, True), (part - held if held else part, False)):
                found = bytes(map(self._kinds.__getitem__, nodes))
                for kind in set(found):
                    counts[_KINDS[kind], certain, is_bound] = found.count(kind)
            for node in part & self._opened & self._owned if self._owned else ():
                owners.update(dict.fromkeys(self._owners[self._rows.keys[node]]))
        names = tuple(_Names(self._rows.keys, part) for part in parts if part)
        return Rest(
            counts, names[0] if len(names) == 1 else tuple(key for some in names for key in some), tuple(owners)
        )

    def _follower(self, flood: Flood, node: int, start: int) -> Hit:
        rows, between = self._rows, flood.between(start, node)
        columns = sorted({str(rows.texts[c]) for number in between if (c := rows.source_column[number])})
        path = (rows.keys[start], rows.keys[node])
        return Hit(self._asset(node), True, path, tuple(columns), rows.last_seen(between), bound=True)

    def _asset(self, node: int) -> Asset:
        key = self._rows.keys[node]
        return self._assets.get(key) or unheard_of(key)
