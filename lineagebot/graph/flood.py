"""Follow a loss over the numbers of an index, to the end: what spread.py does over records, for tens of thousands.

What is lost as a whole goes on a level at a time, and its depth stands at every node that it reaches; only what is lost
by column is looked at edge by edge. Who led where is found afterwards, for the few of which somebody asks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain

from lineagebot.graph.rows import Rows
from lineagebot.model import AssetKey

#: A column of a start: (its node, the column's text).
Origin = tuple[int, int]
#: The highest mark: so many steps away and more.
FAR = 255


@dataclass(slots=True)
class Flood:
    rows: Rows
    #: Node → the columns lost there; None where it is lost as a whole.
    starts: Mapping[int, frozenset[int] | None]
    #: Whether a lost column is the loss of the whole: a view's, a dashboard's.
    breaks_as_a_whole: Callable[[int], bool]
    #: What is bound to a start goes on, and is no loss.
    bound_follow: bool
    #: Nodes that no start leads to any more.
    past: frozenset[int]
    #: Edges that ended since then count; NaN for none.
    since: float
    #: What each round reached, nearest first: certainly; and maybe.
    certain: list[list[int]] = field(default_factory=lambda: [[]])
    uncertain: list[list[int]] = field(default_factory=lambda: [[]])
    #: Lost by column: node → column → certainly.
    columns: dict[int, dict[int, bool]] = field(default_factory=dict)
    #: What goes on with a start: node → the start.
    followers: dict[int, int] = field(default_factory=dict)
    #: By node, how far it lies: 0 where it was not reached so, 1 for a start, no more than FAR.
    _sure: bytearray = field(default_factory=bytearray)
    _maybe: bytearray = field(default_factory=bytearray)
    #: Who led to a node that was taken by itself: maybe, and certainly.
    _led: tuple[dict[int, int], dict[int, int]] = field(default_factory=lambda: ({}, {}))
    #: Who led to what was reached by column; in which round.
    _parents: dict[int, int] = field(default_factory=dict)
    _reached_in: dict[int, int] = field(default_factory=dict)
    #: From a start to those that were asked for.
    _ways: dict[int, tuple[AssetKey, ...]] = field(default_factory=dict)
    #: Nodes whose certainty came by column, and all steps that a lost column took.
    _certain_by_column: set[int] = field(default_factory=set)
    _steps: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    #: What lost further columns in this round.
    _losing: set[int] = field(default_factory=set)
    #: What is lost by column alone: maybe, and certainly.
    _in_part: tuple[set[int], set[int]] = field(default_factory=lambda: (set(), set()))
    #: What edges that ended meanwhile led to; those bound to the object.
    _ended: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    _ended_bound: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))

    def marks(self, *, certainly: bool) -> bytearray:
        """By node: 0 where it was not reached so, 1 for a start, higher the farther it lies."""
        return self._sure if certainly else self._maybe

    def reached(self, nodes: Iterable[int], *, certainly: bool) -> list[int]:
        """Those of them that were reached certainly; or maybe, and not certainly."""
        sure, maybe = self._sure, self._maybe
        if certainly:
            return [node for node in nodes if sure[node] > 1]
        return [node for node in nodes if maybe[node] > 1 > sure[node]]

    def is_reached(self, node: int) -> bool:
        return self._sure[node] > 1 or self._maybe[node] > 1

    def bound(self) -> set[int]:
        """What is bound to the object by every edge back to a start."""
        found: set[int] = set()
        if not self.rows.bound and not self._ended_bound:
            return found
        frontier = list(self.starts)
        while frontier:
            node = frontier.pop()
            if node in self.starts and self.bound_follow:
                continue
            for target in self._bound_to(node):
                if target not in found and self._passes(node, target):
                    found.add(target)
                    frontier.append(target)
        return found

    def way(self, node: int) -> tuple[tuple[AssetKey, ...], list[int]]:
        """One of the shortest from a start to this node, both included; and the edges of its last step."""
        parent = self._parent(node)
        path = self._ways.get(parent) or self._way(parent)
        path = self._ways[node] = (*path, self.rows.keys[node])
        return path, self.between(parent, node)

    def _way(self, node: int) -> tuple[AssetKey, ...]:
        back = [node]
        while back[-1] not in self.starts and back[-1] not in self._ways:
            parent = self._parent(back[-1])
            if parent in back:
                break
            back.append(parent)
        keys, last = self.rows.keys, back.pop()
        path = self._ways.get(last, (keys[last],))
        self._ways[node] = found = (*path, *(keys[one] for one in reversed(back)))
        return found

    def between(self, source: int, target: int) -> list[int]:
        """The edges that stand from one to the other."""
        rows, since = self.rows, self.since
        ended, sources = rows.ended, rows.source
        return [
            number
            for number in rows.up.at(target)
            if sources[number] == source and (ended[number] != ended[number] or ended[number] >= since)
        ]

    def origins(self, nodes: Collection[int]) -> Mapping[int, set[Origin]]:
        """Which columns of the starts reach each of these nodes."""
        found: dict[int, set[Origin]] = defaultdict(set)
        if self.rows.told_apart.isdisjoint(self.starts):
            return found
        leads_to: dict[int, list[int]] = defaultdict(list)
        seen, cone = set(nodes), list(nodes)
        while cone:
            node = cone.pop()
            for source in self._sources(node):
                if not self._passes(source, node):
                    continue
                if source in self.starts:
                    found[node] |= self._used(source, node)
                    continue
                leads_to[source].append(node)
                if source not in seen:
                    seen.add(source)
                    cone.append(source)
        frontier = [node for node in found if found[node]]
        while frontier:
            node = frontier.pop()
            for target in leads_to[node]:
                if not found[node] <= found[target]:
                    found[target] |= found[node]
                    frontier.append(target)
        return found

    def run(self) -> None:
        rows = self.rows
        self._sure, self._maybe = bytearray(len(rows.keys)), bytearray(len(rows.keys))
        for number in rows.ended_since(self.since):
            source, target = rows.source[number], rows.target[number]
            if source != target:
                self._ended[source].add(target)
                if rows.is_bound(number):
                    self._ended_bound[source].add(target)
        for node in self.starts:
            self._sure[node] = self._maybe[node] = 1
        for node, lost in self.starts.items():
            if lost is None:
                self._take(node, self._from_start(node), certainly=True)
            else:
                self.columns[node] = dict.fromkeys(lost, True)
                self._by_column(node)
        while self.certain[-1] or self.uncertain[-1] or self._losing:
            self._go_on()
        self._settle()

    def _go_on(self) -> None:
        """One round: what is new leads on."""
        losing, self._losing = self._losing, set()
        fronts = self.certain[-1], self.uncertain[-1]
        self.certain.append([])
        self.uncertain.append([])
        for front, certainly in zip(fronts, (True, False), strict=True):
            if front:
                self._lead_on(front, certainly=certainly)
        for node in losing:
            self._by_column(node)

    def _lead_on(self, front: list[int], *, certainly: bool) -> None:
        leads, mark = self.rows.leads, self._mark
        marks, found = self._round(certainly=certainly)
        if mark == FAR:  # from here on marks do not tell who lies nearer
            for node in front:
                self._take(node, leads[node], certainly=certainly)
        else:
            for target in chain.from_iterable(map(leads.__getitem__, front)):  # at a hub most time goes by here
                if not marks[target]:
                    marks[target] = mark
                    found.append(target)
        if self._ended:
            for node in self._ended.keys() & set(front):
                self._take(node, self._ended[node], certainly=certainly)
        if certainly and self._parents:
            for node in (self._parents.keys() & set(found)) - self._certain_by_column:
                del self._parents[node], self._reached_in[node]

    def _take(self, node: int, targets: Iterable[int], *, certainly: bool) -> None:
        """Through this node they are lost as a whole in this round, unless they were before."""
        mark, led = self._mark, self._led[certainly]
        marks, found = self._round(certainly=certainly)
        for target in targets:
            if not marks[target]:
                marks[target], led[target] = mark, node
                found.append(target)

    @property
    def _mark(self) -> int:
        """That of what is reached in this round."""
        return min(FAR, 1 + len(self.certain))

    def _round(self, *, certainly: bool) -> tuple[bytearray, list[int]]:
        return (self._sure, self.certain[-1]) if certainly else (self._maybe, self.uncertain[-1])

    def _settle(self) -> None:
        """What turned out to be certain is no more uncertain; what is lost by column alone stands in its round."""
        sure, maybe = self._sure, self._maybe
        for node in self.starts:
            self.columns.pop(node, None)
        by_column = {node: any(lost.values()) for node, lost in self.columns.items() if not sure[node]}
        if self.columns or any(self.uncertain):
            self.uncertain = [[n for n in level if not sure[n] and not by_column.get(n)] for level in self.uncertain]
        for node, certainly in by_column.items():
            if certainly or not maybe[node]:
                self._in_part[certainly].add(node)
                (self.certain if certainly else self.uncertain)[self._reached_in[node]].append(node)
                (sure if certainly else maybe)[node] = min(FAR, 2 + self._reached_in[node])

    def _next(self, node: int) -> Iterable[int]:
        found = self.rows.leads[node]
        return {*found, *self._ended[node]} if node in self._ended else found

    def _from_start(self, node: int) -> set[int]:
        leads_to = {*self._next(node)} - self.past
        if self.bound_follow:
            bound = leads_to.intersection(self._bound_to(node)).difference(self.starts)
            for target in bound:
                self.followers.setdefault(target, node)
            leads_to -= bound
        return leads_to

    def _by_column(self, node: int) -> None:
        """One step from a node that lost columns, target by target."""
        lost = self.columns[node]
        is_start = node in self.starts
        if node not in self.rows.told_apart:
            for target in self._from_start(node) if is_start else self._next(node):
                self._reach(node, target, None if target in self.starts else False, {})
            return
        rows = self.rows
        pairs: dict[int, list[int]] = defaultdict(list)
        for number in rows.standing(node, self.since):
            pairs[rows.target[number]].append(number)
        for target, between in pairs.items():
            if target == node or target in self.starts or (is_start and target in self.past):
                continue
            whole, columns = self._lost_by(lost, target, between)
            if whole is None and not columns:
                continue
            if is_start and self.bound_follow and any(map(rows.is_bound, between)):
                self.followers.setdefault(target, node)
                continue
            self._reach(node, target, whole, columns)

    def _lost_by(
        self, lost: Mapping[int, bool], target: int, between: Iterable[int]
    ) -> tuple[bool | None, dict[int, bool]]:
        rows = self.rows
        whole: bool | None = None
        columns: dict[int, bool] = {}
        is_known = False
        for number in between:
            column = rows.source_column[number]
            is_known = is_known or bool(column)
            sure = lost.get(column) if column else None
            if sure is None:
                continue
            into = rows.target_column[number]
            if not into or self.breaks_as_a_whole(target):
                whole = bool(whole) or sure
            else:
                columns[into] = columns.get(into, False) or sure
        return (whole if is_known else False), columns

    def _reach(self, node: int, target: int, whole: bool | None, columns: Mapping[int, bool]) -> None:
        if whole is None and not columns:
            return
        there = self.columns.get(target)
        was_certain = self._is_whole(target, certainly=True) or target in self._certain_by_column
        is_known = was_certain or self._is_whole(target, certainly=False) or target in self._parents
        is_first = there is None and not is_known
        is_certain = bool(whole) or any(columns.values())
        if is_first or (is_certain and not was_certain):
            self._parents[target], self._reached_in[target] = node, len(self.certain) - 1
        if is_certain and not was_certain:
            self._certain_by_column.add(target)
        self._steps[target].add(node)
        if whole is not None:
            self._take(node, (target,), certainly=whole)
        if columns:
            there = self.columns.setdefault(target, {})
            for name, sure in columns.items():
                if name not in there or (sure and not there[name]):
                    there[name] = sure
                    self._losing.add(target)

    def _parent(self, node: int) -> int:
        if node in self._parents:
            return self._parents[node]
        certainly = self._sure[node] > 1 and node not in self._in_part[True]
        led = self._led[certainly]
        if node not in led:
            led[node] = self._nearer(node, self.marks(certainly=certainly), self._in_part[certainly])
        return led[node]

    def _nearer(self, node: int, marks: bytearray, in_part: Collection[int]) -> int:
        """Whoever was reached a round before and leads to it."""
        source, ended, mark = self.rows.source, self.rows.ended, marks[node] - 1
        for number in self.rows.up.at(node):
            end = source[number]
            if marks[end] == mark and ended[number] != ended[number] and end not in in_part:
                return end
        raise AssertionError("a flood reached what nothing leads to")

    def _sources(self, node: int) -> Iterator[int]:
        source = self.rows.source
        found = (source[number] for number in self.rows.standing(node, self.since, up=True))
        return iter(dict.fromkeys(end for end in found if end != node))

    def _bound_to(self, node: int) -> Collection[int]:
        bound = self.rows.bound.get(node, ())
        return {*bound, *self._ended_bound[node]} if node in self._ended_bound else bound

    def _passes(self, source: int, target: int) -> bool:
        """Whether the loss took this step, which an edge allows."""
        if target in self.starts:
            return False
        if source in self.starts and (target in self.past or (self.bound_follow and target in self._bound_to(source))):
            return False
        if source in self.starts:
            as_whole = self.starts[source] is None
        else:
            as_whole = self._is_whole(source, certainly=True) or self._is_whole(source, certainly=False)
        return as_whole or source in self._steps.get(target, ())

    def _is_whole(self, node: int, *, certainly: bool) -> bool:
        """Whether it was lost as a whole."""
        return (self._sure if certainly else self._maybe)[node] > 1 and node not in self._in_part[certainly]

    def _used(self, start: int, target: int) -> set[Origin]:
        used = {column for number in self.between(start, target) if (column := self.rows.source_column[number])}
        lost = self.starts[start]
        return {(start, column) for column in (used if lost is None else used & lost)}
