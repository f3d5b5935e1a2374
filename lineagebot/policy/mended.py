"""Alerts that are over although no name stands again as it was: nobody uses it any more, or a schema was filled anew.

Whoever is made anew may read something else now; what is built in a schema that was dropped is no loss any more. Both
are noted as they are told, and looked at once, when the watermark has passed them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from lineagebot.graph.impact import Impact
from lineagebot.model import AssetKey, Effect
from lineagebot.policy.closing import worth_saying
from lineagebot.policy.cures import CONTAINERS, stands
from lineagebot.policy.rules import Cure
from lineagebot.policy.state import (
    Brief,
    Candidate,
    Decision,
    Known,
    State,
    TakeBack,
    WatermarkSeen,
    name_of,
    with_group,
)
from lineagebot.policy.storm import calmed

#: Consumers whose rebuilding is watched for, of one alert and in all.
MOST_USERS = 50
MOST_WATCHED = 10_000
#: Rebuilt assets of a schema that are kept.
MOST_REBUILT = 2_000


def watched(state: State, candidate: Candidate, impact: Impact) -> State:
    """Remember who used directly what this alert is about."""
    if candidate.cure is not Cure.STANDS_AGAIN or candidate.effect.kind in CONTAINERS:
        return state
    target = name_of(candidate.effect.target)
    users = dict(state.users)
    for consumer in [c for c in impact.consumers if len(c.path) == 2][:MOST_USERS]:
        name = name_of(consumer.asset.key)
        users[name] = tuple(dict.fromkeys((*users.get(name, ()), target)))
    if len(users) > MOST_WATCHED:
        for name in [*users][: len(users) - MOST_WATCHED]:
            del users[name]
    return replace(state, users=users)


def noted(state: State, effect: Effect, brief: Brief) -> State:
    """What this effect made stand may be the end of an alert about something else."""
    built = stands(effect)
    if built is None or effect.temporary or not state.spoken:
        return state
    spoken = state.spoken
    for name in dict.fromkeys(_concerned(state, built)):
        group = tuple(_rebuilt(c, built, effect, brief) for c in spoken[name])
        spoken = with_group(spoken, name, group)
    return state if spoken is state.spoken else replace(state, spoken=spoken)


def to_look_at(state: State, event: WatermarkSeen) -> tuple[Candidate, ...]:
    """Those of which something was noted that the watermark has passed by now."""
    there = (c for group in state.spoken.values() for c in group if c.mended_by is not None)
    return tuple(c for c in there if c.mended_by and c.brief.system == event.system)


def mended(state: State, event: WatermarkSeen, known: Known) -> tuple[State, list[Decision]]:
    """Take back the alerts that hurt nobody any more; the others wait on."""
    taken_back: list[Decision] = []
    for candidate in to_look_at(state, event):
        name, by = name_of(candidate.effect.target), candidate.mended_by
        impact = known.impacts.get(candidate.key)
        counted = [c for group in state.spoken.values() for c in group if c.repeats == candidate.key]
        over = impact is not None and not worth_saying(impact) and not any(c.taken_along for c in counted)
        group = tuple(c for c in state.spoken.get(name, ()) if c.key != candidate.key)
        if by is None or not over:
            waits = (*group, replace(candidate, mended_by=None))
            state = replace(state, spoken=with_group(state.spoken, name, waits))
            continue
        gone = {c.key for c in counted}
        state = replace(state, spoken=with_group(state.spoken, name, tuple(c for c in group if c.key not in gone)))
        state, calm = calmed(state, [candidate])
        taken_back += [TakeBack(key, by, unused=not candidate.rebuilt) for key in (candidate.key, *calm)]
    return state, taken_back


def _concerned(state: State, built: AssetKey) -> Iterator[str]:
    """Under which names the alerts are kept that it may end: of what it used, and of the schemas that it lies in."""
    yield from (name for name in state.users.get(name_of(built), ()) if name in state.spoken)
    for depth in range(1, len(built.path)):
        name = name_of(AssetKey(built.system, built.path[:depth]))
        if name in state.spoken:
            yield name


def _rebuilt(candidate: Candidate, built: AssetKey, effect: Effect, brief: Brief) -> Candidate:
    if candidate.repeats is not None or candidate.cure is not Cure.STANDS_AGAIN:
        return candidate
    if candidate.harmed_at > brief.started_at:
        return candidate
    by = replace(brief, text="")
    if candidate.effect.kind not in CONTAINERS:
        return replace(candidate, mended_by=by)
    if effect.empty:
        return candidate
    return replace(candidate, mended_by=by, rebuilt=_more(candidate.rebuilt, (built,)))


def _more(known: Iterable[AssetKey], new: Iterable[AssetKey]) -> tuple[AssetKey, ...]:
    return tuple(dict.fromkeys((*known, *new)))[:MOST_REBUILT]
