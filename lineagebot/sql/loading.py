"""Rows that come out of files or go into them: COPY, EXPORT DATA, LOAD DATA."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from lineagebot.model import (
    Action,
    AssetKey,
    AssetKind,
)
from lineagebot.sql.files import place, places_kept
from lineagebot.sql.making import named_columns
from lineagebot.sql.meaning import Target
from lineagebot.sql.projecting import projection
from lineagebot.sql.receiving import aligned
from lineagebot.sql.shapes import (
    Scope,
    Shape,
)
from lineagebot.sql.sources import add
from lineagebot.sql.statement import Ctes, NoNameError, Statement


def copy(statement: Statement, tree: exp.Expr, ctes: Ctes) -> None:
    what = tree.this
    beyond = tree.args.get("files") or ()
    into = files_of(statement, what.this if isinstance(what, exp.Schema) else what)
    if not tree.args.get("kind"):  # COPY t TO 'x'
        _unload(statement, _rows_of(statement, what), [file for node in beyond for file in files_of(statement, node)])
    elif into and not _is_table(what):  # COPY INTO @stage FROM t (Snowflake)
        for node in beyond:
            _unload(statement, _rows_of(statement, node), into)
    else:
        _load(statement, what, beyond, ctes)


def _is_table(node: exp.Expr) -> bool:
    """A table that is known by its path (delta.`/x/y`) is one all the same."""
    return isinstance(node, (exp.Table, exp.Schema)) and isinstance(node.this, (exp.Identifier, exp.Table))


def _load(statement: Statement, what: exp.Expr, sources: Sequence[exp.Expr], ctes: Ctes) -> None:
    if not isinstance(what, (exp.Table, exp.Schema)):
        raise NoNameError
    target = statement.target(what)
    statement.effect(Action.LOAD, target)
    shape = Shape([], [], [])
    for node in sources:
        if isinstance(node, exp.Query):
            shape = statement.walk.query(node, ctes)
            continue
        for key in files_of(statement, node):
            statement.walk.inputs[statement.walk.table(key)] = None
    names = [c.name for c in named_columns(statement, what)]
    statement.feed(target, aligned(names or shape.names, shape))


def _rows_of(statement: Statement, what: exp.Expr) -> Shape:
    """The rows of a query, a table, or of some columns of one."""
    walk = statement.walk
    if not isinstance(what, exp.Schema):
        return walk.query(what, {})
    scope = Scope(None, {})
    add(walk, what.this, scope)
    return projection(walk, [exp.Column(this=name) for name in what.expressions], scope)


def _unload(statement: Statement, shape: Shape, files: Sequence[AssetKey]) -> None:
    for key in files:
        statement.literals_matter = True
        target = Target(key)
        statement.effect(Action.EXPORT, target, kind=AssetKind.FILE)
        statement.feed(target, zip(shape.names, shape.feeds, strict=True))
    if not files:
        for table in list(statement.walk.inputs):
            statement.effect(Action.EXPORT, Target(table.key, None))


def files_of(statement: Statement, node: exp.Expr) -> list[AssetKey]:
    """The place outside the warehouse that a literal or a stage names, where it names one."""
    statement.literals_matter = True
    path = place(node, statement.context.dialect)
    return [AssetKey(statement.context.session.system, (path,))] if path else []


def export(statement: Statement, tree: exp.Expr, ctes: Ctes) -> None:
    """EXPORT DATA OPTIONS (uri = '...') AS SELECT (BigQuery)."""
    statement.literals_matter = True
    paths = places_kept(tree.args.get("options"), statement.context.dialect)
    files = [AssetKey(statement.context.session.system, (path,)) for path in paths]
    _unload(statement, statement.walk.query(tree.this, ctes), files)


def load_data(statement: Statement, tree: exp.Expr, ctes: Ctes) -> None:
    """LOAD DATA INTO t FROM FILES (uris = [...]) (BigQuery)."""
    statement.literals_matter = True
    target = statement.target(tree.this)
    overwrite = bool(tree.args.get("overwrite"))
    statement.effect(Action.OVERWRITE if overwrite else Action.LOAD, target, every_row=overwrite)
    for path in places_kept(tree.args.get("files"), statement.context.dialect):
        statement.walk.inputs[statement.walk.table(AssetKey(statement.context.session.system, (path,)))] = None
    statement.feed(target, ())
