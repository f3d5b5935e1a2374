"""Announced changes and where they were said: every change is audited and has each post redrawn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Row
from sqlalchemy.dialects.postgresql import insert

from lineagebot.model import Announcement, AnnouncementState, AssetKey, Effect, Objection
from lineagebot.reply import Destination, Paragraph, Reply
from lineagebot.store import tables as t
from lineagebot.store.curation import audit
from lineagebot.store.engine import Tx
from lineagebot.store.outbox import enqueue
from lineagebot.store.records import as_json, many_from_json, storable


def announce(tx: Tx, announcement: Announcement, places: Sequence[Destination], *, drawn: Reply) -> None:
    """Keep it, and put a post for each place in the outbox. `drawn`: what an older deliverer would say."""
    a = announcement
    tx.execute(sa.insert(t.announcement).values(_row(a)))
    for where in dict.fromkeys(places):
        add_post(tx, a, where, drawn=drawn, at=a.announced_at)
    audit(tx, a.workspace, a.announcer, "announce", a.id, a.statement, a.announced_at)


def add_post(tx: Tx, announcement: Announcement, where: Destination, *, drawn: Reply, at: datetime) -> bool:
    """Tell of it in one more place; False where it was told there already."""
    row = insert(t.announcement_post).values(
        announcement_id=announcement.id, workspace=where.workspace, channel=where.channel
    )
    post = tx.execute(row.on_conflict_do_nothing().returning(t.announcement_post.c.id)).scalar()
    if post is None:
        return False
    return enqueue(tx, "post", f"notice:{announcement.id}:{post}", where, reply=drawn, notice_id=post, at=at)


def get(tx: Tx, announcement_id: str) -> Announcement | None:
    row = tx.execute(sa.select(t.announcement).where(t.announcement.c.id == announcement_id)).one_or_none()
    return None if row is None else _announcement(row)


def find_open(tx: Tx, workspace: str | None = None) -> tuple[Announcement, ...]:
    """Those that are to come, the next one first."""
    a = t.announcement.c
    chosen = sa.select(t.announcement).where(a.state == AnnouncementState.OPEN)
    if workspace is not None:
        chosen = chosen.where(a.workspace == workspace)
    return tuple(_announcement(row) for row in tx.execute(chosen.order_by(a.at, a.id)))


def any_since(tx: Tx, since: datetime) -> bool:
    """Whether anybody announced anything since then."""
    return bool(tx.execute(sa.select(sa.exists().where(t.announcement.c.announced_at > since))).scalar())


def standing(tx: Tx, since: datetime) -> tuple[Announcement, ...]:
    """Those that a statement of the log may belong to: not cancelled, and to come or planned for after `since`."""
    a = t.announcement.c
    chosen = sa.select(t.announcement).where(
        a.state != AnnouncementState.CANCELLED, sa.or_(a.state == AnnouncementState.OPEN, a.at > since)
    )
    return tuple(_announcement(row) for row in tx.execute(chosen.order_by(a.at, a.id)))


def change(
    tx: Tx,
    changed: Announcement,
    *,
    by: str,
    act: str,
    at: datetime,
    line: str | None = None,
    detail: str = "",
    hushed: Callable[[Destination], bool] = lambda where: False,
) -> Announcement:
    """Keep what became of it and have it redrawn everywhere; `line` is added to each post's thread, but where it is
    `hushed`.
    """
    after = replace(changed, version=changed.version + 1)
    tx.execute(sa.update(t.announcement).where(t.announcement.c.id == after.id).values(_row(after)))
    audit(tx, after.workspace, by, f"announcement {act}", after.id, detail or (line or ""), at)
    p = t.announcement_post.c
    for post in tx.execute(sa.select(t.announcement_post).where(p.announcement_id == after.id).order_by(p.id)):
        where, key = Destination(post.workspace, post.channel), f"notice:{after.id}:{post.id}:v{after.version}"
        enqueue(tx, "update", key, where, notice_id=post.id, at=at)
        if line is not None and not hushed(where):
            said = Reply(line, (Paragraph((line,)),), private=False)
            enqueue(tx, "line", f"{key}:line", where, reply=said, notice_id=post.id, at=at)
    return after


def locked(tx: Tx, announcement_id: str) -> Announcement | None:
    """The same as `get`, held until the transaction ends."""
    chosen = sa.select(t.announcement).where(t.announcement.c.id == announcement_id).with_for_update()
    row = tx.execute(chosen).one_or_none()
    return None if row is None else _announcement(row)


def places(tx: Tx, announcement_id: str) -> tuple[Destination, ...]:
    """Where it was said."""
    p = t.announcement_post.c
    rows = tx.execute(sa.select(p.workspace, p.channel).where(p.announcement_id == announcement_id).order_by(p.id))
    return tuple(Destination(row.workspace, row.channel) for row in rows)


def of_post(tx: Tx, post_id: int) -> tuple[Announcement, str | None] | None:
    """The announcement that a post tells of, and Slack's ts of the message; None where there is no such post."""
    chosen = sa.select(t.announcement_post).where(t.announcement_post.c.id == post_id)
    post = tx.execute(chosen).one_or_none()
    found = get(tx, post.announcement_id) if post is not None else None
    return None if post is None or found is None else (found, post.message)


def _row(a: Announcement) -> dict[str, Any]:
    return {
        "id": a.id, "workspace": a.workspace, "announcer": a.announcer, "name": storable(a.name), "system": a.system,
        "why": storable(a.why), "statement": storable(a.statement), "effects": as_json(a.effects),
        "victims": as_json(a.victims), "at": a.at, "announced_at": a.announced_at, "message": storable(a.message),
        "state": str(a.state), "objections": as_json(a.objections),
        "outcome": None if a.outcome is None else storable(a.outcome), "version": a.version,
    }  # fmt: skip


def _announcement(row: Row[Any]) -> Announcement:
    return Announcement(
        id=row.id, workspace=row.workspace, announcer=row.announcer, name=row.name, system=row.system, why=row.why,
        statement=row.statement, effects=many_from_json(Effect, row.effects),
        victims=many_from_json(AssetKey, row.victims), at=row.at, announced_at=row.announced_at, message=row.message,
        state=AnnouncementState(row.state), objections=many_from_json(Objection, row.objections),
        outcome=row.outcome, version=row.version,
    )  # fmt: skip
