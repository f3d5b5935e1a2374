"""The index follows a loss over numbers; it must say what the walk over records says, on graphs nobody drew."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from lineagebot.graph import impact as impacts
from lineagebot.graph.csr import Index
from lineagebot.graph.impact import Impact, impact
from lineagebot.graph.loss import Hit, Loss, Loudest, Spread
from lineagebot.graph.reader import Direction, GraphReader
from lineagebot.graph.spread import spread
from lineagebot.model import (
    Action,
    Asset,
    AssetKey,
    AssetKind,
    Binding,
    ColumnChange,
    Edge,
    EdgeKind,
    Effect,
    Layer,
    Owner,
    OwnerKind,
    Use,
)
from lineagebot.testing import NOW, TODAY, MemoryGraph

KINDS = (AssetKind.TABLE, AssetKind.TABLE, AssetKind.VIEW, AssetKind.DASHBOARD, AssetKind.JOB)
SEEDS = range(40)
#: The moment of the accident: some edges ended before it, some after.
THEN = NOW - timedelta(hours=1)


def drawn(seed: int, *, size: int = 24) -> MemoryGraph:
    """A graph with cycles, loops, columns, bound views, ends and assets that nobody listed."""
    chance = random.Random(seed)
    keys = [AssetKey("acme", ("shop", f"s{n % 3}", f"t{n}")) for n in range(size)]
    kinds = {key: chance.choice(KINDS) for key in keys}
    by_column = seed % 2 == 0
    edges: dict[tuple[AssetKey, AssetKey, EdgeKind, str | None, str | None], Edge] = {}
    for _ in range(int(size * chance.uniform(0.8, 2.2))):
        source, target = chance.choice(keys), chance.choice(keys)
        ended = chance.choice((None, None, None, NOW - timedelta(days=2), NOW - timedelta(minutes=30)))
        columns: tuple[str | None, str | None] = (None, None)
        kind = EdgeKind.FLOW
        if by_column and chance.random() < 0.6:
            kind = chance.choice((EdgeKind.FLOW, EdgeKind.REFERENCE))
            columns = (chance.choice("abc"), chance.choice("abc") if kind is EdgeKind.FLOW else None)
        edges[source, target, kind, *columns] = Edge(
            source,
            target,
            kind,
            *columns,
            layer=chance.choice((Layer.QUERY, Layer.CATALOG)),
            binding=chance.choice((Binding.BY_OBJECT, Binding.BY_NAME, Binding.BY_NAME)),
            first_seen=NOW - timedelta(days=90),
            last_seen=NOW - timedelta(days=chance.randrange(60)),
            ended_at=ended,
        )
    known = [
        Asset(key, kinds[key], key.name, gone_at=chance.choice((None, None, None, NOW - timedelta(days=3), NOW)))
        for key in keys[:-2]
    ]
    return MemoryGraph(
        known=tuple(known),
        links=tuple(edges.values()),
        owners_of={key: (Owner(OwnerKind.PERSON, f"{key.name}@acme.example", key.name),) for key in keys[::3]},
        use_rows=tuple(
            Use(chance.choice(keys), None, chance.choice(("ana", "ben", "cleo")), TODAY, 3, 0, by_machine=False)
            for _ in range(8)
        ),
    )


def indexed(graph: MemoryGraph) -> Index:
    return Index(
        graph.known, graph.links, owners=graph.owners_of, uses=graph.use_rows, coverage=graph.coverage()
    )  # fmt: skip


def grown(graph: MemoryGraph) -> Index:
    """The same, told one by one, ends and all."""
    index = Index(coverage=graph.coverage(), owners=graph.owners_of, uses=graph.use_rows)
    for edge in graph.links:
        index.add([replace(edge, ended_at=None)], ())
    index.add(assets=graph.known)
    index.add(edge for edge in graph.links if edge.ended_at is not None)
    return index


def everything(graph: GraphReader, keys: list[AssetKey]) -> list[object]:
    return [
        [
            (set(graph.edges([key], way, columns=columns, before=before)), set(graph.closure([key], way).keys))
            for key in keys
            for way in Direction
            for columns in (False, True)
            for before in (None, THEN)
        ],
        graph.assets(keys),
        [graph.inside(AssetKey("acme", ("shop", "s1")), before=before) for before in (None, THEN)],
    ]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("make", [indexed, grown])
def test_edges_closures_and_assets_are_those_of_the_plain_graph(make: type[Index], seed: int) -> None:
    graph = drawn(seed)
    keys = [AssetKey("acme", ("shop", f"s{n % 3}", f"t{n}")) for n in range(25)]
    assert everything(make(graph), keys) == everything(graph, keys)  # type: ignore[arg-type]


def facts(hit: Hit) -> tuple[object, ...]:
    return hit.asset, hit.certain, hit.bound


def losses_of(graph: MemoryGraph, chance: random.Random) -> list[Loss]:
    keys = [asset.key for asset in graph.known]
    columns = chance.choice((None, None, frozenset("a"), frozenset("ab"), frozenset("z")))
    return [Loss(key, columns) for key in chance.sample(keys, chance.choice((1, 1, 2, 4)))]


@pytest.mark.parametrize("seed", range(150))
@pytest.mark.parametrize("make", [indexed, grown])
def test_a_loss_reaches_what_the_walk_over_records_reaches(make: type[Index], seed: int) -> None:
    graph, chance = drawn(seed), random.Random(seed)
    losses = losses_of(graph, chance)
    options = {
        "bound_follow": chance.random() < 0.4,
        "past": tuple(asset.key for asset in chance.sample(graph.known, 3)) if chance.random() < 0.3 else (),
        "before": chance.choice((None, THEN)),
    }
    walked = spread(graph, losses, **options)  # type: ignore[arg-type]
    index = make(graph)  # type: ignore[arg-type]
    flooded = spread(index, losses, **options, loudest=Loudest(1000, TODAY))  # type: ignore[arg-type]
    stood = _standing(walked, options["before"] is not None)

    assert {facts(hit) for hit in flooded.hits} == {facts(hit) for hit in stood}
    assert sorted(map(facts, flooded.followers), key=str) == sorted(map(facts, walked.followers), key=str)
    for hit in flooded.hits:
        assert _is_a_way(graph, hit), hit.path
        same = next(one for one in stood if one.asset == hit.asset)
        if hit.path == same.path:
            assert (hit.columns, hit.last_seen) == (same.columns, same.last_seen)
        if losses[0].columns is None:
            assert len(hit.path) == len(same.path)


def _standing(found: Spread, has_run: bool) -> list[Hit]:
    def stood(asset: Asset) -> bool:
        return asset.gone_at is None or (has_run and asset.gone_at >= THEN)

    return [hit for hit in found.hits if stood(hit.asset)]


def _is_a_way(graph: MemoryGraph, hit: Hit) -> bool:
    steps = {(edge.source, edge.target) for edge in graph.links}
    return all(step in steps for step in zip(hit.path, hit.path[1:], strict=False)) and hit.path[-1] == hit.asset.key


ACTIONS = (Action.DROP, Action.TRUNCATE, Action.RENAME, Action.DROP_COLUMN, Action.REPLACE, Action.RETYPE_COLUMN)


def told(found: Impact) -> object:
    """How many are hurt in which way, and of which kind: whether each is told or counted."""
    counted: Counter[object] = Counter((c.asset.kind, c.verdict, c.harm) for c in found.consumers)
    counted.update(found.beyond.counts)
    everybody = {c.asset.key for c in found.consumers} | set(found.beyond.keys)
    dashboards = {owner for consumer in found.dashboards for owner in consumer.owners} | set(found.beyond.owners)
    return found.verdict, +counted, everybody, dashboards, found.readers, found.targets, found.unsure


@pytest.mark.parametrize("most", [1, 4, 50])
@pytest.mark.parametrize("seed", SEEDS)
def test_an_impact_counts_exactly_what_it_does_not_tell(seed: int, most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    graph, chance = drawn(seed), random.Random(seed)
    action, target = chance.choice(ACTIONS), chance.choice(graph.known).key
    columns = (ColumnChange("a"),) if "column" in action or action is Action.REPLACE else ()
    effect = Effect(action, target, columns=columns, cascade=chance.random() < 0.5)
    plain = impact(graph, [effect], today=TODAY, before=THEN)
    monkeypatch.setattr(impacts, "TOLD", most)
    found = impact(indexed(graph), [effect], today=TODAY, before=THEN)

    assert told(found) == told(plain)
    assert len(found.consumers) <= 2 * most
    loudest = {c.asset.kind.is_read_by_people for c in found.consumers}
    assert True in loudest or not any(kind.is_read_by_people for kind, _, _ in found.beyond.counts)


def test_the_loudest_are_told_one_by_one() -> None:
    keys = [AssetKey("acme", ("shop", "s", f"t{n:03}")) for n in range(300)]
    assets = [Asset(k, AssetKind.DASHBOARD if n % 2 else AssetKind.TABLE, k.name) for n, k in enumerate(keys)]
    uses = [Use(keys[201], None, "ana", TODAY, 1, 0, by_machine=False)]
    index = Index(assets, [Edge(keys[0], key) for key in keys[1:]], uses=uses)
    found = impact(index, [Effect(Action.DROP, keys[0])], today=TODAY, before=THEN)

    assert [c.asset.title for c in found.consumers[:3]] == ["t201", "t001", "t003"]
    assert len(found.consumers) == impacts.TOLD
    assert not {c.asset.key for c in found.consumers} & set(found.beyond.keys)
    assert found.by_kind(*impacts.Verdict) == {AssetKind.DASHBOARD: 150, AssetKind.TABLE: 149}


def test_a_very_long_way_is_told_step_by_step() -> None:
    keys = [AssetKey("acme", ("shop", "s", f"t{n:03}")) for n in range(600)]
    index = Index([Asset(k, AssetKind.TABLE, k.name) for k in keys], map(Edge, keys, keys[1:]))
    found = spread(index, [Loss(keys[0])], before=THEN, loudest=Loudest(1000, TODAY))
    assert found.hits[-1].path == tuple(keys)


def test_an_edge_that_stands_again_has_not_ended() -> None:
    keys = [AssetKey("acme", ("shop", "s", name)) for name in "abc"]
    index = Index([Asset(k, AssetKind.TABLE, k.name) for k in keys], [Edge(keys[0], keys[1]), Edge(keys[1], keys[2])])
    for ended_at in (NOW, None, NOW - timedelta(days=2), None, NOW):
        index.add([Edge(keys[0], keys[1], ended_at=ended_at)])
    assert [edge.ended_at for edge in index.ended(keys, Direction.DOWNSTREAM, since=NOW - timedelta(days=9))] == [NOW]
