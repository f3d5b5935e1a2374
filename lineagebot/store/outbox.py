"""What is to be said: kept until it was said, claimed by one worker at a time, in order within each channel.

A worker that dies while sending leaves its row "sending"; when the lease is over the row comes back marked
`maybe_sent`, and the next worker looks whether it arrived before saying it again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Row
from sqlalchemy.dialects.postgresql import insert

from lineagebot.reply import Destination, Reply, from_json, to_json
from lineagebot.store import tables as t
from lineagebot.store.engine import Tx
from lineagebot.store.queries import query
from lineagebot.store.records import storable

LEASE = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One thing to say. `kind`: "post", "update" (redraw a post), "line" (in a post's thread), "reply"."""

    id: int
    kind: str
    key: str
    where: Destination
    alert_id: str | None
    post_id: int | None
    #: The post of an announced change that it belongs to.
    notice_id: int | None
    #: The message that tells what waited for the place.
    roundup_id: int | None
    reply: Reply | None
    #: How often it was claimed, this time included.
    attempts: int
    #: An earlier attempt may have arrived: look before saying it again.
    maybe_sent: bool
    created_at: datetime


def enqueue(
    tx: Tx,
    kind: str,
    key: str,
    where: Destination,
    *,
    reply: Reply | None = None,
    alert_id: str | None = None,
    post_id: int | None = None,
    notice_id: int | None = None,
    roundup_id: int | None = None,
    at: datetime | None = None,
) -> bool:
    """Put it in the queue when `tx` commits; False where `key` was there before, or an update of the post waits.

    An update draws the alert as it stands when it is sent, so one that waits says all that a second would.
    """
    if kind == "update" and _update_waits(tx, post_id, notice_id, roundup_id):
        return False
    row = {
        "kind": kind, "key": key, "workspace": where.workspace, "channel": where.channel, "thread": where.thread,
        "alert_id": alert_id, "post_id": post_id, "notice_id": notice_id,
        "roundup_id": roundup_id, "reply": None if reply is None else _clean(to_json(reply)),
        **({} if at is None else {"created_at": at, "available_at": at}),
    }  # fmt: skip
    added = tx.execute(insert(t.outbox).values(row).on_conflict_do_nothing().returning(t.outbox.c.id))
    return added.one_or_none() is not None


def claim(tx: Tx, *, worker: str, now: datetime, limit: int = 10, lease: timedelta = LEASE) -> tuple[Outgoing, ...]:
    """Take the oldest unsent row of up to `limit` channels; nobody else gets them before the lease is over."""
    rows = tx.execute(
        query("claim_outgoing"), {"worker": worker, "now": now, "limit": limit, "lease_until": now + lease}
    )
    return tuple(sorted((_outgoing(row) for row in rows), key=lambda o: o.id))


def workers_sending(tx: Tx) -> tuple[str, ...]:
    """Who has claimed rows and not yet said what became of them."""
    o = t.outbox.c
    rows = tx.execute(sa.select(o.worker).where(o.state == "sending", o.worker.is_not(None)).distinct())
    return tuple(sorted(row.worker for row in rows))


def reclaim(tx: Tx, worker: str, at: datetime) -> int:
    """A worker is known to be dead: what it had claimed need not wait for its lease to run out. Returns how many."""
    o = t.outbox.c
    held = sa.update(t.outbox).where(o.state == "sending", o.worker == worker)
    return tx.execute(held.values(lease_until=at)).rowcount


def sent(tx: Tx, outgoing_id: int, message: str | None, at: datetime, *, drawn_version: int | None = None) -> None:
    """It was said, as `message` (Slack's ts). A post's message is remembered, and the alert's version that it shows."""
    o = t.outbox.c
    row = tx.execute(
        sa.update(t.outbox)
        .where(o.id == outgoing_id)
        .values(state="sent", sent_at=at, message=message, lease_until=None, error=None)
        .returning(o.kind, o.post_id, o.notice_id, o.roundup_id)
    ).one_or_none()
    if row is not None and row.notice_id is not None and row.kind == "post":
        posts = t.announcement_post
        tx.execute(sa.update(posts).where(posts.c.id == row.notice_id).values(message=message))
    if row is not None and row.roundup_id is not None and row.kind == "post":
        tx.execute(sa.update(t.roundup).where(t.roundup.c.id == row.roundup_id).values(message=message))
    if row is None or row.post_id is None or row.kind not in ("post", "update"):
        return
    told: dict[str, Any] = {} if row.kind != "post" or message is None else {"message": message}
    if drawn_version is not None:
        told["drawn_version"] = sa.func.greatest(t.alert_post.c.drawn_version, drawn_version)
    if told:
        tx.execute(sa.update(t.alert_post).where(t.alert_post.c.id == row.post_id).values(told))


def later(tx: Tx, outgoing_id: int, *, at: datetime, error: str, maybe_sent: bool = False) -> None:
    """Try again at a time. `maybe_sent`: the request went out and no answer came."""
    o = t.outbox.c
    tx.execute(
        sa.update(t.outbox)
        .where(o.id == outgoing_id)
        .values(
            state="waiting", available_at=at, lease_until=None, worker=None, error=storable(error),
            maybe_sent=sa.or_(o.maybe_sent, sa.literal(maybe_sent)),
        )
    )  # fmt: skip


def give_up(tx: Tx, outgoing_id: int, error: str) -> None:
    """Never to be said; what waits on a post that was never made (its updates, its thread) dies with it."""
    o = t.outbox.c
    dead = {"state": "dead", "lease_until": None, "error": storable(error)}
    row = tx.execute(
        sa.update(t.outbox)
        .where(o.id == outgoing_id)
        .values(dead)
        .returning(o.kind, o.post_id, o.notice_id, o.roundup_id)
    ).one_or_none()
    belongs = None if row is None else _belongs(row.post_id, row.notice_id, row.roundup_id)
    if row is not None and row.kind == "post" and belongs is not None:
        tx.execute(sa.update(t.outbox).where(belongs, o.state == "waiting").values(dead))


def backlog(tx: Tx) -> tuple[int, datetime | None]:
    """How many rows are unsent, and since when the oldest has waited."""
    o = t.outbox.c
    unsent = sa.select(sa.func.count(), sa.func.min(o.created_at)).where(o.state.in_(("waiting", "sending")))
    waiting, oldest = tx.execute(unsent).one()
    return waiting, oldest


def dead(tx: Tx, *, limit: int = 20) -> tuple[tuple[Outgoing, str], ...]:
    """What was given up, latest first, with the reason."""
    rows = tx.execute(sa.select(t.outbox).where(t.outbox.c.state == "dead").order_by(t.outbox.c.id.desc()).limit(limit))
    return tuple((_outgoing(row), row.error or "") for row in rows)


def forget_sent(tx: Tx, *, before: datetime) -> int:
    """Drop what was said before a time; returns how many."""
    return tx.execute(sa.delete(t.outbox).where(t.outbox.c.state == "sent", t.outbox.c.sent_at < before)).rowcount


def _belongs(post_id: int | None, notice_id: int | None, roundup_id: int | None) -> sa.ColumnElement[bool] | None:
    """What is said of the same message; None where nothing can be."""
    o = t.outbox.c
    ids = ((o.post_id, post_id), (o.notice_id, notice_id), (o.roundup_id, roundup_id))
    return next((column == one for column, one in ids if one is not None), None)


def _update_waits(tx: Tx, post_id: int | None, notice_id: int | None, roundup_id: int | None) -> bool:
    belongs = _belongs(post_id, notice_id, roundup_id)
    if belongs is None:
        return False
    o = t.outbox.c
    waiting = sa.select(o.id).where(belongs, o.kind == "update", o.state == "waiting")
    return tx.execute(waiting.limit(1).with_for_update()).one_or_none() is not None


def _clean(data: Any) -> Any:
    """The JSON with every text storable."""
    if isinstance(data, dict):
        return {key: _clean(value) for key, value in data.items()}
    if isinstance(data, list):
        return [_clean(value) for value in data]
    return storable(data) if isinstance(data, str) else data


def _outgoing(row: Row[Any]) -> Outgoing:
    return Outgoing(
        id=row.id,
        kind=row.kind,
        key=row.key,
        where=Destination(row.workspace, row.channel, row.thread),
        alert_id=row.alert_id,
        post_id=row.post_id,
        notice_id=row.notice_id,
        roundup_id=row.roundup_id,
        reply=None if row.reply is None else from_json(row.reply),
        attempts=row.attempts,
        maybe_sent=row.maybe_sent,
        created_at=row.created_at,
    )
