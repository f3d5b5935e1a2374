"""Fold the journal anew and say what would have been said: the very `policy.step` that serve runs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lineagebot.app import App
from lineagebot.model import Outcome
from lineagebot.policy.known import answer
from lineagebot.policy.message import headline
from lineagebot.policy.rules import Windows, rule_for
from lineagebot.policy.step import (
    Candidate,
    Decision,
    Event,
    Speak,
    State,
    StatementSeen,
    Storm,
    TakeBack,
    WatermarkSeen,
    asks,
    step,
)
from lineagebot.store import journal
from lineagebot.store.engine import Tx
from lineagebot.store.graph import PostgresGraph

PAGE = 1000


def lines(app: App, *, since: datetime | None, explain: bool, windows: Windows) -> Iterator[str]:
    """One line a decision, and with `explain` one for each destructive effect that was kept quiet, with the reason."""
    state = State()
    with app.store.begin() as tx:
        graph = PostgresGraph.within(tx)
        for event in _events(tx, since):
            now = event.at if isinstance(event, WatermarkSeen) else event.statement.started_at
            waiting = state.candidates
            known = answer(graph, asks(state, event), today=now.date())
            state, decisions = step(state, event, known, now, windows=windows)
            yield from (_said(d) for d in decisions)
            if explain:
                yield from _kept_quiet(waiting, state, event)


def _events(tx: Tx, since: datetime | None) -> Iterator[Event]:
    """Statements, each followed by the watermark that it proves, and the sources' own watermarks at the end."""
    position = 0
    while entries := journal.after(tx, position, limit=PAGE):
        for entry in entries:
            if since is None or entry.statement.started_at >= since:
                yield WatermarkSeen(entry.statement.system, entry.statement.started_at)
                yield StatementSeen(
                    entry.statement, entry.fingerprint, entry.effects, entry.problems, entry.by_machine, entry.taught
                )
        position = entries[-1].position
    for system, at in journal.watermarks(tx).items():
        if at is not None:
            yield WatermarkSeen(system, at)


def _said(decision: Decision) -> str:
    match decision:
        case Speak(candidate=candidate):
            at, line = candidate.brief.started_at, headline(candidate, candidate.brief.login or "somebody")
            return f"{at:%Y-%m-%d %H:%M:%S}  ALERT   {line} ({candidate.kind})"
        case TakeBack(by=by):
            return f"{by.started_at:%Y-%m-%d %H:%M:%S}  healed  by {by.login or 'somebody'}"
        case Storm(at=at, spoken=spoken):
            return f"{at:%Y-%m-%d %H:%M:%S}  storm   {spoken} alerts in ten minutes: one summary"


def _kept_quiet(waiting: tuple[Candidate, ...], state: State, event: Event) -> Iterator[str]:
    """What left the waiting unsaid at this event, and what never began to wait, with the reason."""
    still = {c.key for c in state.candidates}
    for candidate in waiting:
        if candidate.key not in still and not candidate.spoken:
            line = headline(candidate, candidate.brief.login or "somebody")
            yield f"{candidate.brief.started_at:%Y-%m-%d %H:%M:%S}  quiet   {line}: {_reason(candidate, event)}"
    if isinstance(event, StatementSeen) and event.statement.outcome in (Outcome.FAILED, Outcome.ROLLED_BACK):
        at, outcome = event.statement.started_at, event.statement.outcome
        for effect in filter(rule_for, event.effects):
            yield f"{at:%Y-%m-%d %H:%M:%S}  quiet   {effect.action} of {effect.target}: it was {outcome}"


def _reason(candidate: Candidate, event: Event) -> str:
    if candidate.taught:
        return "part of the first read"
    return "it was put right in time" if isinstance(event, StatementSeen) else "nobody uses it"
