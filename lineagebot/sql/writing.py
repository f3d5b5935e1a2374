"""What INSERT, UPDATE, DELETE and MERGE do to the rows of a table, and what feeds its columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlglot import exp

from lineagebot.model import (
    Action,
    AssetKind,
    ColumnChange,
)
from lineagebot.sql.cut import Cut, cut
from lineagebot.sql.lineage import Walk
from lineagebot.sql.loading import files_of
from lineagebot.sql.making import named_columns
from lineagebot.sql.meaning import Target
from lineagebot.sql.predicates import every_row_of
from lineagebot.sql.receiving import aligned, receiving
from lineagebot.sql.shapes import (
    COMPUTED,
    COPIED,
    FILTERED,
    JOINED,
    Feeds,
    Scope,
    Shape,
    Table,
    merge,
    shape_of,
)
from lineagebot.sql.sources import add, join
from lineagebot.sql.statement import Ctes, Fed, NoNameError, Statement


def insert(statement: Statement, tree: exp.Expr, ctes: Ctes) -> None:
    walk = statement.walk
    args = tree.args
    ctes = walk.with_(tree, ctes)
    query = args.get("expression")
    shape = walk.query(query, ctes) if isinstance(query, exp.Expr) else Shape([], [], [])
    if isinstance(tree.this, exp.Directory):
        _insert_directory(statement, tree.this, shape)
        return
    target = statement.target(tree.this)
    conflict = args.get("conflict")
    updates = conflict is not None and bool(conflict.expressions)
    table = tree.this.this if isinstance(tree.this, exp.Schema) else tree.this
    partition = table.args.get("partition") or args.get("partition")
    action = Action.OVERWRITE if args.get("overwrite") else Action.MERGE if updates else Action.APPEND
    statement.effect(
        action,
        target,
        partition=partition.sql() if isinstance(partition, exp.Expr) else None,
        every_row=action is Action.OVERWRITE and not isinstance(partition, exp.Expr),
        partial=action is Action.OVERWRITE and cut(query, target.key, walk) is Cut.SOME,
    )
    names = [c.name for c in named_columns(statement, tree.this)]
    fed = list(
        aligned(
            receiving(names, target, shape, by_name=bool(args.get("by_name")), walk=walk, partition=partition), shape
        )
    )
    if updates and conflict is not None:
        fed.extend(_on_conflict(statement, conflict, target, fed, ctes))
    statement.feed(target, fed)
    _returning(statement, tree, target, Scope(None, ctes))


def _insert_directory(statement: Statement, directory: exp.Expr, shape: Shape) -> None:
    """INSERT OVERWRITE DIRECTORY 'path' (Hive, Spark)."""
    for key in files_of(statement, directory.this):
        statement.literals_matter = True
        statement.effect(Action.EXPORT, Target(key), kind=AssetKind.FILE)
        statement.feed(Target(key), zip(shape.names, shape.feeds, strict=True))


def _on_conflict(
    statement: Statement, conflict: exp.Expr, target: Target, fed: Sequence[Fed], ctes: Ctes
) -> Iterable[Fed]:
    scope = Scope(None, ctes)
    scope.add(Shape([n for n, _ in fed], [f for _, f in fed], [None] * len(fed)), "excluded")
    scope.add(statement.walk.table(target.key), target.key.name)
    yield from _assigned(statement, conflict.expressions, scope)
    where = conflict.args.get("where")
    if where is not None:
        statement.walk.refer(where, scope, FILTERED)


def _assigned(statement: Statement, assignments: Iterable[exp.Expr], scope: Scope) -> Iterable[Fed]:
    """SET a = ..., (b, c) = (SELECT ...)."""
    walk = statement.walk
    for node in assignments:
        if not isinstance(node, (exp.EQ, exp.PropertyEQ)):
            continue
        left, right = node.this, node.expression
        if isinstance(left, exp.Tuple):
            yield from _assigned_together(statement, left, right, scope)
        elif isinstance(left, exp.Column):
            feeds: Feeds = {}
            inner = right.unnest() if isinstance(right, exp.Paren) else right
            walk.gather(inner, scope, feeds, COPIED if isinstance(inner, (exp.Column, exp.Subquery)) else COMPUTED)
            yield walk.column_name(left.this), feeds


def _assigned_together(statement: Statement, left: exp.Expr, right: exp.Expr, scope: Scope) -> Iterable[Fed]:
    walk = statement.walk
    names = [walk.column_name(c.this) for c in left.expressions if isinstance(c, exp.Column)]
    if isinstance(right, exp.Query):
        yield from zip(names, walk.query(right, scope.ctes, scope).feeds, strict=False)
        return
    for name, cell in zip(names, right.expressions, strict=False):
        feeds: Feeds = {}
        walk.gather(cell, scope, feeds, COPIED if isinstance(cell, exp.Column) else COMPUTED)
        yield name, feeds


def update(statement: Statement, tree: exp.Expr, ctes: Ctes) -> None:
    walk = statement.walk
    ctes = walk.with_(tree, ctes)
    scope = Scope(None, ctes)
    target = _target_in(statement, tree.this, tree.args.get("from_"), scope)
    fed = list(_assigned(statement, tree.expressions, scope))
    written = tuple(ColumnChange(name) for name, _ in fed if name is not None)
    statement.effect(Action.UPDATE, target, every_row=every_row_of(statement, tree), columns=written)
    _where(statement, tree, scope)
    statement.feed(target, fed)
    _returning(statement, tree, target, scope)


def delete(statement: Statement, tree: exp.Expr, ctes: Ctes) -> None:
    walk = statement.walk
    ctes = walk.with_(tree, ctes)
    scope = Scope(None, ctes)
    named = tree.args.get("tables")
    if named and not isinstance(tree.this, exp.Expr):  # DELETE a WHERE ..., without FROM (BigQuery)
        targets = [_target_in(statement, node, None, scope) for node in named]
    elif named:  # DELETE a, b FROM a JOIN b: the FROM says what the names are
        add(walk, tree.this, scope)
        targets = [_meant_by(statement, node, tree.this) or statement.target(node) for node in named]
    else:
        targets = [_target_in(statement, tree.this, None, scope)]
    for source in tree.args.get("using") or ():
        add(walk, source, scope)
    every_row = every_row_of(statement, tree)
    for target in targets:
        statement.effect(Action.DELETE, target, every_row=every_row)
    _where(statement, tree, scope)
    for target in targets:
        statement.feed(target, ())
        _returning(statement, tree, target, scope)


def _target_in(statement: Statement, node: exp.Expr, from_: exp.Expr | None, scope: Scope) -> Target:
    """The table that an UPDATE or DELETE changes, taken into the scope without counting as an input."""
    walk = statement.walk
    meant = _meant_by(statement, node, from_.this, whole=False) if from_ is not None else None
    if from_ is not None and meant is not None:  # UPDATE alias ... FROM table alias (T-SQL)
        add(walk, from_.this, scope)
        walk.inputs.pop(walk.table(meant.key), None)
        return meant
    target = statement.target(node)
    alias = node.args.get("alias")
    name = walk.column_name(alias.this) if alias is not None and alias.this is not None else target.key.name
    scope.add(_as_source(walk, target), name)
    for joined in node.args.get("joins") or ():
        join(walk, joined, scope)
    if from_ is not None:
        add(walk, from_.this, scope)
    return target


def _as_source(walk: Walk, target: Target) -> Table | Shape:
    """What is written to, as a source of columns that is no input; a temp table without what feeds it."""
    if target.temporary is None:
        return walk.table(target.key)
    columns = target.columns
    return Shape([c.name for c in columns], [{} for _ in columns], [c.type for c in columns], wild={})


def _meant_by(statement: Statement, node: exp.Expr, from_: exp.Expr, *, whole: bool = True) -> Target | None:
    """The table in a FROM that has this alias (or, where `whole`, this name)."""
    walk = statement.walk
    parts = walk.parts(node)
    tables = [from_, *(join.this for join in from_.args.get("joins") or ())]
    for table in tables:
        if not isinstance(table, exp.Table):
            continue
        alias = table.args.get("alias")
        if alias is not None and alias.this is not None and parts == (walk.column_name(alias.this),):
            return statement.target(table)
        if whole and parts and walk.parts(table)[-len(parts) :] == parts:
            return statement.target(table)
    return None


def merge_(statement: Statement, tree: exp.Expr, ctes: Ctes) -> None:
    walk = statement.walk
    ctes = walk.with_(tree, ctes)
    scope = Scope(None, ctes)
    target = statement.target(tree.this)
    alias = tree.this.args.get("alias")
    name = walk.column_name(alias.this) if alias is not None and alias.this is not None else target.key.name
    if not isinstance(tree.args.get("using"), exp.Expr):
        raise NoNameError
    add(walk, tree.args["using"], scope)
    source = shape_of(scope.sources[0]) if scope.sources else Shape([], [], [])
    both = Scope(None, ctes)
    both.sources, both.by_name, both.own_names = list(scope.sources), dict(scope.by_name), set(scope.own_names)
    both.add(_as_source(walk, target), name)
    on = tree.args.get("on")
    if isinstance(on, exp.Expr):
        walk.refer(on, both, JOINED)
    fed: list[Fed] = []
    deletes = False
    for when in tree.args["whens"].expressions:
        condition = when.args.get("condition")
        if condition is not None:
            walk.refer(condition, both, FILTERED)
        deletes = deletes or "DELETE" in str(when.args.get("then")).upper()[:6]
        fed.extend(_when(statement, when.args.get("then"), target, source, scope, both))
    statement.effect(Action.MERGE, target)
    if deletes:
        statement.effect(Action.DELETE, target)
    gathered: dict[str | None, Feeds] = {}
    for column, feeds in fed:
        merge(gathered.setdefault(column, {}), feeds, COPIED)
    statement.feed(target, gathered.items())
    _returning(statement, tree, target, both)


def _when(statement: Statement, then: object, target: Target, source: Shape, only: Scope, both: Scope) -> Iterable[Fed]:
    walk = statement.walk
    if isinstance(then, exp.Update):
        if any(isinstance(node, exp.Star) for node in then.expressions) or not then.expressions:
            yield from zip(source.names, source.feeds, strict=True)
        else:
            yield from _assigned(statement, then.expressions, both)
    elif isinstance(then, exp.Insert):
        if isinstance(then.this, exp.Star) or str(then.args.get("expression")).upper() == "ROW":
            yield from zip(source.names, source.feeds, strict=True)
            return
        columns = then.this.expressions if isinstance(then.this, (exp.Tuple, exp.Schema)) else []
        names: list[str | None] = [walk.column_name(c.this if isinstance(c, exp.Column) else c) for c in columns]
        values = then.args.get("expression")
        cells = values.expressions if isinstance(values, exp.Expr) else []
        if len(cells) == 1 and isinstance(cells[0], exp.Tuple):
            cells = cells[0].expressions
        names = names or [column.name for column in target.columns]
        for at, cell in enumerate(cells):
            feeds: Feeds = {}
            walk.gather(cell, only, feeds, COPIED if isinstance(cell, exp.Column) else COMPUTED)
            implied = walk.column_name(cell.this) if isinstance(cell, exp.Column) and not names else None
            yield (names[at] if at < len(names) else implied), feeds


def _where(statement: Statement, tree: exp.Expr, scope: Scope) -> None:
    for clause in ("where", "order", "limit"):
        node = tree.args.get(clause)
        if node is not None:
            statement.walk.refer(node, scope, FILTERED)


def _returning(statement: Statement, tree: exp.Expr, target: Target, scope: Scope) -> None:
    clause = tree.args.get("returning")
    if clause is None:
        return
    walk = statement.walk
    inside = Scope(None, scope.ctes)
    inside.sources, inside.by_name = list(scope.sources), dict(scope.by_name)
    if not inside.sources:
        inside.add(_as_source(walk, target), target.key.name)
    if not tree.args.get("using") and not tree.args.get("from_") and tree.args.get("with_") is None:
        inside.sources = inside.sources[:1]
    statement.returned = walk.projection(clause.expressions, inside)


def insert_many(statement: Statement, tree: exp.Expr, ctes: Ctes) -> None:
    """One source, many targets: INSERT ALL (Snowflake, Oracle), FROM t INSERT ... INSERT ... (Hive)."""
    walk = statement.walk
    source = tree.args["source"]
    around = Scope(None, walk.with_(tree, ctes))
    if isinstance(source, exp.Query):
        around.add(walk.query(source, around.ctes), "")
    else:
        add(walk, source, around)
    for node in tree.expressions:
        insert = node.this if isinstance(node, exp.ConditionalInsert) else node
        condition = node.args.get("expression") if isinstance(node, exp.ConditionalInsert) else None
        if isinstance(condition, exp.Expr):
            walk.refer(condition, around, FILTERED)
        target = statement.target(insert.this)
        query = insert.args.get("expression")
        if isinstance(query, exp.Select):
            shape = walk.query(query, around.ctes, around)
        elif isinstance(query, exp.Values):
            shape = walk.projection(query.expressions[0].expressions, around)
        else:
            shape = walk.projection([exp.Star()], around)
        statement.effect(
            Action.OVERWRITE if insert.args.get("overwrite") or tree.args.get("overwrite") else Action.APPEND, target
        )
        names = [c.name for c in named_columns(statement, insert.this)]
        statement.feed(
            target, aligned(receiving(names, target, shape, by_name=False, walk=walk, partition=None), shape)
        )
