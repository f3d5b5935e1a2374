"""What people typed is read as they typed it, not as Slack's client adorned it."""

from __future__ import annotations

import pytest

from lineagebot.slack.reading import words_of


def rich(*parts):
    return {"text": "ignored", "blocks": [{"type": "rich_text", "elements": list(parts)}]}


def section(*elements):
    return {"type": "rich_text_section", "elements": list(elements)}


def code(text):
    return {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": text}]}


def text(words):
    return {"type": "text", "text": words}


CASES = [
    ("plain text", {"text": " who reads orders "}, "who reads orders"),
    ("a mention of me is left out", {"text": "<@U0ME> status"}, "status"),
    ("rich text", rich(section(text("DROP TABLE "), text("a.b"))), "DROP TABLE a.b"),
    (
        "an auto-linked name",
        rich(section({"type": "link", "url": "http://marts.info", "text": "marts.info"})),
        "marts.info",
    ),
    (
        "a link without words",
        rich(section({"type": "link", "url": "https://bi.example/d/1"})),
        "https://bi.example/d/1",
    ),
    ("a person", rich(section(text("owner orders "), {"type": "user", "user_id": "U1"})), "owner orders <@U1>"),
    ("me", rich(section({"type": "user", "user_id": "U0ME"}, text(" status"))), "status"),
    ("a channel", rich(section({"type": "channel", "channel_id": "C1"})), "<#C1>"),
    ("a group", rich(section({"type": "usergroup", "usergroup_id": "S1"})), "<!subteam^S1>"),
    ("an emoji for a name", rich(section({"type": "emoji", "name": "fire", "unicode": "1f525"})), "🔥"),
    ("an emoji of the workspace", rich(section({"type": "emoji", "name": "partyparrot"})), ":partyparrot:"),
    ("code before chat", rich(section(text("hey, is this one ok?")), code("DROP TABLE a")), "DROP TABLE a"),
    ("a command before code", rich(section(text("check ")), code("SELECT 1")), "check\nSELECT 1"),
    ("two code blocks", rich(code("SELECT 1;"), code("SELECT 2;")), "SELECT 1;\nSELECT 2;"),
    (
        "a list",
        rich({"type": "rich_text_list", "elements": [section(text("a")), section(text("b"))]}),
        "a\nb",
    ),
    ("nothing", {"text": ""}, ""),
]


@pytest.mark.parametrize(("message", "words"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_words_are_read(message, words):
    assert words_of(message, without="U0ME") == words
