"""Alerts that end though no name stands again: nobody uses it any more, or all of a schema was built anew."""

from __future__ import annotations

from dataclasses import replace

from lineagebot.model import Action, AlertState, AssetKind, Binding, Column, Edge, Effect, Layer

from .conftest import Desk, create, drop, key

GONE = replace(drop("marts"), kind=AssetKind.SCHEMA, cascade=True)


def states(desk: Desk) -> list[AlertState]:
    return [a.state for a in desk.alerts()]


def views(desk: Desk, name: str, *, on: str) -> None:
    """A view that reads by name, as most systems know them."""
    edge = Edge(key(on), key(name), layer=Layer.QUERY, binding=Binding.BY_NAME)
    made = Effect(Action.REPLACE, key(name), AssetKind.VIEW, produces=(Column("id"),))
    desk.happens(made, edges=(edge,), login="etl", text=f"create view of {on}")


def reported(desk: Desk) -> None:
    """A view reads a table that somebody then drops."""
    desk.board("Revenue", "marts.orders")
    views(desk, "marts.report", on="marts.revenue")
    desk.later(minutes=1)
    desk.happens(drop("marts.revenue"))
    desk.tick()
    desk.later(hours=1)


def test_it_ends_when_the_view_on_it_reads_something_else(desk: Desk) -> None:
    reported(desk)
    assert states(desk) == [AlertState.OPEN]

    views(desk, "marts.report", on="marts.orders")
    desk.tick()
    assert states(desk) == [AlertState.HEALED]
    assert desk.lines() == ["Nothing that is known uses it any more: etl saw to that."]


def test_it_goes_on_while_another_view_is_made(desk: Desk) -> None:
    reported(desk)
    views(desk, "marts.other", on="marts.orders")
    desk.tick()

    assert states(desk) == [AlertState.OPEN]


def test_it_goes_on_while_a_dashboard_needs_it(desk: Desk) -> None:
    desk.board("Exec", "marts.revenue")
    reported(desk)
    views(desk, "marts.report", on="marts.orders")
    desk.tick()

    assert states(desk)[0] is AlertState.OPEN


def test_a_dropped_schema_ends_its_alert_with_the_last_of_what_is_used_in_it(desk: Desk) -> None:
    desk.board("Revenue", "marts.revenue", "marts.costs")
    desk.happens(GONE)
    desk.tick()
    for table in ("marts.revenue", "marts.costs"):
        assert states(desk) == [AlertState.OPEN]
        desk.later(hours=1)
        desk.happens(create(table, "id"), login="pipeline", machine=True)
        desk.tick()

    assert states(desk) == [AlertState.HEALED]
    assert desk.lines() == ["It stands again: pipeline put it right."]


def test_a_schema_that_is_filled_with_something_else_stays_lost(desk: Desk) -> None:
    desk.board("Revenue", "marts.revenue")
    desk.happens(GONE)
    desk.tick()
    desk.later(hours=1)
    desk.happens(create("marts.other", "id"), replace(create("marts.revenue", "id"), empty=True))
    desk.tick()

    assert states(desk) == [AlertState.OPEN]
    assert desk.alerts()[0].asset == key("marts")
