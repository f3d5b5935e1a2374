"""Names to ids and back: every other table holds the asset's number."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import RowMapping

from lineagebot.model import Asset, AssetKey, AssetKind
from lineagebot.store import tables as t
from lineagebot.store.bulk import stage
from lineagebot.store.engine import Tx
from lineagebot.store.queries import query
from lineagebot.store.records import storable
from lineagebot.store.search_words import searchable

#: Bytes of a whole path: beyond it no index can hold the name, and no person means it.
LONGEST_PATH = 1000


def ids_of(tx: Tx, keys: Collection[AssetKey]) -> dict[AssetKey, int]:
    """The numbers of those keys that have a row, known or not."""
    if not keys:
        return {}
    rows = tx.execute(query("asset_ids"), {"keys": keys_json(keys)})
    return {AssetKey(r.system, tuple(r.path)): r.id for r in rows}


def ensure(
    tx: Tx, kinds: Mapping[AssetKey, AssetKind], *, at: datetime | None, known: bool = True
) -> dict[AssetKey, int]:
    """The numbers of all `kinds`' keys; those without a row get one. Keys that no index could hold are left out."""
    keys = [key for key in kinds if can_be_kept(key)]
    found = ids_of(tx, keys)
    missing = [key for key in keys if key not in found]
    if missing:
        insert(tx, [Asset(key, kinds[key], default_title(key)) for key in missing], at=at, known=known)
        found |= ids_of(tx, missing)
    if known and len(found) > len(missing):
        tx.execute(
            sa.update(t.asset).where(t.asset.c.id == sa.any_(sa.literal(list(found.values()), sa.ARRAY(sa.Integer))))
            .where(~t.asset.c.known).values(known=True, first_seen=at)
        )  # fmt: skip
    return found


def insert(tx: Tx, assets: Collection[Asset], *, at: datetime | None, known: bool = True) -> None:
    """New rows for `assets`; those that exist stay as they are. Their words join the vocabulary."""
    columns = ("system", "path", "kind", "title", "url", "description", "first_seen", "known", "leftover", "lname",
               "suffixes", "tokens")  # fmt: skip
    rows, vocabulary = [], set[str]()
    for a in assets:
        s = searchable(a.key.path, a.title, a.kind)
        vocabulary.update(s.tokens)
        rows.append(
            (a.key.system, list(a.key.path), str(a.kind), a.title, a.url, a.description, at, known, s.leftover,
             s.lname, list(s.suffixes), list(s.tokens))
        )  # fmt: skip
    stage(tx, t.asset, columns, rows)
    tx.execute(query("insert_assets"))
    learn_words(tx, vocabulary)


def learn_words(tx: Tx, vocabulary: Collection[str]) -> None:
    tx.execute(query("learn_words"), {"words": sorted(vocabulary)})


def can_be_kept(key: AssetKey) -> bool:
    try:
        return (
            len(key.path) > 0
            and sum(len(part.encode()) for part in key.path) <= LONGEST_PATH
            and "\x00" not in str(key)
        )
    except UnicodeEncodeError:
        return False


def default_title(key: AssetKey) -> str:
    """What people call a thing that nobody gave a title: schema and name."""
    return ".".join(key.path[-2:])


def keys_json(keys: Collection[AssetKey]) -> str:
    return json.dumps([{"system": storable(k.system), "path": [storable(p) for p in k.path]} for k in keys])


def one_string(key: AssetKey) -> str:
    """A key as one text, for array columns; the unit separator stands in no name."""
    return storable("\x1f".join((key.system, *key.path)))


def key_of(row: RowMapping) -> AssetKey:
    return AssetKey(row["system"], tuple(row["path"]))


def asset_of(row: RowMapping) -> Asset:
    return Asset(
        key=key_of(row),
        kind=AssetKind(row["kind"]),
        title=row["title"],
        url=row["url"],
        description=row["description"],
        gone_at=row["gone_at"],
        last_scanned=row["last_scanned"],
        scanned_after=row["scanned_after"],
    )
