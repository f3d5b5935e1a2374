"""What a fingerprint leaves out changes nothing: equal fingerprints mean the same, or the answer says: literals matter.

One text may be kept to answer for another only so: the cache stands on this.
"""

from __future__ import annotations

import os
import random
from collections.abc import Sequence
from pathlib import Path

import pytest

from lineagebot.sql.fingerprint import fingerprint

from . import literals, reading
from .corpora import Sample, foreign, own

#: Of the corpora so many texts are tried; all of them, many times each, with LINEAGEBOT_LITERALS=full.
FULL = os.environ.get("LINEAGEBOT_LITERALS") == "full"
_LONGEST = 6_000


def complaints(samples: Sequence[Sample], times: int) -> list[str]:
    found = []
    for sample in samples:
        for at in range(times):
            dice = random.Random(f"{sample.name}/{at}")
            other = literals.mutated(dice, sample.sql, sample.dialect)
            wrong = literals.complaint(sample.sql, other, sample.dialect)
            if wrong is not None:
                found.append(f"{sample.name}: {wrong}")
                break
    return found


def test_other_literals_in_our_own_statements_mean_the_same() -> None:
    assert complaints(own(), 200 if FULL else 12) == []


def test_other_literals_in_the_corpora_mean_the_same(shared_material: Path) -> None:
    samples = list(foreign(shared_material))
    if not samples:
        pytest.skip(f"no corpora under {shared_material}")
    if FULL:
        assert complaints(samples, 10) == []
    else:
        assert complaints([s for s in samples if len(s.sql) < _LONGEST][::19], 1) == []


#: Texts of one fingerprint that mean two things.
PAIRS = {
    "text that is run": ("snowflake", "EXECUTE IMMEDIATE 'SELECT 1'", "EXECUTE IMMEDIATE 'DROP TABLE a.b'"),
    "a block of code": ("postgres", "DO $$ BEGIN DELETE FROM a; END $$", "DO $$ BEGIN PERFORM 1; END $$"),
    "a name in a string": ("snowflake", "DROP TABLE IDENTIFIER('a.b')", "DROP TABLE IDENTIFIER('c.d')"),
    "the size of a type": (
        "redshift",
        "ALTER TABLE t ALTER COLUMN a TYPE varchar(500)",
        "ALTER TABLE t ALTER COLUMN a TYPE varchar(5)",
    ),
    "how long what is gone is kept": (
        "snowflake",
        "ALTER TABLE t SET DATA_RETENTION_TIME_IN_DAYS = 30",
        "ALTER TABLE t SET DATA_RETENTION_TIME_IN_DAYS = 0",
    ),
    "a predicate of literals": ("postgres", "DELETE FROM t WHERE 1 = 1", "DELETE FROM t WHERE 1 = 0"),
    "a predicate that comes true": (
        "mysql",
        "DELETE FROM t WHERE a = 5 OR 1 = 1",
        "DELETE FROM t WHERE a = 5 OR 1 = 2",
    ),
    "where names lead": (
        "postgres",
        "SELECT set_config('search_path', 'a', false)",
        "SELECT set_config('search_path', 'b', false)",
    ),
    "the columns of a pivot": (
        "snowflake",
        "SELECT * FROM t PIVOT (SUM(a) FOR b IN ('x', 'y'))",
        "SELECT * FROM t PIVOT (SUM(a) FOR b IN ('x', 'z'))",
    ),
    "a partition": (
        "databricks",
        "INSERT OVERWRITE TABLE t PARTITION (day = '1') SELECT a FROM s",
        "INSERT OVERWRITE TABLE t PARTITION (day = '2') SELECT a FROM s",
    ),
    "a file": ("redshift", "COPY t FROM 's3://a/b' IAM_ROLE 'x'", "COPY t FROM 's3://c/d' IAM_ROLE 'x'"),
    "a file as a table": ("duckdb", "SELECT a FROM 'one.csv'", "SELECT a FROM 'two.csv'"),
    "the type of a number": ("postgres", "CREATE TABLE t AS SELECT 1 AS a", "CREATE TABLE t AS SELECT 1.5 AS a"),
    "the type of a cast": ("redshift", "SELECT a::varchar(5) AS a FROM t", "SELECT a::varchar(50) AS a FROM t"),
}


@pytest.mark.parametrize("case", PAIRS)
def test_where_a_literal_decides_it_is_said_so(case: str) -> None:
    dialect, *texts = PAIRS[case]
    one, other = (fingerprint(text, dialect).hash for text in texts)
    said = [reading.read(text, dialect=dialect).literals_matter for text in texts]
    assert (one == other, said) == (True, [True, True])


#: Numbers that mean a column stay in the fingerprint, so that what is grouped by position can still be kept by it.
POSITIONS = [
    ("SELECT a, b, count(*) FROM t GROUP BY 1", "SELECT a, b, count(*) FROM t GROUP BY 2"),
    ("SELECT a, b, count(*) FROM t GROUP BY 1, 2", "SELECT a, b, count(*) FROM t GROUP BY 1, 3"),
    ("SELECT a, b FROM t ORDER BY 1 DESC LIMIT 5", "SELECT a, b FROM t ORDER BY 2 DESC LIMIT 5"),
    ("SELECT a, b FROM t GROUP BY lower(a), 2", "SELECT a, b FROM t GROUP BY lower(a), 1"),
    ("SELECT * FROM (SELECT a, b FROM t GROUP BY /* x */\n 1) x", "SELECT * FROM (SELECT a, b FROM t GROUP BY 2) x"),
    ("SELECT a, b FROM t GROUP BY a + 5, 2", "SELECT a, b FROM t GROUP BY a + 5, 1"),
    ("SELECT a, b FROM t GROUP BY a || '(', 2", "SELECT a, b FROM t GROUP BY a || '(', 1"),
    (
        f"SELECT a, b FROM t GROUP BY {' + '.join(['a'] * 900)}, 2",
        f"SELECT a, b FROM t GROUP BY {' + '.join(['a'] * 900)}, 1",
    ),
    (
        "SELECT a, b FROM t GROUP BY (SELECT 5 FROM u LIMIT 7), 2",
        "SELECT a, b FROM t GROUP BY (SELECT 5 FROM u LIMIT 7), 1",
    ),
    ("SELECT a, b FROM t GROUP\nBY 1", "SELECT a, b FROM t GROUP\nBY 2"),
    ("SELECT a, b FROM t ORDER BY + 1", "SELECT a, b FROM t ORDER BY + 2"),
    (
        "SELECT a, b FROM (SELECT 1 FROM u ORDER BY 1) x ORDER BY 2",
        "SELECT a, b FROM (SELECT 1 FROM u ORDER BY 1) x ORDER BY 1",
    ),
]


@pytest.mark.parametrize(("one", "other"), POSITIONS)
def test_positions_are_no_literals(one: str, other: str) -> None:
    assert fingerprint(one, "postgres").hash != fingerprint(other, "postgres").hash
    assert not reading.read(one).literals_matter


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("SELECT a FROM t GROUP BY 1 LIMIT 5", "SELECT a FROM t GROUP BY 1 LIMIT 50"),
        ("SELECT a FROM t GROUP BY a + 5", "SELECT a FROM t GROUP BY a + 6"),
        ("SELECT sum(a) OVER (PARTITION BY b ORDER BY c ROWS 5 PRECEDING), 7 FROM t", None),
        ("SELECT a FROM t GROUP BY 1 HAVING count(*) > 5", "SELECT a FROM t GROUP BY 1 HAVING count(*) > 9"),
        ("SELECT a FROM t ORDER BY round(a, 5), b", "SELECT a FROM t ORDER BY round(a, 6), b"),
        (
            "SELECT a FROM t GROUP BY a UNION ALL SELECT b, 5 FROM u",
            "SELECT a FROM t GROUP BY a UNION ALL SELECT b, 6 FROM u",
        ),
        ("SELECT a FROM t ORDER BY a LIMIT 5, 6", "SELECT a FROM t ORDER BY a LIMIT 7, 8"),
        ("SELECT 'ranked by', 5 FROM t", "SELECT 'ranked by', 6 FROM t"),
        ('SELECT a AS "ranked by ", 5 FROM t', 'SELECT a AS "ranked by ", 6 FROM t'),
    ],
)
def test_other_numbers_near_a_by_are_literals(one: str, other: str | None) -> None:
    other = other or one.replace("5", "6").replace("7", "8")
    assert fingerprint(one, "postgres").hash == fingerprint(other, "postgres").hash
