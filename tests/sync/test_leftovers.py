"""What a pipeline makes for a moment is offered to nobody once it is gone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from lineagebot.graph.reader import Direction
from lineagebot.graph.resolve import resolve
from lineagebot.model import AssetKey, Found
from lineagebot.store.engine import Store
from lineagebot.store.graph import PostgresGraph
from lineagebot.sync.postgres import PostgresOptions, PostgresSource
from lineagebot.sync.runner import sync_once
from tests.sync.conftest import Log

#: Twice, so that the second run moves the first one's table out of the way.
SWAP = (
    "create table marts.revenue__dbt_tmp as select * from raw.orders",
    "alter table if exists marts.revenue rename to revenue__dbt_backup",
    "alter table marts.revenue__dbt_tmp rename to revenue",
    "drop table if exists marts.revenue__dbt_backup cascade",
)
BEFORE_ALL = datetime(2026, 1, 1, tzinfo=UTC)


def key(schema: str, name: str) -> AssetKey:
    return AssetKey("acme", ("shop", schema, name))


@pytest.fixture
def graph(log: Log, store: Store) -> PostgresGraph:
    session = log.session()
    for text in (*SWAP, *SWAP):
        session.statement(text)
        session.duration(text.split()[0].upper())
    sync_once(PostgresSource("acme", PostgresOptions(log=str(log.path))), store, now=datetime.now(UTC))
    return PostgresGraph(store)


@pytest.mark.parametrize("words", ["revenu", "marts revenue", "reven", "revenoe", "marts.rev", "revenue"])
def test_no_search_offers_it(words: str, graph: PostgresGraph) -> None:
    assert [asset.key for asset in graph.search(words).assets] == [key("marts", "revenue")]


@pytest.mark.parametrize("name", ["revenue__dbt_tmp", "marts.revenue__dbt_backup"])
def test_who_spells_it_out_finds_it(name: str, graph: PostgresGraph) -> None:
    found = resolve(graph, name)
    assert isinstance(found, Found)
    assert found.asset.gone_at is not None


def test_no_walk_passes_it(graph: PostgresGraph) -> None:
    orders, revenue = key("raw", "orders"), key("marts", "revenue")
    assert graph.closure([orders], Direction.DOWNSTREAM).keys == (revenue,)
    assert graph.closure([revenue], Direction.UPSTREAM).keys == (orders,)


def test_no_impact_counts_it_even_as_of_a_moment_when_it_stood(graph: PostgresGraph) -> None:
    edges = graph.edges([key("raw", "orders")], Direction.DOWNSTREAM, columns=True, before=BEFORE_ALL)
    assert {edge.target for edge in edges} == {key("marts", "revenue")}
