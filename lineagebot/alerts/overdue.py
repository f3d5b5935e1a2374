"""What time alone brings about: a snooze runs out, an alert that nobody acted on goes to a second channel."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from lineagebot.alerts.teller import place_named
from lineagebot.model import Alert
from lineagebot.policy import life
from lineagebot.policy.say import count
from lineagebot.store import alerts, watch
from lineagebot.store.engine import Tx

#: An alert that should have been escalated so long ago is not any more.
OVERSLEPT = timedelta(days=1)


def wake(tx: Tx, now: datetime) -> None:
    for alert in alerts.due_snoozes(tx, now):
        alerts.change(
            tx,
            alert.id,
            state=life.TRANSITIONS[life.Verb.WAKE][1],
            by="lineagebot",
            at=now,
            line="The snooze is over, and it still is not put right.",
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

    def escalate(self, tx: Tx, now: datetime, workspace: str) -> None:
        """Once: the second channel is told, and the first of it in its thread."""
        span = count(round(self.after.total_seconds() / 60), "minute")
        for alert in self.due(tx, now, workspace):
            where = place_named(tx, workspace, self.to or "")
            line = f"Nobody acted on it within {span}: {self.to} is told too."
            alerts.escalate(tx, alert.id, where, at=now, why=f"nobody acted on it within {span}", line=line)
