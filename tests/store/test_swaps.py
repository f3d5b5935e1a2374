"""Names that move: rebuilds by swap, renames, drops and re-creations, and what of the graph follows them."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from lineagebot.graph.reader import Direction
from lineagebot.model import Action, AssetKind, ColumnChange, Effect, Problem
from lineagebot.store.engine import Store
from lineagebot.store.graph import PostgresGraph
from lineagebot.store.ingest import Understood
from lineagebot.store.tables import metadata

from .said import START, Say, arrows, columns, create_view, edge, effect, key, take_in

VIEW = AssetKind.VIEW


def gone(graph: PostgresGraph, name: str) -> bool | None:
    """None where nobody knows the name."""
    asset = graph.assets([key(name)]).get(key(name))
    return None if asset is None else asset.gone_at is not None


def create(name: str, *names: str, kind: AssetKind = AssetKind.TABLE) -> Effect:
    return effect(Action.CREATE, name, kind=kind, produces=columns(*names))


def rename(old: str, new: str, kind: AssetKind = AssetKind.TABLE) -> Effect:
    return effect(Action.RENAME, old, kind=kind, renamed_to=new)


def drop(name: str, kind: AssetKind = AssetKind.TABLE, **more: object) -> Effect:
    return effect(Action.DROP, name, kind=kind, **more)


def dbt_run(
    say: Say, model: str, *sources: str, kind: AssetKind = AssetKind.TABLE, first: bool = False
) -> list[Understood]:
    """What dbt sends for one model, as sources/postgres.md shows it."""
    tmp, backup = f"{model}__dbt_tmp", f"{model}__dbt_backup"
    bound = kind is VIEW
    build = say(
        create(tmp, "id", "day", kind=kind),
        reads=sources,
        edges=tuple(edge(source, tmp, bound=bound) for source in sources),
    )
    away = [] if first else [say(rename(model, backup, kind))]
    return [build, *away, say(rename(tmp, model, kind)), say(drop(backup, kind, if_exists=True, cascade=True))]


def pages(items: list[Understood], size: int) -> list[list[Understood]]:
    return [items[at : at + size] for at in range(0, len(items), size)]


@pytest.mark.parametrize("size", [1, 2, 3, 100], ids=lambda n: f"pages of {n}")
@pytest.mark.parametrize("kind", [AssetKind.TABLE, VIEW])
def test_a_dbt_model_is_fed_under_its_final_name(store: Store, say: Say, kind: AssetKind, size: int) -> None:
    runs = dbt_run(say, "marts.revenue", "raw.orders", "raw.items", kind=kind, first=True)
    runs += [say(reads=("marts.revenue",), edges=(edge("marts.revenue", "marts.daily"),))]
    runs += dbt_run(say, "marts.revenue", "raw.orders", "raw.items", kind=kind)
    runs += dbt_run(say, "marts.revenue", "raw.orders", "raw.refunds", kind=kind)
    for page in pages(runs, size):
        graph = take_in(store, *page)
    assert arrows(graph, "marts.revenue") == {"raw.orders > marts.revenue", "raw.refunds > marts.revenue"}
    assert arrows(graph, "marts.daily") == {"marts.revenue > marts.daily"}
    assert graph.closure([key("raw.orders")], Direction.DOWNSTREAM).keys == (key("marts.revenue"), key("marts.daily"))
    assert graph.columns([key("marts.revenue")])[key("marts.revenue")] == columns("id", "day")
    assert not gone(graph, "marts.revenue")
    assert gone(graph, "marts.revenue__dbt_tmp") is True
    assert gone(graph, "marts.revenue__dbt_backup") is True


@pytest.mark.parametrize("size", [1, 100], ids=lambda n: f"pages of {n}")
def test_a_swap_that_ends_as_it_began_makes_no_history(store: Store, say: Say, size: int) -> None:
    for page in pages(dbt_run(say, "marts.revenue", "raw.orders", first=True), 100):
        graph = take_in(store, *page)
    before = graph.events(key("marts.revenue"))
    assert [(str(e.edge.target), e.appeared) for e in before] == [("shop.marts.revenue", True)]
    for page in pages(dbt_run(say, "marts.revenue", "raw.orders"), 100):
        take_in(store, *page)
    assert graph.events(key("marts.revenue")) == before


def test_a_bound_view_follows_the_object_and_goes_with_it(store: Store, say: Say) -> None:
    """dbt drops the backup with CASCADE: a hand-made view that was bound to the old object is hit."""
    take_in(store, *dbt_run(say, "marts.revenue", "raw.orders", first=True))
    bound = edge("marts.revenue", "bi.exec", bound=True)
    by_name = edge("marts.revenue", "bi.export")
    take_in(
        store, say(create_view("bi.exec"), edges=(bound,)), say(effect(Action.APPEND, "bi.export"), edges=(by_name,))
    )
    graph = take_in(store, *dbt_run(say, "marts.revenue", "raw.orders"))
    assert (gone(graph, "bi.exec"), arrows(graph, "bi.exec")) == (True, set())
    assert arrows(graph, "bi.export") == {"marts.revenue > bi.export"}
    again = take_in(store, say(create_view("bi.exec"), edges=(bound,)))
    assert arrows(again, "bi.exec") == {"marts.revenue > bi.exec"}


def test_a_rename_takes_along_columns_feeders_and_bound_consumers(store: Store, say: Say) -> None:
    take_in(
        store,
        say(create("marts.old", "id"), edges=(edge("raw.orders.id", "marts.old.id"),)),
        say(create_view("bi.bound"), edges=(edge("marts.old.id", "bi.bound.id", bound=True),)),
        say(effect(Action.APPEND, "bi.loose"), edges=(edge("marts.old.id", "bi.loose.id"),)),
    )
    graph = take_in(store, say(rename("marts.old", "marts.new")))
    assert (gone(graph, "marts.old"), gone(graph, "marts.new")) == (True, False)
    assert graph.columns([key("marts.new")])[key("marts.new")] == columns("id")
    assert arrows(graph, "marts.old", "marts.new", columns=True) == {
        "raw.orders > marts.new",
        "raw.orders.id > marts.new.id",
    }
    assert arrows(graph, "bi.bound", "bi.loose", columns=True) == {
        "marts.new > bi.bound",
        "marts.new.id > bi.bound.id",
        "marts.old > bi.loose",
        "marts.old.id > bi.loose.id",
    }


def test_as_it_stood_before_the_rename_can_still_be_asked(store: Store, say: Say) -> None:
    renamed = say(rename("marts.old", "marts.new"), at=START + timedelta(hours=1))
    take_in(store, say(create_view("bi.bound"), edges=(edge("marts.old", "bi.bound", bound=True),)))
    graph = take_in(store, renamed)
    then = graph.edges([key("marts.old")], Direction.DOWNSTREAM, before=renamed.statement.started_at)
    assert [e.target for e in then] == [key("bi.bound")]
    assert graph.edges([key("marts.old")], Direction.DOWNSTREAM) == ()


def test_a_drop_keeps_what_hung_on_it(store: Store, say: Say) -> None:
    take_in(store, say(create("marts.a", "id"), edges=(edge("raw.orders", "marts.a"), edge("marts.a", "marts.b"))))
    dropped = say(drop("marts.a"))
    graph = take_in(store, dropped)
    assert graph.assets([key("marts.a")])[key("marts.a")].gone_at == dropped.statement.started_at
    assert arrows(graph, "marts.a", "marts.b") == {"raw.orders > marts.a", "marts.a > marts.b"}
    assert graph.columns([key("marts.a")])[key("marts.a")] == columns("id")
    assert graph.relations([("acme", ("marts", "a"))]) == ()
    again = take_in(store, say(create("marts.a", "id", "day")))
    assert gone(again, "marts.a") is False
    assert again.columns([key("marts.a")])[key("marts.a")] == columns("id", "day")


def test_a_dropped_view_reads_nothing_any_more(store: Store, say: Say) -> None:
    take_in(store, say(create_view("bi.v"), edges=(edge("marts.a", "bi.v", bound=True), edge("bi.v", "bi.w"))))
    graph = take_in(store, say(drop("bi.v", VIEW)))
    assert arrows(graph, "bi.v", "bi.w") == {"bi.v > bi.w"}


def test_a_view_that_is_replaced_reads_what_its_new_text_reads(store: Store, say: Say) -> None:
    replace = effect(Action.REPLACE, "bi.v", kind=VIEW)
    take_in(store, say(create_view("bi.v"), edges=(edge("marts.a.x", "bi.v.x"), edge("marts.b.y", "bi.v.y"))))
    graph = take_in(
        store, say(replace, edges=(edge("marts.a.x", "bi.v.x"), edge("marts.c.y", "bi.v.y")), fingerprint="new")
    )
    assert arrows(graph, "bi.v", columns=True) == {
        "marts.a > bi.v",
        "marts.a.x > bi.v.x",
        "marts.c > bi.v",
        "marts.c.y > bi.v.y",
    }
    ended = [e for e in graph.events(key("marts.b")) if not e.appeared]
    assert {(e.edge.source_column, e.by) for e in ended} == {(None, "new"), ("y", "new")}


def test_a_view_whose_new_text_was_not_understood_keeps_its_edges(store: Store, say: Say) -> None:
    replace = effect(Action.REPLACE, "bi.v", kind=VIEW)
    take_in(store, say(create_view("bi.v"), edges=(edge("marts.a", "bi.v"),)))
    graph = take_in(store, say(replace, problems=(Problem("what"),)), say(replace))
    assert arrows(graph, "bi.v") == {"marts.a > bi.v"}


def test_a_table_created_again_keeps_what_feeds_it(store: Store, say: Say) -> None:
    """Its rows outlive the text that made it: the nightly INSERT still feeds it."""
    take_in(
        store, say(create("marts.a", "id")), say(effect(Action.APPEND, "marts.a"), edges=(edge("raw.o", "marts.a"),))
    )
    graph = take_in(store, say(drop("marts.a")), say(create("marts.a", "id")))
    assert arrows(graph, "marts.a") == {"raw.o > marts.a"}


def test_two_tables_that_swap_names_swap_what_feeds_them(store: Store, say: Say) -> None:
    take_in(
        store,
        say(create("s.blue", "b"), edges=(edge("raw.b", "s.blue"),)),
        say(create("s.green", "g"), edges=(edge("raw.g", "s.green"),)),
        say(create_view("bi.v"), edges=(edge("s.blue", "bi.v", bound=True),)),
    )
    graph = take_in(store, say(effect(Action.SWAP, "s.blue", renamed_to="s.green")))
    assert arrows(graph, "s.blue", "s.green") == {"raw.b > s.green", "raw.g > s.blue"}
    assert arrows(graph, "bi.v") == {"s.green > bi.v"}
    assert {k.name: c for k, c in graph.columns([key("s.blue"), key("s.green")]).items()} == {
        "blue": columns("g"),
        "green": columns("b"),
    }
    assert (gone(graph, "s.blue"), gone(graph, "s.green")) == (False, False)


def test_a_dropped_schema_takes_all_inside_with_it(store: Store, say: Say) -> None:
    take_in(
        store,
        say(create("marts.a", "id"), edges=(edge("raw.o", "marts.a"), edge("marts.a", "bi.x"))),
        say(create_view("marts.v"), edges=(edge("raw.o", "marts.v"),)),
        say(create("marts_old.a", "id")),
    )
    graph = take_in(store, say(drop("marts", AssetKind.SCHEMA, cascade=True)))
    names = ("marts.a", "marts.v", "marts_old.a", "raw.o")
    assert [gone(graph, name) for name in names] == [True, True, False, False]
    assert arrows(graph, "marts.a", "marts.v", "bi.x") == {"raw.o > marts.a", "marts.a > bi.x"}
    assert graph.inside(key("marts")) == ()
    assert [str(a.key) for a in graph.inside(key("marts"), before=START)] == ["shop.marts.a", "shop.marts.v"]


def test_a_renamed_schema_renames_all_inside(store: Store, say: Say) -> None:
    take_in(store, say(create("marts.a", "id"), edges=(edge("raw.o", "marts.a"),)))
    graph = take_in(store, say(rename("marts", "gold", AssetKind.SCHEMA)))
    assert arrows(graph, "marts.a", "gold.a") == {"raw.o > gold.a"}
    assert (gone(graph, "marts.a"), gone(graph, "gold.a")) == (True, False)


def test_a_renamed_column_takes_bound_edges_along(store: Store, say: Say) -> None:
    take_in(
        store,
        say(create("m.a", "x"), edges=(edge("raw.o.x", "m.a.x"),)),
        say(create_view("bi.v"), edges=(edge("m.a.x", "bi.v.x", bound=True),)),
        say(effect(Action.APPEND, "bi.t"), edges=(edge("m.a.x", "bi.t.x"),)),
    )
    change = effect(Action.RENAME_COLUMN, "m.a", columns=(ColumnChange("x", renamed_to="y"),))
    graph = take_in(store, say(change))
    found = arrows(graph, "m.a", "bi.v", "bi.t", columns=True)
    assert {a for a in found if a.count(".") > 2} == {"raw.o.x > m.a.y", "m.a.y > bi.v.x", "m.a.x > bi.t.x"}


def test_history_read_late_does_not_undo_what_was_seen_since(store: Store, say: Say) -> None:
    later = START + timedelta(days=1)
    take_in(store, say(create_view("bi.v"), edges=(edge("m.a", "bi.v"),), at=later))
    graph = take_in(store, say(drop("bi.v", VIEW), at=START), say(rename("m.a", "m.b"), at=START))
    assert arrows(graph, "bi.v") == {"m.a > bi.v"}
    assert gone(graph, "bi.v") is False


def test_the_graph_is_the_same_wherever_the_pages_are_cut(store: Store, say: Say) -> None:
    """What a crash leaves undone is read again as another page: nothing that stands may depend on it."""
    items = dbt_run(say, "m.a", "raw.o", first=True, kind=VIEW) + dbt_run(say, "m.b", "m.a", first=True)
    items += dbt_run(say, "m.a", "raw.o", kind=VIEW) + dbt_run(say, "m.b", "m.a")
    items += [say(drop("m.b")), say(rename("m.a", "m.c", VIEW))]
    names = [f"m.{n}{tail}" for n in "abc" for tail in ("", "__dbt_tmp", "__dbt_backup")]
    wholes = []
    for size in (1, 2, 5, 7, 100):
        _forget(store)
        for page in pages(items, size):
            graph = take_in(store, *page)
        wholes.append((arrows(graph, *names), [gone(graph, n) for n in names], graph.columns([key(n) for n in names])))
    assert wholes == [wholes[0]] * len(wholes)


def _forget(store: Store) -> None:
    with store.begin() as tx:
        tx.execute(sa.text(f"TRUNCATE {', '.join(metadata.tables)} CASCADE"))
