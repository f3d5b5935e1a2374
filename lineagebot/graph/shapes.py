"""The shapes of an impact: what is hit, who is hurt and how, and what the database itself would refuse."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

from lineagebot.graph.harm import Harm
from lineagebot.graph.usage import Reader
from lineagebot.model import Asset, AssetKey, AssetKind, Coverage, Effect, Owner


class Verdict(StrEnum):
    BREAKS = "breaks"
    #: Nobody was seen to use it, and the graph is fresh enough to say that much.
    NO_KNOWN_CONSUMER = "no known consumer"
    CANNOT_TELL = "cannot tell"


@dataclass(frozen=True, slots=True)
class Target:
    """One asset that an effect hits. An effect on a schema has a target for each asset inside."""

    key: AssetKey
    #: None where the graph has never heard of it.
    asset: Asset | None
    effect: Effect
    owners: tuple[Owner, ...] = ()
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Consumer:
    """Something downstream that is hurt, or may be."""

    asset: Asset
    #: BREAKS, or CANNOT_TELL where it lies downstream but nobody knows which columns it uses.
    verdict: Verdict
    #: From the target to this consumer, both included; the shortest.
    path: tuple[AssetKey, ...]
    #: The columns of the target that it uses, as far as they are known.
    columns: tuple[str, ...] = ()
    owners: tuple[Owner, ...] = ()
    readers_30d: int = 0
    last_read: date | None = None
    #: When the edge it hangs on was last seen at work; None where it is no fact of a log.
    last_seen: datetime | None = None
    harm: Harm = Harm.BREAKS
    #: Days since `last_seen` where that is long ago (a quarterly report is a consumer); None where it is fresh.
    stale_days: int | None = None


class RefusalKind(StrEnum):
    """Why the database itself would not run the statement as it is written."""

    #: Bound views depend on it, and there is no CASCADE.
    DEPENDENTS = "dependents"
    #: ... and CASCADE does not exist for it (a change of type, a lossy CREATE OR REPLACE VIEW).
    DEPENDENTS_NO_CASCADE = "dependents, no cascade"
    #: CREATE OR REPLACE VIEW may only add columns at the end.
    REPLACE_LOSES_COLUMNS = "replace loses columns"
    #: A schema that holds something is dropped only with CASCADE.
    NOT_EMPTY = "not empty"
    #: It is gone already.
    GONE = "gone"
    #: DROP TABLE on a view, DROP VIEW on a table.
    OTHER_KIND = "other kind"


@dataclass(frozen=True, slots=True)
class Refusal:
    """What Postgres (and Redshift) would refuse; other systems know no bound views."""

    target: AssetKey
    kind: RefusalKind
    effect: Effect
    #: What stands in the way.
    dependents: tuple[Asset, ...] = ()
    #: What the target is, where that is the reason.
    is_a: AssetKind | None = None


@dataclass(frozen=True, slots=True)
class Beyond:
    """The consumers that are not told one by one because there are so many: counted exactly, and named."""

    counts: Mapping[tuple[AssetKind, Verdict, Harm], int] = field(default_factory=dict)
    keys: Collection[AssetKey] = ()
    #: Who answers for what people open among them.
    owners: tuple[Owner, ...] = ()


@dataclass(frozen=True, slots=True)
class Impact:
    """What some effects do to everything downstream."""

    targets: tuple[Target, ...]
    verdict: Verdict
    #: Dashboards first, then what people opened most, then the nearest; where there are very many, the loudest.
    consumers: tuple[Consumer, ...]
    #: Who reads the targets themselves; people before machines.
    readers: tuple[Reader, ...]
    coverage: Coverage
    #: Sentences: why the verdict is less sure than it looks.
    unsure: tuple[str, ...] = ()
    #: True where a cap ended the walk: there are more consumers than these.
    cut: bool = False
    #: What the database itself would refuse.
    refused: tuple[Refusal, ...] = ()
    #: What would follow a rename unharmed: bound views.
    followers: tuple[Consumer, ...] = ()
    #: All other consumers.
    beyond: Beyond = field(default_factory=Beyond)

    @property
    def dashboards(self) -> tuple[Consumer, ...]:
        """The consumers that a person opens."""
        return tuple(c for c in self.consumers if c.asset.kind.is_read_by_people)

    def by_kind(self, *verdicts: Verdict) -> Mapping[AssetKind, int]:
        """How many consumers of each kind there are, with one of these verdicts."""
        counted = Counter(c.asset.kind for c in self.consumers if c.verdict in verdicts)
        for (kind, verdict, _), number in self.beyond.counts.items():
            if verdict in verdicts:
                counted[kind] += number
        return counted

    def harms(self, verdict: Verdict) -> frozenset[Harm]:
        """All that happens to the consumers with this verdict."""
        beyond = {harm for (_, one, harm), number in self.beyond.counts.items() if one is verdict and number}
        return frozenset(beyond.union(c.harm for c in self.consumers if c.verdict is verdict))

    def without_consumers(self) -> Impact:
        return replace(self, consumers=(), beyond=Beyond())
