"""What was announced keeps quiet, what goes beyond it is told aloud with what was not announced."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta

import pytest

from lineagebot.model import Action, Announcement, AnnouncementState, AssetKey, AssetKind, ColumnChange, Effect
from lineagebot.policy.announced import EARLY, LATE, overdue
from lineagebot.policy.known import answer
from lineagebot.policy.step import (
    CarriedOut,
    Decision,
    Event,
    Speak,
    State,
    asks,
    state_from_json,
    state_to_json,
    step,
)
from lineagebot.testing import NOW, graph_of
from tests.policy.test_step import create, drop, drop_column, key, mark, rename, seen, truncate

GRAPH = graph_of("""
    raw.orders(amount) > view:staging.stg_orders(amount) > marts.revenue(total) > dashboard:Exec revenue
    raw.orders(status) ~> staging.stg_orders
    marts.revenue(total) > dashboard:Exec revenue
    marts.other > dashboard:Exec revenue
    marts.revenue(total numeric, day date)
    schema:marts
    marts.lonely(a int)
""")

VIEW = key("staging.stg_orders")


def plan(*effects: Effect, victims: tuple[AssetKey, ...] = (), **more: object) -> Announcement:
    """Announced an hour ago for now."""
    made = Announcement(
        id="plan", workspace="T1", announcer="UANA", name="Ana", system="acme", why="tidying", statement="…",
        effects=effects, victims=victims, at=NOW, announced_at=NOW - timedelta(hours=1), message="",
    )  # fmt: skip
    return replace(made, **more)  # type: ignore[arg-type]


def fold(plans: Collection[Announcement], *events: Event, restart: bool = False) -> list[Decision]:
    state, decisions = State(), []
    for event in events:
        if restart:
            state = state_from_json(state_to_json(state))
        known = replace(answer(GRAPH, asks(state, event), today=NOW.date()), announcements=tuple(plans))
        state, new = step(state, event, known, NOW)
        decisions += new
    return decisions


def spoken(decisions: list[Decision]) -> list[tuple[str, str]]:
    """(asset, what was not announced) of what was said aloud."""
    return [
        (".".join(d.candidate.effect.target.path[1:]), d.beyond[1] if d.beyond else "not a word")
        for d in decisions
        if isinstance(d, Speak)
    ]


def done(decisions: list[Decision]) -> list[tuple[tuple[int, ...], int, str | None]]:
    return [(d.parts, d.left, d.by.login) for d in decisions if isinstance(d, CarriedOut)]


def two_columns(name: str, *columns: str) -> Effect:
    return Effect(Action.DROP_COLUMN, key(name), columns=tuple(map(ColumnChange, columns)))


def delete(name: str, *, every_row: bool) -> Effect:
    return Effect(Action.DELETE, key(name), every_row=every_row)


QUIET = {
    "the very drop": ([drop("marts.revenue")], [drop("marts.revenue")]),
    "a column": ([drop_column("raw.orders", "status")], [drop_column("raw.orders", "status")]),
    "one of two columns": ([two_columns("raw.orders", "status", "amount")], [drop_column("raw.orders", "amount")]),
    "a rename to that name": ([rename("marts.revenue", "marts.old")], [rename("marts.revenue", "marts.old")]),
    "a truncate": ([truncate("marts.revenue")], [truncate("marts.revenue")]),
    "a table of the schema that is to go": (
        [drop("marts", kind=AssetKind.SCHEMA, cascade=True)],
        [drop("marts.revenue")],
    ),
    "made anew with less, where it was to go altogether": (
        [drop("marts.revenue")],
        [drop("marts.revenue"), create("marts.revenue", "day")],
    ),
    "made anew without the column that the text leaves out": (
        [drop("marts.revenue"), create("marts.revenue", "day")],
        [drop("marts.revenue"), create("marts.revenue", "day")],
    ),
}

ALOUD = {
    "another table in the same statement": (
        [drop("marts.revenue")],
        [drop("marts.revenue"), drop("marts.other")],
        [("marts.other", "this, done to marts.other")],
    ),
    "more columns": (
        [drop_column("raw.orders", "status")],
        [two_columns("raw.orders", "status", "amount")],
        [("raw.orders", "column amount of raw.orders")],
    ),
    "another name than was said": (
        [rename("marts.revenue", "marts.old")],
        [rename("marts.revenue", "marts.older")],
        [("marts.revenue", "that so much of marts.revenue is touched")],
    ),
    "a drop where a column was to go": (
        [drop_column("marts.revenue", "total")],
        [drop("marts.revenue")],
        [("marts.revenue", "this, done to marts.revenue")],
    ),
    "for good, past any undrop": (
        [drop("marts.revenue")],
        [drop("marts.revenue", for_good=True)],
        [("marts.revenue", "that so much of marts.revenue is touched")],
    ),
    "made anew without a column that was to stay": (
        [drop("marts.revenue"), create("marts.revenue", "total", "day")],
        [drop("marts.revenue"), create("marts.revenue", "day")],
        [("marts.revenue", "this, done to marts.revenue")],
    ),
    "a namesake in another schema": (
        [drop("staging.revenue")],
        [drop("marts.revenue")],
        [("marts.revenue", "not a word")],
    ),
}


@pytest.mark.parametrize("restart", [False, True], ids=["whole", "restarts"])
@pytest.mark.parametrize(("planned", "happened"), QUIET.values(), ids=QUIET.keys())
def test_what_was_announced_is_quiet(planned: list[Effect], happened: list[Effect], restart: bool) -> None:
    assert spoken(fold([plan(*planned)], seen(60, *happened), mark(300), restart=restart)) == []


@pytest.mark.parametrize(("planned", "happened", "expected"), ALOUD.values(), ids=ALOUD.keys())
def test_what_goes_beyond_is_told(
    planned: list[Effect], happened: list[Effect], expected: list[tuple[str, str]]
) -> None:
    assert spoken(fold([plan(*planned)], seen(60, *happened), mark(300))) == expected


def test_a_cascade_that_was_not_announced_names_what_went_along() -> None:
    happened = seen(60, drop("raw.orders", cascade=True))
    with_view = plan(drop("raw.orders", cascade=True), victims=(VIEW,))

    assert spoken(fold([plan(drop("raw.orders"))], happened, mark(300))) == [
        ("raw.orders", "that staging.stg_orders goes along with it")
    ]
    assert spoken(fold([with_view], happened, mark(300))) == []


@pytest.mark.parametrize(
    ("planned_for", "said"),
    [(timedelta(), []), (EARLY - timedelta(minutes=2), []), (-LATE, []), (EARLY * 2, ["loud"]), (-LATE * 2, ["loud"])],
    ids=["now", "a little later", "at the very end", "long before", "long after"],
)
def test_it_counts_within_its_window(planned_for: timedelta, said: list[str]) -> None:
    announced = plan(drop("marts.revenue"), at=NOW + planned_for, announced_at=NOW - timedelta(days=2))

    decisions = fold([announced], seen(0, drop("marts.revenue")), mark(300))

    assert len(spoken(decisions)) == len(said)
    assert bool(done(decisions)) is not bool(said)


@pytest.mark.parametrize(
    "more",
    [{"state": AnnouncementState.CANCELLED}, {"announced_at": NOW + timedelta(hours=1)}, {"system": "other"}],
    ids=["cancelled", "announced only afterwards", "of another system"],
)
def test_what_does_not_stand_covers_nothing(more: dict[str, object]) -> None:
    decisions = fold([plan(drop("marts.revenue"), **more)], seen(60, drop("marts.revenue")), mark(300))

    assert spoken(decisions) == [("marts.revenue", "not a word")]
    assert done(decisions) == []


def test_it_is_told_once_who_did_it_though_nobody_uses_it() -> None:
    drops = seen(60, drop("marts.lonely"), login="cleo")

    assert done(fold([plan(drop("marts.lonely"))], drops, drops, mark(300))) == [((0,), 0, "cleo")]


def test_a_plan_of_two_parts_is_done_part_by_part() -> None:
    two = plan(drop("marts.revenue"), drop("marts.other"))
    decisions = fold([two], seen(1, drop("marts.other")), seen(9, drop("marts.revenue"), login="cleo"), mark(300))

    assert done(decisions) == [((1,), 1, "ben"), ((0,), 0, "cleo")]
    assert spoken(decisions) == []


def test_what_somebody_else_does_once_more_was_not_announced() -> None:
    events = (seen(1, truncate("marts.revenue")), mark(300), seen(600, truncate("marts.revenue"), login="cleo"))

    assert spoken(fold([plan(truncate("marts.revenue"))], *events, mark(900))) == [("marts.revenue", "not a word")]


def test_a_harmless_act_of_that_name_does_not_carry_it_out() -> None:
    lossy = Effect(Action.REPLACE, key("marts.revenue"), columns=(ColumnChange("total"),))
    nightly = Effect(Action.REPLACE, key("marts.revenue"))
    some = delete("marts.revenue", every_row=False)

    assert done(fold([plan(lossy)], seen(1, nightly, login="pipeline"))) == []
    assert done(fold([plan(delete("marts.revenue", every_row=True))], seen(1, some))) == []


def test_what_was_rolled_back_or_taught_did_not_happen() -> None:
    assert done(fold([plan(drop("marts.revenue"))], seen(1, drop("marts.revenue"), taught=True))) == []


def test_it_is_overdue_when_its_log_was_read_past_its_window() -> None:
    announced = plan(drop("marts.revenue"))

    assert not overdue(announced, None)
    assert not overdue(announced, NOW + LATE)
    assert overdue(announced, NOW + LATE + timedelta(seconds=1))
    assert not overdue(replace(announced, state=AnnouncementState.DONE), NOW + 2 * LATE)
