"""What an output column is called and of which type it is, where the statement itself tells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from lineagebot.sql.dialects import Dialect
from lineagebot.sql.parse import grammar
from lineagebot.sql.shapes import (
    UNASKED,
    Cell,
    Either,
    Made,
    Scope,
    Shape,
)

if TYPE_CHECKING:
    from lineagebot.sql.lineage import Walk


#: Expressions that are asked for inside each other, at most.
_DEEPEST = 60


def known_types(walk: Walk, shape: Shape) -> list[str | None]:
    """The types of its columns, where they can be told."""
    return [told(walk, cell) for cell in shape.types]


def told(walk: Walk, cell: Cell) -> str | None:
    if not isinstance(cell, (Made, Either)):
        return cell
    if cell.type is UNASKED:
        cell.type = None  # a circle ends here
        if walk.asking > _DEEPEST:
            return None
        walk.asking += 1
        if isinstance(cell, Made):
            cell.type = type_of(walk, cell.node, cell.scope)
            if cell.element and isinstance(cell.type, str):
                cell.type = element_of(cell.type)
        else:
            types = {told(walk, part) for part, _ in cell.parts}
            cell.type = types.pop() if len(types) == 1 else None
        walk.asking -= 1
    return cell.type if isinstance(cell.type, str) else None


def type_of(walk: Walk, node: exp.Expr, scope: Scope) -> str | None:
    """The type of an expression where literals, casts and known columns tell it."""
    if isinstance(node, exp.Cast):
        text = type_text(node.args["to"], walk.dialect)
        walk.named_by_literal = walk.named_by_literal or "(" in text  # varchar(20)
        return text
    if isinstance(node, exp.Column) and type(node.this) is not exp.Star:
        table = node.args.get("table")
        name = walk.column_name(node.this)
        if table is not None:
            source = scope.source_named(walk.alias(table), "")
            return told(walk, source.type_of(name)) if source is not None else None
        cells = [s.type_of(name) for s in scope.sources if s.find(name) is not None]
        return told(walk, cells[0]) if len(cells) == 1 else None
    if isinstance(node, exp.Count):
        return "bigint" if walk.named_by_function else None
    if isinstance(node, exp.Boolean):
        return "boolean"
    if isinstance(node, exp.Literal) and walk.dialect.name == "postgres":
        if node.args.get("is_string"):
            return "text"
        walk.named_by_literal = True  # 1.5 is of another type than 1
        return "integer" if node.name.isdigit() else "numeric"
    return None


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
    if isinstance(node, exp.Window):
        return implied_name(walk, node.this)
    if isinstance(node, exp.Filter):
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


def element_of(type_text: str) -> str | None:
    """The type of what an array of that type holds."""
    text = type_text.strip()
    if text.endswith("[]"):
        return text[:-2]
    return text[6:-1] if text[:6].lower() in ("array<", "array(") else None


def type_text(node: exp.Expr, dialect: Dialect) -> str:
    """A type as the dialect writes it, in small letters."""
    if type(node) is exp.DataType and len(node.args) <= 2 and not node.expressions and isinstance(node.this, exp.DType):
        return str(node.this.value).lower()
    return node.sql(dialect=grammar(dialect.parser)).lower()
