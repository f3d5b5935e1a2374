"""Moments as people say them, in their own zone. NOW of the cases: Sunday 22 November 2026, 09:40 UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from lineagebot.commands.when import moment_of, spelled, zone_of

NOW = datetime(2026, 11, 22, 9, 40, tzinfo=UTC)
BERLIN = "Europe/Berlin"
KOLKATA = "Asia/Kolkata"

SAID = [
    ("tomorrow 09:00", None, "2026-11-23 09:00"),
    ("tomorrow 09:00", BERLIN, "2026-11-23 08:00"),
    ("tomorrow at 9am", BERLIN, "2026-11-23 08:00"),
    ("09:00 tomorrow", BERLIN, "2026-11-23 08:00"),
    ("tomorrow 09:00 UTC", BERLIN, "2026-11-23 09:00"),
    ("tomorrow 09:00 America/New_York", BERLIN, "2026-11-23 14:00"),
    ("18:30", BERLIN, "2026-11-22 17:30"),
    ("9:00", BERLIN, "2026-11-23 08:00"),
    ("today 18:30", KOLKATA, "2026-11-22 13:00"),
    ("friday 6 pm", BERLIN, "2026-11-27 17:00"),
    ("next Sunday 10:00", None, "2026-11-29 10:00"),
    ("2026-12-01 18:30", BERLIN, "2026-12-01 17:30"),
    ("2026-12-01T18:30", BERLIN, "2026-12-01 17:30"),
    ("1 Dec 18:30", BERLIN, "2026-12-01 17:30"),
    ("on Dec 1 at 18:30", BERLIN, "2026-12-01 17:30"),
    ("3 January 08:00", None, "2027-01-03 08:00"),
    ("tomorrow noon", None, "2026-11-23 12:00"),
    ("12 am tomorrow", None, "2026-11-23 00:00"),
    ("in 2h", BERLIN, "2026-11-22 11:40"),
    ("in 30 minutes", BERLIN, "2026-11-22 10:10"),
    ("now", BERLIN, "2026-11-22 09:40"),
]


@pytest.mark.parametrize(("said", "zone", "expected"), SAID, ids=[f"{s} in {z or 'UTC'}" for s, z, _ in SAID])
def test_it_is_read_in_the_askers_zone(said: str, zone: str | None, expected: str) -> None:
    found = moment_of(said, NOW, zone_of(zone))

    assert found == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "said", ["", "soonish", "tomorrow", "9", "25:00", "13 pm", "31 Feb 10:00", "marts.x 9", "10:00 Not/AZone", "in h"]
)
def test_what_is_no_time_is_none(said: str) -> None:
    assert moment_of(said, NOW, UTC) is None


def test_a_summer_time_change_in_between_is_minded() -> None:
    before = datetime(2026, 10, 24, 12, 0, tzinfo=UTC)

    assert moment_of("tomorrow 09:00", before, zone_of(BERLIN)) == datetime(2026, 10, 25, 8, 0, tzinfo=UTC)
    assert before + timedelta(hours=20) == moment_of("tomorrow 09:00", before, zone_of(BERLIN))


def test_it_is_spelled_with_its_zone() -> None:
    assert spelled(NOW, zone_of(BERLIN)) == "Sun 22 Nov 10:40 CET"
    assert spelled(NOW, zone_of("no such zone")) == "Sun 22 Nov 09:40 UTC"
