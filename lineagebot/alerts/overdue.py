"""What time alone brings about: a snooze runs out, an alert that nobody acted on goes to a second channel."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from lineagebot.alerts.teller import place_named
from lineagebot.alerts.waiting import Ears
from lineagebot.model import Alert, Until
from lineagebot.policy import life
from lineagebot.policy.say import count
from lineagebot.reply import Destination
from lineagebot.store import alerts, watch
from lineagebot.store.engine import Tx

#: An alert that should have been escalated so long ago is not any more.
OVERSLEPT = timedelta(days=1)


def wake(tx: Tx, ears: Ears) -> None:
    """It is open again, and said so in its threads; a place that is quiet just now hears of it when it is not."""
    for alert in alerts.due_snoozes(tx, ears.now):
        hushed = ears.hushed(alert.severity)
        for post in alerts.posts(tx, alert.id):
            where = Destination(post.workspace, post.channel)
            if hushed(where):
                until = Until.RESUMED if ears.paused else Until.MORNING
                ears.hold(tx, alert.id, where, until, why="its snooze is over")
        alerts.change(
            tx,
            alert.id,
            state=life.TRANSITIONS[life.Verb.WAKE][1],
            by="lineagebot",
            at=ears.now,
            line="The snooze is over, and it still is not put right.",
            hushed=hushed,
        )


@dataclass(frozen=True, slots=True)
class Escalation:
    """`to`: the channel that hears of an alert which nobody acted on for `after`; None: none."""

    to: str | None
    after: timedelta

    def due(self, tx: Tx, now: datetime, workspace: str) -> tuple[Alert, ...]:
        """What is to be escalated. The setting is for what comes: it digs up nothing of long ago."""
        if self.to is None or watch.paused(tx, workspace, now=now) is not None:
            return ()
        until = now - self.after
        return alerts.unanswered(tx, since=until - OVERSLEPT, until=until)

    def escalate(self, tx: Tx, ears: Ears, workspace: str) -> None:
        """Once: the second channel is told, and the first of it in its thread."""
        span = count(round(self.after.total_seconds() / 60), "minute")
        for alert in self.due(tx, ears.now, workspace):
            where = place_named(tx, workspace, self.to or "")
            line, why = f"Nobody acted on it within {span}: {self.to} is told too.", f"nobody acted on it within {span}"
            until = ears.waits_for(where, alert.severity, asked_for=True)
            if until is not None:
                ears.hold(tx, alert.id, where, until, why=why)
            now = where if until is None else None
            hushed = ears.hushed(alert.severity)
            alerts.escalate(tx, alert.id, now, at=ears.now, why=why, line=line, hushed=hushed)
