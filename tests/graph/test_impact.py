"""Who is hurt if this happens, over tiny graphs as text."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from lineagebot.graph.impact import Harm, Impact, RefusalKind, Verdict, harm_of, impact
from lineagebot.model import (
    Action,
    AssetKind,
    Certainty,
    Column,
    ColumnChange,
    Effect,
    Freshness,
)
from lineagebot.testing import NOW, TODAY, MemoryGraph, graph_of, key_of

SHOP = """
    raw.orders(id int, amount numeric, status text, day date)
    raw.orders(amount) > staging.orders(amount) > marts.revenue(total) > dashboard:Exec revenue
    raw.orders(day) > staging.orders(day) > marts.revenue(day)
    raw.orders(status) ~> marts.active
    marts.revenue(day) > dashboard:Calendar
"""


def effect(action: Action, name: str, *columns: str, **more: object) -> Effect:
    changes = tuple(ColumnChange(column) for column in columns)
    return replace(Effect(action, key_of(name), columns=changes), **more)  # type: ignore[arg-type]


def asked(graph: MemoryGraph, *effects: Effect, **more: object) -> Impact:
    return impact(graph, effects, today=TODAY, **more)  # type: ignore[arg-type]


def hurt(found: Impact) -> dict[str, str]:
    return {c.asset.title: str(c.harm) if c.verdict is Verdict.BREAKS else "may" for c in found.consumers}


CASES = [
    ("a drop breaks all that is downstream", SHOP, effect(Action.DROP, "staging.orders"),
     {"Exec revenue": "breaks", "Calendar": "breaks", "marts.revenue": "breaks"}),
    ("a lost column breaks only what its flow reaches", SHOP, effect(Action.DROP_COLUMN, "raw.orders", "amount"),
     {"Exec revenue": "breaks", "staging.orders": "breaks", "marts.revenue": "breaks"}),
    ("a lost column breaks what only filters by it", SHOP, effect(Action.DROP_COLUMN, "raw.orders", "status"),
     {"marts.active": "breaks"}),
    ("a column that nobody uses breaks nothing", SHOP, effect(Action.DROP_COLUMN, "raw.orders", "id"), {}),
    ("a consumer whose columns nobody knows may break", "t(a int); t > v", effect(Action.DROP_COLUMN, "t", "a"),
     {"v": "may"}),
    ("what lies behind a maybe is a maybe", "t(a int); t > v > dashboard:D", effect(Action.DROP_COLUMN, "t", "a"),
     {"v": "may", "D": "may"}),
    ("a certain way wins over a maybe", "t > v; t(a) > w(a) > v(a)", effect(Action.DROP_COLUMN, "t", "a"),
     {"v": "breaks", "w": "breaks"}),
    ("a filtered column loses the whole of what is built on it", "t(a) ~> m; m(x) > dashboard:D",
     effect(Action.DROP_COLUMN, "t", "a"), {"m": "breaks", "D": "breaks"}),
    ("a view in the way breaks as a whole", "t(a) > view:v(a); t(b) > v(b) > dashboard:D",
     effect(Action.DROP_COLUMN, "t", "a"), {"v": "breaks", "D": "breaks"}),
    ("a truncate empties", "t > v > dashboard:D", effect(Action.TRUNCATE, "t"),
     {"v": "shows no rows", "D": "shows no rows"}),
    ("deleting all rows empties", "t > v", effect(Action.DELETE, "t", every_row=True), {"v": "shows no rows"}),
    ("deleting some rows hurts nobody", "t > v", effect(Action.DELETE, "t"), {}),
    ("an overwrite changes", "t > v", effect(Action.OVERWRITE, "t"), {"v": "shows other values"}),
    ("an append hurts nobody", "t > v", effect(Action.APPEND, "t"), {}),
    ("a new name hurts nobody", "t > v", effect(Action.CREATE, "n"), {}),
    ("a replacement that loses nothing hurts nobody", "t > v", effect(Action.REPLACE, "t"), {}),
    ("a replacement that loses a column breaks its users", "t(a) > v(a); t(b) > w(b)",
     effect(Action.REPLACE, "t", "b"), {"w": "breaks"}),
    ("a rename breaks by name and not by object", "t > view:v > dashboard:D; t > job",
     effect(Action.RENAME, "t", renamed_to=key_of("u")), {"job": "breaks"}),
    ("a column's rename leaves bound views whole", "t(a) > view:v(a); t(a) > w(a)",
     replace(effect(Action.RENAME_COLUMN, "t"), columns=(ColumnChange("a", renamed_to="b"),)), {"w": "breaks"}),
    ("a drop with cascade takes bound views along", "t > view:v > view:w > dashboard:D",
     effect(Action.DROP, "t", cascade=True), {"v": "goes with it", "w": "goes with it", "D": "breaks"}),
    ("a dropped schema takes all inside", "s.a > s.b > o.c; schema:s",
     effect(Action.DROP, "schema:s", kind=AssetKind.SCHEMA), {"o.c": "breaks"}),
    ("a wider type may be noticed", "t(a) > v(a)",
     replace(effect(Action.RETYPE_COLUMN, "t"), columns=(ColumnChange("a", "integer", "bigint"),)), {"v": "may"}),
    ("a narrower type breaks", "t(a) > v(a)",
     replace(effect(Action.RETYPE_COLUMN, "t"), columns=(ColumnChange("a", "text", "varchar(3)"),)), {"v": "breaks"}),
    ("a stale edge still counts", "t > v [200d]", effect(Action.DROP, "t"), {"v": "breaks"}),
    ("a cycle ends", "t > v > t", effect(Action.DROP, "t"), {"v": "breaks"}),
    ("a suspicion may hurt", "t > v", effect(Action.DROP, "t", certainty=Certainty.SUSPECTED), {"v": "may"}),
    ("a temporary table hurts nobody", "t > v", effect(Action.DROP, "t", temporary=True), {}),
]  # fmt: skip


@pytest.mark.parametrize(("graph", "said", "expected"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_who_is_hurt(graph: str, said: Effect, expected: dict[str, str]) -> None:
    assert hurt(asked(graph_of(graph), said)) == expected


VERDICTS = [
    ("consumers break", "t > v", effect(Action.DROP, "t"), Verdict.BREAKS),
    ("people who read it break too", "ben reads t", effect(Action.DROP, "t"), Verdict.BREAKS),
    ("nobody is known", "t(a int)", effect(Action.DROP, "t"), Verdict.NO_KNOWN_CONSUMER),
    ("only machines read it", "etl! reads t", effect(Action.DROP, "t"), Verdict.CANNOT_TELL),
    ("a reading too old to count", "ben reads t 1 90d", effect(Action.DROP, "t"), Verdict.NO_KNOWN_CONSUMER),
    ("unknown to the graph", "t(a int)", effect(Action.DROP, "other"), Verdict.CANNOT_TELL),
    ("what touches it was not understood", "t(a int); not understood t", effect(Action.DROP, "t"), Verdict.CANNOT_TELL),
    ("the effect is a guess", "t > v", effect(Action.DROP, "t", certainty=Certainty.SUSPECTED), Verdict.CANNOT_TELL),
    ("only maybes", "t(a int); t > v", effect(Action.DROP_COLUMN, "t", "a"), Verdict.CANNOT_TELL),
    ("a temporary table", "t > v", effect(Action.DROP, "t", temporary=True), Verdict.CANNOT_TELL),
    ("a reader of another column", "ben reads t(a)", effect(Action.DROP_COLUMN, "t", "b"), Verdict.NO_KNOWN_CONSUMER),
    ("a reader of that column", "ben reads t(a)", effect(Action.DROP_COLUMN, "t", "a"), Verdict.BREAKS),
]  # fmt: skip


@pytest.mark.parametrize(("graph", "said", "expected"), [c[1:] for c in VERDICTS], ids=[c[0] for c in VERDICTS])
def test_the_verdict(graph: str, said: Effect, expected: Verdict) -> None:
    assert asked(graph_of(graph), said).verdict is expected


SOURCES = [
    ("never read", (Freshness("acme", "postgres", None, None),), "acme was never read."),
    ("read long ago", (Freshness("acme", "postgres", NOW - timedelta(days=10), NOW),),
     "The log of acme was last read on 12 Nov 2026."),
    ("in trouble", (Freshness("acme", "postgres", NOW, NOW, trouble="no grant."),), "acme has trouble: no grant."),
    ("not connected", (), "No source reads acme."),
]  # fmt: skip


@pytest.mark.parametrize(("sources", "sentence"), [c[1:] for c in SOURCES], ids=[c[0] for c in SOURCES])
def test_silence_of_a_source_that_is_blind_proves_nothing(sources: tuple[Freshness, ...], sentence: str) -> None:
    graph = replace(graph_of("t(a int)"), sources=sources)

    found = asked(graph, effect(Action.DROP, "t"))

    assert (found.verdict, found.unsure) == (Verdict.CANNOT_TELL, (sentence,))


REFUSED = [
    ("bound views", "t > view:v", effect(Action.DROP, "t"), [RefusalKind.DEPENDENTS]),
    ("bound views, with cascade", "t > view:v", effect(Action.DROP, "t", cascade=True), []),
    ("no bound view", "t > v", effect(Action.DROP, "t"), []),
    ("a view uses the column", "t(a) > view:v(a)", effect(Action.DROP_COLUMN, "t", "a"), [RefusalKind.DEPENDENTS]),
    ("a view uses another column", "t(a) > view:v(a)", effect(Action.DROP_COLUMN, "t", "b"), []),
    ("another type under a view", "t(a) > view:v(a)", effect(Action.RETYPE_COLUMN, "t", "a"),
     [RefusalKind.DEPENDENTS_NO_CASCADE]),
    ("a schema that holds things", "s.a > b; schema:s", effect(Action.DROP, "schema:s", kind=AssetKind.SCHEMA),
     [RefusalKind.NOT_EMPTY]),
    ("a view is no table", "view:v > w", effect(Action.DROP, "v"), [RefusalKind.OTHER_KIND]),
    ("gone already", "t gone 3d", effect(Action.DROP, "t"), [RefusalKind.GONE]),
    ("gone already, if exists", "t gone 3d", effect(Action.DROP, "t", if_exists=True), []),
    ("a view cannot lose columns by replacement", "view:v(a) > w(a)", effect(Action.REPLACE, "v", "a"),
     [RefusalKind.REPLACE_LOSES_COLUMNS]),
]  # fmt: skip


@pytest.mark.parametrize(("graph", "said", "expected"), [c[1:] for c in REFUSED], ids=[c[0] for c in REFUSED])
def test_what_the_database_itself_would_refuse(graph: str, said: Effect, expected: list[RefusalKind]) -> None:
    assert [refusal.kind for refusal in asked(graph_of(graph), said).refused] == expected


def test_what_already_ran_is_not_said_to_be_refused() -> None:
    found = asked(graph_of("t > view:v"), effect(Action.DROP, "t"), before=NOW)

    assert found.refused == ()


def test_a_drop_cannot_hide_what_it_took_along() -> None:
    """After the fact the catalog says that all of it is gone; asked as of the statement, it still stands."""
    graph = graph_of("s.a > s.b > dashboard:D; schema:s; s.a gone; s.b gone")

    now = asked(graph, effect(Action.DROP, "schema:s", kind=AssetKind.SCHEMA))
    then = asked(graph, effect(Action.DROP, "schema:s", kind=AssetKind.SCHEMA), before=NOW)

    assert (hurt(now), hurt(then)) == ({}, {"D": "breaks"})


def test_an_edge_that_ended_with_the_drop_still_counts_as_of_the_drop() -> None:
    graph = graph_of("t > view:v")
    ended = replace(graph, links=tuple(replace(edge, ended_at=NOW) for edge in graph.links))

    assert hurt(asked(ended, effect(Action.DROP, "t"), before=NOW)) == {"v": "breaks"}


def test_each_consumer_says_how_it_hangs_together() -> None:
    graph = graph_of(SHOP + "\nmarts.revenue @ana@acme.example; cleo reads dashboard:Exec revenue 3 2d")

    worst, nearest, _ = asked(graph, effect(Action.DROP_COLUMN, "raw.orders", "amount")).consumers

    assert [str(key.name) for key in worst.path] == ["orders", "orders", "revenue", "Exec revenue"]
    assert (worst.columns, worst.readers_30d, worst.last_read) == (("amount",), 1, TODAY - timedelta(days=2))
    assert (nearest.asset.title, nearest.stale_days) == ("staging.orders", None)


def test_dashboards_come_first_then_what_people_open_most() -> None:
    graph = graph_of("""
        t > a; t > b; t > dashboard:Quiet; t > dashboard:Loud
        ben reads dashboard:Loud; ben reads b; cleo reads b
    """)

    assert [c.asset.title for c in asked(graph, effect(Action.DROP, "t")).consumers] == ["Loud", "Quiet", "b", "a"]


def test_a_stale_edge_says_its_age() -> None:
    (found,) = asked(graph_of("t > v [200d]"), effect(Action.DROP, "t")).consumers

    assert found.stale_days == 200


def test_who_does_it_is_not_counted_among_those_who_read_it() -> None:
    found = asked(graph_of("ben reads t; cleo reads t"), effect(Action.DROP, "t"), without=[("acme", "ben")])

    assert [reader.person.name for reader in found.readers] == ["Cleo"]


def test_bound_views_are_told_as_followers_of_a_rename() -> None:
    found = asked(graph_of("t(a) > view:v(a)"), effect(Action.RENAME, "t", renamed_to=key_of("u")))

    assert [(c.asset.title, c.harm) for c in found.followers] == [("v", Harm.FOLLOWS)]


def test_several_effects_tell_each_consumer_once_with_the_worst_of_it() -> None:
    graph = graph_of("a > v; b > v > dashboard:D")

    found = asked(graph, effect(Action.TRUNCATE, "a"), effect(Action.DROP, "b"))

    assert hurt(found) == {"D": "breaks", "v": "breaks"}


def test_two_columns_lost_in_one_statement_count_both() -> None:
    graph = graph_of("t(a) > v(a); t(b) > w(b); ben reads t(a); cleo reads t(b)")

    found = asked(graph, effect(Action.DROP_COLUMN, "t", "a"), effect(Action.DROP_COLUMN, "t", "b"))

    assert hurt(found) == {"v": "breaks", "w": "breaks"}
    assert [reader.person.name for reader in found.readers] == ["Ben", "Cleo"]


def test_a_schema_that_nobody_knows_is_not_called_unused() -> None:
    found = asked(graph_of("t > v"), effect(Action.DROP, "schema:nosuch", kind=AssetKind.SCHEMA))

    assert (found.verdict, found.unsure) == (Verdict.CANNOT_TELL, ("shop.nosuch is unknown to the graph.",))


def test_a_walk_that_was_cut_is_never_called_harmless() -> None:
    names = "; ".join(f"s.t{n}(x int)" for n in range(1001))
    found = asked(graph_of(names + "; schema:s"), effect(Action.DROP, "schema:s", kind=AssetKind.SCHEMA))

    assert (found.cut, found.verdict) == (True, Verdict.CANNOT_TELL)


def test_every_action_that_takes_something_away_has_a_harm() -> None:
    harmless = {
        a for a in Action if harm_of(Effect(a, key_of("t"), every_row=True, columns=(ColumnChange("a"),))) is None
    }

    assert harmless == {
        Action.CREATE, Action.APPEND, Action.MERGE, Action.UNDROP, Action.ADD_COLUMN, Action.ALTER, Action.REFRESH,
        Action.CLONE, Action.LOAD, Action.EXPORT, Action.GRANT, Action.CALL, Action.FORGET,
    }  # fmt: skip


def test_columns_typed_in_text_keep_their_order() -> None:
    assert graph_of("t(b int, a text)").columns([key_of("t")])[key_of("t")] == (Column("b", "int"), Column("a", "text"))
