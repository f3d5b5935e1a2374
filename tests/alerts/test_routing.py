"""Who hears of it: by owner, by what is upstream of a dashboard, and from how loud on."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lineagebot.model import AlertState, Asset, AssetKey, AssetKind, Edge, Layer, Severity
from lineagebot.store import alerts, curation
from lineagebot.store.curation import Subscription
from lineagebot.store.ingest import InventoryRow, record_inventory
from lineagebot.testing import NOW

from .conftest import ADMIN_ID, TEAM, Desk, drop, key


def follow(desk: Desk, what: Subscription, channel: str = "C0OPS") -> None:
    with desk.store.begin() as tx:
        curation.subscribe(tx, TEAM, channel, what, "ana", desk.now)


def places(desk: Desk) -> list[str]:
    return sorted(channel for channel, _ in desk.said())


@pytest.mark.parametrize("who", ["owner:ana@acme.test", "owner:u0ana", "owner:*@acme.test"])
def test_a_channel_hears_of_what_somebody_owns(who: str, desk: Desk) -> None:
    desk.board("Revenue", "marts.revenue", owner="ana@acme.test")
    desk.board("Costs", "marts.costs", owner="#finance")
    follow(desk, Subscription(pattern=who))

    desk.happens(drop("marts.revenue"))
    desk.happens(drop("marts.costs"))
    desk.tick()

    assert places(desk) == ["C0FIN", "C0OPS", "U0ANA"]


def test_upstream_of_a_dashboard_is_all_that_it_is_built_from(desk: Desk) -> None:
    board = desk.board("Revenue", "marts.revenue", owner="#finance")
    desk.board("Other", "raw.orders", "marts.costs", owner="#finance")
    feeds = Edge(key("raw.orders"), key("marts.revenue"), layer=Layer.DECLARED, first_seen=NOW, last_seen=NOW)
    with desk.store.begin() as tx:
        curation.declare_edge(tx, feeds.source, feeds.target, by="ana", at=NOW)
    follow(desk, Subscription(board, upstream=True))

    desk.happens(drop("raw.orders"))
    desk.happens(drop("marts.costs"))
    desk.tick()

    ops = [what for channel, what in desk.said() if channel == "C0OPS"]
    assert ops == ["🔴 ben dropped the table raw.orders"]


def test_a_floor_keeps_out_what_is_not_loud_enough(desk: Desk) -> None:
    desk.board("Revenue", "marts.revenue", owner="#finance")
    view = AssetKey("acme", ("shop", "marts", "copy"))
    standing = [InventoryRow(Asset(k, AssetKind.TABLE, k.name)) for k in (key("marts.costs"), view)]
    with desk.store.begin() as tx:
        record_inventory(tx, "acme", NOW, standing, (), (), False)
        curation.declare_edge(tx, key("marts.costs"), view, by="ana", at=NOW)
    follow(desk, Subscription(pattern="marts.*", floor=Severity.HIGH))
    follow(desk, Subscription(pattern="marts.*", floor=Severity.MEDIUM), "C0ALL")

    desk.happens(drop("marts.revenue"))
    desk.happens(drop("marts.costs"))
    desk.tick()

    assert sorted(a.severity for a in desk.alerts()) == [Severity.HIGH, Severity.MEDIUM]
    assert places(desk) == ["C0ALL", "C0ALL", "C0FIN", "C0OPS"]


def owned_by_nobody(desk: Desk) -> str:
    """An alert in the fallback channel; its name."""
    desk.board("Revenue", "marts.revenue")
    desk.happens(drop("marts.revenue"))
    desk.tick()
    (alert,) = desk.alerts()
    return alert.id


def test_the_foot_of_each_message_says_why_it_is_heard_there(desk: Desk) -> None:
    desk.board("Revenue", "marts.revenue", owner="ana@acme.test")
    follow(desk, Subscription(pattern="marts.*"))
    desk.happens(drop("marts.revenue"))
    desk.tick()

    by_place = dict(zip([channel for channel, _ in desk.said()], desk.shown(), strict=True))
    assert "You hear this because ana@acme.test owns Revenue." in by_place["U0ANA"]
    assert "You hear this because this place follows marts.*." in by_place["C0OPS"]
    assert not any("This is mine" in text for text in by_place.values())


def test_where_nobody_owns_it_a_button_says_this_is_mine(desk: Desk) -> None:
    owned_by_nobody(desk)

    (shown,) = desk.shown()
    assert "You hear this because nobody owns it yet." in shown
    assert "This is mine" in shown


def test_an_alert_that_nobody_acts_on_is_escalated_once(desk: Desk) -> None:
    desk.watcher = desk.new_watcher(escalate_to="#finance", escalate_after=timedelta(minutes=30))
    owned_by_nobody(desk)
    desk.later(minutes=29)
    desk.tick()
    assert places(desk) == [ADMIN_ID]

    for _ in range(3):
        desk.later(minutes=31)
        desk.tick()

    assert places(desk) == [ADMIN_ID, "C0FIN"]
    assert desk.lines() == ["Nobody acted on it within 30 minutes: #finance is told too."]
    assert "You hear this because nobody acted on it within 30 minutes." in desk.shown()[-1]


@pytest.mark.parametrize("state", [AlertState.ACKNOWLEDGED, AlertState.RESOLVED, AlertState.HEALED])
def test_what_somebody_acted_on_is_not_escalated(state: AlertState, desk: Desk) -> None:
    desk.watcher = desk.new_watcher(escalate_to="#finance", escalate_after=timedelta(minutes=30))
    name = owned_by_nobody(desk)
    with desk.store.begin() as tx:
        alerts.change(tx, name, state=state, by="ana", at=desk.now)
    desk.later(hours=1)
    desk.tick()

    assert places(desk) == [ADMIN_ID]


def test_nothing_is_escalated_during_a_pause_nor_from_long_ago(desk: Desk) -> None:
    owned_by_nobody(desk)
    desk.watcher = desk.new_watcher(escalate_to="#finance", escalate_after=timedelta(minutes=30))
    desk.pause(hours=26)
    desk.later(hours=1)
    desk.tick()
    desk.later(hours=26)
    desk.tick()

    assert "C0FIN" not in places(desk)
