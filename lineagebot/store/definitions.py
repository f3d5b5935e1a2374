"""What a view's text was when it last stood: it holds no data, so its text is all that is needed to get it back."""

from __future__ import annotations

import sqlalchemy as sa

from lineagebot.model import AssetKey
from lineagebot.store import tables as t
from lineagebot.store.assets import ids_of
from lineagebot.store.engine import Tx


def last_definition(tx: Tx, key: AssetKey) -> str | None:
    """None where nothing of that name had a text that is known, or where what stood last was no view."""
    ids = ids_of(tx, [key])
    if key not in ids:
        return None
    i = t.incarnation.c
    stood = sa.select(i.definition).where(i.asset == ids[key]).order_by(i.created_at.desc(), i.id.desc())
    return tx.execute(stood.limit(1)).scalar()
