"""What a MERGE does to the rows of a table, and what feeds its columns."""

from __future__ import annotations

from collections.abc import Iterable

from sqlglot import exp

from lineagebot.model import Action
from lineagebot.sql.assigning import assigned
from lineagebot.sql.meaning import Target
from lineagebot.sql.predicates import truth
from lineagebot.sql.shapes import COMPUTED, COPIED, FILTERED, JOINED, Feeds, Scope, Shape, merge, shape_of
from lineagebot.sql.sources import add
from lineagebot.sql.statement import Ctes, Fed, NoNameError, Statement
from lineagebot.sql.writing import as_source, called, returning


def merge_(statement: Statement, tree: exp.Expr, ctes: Ctes) -> None:
    walk = statement.walk
    ctes = walk.with_(tree, ctes)
    scope = Scope(None, ctes)
    target = statement.target(tree.this)
    alias = tree.this.args.get("alias")
    name = called(walk, alias, target)
    if not isinstance(tree.args.get("using"), exp.Expr):
        raise NoNameError
    add(walk, tree.args["using"], scope)
    source = shape_of(scope.sources[0]) if scope.sources else Shape([], [], [])
    both = Scope(None, ctes)
    both.sources, both.by_name, both.own_names = list(scope.sources), dict(scope.by_name), set(scope.own_names)
    both.add(as_source(walk, target), name)
    on = tree.args.get("on")
    if isinstance(on, exp.Expr):
        walk.refer(on, both, JOINED)
    fed: list[Fed] = []
    deletes = False
    for when in tree.args["whens"].expressions:
        condition = when.args.get("condition")
        if condition is not None:
            walk.refer(condition, both, FILTERED)
        deletes = deletes or _is_delete(when)
        fed.extend(_when(statement, when.args.get("then"), target, source, scope, both))
    sweeps = deletes and _sweeps(statement, tree)
    if sweeps and any(isinstance(when.args.get("then"), exp.Insert) for when in tree.args["whens"].expressions):
        statement.effect(Action.OVERWRITE, target, every_row=True)
    else:
        statement.effect(Action.MERGE, target)
        if deletes:
            statement.effect(Action.DELETE, target, every_row=sweeps)
    gathered: dict[str | None, Feeds] = {}
    for column, feeds in fed:
        merge(gathered.setdefault(column, {}), feeds, COPIED)
    statement.feed(target, gathered.items())
    returning(statement, tree, target, both)


def _sweeps(statement: Statement, tree: exp.Expr) -> bool:
    """ON FALSE WHEN NOT MATCHED BY SOURCE THEN DELETE takes every row there is (dbt's insert_overwrite in BigQuery)."""
    on = tree.args.get("on")
    return any(
        when.args.get("source") and when.args.get("condition") is None and _is_delete(when)
        for when in tree.args["whens"].expressions
    ) and (isinstance(on, exp.Expr) and truth(on, statement) is False)


def _is_delete(when: exp.Expr) -> bool:
    then = when.args.get("then")
    return isinstance(then, exp.Var) and then.name.upper() == "DELETE"


def _when(statement: Statement, then: object, target: Target, source: Shape, only: Scope, both: Scope) -> Iterable[Fed]:
    walk = statement.walk
    if isinstance(then, exp.Update):
        given = then.args.get("expressions")  # of UPDATE * no list
        assignments = given if isinstance(given, list) else []
        star = next((node for node in assignments or [given] if isinstance(node, exp.Star)), None)
        if star is not None or not assignments:
            yield from _by_name(statement, star, target, source)
        else:
            yield from assigned(statement, assignments, both)
        _only_where(statement, then, both)
    elif isinstance(then, exp.Insert):
        listed, cells = _columns_and_values(then)
        if isinstance(then.this, exp.Star) or listed == ["BY NAME"]:
            yield from _by_name(statement, then.this, target, source)
            return
        _only_where(statement, then, both)
        names: list[str | None] = [
            walk.column_name(c.this if isinstance(c, exp.Column) else c) for c in listed if isinstance(c, exp.Expr)
        ]
        if _is_whole_row(then.this, listed, cells):
            yield from _by_position(statement, names, target, source)
            return
        if len(cells) == 1 and isinstance(cells[0], exp.Tuple):
            cells = cells[0].expressions
        names = names or [column.name for column in target.columns]
        for at, cell in enumerate(cells):
            feeds: Feeds = {}
            walk.gather(cell, only, feeds, COPIED if isinstance(cell, exp.Column) else COMPUTED)
            implied = walk.column_name(cell.this) if isinstance(cell, exp.Column) and not names else None
            yield (names[at] if at < len(names) else implied), feeds


def _columns_and_values(then: exp.Expr) -> tuple[list[exp.Expr | str], list[exp.Expr]]:
    """What stands in the two lists of an INSERT; the parser takes the words in the place of the first for columns."""
    listed = then.this.expressions if isinstance(then.this, (exp.Tuple, exp.Schema)) else []
    values = then.args.get("expression")
    cells = values.expressions if isinstance(values, exp.Expr) else []
    only = listed[0] if len(listed) == 1 else None
    if isinstance(only, exp.Alias) and only.this.name.upper() == "BY":
        return [f"BY {only.alias.upper()}"], cells
    if isinstance(only, exp.Anonymous) and only.name.upper() == "VALUES":
        return [], only.expressions
    return list(listed), cells


def _is_whole_row(columns: object, listed: list[exp.Expr | str], cells: list[exp.Expr]) -> bool:
    """INSERT ROW, INSERT (a, b) ROW (BigQuery), INSERT, INSERT BY POSITION (DuckDB)."""
    if isinstance(columns, exp.Var) and columns.name.upper() == "ROW":
        return True
    return listed == ["BY POSITION"] or (not cells and not listed) or [type(cell) for cell in cells] == [exp.Star]


def _only_where(statement: Statement, then: exp.Expr, scope: Scope) -> None:
    """THEN UPDATE SET ... WHERE, THEN INSERT ... WHERE (Oracle)."""
    where = then.args.get("where")
    if isinstance(where, exp.Expr):
        statement.walk.refer(where, scope, FILTERED)


def _by_position(statement: Statement, names: list[str | None], target: Target, source: Shape) -> Iterable[Fed]:
    """Each column of the source fills the one in its place; where the places are not known, the one of its name."""
    into = names or [column.name for column in target.columns]
    if not source.opens and len(into) == len(source.names):
        yield from zip(into, source.feeds, strict=True)
        return
    for column, feeds in _by_name(statement, None, target, source):
        if not names or column in names:
            yield column, feeds


def _by_name(statement: Statement, star: object, target: Target, source: Shape) -> Iterable[Fed]:
    """UPDATE SET *, INSERT * EXCEPT (a), UPDATE ALL BY NAME: each column of the source fills the one of its name."""
    walk = statement.walk
    walk.starred.update((table, None) for group in source.opens for table in group)
    star = star if isinstance(star, exp.Star) else None
    left_out = {walk.column_name(c) for c in (star.args.get("except_") or () if star is not None else ())}
    for name, fed in zip(source.names, source.feeds, strict=True):
        if name not in left_out:
            yield name, fed
    for column in target.columns if source.opens else ():
        if column.name not in source.index and column.name not in left_out:
            feeds: Feeds = {}
            merge(feeds, source.reach(column.name), COPIED)
            yield column.name, feeds
