"""Edges as numbers in compressed sparse rows, indexed by both ends: some 70 bytes an edge, all indexes included.

What arrives after the rows were built lies beside them until there is so much of it that they are built anew.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import accumulate

from lineagebot.model import AssetKey, Binding, Edge, EdgeKind, How, Layer

#: Edges that may lie beside the rows before these are built anew: a tenth of them, and at least so many.
BESIDE = 5_000
#: These layers say how things are, not what was once seen to run: such an edge does not age.
FACTS = tuple(layer for layer in Layer if layer.is_listed)
_NEVER = float("nan")
_KINDS, _HOWS, _LAYERS, _BINDINGS = tuple(EdgeKind), (None, *How), tuple(Layer), tuple(Binding)
_BY_OBJECT = _BINDINGS.index(Binding.BY_OBJECT)
_FACT_NUMBERS = frozenset(map(_LAYERS.index, FACTS))


@dataclass(slots=True)
class _Row:
    """Edges by one of their ends: those of node n stand in `edges` from `starts[n]` to `starts[n + 1]`."""

    starts: array[int]
    edges: array[int]
    #: What came after the rows were built: node → its edges.
    later: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, ends: array[int], nodes: int) -> _Row:
        counts = [0] * (nodes + 1)
        for end in ends:
            counts[end + 1] += 1
        starts = array("i", accumulate(counts))
        places, edges = starts[:], array("i", bytes(4 * len(ends)))
        for number, end in enumerate(ends):
            edges[places[end]] = number
            places[end] += 1
        return cls(starts, edges)

    def at(self, node: int) -> Iterable[int]:
        if node + 1 < len(self.starts):
            built = self.edges[self.starts[node] : self.starts[node + 1]]
            return (*built, *self.later[node]) if node in self.later else built
        return self.later.get(node, ())


class Rows:
    """All edges. A node is an asset's place in `keys`, an edge its place in the arrays, a text its place in `texts`."""

    def __init__(self) -> None:
        self.keys: list[AssetKey] = []
        self.numbers: dict[AssetKey, int] = {}
        #: 0 is none.
        self.texts: list[str | None] = [None]
        self.text_numbers: dict[str | None, int] = {None: 0}
        self.source, self.target = array("i"), array("i")
        self.source_column, self.target_column, self.evidence = array("i"), array("i"), array("i")
        self.kind, self.how, self.layer, self.binding = array("b"), array("b"), array("b"), array("b")
        #: Seconds since 1970, UTC; NaN for none.
        self.first, self.last, self.ended = array("d"), array("d"), array("d")
        self.down, self.up = _Row(array("i"), array("i")), _Row(array("i"), array("i"))
        #: By node, where its standing edges lead, each once. A tuple is gone through without making its numbers anew.
        self.leads: list[tuple[int, ...]] = []
        #: Node → where standing edges bound to the object lead.
        self.bound: dict[int, tuple[int, ...]] = {}
        #: Nodes of which any column is known to be used.
        self.told_apart: set[int] = set()
        #: By node, its number as the one object that all leads share.
        self._nodes: list[int] = []
        #: When edges ended, in order.
        self._ended: list[tuple[float, int]] = []

    def number(self, key: AssetKey) -> int:
        number = self.numbers.get(key)
        if number is None:
            number = self.numbers[key] = len(self.keys)
            self.keys.append(key)
            self.leads.append(())
            self._nodes.append(number)
        return number

    def text(self, text: str | None) -> int:
        number = self.text_numbers.get(text)
        if number is None:
            number = self.text_numbers[text] = len(self.texts)
            self.texts.append(text)
        return number

    def load(self, edges: Iterable[Edge]) -> None:
        """The first ones, all different."""
        for edge in edges:
            self._append(edge)
        self._ended = sorted((at, number) for number, at in enumerate(self.ended) if at == at)
        self._build()

    def add(self, edges: Iterable[Edge]) -> None:
        """Take up what appeared or stands otherwise now: an edge that ended is given again with its `ended_at`."""
        touched = set()
        for edge in edges:
            place = self._place_of(edge)
            if place is None:
                place = self._append(edge)
                self.down.later[self.source[place]].append(place)
                self.up.later[self.target[place]].append(place)
            else:
                self._forget_end(place)
                self._put(place, edge)
            if edge.ended_at is not None:
                insort(self._ended, (self.ended[place], place))
            touched.add(self.source[place])
        if len(self.source) - len(self.down.edges) > max(BESIDE, len(self.down.edges) // 10):
            self._build()
        else:
            for node in touched:
                self._follow(node)

    def standing(self, node: int, since: float, *, up: bool = False) -> Iterator[int]:
        """Its edges that stand, or ended at `since` or later (never, where that is NaN)."""
        ended = self.ended
        for number in (self.up if up else self.down).at(node):
            at = ended[number]
            if at != at or at >= since:  # NaN is unlike itself: it stands
                yield number

    def ended_since(self, since: float) -> Iterator[int]:
        """The edges that ended at `since` or later."""
        yield from (number for _, number in self._ended[self.ended_by(since) :])

    def ended_by(self, since: float) -> int:
        """How many edges had ended before; all of them where that is NaN."""
        return len(self._ended) if since != since else bisect_left(self._ended, (since, -1))

    def is_bound(self, number: int) -> bool:
        return self.binding[number] == _BY_OBJECT

    def last_seen(self, between: Iterable[int]) -> datetime | None:
        """When any of these edges was last at work; None where one of them is a fact."""
        last = None
        for number in between:
            if self.layer[number] in _FACT_NUMBERS:
                return None
            at = self.last[number]
            if at == at and (last is None or at > last):
                last = at
        return None if last is None else datetime.fromtimestamp(last, UTC)

    def edge(self, number: int) -> Edge:
        texts = self.texts
        return Edge(
            self.keys[self.source[number]],
            self.keys[self.target[number]],
            _KINDS[self.kind[number]],
            texts[self.source_column[number]],
            texts[self.target_column[number]],
            _HOWS[self.how[number]],
            _LAYERS[self.layer[number]],
            _BINDINGS[self.binding[number]],
            _moment(self.first[number]),
            _moment(self.last[number]),
            _moment(self.ended[number]),
            texts[self.evidence[number]],
        )

    def _build(self) -> None:
        nodes = len(self.keys)
        self.down, self.up = _Row.of(self.source, nodes), _Row.of(self.target, nodes)
        self.bound, self.told_apart = {}, set()
        for node in range(nodes):
            self._follow(node)

    def _follow(self, node: int) -> None:
        standing = list(self.standing(node, _NEVER))
        target, binding = self.target, self.binding
        nodes = self._nodes
        self.leads[node] = tuple([nodes[end] for end in {target[number] for number in standing} if end != node])
        bound = {target[number] for number in standing if binding[number] == _BY_OBJECT} - {node}
        self.bound.pop(node, None)
        if bound:
            self.bound[node] = tuple(bound)
        if any(self.source_column[number] for number in self.down.at(node)):
            self.told_apart.add(node)

    def _append(self, edge: Edge) -> int:
        self.source.append(self.number(edge.source))
        self.target.append(self.number(edge.target))
        self.source_column.append(self.text(edge.source_column))
        self.target_column.append(self.text(edge.target_column))
        self.evidence.append(self.text(edge.evidence))
        self.kind.append(_KINDS.index(edge.kind))
        self.how.append(_HOWS.index(edge.how))
        self.layer.append(_LAYERS.index(edge.layer))
        self.binding.append(_BINDINGS.index(edge.binding))
        self.first.append(seconds(edge.first_seen))
        self.last.append(seconds(edge.last_seen))
        self.ended.append(seconds(edge.ended_at))
        return len(self.source) - 1

    def _put(self, number: int, edge: Edge) -> None:
        self.first[number], self.last[number] = seconds(edge.first_seen), seconds(edge.last_seen)
        self.ended[number] = seconds(edge.ended_at)
        self.evidence[number] = self.text(edge.evidence)
        self.binding[number] = _BINDINGS.index(edge.binding)

    def _forget_end(self, number: int) -> None:
        at = self.ended[number]
        if at == at:
            del self._ended[bisect_left(self._ended, (at, number))]

    def _place_of(self, edge: Edge) -> int | None:
        """Where the same edge stands already; the same are alike in all but their times, binding and evidence."""
        source, target = self.numbers.get(edge.source), self.numbers.get(edge.target)
        if source is None or target is None:
            return None
        texts = self.text_numbers
        columns = texts.get(edge.source_column, -1), texts.get(edge.target_column, -1)
        kinds = _KINDS.index(edge.kind), _HOWS.index(edge.how), _LAYERS.index(edge.layer)
        return next(
            (
                number
                for number in self.down.at(source)
                if self.target[number] == target
                and (self.source_column[number], self.target_column[number]) == columns
                and (self.kind[number], self.how[number], self.layer[number]) == kinds
            ),
            None,
        )


def seconds(moment: datetime | None) -> float:
    return _NEVER if moment is None else moment.timestamp()


def _moment(at: float) -> datetime | None:
    return None if at != at else datetime.fromtimestamp(at, UTC)
