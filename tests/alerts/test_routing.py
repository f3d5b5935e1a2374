"""Who hears of it: by owner, by what is upstream of a dashboard, and from how loud on."""

from __future__ import annotations

import pytest

from lineagebot.model import Asset, AssetKey, AssetKind, Edge, Layer, Severity
from lineagebot.store import curation
from lineagebot.store.curation import Subscription
from lineagebot.store.ingest import InventoryRow, record_inventory
from lineagebot.testing import NOW

from .conftest import TEAM, Desk, drop, key


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
