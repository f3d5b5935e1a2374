"""One grammar for Slack, DM and terminal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lineagebot.commands.grammar import quoted, read
from lineagebot.commands.smart import looks_like_sql, phrase
from lineagebot.errors import BadRequest

WORDS = [
    ("words", "marts.revenue today", ("marts.revenue", "today")),
    ("a quoted name", '"Exec revenue"', ("Exec revenue",)),
    ("a doubled quote", '"the ""big"" one"', ('the "big" one',)),
    ("curly quotes", "“Exec revenue”", ("Exec revenue",)),
    ("quoted in part", 'marts."Order Lines"', ("marts.Order Lines",)),
    ("escaped by Slack", "a&amp;b &lt;x&gt;", ("a&b", "<x>")),
    ("a name that Slack linked", "<http://marts.revenue|marts.revenue>", ("marts.revenue",)),
    ("a non-breaking space", "marts.revenue\u00a0now", ("marts.revenue", "now")),
    ("an emoji", "🦄", ("🦄",)),
    ("an answer left empty", 'marts.revenue ""', ("marts.revenue",)),
]


@pytest.mark.parametrize(("line", "words"), [c[1:] for c in WORDS], ids=[c[0] for c in WORDS])
def test_words(line: str, words: tuple[str, ...]) -> None:
    assert read(line).words == words


MENTIONS = [
    ("a person", "x <@U123ABC|ana>", ("person", "U123ABC", "ana")),
    ("a person without a name", "x <@U123ABC>", ("person", "U123ABC", "U123ABC")),
    ("a channel", "x <#C123ABC|finance>", ("channel", "C123ABC", "#finance")),
    ("a group", "x <!subteam^S123ABC|@data>", ("group", "S123ABC", "@data")),
    ("a person as typed", "x @ana", ("person", "ana", "ana")),
    ("a channel as typed", "x #finance", ("channel", "#finance", "#finance")),
    ("an e-mail", "x Ana@acme.example", ("person", "ana@acme.example", "Ana@acme.example")),
    ("an e-mail that Slack linked", "x <mailto:ana@acme.example|ana@acme.example>",
     ("person", "ana@acme.example", "ana@acme.example")),
]  # fmt: skip


@pytest.mark.parametrize(("line", "expected"), [c[1:] for c in MENTIONS], ids=[c[0] for c in MENTIONS])
def test_mentions(line: str, expected: tuple[str, str, str]) -> None:
    said = read(line)
    (owner,) = said.mentions

    assert (said.name, (str(owner.kind), owner.id, owner.name)) == ("x", expected)


OPTIONS = [
    ("a switch", "x --downstream", {"downstream": ""}),
    ("a value", "x --page 2", {"page": "2"}),
    ("a value after =", "x --page=2", {"page": "2"}),
    ("a phone's dash", "x —page 2", {"page": "2"}),
    ("a switch before a word", "--upstream x", {"upstream": ""}),
]


@pytest.mark.parametrize(("line", "options"), [c[1:] for c in OPTIONS], ids=[c[0] for c in OPTIONS])
def test_options(line: str, options: dict[str, str]) -> None:
    said = read(line)

    assert (said.name, said.options) == ("x", options)


def test_a_quote_that_is_never_closed_is_said_to_be_so() -> None:
    with pytest.raises(BadRequest, match="never closed"):
        read('"Exec revenue')


@given(
    st.text(
        alphabet=st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="“”„«»—–&<>\u00a0\u2028\u2029"),
        min_size=1,
    )
)
def test_what_is_quoted_is_read_back(name: str) -> None:
    said = read(quoted(name))

    assert said.name == name or said.mentions


SQL = [
    "DROP TABLE marts.revenue", "drop view x cascade", "select 1", "SELECT a FROM b",
    "with x as (select 1) select * from x",
    "delete from t", "UPDATE t SET a = 1", "truncate marts.revenue", "alter table t drop column c",
    "create or replace view v as select 1", "insert into t values (1)", "merge into t using s on true",
    "```drop table x```", "is it ok to run DROP TABLE x?", "select * from {{ ref('orders') }}",
    "drop table a; drop table b",
    "begin; delete from t; commit", "refresh materialized view m", "select a\nfrom b\nwhere a &lt; 1",
]  # fmt: skip
NO_SQL = [
    "marts.revenue",
    "update on revenue",
    "drop",
    "select",
    "who reads marts.revenue",
    "create owner",
    "the revenue dashboard",
]


@pytest.mark.parametrize("line", SQL)
def test_sql_is_recognised_however_it_is_pasted(line: str) -> None:
    assert looks_like_sql(line)


@pytest.mark.parametrize("line", NO_SQL)
def test_what_people_say_is_not_taken_for_sql(line: str) -> None:
    assert not looks_like_sql(line)


PHRASES = [
    ("who reads marts.revenue?", "readers marts.revenue"),
    ("Who uses the revenue dashboard", "readers the revenue dashboard"),
    ("who owns marts.revenue", "owner marts.revenue"),
    ("owner of marts.revenue", "owner marts.revenue"),
    ("what feeds the revenue dashboard?", "lineage the revenue dashboard --upstream"),
    ("where does marts.revenue come from", "lineage marts.revenue --upstream"),
    ("what depends on raw.orders", "lineage raw.orders --downstream"),
    ("what breaks if I drop raw.orders", "check DROP raw.orders"),
    ("can I drop table raw.orders?", "check DROP table raw.orders"),
    ("marts.revenue", None),
]


@pytest.mark.parametrize(("line", "command"), PHRASES)
def test_questions_become_commands(line: str, command: str | None) -> None:
    assert phrase(line) == command
