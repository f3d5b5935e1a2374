"""From what the fold decided to what people are told: alerts, their places, their threads; all into the outbox."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import structlog

from lineagebot import reply
from lineagebot.alerts import follow
from lineagebot.alerts.aside import Aside
from lineagebot.alerts.storms import name_of_login, short_id, tell_storm
from lineagebot.alerts.waiting import Ears
from lineagebot.errors import LineagebotError
from lineagebot.graph.reader import GraphReader
from lineagebot.model import Alert, Severity, Until
from lineagebot.policy import life
from lineagebot.policy.aftermath import sentence as sentence_of
from lineagebot.policy.audience import FOLLOWS, Recipient, fed_by, recipients
from lineagebot.policy.message import catch_up, headline, set_aside, told
from lineagebot.policy.probe import Says, sentence
from lineagebot.policy.recovery import recovery_of
from lineagebot.policy.severity import reaches, severity_of
from lineagebot.policy.step import Broke, CarriedOut, Decision, Repeat, Spared, Speak, Storm, TakeBack
from lineagebot.reply import Destination
from lineagebot.store import alerts, curation, outbox
from lineagebot.store.definitions import last_definition
from lineagebot.store.engine import Tx, apart

#: Dashboards kept by name with an alert that waits.
DASHBOARDS_KEPT = 5

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Place:
    """One recipient, and what telling them waits for; None: nothing."""

    who: Recipient
    until: Until | None = None


@dataclass(frozen=True, slots=True)
class Manners:
    """Who hears, as it is configured."""

    #: Channel that hears what nobody owns.
    fallback: str | None
    #: system → dialect.
    dialects: Callable[[], dict[str, str]]
    #: Only the fallback channel hears.
    shadow: bool
    #: People who read it lately are told each by themselves.
    tell_readers: bool


@dataclass(frozen=True, slots=True)
class Teller:
    """Tells what one tick decided, within its transaction."""

    tx: Tx
    graph: GraphReader
    now: datetime
    workspace: str
    manners: Manners
    ears: Ears

    def tell(self, decisions: Iterable[Decision], aside: Aside | None) -> None:
        """Carry the decisions out. With `aside`, what raises is set aside there."""
        old: list[Alert] = []
        hit: dict[str, list[Recipient]] = defaultdict(list)
        for decision in decisions:
            match decision:
                case Speak():
                    places, alert = self._speak(decision, aside)
                    hit[decision.part_of or ""] += (p.who for p in places)
                    if alert is not None and decision.candidate.old:
                        old.append(alert)
                case Spared():
                    self._note_spared(decision)
                case Broke():
                    self._say_what_broke(decision)
                case TakeBack():
                    self._take_back(decision)
                case Repeat():
                    self._count(decision)
                case CarriedOut():
                    follow.carry_out(self.tx, self.graph, decision, self.now, self.ears)
                case Storm() if not self.ears.paused:
                    tell_storm(self.tx, self.graph, decision.storm, hit[decision.storm.key], self.ears)
        if old and not self.ears.paused:
            self._catch_up(tuple(old))

    def tell_aside(self, aside: Aside | None) -> None:
        """Once for the same statements: that they were set aside."""
        if aside is not None and aside.statements:
            said = tuple(dict.fromkeys(aside.statements))
            key = "aside:" + hashlib.sha256("\0".join(said).encode()).hexdigest()[:32]
            self._tell_fallback(key, set_aside(said, aside.mistake))

    def _catch_up(self, old: tuple[Alert, ...]) -> None:
        """In one message; where the channel is quiet just now, in that of its morning."""
        loudest = min((alert.severity for alert in old), key=list(Severity).index)
        for where in self._fallback():
            until = self.ears.waits_for(where, loudest, asked_for=True)
            if until is None:
                said = catch_up(old, self.now)
                outbox.enqueue(self.tx, "reply", f"catch-up:{_key_of(old)}", where, reply=said, at=self.now)
                continue
            for alert in old:
                self.ears.hold(self.tx, alert.id, where, until, why="it happened while I was not reading")

    def _tell_fallback(self, key: str, said: reply.Reply) -> None:
        for where in self._fallback():
            outbox.enqueue(self.tx, "reply", key, where, reply=said, at=self.now)

    def _speak(self, decision: Speak, aside: Aside | None) -> tuple[tuple[Place, ...], Alert | None]:
        def speak() -> tuple[tuple[Place, ...], Alert | None]:
            places = self._places(decision)
            # What is part of a storm is told by the storm; after a pause each is listed by itself.
            told = places if decision.part_of is None or self.ears.paused else ()
            alert = self._raise(decision, tuple(p.who for p in told if p.until is None))
            if alert is not None:
                self._hold(decision, alert, told)
            return places, alert

        if aside is None:
            return speak()
        try:
            with apart(self.tx):
                return speak()
        except LineagebotError:
            raise
        except Exception as mistake:  # noqa: BLE001 - see Aside
            aside.add(f"{decision.candidate.brief.system} {decision.candidate.brief.id}", mistake)
            return (), None

    def _hold(self, decision: Speak, alert: Alert, places: tuple[Place, ...]) -> None:
        boards = tuple(c.asset.title for c in decision.impact.dashboards)[:DASHBOARDS_KEPT]
        for place in places:
            if place.until is not None:
                self.ears.hold(self.tx, alert.id, place.who.where, place.until, why=place.who.why, dashboards=boards)

    def _raise(self, decision: Speak, places: tuple[Recipient, ...]) -> Alert | None:
        """The alert, put in the outbox for these places; None where it stands already."""
        candidate, brief = decision.candidate, decision.candidate.brief
        who = name_of_login(self.graph, brief.system, brief.login)
        recovery = recovery_of(
            candidate.effect,
            self.manners.dialects().get(brief.system, ""),
            at=brief.started_at,
            definition=last_definition(self.tx, candidate.effect.target),
            statement=brief.id,
            taken=candidate.lost_at is not None,
        )
        beyond = follow.beyond(self.tx, decision)
        story = told(
            candidate,
            decision.impact,
            who=who,
            recovery=recovery,
            now=self.now,
            unconfirmed=decision.unconfirmed,
            judgement=decision.judgement,
            announced=beyond,
            unannounced=not beyond and follow.is_custom(self.tx, self.now),
        )
        alert = Alert(
            id=short_id(candidate.key),
            key=candidate.key,
            system=brief.system,
            asset=candidate.effect.target,
            kind=candidate.kind,
            severity=severity_of(decision.impact),
            headline=headline(candidate, who),
            message=json.dumps(reply.to_json(story)),
            happened_at=brief.started_at,
            raised_at=self.now,
            columns=tuple(c.name for c in candidate.effect.columns),
            statement_id=brief.id,
            fingerprint=brief.fingerprint,
            login=brief.login,
        )
        if not alerts.raise_alert(self.tx, alert, [r.where for r in places], why={r.where: r.why for r in places}):
            return None
        follow.say_beyond(self.tx, decision, alert, self.now, self.ears)
        log.info("alert", alert=alert.id, kind=alert.kind, asset=str(alert.asset), places=len(places))
        return alert

    def _places(self, decision: Speak) -> tuple[Place, ...]:
        """() for what only the catch-up summary names."""
        severity = severity_of(decision.impact)
        if decision.candidate.old:
            everyone = tuple(Recipient(where, "it happened while I was not reading") for where in self._fallback())
            return tuple(Place(r, Until.RESUMED) for r in everyone) if self.ears.paused else ()
        if self.manners.shadow:
            trial = (Recipient(where, "alerts are on trial") for where in self._fallback())
            return tuple(Place(r, self.ears.waits_for(r.where, severity)) for r in trial)
        return self._recipients(decision, severity)

    def _recipients(self, decision: Speak, severity: Severity) -> tuple[Place, ...]:
        found = decision.impact
        hit = {decision.candidate.effect.target, *(t.key for t in found.targets)}
        keys = {*hit, *(c.asset.key for c in found.consumers), *found.beyond.keys}
        fed = partial(fed_by, self.graph, hit, before=decision.candidate.harmed_at)
        listening = curation.subscribers(self.tx, keys, fed=fed)
        subscribers = tuple((where, str(what)) for where, what in listening if reaches(severity, what.floor))
        asked_for = {w for w, what in listening if what.floor is not None and reaches(severity, what.floor)}
        owners = [o for t in found.targets for o in t.owners] + [o for c in found.dashboards for o in c.owners]
        owners += found.beyond.owners
        people = [r.person for r in found.readers if self.manners.tell_readers and not r.via_machine]
        fallback = self.manners.fallback
        names = {o.id for o in owners} | {p.email for p in people if p.email} | {fallback or ""}
        ids = dict(curation.slack_ids(self.tx, self.workspace, names - {""}))
        loud = recipients(
            found, subscribers, workspace=self.workspace, fallback=fallback, slack_ids=ids, readers=people
        )
        places = [Place(r, self.ears.waits_for(r.where, severity, asked_for=r.where in asked_for)) for r in loud]
        # What is below the floor of a subscription is for the digest, where the place has one.
        heard = {self.ears.places.place(r.where) for r in loud}
        below = {w: str(what) for w, what in listening if not reaches(severity, what.floor)}
        for where, what in below.items():
            if self.ears.gathers(where) and self.ears.places.place(where) not in heard:
                until = Until.RESUMED if self.ears.paused else Until.DIGEST
                places.append(Place(Recipient(where, f"{FOLLOWS}{what}"), until))
        return tuple(places)

    def _fallback(self) -> tuple[Destination, ...]:
        name = self.manners.fallback
        return (place_named(self.tx, self.workspace, name),) if name else ()

    def _count(self, decision: Repeat) -> None:
        """One more of the same: the counter rises; the thread hears of the second, the fourth, the eighth time."""
        alert = alerts.by_key(self.tx, decision.key)
        if alert is None or alert.state.is_over:
            return
        count, by = alert.count + 1, decision.by
        is_told = count & (count - 1) == 0
        line = f"Once more, at {by.started_at:%H:%M:%S} UTC by {by.login or 'somebody'}: {count} times by now."
        hushed = self.ears.hushed(alert.severity)
        alerts.bump(self.tx, alert.id, self.now, line=line if is_told else None, hushed=hushed)

    def _note_spared(self, decision: Spared) -> None:
        """Counted and explained in the audit log, where `replay --explain` finds it."""
        candidate, said = decision.candidate, sentence((Says.STANDS, decision.at))
        detail = f"{headline(candidate, candidate.brief.login or 'somebody')}: {said}"
        curation.audit(self.tx, self.workspace, follow.US, curation.SPARED, candidate.key, detail, self.now)
        log.info("spared", asset=str(candidate.effect.target), why=said)

    def _say_what_broke(self, decision: Broke) -> None:
        """In the alert, in place; its thread hears of it once."""
        alert = alerts.by_key(self.tx, decision.key)
        if alert is None or alert.state.is_over:
            return
        said = sentence_of(decision.broken)
        line = None if decision.broken.told else f"This is what really broke by now: {said}."
        hushed = self.ears.hushed(alert.severity)
        alerts.note_aftermath(self.tx, alert.id, said, at=self.now, line=line, hushed=hushed)

    def _take_back(self, decision: TakeBack) -> None:
        alert = alerts.get(self.tx, short_id(decision.key))
        if alert is None or isinstance(life.act(alert, life.Verb.HEAL, by="", now=self.now), str):
            return
        by = decision.by.login or "somebody"
        line = f"It stands again: {by} put it right."
        if decision.unused:
            line = f"Nothing that is known uses it any more: {by} saw to that."
        alerts.change(
            self.tx, alert.id, state=life.TRANSITIONS[life.Verb.HEAL][1], by=by, at=self.now, line=line,
            hushed=self.ears.hushed(alert.severity),
        )  # fmt: skip


def place_named(tx: Tx, workspace: str, name: str) -> Destination:
    """A channel or person by name, as Slack calls them by now."""
    return Destination(workspace, dict(curation.slack_ids(tx, workspace, {name})).get(name, name))


def _key_of(found: Sequence[Alert]) -> str:
    return hashlib.sha256("".join(a.key for a in found).encode()).hexdigest()[:32]
