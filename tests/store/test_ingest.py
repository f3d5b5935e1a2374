"""A page of statements goes into the graph: counted once, whatever its outcome was, however often it comes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from lineagebot.graph.reader import Direction
from lineagebot.model import (
    Action,
    AssetKey,
    AssetKind,
    Certainty,
    Column,
    ColumnChange,
    Edge,
    Effect,
    Outcome,
    Problem,
    Read,
)
from lineagebot.store import cursors, journal, partitions
from lineagebot.store.engine import Store
from lineagebot.store.graph import PostgresGraph
from lineagebot.store.ingest import record_statements

from .said import START, Say, arrows, columns, create_view, edge, effect, key, take_in

EVERY = date(2026, 1, 1)


def uses(graph: PostgresGraph, *names: str) -> set[tuple[str, str | None, str, int, int]]:
    found = graph.uses([key(name) for name in names], since=EVERY)
    return {(u.asset.name, u.column, u.login, u.reads, u.writes) for u in found}


def test_a_statement_leaves_edges_uses_and_columns(store: Store, say: Say) -> None:
    made = effect(Action.CREATE, "marts.revenue", produces=columns("day", "amount"))
    feeds = edge("raw.orders.amount", "marts.revenue.amount")
    graph = take_in(store, say(made, reads=("raw.orders.amount",), edges=(feeds,)))
    assert arrows(graph, "marts.revenue") == {"raw.orders > marts.revenue"}
    assert arrows(graph, "marts.revenue", columns=True) == {
        "raw.orders > marts.revenue",
        "raw.orders.amount > marts.revenue.amount",
    }
    assert graph.columns([key("marts.revenue")]) == {key("marts.revenue"): columns("day", "amount")}
    assert uses(graph, "raw.orders", "marts.revenue") == {
        ("orders", None, "ada", 1, 0),
        ("orders", "amount", "ada", 1, 0),
        ("revenue", None, "ada", 0, 1),
    }


def test_the_same_page_twice_changes_nothing(store: Store, say: Say) -> None:
    page = [
        say(create_view("marts.revenue"), reads=("raw.orders.id",), edges=(edge("raw.orders", "marts.revenue"),)),
        say(effect(Action.DROP, "raw.orders"), problems=(Problem("what is this", touches=(key("raw.orders"),)),)),
        say(reads=("marts.revenue",)),
    ]
    graph = take_in(store, *page)
    with store.begin() as tx:
        before = uses(graph, "raw.orders", "marts.revenue"), graph.coverage([key("raw.orders")]), journal.after(tx, 0)
    take_in(store, *page)
    take_in(store, *page[1:])
    with store.begin() as tx:
        after = uses(graph, "raw.orders", "marts.revenue"), graph.coverage([key("raw.orders")]), journal.after(tx, 0)
    assert before == after
    assert before[1].not_understood_here == 1


def test_a_statement_twice_in_one_page_counts_once(store: Store, say: Say) -> None:
    once = say(reads=("raw.orders",))
    open_still = replace(once, statement=replace(once.statement, outcome=Outcome.RUNNING))
    assert uses(take_in(store, open_still, once, once), "raw.orders") == {("orders", None, "ada", 1, 0)}


@pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.ROLLED_BACK, Outcome.RUNNING, Outcome.UNKNOWN])
def test_only_what_was_done_touches_the_graph(store: Store, say: Say, outcome: Outcome) -> None:
    graph = take_in(store, say(reads=("raw.orders",)))
    made = say(
        effect(Action.DROP, "raw.orders"),
        effect(Action.CREATE, "marts.revenue"),
        reads=("raw.orders",),
        edges=(edge("raw.orders", "marts.revenue"),),
        outcome=outcome,
    )
    take_in(store, made)
    assert uses(graph, "raw.orders", "marts.revenue") == {("orders", None, "ada", 1, 0)}
    assert set(graph.assets([key("raw.orders"), key("marts.revenue")])) == {key("raw.orders")}
    assert graph.assets([key("raw.orders")])[key("raw.orders")].gone_at is None
    with store.begin() as tx:
        assert [entry.statement.outcome for entry in journal.after(tx, 0)] == [outcome]


def test_a_statement_whose_end_is_told_later_counts_then(store: Store, say: Say) -> None:
    open_still = say(effect(Action.DROP, "raw.orders"), reads=("raw.items",), outcome=Outcome.UNKNOWN)
    done = replace(open_still, statement=replace(open_still.statement, outcome=Outcome.DONE))
    graph = take_in(store, open_still)
    assert uses(graph, "raw.items") == set()
    take_in(store, done)
    take_in(store, open_still)
    take_in(store, done)
    assert uses(graph, "raw.items") == {("items", None, "ada", 1, 0)}
    with store.begin() as tx:
        assert [entry.statement.outcome for entry in journal.after(tx, 0)] == [Outcome.UNKNOWN, Outcome.DONE]
    assert graph.assets([key("raw.orders")])[key("raw.orders")].gone_at == done.statement.started_at


def test_reads_and_writes_add_up_per_day_and_login(store: Store, say: Say) -> None:
    append = effect(Action.APPEND, "raw.orders")
    monday, tuesday = datetime(2026, 11, 2, 23, 59, tzinfo=UTC), datetime(2026, 11, 3, 0, 1, tzinfo=UTC)
    take_in(
        store,
        say(append, at=monday, login="etl", by_machine=True),
        say(append, at=monday, login="etl", by_machine=True),
    )
    graph = take_in(
        store,
        say(append, at=tuesday, login="etl", by_machine=True),
        say(reads=("raw.orders",), at=tuesday, login="ada"),
    )
    found = graph.uses([key("raw.orders")], since=EVERY)
    assert {(u.login, u.day.day, u.reads, u.writes, u.by_machine) for u in found} == {
        ("etl", 2, 0, 2, True),
        ("etl", 3, 0, 1, True),
        ("ada", 3, 1, 0, False),
    }


def test_temporary_things_never_become_assets(store: Store, say: Say) -> None:
    made = effect(Action.CREATE, "pg_temp.scratch", temporary=True)
    dropped = effect(Action.DROP, "pg_temp.scratch", temporary=True)
    graph = take_in(store, say(made, reads=("raw.orders",)), say(dropped))
    assert graph.assets([key("pg_temp.scratch"), key("raw.orders")]).keys() == {key("raw.orders")}


def test_dropping_what_never_was_leaves_no_trace(store: Store, say: Say) -> None:
    graph = take_in(store, say(effect(Action.DROP, "marts.no_such", if_exists=True)))
    assert graph.assets([key("marts.no_such")]) == {}


@pytest.mark.parametrize("certainty", [Certainty.POSSIBLE, Certainty.SUSPECTED])
def test_what_may_not_have_happened_is_journaled_and_changes_nothing(
    store: Store, say: Say, certainty: Certainty
) -> None:
    take_in(store, say(reads=("raw.orders",)))
    graph = take_in(store, say(effect(Action.DROP, "raw.orders", certainty=certainty)))
    assert graph.assets([key("raw.orders")])[key("raw.orders")].gone_at is None
    with store.begin() as tx:
        assert journal.after(tx, 0)[0].effects[0].certainty is certainty


def test_the_journal_keeps_what_acts_and_what_looks_destructive(store: Store, say: Say) -> None:
    take_in(
        store,
        say(reads=("raw.orders",), id="a read"),
        say(effect(Action.APPEND, "raw.orders"), id="an append"),
        say(effect(Action.TRUNCATE, "raw.orders"), id="a truncate"),
        say(problems=(Problem("no idea"),), id="a riddle"),
        say(problems=(Problem("may drop", looks_destructive=True),), id="a threat"),
    )
    with store.begin() as tx:
        assert [entry.statement.id for entry in journal.after(tx, 0)] == ["a truncate", "a threat"]


def test_a_journal_entry_comes_back_as_it_went_in(store: Store, say: Say) -> None:
    change = ColumnChange("amount", "numeric", "int", None)
    went = say(
        effect(
            Action.RETYPE_COLUMN,
            "raw.orders",
            columns=(change,),
            produces=(Column("amount", "int"),),
            renamed_to="raw.orders2",
            certainty=Certainty.POSSIBLE,
            position=3,
        ),
        problems=(Problem("half of it", line=2, column=7, touches=(key("raw.orders"),)),),
        by_machine=True,
    )
    statement = replace(went.statement, default_path=("shop", "raw"), rows=5, cost=1.5, via="dbt: model.x")
    take_in(store, replace(went, statement=statement))
    with store.begin() as tx:
        (entry,) = journal.after(tx, 0)
    assert entry.statement == replace(statement, text="select ?")
    assert entry.effects == went.understanding.effects
    assert entry.problems == went.understanding.problems
    assert (entry.fingerprint, entry.taught, entry.by_machine) == (went.fingerprint, True, True)


@pytest.mark.parametrize(
    ("alter", "after"),
    [
        (
            effect(Action.ADD_COLUMN, "raw.orders", columns=(ColumnChange("note", new_type="text"),)),
            ("id", "day", "note"),
        ),
        (effect(Action.DROP_COLUMN, "raw.orders", columns=(ColumnChange("day"),)), ("id",)),
        (effect(Action.RENAME_COLUMN, "raw.orders", columns=(ColumnChange("day", renamed_to="date"),)), ("id", "date")),
        (effect(Action.RETYPE_COLUMN, "raw.orders", columns=(ColumnChange("day", "text", "date"),)), ("id", "day")),
    ],
    ids=lambda value: str(value.action) if hasattr(value, "action") else "",
)
def test_an_alter_changes_the_columns(store: Store, say: Say, alter: object, after: tuple[str, ...]) -> None:
    made = effect(Action.CREATE, "raw.orders", produces=columns("id", "day"))
    graph = take_in(store, say(made), say(alter))
    assert tuple(c.name for c in graph.columns([key("raw.orders")])[key("raw.orders")]) == after


def test_statements_of_any_month_are_kept(store: Store, say: Say) -> None:
    dates = [
        datetime(y, m, 15, tzinfo=UTC) for y, m in [(1970, 1), (1999, 12), (2019, 6), (2026, 11), (2031, 2), (2200, 1)]
    ]
    take_in(store, *(say(reads=("raw.orders",), at=at) for at in dates))
    with store.begin() as tx:
        kept = tx.execute(sa.text("SELECT started_at FROM statement ORDER BY 1")).scalars().all()
        assert kept == dates
        assert [f"{m:%Y-%m}" for m in partitions.months(tx)] == ["2019-06", "2026-11", "2031-02"]


def test_months_are_made_ahead_and_dropped_whole(store: Store, say: Say) -> None:
    old, new = datetime(2025, 10, 3, tzinfo=UTC), datetime(2026, 11, 3, tzinfo=UTC)
    take_in(store, say(at=datetime(1990, 1, 1, tzinfo=UTC)), say(at=old), say(at=new))
    with store.begin() as tx:
        made = partitions.prepare_months(tx, today=date(2026, 11, 30))
        assert made == ("statement_y2026m12", "statement_y2027m01")
        assert partitions.drop_months(tx, before=date(2025, 11, 1)) == ("statement_y2025m10",)
        assert tx.execute(sa.text("SELECT started_at FROM statement")).scalars().all() == [new]
    take_in(store, say(at=old))


SCANNING = [
    ("rows that come in are not looked for", effect(Action.APPEND, "raw.a"), "raw.a", (1, 0)),
    ("a truncate looks at nothing", effect(Action.TRUNCATE, "raw.a"), "raw.a", (1, 0)),
    ("what is updated is looked up", effect(Action.UPDATE, "raw.a"), "raw.a", (1, 1)),
    ("what is made anew is scanned for its indexes", effect(Action.CREATE, "raw.a"), "raw.a", (1, 1)),
    ("also under the name that it takes then", effect(Action.RENAME, "raw.b", renamed_to="raw.a"), "raw.a", (0, 1)),
]


@pytest.mark.parametrize(("said", "name", "expected"), [c[1:] for c in SCANNING], ids=[c[0] for c in SCANNING])
def test_writes_that_count_as_scans(store: Store, say: Say, said: Effect, name: str, expected: tuple[int, int]) -> None:
    (use,) = take_in(store, say(said)).uses([key(name)], since=EVERY)
    assert (use.writes, use.scanning, use.reads) == (*expected, 0)


def test_the_log_begins_with_the_earliest_statement_that_was_ever_read(store: Store, say: Say) -> None:
    with store.begin() as tx:
        cursors.register(tx, "acme", "postgres")
    take_in(store, say(at=START + timedelta(days=2)), say(at=START + timedelta(days=1)))
    graph = take_in(store, say(at=START + timedelta(days=3)))
    assert [s.log_from for s in graph.coverage().sources] == [START + timedelta(days=1)]
    assert [s.log_from for s in take_in(store, say(at=START)).coverage().sources] == [START]


HARD_NAMES = {
    "an emoji": "🔥",
    "a quote": 'Kunden "alt"',
    "a dot": "a.b",
    "a backslash and a tab": "a\\b\tc",
    "right to left": "جدول",
    "a percent sign": "100%_sure",
    "nothing but a blank": " ",
    "a brace": "{x,y}",
    "null": "NULL",
}


@pytest.mark.parametrize("name", HARD_NAMES.values(), ids=HARD_NAMES)
def test_any_name_is_kept_and_found(store: Store, say: Say, name: str) -> None:
    asset = AssetKey("acme", ("shop", "public", name))
    read = say()
    meaning = replace(
        read.understanding,
        reads=(Read(asset, name),),
        edges=(Edge(asset, key("marts.x"), source_column=name, target_column=name),),
        effects=(replace(effect(Action.CREATE, "a.b"), target=asset, produces=(Column(name, name),)),),
    )
    graph = take_in(store, replace(read, understanding=meaning, masked=name))
    assert graph.closure([asset], Direction.DOWNSTREAM).keys == (key("marts.x"),)
    assert graph.columns([asset]) == {asset: (Column(name, name),)}
    assert graph.relations([("acme", ("public", name))])[0].key == asset
    if name.strip():
        assert graph.search(name).assets[0].key == asset


def test_names_that_no_index_can_hold_are_left_out_and_the_rest_is_kept(store: Store, say: Say) -> None:
    long = AssetKey("acme", ("shop", "public", "x" * 100_000))
    one = say(reads=("raw.orders",), edges=(edge("raw.orders", "marts.x"),))
    meaning = replace(
        one.understanding,
        reads=(
            *one.understanding.reads,
            Read(long),
            Read(key("raw.orders"), "y" * 100_000),
            Read(AssetKey("acme", ("a\0b",))),
        ),
        edges=(
            *one.understanding.edges,
            Edge(long, key("marts.x")),
            Edge(key("raw.orders"), key("marts.x"), source_column="z" * 9999),
        ),
    )
    graph = take_in(store, replace(one, understanding=meaning, masked="\0 \ud800"))
    assert arrows(graph, "marts.x") == {"raw.orders > marts.x"}


def test_a_page_that_fails_leaves_nothing(store: Store, say: Say) -> None:
    def fail_in_the_middle() -> None:
        with store.begin() as tx:
            record_statements(tx, [say(effect(Action.CREATE, "marts.x"), reads=("raw.orders",))])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_in_the_middle()
    assert PostgresGraph(store).assets([key("marts.x"), key("raw.orders")]) == {}


def test_nothing_at_all_is_a_page_too(store: Store) -> None:
    take_in(store)


def test_the_kind_comes_from_the_statement_that_made_it(store: Store, say: Say) -> None:
    graph = take_in(store, say(reads=("marts.revenue",)), say(create_view("marts.revenue")))
    assert graph.assets([key("marts.revenue")])[key("marts.revenue")].kind is AssetKind.VIEW
