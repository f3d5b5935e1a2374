"""What becomes of an announced change: done, done in part, gone beyond, or never seen; said under its announcement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from lineagebot.alerts.waiting import Ears
from lineagebot.graph.reader import GraphReader
from lineagebot.model import Alert, Announcement, AnnouncementState, Severity
from lineagebot.policy.announced import overdue
from lineagebot.policy.notice import title
from lineagebot.policy.say import is_slack_id
from lineagebot.policy.state import Brief, CarriedOut, Speak
from lineagebot.reply import Choice, Choices, Destination, Moment, Paragraph, Reply
from lineagebot.store import announcements, outbox
from lineagebot.store.engine import Tx

US = "lineagebot"
#: Where nothing was announced for so long, nobody announces.
CUSTOM = timedelta(days=90)


def carry_out(tx: Tx, graph: GraphReader, decision: CarriedOut, now: datetime, ears: Ears) -> None:
    """A line in the thread, and the announcement drawn as done once nothing of it is left."""
    found = announcements.locked(tx, decision.announcement)
    if found is None or found.state in (AnnouncementState.DONE, AnnouncementState.CANCELLED):
        return
    by, hushed = decision.by, ears.hushed(Severity.LOW)
    when = f"at {by.started_at.astimezone(UTC):%H:%M} UTC by {_who(graph, by)}"
    if decision.left:
        line = f"Done in part, as announced, {when}; {decision.left} more to come."
        announcements.change(tx, found, by=US, act="done in part", at=now, line=line, hushed=hushed)
        return
    done = replace(found, state=AnnouncementState.DONE, outcome=f"done {when}")
    announcements.change(tx, done, by=US, act="done", at=now, line=f"Done as announced {when}.", hushed=hushed)


def beyond(tx: Tx, decision: Speak) -> str:
    """What the alert says of the announcement that its statement goes beyond; "" where nobody announced a thing."""
    if decision.beyond is None:
        return ""
    announcement_id, what = decision.beyond
    found = announcements.get(tx, announcement_id)
    if found is None:
        return ""
    return f"More than {found.name} announced (for {_utc(found.at)}). Not announced: {what}."


def is_custom(tx: Tx, now: datetime) -> bool:
    """Whether people announce what they do: then that somebody did not is worth a word."""
    return announcements.any_since(tx, now - CUSTOM)


def say_beyond(tx: Tx, decision: Speak, alert: Alert, now: datetime, ears: Ears) -> None:
    """Those who were told of the announcement learn it there too."""
    found = announcements.locked(tx, decision.beyond[0]) if decision.beyond is not None else None
    if found is None or decision.beyond is None:
        return
    line = f"More was done than was announced: {decision.beyond[1]}. See alert {alert.id}: {alert.headline}."
    hushed = ears.hushed(alert.severity)
    announcements.change(tx, found, by=US, act="gone beyond", at=now, line=line, hushed=hushed)


def close_overdue(tx: Tx, marks: Mapping[str, datetime | None], now: datetime, ears: Ears) -> None:
    """What was announced and was not seen to happen: the announcer is told, once, and not at night."""
    hushed = ears.hushed(Severity.LOW)
    for found in announcements.find_open(tx):
        if not overdue(found, marks.get(found.system)) or hushed(Destination(found.workspace, found.announcer)):
            continue
        missed = replace(found, state=AnnouncementState.MISSED, outcome="the log shows nothing of it in its time")
        announcements.change(tx, missed, by=US, act="missed", at=now)
        tell(tx, found, f"notice:{found.id}:missed", _missed(found), now)


def tell(tx: Tx, announcement: Announcement, key: str, said: Reply, now: datetime) -> None:
    """A message to the announcer alone; whoever announced at a terminal has no place for it."""
    if not is_slack_id(announcement.announcer):
        return
    where = Destination(announcement.workspace, announcement.announcer)
    outbox.enqueue(tx, "reply", key, where, reply=said, at=now)


def _missed(a: Announcement) -> Reply:
    text = f"You announced {title(a)} for {_utc(a.at)}, and the log shows nothing of it."
    spans = (f"You announced {title(a)} for ", Moment(a.at), ", and the log shows nothing of it.")
    again = Choice("Announced changes", "announce list")
    return Reply(
        text, (Paragraph(spans), Paragraph(("If it still is to come, announce it again.",)), Choices((again,)))
    )


def _who(graph: GraphReader, brief: Brief) -> str:
    if brief.login is None:
        return "somebody"
    login = (brief.system, brief.login)
    person = graph.people([login]).get(login)
    return person.name if person else brief.login


def _utc(at: datetime) -> str:
    utc = at.astimezone(UTC)
    return f"{utc.day} {utc:%b %H:%M} UTC"
