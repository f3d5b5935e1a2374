"""What people declare in a YAML file: dashboards and what they read, owners, tags, machines, edges drawn by hand.

    system: bi
    people: [{name: Anna Berg, email: anna@acme.test, logins: [acme:anna]}]
    machines: [acme:pipeline]
    dashboards:
      - {title: Revenue, folder: Finance, owner: anna@acme.test, tags: [tier1],
         reads: [{table: acme:shop.marts.revenue_daily, columns: [day, revenue]}]}
    owners: [{asset: acme:marts.revenue_daily, owner: "#finance"}]
    tags: [{asset: acme:marts.revenue_daily, tags: [pii]}]
    edges: [{from: acme:raw.orders, to: acme:marts.revenue_daily}]

A name is written system:database.schema.table; what is left out on the left is the system's default. A dashboard of
this file is system:Folder/Title. A mistake costs its own entry only, and is said with its line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict

from lineagebot.errors import SourceDenied, SourceUnreadable
from lineagebot.model import (
    Asset,
    AssetKey,
    AssetKind,
    Edge,
    EdgeKind,
    Layer,
    Owner,
    OwnerKind,
    Person,
    Problem,
)
from lineagebot.sql.names import split_name
from lineagebot.store.references import Place
from lineagebot.sync.source import Check, Inventory, InventoryItem, Page

#: What a section may hold, and what each entry must and may say.
SECTIONS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "people": (frozenset({"name"}), frozenset({"email", "logins"})),
    "dashboards": (frozenset({"title"}), frozenset({"folder", "url", "owner", "tags", "reads", "kind", "description"})),
    "owners": (frozenset({"asset", "owner"}), frozenset()),
    "tags": (frozenset({"asset", "tags"}), frozenset()),
    "edges": (frozenset({"from", "to"}), frozenset({"columns"})),
}
TOP = ("system", "machines", *SECTIONS)
BI_KINDS = {str(kind): kind for kind in AssetKind if kind.is_read_by_people}
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")


class DeclaredOptions(BaseModel):
    """One [[sources]] entry with kind = "declared"."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    file: Path


class DeclaredSource:
    """Implements source.Source over one YAML file. It has no log.

    `default_paths`: for each other system the database and schema that a short name is looked for in.
    """

    kind = "declared"
    dialect: str | None = None

    def __init__(self, name: str, file: Path, *, default_paths: Mapping[str, tuple[str, ...]]) -> None:
        self.name = name
        self._file = file
        self._default_paths = dict(default_paths)

    @property
    def default_path(self) -> tuple[str, ...]:
        return ()

    @property
    def places(self) -> tuple[Place, ...]:
        return ()

    def check(self) -> tuple[Check, ...]:
        try:
            found = self._read()
        except (SourceDenied, SourceUnreadable) as exc:
            return (Check("file", False, str(exc), "create the file, or correct `file`"),)
        if found.problems:
            return tuple(Check("file", False, p.message, f"correct {self._file.name}") for p in found.problems)
        return (
            Check("file", True, f"{len(found.items)} assets, {len(found.edges)} edges, {len(found.people)} people"),
        )

    def inventory(self) -> Inventory:
        """Raises SourceDenied and SourceUnreadable; single mistakes are its problems."""
        return self._read()

    def pull(self, cursor: str | None) -> Iterator[Page]:
        """Nothing: a file has no log."""
        return iter(())

    def close(self) -> None:
        """Nothing is held open."""

    def _read(self) -> Inventory:
        try:
            text = self._file.read_text(encoding="utf-8")
        except FileNotFoundError as exc:
            raise SourceUnreadable(f"{self.name}: {self._file} does not exist; create it, or correct `file`") from exc
        except PermissionError as exc:
            raise SourceDenied(f"{self.name}: no permission to read {self._file}; run: chmod a+r {self._file}") from exc
        except (OSError, UnicodeDecodeError) as exc:
            raise SourceUnreadable(f"{self.name}: {self._file} is not UTF-8 text; save it as YAML in UTF-8") from exc
        return read(text, self.name, self._file.name, default_paths=self._default_paths)


def read(text: str, source: str, file: str, *, default_paths: Mapping[str, tuple[str, ...]]) -> Inventory:
    """What the YAML `text` declares. Raises SourceUnreadable where it is no YAML mapping at all."""
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as exc:
        mark = getattr(exc, "problem_mark", None)
        place = f" at line {mark.line + 1}" if mark is not None else ""
        raise SourceUnreadable(f"{source}: {file} is not YAML{place}; correct it") from exc
    if root is not None and not isinstance(root, yaml.MappingNode):
        raise SourceUnreadable(
            f"{source}: {file} must be a mapping with dashboards, owners, tags, edges; see the README"
        )
    reading = _Reading(source, file, default_paths)
    if root is not None:
        reading.take(root)
    return reading.inventory()


class _Wrong(ValueError):
    """One entry cannot be used; the message says why."""


@dataclass(slots=True)
class _Reading:
    source: str
    file: str
    default_paths: Mapping[str, tuple[str, ...]]
    items: dict[AssetKey, InventoryItem] = field(default_factory=dict)
    edges: dict[Edge, None] = field(default_factory=dict)
    people: list[Person] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def inventory(self) -> Inventory:
        return Inventory(
            system=self.source,
            as_of=datetime.now(UTC),
            items=tuple(self.items.values()),
            edges=tuple(self.edges),
            people=tuple(self.people),
            problems=tuple(self.problems),
        )

    def take(self, root: yaml.MappingNode) -> None:
        sections = {}
        for name_node, node in root.value:
            name = str(name_node.value)
            if name not in TOP:
                self.wrong(name_node, f"{name} is no section; there are {', '.join(TOP)}")
            elif name in sections:
                self.wrong(name_node, f"{name} stands here a second time; keep one")
            else:
                sections[name] = node
        self._system(sections.get("system"))
        for name in SECTIONS:  # people first: owners are named after them
            for node, entry in self._entries(sections.get(name), name):
                try:
                    getattr(self, f"_{name}")(entry)
                except _Wrong as exc:
                    self.wrong(node, str(exc))
        self._machines(sections.get("machines"))

    def wrong(self, node: yaml.Node, says: str) -> None:
        line = node.start_mark.line + 1
        self.problems.append(Problem(f"{self.file}, line {line}: {says}", line=line))

    def _system(self, node: yaml.Node | None) -> None:
        if node is not None and _plain(node) != self.source:
            self.wrong(node, f"system is {_plain(node)}, but the source is named {self.source}; its name counts")

    def _entries(self, node: yaml.Node | None, section: str) -> Iterator[tuple[yaml.Node, dict[str, Any]]]:
        if node is None or _plain(node) is None:
            return
        if not isinstance(node, yaml.SequenceNode):
            self.wrong(node, f"{section} must be a list (- ...)")
            return
        must, may = SECTIONS[section]
        for item in node.value:
            entry = _plain(item)
            if not isinstance(entry, dict):
                self.wrong(item, f"an entry of {section} says {', '.join(sorted(must | may))}")
            elif missing := must - entry.keys():
                self.wrong(item, f"an entry of {section} needs {', '.join(sorted(missing))}")
            else:
                for extra in sorted(str(k) for k in entry.keys() - must - may):
                    self.wrong(item, f"{extra} is not known in {section}; it is left out")
                yield item, entry

    def _machines(self, node: yaml.Node | None) -> None:
        for item in node.value if isinstance(node, yaml.SequenceNode) else ():
            try:
                system, login = _login(_plain(item))
            except _Wrong as exc:
                self.wrong(item, str(exc))
                continue
            self.people.append(Person(f"{system}:{login}", login, machine=True, logins=((system, login),)))

    def _people(self, entry: dict[str, Any]) -> None:
        email = _text(entry, "email")
        if email is not None and not _EMAIL.fullmatch(email):
            raise _Wrong(f"{email} is no e-mail address")
        logins = tuple(_login(one) for one in _list(entry, "logins"))
        name = _text(entry, "name") or ""
        if email is None and not logins:
            raise _Wrong(f"{name} needs an email or logins")
        ident = email.lower() if email else ":".join(logins[0])
        self.people.append(Person(ident, name, email.lower() if email else None, logins=logins))

    def _dashboards(self, entry: dict[str, Any]) -> None:
        title, folder = _text(entry, "title") or "", _text(entry, "folder")
        key = AssetKey(self.source, (folder, title) if folder else (title,))
        if not title:
            raise _Wrong("a dashboard needs a title")
        if key in self.items:
            raise _Wrong(f"the dashboard {title} is declared twice; give one another folder or title")
        kind = _text(entry, "kind") or "dashboard"
        if kind not in BI_KINDS:
            raise _Wrong(f"{kind} is no kind of dashboard; there are {', '.join(BI_KINDS)}")
        owner = entry.get("owner")
        owners = () if owner is None else (self._owner(owner),)
        reads = [self._reads(one) for one in _list(entry, "reads")]
        asset = Asset(key, BI_KINDS[kind], title, _text(entry, "url"), _text(entry, "description"))
        self.items[key] = InventoryItem(asset, columns=(), owners=owners, tags=_tags(entry))
        for table, columns in reads:
            self._edge(table, key, columns)

    def _reads(self, entry: Any) -> tuple[AssetKey, tuple[str, ...]]:
        if isinstance(entry, str):
            return self._key(entry), ()
        if not isinstance(entry, dict) or not isinstance(entry.get("table"), str):
            raise _Wrong("reads lists tables: {table: system:schema.table, columns: [...]}")
        return self._key(entry["table"]), _names(entry, "columns")

    def _owners(self, entry: dict[str, Any]) -> None:
        item = self._item(entry["asset"])
        self.items[item.asset.key] = replace(item, owners=(*item.owners, self._owner(entry["owner"])))

    def _tags(self, entry: dict[str, Any]) -> None:
        item = self._item(entry["asset"])
        self.items[item.asset.key] = replace(item, tags=tuple(dict.fromkeys((*item.tags, *_tags(entry)))))

    def _edges(self, entry: dict[str, Any]) -> None:
        self._edge(self._key(entry["from"]), self._key(entry["to"]), _names(entry, "columns"))

    def _edge(self, source: AssetKey, target: AssetKey, columns: tuple[str, ...]) -> None:
        if source == target:
            raise _Wrong(f"an edge from {source} to itself says nothing")
        edge = Edge(source, target, layer=Layer.DECLARED, evidence=self.file)
        self.edges.setdefault(edge)
        for column in columns:
            self.edges.setdefault(replace(edge, kind=EdgeKind.REFERENCE, source_column=column))

    def _item(self, name: Any) -> InventoryItem:
        """The entry for an asset; of another system's, only what is said here."""
        key = self._key(name)
        if key in self.items:
            return self.items[key]
        if key.system == self.source:
            raise _Wrong(f"there is no dashboard {name} in this file")
        return InventoryItem(Asset(key, AssetKind.TABLE, ".".join(key.path[-2:])))

    def _key(self, name: Any) -> AssetKey:
        system, colon, rest = name.partition(":") if isinstance(name, str) else ("", "", "")
        if not colon or not rest.strip():
            raise _Wrong(f"{name!r} is no name; write system:schema.table")
        if system == self.source:
            return AssetKey(system, tuple(part.strip() for part in rest.split("/")))
        parts = split_name(rest.strip(), "postgres")
        if parts is None:
            raise _Wrong(f"{name} is no name; write system:schema.table")
        default = self.default_paths.get(system)
        if default is None:
            raise _Wrong(f"no source is named {system}; there are {', '.join(sorted(self.default_paths)) or 'none'}")
        return AssetKey(system, (*default[: max(0, len(default) + 1 - len(parts))], *parts))

    def _owner(self, said: Any) -> Owner:
        if not isinstance(said, str) or not said.strip():
            raise _Wrong('an owner is an e-mail address or a "#channel" (in quotes)')
        if said.startswith("#"):
            return Owner(OwnerKind.CHANNEL, said, said)
        if said.startswith("@"):
            return Owner(OwnerKind.GROUP, said, said)
        if not _EMAIL.fullmatch(said):
            raise _Wrong(f'{said} is no owner; write an e-mail address or a "#channel" (in quotes)')
        known = next((p.name for p in self.people if p.email == said.lower()), said)
        return Owner(OwnerKind.PERSON, said.lower(), known)


def _plain(node: yaml.Node) -> Any:
    constructor = yaml.constructor.SafeConstructor()
    try:
        return constructor.construct_object(node, deep=True)
    except yaml.YAMLError:
        return node.value


def _text(entry: dict[str, Any], name: str) -> str | None:
    value = entry.get(name)
    if value is not None and not isinstance(value, (str, int, float)):
        raise _Wrong(f"{name} must be text")
    return None if value is None else str(value)


def _list(entry: dict[str, Any], name: str) -> list[Any]:
    value = entry.get(name)
    if value is None:
        return []
    if not isinstance(value, list):
        raise _Wrong(f"{name} must be a list: [a, b]")
    return value


def _names(entry: dict[str, Any], name: str) -> tuple[str, ...]:
    return tuple(str(one) for one in _list(entry, name))


def _tags(entry: dict[str, Any]) -> tuple[str, ...]:
    return _names(entry, "tags")


def _login(said: Any) -> tuple[str, str]:
    system, colon, login = said.partition(":") if isinstance(said, str) else ("", "", "")
    if not colon or not login:
        raise _Wrong(f"{said!r} is no login; write system:login")
    return system, login
