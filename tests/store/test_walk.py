"""The capped walk: nearest first, cut with a word, and never more work than the cap allows."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from lineagebot.graph.reader import Direction
from lineagebot.model import AssetKey
from lineagebot.store.engine import Store
from lineagebot.store.graph import PostgresGraph
from lineagebot.store.queries import query

NOW = datetime(2026, 11, 22, tzinfo=UTC)
WIDE = 3000


@pytest.fixture
def hub(store: Store) -> PostgresGraph:
    """n1 feeds n2..n3001, of which each feeds the next ten; a ring closes it."""
    with store.begin() as tx:
        tx.execute(
            sa.text(
                """
                INSERT INTO asset (system, path, kind, title, lname, suffixes, tokens)
                SELECT 'acme', ARRAY['n' || n], 'table', 'n', 'n' || n, ARRAY['n' || n], '{}'
                FROM generate_series(1, :wide + 12) n;
                """
            ),
            {"wide": WIDE},
        )
        tx.execute(
            sa.text(
                """
                INSERT INTO edge (source, target, kind, layer, binding, first_seen, last_seen)
                SELECT 1, n, 'flow', 'query', 'by name', :now, :now FROM generate_series(2, :wide) n
                UNION ALL
                SELECT n, n + d, 'flow', 'query', 'by name', :now, :now
                FROM generate_series(2, :wide) n, generate_series(1, 10) d
                UNION ALL SELECT :wide, 1, 'flow', 'query', 'by name', :now, :now
                """
            ),
            {"wide": WIDE, "now": NOW},
        )
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("VACUUM ANALYZE edge, asset"))
    return PostgresGraph(store)


def n(number: int) -> AssetKey:
    return AssetKey("acme", (f"n{number}",))


def test_a_walk_goes_round_a_ring_and_leaves_its_start_out(hub: PostgresGraph) -> None:
    reached = hub.closure([n(1)], Direction.DOWNSTREAM)
    assert (len(reached.keys), len(set(reached.keys)), reached.cut) == (WIDE + 9, WIDE + 9, False)
    assert n(1) not in reached.keys
    assert n(1) in hub.closure([n(WIDE)], Direction.DOWNSTREAM).keys


def test_a_walk_says_when_it_was_cut_and_keeps_the_nearest(hub: PostgresGraph) -> None:
    reached = hub.closure([n(2)], Direction.DOWNSTREAM, cap=10)
    assert (set(reached.keys), reached.cut) == ({n(m) for m in range(3, 13)}, True)


@pytest.mark.parametrize(("cap", "cut"), [(WIDE + 9, False), (WIDE + 8, True), (0, True)])
def test_the_cap_is_exact(hub: PostgresGraph, cap: int, cut: bool) -> None:
    reached = hub.closure([n(1)], Direction.DOWNSTREAM, cap=cap)
    assert (len(reached.keys), reached.cut) == (cap, cut)


def test_a_walk_from_several_starts_leaves_them_all_out(hub: PostgresGraph) -> None:
    reached = hub.closure([n(2), n(3), n(3), AssetKey("acme", ("no such",))], Direction.DOWNSTREAM, cap=5)
    assert (len(reached.keys), reached.cut) == (5, True)
    assert {n(2), n(3)}.isdisjoint(reached.keys)


def test_a_walk_from_nowhere_reaches_nothing(hub: PostgresGraph) -> None:
    assert hub.closure([AssetKey("acme", ("no such",))], Direction.UPSTREAM).keys == ()
    assert hub.closure([], Direction.UPSTREAM).keys == ()


@pytest.mark.parametrize("direction", Direction)
@pytest.mark.parametrize("cap", [50, 1000])
def test_postgres_walks_no_further_than_the_cap(
    store: Store, hub: PostgresGraph, direction: Direction, cap: int
) -> None:
    """The plan stops early only while nothing stands between the walk and its LIMIT (docs: graph-store §2b)."""
    start = 1 if direction is Direction.DOWNSTREAM else WIDE
    with store.begin() as tx:
        explain = sa.text(f"EXPLAIN (ANALYZE, FORMAT JSON) {query(f'closure_{direction}').text}")
        answer = tx.execute(explain, {"start": [start], "most": cap + 2}).scalar_one()
    plan = answer if isinstance(answer, list) else json.loads(answer)
    (walk,) = [node for node in _nodes(plan[0]["Plan"]) if node["Node Type"] == "Recursive Union"]
    assert walk["Actual Rows"] <= cap + 2
    # By an index, whether row by row or through a bitmap: never the whole table.
    assert any("Index" in str(node["Node Type"]) for node in _nodes(walk))
    assert not [n for n in _nodes(walk) if n["Node Type"] == "Seq Scan" and n.get("Relation Name") == "edge"]


def _nodes(plan: dict[str, object]) -> list[dict[str, object]]:
    inner = plan.get("Plans", [])
    assert isinstance(inner, list)
    return [plan, *(node for child in inner for node in _nodes(child))]
