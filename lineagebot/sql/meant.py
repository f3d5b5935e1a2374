"""What the name of a column means: a column of a source, a field inside of one, or a whole row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlglot import exp

from lineagebot.sql import structs
from lineagebot.sql.shapes import (
    Feeds,
    Origin,
    Scope,
    Table,
    whole_row,
)

if TYPE_CHECKING:
    from lineagebot.sql.lineage import Walk

#: Where a column may hold fields, and a dot leads to them.
_WITH_FIELDS = frozenset({"bigquery", "databricks", "spark", "hive", "trino", "athena", "duckdb"})


def meant(walk: Walk, node: exp.Expr, scope: Scope) -> Feeds | Origin | None:
    """What feeds a column that an expression names; None where it names no column of an asset."""
    args = node.args
    this = args["this"]
    table = args.get("table")
    if table is None:
        if type(this) is exp.Star:
            return None
        name = walk.column_name(this)
        if walk.not_columns and name in walk.not_columns and scope.holding(name) is None:
            return scope.aliases.get(name)
        return scope.unqualified(name)
    db = args.get("db")
    qualifier = walk.alias(table)
    source = None if db is not None else scope.by_name.get(qualifier)
    if source is None:
        source = scope.source_named(qualifier, f"{walk.alias(db)}.{qualifier}" if db is not None else "")
    if type(this) is exp.Star:
        return whole_row(source) if source is not None else None
    if source is not None:
        name = walk.column_name(this)
        return source.find(name) if name in walk.pseudo_columns else source.reach(name)
    return _field(walk, node, scope)


def _field(walk: Walk, node: exp.Expr, scope: Scope) -> Feeds | Origin | None:
    """a.b where a is no table: the field b of a struct in column a, or of column b of table a in a.b.c."""
    *path, last = structs.path_of(node)
    first = walk.column_name(path[0])
    if first in walk.not_columns and scope.holding(first) is None:
        return None  # the row of a loop
    known = structs.along(walk, path, scope)
    found = known.reach(walk.column_name(last)) if known is not None else None
    return whole(walk, path, scope) if found is None else found


def whole(walk: Walk, path: Sequence[exp.Expr], scope: Scope) -> Feeds | Origin | None:
    """The column that a dotted path of names begins with."""
    if len(path) > 1:
        first = walk.alias(path[0])
        source = scope.source_named(first, "")
        if source is not None:
            return source.reach(walk.column_name(path[1]))
        known = [name for s in scope.sources if isinstance(s, Table) for name in s.key.path]
        if walk.dialect.name not in _WITH_FIELDS or first in known:
            return None  # a schema or a database, not a column with fields in its fields
    found = scope.unqualified(walk.column_name(path[0]))
    if walk.dialect.name == "postgres" and isinstance(found, tuple) and found[0].types is None:
        return None  # more likely a name that we do not know than a struct
    return found
