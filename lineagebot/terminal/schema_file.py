"""The tables that a person knows, from a file: JSON or YAML {table: {column: type}}, or what dbt wrote.

Of dbt: target/catalog.json (what stands in the warehouse) and target/manifest.json (what the project documents).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import yaml

from lineagebot.errors import BadRequest
from lineagebot.model import AssetKey, AssetKind, Column, Relation
from lineagebot.sql.catalog import Catalog
from lineagebot.sql.dialects import Dialect
from lineagebot.sql.names import folded_column, split_name

_SHAPE = '{"marts.revenue": {"day": "date"}}'
#: Where dbt keeps its relations.
_DBT = ("nodes", "sources")

#: A table's name as parts, and its columns with their types.
_Known = tuple[tuple[str, ...], dict[str, str | None]]


def catalog_from(path: Path, dialect: Dialect, system: str) -> Catalog:
    """What the file knows. Raises BadRequest with a sentence where it cannot be read or is of another shape."""
    content = _content(path)
    if not isinstance(content, Mapping):
        raise BadRequest(f"{path} holds no tables; expected {_SHAPE}")
    is_dbt = isinstance(content.get("metadata"), Mapping) and any(isinstance(content.get(k), Mapping) for k in _DBT)
    known = _of_dbt(content) if is_dbt else _of_tables(path, content, dialect)
    return Catalog(
        tuple(
            Relation(
                AssetKey(system, parts), AssetKind.TABLE, tuple(_column(n, t, dialect) for n, t in columns.items())
            )
            for parts, columns in known
            if columns
        )
    )


def _column(name: str, type_: str | None, dialect: Dialect) -> Column:
    return Column(folded_column(name, dialect, quoted=False), type_)


def _content(path: Path) -> object:
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as exc:
        raise BadRequest(f"{path} cannot be read: {exc.strerror}") from exc
    except UnicodeDecodeError as exc:
        raise BadRequest(f"{path} is no text") from exc
    try:
        return json.loads(text)
    except ValueError as exc:
        if path.suffix == ".json":
            raise BadRequest(f"{path} is no JSON: {exc}") from exc
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as exc:
        mark = getattr(exc, "problem_mark", None)
        where = f" (line {mark.line + 1})" if mark is not None else ""
        raise BadRequest(f"{path} is neither JSON nor YAML{where}") from exc


def _of_tables(path: Path, content: Mapping[object, object], dialect: Dialect) -> Iterator[_Known]:
    for table, columns in content.items():
        parts = split_name(str(table), dialect.name)
        if parts is None:
            raise BadRequest(f"{path}: {table!r} is no name of a table in {dialect.name}")
        if isinstance(columns, Mapping):
            yield parts, {str(name): str(kind) if kind else None for name, kind in columns.items()}
        elif isinstance(columns, list):
            yield parts, {str(name): None for name in columns}
        else:
            raise BadRequest(f"{path}: the columns of {table!r} are not listed; expected {_SHAPE}")


def _of_dbt(content: Mapping[object, object]) -> Iterator[_Known]:
    for kind in _DBT:
        nodes = content.get(kind)
        for node in nodes.values() if isinstance(nodes, Mapping) else ():
            if isinstance(node, Mapping) and isinstance(node.get("columns"), Mapping):
                yield _relation(node), _documented(node["columns"])


def _relation(node: Mapping[str, object]) -> tuple[str, ...]:
    """A catalog says it in `metadata`; a manifest beside the columns, and calls the table alias or identifier."""
    metadata = node.get("metadata")
    said = metadata if isinstance(metadata, Mapping) else node
    name = said.get("alias") or said.get("identifier") or said.get("name")
    return tuple(str(part) for part in (said.get("database"), said.get("schema"), name) if part)


def _documented(columns: Mapping[str, object]) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    for key, column in columns.items():
        said = column if isinstance(column, Mapping) else {}
        type_ = said.get("type") or said.get("data_type")
        found[str(said.get("name") or key)] = str(type_) if type_ else None
    return found
