"""Which names mean one type in which dialect, and which types hold every value of another."""

from __future__ import annotations

import pytest

from lineagebot.sql.types import same_type, widens

SAME = [
    ("postgres", "int4", "integer"),
    ("postgres", "serial", "integer"),
    ("postgres", "varchar(10)", "character varying(10)"),
    ("postgres", "numeric(18,2)", "DECIMAL(18, 2)"),
    ("postgres", "timestamptz", "timestamp with time zone"),
    ("postgres", "timestamp(3) without time zone", "timestamp(3)"),
    ("postgres", "float8", "double precision"),
    ("postgres", "bool[]", "boolean[]"),
    ("postgres", "bpchar", "char(1)"),
    ("snowflake", "int", "NUMBER(38,0)"),
    ("snowflake", "bigint", "number"),
    ("snowflake", "string", "varchar(16777216)"),
    ("snowflake", "text", "varchar"),
    ("snowflake", "char", "varchar(1)"),
    ("snowflake", "datetime", "timestamp_ntz"),
    ("snowflake", "real", "float"),
    ("bigquery", "INT64", "integer"),
    ("bigquery", "float64", "float"),
    ("bigquery", "bool", "boolean"),
    ("bigquery", "decimal", "numeric"),
    ("bigquery", "ARRAY<STRUCT<a INT64>>", "array<struct<a integer>>"),
    ("redshift", "text", "varchar(256)"),
    ("redshift", "character varying(5)", "nvarchar(5)"),
    ("redshift", "decimal", "numeric(18,0)"),
    ("databricks", "long", "bigint"),
    ("databricks", "decimal", "numeric(10,0)"),
    ("databricks", "struct<a: int, b: string>", "STRUCT<a:INT,b:STRING>"),
    ("trino", "row(a bigint, b varchar)", "ROW(a BIGINT,b VARCHAR)"),
    ("trino", "timestamp", "timestamp(3)"),
    ("duckdb", "varchar(10)", "text"),
    ("duckdb", "int8", "BIGINT"),
    ("mysql", "int(11)", "int"),
    ("mysql", "bool", "tinyint(1)"),
    ("oracle", "integer", "number(38)"),
]


@pytest.mark.parametrize(("dialect", "one", "other"), SAME, ids=[f"{d}: {a} is {b}" for d, a, b in SAME])
def test_two_names_of_one_type(dialect: str, one: str, other: str) -> None:
    assert same_type(one, other, dialect)
    assert same_type(other, one, dialect)


OTHER = [
    ("postgres", "text", "varchar(10)"),
    ("postgres", "numeric(18,2)", "numeric(10,2)"),
    ("postgres", "numeric", "numeric(10,2)"),
    ("postgres", "timestamp", "timestamptz"),
    ("postgres", "integer[]", "integer"),
    ("snowflake", "varchar(500)", "varchar(5)"),
    ("snowflake", "number(38,0)", "number(38,2)"),
    ("snowflake", "timestamp_ntz", "timestamp_tz"),
    ("bigquery", "string", "bytes"),
    ("bigquery", "array<int64>", "array<string>"),
    ("redshift", "bigint", "integer"),
    ("trino", "timestamp(3)", "timestamp(6)"),
    ("duckdb", "integer", "bigint"),
]


@pytest.mark.parametrize(("dialect", "one", "other"), OTHER, ids=[f"{d}: {a} is not {b}" for d, a, b in OTHER])
def test_two_types(dialect: str, one: str, other: str) -> None:
    assert not same_type(one, other, dialect)


def test_a_type_that_nobody_knows_is_never_another() -> None:
    assert same_type(None, "int", "postgres")
    assert same_type("int", None, "postgres")


#: old, new; the other way round it narrows.
WIDER = [
    ("varchar(5)", "varchar(500)"),
    ("varchar(5)", "text"),
    ("char(3)", "varchar(3)"),
    ("smallint", "integer"),
    ("int", "bigint"),
    ("numeric(10,2)", "numeric(18,2)"),
    ("numeric(10,2)", "numeric(18,8)"),
    ("int", "numeric(12,2)"),
    ("integer", "numeric"),
    ("real", "double precision"),
    ("date", "timestamp"),
    ("timestamp(3)", "timestamp(6)"),
]


@pytest.mark.parametrize(("old", "new"), WIDER, ids=[f"{a} into {b}" for a, b in WIDER])
def test_a_wider_type_holds_every_value_and_the_narrower_does_not(old: str, new: str) -> None:
    assert widens(old, new, "postgres")
    assert not widens(new, old, "postgres")


NOT_WIDER = [
    ("bigint", "double precision"),
    ("int", "numeric(10,2)"),
    ("numeric(18,2)", "numeric(18,4)"),
    ("timestamp", "timestamptz"),
    ("integer", "text"),
    ("text", "varchar(10)"),
    ("json", "text"),
    ("int[]", "bigint[]"),
    (None, "int"),
    ("int", None),
]


@pytest.mark.parametrize(("old", "new"), NOT_WIDER, ids=[f"{a} not into {b}" for a, b in NOT_WIDER])
def test_what_may_lose_a_value_is_not_called_wider(old: str | None, new: str | None) -> None:
    assert not widens(old, new, "postgres")
