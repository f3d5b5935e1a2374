"""Names, walks, readers and net effects over tiny graphs as text."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lineagebot.graph.net import net
from lineagebot.graph.reader import Direction
from lineagebot.graph.resolve import resolve
from lineagebot.graph.traverse import walk
from lineagebot.graph.usage import readers
from lineagebot.model import Action, Ambiguous, AssetKey, Column, Edge, Effect, Found, Layer, Unknown
from lineagebot.testing import NOW, TODAY, MemoryGraph, graph_of, key_of

NAMES = graph_of("""
    raw.orders > staging.orders > marts.revenue > dashboard:Sales/Exec revenue
    marts.order_lines; marts.daily_revenue; old.customers gone 9d; marts.customers
""")

FOUND = [
    ("a whole name", "marts.revenue", "marts.revenue"),
    ("in any case", "MARTS.Revenue", "marts.revenue"),
    ("with its database", "shop.marts.revenue", "marts.revenue"),
    ("a table alone", "revenue", "marts.revenue"),
    ("a title", "exec revenue", "Exec revenue"),
    ("a title with its kind", "the exec revenue dashboard", "Exec revenue"),
    ("what the kind decides", "revenue dashboard", "Exec revenue"),
    ("a beginning that only one has", "order_l", "marts.order_lines"),
    ("words in another order", "revenue daily", "marts.daily_revenue"),
    ("the living one of two", "customers", "marts.customers"),
    ("in a system", "acme:marts.revenue", "marts.revenue"),
]


@pytest.mark.parametrize(("said", "title"), [c[1:] for c in FOUND], ids=[c[0] for c in FOUND])
def test_names_are_found(said: str, title: str) -> None:
    found = resolve(NAMES, said)

    assert isinstance(found, Found)
    assert found.asset.title == title


def test_a_name_that_two_share_is_ambiguous() -> None:
    found = resolve(NAMES, "orders")

    assert isinstance(found, Ambiguous)
    assert {asset.title for asset in found.candidates} == {"raw.orders", "staging.orders"}


@pytest.mark.parametrize("said", ["marts.revenu_e", "revanue", "🦄", "", "'; DROP TABLE x; --", "%"])
def test_what_is_no_name_is_never_guessed(said: str) -> None:
    assert not isinstance(resolve(NAMES, said), Found)


def test_a_misspelt_name_brings_the_nearest() -> None:
    found = resolve(NAMES, "marts.revanue")

    assert isinstance(found, Unknown)
    assert "marts.revenue" in [asset.title for asset in found.nearest]


WALKS = [
    ("down", "a > b > c; b > d", "a", Direction.DOWNSTREAM, None, {"b": 1, "c": 2, "d": 2}),
    ("up", "a > b > c; x > c", "c", Direction.UPSTREAM, None, {"b": 1, "x": 1, "a": 2}),
    ("the shortest way", "a > b > c > d; a > d", "a", Direction.DOWNSTREAM, None, {"b": 1, "c": 2, "d": 1}),
    ("round a cycle once", "a > b > c > a", "a", Direction.DOWNSTREAM, None, {"b": 1, "c": 2}),
    ("by reference too", "a ~> b > c", "a", Direction.DOWNSTREAM, None, {"b": 1, "c": 2}),
    ("one level", "a > b > c", "a", Direction.DOWNSTREAM, 1, {"b": 1}),
    ("to itself is nowhere", "a > a; a > b", "a", Direction.DOWNSTREAM, None, {"b": 1}),
]


@pytest.mark.parametrize(
    ("graph", "root", "way", "depth", "expected"), [c[1:] for c in WALKS], ids=[c[0] for c in WALKS]
)
def test_a_walk_reaches(graph: str, root: str, way: Direction, depth: int | None, expected: dict[str, int]) -> None:
    lineage = walk(graph_of(graph), key_of(root), way, depth=depth)

    assert {step.asset.title: step.depth for step in lineage.steps} == expected
    assert not lineage.cut


def test_a_walk_says_when_it_was_cut_and_keeps_the_nearest() -> None:
    chain = " > ".join(f"t{n}" for n in range(20))

    lineage = walk(graph_of(chain), key_of("t0"), Direction.DOWNSTREAM, cap=5)

    assert (lineage.cut, [step.asset.title for step in lineage.steps]) == (True, ["t1", "t2", "t3", "t4", "t5"])


def test_a_path_leads_from_the_root() -> None:
    lineage = walk(graph_of("a > b > c"), key_of("a"), Direction.DOWNSTREAM)

    assert [key.name for key in lineage.path_to(key_of("c"))] == ["a", "b", "c"]


def test_readers_are_people_first_and_counted_over_their_days() -> None:
    graph = graph_of("etl! reads t 500; ben reads t 2 1d; ben reads t 3 2d; cleo reads t 1 40d")

    seen = readers(graph, key_of("t"), since=TODAY - timedelta(days=30), today=TODAY)

    assert [(r.person.name, r.reads, r.via_machine) for r in seen] == [("Ben", 5, False), ("Etl", 500, True)]


def made(name: str, *columns: str, position: int = 1) -> Effect:
    return Effect(Action.CREATE, key_of(name), produces=tuple(map(Column, columns)), position=position)


NETS = [
    ("dropped and made again as it was", [Effect(Action.DROP, key_of("t")), made("t", "a", "b")], [Action.CREATE]),
    ("dropped and made again with less", [Effect(Action.DROP, key_of("t")), made("t", "a")],
     [Action.REPLACE, Action.CREATE]),
    ("dropped and made again, columns unknown", [Effect(Action.DROP, key_of("t")), made("t")],
     [Action.DROP, Action.CREATE]),
    ("swapped by rename",
     [made("n", "a", "b", position=0), Effect(Action.RENAME, key_of("t"), renamed_to=key_of("old")),
     Effect(Action.RENAME, key_of("n"), renamed_to=key_of("t"), position=2), Effect(Action.DROP, key_of("old"))],
     [Action.CREATE]),
    ("only dropped", [Effect(Action.DROP, key_of("t"))], [Action.DROP]),
]  # fmt: skip


@pytest.mark.parametrize(("effects", "expected"), [c[1:] for c in NETS], ids=[c[0] for c in NETS])
def test_what_a_text_leaves_behind(effects: list[Effect], expected: list[Action]) -> None:
    columns = {key_of("t"): (Column("a"), Column("b"))}

    assert [effect.action for effect in net(effects, columns, {key_of("t")}).effects] == expected


def test_a_walk_along_one_layer_and_which_layers_saw_a_step() -> None:
    a, b, c = (AssetKey("acme", ("shop", "marts", name)) for name in "abc")
    older, newer = NOW - timedelta(days=3), NOW
    reader = MemoryGraph(
        links=(
            Edge(a, b, layer=Layer.QUERY, last_seen=older),
            Edge(a, b, layer=Layer.DBT, last_seen=newer),
            Edge(b, c, layer=Layer.QUERY, last_seen=newer),
        )
    )

    whole = walk(reader, a, Direction.DOWNSTREAM)
    dbt = walk(reader, a, Direction.DOWNSTREAM, layer=Layer.DBT)

    assert [(step.asset.key, dict(step.seen)) for step in whole.steps] == [
        (b, {Layer.QUERY: older, Layer.DBT: newer}),
        (c, {Layer.QUERY: newer}),
    ]
    assert [step.asset.key for step in dbt.steps] == [b]
