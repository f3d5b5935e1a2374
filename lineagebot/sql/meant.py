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
    this = node.args["this"]
    return named(walk, node, walk.column_name(this) if this.__class__ is not exp.Star else "", scope)


def named(walk: Walk, node: exp.Expr, name: str, scope: Scope) -> Feeds | Origin | None:
    """As `meant`, of a column whose own name is known; "" for a star."""
    args = node.args
    table = args.get("table")
    if table is None:
        if not name:
            return None
        if name in walk.not_columns and scope.holding(name) is None:
            return scope.aliases.get(name)
        return scope.unqualified(name)
    qualifier = walk.alias(table)
    if args.get("db") is None:
        source = scope.by_name.get(qualifier) or scope.source_named(qualifier, "")
    else:
        source = scope.source_named(qualifier, f"{walk.alias(args['db'])}.{qualifier}")
    if not name:
        return whole_row(source) if source is not None else None
    if source is None:
        return _field(walk, node, scope)
    return source.find(name) if name in walk.pseudo_columns else source.reach(name)


def _field(walk: Walk, node: exp.Expr, scope: Scope) -> Feeds | Origin | None:
    """a.b where a is no table: the field b of a struct in column a, or of column b of table a in a.b.c."""
    first = structs.first_of(node)
    name = walk.column_name(first)
    nowhere = structs.leads_nowhere(walk, first, scope)
    if name in walk.not_columns and (nowhere or scope.holding(name) is None):
        return None  # the row of a loop
    if nowhere and node.args.get("db") is not None:
        return _stranger(walk, first, name, scope)
    *path, last = structs.path_of(node)
    known = structs.along(walk, path, scope) if not nowhere else None
    found = known.reach(walk.column_name(last)) if known is not None else None
    return whole(walk, path, scope) if found is None else found


def _stranger(walk: Walk, first: exp.Expr, name: str, scope: Scope) -> Feeds | Origin | None:
    """As `whole`, of a longer path whose first name is neither a source's nor that of a column that is known."""
    if walk.dialect.name not in _WITH_FIELDS:
        return None
    alias = walk.alias(first)
    for source in scope.sources:
        if type(source) is Table and alias in source.key.path:
            return None  # a schema or a database
    return scope.unqualified(name)


def whole(walk: Walk, path: Sequence[exp.Expr], scope: Scope) -> Feeds | Origin | None:
    """The column that a dotted path of names begins with."""
    if len(path) > 1:
        first = walk.alias(path[0])
        source = scope.source_named(first, "")
        if source is not None:
            name = walk.column_name(path[1])
            return source.find(name) if name in walk.pseudo_columns else source.reach(name)
        outer = any(isinstance(s, Table) and first in s.key.path for s in scope.sources)
        if outer or walk.dialect.name not in _WITH_FIELDS:
            return None  # a schema or a database, not a column with fields in its fields
    found = scope.unqualified(walk.column_name(path[0]))
    if walk.dialect.name == "postgres" and isinstance(found, tuple) and found[0].types is None:
        return None  # more likely a name that we do not know than a struct
    return found
