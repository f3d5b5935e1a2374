"""LookML files (a checkout of Looker's git) as views and explores: includes, extends, refinements, constants resolved.

lkml reads the files; one that it cannot read costs itself alone, and is said. Imported projects are looked for beside
the folder, under their own name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from itertools import islice
from pathlib import Path
from typing import Any

from lineagebot.sync.looker_liquid import MOST, values
from lineagebot.sync.looker_model import Explore, Field, Join, View, fields_named

Raw = Mapping[str, Any]

#: What a view holds that is a field.
_KINDS = {
    "dimensions": "dimension",
    "dimension_groups": "dimension_group",
    "measures": "measure",
    "filters": "filter",
    "parameters": "parameter",
}
_NAMED_LISTS = (*_KINDS, "joins")
_OTHER_TABLE = re.compile(r"\$\{(\w+)\.SQL_TABLE_NAME\}", re.IGNORECASE)
#: Of a query's branches so many are looked at: most of them change what is selected, not what it stands on.
SQLS = 8
#: A view may extend one that extends another.
_DEEPEST = 30


@dataclass(slots=True)
class Lookml:
    """What the files say, by model."""

    views: list[View] = field(default_factory=list)
    explores: list[Explore] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Parts:
    """The raw objects of one model by name, refinements laid over what they refine."""

    model: str
    connection: str | None
    constants: Mapping[str, str] = field(default_factory=dict)
    views: dict[str, Raw] = field(default_factory=dict)
    explores: dict[str, Raw] = field(default_factory=dict)

    def take(self, raw: Raw) -> None:
        """What one file declares, in the order of the includes."""
        for kind, into in (("views", self.views), ("explores", self.explores)):
            for one in raw.get(kind) or ():
                name = str(one.get("name", "")).removeprefix("+")
                into[name] = _merged(into[name], one) if name in into else one

    def built(self) -> tuple[list[View], list[Explore]]:
        """The views and explores that come of it."""
        whole = {name: _whole(name, self.views) for name in self.views}
        views = [self._view(name, raw, whole) for name, raw in whole.items() if raw.get("extension") != "required"]
        explores = [
            self._explore(name, _whole(name, self.explores))
            for name, raw in self.explores.items()
            if raw.get("extension") != "required"
        ]
        return views, explores

    def _view(self, name: str, raw: Raw, whole: Mapping[str, Raw]) -> View:
        derived = raw.get("derived_table") or {}
        source = derived.get("explore_source") or {}
        asked = tuple((str(c.get("name")), str(c.get("field") or c.get("name"))) for c in source.get("columns") or ())
        return View(
            model=self.model,
            name=name,
            connection=self.connection,
            tables=self._values(raw.get("sql_table_name"), raw),
            sqls=tuple(
                islice(
                    (s for t in self._values(derived.get("sql"), raw, SQLS) for s in self._with_tables(t, whole)), MOST
                )
            ),
            explore=source.get("name"),
            columns=asked,
            fields=tuple(_fields(raw)),
            description=raw.get("description"),
        )

    def _explore(self, name: str, raw: Raw) -> Explore:
        base = str(raw.get("from") or raw.get("view_name") or name)
        alias = str(raw.get("view_name") or name)
        joins = [Join(alias, base)]
        for one in raw.get("joins") or ():
            on = (*fields_named(one.get("sql_on")), *([str(one["foreign_key"])] if one.get("foreign_key") else []))
            nested = one.get("sql") is not None and one.get("sql_on") is None
            joins.append(Join(str(one["name"]), str(one.get("from") or one["name"]), on, nested))
        return Explore(
            model=self.model,
            name=name,
            label=str(raw.get("label") or name),
            connection=self.connection,
            joins=tuple(joins),
            always=fields_named(raw.get("sql_always_where")),
        )

    def _with_tables(self, text: str, whole: Mapping[str, Raw], depth: int = 0) -> Iterator[str]:
        """${view.SQL_TABLE_NAME} is that view's table, or its own query: each that it can be."""
        found = _OTHER_TABLE.search(text)
        raw = whole.get(found[1]) if found is not None else None
        if found is None or raw is None or depth > _DEEPEST:
            yield text
            return
        derived = raw.get("derived_table") or {}
        told = list(self._values(raw.get("sql_table_name"), raw))
        told = told or [f"({sql})" for sql in self._values(derived.get("sql"), raw)]
        if not told and derived:
            yield text
            return
        for one in told or [found[1]]:
            yield from self._with_tables(text.replace(found[0], one), whole, depth + 1)

    def _values(self, text: Any, raw: Raw, most: int = MOST) -> tuple[str, ...]:
        if not text:
            return ()
        parameters = {
            str(p["name"]): [str(v.get("value", "")) for v in p.get("allowed_values") or ()]
            or ([str(p["default_value"])] if p.get("default_value") else [])
            for p in raw.get("parameters") or ()
        }
        return values(str(text), parameters=parameters, constants=self.constants, most=most)


def read(folder: Path) -> Lookml:
    """All models of the project in `folder`. Never raises for a file: its trouble is one of the problems."""
    found = Lookml()
    files = _Files(folder, found.problems)
    constants = files.constants()
    for path in sorted(folder.rglob("*.model.lkml")):
        raw = files.load(path)
        if raw is None:
            continue
        parts = Parts(path.name.removesuffix(".model.lkml"), raw.get("connection"), constants)
        for one in files.with_includes(path, raw):
            parts.take(one)
        views, explores = parts.built()
        found.views += views
        found.explores += explores
    return found


@dataclass(slots=True)
class _Files:
    folder: Path
    problems: list[str]
    _loaded: dict[Path, Raw | None] = field(default_factory=dict)

    def load(self, path: Path) -> Raw | None:
        import lkml

        if path not in self._loaded:
            try:
                self._loaded[path] = lkml.load(path.read_text(encoding="utf-8"))
            except Exception as exc:  # noqa: BLE001 - lkml raises IndexError and others for what it cannot read
                self.problems.append(f"{path.name} cannot be read as LookML ({type(exc).__name__}); it is left out")
                self._loaded[path] = None
        return self._loaded[path]

    def constants(self) -> dict[str, str]:
        manifest = self.folder / "manifest.lkml"
        raw = self.load(manifest) if manifest.is_file() else None
        return {str(c.get("name")): str(c.get("value", "")) for c in (raw or {}).get("constants") or ()}

    def with_includes(self, path: Path, raw: Raw) -> Iterator[Raw]:
        """What the file includes, each once and before what includes it, then itself."""
        seen = {path}
        yield from self._included(path, raw, seen)
        yield raw

    def _included(self, path: Path, raw: Raw, seen: set[Path]) -> Iterator[Raw]:
        for pattern in raw.get("includes") or ():
            for file in self._named(str(pattern), path):
                if file in seen:
                    continue
                seen.add(file)
                inner = self.load(file)
                if inner is not None:
                    yield from self._included(file, inner, seen)
                    yield inner

    def _named(self, pattern: str, by: Path) -> list[Path]:
        root = self.folder
        if pattern.startswith("//"):
            project, _, pattern = pattern[2:].partition("/")
            root = next((p for p in (root / "imported_projects" / project, root.parent / project) if p.is_dir()), root)
            tries = [pattern]
        elif pattern.startswith("/"):
            tries = [pattern[1:]]
        else:
            here = by.parent.relative_to(root).as_posix() if by.is_relative_to(root) else "."
            tries = [pattern if here == "." else f"{here}/{pattern}", pattern]
        for one in tries:
            if found := [f for f in _listed(root) if _fits(f.relative_to(root).as_posix(), one)]:
                return found
        return []


def _listed(root: Path) -> Sequence[Path]:
    return sorted(root.rglob("*.lkml"))


def _fits(path: str, pattern: str) -> bool:
    """A star of an include ends at no slash, two stars or an absent ending mean what they do in LookML."""
    ends = (pattern, f"{pattern}.lkml")
    return any(fnmatchcase(path, end) and (path.count("/") == end.count("/") or "**" in end) for end in ends)


def _merged(under: Raw, over: Raw) -> Raw:
    """`over` laid upon `under`: what both name is the upper's, fields and joins are merged by name."""
    found = {**under, **{k: v for k, v in over.items() if k not in ("name", "extends__all", "extends")}}
    for kind in _NAMED_LISTS:
        lists = {str(one.get("name")): one for one in under.get(kind) or ()}
        for one in over.get(kind) or ():
            name = str(one.get("name"))
            lists[name] = {**lists.get(name, {}), **one}
        if lists:
            found[kind] = list(lists.values())
    return {**found, "extends__all": [*_extends(under), *_extends(over)]}


def _extends(raw: Raw) -> list[Any]:
    return list(raw.get("extends__all") or ([raw["extends"]] if raw.get("extends") else []))


def _whole(name: str, all_of: Mapping[str, Raw], depth: int = 0) -> Raw:
    """With all that it extends beneath it."""
    raw = all_of[name]
    found: Raw = {}
    for group in _extends(raw):
        for base in group if isinstance(group, Iterable) and not isinstance(group, str) else (group,):
            if base in all_of and base != name and depth < _DEEPEST:
                found = _merged(found, _whole(str(base), all_of, depth + 1))
    over = {k: v for k, v in raw.items() if k != "extends__all"}
    merged = _merged({k: v for k, v in found.items() if k != "extension"}, over)
    return {**merged, "name": name}


def _fields(raw: Raw) -> Iterator[Field]:
    for key, kind in _KINDS.items():
        for one in raw.get(key) or ():
            yield Field(str(one.get("name")), kind, _text(one.get("sql")), _text(one.get("type")))


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
