"""Rules tuned by configuration: silent, sooner or later, for people; a machine's act always settles."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lineagebot.config import WatchSettings, load_rules
from lineagebot.errors import ConfigWrong
from lineagebot.policy.rules import RULES, UNCERTAIN, Patience, Windows
from lineagebot.serve import windows_of
from lineagebot.terminal import replay_jsonl

SCENARIOS = Path(__file__).parents[1] / "replay" / "own.jsonl"


def rule(kind: str):
    return next(rule for rule in (*RULES, UNCERTAIN) if rule.kind == kind)


def told(windows: Windows, *, explain: bool = False) -> dict[str, dict]:
    with SCENARIOS.open(encoding="utf-8") as lines:
        answers = replay_jsonl.answers(lines, windows, replay_jsonl.Tally(), explain=explain)
        return {said["id"]: said for said in map(json.loads, answers)}


def test_a_rule_that_is_off_speaks_of_nothing_and_the_others_as_before() -> None:
    usual, without = told(Windows()), told(windows_of(WatchSettings(rules={"truncate": "off"})), explain=True)

    silenced = {name for name, said in usual.items() if {alert["kind"] for alert in said["alerts"]} == {"truncate"}}
    assert silenced
    assert all(without[name]["alerts"] == [] for name in silenced)
    assert any("the rule truncate is switched off" in line for name in silenced for line in without[name]["explained"])
    lines = SCENARIOS.read_text(encoding="utf-8").splitlines()
    others = {json.loads(line)["id"] for line in lines if "truncate" not in line.lower()}
    assert all(without[name]["alerts"] == usual[name]["alerts"] for name in others)


def test_a_person_is_waited_for_as_was_set() -> None:
    windows = windows_of(WatchSettings(rules={"drop_table": "settle", "rename_relation": "now"}))

    assert windows.patience(rule("drop_table")) is Patience.SETTLE
    assert windows.patience(rule("rename_relation")) is Patience.NOW
    assert windows.patience(rule("truncate")) is rule("truncate").person


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[watch.rules]\ndrop_everything = 'off'", "drop_everything is no kind of alert; there are drop_database"),
        ("[watch.rules]\ndrop_table = 'never'", "watch.rules.drop_table: Input should be 'off', 'now', 'short'"),
        ("[watch]\nshrot = 3", "watch.shrot: unknown setting"),
        ("[watch", "cannot be read as TOML"),
    ],
)
def test_what_cannot_be_meant_is_said(tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "rules.toml"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(ConfigWrong, match=says):
        windows_of(load_rules(file))


def test_the_watch_part_of_a_whole_file_is_enough(tmp_path: Path) -> None:
    file = tmp_path / "lineagebot.toml"
    file.write_text("[slack]\nadmin_channel = '#x'\n[watch]\nshort = 60\nrules = {expire = 'off'}", encoding="utf-8")
    windows = windows_of(load_rules(file))

    assert windows.short.total_seconds() == 60
    assert windows.is_off("expire")
