"""Short words for statements and what they mean, so that a test shows only what it is about."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from lineagebot.graph.reader import Direction
from lineagebot.model import (
    Action,
    AssetKey,
    AssetKind,
    Binding,
    Column,
    Edge,
    Effect,
    Outcome,
    Problem,
    Read,
    Statement,
    Understanding,
)
from lineagebot.store.engine import Store
from lineagebot.store.graph import PostgresGraph
from lineagebot.store.ingest import Understood, record_statements

START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


def key(name: str, *, system: str = "acme") -> AssetKey:
    """A table of the database shop: "marts.revenue"."""
    return AssetKey(system, ("shop", *name.split(".")))


def edge(source: str, target: str, *, bound: bool = False, system: str = "acme") -> Edge:
    """From "raw.orders.id" to "marts.revenue.id" is a column edge; two parts each make an edge between the wholes."""
    (s, s_column), (t, t_column) = _split(source), _split(target)
    binding = Binding.BY_OBJECT if bound else Binding.BY_NAME
    return Edge(
        key(s, system=system), key(t, system=system), source_column=s_column, target_column=t_column, binding=binding
    )


def effect(action: Action, name: str, **more: object) -> Effect:
    if isinstance(more.get("renamed_to"), str):
        more["renamed_to"] = key(str(more["renamed_to"]))
    return Effect(action, key(name), **more)  # type: ignore[arg-type]


def columns(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name, "text") for name in names)


Say = Callable[..., Understood]


def sayer() -> Say:
    """Make understood statements, each a second after the one before, with ids of their own."""
    numbers = itertools.count(1)

    def _say(
        *effects: Effect,
        reads: tuple[str, ...] = (),
        edges: tuple[Edge, ...] = (),
        problems: tuple[Problem, ...] = (),
        outcome: Outcome = Outcome.DONE,
        login: str = "ada",
        at: datetime | None = None,
        id: str | None = None,  # noqa: A002
        fingerprint: str | None = None,
        by_machine: bool = False,
        system: str = "acme",
    ) -> Understood:
        n = next(numbers)
        statement = Statement(
            id=id or f"s{n}",
            system=system,
            dialect="postgres",
            text=f"select {n}",
            started_at=at or START + timedelta(seconds=n),
            login=login,
            outcome=outcome,
        )
        split = [_split(read) for read in reads]
        meaning = Understanding(
            effects=effects,
            reads=tuple(Read(key(name, system=system), column) for name, column in split),
            edges=edges,
            problems=problems,
            statements=1,
            understood=0 if problems else 1,
        )
        return Understood(statement, fingerprint or f"f{n}", "select ?", meaning, by_machine)

    return _say


def create_view(name: str) -> Effect:
    return effect(Action.CREATE, name, kind=AssetKind.VIEW)


def _split(name: str) -> tuple[str, str | None]:
    parts = name.split(".")
    return ".".join(parts[:2]), parts[2] if len(parts) > 2 else None


def take_in(store: Store, *items: Understood) -> PostgresGraph:
    """Record one page."""
    with store.begin() as tx:
        record_statements(tx, items)
    return PostgresGraph(store)


def arrows(
    graph: PostgresGraph, *names: str, columns: bool = False, direction: Direction = Direction.UPSTREAM
) -> set[str]:
    """The standing edges of some assets as text: {"raw.orders > marts.revenue"}."""
    found = graph.edges([key(name) for name in names], direction, columns=columns)
    return {f"{_end(e.source, e.source_column)} > {_end(e.target, e.target_column)}" for e in found}


def _end(asset: AssetKey, column: str | None) -> str:
    name = str(asset).removeprefix("shop.")
    return f"{name}.{column}" if column else name
