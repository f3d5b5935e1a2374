"""What a warehouse calls its things is shown by Slack, never obeyed."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lineagebot.reply import Link, Mention, Moment, Mono, Strong
from lineagebot.slack.escape import cut_mrkdwn, mrkdwn

CASES = [
    ("ampersands and angle brackets", ("a < b & c > d",), "a &lt; b &amp; c &gt; d"),
    ("an injected mention of all", ("<!channel> <@U123|amy>",), "&lt;!channel&gt; &lt;@U123|amy&gt;"),
    ("an at-here", ("@here look",), "@\u200bhere look"),
    ("a name with underscores", ("stg_orders_v2",), "stg_orders_v2"),
    ("italics that were not meant", ("_private_ table",), "_\u200aprivate_ table"),
    ("an emoji code", (":fire: sale",), ":\u200bfire: sale"),
    ("a time is no emoji", ("10:30:45",), "10:30:45"),
    ("a line that would be a quote", ("> 5 rows",), "\u200b&gt; 5 rows"),
    ("a name in machine spelling", (Mono("marts.revenue"),), "`marts.revenue`"),
    ("backticks cannot end machine spelling", (Mono("a`b"),), "`a\u02cbb`"),
    ("an emoji as a table", (Mono("🔥"),), "`🔥`"),
    ("a hidden right-to-left mark", (Mono("abc\u202etxt"),), "`abctxt`"),
    ("half a character", ("a\ud800b",), "ab"),
    ("strong", (Strong("dashboards"),), "*dashboards*"),
    ("blanks stand outside", (Strong("Breaks: "), "1 dashboard"), "*Breaks:* 1 dashboard"),
    ("strong nothing", (Strong("  "),), " "),
    (
        "a link",
        (Link("Exec | revenue", "https://bi.acme.example/d/1"),),
        "<https://bi.acme.example/d/1|Exec ¦ revenue>",
    ),
    ("a link to a script", (Link("x", "javascript:alert(1)"),), "x"),
    ("a mention that pings", (Mention("Ana", "U0ANA", notify=True),), "<@U0ANA>"),
    ("a mention that does not", (Mention("Ana", "U0ANA"),), "Ana"),
    ("a channel", (Mention("#finance", "C0FIN"),), "<#C0FIN>"),
    ("a group that pings", (Mention("@oncall", "S0ONCALL", notify=True),), "<!subteam^S0ONCALL>"),
    ("an id that is none", (Mention("eve", "!channel", notify=True),), "eve"),
    (
        "a moment",
        (Moment(datetime(2026, 3, 1, 9, 40, tzinfo=UTC)),),
        "<!date^1772358000^{date_short_pretty} at {time}|2026-03-01 09:40 UTC>",
    ),
]


@pytest.mark.parametrize(("words", "drawn"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_words_are_drawn(words, drawn):
    assert mrkdwn(words) == drawn


#: All that may follow "<" in what we draw.
OURS = re.compile(
    r"<(?:https?://[^<>]*|@[UW][A-Z0-9]+|#[CG][A-Z0-9]+|!subteam\^S[A-Z0-9]+|!date\^\d+\^[^<>|]*\|[^<>]*)>"
)

spans = st.one_of(
    st.text(),
    st.builds(Strong, st.text()),
    st.builds(Mono, st.text()),
    st.builds(Link, st.text(), st.text() | st.just("https://a.example/?q=<|>")),
    st.builds(Mention, st.text(), st.none() | st.text() | st.just("U0ANA"), st.booleans()),
)


@given(st.lists(spans | st.sampled_from(["<!here>", "*a*", "_b_", "~c~", "`d`", "@channel", ":fire:"]), max_size=8))
def test_no_text_smuggles_markup_in(parts):
    drawn = mrkdwn(tuple(parts))
    left = OURS.sub("", drawn)
    assert not re.search(r"[<>]|&(?!amp;|lt;|gt;)", left)
    assert "@here" not in left
    assert "@channel" not in left


@given(st.lists(spans, max_size=8), st.integers(min_value=10, max_value=200))
def test_cut_words_stay_whole_markup(parts, limit):
    drawn = cut_mrkdwn(tuple(parts), limit)
    assert len(drawn) <= max(limit, 1)
    assert not re.search(r"[<>]|&(?!amp;|lt;|gt;)", OURS.sub("", drawn))
