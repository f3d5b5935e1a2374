"""The breaker: how many alerts with what in common become one summary, and which stay single."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from lineagebot.model import Action, AssetKey, Column, Effect, Outcome, Statement
from lineagebot.policy.known import answer
from lineagebot.policy.rules import Windows
from lineagebot.policy.step import (
    Decision,
    Event,
    Speak,
    State,
    StatementSeen,
    Storm,
    TakeBack,
    WatermarkSeen,
    asks,
    state_from_json,
    state_to_json,
    step,
)
from lineagebot.testing import NOW, graph_of

MANY = 500
GRAPH = graph_of("".join(f"marts.t{n}(a) > dashboard:Many\n" for n in range(MANY)))


def dropped(n: int, *, at: float, session: str | None = "s", login: str = "ben", via: str | None = None) -> Event:
    return ran(Effect(Action.DROP, table(n)), n, at=at, session=session, login=login, via=via)


def table(n: int) -> AssetKey:
    return AssetKey("acme", ("shop", "marts", f"t{n}"))


def ran(effect: Effect, n: int, *, at: float, session: str | None, login: str, via: str | None = None) -> Event:
    moment = NOW + timedelta(seconds=at)
    statement = Statement(
        f"{effect.action} {n}", "acme", "postgres", "…", moment, login=login, session=session, via=via,
        outcome=Outcome.DONE,
    )  # fmt: skip
    return StatementSeen(statement, "f", (effect,))


def mark(at: float) -> WatermarkSeen:
    return WatermarkSeen("acme", NOW + timedelta(seconds=at))


def fold(events: Iterable[Event], *, restarts: bool = True) -> list[Decision]:
    state, decisions = State(), []
    for event in events:
        state = state_from_json(state_to_json(state)) if restarts else state
        state, new = step(state, event, answer(GRAPH, asks(state, event), today=NOW.date()), NOW, windows=Windows())
        decisions += new
    return decisions


def counted(decisions: Iterable[Decision]) -> tuple[int, int, list[int]]:
    """Told one by one; told in a summary; the counts of each storm as it grew."""
    found = list(decisions)
    speaks = [d for d in found if isinstance(d, Speak)]
    single = sum(d.part_of is None for d in speaks)
    return single, len(speaks) - single, [d.storm.count for d in found if isinstance(d, Storm)]


def test_twenty_of_one_session_at_one_look_are_one_message() -> None:
    assert counted(fold([*(dropped(n, at=n) for n in range(20)), mark(60)])) == (0, 20, [20])


def test_a_storm_of_five_hundred_is_one_message() -> None:
    events = [*(dropped(n, at=n / 10) for n in range(MANY)), mark(60)]

    assert counted(fold(events, restarts=False)) == (0, 500, [500])


def test_nineteen_of_one_session_are_told_one_by_one() -> None:
    assert counted(fold([*(dropped(n, at=n) for n in range(19)), mark(60)])) == (19, 0, [])


def test_as_many_of_as_many_sessions_are_a_series_of_accidents() -> None:
    assert counted(fold([*(dropped(n, at=n, session=f"s{n}") for n in range(199)), mark(300)])) == (199, 0, [])


def test_two_hundred_of_as_many_sessions_are_a_storm() -> None:
    assert counted(fold([*(dropped(n, at=n, session=f"s{n}") for n in range(200)), mark(300)])) == (0, 200, [200])


def test_one_job_is_one_cause_whatever_sessions_it_opens() -> None:
    found = fold([*(dropped(n, at=n, session=f"s{n}", via="load_orders") for n in range(25)), mark(60)])

    assert counted(found) == (0, 25, [25])
    assert [d.storm.cause for d in found if isinstance(d, Storm)] == ["job load_orders"]


def test_where_a_system_knows_no_sessions_an_account_is_the_cause() -> None:
    assert counted(fold([*(dropped(n, at=n, session=None) for n in range(25)), mark(60)])) == (0, 25, [25])


def test_another_sessions_accident_is_told_in_the_midst_of_a_storm() -> None:
    events = [*(dropped(n, at=n) for n in range(210)), dropped(230, at=5, session="another", login="ana"), mark(300)]

    assert counted(fold(events)) == (1, 210, [210])


def test_a_storm_that_goes_on_grows_and_one_after_a_quiet_time_is_another() -> None:
    first = [
        *(dropped(n, at=n) for n in range(30)),
        mark(60),
        *(dropped(n, at=n + 60) for n in range(30, 40)),
        mark(200),
    ]
    found = fold([*first, *(dropped(n, at=2000 + n) for n in range(40, 60)), mark(3000)])

    assert counted(found) == (0, 60, [30, 40, 20])
    assert len({d.storm.key for d in found if isinstance(d, Storm)}) == 2


def test_what_was_told_before_it_was_a_storm_is_counted_apart() -> None:
    events: list[Event] = []
    for n in range(30):
        events += [dropped(n, at=n), mark(n + 0.5)]
    found = fold(events)

    assert counted(found) == (19, 11, list(range(1, 12)))
    assert {d.storm.told for d in found if isinstance(d, Storm)} == {19}


def test_it_is_over_when_all_of_it_is_well_again() -> None:
    built = Effect(Action.CREATE, table(0), produces=(Column("a"),))
    again = (
        ran(Effect(Action.CREATE, table(n), produces=built.produces), n, at=100 + n, session="x", login="ana")
        for n in range(20)
    )
    found = fold([*(dropped(n, at=n) for n in range(20)), mark(60), *again])

    (storm,) = [d.storm for d in found if isinstance(d, Storm)]
    taken_back = [d.key for d in found if isinstance(d, TakeBack)]
    assert (len(taken_back), taken_back.index(storm.key)) == (21, 20)
