"""Habits: the same statement by the same account and program, again and again, and what came of it each time.

Digits count for nothing in it: the month in a partition's name and the day in a predicate change with every run.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from datetime import datetime, timedelta

from lineagebot.model import Action, AssetKey, Effect
from lineagebot.policy.rules import Cure, Windows
from lineagebot.policy.state import Brief, Candidate, Routine, State, name_of

#: How long a routine is remembered that does not come again.
REMEMBER = timedelta(days=14)
MOST_ROUTINES = 20_000
#: So many runs that were left as they were make it the way in which a machine's job works, and a person's.
HABIT = 1
HABIT_OF_A_PERSON = 3

_DIGITS = re.compile(r"\d+")


def is_habit(candidate: Candidate, state: State) -> bool:
    """What this account did before in the very same way, and nobody had to put right.

    A view that a CASCADE took along was nobody's intention, however often the statement ran.
    """
    if candidate.taken_along:
        return False
    known = routine(state, candidate.effect.target, candidate.brief)
    done = known.left + (known.times if candidate.cure is Cure.NONE else 0)
    enough = HABIT if candidate.brief.by_machine else HABIT_OF_A_PERSON
    return done >= enough and (candidate.cure is Cure.NONE or known.left > known.times)


def stretched(wait: timedelta, state: State, asset: AssetKey, brief: Brief, windows: Windows) -> timedelta:
    """A routine that takes twenty minutes every night gets its time, up to the longest window."""
    usual = timedelta(seconds=2 * routine(state, asset, brief).longest_seconds)
    return max(wait, min(windows.longest, usual))


def learn_cured(state: State, candidate: Candidate, at: datetime) -> State:
    """The harm was well again: how often by now, and how long it took at most."""
    took = (at - candidate.brief.started_at).total_seconds()
    old = routine(state, candidate.effect.target, candidate.brief)
    new = replace(old, times=old.times + 1, longest_seconds=max(old.longest_seconds, took), last=at)
    return _learn(state, candidate, new, at)


def learn_left(state: State, candidate: Candidate) -> State:
    """Its window closed and it was left as it was, in a time of which nobody complained."""
    at = candidate.brief.started_at
    old = routine(state, candidate.effect.target, candidate.brief)
    return _learn(state, candidate, replace(old, left=old.left + 1, last=at), at)


def learn_piecemeal(state: State, effect: Effect, brief: Brief) -> State:
    """Whoever overwrites one partition at a time does not mean to overwrite the whole."""
    if effect.action is not Action.OVERWRITE or effect.every_row or not brief.by_machine:
        return state
    name = _piecemeal(effect.target, brief)
    old = state.routines.get(name) or Routine()
    return _kept(state, name, replace(old, times=old.times + 1, last=brief.started_at), brief.started_at)


def is_piecemeal(state: State, effect: Effect, brief: Brief) -> bool:
    """Whether this account wrote the asset partition by partition until now."""
    return _piecemeal(effect.target, brief) in state.routines


def _piecemeal(asset: AssetKey, brief: Brief) -> str:
    return "\x1f".join((brief.login or "", "by partition", name_of(asset)))


def routine(state: State, asset: AssetKey, brief: Brief) -> Routine:
    return state.routines.get(_name(asset, brief)) or Routine()


def _learn(state: State, candidate: Candidate, new: Routine, at: datetime) -> State:
    return _kept(state, _name(candidate.effect.target, candidate.brief), new, at)


def _kept(state: State, name: str, new: Routine, at: datetime) -> State:
    routines = {**state.routines, name: new}
    if len(routines) > MOST_ROUTINES:
        times = sorted((r.last or at, name) for name, r in routines.items())[MOST_ROUTINES // 4 :]
        routines = {name: routines[name] for last, name in times if last > at - REMEMBER}
    return replace(state, routines=routines)


def _name(asset: AssetKey, brief: Brief) -> str:
    """Account, program, what it ran (without digits) and on what."""
    text = _shape(brief.text) if brief.text else brief.fingerprint
    ran = hashlib.sha256(text.encode()).hexdigest()[:16]
    return "\x1f".join((brief.login or "", _shape(brief.application or ""), ran, _shape(name_of(asset))))


def _shape(text: str) -> str:
    return _DIGITS.sub("#", text)
