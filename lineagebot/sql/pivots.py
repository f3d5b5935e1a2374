"""PIVOT and UNPIVOT of every spelling: which columns go in, which stay, which are made of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from sqlglot import exp

from lineagebot.sql.projecting import projection
from lineagebot.sql.shapes import AGGREGATED, COMPUTED, GROUPED, Feeds, Scope, Shape, Source, shape_of

if TYPE_CHECKING:
    from lineagebot.sql.lineage import Walk


def pivoted(walk: Walk, source: Source, pivots: Sequence[exp.Expr], outer: Scope) -> Shape:
    for pivot in pivots:
        source = _unpivot(walk, source, pivot) if pivot.args.get("unpivot") else _pivot(walk, source, pivot, outer)
    return shape_of(source)


def _inside(source: Source, outer: Scope | None) -> Scope:
    scope = Scope(outer, outer.ctes if outer is not None else {})
    scope.add(source, "")
    return scope


def _used(walk: Walk, nodes: Iterable[exp.Expr]) -> set[str]:
    """Columns that go into it, so that they are no columns of its result."""
    return {walk.column_name(c.this) for node in nodes for c in node.find_all(exp.Column) if not c.find(exp.Star)}


def _pivot(walk: Walk, source: Source, pivot: exp.Expr, outer: Scope) -> Shape:
    walk.named_by_literal = True  # IN ('jan', 'feb') makes two columns
    scope = _inside(source, outer)
    chosen = [field.this for field in pivot.args.get("fields") or () if field.this]
    by: Feeds = {}
    for node in chosen:
        walk.gather(node, scope, by, AGGREGATED)
        walk.refer(node, scope, GROUPED)
    fed: list[Feeds] = []
    for node in pivot.expressions:
        feeds = dict(by)
        walk.gather(node, scope, feeds, AGGREGATED)
        fed.append(feeds)
    shape = _staying(source, _used(walk, (*pivot.expressions, *chosen)))
    made = [walk.column_name(column) for column in pivot.args.get("columns") or ()]
    for node in () if made else pivot.expressions:  # FOR month IN (ANY): used, whatever its columns are called
        walk.refer(node, scope, GROUPED)
    shape = _with(shape, made, [dict(fed[at % len(fed)]) if fed else {} for at in range(len(made))])
    return _renamed(walk, shape, pivot, len(made))


def _staying(source: Source, used: set[str]) -> Shape:
    kept = [(name, feeds, type_) for name, feeds, type_ in source.star() if name not in used]
    return Shape([k[0] for k in kept], [k[1] for k in kept], [k[2] for k in kept], source.opens, star_at=0)


def _with(shape: Shape, names: Sequence[str], feeds: Sequence[Feeds]) -> Shape:
    return Shape(
        [*shape.names, *names],
        [*shape.feeds, *feeds],
        [*shape.types, *(None for _ in names)],
        shape.opens,
        shape.wild,
        star_at=shape.star_at,
    )


def _renamed(walk: Walk, shape: Shape, pivot: exp.Expr, made: int) -> Shape:
    """AS p (id, jan, feb): of columns that nobody listed only the last ones, those that the pivot makes, are known."""
    alias = pivot.args.get("alias")
    names = [walk.column_name(c) for c in alias.args.get("columns") or ()] if alias is not None else []
    if not names or not shape.opens or len(names) <= len(shape.names):
        return shape.renamed(names)
    feeds: list[Feeds] = [{} for _ in names]
    if made:
        feeds[-made:] = shape.feeds[-made:]
    return Shape(list(names), feeds, [None] * len(names))


def _unpivot(walk: Walk, source: Source, pivot: exp.Expr) -> Shape:
    scope = _inside(source, None)
    values = [name for node in pivot.expressions for name in _names(walk, node)]
    fed: list[Feeds] = [{} for _ in values]
    labels: list[str] = []
    used: set[str] = set()
    for field in pivot.args.get("fields") or ():
        if not isinstance(field, exp.In):
            continue
        labels.extend(_names(walk, field.this))
        for node in field.expressions:
            inner = node.this if isinstance(node, (exp.PivotAlias, exp.Alias)) else node
            cells = inner.expressions if isinstance(inner, exp.Tuple) else [inner]
            used |= _used(walk, cells)
            for at, cell in enumerate(cells):
                if fed:
                    walk.gather(cell, scope, fed[min(at, len(fed) - 1)], COMPUTED)
    shape = _staying(source, used)
    # The names of the columns become values: rows of the labels hold no data of theirs.
    shape = _with(shape, [*values, *labels], [*fed, *({} for _ in labels)])
    return _renamed(walk, shape, pivot, len(values) + len(labels))


def _names(walk: Walk, node: exp.Expr) -> list[str]:
    if isinstance(node, (exp.Tuple, exp.Paren)):
        return [name for part in node.expressions or [node.this] for name in _names(walk, part)]
    if isinstance(node, exp.Column):
        node = node.this
    return [walk.column_name(node)] if node.name else []


def simple(walk: Walk, pivot: exp.Expr, source: Source) -> Shape:
    """PIVOT t ON q USING sum(x) GROUP BY id, UNPIVOT t ON a, b INTO NAME n VALUE v (DuckDB)."""
    scope = _inside(source, None)
    on = pivot.expressions
    if pivot.args.get("unpivot"):
        return _simple_unpivot(walk, pivot, source, scope)
    using = pivot.args.get("using") or ()
    fed: Feeds = {}
    for node in (*on, *using):
        walk.gather(node, scope, fed, AGGREGATED)
        walk.refer(node, scope, GROUPED)
    group = pivot.args.get("group")
    if group is None:
        shape = _staying(source, _used(walk, (*on, *using)))
    else:
        shape = projection(walk, group.expressions, scope)
    # What stands in the rows decides which columns there are.
    return Shape(shape.names, shape.feeds, shape.types, shape.opens or ((),), fed, star_at=len(shape.names))


def _simple_unpivot(walk: Walk, pivot: exp.Expr, source: Source, scope: Scope) -> Shape:
    into = pivot.args.get("into")
    label = _names(walk, into.this) if into is not None else ["name"]
    values = [name for node in into.expressions for name in _names(walk, node)] if into is not None else ["value"]
    fed: Feeds = {}
    for node in pivot.expressions:
        walk.gather(node, scope, fed, COMPUTED)
    every = any(node.find(exp.Star) for node in pivot.expressions)
    shape = Shape([], [], []) if every else _staying(source, _used(walk, pivot.expressions))
    return _with(shape, [*label, *values], [*({} for _ in label), *(dict(fed) for _ in values)])
