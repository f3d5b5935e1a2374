"""A manifest's nodes as assets: each under the key that its warehouse knows it by, and what it is built from.

A model is a table of its warehouse: its key is its relation_name, read as the adapter's dialect reads names. An
ephemeral model is no table: what is built on it is built on what it is built from.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from lineagebot.model import AssetKey, AssetKind
from lineagebot.sql.dialects import dialect_of
from lineagebot.sql.names import folded, split_name
from lineagebot.sync.dbt_artifacts import Artifact
from lineagebot.sync.dbt_target import Production

#: What stands in the warehouse.
RELATIONS = frozenset({"model", "seed", "snapshot", "source"})
#: What stands in dbt alone, as assets of its own.
OWN = frozenset({"exposure", "metric", "semantic_model", "saved_query"})
#: Parts of a manifest that hold nodes.
_PARTS = ("nodes", "sources", "exposures", "metrics", "semantic_models", "saved_queries")

#: What a materialization leaves behind; those that are not listed leave a table.
_KINDS = {
    "view": AssetKind.VIEW,
    "materialized_view": AssetKind.MATERIALIZED_VIEW,
    "dynamic_table": AssetKind.MATERIALIZED_VIEW,
    "streaming_table": AssetKind.MATERIALIZED_VIEW,
    "external": AssetKind.FOREIGN_TABLE,
}
#: What an exposure says that it is. The rest is something else that reads tables.
_EXPOSURES = {
    "dashboard": AssetKind.DASHBOARD,
    "notebook": AssetKind.REPORT,
    "analysis": AssetKind.REPORT,
    "ml": AssetKind.MODEL,
    "application": AssetKind.OTHER,
}
#: Adapters whose dialect goes by another name.
_ADAPTERS = {
    "sqlserver": "tsql",
    "fabric": "tsql",
    "synapse": "tsql",
    "starburst": "trino",
    "glue": "spark",
    "fabricspark": "spark",
    "motherduck": "duckdb",
    "upsolver": "ansi",
}


@dataclass(frozen=True, slots=True)
class Node:
    """One model, seed, snapshot, source, exposure or metric. `said` is all that the manifest says of it."""

    id: str
    type: str
    #: None for what has no relation (ephemeral), and for what is not production's.
    key: AssetKey | None
    parents: tuple[str, ...]
    said: Mapping[str, Any]
    #: False where the build is a developer's or a pull request's.
    is_production: bool = True

    @property
    def config(self) -> Mapping[str, Any]:
        return mapping(self.said.get("config"))

    @property
    def materialized(self) -> str:
        return str(self.config.get("materialized") or "")

    @property
    def kind(self) -> AssetKind:
        if self.type == "exposure":
            return _EXPOSURES.get(str(self.said.get("type")).lower(), AssetKind.OTHER)
        if self.type in OWN:
            return AssetKind.MODEL
        return _KINDS.get(self.materialized, AssetKind.TABLE)

    @property
    def sql(self) -> str | None:
        """What its table is filled with, its Jinja resolved; None for Python, and where dbt only parsed it."""
        if self.said.get("language", "sql") != "sql" or self.type not in ("model", "snapshot"):
            return None
        text = self.said.get("compiled_code") or self.said.get("compiled_sql")
        return text.strip().rstrip(";").rstrip() or None if isinstance(text, str) else None


@dataclass(frozen=True)
class Project:
    """One manifest, read."""

    name: str
    adapter: str
    dialect: str
    generated_at: datetime
    invocation: str | None
    nodes: Mapping[str, Node]
    tests: Mapping[str, Mapping[str, Any]]
    groups: Mapping[str, Mapping[str, Any]]
    disabled: int = 0
    #: Schema → how many models it was left out for, because they are not production's.
    left_out: Mapping[str, int] = field(default_factory=dict)
    #: Ids that are named and not described, as models of another project may be.
    undescribed: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()

    @cached_property
    def in_order(self) -> tuple[Node, ...]:
        """What is built from others stands after them."""
        placed: dict[str, Node] = {}
        for start in self.nodes:
            stack = [(start, iter(self._known_parents(start)))]
            path = {start}
            while stack:
                here, parents = stack[-1]
                further = next((p for p in parents if p not in placed and p not in path), None)
                if further is not None:
                    stack.append((further, iter(self._known_parents(further))))
                    path.add(further)
                    continue
                stack.pop()
                path.discard(here)
                placed.setdefault(here, self.nodes[here])
        return tuple(placed.values())

    def _known_parents(self, node: str) -> list[str]:
        return [parent for parent in self.nodes[node].parents if parent in self.nodes]

    def feeds(self, node: Node) -> tuple[AssetKey, ...]:
        """What it is built from, through what has no relation of its own."""
        found: dict[AssetKey, None] = {}
        seen: set[str] = set()
        waiting = list(reversed(node.parents))
        while waiting:
            parent = self.nodes.get(waiting.pop())
            if parent is None or parent.id in seen or not parent.is_production:
                continue
            seen.add(parent.id)
            if parent.key is None:
                waiting.extend(reversed(parent.parents))
            elif parent.key != node.key:
                found[parent.key] = None
        return tuple(found)

    @property
    def relations(self) -> Iterator[Node]:
        """What stands in the warehouse, production's."""
        return (node for node in self.in_order if node.type in RELATIONS and node.key is not None)


def project_of(
    manifest: Artifact, *, source: str, warehouse: str, production: Production, default_path: tuple[str, ...] = ()
) -> Project:
    """`source` names the system of what stands in dbt alone, `warehouse` that of the tables."""
    metadata = mapping(manifest.body.get("metadata"))
    adapter = str(metadata.get("adapter_type") or "")
    naming = _Naming(source, warehouse, _ADAPTERS.get(adapter, adapter), mapping(metadata.get("quoting")), default_path)
    nodes: dict[str, Node] = {}
    tests: dict[str, Mapping[str, Any]] = {}
    left_out: Counter[str] = Counter()
    problems: list[str] = []
    for ident, said in _described(manifest):
        kind = said.get("resource_type") or ident.partition(".")[0]
        if kind == "test":
            tests[ident] = said
        elif kind in RELATIONS or kind in OWN:
            ours = kind == "source" or kind in OWN or production.builds_into(said)
            if not ours and not _is_ephemeral(said):
                left_out[str(said.get("schema"))] += 1
            key = naming.key(kind, said) if ours else None
            if ours and key is None and not _is_ephemeral(said):
                problems.append(f"{manifest.place}: {ident} has no name that can be read; it is left out")
                continue
            parents = tuple(str(p) for p in sequence(mapping(said.get("depends_on")).get("nodes")))
            nodes[ident] = Node(ident, kind, key, parents, said, is_production=ours or _is_ephemeral(said))
    named = {p for node in nodes.values() for p in node.parents if p.partition(".")[0] in RELATIONS | OWN}
    return Project(
        name=str(metadata.get("project_name") or ""),
        adapter=adapter,
        dialect=dialect_of(naming.dialect).name,
        generated_at=manifest.generated_at,
        invocation=manifest.invocation,
        nodes=nodes,
        tests=tests,
        groups={str(g.get("name")): g for g in map(mapping, mapping(manifest.body.get("groups")).values())},
        disabled=len(mapping(manifest.body.get("disabled"))),
        left_out=dict(left_out),
        undescribed=tuple(sorted(named - nodes.keys())),
        problems=tuple(problems),
    )


def _described(manifest: Artifact) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for part in _PARTS:
        for ident, said in mapping(manifest.body.get(part)).items():
            if isinstance(said, dict):
                yield ident, said


def _is_ephemeral(said: Mapping[str, Any]) -> bool:
    return mapping(said.get("config")).get("materialized") == "ephemeral"


@dataclass(frozen=True, slots=True)
class _Naming:
    source: str
    warehouse: str
    dialect: str
    quoting: Mapping[str, Any]
    default_path: tuple[str, ...]

    def key(self, kind: str, said: Mapping[str, Any]) -> AssetKey | None:
        if kind in OWN:
            return AssetKey(self.source, (str(said.get("package_name") or ""), kind, str(said.get("name") or "")))
        if _is_ephemeral(said):
            return None
        written = said.get("relation_name")
        parts = split_name(written, self.dialect) if isinstance(written, str) and written else None
        parts = parts or self._parts(kind, said)
        if not parts:
            return None
        missing = max(0, len(self.default_path) + 1 - len(parts))
        return AssetKey(self.warehouse, (*self.default_path[:missing], *parts))

    def _parts(self, kind: str, said: Mapping[str, Any]) -> tuple[str, ...]:
        """database.schema.alias, quoted as the project quotes; a source goes by its identifier, never by its name."""
        name = said.get("identifier") if kind == "source" else said.get("alias")
        if not name or not said.get("schema"):
            return ()
        quoting = {**self.quoting, **{k: v for k, v in mapping(said.get("quoting")).items() if v is not None}}
        dialect = dialect_of(self.dialect)
        places = (("database", said.get("database")), ("schema", said.get("schema")), ("identifier", name))
        return tuple(folded(str(part), dialect, quoted=bool(quoting.get(what))) for what, part in places if part)


def mapping(said: Any) -> Mapping[str, Any]:
    """What should be a JSON object, and is taken as an empty one where it is not."""
    return said if isinstance(said, dict) else {}


def sequence(said: Any) -> list[Any]:
    """What should be a JSON array, and is taken as an empty one where it is not."""
    return said if isinstance(said, list) else []
