"""Types of the columns that a statement makes: told where they are sure, and left unsaid elsewhere."""

from __future__ import annotations

import pytest

from . import reading

KNOWN = {
    "bigquery": "n INT64, d NUMERIC, s STRING, day DATE, at TIMESTAMP, r STRUCT<a INT64>, l ARRAY<STRING>",
    "postgres": "n integer, b bigint, f double precision, d numeric, s text, v varchar(20), day date",
    "databricks": "n int, b bigint, f double, d decimal(10,2), s string, day date",
    "trino": "n integer, b bigint, f double, s varchar(20), day date",
    "duckdb": "n INTEGER, f DOUBLE, s VARCHAR",
    "snowflake": "N NUMBER(38,0), F FLOAT, S VARCHAR(20)",
}

CASES = [
    ("bigquery", "COUNT(*)", "int64"),
    ("bigquery", "SUM(n)", "int64"),
    ("bigquery", "SUM(d)", "numeric"),
    ("bigquery", "AVG(n)", "float64"),
    ("bigquery", "MAX(at)", "TIMESTAMP"),
    ("bigquery", "ANY_VALUE(s HAVING MAX n)", "STRING"),
    ("bigquery", "n + n * 2", "INT64"),
    ("bigquery", "n / n", "float64"),
    ("bigquery", "n + d", "numeric"),
    ("bigquery", "IF(n > 1, s, NULL)", "STRING"),
    ("bigquery", "IF(n > 1, s, n)", None),
    ("bigquery", "COALESCE(n, 0)", "int64"),
    ("bigquery", "n IN (1, 2) AND s LIKE 'a%'", "bool"),
    ("bigquery", "CONCAT(s, 'x')", "string"),
    ("bigquery", "DATE(at)", "date"),
    ("bigquery", "DATE_SUB(day, INTERVAL 1 DAY)", "DATE"),
    ("bigquery", "EXTRACT(YEAR FROM day)", "int64"),
    ("bigquery", "r.a", "INT64"),
    ("bigquery", "l[OFFSET(0)]", "STRING"),
    ("bigquery", "ARRAY_AGG(n)", "array<INT64>"),
    ("bigquery", "ROW_NUMBER() OVER (ORDER BY n)", "int64"),
    ("bigquery", "(SELECT MAX(n) FROM d.t)", "INT64"),
    ("bigquery", "d.f(n)", None),
    ("postgres", "count(*)", "bigint"),
    ("postgres", "sum(n)", "bigint"),
    ("postgres", "sum(b)", "numeric"),
    ("postgres", "avg(n)", "numeric"),
    ("postgres", "n + b", "bigint"),
    ("postgres", "n / 2", "integer"),
    ("postgres", "coalesce(v, 'x')", "varchar(20)"),
    ("postgres", "upper(v)", "text"),
    ("postgres", "array_agg(n)", "integer[]"),
    ("postgres", "now()", "timestamp with time zone"),
    ("databricks", "sum(n)", "bigint"),
    ("databricks", "sum(d)", None),
    ("databricks", "n / n", "double"),
    ("trino", "concat(s, 'x')", None),
    ("trino", "sum(n)", "bigint"),
    ("duckdb", "sum(n)", "hugeint"),
    ("snowflake", "SUM(n)", None),
    ("snowflake", "n > 1", "boolean"),
]


@pytest.mark.parametrize(("dialect", "expression", "expected"), CASES, ids=[f"{d}: {e}" for d, e, _ in CASES])
def test_a_column_is_of_the_type_that_its_expression_gives(dialect: str, expression: str, expected: str | None) -> None:
    name = "D.T" if dialect == "snowflake" else "d.t"
    known = reading.catalog(**{name: KNOWN[dialect]})
    understood = reading.read(f"CREATE TABLE d.r AS SELECT {expression} AS x FROM d.t", dialect=dialect, known=known)
    assert [column.type for column in understood.effects[0].produces] == [expected]


def test_a_type_goes_through_queries_and_unions_where_all_agree() -> None:
    known = reading.catalog(**{"d.t": KNOWN["bigquery"]})
    sql = (
        "CREATE TABLE d.r AS WITH a AS (SELECT n + 1 AS x, s AS y FROM d.t), b AS (SELECT x, y FROM a"
        " UNION ALL SELECT n, n FROM d.t UNION ALL SELECT NULL, NULL) SELECT * FROM b"
    )
    made = reading.read(sql, dialect="bigquery", known=known).effects[0].produces
    assert [(column.name, (column.type or "?").lower()) for column in made] == [("x", "int64"), ("y", "?")]


def test_a_number_whose_type_counts_says_that_a_literal_decided() -> None:
    assert reading.read("CREATE TABLE d.r AS SELECT 1 AS x", dialect="bigquery").literals_matter
    assert not reading.read("SELECT n + 1 AS x FROM d.t", dialect="bigquery").literals_matter


def test_a_chain_of_a_thousand_sums_is_no_matter() -> None:
    chain = " + ".join(["n"] * 1_000)
    made = reading.read(
        f"CREATE TABLE d.r AS SELECT {chain} AS x FROM d.t", dialect="bigquery", known=reading.catalog(d__t="n INT64")
    )
    assert made.effects[0].produces[0].type == "INT64"
