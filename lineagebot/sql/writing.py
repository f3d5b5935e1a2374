"""What INSERT, UPDATE and DELETE do to the rows of a table, and what feeds its columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlglot import exp

from lineagebot.model import (
    Action,
    AssetKind,
    ColumnChange,
)
from lineagebot.sql.assigning import assigned
from lineagebot.sql.cut import Cut, cut
from lineagebot.sql.lineage import Walk
from lineagebot.sql.loading import files_of
from lineagebot.sql.making import named_columns
from lineagebot.sql.meaning import Target
from lineagebot.sql.predicates import every_row_of
from lineagebot.sql.projecting import projection
from lineagebot.sql.receiving import aligned, receiving
from lineagebot.sql.shapes import (
    COPIED,
    FILTERED,
    Feeds,
    Scope,
    Shape,
    Source,
    Table,
    merge,
)
from lineagebot.sql.sources import add, join
from lineagebot.sql.statement import Ctes, Fed, NoNameError, Statement


def insert(statement: Statement, tree: exp.Expr, ctes: Ctes) -> None:
    walk = statement.walk
    args = tree.args
    ctes = walk.with_(tree, ctes)
    query = args.get("expression") or args.get("source")  # INSERT INTO t TABLE s
    shape = walk.query(query, ctes) if isinstance(query, exp.Expr) else Shape([], [], [])
    statement.opens = shape.opens
    if isinstance(tree.this, exp.Directory):
        into_directory(statement, tree.this, shape)
        return
    target = statement.target(tree.this)
    conflict = args.get("conflict")
    updates = conflict is not None and bool(conflict.expressions)
    table = tree.this.this if isinstance(tree.this, exp.Schema) else tree.this
    partition = table.args.get("partition") or args.get("partition")
    taken_out = _replaced(args)
    upserts = updates or (args.get("alternative") is not None and str(args["alternative"]).upper() == "REPLACE")
    overwrites = bool(args.get("overwrite")) or taken_out is not None
    mode = statement.context.session.overwrite_mode
    written = _WRITTEN.get(mode) if overwrites else None
    replaced = taken_out or (partition.sql() if isinstance(partition, exp.Expr) else written)
    action = Action.OVERWRITE if overwrites else Action.MERGE if upserts else Action.APPEND
    if (isinstance(partition, exp.Expr) and partition.find(exp.Literal) is not None) or taken_out is not None:
        statement.literals_matter = True
    left = cut(query, target.key, statement) if isinstance(query, exp.Expr) else Cut.ALL
    statement.effect(
        action,
        target,
        partition=replaced,
        every_row=overwrites and (replaced is None or (mode == "static" and taken_out is None and _is_any(partition))),
        partial=overwrites and left is Cut.SOME,
        empty=left is Cut.NONE,
    )
    names = [c.name for c in named_columns(statement, tree.this)]
    fed = list(
        aligned(
            receiving(names, target, shape, by_name=bool(args.get("by_name")), walk=walk, partition=partition), shape
        )
    )
    if updates and conflict is not None:
        gathered: dict[str | None, Feeds] = {}
        for column, feeds in (*fed, *_on_conflict(statement, conflict, target, fed, ctes, query)):
            merge(gathered.setdefault(column, {}), feeds, COPIED)
        fed = list(gathered.items())
    statement.feed(target, fed)
    returning(statement, tree, target, Scope(None, ctes))


#: What an overwrite takes out of a table where the session says so, whichever its partitions are.
_WRITTEN = {"dynamic": "those written"}


def _is_any(partition: object) -> bool:
    """PARTITION (day) with no value: Spark takes out every partition first, unless it is told to be dynamic."""
    return isinstance(partition, exp.Expr) and partition.find(exp.EQ) is None


def _replaced(args: Mapping[str, object]) -> str | None:
    """Which rows INSERT INTO t REPLACE WHERE ..., or REPLACE USING (...), takes out first (Databricks)."""
    where, using = args.get("where"), args.get("using")
    if where is None and using is None:
        return None
    if isinstance(where, exp.Expr):
        return where.sql()
    return ", ".join(str(node) for node in using) if isinstance(using, list) and using else None


def into_directory(statement: Statement, directory: exp.Expr, shape: Shape) -> None:
    """INSERT OVERWRITE DIRECTORY 'path' (Hive, Spark)."""
    for key in files_of(statement, directory.this):
        statement.literals_matter = True
        statement.effect(Action.EXPORT, Target(key), kind=AssetKind.FILE)
        statement.feed(Target(key), zip(shape.names, shape.feeds, strict=True))


def _on_conflict(
    statement: Statement, conflict: exp.Expr, target: Target, fed: Sequence[Fed], ctes: Ctes, query: object
) -> Iterable[Fed]:
    scope = Scope(None, ctes)
    new = Shape([n for n, _ in fed], [f for _, f in fed], [None] * len(fed))
    scope.add(new, "excluded")
    scope.add(statement.walk.table(target.key), target.key.name)
    if conflict.args.get("duplicate") and isinstance(query, exp.Expr):
        scope.by_name |= _named_in(statement, query, new, ctes)
    yield from assigned(statement, conflict.expressions, scope)
    where = conflict.args.get("where")
    if where is not None:
        statement.walk.refer(where, scope, FILTERED)


def _named_in(statement: Statement, query: exp.Expr, new: Shape, ctes: Ctes) -> Mapping[str, Source]:
    """What ON DUPLICATE KEY UPDATE may call by name (MySQL): the row of VALUES ... AS new, the tables of the SELECT."""
    alias = query.args.get("alias")
    if alias is not None and alias.this is not None:
        columns = [statement.walk.column_name(c) for c in alias.args.get("columns") or ()]
        return {statement.walk.identifier(alias.this): new.renamed(columns)}
    scope = Scope(None, ctes)
    from_ = query.args.get("from_")
    for part in (from_, *(query.args.get("joins") or ())) if from_ is not None else ():
        add(statement.walk, part.this, scope)
    return scope.by_name


def update(statement: Statement, tree: exp.Expr, ctes: Ctes) -> None:
    walk = statement.walk
    ctes = walk.with_(tree, ctes)
    scope = Scope(None, ctes)
    if isinstance(tree.this, exp.Subquery):
        target = _behind(statement, tree, scope)
    else:
        target = _target_in(statement, tree.this, tree.args.get("from_"), scope)
    every_row = every_row_of(statement, tree) and not isinstance(tree.this, exp.Subquery) and not _is_cut_before(tree)
    by_target = _by_target(statement, tree.expressions, target, scope)
    fed = {changed: list(assigned(statement, nodes, scope)) for changed, nodes in by_target.items()}
    for changed, columns in fed.items():
        written = tuple(ColumnChange(name) for name, _ in columns if name is not None)
        statement.effect(Action.UPDATE, changed, every_row=every_row, columns=written)
    _where(statement, tree, scope)
    if target not in by_target or len(by_target) > 1:  # what stands first is only read, or read for another
        walk.inputs.update({walk.table(key.key): None for key in (target, *by_target)})
    for changed, columns in fed.items():
        statement.feed(changed, columns)
    returning(statement, tree, target, scope)


def _by_target(
    statement: Statement, assignments: Sequence[exp.Expr], first: Target, scope: Scope
) -> dict[Target, list[exp.Expr]]:
    """UPDATE a JOIN b SET b.x = ... changes b, and a only where a column of a is set too (MySQL)."""
    if statement.context.dialect.name not in _SETS_ANY or len(scope.sources) < 2:
        return {first: list(assignments)}
    found: dict[Target, list[exp.Expr]] = {}
    for node in assignments:
        qualifier = node.this.args.get("table") if isinstance(node.this, exp.Column) else None
        source = scope.source_named(statement.walk.alias(qualifier), "") if qualifier is not None else None
        other = isinstance(source, Table) and source.key != first.key
        found.setdefault(Target(source.key) if isinstance(source, Table) and other else first, []).append(node)
    return found or {first: []}


#: Where one UPDATE may change several tables.
_SETS_ANY = frozenset({"mysql", "ansi"})


def _behind(statement: Statement, tree: exp.Expr, scope: Scope) -> Target:
    """UPDATE (SELECT ...) SET a = ... changes the table that has a; DELETE FROM (SELECT ...) the first one."""
    walk = statement.walk
    shape = walk.query(tree.this, scope.ctes)
    alias = tree.this.args.get("alias")
    scope.add(shape, walk.alias(alias.this) if alias is not None and alias.this is not None else "")
    tables = [table for node in tree.expressions for table in _owners(walk, node, shape)] or list(walk.inputs)
    if not tables:
        raise NoNameError
    walk.inputs.pop(tables[0], None)
    return Target(tables[0].key, statement.context.catalog.at(tables[0].key))


def _owners(walk: Walk, assignment: exp.Expr, shape: Shape) -> Iterable[Table]:
    if isinstance(assignment, exp.EQ) and isinstance(assignment.this, exp.Column):
        found = shape.reach(walk.column_name(assignment.this.this))
        yield from (table for table, _ in (found if isinstance(found, dict) else ()))


def delete(statement: Statement, tree: exp.Expr, ctes: Ctes) -> None:
    walk = statement.walk
    ctes = walk.with_(tree, ctes)
    scope = Scope(None, ctes)
    named = tree.args.get("tables")
    using = tree.args.get("using") or ()
    limited = False
    if named and _is_top(named[0]):
        named, limited = None, True
    if named and not isinstance(tree.this, exp.Expr):  # DELETE a WHERE ..., without FROM (BigQuery)
        targets = [_target_in(statement, node, None, scope) for node in named]
    elif named:  # DELETE a, b FROM a JOIN b: the FROM says what the names are
        add(walk, tree.this, scope)
        before = [_named_before(statement, node, ctes) for node in named]
        targets = [
            _first_of(statement, shape)
            if shape is not None
            else _meant_by(statement, node, tree.this) or statement.target(node)
            for node, shape in zip(named, before, strict=True)
        ]
    elif using and statement.context.dialect.name == "mysql":  # DELETE FROM a, b USING a JOIN b: as above
        add(walk, using[0], scope)
        named = [tree.this, *(join.this for join in tree.this.args.get("joins") or ())]
        targets = [_meant_by(statement, node, using[0]) or statement.target(node) for node in named]
        limited, using = _is_joined(using[0]), using[1:]
    elif isinstance(tree.this, exp.Subquery):
        targets = [_behind(statement, tree, scope)]
        limited = tree.this.this.args.get("where") is not None
    else:
        targets = [_target_in(statement, _misread(tree.this), None, scope)]
    for source in using:
        add(walk, source, scope)
    limited = limited or _is_cut_before(tree)
    every_row = not limited and every_row_of(statement, tree)
    for target in targets:
        statement.effect(Action.DELETE, target, every_row=every_row)
    _where(statement, tree, scope)
    for target in targets:
        statement.feed(target, ())
        returning(statement, tree, target, scope)


def _is_top(node: exp.Expr) -> bool:
    """DELETE TOP (5) FROM t (T-SQL): the parser takes TOP for a table."""
    alias = node.args.get("alias")
    return node.name.upper() == "TOP" and alias is not None and bool(alias.args.get("columns"))


def _is_joined(node: exp.Expr) -> bool:
    return any(join.args.get("on") is not None for join in node.args.get("joins") or ())


def _misread(node: exp.Expr) -> exp.Expr:
    """DELETE FROM TABLE t: the parser takes TABLE for a table that is called t."""
    alias = node.args.get("alias")
    if node.name.upper() != "TABLE" or node.this.args.get("quoted") or alias is None or alias.this is None:
        return node
    return exp.Table(this=alias.this)


def _target_in(statement: Statement, node: exp.Expr, from_: exp.Expr | None, scope: Scope) -> Target:
    """The table that an UPDATE or DELETE changes, taken into the scope without counting as an input."""
    walk = statement.walk
    whole = statement.context.dialect.name == "tsql"  # elsewhere the same name in FROM is the table once more
    meant = _meant_by(statement, node, from_.this, whole=whole) if from_ is not None else None
    if from_ is not None and meant is not None:  # UPDATE alias ... FROM table alias (T-SQL)
        add(walk, from_.this, scope)
        walk.inputs.pop(walk.table(meant.key), None)
        return meant
    named = _named_before(statement, node, scope.ctes)
    target = _first_of(statement, named) if named is not None else statement.target(node)
    name = called(walk, node.args.get("alias"), target) if named is None else walk.alias(node.this)
    scope.add(as_source(walk, target) if named is None else named, name)
    for joined in node.args.get("joins") or ():
        join(walk, joined, scope)
    if from_ is not None:
        add(walk, from_.this, scope)
    return target


def _named_before(statement: Statement, node: exp.Expr, ctes: Ctes) -> Shape | None:
    """WITH c AS (SELECT ... FROM t) DELETE FROM c (T-SQL): the rows of t that c shows."""
    if not ctes or not isinstance(node, exp.Table) or node.args.get("db") is not None:
        return None
    shape = ctes.get(statement.walk.alias(node.this)) if isinstance(node.this, exp.Identifier) else None
    return shape if shape is not None and (shape.opens or any(shape.feeds)) else None


def _first_of(statement: Statement, shape: Shape) -> Target:
    tables = [table for feeds in shape.feeds for table, _ in feeds] + [t for group in shape.opens for t in group]
    statement.walk.inputs.pop(tables[0], None)
    return Target(tables[0].key, statement.context.catalog.at(tables[0].key))


def _is_cut_before(tree: exp.Expr) -> bool:
    """The query that WITH gives the name of the target to shows only some of the rows."""
    clause = tree.args.get("with_")
    names = [node.name for node in (tree.this, *(tree.args.get("tables") or ())) if isinstance(node, exp.Table)]
    for cte in clause.expressions if clause is not None else ():
        if cte.alias in names and any(cte.this.args.get(part) is not None for part in _CUTS):
            return True
    return False


_CUTS = ("where", "qualify", "limit", "having", "joins")


def called(walk: Walk, alias: exp.Expr | None, target: Target) -> str:
    """What the statement calls the table that it changes."""
    if alias is not None and alias.this is not None:
        return walk.alias(alias.this)
    return target.key.name.lower() if walk.any_case else target.key.name


def _same(walk: Walk, parts: Sequence[str], alias: str) -> bool:
    return len(parts) == 1 and (parts[0].lower() if walk.any_case else parts[0]) == alias


def as_source(walk: Walk, target: Target) -> Table | Shape:
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
        if alias is not None and alias.this is not None and _same(walk, parts, walk.alias(alias.this)):
            return statement.target(table)
        if whole and parts and walk.parts(table)[-len(parts) :] == parts:
            return statement.target(table)
    return None


def _where(statement: Statement, tree: exp.Expr, scope: Scope) -> None:
    for clause in ("where", "order", "limit"):
        node = tree.args.get(clause)
        if node is not None:
            statement.walk.refer(node, scope, FILTERED)


def returning(statement: Statement, tree: exp.Expr, target: Target, scope: Scope) -> None:
    clause = tree.args.get("returning")
    if clause is None:
        return
    walk = statement.walk
    inside = Scope(None, scope.ctes)
    inside.sources, inside.by_name = list(scope.sources), dict(scope.by_name)
    if not inside.sources:
        inside.add(as_source(walk, target), target.key.name)
    if not tree.args.get("using") and not tree.args.get("from_") and tree.args.get("with_") is None:
        inside.sources = inside.sources[:1]
    statement.returned = projection(walk, clause.expressions, inside)
