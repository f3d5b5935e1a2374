"""Typed in a direct message between two people: the bot is not in it; the asker hears the answer, the other nothing."""

from __future__ import annotations

import pytest

from lineagebot.playground.members import Channel

from .conftest import Bot

ELSEWHERE = "D0ELSEWHERE"


@pytest.fixture
def between(bot: Bot) -> Bot:
    workspace = bot.slack.workspace
    people = [workspace.user(name).id for name in ("ana", "bob", "guest")]
    workspace.channels[ELSEWHERE] = Channel(
        id=ELSEWHERE, team_id="T0ACME", user=people[1], members=people, is_private=True
    )
    return bot


@pytest.mark.parametrize("line", ["orders", "aloud"])
def test_a_command_is_answered_to_its_asker_alone(between: Bot, line: str) -> None:
    between.slack.slash("ana", ELSEWHERE, "/lineage", line)

    (said,) = between.said_to("ana", ELSEWHERE)
    assert said["text"] in ("orders feeds 2 dashboards", "said aloud")
    assert between.slack.from_bot(ELSEWHERE, viewer="bob") == []


def test_an_answer_there_has_no_share_button(between: Bot) -> None:
    between.slack.slash("ana", ELSEWHERE, "/lineage", "orders")

    (said,) = between.said_to("ana", ELSEWHERE)
    labels = [e["text"]["text"] for b in said["blocks"] if b["type"] == "actions" for e in b["elements"] if "text" in e]
    assert "Readers" in labels
    assert "Share" not in labels


def test_a_guest_is_turned_away_there_too(between: Bot) -> None:
    between.slack.slash("guest", ELSEWHERE, "/lineage", "orders")

    (said,) = between.said_to("guest", ELSEWHERE)
    assert said["text"].startswith("Sorry, I can only help full members")
    assert between.asked == []
