"""Rows that a function in a FROM makes: UNNEST, FLATTEN, LATERAL VIEW explode, and table functions.

What nobody lists of their columns is fed by all that the function is handed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from sqlglot import exp

from lineagebot.sql import structs
from lineagebot.sql.shapes import COMPUTED, Cell, Feeds, Made, Scope, Shape, Source, merge, shape_of, whole_row
from lineagebot.sql.tabular import columns_of

if TYPE_CHECKING:
    from lineagebot.sql.lineage import Walk

#: An array of structs (rows) gives a column for each of their fields.
_SPREADS = frozenset({"trino", "athena", "postgres", "redshift"})
#: f(TABLE(a.b)) hands a table on.
_HANDS_TABLES = frozenset({"trino", "athena", "databricks", "spark"})


def add_function(walk: Walk, node: exp.Expr, scope: Scope) -> None:
    """Take the rows of a function into the scope."""
    handed = _tables_handed(walk, node.this, scope) if isinstance(node, (exp.Table, exp.TableFromRows)) else []
    arguments = _arguments(node)
    each: list[Feeds] = []
    every: Feeds = {}
    for argument in arguments:
        fed: Feeds = {}
        walk.gather(argument, scope, fed, COMPUTED)
        if walk.dialect.name in _HANDS_TABLES:
            for table in _handed(argument):
                walk.handed(table, scope, fed, COMPUTED)
        each.append(fed)
        merge(every, fed, COMPUTED)
    alias = node.args.get("alias")
    name = walk.alias(alias.this) if alias is not None and alias.this is not None else ""
    columns = [walk.column_name(c) for c in alias.args.get("columns") or ()] if alias is not None else []
    maker = node.this if isinstance(node, (exp.Lateral, exp.TableFromRows, exp.Table)) else node
    if isinstance(node, exp.Unnest) and not name and len(columns) <= 1:  # BigQuery: AS e is a row, not a column
        shape = _elements(walk, arguments, scope, every, columns)
        name = columns[0] if columns else ""
    else:
        if not columns:
            columns = list(columns_of(node.this, walk.dialect))
        if not columns and name and not isinstance(node.this, exp.Anonymous):
            columns = [name]
        shape = _columns(walk, maker, arguments, scope, each, every, columns)
    if handed:
        shape = _besides(shape, handed, every, adds=isinstance(node.this, WITH_MODEL))
    offset = node.args.get("offset")
    if isinstance(offset, exp.Identifier):
        shape = Shape([*shape.names, walk.column_name(offset)], [*shape.feeds, {}], [*shape.types, None], wild=every)
    scope.add(shape, name, alias=True)


def _handed(argument: exp.Expr) -> Iterator[exp.Expr]:
    """f(TABLE(a.b)): to the parser a call of `table` with a column."""
    for call in argument.find_all(exp.Anonymous):
        only = call.expressions[0] if len(call.expressions) == 1 else None
        if call.name.upper() == "TABLE" and isinstance(only, exp.Column):
            table, db = only.args.get("table"), only.args.get("db")
            yield exp.Table(this=only.this, db=table, catalog=db)


#: Calls whose `this` is a model.
WITH_MODEL = (
    exp.Predict,
    exp.MLForecast,
    exp.MLTranslate,
    exp.FeaturesAtTime,
    exp.GenerateBool,
    exp.GenerateDouble,
    exp.GenerateEmbedding,
    exp.GenerateInt,
    exp.GenerateTable,
    exp.GenerateText,
)


def _tables_handed(walk: Walk, function: exp.Expr, scope: Scope) -> list[Source]:
    """Tables and queries that a function is handed as a whole: f(TABLE t), f(TABLE(t)), f((SELECT ...))."""
    found: list[Source] = []
    values: list[object] = []
    for name, value in function.args.items():
        if not (name == "this" and isinstance(function, WITH_MODEL)):
            values.extend(value if isinstance(value, list) else (value,))
    for value in values:
        inner = value.expression if isinstance(value, exp.Kwarg) else value
        if isinstance(inner, (exp.Table, exp.Subquery, exp.Query)):
            found.append(walk.query_once(inner, scope))
        elif isinstance(inner, (exp.Anonymous, exp.TableFromRows)):
            found.extend(_named_in_brackets(walk, inner, scope))
    return found


def _named_in_brackets(walk: Walk, node: exp.Expr, scope: Scope) -> list[Source]:
    """TABLE(d.t) as an argument; of TABLE(f(...)) what f is handed."""
    if isinstance(node, exp.Anonymous) and node.name.upper() != "TABLE":
        return _tables_handed(walk, node, scope)
    only = node.this if isinstance(node, exp.TableFromRows) else next(iter(node.expressions), None)
    if isinstance(only, exp.Column):
        named = dict(zip(("this", "db", "catalog"), reversed(structs.path_of(only)), strict=False))
        return [walk.query(exp.Table(**named), scope.ctes, scope)]
    return _tables_handed(walk, only, scope) if isinstance(only, exp.Anonymous) else []


def _besides(shape: Shape, handed: Sequence[Source], every: Feeds, *, adds: bool) -> Shape:
    """Most such functions pass on the columns that they are handed; a model adds some of its own, made of all of them.

    Then a name that nobody lists may be either, and is said to be neither.
    """
    wild = dict(every)
    for source in handed:
        merge(wild, whole_row(source), COMPUTED)
    first = shape_of(handed[0])
    names = [*first.names, *(name for name in shape.names if name not in first.index)]
    extra = len(names) - len(first.names)
    return Shape(
        names,
        [*first.feeds, *(wild for _ in range(extra))],
        [*first.types, *(None for _ in range(extra))],
        ((),) if adds or not first.opens else first.opens,
        wild,
        star_at=len(names),
    )


def _arguments(node: exp.Expr) -> Sequence[exp.Expr]:
    if isinstance(node, exp.Unnest):
        return node.expressions
    inner = node.this
    if isinstance(inner, _ONE_BY_ONE):
        inner = inner.this
    return [inner.expression if isinstance(inner, exp.Kwarg) else inner]


_ONE_BY_ONE = (exp.Explode, exp.Posexplode, exp.Inline)


def _elements(
    walk: Walk, arguments: Sequence[exp.Expr], scope: Scope, feeds: Feeds, columns: Sequence[str | None]
) -> Shape:
    """The fields of the structs in an array, or the one column of an array of plain values."""
    fields = structs.inside(walk, arguments[0], scope) if len(arguments) == 1 else None
    if fields is not None:
        listed = shape_of(structs.stronger(fields, COMPUTED))
        return Shape(listed.names, listed.feeds, listed.types, wild=feeds)
    return Shape(list(columns), [feeds for _ in columns], [_element(arguments, scope) for _ in columns], wild=feeds)


def _element(arguments: Sequence[exp.Expr], scope: Scope) -> Cell:
    return Made(arguments[0], scope, element=True) if len(arguments) == 1 else None


def _columns(
    walk: Walk,
    maker: exp.Expr,
    arguments: Sequence[exp.Expr],
    scope: Scope,
    each: Sequence[Feeds],
    every: Feeds,
    columns: Sequence[str],
) -> Shape:
    names: list[str | None] = list(columns)
    if isinstance(maker, exp.Posexplode) and len(names) > 1:
        rest = [dict(every) for _ in names[1:]]
        return Shape(names, [{}, *rest], [None, *(_element(arguments, scope) for _ in rest)], wild=every)
    if isinstance(maker, exp.Unnest) and len(arguments) == len(names) and len(names) > 1:
        return Shape(names, list(each), [Made(a, scope, element=True) for a in arguments], wild=every)
    spreads = isinstance(maker, exp.Inline) or (isinstance(maker, exp.Unnest) and walk.dialect.name in _SPREADS)
    if spreads and len(arguments) == 1:
        fields = structs.inside(walk, arguments[0], scope)
        if fields is not None and (listed := shape_of(structs.stronger(fields, COMPUTED))).names:
            return Shape(listed.renamed(list(columns)).names, listed.feeds, listed.types, wild=every)
    if isinstance(maker, exp.Explode) and "VALUE" in names:  # Snowflake's FLATTEN
        cells = [_element(arguments, scope) if name == "VALUE" else None for name in names]
        return Shape(names, [dict(every) for _ in names], cells, wild=every)
    cells = [_element(arguments, scope) if len(names) == 1 else None for _ in names]
    return Shape(names, [dict(every) for _ in names], cells, wild=every)
