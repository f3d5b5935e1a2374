"""Asked before anybody is paged: what the warehouse says stands now beats what its log lets one infer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from lineagebot.alerts.asker import Asker
from lineagebot.errors import CannotSay
from lineagebot.model import Action, AlertState, AssetKey, Certainty, Column, ColumnChange, Effect, Gone, Problem
from lineagebot.policy.rules import Windows
from lineagebot.terminal.replay import replayed
from lineagebot.testing import NOW

from .conftest import Desk, create, drop, key, rename, truncate

Say = tuple[Column, ...] | Gone | CannotSay


@dataclass
class Warehouse:
    """What it says when it is asked; it never heard of anything else."""

    stands: dict[AssetKey, Say] = field(default_factory=dict)
    asked: list[AssetKey] = field(default_factory=list)

    def columns(self, asset: AssetKey) -> tuple[Column, ...] | Gone:
        self.asked.append(asset)
        said = self.stands.get(asset, Gone())
        if isinstance(said, CannotSay):
            raise said
        return said


@pytest.fixture
def warehouse() -> Warehouse:
    return Warehouse()


@pytest.fixture
def asking(desk: Desk, warehouse: Warehouse) -> Desk:
    """The desk with a warehouse that answers at once."""
    desk.board("Revenue", "marts.revenue")
    desk.watcher = watcher(desk, warehouse)
    return desk


def watcher(desk: Desk, warehouse: Warehouse, *, start: Callable[[Callable[[], None]], None] | None = None):  # type: ignore[no-untyped-def]
    return desk.new_watcher(probes={"acme": warehouse.columns}, asker=Asker(start or (lambda run: run())))


def test_what_is_gone_is_confirmed(asking: Desk, warehouse: Warehouse) -> None:
    asking.happens(drop("marts.revenue"))
    asking.tick()
    asking.tick()

    (shown,) = asking.shown()
    assert "ben dropped the table marts.revenue" in shown
    assert f"confirmed by asking the warehouse at {NOW:%H:%M} UTC: it is gone" in shown
    assert warehouse.asked == [key("marts.revenue")]


def test_once_it_healed_nothing_says_that_it_is_gone(asking: Desk) -> None:
    asking.happens(drop("marts.revenue"))
    asking.tick()
    asking.tick()
    asking.later(minutes=5)
    asking.happens(create("marts.revenue", "id"))
    asking.tick()

    (shown,) = asking.shown()
    assert "✅ ben dropped the table marts.revenue" in shown
    assert "Healed" in shown
    assert "login ben" in shown
    assert "asking" not in shown


def test_what_stands_with_all_its_columns_is_not_told_and_can_be_explained(asking: Desk, warehouse: Warehouse) -> None:
    warehouse.stands[key("marts.revenue")] = (Column("id", "int"),)
    asking.happens(drop("marts.revenue"))
    for _ in range(4):
        asking.tick()
        asking.later(minutes=1)
    asking.tick()

    assert (asking.alerts(), asking.said()) == ([], [])
    (line,) = replayed(asking.store, since=None, explain=True, windows=Windows())
    assert line.endswith(
        f"ben dropped the table marts.revenue: asked at {NOW:%H:%M:%S} UTC, "
        "the warehouse says that it is there with all its columns"
    )


def test_what_stands_again_without_a_column_is_told(asking: Desk, warehouse: Warehouse) -> None:
    warehouse.stands[key("marts.revenue")] = (Column("other"),)
    gone = Effect(Action.DROP, key("marts.revenue"), produces=(Column("id"),))
    asking.happens(gone)
    asking.tick()
    asking.tick()

    assert "it lacks what is read of it" in asking.shown()[0]


def test_what_stands_again_but_empty_is_told_by_the_log(asking: Desk, warehouse: Warehouse) -> None:
    """Somebody made it anew at once; that not a row is in it no catalog tells."""
    warehouse.stands[key("marts.revenue")] = (Column("id"),)
    asking.happens(drop("marts.revenue"))
    asking.tick()
    asking.tick()
    asking.later(seconds=5)
    asking.happens(Effect(Action.CREATE, key("marts.revenue"), produces=(Column("id"),), empty=True))
    for _ in range(4):
        asking.later(minutes=1)
        asking.tick()

    assert [a.kind for a in asking.alerts()] == ["truncate"]


def test_a_column_is_asked_about_by_its_name(asking: Desk, warehouse: Warehouse) -> None:
    lost = Effect(Action.DROP_COLUMN, key("marts.revenue"), columns=(ColumnChange("id"),))
    warehouse.stands[key("marts.revenue")] = (Column("id"),)
    asking.happens(lost)
    for _ in range(5):
        asking.later(minutes=1)
        asking.tick()
    assert asking.alerts() == []

    warehouse.stands[key("marts.revenue")] = (Column("day"),)
    asking.happens(lost, login="ana")
    asking.later(minutes=1)
    asking.tick()
    asking.tick()
    assert [a.kind for a in asking.alerts()] == ["drop_column"]


@pytest.mark.parametrize("silent", ["refuses", "hangs"])
def test_where_nobody_answers_it_is_told_as_not_confirmed(asking: Desk, warehouse: Warehouse, silent: str) -> None:
    warehouse.stands[key("marts.revenue")] = CannotSay("acme: no connection")
    if silent == "hangs":
        asking.watcher = watcher(asking, warehouse, start=lambda run: None)
    asking.happens(drop("marts.revenue"))
    asking.tick()
    asking.later(seconds=2.9)
    asking.tick()
    assert bool(asking.said()) is (silent == "refuses")

    asking.later(seconds=0.1)
    asking.tick()
    assert "not confirmed: asked at" in asking.shown()[0]


def test_the_answer_to_a_log_that_is_late_confirms_it(asking: Desk) -> None:
    asking.happens(rename("marts.revenue", "marts.x"))
    asking.tick()
    asking.later(minutes=3)
    asking.tick(read=False)
    asking.tick(read=False)

    (shown,) = asking.shown()
    assert "confirmed by asking" in shown
    assert "late" not in shown


def test_nobody_is_asked_about_rows(asking: Desk, warehouse: Warehouse) -> None:
    asking.happens(truncate("marts.revenue"))
    asking.tick()

    assert (len(asking.said()), warehouse.asked) == (1, [])


def test_nobody_is_asked_about_what_nobody_uses(asking: Desk, warehouse: Warehouse) -> None:
    asking.happens(drop("marts.nobodys"))
    asking.tick()

    assert warehouse.asked == []


def test_a_branch_that_did_not_run_is_not_told(asking: Desk, warehouse: Warehouse) -> None:
    warehouse.stands[key("marts.revenue")] = (Column("id"),)
    asking.happens(Effect(Action.DROP, key("marts.revenue"), certainty=Certainty.POSSIBLE))
    for _ in range(5):
        asking.tick()
        asking.later(minutes=1)

    assert asking.alerts() == []


def test_what_was_not_understood_is_told_though_it_stands(asking: Desk, warehouse: Warehouse) -> None:
    """It may have lost its rows."""
    warehouse.stands[key("marts.revenue")] = (Column("id"),)
    asking.happens(problems=(Problem("?", looks_destructive=True, touches=(key("marts.revenue"),)),))
    asking.later(minutes=1)
    asking.tick()
    asking.tick()

    assert "the warehouse says that it is there; of its rows that says nothing" in asking.shown()[0]


def test_it_heals_while_it_is_asked(asking: Desk, warehouse: Warehouse) -> None:
    asking.watcher = watcher(asking, warehouse, start=lambda run: None)
    asking.happens(drop("marts.revenue"))
    asking.tick()
    asking.later(seconds=1)
    asking.happens(create("marts.revenue", "id"))
    asking.tick()
    asking.later(seconds=5)
    asking.tick()

    assert asking.alerts() == []


def test_whoever_takes_over_asks_again(asking: Desk, warehouse: Warehouse) -> None:
    asking.watcher = watcher(asking, warehouse, start=lambda run: None)
    asking.happens(drop("marts.revenue"))
    asking.tick()
    asking.watcher = watcher(asking, warehouse)
    asking.tick()
    asking.tick()

    assert ["it is gone" in shown for shown in asking.shown()] == [True]


def test_a_view_that_was_taken_along_is_told_with_its_table(asking: Desk) -> None:
    asking.happens(drop("marts.revenue"), drop("marts.other"))
    asking.tick()
    asking.tick()
    asking.later(minutes=1)
    asking.happens(create("marts.revenue", "id"))
    asking.tick()

    assert [a.state for a in asking.alerts()] == [AlertState.HEALED]


def test_a_source_that_hangs_keeps_no_other_waiting() -> None:
    waiting: list[Callable[[], None]] = []
    asker = Asker(waiting.append)
    slow, quick = AssetKey("slow", ("a",)), AssetKey("quick", ("b",))
    asker.ask(
        {"slow": lambda asset: Gone(), "quick": lambda asset: Gone()},
        {"slow": {"one": slow}, "quick": {"two": quick}}, NOW, ring=lambda: None,
    )  # fmt: skip
    waiting[1]()

    assert [(a.system, a.found["two"].gone) for a in asker.answers(NOW)] == [("quick", True)]
