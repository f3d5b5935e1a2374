"""Find by what a person typed: exact, prefix, words in any order, words corrected."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from lineagebot.graph.reader import Hits
from lineagebot.model import Asset, AssetKey, AssetKind
from lineagebot.store.engine import Store
from lineagebot.store.graph import PostgresGraph
from lineagebot.store.ingest import InventoryRow, record_inventory

from .said import START, Say, key, take_in

NAMES = {
    "revenue": ("acme", ("shop", "marts", "revenue"), AssetKind.TABLE),
    "staging": ("acme", ("shop", "staging", "revenue"), AssetKind.VIEW),
    "daily": ("acme", ("shop", "marts", "revenue_daily"), AssetKind.TABLE),
    "orders": ("acme", ("shop", "raw", "CustomerOrders_2024"), AssetKind.TABLE),
    "left": ("acme", ("shop", "marts", "revenue__dbt_tmp"), AssetKind.TABLE),
    "exec": ("bi", ("Finance", "Exec revenue"), AssetKind.DASHBOARD),
    "umsatz": ("bi", ("Vertrieb", "Umsatzübersicht GROẞ"), AssetKind.DASHBOARD),
    "sales": ("bi", ("日本", "売上 ダッシュボード"), AssetKind.REPORT),
    "fire": ("acme", ("shop", "raw", "🔥"), AssetKind.TABLE),
    "percent": ("acme", ("shop", "raw", "100%_off"), AssetKind.TABLE),
}


@pytest.fixture
def graph(store: Store) -> PostgresGraph:
    rows = [InventoryRow(Asset(AssetKey(s, path), kind, ".".join(path[-2:]))) for s, path, kind in NAMES.values()]
    with store.begin() as tx:
        record_inventory(tx, "acme", datetime(2026, 11, 1, tzinfo=UTC), rows)
    return PostgresGraph(store)


def found(hits: Hits) -> list[str]:
    labels = {AssetKey(system, path): label for label, (system, path, _) in NAMES.items()}
    return [labels[asset.key] for asset in hits.assets]


CASES = {
    "a name that two schemas have": ("revenue", True, {"revenue", "staging"}),
    "schema and name": ("marts.revenue", True, {"revenue"}),
    "the whole path": ("shop.marts.revenue", True, {"revenue"}),
    "whatever the case": ("MARTS.Revenue", True, {"revenue"}),
    "a title with a blank": ("exec revenue", True, {"exec"}),
    "folder and title": ("Finance/Exec revenue", True, {"exec"}),
    "blanks at the ends and doubled": ("  exec   revenue ", True, {"exec"}),
    "an emoji": ("🔥", True, {"fire"}),
    "umlauts, and ß however written": ("umsatzÜBERSICHT gross", True, {"umsatz"}),
    "letters of full width": ("ｒｅｖｅｎｕｅ＿ｄａｉｌｙ", True, {"daily"}),
    "Japanese": ("売上 ダッシュボード", True, {"sales"}),
    "a prefix": ("customero", False, {"orders"}),
    "a prefix inside a schema": ("marts.revenue_d", False, {"daily"}),
    "a percent sign is no wildcard": ("100%", False, {"percent"}),
    "nor an underscore": ("revenue_dail", False, {"daily"}),
    "words in any order": ("2024 orders customer", False, {"orders"}),
    "title and folder shuffled": ("revenue finance", False, {"exec"}),
    "what kind of thing it is": ("revenue dashboard", False, {"exec"}),
    "one typo": ("custmer orders", False, {"orders"}),
    "two neighbours swapped": ("revenue dialy", False, {"daily"}),
    "a typo in the only word": ("umsatzubersicht", False, {"umsatz"}),
    "the beginning of a word": ("fin exec", False, {"exec"}),
    "one word too many": ("weekly exec", False, {"exec"}),
}


@pytest.mark.parametrize(("words", "exact", "expected"), CASES.values(), ids=CASES)
def test_it_is_found(graph: PostgresGraph, words: str, exact: bool, expected: set[str]) -> None:
    hits = graph.search(words)
    assert (set(found(hits)), hits.exact, hits.more) == (expected, exact, False)


def test_a_prefix_in_another_schema_is_no_prefix_but_the_nearest_name(graph: PostgresGraph) -> None:
    hits = graph.search("nowhere.revenue_dail")
    assert (found(hits)[0], hits.exact) == ("daily", False)


@pytest.mark.parametrize("words", ["", "   ", "xyzzyqwv", ".", "'; DROP TABLE asset; --", "\\", "?", "%", "a" * 10_000])
def test_what_means_nothing_finds_nothing(graph: PostgresGraph, words: str) -> None:
    assert graph.search(words).assets == ()


def test_nul_and_half_characters_find_nothing_and_break_nothing(graph: PostgresGraph) -> None:
    assert graph.search("rev\0enue \ud800").exact is False


def test_only_the_kinds_asked_for(graph: PostgresGraph) -> None:
    assert found(graph.search("revenue", kinds=[AssetKind.DASHBOARD])) == ["exec"]
    assert found(graph.search("revenue", kinds=[AssetKind.VIEW])) == ["staging"]
    assert graph.search("revenue", kinds=[]).assets == ()


def test_it_says_that_there_is_more(graph: PostgresGraph) -> None:
    hits = graph.search("reven", limit=2)
    assert (len(hits.assets), hits.more) == (2, True)


def test_leftovers_of_pipelines_come_last(graph: PostgresGraph) -> None:
    assert found(graph.search("reven"))[-1] == "left"
    assert found(graph.search("revenue__dbt_tmp")) == ["left"]


def test_the_most_read_comes_first_and_what_is_gone_after_what_stands(
    store: Store, graph: PostgresGraph, say: Say
) -> None:
    today = datetime.now(UTC)
    take_in(store, *(say(reads=("staging.revenue",), at=today) for _ in range(3)))
    assert found(graph.search("revenue"))[:2] == ["staging", "revenue"]
    kept = [InventoryRow(Asset(key("marts.revenue"), AssetKind.TABLE, "marts.revenue"))]
    with store.begin() as tx:
        record_inventory(tx, "acme", datetime(2026, 11, 20, tzinfo=UTC), kept)
    assert found(graph.search("revenue")) == ["revenue", "staging"]


def test_a_dashboard_is_found_under_its_new_title(store: Store, graph: PostgresGraph) -> None:
    board = AssetKey("bi", ("12345",))
    for day, title in enumerate(("Weekly pulse", "Monthly pulse"), start=2):
        with store.begin() as tx:
            rows = [InventoryRow(Asset(board, AssetKind.DASHBOARD, title))]
            record_inventory(tx, "bi", START.replace(day=day), rows)
    assert [a.title for a in graph.search("monthly pulse").assets] == ["Monthly pulse"]
    assert graph.search("weekly pulse").exact is False
