"""FROM t |> WHERE ... |> SELECT ...: what is in the rows after each step, and what names still mean there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from sqlglot import exp

from lineagebot.sql.gathering import refer_by_position
from lineagebot.sql.piping import EXTEND, SET
from lineagebot.sql.pivots import pivoted
from lineagebot.sql.projecting import count_steps, spread
from lineagebot.sql.set_operations import stacked
from lineagebot.sql.shapes import (
    COMPUTED,
    FILTERED,
    ORDERED,
    Feeds,
    Scope,
    Shape,
    joined_opens,
    shape_of,
    whole_row,
)
from lineagebot.sql.sources import add, join

if TYPE_CHECKING:
    from lineagebot.sql.lineage import Walk

_ALL = exp.Star()
#: Dialects in which the assignments of one SET see each other.
_ONE_AFTER_THE_OTHER = frozenset({"databricks", "spark"})


def piped(walk: Walk, steps: Sequence[exp.Expr], scope: Scope) -> Shape:
    """The columns behind the last step; `scope` holds the tables in front of the first."""
    for step in steps:
        scope = _AFTER[_kind(step)](walk, step, scope)
    shape = _rows(walk, scope)
    walk.starred.update((table, None) for group in shape.opens for table in group)
    return shape


def _kind(step: exp.Expr) -> type[exp.Expr]:
    return exp.SetOperation if isinstance(step, exp.SetOperation) else type(step)


def _rows(walk: Walk, scope: Scope) -> Shape:
    """Everything that is in the rows by now."""
    sources = scope.sources
    if len(sources) == 1 and not scope.merged:
        return shape_of(sources[0])
    found = list(spread(walk, _ALL, sources, scope, whole=True))
    opens = joined_opens(sources)
    wild: Feeds | None = None
    for source in sources:
        if isinstance(source, Shape) and source.wild is not None and not source.names:
            wild, opens = source.wild, opens or ((),)
    shape = Shape([f[0] for f in found], [f[1] for f in found], [f[2] for f in found], opens, wild, star_at=0)
    count_steps(walk, shape)
    return shape


def _behind(scope: Scope, shape: Shape, *, named: bool = False) -> Scope:
    """Where the next step stands; `named`: tables further up may still be asked for their columns by name."""
    after = Scope(scope.parent, scope.ctes)
    after.sources.append(shape)
    if named:
        after.by_name, after.own_names = scope.by_name, scope.own_names
    return after


def _listed(walk: Walk, step: exp.Expr, scope: Scope) -> Scope:
    """SELECT and AGGREGATE leave what they list; EXTEND, SET, DROP, RENAME change some and keep the others."""
    if step.args.get("kind") not in (EXTEND, SET):
        return _behind(scope, walk.listed(step, scope))
    scope = _behind(scope, _rows(walk, scope), named=True)
    replaced = step.expressions[0].args.get("replace") or ()
    if len(replaced) < 2 or walk.dialect.name not in _ONE_AFTER_THE_OTHER:
        return _behind(scope, walk.listed(step, scope), named=True)
    for assignment in replaced:
        one = exp.Select(expressions=[exp.Star(replace=[assignment])])
        scope = _behind(scope, walk.listed(one, scope), named=True)
    return scope


def _filtered(walk: Walk, step: exp.Expr, scope: Scope) -> Scope:
    walk.refer(step, scope, FILTERED)
    return scope


def _ordered(walk: Walk, step: exp.Expr, scope: Scope) -> Scope:
    refer_by_position(walk, step.expressions, scope, _rows(walk, scope), ORDERED)
    return scope


def _joined(walk: Walk, step: exp.Expr, scope: Scope) -> Scope:
    join(walk, step, scope)
    return scope


def _lateral(walk: Walk, step: exp.Expr, scope: Scope) -> Scope:
    add(walk, step, scope)
    return scope


def _called(walk: Walk, step: exp.Expr, scope: Scope) -> Scope:
    """AS x: only this name leads to the columns from here on."""
    after = Scope(scope.parent, scope.ctes)
    single = len(scope.sources) == 1 and not scope.merged
    after.add(scope.sources[0] if single else _rows(walk, scope), walk.alias(step.this), alias=True)
    return after


def _pivoted(walk: Walk, step: exp.Expr, scope: Scope) -> Scope:
    after = _behind(scope, pivoted(walk, _rows(walk, scope), [step], scope))
    alias = step.args.get("alias")
    if alias is not None and alias.this is not None:
        after.by_name[walk.alias(alias.this)] = after.sources[0]
    return after


def _stacked(walk: Walk, step: exp.Expr, scope: Scope) -> Scope:
    assert isinstance(step, exp.SetOperation)
    return _behind(scope, stacked(walk, step, _rows(walk, scope), scope.ctes, scope.parent))


def _through_function(walk: Walk, step: exp.Expr, scope: Scope) -> Scope:
    """CALL f(...) takes the rows and gives others: any column of those may be made of all."""
    rows = _rows(walk, scope)
    walk.starred.update((table, None) for group in rows.opens for table in group)
    fed = whole_row(rows)
    for argument in step.this.expressions:
        walk.gather(argument, scope, fed, COMPUTED)
    after = Scope(scope.parent, scope.ctes)
    alias = step.args.get("alias")
    name = walk.alias(alias.this) if alias is not None and alias.this is not None else ""
    after.add(Shape([], [], [], ((),), fed, star_at=0), name, alias=bool(name))
    return after


_AFTER: dict[type[exp.Expr], Callable[[Walk, exp.Expr, Scope], Scope]] = {
    exp.Select: _listed,
    exp.Where: _filtered,
    exp.Limit: _filtered,
    exp.Fetch: _filtered,
    exp.Offset: _filtered,
    exp.Order: _ordered,
    exp.Join: _joined,
    exp.Lateral: _lateral,
    exp.TableAlias: _called,
    exp.Pivot: _pivoted,
    exp.SetOperation: _stacked,
    exp.Table: _through_function,
}
