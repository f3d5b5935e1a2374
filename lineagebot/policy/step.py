"""The fold: what the journal tells, one entry at a time, becomes decisions to speak, to take back, or to keep quiet.

`step(state, event, known, now) -> (state, decisions)` is pure; its state is stored with the watcher's position in one
transaction. serve, replay and the tests run this very function. What it must know of the graph it asks for first:
`asks(state, event)` lists the questions, and the caller answers them as `Known`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TypeVar

from pydantic import TypeAdapter

from lineagebot.graph.impact import Impact
from lineagebot.model import (
    Action,
    AssetKey,
    AssetKind,
    Certainty,
    Column,
    ColumnChange,
    Effect,
    Outcome,
    Problem,
    Statement,
)
from lineagebot.policy.rules import UNCERTAIN, Cure, Patience, Rule, Windows, rule_for

#: An effect older than this when it is first seen goes into the catch-up summary instead of paging anyone.
OLD = timedelta(hours=6)
#: `Windows.storm` counts the alerts of so long.
STORM_SPAN = timedelta(minutes=10)
#: How long a spoken alert waits for its cure, a routine is remembered, and an order of rebuilding counts.
REMEMBER = timedelta(days=14)
#: Most spoken alerts and routines that are kept in mind; the oldest are forgotten first.
MOST_SPOKEN = 2_000
MOST_ROUTINES = 20_000
#: Characters of a statement that an alert can need.
TEXT_KEPT = 2_000
#: How long after a rename the drop of the old object still belongs to the same rebuild.
MOVE_COUNTS = timedelta(minutes=15)
#: So many harmless runs of the same statement by the same machine account make it a habit.
HABIT = 3
#: Actions after which a name stands.
BUILDS = frozenset({Action.CREATE, Action.REPLACE, Action.CLONE, Action.UNDROP})
#: Actions after which all rows are there, and those after which some are.
FILLS = frozenset({Action.OVERWRITE, Action.REFRESH, Action.RESTORE}) | BUILDS
ADDS = frozenset({Action.APPEND, Action.MERGE, Action.LOAD})
#: Actions that can make a harm good.
MENDS = FILLS | ADDS | {Action.ADD_COLUMN, Action.RENAME_COLUMN}


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


@dataclass(frozen=True, slots=True)
class WatermarkSeen:
    """All statements of `system` that began before `at` have been seen. `late`: our clock waited in vain for more."""

    system: str
    at: datetime
    late: bool = False


Event = StatementSeen | WatermarkSeen


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

    @property
    def harmed_at(self) -> datetime:
        return self.lost_at or self.brief.started_at


@dataclass(frozen=True, slots=True)
class Routine:
    """How often one account's statement hit an asset that was well again afterwards, and how long that took at most."""

    login: str
    fingerprint: str
    asset: AssetKey
    times: int
    longest_seconds: float
    last: datetime


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
    #: When alerts were spoken lately, for the breaker.
    spoken_at: tuple[datetime, ...] = ()
    storm_since: datetime | None = None

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
    #: Names that stand (again): the columns they have now, and those that are read from them.
    stands: tuple[AssetKey, ...] = ()
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


@dataclass(frozen=True, slots=True)
class Speak:
    """Raise an alert. `stormy`: recorded, but told in the storm's summary only.

    `unconfirmed`: the log is late; nobody knows whether it was put right meanwhile.
    """

    candidate: Candidate
    impact: Impact
    unconfirmed: bool = False
    stormy: bool = False


@dataclass(frozen=True, slots=True)
class TakeBack:
    """The cause healed: the alert with this key is edited in place."""

    key: str
    by: Brief


@dataclass(frozen=True, slots=True)
class Repeat:
    """The same harm once more while its alert is open: counted there, not said anew."""

    key: str
    by: Brief


@dataclass(frozen=True, slots=True)
class Also:
    """What the same statement took along: told of in the alert with this key, which names it."""

    key: str
    candidate: Candidate
    impact: Impact


@dataclass(frozen=True, slots=True)
class Storm:
    """The breaker went off: one summary instead of many alerts."""

    system: str
    at: datetime
    spoken: int


Decision = Speak | TakeBack | Repeat | Also | Storm


def asks(state: State, event: Event) -> Asks:
    """What `step` must know to take this event."""
    match event:
        case StatementSeen() if _counts(event):
            late = (e.target for e in event.effects if _name(e.target) in state.mendings)
            return Asks(
                victims=tuple(e for e in event.effects if _may_cascade(e)),
                at=event.statement.started_at,
                stands=tuple(dict.fromkeys((*_built(event), *late))),
            )
        case WatermarkSeen():
            due = _due(state, event)
            before = (c.key for d in due for c in state.spoken.get(_name(d.effect.target), ()) if _same_harm(c, d))
            return Asks(impacts=due, spoken=tuple(dict.fromkeys(before)))
    return Asks()


def step(
    state: State, event: Event, known: Known, now: datetime, *, windows: Windows | None = None
) -> tuple[State, tuple[Decision, ...]]:
    """Take one event. `now` only tells old news from new; no window looks at it."""
    windows = windows or Windows()
    match event:
        case StatementSeen():
            return _statement(state, event, known, now, windows) if _counts(event) else (state, ())
        case WatermarkSeen():
            return _watermark(state, event, known, windows)


def state_to_json(state: State) -> str:
    return _STATE.dump_json(state).decode()


def state_from_json(text: str | None) -> State:
    """The state that `state_to_json` wrote; an empty one for None or empty text."""
    return _STATE.validate_json(text) if text else State()


_STATE: TypeAdapter[State] = TypeAdapter(State)


def alert_key(statement: Statement, kind: str, asset: AssetKey) -> str:
    """The same fact has the same key however often it is read."""
    return _key(statement.system, statement.id, kind, asset)


def _key(system: str, statement_id: str, kind: str, asset: AssetKey) -> str:
    text = "\0".join((system, statement_id, kind, *asset.path))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _counts(event: StatementSeen) -> bool:
    """Failed and rolled back statements did nothing; RUNNING ones have not done it yet."""
    return event.statement.outcome in (Outcome.DONE, Outcome.UNKNOWN)


def _may_cascade(effect: Effect) -> bool:
    return effect.action is Action.DROP and effect.cascade and not effect.temporary and effect.kind not in _CONTAINERS


_CONTAINERS = (AssetKind.SCHEMA, AssetKind.DATABASE)


def _statement(
    state: State, event: StatementSeen, known: Known, now: datetime, windows: Windows
) -> tuple[State, tuple[Decision, ...]]:
    """Cures first, in the order of the effects: `drop x; create x` harms and heals in one text."""
    decisions: list[Decision] = []
    brief = _brief(event)
    for effect in event.effects:
        if effect.temporary:
            continue
        state = _say_better(state, effect, event.statement.parent)
        state, healed = _cure(state, effect, brief, known)
        decisions += healed
        for candidate in _candidates(event, effect, brief, known, now, windows, state):
            state = _remember(state, candidate, known)
        state = _move(state, effect, brief)
        state = _keep_mending(state, effect, brief)
    for problem in event.problems:
        if problem.looks_destructive and not event.taught:
            for candidate in _suspicions(event, problem, brief, now, windows):
                state = _remember(state, candidate, known)
    return state, tuple(decisions)


def _candidates(
    event: StatementSeen,
    effect: Effect,
    brief: Brief,
    known: Known,
    now: datetime,
    windows: Windows,
    state: State,
) -> Iterator[Candidate]:
    rule = rule_for(effect)
    if rule is None or _is_habit(rule, effect, brief, state):
        return
    if not any(m.current == effect.target and m.replaced for m in state.moved):
        yield _candidate(event, effect, brief, rule, now, windows, state)
    for victim in known.victims.get(effect, ()):
        taken = replace(effect, target=victim, kind=AssetKind.VIEW, cascade=False, columns=())
        along = rule_for(taken)
        if along is not None:
            yield replace(_candidate(event, taken, brief, along, now, windows, state), taken_along=True)


def _candidate(
    event: StatementSeen, effect: Effect, brief: Brief, rule: Rule, now: datetime, windows: Windows, state: State
) -> Candidate:
    patience = Patience.SETTLE if event.by_machine else rule.person
    wait = windows.of(patience)
    if patience is Patience.SETTLE:
        wait = _stretched(wait, state, effect, brief, windows)
    if event.taught:
        # It never speaks, so it may wait for its cure as long as anything may, and learn how long that took.
        wait = windows.longest
    return Candidate(
        key=alert_key(event.statement, rule.kind, effect.target),
        kind=rule.kind,
        effect=effect,
        brief=brief,
        cure=rule.cure,
        closes_at=brief.started_at + wait,
        old=brief.started_at < now - OLD,
        taught=event.taught,
    )


def _is_habit(rule: Rule, effect: Effect, brief: Brief, state: State) -> bool:
    """What a machine account did often without harm and nothing has to cure: an update of every row each night."""
    return rule.cure is Cure.NONE and brief.by_machine and _routine(state, effect, brief).times >= HABIT


def _routine(state: State, effect: Effect, brief: Brief) -> Routine:
    never = Routine(brief.login or "", brief.fingerprint, effect.target, 0, 0.0, brief.started_at)
    return state.routines.get(_routine_name(effect, brief), never)


def _routine_name(effect: Effect, brief: Brief) -> str:
    return "\x1f".join((brief.login or "", brief.fingerprint, _name(effect.target)))


def _stretched(wait: timedelta, state: State, effect: Effect, brief: Brief, windows: Windows) -> timedelta:
    """A routine that takes twenty minutes every night gets its time, up to the longest window."""
    usual = timedelta(seconds=2 * _routine(state, effect, brief).longest_seconds)
    return max(wait, min(windows.longest, usual))


def _suspicions(
    event: StatementSeen, problem: Problem, brief: Brief, now: datetime, windows: Windows
) -> Iterator[Candidate]:
    for key in problem.touches:
        effect = Effect(Action.DROP, key, certainty=Certainty.SUSPECTED)
        yield Candidate(
            key=alert_key(event.statement, UNCERTAIN.kind, key),
            kind=UNCERTAIN.kind,
            effect=effect,
            brief=brief,
            cure=Cure.NONE,
            closes_at=brief.started_at + windows.of(Patience.SETTLE if event.by_machine else UNCERTAIN.person),
            old=brief.started_at < now - OLD,
        )


def _remember(state: State, candidate: Candidate, known: Known) -> State:
    """Let it wait for its cure, unless it is waited for already or the cure was told before the harm."""
    name = _name(candidate.effect.target)
    there = (*state.waiting.get(name, ()), *state.spoken.get(name, ()))
    if any(c.key == candidate.key for c in there):
        return state
    for mending in sorted(state.mendings.get(name, ()), key=lambda m: m.brief.started_at):
        if mending.brief.started_at <= candidate.harmed_at:
            continue
        if not _cures(mending.effect, mending.brief, candidate):
            continue
        state = _learn(state, candidate, mending.brief)
        lost = _lost(mending.effect, candidate, known)
        if not lost:
            return state
        candidate = _lossy(candidate, mending, lost)
        if any(c.key == candidate.key for c in there):
            return state
    return replace(state, waiting=_with(state.waiting, name, (*state.waiting.get(name, ()), candidate)))


def _say_better(state: State, effect: Effect, parent: str | None) -> State:
    """An audit log tells what a block really ran: what was only suspected of that block on the same asset is over."""
    name = _name(effect.target)
    there = state.waiting.get(name, ())
    left = tuple(c for c in there if c.kind != UNCERTAIN.kind or c.brief.id != parent)
    return state if left == there else replace(state, waiting=_with(state.waiting, name, left))


def _keep_mending(state: State, effect: Effect, brief: Brief) -> State:
    name = _name(_stands(effect) or effect.target)
    if _stands(effect) is None and effect.action not in MENDS:
        return state
    mending = Mending(effect, replace(brief, text=""))
    there = state.mendings.get(name, ())
    return state if mending in there else replace(state, mendings=_with(state.mendings, name, (*there, mending)))


def _cure(state: State, effect: Effect, brief: Brief, known: Known) -> tuple[State, list[Decision]]:
    """What this effect makes good again leaves the waiting; a spoken alert is taken back.

    A name that stands again without a column that is read is no cure but another harm: `replace_lossy`.
    """
    taken_back: list[Decision] = []
    for name in dict.fromkeys(_name(key) for key in (effect.target, _stands(effect)) if key is not None):
        waiting, spoken = state.waiting.get(name, ()), state.spoken.get(name, ())
        cured = [c for c in (*waiting, *spoken) if _comes_after(brief, c) and _cures(effect, brief, c)]
        cured = [c for c in cured if not _is_still_open(c, spoken, cured)]
        if not cured:
            continue
        taken_back += [TakeBack(c.key, brief) for c in cured if c.spoken and (c.repeats is None or c.taken_along)]
        state = replace(
            state,
            waiting=_with(state.waiting, name, tuple(c for c in waiting if c not in cured)),
            spoken=_with(state.spoken, name, tuple(c for c in spoken if c not in cured)),
        )
        for candidate in cured:
            state = _learn(state, candidate, brief)
            if lost := _lost(effect, candidate, known):
                state = _remember(state, _lossy(candidate, Mending(effect, brief), lost), known)
    return state, taken_back


def _is_still_open(candidate: Candidate, spoken: tuple[Candidate, ...], cured: list[Candidate]) -> bool:
    """An alert to which another harm was counted stays until that one is made good too."""
    return candidate.spoken and any(c.repeats == candidate.key and c not in cured for c in spoken)


def _comes_after(brief: Brief, candidate: Candidate) -> bool:
    return candidate.harmed_at <= brief.started_at


def _cures(effect: Effect, brief: Brief, candidate: Candidate) -> bool:
    stands = _stands(effect)
    harmed = candidate.effect.target
    match candidate.cure:
        case Cure.STANDS_AGAIN:
            return stands == harmed
        case Cure.ROWS_AGAIN:
            return stands == harmed or (effect.target == harmed and _fills_again(effect, brief, candidate))
        case Cure.COLUMN_AGAIN:
            return stands == harmed or _column_again(effect, candidate)
    return False


def _fills_again(effect: Effect, brief: Brief, candidate: Candidate) -> bool:
    """Some rows are not the rows that were lost: only whoever emptied it is taken to fill it again by adding some."""
    return effect.action in FILLS or (effect.action in ADDS and brief.login == candidate.brief.login)


def _column_again(effect: Effect, candidate: Candidate) -> bool:
    harmed = {c.name for c in candidate.effect.columns}
    if effect.target != candidate.effect.target:
        return False
    if effect.action is Action.ADD_COLUMN:
        return harmed <= {c.name for c in effect.columns}
    return effect.action is Action.RENAME_COLUMN and harmed <= {c.renamed_to for c in effect.columns}


def _lost(effect: Effect, candidate: Candidate, known: Known) -> tuple[str, ...]:
    """Columns that are read and do not stand after the cure, as far as both are known."""
    stands = _stands(effect)
    if stands is None or candidate.effect.kind in _CONTAINERS:
        return ()
    after = {c.name for c in (effect.produces or known.columns.get(stands, ()))}
    needed = known.read_columns.get(stands, frozenset())
    if candidate.cure is Cure.COLUMN_AGAIN:
        needed = frozenset(c.name for c in candidate.effect.columns)
    return tuple(sorted(needed - after)) if after else ()


def _lossy(candidate: Candidate, by: Mending, lost: tuple[str, ...]) -> Candidate:
    target = candidate.effect.target
    return replace(
        candidate,
        key=_key(by.brief.system, by.brief.id, "replace_lossy", target),
        kind="replace_lossy",
        effect=Effect(Action.REPLACE, target, candidate.effect.kind, tuple(ColumnChange(name) for name in lost)),
        cure=Cure.COLUMN_AGAIN,
        spoken=False,
        repeats=None,
        lost_at=by.brief.started_at,
    )


def _move(state: State, effect: Effect, brief: Brief) -> State:
    """Keep track for a while of what was renamed away, and whether something new took its old name.

    A name that comes back (tmp → X after X → backup) is no move: people know it by its name.
    """
    stands = _stands(effect)
    gone = effect.target if effect.action in (Action.DROP, Action.RENAME, Action.SET_SCHEMA) else None
    comes_back = any(m.original == stands for m in state.moved)
    passing = gone is not None and _was_built_by(state, gone, brief)
    moved = tuple(
        replace(m, replaced=m.replaced or (m.original == stands and m.session == brief.session))
        for m in state.moved
        if m.current not in (gone, stands) and m.at > brief.started_at - MOVE_COUNTS
    )
    if stands is not None and gone is not None and not comes_back and not passing:
        moved = (*moved, Moved(stands, gone, brief.started_at, brief.session))
    return replace(state, moved=moved) if moved != state.moved else state


def _was_built_by(state: State, key: AssetKey, brief: Brief) -> bool:
    """A session that renames what it has just built moves no known thing away: it gives a new thing its name."""
    built = (m for m in state.mendings.get(_name(key), ()) if m.effect.action in BUILDS)
    return any(m.brief.session == brief.session for m in built)


def _stands(effect: Effect) -> AssetKey | None:
    """The name that stands after the effect."""
    if effect.action in BUILDS:
        return effect.target
    if effect.action in (Action.RENAME, Action.SET_SCHEMA, Action.SWAP):
        return effect.renamed_to
    return None


def _learn(state: State, candidate: Candidate, by: Brief) -> State:
    """A machine's harm was well again: how often by now, and how long it took at most."""
    if not candidate.brief.by_machine:
        return state
    took = (by.started_at - candidate.brief.started_at).total_seconds()
    old = _routine(state, candidate.effect, candidate.brief)
    new = replace(old, times=old.times + 1, longest_seconds=max(old.longest_seconds, took), last=by.started_at)
    routines = {**state.routines, _routine_name(candidate.effect, candidate.brief): new}
    if len(routines) > MOST_ROUTINES:
        latest = sorted(routines.items(), key=lambda item: item[1].last)[MOST_ROUTINES // 4 :]
        routines = {name: r for name, r in latest if r.last > by.started_at - REMEMBER}
    return replace(state, routines=routines)


def _due(state: State, event: WatermarkSeen) -> tuple[Candidate, ...]:
    """The waiting whose window the watermark has passed; what a statement named before what it took along."""
    due = [c for group in state.waiting.values() for c in group if _is_due(c, event)]
    return tuple(sorted(due, key=lambda c: (c.taken_along, c.brief.started_at)))


def _is_due(candidate: Candidate, event: WatermarkSeen) -> bool:
    return candidate.brief.system == event.system and candidate.closes_at <= event.at


def _watermark(
    state: State, event: WatermarkSeen, known: Known, windows: Windows
) -> tuple[State, tuple[Decision, ...]]:
    """Close the windows that the watermark has passed."""
    decisions: list[Decision] = []
    state = _forget_mendings(state, event, windows)
    for candidate in _due(state, event):
        name = _name(candidate.effect.target)
        left = tuple(c for c in state.waiting[name] if c != candidate)
        state = replace(state, waiting=_with(state.waiting, name, left))
        if candidate.taught:
            if candidate.cure is Cure.NONE:
                state = _learn(state, candidate, candidate.brief)
            continue
        impact = known.impacts.get(candidate.key)
        if impact is None or not worth_saying(impact):
            continue
        with_it = _told_with(candidate, state)
        first = with_it or _first_of(candidate, state, known)
        if with_it is not None:
            decisions.append(Also(with_it, candidate, impact))
        elif first is not None:
            decisions.append(Repeat(first, candidate.brief))
        else:
            state, said = _speak(state, candidate, impact, event, windows)
            decisions += said
        state = _keep_spoken(state, replace(candidate, spoken=True, repeats=first), event)
    return state, tuple(decisions)


def _first_of(candidate: Candidate, state: State, known: Known) -> str | None:
    """The open alert that tells of the same harm already."""
    there = state.spoken.get(_name(candidate.effect.target), ())
    same = (c.key for c in there if c.repeats is None and c.key not in known.over and _same_harm(c, candidate))
    return next(same, None)


def _same_harm(one: Candidate, other: Candidate) -> bool:
    both_empty = one.cure is other.cure is Cure.ROWS_AGAIN
    return (one.kind == other.kind or both_empty) and one.effect.columns == other.effect.columns


def _keep_spoken(state: State, candidate: Candidate, event: WatermarkSeen) -> State:
    name = _name(candidate.effect.target)
    spoken = _with(state.spoken, name, (*state.spoken.get(name, ()), candidate))
    oldest = event.at - REMEMBER
    if sum(map(len, spoken.values())) > MOST_SPOKEN:
        times = sorted(c.brief.started_at for group in spoken.values() for c in group)
        oldest = max(oldest, times[MOST_SPOKEN // 4])
    kept = {n: tuple(c for c in group if c.brief.started_at >= oldest) for n, group in spoken.items()}
    return replace(state, spoken={n: group for n, group in kept.items() if group})


def _forget_mendings(state: State, event: WatermarkSeen, windows: Windows) -> State:
    """A harm that began before the watermark was told by now, or is told too late to be looked for."""
    oldest = event.at - windows.longest
    kept = {
        name: left
        for name, group in state.mendings.items()
        if (left := tuple(m for m in group if m.brief.system != event.system or m.brief.started_at >= oldest))
    }
    return state if kept == state.mendings else replace(state, mendings=kept)


def _told_with(candidate: Candidate, state: State) -> str | None:
    """The alert of the table with which a view went: the view is told of there."""
    if not candidate.taken_along:
        return None
    spoken = (c for group in state.spoken.values() for c in group)
    return next((c.repeats or c.key for c in spoken if not c.taken_along and c.brief.id == candidate.brief.id), None)


def worth_saying(impact: Impact) -> bool:
    """Someone else uses it: a consumer downstream, or a reader (the impact leaves out the one who did it)."""
    if not any(t.asset for t in impact.targets):
        return False
    return bool(impact.consumers or impact.readers)


def _speak(
    state: State, candidate: Candidate, impact: Impact, event: WatermarkSeen, windows: Windows
) -> tuple[State, list[Decision]]:
    if candidate.old:
        return state, [Speak(candidate, impact, unconfirmed=event.late)]
    at = candidate.brief.started_at
    lately = tuple(t for t in state.spoken_at if t > at - STORM_SPAN)
    stormy = len(lately) >= windows.storm
    decisions: list[Decision] = []
    if stormy and state.storm_since is None:
        decisions.append(Storm(event.system, at, len(lately)))
    decisions.append(Speak(candidate, impact, unconfirmed=event.late, stormy=stormy))
    since = (state.storm_since or at) if stormy else None
    return replace(state, spoken_at=(*lately, at), storm_since=since), decisions


def _brief(event: StatementSeen) -> Brief:
    s = event.statement
    return Brief(
        id=s.id,
        system=s.system,
        text=s.text[:TEXT_KEPT],
        started_at=s.started_at,
        login=s.login,
        application=s.application,
        session=s.session,
        transaction=s.transaction,
        via=s.via,
        fingerprint=event.fingerprint,
        by_machine=event.by_machine,
    )


def _built(event: StatementSeen) -> Iterator[AssetKey]:
    for effect in event.effects:
        key = _stands(effect)
        if key is not None and not effect.temporary:
            yield key


V = TypeVar("V")


def _with(kept: Mapping[str, tuple[V, ...]], name: str, group: tuple[V, ...]) -> Mapping[str, tuple[V, ...]]:
    rest = {**kept, name: group}
    if not group:
        del rest[name]
    return rest


def _name(key: AssetKey) -> str:
    return "\x1f".join((key.system, *key.path))
