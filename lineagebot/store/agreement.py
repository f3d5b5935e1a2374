"""How well a system's own lineage (dbt's manifest) and what the query log has shown agree, asset by asset."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from lineagebot.model import AssetKey, Layer
from lineagebot.store.assets import key_of
from lineagebot.store.engine import Tx
from lineagebot.store.queries import query


@dataclass(frozen=True, slots=True)
class Compared:
    """One asset that the system says is fed. `shown`: the query log has shown something that feeds it."""

    asset: AssetKey
    shown: bool
    #: Full names of what only the system, and what only the log, says feeds it.
    only_told: tuple[str, ...] = ()
    only_shown: tuple[str, ...] = ()

    @property
    def agrees(self) -> bool:
        return self.shown and not self.only_told and not self.only_shown


@dataclass(frozen=True, slots=True)
class Agreement:
    """All of one system, counted."""

    assets: int
    #: Of them, those whose making the log has shown.
    shown: int
    #: Of these, those where both name the same.
    agreeing: int

    @staticmethod
    def of(compared: Iterable[Compared]) -> Agreement:
        found = list(compared)
        return Agreement(len(found), sum(c.shown for c in found), sum(c.agrees for c in found))

    def __str__(self) -> str:
        if not self.shown:
            return f"the query log has shown none of {self.assets:,} models yet"
        unseen = f"; {self.assets - self.shown:,} not seen in the log yet" if self.assets > self.shown else ""
        return f"{self.agreeing:,} of {self.shown:,} models have the same lineage in the query log{unseen}"


def compare(tx: Tx, said_by: str, layer: Layer = Layer.DBT) -> tuple[Compared, ...]:
    """Each asset of other systems that this one says is fed, in the order of names.

    Names that pipelines leave behind are no feeders of anybody's.
    """
    told = _feeders(tx.execute(query("feeders_told"), {"said_by": said_by, "layer": str(layer)}))
    shown = _feeders(tx.execute(query("feeders_shown"), {"targets": list(told)}))
    ids = {number for target, feeders in (*told.items(), *shown.items()) for number in (target, *feeders)}
    rows = tx.execute(query("names_by_number"), {"ids": list(ids)}).mappings().all()
    names = {row["id"]: ".".join(row["path"]) for row in rows if not row["leftover"]}

    def named(numbers: set[int]) -> tuple[str, ...]:
        return tuple(sorted(names[number] for number in numbers if number in names))

    return tuple(
        Compared(
            key_of(row),
            bool(named(seen)),
            named(told[row["id"]] - seen),
            named(seen - told[row["id"]]),
        )
        for row in rows
        if row["id"] in told and row["system"] != said_by
        for seen in [shown.get(row["id"], set())]
    )


def _feeders(rows: Iterable[Any]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for target, source in rows:
        found.setdefault(target, set()).add(source)
    return found


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What a system names in one other system."""

    system: str
    named: int
    #: Full names of those that do not stand there.
    absent: tuple[str, ...]
    #: Whether that system's catalog was ever read: without it, absent says nothing.
    listed: bool

    def __str__(self) -> str:
        if not self.listed:
            return f"{self.named:,} relations in {self.system}, whose catalog was not read yet"
        found = self.named - len(self.absent)
        return f"{found:,} of {self.named:,} relations stand in {self.system}'s catalog"


def named_elsewhere(tx: Tx, said_by: str, layer: Layer = Layer.DBT) -> tuple[Elsewhere, ...]:
    """What this system's edges name in others, system by system."""
    rows = list(tx.execute(query("named_elsewhere"), {"said_by": said_by, "layer": str(layer)}))
    return tuple(
        Elsewhere(
            system,
            len(there),
            tuple(row.name for row in there if not row.stands),
            all(row.listed for row in there),
        )
        for system in dict.fromkeys(row.system for row in rows)
        if (there := [row for row in rows if row.system == system])
    )
