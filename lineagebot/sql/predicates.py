"""Whether a predicate limits the rows of an UPDATE or DELETE at all."""

from __future__ import annotations

from sqlglot import exp

from lineagebot.sql.statement import Statement


def every_row_of(statement: Statement, tree: exp.Expr) -> bool:
    """True where no predicate limits the rows: no WHERE, WHERE TRUE, WHERE 1 = 1."""
    if tree.args.get("limit") is not None:
        return False
    where = tree.args.get("where")
    if where is None:
        return not _inner_joined(tree)
    if _asks_literals(where.this):
        statement.literals_matter = True
    return _always(where.this)


def _inner_joined(tree: exp.Expr) -> bool:
    """UPDATE a JOIN b ON ...: the join limits the rows."""
    from_ = tree.args.get("from_")
    tables = [node for node in (tree.this, from_.this if from_ is not None else None) if isinstance(node, exp.Expr)]
    return any(
        join.args.get("on") is not None and not join.args.get("side")
        for t in tables
        for join in t.args.get("joins") or ()
    )


def _asks_literals(node: exp.Expr) -> bool:
    """A literal decides: WHERE 1 = 1, WHERE a = 5 OR 'x' = 'x'."""
    stack = [node]
    while stack:
        node = stack.pop()
        if isinstance(node, (exp.And, exp.Or)):
            stack += (node.this, node.expression)
        elif isinstance(node, (exp.Paren, exp.Not)):
            stack.append(node.this)
        elif isinstance(node, (exp.Literal, exp.Binary, exp.In)) and node.find(exp.Column, exp.Query) is None:
            return True
    return False


def _always(node: exp.Expr) -> bool:
    while isinstance(node, exp.Paren):
        node = node.this
    if isinstance(node, exp.Boolean):
        return bool(node.this)
    if isinstance(node, exp.EQ):
        left, right = node.this, node.expression
        return type(left) is type(right) and isinstance(left, (exp.Literal, exp.Column)) and bool(left == right)
    if isinstance(node, exp.Literal):
        return not node.args.get("is_string") and node.name not in ("0", "")
    if isinstance(node, exp.Not):
        inner = node.this
        return isinstance(inner, exp.Boolean) and not inner.this
    if isinstance(node, exp.And):
        return all(_always(part) for part in node.flatten())
    if isinstance(node, exp.Or):
        return any(_always(part) for part in node.flatten())
    return False
