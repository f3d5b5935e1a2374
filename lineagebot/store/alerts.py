"""Alerts and where they were said: every change is audited, raises the version, and asks each post to be redrawn."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Row
from sqlalchemy.dialects.postgresql import insert

from lineagebot.errors import BadRequest
from lineagebot.model import Alert, AlertPost, AlertState, AssetKey, Severity
from lineagebot.reply import Destination, Paragraph, Reply
from lineagebot.store import tables as t
from lineagebot.store.curation import audit
from lineagebot.store.engine import Tx
from lineagebot.store.outbox import enqueue
from lineagebot.store.records import storable

_OPEN = (AlertState.OPEN, AlertState.ACKNOWLEDGED, AlertState.SNOOZED)


def raise_alert(
    tx: Tx, alert: Alert, posts: Sequence[Destination], *, why: Mapping[Destination, str] | None = None
) -> bool:
    """Keep the alert and put a post for each place in the outbox; False (and nothing done) where its key exists."""
    added = tx.execute(insert(t.alert).values(_row(alert)).on_conflict_do_nothing().returning(t.alert.c.id))
    if added.one_or_none() is None:
        return False
    for where in dict.fromkeys(posts):
        add_post(tx, alert.id, where, at=alert.raised_at, why=(why or {}).get(where))
    return True


def add_post(tx: Tx, alert_id: str, where: Destination, *, at: datetime, why: str | None = None) -> bool:
    """Say an alert in one more place; False where it was said there already."""
    row = insert(t.alert_post).values(
        alert_id=alert_id, workspace=where.workspace, channel=where.channel, thread=where.thread, why=why
    )
    post = tx.execute(row.on_conflict_do_nothing().returning(t.alert_post.c.id)).scalar()
    if post is None:
        return False
    return enqueue(tx, "post", f"alert:{alert_id}:{post}", where, alert_id=alert_id, post_id=post, at=at)


def get(tx: Tx, alert_id: str) -> Alert | None:
    row = tx.execute(sa.select(t.alert).where(t.alert.c.id == alert_id)).one_or_none()
    return None if row is None else _alert(row)


def many(tx: Tx, alert_ids: Collection[str]) -> Mapping[str, Alert]:
    rows = tx.execute(sa.select(t.alert).where(t.alert.c.id.in_(alert_ids)))
    return {row.id: _alert(row) for row in rows}


def by_key(tx: Tx, key: str) -> Alert | None:
    row = tx.execute(sa.select(t.alert).where(t.alert.c.key == key)).one_or_none()
    return None if row is None else _alert(row)


def with_keys(tx: Tx, keys: Sequence[str]) -> tuple[Alert, ...]:
    """Those of the alerts that there are, in the order of what happened."""
    rows = tx.execute(sa.select(t.alert).where(t.alert.c.key.in_(keys)).order_by(t.alert.c.happened_at, t.alert.c.id))
    return tuple(_alert(row) for row in rows)


def find_open(tx: Tx, *, system: str | None = None) -> tuple[Alert, ...]:
    """Alerts that are not over, latest first."""
    chosen = sa.select(t.alert).where(t.alert.c.state.in_(_OPEN))
    if system is not None:
        chosen = chosen.where(t.alert.c.system == system)
    rows = tx.execute(chosen.order_by(t.alert.c.raised_at.desc(), t.alert.c.id))
    return tuple(_alert(row) for row in rows)


def recent(tx: Tx, *, limit: int = 20) -> tuple[Alert, ...]:
    """All alerts, latest first."""
    rows = tx.execute(sa.select(t.alert).order_by(t.alert.c.raised_at.desc(), t.alert.c.id).limit(limit))
    return tuple(_alert(row) for row in rows)


def change(
    tx: Tx,
    alert_id: str,
    *,
    state: AlertState,
    by: str,
    at: datetime,
    until: datetime | None = None,
    seen_version: int | None = None,
    line: str | None = None,
    hushed: Callable[[Destination], bool] = lambda where: False,
) -> Alert:
    """Give the alert a new state and have it redrawn everywhere; `line` is added to each post's thread, but where it
    is `hushed`.

    Raises BadRequest where there is no such alert, or where it changed after the drawing (`seen_version`) that was
    clicked on.
    """
    alert = _locked(tx, alert_id)
    if seen_version is not None and seen_version != alert.version:
        by_whom = f" by {alert.acted_by}" if alert.acted_by else ""
        raise BadRequest(f"alert {alert_id} is {alert.state} already{by_whom}; look at it again")
    changed = replace(alert, state=state, acted_by=by, acted_at=at, snoozed_until=until, version=alert.version + 1)
    _save(tx, changed)
    places = posts(tx, alert_id)
    for workspace in dict.fromkeys(post.workspace for post in places) or ("",):
        audit(tx, workspace, by, f"alert {state}", alert_id, alert.headline, at)
    _tell_posts(tx, changed, places, at, line=line, hushed=hushed)
    return changed


def bump(
    tx: Tx,
    alert_id: str,
    at: datetime,
    *,
    line: str | None = None,
    hushed: Callable[[Destination], bool] = lambda where: False,
) -> Alert:
    """The same thing happened once more while the alert was open. Raises BadRequest where there is no such alert."""
    alert = _locked(tx, alert_id)
    changed = replace(alert, count=alert.count + 1, version=alert.version + 1)
    _save(tx, changed)
    _tell_posts(tx, changed, posts(tx, alert_id), at, line=line, hushed=hushed)
    return changed


def redraw(
    tx: Tx,
    alert_id: str,
    *,
    message: str,
    at: datetime,
    headline: str | None = None,
    severity: Severity | None = None,
    line: str | None = None,
    hushed: Callable[[Destination], bool] = lambda where: False,
) -> Alert:
    """Replace what the message says (more is known now) and have it redrawn. Raises BadRequest as `bump`."""
    alert = _locked(tx, alert_id)
    changed = replace(
        alert,
        message=message,
        headline=headline or alert.headline,
        severity=severity or alert.severity,
        version=alert.version + 1,
    )
    _save(tx, changed)
    _tell_posts(tx, changed, posts(tx, alert_id), at, line=line, hushed=hushed)
    return changed


def note_aftermath(
    tx: Tx,
    alert_id: str,
    said: str,
    *,
    at: datetime,
    line: str | None = None,
    hushed: Callable[[Destination], bool] = lambda where: False,
) -> Alert:
    """Say what really broke, as far as it is known, and have the alert redrawn. Raises BadRequest as `bump`."""
    alert = _locked(tx, alert_id)
    changed = replace(alert, aftermath=said, version=alert.version + 1)
    _save(tx, changed)
    _tell_posts(tx, changed, posts(tx, alert_id), at, line=line, hushed=hushed)
    return changed


def due_snoozes(tx: Tx, now: datetime) -> tuple[Alert, ...]:
    """Snoozed alerts whose time is over, oldest first."""
    rows = tx.execute(
        sa.select(t.alert)
        .where(t.alert.c.state == AlertState.SNOOZED, t.alert.c.snoozed_until <= now)
        .order_by(t.alert.c.snoozed_until)
    )
    return tuple(_alert(row) for row in rows)


def posts(tx: Tx, alert_id: str) -> tuple[AlertPost, ...]:
    rows = tx.execute(sa.select(t.alert_post).where(t.alert_post.c.alert_id == alert_id).order_by(t.alert_post.c.id))
    return tuple(_post(row) for row in rows)


def post(tx: Tx, post_id: int) -> AlertPost | None:
    r = tx.execute(sa.select(t.alert_post).where(t.alert_post.c.id == post_id)).one_or_none()
    return None if r is None else _post(r)


def said_at(tx: Tx, where: Destination, *, since: datetime, until: datetime) -> int:
    """How many alerts that were raised in that time were said there, each by itself."""
    p, a = t.alert_post.c, t.alert.c
    chosen = sa.select(sa.func.count()).select_from(t.alert_post.join(t.alert, a.id == p.alert_id))
    here = p.workspace == where.workspace, p.channel == where.channel
    return int(tx.execute(chosen.where(*here, a.raised_at > since, a.raised_at <= until)).scalar_one())


def explain(tx: Tx, alert_id: str, *, was: str, why: str) -> bool:
    """From the next drawing on, another reason where `was` was given; False where it was given nowhere."""
    p = t.alert_post.c
    given = sa.update(t.alert_post).where(p.alert_id == alert_id, p.why == was)
    return bool(tx.execute(given.values(why=why)).rowcount)


def unanswered(tx: Tx, *, since: datetime, until: datetime) -> tuple[Alert, ...]:
    """Open alerts that were said somewhere, that nobody acted on since they were raised (or woke up) within that time,
    and that were not escalated; oldest first."""
    a, p = t.alert.c, t.alert_post.c
    stands_since = sa.func.coalesce(a.acted_at, a.raised_at)
    h, r = t.held.c, t.roundup.c
    said = sa.exists().where(p.alert_id == a.id, p.message.is_not(None))
    told = sa.exists().where(h.alert_id == a.id, r.id == h.roundup_id, r.message.is_not(None), r.at <= until)
    chosen = sa.select(t.alert).where(
        a.state == AlertState.OPEN, a.escalated_at.is_(None), stands_since > since, stands_since <= until,
        sa.or_(said, told),
    )  # fmt: skip
    return tuple(_alert(row) for row in tx.execute(chosen.order_by(a.raised_at, a.id)))


def escalate(
    tx: Tx,
    alert_id: str,
    where: Destination | None,
    *,
    at: datetime,
    why: str,
    line: str,
    hushed: Callable[[Destination], bool] = lambda where: False,
) -> bool:
    """Say it in one more place, once for all time; False where it was said there already, or is to be later (None)."""
    alert = _locked(tx, alert_id)
    tx.execute(sa.update(t.alert).where(t.alert.c.id == alert_id).values(escalated_at=at))
    if where is None:
        return False
    places = posts(tx, alert_id)
    if any((p.workspace, p.channel) == (where.workspace, where.channel) for p in places):
        return False
    redraw(tx, alert_id, message=alert.message, at=at, line=line, hushed=hushed)
    audit(tx, where.workspace, "lineagebot", "escalate", alert_id, where.channel, at)
    return add_post(tx, alert_id, where, at=at, why=why)


def _post(row: Row[Any]) -> AlertPost:
    return AlertPost(row.id, row.alert_id, row.workspace, row.channel, row.message, row.drawn_version, row.why)


def _tell_posts(
    tx: Tx,
    alert: Alert,
    places: Sequence[AlertPost],
    at: datetime,
    *,
    line: str | None,
    hushed: Callable[[Destination], bool] = lambda where: False,
) -> None:
    for place in places:
        where = Destination(place.workspace, place.channel)
        of_post = {"alert_id": alert.id, "post_id": place.id, "at": at}
        key = f"alert:{alert.id}:{place.id}:v{alert.version}"
        enqueue(tx, "update", key, where, **of_post)  # type: ignore[arg-type]
        if line is not None and not hushed(where):
            said = Reply(summary=line, blocks=(Paragraph((line,)),), private=False)
            enqueue(tx, "line", f"{key}:line", where, reply=said, **of_post)  # type: ignore[arg-type]
    for told in _roundups(tx, alert.id):
        key = f"roundup:{told.id}:{alert.id}:v{alert.version}"
        enqueue(tx, "update", key, Destination(told.workspace, told.channel), roundup_id=told.id, at=at)


def _roundups(tx: Tx, alert_id: str) -> Sequence[Any]:
    """Messages that tell of it among others."""
    r, h = t.roundup.c, t.held.c
    chosen = sa.select(r.id, r.workspace, r.channel).join(t.held, h.roundup_id == r.id).where(h.alert_id == alert_id)
    return tx.execute(chosen.distinct().order_by(r.id)).all()


def _locked(tx: Tx, alert_id: str) -> Alert:
    row = tx.execute(sa.select(t.alert).where(t.alert.c.id == alert_id).with_for_update()).one_or_none()
    if row is None:
        raise BadRequest(f"there is no alert {alert_id}; `alerts` lists them")
    return _alert(row)


def _save(tx: Tx, alert: Alert) -> None:
    tx.execute(sa.update(t.alert).where(t.alert.c.id == alert.id).values(_row(alert)))


def _row(alert: Alert) -> dict[str, Any]:
    row = {name: storable(v) if isinstance(v, str) else v for name, v in asdict(alert).items() if name != "asset"}
    return row | {
        "asset_system": alert.asset.system,
        "asset_path": list(alert.asset.path),
        "columns": list(alert.columns),
        "severity": str(alert.severity),
        "state": str(alert.state),
    }


def _alert(row: Row[Any]) -> Alert:
    held = dict(row._mapping)
    del held["escalated_at"]
    asset = AssetKey(held.pop("asset_system"), tuple(held.pop("asset_path")))
    held |= {
        "columns": tuple(held["columns"]),
        "severity": Severity(held["severity"]),
        "state": AlertState(held["state"]),
    }
    return Alert(asset=asset, **held)
