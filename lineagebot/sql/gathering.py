"""What an expression is made of: every column that it names, through all that may stand around one.

The hot path of the whole reader: a stack instead of recursion, and a number for each class of node.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from lineagebot.sql import structs
from lineagebot.sql.meant import meant, named
from lineagebot.sql.projecting import spread
from lineagebot.sql.shapes import (
    AGGREGATED,
    COPIED,
    ORDERED,
    Feeds,
    Scope,
    Shape,
    merge,
    whole_row,
)
from lineagebot.sql.sources import add
from lineagebot.sql.unnesting import WITH_MODEL

if TYPE_CHECKING:
    from lineagebot.sql.lineage import Walk

_PLAIN, _PAIR, _COLUMN, _QUERY, _LEAF, _AGGREGATE, _LAMBDA, _EXISTS, _STAR, _PART, _TABLE, _WINDOW = range(1, 13)


class _Kinds(dict[type, int]):
    """How to go on at a node of each class: what is not listed is learned when it is first met."""

    def __missing__(self, kind: type) -> int:
        if not issubclass(kind, exp.Expr):
            found = _LEAF
        elif issubclass(kind, exp.AggFunc):
            found = _AGGREGATE
        else:
            found = _QUERY if issubclass(kind, exp.Query) else _PLAIN
        self[kind] = found
        return found


_KINDS = _Kinds(
    {
        exp.Column: _COLUMN,
        exp.Select: _QUERY,
        exp.Union: _QUERY,
        exp.Except: _QUERY,
        exp.Intersect: _QUERY,
        exp.Identifier: _LEAF,
        exp.Literal: _LEAF,
        exp.DataType: _LEAF,
        exp.Var: _LEAF,
        exp.Null: _LEAF,
        exp.Boolean: _LEAF,
        exp.Star: _STAR,
        exp.Placeholder: _LEAF,
        exp.Parameter: _LEAF,
        exp.Lambda: _LAMBDA,
        exp.Comprehension: _LAMBDA,
        exp.Exists: _EXISTS,
        exp.Dot: _PART,
        exp.Bracket: _PART,
        exp.JSONExtract: _PART,
        exp.Table: _TABLE,
        exp.Window: _WINDOW,
    }
)
# Most of all conditions: two expressions, and nothing else.
for _pair in (exp.And, exp.Or, exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Add, exp.Sub, exp.Mul):
    _KINDS[_pair] = _PAIR


def gather(walk: Walk, node: exp.Expr, scope: Scope, into: Feeds, how: int) -> None:
    """Take up every column that an expression is made of. A stack, not recursion: OR chains are as deep as long."""
    stack: list[Any] = [node]
    kinds, identifier = _KINDS, exp.Identifier
    columns, quoted = walk.columns, walk.quoted_columns
    while stack:
        node = stack.pop()
        kind = kinds[node.__class__]
        if kind == _COLUMN:
            this = node.args["this"]
            if this.__class__ is identifier:
                args = this.args
                written = args["this"]
                found = named(walk, node, quoted[written] if args.get("quoted") else columns[written], scope)
            else:
                found = meant(walk, node, scope)
            if found.__class__ is tuple:
                walk.named[found] = None
                if into.get(found, -1) < how:
                    into[found] = how
            elif found:
                merge(into, found, how)
        elif kind == _LEAF:
            continue
        elif kind == _PAIR:
            args = node.args
            stack.append(args.get("this"))
            stack.append(args.get("expression"))
        elif kind == _PLAIN or (kind == _AGGREGATE and how == AGGREGATED):
            for value in node.args.values():
                if not value:  # most of a node is None, False and empty lists
                    continue
                if value.__class__ is list:
                    stack.extend(value)
                else:
                    stack.append(value)
        elif kind == _AGGREGATE:
            gather(walk, node, scope, into, AGGREGATED)
        else:
            stack.extend(_gather_special(walk, kind, node, scope, into, how))


def _gather_special(walk: Walk, kind: int, node: exp.Expr, scope: Scope, into: Feeds, how: int) -> Sequence[exp.Expr]:
    """Take up a node that means more than its parts; what is given back is looked at in the usual way."""
    if kind == _PART:
        found = structs.reached(walk, node, scope)
        if found is not None:
            merge(into, found, how)
            walk.named.update(dict.fromkeys(found))
            if not isinstance(node.this, exp.Column):
                walk.gather(node.this, scope, {}, how)  # IF(a, s, t).b needs a, though b is not made of it
            return ()
        return [node.this, *(part for part in (node.args.get("expression"),) if part), *node.expressions]
    if kind == _WINDOW:
        return _over(walk, node, scope)
    if kind == _QUERY:
        for feeds in walk.query_inside(node, scope).feeds:
            merge(into, feeds, how)
    elif kind == _LAMBDA:
        inner = Scope(scope, scope.ctes)
        loops = isinstance(node, exp.Comprehension)  # [x + 1 for x in xs if x > 1]
        bound = [node.expression] if loops else node.expressions
        names: list[str | None] = [walk.column_name(e) for e in bound]
        inner.add(Shape(names, [{} for _ in names], [None] * len(names)), "")
        walk.gather(node.this, inner, into, how)
        if loops:
            walk.gather(node.args["iterator"], scope, into, how)
            if node.args.get("condition") is not None:
                walk.gather(node.args["condition"], inner, into, how)
    elif kind == _EXISTS:
        if isinstance(node.this, exp.Query):
            walk.query(_without_stars(node.this), scope.ctes, scope)  # what it filters decides, not what it selects
        else:
            for value in node.args.values():
                if isinstance(value, exp.Expr):
                    walk.gather(value, scope, into, how)
    elif kind == _TABLE:
        if not (isinstance(node.parent, WITH_MODEL) and node.arg_key == "this"):
            walk.handed(node, scope, into, how)
    elif kind == _STAR and not isinstance(node.parent, exp.Count):  # COUNT(*) only counts, OBJECT_CONSTRUCT(*) holds
        for _, fed, _ in spread(walk, node, scope.sources, scope, whole=True):
            merge(into, fed, how)
    return ()


def _without_stars(query: exp.Expr) -> exp.Expr:
    """EXISTS (SELECT * ...) holds whichever columns there are: without any of them it means the same."""
    while isinstance(query, (exp.Subquery, exp.Paren)) and not any(v for k, v in query.args.items() if k != "this"):
        query = query.this
    if type(query) is not exp.Select:  # the queries of a UNION must have as many columns each
        return query
    listed = query.args["expressions"]
    kept = [node for node in listed if not _is_plain_star(node)]
    if len(kept) == len(listed):
        return query
    bare = exp.Select()
    bare.args.update(query.args)  # nothing is moved: the tree stays as it is
    bare.args["expressions"] = kept
    if "pipes" in bare.args:
        bare.args["pipes"] = [*bare.args["pipes"], exp.Select(expressions=[])]
    return bare


def _is_plain_star(node: exp.Expr) -> bool:
    star = node.this if type(node) is exp.Column else node
    return type(star) is exp.Star and not any(star.args.values())


def _over(walk: Walk, node: exp.Expr, scope: Scope) -> list[exp.Expr]:
    """What a window is made of: of OVER w also what WINDOW w AS (...) says, and the one that w itself builds on."""
    parts: list[exp.Expr] = []
    named = scope.named_windows()
    at: exp.Expr | None = node
    while at is not None:
        for key, value in at.args.items():
            if key != "alias" and value:
                parts.extend(v for v in (value if isinstance(value, list) else (value,)) if isinstance(v, exp.Expr))
        on = at.args.get("alias")
        at = named.pop(walk.alias(on), None) if on is not None and named else None  # each once: no circles
    return parts


def handed(walk: Walk, table: exp.Expr, scope: Scope, into: Feeds, how: int) -> None:
    """A function takes a whole table: ML.PREDICT(MODEL m, TABLE t)."""
    inner = Scope(scope, scope.ctes)
    add(walk, table, inner)
    for source in inner.sources:
        merge(into, whole_row(source), how)


def refer(walk: Walk, node: exp.Expr, scope: Scope, how: int) -> None:
    """The rows of the statement depend on the columns of this expression."""
    feeds: Feeds = {}
    gather(walk, node, scope, feeds, COPIED)
    references = walk.references
    for origin in feeds:
        if references.get(origin, 9) > how:
            references[origin] = how


def refer_by_position(walk: Walk, items: Iterable[exp.Expr], scope: Scope, shape: Shape, how: int) -> None:
    """GROUP BY 1 and ORDER BY 1 mean the first output column."""
    for item in items:
        inner = item.this if isinstance(item, exp.Ordered) else item
        if how is ORDERED and _is_all(inner):
            for origin in (origin for feeds in shape.feeds for origin in feeds):
                walk.references.setdefault(origin, how)
        elif type(inner) is exp.Literal and not inner.args.get("is_string"):
            at = int(inner.name) - 1 if inner.name.isdigit() else -1
            for origin in shape.feeds[at] if 0 <= at < len(shape.feeds) else ():
                if walk.references.get(origin, 9) > how:
                    walk.references[origin] = how
        else:
            walk.refer(item, scope, how)


def _is_all(node: exp.Expr) -> bool:
    """ALL in ORDER BY ALL."""
    name = node.this if isinstance(node, exp.Column) and node.args.get("table") is None else node
    return isinstance(name, (exp.Identifier, exp.Var)) and name.name.upper() == "ALL" and not name.args.get("quoted")
