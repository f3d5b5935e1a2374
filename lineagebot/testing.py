"""Test what stands on lineagebot without a warehouse: tiny graphs as text, a graph in memory, a Poster that records.

    graph = graph_of('''
        raw.orders(id int, amount numeric, status text)
        raw.orders(amount) > view:staging.stg_orders(amount) > marts.revenue(total) > dashboard:Exec revenue
        raw.orders(status) ~> staging.stg_orders
        marts.revenue @ana@acme.example +tier1
        ben reads marts.revenue 12
    ''')

The grammar, one statement a line (or parted by ";"):

| statement | means |
|---|---|
| `a > b > c` | data flows from a to b to c; `a, b > c` from both |
| `a ~> b` | b depends on a without copying it (filtered, joined): a reference |
| `a(x) > b(y)` | column x of a feeds column y of b; `a(x) > b` and `a(x) ~> b`: b uses x somewhere |
| `a(x int, y text)` alone | the columns of a, in order |
| `view:a`, `dashboard:Sales/Exec revenue`, `schema:marts` ... | a kind, said once; a table otherwise |
| `... [90d]` at the end of a chain | last seen 90 days ago |
| `a @ana@acme.example @#finance +tier1` | owners and tags |
| `ben reads a 12`, `etl! reads a(x) 3 5d` | 12 reads of a today; 3 of its column x, 5 days ago, by a machine |
| `etl! loads a`, `etl! updates a 3 5d` | as above, writes: rows that come in; rows that are looked up and changed |
| `a gone 2d` | it went away 2 days ago |
| `a scanned 2d` | the system's own counters last saw it read 2 days ago |
| `log from 3d` | the log of the system begins 3 days ago (400 where nobody says) |
| `not understood a 3` | 3 statements that may touch a were not understood |

Edges into a view bind by object, as Postgres' do; all others by name. Names of systems: "acme" for what is stored, "bi"
for what people open.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from lineagebot.graph.reader import Closure, Direction, Hits
from lineagebot.model import (
    Asset,
    AssetKey,
    AssetKind,
    Binding,
    Column,
    Coverage,
    Edge,
    EdgeEvent,
    EdgeKind,
    Freshness,
    How,
    Owner,
    OwnerKind,
    Person,
    Relation,
    Use,
)
from lineagebot.reply import Destination, Reply
from lineagebot.type_names import mentions

#: The moment at which every graph made of text was last read.
NOW = datetime(2026, 11, 22, 9, 40, tzinfo=UTC)
TODAY = NOW.date()
SYSTEM = "acme"
DATABASE = "shop"
BI = "bi"

_KINDS = {
    "table": AssetKind.TABLE,
    "view": AssetKind.VIEW,
    "matview": AssetKind.MATERIALIZED_VIEW,
    "dashboard": AssetKind.DASHBOARD,
    "report": AssetKind.REPORT,
    "chart": AssetKind.CHART,
    "model": AssetKind.MODEL,
    "job": AssetKind.JOB,
    "file": AssetKind.FILE,
    "schema": AssetKind.SCHEMA,
    "database": AssetKind.DATABASE,
}
_BOUND = (AssetKind.VIEW, AssetKind.MATERIALIZED_VIEW)
_CONTAINERS = (AssetKind.SCHEMA, AssetKind.DATABASE)


@dataclass(frozen=True, slots=True)
class MemoryGraph:
    """A `GraphReader` over tuples. Build it from records, or from text by `graph_of`."""

    known: tuple[Asset, ...] = ()
    links: tuple[Edge, ...] = ()
    columns_of: Mapping[AssetKey, tuple[Column, ...]] = field(default_factory=dict)
    owners_of: Mapping[AssetKey, tuple[Owner, ...]] = field(default_factory=dict)
    tags_of: Mapping[AssetKey, tuple[str, ...]] = field(default_factory=dict)
    use_rows: tuple[Use, ...] = ()
    persons: tuple[Person, ...] = ()
    history: tuple[EdgeEvent, ...] = ()
    sources: tuple[Freshness, ...] = (Freshness(SYSTEM, "postgres", NOW, NOW), Freshness(BI, "declared", NOW, NOW))
    #: Statements not understood, by the asset that they may touch.
    not_understood: Mapping[AssetKey, int] = field(default_factory=dict)
    not_connected: tuple[str, ...] = ()
    definitions: Mapping[AssetKey, str] = field(default_factory=dict)

    def search(self, words: str, *, limit: int = 10, kinds: Collection[AssetKind] | None = None) -> Hits:
        pool = [a for a in self.known if kinds is None or a.kind in kinds]
        asked = words.strip().lower()
        for tier, exact in ((_whole_name, True), (_prefix, False), (_all_tokens, False), (_corrected, False)):
            found = [a for a in pool if tier(asked, a)]
            if found:
                best = sorted(found, key=lambda a: (a.gone_at is not None, not a.kind.is_read_by_people, a.key))
                return Hits(tuple(best[:limit]), exact, more=len(best) > limit)
        return Hits((), exact=False)

    def assets(self, keys: Collection[AssetKey]) -> Mapping[AssetKey, Asset]:
        wanted = set(keys)
        return {a.key: a for a in self.known if a.key in wanted}

    def columns(self, keys: Collection[AssetKey]) -> Mapping[AssetKey, tuple[Column, ...]]:
        return {key: self.columns_of[key] for key in keys if key in self.columns_of}

    def relations(self, names: Collection[tuple[str, tuple[str, ...]]]) -> tuple[Relation, ...]:
        live = [a for a in self.known if a.gone_at is None and a.kind not in _CONTAINERS]
        return tuple(
            Relation(a.key, a.kind, self.columns_of.get(a.key, ()), self.definitions.get(a.key))
            for a in live
            if any(a.key.system == system and a.key.path[-len(parts) :] == parts for system, parts in names)
        )

    def with_types(self, system: str, types: Collection[str]) -> tuple[Relation, ...]:
        return tuple(
            Relation(a.key, a.kind, self.columns_of[a.key], self.definitions.get(a.key))
            for a in self.known
            if a.key.system == system
            and a.gone_at is None
            and a.key in self.columns_of
            and mentions((column.type for column in self.columns_of[a.key]), types)
        )

    def inside(self, container: AssetKey, *, limit: int = 1000, before: datetime | None = None) -> tuple[Asset, ...]:
        held = [a for a in self.known if container.holds(a.key) and _stands(a.gone_at, before)]
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
        wanted = set(keys)
        found = [
            e
            for e in self.links
            if (e.source if direction is Direction.DOWNSTREAM else e.target) in wanted
            and _stands(e.ended_at, before)
            and (columns or e.source_column is None)
        ]
        return tuple(found[:limit])

    def closure(self, start: Collection[AssetKey], direction: Direction, *, cap: int = 5000) -> Closure:
        reached = dict.fromkeys(start)
        frontier = list(reached)
        while frontier:
            edges = self.edges(frontier, direction)
            ends = [e.target if direction is Direction.DOWNSTREAM else e.source for e in edges]
            frontier = [key for key in dict.fromkeys(ends) if key not in reached]
            reached.update(dict.fromkeys(frontier))
        keys = [key for key in reached if key not in set(start)]
        return Closure(tuple(keys[:cap]), cut=len(keys) > cap)

    def events(self, key: AssetKey, *, limit: int = 50) -> tuple[EdgeEvent, ...]:
        mine = [e for e in self.history if key in (e.edge.source, e.edge.target)]
        return tuple(sorted(mine, key=lambda e: e.at, reverse=True)[:limit])

    def uses(self, keys: Collection[AssetKey], *, since: date) -> tuple[Use, ...]:
        wanted = set(keys)
        return tuple(u for u in self.use_rows if u.asset in wanted and u.day >= since)

    def owners(self, keys: Collection[AssetKey]) -> Mapping[AssetKey, tuple[Owner, ...]]:
        return {key: self.owners_of[key] for key in keys if key in self.owners_of}

    def tags(self, keys: Collection[AssetKey]) -> Mapping[AssetKey, tuple[str, ...]]:
        return {key: self.tags_of[key] for key in keys if key in self.tags_of}

    def people(self, logins: Collection[tuple[str, str]]) -> Mapping[tuple[str, str], Person]:
        return {login: p for p in self.persons for login in p.logins if login in set(logins)}

    def coverage(self, keys: Collection[AssetKey] = ()) -> Coverage:
        return Coverage(
            sources=self.sources,
            not_understood_here=sum(self.not_understood.get(key, 0) for key in set(keys)),
            not_connected=self.not_connected,
        )


def _stands(ended: datetime | None, before: datetime | None) -> bool:
    return ended is None or (before is not None and ended >= before)


def _names(asset: Asset) -> tuple[str, ...]:
    path = [part.lower() for part in asset.key.path]
    return (asset.title.lower(), *(".".join(path[i:]) for i in range(len(path))))


def _whole_name(asked: str, asset: Asset) -> bool:
    return asked in _names(asset)


def _prefix(asked: str, asset: Asset) -> bool:
    return bool(asked) and any(name.startswith(asked) for name in _names(asset))


def _tokens(text: str) -> set[str]:
    return {token for token in re.split(r"[^0-9a-z]+", text.lower()) if token}


def _all_tokens(asked: str, asset: Asset) -> bool:
    wanted = _tokens(asked)
    return bool(wanted) and wanted <= _tokens(" ".join((asset.title, asset.kind, *asset.key.path)))


def _corrected(asked: str, asset: Asset) -> bool:
    wanted, there = _tokens(asked), _tokens(" ".join((asset.title, *asset.key.path)))
    return bool(wanted) and all(difflib.get_close_matches(token, there, n=1, cutoff=0.75) for token in wanted)


def key_of(name: str, *, system: str = SYSTEM, database: str = DATABASE) -> AssetKey:
    """The key that `graph_of` gives a name: "marts.revenue" or "dashboard:Sales/Exec revenue"."""
    kind, bare = _kind_of(name)
    if kind is not None and kind.is_read_by_people:
        return AssetKey(BI, tuple(bare.split("/")))
    return (
        AssetKey(system, (database, *bare.split("."))) if kind is not AssetKind.DATABASE else AssetKey(system, (bare,))
    )


def graph_of(text: str, *, system: str = SYSTEM, database: str = DATABASE, now: datetime = NOW) -> MemoryGraph:
    """The graph that the text draws, by the grammar at the top. Raises ValueError on a name it cannot read."""
    sketch = _Sketch(system=system, database=database, now=now)
    for line in re.split(r"[;\n]", text):
        if said := line.strip():
            sketch.read(said)
    return sketch.graph()


_NAME = re.compile(r"^(?P<name>[^()@+>~\[\]]+?)\s*(?:\((?P<columns>[^)]*)\))?$")
_READS = re.compile(
    r"^(?P<login>\S+?)(?P<machine>!?) (?P<does>reads|updates|loads) (?P<name>.+?)(?: (?P<n>\d+))?(?: (?P<days>\d+)d)?$"
)
_GONE = re.compile(r"^(?P<name>.+?) gone(?: (?P<days>\d+)d)?$")
_SCANNED = re.compile(r"^(?P<name>.+?) scanned(?: (?P<days>\d+)d)?$")
_LOG_FROM = re.compile(r"^log from (?P<days>\d+)d$")
_PUZZLING = re.compile(r"^not understood (?P<name>.+?)(?: (?P<n>\d+))?$")
_AGE = re.compile(r"\s*\[(?P<days>\d+)d\]$")


@dataclass(slots=True)
class _Sketch:
    """What the lines read so far have drawn."""

    system: str
    database: str
    now: datetime
    assets: dict[AssetKey, Asset] = field(default_factory=dict)
    edges: dict[Edge, None] = field(default_factory=dict)
    columns: dict[AssetKey, tuple[Column, ...]] = field(default_factory=dict)
    owners: dict[AssetKey, tuple[Owner, ...]] = field(default_factory=dict)
    tags: dict[AssetKey, tuple[str, ...]] = field(default_factory=dict)
    uses: list[Use] = field(default_factory=list)
    people: dict[str, Person] = field(default_factory=dict)
    puzzling: dict[AssetKey, int] = field(default_factory=dict)
    log_days: int = 400

    def read(self, line: str) -> None:
        if match := _PUZZLING.match(line):
            self.puzzling[self.asset(match["name"]).key] = int(match["n"] or 1)
        elif match := _READS.match(line):
            self.read_use(match)
        elif match := _GONE.match(line):
            asset = self.asset(match["name"])
            gone_at = self.now - timedelta(days=int(match["days"] or 0))
            self.assets[asset.key] = replace(asset, gone_at=gone_at)
        elif match := _SCANNED.match(line):
            asset = self.asset(match["name"])
            self.assets[asset.key] = replace(asset, last_scanned=self.now - timedelta(days=int(match["days"] or 0)))
        elif match := _LOG_FROM.match(line):
            self.log_days = int(match["days"])
        elif ">" in line:
            self.read_chain(line)
        elif "@" in line or "+" in line:
            self.read_curation(line)
        else:
            self.read_columns(line)

    def asset(self, said: str) -> Asset:
        kind, bare = _kind_of(said.strip())
        known = next((a for a in self.assets.values() if bare in (a.title, "/".join(a.key.path))), None)
        if known is not None and kind in (None, known.kind):
            return known
        key = key_of(said.strip(), system=self.system, database=self.database)
        title = bare.split("/")[-1] if key.system == BI else bare
        asset = Asset(key, kind or AssetKind.TABLE, title)
        self.assets[key] = asset
        return asset

    def end(self, said: str) -> tuple[Asset, tuple[str, ...]]:
        match = _NAME.match(said.strip())
        if match is None:
            raise ValueError(f"cannot read {said.strip()!r} as a name")
        columns = tuple(part.strip() for part in (match["columns"] or "").split(",") if part.strip())
        return self.asset(match["name"]), columns

    def read_chain(self, line: str) -> None:
        age = _AGE.search(line)
        seen = self.now - timedelta(days=int(age["days"]) if age else 0)
        parts = re.split(r"(~>|>)", line[: age.start()] if age else line)
        groups = [[self.end(said) for said in _outside_brackets(part)] for part in parts[::2]]
        for (sources, targets), arrow in zip(pairwise(groups), parts[1::2], strict=True):
            for source, source_columns in sources:
                for target, target_columns in targets:
                    kind = EdgeKind.REFERENCE if arrow == "~>" else EdgeKind.FLOW
                    self.link(source, source_columns, target, target_columns, kind, seen)

    def link(
        self,
        source: Asset,
        source_columns: tuple[str, ...],
        target: Asset,
        target_columns: tuple[str, ...],
        kind: EdgeKind,
        seen: datetime,
    ) -> None:
        bound = Binding.BY_OBJECT if target.kind in _BOUND else Binding.BY_NAME
        whole = Edge(source.key, target.key, kind, binding=bound, first_seen=seen, last_seen=seen, evidence="sketch")
        self.edges[whole] = None
        for column in source_columns:
            if kind is EdgeKind.FLOW and target_columns:
                for into in target_columns:
                    flow = replace(whole, source_column=column, target_column=into, how=How.COMPUTED)
                    self.edges[flow] = None
            else:
                use = replace(whole, kind=EdgeKind.REFERENCE, source_column=column, how=How.FILTERED)
                self.edges[use] = None
        self.name_columns(source.key, source_columns)
        self.name_columns(target.key, target_columns)

    def name_columns(self, key: AssetKey, names: Iterable[str]) -> None:
        there = self.columns.get(key, ())
        fresh = [Column(name) for name in names if all(name != column.name for column in there)]
        if fresh:
            self.columns[key] = (*there, *fresh)

    def read_columns(self, line: str) -> None:
        asset, columns = self.end(line)
        typed = [Column(*column.split(None, 1)) for column in columns]
        if typed:
            spelled = {column.name for column in typed}
            rest = [c for c in self.columns.get(asset.key, ()) if c.name not in spelled]
            self.columns[asset.key] = (*typed, *rest)

    def read_curation(self, line: str) -> None:
        name, *marks = re.split(r"\s+(?=[@+])", line)
        key = self.asset(name).key
        owners = [_owner(mark[1:]) for mark in marks if mark.startswith("@")]
        tags = [mark[1:] for mark in marks if mark.startswith("+")]
        self.owners[key] = (*self.owners.get(key, ()), *owners)
        self.tags[key] = (*self.tags.get(key, ()), *tags)

    def read_use(self, match: re.Match[str]) -> None:
        asset, columns = self.end(match["name"])
        login, machine = match["login"], bool(match["machine"])
        self.people[login] = Person(
            id=f"{login}@acme.example", name=login.title(), email=f"{login}@acme.example", machine=machine,
            logins=((self.system, login),),
        )  # fmt: skip
        day = (self.now - timedelta(days=int(match["days"] or 0))).date()
        for column in (None, *columns):
            times = int(match["n"] or 1)
            reads, writes = (times, 0) if match["does"] == "reads" else (0, times)
            scanning = times if match["does"] == "updates" else 0
            self.uses.append(Use(asset.key, column, login, day, reads, writes, machine, scanning))

    def graph(self) -> MemoryGraph:
        return MemoryGraph(
            known=tuple(self.assets.values()),
            links=tuple(self.edges),
            columns_of=dict(self.columns),
            owners_of={key: owners for key, owners in self.owners.items() if owners},
            tags_of={key: tags for key, tags in self.tags.items() if tags},
            use_rows=tuple(self.uses),
            persons=tuple(self.people.values()),
            sources=(
                Freshness(
                    self.system, "postgres", self.now, self.now, log_from=self.now - timedelta(days=self.log_days)
                ),
                Freshness(BI, "declared", self.now, self.now),
            ),
            not_understood=dict(self.puzzling),
        )


def _kind_of(said: str) -> tuple[AssetKind | None, str]:
    prefix, colon, rest = said.partition(":")
    if colon and prefix in _KINDS:
        return _KINDS[prefix], rest.strip()
    return None, said


def _outside_brackets(text: str) -> list[str]:
    return [part for part in re.split(r",(?![^(]*\))", text) if part.strip()]


def _owner(said: str) -> Owner:
    if said.startswith("#"):
        return Owner(OwnerKind.CHANNEL, said, said)
    name = said.partition("@")[0].replace(".", " ").title()
    return Owner(OwnerKind.PERSON, said, name)


@dataclass(slots=True)
class RecordingPoster:
    """A `Poster` that keeps what was said: `posted` in order, `shown` as each message stands now."""

    posted: list[tuple[Destination, Reply, str]] = field(default_factory=list)
    shown: dict[str, Reply] = field(default_factory=dict)

    def post(self, where: Destination, reply: Reply, *, key: str) -> str:
        self.posted.append((where, reply, key))
        message = f"{len(self.posted):010}.000100"
        self.shown[message] = reply
        return message

    def update(self, where: Destination, message: str, reply: Reply) -> None:
        self.shown[message] = reply

    def find(self, where: Destination, key: str, since: datetime) -> str | None:
        at = next((n for n, (_, _, posted) in enumerate(self.posted, 1) if posted == key), None)
        return None if at is None else f"{at:010}.000100"
