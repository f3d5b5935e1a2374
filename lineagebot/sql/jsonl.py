"""Many cases in, many answers out, as JSON lines: the form in which engines of this kind are compared.

A case has id, dialect, sql, and may have default_db, default_schema, schema {table: {column: type}} and config. Its
answer is the text's net: a table that the text writes and later reads is neither input nor output, and the columns of
what reads it are followed through to where they come from. `reads` has every column that the text reads, to whatever
end: selected, filtered, joined, grouped, ordered; a table of which no column is named stands there with none.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from lineagebot.model import AssetKey, AssetKind, Column, Relation, Session
from lineagebot.sql.catalog import Catalog, paths
from lineagebot.sql.dialects import Dialect, dialect_of
from lineagebot.sql.names import folded_column, split_name
from lineagebot.sql.net import Net
from lineagebot.sql.understand import meanings

Answer = Mapping[str, object]


def answers(lines: Iterable[str | bytes]) -> Iterator[str]:
    """One line of JSON for each line of JSON that holds a case; a line that does not is answered with its error."""
    for line in lines:
        if line.strip():
            yield json.dumps(_answer_to(line))


def _answer_to(line: str | bytes) -> Answer:
    try:
        case = json.loads(line)
    except (ValueError, RecursionError) as mistake:
        return {"id": None, "error": f"this line is no JSON: {mistake}"}
    if not isinstance(case, dict):
        return {"id": None, "error": "this line is no case: a case is an object with id and sql"}
    if not isinstance(case.get("sql"), str):
        return {"id": case.get("id"), "error": "this case has no sql"}
    return answer(case)


def answer(case: Mapping[str, object]) -> Answer:
    """What the case's SQL reads, writes and feeds."""
    dialect = _dialect(case)
    session = Session(
        system="case",
        database=_folded(case.get("default_db"), dialect),
        search_path=tuple(name for name in (_folded(case.get("default_schema"), dialect),) if name),
    )
    net = Net()
    for meaning in meanings(str(case["sql"]), dialect, session, _catalog(case.get("schema"), dialect, session)):
        net.add(meaning)
    return {"id": case.get("id"), **net.said()}


def _dialect(case: Mapping[str, object]) -> Dialect:
    dialect = dialect_of(str(case.get("dialect") or ""))
    config = case.get("config")
    if isinstance(config, Mapping) and config.get("LATERAL_COLUMN_ALIAS_REFERENCE"):
        return replace(dialect, lateral_aliases=True)
    return dialect


def _folded(name: object, dialect: Dialect) -> str | None:
    parts = split_name(name, dialect.name) if isinstance(name, str) and name else None
    return ".".join(parts) if parts else None


def _catalog(schema: object, dialect: Dialect, session: Session) -> Catalog:
    relations = []
    for table, columns in schema.items() if isinstance(schema, Mapping) else ():
        parts = split_name(str(table), dialect.name)
        if parts and isinstance(columns, Mapping):
            known = tuple(
                Column(folded_column(str(name), dialect, quoted=False), str(kind) if kind else None)
                for name, kind in columns.items()
            )
            key = AssetKey(session.system, paths(parts, session)[0])
            relations.append(Relation(key, AssetKind.TABLE, known))
    return Catalog(tuple(relations))
