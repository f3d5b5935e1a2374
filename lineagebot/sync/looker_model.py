"""Looker in its own words: views over tables, explores over views, tiles over explores, dashboards and looks of tiles.

Whether the API or LookML files told them, what follows from them (looker_graph.py) is the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from lineagebot.model import AssetKind, How, Session
from lineagebot.sql.catalog import Catalog
from lineagebot.sql.understand import understand
from lineagebot.store.references import FieldRead, Place

#: Types of measures that fold many rows into one value.
AGGREGATES = frozenset(
    {"sum", "average", "avg", "min", "max", "count", "count_distinct", "list", "median", "percentile", "running_total",
     "sum_distinct", "average_distinct", "median_distinct", "percentile_distinct", "percent_of_total"}
)  # fmt: skip
#: A field's text may name fields that name fields.
_DEEPEST = 20
_PART = r'(?:`[^`]+`|"[^"]+"|\[[^\]]+\]|\w+)'
_COLUMN = re.compile(rf"\$\{{(\w+)\}}\s*\.\s*({_PART}(?:\.\w+)*)")
_FIELD = re.compile(r"\$\{(?:(\w+)\.)?(\w+)(?:::\w+)?\}")
_PLAIN = re.compile(rf"\s*{_PART}\s*")
#: A literal: what looks like a name in it is none.
_LITERAL = re.compile(r"'(?:[^']|'')*'")
_LIQUID = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Field:
    """A dimension, a measure or a group of dimensions of a view. `sql` None: a column of its own name, or a count."""

    name: str
    kind: str
    sql: str | None = None
    type: str | None = None

    @property
    def how(self) -> How | None:
        """AGGREGATED for what folds rows; None: its text decides."""
        return How.AGGREGATED if self.kind == "measure" and self.type in AGGREGATES else None


@dataclass(frozen=True, slots=True)
class View:
    """One view of one model. `tables` and `sqls` hold each value that its Liquid can take."""

    model: str
    name: str
    connection: str | None = None
    tables: tuple[str, ...] = ()
    sqls: tuple[str, ...] = ()
    #: A native derived table: the explore that it asks, and its columns with the fields that they show.
    explore: str | None = None
    columns: tuple[tuple[str, str], ...] = ()
    fields: tuple[Field, ...] = ()
    url: str | None = None
    description: str | None = None

    def reads(self, dialect: str | None) -> Iterator[FieldRead]:
        """Which column of what it stands on each field shows."""
        known = {one.name: one for one in self.fields}
        for one in self.fields:
            plain, columns = _columns(one, self, known, dialect or "ansi")
            how = one.how or (How.COPIED if plain else How.COMPUTED)
            for column in columns:
                yield FieldRead(column, one.name, how)

    def field_of(self, name: str) -> str | None:
        """Its field of that name; of created_month the group `created`."""
        names = {one.name for one in self.fields}
        if name in names:
            return name
        groups = [g.name for g in self.fields if g.kind == "dimension_group" and name.startswith(f"{g.name}_")]
        return max(groups, key=len, default=None)


@dataclass(frozen=True, slots=True)
class Join:
    """A view that an explore takes in, under the name that its fields are asked by."""

    alias: str
    view: str
    #: Fields on which it is joined, as "alias.field".
    on: tuple[str, ...] = ()
    #: Taken out of a column of another view (UNNEST): it is no table of its own.
    nested: bool = False


@dataclass(frozen=True, slots=True)
class Explore:
    """What people choose fields from. The first of `joins` is its base."""

    model: str
    name: str
    label: str
    connection: str | None
    joins: tuple[Join, ...]
    url: str | None = None
    #: Fields by which all that is asked of it is filtered.
    always: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Query:
    """What a tile asks: fields of an explore, or SQL over a connection."""

    model: str | None = None
    explore: str | None = None
    fields: tuple[str, ...] = ()
    #: Fields that filter alone.
    filters: tuple[str, ...] = ()
    sql: str | None = None
    connection: str | None = None
    #: Looker's own, by which its SQL can be asked for.
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Tile:
    """A part of a dashboard; one that shows no data (text, a button) is none."""

    id: str
    title: str
    queries: tuple[Query, ...]


@dataclass(frozen=True, slots=True)
class Board:
    """A dashboard, or a look (a REPORT, whose one tile is itself)."""

    id: str
    kind: AssetKind
    title: str
    folder: tuple[str, ...]
    tiles: tuple[Tile, ...]
    url: str | None = None
    description: str | None = None
    owner: str | None = None
    personal: bool = False
    last_viewed: datetime | None = None
    view_count: int | None = None


@dataclass(frozen=True, slots=True)
class User:
    id: str
    name: str
    email: str | None


@dataclass(frozen=True, slots=True)
class Opened:
    """How often one user opened a dashboard or look on a day."""

    kind: AssetKind
    board: str
    user: str
    day: date
    times: int


@dataclass(frozen=True, slots=True)
class Looker:
    """All of one instance."""

    connections: Mapping[str, Place] = field(default_factory=dict)
    views: tuple[View, ...] = ()
    explores: tuple[Explore, ...] = ()
    boards: tuple[Board, ...] = ()
    users: tuple[User, ...] = ()
    opened: tuple[Opened, ...] = ()
    problems: tuple[str, ...] = ()
    #: False where something was not shown to us: then nothing may be taken as gone.
    complete: bool = True


def fields_named(text: str | None) -> tuple[str, ...]:
    """The "view.field" that a piece of LookML names: a join's condition, a filter, a calculation."""
    found = (f"{view}.{name}" for view, name in _FIELD.findall(text or "") if view)
    return tuple(dict.fromkeys(found))


def _columns(
    one: Field, view: View, known: Mapping[str, Field], dialect: str, seen: frozenset[str] = frozenset()
) -> tuple[bool, tuple[str, ...]]:
    """Whether the field is one column as it is, and the columns that its text reads."""
    if one.kind in ("parameter", "filter") or len(seen) > _DEEPEST or one.name in seen:
        return True, ()
    if one.sql is None:
        return True, () if one.kind == "measure" else (one.name,)
    text = _LITERAL.sub("''", _LIQUID.sub(" ", one.sql)).strip()
    found = dict.fromkeys(column for of, column in _COLUMN.findall(text) if of in ("TABLE", view.name))
    plain = len(found) == 1 and _COLUMN.fullmatch(text) is not None
    rest = _COLUMN.sub(" ", text)
    inner = [name for of, name in _FIELD.findall(rest) if of in ("", view.name) and name != "TABLE"]
    for name in inner:
        target = known.get(name) or known.get(view.field_of(name) or "")
        if target is not None:
            same, columns = _columns(target, view, known, dialect, seen | {one.name})
            plain = plain or (same and _FIELD.fullmatch(text) is not None)
            found |= dict.fromkeys(columns)
    if "${" not in text:
        return _bare(text, dialect)
    return plain, tuple(found)


def _bare(text: str, dialect: str) -> tuple[bool, tuple[str, ...]]:
    """A text that names columns without their table."""
    if _PLAIN.fullmatch(text):
        return not text.isdecimal(), () if text.isdecimal() else (text,)
    sql = f"select {text} from lineagebot_table"  # noqa: S608  (read, never run)
    meaning = understand(sql, dialect, Session("?"), Catalog.empty())
    return False, tuple(dict.fromkeys(read.column for read in meaning.reads if read.column and read.column != "*"))
