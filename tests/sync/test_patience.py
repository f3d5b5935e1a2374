"""Our questions stand in the customer's log: few of them while it is silent, and yet every window closes in time."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest

from lineagebot.sync.postgres_patience import Patience

POLL = 2.0


def asked(silence: float, *, of_somebody: bool = False) -> Iterator[float]:
    """When the server is asked, in seconds since the last line of the log, up to so much silence."""
    patience = Patience()
    patience.heard(0.0)
    for now in (n * POLL for n in range(int(silence / POLL) + 1)):
        if patience.is_time_to_ask(now, of_somebody=of_somebody):
            patience.asked(now)
            yield now


@pytest.mark.parametrize(
    ("window", "late"), [(15, 5), (60, 8), (120, 14), (600, 32), (900, 32)], ids=lambda seconds: f"{seconds} s"
)
def test_a_window_closes_in_time(window: int, late: int) -> None:
    """The clock that is answered lies a second back, for lines that are still on their way."""
    closed = next(now for now in asked(2 * window + 60) if now - 1 > window)
    assert closed - window <= late


def test_an_hour_of_silence_costs_few_questions() -> None:
    assert len(list(asked(3600))) < 160  # one every 3 seconds would be 1,200


def test_a_session_that_waits_for_hours_is_asked_for_ever_more_rarely() -> None:
    times = list(asked(3600, of_somebody=True))
    assert times[:5] == [0, 2, 4, 6, 8]
    assert max(later - earlier for earlier, later in pairwise(times)) <= 30 + POLL
    assert len(times) < 170


def test_while_others_talk_the_clock_is_not_asked() -> None:
    patience = Patience()
    for now in range(0, 600, 2):
        patience.heard(float(now))
        assert not patience.is_time_to_ask(float(now), of_somebody=False)


def test_a_new_process_asks_at_once() -> None:
    assert Patience().is_time_to_ask(0.0, of_somebody=False)
