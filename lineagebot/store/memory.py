"""A graph in memory that learns from statements by the very ledger that writes the stored one: for `replay`.

Nothing of it is kept. It answers what an impact asks; nobody searches it by words.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from lineagebot.graph.reader import Closure, Direction, Hits
from lineagebot.model import (
    Asset,
    AssetKey,
    AssetKind,
    Binding,
    Certainty,
    Column,
    Coverage,
    Edge,
    EdgeEvent,
    EdgeKind,
    Freshness,
    How,
    Layer,
    Owner,
    Person,
    Relation,
    Statement,
    Understanding,
    Use,
)
from lineagebot.store.fold import CONTAINERS, STEPS, EdgeKey, Ledger, Sight, Standing, Thing
from lineagebot.store.ingest import WRITES
from lineagebot.type_names import mentions

#: Column, login, day.
_UseKey = tuple[str | None, str, date]


@dataclass(slots=True)
class _Count:
    by_machine: bool
    reads: int = 0
    writes: int = 0


@dataclass(slots=True)
class LearningGraph:
    """A `GraphReader` over a ledger. Lay in what was known before, then `learn` statement by statement."""

    ledger: Ledger = field(default_factory=Ledger)
    titles: dict[AssetKey, str] = field(default_factory=dict)
    owned: dict[AssetKey, tuple[Owner, ...]] = field(default_factory=dict)
    _used: dict[AssetKey, dict[_UseKey, _Count]] = field(default_factory=lambda: defaultdict(dict))
    persons: dict[tuple[str, str], Person] = field(default_factory=dict)
    log_from: dict[str, datetime] = field(default_factory=dict)

    def lay(self, key: AssetKey, kind: AssetKind, at: datetime, columns: tuple[Column, ...] | None = None) -> None:
        """It stood there before the log began."""
        self.ledger.things[key] = Thing(kind, None, None, Standing(kind, at, columns))

    def join(self, edges: Iterable[Edge], at: datetime) -> None:
        """These stood before the log began."""
        self.ledger.observe(edges, said_by="before", at=at, evidence=None)

    def learn(self, statement: Statement, meaning: Understanding, fingerprint: str, *, by_machine: bool) -> None:
        """A statement that was done: what it read, made, changed and took away."""
        at = statement.started_at
        self.log_from.setdefault(statement.system, at)
        passing = {e.target for e in meaning.effects if e.temporary}
        edges = [e for e in meaning.edges if e.source not in passing and e.target not in passing]
        named = {k for e in edges for k in (e.source, e.target)} | {r.asset for r in meaning.reads}
        for key in named - passing:
            self.ledger.things.setdefault(key, Thing(AssetKind.TABLE))
        seen = self.ledger.observe(edges, said_by=statement.system, at=at, evidence=fingerprint)
        for effect in meaning.effects:
            if effect.action not in STEPS or effect.certainty is not Certainty.CERTAIN or effect.temporary:
                continue
            self.ledger.things.setdefault(effect.target, Thing(effect.kind))
            self.ledger.apply(effect, at=at, by=fingerprint, seen=None if meaning.problems else seen)
        if statement.login:
            self._count(statement, meaning, by_machine=by_machine)

    def read_by(self, asset: AssetKey, login: str, day: date, *, by_machine: bool) -> None:
        """Somebody read it on that day."""
        self._counted(asset, (None, login, day), by_machine=by_machine).reads += 1

    def is_read(self, asset: AssetKey) -> bool:
        return any(count.reads for count in self._used.get(asset, {}).values())

    def _count(self, statement: Statement, meaning: Understanding, *, by_machine: bool) -> None:
        login, day = statement.login or "", statement.started_at.date()
        for asset, column in {(r.asset, c) for r in meaning.reads for c in (r.column, None)}:
            self._counted(asset, (column, login, day), by_machine=by_machine).reads += 1
        for asset in {e.target for e in meaning.effects if e.action in WRITES and not e.temporary}:
            self._counted(asset, (None, login, day), by_machine=by_machine).writes += 1

    def _counted(self, asset: AssetKey, key: _UseKey, *, by_machine: bool) -> _Count:
        there = self._used[asset]
        found = there.get(key)
        if found is None:
            found = there[key] = _Count(by_machine)
        return found

    def search(self, words: str, *, limit: int = 10, kinds: Collection[AssetKind] | None = None) -> Hits:
        return Hits((), exact=False)

    def assets(self, keys: Collection[AssetKey]) -> Mapping[AssetKey, Asset]:
        return {key: self._asset(key, self.ledger.things[key]) for key in keys if key in self.ledger.things}

    def columns(self, keys: Collection[AssetKey]) -> Mapping[AssetKey, tuple[Column, ...]]:
        found = {}
        for key in keys:
            thing = self.ledger.things.get(key)
            if thing is not None and thing.standing is not None and thing.standing.columns:
                found[key] = thing.standing.columns
        return found

    def relations(self, names: Collection[tuple[str, tuple[str, ...]]]) -> tuple[Relation, ...]:
        return tuple(
            Relation(key, thing.kind, (thing.standing.columns if thing.standing else None) or ())
            for key, thing in self.ledger.things.items()
            if thing.gone_at is None
            and thing.kind not in CONTAINERS
            and any(key.system == system and key.path[-len(parts) :] == parts for system, parts in names)
        )

    def with_types(self, system: str, types: Collection[str]) -> tuple[Relation, ...]:
        return tuple(
            Relation(key, thing.kind, thing.standing.columns)
            for key, thing in self.ledger.things.items()
            if key.system == system
            and thing.gone_at is None
            and thing.standing is not None
            and thing.standing.columns
            and mentions((column.type for column in thing.standing.columns), types)
        )

    def inside(self, container: AssetKey, *, limit: int = 1000, before: datetime | None = None) -> tuple[Asset, ...]:
        held = [
            self._asset(key, thing)
            for key, thing in self.ledger.things.items()
            if container.holds(key) and _stands(thing.gone_at, before)
        ]
        return tuple(sorted(held, key=lambda a: a.key)[:limit])

    def edges(
        self,
        keys: Collection[AssetKey],
        direction: Direction,
        *,
        columns: bool = False,
        limit: int = 20_000,
        before: datetime | None = None,
    ) -> tuple[Edge, ...]:
        around = self.ledger.out_of if direction is Direction.DOWNSTREAM else self.ledger.into
        found = [
            _edge(key, sight)
            for asset in dict.fromkeys(keys)
            for key in around(asset)
            if (columns or not key.source_column) and _stands((sight := self.ledger.edges[key]).ended_at, before)
        ]
        return tuple(found[:limit])

    def closure(self, start: Collection[AssetKey], direction: Direction, *, cap: int = 5000) -> Closure:
        return Closure(())

    def events(self, key: AssetKey, *, limit: int = 50) -> tuple[EdgeEvent, ...]:
        return ()

    def uses(self, keys: Collection[AssetKey], *, since: date) -> tuple[Use, ...]:
        return tuple(
            Use(key, column, login, day, count.reads, count.writes, count.by_machine)
            for key in keys
            for (column, login, day), count in self._used.get(key, {}).items()
            if day >= since
        )

    def owners(self, keys: Collection[AssetKey]) -> Mapping[AssetKey, tuple[Owner, ...]]:
        return {key: self.owned[key] for key in keys if key in self.owned}

    def tags(self, keys: Collection[AssetKey]) -> Mapping[AssetKey, tuple[str, ...]]:
        return {}

    def people(self, logins: Collection[tuple[str, str]]) -> Mapping[tuple[str, str], Person]:
        return {login: self.persons[login] for login in logins if login in self.persons}

    def coverage(self, keys: Collection[AssetKey] = ()) -> Coverage:
        return Coverage(tuple(Freshness(s, "log", None, None, log_from=at) for s, at in self.log_from.items()))

    def _asset(self, key: AssetKey, thing: Thing) -> Asset:
        return Asset(key, thing.kind, self.titles.get(key) or str(key), gone_at=thing.gone_at)


def _stands(ended: datetime | None, before: datetime | None) -> bool:
    return ended is None or (before is not None and ended >= before)


def _edge(key: EdgeKey, sight: Sight) -> Edge:
    return Edge(
        key.source.key,
        key.target.key,
        EdgeKind(key.kind),
        key.source_column or None,
        key.target_column or None,
        How(key.how) if key.how else None,
        Layer(key.layer),
        Binding(sight.binding),
        sight.first_seen,
        sight.last_seen,
        sight.ended_at,
        sight.evidence,
    )
