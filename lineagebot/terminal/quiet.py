"""Why nothing was said of what just happened: the fold played again over the newest entries of the journal."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from lineagebot.app import App
from lineagebot.model import Action, Effect, Outcome
from lineagebot.policy.known import answer
from lineagebot.policy.rules import Windows, rule_for
from lineagebot.policy.step import Event, Speak, State, StatementSeen, WatermarkSeen, asks, step
from lineagebot.store import journal
from lineagebot.store.graph import PostgresGraph
from lineagebot.store.journal import JournalEntry

_OUTCOMES = {
    Outcome.FAILED: "it failed, so nothing happened",
    Outcome.ROLLED_BACK: "it was rolled back, so nothing happened",
}
_SOME_ROWS = frozenset({Action.DELETE, Action.UPDATE})
_EVER = timedelta(days=1)


def why_quiet(app: App, position: int, *, windows: Windows) -> tuple[str, ...]:
    """A reason for each statement after `position` that could have harmed; () where nothing of the kind is there."""
    with app.store.begin() as tx:
        entries = _settled(journal.after(tx, position))
        graph = PostgresGraph.within(tx)
        reasons: list[str] = []
        state = State()
        for entry in entries:
            reasons += _at_once(entry)
            event = _event(entry)
            before = state.candidates
            known = answer(graph, asks(state, event), today=entry.statement.started_at.date())
            state, _ = step(state, event, known, entry.statement.started_at, windows=windows)
            healed = len([c for c in before if c not in state.candidates])
            fleeting = any(map(rule_for, entry.effects)) and _counts(entry) and state.candidates == before
            reasons += ["it was put right at once"] * bool(healed or fleeting)
        for candidate in state.candidates:
            end: Event = WatermarkSeen(candidate.brief.system, candidate.closes_at + _EVER)
            known = answer(graph, asks(state, end), today=candidate.brief.started_at.date())
            _, decisions = step(state, end, known, candidate.brief.started_at, windows=windows)
            if not any(isinstance(d, Speak) and d.candidate.key == candidate.key for d in decisions):
                reasons.append(f"nobody else was seen using {candidate.effect.target.name}")
    return tuple(dict.fromkeys(reasons))


def _counts(entry: JournalEntry) -> bool:
    return entry.statement.outcome not in _OUTCOMES


def _settled(entries: tuple[JournalEntry, ...]) -> tuple[JournalEntry, ...]:
    """Each statement once, as it ended: it may stand in the journal open, and again with its outcome."""
    last = {entry.statement.id: entry for entry in entries}
    return tuple(last.values())


def _event(entry: JournalEntry) -> StatementSeen:
    return StatementSeen(
        entry.statement, entry.fingerprint, entry.effects, entry.problems, entry.by_machine, entry.taught
    )


def _at_once(entry: JournalEntry) -> Iterator[str]:
    """What can be told from the statement alone."""
    if says := _OUTCOMES.get(entry.statement.outcome):
        yield says
        return
    for effect in entry.effects:
        if effect.temporary:
            yield "it touched a temporary table only"
        elif rule_for(effect) is None and (says := _harmless(effect)):
            yield says


def _harmless(effect: Effect) -> str:
    if effect.action in _SOME_ROWS and not effect.every_row:
        return f"it has a condition, so it hits some rows of {effect.target.name}, not all"
    return ""
