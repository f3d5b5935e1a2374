"""SET a = ..., (b, c) = ...: which column each assignment fills, and with what."""

from __future__ import annotations

from collections.abc import Iterable

from sqlglot import exp

from lineagebot.sql.shapes import COMPUTED, COPIED, Feeds, Scope
from lineagebot.sql.statement import Fed, Statement


def assigned(statement: Statement, assignments: Iterable[exp.Expr], scope: Scope) -> Iterable[Fed]:
    """SET a = ..., (b, c) = (SELECT ...)."""
    walk = statement.walk
    for node in assignments:
        if not isinstance(node, (exp.EQ, exp.PropertyEQ)):
            continue
        left, right = node.this, node.expression
        while isinstance(left, exp.Bracket):  # SET a[1] = ...
            left = left.this
        if isinstance(left, exp.Tuple):
            yield from _together(statement, left, right, scope)
        elif isinstance(left, exp.Column):
            feeds: Feeds = {}
            inner = right.unnest() if isinstance(right, exp.Paren) else right
            walk.gather(inner, scope, feeds, COPIED if isinstance(inner, (exp.Column, exp.Subquery)) else COMPUTED)
            yield _column(statement, left, scope), feeds


def _column(statement: Statement, left: exp.Expr, scope: Scope) -> str:
    """The column that is set: a in SET t.a, and also in SET t.a.field where columns have fields."""
    walk = statement.walk
    qualifiers = [left.args[part] for part in ("catalog", "db", "table") if left.args.get(part) is not None]
    if qualifiers and statement.context.dialect.name in _WITH_FIELDS:
        names = [walk.alias(part) for part in qualifiers]
        if scope.source_named(names[-1], "") is None:
            is_table = scope.source_named(names[0], "") is not None
            return walk.column_name(qualifiers[1] if is_table and len(qualifiers) > 1 else qualifiers[0])
    return walk.column_name(left.this)


_WITH_FIELDS = frozenset({"bigquery", "databricks", "spark", "hive", "trino", "athena", "duckdb"})


def _together(statement: Statement, left: exp.Expr, right: exp.Expr, scope: Scope) -> Iterable[Fed]:
    walk = statement.walk
    names = [walk.column_name(c.this) for c in left.expressions if isinstance(c, exp.Column)]
    if isinstance(right, exp.Query):
        yield from zip(names, walk.query(right, scope.ctes, scope).feeds, strict=False)
        return
    for name, cell in zip(names, right.expressions, strict=False):
        feeds: Feeds = {}
        walk.gather(cell, scope, feeds, COPIED if isinstance(cell, exp.Column) else COMPUTED)
        yield name, feeds
