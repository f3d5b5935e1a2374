"""A catalog goes into the graph: what it lists stands, what it leaves out is gone, and what people said stays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from lineagebot.graph.reader import Direction
from lineagebot.model import Action, Asset, AssetKey, AssetKind, Column, Edge, EdgeKind, Layer, Owner, OwnerKind, Person
from lineagebot.store import curation
from lineagebot.store.engine import Store
from lineagebot.store.graph import PostgresGraph
from lineagebot.store.ingest import InventoryRow, record_inventory

from .said import START, Say, arrows, columns, create_view, edge, effect, key, take_in

DASHBOARD = AssetKey("bi", ("Finance", "Exec revenue"))
ANNA = Owner(OwnerKind.PERSON, "anna@acme.test", "Anna")
BEN = Owner(OwnerKind.PERSON, "ben@acme.test", "Ben")


def listed(name: str, *names: str, kind: AssetKind = AssetKind.TABLE, **more: object) -> InventoryRow:
    asset = Asset(key(name), kind, name)
    return InventoryRow(asset, columns(*names) if names else None, **more)  # type: ignore[arg-type]


def take_stock(
    store: Store,
    *rows: InventoryRow,
    edges: Sequence[Edge] = (),
    people: Sequence[Person] = (),
    system: str = "acme",
    days: float = 1,
    complete: bool = True,
) -> PostgresGraph:
    with store.begin() as tx:
        record_inventory(tx, system, START + timedelta(days=days), rows, edges, people, complete)
    return PostgresGraph(store)


def catalog(source: str, target: str) -> Edge:
    return replace(edge(source, target, bound=True), layer=Layer.CATALOG)


def standing(graph: PostgresGraph, *names: str) -> list[bool]:
    found = graph.assets([key(name) for name in names])
    return [found[key(name)].gone_at is None for name in names]


def incarnations(store: Store) -> int:
    with store.begin() as tx:
        return int(tx.execute(sa.text("SELECT count(*) FROM incarnation")).scalar_one())


def test_what_is_listed_stands_with_its_columns_and_text(store: Store) -> None:
    graph = take_stock(store, listed("marts.v", "id", kind=AssetKind.VIEW, native_id="7", definition="SELECT 1"))
    (found,) = graph.relations([("acme", ("marts", "v"))])
    assert (found.key, found.kind, found.columns, found.definition) == (
        key("marts.v"), AssetKind.VIEW, columns("id"), "SELECT 1",
    )  # fmt: skip
    assert graph.relations([("acme", ("v",))]) == graph.relations([("acme", ("shop", "marts", "v"))]) == (found,)
    assert graph.relations([("acme", ("arts", "v")), ("other", ("v",))]) == ()


def test_what_a_whole_list_leaves_out_is_gone_and_comes_back(store: Store) -> None:
    take_stock(store, listed("marts.a", "x"), listed("marts.b", "x"))
    graph = take_stock(store, listed("marts.a", "x"), days=2)
    assert standing(graph, "marts.a", "marts.b") == [True, False]
    assert graph.assets([key("marts.b")])[key("marts.b")].gone_at == START + timedelta(days=2)
    assert standing(take_stock(store, listed("marts.b", "x"), days=3), "marts.a", "marts.b") == [False, True]


def day(n: float) -> datetime:
    return START + timedelta(days=n)


#: What the counters said at the inventories of the days 1, 2, 3 ...: (scans, last scan), and what follows.
COUNTERS = {
    "the system keeps the time": ([(5, day(0.5)), (6, day(1.5))], day(1.5), None),
    "a time that it forgot stays known": ([(5, day(0.5)), (0, None)], day(0.5), None),
    "a first count alone tells no time": ([(5, None)], None, None),
    "a counter that stands": ([(5, None), (5, None)], None, None),
    "a counter that grew": ([(5, None), (6, None)], day(2), day(1)),
    "a counter that grew, then stood": ([(5, None), (6, None), (6, None)], day(2), day(1)),
    "a counter that began anew": ([(5, None), (2, None)], day(2), day(1)),
    "a counter that was only reset": ([(5, None), (0, None)], None, None),
    "a counter that was reset and counts again": ([(5, None), (0, None), (1, None)], day(3), day(2)),
    "a system that no longer counts": ([(5, None), (None, None), (9, None)], None, None),
    "an upgrade to one that keeps the time": ([(5, None), (6, None), (7, day(2.5))], day(2.5), None),
}


@pytest.mark.parametrize(("counts", "last", "after"), COUNTERS.values(), ids=COUNTERS)
def test_the_last_scan_follows_from_the_systems_counters(
    store: Store, counts: list[tuple[int | None, datetime | None]], last: datetime | None, after: datetime | None
) -> None:
    for n, (scans, at) in enumerate(counts, 1):
        graph = take_stock(store, listed("marts.a", "x", scans=scans, last_scanned=at), days=n)
    asset = graph.assets([key("marts.a")])[key("marts.a")]
    assert (asset.last_scanned, asset.scanned_after) == (last, after)


def test_a_partial_list_takes_nothing_as_gone(store: Store) -> None:
    take_stock(store, listed("marts.a", "x"), listed("marts.b", "x"), edges=[catalog("marts.a", "marts.b")])
    graph = take_stock(store, listed("marts.a", "x"), days=2, complete=False)
    assert standing(graph, "marts.a", "marts.b") == [True, True]
    assert arrows(graph, "marts.b") == {"marts.a > marts.b"}


def test_the_same_list_again_writes_nothing_new(store: Store) -> None:
    rows = (listed("marts.a", "x", owners=(ANNA,), tags=("pii",)), listed("marts.b", "x", native_id="9"))
    edges = [catalog("marts.a.x", "marts.b.x")]
    graph = take_stock(store, *rows, edges=edges)

    def written() -> tuple[object, ...]:
        return len(graph.events(key("marts.b"))), incarnations(store), graph.owners([key("marts.a")])

    before = written()
    take_stock(store, *rows, edges=edges, days=2)
    assert before == written() == (2, 2, {key("marts.a"): (ANNA,)})


def test_changed_columns_make_a_new_incarnation(store: Store) -> None:
    take_stock(store, listed("marts.a", "x"))
    graph = take_stock(store, listed("marts.a", "x", "y"), days=2)
    assert graph.columns([key("marts.a")]) == {key("marts.a"): columns("x", "y")}
    assert incarnations(store) == 2


def test_a_catalog_fills_in_what_a_statement_could_not_tell(store: Store, say: Say) -> None:
    take_in(store, say(effect(Action.CREATE, "marts.a")))
    graph = take_stock(store, listed("marts.a", "x", native_id="7"))
    assert graph.columns([key("marts.a")]) == {key("marts.a"): columns("x")}
    assert incarnations(store) == 1


def test_columns_that_nobody_tells_are_absent(store: Store) -> None:
    graph = take_stock(store, listed("marts.a"), replace(listed("marts.b"), columns=()))
    assert graph.columns([key("marts.a"), key("marts.b")]) == {key("marts.b"): ()}


def test_a_log_that_is_read_after_the_catalog_does_not_overrule_it(store: Store, say: Say) -> None:
    """The first read: the catalog of now comes before the log of last week."""
    take_stock(store, listed("marts.a", "x", "y"))
    graph = take_in(
        store,
        say(effect(Action.CREATE, "marts.a", produces=columns("old"))),
        say(effect(Action.CREATE, "marts.long_gone", produces=columns("old"))),
        say(effect(Action.DROP, "marts.long_gone")),
        say(effect(Action.DROP, "marts.a")),
    )
    assert standing(graph, "marts.a") == [True]
    assert graph.columns([key("marts.a")]) == {key("marts.a"): columns("x", "y")}
    later = take_in(store, say(effect(Action.DROP, "marts.a"), at=START + timedelta(days=2)))
    assert standing(later, "marts.a") == [False]


def test_what_was_made_after_the_list_was_read_is_not_gone(store: Store, say: Say) -> None:
    take_in(store, say(effect(Action.CREATE, "marts.new"), at=START + timedelta(days=2)))
    assert standing(take_stock(store, listed("marts.a", "x")), "marts.new") == [True]


def test_edges_that_a_list_no_longer_holds_end(store: Store) -> None:
    rows = [listed("marts.a", "x"), listed("marts.b", "x"), listed("bi.v", "x", kind=AssetKind.VIEW)]
    take_stock(store, *rows, edges=[catalog("marts.a.x", "bi.v.x"), catalog("marts.b.x", "bi.v.x")])
    graph = take_stock(store, *rows, edges=[catalog("marts.a.x", "bi.v.x")], days=2)
    assert arrows(graph, "bi.v", columns=True) == {"marts.a > bi.v", "marts.a.x > bi.v.x"}
    assert {(e.appeared, e.by) for e in graph.events(key("marts.b"))} == {(True, "catalog"), (False, "catalog")}


def test_what_hung_on_a_dropped_table_is_remembered(store: Store) -> None:
    """DROP ... CASCADE leaves no word of its victims: the catalog read after it must not hide them."""
    view = listed("bi.v", "x", kind=AssetKind.VIEW)
    take_stock(store, listed("marts.a", "x"), view, edges=[catalog("marts.a.x", "bi.v.x")])
    graph = take_stock(store, days=2)
    assert standing(graph, "marts.a", "bi.v") == [False, False]
    assert arrows(graph, "bi.v") == {"marts.a > bi.v"}
    assert arrows(take_stock(store, listed("marts.a", "x"), days=3), "bi.v") == set()


def test_a_list_says_nothing_about_other_edges(store: Store, say: Say) -> None:
    take_in(store, say(create_view("bi.v"), edges=(edge("marts.a", "bi.v"),)))
    rows = [listed("marts.a", "x"), listed("bi.v", "x", kind=AssetKind.VIEW)]
    assert arrows(take_stock(store, *rows, days=2), "bi.v") == {"marts.a > bi.v"}


def test_a_declared_file_speaks_of_other_systems_assets(store: Store) -> None:
    take_stock(store, listed("marts.a", "x"))
    told = InventoryRow(Asset(key("marts.a"), AssetKind.OTHER, "not your name"), owners=(ANNA,))
    board = InventoryRow(Asset(DASHBOARD, AssetKind.DASHBOARD, "Exec revenue", url="https://bi/1"), owners=(BEN,))
    feeds = Edge(key("marts.a"), DASHBOARD, EdgeKind.FLOW, layer=Layer.DECLARED)
    graph = take_stock(store, told, board, edges=[feeds], system="bi")
    known = graph.assets([key("marts.a"), DASHBOARD])
    assert known[key("marts.a")] == Asset(key("marts.a"), AssetKind.TABLE, "marts.a")
    assert known[DASHBOARD] == Asset(DASHBOARD, AssetKind.DASHBOARD, "Exec revenue", url="https://bi/1")
    assert graph.owners(known) == {key("marts.a"): (ANNA,), DASHBOARD: (BEN,)}
    assert graph.closure([key("marts.a")], Direction.DOWNSTREAM).keys == (DASHBOARD,)
    without = take_stock(store, board, system="bi", days=2)
    assert without.owners(known) == {DASHBOARD: (BEN,)}
    assert without.closure([key("marts.a")], Direction.DOWNSTREAM).keys == ()
    assert standing(without, "marts.a") == [True]


def test_what_people_said_survives_every_list(store: Store) -> None:
    take_stock(store, listed("marts.a", "x", owners=(ANNA,), tags=("declared",)))
    with store.begin() as tx:
        curation.set_owners(tx, key("marts.a"), [BEN], by="U1", at=START)
        curation.set_tags(tx, key("marts.a"), ["tier1", "pii"], by="U1", at=START)
    graph = take_stock(store, listed("marts.a", "x", owners=(ANNA,), tags=("other",)), days=2)
    assert graph.owners([key("marts.a")]) == {key("marts.a"): (BEN,)}
    assert graph.tags([key("marts.a")]) == {key("marts.a"): ("tier1", "pii")}
    with store.begin() as tx:
        curation.set_owners(tx, key("marts.a"), [], by="U1", at=START)
        curation.set_tags(tx, key("marts.a"), [], by="U1", at=START)
    assert graph.owners([key("marts.a")]) == {key("marts.a"): (ANNA,)}
    assert graph.tags([key("marts.a")]) == {key("marts.a"): ("other",)}


def test_schemas_are_gone_only_where_schemas_are_listed(store: Store) -> None:
    schema = InventoryRow(Asset(key("marts"), AssetKind.SCHEMA, "marts"))
    take_stock(store, schema, listed("marts.a", "x"))
    assert standing(take_stock(store, listed("marts.a", "x"), days=2), "marts") == [True]
    other = InventoryRow(Asset(key("raw"), AssetKind.SCHEMA, "raw"))
    assert standing(take_stock(store, other, listed("marts.a", "x"), days=3), "marts") == [False]


def test_people_keep_the_logins_that_each_system_tells(store: Store) -> None:
    at_acme = Person("anna@acme.test", "anna", "anna@acme.test", logins=(("acme", "anna"),))
    at_bi = Person("anna@acme.test", "Anna Berg", "anna@acme.test", logins=(("bi", "17"),))
    etl = Person("acme:etl", "etl", machine=True, logins=(("acme", "etl"),))
    take_stock(store, people=[at_acme, etl])
    graph = take_stock(store, people=[at_bi], system="bi")
    both = Person("anna@acme.test", "Anna Berg", "anna@acme.test", logins=(("acme", "anna"), ("bi", "17")))
    assert graph.people([("acme", "anna"), ("bi", "17"), ("acme", "etl"), ("acme", "nobody")]) == {
        ("acme", "anna"): both,
        ("bi", "17"): both,
        ("acme", "etl"): etl,
    }


def test_a_type_that_changed_is_a_new_incarnation(store: Store) -> None:
    take_stock(store, listed("marts.a", "x"))
    graph = take_stock(store, replace(listed("marts.a"), columns=(Column("x", "int"),)), days=2)
    assert graph.columns([key("marts.a")]) == {key("marts.a"): (Column("x", "int"),)}
