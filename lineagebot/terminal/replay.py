"""Fold the journal anew and say what would have been said: the very `policy.step` that serve runs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from lineagebot.app import App
from lineagebot.graph.impact import Impact
from lineagebot.model import Effect, Outcome
from lineagebot.policy.aftermath import sentence as sentence_of
from lineagebot.policy.known import answer
from lineagebot.policy.message import headline
from lineagebot.policy.noise import quieted
from lineagebot.policy.probe import Says, sentence
from lineagebot.policy.routine import is_habit
from lineagebot.policy.rules import Windows, rule_for
from lineagebot.policy.step import (
    Also,
    Broke,
    Candidate,
    CarriedOut,
    Decision,
    Event,
    Known,
    Repeat,
    Spared,
    Speak,
    State,
    StatementSeen,
    Storm,
    TakeBack,
    WatermarkSeen,
    alert_key,
    asks,
    step,
    worth_saying,
)
from lineagebot.store import curation, journal, quiet
from lineagebot.store.engine import Store, Tx
from lineagebot.store.graph import PostgresGraph
from lineagebot.store.search_words import is_leftover

PAGE = 1000
#: The watermark of then is not known: what was logged within so long is taken to have been read at one go.
AT_ONE_GO = timedelta(seconds=1)
_UNDONE = {Outcome.FAILED: "it failed", Outcome.ROLLED_BACK: "it was rolled back"}


@dataclass(frozen=True, slots=True)
class Told:
    """One line: when it happened, what became of it."""

    at: datetime
    word: str
    says: str

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S}  {self.word:<7} {self.says}"


def lines(app: App, *, since: datetime | None, explain: bool, windows: Windows) -> Iterator[str]:
    """One line a decision, and with `explain` one for each destructive effect that was kept quiet, with the reason."""
    yield from replayed(app.store, since=since, explain=explain, windows=windows)


def replayed(store: Store, *, since: datetime | None, explain: bool, windows: Windows) -> Iterator[str]:
    """The same of a store, in the order of what happened; explained, routine is counted at the end."""
    with store.begin() as tx:
        told = list(_fold(tx, since, windows, explain=explain))
    yield from (str(said) for said, passing in sorted(told, key=lambda line: line[0].at) if not passing)
    steps = sum(passing for _, passing in told)
    if steps:
        yield f"{'':<19}  quiet   and {steps:,} steps of rebuilds, on names that only pass (…__dbt_tmp, …__dbt_backup)"


def _fold(tx: Tx, since: datetime | None, windows: Windows, *, explain: bool) -> Iterator[tuple[Told, bool]]:
    """Each line, and whether it is about a name that only passes."""
    state = State()
    graph = PostgresGraph.within(tx)
    heads: dict[str, str] = {}
    noise = quiet.kept(tx)
    spared = dict(curation.audited(tx, curation.SPARED))
    for event in _events(tx, since):
        now = event.statement.started_at if isinstance(event, StatementSeen) else event.at
        asked = asks(state, event)
        known = replace(answer(graph, asked, today=now.date()), noise=quieted(asked.impacts, noise))
        before = state
        state, decisions = step(state, event, known, now, windows=windows)
        for decision in decisions:
            if isinstance(decision, Speak) and decision.candidate.key in spared:
                # The log alone would have it said; what the warehouse said on the day is known from the day.
                if explain:
                    yield Told(decision.candidate.brief.started_at, "quiet", spared[decision.candidate.key]), False
                continue
            yield _said(decision, heads), False
        if explain:
            yield from _kept_quiet(before, state, event, known, windows)


def explained(
    before: State, after: State, event: Event, known: Known, decisions: Iterable[Decision], windows: Windows
) -> Iterator[str]:
    """Each decision with its rule and its evidence, and each harm that was kept quiet, with the reason."""
    heads: dict[str, str] = {}
    for decision in decisions:
        evidence = f", {_evidence(decision.impact)}" if isinstance(decision, Speak | Also) else ""
        yield f"{_said(decision, heads)}{evidence}"
    for told, _ in _kept_quiet(before, after, event, known, windows):
        yield str(told)


def _evidence(impact: Impact) -> str:
    """Who is hurt, the first three by name."""
    hurt = [c.asset.title for c in impact.consumers] + [r.person.name for r in impact.readers]
    others = len(hurt) - 3 + len(impact.beyond.keys)
    more = f" and {others} more" if others > 0 else ""
    return f"used by {', '.join(hurt[:3])}{more}"


def _events(tx: Tx, since: datetime | None) -> Iterator[Event]:
    """Statements, each after the watermark that it proves, and the sources' own watermarks at the end."""
    position = 0
    marks: dict[str, datetime] = {}
    while entries := journal.after(tx, position, limit=PAGE):
        for entry in entries:
            system, at = entry.statement.system, entry.statement.started_at
            if since is None or at >= since:
                if at > marks.get(system, at):
                    yield WatermarkSeen(system, marks[system] - AT_ONE_GO)
                marks[system] = max(at, marks.get(system, at))
                yield StatementSeen(
                    entry.statement,
                    entry.fingerprint,
                    entry.effects,
                    entry.problems,
                    entry.by_machine,
                    entry.taught,
                    entry.reads,
                )
        position = entries[-1].position
    for system, read_to in journal.watermarks(tx).items():
        if read_to is not None:
            yield WatermarkSeen(system, read_to)


def _said(decision: Decision, heads: dict[str, str]) -> Told:
    """`heads`: headlines by alert key, filled here."""
    match decision:
        case Speak(candidate=candidate):
            heads[candidate.key] = _line(candidate)
            return Told(candidate.brief.started_at, "ALERT", f"{_line(candidate)} ({candidate.kind})")
        case Spared(candidate=candidate, at=at):
            says = f"{_line(candidate)}: {sentence((Says.STANDS, at))}"
            return Told(candidate.brief.started_at, "quiet", says)
        case TakeBack(key=key, by=by):
            return Told(by.started_at, "healed", f"{heads.get(key, 'an alert')}: put right by {by.login or 'somebody'}")
        case Repeat(key=key, by=by):
            head = heads.get(key, "an alert")
            return Told(
                by.started_at, "again", f"{head}: once more, by {by.login or 'somebody'}; counted, not said anew"
            )
        case Also(key=key, candidate=candidate):
            return Told(candidate.brief.started_at, "also", f"{_line(candidate)}: told in {heads.get(key, 'an alert')}")
        case Broke(key=key, broken=broken):
            return Told(broken.last, "broke", f"{heads.get(key, 'a storm')}: {sentence_of(broken)} failed on it")
        case Storm(storm=storm):
            return Told(storm.last, "storm", f"{storm.count} alerts ({storm.cause}): one summary")
        case CarriedOut(announcement=said, by=by):
            return Told(by.started_at, "announced", f"{said}: carried out by {by.login or 'somebody'}")


def _kept_quiet(
    before: State, after: State, event: Event, known: Known, windows: Windows
) -> Iterator[tuple[Told, bool]]:
    """What left the waiting unsaid at this event, and what never began to wait, with the reason."""
    for candidate in _left(before, after):
        reason = _reason(candidate, event, before, known)
        if windows.is_off(candidate.kind) and not isinstance(event, StatementSeen):
            reason = f"the rule {candidate.kind} is switched off (watch.rules)"
        yield Told(candidate.brief.started_at, "quiet", f"{_line(candidate)}: {reason}"), _passes(candidate.effect)
    if isinstance(event, StatementSeen):
        for effect, reason in _never_waited(event, after):
            who = event.statement.login or "somebody"
            says = f"{who}'s {effect.action} of {'.'.join(effect.target.path[-2:])}: {reason}"
            yield Told(event.statement.started_at, "quiet", says), _passes(effect)


def _left(before: State, after: State) -> Iterable[Candidate]:
    if before.waiting is after.waiting:
        return
    for name, group in before.waiting.items():
        there = {c.key for c in (*after.waiting.get(name, ()), *after.spoken.get(name, ()))}
        yield from (c for c in group if c.key not in there)


def _never_waited(event: StatementSeen, after: State) -> Iterator[tuple[Effect, str]]:
    statement = event.statement
    there = {c.key for c in after.candidates} if any(map(rule_for, event.effects)) else set()
    for effect in event.effects:
        rule = rule_for(effect)
        if rule is None:
            continue
        if statement.outcome in _UNDONE:
            yield effect, _UNDONE[statement.outcome]
        elif statement.outcome is Outcome.RUNNING:
            yield effect, "its end was not seen"
        elif alert_key(statement, rule.kind, effect.target) not in there:
            yield effect, "a step of a rebuild, or a habit of its account"


def _reason(candidate: Candidate, event: Event, before: State, known: Known) -> str:
    if isinstance(event, StatementSeen):
        return f"it was put right in time by {event.statement.login or 'somebody'}"
    if candidate.taught:
        return "part of the first read, or of the history"
    if candidate.key in known.noise:
        return known.noise[candidate.key]
    impact = known.impacts.get(candidate.key)
    if impact is None or not worth_saying(impact):
        return "nobody else uses it"
    if is_habit(candidate, before):
        return f"{candidate.brief.login or 'this account'} did the very same before, and left it so"
    return "it is told of already"


def _line(candidate: Candidate) -> str:
    return headline(candidate, candidate.brief.login or "somebody")


def _passes(effect: Effect) -> bool:
    return any(is_leftover(key.name) for key in (effect.target, effect.renamed_to) if key is not None)
