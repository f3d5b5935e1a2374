"""Scans that the system's own counters saw and no statement explains: no proof of a reader, but no silence either."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from lineagebot.graph.impact import Verdict, impact
from lineagebot.graph.scans import unexplained
from lineagebot.graph.usage import READER_DAYS
from lineagebot.model import Action, AssetKind, Effect, Freshness
from lineagebot.testing import NOW, TODAY, MemoryGraph, graph_of, key_of

DROP = Effect(Action.DROP, key_of("t"))
HINT = (
    "No reader of t is seen in the log since 23 Oct 2026, but Postgres counts scans of it, "
    "the last on 20 Nov 2026: somebody or something reads it."
)


def doubts(graph: MemoryGraph, effect: Effect = DROP) -> tuple[Verdict, tuple[str, ...]]:
    found = impact(graph, [effect], today=TODAY)
    return found.verdict, found.unsure


def test_scans_that_no_statement_explains_take_the_ground_from_under_nobody() -> None:
    assert doubts(graph_of("t scanned 2d")) == (Verdict.CANNOT_TELL, (HINT,))


EXPLAINED = [
    ("nothing was scanned", "t(a int)"),
    ("a scan older than readers are counted", "t scanned 31d; log from 90d"),
    ("a scan older than the log proves no gap in it", "t scanned 2d; log from 1d"),
    ("an update looked its rows up", "t scanned 2d; etl! updates t 1 2d"),
    ("a view on it was read", "t > view:v; t scanned 2d; ben reads v 1 2d"),
]


@pytest.mark.parametrize("graph", [c[1] for c in EXPLAINED], ids=[c[0] for c in EXPLAINED])
def test_what_is_explained_or_too_old_leaves_the_verdict(graph: str) -> None:
    rename = Effect(Action.RENAME, key_of("t"), renamed_to=key_of("u"))
    assert doubts(graph_of(graph), rename) == (Verdict.NO_KNOWN_CONSUMER, ())


UNEXPLAINED = [
    ("rows that came in explain no scan", "t scanned 2d; etl! loads t 9 2d"),
    ("an update of another day explains no scan", "t scanned 2d; etl! updates t 9 1d"),
    ("a view that nobody read explains no scan", "t > view:v > view:w; t scanned 2d; ben reads w 1 1d"),
    ("a reader of something made from it explains no scan", "t > u; t scanned 2d; ben reads u 1 2d"),
]


@pytest.mark.parametrize("graph", [c[1] for c in UNEXPLAINED], ids=[c[0] for c in UNEXPLAINED])
def test_what_does_not_explain_a_scan(graph: str) -> None:
    drawn = graph_of(graph)
    asset = drawn.assets([key_of("t")])[key_of("t")]
    since = TODAY - timedelta(days=READER_DAYS)
    assert [one.asset for one in unexplained(drawn, [asset], drawn.coverage(), since=since)] == [asset]


def test_a_reader_of_a_view_of_a_view_explains_the_scan_of_what_lies_below() -> None:
    drawn = graph_of("t > view:v > view:w; t scanned 2d; ben reads w 1 2d")
    asset = drawn.assets([key_of("t")])[key_of("t")]
    assert unexplained(drawn, [asset], drawn.coverage(), since=TODAY - timedelta(days=READER_DAYS)) == ()


def test_a_known_consumer_or_reader_says_enough() -> None:
    broken, doubt = doubts(graph_of("t > dashboard:D; t scanned 2d"))
    assert (broken, doubt) == (Verdict.BREAKS, ())
    assert doubts(graph_of("ben reads t; t scanned 2d")) == (Verdict.BREAKS, ())


def test_where_the_system_keeps_no_time_any_use_between_two_inventories_explains_the_scan() -> None:
    drawn = graph_of("t scanned 2d; etl! updates t 1 4d")
    longer = replace(drawn, known=(replace(drawn.known[0], scanned_after=NOW - timedelta(days=5)),))
    assert doubts(drawn)[0] is Verdict.CANNOT_TELL
    assert doubts(longer)[0] is Verdict.NO_KNOWN_CONSUMER


def test_a_scan_that_ended_after_midnight_is_explained_by_a_statement_before_it() -> None:
    drawn = graph_of("t scanned 2d; etl! updates t 1 3d")
    late = (NOW - timedelta(days=2)).replace(hour=0, minute=20)
    assert doubts(replace(drawn, known=(replace(drawn.known[0], last_scanned=late),)))[0] is Verdict.NO_KNOWN_CONSUMER


def test_where_no_log_is_read_the_counters_are_all_there_is() -> None:
    unlogged = replace(graph_of("t scanned 2d"), sources=(Freshness("acme", "postgres", None, NOW),))
    assert doubts(unlogged) == (
        Verdict.CANNOT_TELL,
        ("No log that I read tells who reads t, but Postgres counts scans of it, the last on 20 Nov 2026: "
         "somebody or something reads it.",
         "No log of acme is read, so who uses it is not known."),
    )  # fmt: skip


def test_of_many_tables_a_few_are_named() -> None:
    inside = "; ".join(f"s.t{n} scanned 2d" for n in range(5))
    verdict, said = doubts(
        graph_of(f"schema:s; {inside}"), Effect(Action.DROP, key_of("schema:s"), kind=AssetKind.SCHEMA, cascade=True)
    )
    assert (verdict, len(said), said[-1]) == (Verdict.CANNOT_TELL, 4, "The same is true of 2 more.")
