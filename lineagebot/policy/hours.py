"""When a place hears: at once, when its quiet hours end, in its digest, or when a pause is over. Pure.

A night is a night on the reader's own wall, on both sides of a change of the clocks; nights that touch a weekend are
one stretch with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from lineagebot.model import Digest, Listening, QuietHours, Severity, Until
from lineagebot.policy.severity import reaches

#: Nights and weekends that touch each other, at most: a whole week of them.
_TOUCHING = 14
#: An announced change that is nearer than this is told of during a pause whose end nobody knows.
NEAR = timedelta(days=1)


def waits_for(
    listening: Listening, severity: Severity, now: datetime, *, paused: bool = False, asked_for: bool = False
) -> Until | None:
    """What an alert of that loudness waits for; None: it is said now.

    `asked_for`: a subscription with a floor of its own reaches it, so it is nothing for the digest.
    """
    if paused:
        return Until.RESUMED
    digest = listening.digest
    if digest is not None and not asked_for and not reaches(severity, digest.below):
        return Until.DIGEST
    return Until.MORNING if is_quiet(listening, severity, now) else None


def is_over(listening: Listening, until: Until, severity: Severity, now: datetime) -> bool:
    """Whether what waits for that may be said now, while nothing is paused."""
    if until is Until.DIGEST and listening.digest is not None:
        return is_digest_due(listening, now)
    return not is_quiet(listening, severity, now)


def is_quiet(listening: Listening, severity: Severity, now: datetime) -> bool:
    """Whether something of that loudness must not be heard now."""
    quiet = listening.quiet
    return quiet is not None and not reaches(severity, quiet.but) and over_at(quiet, now) is not None


def is_digest_due(listening: Listening, now: datetime) -> bool:
    """A digest is nothing urgent: where its time lies in quiet hours it waits for their end."""
    digest, said = listening.digest, listening.digested_at
    if digest is None or (listening.quiet is not None and over_at(listening.quiet, now) is not None):
        return False
    return said is None or latest(digest, now) > said


def hears_announced(
    listening: Listening, at: datetime, now: datetime, *, paused: bool = False, resumes: datetime | None = None
) -> bool:
    """Whether a change that is announced for `at` is told of now; what is urgent is, in whatever hours.

    `resumes`: when a pause ends; None: nobody knows.
    """
    if paused:
        return at <= (resumes if resumes is not None else now + NEAR)
    over = over_at(listening.quiet, now) if listening.quiet is not None else None
    return over is None or at <= over


def says_nothing_happened(digest: Digest) -> bool:
    """Silence of a week looks like a dead bot."""
    return digest.empty or digest.weekday is not None


def over_at(quiet: QuietHours, now: datetime) -> datetime | None:
    """When the quiet stretch ends that `now` lies in; None where it lies in none."""
    at, zone = now, zone_named(quiet.zone)
    for _ in range(_TOUCHING):
        ends = [end for start, end in _around(quiet, at, zone) if start <= at < end]
        if not ends:
            break
        at = max(ends)
    return None if at == now else at


def latest(digest: Digest, now: datetime) -> datetime:
    """The last moment for it that is not after `now`."""
    return max(moment for moment in _moments(digest, now) if moment <= now)


def coming(digest: Digest, now: datetime) -> datetime:
    """The first moment for it after `now`."""
    return min(moment for moment in _moments(digest, now) if moment > now)


def zone_named(name: str) -> tzinfo:
    """The zone; UTC where this machine does not know it (any more)."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def _around(quiet: QuietHours, at: datetime, zone: tzinfo) -> Iterator[tuple[datetime, datetime]]:
    """Stretches that begin on the day of `at` or on the one before."""
    today = at.astimezone(zone).date()
    for day in (today - timedelta(days=1), today):
        tomorrow = day + timedelta(days=1)
        if quiet.start is not None and quiet.end is not None:
            last = day if quiet.start < quiet.end else tomorrow
            yield _moment(day, quiet.start, zone), _moment(last, quiet.end, zone)
        if quiet.weekends and day.weekday() >= 5:
            yield _moment(day, 0, zone), _moment(tomorrow, 0, zone)


def _moments(digest: Digest, now: datetime) -> Iterator[datetime]:
    """Those of the week before and the week after."""
    zone = zone_named(digest.zone)
    today = now.astimezone(zone).date()
    for ahead in range(-8, 9):
        day = today + timedelta(days=ahead)
        if digest.weekday in (None, day.weekday()):
            yield _moment(day, digest.at, zone)


def _moment(day: date, minutes: int, zone: tzinfo) -> datetime:
    """That time on that wall, in UTC; one that the clocks leap over lies an hour later on it."""
    return datetime(day.year, day.month, day.day, minutes // 60, minutes % 60, tzinfo=zone).astimezone(UTC)
