"""What an alert says beyond the harm: whether it was announced, a lost view's text, and few buttons at a time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lineagebot.model import Action, Announcement, AnnouncementState, Asset, AssetKind, Column, Edge, Effect, Layer
from lineagebot.policy.message import drawn
from lineagebot.reply import Choices, Menu
from lineagebot.store import alerts, announcements
from lineagebot.store.ingest import InventoryRow, record_inventory
from lineagebot.testing import NOW

from .conftest import TEAM, Desk, drop, key


def announce(desk: Desk, table: str, *, ago: timedelta = timedelta()) -> None:
    at = desk.now - ago
    said = Announcement(
        "a1", TEAM, "U0ANA", "ana", "acme", "no longer needed", "drop …", (drop(table),), (), at, at, "{}",
        AnnouncementState.MISSED,
    )  # fmt: skip
    with desk.store.begin() as tx:
        announcements.announce(tx, said, (), drawn=None)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("ago", "says"), [(timedelta(days=3), True), (timedelta(days=200), False), (None, False)],
    ids=["people announce", "nobody did for long", "nobody ever did"],
)  # fmt: skip
def test_where_people_announce_an_alert_says_that_nobody_announced_it(
    desk: Desk, ago: timedelta | None, says: bool
) -> None:
    desk.board("Revenue", "marts.revenue")
    if ago is not None:
        announce(desk, "marts.other", ago=ago)
    desk.happens(drop("marts.revenue"))
    desk.tick()

    assert ("not announced" in desk.shown()[0]) is says


def test_a_dropped_views_alert_offers_its_text(desk: Desk) -> None:
    view = InventoryRow(
        Asset(key("marts.revenue"), AssetKind.VIEW, "marts.revenue"), (Column("id"),),
        definition=" SELECT id\n   FROM raw.orders;",
    )  # fmt: skip
    board = desk.board("Revenue")
    edges = [Edge(key("marts.revenue"), board, layer=Layer.DECLARED, first_seen=NOW, last_seen=NOW)]
    with desk.store.begin() as tx:
        record_inventory(tx, "acme", NOW - timedelta(days=1), [view], edges, (), False)
    desk.happens(Effect(Action.DROP, key("marts.revenue"), AssetKind.VIEW))
    desk.tick()

    assert "CREATE VIEW marts.revenue AS SELECT id FROM raw.orders;" in desk.shown()[0]


@pytest.mark.parametrize("owner", [None, "#finance"])
def test_an_alert_has_at_most_five_things_to_press(desk: Desk, owner: str | None) -> None:
    desk.board("Revenue", "marts.revenue", owner=owner)
    desk.happens(drop("marts.revenue"))
    desk.tick()
    (alert,) = desk.alerts()
    with desk.store.begin() as tx:
        (post,) = alerts.posts(tx, alert.id)

    (row,) = [b for b in drawn(alert, why=post.why).blocks if isinstance(b, Choices)]
    assert len(row.choices) == (4 if owner else 5)
    more = row.choices[-1]
    assert isinstance(more, Menu)
    assert more.overflow
    assert len(more.options) == 5
