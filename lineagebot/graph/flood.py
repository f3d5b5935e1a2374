"""Follow a loss over the numbers of an index, to the end: what spread.py does over records, for tens of thousands.

What is lost as a whole goes on a level at a time, a set at a time; only what is lost by column is looked at edge by
edge. Who led where is found again for those that somebody asks about, from the levels.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from lineagebot.graph.rows import Rows

#: A column of a start: (its node, the column's text).
Origin = tuple[int, int]


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
    #: Lost as a whole, certainly; lost as a whole, maybe.
    sure: set[int] = field(default_factory=set)
    maybe: set[int] = field(default_factory=set)
    #: Lost by column: node → column → certainly.
    columns: dict[int, dict[int, bool]] = field(default_factory=dict)
    #: What goes on with a start: node → the start.
    followers: dict[int, int] = field(default_factory=dict)
    #: What became lost as a whole in each round: certainly, and maybe.
    _rounds: list[tuple[set[int], set[int]]] = field(default_factory=list)
    #: Who led to what was reached by column; in which round.
    _parents: dict[int, int] = field(default_factory=dict)
    _reached_in: dict[int, int] = field(default_factory=dict)
    #: Nodes whose certainty came by column, and all steps that a lost column took.
    _certain_by_column: set[int] = field(default_factory=set)
    _steps: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    #: What edges that ended meanwhile led to; those bound to the object.
    _ended: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    _ended_bound: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    #: Parents that were found again.
    _found: dict[int, int] = field(default_factory=dict)
    _new: tuple[set[int], set[int], set[int]] = field(default_factory=lambda: (set(), set(), set()))

    def run(self) -> None:
        rows = self.rows
        for number in rows.ended_since(self.since):
            source, target = rows.source[number], rows.target[number]
            if source != target:
                self._ended[source].add(target)
                if rows.is_bound(number):
                    self._ended_bound[source].add(target)
        for node, lost in self.starts.items():
            if lost is None:
                self._new[0].update(self._from_start(node))
            else:
                self.columns[node] = dict.fromkeys(lost, True)
                self._by_column(node)
        while columns := self._settle():
            sure, maybe = self._rounds[-1]
            self._new = (self._next(sure), self._next(maybe), set())
            for node in columns[0]:
                self._by_column(node)
        self.maybe -= self.sure
        for node in self.starts:
            self.columns.pop(node, None)

    def certain(self) -> set[int]:
        """What is lost for sure, in whole or in part."""
        by_column = [node for node, lost in self.columns.items() if any(lost.values())]
        return self.sure.union(by_column) if by_column else self.sure

    def uncertain(self) -> set[int]:
        """What else is reached."""
        if not self.maybe and not self.columns:
            return set()
        return self.maybe.union(self.columns) - self.certain()

    def levels(self) -> list[set[int]]:
        """What was reached, nearest first. What was reached again, for sure, may stand in two of them."""
        levels = [sure | maybe if maybe else sure for sure, maybe in self._rounds]
        for node, depth in self._reached_in.items():
            if node not in levels[depth]:
                levels[depth] = levels[depth] | {node}
        return levels

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

    def path(self, node: int) -> list[int]:
        """From a start to this node, both included; one of the shortest."""
        path = [node]
        while path[-1] not in self.starts:
            parent = self._found.get(path[-1])
            if parent is None:
                parent = self._found[path[-1]] = self._parent(path[-1])
            if parent in path:
                break
            path.append(parent)
        return path[::-1]

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

    def _settle(self) -> tuple[set[int]] | None:
        """Close a round: what is new goes on; None where nothing is."""
        new_sure, new_maybe, new_columns = self._new
        sure = new_sure - self.sure
        sure.difference_update(self.starts)
        self.sure |= sure
        maybe = new_maybe - self.maybe - self.sure
        maybe.difference_update(self.starts)
        self.maybe |= maybe
        if self._parents:
            for node in (sure & self._parents.keys()) - self._certain_by_column:
                del self._parents[node], self._reached_in[node]
        self._rounds.append((sure, maybe))
        return (new_columns,) if sure or maybe or new_columns else None

    def _next(self, front: set[int]) -> set[int]:
        found = set[int]().union(*map(self.rows.following.__getitem__, front))
        for node in self._ended.keys() & front if self._ended else ():
            found |= self._ended[node]
        return found

    def _from_start(self, node: int) -> set[int]:
        leads_to = self._next({node}) - self.past
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
            for target in self._from_start(node) if is_start else self._next({node}):
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
        was_certain = target in self.sure or target in self._certain_by_column
        is_first = there is None and target not in self.maybe and not was_certain and target not in self._parents
        is_certain = bool(whole) or any(columns.values())
        if is_first or (is_certain and not was_certain):
            self._parents[target], self._reached_in[target] = node, len(self._rounds)
        if is_certain and not was_certain:
            self._certain_by_column.add(target)
        self._steps[target].add(node)
        if whole is not None:
            self._new[0 if whole else 1].add(target)
        if columns:
            there = self.columns.setdefault(target, {})
            for name, sure in columns.items():
                if name not in there or (sure and not there[name]):
                    there[name] = sure
                    self._new[2].add(target)

    def _parent(self, node: int) -> int:
        if node in self._parents:
            return self._parents[node]
        at = 0 if node in self.sure else 1
        before: Collection[int] = self.starts
        for level in self._rounds:
            if node in level[at]:
                break
            before = level[at]
        source, ended, since = self.rows.source, self.rows.ended, self.since
        from_start = before is self.starts
        for number in self.rows.up.at(node):
            stands = ended[number] != ended[number] or ended[number] >= since
            if source[number] in before and stands and (not from_start or self._passes(source[number], node)):
                return source[number]
        raise AssertionError("what was reached was reached from somewhere")

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
        as_whole = source in self.sure or source in self.maybe or self.starts.get(source, frozenset()) is None
        return as_whole or source in self._steps.get(target, ())

    def _used(self, start: int, target: int) -> set[Origin]:
        used = {column for number in self.between(start, target) if (column := self.rows.source_column[number])}
        lost = self.starts[start]
        return {(start, column) for column in (used if lost is None else used & lost)}
