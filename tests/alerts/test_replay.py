"""`replay`: what was said and why the rest was quiet, from the journal alone."""

from __future__ import annotations

from lineagebot.model import Action, Effect, Outcome
from lineagebot.policy.rules import Windows
from lineagebot.terminal.replay import replayed

from .conftest import Desk, create, drop, key, rename, truncate


def lines(desk: Desk, *, explain: bool = True) -> list[str]:
    """The lines without their times."""
    found = replayed(desk.store, since=None, explain=explain, windows=Windows())
    return [" ".join(line[21:].split()) for line in found]


def test_it_says_what_serve_said(desk: Desk) -> None:
    desk.board("Revenue", "marts.revenue", "marts.costs")
    desk.happens(drop("marts.revenue"))
    desk.tick()
    for _ in range(2):
        desk.later(minutes=1)
        desk.happens(truncate("marts.costs"))
        desk.tick()
    desk.later(minutes=1)
    desk.happens(create("marts.revenue", "id"), login="cleo")
    desk.tick()

    assert lines(desk, explain=False) == [
        "ALERT ben dropped the table marts.revenue (drop_table)",
        "ALERT ben emptied marts.costs (truncate)",
        "again ben emptied marts.costs: once more, by ben; counted, not said anew",
        "healed ben dropped the table marts.revenue: put right by cleo",
    ]
    assert len(desk.alerts()) == 2


def test_it_gives_the_reason_for_each_quiet(desk: Desk) -> None:
    desk.board("Revenue", "marts.revenue")
    desk.happens(drop("marts.nobodys"), ago=50)
    desk.happens(drop("marts.revenue"), ago=40, outcome=Outcome.ROLLED_BACK)
    desk.happens(drop("marts.revenue"), ago=39, outcome=Outcome.FAILED)
    desk.happens(rename("marts.revenue", "marts.revenue__dbt_backup"), ago=30, login="pipeline", machine=True)
    desk.happens(rename("marts.revenue__dbt_tmp", "marts.revenue"), ago=29.9, login="pipeline", machine=True)
    gone = Effect(Action.DROP, key("marts.revenue__dbt_backup"), cascade=True, if_exists=True)
    desk.happens(gone, ago=29.8, login="pipeline", machine=True)
    desk.later(minutes=10)
    desk.tick()

    assert lines(desk) == [
        "quiet ben dropped the table marts.nobodys: nobody else uses it",
        "quiet ben's drop of marts.revenue: it was rolled back",
        "quiet ben's drop of marts.revenue: it failed",
        "quiet and 3 steps of rebuilds, on names that only pass (…__dbt_tmp, …__dbt_backup)",
    ]
