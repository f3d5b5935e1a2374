"""A page of statements goes into the graph: what they read, feed, make, move and drop."""

from __future__ import annotations

from datetime import date

from lineagebot.graph.reader import Direction
from lineagebot.model import Action
from lineagebot.store.engine import Store
from lineagebot.store.graph import PostgresGraph
from lineagebot.store.ingest import Understood, record_statements

from .said import Say, columns, edge, effect, key


def take_in(store: Store, *items: Understood) -> PostgresGraph:
    with store.begin() as tx:
        record_statements(tx, items)
    return PostgresGraph(store)


def arrows(graph: PostgresGraph, *names: str, columns: bool = False) -> set[str]:
    found = graph.edges([key(name) for name in names], Direction.UPSTREAM, columns=columns)
    return {f"{_end(e.source, e.source_column)} > {_end(e.target, e.target_column)}" for e in found}


def _end(asset: object, column: str | None) -> str:
    name = str(asset).removeprefix("shop.")
    return f"{name}.{column}" if column else name


def test_a_statement_leaves_edges_uses_and_columns(store: Store, say: Say) -> None:
    made = effect(Action.CREATE, "marts.revenue", produces=columns("day", "amount"))
    graph = take_in(
        store,
        say(made, reads=("raw.orders.amount",), edges=(edge("raw.orders.amount", "marts.revenue.amount"),)),
    )
    assert arrows(graph, "marts.revenue") == {"raw.orders > marts.revenue"}
    assert arrows(graph, "marts.revenue", columns=True) == {
        "raw.orders > marts.revenue",
        "raw.orders.amount > marts.revenue.amount",
    }
    assert graph.columns([key("marts.revenue")]) == {key("marts.revenue"): columns("day", "amount")}
    uses = graph.uses([key("raw.orders"), key("marts.revenue")], since=date(2026, 11, 1))
    assert {(u.asset.name, u.column, u.login, u.reads, u.writes) for u in uses} == {
        ("orders", None, "ada", 1, 0),
        ("orders", "amount", "ada", 1, 0),
        ("revenue", None, "ada", 0, 1),
    }
