"""Accidents and their harmless twins in nine dialects, each as one line of own.jsonl, in the scenarios' format."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from lineagebot.policy.rules import Windows
from lineagebot.policy.state import state_from_json, state_to_json
from lineagebot.terminal.replay_jsonl import Outcome
from lineagebot.terminal.rerun import Rerun
from lineagebot.terminal.scenarios import scenario_of

from .told import told

Case = Mapping[str, Any]

OWN = [json.loads(line) for line in (Path(__file__).parent / "own.jsonl").read_text(encoding="utf-8").splitlines()]
DEV = Path(__file__).parents[3] / "shared" / "corpora" / "alerts" / "dev.jsonl"


def ids(cases: Iterable[Case]) -> list[str]:
    return [case["id"] for case in cases]


@pytest.mark.parametrize("case", OWN, ids=ids(OWN))
def test_what_people_are_told(case: Case) -> None:
    assert told(case) == {(alert["asset"], alert["kind"]) for alert in case["expected"]["alerts"]}


def cases() -> Iterator[Case]:
    yield from OWN
    if DEV.exists():
        yield from map(json.loads, DEV.read_text(encoding="utf-8").splitlines())


def said(case: Case, *, restart: bool = False) -> dict[str, str]:
    """What stands at the end, by alert: its asset. With `restart`, the state goes through its text after every row."""
    scenario = scenario_of(case)
    rerun = Rerun(scenario.dialect.name, scenario.graph, scenario.known)
    outcome = Outcome(Windows())
    rerun.teach(iter(scenario.history))
    for logged in scenario.log:
        if restart:
            rerun.state = state_from_json(state_to_json(rerun.state))
        for taken in rerun.take(logged):
            outcome.take(taken)
    for taken in rerun.close():
        outcome.take(taken)
    return {key: str(candidate.effect.target) for key, (candidate, _) in outcome.said.items()}


def test_a_restart_between_any_two_rows_changes_nothing() -> None:
    assert [case["id"] for case in cases() if said(case) != said(case, restart=True)] == []


def test_the_order_in_which_rows_are_handed_over_changes_nothing() -> None:
    chance = random.Random(5)

    def shuffled(case: Case) -> Case:
        log = list(case["log"])
        chance.shuffle(log)
        return {**case, "log": log}

    assert [case["id"] for case in cases() if told(case) != told(shuffled(case))] == []


def test_the_labelled_scenarios_are_judged_right() -> None:
    if not DEV.exists():
        pytest.skip(f"no labelled scenarios at {DEV}")
    labelled = [json.loads(line) for line in DEV.read_text(encoding="utf-8").splitlines()]

    def assets(names: Iterable[str]) -> set[str]:
        return {name.lower() for name in names}

    wrong = [
        case["id"]
        for case in labelled
        if assets(a for a, _ in told(case)) != assets(a["asset"] for a in case["expected"]["alerts"])
    ]
    assert len(wrong) <= 2, wrong
