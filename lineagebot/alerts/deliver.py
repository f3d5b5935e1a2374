"""Empties the outbox: composes each message from the alert as it stands now, and posts nothing twice.

Slack gives no idempotent post. A row left in "sending" is looked up by its key in the message's metadata before any
second post; where the medium cannot look back, the repeat says that it may be one.
"""

from __future__ import annotations

import hashlib
import os
import socket
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from lineagebot import crashpoints
from lineagebot.errors import CannotSay, LineagebotError, SlackRefused, SlackTrouble
from lineagebot.model import Alert, AlertPost
from lineagebot.policy import notice, roundup
from lineagebot.policy.message import details_of, drawn
from lineagebot.reply import Destination, Note, Paragraph, Poster, Reply, words
from lineagebot.store import alerts, announcements, curation, held, outbox
from lineagebot.store.engine import Store, Tx
from lineagebot.store.outbox import Outgoing

#: Back-off after the n-th failure, in seconds; the last one repeats.
BACK_OFF = (1, 2, 5, 15, 60, 300)
#: Looked for this long before the row was written, for clocks that differ.
LOOK_BACK = timedelta(minutes=5)
#: For so long a message that even the fallback channel refuses is tried again.
PATIENCE = timedelta(days=1)

#: So often a row is tried that a mistake of ours keeps from being said.
MOST_MISTAKES = 5
#: Ends the key of what is said in its place.
PLAINLY = ":plainly"

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Composed:
    """One outbox row as it is to be said now. `edits`: the message to redraw; None: a new one."""

    where: Destination
    reply: Reply
    edits: str | None = None
    alert: Alert | None = None


@dataclass(frozen=True, slots=True)
class Deliverer:
    """One worker; any number may run."""

    store: Store
    poster: Poster
    worker: str
    #: Channel that hears of what no other place took.
    fallback: str | None = None

    def begin(self, now: datetime) -> None:
        """Before the first tick: take over at once what workers of this machine had claimed when they died."""
        with self.store.begin() as tx:
            for worker in outbox.workers_sending(tx):
                if is_dead(worker):
                    outbox.reclaim(tx, worker, now)
        crashpoints.reach("deliver.taken-over")

    def tick(self, now: datetime) -> int:
        """Send what is due; returns how many rows were dealt with. Raises StoreTrouble.

        A row that a mistake of ours keeps from being said holds up no other; the mistake is raised at the end.
        """
        with self.store.begin() as tx:
            rows = outbox.claim(tx, worker=self.worker, now=now)
        if rows:
            crashpoints.reach("deliver.claimed")
        mistakes: list[Exception] = []
        for row in rows:
            try:
                self._send(row, now)
            except LineagebotError:
                raise
            except Exception as exc:  # noqa: BLE001 - raised below, once the others are said
                mistakes.append(exc)
                self._set_aside(row, exc, now)
        if mistakes:
            raise mistakes[0]
        return len(rows)

    def _set_aside(self, row: Outgoing, mistake: Exception, now: datetime) -> None:
        """Try it again later; after some tries say in plain words that there is something that cannot be said."""
        why = f"a mistake of mine ({type(mistake).__name__})"
        with self.store.begin() as tx:
            self._later_or_plainly(tx, row, why, now)
        crashpoints.reach("deliver.put-off")

    def _later_or_plainly(self, tx: Tx, row: Outgoing, why: str, now: datetime) -> None:
        if row.attempts < MOST_MISTAKES:
            at = now + timedelta(seconds=BACK_OFF[min(row.attempts, len(BACK_OFF)) - 1])
            outbox.later(tx, row.id, at=at, error=why, maybe_sent=True)
            return
        outbox.give_up(tx, row.id, why)
        alert = alerts.get(tx, row.alert_id) if row.alert_id and row.kind == "post" else None
        what = f"This alert: {alert.headline}" if alert else "A message"
        said = f"{what} could not be written as it should be, because of {why}; see my log."
        where = self._elsewhere(tx, row.where) or row.where
        reply = Reply(said, (Paragraph((said,)),), private=False)
        if not row.key.endswith(PLAINLY):
            outbox.enqueue(tx, "reply", row.key + PLAINLY, where, reply=reply, at=now)

    def _send(self, row: Outgoing, now: datetime) -> None:
        composed = self._compose(row)
        if composed is None:
            # The post itself was given up: there is no message to edit or to answer to.
            with self.store.begin() as tx:
                outbox.give_up(tx, row.id, "there is no message that it belongs to")
            crashpoints.reach("deliver.put-off")
            return
        try:
            message = self._say(row, composed)
        except SlackRefused as exc:
            log.error("slack refused", row=row.key, channel=row.where.channel, why=str(exc))
            with self.store.begin() as tx:
                self._refused(tx, row, str(exc), now)
            crashpoints.reach("deliver.put-off")
        except SlackTrouble as exc:
            wait = exc.retry_after or BACK_OFF[min(row.attempts - 1, len(BACK_OFF) - 1)]
            log.warning("slack not reached", row=row.key, channel=row.where.channel, why=str(exc), again_in=wait)
            with self.store.begin() as tx:
                at = now + timedelta(seconds=wait)
                outbox.later(tx, row.id, at=at, error=str(exc), maybe_sent=exc.maybe_sent or row.maybe_sent)
            crashpoints.reach("deliver.put-off")
        else:
            self._record(row, composed, message, now)

    def _refused(self, tx: Tx, row: Outgoing, why: str, now: datetime) -> None:
        """What has another place goes there; what has none waits: a token is renewed, a bot is invited."""
        where = self._elsewhere(tx, row.where)
        is_message = row.kind in ("post", "reply")
        if is_message and where is None and now - row.created_at < PATIENCE:
            outbox.later(tx, row.id, at=now + timedelta(seconds=BACK_OFF[-1]), error=why, maybe_sent=row.maybe_sent)
            return
        outbox.give_up(tx, row.id, why)
        if is_message and where is not None:
            self._say_there(tx, row, where, why, now)

    def _elsewhere(self, tx: Tx, where: Destination) -> Destination | None:
        if self.fallback is None:
            return None
        channel = curation.slack_ids(tx, where.workspace, {self.fallback}).get(self.fallback, self.fallback)
        return None if where.channel in (channel, self.fallback) else Destination(where.workspace, channel)

    def _say_there(self, tx: Tx, row: Outgoing, where: Destination, why: str, now: datetime) -> None:
        """The fallback channel hears once of a place that takes nothing, and gets what belonged there."""
        workspace = row.where.workspace
        said = f"I cannot post to {row.where.channel}: {why}. What belongs there comes here until that is put right."
        digest = hashlib.sha256(why.encode()).hexdigest()[:16]
        key = f"refused:{workspace}:{row.where.channel}:{digest}"
        outbox.enqueue(tx, "reply", key, where, reply=Reply(said, (Paragraph((said,)),), private=False), at=now)
        if row.alert_id is None and row.reply is not None:
            outbox.enqueue(tx, "reply", f"{row.key}:instead", where, reply=row.reply, at=now)
        elif row.kind == "post" and row.alert_id is not None:
            alerts.add_post(tx, row.alert_id, where, at=now)

    def _say(self, row: Outgoing, composed: Composed) -> str:
        """Slack's id of the message."""
        if composed.edits is not None:
            self.poster.update(composed.where, composed.edits, composed.reply)
            crashpoints.reach("deliver.updated")
            return composed.edits
        said = composed.reply
        if row.maybe_sent:
            try:
                arrived = self.poster.find(composed.where, row.key, row.created_at - LOOK_BACK)
            except CannotSay:
                said = replace(said, blocks=(*said.blocks, Note(words("This may be a repeat: the last try was cut."))))
            else:
                if arrived:
                    return arrived
        message = self.poster.post(composed.where, said, key=row.key)
        crashpoints.reach("deliver.posted")
        return message

    def _compose(self, row: Outgoing) -> Composed | None:
        """What to say from the state of things now; None where there is nothing left to say it to."""
        if row.notice_id is not None:
            return self._compose_notice(row, row.notice_id)
        if row.roundup_id is not None:
            return self._compose_roundup(row, row.roundup_id)
        if row.alert_id is None or row.post_id is None:
            return Composed(row.where, row.reply) if row.reply else None
        with self.store.reading() as tx:
            alert, post = alerts.get(tx, row.alert_id), alerts.post(tx, row.post_id)
        if alert is None or post is None:
            return None
        match row.kind:
            case "post":
                return Composed(row.where, _parent(alert, post), alert=alert)
            case "update" if post.message:
                return Composed(row.where, _parent(alert, post), edits=post.message, alert=alert)
            case "line" if post.message and row.reply:
                return Composed(replace(row.where, thread=post.message), row.reply)
        return None

    def _compose_notice(self, row: Outgoing, notice_id: int) -> Composed | None:
        """The same of an announced change."""
        with self.store.reading() as tx:
            found = announcements.of_post(tx, notice_id)
        if found is None:
            return None
        announcement, message = found
        match row.kind:
            case "post":
                return Composed(row.where, notice.drawn(announcement))
            case "update" if message:
                return Composed(row.where, notice.drawn(announcement), edits=message)
            case "line" if message and row.reply:
                return Composed(replace(row.where, thread=message), row.reply)
        return None

    def _compose_roundup(self, row: Outgoing, roundup_id: int) -> Composed | None:
        """The same of all that waited for a place."""
        with self.store.reading() as tx:
            found = held.get(tx, roundup_id)
        if found is None:
            return None
        told, gathered = found
        if row.kind == "post":
            return Composed(row.where, roundup.drawn(told, gathered))
        return Composed(row.where, roundup.drawn(told, gathered), edits=told.message) if told.message else None

    def _record(self, row: Outgoing, composed: Composed, message: str, now: datetime) -> None:
        alert = composed.alert
        with self.store.begin() as tx:
            outbox.sent(tx, row.id, message, now, drawn_version=alert.version if alert else None)
            details = details_of(alert) if alert and row.kind == "post" else ()
            if details:
                said = Reply("The statement, and how it spreads.", details, private=False)
                key = f"{row.key}:details"
                outbox.enqueue(
                    tx, "line", key, row.where, reply=said, alert_id=row.alert_id, post_id=row.post_id, at=now
                )
        crashpoints.reach("deliver.recorded")


def worker_name() -> str:
    """This process among all that ever deliver: machine, process namespace (containers), process id."""
    return f"{socket.gethostname()}/{_namespace()}/{os.getpid()}"


def is_dead(worker: str) -> bool:
    """True where it was a process of this machine that surely is no more; a worker elsewhere has its lease."""
    host, _, rest = worker.partition("/")
    namespace, _, pid = rest.partition("/")
    if (host, namespace) != (socket.gethostname(), _namespace()) or not pid.isdigit():
        return False
    if int(pid) == os.getpid():
        # An earlier process with our number: in a container that is the rule.
        return True
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def _namespace() -> str:
    try:
        return os.readlink("/proc/self/ns/pid")
    except OSError:
        return "-"


def _parent(alert: Alert, post: AlertPost) -> Reply:
    return replace(drawn(alert, why=post.why), details=())
