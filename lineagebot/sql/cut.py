"""How much of what it reads a query lets through: nothing, a piece, or as far as one can tell all."""

from __future__ import annotations

from enum import StrEnum

from sqlglot import exp

from lineagebot.model import AssetKey
from lineagebot.sql.predicates import truth
from lineagebot.sql.statement import Statement


class Cut(StrEnum):
    NONE = "no row"
    SOME = "a piece"
    ALL = "all"


def cut(query: object, target: AssetKey, statement: Statement) -> Cut:
    """LIMIT and samples cut; a WHERE does where the query reads the very table that it fills (`target`)."""
    if not isinstance(query, exp.Select):
        return Cut.ALL
    args = query.args
    limit = args.get("limit")
    if limit is not None:
        statement.literals_matter = True  # LIMIT 0 leaves nothing
        count = limit.args.get("expression") or limit.args.get("count")
        return Cut.NONE if isinstance(count, exp.Literal) and count.name == "0" else Cut.SOME
    where = args.get("where")
    if where is not None and truth(where.this, statement) is False:
        return Cut.NONE
    from_ = args.get("from_")
    source = from_.this if from_ is not None else None
    if not isinstance(source, exp.Table):
        return Cut.ALL
    if source.args.get("sample") is not None:
        return Cut.SOME
    is_itself = where is not None and any(table.key == target for table in statement.walk.inputs)
    return Cut.SOME if is_itself else Cut.ALL
