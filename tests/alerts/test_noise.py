"""What was quieted raises no alert, and `replay --explain` says who said so; undone, it is heard again."""

from __future__ import annotations

from lineagebot.model import Noise, NoiseKind
from lineagebot.policy.rules import Windows
from lineagebot.store import quiet
from lineagebot.terminal.replay import replayed

from .conftest import Desk, drop

ETL = Noise(NoiseKind.ACCOUNT, "ana", Desk.now, name="etl")


def test_a_quieted_account_is_not_heard_until_it_is_undone(desk: Desk) -> None:
    desk.board("Revenue", "marts.revenue", "marts.costs", "marts.orders")
    with desk.store.begin() as tx:
        noise = quiet.add(tx, ETL)

    desk.happens(drop("marts.revenue"), login="etl")
    desk.happens(drop("marts.costs"), login="ben")
    desk.tick()
    assert [a.headline for a in desk.alerts()] == ["ben dropped the table marts.costs"]
    told = "\n".join(replayed(desk.store, since=None, explain=True, windows=Windows()))
    assert "etl dropped the table marts.revenue: ana said that what etl does is noise" in told

    with desk.store.begin() as tx:
        quiet.remove(tx, noise.id, by="ana", at=desk.now)
    desk.happens(drop("marts.orders"), login="etl")
    desk.tick()
    assert [a.headline for a in desk.alerts()][1:] == ["etl dropped the table marts.orders"]


def test_an_alert_has_a_menu_for_what_is_not_a_problem(desk: Desk) -> None:
    desk.board("Revenue", "marts.revenue")
    desk.happens(drop("marts.revenue"))
    desk.tick()

    (shown,) = desk.shown()
    assert "Noise: not this statement again" in shown
