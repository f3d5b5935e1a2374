"""What the fold remembers, is told, asks and answers: its events, its state, and its decisions. Values only."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from pydantic import TypeAdapter

from lineagebot.graph.impact import Impact
from lineagebot.model import Announcement, AssetKey, Column, Effect, Problem, Read, Statement
from lineagebot.policy.rules import Cure


@dataclass(frozen=True, slots=True)
class StatementSeen:
    """One journal entry: a statement (text masked) with its effects."""

    statement: Statement
    fingerprint: str
    effects: tuple[Effect, ...]
    problems: tuple[Problem, ...] = ()
    by_machine: bool = False
    #: Part of a source's first read: it teaches and never pages.
    taught: bool = False
    #: What it would have read, where it failed.
    reads: tuple[Read, ...] = ()


@dataclass(frozen=True, slots=True)
class WatermarkSeen:
    """All statements of `system` that began before `at` have been seen. `late`: our clock waited in vain for more."""

    system: str
    at: datetime
    late: bool = False


class Says(StrEnum):
    """What a source says when it is asked whether a harm still stands."""

    #: The asset is gone.
    GONE = "gone"
    #: It is there, and lacks a column that is read.
    LACKS = "lacks"
    #: It is there with all that is read of it.
    STANDS = "stands"
    #: It is there, which says nothing of the rows that may be lost.
    THERE = "there"
    #: No answer in time.
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A source's answer about an asset: its columns, `gone`, or neither where it could not say."""

    at: datetime
    columns: tuple[Column, ...] | None = None
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Answered:
    """A source was asked what stands now. `found`: its answers, by the key of the candidate that was asked about."""

    system: str
    at: datetime
    found: Mapping[str, Evidence]


Event = StatementSeen | WatermarkSeen | Answered


@dataclass(frozen=True, slots=True)
class Brief:
    """What must be remembered of a statement to speak of it."""

    id: str
    system: str
    text: str
    started_at: datetime
    login: str | None
    application: str | None
    session: str | None
    transaction: str | None
    via: str | None
    fingerprint: str
    by_machine: bool


@dataclass(frozen=True, slots=True)
class Candidate:
    """A harm that is waiting for its cure, until the watermark passes `closes_at`."""

    key: str
    kind: str
    effect: Effect
    brief: Brief
    cure: Cure
    closes_at: datetime
    #: First seen when it was long over: belongs in the catch-up summary.
    old: bool = False
    #: Part of a source's first read: teaches, never speaks.
    taught: bool = False
    #: Taken along by a CASCADE: the statement named another asset.
    taken_along: bool = False
    #: Spoken: stays until it heals or is forgotten.
    spoken: bool = False
    #: Key of the spoken alert that it was counted to.
    repeats: str | None = None
    #: When the harm was done, where another statement than `brief` did it (a rebuild that lost a column).
    lost_at: datetime | None = None
    #: When the same session built what it then took away: whoever uses it only since then had a copy.
    built_at: datetime | None = None
    #: Key of the storm in whose summary it was told.
    part_of: str | None = None
    #: Its window is over, and the source is being asked what stands now.
    asked: bool = False
    #: The log was late when its window was closed.
    late: bool = False
    #: When the source, asked, said that all of it stands: it waits once more for what the log says of that.
    stood_at: datetime | None = None
    #: What was built since in the schema that was dropped.
    rebuilt: tuple[AssetKey, ...] = ()
    #: The last statement that may have put it right in another way than by its own name.
    mended_by: Brief | None = None

    @property
    def harmed_at(self) -> datetime:
        return self.lost_at or self.brief.started_at


@dataclass(frozen=True, slots=True)
class Routine:
    """How often one account's statement hit an asset, how often all was well afterwards, and how long that took."""

    #: Runs after which all was well again, or nothing had to be made well.
    times: int = 0
    longest_seconds: float = 0.0
    last: datetime | None = None
    #: Runs that were left as they were: that is how this job works.
    left: int = 0


@dataclass(frozen=True, slots=True)
class Moved:
    """An object that was renamed away: what stands under `current` is what people knew as `original`."""

    current: AssetKey
    original: AssetKey
    at: datetime
    session: str | None = None
    #: The same session put something else under the original name.
    replaced: bool = False


@dataclass(frozen=True, slots=True)
class Mending:
    """An effect that may make a harm good which is told only later, though it happened before: a session that idles."""

    effect: Effect
    brief: Brief


@dataclass(frozen=True, slots=True)
class Part:
    """A part of an announced change that was carried out, by whom and by which statement."""

    announcement: str
    part: int
    login: str | None
    statement: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Lately:
    """An alert that was spoken lately, for the breaker. `causes`: what it may have in common with others."""

    system: str
    at: datetime
    causes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stormy:
    """Many alerts of one cause. `told`: how many of them were told one by one before it was one."""

    key: str
    system: str
    cause: str
    #: The statement that it began with.
    by: Brief
    told: int
    since: datetime
    last: datetime
    #: How many alerts are told in its summary, and the keys of the first of them.
    count: int = 0
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Broken:
    """The statements that failed for one harm, and by whom. `last`: when the last of them began."""

    last: datetime
    queries: int = 0
    people: tuple[str, ...] = ()
    machines: tuple[str, ...] = ()
    #: What ran them in its own words: jobs, and dashboards apart.
    jobs: tuple[str, ...] = ()
    boards: tuple[str, ...] = ()
    #: The number that was told.
    told: int = 0


@dataclass(frozen=True, slots=True)
class State:
    """All that the fold remembers. What is kept by asset is kept under its name in one string, for quick finding."""

    #: Harms that wait for their cure, by asset.
    waiting: Mapping[str, tuple[Candidate, ...]] = field(default_factory=dict)
    #: Harms that were spoken of, by asset.
    spoken: Mapping[str, tuple[Candidate, ...]] = field(default_factory=dict)
    #: By account, text and asset.
    routines: Mapping[str, Routine] = field(default_factory=dict)
    #: What was built or filled lately, by asset.
    mendings: Mapping[str, tuple[Mending, ...]] = field(default_factory=dict)
    moved: tuple[Moved, ...] = ()
    #: Alerts that were spoken lately, and what they grew into.
    lately: tuple[Lately, ...] = ()
    storms: tuple[Stormy, ...] = ()
    #: Who uses what spoken alerts are about, by name: the names of those.
    users: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: What failed since, by the key of the alert that tells of the harm.
    broken: Mapping[str, Broken] = field(default_factory=dict)
    #: Which parts of announced changes were carried out lately.
    carried: tuple[Part, ...] = ()

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        """All of them, as they came."""
        return tuple(c for kept in (self.spoken, self.waiting) for group in kept.values() for c in group)


@dataclass(frozen=True, slots=True)
class Asks:
    """What the fold must know before it can take an event."""

    #: What these did downstream: answered from the graph as it stood just before.
    impacts: tuple[Candidate, ...] = ()
    #: Which bound views a CASCADE takes along.
    victims: tuple[Effect, ...] = ()
    #: When `victims` happened.
    at: datetime | None = None
    #: Names that stand (again), or stood: the columns they have now, and those that are read from them.
    stands: tuple[AssetKey, ...] = ()
    #: Of each schema that was dropped (by its candidate's key): what was built in it since.
    rebuilt: Mapping[str, tuple[AssetKey, ...]] = field(default_factory=dict)
    #: Keys of alerts that may be over: what happens once more to what was put aside is a new alert.
    spoken: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """The answers to `Asks`."""

    #: By the candidate's key.
    impacts: Mapping[str, Impact] = field(default_factory=dict)
    victims: Mapping[Effect, tuple[AssetKey, ...]] = field(default_factory=dict)
    #: Absent: nobody told.
    columns: Mapping[AssetKey, tuple[Column, ...]] = field(default_factory=dict)
    #: Columns that consumers use, as far as they are known.
    read_columns: Mapping[AssetKey, frozenset[str]] = field(default_factory=dict)
    #: Of `spoken`: those that people resolved.
    over: frozenset[str] = frozenset()
    #: Candidates that people called noise, by key: who said so, as a clause.
    noise: Mapping[str, str] = field(default_factory=dict)
    #: Sources that can be asked what stands now.
    probed: frozenset[str] = frozenset()
    #: Changes that somebody said would happen about now.
    announcements: tuple[Announcement, ...] = ()


@dataclass(frozen=True, slots=True)
class Speak:
    """Raise an alert. `unconfirmed`: the log is late; nobody knows whether it was put right meanwhile."""

    candidate: Candidate
    impact: Impact
    unconfirmed: bool = False
    #: Key of the storm that it is part of: recorded, but told in the storm's summary only.
    part_of: str | None = None
    #: What the source said when it was asked, and when; None where it was not.
    judgement: tuple[Says, datetime] | None = None
    #: The announcement that this goes beyond, by id, and what of it was not announced.
    beyond: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Spared:
    """Not said: the source was asked, and said at that moment that all of it stands."""

    candidate: Candidate
    at: datetime


@dataclass(frozen=True, slots=True)
class TakeBack:
    """The cause healed: the alert with this key is edited in place. `unused`: it is still gone, and nobody needs it."""

    key: str
    by: Brief
    unused: bool = False


@dataclass(frozen=True, slots=True)
class Repeat:
    """The same harm once more while its alert is open: counted there, not said anew."""

    key: str
    by: Brief


@dataclass(frozen=True, slots=True)
class Broke:
    """What really broke of the alert with this key, as far as the log was read. `broken.told`: what was told before."""

    key: str
    broken: Broken


@dataclass(frozen=True, slots=True)
class Also:
    """What the same statement took along: told of in the alert with this key, which names it."""

    key: str
    candidate: Candidate
    impact: Impact


@dataclass(frozen=True, slots=True)
class Storm:
    """A storm began or grew: one summary instead of many alerts, drawn anew."""

    storm: Stormy


@dataclass(frozen=True, slots=True)
class CarriedOut:
    """An announced change happens: said quietly, under its announcement. `left`: parts that are still to come."""

    announcement: str
    parts: tuple[int, ...]
    by: Brief
    left: int


Decision = Speak | Spared | TakeBack | Repeat | Also | Storm | CarriedOut | Broke


_STATE: TypeAdapter[State] = TypeAdapter(State)


def state_to_json(state: State) -> str:
    return _STATE.dump_json(state).decode()


def state_from_json(text: str | None) -> State:
    """The state that `state_to_json` wrote; an empty one for None or empty text."""
    return _STATE.validate_json(text) if text else State()


def alert_key(statement: Statement, kind: str, asset: AssetKey) -> str:
    """The same fact has the same key however often it is read."""
    return key_of(statement.system, statement.id, kind, asset)


def key_of(system: str, statement_id: str, kind: str, asset: AssetKey) -> str:
    text = "\0".join((system, statement_id, kind, *asset.path))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


V = TypeVar("V")


def with_group(kept: Mapping[str, tuple[V, ...]], name: str, group: tuple[V, ...]) -> Mapping[str, tuple[V, ...]]:
    rest = {**kept, name: group}
    if not group:
        del rest[name]
    return rest


def name_of(key: AssetKey) -> str:
    return "\x1f".join((key.system, *key.path))
