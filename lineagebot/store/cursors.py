"""How far each source was read: its cursor, its watermark, its last trouble."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from lineagebot.errors import StoreDeposed
from lineagebot.store import tables as t
from lineagebot.store.engine import Tx

#: The row of whoever keeps the clock, among those of all duties.
LEADER = "leader"


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where to go on reading a source. `cursor` is the source's own opaque text."""

    cursor: str
    watermark: datetime | None = None
    epoch: int | None = None


def register(tx: Tx, source: str, kind: str) -> None:
    """A configured source exists, and is of this kind; what is known of it stays."""
    _upsert(tx, source, kind=kind)


def load_cursor(tx: Tx, source: str) -> Cursor | None:
    """None where the source was never read."""
    row = tx.execute(
        sa.select(t.source.c.cursor, t.source.c.watermark, t.source.c.epoch).where(t.source.c.name == source)
    ).one_or_none()
    return Cursor(row.cursor, row.watermark, row.epoch) if row is not None and row.cursor is not None else None


def save_cursor(tx: Tx, source: str, cursor: str, *, watermark: datetime | None, epoch: int | None = None) -> bool:
    """The source was read up to here; whether that moved its watermark. Raises StoreDeposed.

    The watermark never goes back; None leaves it.
    """
    check_epoch(tx, epoch)
    _upsert(tx, source, cursor=cursor, **({} if epoch is None else {"epoch": epoch}))
    if watermark is None:
        return False
    mark = t.source.c.watermark
    behind = mark.is_(None) | (mark < watermark)
    return bool(
        tx.execute(sa.update(t.source).where(t.source.c.name == source, behind).values(watermark=watermark)).rowcount
    )


def note_trouble(tx: Tx, source: str, kind: str, trouble: str | None) -> None:
    """The last trouble as a sentence with its remedy; None: all is well again."""
    _upsert(tx, source, kind=kind, trouble=trouble, trouble_at=None if trouble is None else sa.func.now())


def note_log_from(tx: Tx, source: str, at: datetime) -> None:
    """A statement of that moment was read; the earliest stays. A source that is not registered is left alone."""
    first = t.source.c.log_from
    tx.execute(sa.update(t.source).where(t.source.c.name == source, first.is_(None) | (first > at)).values(log_from=at))


def note_inventory(tx: Tx, source: str, as_of: datetime, *, complete: bool) -> None:
    """The catalog was read; only a whole list counts as word on everything."""
    _upsert(tx, source, **({"inventory_at": as_of} if complete else {}))


def first_read_done(tx: Tx, source: str) -> bool:
    """False while what a source tells only teaches."""
    return bool(tx.execute(sa.select(t.source.c.first_read_done).where(t.source.c.name == source)).scalar())


def mark_first_read_done(tx: Tx, source: str) -> None:
    _upsert(tx, source, first_read_done=True)


def check_epoch(tx: Tx, epoch: int | None) -> None:
    """Raise StoreDeposed where a newer leader than `epoch` was elected; None is nobody's epoch and always passes.

    Holds the leader's row until the transaction ends: a successor waits for what is being written.
    """
    if epoch is None:
        return
    keeper = sa.select(t.leader.c.epoch).where(t.leader.c.name == LEADER)
    newest = tx.execute(keeper.with_for_update(read=True)).scalar()
    if newest is not None and newest > epoch:
        raise StoreDeposed(f"another replica leads since (epoch {newest}, ours is {epoch}); nothing was written")


def _upsert(tx: Tx, source: str, **values: object) -> None:
    row = insert(t.source).values(name=source, **values)
    tx.execute(
        row.on_conflict_do_update(index_elements=["name"], set_=values) if values else row.on_conflict_do_nothing()
    )
