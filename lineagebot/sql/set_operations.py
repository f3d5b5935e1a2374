"""Queries one below the other: UNION, EXCEPT, INTERSECT, and the rounds of a recursive WITH."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlglot import exp

from lineagebot.sql.gathering import refer_by_position
from lineagebot.sql.shapes import (
    FILTERED,
    ORDERED,
    Scope,
    Shape,
    union,
)

if TYPE_CHECKING:
    from lineagebot.sql.lineage import Walk


def set_operation(walk: Walk, node: exp.SetOperation, ctes: dict[str, Shape], parent: Scope | None) -> Shape:
    """The columns of a chain of them, of any length."""
    first, *others = _branches(node)
    kept = [walk.query(first, ctes, parent)]
    by_name = False
    for operation, branch in zip(_operations(node), others, strict=True):
        shape = walk.query(branch, ctes, parent)
        if isinstance(operation, exp.Except):  # its rows decide what is left; they do not get there
            _depend(walk, shape)
        else:
            kept.append(shape)
            by_name = by_name or bool(operation.args.get("by_name"))
    found = union(kept, by_name=by_name)
    if by_name and not found.opens:
        found = _common(walk, node, kept, found)
    order = node.args.get("order")
    if order is not None:
        scope = Scope(None, ctes)
        scope.sources.append(found)
        refer_by_position(walk, order.expressions, scope, found, ORDERED)
    limit = node.args.get("limit")
    if limit is not None:
        walk.refer(limit, Scope(parent, ctes), FILTERED)
    return found


def stacked(walk: Walk, node: exp.SetOperation, first: Shape, ctes: dict[str, Shape], parent: Scope | None) -> Shape:
    """|> UNION ALL (SELECT ...), (SELECT ...): the same operation with several queries."""
    others = [walk.query(branch, ctes, parent) for branch in (node.expression, *node.expressions)]
    if isinstance(node, exp.Except):
        for shape in others:
            _depend(walk, shape)
        return first
    by_name = bool(node.args.get("by_name"))
    kept = [first, *others]
    found = union(kept, by_name=by_name)
    return _common(walk, node, kept, found) if by_name and not found.opens else found


def _common(walk: Walk, node: exp.Expr, kept: Sequence[Shape], found: Shape) -> Shape:
    """INNER UNION BY NAME has the columns that all sides have, LEFT those of the first, BY NAME ON (a) only a."""
    named = {walk.column_name(c.this if isinstance(c, exp.Column) else c) for c in node.args.get("on") or ()}
    if str(node.args.get("kind")).upper() == "INNER":
        named = set.intersection(*({name for name in shape.names if name} for shape in kept))
    elif str(node.args.get("side")).upper() == "LEFT":
        named = {name for name in kept[0].names if name}
    if not named:
        return found
    rows = [row for row in found.star() if row[0] in named]
    return Shape([r[0] for r in rows], [r[1] for r in rows], [r[2] for r in rows])


def _depend(walk: Walk, shape: Shape) -> None:
    for feeds in shape.feeds:
        for origin in feeds:
            walk.references[origin] = min(walk.references.get(origin, FILTERED), FILTERED)


def rounds(
    walk: Walk, body: exp.SetOperation, name: str, columns: list[str], ctes: dict[str, Shape], parent: Scope | None
) -> Shape:
    """The columns of a WITH RECURSIVE: of its anchor, then of its steps as they see themselves."""
    anchor, *steps = _branches(body)
    ctes = walk.with_(body, ctes, parent)
    found = walk.query(anchor, ctes, parent).renamed(columns)
    for _ in range(2):  # the second round sees columns that change places on the way
        inner = {**ctes, name: found}
        found = union([found, *(walk.query(step, inner, parent) for step in steps)], by_name=False)
    return found


def _branches(node: exp.SetOperation) -> list[exp.Expr]:
    """The queries of a chain of UNIONs, first to last; the chain leans left and may be thousands long."""
    found: list[exp.Expr] = []
    at: exp.Expr = node
    while isinstance(at, exp.SetOperation):
        found.append(at.expression)
        at = at.this
    return [at, *reversed(found)]


def _operations(node: exp.SetOperation) -> list[exp.SetOperation]:
    found: list[exp.SetOperation] = []
    at: exp.Expr = node
    while isinstance(at, exp.SetOperation):
        found.append(at)
        at = at.this
    return found[::-1]
