"""What stands in a FROM: tables, subqueries, functions, joins, pivots, taken into the scope of their query."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlglot import exp

from lineagebot.model import AssetKey, TemporaryRelation
from lineagebot.sql import structs
from lineagebot.sql.dynamic import is_nameless, said, told
from lineagebot.sql.families import family
from lineagebot.sql.files import place, places_read
from lineagebot.sql.pivots import pivoted, simple
from lineagebot.sql.session import located, temporary
from lineagebot.sql.shapes import (
    COMPUTED,
    COPIED,
    FILTERED,
    FLOW,
    JOINED,
    Feeds,
    Opens,
    Scope,
    Shape,
    Source,
    merge,
    shape_of,
)
from lineagebot.sql.unnesting import add_function

if TYPE_CHECKING:
    from lineagebot.sql.lineage import Walk


def add(walk: Walk, node: exp.Expr, scope: Scope) -> None:
    """Take a table, subquery, function or VALUES of a FROM into the scope."""
    kind = type(node)
    if kind is exp.Table:
        _add_table(walk, node, scope)
    elif kind is exp.Subquery:
        _add_subquery(walk, node, scope)
    elif kind is exp.Lateral and isinstance(node.this, exp.Subquery):
        _enter(walk, walk.query(node.this, scope.ctes, scope), node, scope)
    elif kind is exp.Values:
        walk.named_by_literal = True  # how many columns it has, no fingerprint tells
        _enter(walk, walk.values(node, scope), node, scope)
    elif kind is exp.TableFromRows and (parts := walk.told_name(node)):
        _enter(walk, source_of(walk, parts), node, scope, name=parts[-1])
    elif kind in (exp.Lateral, exp.Unnest, exp.TableFromRows):
        if is_nameless(node, walk.dialect):
            walk.nameless.append(said(node))
        _add_rows(walk, node, scope)
    elif isinstance(node, exp.Query):
        _enter(walk, walk.query(node, scope.ctes, scope.parent), node, scope)
    elif kind is exp.Pivot:
        _add_pivot(walk, node, scope)
    elif kind is exp.Final or kind is exp.Stream:
        add(walk, node.this, scope)
    elif kind in (exp.Alias, exp.AtIndex):
        _add_elements(walk, node, scope)
    else:
        walk.refer(node, scope, FILTERED)
    for lateral in node.args.get("laterals") or ():
        add(walk, lateral, scope)
    if kind is not exp.Subquery or isinstance(node.this, exp.Query):
        for joined in node.args.get("joins") or ():
            join(walk, joined, scope)


def _add_pivot(walk: Walk, node: exp.Expr, scope: Scope) -> None:
    if not isinstance(node.this, (exp.Table, exp.Query)):  # FROM t, UNPIVOT t.attributes AS value AT name (Redshift)
        add(walk, node.this, scope)
        return
    inside = Scope(scope.parent, scope.ctes)
    add(walk, node.this, inside)
    if inside.sources:
        _enter(walk, simple(walk, node, inside.sources[0]), node, scope)


def _add_elements(walk: Walk, node: exp.Expr, scope: Scope) -> None:
    """The elements of an array: FROM t, t.items AS i AT at (Redshift), ARRAY JOIN items AS i (ClickHouse)."""
    at = node.expression if isinstance(node, exp.AtIndex) else None
    inner = node.this if at is not None else node
    fed: Feeds = {}
    walk.gather(inner.this if isinstance(inner, exp.Alias) else inner, scope, fed, COMPUTED)
    names: list[str | None] = [walk.column_name(inner.args["alias"])] if isinstance(inner, exp.Alias) else []
    feeds = [fed for _ in names]
    if isinstance(at, exp.Identifier):
        names.append(walk.column_name(at))
        feeds.append({})
    scope.add(Shape(names, feeds, [None] * len(names), wild=fed), names[0] or "" if names else "")


def join(walk: Walk, node: exp.Expr, scope: Scope) -> None:
    if node.args.get("kind") not in ("SEMI", "ANTI"):
        _join(walk, node, scope)
        return
    # It asks the other table and shows none of its columns.
    both = Scope(scope.parent, scope.ctes)
    both.sources, both.by_name, both.own_names = list(scope.sources), dict(scope.by_name), set(scope.own_names)
    both.merged = dict(scope.merged)
    _join(walk, node, both)


def _join(walk: Walk, node: exp.Expr, scope: Scope) -> None:
    args = node.args
    count = len(scope.sources)
    add(walk, node.this, scope)
    using = args.get("using")
    if using or args.get("method") == "NATURAL":  # else nobody asks which sources stood there before
        before, after = scope.sources[:count], scope.sources[count:]
        if args.get("method") == "NATURAL":
            for name in [n for source in after for n, _, _ in source.star()]:
                if name is not None and (name in scope.merged or any(s.find(name) is not None for s in before)):
                    _merge_column(walk, name, before, after, scope)
        for identifier in using or ():
            _merge_column(walk, walk.column_name(identifier), before, after, scope)
    on = args.get("on")
    if on is not None:
        walk.refer(on, scope, JOINED)
    condition = args.get("match_condition")
    if condition is not None:
        walk.refer(condition, scope, JOINED)


def _merge_column(walk: Walk, name: str, before: Sequence[Source], after: Sequence[Source], scope: Scope) -> None:
    feeds = dict(scope.merged.get(name) or {})
    for side in (() if feeds else before, after):
        found = next((f for source in side if (f := source.find(name)) is not None), None)
        if found is None:
            open_ones = [source for source in side if source.opens]
            found = open_ones[0].reach(name) if len(open_ones) == 1 else None
        merge(feeds, found, COPIED)
    scope.merged[name] = feeds
    for origin in feeds:
        walk.references[origin] = JOINED


def _enter(walk: Walk, source: Source, node: exp.Expr, scope: Scope, *, name: str = "", full: str = "") -> None:
    alias = node.args.get("alias")
    pivots = node.args.get("pivots")
    own = False
    if alias is not None:
        columns = [walk.column_name(c) for c in alias.args.get("columns") or ()]
        if columns:
            source = shape_of(source).renamed(columns)
        if alias.this is not None:
            name, own = walk.alias(alias.this), True
    if pivots:
        source = pivoted(walk, source, pivots, scope)
        last = pivots[-1].args.get("alias")
        if last is not None and last.this is not None:
            name, own = walk.alias(last.this), True
    scope.add(source, name, full=full, alias=own)


def _add_side_by_side(walk: Walk, node: exp.Expr, scope: Scope) -> None:
    """ROWS FROM (f(x), g(y)) AS t (a, b) (Postgres): the rows of several functions, side by side."""
    fed: Feeds = {}
    for function in node.args["rows_from"]:
        walk.gather(function, scope, fed, COMPUTED)
    alias = node.args.get("alias")
    columns = [walk.column_name(c) for c in alias.args.get("columns") or ()] if alias is not None else []
    name = walk.alias(alias.this) if alias is not None and alias.this is not None else ""
    for origin in fed:
        walk.references.setdefault(origin, JOINED)
    scope.add(Shape([*columns], [dict(fed) for _ in columns], [None] * len(columns), wild=fed), name, alias=True)


def _add_table(walk: Walk, node: exp.Expr, scope: Scope) -> None:
    if node.args.get("rows_from"):
        _add_side_by_side(walk, node, scope)
        return
    this = node.this
    if type(this) is not exp.Identifier or this.args.get("quoted"):
        path = place(node, walk.dialect)
        paths = (path,) if path else places_read(this)
        if paths:
            walk.named_by_literal = True
            _enter(walk, _files(walk, paths), node, scope)
            return
    if not isinstance(this, (exp.Identifier, exp.Dot)) and not told(this, walk.dialect):
        if is_nameless(this, walk.dialect):
            walk.nameless.append(said(this))
        _add_rows(walk, node, scope)
        return
    parts = walk.parts(node)
    if not parts:
        walk.nameless.append(said(node))
        return
    called = tuple(part.lower() for part in parts) if walk.any_case else parts
    if len(parts) == 1 and called[0] in scope.ctes:
        _enter(walk, scope.ctes[called[0]], node, scope, name=called[0])
        return
    if len(parts) > 1 and called[0] in scope.by_name and walk.dialect.name in ("bigquery", "redshift"):
        _enter(walk, _array_of(walk, called, scope), node, scope)  # FROM orders o, o.items i
        return
    if len(parts) == 1 and this.args.get("quoted") and walk.dialect.name in _FILES_AS_TABLES:
        walk.named_by_literal = True  # FROM 'data.csv': the tree does not tell it from FROM "data.csv"
    full = ".".join(called[-2:]) if len(parts) > 1 else ""
    _enter(walk, source_of(walk, parts), node, scope, name=called[-1], full=full)


def _files(walk: Walk, paths: Sequence[str]) -> Source:
    """Files, as one source of whatever columns are asked of it."""
    tables = [walk.table(AssetKey(walk.session.system, (path,))) for path in dict.fromkeys(paths)]
    walk.inputs.update(dict.fromkeys(tables))
    return tables[0] if len(tables) == 1 else Shape([], [], [], tuple((table,) for table in tables), star_at=0)


_FILES_AS_TABLES = frozenset({"duckdb", "databricks", "spark", "snowflake", "clickhouse", "ansi"})


def _array_of(walk: Walk, parts: tuple[str, ...], scope: Scope) -> Shape:
    feeds: Feeds = {}
    merge(feeds, scope.by_name[parts[0]].reach(parts[1]), COMPUTED)
    for origin in feeds:
        walk.references.setdefault(origin, JOINED)
    fields: Source | None = scope.by_name[parts[0]]
    for part in parts[1:]:
        fields = structs.field(walk, fields, part) if fields is not None else None
    if fields is None:
        return Shape([], [], [], wild=feeds)
    listed = shape_of(structs.stronger(fields, COMPUTED))
    return Shape(listed.names, listed.feeds, listed.types, wild=feeds)


def source_of(walk: Walk, parts: tuple[str, ...]) -> Source:
    """The asset that a name means, as an input; a temp table dissolves into what feeds it."""
    temp = temporary(parts, walk.session)
    if temp is not None:
        return _dissolved(walk, temp)
    parts, _ = family(parts, walk.session, walk.catalog, walk.dialect)
    key, _ = located(parts, walk.session, walk.catalog, walk.dialect)
    table = walk.table(key)
    walk.inputs[table] = None
    return table


def _dissolved(walk: Walk, temp: TemporaryRelation) -> Shape:
    for read in temp.references:
        if read.column is not None:
            walk.references.setdefault((walk.table(read.asset), read.column), FILTERED)
    for key in temp.inputs:
        walk.inputs[walk.table(key)] = None
    known = dict(temp.sources)
    feeds: list[Feeds] = [
        {(walk.table(a), c): FLOW.index(how) for a, c, how in known.get(column.name, ()) if c is not None}
        for column in temp.columns
    ]
    passed = tuple(dict.fromkeys(walk.table(a) for a, c, _ in known.get("*", ()) if c is None))
    opens: Opens = (passed,) if passed else ()
    return Shape([c.name for c in temp.columns], feeds, [c.type for c in temp.columns], opens, star_at=0)


def _add_subquery(walk: Walk, node: exp.Expr, scope: Scope) -> None:
    inner = node.this
    if _is_join(inner):  # FROM (a JOIN b ON ...): only brackets around a join
        if node.args.get("alias") is None:
            add(walk, inner, scope)
            for joined in node.args.get("joins") or ():
                join(walk, joined, scope)
            return
        inside = Scope(scope.parent, scope.ctes)
        add(walk, inner, inside)
        _enter(walk, walk.stars(inside), node, scope)
        return
    ctes = walk.with_(node, scope.ctes, scope.parent)
    _enter(walk, walk.query(inner, ctes, scope.parent), node, scope)


def _add_rows(walk: Walk, node: exp.Expr, scope: Scope) -> None:
    """The rows of a function: what it is handed decides how many there are, whether or not they are shown."""
    add_function(walk, node, scope)
    made = scope.sources[-1]
    for origin in (made.wild or ()) if isinstance(made, Shape) else ():
        walk.references.setdefault(origin, JOINED)


def _is_join(node: exp.Expr) -> bool:
    """True for tables in brackets, however many; false for a query in brackets."""
    while isinstance(node, exp.Subquery):
        if node.args.get("joins") or node.args.get("alias") is not None:
            return True
        node = node.this
    return isinstance(node, exp.Table)
