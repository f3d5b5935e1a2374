"""An alert's life: which act is possible in which state, and the sentence for a click that comes too late.

open → acknowledged, snoozed, resolved, healed; resolved and healed are the end (a repeat begins a new alert).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from lineagebot.model import Alert, AlertState


class Verb(StrEnum):
    ACKNOWLEDGE = "acknowledge"
    SNOOZE = "snooze"
    RESOLVE = "resolve"
    #: The asset came back, says the log or the probe.
    HEAL = "heal"
    #: A snooze ran out.
    WAKE = "wake"


#: verb → (states in which it is possible, state after it)
TRANSITIONS: dict[Verb, tuple[frozenset[AlertState], AlertState]] = {
    Verb.ACKNOWLEDGE: (frozenset({AlertState.OPEN, AlertState.SNOOZED}), AlertState.ACKNOWLEDGED),
    Verb.SNOOZE: (frozenset({AlertState.OPEN, AlertState.ACKNOWLEDGED, AlertState.SNOOZED}), AlertState.SNOOZED),
    Verb.RESOLVE: (frozenset({AlertState.OPEN, AlertState.ACKNOWLEDGED, AlertState.SNOOZED}), AlertState.RESOLVED),
    Verb.HEAL: (frozenset({AlertState.OPEN, AlertState.ACKNOWLEDGED, AlertState.SNOOZED}), AlertState.HEALED),
    Verb.WAKE: (frozenset({AlertState.SNOOZED}), AlertState.OPEN),
}


def act(alert: Alert, verb: Verb, *, by: str, now: datetime, until: datetime | None = None) -> Alert | str:
    """The alert after the act, or a sentence that says why it came too late. `until` is for SNOOZE alone."""
    possible, after = TRANSITIONS[verb]
    if alert.state not in possible:
        return too_late(alert)
    return replace(
        alert,
        state=after,
        acted_by=by,
        acted_at=now,
        snoozed_until=until if verb is Verb.SNOOZE else None,
        version=alert.version + 1,
    )


def too_late(alert: Alert) -> str:
    """Who was faster, and when: "Already resolved by Amy at 09:58 UTC." """
    by = f" by {alert.acted_by}" if alert.acted_by else ""
    at = f" at {alert.acted_at:%H:%M} UTC" if alert.acted_at else ""
    return f"Already {alert.state}{by}{at}."
