"""Any reply becomes blocks that Slack accepts, and nothing is left out without a word."""

from __future__ import annotations

import json
import string

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lineagebot.playground.block_kit import validate
from lineagebot.reply import (
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
    Mono,
    Note,
    Paragraph,
    Picture,
    Reply,
    Strong,
    Table,
)
from lineagebot.slack.blocks import Share, draw, draw_details, draw_view, text_only
from lineagebot.slack.modals import form_view
from lineagebot.slack.reading import Place
from lineagebot.slack.tokens import MemoryTokens, recall_hinted
from tests.slack.rules import faults, spec

ALERT = Reply(
    summary="ana dropped marts.revenue: 2 dashboards break",
    private=False,
    blocks=(
        Heading("Dropped: marts.revenue"),
        Note(("high · 09:40 · ", Mention("Ana", "U0ANA", notify=True), " · because you own it")),
        Paragraph(("ana dropped ", Mono("marts.revenue"), ".")),
        Items((("Exec revenue",), ("Weekly",)), title="Breaks", more=9),
        Choices(
            (
                Choice("Acknowledge", "ack A1", style="primary"),
                Menu("Snooze", (("1 hour", "snooze A1 1h"), ("until tomorrow", "snooze A1 tomorrow"))),
                Choice("Resolve", "resolve A1", confirm=Confirm("Resolve?", "It stays in the log.", "Resolve")),
            )
        ),
    ),
    details=(Code("DROP TABLE marts.revenue"),),
)

M = {"verbatim": True, "type": "mrkdwn"}
P = {"type": "plain_text", "emoji": False}

#: A block as it is said, and as it is drawn.
CASES = [
    ("heading", Heading("Revenue"), [{"type": "header", "text": {**P, "text": "Revenue"}}]),
    ("empty heading", Heading(" "), []),
    ("paragraph", Paragraph(("a ", Strong("b"))), [{"type": "section", "text": {**M, "text": "a *b*"}}]),
    ("note", Note(("as of 09:40",)), [{"type": "context", "elements": [{**M, "text": "as of 09:40"}]}]),
    ("divider", Divider(), [{"type": "divider"}]),
    ("facts", Facts((("Owner", ("Ana",)),)), [{"type": "section", "fields": [{**M, "text": "*Owner*\nAna"}]}]),
    (
        "items",
        Items((("a",), ("b",)), title="Reads", more=1200),
        [{"type": "section", "text": {**M, "text": "*Reads*\n• a\n• b\n…and 1,200 more"}}],
    ),
    ("ordered", Items((("a",), ("b",)), ordered=True), [{"type": "section", "text": {**M, "text": "1. a\n2. b"}}]),
    (
        "code is letter for letter",
        Code("SELECT '```' < 1 & 2"),
        [
            {
                "type": "rich_text",
                "elements": [
                    {
                        "type": "rich_text_preformatted",
                        "elements": [{"type": "text", "text": "SELECT '```' < 1 & 2"}],
                    }
                ],
            }
        ],
    ),
    (
        "table",
        Table(("who", "reads"), (("ana", "3"), ("bob", ""))),
        [
            {
                "type": "table",
                "rows": [
                    [{"type": "raw_text", "text": "who"}, {"type": "raw_text", "text": "reads"}],
                    [{"type": "raw_text", "text": "ana"}, {"type": "raw_text", "text": "3"}],
                    [{"type": "raw_text", "text": "bob"}, {"type": "raw_text", "text": "–"}],
                ],
            }
        ],
    ),
    (
        "picture",
        Picture("orders to revenue", url="https://bot.example/p.png"),
        [{"type": "image", "image_url": "https://bot.example/p.png", "alt_text": "orders to revenue"}],
    ),
    (
        "buttons carry the command line",
        Choices((Choice("Readers", "who reads orders"), Choice("Open", url="https://bi.example/1"))),
        [
            {
                "type": "actions",
                "elements": [
                    {
                        "type": "button",
                        "text": {**P, "text": "Readers"},
                        "action_id": "lb1:run:1",
                        "value": "who reads orders",
                    },
                    {
                        "type": "button",
                        "text": {**P, "text": "Open"},
                        "action_id": "lb1:open:2",
                        "url": "https://bi.example/1",
                    },
                ],
            }
        ],
    ),
]


@pytest.mark.parametrize(("said", "drawn"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_a_block_is_drawn(said, drawn):
    blocks, text = draw(Reply("sum", (said, Paragraph(("end",)))))
    assert blocks[:-1] == drawn
    assert text == "sum"
    assert validate(blocks) == []


def test_an_alert_is_legal_and_its_text_stands_alone():
    blocks, text = draw(ALERT)
    assert validate(blocks) == []
    assert faults(blocks, spec("slackblocks-spec/spec/limits.json")) == []
    assert text == "ana dropped marts.revenue: 2 dashboards break"
    details = draw_details(ALERT)
    assert details is not None
    assert details[0][0]["type"] == "rich_text"


def test_a_long_list_is_split_and_then_counted():
    blocks, _ = draw(Reply("many", (Items(tuple((f"dashboard {i} " + "x" * 80,) for i in range(500))),)))
    shown = json.dumps(blocks, ensure_ascii=False).count("dashboard ")
    assert f"…and {500 - shown:,} more items: too long for one message" in json.dumps(blocks, ensure_ascii=False)
    assert validate(blocks) == []


def test_small_print_and_buttons_survive_when_room_is_short():
    long = tuple(Paragraph(("y" * 2_900,)) for _ in range(20))
    note, buttons = Note(("3 statements not understood",)), Choices((Choice("Acknowledge", "ack A1"),))
    blocks, _ = draw(Reply("s", (Heading("h"), *long, note, buttons)))
    drawn = json.dumps(blocks)
    assert "3 statements not understood" in drawn
    assert "ack A1" in drawn
    assert "more lines: too long for one message" in drawn


def test_sixty_blocks_become_fifty_with_a_word():
    blocks, _ = draw(Reply("s", tuple(Paragraph((f"p{i}",)) for i in range(60))))
    assert len(blocks) == 50
    assert "…and 11 more lines" in blocks[-1]["elements"][0]["text"]


def test_a_command_too_long_for_a_button_is_kept_and_found_again():
    tokens = MemoryTokens()
    line = "check " + "SELECT 1;" * 900
    blocks, _ = draw(Reply("s", (Choices((Choice("Again", line),)),)), tokens=tokens)
    (button,) = blocks[0]["elements"]
    assert button["action_id"].startswith("lb1:runkept:")
    assert recall_hinted(tokens, button["value"])[0] == line
    assert recall_hinted(MemoryTokens(), button["value"]) == (None, button["value"].partition(":")[2])


def test_a_table_too_long_says_how_many_rows_are_missing():
    blocks, _ = draw(Reply("s", (Table(("n",), tuple((str(i),) for i in range(300))),)))
    assert len(blocks[0]["rows"]) == 100
    assert blocks[0]["rows"][-1][0]["text"] == "…and 202 more rows"


def test_a_second_table_is_drawn_in_columns():
    table = Table(("who", "reads"), (("ana", "3"),))
    blocks, _ = draw(Reply("s", (table, table)))
    assert [b["type"] for b in blocks] == ["table", "rich_text"]


def test_text_alone_says_the_same():
    assert "Dropped: marts.revenue" in text_only(ALERT)
    assert "• Exec revenue" in text_only(ALERT)
    assert "/lineage ack A1" in text_only(ALERT)


text = st.text(max_size=60) | st.text(alphabet=string.punctuation + " \n", max_size=60)
long_text = text | st.builds(lambda t, n: (t or "x") * n, text, st.integers(1, 400))
span = st.one_of(
    long_text,
    st.builds(Strong, long_text),
    st.builds(Mono, long_text),
    st.builds(Link, text, text | st.just("https://a.example/x")),
    st.builds(Mention, text, st.none() | st.just("U0ANA") | text, st.booleans()),
)
words = st.lists(span, max_size=4).map(tuple)
field = st.builds(
    Field,
    id=st.text(alphabet=string.ascii_lowercase, min_size=1, max_size=8),
    label=long_text,
    kind=st.sampled_from(["text", "lines", "person", "channel", "choice", "date", "name"]),
    options=st.lists(st.tuples(text, long_text), max_size=4, unique_by=lambda o: o[1]).map(tuple),
    initial=st.none() | text,
    placeholder=st.none() | text,
    optional=st.booleans(),
    hint=st.none() | text,
)
form = st.builds(
    Form,
    title=text,
    fields=st.lists(field, min_size=1, max_size=4, unique_by=lambda f: f.id).map(tuple),
    command=long_text,
    submit=text,
    intro=words,
)
choice = st.builds(
    Choice,
    label=text,
    command=long_text,
    form=st.none() | form,
    url=st.none() | text | st.just("https://a.example"),
    style=st.sampled_from(["primary", "danger", "", "loud"]),
    confirm=st.none() | st.builds(Confirm, text, long_text, text, text),
)
menu = st.builds(Menu, text, st.lists(st.tuples(text, long_text), max_size=120).map(tuple))
block = st.one_of(
    st.builds(Heading, long_text),
    st.builds(Paragraph, words),
    st.builds(Facts, st.lists(st.tuples(text, words), max_size=14).map(tuple)),
    st.builds(Items, st.lists(words, max_size=60).map(tuple), st.none() | text, st.integers(0, 5), st.booleans()),
    st.builds(Code, long_text),
    st.builds(
        Table,
        st.lists(text, max_size=24).map(tuple),
        st.lists(st.lists(long_text, max_size=24).map(tuple), max_size=20).map(tuple),
        st.integers(0, 5),
    ),
    st.builds(Picture, text, st.none() | text | st.just("https://a.example/p.png")),
    st.builds(Note, words),
    st.just(Divider()),
    st.builds(Choices, st.lists(choice | menu, max_size=30).map(tuple)),
)
replies = st.builds(Reply, summary=long_text, blocks=st.lists(block, max_size=12).map(tuple))
SLOW = settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))


@SLOW
@given(replies)
def test_any_reply_is_legal(reply):
    blocks, text = draw(reply, share=Share("token:lineage orders"))
    assert validate(blocks) == []
    assert 1 <= len(text) <= 3_900
    assert len(json.dumps(blocks, ensure_ascii=False)) < 40_000


@SLOW
@given(st.lists(block, max_size=12).map(tuple))
def test_any_blocks_are_legal_on_the_home_tab(blocks):
    assert validate(draw_view(blocks, tokens=MemoryTokens()), "home") == []


@SLOW
@given(form)
def test_any_form_is_a_legal_modal(form):
    view = form_view(form, Place("U1", "C1"), tokens=MemoryTokens(), name_search=True)
    assert validate(view["blocks"], "modal") == []
    assert len(view["private_metadata"]) <= 3_000
