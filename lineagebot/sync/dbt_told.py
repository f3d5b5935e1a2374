"""What dbt tells of each asset beyond its edges: owners, tags, descriptions, tests, freshness, its last run."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lineagebot.model import Asset, AssetKey, Column, Owner
from lineagebot.sql.dialects import dialect_of
from lineagebot.sql.names import folded_column
from lineagebot.sync.dbt_artifacts import Artifact, time_of
from lineagebot.sync.dbt_nodes import OWN, RELATIONS, Node, Project, mapping, sequence
from lineagebot.sync.dbt_runs import Status
from lineagebot.sync.owners import channel_of, owner_of
from lineagebot.sync.source import InventoryItem

#: Characters of one fact; a `meta` may hold a whole document.
LONGEST = 1_000
#: Failing tests that are named.
_NAMED = 5

Facts = dict[str, str]


@dataclass(frozen=True, slots=True)
class Told:
    """All that the artifacts hold, put together."""

    project: Project
    catalog: Artifact | None
    freshness: Artifact | None
    statuses: Mapping[str, Status]

    def items(self) -> tuple[InventoryItem, ...]:
        """Each asset once: where a source is another model's table, the model speaks first."""
        tests = self._tests()
        columns = self._columns()
        fresh = _freshness(self.freshness)
        found: dict[AssetKey, InventoryItem] = {}
        nodes = (node for node in self.project.in_order if node.key is not None)
        for node in sorted(nodes, key=lambda n: n.type == "source"):
            assert node.key is not None
            facts = dict(self._facts(node, tests, fresh))
            item = InventoryItem(
                Asset(node.key, node.kind, _title(node), _url(node), _text(node.said.get("description"))),
                columns=columns.get(node.key) if node.type in RELATIONS else (),
                owners=tuple(self._owners(node)),
                tags=_tags(node),
                facts=tuple(facts.items()),
            )
            first = found.get(node.key)
            found[node.key] = item if first is None else _joined(first, item)
        return tuple(found.values())

    # Who

    def _owners(self, node: Node) -> Iterator[Owner]:
        told = (*self._named(node), *self._group(node))
        yield from dict.fromkeys(owner for owner in told if owner is not None)

    def _named(self, node: Node) -> Iterator[Owner | None]:
        if node.type == "exposure":
            yield from _people(mapping(node.said.get("owner")))
        said = _meta(node).get("owner")
        for one in said if isinstance(said, list) else [said]:
            if isinstance(one, dict):
                yield from _people(one)
            else:
                yield owner_of(one)

    def _group(self, node: Node) -> Iterator[Owner | None]:
        name = node.config.get("group") or node.said.get("group")
        group = self.project.groups.get(str(name)) if name else None
        if group is not None:
            yield from _people(mapping(group.get("owner")))

    # What

    def _facts(self, node: Node, tests: Mapping[str, str], fresh: Mapping[str, str]) -> Iterator[tuple[str, str]]:
        yield "dbt", node.id
        for name, value in _plain_facts(node):
            if value:
                yield name, value[:LONGEST]
        if (last := self.project_status(node)) is not None:
            yield "last run", last[:LONGEST]
        if node.id in tests:
            yield "tests", tests[node.id][:LONGEST]
        if node.id in fresh:
            yield "freshness", fresh[node.id]
        yield from self._column_facts(node)

    def project_status(self, node: Node) -> str | None:
        """How it ended when it last ran, in words."""
        status = self.statuses.get(node.id)
        if status is None or node.type not in RELATIONS:
            return None
        took = "" if status.seconds is None else f" in {status.seconds:,.1f} s"
        why = f": {status.message}" if status.message else ""
        return f"{status.says} on {status.at:%Y-%m-%d %H:%M} UTC{took}{why}"

    def _column_facts(self, node: Node) -> Iterator[tuple[str, str]]:
        dialect = dialect_of(self.project.dialect)
        for said in map(mapping, mapping(node.said.get("columns")).values()):
            name = said.get("name")
            told = " · ".join(_of_column(said))
            if isinstance(name, str) and name and told:
                yield f"column {folded_column(name, dialect, quoted=bool(said.get('quote')))}", told[:LONGEST]

    def _tests(self) -> dict[str, str]:
        """Node → how its tests ended when they last ran."""
        by_node: dict[str, list[tuple[str, Status | None]]] = {}
        for ident, said in self.project.tests.items():
            attached = said.get("attached_node")
            parents = sequence(mapping(said.get("depends_on")).get("nodes"))
            for node in [attached] if attached else parents:
                by_node.setdefault(str(node), []).append((str(said.get("name")), self.statuses.get(ident)))
        return {node: _ended(tests) for node, tests in by_node.items()}

    def _columns(self) -> dict[AssetKey, tuple[Column, ...]]:
        """What catalog.json says of the tables that are the models' own; it may be of another target's."""
        if self.catalog is None:
            return {}
        dialect = dialect_of(self.project.dialect)
        found = {}
        for part in ("nodes", "sources"):
            for ident, said in mapping(self.catalog.body.get(part)).items():
                node = self.project.nodes.get(ident)
                if node is None or node.key is None or not _is_of(mapping(mapping(said).get("metadata")), node.key):
                    continue
                told = sorted(
                    (c for c in map(mapping, mapping(said.get("columns")).values()) if isinstance(c.get("name"), str)),
                    key=lambda c: c["index"] if isinstance(c.get("index"), int) else 0,
                )
                found[node.key] = tuple(
                    Column(folded_column(c["name"], dialect, quoted=True), _text(c.get("type"))) for c in told
                )
        return found


def _is_of(metadata: Mapping[str, Any], key: AssetKey) -> bool:
    """Whether a row of the catalog is of that very table, and not of its namesake in a developer's schema."""
    told = [str(metadata[name]).lower() for name in ("schema", "name") if metadata.get(name)]
    return told == [part.lower() for part in key.path[-len(told) :]] if told else False


def _title(node: Node) -> str:
    if node.type in OWN:
        return str(node.said.get("label") or node.said.get("name") or node.id)
    assert node.key is not None
    return ".".join(node.key.path[-2:])


def _url(node: Node) -> str | None:
    return _text(node.said.get("url")) if node.type == "exposure" else None


def _meta(node: Node) -> dict[str, Any]:
    """It stands at two places since dbt 1.10: what `config` says wins."""
    return {
        **mapping(node.said.get("source_meta")),
        **mapping(node.said.get("meta")),
        **mapping(node.config.get("meta")),
    }


def _tags(node: Node) -> tuple[str, ...]:
    told: list[object] = []
    for said in (node.said.get("tags"), node.config.get("tags")):
        told += [said] if isinstance(said, str) else sequence(said)
    return tuple(dict.fromkeys(str(tag) for tag in told if tag))


def _people(owner: Mapping[str, Any]) -> Iterator[Owner | None]:
    """The channel first: it is where a team hears; then the address, else the bare name."""
    slack = next((owner[k] for k in ("slack_channel", "slack", "channel") if owner.get(k)), None)
    yield channel_of(slack)
    emails, name = owner.get("email"), owner.get("name")
    for email in emails if isinstance(emails, list) else [emails]:
        yield owner_of(email, name)
    if not emails and not slack:
        yield owner_of(name)


def _plain_facts(node: Node) -> Iterator[tuple[str, str | None]]:
    said = node.said
    yield "description", _text(said.get("description"))
    if node.type in OWN:
        yield "type", _text(said.get("type")) or node.type.replace("_", " ")
        yield "maturity", _text(said.get("maturity"))
    else:
        yield "materialized", node.materialized or node.type
    yield "access", _text(said.get("access")) if said.get("access") != "protected" else None
    yield "group", _text(node.config.get("group") or said.get("group"))
    yield "version", _version(said)
    yield "deprecated from", _text(said.get("deprecation_date"))
    contract = mapping(said.get("contract") or node.config.get("contract"))
    yield "contract", "enforced" if contract.get("enforced") else None
    yield "language", _text(said.get("language")) if said.get("language", "sql") != "sql" else None
    yield "file", _text(said.get("original_file_path"))
    yield "loader", _text(said.get("loader"))
    for name, value in _meta(node).items():
        if name != "owner":
            yield f"meta {name}", value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _version(said: Mapping[str, Any]) -> str | None:
    version, latest = said.get("version"), said.get("latest_version")
    if version is None:
        return None
    return f"{version}, the latest" if version == latest else f"{version}; the latest is {latest}"


def _of_column(said: Mapping[str, Any]) -> Iterator[str]:
    if description := _text(said.get("description")):
        yield description
    config = mapping(said.get("config"))
    tags = dict.fromkeys(str(tag) for tag in (*sequence(said.get("tags")), *sequence(config.get("tags"))))
    if tags:
        yield f"tagged {', '.join(tags)}"
    meta = {**mapping(said.get("meta")), **mapping(config.get("meta"))}
    yield from (f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in meta.items())


def _ended(tests: Iterable[tuple[str, Status | None]]) -> str:
    """ "3 pass, 1 fail (not_null_orders_amount: 12 rows), 2 never ran"."""
    told = list(tests)
    count = Counter(status.says if status is not None else "never ran" for _, status in told)
    order = sorted(count, key=lambda says: (says != "pass", says == "never ran", says))
    return ", ".join(
        f"{count[says]} {says}{_names(says, told) if says not in ('pass', 'never ran') else ''}" for says in order
    )


def _names(says: str, told: Iterable[tuple[str, Status | None]]) -> str:
    found = [
        name + (f": {status.failures:,} rows" if status.failures else "")
        for name, status in told
        if status is not None and status.says == says
    ]
    more = f" and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
    return f" ({', '.join(found[:_NAMED])}{more})"


def _freshness(artifact: Artifact | None) -> dict[str, str]:
    """Source → how fresh its newest row was when dbt last looked."""
    found = {}
    for said in map(mapping, sequence(artifact.body.get("results")) if artifact is not None else ()):
        ident, status = said.get("unique_id"), _text(said.get("status"))
        looked, newest = time_of(said.get("snapshotted_at")), time_of(said.get("max_loaded_at"))
        if isinstance(ident, str) and status:
            row = f"; newest row of {newest:%Y-%m-%d %H:%M}" if newest else ""
            found[ident] = f"{status}{row}" + (f", seen on {looked:%Y-%m-%d %H:%M} UTC" if looked else "")
    return found


def _joined(first: InventoryItem, second: InventoryItem) -> InventoryItem:
    """The same table told twice, the first one's word before the second's."""
    return InventoryItem(
        first.asset,
        columns=first.columns if first.columns is not None else second.columns,
        owners=tuple(dict.fromkeys((*first.owners, *second.owners))),
        tags=tuple(dict.fromkeys((*first.tags, *second.tags))),
        facts=tuple({**dict(second.facts), **dict(first.facts)}.items()),
    )


def _text(said: Any) -> str | None:
    return said.strip() or None if isinstance(said, str) else None
