"""`alerts`, `ack`, `snooze`, `resolve`: an alert's life, by button or by word.

A button carries the version of the drawing that it was pressed on (--seen); a click on an older one is answered with
what happened meanwhile, not obeyed.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo

from lineagebot.commands.asked import Asked, Command
from lineagebot.commands.services import Services
from lineagebot.commands.when import moment_of, zone_of
from lineagebot.errors import BadRequest
from lineagebot.model import Alert, AlertState
from lineagebot.policy import life
from lineagebot.policy.life import Verb
from lineagebot.policy.message import drawn
from lineagebot.policy.say import count, coverage_note
from lineagebot.reply import Block, Choice, Choices, Heading, Items, Moment, Mono, Paragraph, Reply, Words
from lineagebot.store import alerts as kept

#: As many as one list shows.
LISTED = 15
#: The hour at which "tomorrow" wakes up, on the asker's own clock.
MORNING = 8
LONGEST_SNOOZE = timedelta(days=30)

_SPAN = re.compile(r"(\d{1,4})\s*(m|min|h|d|w)")
_UNITS = {
    "m": timedelta(minutes=1),
    "min": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}
_DONE = {Verb.ACKNOWLEDGE: "Acknowledged", Verb.SNOOZE: "Snoozed", Verb.RESOLVE: "Resolved"}


def listed_alerts(asked: Asked, services: Services) -> Reply:
    if asked.said.words:
        return _one(asked.said.words[0].lower(), services)
    with services.store.begin() as tx:
        open_ones = [a for a in kept.find_open(tx) if not a.state.is_over]
        past = [a for a in kept.recent(tx, limit=LISTED) if a.state.is_over] if asked.said.has("all") else []
    if not open_ones and not past:
        text = "No open alert. " + (
            "None before it either." if asked.said.has("all") else "For older ones: alerts --all"
        )
        # Silence is peace only where somebody listened.
        return Reply(text, (Paragraph((text,)), coverage_note(services.graph.coverage(), asked.request.now)))
    shown = sorted(open_ones, key=lambda a: a.happened_at, reverse=True)
    blocks: list[Block] = [Heading("Alerts")]
    if shown:
        blocks.append(_alerts("Open", shown))
    if past:
        blocks.append(_alerts("Over", past))
    buttons = tuple(Choice(f"Acknowledge {a.id}", f"ack {a.id}") for a in shown[:3] if a.state is AlertState.OPEN)
    text = f"{count(len(shown), 'open alert')}" + (f": {shown[0].headline}" if shown else ".")
    return Reply(text, (*blocks, *([Choices(buttons)] if buttons else [])))


def _one(alert_id: str, services: Services) -> Reply:
    """One alert whole, as its message stands now, with what belongs in its thread."""
    with services.store.begin() as tx:
        alert = kept.get(tx, alert_id)
    if alert is None:
        raise BadRequest(f"I have no alert “{alert_id}”; see alerts.")
    return replace(drawn(alert), private=True)


def _alerts(title: str, found: list[Alert]) -> Items:
    return Items(tuple(_line(alert) for alert in found[:LISTED]), title=title, more=max(0, len(found) - LISTED))


def _line(alert: Alert) -> Words:
    state = "" if alert.state is AlertState.OPEN else f", {alert.state}"
    by = f" by {alert.acted_by}" if alert.acted_by and state else ""
    return (Mono(alert.id), f" {alert.severity}{state}{by}: {alert.headline}, ", Moment(alert.happened_at, "ago"))


def acknowledge(asked: Asked, services: Services) -> Reply:
    return _act(asked, services, Verb.ACKNOWLEDGE)


def resolve(asked: Asked, services: Services) -> Reply:
    return _act(asked, services, Verb.RESOLVE)


def snooze(asked: Asked, services: Services) -> Reply:
    said = " ".join(asked.said.words[1:]) or "1h"
    return _act(asked, services, Verb.SNOOZE, until=_until(said, asked.request.now, zone_of(asked.asker.zone)))


def _act(asked: Asked, services: Services, verb: Verb, *, until: datetime | None = None) -> Reply:
    alert_id = asked.said.words[0].lower() if asked.said.words else ""
    if not alert_id:
        raise BadRequest(f"Which alert? For example: {asked.word} k3x9q2ab; see alerts.")
    now, by = asked.request.now, asked.asker.called
    seen = asked.said.number("seen", 0) or None
    with services.store.begin() as tx:
        alert = kept.get(tx, alert_id)
        if alert is None:
            raise BadRequest(f"I have no alert “{alert_id}”; see alerts.")
        if seen is not None and seen < alert.version:
            return _said(meanwhile(alert))
        after = life.act(alert, verb, by=by, now=now, until=until)
        if isinstance(after, str):
            return _said(after)
        kept.change(
            tx, alert.id, state=after.state, by=by, at=now, until=until, seen_version=alert.version,
            line=_thread_line(verb, by, now, until),
        )  # fmt: skip
    upto = f" until {_when(until, now, zone_of(asked.asker.zone))}" if until is not None else ""
    return replace(_said(f"{_DONE[verb]}{upto}: {alert.headline}."), seen_in_place=seen is not None)


def _said(text: str) -> Reply:
    return Reply(text, (Paragraph((text,)),))


def meanwhile(alert: Alert) -> str:
    """What a click on an older drawing is told."""
    if alert.state is AlertState.OPEN:
        return "That alert changed meanwhile; look at it as it stands now, then press again."
    return life.too_late(alert)


def _thread_line(verb: Verb, by: str, now: datetime, until: datetime | None) -> str:
    upto = f" for {_long(until - now)}" if until is not None else ""
    return f"{_DONE[verb]} by {by}{upto}."


def _long(span: timedelta) -> str:
    """A span in the words of people: the line is read in many time zones."""
    minutes = round(span.total_seconds() / 60)
    if minutes < 120:
        return count(minutes, "minute") if minutes % 60 else count(minutes // 60, "hour")
    return count(round(minutes / 60), "hour") if minutes < 48 * 60 else count(round(minutes / 1440), "day")


def _when(until: datetime, now: datetime, zone: tzinfo) -> str:
    there = until.astimezone(zone)
    clock = f"{there:%H:%M} {there.tzname() or 'UTC'}"
    return clock if until - now < timedelta(hours=12) else f"{there.day} {there:%b} {clock}"


def _until(said: str, now: datetime, zone: tzinfo) -> datetime:
    """ "1h", "2d", "tomorrow", "monday", "friday 14:00" → a moment. Raises BadRequest."""
    words_said = said.lower().removeprefix("until ").removeprefix("for ").strip()
    match = _SPAN.fullmatch(words_said)
    if match is not None and int(match[1]):
        return now + min(int(match[1]) * _UNITS[match[2]], LONGEST_SNOOZE)
    at = moment_of(words_said, now, zone) or moment_of(f"{words_said} {MORNING}:00", now, zone)
    if match is not None or at is None or at <= now:
        raise BadRequest("Until when? For example: 1h, 4h, 2d, tomorrow, monday or friday 14:00.")
    return min(at, now + LONGEST_SNOOZE)


def span_of(said: str, now: datetime, zone: tzinfo) -> timedelta:
    """ "2h" → two hours; "until 18:00" → what is left until then. Raises BadRequest."""
    words_said = said.lower().removeprefix("for ").strip()
    match = _SPAN.fullmatch(words_said)
    if match is not None and int(match[1]):
        return min(int(match[1]) * _UNITS[match[2]], LONGEST_SNOOZE)
    at = moment_of(words_said.removeprefix("until ").strip(), now, zone)
    if at is None or at <= now:
        raise BadRequest("For how long? For example: 30m, 2h, 1d or until 18:00.")
    return min(at - now, LONGEST_SNOOZE)


ALERTS = Command(
    word="alerts",
    answer=listed_alerts,
    usage="alerts [<alert>] [--all]",
    help="the open alerts, latest first; or one of them whole",
)
ACKNOWLEDGE = Command(
    word="ack",
    aliases=("acknowledge",),
    answer=acknowledge,
    usage="ack <alert>",
    help="say that you are on it",
    examples=("ack k3x9q2ab",),
    changes=True,
)
SNOOZE = Command(
    word="snooze",
    answer=snooze,
    usage="snooze <alert> 1h | 4h | 2d | tomorrow",
    more=("Times are on your own clock; tomorrow, or a day, means 08:00 of it.",),
    help="hear of it again later",
    examples=("snooze k3x9q2ab 4h",),
    changes=True,
)
RESOLVE = Command(
    word="resolve",
    answer=resolve,
    usage="resolve <alert>",
    help="say that it is done with",
    examples=("resolve k3x9q2ab",),
    changes=True,
)
