"""Which asset of one system is meant by what another system says that it reads: never guessed, never by bare name.

A name is completed by its connection's database and schema, and looked up, whole, in the system that the connection
leads to (place.py). Configured mappings win. What is not found is kept with its reason, and is tried again whenever any
system was listed anew: one that is connected later matches then what was unmatched.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from lineagebot.config import NameMapping
from lineagebot.graph.reader import GraphReader
from lineagebot.model import Asset, AssetKey, AssetKind, Column, Edge, EdgeKind, How, Relation, Session, Understanding
from lineagebot.sql.cache import Kept as Remembered
from lineagebot.sql.cache import Understand
from lineagebot.sql.catalog import Catalog
from lineagebot.sql.dialects import NAMES, dialect_of
from lineagebot.sql.families import families
from lineagebot.sql.names import fold, folded_column, names, split_name, unquoted
from lineagebot.sql.system import is_system
from lineagebot.store import cursors
from lineagebot.store.engine import Store
from lineagebot.store.fold import SIGHTING_EVERY
from lineagebot.store.references import (
    FieldRead,
    Kept,
    Place,
    Reference,
    Unmatched,
    Verdict,
    load_references,
    note_verdicts,
    record_matched,
)
from lineagebot.sync.place import leads_to
from lineagebot.sync.source import Source

#: What a BI tool fills in before it asks: Liquid, Jinja, LookML's substitutions and constants.
_TEMPLATE = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|[$@]\{[^{}]*\}", re.DOTALL)
#: What stands for such a piece while the SQL around it is read.
_FILLED_IN = "lineagebot_filled_in"
#: BigQuery takes names after a dot that begin with a digit.
_BIGQUERY_NAME = re.compile(r"[\w-]+(?:\.[\w$*-]+)*")
#: How many parts a whole name has, where it is not three.
_DEPTHS = {"mysql": 2, "clickhouse": 2}
#: These compare a database's name as it is written in the connection.
_LITERAL = frozenset({"postgres", "bigquery"})
#: The names of a reference's SQL are looked up in no system: which one each is in, its whole name decides.
_NOWHERE = "?"
_VIEW = "lineagebot_reference"
#: Texts of SQL whose meaning is kept.
_READ = 10_000

Path = tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Answering:
    """A configured system, where it answers, and where it looks for a short name."""

    system: str
    dialect: str
    places: tuple[Place, ...]
    default_path: tuple[str, ...] = ()

    @staticmethod
    def of(source: Source) -> Answering | None:
        """None for a system without SQL: nobody names its assets by database and schema."""
        if source.dialect is None:
            return None
        return Answering(source.name, source.dialect, source.places, source.default_path)


@dataclass(frozen=True, slots=True)
class Matches:
    """The edges that references became, by the system that said so, and what became of each reference."""

    edges: Mapping[str, Sequence[Edge]]
    verdicts: tuple[Verdict, ...]


@dataclass(slots=True)
class Matcher:
    """Matches what is read elsewhere with what is listed there."""

    answering: tuple[Answering, ...]
    mappings: tuple[NameMapping, ...]
    understand: Understand
    _read: Remembered[object, Understanding] = field(default_factory=lambda: Remembered(_READ))
    #: What was written last, as a number, and when: mostly nothing has changed since.
    _written: tuple[int, datetime] | None = None

    @classmethod
    def of(cls, sources: Iterable[Source], mappings: Iterable[NameMapping], understand: Understand) -> Matcher:
        """The most particular mapping comes first; of two alike the one that stands first."""
        found = tuple(one for one in map(Answering.of, sources) if one is not None)
        return cls(found, tuple(sorted(mappings, key=lambda m: -m.conditions)), understand)

    def match(self, kept: Sequence[Kept], graph: GraphReader) -> Matches:
        """What each reference means by what is listed now."""
        asked = {one.id: tuple(self._asked(one)) for one in kept}
        keys = {key for names_of in asked.values() for name in names_of for key in (*name.keys, *name.families)}
        listed = graph.assets(keys)
        columns = graph.columns(listed.keys())
        edges: dict[str, list[Edge]] = defaultdict(list)
        verdicts = []
        for one in kept:
            found = {name.path: name.found(listed) for name in asked[one.id]}
            became, verdict = self._became(one, found, listed, columns)
            edges[one.system].extend(became)
            verdicts.append(verdict)
        return Matches(edges, tuple(verdicts))

    def is_written(self, found: int, now: datetime) -> bool:
        """Whether just this was written down a short while ago."""
        return self._written is not None and self._written[0] == found and now - self._written[1] < SIGHTING_EVERY

    def wrote(self, found: int, now: datetime) -> None:
        """This stands in the store now."""
        self._written = (found, now)

    def looked_for(self, speaker: str, place: Place, parts: Sequence[str]) -> Name:
        """Where a name as its connection understands it may stand: by the first mapping that holds, else by address."""
        path = _completed(parts, place)
        for mapping in self.mappings:
            if mapping.holds(speaker, place, path):
                target = next((a for a in self.answering if a.system == mapping.to.system), None)
                return Name(path, _keys(mapping.to.system, mapping.moved(path), target))
        there = [a for a in self.answering if any(leads_to(place, each) for each in a.places)]
        return Name(path, tuple(key for a in there for key in _keys(a.system, path, a)), is_connected=bool(there))

    def _asked(self, one: Kept) -> Iterator[Name]:
        """The names that a reference may touch; rather too many than too few."""
        reference = one.reference
        dialect = self._dialect(one)
        if dialect is None:
            return
        if reference.name is not None:
            if not _is_template(reference.name) and (parts := _parts(reference.name, dialect)) is not None:
                yield self.looked_for(one.system, reference.place, parts)
        elif reference.sql is not None:
            for parts in names(_readable(reference.sql), dialect, _session(reference.place)):
                yield self.looked_for(one.system, reference.place, parts)

    def _dialect(self, one: Kept) -> str | None:
        """The connection's dialect; where it tells none, that of the system which a mapping names for it."""
        if one.reference.place.dialect in NAMES:
            return one.reference.place.dialect
        place = one.reference.place
        for mapping in self.mappings:
            if mapping.holds(one.system, place, (place.database, place.schema, None)):
                return next((a.dialect for a in self.answering if a.system == mapping.to.system), None)
        return None

    def _became(
        self,
        one: Kept,
        found: Mapping[Path, Hit],
        listed: Mapping[AssetKey, Asset],
        columns: Mapping[AssetKey, tuple[Column, ...]],
    ) -> tuple[list[Edge], Verdict]:
        dialect, reference = self._dialect(one), one.reference
        if reference.name is not None and _is_template(reference.name):
            return [], Verdict(one.id, Unmatched.TEMPLATE, (_shown(reference),))
        if dialect is None:
            return [], Verdict(one.id, Unmatched.NOT_CONNECTED, (_shown(reference),))
        if reference.sql is None:
            if not found:
                return [], Verdict(one.id, Unmatched.UNREADABLE, (_shown(reference),))
            ((path, hit),) = found.items()
            if hit.key is None:
                return [], Verdict(one.id, hit.why, (_written(path),))
            return _read_whole(reference, hit.key, columns.get(hit.key, ()), dialect), Verdict(one.id)
        return self._queried(one, dialect, found, listed, columns)

    def _queried(
        self,
        one: Kept,
        dialect: str,
        found: Mapping[Path, Hit],
        listed: Mapping[AssetKey, Asset],
        columns: Mapping[AssetKey, tuple[Column, ...]],
    ) -> tuple[list[Edge], Verdict]:
        """A text of SQL, read as the view that it could be."""
        reference = one.reference
        relations = []
        for path, hit in found.items():
            if hit.key is not None and None not in path:
                kind = listed[hit.key].kind
                as_written = AssetKey(_NOWHERE, tuple(part for part in path if part is not None))
                relations.append(
                    Relation(as_written, AssetKind.TABLE if kind is None else kind, columns.get(hit.key, ()))
                )
        meaning = self._meaning(reference, dialect, Catalog(tuple(sorted(relations, key=lambda r: r.key))))
        edges: list[Edge] = []
        missing: dict[str, None] = {}
        why: Unmatched | None = None
        for edge in meaning.edges:
            if edge.target.name.lower() != _VIEW or is_system(edge.source, dialect):
                continue
            if any(_FILLED_IN in part for part in edge.source.path):
                why = why or Unmatched.TEMPLATE
                missing[_shown(reference)] = None
                continue
            if _FILLED_IN in (edge.source_column, edge.target_column):
                continue
            hit = found.get(edge.source.path) or self._named(one, edge.source.path, listed)
            if hit.key is None:
                why = why or hit.why
                missing[_written(edge.source.path)] = None
                continue
            edges.extend(_as_read(replace(edge, source=hit.key), reference))
        if not meaning.edges and (meaning.problems or meaning.understood < meaning.statements):
            why = Unmatched.TEMPLATE if _is_template(reference.sql or "") else Unmatched.UNREADABLE
            return edges, Verdict(one.id, why, (_shown(reference),))
        return edges, Verdict(one.id, why, tuple(missing))

    def _named(self, one: Kept, path: tuple[str, ...], listed: Mapping[AssetKey, Asset]) -> Hit:
        return self.looked_for(one.system, one.reference.place, path).found(listed)

    def _meaning(self, reference: Reference, dialect: str, catalog: Catalog) -> Understanding:
        sql = _readable(reference.sql or "")
        key = (dialect, sql, reference.place, catalog.relations)
        meaning = self._read.get(key)
        if meaning is None:
            meaning = self.understand(f"create view {_VIEW} as {sql}", dialect, _session(reference.place), catalog)
            self._read.put(key, meaning)
        return meaning


@dataclass(frozen=True, slots=True)
class Hit:
    """What a name is found to be, or why it is nothing."""

    key: AssetKey | None = None
    why: Unmatched | None = None


@dataclass(frozen=True, slots=True)
class Name:
    """A name completed as far as it can be, and the keys that it may have."""

    path: Path
    keys: tuple[AssetKey, ...]
    is_connected: bool = True

    @property
    def families(self) -> tuple[AssetKey, ...]:
        """What a date shard's or a wildcard's name belongs to."""
        return tuple(
            AssetKey(key.system, (*key.path[:-1], name)) for key in self.keys for name in families(key.path[-1])
        )

    def found(self, listed: Mapping[AssetKey, Asset]) -> Hit:
        if not self.is_connected:
            return Hit(why=Unmatched.NOT_CONNECTED)
        for keys in (self.keys, self.families):
            there = [key for key in dict.fromkeys(keys) if key in listed]
            if there:
                return Hit(there[0]) if len(there) == 1 else Hit(why=Unmatched.AMBIGUOUS)
        return Hit(why=Unmatched.NOT_LISTED)


def rematch(
    store: Store, graph: GraphReader, matcher: Matcher, *, listed: str, now: datetime, epoch: int | None = None
) -> None:
    """Match all references of all systems anew, after the system `listed` was. Raises StoreTrouble.

    What is meant is found out before the writing begins: nobody waits for it.
    """
    with store.begin() as tx:
        kept = load_references(tx)
    matches = matcher.match(kept, graph)
    found = hash((matches.verdicts, *((s, *matches.edges[s]) for s in sorted(matches.edges))))
    if matcher.is_written(found, now):
        return
    with store.begin() as tx:
        cursors.check_epoch(tx, epoch)
        note_verdicts(tx, matches.verdicts)
        record_matched(tx, matches.edges, systems={listed, *(one.system for one in kept)}, at=now)
    matcher.wrote(found, now)


def _completed(parts: Sequence[str], place: Place) -> Path:
    """The whole name, None for each part that neither it nor its connection tells."""
    dialect = place.dialect or ""
    wanted = _DEPTHS.get(dialect, 3) - len(parts)
    around = (place.database, place.schema) if _DEPTHS.get(dialect, 3) == 3 else (place.database or place.schema,)
    return (*(_folded(part, dialect) for part in around[: max(0, wanted)]), *parts)


def _folded(said: str | None, dialect: str) -> str | None:
    if not said or dialect in _LITERAL or dialect not in NAMES:
        return said or None
    return fold(said, dialect)


def _keys(system: str, path: Path, answering: Answering | None) -> tuple[AssetKey, ...]:
    """The key that a path has in a system; what it leaves out is that system's default, where the rest agrees."""
    default = answering.default_path if answering is not None else ()
    parts: list[str] = []
    for place, part in enumerate(path):
        if part is None:
            agrees = tuple(parts) == default[:place]
            if not agrees or place >= len(default):
                return ()
            part = default[place]
        parts.append(part)
    return (AssetKey(system, tuple(parts)),)


def _session(place: Place) -> Session:
    path = _completed(("",), place)[:-1]
    return Session(_NOWHERE, path[0] if path else None, tuple(part for part in path[1:] if part))


def _read_whole(reference: Reference, key: AssetKey, columns: Sequence[Column], dialect: str) -> list[Edge]:
    whole = Edge(key, reference.reader, layer=reference.layer)
    edges = {whole: None}
    for read in reference.fields:
        column = _column(read.column, columns, dialect)
        if column is not None:
            kind = EdgeKind.FLOW if read.field else EdgeKind.REFERENCE
            edges[replace(whole, kind=kind, source_column=column, target_column=read.field, how=read.how)] = None
    return list(edges)


def _column(written: str, columns: Sequence[Column], dialect: str) -> str | None:
    """The column that is meant; of a struct's field the struct. None where the columns are known and it is none."""
    known = dialect_of(dialect)
    quoted = written[:1] in ('"', "`", "[")
    name = folded_column(unquoted(written) if quoted else written, known, quoted=quoted)
    if not columns:
        return name
    there = {column.name for column in columns}
    for each in (name, name.split(".")[0]):
        if each in there:
            return each
    alike = [column for column in there if column.lower() == name.split(".")[0].lower()]
    return alike[0] if len(alike) == 1 else None


def _as_read(edge: Edge, reference: Reference) -> Iterator[Edge]:
    """An edge into the view that the SQL could be, as one into its reader and the fields there."""
    into = replace(edge, target=reference.reader, layer=reference.layer, evidence=None)
    if edge.target_column is None:
        yield into
        return
    output = edge.target_column.lower()
    named = [read for read in reference.fields if read.column.lower() == output]
    for read in named or (FieldRead(edge.target_column, edge.target_column),):
        how = edge.how if read.how is How.COPIED else read.how
        if read.field is None:
            yield replace(into, kind=EdgeKind.REFERENCE, target_column=None, how=how)
        else:
            yield replace(into, target_column=read.field, how=how)


def _is_template(text: str) -> bool:
    return _TEMPLATE.search(text) is not None


def _readable(sql: str) -> str:
    """The SQL with a word in place of each piece that is filled in later."""
    return _TEMPLATE.sub(_FILLED_IN, sql).strip().rstrip(";")


def _parts(name: str, dialect: str) -> tuple[str, ...] | None:
    if dialect == "bigquery" and _BIGQUERY_NAME.fullmatch(name.strip()):
        return tuple(name.strip().split("."))
    return split_name(name, dialect)


def _shown(reference: Reference) -> str:
    """A reference as people see it; of a text no more than what it was asked for."""
    return reference.name if reference.name is not None else f"SQL of {reference.reader.name}"


def _written(path: Path) -> str:
    return ".".join(part or "?" for part in path)
