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
from lineagebot.terminal.replay_jsonl import Outcome, Tally, answer
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


def test_each_decision_is_explained() -> None:
    """An alert names its rule and who is hurt; what kept quiet says why."""
    by_id = {case["id"]: case for case in OWN}

    def explained(name: str) -> list[str]:
        said = answer(scenario_of(by_id[name]), Windows(), Tally(), explain=True)["explained"]
        return [line.split("  ", 1)[1].strip() for line in said]

    assert explained("snowflake-drop-dynamic-table") == [
        "ALERT   ana dropped the table MARTS.FCT (drop_table), used by Board"
    ]
    assert explained("redshift-rs-drop-rolled-back") == ["quiet   ana's drop of marts.fct: it was rolled back"]
    assert explained("snowflake-routine-truncate-w-o-reload")[-1].endswith("did the very same before, and left it so")
    assert explained("bigquery-rename-unused")[-1].endswith("nobody else uses it")
    assert explained("redshift-looker-pdt-swap-legacy")[0].endswith("it was put right in time by looker")
