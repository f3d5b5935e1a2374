"""What systems tell of an asset beyond its edges, as names and values: its dbt model, its tests, a column's meaning.

Each system keeps its own word; what it no longer tells is forgotten.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

import sqlalchemy as sa

from lineagebot.model import AssetKey, Fact
from lineagebot.store import tables as t
from lineagebot.store.assets import key_of, keys_json
from lineagebot.store.bulk import stage
from lineagebot.store.engine import Tx
from lineagebot.store.queries import query


def replace_facts(
    tx: Tx, system: str, told: Mapping[int, tuple[tuple[str, str], ...]], at: datetime, *, complete: bool
) -> None:
    """What the system tells now, by the asset's number; a partial list takes nothing away."""
    rows = [(asset, system, [list(pair) for pair in facts], at) for asset, facts in told.items() if facts]
    if complete:
        named = t.fact.c.asset.in_([row[0] for row in rows])
        tx.execute(sa.delete(t.fact).where(t.fact.c.said_by == system, ~named))
    if rows:
        stage(tx, t.fact, ("asset", "said_by", "told", "at"), rows)
        tx.execute(query("replace_facts"))


def facts_of(tx: Tx, keys: Collection[AssetKey]) -> Mapping[AssetKey, tuple[Fact, ...]]:
    """What systems tell of some assets, each in its own order; those of whom nothing is told are absent."""
    found: dict[AssetKey, tuple[Fact, ...]] = {}
    for row in tx.execute(query("facts_of"), {"keys": keys_json(keys)}).mappings():
        told = tuple(Fact(row["said_by"], name, value) for name, value in row["told"])
        found[key_of(row)] = (*found.get(key_of(row), ()), *told)
    return found
