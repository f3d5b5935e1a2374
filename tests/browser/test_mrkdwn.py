"""Text is drawn by Slack's rules, above all SQL: no star, underscore or bracket of a statement is lost."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import OpenPage, Shot
from tests.browser.stage import Stage

#: what the bot writes, and what stands in the page: tags without their attributes
CASES = (
    ("plain raw.orders_v2_final, stg_orders_x", "plain raw.orders_v2_final, stg_orders_x"),
    ("*bold* _it_ ~no~ `code_x`", "<strong>bold</strong> <em>it</em> <s>no</s> <code>code_x</code>"),
    ("`SELECT * FROM a WHERE b = '*'` and *x*", "<code>SELECT * FROM a WHERE b = '*'</code> and <strong>x</strong>"),
    ("*`marts.revenue`* breaks", "<strong><code>marts.revenue</code></strong> breaks"),
    ("3 * 4 * 5 and 2*3*4 and a_b_c", "3 * 4 * 5 and 2*3*4 and a_b_c"),
    ("a &lt; b &amp;&amp; c &gt; d", "a &lt; b &amp;&amp; c &gt; d"),
    ("*<@U0BEN>*, <#C0FINANCE>", "<strong><span>@Ben</span></strong>, <button>#finance</button>"),
    ("<https://bi.example/d?a=1&amp;b=2|Exec *weekly*>", "<a>Exec <strong>weekly</strong></a>"),
    ("<!date^1764000000^{date_num} {time}|then>", "<time>2025-11-24 17:00</time>"),
    ("```SELECT *\n  FROM _x_ -- a &lt; b```", "<pre>SELECT *\n  FROM _x_ -- a &lt; b</pre>"),
    ("said\n&gt; one\n&gt; two\nover", "said<blockquote>one\ntwo</blockquote>over"),
    (":white_check_mark: 10:30:45 :nosuch:", "<span>✅</span> 10:30:45 :nosuch:"),
    ("&lt;img src=x onerror=alert(1)&gt; <javascript:alert(1)|x>", None),
)


def test_text_is_drawn_as_slack_draws_it(stage: Stage, page_of: OpenPage, shot: Shot) -> None:
    for text, _ in CASES:
        stage.client.chat_postMessage(channel="C0GENERAL", text=text)
    page = page_of(stage.url, who="U0ANNA", where="C0GENERAL")
    bodies = page.locator(".message-body")
    expect(bodies).to_have_count(len(CASES))
    drawn = [unframed(body.inner_html()) for body in bodies.all()]
    assert [expected for _, expected in CASES if expected] == drawn[: len(CASES) - 1]
    assert page.locator(".message-body img, .message-body a[href^=javascript]").count() == 0
    shot(page, "texts")


def unframed(markup: str) -> str:
    """Without attributes, and without the boxes and tools that only serve the layout."""
    bare = re.sub(r"<div class=\"code-tools\">.*?</div>", "", markup, flags=re.DOTALL)
    bare = re.sub(r"<(/?[a-z]+)(?: [^>]*)?>", r"<\1>", bare)
    return re.sub(r"</?div>", "", bare)
