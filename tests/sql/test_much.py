"""Statements of a size or depth that nobody types: read where they are only long, refused with a reason where not."""

from __future__ import annotations

import time

import pytest

from lineagebot.model import Understanding
from lineagebot.sql.pool import Item, Reader

from . import reading

#: Processor seconds; on an idle machine none takes two.
LIMIT = 12


def timed(text: str, dialect: str = "postgres") -> Understanding:
    began = time.process_time()
    understood = reading.read(text, dialect=dialect)
    assert time.process_time() - began < LIMIT
    return understood


def listed(template: str, count: int, between: str = ", ") -> str:
    return between.join(template.format(n) for n in range(count))


#: A long text, and how many assets and columns it reads, effects it has.
LONG = {
    "20,000 conditions in an OR": ("SELECT a FROM t WHERE " + listed("x{0} = {0}", 20_000, " OR "), 20_002, 0),
    "20,000 conditions in an AND": ("DELETE FROM t WHERE " + listed("x{0} = {0}", 20_000, " AND "), 0, 1),
    "20,000 strings put together": ("SELECT " + listed("a{}", 20_000, " || ") + " AS z FROM t", 20_001, 0),
    "5,000 queries in a UNION": ("CREATE VIEW v AS " + listed("SELECT a, b FROM t{}", 5_000, " UNION ALL "), 15_000, 1),
    "5,000 queries in an EXCEPT": (listed("SELECT a, b FROM t{}", 5_000, " EXCEPT "), 15_000, 0),
    "50,000 numbers in an IN": ("SELECT a FROM t WHERE b IN (" + listed("{}", 50_000) + ")", 3, 0),
    "50,000 strings in an IN": ("DELETE FROM t WHERE b IN (" + listed("'it''s {}'", 50_000) + ")", 0, 1),
    "50,000 rows": ("INSERT INTO t (a, b, c) VALUES " + listed("({}, 'b', NULL)", 50_000), 0, 1),
    "10 MB of rows": ("INSERT INTO t (a) VALUES " + listed("('some text; drop table x {}')", 300_000), 0, 1),
    "a 5 MB string in a row": ("INSERT INTO t VALUES (1, '" + "x" * 5_000_000 + "')", 0, 1),
    "a 10 MB comment": ("DROP TABLE a /* " + "drop table b; " * 700_000 + "*/", 0, 1),
    "1,000 natural joins": ("CREATE TABLE z AS SELECT * FROM t " + listed("NATURAL JOIN t{}", 1_000, " "), 2_002, 1),
    "1,000 joins by one column": ("SELECT z FROM t " + listed("JOIN t{} USING (id)", 1_000, " "), None, 0),
    "3,000 tables": ("SELECT t1.a FROM " + listed("t{}", 3_000), 3_001, 0),
    "1,500 cases": (
        "CREATE TABLE w AS SELECT " + listed("CASE WHEN a{0} > 1 THEN b{0} ELSE c{0} END AS o{0}", 1_500) + " FROM t",
        4_501,
        1,
    ),
    "a case of 5,000 branches": ("SELECT CASE " + listed("WHEN a = {0} THEN '{0}'", 5_000, " ") + " END FROM t", 2, 0),
    "a chain of 1,000 queries": (
        "WITH c0 AS (SELECT a FROM t), "
        + listed("c{0}1 AS (SELECT a FROM c{0})", 1)
        + ", "
        + ", ".join(f"d{n} AS (SELECT a FROM {'c01' if n == 0 else f'd{n - 1}'})" for n in range(1_000))
        + " SELECT a FROM d999",
        2,
        0,
    ),
}


@pytest.mark.parametrize("name", LONG)
def test_what_is_only_long_is_understood(name: str) -> None:
    text, reads, effects = LONG[name]
    understood = timed(text)
    assert (understood.problems, understood.understood, len(understood.effects)) == ((), 1, effects)
    assert reads is None or len(understood.reads) == reads


def test_a_list_made_short_leaves_each_line_where_it_is() -> None:
    text = "INSERT INTO t (a) VALUES\n" + listed("({})", 60_000, ",\n") + ";\nSELECT FROM FROM"
    (problem,) = timed(text).problems
    assert problem.line == 60_002


def test_a_pivot_of_many_names_keeps_them_all() -> None:
    text = f"SELECT * FROM t PIVOT (SUM(a) FOR b IN ({listed(repr('{}'), 30_000)}))"
    assert len(timed(text, "snowflake").outputs) == 30_000


def deep(before: str, middle: str = "a", after: str = ")", times: int = 5_000) -> str:
    return before * times + middle + after * times


#: A text that is not read, and a word of the reason.
DEEP = {
    "brackets": ("DELETE FROM t WHERE a = " + deep("("), "nested"),
    "functions": ("DELETE FROM t WHERE a = " + deep("f("), "nested"),
    "queries": ("CREATE OR REPLACE TABLE t AS SELECT * FROM " + deep("(SELECT * FROM ", "t", ") x"), "nested"),
    "cases": ("UPDATE t SET a = " + deep("CASE WHEN b THEN ", "1", " END"), "nested"),
    "nots": ("DELETE FROM t WHERE " + "NOT " * 50_000 + "a", "row"),
    "structs": ("DELETE FROM t WHERE a = " + deep("STRUCT(", times=60), "nested"),
    "arrays": ("DELETE FROM t WHERE a = " + deep("ARRAY[", after="]", times=60), "nested"),
    "dates": ("DELETE FROM t WHERE a = " + deep("DATE(", times=60), "nested"),
    "casts": ("DELETE FROM t WHERE a = " + deep("DATE(CONVERT(", after="))", times=30), "nested"),
    "joins": ("DELETE FROM t WHERE a IN (SELECT a FROM x " + "JOIN y " * 60 + ")", "joins"),
    "doubled stars": (
        "CREATE OR REPLACE TABLE t AS WITH c0 AS (SELECT a, b FROM s), "
        + ", ".join(f"c{n} AS (SELECT x.*, y.* FROM c{n - 1} x, c{n - 1} y)" for n in range(1, 30))
        + " SELECT * FROM c29",
        "multiply",
    ),
    "12 MB": ("CREATE OR REPLACE TABLE t AS SELECT " + listed("column_{0} AS c{0}", 500_000) + " FROM s", "MB long"),
}


@pytest.mark.parametrize("dialect", ["postgres", "bigquery", "snowflake"])
@pytest.mark.parametrize("name", [name for name in DEEP if name != "12 MB"])
def test_what_is_too_deep_says_why_and_what_it_may_touch(name: str, dialect: str) -> None:
    text, reason = DEEP[name]
    is_refused(timed(text, dialect), reason)


def test_what_is_too_long_says_why_and_what_it_may_touch() -> None:
    is_refused(timed(DEEP["12 MB"][0]), "MB long")


def is_refused(understood: Understanding, reason: str) -> None:
    (problem,) = understood.problems
    assert (reason in problem.message, understood.understood) == (True, 0)
    assert problem.looks_destructive or understood.effects
    touched = {key.name.lower() for key in problem.touches} | {e.target.name.lower() for e in understood.effects}
    assert touched == {"t"}


def test_code_in_code_in_code_is_feared_for_the_words_at_its_bottom() -> None:
    text = "DROP TABLE t"
    for _ in range(10):
        text = "EXECUTE IMMEDIATE '" + text.replace("'", "''") + "'"
    assert [p.looks_destructive for p in timed(text, "snowflake").problems] == [True]


def test_nothing_of_this_kills_a_worker() -> None:
    texts = [text for text, _ in DEEP.values()]
    with Reader(workers=2, deadline=60) as reader:
        found = reader.understand_many([Item(text, "bigquery", reading.SESSION) for text in texts])
    assert not [u for u in found if "twice" in u.problems[0].message]


@pytest.mark.parametrize(
    "text",
    [
        "COPY INTO t FROM (SELECT $1 FROM @s) FILE_FORMAT = (TYPE = CSV",
        "COPY t FROM 's3://x' WITH (",
        "COPY INTO 's3://x' FROM t file_format = ( type = csv, ",
        "COPY (SELECT * FROM t) TO 'x' ( format parquet, ",
        "COPY t FROM 'x' ((((",
    ],
)
def test_a_copy_that_is_cut_off_comes_to_an_end(text: str) -> None:
    for dialect in ("postgres", "redshift", "snowflake", "duckdb", "databricks"):
        timed(text, dialect)
