"""What one statement means: the parts of an `Understanding`, and what only this room needs to know."""

from __future__ import annotations

from dataclasses import dataclass, field

from lineagebot.model import (
    AssetKey,
    AssetKind,
    Certainty,
    Column,
    Edge,
    Effect,
    Problem,
    Read,
    Relation,
    Session,
    TemporaryRelation,
)
from lineagebot.sql.acts import Act, Parts
from lineagebot.sql.catalog import Catalog
from lineagebot.sql.dialects import Dialect
from lineagebot.sql.families import family
from lineagebot.sql.quick import quick
from lineagebot.sql.routine import Routine
from lineagebot.sql.session import TEMPORARY_SCHEMA, located, made, temporary
from lineagebot.sql.shapes import Feeds


@dataclass(frozen=True, slots=True)
class Meaning:
    """One statement. `session` is None where it leaves the session as it was."""

    effects: tuple[Effect, ...] = ()
    reads: tuple[Read, ...] = ()
    #: Columns that it reads of what it writes: MERGE INTO t ... ON t.id. No use of the table, but gone they break it.
    own_reads: tuple[Read, ...] = ()
    edges: tuple[Edge, ...] = ()
    outputs: tuple[Column, ...] = ()
    problems: tuple[Problem, ...] = ()
    literals_matter: bool = False
    session: Session | None = None
    #: The change of the session ends with the transaction (SET LOCAL).
    local: bool = False
    #: Assets that are read as a whole, temp tables dissolved.
    inputs: tuple[AssetKey, ...] = ()
    #: What feeds the columns of each asset it writes; of a SELECT with None for the asset.
    flows: tuple[tuple[AssetKey | None, str, Feeds], ...] = ()
    #: Columns that decide which rows there are, and how (`shapes.REFERENCE`).
    references: Feeds = field(default_factory=dict)
    #: Assets of which every column goes into the answer or what is written, though nobody lists them.
    passed: tuple[AssetKey, ...] = ()
    #: What it does to the text around it: run code, call a routine, end a transaction.
    act: Act | None = None
    #: It stands in the body of a routine that the text only defines.
    stored: bool = False


@dataclass(frozen=True, slots=True)
class Target:
    """What a statement writes to."""

    key: AssetKey
    relation: Relation | None = None
    temporary: TemporaryRelation | None = None
    #: The part of it that the name means: t$20240101.
    partition: str | None = None

    @property
    def kind(self) -> AssetKind:
        return self.relation.kind if self.relation is not None else AssetKind.TABLE

    @property
    def columns(self) -> tuple[Column, ...]:
        known = self.temporary or self.relation
        return known.columns if known is not None else ()


@dataclass(slots=True)
class Memory:
    """What the statements of one text have told those after them."""

    #: The texts that a variable may have; () where only the run tells.
    variables: dict[str, tuple[str, ...]] = field(default_factory=dict)
    #: The texts of prepared statements; None where the text is not told.
    prepared: dict[str, str | None] = field(default_factory=dict)
    routines: dict[Parts, Routine] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Context:
    """Where a statement stands: its text, and the session and the catalog as the statements before it left them."""

    dialect: Dialect
    session: Session
    catalog: Catalog
    text: str
    position: int = 0
    certainty: Certainty = Certainty.CERTAIN
    #: How deep we are in statements inside statements.
    depth: int = field(default=0)
    memory: Memory = field(default_factory=Memory)
    #: Whether the statement stands in the body of a routine.
    in_body: bool = False

    def target(self, parts: tuple[str, ...]) -> Target:
        """An existing thing that the folded parts name; a temp table is found first."""
        temp = temporary(parts, self.session)
        if temp is not None:
            return _new_target(temporary_key(temp.name, self.session), temporary=temp)
        parts, partition = family(parts, self.session, self.catalog, self.dialect)
        key, relation = located(parts, self.session, self.catalog, self.dialect)
        return _new_target(key, relation, partition=partition)

    def new(self, parts: tuple[str, ...]) -> Target:
        """Where a CREATE of that name puts it, with what stands there now."""
        parts, partition = family(parts, self.session, self.catalog, self.dialect)
        key = made(parts, self.session)
        return Target(key, self.catalog.at(key), partition=partition)


_new_target = quick(Target)
new_meaning = quick(Meaning)
new_context = quick(Context)


def temporary_key(name: str, session: Session) -> AssetKey:
    """A temp table's key: no permanent asset can have it."""
    database = (session.database,) if session.database else ()
    return AssetKey(session.system, (*database, TEMPORARY_SCHEMA, name))
