"""A moment as people say it ("tomorrow 09:00", "in 2h", "fri 18:30 UTC"), in the asker's own time zone."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_SPAN = re.compile(r"in (\d{1,4}) ?(m|h|d|w)(?:in|ins|inutes?|rs?|ours?|ays?|eeks?)?")
_CLOCK = re.compile(r"(?:at )?(\d{1,2})(?:[:.h](\d\d))?(?::\d\d)? ?(am|pm)?")
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_DAY_MONTH = re.compile(r"(\d{1,2})\.? ([a-z]{3,9})\.?(?: (\d{4}))?")
_MONTH_DAY = re.compile(r"([a-z]{3,9})\.? (\d{1,2})(?:,? (\d{4}))?")
_ZONE = re.compile(r"(?:utc|gmt|z|[A-Za-z]+/[A-Za-z_+/-]+)", re.IGNORECASE)


def zone_of(name: str | None) -> tzinfo:
    """The zone of that name; UTC where nobody knows it."""
    try:
        return ZoneInfo(name) if name else UTC
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def moment_of(said: str, now: datetime, zone: tzinfo) -> datetime | None:
    """The moment in UTC; None where the words are no time. A time of day that is over today means tomorrow's."""
    words = " ".join(said.replace("T", " ").split()) if _ISO.match(said.strip()) else " ".join(said.split())
    *front, last = words.split(" ") if words else [""]
    if front and _ZONE.fullmatch(last):
        if (named := _named(last)) is None:
            return None
        words, zone = " ".join(front), named
    words = words.lower().replace(",", "").strip()
    if words == "now":
        return now
    if span := _SPAN.fullmatch(words):
        return now + timedelta(**{_UNITS[span[2]]: int(span[1])})
    here = now.astimezone(zone)
    return _day_and_clock(words, here)


def spelled(at: datetime, zone: tzinfo) -> str:
    """ "Tue 24 Nov 09:00 CET", for where no medium draws it in the reader's own zone."""
    there = at.astimezone(zone)
    return f"{there:%a} {there.day} {there:%b %H:%M} {there.tzname() or 'UTC'}"


def time_of_day(said: str) -> int | None:
    """ "20:00", "8 pm" or "8" as minutes since midnight; midnight is 0 from either side; None where it is none."""
    match = _CLOCK.fullmatch(said.strip().lower())
    if match is None:
        return None
    if said.strip() in ("24", "24:00"):
        return 0
    at = _of_clock(match)
    return None if at is None else at.hour * 60 + at.minute


def _named(zone: str) -> tzinfo | None:
    if "/" not in zone:
        return UTC
    found = zone_of(zone)
    return None if found is UTC else found


def _day_and_clock(words: str, here: datetime) -> datetime | None:
    """Either may stand first. A day alone is no time: nobody would know when to look."""
    parts = words.split(" ")
    for n in range(len(parts) + 1):
        for day, clock in ((parts[:n], parts[n:]), (parts[n:], parts[:n])):
            at = _clock(" ".join(clock))
            on = _day(" ".join(day).removeprefix("on ").removesuffix(" at"), here.date()) if day else here.date()
            if at is None or on is None:
                continue
            moment = datetime.combine(on, at, tzinfo=here.tzinfo)
            if not day and moment <= here:
                moment = datetime.combine(on + timedelta(days=1), at, tzinfo=here.tzinfo)
            return moment.astimezone(UTC)
    return None


def _clock(words: str) -> time | None:
    match = _CLOCK.fullmatch(words)
    if words in ("noon", "midday"):
        return time(12)
    if match is None or (match[2] is None and match[3] is None and not words.startswith("at ")):
        return None  # a bare number is anything
    return _of_clock(match)


def _of_clock(match: re.Match[str]) -> time | None:
    hour, minute, half = int(match[1]), int(match[2] or 0), match[3]
    if half is not None:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "pm" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _day(words: str, today: date) -> date | None:
    if words in ("today", "tonight"):
        return today
    if words == "tomorrow":
        return today + timedelta(days=1)
    name = words.removeprefix("next ")
    if len(name) >= 3 and (week := [n for n, day in enumerate(_DAYS) if day.startswith(name)]):
        return today + timedelta(days=(week[0] - today.weekday() - 1) % 7 + 1)
    if match := _ISO.fullmatch(words):
        return _date(int(match[1]), int(match[2]), int(match[3]))
    if match := _DAY_MONTH.fullmatch(words):
        return _of_month(match[2], int(match[1]), match[3], today)
    if match := _MONTH_DAY.fullmatch(words):
        return _of_month(match[1], int(match[2]), match[3], today)
    return None


def _of_month(month: str, day: int, year: str | None, today: date) -> date | None:
    if month[:3] not in _MONTHS:
        return None
    number = _MONTHS.index(month[:3]) + 1
    if year is not None:
        return _date(int(year), number, day)
    found = _date(today.year, number, day)
    return _date(today.year + 1, number, day) if found is not None and found < today else found


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
