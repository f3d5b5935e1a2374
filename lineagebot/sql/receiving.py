"""Which column of a target each column of a query fills."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlglot import exp

from lineagebot.sql.lineage import Walk
from lineagebot.sql.meaning import Target
from lineagebot.sql.shapes import Shape
from lineagebot.sql.statement import Fed


def receiving(
    names: list[str], target: Target, shape: Shape, *, by_name: bool, walk: Walk, partition: object
) -> Sequence[str | None]:
    """The target's columns in the order in which the query fills them."""
    if names:
        return names
    if by_name or not target.columns:
        return shape.names
    fixed = {
        walk.column_name(item.this.this)
        for item in (partition.expressions if isinstance(partition, exp.Expr) else ())
        if isinstance(item, exp.EQ) and isinstance(item.this, exp.Column)
    }
    known = [column.name for column in target.columns if column.name not in fixed]
    return known if shape.opens or len(known) >= len(shape.names) else shape.names


def aligned(names: Sequence[str | None], shape: Shape) -> Iterable[Fed]:
    """Target columns with what feeds them, by position; around an unlisted star only where the position is sure."""
    if not shape.opens:
        yield from zip(names, shape.feeds, strict=False)
        return
    if names is shape.names:
        yield from zip(shape.names, shape.feeds, strict=True)
        return
    star = shape.star_at or 0
    yield from zip(names[:star], shape.feeds[:star], strict=False)
    behind = shape.feeds[star:]
    if behind and len(names) > len(shape.feeds):
        yield from zip(names[len(names) - len(behind) :], behind, strict=True)
