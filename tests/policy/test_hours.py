"""When a place hears: nights over midnight, weekends, changes of the clocks, digests, and what breaks through."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from lineagebot.model import Digest, Listening, QuietHours, Severity, Until
from lineagebot.policy.hours import coming, hears_announced, is_digest_due, is_over, latest, over_at, waits_for

BERLIN = "Europe/Berlin"
NIGHT = QuietHours(BERLIN, 20 * 60, 8 * 60)
NIGHTS_AND_WEEKENDS = QuietHours(BERLIN, 20 * 60, 8 * 60, weekends=True)
WEEKENDS = QuietHours(BERLIN, weekends=True)
NOON_BREAK = QuietHours(BERLIN, 12 * 60, 13 * 60)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


ENDS = {
    "before it begins": (NIGHT, "2026-11-23 18:59", None),
    "at its first moment": (NIGHT, "2026-11-23 19:00", "2026-11-24 07:00"),
    "after midnight": (NIGHT, "2026-11-24 02:00", "2026-11-24 07:00"),
    "at its last moment": (NIGHT, "2026-11-24 07:00", None),
    "within one day": (NOON_BREAK, "2026-11-23 11:30", "2026-11-23 12:00"),
    "the night of the change to summer time": (NIGHT, "2026-03-28 23:00", "2026-03-29 06:00"),
    "the night of the change to winter time": (NIGHT, "2026-10-24 23:00", "2026-10-25 07:00"),
    "an end that the clocks leap over": (QuietHours(BERLIN, 0, 150), "2026-03-29 00:30", "2026-03-29 01:30"),
    "a zone of half hours": (QuietHours("Asia/Kolkata", 1320, 420), "2026-11-23 17:00", "2026-11-24 01:30"),
    "a zone that nobody knows is UTC": (QuietHours("Mars/Base", 1200, 480), "2026-11-23 21:00", "2026-11-24 08:00"),
    "a weekend and the nights beside it": (NIGHTS_AND_WEEKENDS, "2026-11-27 19:30", "2026-11-30 07:00"),
    "a weekend alone": (WEEKENDS, "2026-11-28 12:00", "2026-11-29 23:00"),
    "a Friday before a weekend alone": (WEEKENDS, "2026-11-27 22:30", None),
}


@pytest.mark.parametrize("case", ENDS)
def test_a_quiet_stretch_ends_on_the_readers_wall(case: str) -> None:
    quiet, now, end = ENDS[case]

    assert over_at(quiet, at(now)) == (at(end) if end else None)


DAILY = Digest(BERLIN, 9 * 60)
WEEKLY = Digest(BERLIN, 9 * 60, weekday=0)
AROUND = {
    "daily, before its time": (DAILY, "2026-11-24 07:59", "2026-11-23 08:00", "2026-11-24 08:00"),
    "daily, at its time": (DAILY, "2026-11-24 08:00", "2026-11-24 08:00", "2026-11-25 08:00"),
    "daily, over the change to winter time": (DAILY, "2026-10-25 07:30", "2026-10-24 07:00", "2026-10-25 08:00"),
    "weekly, on its day before its time": (WEEKLY, "2026-11-23 07:00", "2026-11-16 08:00", "2026-11-23 08:00"),
    "weekly, on its day after its time": (WEEKLY, "2026-11-23 09:00", "2026-11-23 08:00", "2026-11-30 08:00"),
    "weekly, the day before": (WEEKLY, "2026-11-22 09:00", "2026-11-16 08:00", "2026-11-23 08:00"),
}


@pytest.mark.parametrize("case", AROUND)
def test_a_digest_has_its_moment_on_the_readers_wall(case: str) -> None:
    digest, now, before, after = AROUND[case]

    assert (latest(digest, at(now)), coming(digest, at(now))) == (at(before), at(after))


NIGHT_TIME, DAY_TIME = at("2026-11-23 22:00"), at("2026-11-23 12:00")
BOTH = Listening(NIGHT, DAILY)
WAITS = {
    "by day, without rules": (Listening(), Severity.LOW, DAY_TIME, {}, None),
    "by night": (Listening(NIGHT), Severity.HIGH, NIGHT_TIME, {}, Until.MORNING),
    "by night, what breaks through": (Listening(NIGHT), Severity.CRITICAL, NIGHT_TIME, {}, None),
    "by night, but for high": (
        Listening(QuietHours(BERLIN, 1200, 480, but=Severity.HIGH)), Severity.HIGH, NIGHT_TIME, {}, None,
    ),
    "for the digest": (Listening(digest=DAILY), Severity.MEDIUM, DAY_TIME, {}, Until.DIGEST),
    "too loud for the digest": (Listening(digest=DAILY), Severity.HIGH, DAY_TIME, {}, None),
    "too loud for the digest, by night": (BOTH, Severity.HIGH, NIGHT_TIME, {}, Until.MORNING),
    "asked for by a floor": (Listening(digest=DAILY), Severity.LOW, DAY_TIME, {"asked_for": True}, None),
    "asked for by a floor, by night": (BOTH, Severity.LOW, NIGHT_TIME, {"asked_for": True}, Until.MORNING),
    "paused": (Listening(), Severity.CRITICAL, DAY_TIME, {"paused": True}, Until.RESUMED),
}  # fmt: skip


@pytest.mark.parametrize("case", WAITS)
def test_what_an_alert_waits_for(case: str) -> None:
    listening, severity, now, more, until = WAITS[case]

    assert waits_for(listening, severity, now, **more) is until  # type: ignore[arg-type]


def test_what_waits_is_over_by_the_rules_as_they_stand_now() -> None:
    assert not is_over(Listening(NIGHT), Until.MORNING, Severity.HIGH, NIGHT_TIME)
    assert is_over(Listening(), Until.MORNING, Severity.HIGH, NIGHT_TIME)
    assert not is_over(Listening(NIGHT), Until.RESUMED, Severity.HIGH, NIGHT_TIME)
    assert is_over(Listening(NIGHT), Until.RESUMED, Severity.CRITICAL, NIGHT_TIME)
    assert is_over(Listening(), Until.DIGEST, Severity.LOW, DAY_TIME)


def test_a_digest_is_due_once_and_waits_for_the_morning() -> None:
    said = at("2026-11-23 08:00")
    assert not is_digest_due(Listening(digest=DAILY, digested_at=said), at("2026-11-24 07:59"))
    assert is_digest_due(Listening(digest=DAILY, digested_at=said), at("2026-11-24 08:00"))
    assert not is_digest_due(Listening(digest=DAILY, digested_at=at("2026-11-24 08:00")), at("2026-11-24 12:00"))
    early = Digest(BERLIN, 7 * 60)
    assert not is_digest_due(Listening(NIGHT, early, said), at("2026-11-24 06:30"))
    assert is_digest_due(Listening(NIGHT, early, said), at("2026-11-24 07:00"))


ANNOUNCED = {
    "by day": (Listening(NIGHT), "2026-11-25 12:00", DAY_TIME, {}, True),
    "by night, for another day": (Listening(NIGHT), "2026-11-24 12:00", NIGHT_TIME, {}, False),
    "by night, for that night": (Listening(NIGHT), "2026-11-24 02:00", NIGHT_TIME, {}, True),
    "paused, for after it": (
        Listening(), "2026-11-24 12:00", DAY_TIME, {"paused": True, "resumes": at("2026-11-24 08:00")}, False,
    ),
    "paused, for before its end": (
        Listening(), "2026-11-24 07:00", DAY_TIME, {"paused": True, "resumes": at("2026-11-24 08:00")}, True,
    ),
    "paused for good, for far away": (Listening(), "2026-11-26 12:00", DAY_TIME, {"paused": True}, False),
    "paused for good, for today": (Listening(), "2026-11-23 18:00", DAY_TIME, {"paused": True}, True),
}  # fmt: skip


@pytest.mark.parametrize("case", ANNOUNCED)
def test_an_announced_change_is_told_at_once_where_it_cannot_wait(case: str) -> None:
    listening, planned, now, more, told = ANNOUNCED[case]

    assert hears_announced(listening, at(planned), now, **more) is told  # type: ignore[arg-type]
