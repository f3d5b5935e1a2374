"""Loops go on whatever breaks a round, say it once, and show when they stand still."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

import pytest
from structlog.testing import capture_logs

from lineagebot.errors import SourceUnreachable, StoreDeposed, StoreUnreachable
from lineagebot.loops import LASTING, Loops


@dataclass
class Desk:
    """Loops with a clock that is set by hand, and everything that they told."""

    now: float = 0.0
    told: list[tuple[str, str]] = field(default_factory=list)
    loops: Loops = field(init=False)

    def __post_init__(self) -> None:
        self.loops = Loops(lambda key, sentence: self.told.append((key, sentence)), clock=lambda: self.now)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def failing(error: Exception) -> object:
    raise error


def test_a_mistake_of_ours_is_logged_with_its_traceback_and_told_once(desk: Desk) -> None:
    with capture_logs() as lines:
        for _ in range(3):
            assert not desk.loops.attempt("watch", lambda: failing(KeyError("x")))

    assert [line["event"] for line in lines] == ["a loop broke"]
    assert isinstance(lines[0]["exc_info"], KeyError)
    assert [sentence.split(":")[0] for _, sentence in desk.told] == [
        f"Something broke in “watch” (KeyError, reference {lines[0]['reference']} in my log). I go on trying, "
        "but until it is mended what it does may not be done"
    ]
    assert desk.loops.states() == {"watch": "broken"}


def test_another_mistake_is_told_again_and_so_is_the_end(desk: Desk) -> None:
    desk.loops.attempt("watch", lambda: failing(KeyError("x")))
    desk.loops.attempt("watch", lambda: [][1])
    desk.loops.attempt("watch", lambda: None)

    assert [sentence.partition(",")[0] for _, sentence in desk.told] == [
        "Something broke in “watch” (KeyError",
        "Something broke in “watch” (IndexError",
        "watch is well again.",
    ]
    assert desk.loops.states() == {"watch": "ok"}


def test_a_passing_trouble_is_logged_once_and_told_to_nobody(desk: Desk) -> None:
    with capture_logs() as lines:
        for _ in range(3):
            desk.loops.attempt("sync acme", lambda: failing(SourceUnreachable("acme: down")))
        desk.loops.attempt("sync acme", lambda: None)

    assert [line["event"] for line in lines] == ["trouble", "well again"]
    assert desk.told == []


@pytest.mark.parametrize("how", ["raised", "returned"])
def test_a_trouble_that_lasts_is_told_once_and_its_end_too(desk: Desk, how: str) -> None:
    def once() -> str:
        if how == "raised":
            raise SourceUnreachable("acme: down")
        return "acme: down"

    for _ in range(4):
        desk.loops.attempt("sync acme", once)
        desk.now += LASTING / 2
    desk.loops.attempt("sync acme", lambda: None)

    assert [sentence for _, sentence in desk.told] == [
        "sync acme has been in trouble for 10 minutes: acme: down",
        "sync acme is well again.",
    ]


def test_a_deposed_leader_is_no_trouble(desk: Desk) -> None:
    with capture_logs() as lines:
        assert not desk.loops.attempt("sync acme", lambda: failing(StoreDeposed("another leads")))

    assert [(line["event"], line["log_level"]) for line in lines] == [("stepping back", "info")]
    assert desk.loops.states() == {"sync acme": "ok"}


def test_a_loop_without_a_sign_of_life_is_stuck(desk: Desk) -> None:
    desk.loops.beat("deliver", patience=60)
    desk.now += 61

    assert desk.loops.stuck == ("deliver",)
    desk.loops.beat("deliver")
    assert desk.loops.stuck == ()
    desk.now += 61
    desk.loops.forget("deliver")
    assert desk.loops.stuck == ()


def test_whoever_cannot_be_told_is_no_reason_to_stop() -> None:
    loops = Loops(lambda key, sentence: failing(StoreUnreachable("down")))
    with capture_logs() as lines:
        loops.attempt("watch", lambda: failing(KeyError("x")))

    assert [line["event"] for line in lines] == ["a loop broke", "could not tell"]


def test_a_kept_loop_goes_on_after_a_mistake_and_ends_when_told(desk: Desk) -> None:
    rounds: list[int] = []
    stop = threading.Event()

    def once() -> None:
        rounds.append(len(rounds))
        if len(rounds) == 1:
            raise KeyError("x")
        stop.set()

    desk.loops.keep("watch", once, stop=stop)

    assert rounds == [0, 1]
    assert desk.loops.states() == {}
