"""How much of what it reads a query lets through: nothing, a piece, or as far as one can tell all."""

from __future__ import annotations

from enum import StrEnum

from sqlglot import exp

from lineagebot.model import AssetKey
from lineagebot.sql.lineage import Walk


class Cut(StrEnum):
    NONE = "no row"
    SOME = "a piece"
    ALL = "all"


def cut(query: object, target: AssetKey, walk: Walk) -> Cut:
    """LIMIT and samples cut; a WHERE does where the query reads the very table that it fills (`target`)."""
    if not isinstance(query, exp.Select):
        return Cut.ALL
    args = query.args
    limit = args.get("limit")
    if limit is not None:
        count = limit.args.get("expression") or limit.args.get("count")
        return Cut.NONE if isinstance(count, exp.Literal) and count.name == "0" else Cut.SOME
    where = args.get("where")
    if where is not None and _never(where.this):
        return Cut.NONE
    from_ = args.get("from_")
    source = from_.this if from_ is not None else None
    if not isinstance(source, exp.Table):
        return Cut.ALL
    if source.args.get("sample") is not None:
        return Cut.SOME
    is_itself = where is not None and any(table.key == target for table in walk.inputs)
    return Cut.SOME if is_itself else Cut.ALL


def _never(condition: exp.Expr) -> bool:
    """WHERE FALSE, WHERE 1 = 0."""
    while isinstance(condition, exp.Paren):
        condition = condition.this
    if isinstance(condition, exp.Boolean):
        return not condition.this
    if not isinstance(condition, exp.EQ):
        return False
    one, other = condition.this, condition.expression
    return isinstance(one, exp.Literal) and isinstance(other, exp.Literal) and one.name != other.name
