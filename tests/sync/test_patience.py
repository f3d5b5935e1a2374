"""Our questions stand in the customer's log: few of them while it is silent, and yet every window closes in time."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest

from lineagebot.sync.postgres_patience import Patience
from lineagebot.sync.postgres_text import may_change

POLL = 2.0


def asked(silence: float, *, of_somebody: bool = False, stirred: bool = False, poll: float = POLL) -> Iterator[float]:
    """When the server is asked, in seconds since the last line of the log, up to so much silence."""
    patience = Patience()
    patience.heard(0.0)
    if stirred:
        patience.stirred(0.0)
    for now in (n * poll for n in range(int(silence / poll) + 1)):
        if patience.is_time_to_ask(now, of_somebody=of_somebody):
            patience.asked(now)
            yield now


@pytest.mark.parametrize(
    ("window", "poll", "late"),
    [(1, 0.2, 1.5), (3, 0.2, 1.5), (15, 2, 3), (60, 2, 4), (120, 2, 6), (600, 2, 16), (900, 2, 22)],
    ids=lambda seconds: f"{seconds} s",
)
def test_a_window_closes_in_time(window: float, poll: float, late: float) -> None:
    """The clock that is answered lies a second back, for lines that are still on their way."""
    closed = next(now for now in asked(2 * window + 60, stirred=True, poll=poll) if now - 1 > window)
    assert closed - window <= late


@pytest.mark.parametrize(("window", "late"), [(15, 5), (120, 14), (900, 32)], ids=lambda seconds: f"{seconds} s")
def test_no_log_is_taken_for_late_where_only_reads_were_seen(window: int, late: int) -> None:
    closed = next(now for now in asked(2 * window + 60) if now - 1 > window)
    assert closed - window <= late


def test_a_change_costs_a_question_a_second_for_two_minutes_and_few_later() -> None:
    times = list(asked(3600, stirred=True, poll=0.2))
    assert times[0] == pytest.approx(0.4)
    assert sum(now <= 120 for now in times) < 140
    assert len(times) < 350
    assert times[-1] - times[-2] >= 30


def test_between_the_lines_of_a_busy_log_a_change_asks_nothing() -> None:
    patience = Patience()
    patience.stirred(0.0)
    for tenth in range(0, 6000, 2):
        patience.heard(tenth / 10)
        assert not patience.is_time_to_ask(tenth / 10 + 0.1, of_somebody=False)


def test_an_hour_of_silence_costs_few_questions() -> None:
    assert len(list(asked(3600))) < 160  # one every 3 seconds would be 1,200


def test_a_session_that_waits_for_hours_is_asked_for_ever_more_rarely() -> None:
    times = list(asked(3600, of_somebody=True))
    assert times[:5] == [0, 2, 4, 6, 8]
    assert max(later - earlier for earlier, later in pairwise(times)) <= 30 + POLL
    assert len(times) < 170


def test_a_session_that_waits_keeps_no_window_open_for_longer() -> None:
    closed = next(now for now in asked(3600, of_somebody=True, stirred=True) if now - 1 > 120)
    assert closed <= 126


def test_while_others_talk_the_clock_is_not_asked() -> None:
    patience = Patience()
    for now in range(0, 600, 2):
        patience.heard(float(now))
        assert not patience.is_time_to_ask(float(now), of_somebody=False)


def test_a_new_process_asks_at_once() -> None:
    assert Patience().is_time_to_ask(0.0, of_somebody=False)


@pytest.mark.parametrize(
    ("text", "may"),
    [
        ("SELECT 1; SHOW all", False),
        ("/* who */ select 1", False),
        ("set search_path to a", False),
        ("BEGIN; COMMIT", False),
        ("", False),
        ("-- gone\nDROP TABLE a", True),
        ("BEGIN; TRUNCATE a", True),
        ("with gone as (delete from a returning 1) select * from gone", True),
        ("DO $$ BEGIN EXECUTE 'DROP TABLE a'; END $$", True),
        ("CALL tidy()", True),
    ],
)
def test_only_what_may_change_something_opens_a_window(text: str, may: bool) -> None:
    assert may_change(text) is may
