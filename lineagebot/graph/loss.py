"""What is lost at the start, what a loss reaches, and how much of that is to be told in full."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol, runtime_checkable

from lineagebot.model import Asset, AssetKey, AssetKind, Owner


@dataclass(frozen=True, slots=True)
class Loss:
    """What is lost at the start: the asset as a whole (`columns` None), or some of its columns."""

    key: AssetKey
    columns: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """One asset that the loss reaches."""

    asset: Asset
    #: False where it lies downstream and nobody knows whether it uses what is lost.
    certain: bool
    #: From the start to this asset, both included.
    path: tuple[AssetKey, ...]
    #: Columns of the start that it uses, as far as they are known.
    columns: tuple[str, ...]
    #: When the edge it hangs on was last at work; None where the edge is a fact that does not age.
    last_seen: datetime | None
    #: Bound to the object by every edge back to the start: the database drops it along, or follows a rename.
    bound: bool


@dataclass(frozen=True, slots=True)
class Rest:
    """What was reached besides the hits told in full: counted exactly, and named."""

    #: (kind, certain, bound) → how many.
    counts: Mapping[tuple[AssetKind, bool, bool], int] = field(default_factory=dict)
    keys: Collection[AssetKey] = ()
    #: Who answers for what people open among them, each once.
    owners: tuple[Owner, ...] = ()


@dataclass(frozen=True, slots=True)
class Spread:
    #: Nearest first.
    hits: tuple[Hit, ...]
    #: Bound consumers of the start that a rename leaves unharmed; nothing beyond them was walked.
    followers: tuple[Hit, ...]
    cut: bool
    rest: Rest = field(default_factory=Rest)


@dataclass(frozen=True, slots=True)
class Loudest:
    """Which hits are worth a record each where there are very many."""

    most: int
    #: Readers count from this day on.
    since: date
    #: Hit already, by the statement itself.
    besides: Collection[AssetKey] = ()


@runtime_checkable
class Spreads(Protocol):
    """A GraphReader that follows a loss by itself, to the end however far that is."""

    def spread(
        self,
        losses: Sequence[Loss],
        *,
        bound_follow: bool,
        past: Collection[AssetKey],
        before: datetime | None,
        loudest: Loudest,
    ) -> Spread:
        """As spread.spread has it, without a cap; all but the loudest hits are counted only."""
        ...
