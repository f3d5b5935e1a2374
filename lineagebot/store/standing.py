"""All that stands in the graph as plain rows, to compare two stores: what was read, not when we came to read it."""

from __future__ import annotations

import sqlalchemy as sa

from lineagebot.store.engine import Tx
from lineagebot.store.queries import query


def everything(tx: Tx) -> dict[str, tuple[tuple[object, ...], ...]]:
    """Sorted rows by part: assets, columns, edges, uses, statements, effects."""
    parts = ("assets", "edges", "uses", "statements", "effects")
    return {part: tuple(sorted(tuple(row) for row in tx.execute(_rows(part)))) for part in parts}


def _rows(part: str) -> sa.TextClause:
    return query(f"standing_{part}")
