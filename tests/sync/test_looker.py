"""A Looker becomes assets and edges: every tile's question, wherever it stands, down to the columns beneath it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from lineagebot.errors import SourceDenied
from lineagebot.model import AssetKey, AssetKind, Column, EdgeKind, How, Layer
from lineagebot.sql.understand import understand
from lineagebot.store.references import Kept
from lineagebot.sync.match import Answering, Matcher
from lineagebot.sync.place import Place
from lineagebot.sync.source import Inventory
from lineagebot.testing import Asset, MemoryGraph
from tests.sync.standins.looker import DASHBOARDS, FakeLooker, source_on

REVENUE = ("Finance", "Revenue")


def read(looker: FakeLooker | None = None, **options: object) -> Inventory:
    found = source_on(looker or FakeLooker(), **options).inventory()  # type: ignore[arg-type]
    assert found is not None
    return found


@pytest.fixture(scope="module")
def whole() -> Inventory:
    return read()


def steps(inventory: Inventory, target: tuple[str, ...], kind: EdgeKind = EdgeKind.FLOW) -> set[tuple[str, str, str]]:
    """(source's name, its column, the target's column) of the column edges into an asset."""
    return {
        (e.source.name, e.source_column or "", e.target_column or "")
        for e in inventory.edges
        if e.target.path == target and e.kind is kind and e.source_column
    }


def test_a_dashboard_stands_in_its_folder_with_its_owner_and_its_last_view(whole: Inventory) -> None:
    (board,) = (i for i in whole.items if i.asset.key.path == REVENUE and i.asset.kind is AssetKind.DASHBOARD)

    assert board.asset.url == "https://looker.test/dashboards/42"
    assert board.asset.description == "Weekly"
    assert [(owner.id, owner.name) for owner in board.owners] == [("ann@example.com", "Ann Doe")]
    assert (board.native_id, board.scans) == ("42", 512)
    assert board.last_scanned == datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


def test_lookml_dashboards_personal_folders_and_every_page_of_a_list(whole: Inventory) -> None:
    boards = {i.asset.key.path: i for i in whole.items if i.asset.kind is AssetKind.DASHBOARD}

    assert len(boards) == len(DASHBOARDS)
    assert boards["LookML dashboards", "Sales", "Ops"].native_id == "sales::ops"
    assert boards["Ann Doe", "Scratch 1000"].tags == ("personal",)


TILES = [
    ("its own query", "Revenue", {("orders", name, name) for name in ("orders.month", "orders.total")}),
    ("the query of its look, and what is calculated from it", "Buyers",
     {("orders", name, name) for name in ("buyer.name", "orders.total", "orders.margin")}),
    ("merged results", "Merged",
     {("orders", name, name) for name in ("buyer.name", "orders.total", "orders.margin")}
     | {("facts", "facts.value", "facts.value")}),
]  # fmt: skip


@pytest.mark.parametrize(("why", "tile", "expected"), TILES, ids=[case[0] for case in TILES])
def test_a_tile_shows_the_fields_of_its_query(
    whole: Inventory, why: str, tile: str, expected: set[tuple[str, str, str]]
) -> None:
    assert steps(whole, (*REVENUE, tile)) == expected
    assert {field for _, field, _ in expected} <= {field for _, field, _ in steps(whole, REVENUE)}


def test_what_filters_a_tile_is_a_reference(whole: Inventory) -> None:
    assert steps(whole, (*REVENUE, "Revenue"), EdgeKind.REFERENCE) == {("orders", "buyer.country", "")}


def test_a_text_is_no_tile_and_a_look_is_a_report(whole: Inventory) -> None:
    charts = {i.asset.key.name for i in whole.items if i.asset.key.path[:2] == REVENUE and len(i.asset.key.path) == 3}
    reports = [i.asset.key.path for i in whole.items if i.asset.kind is AssetKind.REPORT]

    assert charts == {"Revenue", "Buyers", "Merged", "By hand"}
    assert reports == [("Finance", "Buyers")]


def test_an_explore_knows_a_view_by_its_alias_and_is_joined_by_fields(whole: Inventory) -> None:
    explore = ("sales", "explores", "orders")

    assert ("customers", "country", "buyer.country") in steps(whole, explore)
    assert steps(whole, explore, EdgeKind.REFERENCE) == {("orders", "buyer_id", ""), ("customers", "id", "")}


def test_a_view_says_which_columns_its_fields_read(whole: Inventory) -> None:
    found = {r.reader.name: r for r in whole.references}

    assert found["orders"].name == "marts.orders"
    assert {(f.column, f.field, f.how) for f in found["orders"].fields} == {
        ("created_at", "month", How.COPIED),
        ("buyer", "buyer_id", How.COPIED),
        ("amount", "total", How.AGGREGATED),
        ("amount", "margin", How.COMPUTED),
        ("cost", "margin", How.COMPUTED),
    }
    assert {(f.column, f.how) for f in found["customers"].fields if f.field == "name"} == {
        ("first_name", How.COMPUTED),
        ("last", How.COMPUTED),
    }
    assert found["facts"].name == '"scratch"."LR$7K3XZ1689_facts"'
    assert (found["By hand"].sql, found["By hand"].place.connection) == ("select total from marts.revenue", "shop")


def test_people_are_one_by_their_mail_and_a_days_views_are_counted_once(whole: Inventory) -> None:
    people = {person.id: person for person in whole.people}
    views = {(view.asset.name, view.login, view.day): view.reads for view in whole.views}

    assert people["ann@example.com"].logins == (("other", "5"),)
    assert people["other:6"].email is None
    assert views == {("Revenue", "5", date(2026, 11, 20)): 9, ("Buyers", "5", date(2026, 11, 20)): 1}


def test_a_column_reaches_the_dashboard_that_shows_it(whole: Inventory) -> None:
    orders = AssetKey("acme", ("shop", "marts", "orders"))
    graph = MemoryGraph(known=(Asset(orders, AssetKind.TABLE, ""),), columns_of={orders: (Column("amount"),)})
    place = Place("postgres", "db.internal", 5432, database="shop")
    matcher = Matcher((Answering("acme", "postgres", (place,), ("shop", "public")),), (), understand)
    kept = [Kept(n, "other", one, None, (), tried=False) for n, one in enumerate(whole.references)]

    edges = [*matcher.match(kept, graph).edges["other"], *whole.edges]
    reached = {(orders, "amount")}
    for _ in range(6):
        reached |= {
            (e.target, e.target_column) for e in edges if (e.source, e.source_column) in reached and e.target_column
        }

    assert (AssetKey("other", REVENUE), "orders.total") in reached
    assert {edge.layer for edge in edges} == {Layer.BI}


DENIED = [
    ("connections", "connections may not be seen"),
    ("queries/run/json", "System Activity may not be seen"),
    ("lookml_models", "the explore sales/orders may not be seen"),
]


@pytest.mark.parametrize(("part", "says"), DENIED)
def test_a_part_that_may_not_be_seen_is_said_and_the_rest_is_read(part: str, says: str) -> None:
    found = read(FakeLooker(denied=frozenset({part})))

    assert [p.message for p in found.problems if says in p.message]
    assert any(i.asset.key.path == REVENUE for i in found.items)


def test_a_wrong_secret_is_said_so() -> None:
    with pytest.raises(SourceDenied, match="the client id or secret is wrong; make a new API3 key"):
        source_on(FakeLooker(), secret="wrong").inventory()


def test_a_token_that_ended_early_is_renewed_and_429_is_waited_for() -> None:
    looker, now = FakeLooker(), [0.0]
    source = source_on(looker, clock=lambda: now[0], every=0, calls_per_month=10_000_000)
    source.inventory()
    now[0], looker.token, looker.busy = 1000.0, looker.token + 1, 2

    assert source.inventory() is not None
    assert looker.calls.count("login") == 2


def test_what_did_not_change_costs_no_call_again() -> None:
    looker, now = FakeLooker(), [0.0]
    source = source_on(looker, clock=lambda: now[0], every=0, calls_per_month=10_000_000)
    source.inventory()
    first, now[0] = len(looker.calls), 1000.0
    looker.calls.clear()
    again = source.inventory()

    assert again is not None
    assert first > len(DASHBOARDS)
    assert sorted(set(looker.calls)) == ["connections", "dashboards", "dashboards/sales::ops", "dashboards/search",
                                         "folders", "looks/search", "queries/run/json", "users"]  # fmt: skip


def test_it_is_read_as_seldom_as_its_calls_ask() -> None:
    looker, now = FakeLooker(), [0.0]
    source = source_on(looker, clock=lambda: now[0], every=60, calls_per_month=60_000)
    source.inventory()
    cost = len(looker.calls)

    now[0] = 61.0
    assert source.inventory() is None
    now[0] = cost * 30 * 86_400 / 60_000
    assert source.inventory() is not None
