"""What a watcher remembers between two looks, and which workspaces asked for quiet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from lineagebot.store import tables as t
from lineagebot.store.cursors import check_epoch
from lineagebot.store.engine import Tx


@dataclass(frozen=True, slots=True)
class Pause:
    """A workspace hears no alerts. `until` None: until someone resumes."""

    until: datetime | None
    by: str
    at: datetime


def load_state(tx: Tx, name: str) -> tuple[int, str]:
    """(journal position, state as JSON) of that watcher; (0, "") where it never looked.

    Its row is held until the transaction ends: two watchers of one name take turns.
    """
    new = insert(t.watch_state).values(name=name, position=0, state="")
    tx.execute(new.on_conflict_do_nothing())
    chosen = sa.select(t.watch_state.c.position, t.watch_state.c.state).where(t.watch_state.c.name == name)
    row = tx.execute(chosen.with_for_update()).one()
    return row.position, row.state


def save_state(tx: Tx, name: str, position: int, state: str, *, epoch: int | None = None) -> None:
    """Goes in the transaction of what the watcher decided. Raises StoreDeposed."""
    check_epoch(tx, epoch)
    values = {"position": position, "state": state, "epoch": epoch}
    row = insert(t.watch_state).values(name=name, **values)
    tx.execute(row.on_conflict_do_update(index_elements=["name"], set_=values))


def paused(tx: Tx, workspace: str, *, now: datetime | None = None) -> Pause | None:
    """The pause that holds (at `now`, where given); None where alerts are heard."""
    p = t.pause.c
    chosen = sa.select(p.until, p.by, p.at).where(p.workspace == workspace)
    if now is not None:
        chosen = chosen.where(sa.or_(p.until.is_(None), p.until > now))
    row = tx.execute(chosen).one_or_none()
    return Pause(row.until, row.by, row.at) if row is not None else None


def set_paused(
    tx: Tx, workspace: str, paused: bool = True, *, by: str, at: datetime, until: datetime | None = None
) -> None:
    """Begin, change or end a workspace's pause."""
    if not paused:
        tx.execute(sa.delete(t.pause).where(t.pause.c.workspace == workspace))
        return
    values = {"until": until, "by": by, "at": at}
    row = insert(t.pause).values(workspace=workspace, **values)
    tx.execute(row.on_conflict_do_update(index_elements=["workspace"], set_=values))
