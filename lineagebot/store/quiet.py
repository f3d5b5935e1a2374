"""What people want no alerts about, and its way back; every change is audited."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Row
from sqlalchemy.dialects.postgresql import insert

from lineagebot.model import AssetKey, Noise, NoiseKind
from lineagebot.store import tables as t
from lineagebot.store.assets import one_string
from lineagebot.store.curation import audit
from lineagebot.store.engine import Tx
from lineagebot.store.records import storable


def add(tx: Tx, noise: Noise, *, workspace: str = "") -> Noise:
    """Keep it from now on; what is kept already is returned as it is."""
    row = {
        "kind": str(noise.kind),
        "system": noise.system,
        "name": one_string(noise.asset) if noise.asset is not None else storable(noise.name),
        "login": storable(noise.login or ""),
    }
    new = insert(t.quiet).values(**row, by=storable(noise.by), at=noise.at)
    added = tx.execute(new.on_conflict_do_nothing().returning(t.quiet)).one_or_none()
    if added is not None:
        audit(tx, workspace, noise.by, "quiet", str(noise), noise.system, noise.at)
        return _noise(added)
    return _noise(tx.execute(sa.select(t.quiet).filter_by(**row)).one())


def remove(tx: Tx, noise_id: int, *, by: str, at: datetime, workspace: str = "") -> Noise | None:
    """Hear of it again; None where there is none of that number."""
    row = tx.execute(sa.delete(t.quiet).where(t.quiet.c.id == noise_id).returning(t.quiet)).one_or_none()
    if row is None:
        return None
    noise = _noise(row)
    audit(tx, workspace, by, "unquiet", str(noise), noise.system, at)
    return noise


def kept(tx: Tx) -> tuple[Noise, ...]:
    """All of it, oldest first."""
    return tuple(_noise(row) for row in tx.execute(sa.select(t.quiet).order_by(t.quiet.c.id)))


def _noise(row: Row[Any]) -> Noise:
    kind = NoiseKind(row.kind)
    system, *path = row.name.split("\x1f")
    is_asset = kind is NoiseKind.ASSET
    return Noise(
        kind=kind,
        by=row.by,
        at=row.at,
        name="" if is_asset else row.name,
        asset=AssetKey(system, tuple(path)) if is_asset else None,
        login=row.login or None,
        system=row.system,
        id=row.id,
    )
