"""The same answers from the real store as from the graph in memory, and quickly."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from datetime import time as clock

import pytest

from lineagebot.graph.reader import GraphReader
from lineagebot.model import Edge, Outcome, Read, Statement, Understanding, Use
from lineagebot.store.cursors import register, save_cursor
from lineagebot.store.engine import Store
from lineagebot.store.graph import PostgresGraph
from lineagebot.store.ingest import Understood, record_statements
from lineagebot.store.inventory import InventoryRow, record_inventory
from lineagebot.testing import BI, NOW, SYSTEM, MemoryGraph
from tests.commands.conftest import SHOP, text_of
from tests.commands.test_answers import GOLDENS

#: Answers that differ in more than their small print: the store knows more words.
OTHERWISE = {"lineage_misspelt", "check_unknown"}


def keep(store: Store, graph: MemoryGraph) -> PostgresGraph:
    """Write a graph in memory into a real store, by the doors that sources use."""
    with store.begin() as tx:
        for system, kind in ((SYSTEM, "postgres"), (BI, "declared")):
            register(tx, system, kind)
            rows = [
                InventoryRow(a, graph.columns_of.get(a.key), owners=graph.owners_of.get(a.key, ()),
                             tags=graph.tags_of.get(a.key, ()))
                for a in graph.known if a.key.system == system
            ]  # fmt: skip
            edges = [edge for edge in graph.links if edge.target.system == system and edge.last_seen == NOW]
            record_inventory(tx, system, NOW, rows, edges, graph.persons)
        record_statements(tx, [*_aged(graph.links), *_reading(graph.use_rows)])
        for system in (SYSTEM, BI):
            save_cursor(tx, system, "1", watermark=NOW)
    return PostgresGraph(store)


def _aged(edges: tuple[Edge, ...]) -> Iterator[Understood]:
    """Edges that no catalog confirms: a statement showed them, long ago."""
    for n, edge in enumerate(edge for edge in edges if edge.last_seen not in (None, NOW)):
        at = edge.last_seen or NOW
        said = Statement(f"e{n}", SYSTEM, "postgres", "INSERT", at, ended_at=at, login="etl", outcome=Outcome.DONE)
        yield Understood(said, f"e{n}", "INSERT", Understanding(edges=(edge,), statements=1, understood=1))


def _reading(uses: tuple[Use, ...]) -> Iterator[Understood]:
    """As many statements as there were reads; what reads a column reads the asset too."""
    for n, use in enumerate(use for use in uses if use.column is None):
        columns = [u.column for u in uses if (u.asset, u.login, u.day) == (use.asset, use.login, use.day) and u.column]
        at = datetime.combine(use.day, clock(8), tzinfo=NOW.tzinfo) + timedelta(seconds=n)
        reads = (Read(use.asset), *(Read(use.asset, column) for column in columns))
        for i in range(use.reads):
            said = Statement(
                f"s{n}/{i}", SYSTEM, "postgres", "SELECT ?", at, login=use.login, outcome=Outcome.DONE,
                ended_at=at + timedelta(milliseconds=i),
            )  # fmt: skip
            meant = Understanding(reads=reads, statements=1, understood=1)
            yield Understood(said, f"f{n}", "SELECT ?", meant, by_machine=use.by_machine)


@pytest.fixture
def shop(store: Store) -> GraphReader:
    return keep(store, SHOP)


def without_small_print(text: str) -> list[str]:
    return [line for line in text.splitlines() if not line.startswith("(") and not line.startswith("orchestrator")]


def test_the_store_gives_the_same_answers_as_the_graph_in_memory(shop: GraphReader, store: Store) -> None:
    for name, line in GOLDENS.items():
        if name not in OTHERWISE:
            drawn = text_of(line, shop, store)
            assert without_small_print(drawn) == without_small_print(text_of(line)), name


def test_a_misspelt_name_brings_the_nearest_from_the_store_too(shop: GraphReader, store: Store) -> None:
    assert "[marts.revenue]  lineage shop.marts.revenue" in text_of("lineage marts.revanue", shop, store)
    assert "check drop table marts.revenue" in text_of("drop table marts.revanue", shop, store)
