"""The index over what the store holds answers as the store's own SQL does, now and as it stood before."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
import sqlalchemy as sa

from lineagebot.graph.csr import Index
from lineagebot.graph.impact import impact
from lineagebot.graph.reader import Direction
from lineagebot.model import Action, AssetKey, ColumnChange, Edge, Effect
from lineagebot.store import tables as t
from lineagebot.store.engine import Store
from lineagebot.store.graph import PostgresGraph
from lineagebot.testing import NOW, TODAY, graph_of

from .test_graph_contract import written

LONG_AGO = NOW - timedelta(days=4000)
THEN = NOW - timedelta(hours=1)


def drawn(seed: int) -> str:
    """A graph as text: flows by asset and by column, references, dashboards, owners, readers, what is gone."""
    chance = random.Random(seed)
    names = [f"{'view:' if n % 4 == 1 else 'dashboard:' if n % 4 == 2 else ''}s{n % 3}.t{n}" for n in range(14)]
    lines = []
    for _ in range(26):
        source, target = chance.sample(names, 2)
        if source.startswith("dashboard"):
            continue
        lines.append(
            chance.choice(
                (
                    f"{source} > {target}",
                    f"{source}({chance.choice('abc')}) > {target}",
                    f"{source}({chance.choice('abc')}) ~> {target}",
                )
            )
        )
    lines += [f"{name} @ana@acme.example" for name in names[::5]]
    lines += [f"ben reads {names[0]} 3", f"{names[3]} gone 2d"]
    return "\n".join(lines)


@pytest.mark.parametrize("seed", range(6))
def test_the_index_agrees_with_sql(store: Store, seed: int) -> None:
    chance = random.Random(seed)
    sql = written(store, graph_of(drawn(seed)))
    _end_some(store, chance)
    keys = _keys(store)
    index = _indexed(sql, keys)

    for key in keys:
        for way in Direction:
            for before in (None, THEN, LONG_AGO):
                for columns in (False, True):
                    asked = {"columns": columns, "before": before}
                    assert set(index.edges([key], way, **asked)) == set(sql.edges([key], way, **asked))  # type: ignore[arg-type]
            assert set(index.closure([key], way).keys) == set(sql.closure([key], way).keys)
        for effect in (Effect(Action.DROP, key), Effect(Action.DROP_COLUMN, key, columns=(ColumnChange("a"),))):
            ours, theirs = (impact(one, [effect], today=TODAY, before=THEN) for one in (index, sql))
            assert ours.verdict is theirs.verdict
            assert _hurt(ours.consumers) == _hurt(theirs.consumers)


def _hurt(consumers: tuple[object, ...]) -> set[tuple[object, ...]]:
    return {(c.asset.key, c.verdict, c.harm, len(c.path), c.owners) for c in consumers}  # type: ignore[attr-defined]


def _end_some(store: Store, chance: random.Random) -> None:
    with store.begin() as tx:
        for (number,) in tx.execute(sa.select(t.edge.c.id)).all():
            ended = chance.choice((None, None, NOW - timedelta(days=2), NOW - timedelta(minutes=30)))
            tx.execute(sa.update(t.edge).where(t.edge.c.id == number).values(ended_at=ended))


def _keys(store: Store) -> list[AssetKey]:
    with store.reading() as tx:
        return [
            AssetKey(row.system, tuple(row.path)) for row in tx.execute(sa.select(t.asset.c.system, t.asset.c.path))
        ]


def _indexed(sql: PostgresGraph, keys: list[AssetKey]) -> Index:
    edges: tuple[Edge, ...] = sql.edges(keys, Direction.DOWNSTREAM, columns=True, before=LONG_AGO)
    uses = sql.uses(keys, since=LONG_AGO.date())
    return Index(
        sql.assets(keys).values(), edges, columns=sql.columns(keys), owners=sql.owners(keys), uses=uses,
        persons=set(sql.people({(use.asset.system, use.login) for use in uses}).values()), coverage=sql.coverage(),
    )  # fmt: skip
