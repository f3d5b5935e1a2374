"""What one statement may have harmed: its effects, held against the rules, become candidates that await their cure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from lineagebot.model import Action, AssetKey, AssetKind, Certainty, ColumnChange, Effect, Problem
from lineagebot.policy.cures import BUILDS
from lineagebot.policy.routine import is_piecemeal, stretched
from lineagebot.policy.rules import UNCERTAIN, Patience, Rule, Windows, as_harm, rule_for
from lineagebot.policy.state import Brief, Candidate, Known, State, StatementSeen, alert_key, name_of

#: An effect older than this when it is first seen goes into the catch-up summary instead of paging anyone.
OLD = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Teller:
    """What one statement may have harmed."""

    event: StatementSeen
    brief: Brief
    known: Known
    now: datetime
    windows: Windows

    def candidates(self, effect: Effect, state: State) -> Iterator[Candidate]:
        if effect.action is Action.SWAP:
            yield from self._swapped(effect, state)
            return
        its_work = self.brief.by_machine and not is_piecemeal(state, effect, self.brief)
        rule = rule_for(effect, by_machine=its_work)
        if rule is None:
            return
        if not any(m.current == effect.target and m.replaced for m in state.moved):
            yield self._candidate(as_harm(effect), rule, state)
        for victim in self.known.victims.get(effect, ()):
            taken = Effect(Action.DROP, victim, AssetKind.VIEW, certainty=effect.certainty)
            along = rule_for(taken)
            if along is not None:
                yield replace(self._candidate(taken, along, state), taken_along=True)

    def _swapped(self, effect: Effect, state: State) -> Iterator[Candidate]:
        """Two names that change places: a harm where one of them lacks what was read under it."""
        for name, columns in ((effect.renamed_to, effect.produces), (effect.target, ())):
            after = {c.name for c in columns or self.known.columns.get(name or effect.target, ())}
            gone = self.known.read_columns.get(name or effect.target, frozenset()) - after if after else frozenset()
            if name is None or not gone:
                continue
            lossy = Effect(Action.REPLACE, name, columns=tuple(map(ColumnChange, sorted(gone))))
            rule = rule_for(lossy)
            if rule is not None:
                yield self._candidate(lossy, rule, state)

        if effect.empty:
            left = Effect(Action.REPLACE, effect.target, empty=True)
            rule = rule_for(left)
            if rule is not None:
                yield self._candidate(left, rule, state)

    def suspicions(self, problem: Problem) -> Iterator[Candidate]:
        for key in problem.touches:
            effect = Effect(Action.DROP, key, certainty=Certainty.SUSPECTED)
            wait = self.windows.of(Patience.SETTLE if self.brief.by_machine else self.windows.patience(UNCERTAIN))
            yield self._made(effect, UNCERTAIN, wait)

    def _candidate(self, effect: Effect, rule: Rule, state: State) -> Candidate:
        patience = Patience.SETTLE if self.brief.by_machine else self.windows.patience(rule)
        wait = self.windows.of(patience)
        if patience is Patience.SETTLE:
            wait = stretched(wait, state, effect.target, self.brief, self.windows)
        if self.event.taught:
            # It never speaks, so it may wait for its cure as long as anything may, and learn how long that took.
            wait = self.windows.longest
        return self._made(effect, rule, wait, _built_at(state, effect, self.brief))

    def _made(self, effect: Effect, rule: Rule, wait: timedelta, built_at: datetime | None = None) -> Candidate:
        started = self.brief.started_at
        old = started < self.now - OLD
        return Candidate(
            key=alert_key(self.event.statement, rule.kind, effect.target),
            kind=rule.kind,
            effect=effect,
            brief=self.brief,
            cure=rule.cure,
            # What is read long afterwards may be put right further on in what is still to be read.
            closes_at=self.now if old and not self.event.taught else started + wait,
            old=old,
            taught=self.event.taught,
            built_at=built_at,
        )


def with_emptiness(state: State, effect: Effect) -> Effect:
    """A table that was just made and never filled brings no rows when it takes another's name."""
    if effect.action is Action.RENAME:
        return replace(effect, empty=_is_unfilled(state, effect.target))
    if effect.action is Action.SWAP and effect.renamed_to is not None:
        return replace(effect, empty=_is_unfilled(state, effect.renamed_to))
    return effect


def _is_unfilled(state: State, key: AssetKey) -> bool:
    there = sorted(state.mendings.get(name_of(key), ()), key=lambda m: m.brief.started_at)
    return bool(there) and there[-1].effect.empty


def _built_at(state: State, effect: Effect, brief: Brief) -> datetime | None:
    """When the same session, or the same machine's job, built what it now drops."""
    if effect.action is not Action.DROP:
        return None
    built = (m.brief for m in state.mendings.get(name_of(effect.target), ()) if m.effect.action in BUILDS)
    own = (b for b in built if b.session == brief.session or (b.by_machine and b.login == brief.login))
    return max((b.started_at for b in own if b.started_at <= brief.started_at), default=None)
