"""One message for many alerts: order, grouping by asset, what was put right, empty days, and Slack's limits."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from lineagebot.model import Alert, AlertState, Gathered, Roundup, Severity, Until
from lineagebot.plain import render
from lineagebot.playground.block_kit import validate
from lineagebot.policy import roundup
from lineagebot.reply import Note, to_json, words
from lineagebot.slack.blocks import draw
from lineagebot.testing import NOW, key_of

HIGH, MEDIUM, LOW = Severity.HIGH, Severity.MEDIUM, Severity.LOW


def gathered(
    name: str,
    severity: Severity = MEDIUM,
    *boards: str,
    state: AlertState = AlertState.OPEN,
    by: str | None = None,
    why: str = "this place follows marts.*",
    hours: int = 1,
    did: str = "dropped",
) -> Gathered:
    at = NOW - timedelta(hours=hours)
    alert = Alert(
        id=f"{did} {name}", key=name + did, system="acme", asset=key_of(name), kind="drop_table",
        severity=severity, headline=f"ben {did} {name}", message="", happened_at=at, raised_at=at, state=state,
        acted_by=by,
    )  # fmt: skip
    return Gathered(alert, why, boards)


def drawn(*found: Gathered, kind: Until = Until.MORNING, singly: int = 0, coverage: Note | None = None) -> str:
    foot = json.dumps(to_json(roundup.foot(singly=singly, coverage=coverage)))
    told = Roundup(1, "T1", "C1", kind, NOW - timedelta(hours=12), NOW, foot)
    return " ".join(render(roundup.drawn(told, found)).split("[")[0].split())


def in_order(text: str, *parts: str) -> bool:
    places = [text.find(part) for part in parts]
    return -1 not in places and places == sorted(places)


def test_the_loud_comes_first_and_dashboards_before_all_else() -> None:
    text = drawn(
        gathered("marts.low", LOW),
        gathered("marts.old", HIGH, hours=9),
        gathered("marts.board", HIGH, "Revenue"),
        gathered("marts.mid"),
    )

    assert in_order(text, "High", "marts.board", "dashboard Revenue", "marts.old", "Medium", "marts.mid", "Low")


def test_the_alerts_of_one_asset_are_one_line_under_the_loudest() -> None:
    text = drawn(
        gathered("marts.a", LOW, did="retyped"),
        gathered("marts.a", HIGH, "Revenue", "Costs", "Board", did="emptied"),
        gathered("marts.a", LOW, did="renamed"),
    )

    assert "3 alerts are open." in text
    assert "marts.a, 3 alerts: ben retyped marts.a" in text
    assert "and 1 more · dashboards Revenue, Costs and 1 more" in text
    assert "Low" not in text


def test_what_was_put_right_is_one_line_and_who_is_on_it_is_said() -> None:
    text = drawn(
        gathered("marts.a", state=AlertState.ACKNOWLEDGED, by="Ana"),
        gathered("marts.b", state=AlertState.HEALED, by="etl"),
        gathered("marts.c", state=AlertState.RESOLVED, by="Ana"),
    )

    assert "1 alert is open, 2 were put right." in text
    assert "· acknowledged by Ana" in text
    assert "Put right: marts.b by etl and marts.c by Ana." in text


def test_the_reasons_are_said_once() -> None:
    text = drawn(
        gathered("marts.a", why="#finance owns Revenue"),
        gathered("marts.b"),
        gathered("marts.c", why="this place follows tag:tier1"),
        gathered("marts.d", why="#finance owns Revenue"),
    )

    assert "You hear this because #finance owns Revenue, and this place follows marts.* and tag:tier1." in text


EMPTY = {
    "an empty week": (0, "Nothing happened that I would alert about."),
    "all was said at once": (2, "Nothing else happened that I would alert about."),
}


@pytest.mark.parametrize("case", EMPTY)
def test_an_empty_digest_says_how_far_was_read(case: str) -> None:
    singly, sentence = EMPTY[case]
    text = drawn(kind=Until.DIGEST, singly=singly, coverage=Note(words("As of 09:00")))

    assert text.startswith("Digest")
    assert sentence in text
    assert "As of 09:00" in text
    assert ("2 other alerts were said at once" in text) is bool(singly)


def test_a_thousand_alerts_fit_into_one_message() -> None:
    found = [gathered(f"marts.t{n}", list(Severity)[n % 4], "Board " * 20, did="x" * 200) for n in range(1000)]
    foot = json.dumps(to_json(roundup.foot(singly=3, coverage=None)))
    blocks, text = draw(roundup.drawn(Roundup(1, "T1", "C1", Until.RESUMED, NOW, NOW, foot), found))

    assert validate(blocks) == []
    assert "and 985 more" in json.dumps(blocks)
    assert text
