"""What really broke: statements that failed on what was lost are counted, told in the alert, and once in its thread."""

from __future__ import annotations

from lineagebot.model import Action, AlertState, ColumnChange, Effect, Outcome, Read
from lineagebot.policy.rules import Windows
from lineagebot.terminal.replay import replayed

from .conftest import Desk, create, drop, key, truncate

GONE = 'relation "marts.revenue" does not exist'


def fails(
    desk: Desk,
    login: str = "ana",
    *,
    name: str = "marts.revenue",
    column: str | None = None,
    error: str | None = GONE,
    machine: bool = False,
    via: str | None = None,
) -> None:
    reads = (Read(key(name)), *((Read(key(name), column),) if column else ()))
    desk.happens(
        login=login, text=f"select {login}", outcome=Outcome.FAILED, reads=reads, error=error, machine=machine, via=via
    )


def broke(desk: Desk) -> list[str | None]:
    return [a.aftermath for a in desk.alerts()]


def dropped(desk: Desk) -> None:
    desk.board("Revenue", "marts.revenue")
    desk.happens(drop("marts.revenue"))
    desk.tick()


def test_queries_that_fail_on_the_lost_name_are_counted_in_place_and_told_once_in_the_thread(desk: Desk) -> None:
    dropped(desk)
    for n in range(12):
        fails(desk, f"reader{n % 4}")
        desk.tick()

    assert broke(desk) == ["8 queries by 4 people"]
    assert "What really broke: 8 queries by 4 people." in desk.shown()[0]
    assert desk.lines() == ["This is what really broke by now: 1 query by 1 person."]


def test_the_last_count_is_told_when_it_is_well_again(desk: Desk) -> None:
    dropped(desk)
    for n in range(2):
        fails(desk, f"reader{n}")
    desk.tick()
    fails(desk, "bi_service", machine=True, via="looker dashboard 7")
    desk.tick()
    assert broke(desk) == ["2 queries by 2 people"]

    desk.happens(create("marts.revenue", "id"))
    fails(desk, "later")
    desk.tick()
    assert broke(desk) == ["3 queries by 2 people and 1 machine account, 1 dashboard"]
    assert [a.state for a in desk.alerts()] == [AlertState.HEALED]


def test_what_failed_before_its_alert_was_told_is_told_with_it(desk: Desk) -> None:
    desk.board("Revenue", "marts.revenue")
    desk.happens(drop("marts.revenue"), login="pipeline", machine=True)
    desk.later(seconds=30)
    fails(desk)
    desk.tick()
    assert broke(desk) == []

    desk.later(minutes=3)
    desk.tick()
    assert broke(desk) == ["1 query by 1 person"]


def test_another_error_or_another_table_is_not_put_down_to_it(desk: Desk) -> None:
    dropped(desk)
    fails(desk, error="division by zero")
    fails(desk, name="marts.other")
    desk.tick()

    assert broke(desk) == [None]


def test_where_no_error_is_told_reading_what_is_gone_is_enough(desk: Desk) -> None:
    dropped(desk)
    fails(desk, error=None)
    desk.tick()

    assert broke(desk) == ["1 query by 1 person"]


def test_a_name_without_its_schema_is_looked_for_along_the_search_path(desk: Desk) -> None:
    """It is gone, so that nothing tells any more in which schema it was meant."""
    dropped(desk)
    fails(desk, name="public.revenue", error='relation "revenue" does not exist')
    desk.tick()

    assert broke(desk) == ["1 query by 1 person"]


def test_a_lost_column_is_missed_by_those_alone_who_name_it(desk: Desk) -> None:
    desk.board("Revenue", "marts.revenue")
    desk.happens(Effect(Action.DROP_COLUMN, key("marts.revenue"), columns=(ColumnChange("id"),)))
    desk.later(minutes=1)
    desk.tick()
    fails(desk, "ana", column="id", error='column "id" does not exist')
    fails(desk, "cleo", error="column r.id does not exist")
    fails(desk, "dora", column="idea", error='column "idea" does not exist')
    desk.tick()

    assert broke(desk) == ["2 queries by 2 people"]


def test_lost_rows_make_nothing_fail(desk: Desk) -> None:
    desk.board("Revenue", "marts.revenue")
    desk.happens(truncate("marts.revenue"))
    desk.tick()
    fails(desk, error=None)
    desk.tick()

    assert broke(desk) == [None]


def test_it_ends_after_a_day(desk: Desk) -> None:
    dropped(desk)
    desk.later(hours=23)
    fails(desk)
    desk.tick()
    desk.later(hours=2)
    fails(desk, "late")
    desk.tick()

    assert broke(desk) == ["1 query by 1 person"]


def test_replay_prints_it(desk: Desk) -> None:
    dropped(desk)
    fails(desk)
    desk.tick()

    *_, line = replayed(desk.store, since=None, explain=False, windows=Windows())
    assert " ".join(line[21:].split()) == "broke ben dropped the table marts.revenue: 1 query by 1 person failed on it"
