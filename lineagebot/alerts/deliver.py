"""Empties the outbox: composes each message from the alert as it stands now, and posts nothing twice.

Slack gives no idempotent post. A row left in "sending" is looked up by its key in the message's metadata before any
second post; where the medium cannot look back, the repeat says that it may be one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from lineagebot import crashpoints
from lineagebot.errors import CannotSay, SlackRefused, SlackTrouble
from lineagebot.model import Alert
from lineagebot.policy.message import details_of, drawn
from lineagebot.reply import Destination, Note, Poster, Reply, words
from lineagebot.store import alerts, outbox
from lineagebot.store.engine import Store
from lineagebot.store.outbox import Outgoing

#: Back-off after the n-th failure, in seconds; the last one repeats.
BACK_OFF = (1, 2, 5, 15, 60, 300)
#: Looked for this long before the row was written, for clocks that differ.
LOOK_BACK = timedelta(minutes=5)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Deliverer:
    """One worker; any number may run."""

    store: Store
    poster: Poster
    worker: str

    def tick(self, now: datetime) -> int:
        """Send what is due; returns how many rows were dealt with. Raises StoreTrouble alone."""
        with self.store.begin() as tx:
            rows = outbox.claim(tx, worker=self.worker, now=now)
        if rows:
            crashpoints.reach("deliver.claimed")
        for row in rows:
            self._send(row, now)
        return len(rows)

    def _send(self, row: Outgoing, now: datetime) -> None:
        try:
            message = self._say(row)
        except SlackRefused as exc:
            log.error("slack refused", row=row.key, channel=row.where.channel, why=str(exc))
            with self.store.begin() as tx:
                outbox.give_up(tx, row.id, str(exc))
        except SlackTrouble as exc:
            wait = exc.retry_after or BACK_OFF[min(row.attempts, len(BACK_OFF) - 1)]
            log.warning("slack not reached", row=row.key, channel=row.where.channel, why=str(exc), again_in=wait)
            with self.store.begin() as tx:
                maybe = exc.maybe_sent or row.maybe_sent
                outbox.later(tx, row.id, at=now + timedelta(seconds=wait), error=str(exc), maybe_sent=maybe)
        else:
            self._record(row, message, now)

    def _say(self, row: Outgoing) -> str | None:
        """The message's id; None where there is nothing left to say."""
        composed = self._compose(row)
        if composed is None:
            return None
        where, message, said = composed
        if message is not None:
            self.poster.update(where, message, said)
            return message
        if row.maybe_sent:
            try:
                arrived = self.poster.find(where, row.key, row.created_at - LOOK_BACK)
            except CannotSay:
                said = replace(said, blocks=(*said.blocks, Note(words("This may be a repeat: the last try was cut."))))
            else:
                if arrived:
                    return arrived
        message = self.poster.post(where, said, key=row.key)
        crashpoints.reach("deliver.posted")
        return message

    def _compose(self, row: Outgoing) -> tuple[Destination, str | None, Reply] | None:
        """Where, which message to edit (None: a new one), and what."""
        if row.alert_id is None:
            return (row.where, None, row.reply) if row.reply else None
        with self.store.begin() as tx:
            alert = alerts.get(tx, row.alert_id)
            post = next((p for p in alerts.posts(tx, row.alert_id) if p.id == row.post_id), None)
        if alert is None or post is None:
            return None
        match row.kind:
            case "post":
                return row.where, None, _parent(alert)
            case "update" if post.message:
                return row.where, post.message, _parent(alert)
            case "line" if post.message and row.reply:
                return replace(row.where, thread=post.message), None, row.reply
        # The post itself was given up: there is no message to edit or to answer to.
        return None

    def _record(self, row: Outgoing, message: str | None, now: datetime) -> None:
        with self.store.begin() as tx:
            outbox.sent(tx, row.id, message, now)
            if row.kind == "post" and message and row.alert_id:
                alert = alerts.get(tx, row.alert_id)
                details = details_of(alert) if alert else ()
                if details:
                    said = Reply("The statement, and how it spreads.", details, private=False)
                    outbox.enqueue(
                        tx,
                        "line",
                        f"{row.key}:details",
                        row.where,
                        reply=said,
                        alert_id=row.alert_id,
                        post_id=row.post_id,
                    )
        crashpoints.reach("deliver.recorded")


def _parent(alert: Alert) -> Reply:
    return replace(drawn(alert), details=())
