"""Of which type an expression is, where literals, casts, known columns and the dialect's own rules tell it.

Asked only of the columns that a statement puts out, never on the way. A type that is not sure is not said: a wrong one
would look like a changed column. So lengths and precisions that only the server computes leave the type unsaid.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from sqlglot import exp

from lineagebot.sql import structs
from lineagebot.sql.fields import element_of
from lineagebot.sql.shapes import UNASKED, Cell, Either, Made, Scope, Shape
from lineagebot.sql.type_kinds import called, is_double, kind_of, sum_of_integers, widest
from lineagebot.sql.types import type_text

if TYPE_CHECKING:
    from lineagebot.sql.lineage import Walk

#: Expressions that are asked for inside each other, at most.
_DEEPEST = 60


def known_types(walk: Walk, shape: Shape) -> list[str | None]:
    """The types of its columns, where they can be told."""
    return [type_of_cell(walk, cell) for cell in shape.types]


def plain_types(walk: Walk, shape: Shape) -> list[str | None]:
    """The types that the catalog or a cast says: of plain columns, at next to no cost."""
    if not walk.catalog.relations:
        return [
            type_of_cell(walk, cell) if type(cell) is Made and type(cell.node) in (exp.Cast, exp.TryCast) else None
            for cell in shape.types
        ]
    return [
        type_of_cell(walk, cell) if type(cell) is not Made or type(cell.node) in _PLAIN else None
        for cell in shape.types
    ]


_PLAIN = frozenset({exp.Column, exp.Cast, exp.TryCast})


def type_of_cell(walk: Walk, cell: Cell) -> str | None:
    """The type of a column; what an expression was asked once, it remembers."""
    if not isinstance(cell, (Made, Either)):
        return cell
    if cell.type is UNASKED:
        cell.type = None  # a circle ends here
        if isinstance(cell, Made):
            found = type_of(walk, cell.node, cell.scope)
            cell.type = element_of(found) if cell.element and found is not None else found
        else:
            parts = [p for p, _ in cell.parts if not (isinstance(p, Made) and isinstance(p.node, exp.Null))]
            cell.type = _agreed([type_of_cell(walk, part) for part in parts])
    return cell.type if isinstance(cell.type, str) else None


def type_of(walk: Walk, node: exp.Expr, scope: Scope) -> str | None:
    """The type of an expression, in small letters unless the catalog says it otherwise; None where it is not sure."""
    rule = _RULES.get(type(node))
    if rule is None or walk.asking > _DEEPEST:
        return None
    walk.asking += 1
    try:
        return rule(walk, node, scope)
    finally:
        walk.asking -= 1


_Rule = Callable[["Walk", exp.Expr, Scope], "str | None"]


def _always(kind: str) -> _Rule:
    return lambda walk, node, scope: called(kind, walk.dialect)


def _same(walk: Walk, node: exp.Expr, scope: Scope) -> str | None:
    """As what it is handed: MAX(x), LAG(x), (x)."""
    inner = node.this if isinstance(node.this, exp.Expr) else next(iter(node.expressions), None)
    return type_of(walk, inner, scope) if isinstance(inner, exp.Expr) else None


def _agreed(types: Iterable[str | None]) -> str | None:
    """What several values are together, where all of them are the same."""
    found = {type_.lower(): type_ for type_ in types if type_ is not None} if all(types := list(types)) else {}
    return next(iter(found.values())) if len(found) == 1 else None


def _one_of(walk: Walk, nodes: Iterable[exp.Expr | None], scope: Scope) -> str | None:
    """The values of a CASE, IF or COALESCE. A bare string takes the type of the others in Postgres and its kin."""
    values = [node for node in nodes if node is not None and not isinstance(node, exp.Null)]
    if walk.named_by_function:
        typed = [v for v in values if not (isinstance(v, exp.Literal) and v.args.get("is_string"))]
        values = typed or values
    return _agreed([type_of(walk, value, scope) for value in values]) if values else None


def _if(walk: Walk, node: exp.Expr, scope: Scope) -> str | None:
    return _one_of(walk, (node.args.get("true"), node.args.get("false")), scope)


def _case(walk: Walk, node: exp.Expr, scope: Scope) -> str | None:
    values = [branch.args.get("true") for branch in node.args.get("ifs") or ()]
    return _one_of(walk, (*values, node.args.get("default")), scope)


def _several(walk: Walk, node: exp.Expr, scope: Scope) -> str | None:
    return _one_of(walk, (node.this, *node.expressions), scope)


def _column(walk: Walk, node: exp.Expr, scope: Scope) -> str | None:
    if type(node.this) is exp.Star:
        return None
    table = node.args.get("table")
    name = walk.column_name(node.this)
    if table is None:
        cells = [s.type_of(name) for s in scope.sources if s.find(name) is not None]
        if not cells:
            holder = scope.holding(name)
            return type_of_cell(walk, holder.type_of(name)) if holder is not None else None
        return _agreed([type_of_cell(walk, cell) for cell in cells])
    if node.args.get("db") is None:
        source = scope.source_named(walk.alias(table), "")
        if source is not None:
            return type_of_cell(walk, source.type_of(name))
    fields = structs.along(walk, structs.path_of(node)[:-1], scope)
    return type_of_cell(walk, fields.type_of(name)) if fields is not None else None


def _field(walk: Walk, node: exp.Expr, scope: Scope) -> str | None:
    fields = structs.inside(walk, node.this, scope)
    part = node.expression
    if fields is None or not isinstance(part, exp.Identifier):
        return None
    return type_of_cell(walk, fields.type_of(walk.column_name(part)))


def _bracket(walk: Walk, node: exp.Expr, scope: Scope) -> str | None:
    whole = type_of(walk, node.this, scope)
    return element_of(whole) if whole is not None else None


def _literal(walk: Walk, node: exp.Expr, scope: Scope) -> str | None:
    if node.args.get("is_string"):
        return called("text", walk.dialect)
    if not walk.literals_typed:
        return None
    walk.named_by_literal = True  # 1.5 is of another type than 1
    if node.name.isdigit():
        return called("int", walk.dialect) if len(node.name) < 10 or walk.dialect.name == "bigquery" else None
    return {"bigquery": "float64", "postgres": "numeric"}.get(walk.dialect.name)


def _cast(walk: Walk, node: exp.Expr, scope: Scope) -> str | None:
    text = type_text(node.args["to"], walk.dialect)
    walk.named_by_literal = walk.named_by_literal or "(" in text  # varchar(20)
    return text


def _arithmetic(walk: Walk, node: exp.Expr, scope: Scope) -> str | None:
    """A chain of + and - leans left and may be long: it is walked, not climbed."""
    operands: list[exp.Expr] = []
    divides = False
    at = node
    while isinstance(at, (exp.Add, exp.Sub, exp.Mul, exp.Div)):
        divides = divides or isinstance(at, exp.Div)
        operands.append(at.expression)
        at = at.this
        while isinstance(at, exp.Paren):
            at = at.this
    types = [type_of(walk, operand, scope) for operand in (at, *operands)]
    kinds = {kind_of(type_) for type_ in types}
    if not kinds <= {"int", "float", "numeric"}:
        return None
    if "float" in kinds:
        return called("float", walk.dialect) if all(is_double(t) for t in types if kind_of(t) == "float") else None
    if "numeric" in kinds:
        plain = all((t or "").lower() == "numeric" for t in types if kind_of(t) == "numeric")
        return called("numeric", walk.dialect) if plain else None
    if divides and walk.dialect.name in ("bigquery", "databricks", "spark", "duckdb"):
        return called("float", walk.dialect)
    return widest(types)


def _sum(walk: Walk, node: exp.Expr, scope: Scope) -> str | None:
    type_ = _same(walk, node, scope)
    if kind_of(type_) == "int":
        return sum_of_integers(type_, walk.dialect)
    if is_double(type_):
        return called("float", walk.dialect)
    return called("numeric", walk.dialect) if (type_ or "").lower() == "numeric" else None


def _average(walk: Walk, node: exp.Expr, scope: Scope) -> str | None:
    type_ = _same(walk, node, scope)
    if is_double(type_):
        return called("float", walk.dialect)
    if (type_ or "").lower() == "numeric":
        return called("numeric", walk.dialect)
    if kind_of(type_) != "int":
        return None
    return called("numeric" if walk.dialect.name == "postgres" else "float", walk.dialect)


def _array_of(walk: Walk, node: exp.Expr, scope: Scope) -> str | None:
    inner = _same(walk, node, scope) if isinstance(node, exp.ArrayAgg) else _one_of(walk, node.expressions, scope)
    if inner is None:
        return None
    if walk.named_by_function:
        return f"{inner}[]"
    return f"array({inner})" if walk.dialect.name in ("trino", "athena") else f"array<{inner}>"


def _struct(walk: Walk, node: exp.Expr, scope: Scope) -> str | None:
    if walk.dialect.name != "bigquery":
        return None
    fields = structs.inside(walk, node, scope)
    parts = [(name, type_of_cell(walk, cell)) for name, _, cell in fields.star()] if fields is not None else []
    if not parts or any(name is None or type_ is None for name, type_ in parts):
        return None
    return f"struct<{', '.join(f'{name} {type_}' for name, type_ in parts)}>"


def _query(walk: Walk, node: exp.Expr, scope: Scope) -> str | None:
    shape = walk.query_once(node, scope)
    return type_of_cell(walk, shape.types[0]) if len(shape.types) == 1 else None


def _only_in_bigquery(kind: str) -> _Rule:
    """Functions that the parser calls alike in all dialects, though they give different things."""
    return lambda walk, node, scope: called(kind, walk.dialect) if walk.dialect.name == "bigquery" else None


def _round(walk: Walk, node: exp.Expr, scope: Scope) -> str | None:
    type_ = type_of(walk, node.this, scope)
    return type_ if is_double(type_) else None


def _part(walk: Walk, node: exp.Expr, scope: Scope) -> str | None:
    """EXTRACT(YEAR FROM d); of a DATE or TIME it is one."""
    return called("part", walk.dialect) if node.name.upper() not in ("DATE", "TIME", "SECOND", "EPOCH") else None


def _bigquery_part(walk: Walk, node: exp.Expr, scope: Scope) -> str | None:
    if walk.dialect.name == "bigquery":
        return "date" if node.name.upper() == "DATE" else "int64" if node.name.upper() != "TIME" else "time"
    return _part(walk, node, scope)


def _as_date(walk: Walk, node: exp.Expr, scope: Scope) -> str | None:
    """What adds to a date or cuts it gives again what it was handed, in BigQuery."""
    return type_of(walk, node.this, scope) if walk.dialect.name == "bigquery" else None


def _rank(walk: Walk, node: exp.Expr, scope: Scope) -> str | None:
    return called("int" if walk.dialect.name in ("databricks", "spark") else "count", walk.dialect)


_RULES: dict[type, _Rule] = {
    exp.Column: _column,
    exp.Dot: _field,
    exp.Bracket: _bracket,
    exp.Literal: _literal,
    exp.Cast: _cast,
    exp.TryCast: _cast,
    exp.If: _if,
    exp.Case: _case,
    exp.Sum: _sum,
    exp.Avg: _average,
    exp.Array: _array_of,
    exp.ArrayAgg: _array_of,
    exp.Struct: _struct,
    exp.Subquery: _query,
    exp.Select: _query,
    exp.Extract: _bigquery_part,
    exp.Round: _round,
    exp.Neg: _same,
    **dict.fromkeys((exp.Coalesce, exp.Greatest, exp.Least), _several),
    **dict.fromkeys((exp.Add, exp.Sub, exp.Mul, exp.Div), _arithmetic),
    **dict.fromkeys(
        (
            exp.Paren,
            exp.Alias,
            exp.Max,
            exp.Min,
            exp.AnyValue,
            exp.ArgMax,
            exp.ArgMin,
            exp.FirstValue,
            exp.LastValue,
            exp.NthValue,
            exp.Lag,
            exp.Lead,
            exp.Nullif,
            exp.Window,
            exp.Filter,
            exp.IgnoreNulls,
            exp.RespectNulls,
            exp.HavingMax,
            exp.Order,
            exp.Limit,
            exp.Distinct,
        ),
        _same,
    ),
    **dict.fromkeys(
        (
            exp.Boolean,
            exp.And,
            exp.Or,
            exp.Not,
            exp.EQ,
            exp.NEQ,
            exp.GT,
            exp.GTE,
            exp.LT,
            exp.LTE,
            exp.NullSafeEQ,
            exp.NullSafeNEQ,
            exp.Is,
            exp.In,
            exp.Between,
            exp.Like,
            exp.ILike,
            exp.Exists,
            exp.RegexpLike,
            exp.StartsWith,
            exp.LogicalAnd,
            exp.LogicalOr,
        ),
        _always("bool"),
    ),
    **dict.fromkeys((exp.Count, exp.CountIf, exp.ApproxDistinct), _always("count")),
    **dict.fromkeys((exp.RowNumber, exp.Rank, exp.DenseRank), _rank),
    **dict.fromkeys(
        (
            exp.Upper,
            exp.Lower,
            exp.Trim,
            exp.Concat,
            exp.ConcatWs,
            exp.Substring,
            exp.Replace,
            exp.RegexpReplace,
            exp.Initcap,
            exp.GroupConcat,
        ),
        _always("text"),
    ),
    **dict.fromkeys((exp.CurrentDate,), _always("date")),
    **dict.fromkeys((exp.CurrentTimestamp,), _always("now")),
    **dict.fromkeys((exp.PercentRank, exp.CumeDist), _always("float")),
    **{
        node: _only_in_bigquery(kind)
        for kind, nodes in {
            "date": (exp.Date, exp.StrToDate),
            "timestamp": (exp.Timestamp, exp.StrToTime, exp.UnixToTime, exp.TimestampTrunc),
            "datetime": (exp.TsOrDsToDatetime,),
            "text": (
                exp.TimeToStr,
                exp.JSONFormat,
                exp.JSONExtractScalar,
                exp.RegexpExtract,
                exp.Uuid,
                exp.Left,
                exp.Right,
            ),
            "int": (
                exp.DateDiff,
                exp.TimestampDiff,
                exp.DatetimeDiff,
                exp.UnixSeconds,
                exp.UnixMillis,
                exp.FarmFingerprint,
                exp.Length,
                exp.ArraySize,
                exp.BitwiseCount,
            ),
        }.items()
        for node in nodes
    },
    **dict.fromkeys(
        (exp.DateAdd, exp.DateSub, exp.DateTrunc, exp.TimestampAdd, exp.TimestampSub, exp.LastDay), _as_date
    ),
}
