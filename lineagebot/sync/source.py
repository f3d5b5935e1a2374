"""What every outside system is to us: the `Source` and `Probe` Protocols, and the records that they hand over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from lineagebot.model import Asset, AssetKey, Column, Edge, Gone, Layer, Owner, Person, Problem, Session, Statement, Use
from lineagebot.store.awaited import Ran
from lineagebot.store.references import Place, Reference


@dataclass(frozen=True, slots=True)
class InventoryItem:
    """One asset as its system describes it now."""

    asset: Asset
    #: None where the system does not tell columns; () where it has none.
    columns: tuple[Column, ...] | None = None
    native_id: str | None = None
    #: A view's text.
    definition: str | None = None
    owners: tuple[Owner, ...] = ()
    tags: tuple[str, ...] = ()
    #: How often the system's own counters saw it read since they were last reset; None where it does not count.
    scans: int | None = None
    #: When it was last read, by those counters; None where they keep no time.
    last_scanned: datetime | None = None
    #: What the system tells of it beyond that: ("tests", "3 pass"), ("column amount", "in cents").
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Definition:
    """The SQL that an asset is filled with, as its system keeps it: which column comes from which is read from it."""

    target: AssetKey
    #: How `dialect` writes the target's name.
    name: str
    text: str
    dialect: str
    #: What it is built from, by its system's own word: what else the text may name is no edge of that layer.
    inputs: tuple[AssetKey, ...]
    layer: Layer


@dataclass(frozen=True, slots=True)
class Inventory:
    """All that a system says stands in it at one moment. What it no longer lists is gone (`gone_at`)."""

    system: str
    as_of: datetime
    items: tuple[InventoryItem, ...]
    edges: tuple[Edge, ...] = ()
    people: tuple[Person, ...] = ()
    problems: tuple[Problem, ...] = ()
    #: What its assets read in other systems, in its own words: sync/match.py finds what is meant.
    references: tuple[Reference, ...] = ()
    #: Its own count of who opened what; a day that is listed again replaces what was said of it.
    views: tuple[Use, ...] = ()
    #: What is built from others stands after them.
    definitions: tuple[Definition, ...] = ()
    #: The same mark means the same list: it need not be written down again. None: the source keeps none.
    mark: str | None = None
    #: False where only a part was listed: nothing may be taken as gone.
    complete: bool = True


@dataclass(frozen=True, slots=True)
class LoggedStatement:
    """A statement of the log with the session it ran in."""

    statement: Statement
    session: Session


@dataclass(frozen=True, slots=True)
class Page:
    """A piece of a log. `cursor` is opaque JSON text that continues right after it; holds no statement text."""

    statements: tuple[LoggedStatement, ...]
    cursor: str
    #: All statements that began before it have been handed over, by the source's clock.
    watermark: datetime | None
    #: Records of the log that could not be read, said for a person.
    problems: tuple[Problem, ...] = ()
    #: Log records read, whether statements or not; for progress.
    records: int = 0
    #: True where the log continues right now (more pages follow).
    more: bool = False
    #: Sessions that ended: their temp tables are gone.
    ended: tuple[str, ...] = ()
    #: What ran statements of other systems, by those systems' ids of them.
    ran: tuple[Ran, ...] = ()


@dataclass(frozen=True, slots=True)
class Check:
    """One line of `doctor`. `remedy` is what to run or do, for what is not `ok`."""

    name: str
    ok: bool
    says: str
    remedy: str | None = None


class Source(Protocol):
    """One configured system. Methods raise errors.SourceTrouble; single records that cannot be read are Problems."""

    name: str
    kind: str
    #: The dialect of its SQL; None for a system without SQL.
    dialect: str | None

    @property
    def default_path(self) -> tuple[str, ...]:
        """Database and search path that a name is read in where nobody says more; () for a system without SQL."""
        ...

    @property
    def places(self) -> tuple[Place, ...]:
        """Where it answers, so that another system's connection is known to mean it; () where nobody connects."""
        ...

    def check(self) -> tuple[Check, ...]:
        """Reachable, permitted, fresh: each with its remedy. Never raises."""
        ...

    def inventory(self) -> Inventory | None:
        """What stands there now; None for a source without a catalog."""
        ...

    def pull(self, cursor: str | None) -> Iterator[Page]:
        """The log from `cursor` (None: the earliest kept) to the log's end now, oldest first."""
        ...

    def close(self) -> None: ...


@runtime_checkable
class Probe(Protocol):
    """A source that can tell what stands now. Time-out 3 s; raises errors.CannotSay where it cannot tell."""

    def columns(self, key: AssetKey) -> tuple[Column, ...] | Gone: ...
