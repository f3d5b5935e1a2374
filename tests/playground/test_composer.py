"""What Slack makes of typed text: entities, auto-links also of tables that look like domains, code left alone."""

from __future__ import annotations

from typing import Any

import pytest

from lineagebot.playground.composer import message_text, rich_text, slash_text
from lineagebot.playground.fake import FakeSlack
from tests.playground.conftest import populate


@pytest.fixture(scope="module")
def slack() -> FakeSlack:
    fake = FakeSlack()
    populate(fake)
    return fake


TEXTS = [
    ("plain words", "who reads orders?", "who reads orders?"),
    ("entities", "a < b && c > d", "a &lt; b &amp;&amp; c &gt; d"),
    ("a person", "ask @anna!", "ask <@U0ANNA>!"),
    ("nobody", "ask @anne", "ask @anne"),
    ("a channel", "see #finance.", "see <#C0FINANCE|finance>."),
    ("no channel", "issue #12", "issue #12"),
    ("everybody", "@here look", "<!here> look"),
    ("an address", "see https://a.example/x?y=1&z=2.", "see <https://a.example/x?y=1&amp;z=2>."),
    ("mail", "anna@acme.com", "<mailto:anna@acme.com|anna@acme.com>"),
    ("a column like a domain", "SELECT orders.id FROM x", "SELECT <http://orders.id|orders.id> FROM x"),
    ("three parts like a domain", "shop.users.name", "<http://shop.users.name|shop.users.name>"),
    ("a table like no domain", "DROP TABLE marts.orders", "DROP TABLE marts.orders"),
    ("a longer word", "orders.identity", "orders.identity"),
    ("inline code", "`orders.id < 3`", "`orders.id &lt; 3`"),
    ("a fence", "see\n```SELECT orders.id < 3```", "see\n```SELECT orders.id &lt; 3```"),
]


@pytest.mark.parametrize(("typed", "sent"), [t[1:] for t in TEXTS], ids=[t[0] for t in TEXTS])
def test_text_is_sent_as_slack_sends_it(slack: FakeSlack, typed: str, sent: str) -> None:
    assert message_text(slack.workspace, typed) == sent


def test_a_slash_command_names_whom_it_mentions(slack: FakeSlack) -> None:
    group = next(iter(slack.workspace.groups))
    sent = slash_text(slack.workspace, "owner orders.id @anna @data-oncall")
    assert sent == f"owner <http://orders.id|orders.id> <@U0ANNA|anna> <!subteam^{group}|@data-oncall>"


BLOCKS: list[tuple[str, str, list[Any]]] = [
    ("words", "hi", [("rich_text_section", [{"type": "text", "text": "hi"}])]),
    (
        "a person and code",
        "@ben `a.id`",
        [
            (
                "rich_text_section",
                [
                    {"type": "user", "user_id": "U0BEN"},
                    {"type": "text", "text": " "},
                    {"type": "text", "text": "a.id", "style": {"code": True}},
                ],
            )
        ],
    ),
    (
        "a fence between words",
        "is\n```\nDROP TABLE a;\n```\nok?",
        [
            ("rich_text_section", [{"type": "text", "text": "is\n"}]),
            ("rich_text_preformatted", [{"type": "text", "text": "DROP TABLE a;"}]),
            ("rich_text_section", [{"type": "text", "text": "\nok?"}]),
        ],
    ),
    (
        "a link",
        "orders.id",
        [("rich_text_section", [{"type": "link", "url": "http://orders.id", "text": "orders.id"}])],
    ),
    ("entities stay signs", "a < b", [("rich_text_section", [{"type": "text", "text": "a < b"}])]),
]


@pytest.mark.parametrize(("typed", "parts"), [b[1:] for b in BLOCKS], ids=[b[0] for b in BLOCKS])
def test_the_composer_adds_a_block(slack: FakeSlack, typed: str, parts: list[Any]) -> None:
    block = rich_text(slack.workspace, typed)
    assert [(e["type"], e["elements"]) for e in block["elements"]] == parts
