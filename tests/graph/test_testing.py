"""The tools that are shipped so that others can test: graphs as text, and a Poster that records."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lineagebot.graph.reader import Direction
from lineagebot.model import AssetKind, Binding, EdgeKind
from lineagebot.reply import Destination, Reply
from lineagebot.testing import NOW, RecordingPoster, graph_of, key_of


def test_a_chain_is_flow_from_left_to_right() -> None:
    graph = graph_of("a, b > c > dashboard:Sales/D")

    assert {(e.source.name, e.target.name) for e in graph.links} == {("a", "c"), ("b", "c"), ("c", "D")}
    assert key_of("dashboard:Sales/D").path == ("Sales", "D")


def test_columns_flow_or_are_referred_to() -> None:
    edges = {
        (e.kind, e.source_column, e.target_column)
        for e in graph_of("a(x, y) > b(z); a(w) ~> b").links
        if e.source_column
    }

    assert edges == {
        (EdgeKind.FLOW, "x", "z"),
        (EdgeKind.FLOW, "y", "z"),
        (EdgeKind.REFERENCE, "w", None),
    }


def test_views_bind_by_object_and_kinds_are_said_once() -> None:
    graph = graph_of("a > view:v; v > b")

    assert {e.target.name: e.binding for e in graph.links} == {"v": Binding.BY_OBJECT, "b": Binding.BY_NAME}
    assert graph.assets([key_of("v")])[key_of("v")].kind is AssetKind.VIEW


def test_people_ages_and_what_is_gone() -> None:
    graph = graph_of("""
        a > b [90d]
        a @ana@acme.example @#finance +tier1 +pii
        etl! reads a(x) 3 5d
        b gone 2d
        not understood a 4
    """)

    assert [edge.last_seen for edge in graph.links] == [NOW - timedelta(days=90)]
    assert [owner.id for owner in graph.owners([key_of("a")])[key_of("a")]] == ["ana@acme.example", "#finance"]
    assert graph.tags([key_of("a")]) == {key_of("a"): ("tier1", "pii")}
    assert [(u.login, u.column, u.reads, u.by_machine) for u in graph.use_rows] == [
        ("etl", None, 3, True),
        ("etl", "x", 3, True),
    ]
    assert graph.assets([key_of("b")])[key_of("b")].gone_at == NOW - timedelta(days=2)
    assert graph.coverage([key_of("a")]).not_understood_here == 4


def test_what_cannot_be_read_is_said() -> None:
    with pytest.raises(ValueError, match="cannot read"):
        graph_of("a(x > b")


def test_a_closure_is_capped_nearest_first() -> None:
    graph = graph_of("a > b > c > d")

    found = graph.closure([key_of("a")], Direction.DOWNSTREAM, cap=2)

    assert ([key.name for key in found.keys], found.cut) == (["b", "c"], True)


def test_a_poster_records_what_was_said_and_how_it_stands() -> None:
    poster, where = RecordingPoster(), Destination("T1", "C1")

    message = poster.post(where, Reply("first"), key="k1")
    poster.update(where, message, Reply("second"))

    assert [(w, r.summary, key) for w, r, key in poster.posted] == [(where, "first", "k1")]
    assert poster.shown[message].summary == "second"
    assert (poster.find(where, "k1", NOW), poster.find(where, "k2", NOW)) == (message, None)
