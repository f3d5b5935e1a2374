"""Is what happened what was announced? By what it did to which asset, within a window around the time; never by text.

An announcement has parts: those of its effects that harm somebody. A statement carries a part out where it does the
same to the same asset. A harm is announced where it is no more than the parts say; whatever goes beyond them is told
aloud, with what was not announced.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from lineagebot.graph.impact import harm_of
from lineagebot.model import Action, Announcement, AnnouncementState, AssetKind, Effect
from lineagebot.policy.cures import BUILDS, MOVES
from lineagebot.policy.say import listed, short
from lineagebot.policy.state import Brief, Candidate, CarriedOut, Part

#: A change may come so much before the time that was announced, and so much after it.
EARLY = timedelta(minutes=30)
LATE = timedelta(hours=2)
#: So long the fold remembers who carried out what.
KEPT = timedelta(days=1)

_CONTAINERS = (AssetKind.SCHEMA, AssetKind.DATABASE)
_COLUMNS = (Action.DROP_COLUMN, Action.RENAME_COLUMN, Action.RETYPE_COLUMN)


@dataclass(frozen=True, slots=True)
class Announced:
    """The announcement that a harm belongs to. `beyond`: what of it was not announced; "" where all of it was."""

    announcement: Announcement
    beyond: str = ""


def parts_of(announcement: Announcement) -> tuple[Effect, ...]:
    """What of it can be seen to have happened."""
    return tuple(effect for effect in announcement.effects if harm_of(effect) is not None)


def carried_out(
    announcements: Collection[Announcement], before: Collection[Part], effects: Iterable[Effect], brief: Brief
) -> tuple[CarriedOut, ...]:
    """The announcements of which this statement does a part that nobody had done."""
    effects = tuple(effects)
    found: list[CarriedOut] = []
    for announcement in announcements:
        if not (effects and _is_due(announcement, brief)):
            continue
        parts = parts_of(announcement)
        done = {p.part for p in before if p.announcement == announcement.id}
        now = {n for n, part in enumerate(parts) if n not in done and any(_is_same_act(part, e) for e in effects)}
        if now:
            found.append(CarriedOut(announcement.id, tuple(sorted(now)), brief, left=len(parts) - len(done | now)))
    return tuple(found)


def announced(
    candidate: Candidate,
    announcements: Collection[Announcement],
    carried: Collection[Part],
    along: Collection[Candidate] = (),
) -> Announced | None:
    """Whether the harm was announced. `along`: what else its statement took with it; None: nobody spoke of it."""
    theirs = [a for a in announcements if _is_due(a, candidate.brief)]
    found = [said for a in theirs if (said := _held_against(candidate, a, carried, along)) is not None]
    return min(found, key=lambda said: bool(said.beyond), default=None)


def overdue(announcement: Announcement, mark: datetime | None) -> bool:
    """Whether its log was read past the end of its window, and it did not happen."""
    return announcement.state is AnnouncementState.OPEN and mark is not None and mark > announcement.at + LATE


def _is_due(announcement: Announcement, brief: Brief) -> bool:
    if announcement.state is AnnouncementState.CANCELLED or announcement.system != brief.system:
        return False
    # What happened before anybody was told was not announced.
    first = max(announcement.at - EARLY, announcement.announced_at)
    return first <= brief.started_at <= announcement.at + LATE


def _held_against(
    candidate: Candidate, announcement: Announcement, carried: Collection[Part], along: Collection[Candidate]
) -> Announced | None:
    brief, effect = candidate.brief, candidate.effect
    parts = parts_of(announcement)
    mine = [p for p in carried if p.announcement == announcement.id]
    # Done is done: what somebody else does once more was not announced.
    others = {p.part for p in mine if p.login != brief.login}
    covering = [n for n in range(len(parts)) if n not in others and _covers(announcement, n, parts, candidate)]
    if covering:
        alone = [c for c in along if not any(_covers(announcement, n, parts, c) for n in range(len(parts)))]
        return Announced(announcement, _taken_along(alone))
    if any(p.statement == brief.id for p in mine):
        return Announced(announcement, _beyond(effect, parts, candidate))
    near = any(part.target == effect.target for n, part in enumerate(parts) if n not in others)
    return Announced(announcement, _beyond(effect, parts, candidate)) if near else None


def _covers(announcement: Announcement, n: int, parts: tuple[Effect, ...], candidate: Candidate) -> bool:
    """Whether the harm is no more than what part `n` says."""
    part, effect = parts[n], candidate.effect
    if candidate.taken_along:
        return (part.cascade and effect.target in announcement.victims) or _holds(part, effect)
    if _is_same_act(part, effect):
        return _is_no_more(effect, part)
    return _holds(part, effect) or _is_left_by(part, effect, announcement.effects)


def _is_same_act(part: Effect, effect: Effect) -> bool:
    """The same done to the same asset, be it more. A routine's harmless act of that name is another one."""
    if part.action is not effect.action or part.target != effect.target or effect.temporary:
        return False
    if part.action in (Action.DELETE, Action.UPDATE):
        return effect.every_row
    names = {c.name for c in part.columns} if part.action in (*_COLUMNS, Action.REPLACE) else set()
    return not names or any(c.name in names for c in effect.columns)


def _holds(part: Effect, effect: Effect) -> bool:
    """A schema that goes takes with it all that is in it."""
    goes = part.action is effect.action is Action.DROP and part.kind in _CONTAINERS
    return goes and part.target.holds(effect.target)


def _is_no_more(effect: Effect, part: Effect) -> bool:
    return (
        not _more_columns(effect, part)
        and effect.renamed_to == part.renamed_to
        and part.partition in (None, effect.partition)
        and (part.partition is not None or effect.partition is None or part.every_row)
        and effect.every_row <= part.every_row
        and effect.for_good <= part.for_good
        and effect.empty <= part.empty
        and effect.partial <= part.partial
        and set(effect.grantees) <= set(part.grantees)
    )


def _more_columns(effect: Effect, part: Effect) -> tuple[str, ...]:
    """Columns that lose something that was not announced."""
    if effect.action in _COLUMNS:
        said = {(c.name, c.renamed_to, c.new_type) for c in part.columns}
        return tuple(c.name for c in effect.columns if (c.name, c.renamed_to, c.new_type) not in said)
    if effect.action is Action.REPLACE:
        return tuple(sorted({c.name for c in effect.columns} - {c.name for c in part.columns}))
    return ()


def _is_left_by(part: Effect, effect: Effect, effects: tuple[Effect, ...]) -> bool:
    """A name that stands again with less: less than what the announced text leaves standing there?"""
    if effect.action is not Action.REPLACE:
        return False
    if part.action is Action.SWAP:
        return effect.target in (part.target, part.renamed_to)
    if part.target != effect.target or part.action not in (Action.DROP, *MOVES):
        return False
    built = [e for e in effects if e.action in BUILDS and e.target == effect.target]
    if not built:
        return True  # gone altogether is what was announced
    stands = {c.name for e in built for c in e.produces}
    return not stands & {c.name for c in effect.columns} and effect.empty <= any(e.empty for e in built)


def _beyond(effect: Effect, parts: tuple[Effect, ...], candidate: Candidate) -> str:
    if candidate.taken_along:
        return f"that {short(effect.target)} goes along with it"
    for part in parts:
        if _is_same_act(part, effect) and (more := _more_columns(effect, part)):
            return f"column{'s' if len(more) > 1 else ''} {listed(more)} of {short(effect.target)}"
    if any(_is_same_act(part, effect) for part in parts):
        return f"that so much of {short(effect.target)} is touched"
    return f"this, done to {short(effect.target)}"


def _taken_along(victims: Collection[Candidate]) -> str:
    if not victims:
        return ""
    names = tuple(dict.fromkeys(short(c.effect.target) for c in victims))
    return f"that {listed(names)} {'go' if len(names) > 1 else 'goes'} along with it"


def remembered(carried: Iterable[Part], new: Iterable[CarriedOut], at: datetime) -> Iterator[Part]:
    """What the fold keeps of who did which part, with what is old forgotten."""
    yield from (p for p in carried if p.at > at - KEPT)
    for done in new:
        for part in done.parts:
            yield Part(done.announcement, part, done.by.login, done.by.id, done.by.started_at)
