"""The end of a window: which harms are due, which of them are worth saying, and as what.

A window closes when the source's watermark passes it. Where the source can be asked what stands now, its answer beats
what the log lets one infer: the harm is then asked about first, and is said, or not, once the answer is there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta

from lineagebot.graph.impact import Impact
from lineagebot.model import Action, AssetKey
from lineagebot.policy.announced import Announced, announced
from lineagebot.policy.cures import ADDS, CONTAINERS, FILLS, stands
from lineagebot.policy.probe import Evidence, Says, is_askable, judged
from lineagebot.policy.routine import is_habit, learn_left
from lineagebot.policy.rules import Cure, Windows
from lineagebot.policy.state import (
    Also,
    Answered,
    Asks,
    Candidate,
    Decision,
    Known,
    Repeat,
    Spared,
    Speak,
    State,
    WatermarkSeen,
    name_of,
    with_group,
)
from lineagebot.policy.storm import gathered

#: How long a spoken alert waits for its cure, and an order of rebuilding counts.
REMEMBER = timedelta(days=14)
#: Most spoken alerts that are kept in mind; the oldest are forgotten first.
MOST_SPOKEN = 2_000


def due_at(state: State, event: WatermarkSeen | Answered) -> tuple[Candidate, ...]:
    """The waiting whose window the watermark has passed; what a statement named before what it took along.

    Old news waits for all other old news: it is one summary, once the log is read up to now.
    """
    there = [c for group in state.waiting.values() for c in group if c.brief.system == event.system]
    if isinstance(event, Answered):
        return _in_order(c for c in there if c.asked and c.key in event.found)
    still_reading = any(c.old and not c.taught and c.closes_at > event.at for c in there)
    due = (c for c in there if c.closes_at <= event.at and (c.taught or not (c.old and still_reading)))
    return _in_order(c for c in due if not c.asked)


def _in_order(due: Iterable[Candidate]) -> tuple[Candidate, ...]:
    return tuple(sorted(due, key=lambda c: (c.taken_along, c.brief.started_at)))


def asks_to_close(state: State, due: tuple[Candidate, ...]) -> Asks:
    """What must be known of those that are due."""
    before = (c.key for d in due for c in state.spoken.get(name_of(d.effect.target), ()) if _same_harm(c, d))
    rebuilt = {c.key: tuple(_built_inside(state, c)) for c in due if c.effect.kind in CONTAINERS}
    asked = tuple(dict.fromkeys(c.effect.target for c in due if c.asked))
    return Asks(impacts=due, rebuilt=rebuilt, spoken=tuple(dict.fromkeys(before)), stands=asked)


def _built_inside(state: State, candidate: Candidate) -> Iterator[AssetKey]:
    for group in state.mendings.values():
        for mending in group:
            stand = stands(mending.effect)
            if stand is None and candidate.effect.action is Action.TRUNCATE and mending.effect.action in FILLS | ADDS:
                stand = mending.effect.target  # the tables stood all the time: it is rows that come in again
            later = mending.brief.started_at >= candidate.harmed_at and not mending.effect.empty
            if later and stand is not None and candidate.effect.target.holds(stand):
                yield stand


def closed(
    state: State, event: WatermarkSeen | Answered, known: Known, windows: Windows
) -> tuple[State, tuple[Decision, ...]]:
    """Say what is due, ask about what can be asked about, and let go of what nobody needs to hear of."""
    decisions: list[Decision] = []
    due = due_at(state, event)
    # A storm is told as it is: nobody waits for hundreds of answers.
    may_ask = isinstance(event, WatermarkSeen) and event.system in known.probed and len(due) < windows.storm
    for candidate in due:
        evidence = event.found.get(candidate.key) if isinstance(event, Answered) else None
        state = _without(state, candidate)
        if candidate.taught:
            state = learn_left(state, candidate)
            continue
        said_before = _announced(candidate, state, known) if known.announcements else None
        # Only now: what puts it right, or comes of it, is no harm of its own.
        if (
            windows.is_off(candidate.kind)
            or _is_quiet(candidate, state, known)
            or (said_before is not None and not said_before.beyond)
        ):
            continue
        if candidate.stood_at is not None:
            decisions.append(Spared(candidate, candidate.stood_at))
            continue
        if evidence is not None and judged(candidate, evidence, known) is Says.STANDS:
            # Whoever made it stand again shows in the log by then, and with what columns and rows.
            later = event.at + windows.settle
            state = _waits(state, replace(candidate, asked=False, stood_at=evidence.at, closes_at=later))
            continue
        if may_ask and evidence is None and is_askable(candidate):
            late = isinstance(event, WatermarkSeen) and event.late
            state = _waits(state, replace(candidate, asked=True, late=late))
            continue
        state, said = _said(state, candidate, known, event, said_before, evidence)
        decisions.append(said)
    state, told = gathered(state, decisions, windows.storm)
    return state, tuple(told)


def _without(state: State, candidate: Candidate) -> State:
    name = name_of(candidate.effect.target)
    left = tuple(c for c in state.waiting[name] if c != candidate)
    return replace(state, waiting=with_group(state.waiting, name, left))


def _waits(state: State, candidate: Candidate) -> State:
    name = name_of(candidate.effect.target)
    return replace(state, waiting=with_group(state.waiting, name, (*state.waiting.get(name, ()), candidate)))


def _is_quiet(candidate: Candidate, state: State, known: Known) -> bool:
    impact = known.impacts.get(candidate.key)
    if candidate.key in known.noise or impact is None:
        return True
    return not worth_saying(impact) or is_habit(candidate, state)


def _said(
    state: State,
    candidate: Candidate,
    known: Known,
    event: WatermarkSeen | Answered,
    said_before: Announced | None,
    evidence: Evidence | None,
) -> tuple[State, Decision]:
    """As an alert of its own, or counted to the one that tells of it already."""
    impact = known.impacts[candidate.key]
    with_it = _told_with(candidate, state)
    first = with_it or _first_of(candidate, state, known)
    said: Decision
    if with_it is not None:
        said = Also(with_it, candidate, impact)
    elif first is not None:
        said = Repeat(first, candidate.brief)
    else:
        late = event.late if isinstance(event, WatermarkSeen) else candidate.late
        beyond = (said_before.announcement.id, said_before.beyond) if said_before is not None else None
        judgement = None if evidence is None else (judged(candidate, evidence, known), evidence.at)
        said = Speak(candidate, impact, unconfirmed=late, beyond=beyond, judgement=judgement)
    return _keep_spoken(state, replace(candidate, spoken=True, asked=False, repeats=first), event), said


def _announced(candidate: Candidate, state: State, known: Known) -> Announced | None:
    """What people were told beforehand of this harm, and of those that its statement took along and that hurt."""
    along = [
        c
        for group in state.waiting.values()
        for c in group
        if c.taken_along and c.brief.id == candidate.brief.id and c.key != candidate.key
    ]
    hurting = [c for c in along if (found := known.impacts.get(c.key)) is not None and worth_saying(found)]
    return announced(candidate, known.announcements, state.carried, () if candidate.taken_along else hurting)


def _first_of(candidate: Candidate, state: State, known: Known) -> str | None:
    """The open alert that tells of the same harm already."""
    there = state.spoken.get(name_of(candidate.effect.target), ())
    same = (c.key for c in there if c.repeats is None and c.key not in known.over and _same_harm(c, candidate))
    return next(same, None)


def _same_harm(one: Candidate, other: Candidate) -> bool:
    both_empty = one.cure is other.cure is Cure.ROWS_AGAIN
    return (one.kind == other.kind or both_empty) and one.effect.columns == other.effect.columns


def _keep_spoken(state: State, candidate: Candidate, event: WatermarkSeen | Answered) -> State:
    name = name_of(candidate.effect.target)
    spoken = with_group(state.spoken, name, (*state.spoken.get(name, ()), candidate))
    oldest = event.at - REMEMBER
    if sum(map(len, spoken.values())) > MOST_SPOKEN:
        times = sorted(c.brief.started_at for group in spoken.values() for c in group)
        oldest = max(oldest, times[MOST_SPOKEN // 4])
    if all(c.brief.started_at >= oldest for group in spoken.values() for c in group):
        return replace(state, spoken=spoken)
    kept = {n: tuple(c for c in group if c.brief.started_at >= oldest) for n, group in spoken.items()}
    return replace(state, spoken={n: group for n, group in kept.items() if group})


def forget_mendings(state: State, event: WatermarkSeen, windows: Windows) -> State:
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
