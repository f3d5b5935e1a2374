"""Now or later: what a place hears at once, what waits for its morning, its digest or a resume, and is said then.

Whether something may be said is asked anew at every tick, from the rules as they stand: whoever ends their quiet hours
early hears at once what waited. An alert that healed meanwhile is no message of its own; it is counted.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from lineagebot import reply
from lineagebot.graph.reader import GraphReader
from lineagebot.model import Severity, Until
from lineagebot.policy import hours, notice, roundup
from lineagebot.policy.say import count, coverage_note
from lineagebot.reply import Destination
from lineagebot.store import alerts, announcements, curation, held, listening, watch
from lineagebot.store.engine import Tx
from lineagebot.store.held import HeldAlert
from lineagebot.store.listening import Places
from lineagebot.store.watch import Pause

US = "lineagebot"


@dataclass(frozen=True, slots=True)
class Ears:
    """How every place listens at this tick."""

    now: datetime
    workspace: str
    pause: Pause | None
    places: Places

    @classmethod
    def at(cls, tx: Tx, now: datetime, workspace: str) -> Ears:
        return cls(now, workspace, watch.paused(tx, workspace, now=now), listening.everywhere(tx))

    @property
    def paused(self) -> bool:
        return self.pause is not None

    def waits_for(self, where: Destination, severity: Severity, *, asked_for: bool = False) -> Until | None:
        rule = self.places.of(where)
        return hours.waits_for(rule, severity, self.now, paused=self.paused, asked_for=asked_for)

    def gathers(self, where: Destination) -> bool:
        """Whether it has a digest for what is not loud enough to be said there by itself."""
        return self.places.of(where).digest is not None

    def hushed(self, severity: Severity) -> Callable[[Destination], bool]:
        """Places whose threads hear no line about such an alert now: its message is redrawn all the same."""
        return lambda where: self.paused or hours.is_quiet(self.places.of(where), severity, self.now)

    def hold(
        self,
        tx: Tx,
        alert_id: str,
        where: Destination,
        until: Until,
        *,
        why: str | None,
        dashboards: Sequence[str] = (),
    ) -> None:
        place = self.places.place(where)
        held.hold_alert(tx, alert_id, place, until=until, at=self.now, why=why, dashboards=dashboards)

    def is_over(self, until: Until, where: Destination, severity: Severity) -> bool:
        return not self.paused and hours.is_over(self.places.of(where), until, severity, self.now)

    def hears_announced(self, where: Destination, at: datetime) -> bool:
        resumes = self.pause.until if self.pause is not None else None
        return hours.hears_announced(self.places.of(where), at, self.now, paused=self.paused, resumes=resumes)

    def digests_due(self) -> tuple[Destination, ...]:
        rules = self.places.rules.items() if not self.paused else ()
        here = (item for item in rules if item[0][0] == self.workspace)
        return tuple(Destination(*place) for place, rule in here if hours.is_digest_due(rule, self.now))


def is_due(tx: Tx, now: datetime, workspace: str) -> bool:
    """Whether anything that waited may be said now."""
    ears = Ears.at(tx, now, workspace)
    return bool(ears.digests_due()) or bool(_ready(tx, ears))


def say_due(tx: Tx, graph: GraphReader, ears: Ears) -> None:
    """Say all that waited long enough: one message a place."""
    digests = ears.digests_due()
    for where in dict.fromkeys((*_ready(tx, ears), *digests)):
        _say_notices(tx, ears, where)
        ready = [h for h in held.alerts_at(tx, where) if ears.is_over(h.until, where, h.alert.severity)]
        if where in digests:
            _say_digest(tx, graph, ears, where, ready)
        else:
            _say_alerts(tx, ears, where, ready)


def _ready(tx: Tx, ears: Ears) -> tuple[Destination, ...]:
    """Places at which something may be said."""
    return tuple(
        dict.fromkeys(
            w.where
            for w in held.waiting(tx)
            if (w.severity is not None and ears.is_over(w.until, w.where, w.severity))
            or (w.announced_for is not None and ears.hears_announced(w.where, w.announced_for))
        )
    )


def _say_alerts(tx: Tx, ears: Ears, where: Destination, ready: Sequence[HeldAlert]) -> None:
    """A lone one as itself, more in one message; where all of them healed nothing is said, and it is noted."""
    standing = [h for h in ready if not h.alert.state.is_over]
    if not standing:
        if ready:
            said = f"{count(len(ready), 'alert')} healed before anybody was told"
            curation.audit(tx, where.workspace, US, "nothing to tell", where.channel, said, ears.now)
            held.let_go(tx, [h.id for h in ready])
        return
    alone = standing[0]
    if len(ready) == 1 and alerts.add_post(tx, alone.alert.id, where, at=ears.now, why=alone.why):
        held.let_go(tx, [alone.id])
        return
    kind = Until.MORNING if any(h.until is Until.MORNING for h in ready) else ready[0].until
    _round_up(tx, ears, where, kind, ready, since=min(h.at for h in ready), foot=roundup.foot(singly=0, coverage=None))


def _say_digest(tx: Tx, graph: GraphReader, ears: Ears, where: Destination, ready: Sequence[HeldAlert]) -> None:
    rule = ears.places.of(where)
    digest, now = rule.digest, ears.now
    since = rule.digested_at or min((h.at for h in ready), default=now)
    if digest is None:
        return
    listening.digested(tx, where, now)
    if not ready and not hours.says_nothing_happened(digest):
        return
    singly = alerts.said_at(tx, where, since=since, until=now)
    coverage = coverage_note(graph.coverage(), now) if not ready else None
    _round_up(tx, ears, where, Until.DIGEST, ready, since=since, foot=roundup.foot(singly=singly, coverage=coverage))


def _round_up(
    tx: Tx,
    ears: Ears,
    where: Destination,
    kind: Until,
    ready: Iterable[HeldAlert],
    *,
    since: datetime,
    foot: reply.Reply,
) -> None:
    ids = [h.id for h in ready]
    told = held.round_up(tx, where, kind, ids, since=since, at=ears.now, foot=json.dumps(reply.to_json(foot)))
    found = held.get(tx, told.id)
    held.say(tx, told, roundup.drawn(told, found[1] if found else ()))


def _say_notices(tx: Tx, ears: Ears, where: Destination) -> None:
    """Each as itself: people object to one, not to many. What was cancelled meanwhile is not told."""
    for waiting in held.notices_at(tx, where):
        found = announcements.get(tx, waiting.announcement)
        if found is None or found.state.is_over:
            held.let_go(tx, [waiting.id])
        elif ears.hears_announced(where, found.at):
            announcements.add_post(tx, found, where, drawn=notice.drawn(found), at=ears.now)
            held.let_go(tx, [waiting.id])
