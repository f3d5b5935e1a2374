"""The fold: what the journal tells, one entry at a time, becomes decisions to speak, to take back, or to keep quiet.

`step(state, event, known, now) -> (state, decisions)` is pure; its state is stored with the watcher's position in one
transaction. serve, replay and the tests run this very function. What it must know of the graph it asks for first:
`asks(state, event)` lists the questions, and the caller answers them as `Known`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from lineagebot.model import Action, AssetKey, Effect, Outcome
from lineagebot.policy import cures
from lineagebot.policy.aftermath import after, counted
from lineagebot.policy.announced import carried_out, remembered
from lineagebot.policy.closing import asks_to_close, closed, due_at, forget_mendings, worth_saying
from lineagebot.policy.cures import BUILDS, CONTAINERS, MENDS, MOVES, stands
from lineagebot.policy.harms import Teller, with_emptiness
from lineagebot.policy.mended import mended, noted, to_look_at, watched
from lineagebot.policy.routine import learn_cured, learn_piecemeal
from lineagebot.policy.rules import UNCERTAIN, Cure, Windows
from lineagebot.policy.state import (
    Also,
    Answered,
    Asks,
    Brief,
    Broke,
    Candidate,
    CarriedOut,
    Decision,
    Event,
    Known,
    Mending,
    Moved,
    Repeat,
    Routine,
    Spared,
    Speak,
    State,
    StatementSeen,
    Storm,
    TakeBack,
    WatermarkSeen,
    alert_key,
    name_of,
    state_from_json,
    state_to_json,
    with_group,
)
from lineagebot.policy.storm import calmed

__all__ = [
    "Also", "Answered", "Asks", "Brief", "Broke", "Candidate", "CarriedOut", "Decision", "Event", "Known", "Mending",
    "Moved", "Repeat", "Routine", "Spared", "Speak", "State", "StatementSeen", "Storm", "TakeBack", "WatermarkSeen",
    "alert_key", "asked_in", "asks", "state_from_json", "state_to_json", "step", "without", "worth_saying",
]  # fmt: skip

#: Characters of a statement that an alert can need.
TEXT_KEPT = 2_000
#: How long after a rename the drop of the old object still belongs to the same rebuild.
MOVE_COUNTS = timedelta(minutes=15)


def asks(state: State, event: Event) -> Asks:
    """What `step` must know to take this event."""
    match event:
        case StatementSeen() if _counts(event):
            late = (e.target for e in event.effects if name_of(e.target) in state.mendings)
            return Asks(
                victims=tuple(e for e in event.effects if _may_cascade(e)),
                at=event.statement.started_at,
                stands=tuple(dict.fromkeys((*_built(event), *late))),
            )
        case WatermarkSeen():
            asked, mended_now = asks_to_close(state, due_at(state, event)), to_look_at(state, event)
            if not mended_now:
                return asked
            rebuilt = {**asked.rebuilt, **{c.key: c.rebuilt for c in mended_now if c.rebuilt}}
            return replace(asked, impacts=(*asked.impacts, *mended_now), rebuilt=rebuilt)
        case Answered():
            return asks_to_close(state, due_at(state, event))
    return Asks()


def step(
    state: State, event: Event, known: Known, now: datetime, *, windows: Windows | None = None
) -> tuple[State, tuple[Decision, ...]]:
    """Take one event. `now` only tells old news from new; no window looks at it."""
    windows = windows or Windows()
    match event:
        case StatementSeen() if _counts(event):
            state, decisions = _statement(state, event, known, now, windows)
            return after(state, decisions, event.statement.started_at)
        case StatementSeen():
            return counted(state, event) if event.statement.outcome is Outcome.FAILED else (state, ())
        case WatermarkSeen():
            state, over = mended(forget_mendings(state, event, windows), event, known)
            state, said = closed(state, event, known, windows)
            decisions = (*over, *said)
        case Answered():
            state, decisions = closed(state, event, known, windows)
    for decision in decisions:
        if isinstance(decision, Speak):
            state = watched(state, decision.candidate, decision.impact)
    return after(state, decisions, event.at)


def asked_in(state: State) -> Mapping[str, Mapping[str, AssetKey]]:
    """What the sources are to be asked: system → a candidate's key → the asset."""
    found: dict[str, dict[str, AssetKey]] = {}
    for group in state.waiting.values():
        for candidate in group:
            if candidate.asked:
                found.setdefault(candidate.brief.system, {})[candidate.key] = candidate.effect.target
    return found


def without(state: State, keys: frozenset[str]) -> State:
    """The state without these waiting harms: what broke the fold is set aside."""
    kept = {name: tuple(c for c in group if c.key not in keys) for name, group in state.waiting.items()}
    spoken = {n: tuple(replace(c, mended_by=None) for c in group) for n, group in state.spoken.items()}
    return replace(state, waiting={name: group for name, group in kept.items() if group}, spoken=spoken)


def _counts(event: StatementSeen) -> bool:
    """Failed and rolled back statements did nothing; RUNNING ones have not done it yet."""
    return event.statement.outcome in (Outcome.DONE, Outcome.UNKNOWN)


def _may_cascade(effect: Effect) -> bool:
    """What takes bound views along: DROP ... CASCADE of a table, of a column that they use, of a schema."""
    return effect.action in (Action.DROP, Action.DROP_COLUMN) and effect.cascade and not effect.temporary


def _statement(
    state: State, event: StatementSeen, known: Known, now: datetime, windows: Windows
) -> tuple[State, tuple[Decision, ...]]:
    """Cures first, in the order of the effects: `drop x; create x` harms and heals in one text."""
    brief = _brief(event)
    decisions: list[Decision] = []
    if known.announcements and not event.taught:
        done = carried_out(known.announcements, state.carried, event.effects, brief)
        decisions += done
        state = replace(state, carried=tuple(remembered(state.carried, done, brief.started_at))) if done else state
    teller = Teller(event, brief, known, now, windows)
    for told in event.effects:
        if told.temporary:
            continue
        effect = with_emptiness(state, told)
        state = _say_better(state, effect, event.statement.parent)
        harmed = state
        state, healed = _cure(state, effect, brief, known)
        decisions += healed
        # A column that was added anew gets its values; rows that were lost are back.
        refills = effect.action in (Action.UPDATE, Action.RESTORE) and state is not harmed
        for candidate in () if refills else teller.candidates(effect, state):
            if not _said_of_parent(state, candidate, event.statement.parent):
                state = _remember(state, candidate, known)
        state = learn_piecemeal(state, effect, brief)
        state = _move(state, effect, brief)
        state = _keep_mending(state, effect, brief)
        state = noted(state, effect, brief)
    for problem in event.problems:
        if problem.looks_destructive and not event.taught:
            for candidate in teller.suspicions(problem):
                state = _remember(state, candidate, known)
    return state, tuple(decisions)


def _remember(state: State, candidate: Candidate, known: Known) -> State:
    """Let it wait for its cure, unless it is waited for already or the cure was told before the harm."""
    name = name_of(candidate.effect.target)
    there = (*state.waiting.get(name, ()), *state.spoken.get(name, ()))
    if any(c.key == candidate.key for c in there):
        return state
    for mending in sorted(state.mendings.get(name, ()), key=lambda m: m.brief.started_at):
        if mending.brief.started_at <= candidate.harmed_at or mending.brief.id == candidate.brief.id:
            continue
        if not cures.cures(mending.effect, mending.brief, candidate):
            continue
        state = learn_cured(state, candidate, mending.brief.started_at)
        left = _still_missing(mending, candidate, known)
        if left is None:
            return state
        candidate = left
        if any(c.key == candidate.key for c in there):
            return state
    return replace(state, waiting=with_group(state.waiting, name, (*state.waiting.get(name, ()), candidate)))


def _still_missing(by: Mending, candidate: Candidate, known: Known) -> Candidate | None:
    """The harm that is left although the name stands again: columns that are read, or all rows."""
    if columns := cures.lost(by.effect, candidate, known):
        return cures.lossy(candidate, by, columns)
    if by.effect.empty and candidate.cure is Cure.STANDS_AGAIN and candidate.effect.kind not in CONTAINERS:
        return cures.emptied(candidate, by)
    return None


def _say_better(state: State, effect: Effect, parent: str | None) -> State:
    """An audit log tells what a block really ran: what was only suspected of that block on the same asset is over."""
    name = name_of(effect.target)
    there = state.waiting.get(name, ())
    left = tuple(c for c in there if c.kind != UNCERTAIN.kind or c.brief.id != parent)
    return state if left == there else replace(state, waiting=with_group(state.waiting, name, left))


def _said_of_parent(state: State, candidate: Candidate, parent: str | None) -> bool:
    """A CALL was read as the body that it runs, and that body's own statement is a row of the log, too: one harm."""
    name = name_of(candidate.effect.target)
    return parent is not None and any(
        c.brief.id == parent and (c.kind, c.effect.columns) == (candidate.kind, candidate.effect.columns)
        for c in (*state.waiting.get(name, ()), *state.spoken.get(name, ()))
        if c.effect.target == candidate.effect.target
    )


def _keep_mending(state: State, effect: Effect, brief: Brief) -> State:
    stand = stands(effect)
    if stand is None and effect.action not in MENDS:
        return state
    mending = Mending(effect, replace(brief, text=""))
    waiting = state.mendings
    for name in dict.fromkeys(name_of(key) for key in (stand or effect.target, *_swapped_names(effect))):
        there = waiting.get(name, ())
        waiting = waiting if mending in there else with_group(waiting, name, (*there, mending))
    return state if waiting is state.mendings else replace(state, mendings=waiting)


def _swapped_names(effect: Effect) -> tuple[AssetKey, ...]:
    return (effect.target,) if effect.action is Action.SWAP else ()


def _cure(state: State, effect: Effect, brief: Brief, known: Known) -> tuple[State, list[Decision]]:
    """What this effect makes good again leaves the waiting; a spoken alert is taken back.

    A name that stands again without a column that is read is no cure but another harm: `replace_lossy`.
    """
    taken_back: list[Decision] = []
    for name in dict.fromkeys(name_of(key) for key in (effect.target, stands(effect)) if key is not None):
        waiting, spoken = state.waiting.get(name, ()), state.spoken.get(name, ())
        cured = [c for c in (*waiting, *spoken) if _comes_after(brief, c) and cures.cures(effect, brief, c)]
        cured = [c for c in cured if not _is_still_open(c, spoken, cured)]
        if not cured:
            continue
        taken_back += [TakeBack(c.key, brief) for c in cured if c.spoken and (c.repeats is None or c.taken_along)]
        state = replace(
            state,
            waiting=with_group(state.waiting, name, tuple(c for c in waiting if c not in cured)),
            spoken=with_group(state.spoken, name, tuple(c for c in spoken if c not in cured)),
        )
        state, calm = calmed(state, cured)
        taken_back += (TakeBack(key, brief) for key in calm)
        for candidate in cured:
            state = learn_cured(state, candidate, brief.started_at)
            if left := _still_missing(Mending(effect, brief), candidate, known):
                state = _remember(state, left, known)
    return state, taken_back


def _is_still_open(candidate: Candidate, spoken: tuple[Candidate, ...], cured: list[Candidate]) -> bool:
    """An alert to which another harm was counted stays until that one is made good too."""
    return candidate.spoken and any(c.repeats == candidate.key and c not in cured for c in spoken)


def _comes_after(brief: Brief, candidate: Candidate) -> bool:
    return candidate.harmed_at <= brief.started_at


def _move(state: State, effect: Effect, brief: Brief) -> State:
    """Keep track for a while of what was renamed away, and whether something new took its old name.

    A name that comes back (tmp → X after X → backup) is no move: people know it by its name.
    """
    stand = stands(effect)
    gone = effect.target if effect.action is Action.DROP or effect.action in MOVES else None
    comes_back = any(m.original == stand for m in state.moved)
    passing = gone is not None and _was_built_by(state, gone, brief)
    moved = tuple(
        replace(m, replaced=m.replaced or (m.original == stand and m.session == brief.session))
        for m in state.moved
        if m.current not in (gone, stand) and m.at > brief.started_at - MOVE_COUNTS
    )
    if stand is not None and gone is not None and not comes_back and not passing:
        moved = (*moved, Moved(stand, gone, brief.started_at, brief.session))
    return replace(state, moved=moved) if moved != state.moved else state


def _was_built_by(state: State, key: AssetKey, brief: Brief) -> bool:
    """A session that renames what it has just built moves no known thing away: it gives a new thing its name."""
    built = (m for m in state.mendings.get(name_of(key), ()) if m.effect.action in BUILDS)
    return any(m.brief.session == brief.session for m in built)


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
        key = stands(effect)
        if key is not None and not effect.temporary:
            yield key
            yield from _swapped_names(effect)
