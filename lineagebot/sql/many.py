"""One source, many targets: INSERT ALL (Snowflake, Oracle), FROM t INSERT ... INSERT ... (Hive)."""

from __future__ import annotations

from sqlglot import exp

from lineagebot.model import Action
from lineagebot.sql.making import named_columns
from lineagebot.sql.projecting import projection
from lineagebot.sql.receiving import aligned, receiving
from lineagebot.sql.shapes import FILTERED, Scope
from lineagebot.sql.sources import add
from lineagebot.sql.statement import Ctes, Statement
from lineagebot.sql.writing import into_directory


def insert_many(statement: Statement, tree: exp.Expr, ctes: Ctes) -> None:
    walk = statement.walk
    source = tree.args["source"]
    around = Scope(None, walk.with_(tree, ctes))
    if isinstance(source, exp.Query) and not source.alias:
        around.add(walk.query(source, around.ctes), "")
    else:
        add(walk, source, around)
    # The parser forgets the OVERWRITE of INSERT OVERWRITE ALL (Snowflake).
    all_overwritten = statement.context.text[:100].upper().split()[:2] == ["INSERT", "OVERWRITE"]
    for node in tree.expressions:
        insert = node.this if isinstance(node, exp.ConditionalInsert) else node
        condition = node.args.get("expression") if isinstance(node, exp.ConditionalInsert) else None
        if isinstance(condition, exp.Expr):
            walk.refer(condition, around, FILTERED)
        query = insert.args.get("expression")
        if isinstance(query, exp.Select):
            shape = walk.query(query, around.ctes, around)
        elif isinstance(query, exp.Values):
            shape = projection(walk, query.expressions[0].expressions, around)
        else:
            shape = projection(walk, [exp.Star()], around)
        if isinstance(insert.this, exp.Directory):
            into_directory(statement, insert.this, shape)
            continue
        target = statement.target(insert.this)
        table = insert.this.this if isinstance(insert.this, exp.Schema) else insert.this
        partition = table.args.get("partition") or insert.args.get("partition")
        overwrites = bool(insert.args.get("overwrite")) or all_overwritten
        statement.effect(
            Action.OVERWRITE if overwrites else Action.APPEND,
            target,
            partition=partition.sql() if isinstance(partition, exp.Expr) else None,
            every_row=overwrites and not isinstance(partition, exp.Expr),
        )
        names = [c.name for c in named_columns(statement, insert.this)]
        statement.feed(
            target, aligned(receiving(names, target, shape, by_name=False, walk=walk, partition=partition), shape)
        )
