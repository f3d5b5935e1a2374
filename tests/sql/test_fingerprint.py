"""Statements that differ only in literals and comments are one, and no literal is ever shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lineagebot.sql.dialects import DIALECTS
from lineagebot.sql.fingerprint import fingerprint
from lineagebot.sql.tokens import cut, kind_of, one_by_one, tokenize

SAME = [
    ("SELECT a FROM t WHERE b = 1", "select a from t where b = 'x' -- why"),
    ("SELECT a FROM t WHERE b IN (1, 2, 3)", "SELECT a FROM t WHERE b IN ($1)"),
    ("SELECT a FROM t WHERE b = -5", "SELECT a FROM t WHERE b = 5"),
    ("INSERT INTO t VALUES (1, 'a', NULL), (2, 'b', 3)", "INSERT INTO t VALUES (%s, %s, %s)"),
    ('/* {"app": "dbt", "node_id": "a"} */ SELECT a FROM t;', '/* {"app": "dbt", "node_id": "b"} */\nSELECT a FROM t'),
    ("SELECT E'it\\'s' FROM t", "SELECT $x$it's$x$ FROM t"),
]
DIFFERENT = [
    ("SELECT a FROM t", "SELECT a FROM u"),
    ("SELECT a FROM t", 'SELECT "A" FROM t'),
    ("SELECT a - 1 FROM t", "SELECT a + 1 FROM t"),
    ("DELETE FROM t", "DELETE FROM t WHERE a = 1"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_these_are_one_statement(one: str, other: str) -> None:
    assert fingerprint(one, "postgres").hash == fingerprint(other, "postgres").hash


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_these_are_two(one: str, other: str) -> None:
    assert fingerprint(one, "postgres").hash != fingerprint(other, "postgres").hash


MASKED = [
    ("SELECT -5, a - 5, (- 5), CASE WHEN a THEN -1 END", "SELECT ?, a - ?, (?), CASE WHEN a THEN ? END"),
    ("INSERT INTO t VALUES (1, 'a'), -- one\n  (2, NULL)\n;", "INSERT INTO t VALUES (?)"),
    ("SELECT 1 /* a */ , -- b\n\n 2", "SELECT ? ,\n ?"),
    ("SELECT a FROM t WHERE b IN (NULL)", "SELECT a FROM t WHERE b IN (NULL)"),
    ('SELECT $x$ hunter2 $x$, "what?" /* a /* b */ hunter2 */', 'SELECT ?, "what?"'),
    ("SELECT a,\n  b FROM t WHERE c = 'x' -- secret\n AND d > 1.5", "SELECT a,\n  b FROM t WHERE c = ?\n AND d > ?"),
    ("ALTER ROLE joe PASSWORD 'hunter2'", "ALTER ROLE joe PASSWORD ?"),
    ("COPY t FROM 's3://b' CREDENTIALS 'aws_key=1'", "COPY t FROM ? CREDENTIALS ?"),
    ("DO $$ BEGIN PERFORM 1; END $$", "DO ?"),
    ("SELECT 'never closed, hunter2", "SELECT ?"),
    ("SELECT a /* never closed, hunter2", "SELECT a"),
    ('SELECT "Col 1" FROM t1', 'SELECT "Col 1" FROM t1'),
]


@pytest.mark.parametrize(("sql", "expected"), MASKED)
def test_the_masked_text_reads_so(sql: str, expected: str) -> None:
    assert fingerprint(sql, "postgres").masked == expected


def test_a_dialect_that_writes_strings_in_double_quotes_hides_them_too() -> None:
    assert fingerprint('SELECT "hunter2" FROM `t`', "bigquery").masked == "SELECT ? FROM `t`"


@given(st.text(alphabet=st.characters(exclude_characters="'"), max_size=40).map(lambda s: s + "hunter2"))
def test_no_string_survives_in_the_masked_text(secret: str) -> None:
    assert "hunter2" not in fingerprint(f"SELECT a FROM t WHERE b = '{secret}' AND c = 1", "postgres").masked


_WORDS = r"""
a B1 t$x ( ) , . ; = -> ->> := - + 1 2.5 .5 1e5 'x' 'it''s' E'a\'b' U&'x' N'y' "Q" "q 'r" `b` [c] $$a$$ $1 :a @b %s ?
/* /*x*/ */ -- # // é ² 😀 'open "open
"""
_PIECES = st.sampled_from([*_WORDS.split(), " ", "\n", "$t$ x $t$", "/* a /* b */ c */", "-- c\n"])


@given(st.lists(_PIECES, max_size=15).map("".join), st.sampled_from(sorted(DIALECTS)))
def test_a_text_is_cut_quickly_as_it_is_read_slowly(text: str, dialect: str) -> None:
    lexis = DIALECTS[dialect].lexis
    pieces = cut(text, lexis)
    assert "".join(pieces) == text
    assert [(kind_of(piece, lexis), piece) for piece in pieces if not piece.isspace()] == [
        (token.kind, token.text) for token in one_by_one(text, lexis)
    ]
    assert tokenize(text, lexis) == list(one_by_one(text, lexis))


def test_a_fingerprint_stays_the_same_from_release_to_release() -> None:
    assert fingerprint("SELECT a FROM t WHERE b = 1", "postgres").hash == "aa2a855ab5b3f60dfb13bcbed7e72c18"


APART = [
    (
        "postgres",
        "SELECT a FROM t WHERE b = $1 AND c = %s AND d = :d",
        "SELECT a FROM t WHERE b = 1 AND c = 'x' AND d = 2",
    ),
    ("bigquery", "SELECT a FROM `p.d.t` WHERE b = r'x' AND c = 1", "select a from `p.d.t` where b = '''y''' and c = 2"),
    ("bigquery", "SELECT a FROM t WHERE day = @day AND b = 1", "SELECT a FROM t WHERE day = @day AND b = 2"),
]
NAMES = [
    ("snowflake", "COPY INTO t FROM @one", "COPY INTO t FROM @two"),
    ("snowflake", "SELECT $1 FROM @s", "SELECT $2 FROM @s"),
    ("snowflake", "CALL one(1)", "CALL two(1)"),
    ("databricks", "SELECT a:b FROM t", "SELECT a:c FROM t"),
    ("postgres", 'SELECT 1 FROM "A"', 'SELECT 1 FROM "a"'),
    ("tsql", "INSERT INTO @one SELECT 1", "INSERT INTO @two SELECT 1"),
]


@pytest.mark.parametrize(("dialect", "one", "other"), APART)
def test_literals_and_parameters_count_as_one_however_they_are_cut(dialect: str, one: str, other: str) -> None:
    assert fingerprint(one, dialect).hash == fingerprint(other, dialect).hash


@pytest.mark.parametrize(("dialect", "one", "other"), NAMES)
def test_a_name_is_no_literal_however_it_is_written(dialect: str, one: str, other: str) -> None:
    assert fingerprint(one, dialect).hash != fingerprint(other, dialect).hash
