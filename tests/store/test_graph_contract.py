"""What every `GraphReader` answers: the same questions to the graph in memory and to the one in Postgres."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from lineagebot.graph.reader import Direction, GraphReader
from lineagebot.model import AssetKey, AssetKind, Edge, Problem
from lineagebot.store import cursors
from lineagebot.store import tables as t
from lineagebot.store.assets import ids_of
from lineagebot.store.engine import Store
from lineagebot.store.graph import PostgresGraph
from lineagebot.store.ingest import InventoryRow, record_inventory, record_statements
from lineagebot.testing import BI, NOW, SYSTEM, TODAY, MemoryGraph, graph_of, key_of

from .said import sayer

Make = Callable[[str], GraphReader]


@pytest.fixture(params=["memory", "postgres"])
def make(request: pytest.FixtureRequest) -> Make:
    if request.param == "memory":
        return graph_of
    store = request.getfixturevalue("store")
    return lambda text: written(store, graph_of(text))


def written(store: Store, drawn: MemoryGraph) -> PostgresGraph:
    """The graph that memory holds, in Postgres."""
    rows = [
        InventoryRow(
            replace(asset, gone_at=None),
            drawn.columns_of.get(asset.key),
            definition=drawn.definitions.get(asset.key),
            owners=drawn.owners_of.get(asset.key, ()),
            tags=drawn.tags_of.get(asset.key, ()),
            scans=None if asset.last_scanned is None else 7,
            last_scanned=asset.last_scanned,
        )
        for asset in drawn.known
    ]
    began = NOW - timedelta(days=400)
    with store.begin() as tx:
        for system in (SYSTEM, BI):
            mine = [row for row in rows if row.asset.key.system == system]
            links = [edge for edge in drawn.links if edge.target.system == system]
            cursors.register(tx, system, "postgres" if system == SYSTEM else "declared")
            record_inventory(tx, system, began, mine, links, drawn.persons)
        for edge in drawn.links:
            tx.execute(
                sa.update(t.edge).where(*_is(tx, edge)).values(last_seen=edge.last_seen, first_seen=edge.first_seen)
            )
        say = sayer()
        for key, times in drawn.not_understood.items():
            riddle = (Problem("what", touches=(key,)),)
            record_statements(tx, [say(problems=riddle) for _ in range(times)])
        ids = ids_of(tx, [asset.key for asset in drawn.known])
        for asset in drawn.known:
            tx.execute(sa.update(t.asset).where(t.asset.c.id == ids[asset.key]).values(gone_at=asset.gone_at))
        for use in drawn.use_rows:
            tx.execute(
                sa.insert(t.use).values(
                    asset=ids[use.asset], column=use.column or "", system=SYSTEM, login=use.login, day=use.day,
                    reads=use.reads, writes=use.writes, by_machine=use.by_machine, scanning=use.scanning,
                )
            )  # fmt: skip
        for source in drawn.sources:
            tx.execute(sa.update(t.source).where(t.source.c.name == source.system).values(log_from=source.log_from))
    return PostgresGraph(store)


def _is(tx: sa.Connection, edge: Edge) -> list[sa.ColumnElement[bool]]:
    ids, e = ids_of(tx, [edge.source, edge.target]), t.edge.c
    return [
        e.source == ids[edge.source],
        e.target == ids[edge.target],
        e.kind == str(edge.kind),
        e.source_column == (edge.source_column or ""),
        e.target_column == (edge.target_column or ""),
    ]


SHOP = """
    raw.orders(id int, amount numeric, status text)
    raw.orders(amount) > view:staging.stg_orders(amount) > marts.revenue(total) > dashboard:Finance/Exec revenue
    raw.orders(status) ~> staging.stg_orders
    marts.revenue > dashboard:Sales/Weekly
    raw.items > marts.revenue
    marts.revenue @ana@acme.example @#finance +tier1 +pii
    ben reads marts.revenue 12
    etl! reads raw.orders(amount) 3 5d
    etl! updates raw.items 2 1d
    etl! loads raw.items 5 2d
    raw.items scanned 4d
    marts.old gone 2d
    log from 30d
    not understood raw.orders 3
"""


def names(keys: object) -> list[str]:
    assert hasattr(keys, "__iter__")
    return [str(key).removeprefix("shop.") for key in keys]


def test_assets_that_are_known(make: Make) -> None:
    asked = [key_of("marts.revenue"), key_of("dashboard:Sales/Weekly"), key_of("marts.none")]
    found = make(SHOP).assets(asked)
    assert {k: (a.key, a.kind, a.title) for k, a in found.items()} == {
        asked[0]: (asked[0], AssetKind.TABLE, "marts.revenue"),
        asked[1]: (asked[1], AssetKind.DASHBOARD, "Weekly"),
    }
    assert make("a.b > a.c").assets([]) == {}


def test_what_is_gone_is_known_all_the_same(make: Make) -> None:
    asset = make(SHOP).assets([key_of("marts.old")])[key_of("marts.old")]
    assert asset.gone_at == NOW - timedelta(days=2)


def test_when_the_systems_own_counters_last_saw_a_read(make: Make) -> None:
    graph = make(SHOP)
    items = key_of("raw.items")
    found = (graph.assets([items])[items], *graph.inside(items.parent)[:1], *graph.search("raw.items").assets)
    assert [(a.key, a.last_scanned, a.scanned_after) for a in found] == [(items, NOW - timedelta(days=4), None)] * 3
    assert graph.assets([key_of("raw.orders")])[key_of("raw.orders")].last_scanned is None


def test_since_when_the_log_is_read(make: Make) -> None:
    assert [s.log_from for s in make(SHOP).coverage().sources] == [NOW - timedelta(days=30), None]


def test_columns_in_order_and_none_where_nobody_told(make: Make) -> None:
    found = make(SHOP).columns([key_of("raw.orders"), key_of("raw.items")])
    assert {k: [(c.name, c.type) for c in v] for k, v in found.items()} == {
        key_of("raw.orders"): [("id", "int"), ("amount", "numeric"), ("status", "text")]
    }


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (("revenue",), ["marts.revenue"]),
        (("marts", "revenue"), ["marts.revenue"]),
        (("shop", "marts", "revenue"), ["marts.revenue"]),
        (("staging", "revenue"), []),
        (("old",), []),
        (("Revenue",), []),
    ],
)
def test_live_relations_by_the_end_of_their_path(make: Make, parts: tuple[str, ...], expected: list[str]) -> None:
    assert names(r.key for r in make(SHOP).relations([(SYSTEM, parts)])) == expected


@pytest.mark.parametrize(
    ("types", "expected"),
    [({"state"}, ["raw.a", "raw.b"]), ({"STATE", "none"}, ["raw.a", "raw.b"]), ({"none"}, []), ({"int"}, ["raw.c"])],
)
def test_live_relations_with_a_column_of_a_type(make: Make, types: set[str], expected: list[str]) -> None:
    graph = make("""
        raw.a(state raw.state)
        raw.b(id text, states state[])
        raw.c(id int)
        raw.d(state raw.state)
        raw.d gone 2d
        raw.e > dashboard:Sales/Weekly
    """)
    assert sorted(names(r.key for r in graph.with_types(SYSTEM, types))) == expected
    assert graph.with_types(BI, types) == ()


def test_what_lies_inside_a_schema(make: Make) -> None:
    graph = make(SHOP)
    marts = AssetKey(SYSTEM, ("shop", "marts"))
    assert names(a.key for a in graph.inside(marts)) == ["marts.revenue"]
    assert names(a.key for a in graph.inside(marts, before=NOW - timedelta(days=3))) == ["marts.old", "marts.revenue"]
    assert len(graph.inside(AssetKey(SYSTEM, ("shop",)), limit=2)) == 2


def arrows(edges: tuple[Edge, ...]) -> set[str]:
    def end(asset: AssetKey, column: str | None) -> str:
        return f"{str(asset).removeprefix('shop.')}{'.' + column if column else ''}"

    return {f"{end(e.source, e.source_column)} {e.kind} {end(e.target, e.target_column)}" for e in edges}


def test_edges_between_wholes_by_default(make: Make) -> None:
    graph = make(SHOP)
    assert arrows(graph.edges([key_of("marts.revenue")], Direction.DOWNSTREAM)) == {
        "marts.revenue flow Finance.Exec revenue",
        "marts.revenue flow Sales.Weekly",
    }
    assert arrows(graph.edges([key_of("marts.revenue")], Direction.UPSTREAM)) == {
        "raw.items flow marts.revenue",
        "staging.stg_orders flow marts.revenue",
    }
    assert graph.edges([], Direction.UPSTREAM) == ()


def test_edges_with_columns_and_references(make: Make) -> None:
    assert arrows(make(SHOP).edges([key_of("raw.orders")], Direction.DOWNSTREAM, columns=True)) == {
        "raw.orders flow staging.stg_orders",
        "raw.orders.amount flow staging.stg_orders.amount",
        "raw.orders reference staging.stg_orders",
        "raw.orders.status reference staging.stg_orders",
    }


def test_an_edge_carries_its_times(make: Make) -> None:
    (edge,) = make("a.b > a.c [90d]").edges([key_of("a.b")], Direction.DOWNSTREAM)
    assert edge.last_seen == NOW - timedelta(days=90)
    assert edge.ended_at is None


def test_a_closure_is_nearest_first_and_leaves_its_start_out(make: Make) -> None:
    reached = make(SHOP).closure([key_of("raw.orders")], Direction.DOWNSTREAM)
    assert (names(reached.keys)[:2], set(names(reached.keys)[2:]), reached.cut) == (
        ["staging.stg_orders", "marts.revenue"],
        {"Finance.Exec revenue", "Sales.Weekly"},
        False,
    )


def test_a_closure_upstream(make: Make) -> None:
    reached = make(SHOP).closure([key_of("dashboard:Sales/Weekly")], Direction.UPSTREAM)
    assert set(names(reached.keys)) == {"marts.revenue", "raw.items", "staging.stg_orders", "raw.orders"}


def test_a_closure_says_that_it_was_cut(make: Make) -> None:
    reached = make(SHOP).closure([key_of("raw.orders")], Direction.DOWNSTREAM, cap=2)
    assert (names(reached.keys), reached.cut) == (["staging.stg_orders", "marts.revenue"], True)
    assert not make("a.b > a.c").closure([key_of("a.b")], Direction.DOWNSTREAM, cap=1).cut


def test_a_ring_is_walked_once(make: Make) -> None:
    reached = make("a.a > a.b > a.c > a.a").closure([key_of("a.a")], Direction.DOWNSTREAM)
    assert names(reached.keys) == ["a.b", "a.c"]


def test_uses_since_a_day(make: Make) -> None:
    graph = make(SHOP)
    asked = [key_of("raw.orders"), key_of("marts.revenue")]
    found = {(u.asset.name, u.column, u.login, u.day, u.reads, u.by_machine) for u in graph.uses(asked, since=date.min)}
    assert ("revenue", None, "ben", TODAY, 12, False) in found
    assert ("orders", "amount", "etl", TODAY - timedelta(days=5), 3, True) in found
    assert {u.login for u in graph.uses(asked, since=TODAY)} == {"ben"}


def test_writes_that_search_are_told_from_those_that_do_not(make: Make) -> None:
    uses = make(SHOP).uses([key_of("raw.items")], since=date.min)
    assert sum(use.writes for use in uses) == 7
    assert sum(use.scanning for use in uses) == 2


def test_owners_and_tags(make: Make) -> None:
    graph = make(SHOP)
    asked = [key_of("marts.revenue"), key_of("raw.items")]
    assert {k: [o.id for o in v] for k, v in graph.owners(asked).items()} == {
        asked[0]: ["ana@acme.example", "#finance"]
    }
    assert graph.tags(asked) == {asked[0]: ("tier1", "pii")}


def test_people_behind_logins(make: Make) -> None:
    found = make(SHOP).people([(SYSTEM, "etl"), (SYSTEM, "ben"), (SYSTEM, "nobody")])
    assert {login: person.machine for login, person in found.items()} == {(SYSTEM, "etl"): True, (SYSTEM, "ben"): False}


def test_what_was_not_understood_here(make: Make) -> None:
    graph = make(SHOP)
    assert graph.coverage([key_of("raw.orders"), key_of("raw.items")]).not_understood_here == 3
    assert graph.coverage([key_of("raw.items")]).not_understood_here == 0
    assert [s.system for s in graph.coverage().sources] == [SYSTEM, BI]


SEARCHES = {
    "a name": ("revenue", True, "marts.revenue"),
    "schema and name": ("marts.revenue", True, "marts.revenue"),
    "a title with a blank": ("Exec revenue", True, "Finance.Exec revenue"),
    "a prefix": ("stg_or", False, "staging.stg_orders"),
    "words shuffled": ("orders stg", False, "staging.stg_orders"),
    "a typo": ("weekli", False, "Sales.Weekly"),
}


@pytest.mark.parametrize(("words", "exact", "best"), SEARCHES.values(), ids=SEARCHES)
def test_search(make: Make, words: str, exact: bool, best: str) -> None:
    hits = make(SHOP).search(words)
    assert (names(a.key for a in hits.assets)[0], hits.exact) == (best, exact)


def test_search_finds_nothing_for_nothing(make: Make) -> None:
    graph = make(SHOP)
    assert graph.search("xyzzyq").assets == graph.search("").assets == ()
