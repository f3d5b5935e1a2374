"""What a run of statements does to the graph: edges seen, moved and ended, names that come and go. Pure.

The ledger is loaded with all that the statements can touch, folds them in order, and is then asked what changed. Times
decide: an event never undoes what was seen after it, so that a log read late cannot overrule a newer catalog.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from operator import attrgetter
from typing import NamedTuple

from lineagebot.model import Action, AssetKey, AssetKind, Binding, Certainty, Column, Edge, Effect, Layer
from lineagebot.store.names import Name, name_of
from lineagebot.store.search_words import is_leftover

#: A newer sighting of a standing edge is written down only when the last one is this old: most pages change nothing.
SIGHTING_EVERY = timedelta(hours=1)

#: Layers that describe the object itself and move with it; declared and dbt's own edges stay with the name.
OF_THE_OBJECT = (Layer.QUERY, Layer.CATALOG)

#: The evidence of an edge that a reference to another system became (references.py).
MATCHED = "matched"

VIEWS = (AssetKind.VIEW, AssetKind.MATERIALIZED_VIEW)
CONTAINERS = (AssetKind.SCHEMA, AssetKind.DATABASE)


class EdgeKey(NamedTuple):
    """What makes two sightings the same edge; absent columns are ''."""

    source: Name
    target: Name
    kind: str
    source_column: str
    target_column: str
    how: str
    layer: str
    said_by: str


@dataclass(frozen=True, slots=True)
class Sight:
    """What is known of one edge."""

    binding: str
    first_seen: datetime
    last_seen: datetime
    ended_at: datetime | None = None
    evidence: str | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands under a name: one open incarnation. `id` is None while it is not written yet."""

    kind: AssetKind
    created_at: datetime
    columns: tuple[Column, ...] | None = None
    definition: str | None = None
    native_id: str | None = None
    created_by: str | None = None
    id: int | None = None


@dataclass(frozen=True, slots=True)
class Thing:
    """One name as the store knows it."""

    kind: AssetKind
    gone_at: datetime | None = None
    #: When a complete inventory last spoke of its system.
    told_at: datetime | None = None
    standing: Standing | None = None


@dataclass(slots=True)
class Ledger:
    """The part of the graph that a run of statements can touch, and how it stands after them."""

    things: dict[AssetKey, Thing] = field(default_factory=dict)
    edges: dict[EdgeKey, Sight] = field(default_factory=dict)
    #: (name, incarnation id, gone_at): written rows that ended.
    closed: list[tuple[AssetKey, int, datetime]] = field(default_factory=list)
    #: Incarnations that came and went before they were written.
    passed: list[tuple[AssetKey, Standing, datetime]] = field(default_factory=list)
    #: When and by what an edge last appeared or ended in this fold.
    _turned: dict[EdgeKey, tuple[datetime, str | None]] = field(default_factory=dict)
    _things_before: dict[AssetKey, Thing] = field(default_factory=dict)
    _edges_before: dict[EdgeKey, Sight] = field(default_factory=dict)
    _out: dict[Name, list[EdgeKey]] = field(default_factory=lambda: defaultdict(list))
    _into: dict[Name, list[EdgeKey]] = field(default_factory=lambda: defaultdict(list))

    def load(self, things: Mapping[AssetKey, Thing], edges: Mapping[EdgeKey, Sight]) -> None:
        """Lay in what the store holds."""
        self.things.update(things)
        self._things_before.update(things)
        self._edges_before.update(edges)
        for key, sight in edges.items():
            self._put(key, sight)

    def observe(self, edges: Iterable[Edge], *, said_by: str, at: datetime, evidence: str | None) -> set[EdgeKey]:
        """Edges as a statement or a catalog shows them now; returns their keys."""
        seen = with_whole_edges({key_of(edge, said_by): str(edge.binding) for edge in edges})
        for key, binding in seen.items():
            self._see(key, Sight(binding, at, at, None, evidence))
        return set(seen)

    def apply(self, effect: Effect, *, at: datetime, by: str | None, seen: set[EdgeKey] | None = None) -> None:
        """One effect of a statement that was done; `seen` are its edges, None where it was not wholly understood."""
        if effect.temporary or effect.certainty is not Certainty.CERTAIN:
            return
        step = STEPS.get(effect.action)
        if step is not None:
            step(self, effect, at, by, seen)

    def end(self, keys: Iterable[EdgeKey], at: datetime, by: str | None) -> None:
        """Evidence that these edges stand no more; those seen later than `at` are left alone."""
        for key in tuple(keys):
            sight = self.edges[key]
            if sight.ended_at is None and sight.last_seen <= at:
                self.edges[key] = Sight(sight.binding, sight.first_seen, sight.last_seen, at, sight.evidence)
                self._turned[key] = (at, by)

    def into(self, target: AssetKey) -> tuple[EdgeKey, ...]:
        return tuple(self._into[name_of(target)])

    def out_of(self, source: AssetKey) -> tuple[EdgeKey, ...]:
        return tuple(self._out[name_of(source)])

    def changed_edges(self) -> dict[EdgeKey, Sight]:
        """What is to be written: new, moved, ended, or not sighted for long."""
        return {key: now for key, now in self.edges.items() if _worth_writing(self._edges_before.get(key), now)}

    def edge_events(self) -> list[tuple[EdgeKey, bool, datetime, str | None]]:
        """(edge, appeared, at, by) where the whole fold made a difference: a swap that ends as it began makes none."""
        events: list[tuple[EdgeKey, bool, datetime, str | None]] = []
        for key, (at, by) in self._turned.items():
            before = self._edges_before.get(key)
            stood = before is not None and before.ended_at is None
            stands = self.edges[key].ended_at is None
            if stood != stands:
                events.append((key, stands, at, by))
        return events

    def was_written(self, key: EdgeKey) -> bool:
        """Whether the store held it before this fold."""
        return key in self._edges_before

    def changed_things(self) -> dict[AssetKey, Thing]:
        return {key: now for key, now in self.things.items() if self._things_before.get(key) != now}

    def thing(self, key: AssetKey) -> Thing:
        return self.things.get(key) or Thing(AssetKind.TABLE)

    def inside(self, container: AssetKey) -> list[AssetKey]:
        return [key for key in self.things if container.holds(key)]

    def stand(self, key: AssetKey, standing: Standing) -> None:
        """From now on this stands under the name."""
        thing = self.thing(key)
        newest = thing.standing is None or standing.created_at >= thing.standing.created_at
        if newest and _not_overruled(thing, standing.created_at):
            self._close(key, standing.created_at)
            self.things[key] = Thing(standing.kind, None, thing.told_at, standing)

    def fall(self, key: AssetKey, at: datetime) -> None:
        """Nothing stands under the name any more. Edges stay: the impact of a drop is read from them."""
        thing = self.thing(key)
        if not _not_overruled(thing, at) or (thing.standing is not None and thing.standing.created_at > at):
            return
        self._close(key, at)
        self.things[key] = Thing(thing.kind, at, thing.told_at)

    def _close(self, key: AssetKey, at: datetime) -> None:
        thing = self.thing(key)
        if thing.standing is None:
            return
        if thing.standing.id is None:
            self.passed.append((key, thing.standing, at))
        else:
            self.closed.append((key, thing.standing.id, at))
        self.things[key] = Thing(thing.kind, thing.gone_at, thing.told_at)

    def _see(self, key: EdgeKey, sight: Sight) -> None:
        before = self.edges.get(key)
        if before is None:
            self._put(key, sight)
            self._turned[key] = (sight.last_seen, sight.evidence)
            return
        newer = sight if sight.last_seen >= before.last_seen else before
        back = before.ended_at is None or sight.last_seen >= before.ended_at
        if back and before.ended_at is not None:
            self._turned[key] = (sight.last_seen, sight.evidence)
        self._put(
            key,
            Sight(
                newer.binding,
                min(before.first_seen, sight.first_seen),
                newer.last_seen,
                None if back else before.ended_at,
                newer.evidence,
            ),
        )

    def _put(self, key: EdgeKey, sight: Sight) -> None:
        if key not in self.edges:
            self._out[key.source].append(key)
            self._into[key.target].append(key)
        self.edges[key] = sight

    def _move(self, moves: Mapping[EdgeKey, EdgeKey], at: datetime, by: str | None) -> None:
        """Edges that follow their object: ended under the old name, standing under the new one, as old as they were."""
        lifted = [(key, self.edges[key]) for key in moves]
        turned = (at, by)
        for key, s in lifted:
            self.edges[key] = Sight(s.binding, s.first_seen, s.last_seen, at, s.evidence)
            self._turned[key] = turned
        for key, s in lifted:
            new = moves[key]
            there = self.edges.get(new, s)
            first, last = min(s.first_seen, there.first_seen), max(s.last_seen, there.last_seen)
            self._put(new, Sight(s.binding, first, last, None, s.evidence))
            self._turned[new] = turned

    def _standing_edges(self, keys: Iterable[EdgeKey], at: datetime) -> list[EdgeKey]:
        """Those that stand, describe an object, and were not seen later than `at`."""
        return [
            key
            for key in keys
            if key.layer in OF_THE_OBJECT and (sight := self.edges[key]).ended_at is None and sight.last_seen <= at
        ]


def key_of(edge: Edge, said_by: str) -> EdgeKey:
    return EdgeKey(
        name_of(edge.source),
        name_of(edge.target),
        str(edge.kind),
        edge.source_column or "",
        edge.target_column or "",
        str(edge.how or "") if edge.source_column else "",
        str(edge.layer),
        said_by,
    )


def with_whole_edges(edges: Mapping[EdgeKey, str]) -> dict[EdgeKey, str]:
    """The edges with their bindings, and for every pair that is known by columns only, the edge between the wholes.

    Walks go over whole edges; flow is the stronger word, so it is the one that the pair gets.
    """
    found = {key: binding for key, binding in edges.items() if key.source != key.target}
    whole = {(key.source, key.target, key.layer) for key in found if not (key.source_column or key.target_column)}
    for key in sorted(found, key=attrgetter("kind")):
        pair = (key.source, key.target, key.layer)
        if pair not in whole:
            whole.add(pair)
            found[key._replace(source_column="", target_column="", how="")] = found[key]
    return found


def _not_overruled(thing: Thing, at: datetime) -> bool:
    """False where a catalog read later than `at` has told already how things stand."""
    return thing.told_at is None or at >= thing.told_at


def _worth_writing(before: Sight | None, now: Sight) -> bool:
    if before is None:
        return True
    if (before.ended_at, before.binding) != (now.ended_at, now.binding):
        return True
    return now.first_seen < before.first_seen or now.last_seen - before.last_seen >= SIGHTING_EVERY


def _create(ledger: Ledger, effect: Effect, at: datetime, by: str | None, seen: set[EdgeKey] | None) -> None:
    thing = ledger.things.get(effect.target)
    if effect.if_exists and thing is not None and thing.gone_at is None and thing.standing is not None:
        return
    _define(ledger, effect, at, by, seen)
    columns = effect.produces or None
    ledger.stand(effect.target, Standing(effect.kind, at, columns, created_by=by))


def _define(ledger: Ledger, effect: Effect, at: datetime, by: str | None, seen: set[EdgeKey] | None) -> None:
    """A view's new text ends what only its old text read; a table's rows outlive the text that first filled it."""
    if effect.kind in VIEWS and seen:
        old = ledger._standing_edges(ledger.into(effect.target), at)
        ledger.end([key for key in old if key not in seen and key.layer == Layer.QUERY], at, by)


def _drop(ledger: Ledger, effect: Effect, at: datetime, by: str | None, seen: set[EdgeKey] | None) -> None:
    inside = ledger.inside(effect.target) if effect.kind in CONTAINERS else []
    for key in (effect.target, *inside):
        thing = ledger.things.get(key)
        if thing is None:
            continue
        is_view = thing.kind in VIEWS or (key == effect.target and effect.kind in VIEWS)
        if is_view or is_leftover(key.name):
            ledger.end(ledger._standing_edges(ledger.into(key), at), at, by)
        ledger.fall(key, at)
        if effect.cascade:
            _take_along(ledger, key, at, by)


def _take_along(ledger: Ledger, key: AssetKey, at: datetime, by: str | None) -> None:
    """Views that hold the object itself fall with it, and those that hold them; no line of a log names them."""
    held = [e for e in ledger._standing_edges(ledger.out_of(key), at) if ledger.edges[e].binding == Binding.BY_OBJECT]
    for view in dict.fromkeys(edge.target.key for edge in held):
        thing = ledger.things.get(view)
        if thing is not None and thing.kind in VIEWS:
            ledger.end(ledger._standing_edges(ledger.into(view), at), at, by)
            ledger.fall(view, at)
            _take_along(ledger, view, at, by)


def _undrop(ledger: Ledger, effect: Effect, at: datetime, by: str | None, seen: set[EdgeKey] | None) -> None:
    ledger.stand(effect.target, Standing(ledger.thing(effect.target).kind, at, effect.produces or None, created_by=by))


def _rename(ledger: Ledger, effect: Effect, at: datetime, by: str | None, seen: set[EdgeKey] | None) -> None:
    if effect.renamed_to is None or effect.renamed_to == effect.target:
        return
    pairs = {effect.target: effect.renamed_to}
    if effect.kind in CONTAINERS:
        depth = len(effect.target.path)
        pairs |= {
            key: AssetKey(key.system, (*effect.renamed_to.path, *key.path[depth:]))
            for key in ledger.inside(effect.target)
        }
    for new in pairs.values():
        ledger.end(ledger._standing_edges(ledger.into(new), at), at, by)
    _follow(ledger, pairs, at, by)


def _swap(ledger: Ledger, effect: Effect, at: datetime, by: str | None, seen: set[EdgeKey] | None) -> None:
    if effect.renamed_to is not None and effect.renamed_to != effect.target:
        _follow(ledger, {effect.target: effect.renamed_to, effect.renamed_to: effect.target}, at, by)


def _follow(ledger: Ledger, pairs: Mapping[AssetKey, AssetKey], at: datetime, by: str | None) -> None:
    """Objects take new names at one stroke: with them go what stands, what feeds them, and who holds them by object."""
    moves: dict[EdgeKey, EdgeKey] = {}
    names = {name_of(old): name_of(new) for old, new in pairs.items()}
    for old in pairs:
        for key in ledger._standing_edges(ledger.into(old), at):
            bound = ledger.edges[key].binding == Binding.BY_OBJECT
            source = names.get(key.source, key.source) if bound else key.source
            moves[key] = key._replace(target=names.get(key.target, key.target), source=source)
        for key in ledger._standing_edges(ledger.out_of(old), at):
            if ledger.edges[key].binding == Binding.BY_OBJECT:
                moves[key] = key._replace(target=names.get(key.target, key.target), source=names[key.source])
    ledger._move({old: new for old, new in moves.items() if old != new}, at, by)
    lifted = {old: ledger.thing(old) for old in pairs}
    for old in pairs:
        ledger.fall(old, at)
    for old, new in pairs.items():
        before = lifted[old].standing or Standing(lifted[old].kind, at)
        if before.created_at <= at:
            ledger.stand(new, replace(before, id=None, created_at=at, created_by=by))


def _alter_columns(ledger: Ledger, effect: Effect, at: datetime, by: str | None, seen: set[EdgeKey] | None) -> None:
    if effect.action is Action.RENAME_COLUMN:
        _rename_column_edges(ledger, effect, at, by)
    standing = ledger.thing(effect.target).standing
    if standing is None or standing.columns is None or standing.created_at > at:
        return
    columns = ALTERS[effect.action](standing.columns, effect)
    if columns != standing.columns:
        ledger.stand(effect.target, replace(standing, id=None, columns=columns, created_at=at, created_by=by))


def _rename_column_edges(ledger: Ledger, effect: Effect, at: datetime, by: str | None) -> None:
    names = {change.name: change.renamed_to for change in effect.columns if change.renamed_to}
    moves: dict[EdgeKey, EdgeKey] = {}
    for key in ledger._standing_edges(ledger.into(effect.target), at):
        moves[key] = key._replace(target_column=names.get(key.target_column) or key.target_column)
    for key in ledger._standing_edges(ledger.out_of(effect.target), at):
        if ledger.edges[key].binding == Binding.BY_OBJECT:
            moves[key] = key._replace(source_column=names.get(key.source_column) or key.source_column)
    ledger._move({old: new for old, new in moves.items() if old != new}, at, by)


def _added(columns: tuple[Column, ...], effect: Effect) -> tuple[Column, ...]:
    known = {column.name for column in columns}
    return (*columns, *(Column(c.name, c.new_type) for c in effect.columns if c.name not in known))


def _dropped(columns: tuple[Column, ...], effect: Effect) -> tuple[Column, ...]:
    names = {c.name for c in effect.columns}
    return tuple(c for c in columns if c.name not in names)


def _renamed(columns: tuple[Column, ...], effect: Effect) -> tuple[Column, ...]:
    names = {c.name: c.renamed_to or c.name for c in effect.columns}
    return tuple(replace(c, name=names.get(c.name, c.name)) for c in columns)


def _retyped(columns: tuple[Column, ...], effect: Effect) -> tuple[Column, ...]:
    types = {c.name: c.new_type for c in effect.columns if c.new_type}
    return tuple(replace(c, type=types.get(c.name, c.type)) for c in columns)


ALTERS: Mapping[Action, Callable[[tuple[Column, ...], Effect], tuple[Column, ...]]] = {
    Action.ADD_COLUMN: _added,
    Action.DROP_COLUMN: _dropped,
    Action.RENAME_COLUMN: _renamed,
    Action.RETYPE_COLUMN: _retyped,
}

Step = Callable[[Ledger, Effect, datetime, "str | None", "set[EdgeKey] | None"], None]

#: What an effect does to the graph; those that are not listed change rows only.
STEPS: Mapping[Action, Step] = {
    Action.CREATE: _create,
    Action.REPLACE: _create,
    Action.CLONE: _create,
    Action.DROP: _drop,
    Action.UNDROP: _undrop,
    Action.RENAME: _rename,
    Action.SET_SCHEMA: _rename,
    Action.SWAP: _swap,
    **dict.fromkeys(ALTERS, _alter_columns),
}
