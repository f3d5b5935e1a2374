"""Functions that a SELECT calls to move rows: swap_partitions_between_tables('a', ..., 'b') and its kin (Vertica)."""

from __future__ import annotations

from sqlglot import exp

from lineagebot.model import Action, Edge
from lineagebot.sql.names import split_name
from lineagebot.sql.statement import Statement

#: What becomes of the first table that they name, and of the second.
_MOVES: dict[str, tuple[Action | None, Action]] = {
    "SWAP_PARTITIONS_BETWEEN_TABLES": (Action.OVERWRITE, Action.OVERWRITE),
    "MOVE_PARTITIONS_TO_TABLE": (Action.DROP_PARTITION, Action.APPEND),
    "COPY_PARTITIONS_TO_TABLE": (None, Action.APPEND),
}


def move_rows(statement: Statement, call: exp.Expr) -> None:
    """Take up what the call does, where it is one of these."""
    if isinstance(call, exp.Dot):  # schema.function(...)
        call = call.expression
    if not isinstance(call, exp.Anonymous) or call.name.upper() not in (*_MOVES, "DROP_CHUNKS"):
        return
    if call.name.upper() == "DROP_CHUNKS":
        _drop_chunks(statement, call)
        return
    statement.literals_matter = True
    texts = [node.name for node in call.expressions if isinstance(node, exp.Literal) and node.args.get("is_string")]
    names = [split_name(text, statement.context.dialect.name) for text in (texts[0], texts[-1])] if texts else []
    if len(texts) < 2 or not all(names):
        statement.nameless.append(call.name.lower())
        return
    first, second = (statement.context.target(parts) for parts in names if parts)
    lost, won = _MOVES[call.name.upper()]
    between = f"{texts[1]} .. {texts[2]}" if len(texts) > 3 else None
    if lost is not None:
        statement.effect(lost, first, partition=between)
    statement.effect(won, second, partition=between)
    statement.inputs.append(first.key)
    statement.edges.append(Edge(first.key, second.key))
    if lost is Action.OVERWRITE:
        statement.edges.append(Edge(second.key, first.key))


def _drop_chunks(statement: Statement, call: exp.Expr) -> None:
    """drop_chunks('t', INTERVAL '1 year') takes the old rows of t (TimescaleDB)."""
    statement.literals_matter = True
    named = [a.expression for a in call.expressions if isinstance(a, exp.Kwarg) and a.this.name.lower() == "relation"]
    first = (named or call.expressions or [None])[0]
    parts = split_name(first.name, statement.context.dialect.name) if isinstance(first, exp.Literal) else None
    if parts:
        statement.effect(Action.DROP_PARTITION, statement.context.target(parts))
    else:
        statement.nameless.append("drop_chunks")
