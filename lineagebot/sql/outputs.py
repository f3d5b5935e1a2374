"""What an output column is called that has no alias."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

if TYPE_CHECKING:
    from lineagebot.sql.lineage import Walk


def implied_name(walk: Walk, node: exp.Expr) -> str | None:
    """The name of an output column that has no alias; None where only the server could tell."""
    while isinstance(node, (exp.Paren, exp.Cast, exp.Bracket, exp.Collate)):
        if isinstance(node, exp.Cast) and not walk.named_by_function:
            return None
        node = node.this
    if isinstance(node, (exp.Column, exp.Dot)):
        last = node.this if isinstance(node, exp.Column) else node.expression
        return walk.column_name(last) if isinstance(last, exp.Identifier) else None
    if isinstance(node, exp.Subquery) and isinstance(node.this, exp.Select) and len(node.this.expressions) == 1:
        only = node.this.expressions[0]
        return walk.column_name(only.args["alias"]) if type(only) is exp.Alias else implied_name(walk, only)
    if not walk.named_by_function:
        return None
    if isinstance(node, (exp.Window, exp.Filter)):
        return implied_name(walk, node.this)
    return _NAMED_AFTER.get(type(node))


_NAMED_AFTER: dict[type, str] = {
    exp.Max: "max",
    exp.Min: "min",
    exp.Sum: "sum",
    exp.Avg: "avg",
    exp.Count: "count",
    exp.Coalesce: "coalesce",
    exp.RowNumber: "row_number",
    exp.Lower: "lower",
    exp.Upper: "upper",
    exp.Abs: "abs",
    exp.Round: "round",
    exp.Exists: "exists",
    exp.Greatest: "greatest",
    exp.Least: "least",
    exp.Nullif: "nullif",
    exp.ArrayAgg: "array_agg",
}
