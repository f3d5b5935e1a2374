"""A reply as plain text, for terminals and golden files."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from lineagebot.plain import render
from lineagebot.reply import (
    Block,
    Choice,
    Choices,
    Code,
    Confirm,
    Divider,
    Facts,
    Field,
    Form,
    Heading,
    Items,
    Link,
    Mention,
    Menu,
    Moment,
    Mono,
    Note,
    Paragraph,
    Picture,
    Reply,
    Strong,
    Table,
)

AT = datetime(2026, 11, 22, 9, 40, tzinfo=UTC)
FORM = Form("Set owner", (Field("who", "Who?", kind="person"),), "owner x {who}", intro=("Now: Ana.",))

CASES: list[tuple[str, Block, str]] = [
    ("a heading", Heading("marts.revenue"), "marts.revenue\n============="),
    ("spans", Paragraph(("a ", Strong("b"), " ", Mono("c"), " ", Link("d", "https://d.example"))),
     "a b c d <https://d.example>"),
    ("mentions", Paragraph((Mention("ana", "U1"), " ", Mention("#finance", "C1"), " ", Mention("Ben"))),
     "@ana #finance Ben"),
    ("times", Paragraph((Moment(AT), ", ", Moment(AT, "date"), ", ", Moment(AT, "ago"))),
     "09:40 UTC, 22 Nov 2026, 2026-11-22 09:40 UTC"),
    ("facts", Facts((("Kind", ("table",)), ("Owner", ("Ana",)))), "Kind: table\nOwner: Ana"),
    ("a list", Items((("a",), ("b",)), title="Both", more=9), "Both:\n  - a\n  - b\n  … and 9 more"),
    ("an ordered list", Items((("a",), ("b",)), ordered=True), "  1. a\n  2. b"),
    ("code", Code("SELECT 1;\n"), "    SELECT 1;"),
    ("a table", Table(("n", "name"), (("1", "long name"),), more=2),
     "n  name\n-  ---------\n1  long name\n… and 2 more"),
    ("a picture", Picture("a > b"), "[picture: a > b]"),
    ("a note", Note(("As of ", Moment(AT))), "(As of 09:40 UTC)"),
    ("a rule", Divider(), "------------------------"),
    ("buttons", Choices((Choice("Ack", "ack x", confirm=Confirm("?", "!", "yes")), Choice("Open", url="https://a.example"))),
     "[Ack]  ack x\n[Open]  https://a.example"),
    ("a form's button", Choices((Choice("Set owner", form=FORM),)), "[Set owner]  owner x {who}"),
    ("a menu", Choices((Menu("Snooze", (("1 hour", "snooze x 1h"),)),)), "[Snooze]\n    [1 hour]  snooze x 1h"),
]  # fmt: skip


@pytest.mark.parametrize(("block", "expected"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_a_block_is_drawn(block: Block, expected: str) -> None:
    assert render(Reply("summary", (block,))) == expected


def test_a_reply_without_blocks_says_its_summary() -> None:
    assert render(Reply("All is well.")) == "All is well."


def test_details_stand_below_a_rule() -> None:
    assert (
        render(Reply("s", (Paragraph(("a",)),), details=(Paragraph(("b",)),))) == "a\n\n------------------------\n\nb"
    )


def test_a_form_tells_what_to_type() -> None:
    assert render(Reply("Who?", form=FORM)).endswith("Set owner\nNow: Ana.\n  {who}: Who?\n  type: owner x {who}")


def test_long_lines_are_folded_at_the_width() -> None:
    text = render(Reply("s", (Items((("word " * 40,),)),)), width=40)

    assert max(map(len, text.splitlines())) <= 40
    assert all(line.startswith("    ") for line in text.splitlines()[1:])
