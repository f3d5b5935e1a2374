"""What really broke: statements that failed for the want of what an alert is about, counted from the log as it is read.

Counted from the harm on, also while its window is still open; told when the alert is, and again whenever the number has
doubled, for some hours or until it is well again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from lineagebot.graph.failing import DENIED, MISSING
from lineagebot.model import AssetKey, Read
from lineagebot.policy.rules import Cure
from lineagebot.policy.say import count, listed
from lineagebot.policy.state import Broke, Broken, Candidate, Decision, Speak, State, StatementSeen, TakeBack, name_of

#: So long after the harm failures are put down to it.
LASTS = timedelta(hours=24)
#: As many people and jobs as are kept by name; more are not counted apart.
MOST_NAMED = 200
#: Jobs that are named in the sentence.
NAMED = 3

#: What is lost to a failing statement in each way: a name, a column, a right. Lost rows make no statement fail.
_FAILS_FOR: Mapping[Cure, re.Pattern[str]] = {
    Cure.STANDS_AGAIN: MISSING,
    Cure.COLUMN_AGAIN: MISSING,
    Cure.GRANTED_AGAIN: DENIED,
}


def counted(state: State, event: StatementSeen) -> tuple[State, tuple[Decision, ...]]:
    """Put a statement that failed down to the harms that it failed for."""
    hit = {c.key: c for c in _blamed(state, event)}
    broken = dict(state.broken)
    for key in dict.fromkeys(k for c in hit.values() for k in _told_under(c)):
        broken[key] = _with(broken.get(key) or Broken(event.statement.started_at), event)
    spoken = dict.fromkeys(k for c in hit.values() if c.spoken for k in _told_under(c))
    state = replace(state, broken=broken) if hit else state
    state, told = _tell(state, spoken, lambda b: b.queries >= 2 * b.told)
    return state, tuple(told)


def after(state: State, decisions: Iterable[Decision], at: datetime) -> tuple[State, tuple[Decision, ...]]:
    """The decisions, with what broke before each alert was spoken, and the last count of those that are over."""
    found = tuple(decisions)
    if not state.broken:
        return state, found
    new = dict.fromkeys(k for d in found if isinstance(d, Speak) for k in (d.candidate.key, d.part_of or ""))
    over = {d.key for d in found if isinstance(d, TakeBack)}
    over |= {key for key, broken in state.broken.items() if broken.last < at - LASTS}
    state, last = _tell(state, [key for key in state.broken if key in over], lambda b: bool(b.told))
    state, first = _tell(state, new, lambda b: not b.told)
    left = {key: broken for key, broken in state.broken.items() if key not in over}
    return replace(state, broken=left), (*last, *found, *first)


def sentence(broken: Broken) -> str:
    """ "12 queries by 4 people and 1 machine account, 1 dashboard"."""
    whose = [count(len(broken.people), "person", "people")] if broken.people else []
    whose += [count(len(broken.machines), "machine account")] if broken.machines else []
    text = count(broken.queries, "query", "queries") + (f" by {listed(whose)}" if whose else "")
    if broken.boards:
        text += f", {count(len(broken.boards), 'dashboard')}"
    if broken.jobs:
        more = f" and {len(broken.jobs) - NAMED} more" if len(broken.jobs) > NAMED else ""
        text += f", in {', '.join(broken.jobs[:NAMED])}{more}"
    return text


def _tell(state: State, keys: Iterable[str], enough: Callable[[Broken], bool]) -> tuple[State, list[Decision]]:
    broken, told = dict(state.broken), list[Decision]()
    for key in keys:
        there = broken.get(key)
        if there is not None and there.queries > there.told and enough(there):
            told.append(Broke(key, there))
            broken[key] = replace(there, told=there.queries)
    return (replace(state, broken=broken), told) if told else (state, told)


def _blamed(state: State, event: StatementSeen) -> Iterator[Candidate]:
    """The harms that explain the failure, waiting or spoken."""
    statement = event.statement
    for kept in (state.spoken, state.waiting):
        for name in _names(event, kept):
            for candidate in kept[name]:
                pattern = _FAILS_FOR.get(candidate.cure)
                if pattern is None or candidate.taught or not _is_in_time(candidate, statement.started_at):
                    continue
                if statement.error is not None and not pattern.search(statement.error):
                    continue
                if _misses(candidate, event):
                    yield candidate


def _names(event: StatementSeen, kept: Mapping[str, tuple[Candidate, ...]]) -> Iterator[str]:
    """Under which names harms to what it reads are kept: the asset's own, its schema's, its database's."""
    for asset in dict.fromkeys(_meant(event)):
        for depth in range(len(asset.path), 0, -1):
            name = name_of(AssetKey(asset.system, asset.path[:depth]))
            if name in kept:
                yield name


def _meant(event: StatementSeen) -> Iterator[AssetKey]:
    """What it reads; a name that is gone resolves in no schema, so it may be meant in any of its search path."""
    _, *schemas = event.statement.default_path or ("",)
    for read in event.reads:
        yield read.asset
        if len(read.asset.path) >= 2 and read.asset.path[-2] in schemas:
            for schema in schemas:
                yield AssetKey(read.asset.system, (*read.asset.path[:-2], schema, read.asset.name))


def _misses(candidate: Candidate, event: StatementSeen) -> bool:
    """Of a lost column: whether that is what it reads, or what its error names."""
    lost = {c.name for c in candidate.effect.columns}
    if candidate.cure is not Cure.COLUMN_AGAIN or not lost:
        return True
    if any(_reads(read, candidate, lost) for read in event.reads):
        return True
    return any(re.search(rf"\b{re.escape(name)}\b", event.statement.error or "", re.IGNORECASE) for name in lost)


def _reads(read: Read, candidate: Candidate, lost: set[str]) -> bool:
    return read.asset == candidate.effect.target and read.column in lost


def _is_in_time(candidate: Candidate, at: datetime) -> bool:
    return candidate.harmed_at <= at <= candidate.harmed_at + LASTS


def _told_under(candidate: Candidate) -> tuple[str, ...]:
    """The alert that tells of the harm, and the storm that it is part of."""
    own = candidate.repeats or candidate.key
    return (own, candidate.part_of) if candidate.part_of else (own,)


def _with(broken: Broken, event: StatementSeen) -> Broken:
    statement = event.statement
    who = (statement.login,) if statement.login else ()
    job, board = _ran_by(statement.via)
    return replace(
        broken,
        queries=broken.queries + 1,
        last=max(broken.last, statement.started_at),
        people=_more(broken.people, () if event.by_machine else who),
        machines=_more(broken.machines, who if event.by_machine else ()),
        jobs=_more(broken.jobs, job),
        boards=_more(broken.boards, board),
    )


def _ran_by(via: str | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(jobs, dashboards): what ran it in its own words."""
    if not via:
        return (), ()
    is_board = "dashboard" in via.lower()
    return ((), (via,)) if is_board else ((via,), ())


def _more(known: tuple[str, ...], new: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*known, *new)))[:MOST_NAMED]
