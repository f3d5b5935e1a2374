"""What one system reads in another is kept, matched whenever more is listed, and ends when it is no more said."""

from __future__ import annotations

from datetime import date, timedelta

from lineagebot.graph.reader import Direction
from lineagebot.model import Asset, AssetKey, AssetKind, Edge, Layer, Use
from lineagebot.store.engine import Store
from lineagebot.store.graph import PostgresGraph
from lineagebot.store.inventory import InventoryRow, record_inventory, record_views
from lineagebot.store.references import (
    Place,
    Reference,
    Unmatched,
    Verdict,
    count_references,
    load_references,
    note_verdicts,
    record_matched,
    replace_references,
)
from tests.commands.conftest import text_of

from .said import START, key

BOARD = AssetKey("looker", ("Finance", "Revenue"))
TABLE = key("marts.revenue")
READS = Edge(TABLE, BOARD, layer=Layer.BI)


def reference(name: str) -> Reference:
    return Reference(BOARD, Place("postgres", "db", 5432, database="shop"), name=name)


def listed(store: Store, *names: str, days: int = 1) -> None:
    with store.begin() as tx:
        record_inventory(
            tx, "looker", START + timedelta(days=days), [InventoryRow(Asset(BOARD, AssetKind.DASHBOARD, "Revenue"))]
        )
        replace_references(tx, "looker", [reference(name) for name in names], complete=True)


def known(store: Store, days: int = 1) -> None:
    with store.begin() as tx:
        row = InventoryRow(Asset(TABLE, AssetKind.TABLE, "marts.revenue"))
        record_inventory(tx, "acme", START + timedelta(days=days), [row])


def matched(store: Store, *edges: Edge, days: int = 1) -> tuple[AssetKey, ...]:
    with store.begin() as tx:
        record_matched(tx, {"looker": list(edges)}, systems={"looker"}, at=START + timedelta(days=days, hours=1))
    return tuple(e.target for e in PostgresGraph(store).edges([TABLE], Direction.DOWNSTREAM))


def test_a_reference_is_kept_whole_and_its_verdict_stays_while_it_is_listed(store: Store) -> None:
    listed(store, "revenue", "elsewhere")
    with store.begin() as tx:
        first, second = load_references(tx)
        note_verdicts(tx, [Verdict(first.id), Verdict(second.id, Unmatched.NOT_LISTED, ("shop.public.elsewhere",))])
    listed(store, "revenue", "elsewhere", "new")

    with store.begin() as tx:
        kept = {one.reference.name: (one.why, one.missing, one.tried) for one in load_references(tx)}
        counted = count_references(tx)

    assert {one.reference for one in (first, second)} == {reference("revenue"), reference("elsewhere")}
    assert kept[first.reference.name] == (None, (), True)
    assert kept[second.reference.name] == (Unmatched.NOT_LISTED, ("shop.public.elsewhere",), True)
    assert kept["new"] == (None, (), False)
    assert counted == {"looker": {None: 1, Unmatched.NOT_LISTED: 1}}


def test_what_is_no_more_listed_goes(store: Store) -> None:
    listed(store, "revenue", "elsewhere")
    listed(store, "revenue")

    with store.begin() as tx:
        assert [one.reference.name for one in load_references(tx)] == ["revenue"]


def test_a_match_outlives_the_next_list_and_ends_with_the_next_match(store: Store) -> None:
    listed(store, "revenue")
    known(store)

    assert matched(store, READS) == (BOARD,)
    listed(store, "revenue", days=2)
    known(store, days=2)
    assert [e.target for e in PostgresGraph(store).edges([TABLE], Direction.DOWNSTREAM)] == [BOARD]
    assert matched(store, days=2) == ()


def test_a_match_makes_no_asset_of_what_is_not_known(store: Store) -> None:
    listed(store, "revenue")

    assert matched(store, READS) == ()
    assert PostgresGraph(store).assets([TABLE]) == {}


def test_status_counts_what_was_not_found(store: Store) -> None:
    listed(store, "revenue", "elsewhere")
    with store.begin() as tx:
        first, second = load_references(tx)
        note_verdicts(tx, [Verdict(first.id), Verdict(second.id, Unmatched.NOT_LISTED, ("x",))])

    (looker,) = PostgresGraph(store).coverage().sources
    assert (looker.references, looker.unmatched) == (2, 1)


def test_views_of_a_day_are_replaced_not_added(store: Store) -> None:
    listed(store)
    for times in (3, 5):
        with store.begin() as tx:
            record_views(tx, "looker", [Use(BOARD, None, "12", START.date(), times, 0, by_machine=False)])

    (use,) = PostgresGraph(store).uses([BOARD], since=date(2026, 1, 1))
    assert (use.login, use.reads, use.day) == ("12", 5, START.date())


def test_a_reader_is_asked_what_it_looks_for_in_vain(store: Store) -> None:
    listed(store, "revenue", "elsewhere")
    with store.begin() as tx:
        first, second = load_references(tx)
        note_verdicts(tx, [Verdict(first.id, Unmatched.NOT_LISTED, ("b", "a")), Verdict(second.id)])

    assert PostgresGraph(store).unmatched([BOARD, TABLE]) == {BOARD: ("a", "b")}
    text = text_of("lineage Revenue", PostgresGraph(store), store)
    assert "Read elsewhere, and not found there:\n  - Revenue reads a" in text
