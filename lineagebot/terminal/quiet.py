"""Why nothing was said of what just happened: the fold played again over the newest entries of the journal."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from lineagebot.app import App
from lineagebot.model import Action, Effect, Outcome
from lineagebot.policy.known import answer
from lineagebot.policy.rules import Windows, rule_for
from lineagebot.policy.say import short
from lineagebot.policy.step import Known, State, StatementSeen, WatermarkSeen, asks, step, worth_saying
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
    reasons: list[str] = []
    with app.store.begin() as tx:
        entries = _settled(journal.after(tx, position))
        graph = PostgresGraph.within(tx)
        state = State()
        for entry in entries:
            reasons += _at_once(entry)
            event, at = _event(entry), entry.statement.started_at
            state, _ = step(state, event, answer(graph, asks(state, event), today=at.date()), at, windows=windows)
        for entry in filter(_harms, entries):
            end = WatermarkSeen(entry.statement.system, entry.statement.started_at + _EVER)
            waiting = asks(state, end)
            mine = [c for c in waiting.impacts if c.brief.id == entry.statement.id]
            known = answer(graph, waiting, today=entry.statement.started_at.date())
            if not mine:
                reasons.append("it was put right at once")
            reasons += [f"nobody else was seen using {short(c.effect.target)}" for c in mine if _unused(known, c.key)]
    return tuple(dict.fromkeys(reasons))


def _harms(entry: JournalEntry) -> bool:
    return entry.statement.outcome not in _OUTCOMES and any(map(rule_for, entry.effects))


def _unused(known: Known, key: str) -> bool:
    impact = known.impacts.get(key)
    return impact is None or not worth_saying(impact)


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
        return f"it has a condition, so it hits some rows of {short(effect.target)}, not all"
    return ""
