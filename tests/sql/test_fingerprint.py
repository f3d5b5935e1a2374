"""Statements that differ only in literals and comments are one, and no literal is ever shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lineagebot.sql.fingerprint import fingerprint

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


def test_a_fingerprint_stays_the_same_from_release_to_release() -> None:
    assert fingerprint("SELECT a FROM t WHERE b = 1", "postgres").hash == "aa2a855ab5b3f60dfb13bcbed7e72c18"
