"""Scenarios in, alerts out, as JSON lines: what people would have been told once every settling window had passed.

An alert that healed inside its own window is not printed; it is counted as posted, then healed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any

from lineagebot.graph.impact import Impact
from lineagebot.model import AssetKey
from lineagebot.policy.cures import CONTAINERS
from lineagebot.policy.rules import Windows
from lineagebot.policy.severity import severity_of
from lineagebot.policy.step import Also, Candidate, Repeat, Speak, Storm, TakeBack
from lineagebot.terminal.replay import explained
from lineagebot.terminal.rerun import Rerun, Taken, is_used
from lineagebot.terminal.scenarios import Scenario, scenario_of

#: Whoever drops a table for a job to make it anew does so right before it; a job that comes by later was not meant.
MEANT = timedelta(minutes=5)


@dataclass(slots=True)
class Outcome:
    """What was said, and what of it still counts."""

    windows: Windows
    said: dict[str, tuple[Candidate, Impact]] = field(default_factory=dict)
    healed: int = 0

    def take(self, taken: Taken) -> None:
        for decision in taken.decisions:
            match decision:
                case Speak(candidate=candidate, impact=impact) | Also(candidate=candidate, impact=impact):
                    self.said[candidate.key] = (candidate, impact)
                case TakeBack(key=key, by=by) if key in self.said:
                    candidate, _ = self.said[key]
                    own = candidate.brief.by_machine or by.login == candidate.brief.login
                    if by.started_at - candidate.harmed_at <= (self.windows.longest if own else MEANT):
                        del self.said[key]
                        self.healed += 1
                case TakeBack() | Repeat() | Storm():
                    pass


@dataclass(slots=True)
class Tally:
    """Of all scenarios together."""

    scenarios: int = 0
    alerts: int = 0
    healed: int = 0
    errors: int = 0

    def __str__(self) -> str:
        return (
            f"{self.scenarios} scenarios, {self.alerts} alerts, {self.healed} posted then healed, {self.errors} errors"
        )


def answers(lines: Iterable[str], windows: Windows, tally: Tally, *, explain: bool = False) -> Iterator[str]:
    """One line of JSON for each scenario; a line that is none is answered with its error."""
    for line in lines:
        if not line.strip():
            continue
        tally.scenarios += 1
        identity: object = None
        try:
            case = json.loads(line)
            identity = case["id"]
            said = answer(scenario_of(case), windows, tally, explain=explain)
        except (ValueError, TypeError, KeyError, AttributeError) as mistake:
            tally.errors += 1
            said = {"id": identity, "alerts": [], "error": f"this line is no scenario: {mistake!r}"}
        yield json.dumps(said)


def answer(scenario: Scenario, windows: Windows, tally: Tally, *, explain: bool = False) -> Mapping[str, Any]:
    """With `explain`, also which rule and which evidence was behind each decision, and why the rest was quiet."""
    rerun = Rerun(scenario.dialect.name, scenario.graph, scenario.known, windows)
    outcome = Outcome(windows)
    rerun.teach(iter(scenario.history))
    why: list[str] = []
    for taken in (t for part in (*map(rerun.take, scenario.log), rerun.close()) for t in part):
        outcome.take(taken)
        if explain:
            why += explained(taken.before, taken.after, taken.event, taken.known, taken.decisions, windows)
    alerts = [alert for candidate, impact in outcome.said.values() for alert in alerted(scenario, candidate, impact)]
    tally.alerts += len(alerts)
    tally.healed += outcome.healed
    said: dict[str, Any] = {"id": scenario.id, "alerts": alerts, "error": None}
    return {**said, "explained": why} if explain else said


def alerted(scenario: Scenario, candidate: Candidate, impact: Impact) -> Iterator[Mapping[str, Any]]:
    number = scenario.numbers.get(candidate.brief.id)
    for key in named(candidate, impact, partial(is_used, scenario.graph, at=candidate.harmed_at)):
        yield {
            "asset": scenario.spellings.get(key) or str(key),
            "kind": candidate.kind,
            "columns": [c.name for c in candidate.effect.columns],
            "severity": str(severity_of(impact)),
            "log_seq": [] if number is None else [number],
        }


def named(candidate: Candidate, impact: Impact, is_used: Callable[[AssetKey], bool]) -> list[AssetKey]:
    """The assets that the alert is about: of a schema, those inside that somebody uses."""
    if candidate.effect.kind not in CONTAINERS:
        return [candidate.effect.target]
    inside = [t.key for t in impact.targets if t.key != candidate.effect.target]
    return [key for key in inside if is_used(key)]
