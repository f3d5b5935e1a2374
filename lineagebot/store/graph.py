"""The graph as Postgres holds it: the `GraphReader` that the bot answers from."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime

import sqlalchemy as sa

from lineagebot.graph.reader import Closure, Direction, Hits
from lineagebot.model import (
    Asset,
    AssetKey,
    AssetKind,
    Binding,
    Column,
    Coverage,
    Edge,
    EdgeEvent,
    EdgeKind,
    Fact,
    Freshness,
    How,
    Layer,
    Owner,
    OwnerKind,
    Person,
    Relation,
    Use,
)
from lineagebot.store import tables as t
from lineagebot.store.assets import asset_of, ids_of, key_of, keys_json, one_string
from lineagebot.store.engine import Store, Tx
from lineagebot.store.facts import facts_of
from lineagebot.store.graph_rows import columns_of
from lineagebot.store.queries import query
from lineagebot.store.search import search
from lineagebot.store.search_words import fold

#: What could hold consumers: connected where a source is of such a kind, or where anything such is known.
CONSUMING = {
    "BI": (
        {"looker", "tableau", "mode", "superset", "metabase", "powerbi"},
        {AssetKind.DASHBOARD, AssetKind.REPORT, AssetKind.CHART},
    ),
    "orchestrator": ({"airflow", "dagster", "openlineage"}, {AssetKind.JOB, AssetKind.MODEL}),
}


class PostgresGraph:
    """A graph.reader.GraphReader; each call is a short read transaction of its own, or all are one (`within`)."""

    def __init__(self, store: Store) -> None:
        self._store: Store | None = store
        self._within: Tx | None = None

    @classmethod
    def within(cls, tx: Tx) -> PostgresGraph:
        """A reader that sees what `tx` sees, its own writes too."""
        reader = cls.__new__(cls)
        reader._store, reader._within = None, tx
        return reader

    def search(self, words: str, *, limit: int = 10, kinds: Collection[AssetKind] | None = None) -> Hits:
        with self._reading() as tx:
            return search(tx, words, limit=limit, kinds=kinds)

    def assets(self, keys: Collection[AssetKey]) -> Mapping[AssetKey, Asset]:
        with self._reading() as tx:
            rows = tx.execute(query("assets_of"), {"keys": keys_json(keys)}).mappings()
            return {asset.key: asset for asset in map(asset_of, rows)}

    def columns(self, keys: Collection[AssetKey]) -> Mapping[AssetKey, tuple[Column, ...]]:
        with self._reading() as tx:
            rows = tx.execute(query("columns_of"), {"keys": keys_json(keys)}).mappings()
            return {key_of(row): columns_of(row["columns"]) or () for row in rows}

    def relations(self, names: Collection[tuple[str, tuple[str, ...]]]) -> tuple[Relation, ...]:
        wanted = [
            {"system": system, "parts": list(parts), "suffix": ".".join(map(fold, parts))}
            for system, parts in names
            if parts
        ]
        with self._reading() as tx:
            rows = tx.execute(query("relations_of"), {"names": json.dumps(wanted)}).mappings()
            return tuple(map(_relation, rows))

    def with_types(self, system: str, types: Collection[str]) -> tuple[Relation, ...]:
        wanted = {"system": system, "types": [name.lower() for name in types]}
        with self._reading() as tx:
            return tuple(map(_relation, tx.execute(query("relations_with_types"), wanted).mappings()))

    def inside(self, container: AssetKey, *, limit: int = 1000, before: datetime | None = None) -> tuple[Asset, ...]:
        chosen = {"system": container.system, "path": list(container.path), "since": before, "limit": limit}
        with self._reading() as tx:
            return tuple(asset_of(row) for row in tx.execute(query("assets_inside"), chosen).mappings())

    def edges(
        self,
        keys: Collection[AssetKey],
        direction: Direction,
        *,
        columns: bool = False,
        limit: int = 20_000,
        before: datetime | None = None,
    ) -> tuple[Edge, ...]:
        with self._reading() as tx:
            ids = list(ids_of(tx, keys).values())
            chosen = {"ids": ids, "columns": columns, "since": before, "limit": limit}
            rows = tx.execute(query(f"edges_{direction}"), chosen)
            return tuple(_edge(row) for row in rows.mappings())

    def closure(self, start: Collection[AssetKey], direction: Direction, *, cap: int = 5000) -> Closure:
        with self._reading() as tx:
            ids = sorted(ids_of(tx, start).values())
            rows = tx.execute(query(f"closure_{direction}"), {"start": ids, "most": len(ids) + cap + 1}).mappings()
            walked = [row for row in rows if row["place"] > len(ids)]
            return Closure(tuple(key_of(row) for row in walked[:cap] if not row["passing"]), cut=len(walked) > cap)

    def events(self, key: AssetKey, *, limit: int = 50) -> tuple[EdgeEvent, ...]:
        with self._reading() as tx:
            ids = list(ids_of(tx, [key]).values())
            rows = tx.execute(query("events_of"), {"ids": ids, "limit": limit}).mappings()
            return tuple(EdgeEvent(_edge(row), row["appeared"], row["at"], row["by"]) for row in rows)

    def uses(self, keys: Collection[AssetKey], *, since: date) -> tuple[Use, ...]:
        with self._reading() as tx:
            rows = tx.execute(query("uses_of"), {"keys": keys_json(keys), "since": since}).mappings()
            return tuple(
                Use(
                    asset=key_of(r),
                    column=r["column"] or None,
                    login=r["login"],
                    day=r["day"],
                    reads=r["reads"],
                    writes=r["writes"],
                    by_machine=r["by_machine"],
                    scanning=r["scanning"],
                )
                for r in rows
            )

    def owners(self, keys: Collection[AssetKey]) -> Mapping[AssetKey, tuple[Owner, ...]]:
        found: dict[AssetKey, tuple[Owner, ...]] = {}
        with self._reading() as tx:
            for row in tx.execute(query("owners_of"), {"keys": keys_json(keys)}).mappings():
                owner = Owner(OwnerKind(row["kind"]), row["id"], row["name"])
                told = found.get(key_of(row), ())
                found[key_of(row)] = told if owner in told else (*told, owner)
        return found

    def tags(self, keys: Collection[AssetKey]) -> Mapping[AssetKey, tuple[str, ...]]:
        found: dict[AssetKey, tuple[str, ...]] = {}
        with self._reading() as tx:
            for row in tx.execute(query("tags_of"), {"keys": keys_json(keys)}).mappings():
                told = found.get(key_of(row), ())
                found[key_of(row)] = told if row["tag"] in told else (*told, row["tag"])
        return found

    def facts(self, keys: Collection[AssetKey]) -> Mapping[AssetKey, tuple[Fact, ...]]:
        with self._reading() as tx:
            return facts_of(tx, keys)

    def people(self, logins: Collection[tuple[str, str]]) -> Mapping[tuple[str, str], Person]:
        asked = json.dumps([{"system": system, "login": login} for system, login in logins])
        with self._reading() as tx:
            rows = tx.execute(query("people_of"), {"logins": asked})
            return {
                (r.system, r.login): Person(
                    r.id, r.name, r.email, r.machine, tuple((system, login) for system, login in r.logins)
                )
                for r in rows
            }

    def unmatched(self, keys: Collection[AssetKey]) -> Mapping[AssetKey, tuple[str, ...]]:
        with self._reading() as tx:
            rows = tx.execute(query("unmatched_of"), {"keys": keys_json(keys)}).mappings()
            return {key_of(row): tuple(row["missing"]) for row in rows}

    def coverage(self, keys: Collection[AssetKey] = ()) -> Coverage:
        with self._reading() as tx:
            sources = tuple(Freshness(**row) for row in tx.execute(query("freshness")).mappings())
            touched = [one_string(key) for key in keys]
            here = tx.execute(query("not_understood_here"), {"touched": touched}).scalar_one() if touched else 0
            alike = [key.name.lower() for key in keys]
            unmatched = tx.execute(query("unmatched_here"), {"names": alike}).scalar_one() if alike else 0
            return Coverage(sources, here, _not_connected(tx, {source.kind for source in sources}), unmatched)

    @contextmanager
    def _reading(self) -> Iterator[Tx]:
        if self._within is not None:
            yield self._within
            return
        assert self._store is not None
        with self._store.reading() as tx:
            yield tx


def _not_connected(tx: Tx, kinds: Collection[str]) -> tuple[str, ...]:
    missing = []
    for name, (source_kinds, asset_kinds) in CONSUMING.items():
        if source_kinds.isdisjoint(kinds):
            any_such = sa.select(sa.exists().where(t.asset.c.kind.in_(asset_kinds), t.asset.c.known))
            if not tx.execute(any_such).scalar_one():
                missing.append(name)
    return tuple(missing)


def _relation(row: sa.RowMapping) -> Relation:
    return Relation(key_of(row), AssetKind(row["kind"]), columns_of(row["columns"]) or (), row["definition"])


def _edge(row: sa.RowMapping) -> Edge:
    return Edge(
        source=AssetKey(row["source_system"], tuple(row["source_path"])),
        target=AssetKey(row["target_system"], tuple(row["target_path"])),
        kind=EdgeKind(row["kind"]),
        source_column=row["source_column"] or None,
        target_column=row["target_column"] or None,
        how=How(row["how"]) if row["how"] else None,
        layer=Layer(row["layer"]),
        binding=Binding(row["binding"]),
        first_seen=row["first_seen"],
        last_seen=row["last_seen"],
        ended_at=row["ended_at"],
        evidence=row["evidence"],
    )
