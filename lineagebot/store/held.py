"""What a place is to hear later, and the messages that then tell it all at once. Nothing is lost over a restart."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from lineagebot.model import Alert, Gathered, Roundup, Severity, Until
from lineagebot.reply import Destination, Reply
from lineagebot.store import alerts, outbox
from lineagebot.store import tables as t
from lineagebot.store.engine import Tx
from lineagebot.store.records import storable


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits at one place for one thing: how loud, or of a change that is announced for when."""

    where: Destination
    until: Until
    severity: Severity | None = None
    announced_for: datetime | None = None


@dataclass(frozen=True, slots=True)
class HeldAlert:
    """One alert that waits, as it stands now."""

    id: int
    until: Until
    at: datetime
    alert: Alert
    why: str | None
    dashboards: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HeldNotice:
    """One announced change that waits."""

    id: int
    announcement: str
    announced_for: datetime


def hold_alert(
    tx: Tx,
    alert_id: str,
    where: Destination,
    *,
    until: Until,
    at: datetime,
    why: str | None = None,
    dashboards: Sequence[str] = (),
) -> bool:
    """False where it waits there already."""
    return _hold(
        tx, where, until, at, alert_id=alert_id, why=why and storable(why), dashboards=[*map(storable, dashboards)]
    )


def hold_notice(tx: Tx, announcement_id: str, where: Destination, *, until: Until, at: datetime) -> bool:
    """False where it waits there already."""
    return _hold(tx, where, until, at, announcement_id=announcement_id, dashboards=[])


def _hold(tx: Tx, where: Destination, until: Until, at: datetime, **what: object) -> bool:
    row = insert(t.held).values(workspace=where.workspace, channel=where.channel, until=str(until), at=at, **what)
    return tx.execute(row.on_conflict_do_nothing().returning(t.held.c.id)).one_or_none() is not None


def waiting(tx: Tx) -> tuple[Waiting, ...]:
    """All that waits, told apart only as far as it decides when it is said."""
    h, a, n = t.held.c, t.alert.c, t.announcement.c
    joined = t.held.outerjoin(t.alert, a.id == h.alert_id).outerjoin(t.announcement, n.id == h.announcement_id)
    chosen = sa.select(h.workspace, h.channel, h.until, a.severity, n.at.label("announced_for")).distinct()
    rows = tx.execute(chosen.select_from(joined).where(h.roundup_id.is_(None)))
    return tuple(
        Waiting(
            Destination(row.workspace, row.channel),
            Until(row.until),
            None if row.severity is None else Severity(row.severity),
            row.announced_for,
        )
        for row in rows
    )


def alerts_at(tx: Tx, where: Destination) -> tuple[HeldAlert, ...]:
    """Alerts that wait there, oldest first."""
    h = t.held.c
    chosen = sa.select(t.held).where(*_waiting_at(where), h.alert_id.is_not(None)).order_by(h.at, h.id)
    rows = tx.execute(chosen).all()
    known = alerts.many(tx, [row.alert_id for row in rows])
    return tuple(
        HeldAlert(row.id, Until(row.until), row.at, known[row.alert_id], row.why, tuple(row.dashboards)) for row in rows
    )


def notices_at(tx: Tx, where: Destination) -> tuple[HeldNotice, ...]:
    """Announced changes that wait there, the next one first."""
    h, n = t.held.c, t.announcement.c
    joined = t.held.join(t.announcement, n.id == h.announcement_id)
    chosen = sa.select(h.id, h.announcement_id, n.at).select_from(joined).where(*_waiting_at(where)).order_by(n.at)
    return tuple(HeldNotice(row.id, row.announcement_id, row.at) for row in tx.execute(chosen))


def let_go(tx: Tx, ids: Collection[int]) -> None:
    """It was said by itself, or need not be said any more."""
    tx.execute(sa.delete(t.held).where(t.held.c.id.in_(ids)))


def round_up(
    tx: Tx, where: Destination, kind: Until, ids: Collection[int], *, since: datetime, at: datetime, foot: str
) -> Roundup:
    """From now on these were told in one message."""
    values = {"workspace": where.workspace, "channel": where.channel, "kind": str(kind)}
    row = sa.insert(t.roundup).values(**values, since=since, at=at, foot=storable(foot))
    number = tx.execute(row.returning(t.roundup.c.id)).scalar_one()
    tx.execute(sa.update(t.held).where(t.held.c.id.in_(ids)).values(roundup_id=number))
    return Roundup(number, where.workspace, where.channel, kind, since, at, foot)


def say(tx: Tx, roundup: Roundup, drawn: Reply) -> None:
    """Put it in the outbox. `drawn`: what an older deliverer would say."""
    where = Destination(roundup.workspace, roundup.channel)
    outbox.enqueue(tx, "post", f"roundup:{roundup.id}", where, reply=drawn, roundup_id=roundup.id, at=roundup.at)


def get(tx: Tx, roundup_id: int) -> tuple[Roundup, tuple[Gathered, ...]] | None:
    """The message and what it tells of, as it stands now, oldest first."""
    r, h = t.roundup.c, t.held.c
    row = tx.execute(sa.select(t.roundup).where(r.id == roundup_id)).one_or_none()
    if row is None:
        return None
    rows = tx.execute(sa.select(t.held).where(h.roundup_id == roundup_id).order_by(h.at, h.id)).all()
    known = alerts.many(tx, [item.alert_id for item in rows])
    gathered = tuple(Gathered(known[item.alert_id], item.why, tuple(item.dashboards)) for item in rows)
    return Roundup(
        row.id, row.workspace, row.channel, Until(row.kind), row.since, row.at, row.foot, row.message
    ), gathered


def _waiting_at(where: Destination) -> tuple[sa.ColumnElement[bool], ...]:
    h = t.held.c
    return h.workspace == where.workspace, h.channel == where.channel, h.roundup_id.is_(None)
