"""The breaker: many alerts of one cause become one summary that names it, drawn anew as more come.

One session, one job: twenty alerts of it in ten minutes are one accident. Where nothing but the system is common, ten
times as many are needed: a series of accidents must be told one by one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from lineagebot.policy.state import (
    Brief,
    Candidate,
    Decision,
    Lately,
    Speak,
    State,
    Storm,
    Stormy,
    key_of,
    name_of,
    with_group,
)

#: `Windows.storm` counts the alerts of so long; a storm is over when it was quiet for so long.
SPAN = timedelta(minutes=10)
#: Alerts that have nothing but their system in common: so many times as many make a storm.
STRANGERS = 10
#: The cause of those.
ANYTHING = "anything"
#: A system and a cause.
Named = tuple[str, str]
#: As many alerts as a storm remembers by key; all of them are counted.
REMEMBERED = 1_000


def causes_of(brief: Brief) -> tuple[str, ...]:
    """What an alert may have in common with others, the narrowest first: "session 6f2a.1b", "job load_orders"."""
    told = [f"session {brief.session}"] if brief.session else []
    told += [f"job {brief.via}"] if brief.via else []
    if not brief.session and brief.login:
        # Such a system knows no sessions: then an account with its program is the nearest to one.
        told.append(f"account {brief.login} {brief.application or ''}".rstrip())
    return (*told, ANYTHING)


def gathered(state: State, decisions: Sequence[Decision], limit: int) -> tuple[State, list[Decision]]:
    """The decisions of one look, its alerts marked where they are part of a storm; each storm that grew comes last.

    What is found at one look counts at once: five hundred drops of one script are one message, not twenty and one.
    """
    fresh = [d.candidate for d in decisions if isinstance(d, Speak) and not d.candidate.old]
    if not fresh:
        return state, list(decisions)
    oldest = max(c.brief.started_at for c in fresh) - SPAN
    lately = tuple(one for one in state.lately if one.at > oldest)
    going_on = {(s.system, s.cause): s for s in state.storms if s.last > oldest}
    new = {c.key: Lately(c.brief.system, c.brief.started_at, causes_of(c.brief)) for c in fresh}
    caused = _caused(new, lately, frozenset(going_on), limit)
    part_of: dict[str, str] = {}
    for candidate in fresh:
        if candidate.key in caused:
            named = caused[candidate.key]
            going_on[named] = _grown(going_on.get(named) or _begun(candidate, named, lately), candidate)
            part_of[candidate.key] = going_on[named].key
    lately = (*lately, *(one for key, one in new.items() if key not in caused))
    state = replace(state, lately=lately, storms=tuple(going_on.values()))
    if not part_of:
        return state, list(decisions)
    marked = [replace(d, part_of=part_of.get(d.candidate.key)) if isinstance(d, Speak) else d for d in decisions]
    return _marked(state, fresh, part_of), [
        *marked,
        *(Storm(going_on[named]) for named in dict.fromkeys(caused.values())),
    ]


def calmed(state: State, cured: Iterable[Candidate]) -> tuple[State, tuple[str, ...]]:
    """Keys of the storms of which nothing is broken any more, now that these are well again."""
    hit = {c.part_of for c in cured if c.part_of is not None}
    if not hit:
        return state, ()
    over = hit - {c.part_of for group in state.spoken.values() for c in group}
    return replace(state, storms=tuple(s for s in state.storms if s.key not in over)), tuple(sorted(filter(None, over)))


def _caused(
    new: Mapping[str, Lately], lately: Iterable[Lately], going_on: Collection[Named], limit: int
) -> Mapping[str, Named]:
    """Which of the new alerts are part of which storm. What a narrow cause explains is no stranger to be counted."""
    found: dict[str, Named] = {}
    for enough, widest in ((limit, False), (limit * STRANGERS, True)):
        left = {key: one for key, one in new.items() if key not in found}
        counted = Counter(named for one in (*lately, *left.values()) for named in _named(one))
        for key, one in left.items():
            fitting = (n for n in _named(one) if (n[1] == ANYTHING) is widest)
            named = next((n for n in fitting if n in going_on or counted[n] >= enough), None)
            if named is not None:
                found[key] = named
    return found


def _named(one: Lately) -> list[Named]:
    return [(one.system, cause) for cause in one.causes]


def _begun(candidate: Candidate, named: Named, lately: tuple[Lately, ...]) -> Stormy:
    system, cause = named
    brief = candidate.brief
    told = sum(named in _named(one) for one in lately)
    key = key_of(system, brief.id, f"storm of {cause}", candidate.effect.target)
    return Stormy(key, system, cause, replace(brief, text=""), told, brief.started_at, brief.started_at)


def _grown(storm: Stormy, candidate: Candidate) -> Stormy:
    at = candidate.brief.started_at
    members = (*storm.members, candidate.key)[:REMEMBERED]
    return replace(storm, count=storm.count + 1, last=max(storm.last, at), members=members)


def _marked(state: State, fresh: Iterable[Candidate], part_of: Mapping[str, str]) -> State:
    spoken = state.spoken
    for name in dict.fromkeys(name_of(c.effect.target) for c in fresh if c.key in part_of):
        group = tuple(replace(c, part_of=part_of.get(c.key, c.part_of)) for c in spoken.get(name, ()))
        spoken = with_group(spoken, name, group)
    return replace(state, spoken=spoken)
