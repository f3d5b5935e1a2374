"""Any text at all is answered: nothing raises, and what was not read is said."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lineagebot.model import Session
from lineagebot.sql.catalog import Catalog
from lineagebot.sql.clean import clean
from lineagebot.sql.dialects import DIALECTS
from lineagebot.sql.fingerprint import fingerprint
from lineagebot.sql.names import names, split_name
from lineagebot.sql.understand import GAVE_UP, understand

from . import reading

DIALECT_NAMES = sorted(name for name in DIALECTS if name)

_SQL = """
SELECT FROM WHERE DROP TABLE VIEW SCHEMA ALTER CREATE OR REPLACE INSERT INTO VALUES UPDATE SET DELETE MERGE USING ON
WHEN MATCHED THEN TRUNCATE WITH RECURSIVE AS JOIN LEFT NATURAL LATERAL UNNEST UNION ALL GROUP BY ORDER LIMIT COLUMN
RENAME TO TYPE ADD DETACH PARTITION IF EXISTS NOT CASCADE TEMP GRANT REVOKE COPY DO CALL EXPLAIN ANALYZE BEGIN END
COMMIT search_path = ( ) , ; . * + - / 'x' 'a;b' "Q" `b` $$ $1 1 2.5 NULL TRUE a b t s.t c[1] a::int -- /* */ [ ]
CASE ELSE OVER PIVOT FOR IN EXCEPT INTERSECT OVERWRITE MATERIALIZED REFRESH SWAP CLONE RETURNING EXECUTE DECLARE
USE DATABASE LOOP FUNCTION LANGUAGE LIKE DEFAULT CURSOR USING(a) 😀 ‘x’ {{ref('x')}}
"""
WORDS = [*_SQL.split(), "\x00", "\n"]


def is_answered(text: str, dialect: str) -> None:
    understood = understand(text, dialect, reading.SESSION, Catalog.empty())
    assert 0 <= understood.understood <= understood.statements
    assert understood.understood == understood.statements or understood.problems
    assert not [p for p in understood.problems if p.message.startswith(GAVE_UP)]
    names(text, dialect, reading.SESSION)
    split_name(text, dialect)
    fingerprint(text, dialect)
    clean(text)


@pytest.mark.parametrize(
    "text", ["SELECT * RENAME a", "SELECT * RENAME `a`", "SELECT t.* RENAME (a) FROM t", 'SELECT a FROM .."x y"']
)
@pytest.mark.parametrize("dialect", DIALECT_NAMES)
def test_half_a_clause_is_answered(text: str, dialect: str) -> None:
    is_answered(text, dialect)


@settings(max_examples=400, deadline=None)
@given(st.text(max_size=300), st.sampled_from(DIALECT_NAMES))
def test_any_characters_are_answered(text: str, dialect: str) -> None:
    is_answered(text, dialect)


@settings(max_examples=1_500, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join), st.sampled_from(DIALECT_NAMES))
def test_any_words_of_sql_are_answered(text: str, dialect: str) -> None:
    is_answered(text, dialect)


@pytest.mark.parametrize("text", ["", "   ", ";", ";;;", "-- only a comment", "/* a */ ; /* b */", "/* never closed"])
def test_nothing_is_no_statement(text: str) -> None:
    understood = reading.read(text)
    assert (understood.statements, understood.problems, understood.effects) == (0, (), ())


TOO_MUCH = {
    "5 MB of one insert": "INSERT INTO s.t (a) VALUES " + ", ".join(["('some text; drop table x')"] * 200_000),
    "5 MB of one select": "SELECT " + " + ".join(["a"] * 1_200_000) + " FROM t",
    "brackets": "SELECT " + "(" * 5_000 + "1" + ")" * 5_000,
    "subqueries": "SELECT * FROM " + "(SELECT * FROM " * 5_000 + "t" + ") x" * 5_000,
    "cases": "SELECT " + "CASE WHEN a THEN " * 5_000 + "1" + " END" * 5_000,
    "nots": "SELECT " + "NOT " * 50_000 + "a",
    "froms": "FROM " * 50_000,
    "index chain": "SELECT a" + "[1]" * 20_000,
    "many quotes": "'" * 100_001,
    "many semicolons in strings": "SELECT '" + ";" * 1_000_000 + "'",
}


@pytest.mark.parametrize("name", TOO_MUCH)
def test_too_much_is_answered_in_time(name: str) -> None:
    began = time.process_time()
    understood = reading.read(TOO_MUCH[name])
    fingerprint(TOO_MUCH[name], "postgres")
    assert understood.statements >= 1
    assert time.process_time() - began < 20


def test_a_statement_that_is_too_long_is_said_to_be_so() -> None:
    understood = reading.read(
        "INSERT INTO s.t SELECT " + ", ".join(f"column_{n}" for n in range(100_000)) + " FROM s.u"
    )
    assert reading.effects(understood) == ["append table s.t [suspected]"]
    assert "MB long" in understood.problems[0].message
    assert not understood.problems[0].looks_destructive


def test_what_is_too_long_is_searched_to_its_end_for_destructive_words() -> None:
    rest = ", ".join(f"column_{n}" for n in range(100_000))
    assert reading.read(f"WITH x AS (SELECT {rest} FROM a) DELETE FROM b").problems[0].looks_destructive


def test_a_long_text_of_short_statements_is_read_whole() -> None:
    text = ";\n".join(["INSERT INTO t (a) VALUES ('some text that makes the whole quite long, for a test')"] * 2_000)
    assert reading.read(text).understood == 2_000


def test_a_text_with_a_nul_keeps_its_other_statements() -> None:
    assert "drop table b" in reading.effects(reading.read("SELECT '\x00'; DROP TABLE b"))


def test_an_emoji_is_a_fine_name_in_quotes() -> None:
    assert reading.effects(reading.read('DROP TABLE "😀"')) == ["drop table 😀"]


def test_a_session_without_database_or_path_is_fine() -> None:
    understood = understand("DROP TABLE a; DROP TABLE s.b", "postgres", Session("acme"), Catalog.empty())
    assert [effect.target.path for effect in understood.effects] == [("a",), ("s", "b")]
