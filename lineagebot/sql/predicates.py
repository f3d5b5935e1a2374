"""Whether a predicate limits the rows of an UPDATE or DELETE at all, told from its literals alone.

`id = id` is no such predicate: where id is NULL it does not hold. A constant that decides belongs to the answer: of two
texts that differ only in their literals one may delete every row, the other none.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from decimal import Decimal, InvalidOperation

from sqlglot import exp

from lineagebot.sql.statement import Statement


def every_row_of(statement: Statement, tree: exp.Expr) -> bool:
    """True where no predicate limits the rows: no WHERE, WHERE TRUE, WHERE 1 = 1."""
    if tree.args.get("limit") is not None:
        return False
    where = tree.args.get("where")
    if where is None:
        return not _inner_joined(tree)
    return truth(where.this, statement) is True


def _inner_joined(tree: exp.Expr) -> bool:
    """UPDATE a JOIN b ON ...: the join limits the rows."""
    from_ = tree.args.get("from_")
    tables = [node for node in (tree.this, from_.this if from_ is not None else None) if isinstance(node, exp.Expr)]
    return any(
        join.args.get("on") is not None and not join.args.get("side")
        for t in tables
        for join in t.args.get("joins") or ()
    )


def truth(node: exp.Expr, statement: Statement) -> bool | None:
    """True or False where the literals in a condition alone decide it, whatever the row; None where they do not."""
    while isinstance(node, (exp.Paren, exp.Cast)):
        node = node.this
    if isinstance(node, (exp.And, exp.Or)):
        return _joined(node, statement)
    if isinstance(node, exp.Not):
        inner = truth(node.this, statement)
        return None if inner is None else not inner
    compare = _COMPARISONS.get(type(node))
    if compare is not None:
        return _compared(compare, node.this, node.expression, statement)
    value = _constant(node)
    if value is None:
        return None
    statement.literals_matter = True
    if isinstance(value, str):
        return {"t": True, "true": True, "1": True, "f": False, "false": False, "0": False}.get(value.lower())
    return bool(value)


def _joined(node: exp.Expr, statement: Statement) -> bool | None:
    """One False decides an AND, one True an OR."""
    decides = isinstance(node, exp.Or)
    found = [truth(part, statement) for part in node.flatten()]
    if decides in found:
        return decides
    return None if None in found else not decides


def _compared(
    compare: Callable[[object, object], bool], left: exp.Expr, right: exp.Expr, statement: Statement
) -> bool | None:
    one, other = _constant(left), _constant(right)
    if one is None or other is None:
        return None
    statement.literals_matter = True
    return compare(one, other) if type(one) is type(other) else None


_COMPARISONS: dict[type[exp.Expr], Callable[..., bool]] = {
    exp.EQ: operator.eq,
    exp.NullSafeEQ: operator.eq,
    exp.Is: operator.eq,
    exp.NEQ: operator.ne,
    exp.NullSafeNEQ: operator.ne,
    exp.LT: operator.lt,
    exp.LTE: operator.le,
    exp.GT: operator.gt,
    exp.GTE: operator.ge,
}


def _constant(node: exp.Expr) -> bool | str | Decimal | None:
    """The value of a literal; None for anything else."""
    while isinstance(node, exp.Paren):
        node = node.this
    if isinstance(node, exp.Boolean):
        return bool(node.this)
    if not isinstance(node, exp.Literal):
        return None
    if node.args.get("is_string"):
        return str(node.name)
    try:
        return Decimal(str(node.name))
    except InvalidOperation:
        return None
