"""Rows that come out of files or go into them: COPY, EXPORT DATA."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from lineagebot.model import (
    Action,
    AssetKey,
    AssetKind,
)
from lineagebot.sql.making import named_columns
from lineagebot.sql.meaning import Target
from lineagebot.sql.receiving import aligned
from lineagebot.sql.shapes import (
    Shape,
)
from lineagebot.sql.statement import Ctes, Statement


def copy(statement: Statement, tree: exp.Expr, ctes: Ctes) -> None:
    files = [file for node in tree.args.get("files") or () for file in files_of(statement, node)]
    if not tree.args.get("kind"):
        _unload(statement, tree.this, files)
        return
    if not isinstance(tree.this, (exp.Table, exp.Schema)) or tree.this.name.startswith("@"):
        _unload(statement, tree.this, files)
        return
    target = statement.target(tree.this)
    statement.effect(Action.LOAD, target)
    shape = Shape([], [], [])
    for node in tree.args.get("files") or ():
        if isinstance(node, exp.Query):
            shape = statement.walk.query(node, ctes)
    for key in files:
        statement.walk.inputs[statement.walk.table(key)] = None
    names = [c.name for c in named_columns(statement, tree.this)]
    statement.feed(target, aligned(names or shape.names, shape))


def _unload(statement: Statement, what: exp.Expr, files: Sequence[AssetKey]) -> None:
    walk = statement.walk
    shape = walk.query(what, {})
    for key in files:
        statement.literals_matter = True
        target = Target(key)
        statement.effect(Action.EXPORT, target, kind=AssetKind.FILE)
        statement.feed(target, zip(shape.names, shape.feeds, strict=True))
    if not files:
        for table in list(walk.inputs):
            statement.effect(Action.EXPORT, Target(table.key, None))


def files_of(statement: Statement, node: exp.Expr) -> list[AssetKey]:
    """Places outside the warehouse that have a name of their own: a URL or a stage, no path on somebody's disk."""
    written = (
        node.name if isinstance(node, (exp.Literal, exp.Var)) else node.sql() if isinstance(node, exp.Table) else ""
    )
    written = written.strip("'\"")
    if "://" in written or written.startswith("@"):
        return [AssetKey(statement.context.session.system, (written,))]
    return []


def export(statement: Statement, tree: exp.Expr, ctes: Ctes) -> None:
    """EXPORT DATA OPTIONS (uri = '...') AS SELECT (BigQuery)."""
    files: list[AssetKey] = []
    options = tree.args.get("options")
    for literal in options.find_all(exp.Literal) if options is not None else ():
        files.extend(files_of(statement, literal))
    _unload(statement, tree.this, files)
