"""Partitions, date shards and wildcards of BigQuery: one asset under many names."""

from __future__ import annotations

import pytest

from lineagebot.model import Read
from lineagebot.sql.names import names

from . import reading

SHARDED = reading.catalog(**{"d.events_*": "id INT64"})

CASES = [
    ("INSERT INTO `d.t$20240101` (id) SELECT id FROM d.s", ["append table d.t partition 20240101"]),
    ("DROP TABLE d.events_20240101", ["drop partition table d.events_* partition 20240101"]),
    ("DROP TABLE d.events_backup", ["drop table d.events_backup"]),
    (
        "CREATE OR REPLACE TABLE d.events_20240101 AS SELECT id FROM d.s",
        ["overwrite table d.events_* partition 20240101"],
    ),
    ("TRUNCATE TABLE d.events_20240101", ["drop partition table d.events_* partition 20240101"]),
    ("DROP TABLE d.orders_20240101", ["drop table d.orders_20240101"]),
    ("DROP TABLE d.events_20241399", ["drop table d.events_20241399"]),
]


@pytest.mark.parametrize(("sql", "expected"), CASES, ids=[sql for sql, _ in CASES])
def test_what_happens_to_a_part_happens_to_that_part_of_the_family(sql: str, expected: list[str]) -> None:
    assert reading.effects(reading.read(sql, dialect="bigquery", known=SHARDED)) == expected


@pytest.mark.parametrize("name", ["events_20240101", "events_2024*", "events_*"])
def test_a_shard_and_any_wildcard_over_it_are_read_as_the_family(name: str) -> None:
    understood = reading.read(f"SELECT id FROM `d.{name}`", dialect="bigquery", known=SHARDED)
    assert set(understood.reads) == {Read(reading.key("d.events_*")), Read(reading.key("d.events_*"), "id")}


def test_a_dated_name_without_a_family_in_the_catalog_is_a_table() -> None:
    understood = reading.read("SELECT id FROM d.events_20240101", dialect="bigquery")
    assert understood.reads[0] == Read(reading.key("d.events_20240101"))


def test_the_family_is_among_the_names_to_be_looked_up() -> None:
    found = names("SELECT 1 FROM `p.d.events_20240101`, `p.d.t$20240101`", "bigquery", reading.SESSION)
    assert {("p", "d", "events_*"), ("p", "d", "t")} <= found


NOT_COLUMNS = [
    ("bigquery", "SELECT id, _TABLE_SUFFIX AS s FROM `d.events_*` WHERE _PARTITIONTIME > '2024-01-01'"),
    ("bigquery", "DECLARE since DATE DEFAULT '2024-01-01'; SELECT id FROM d.orders WHERE '2024-01-01' > since"),
    ("postgres", "SELECT id FROM d.orders WHERE ctid = '(0,1)' AND xmin > 3"),
    ("trino", "SELECT id FROM d.orders WHERE \"$path\" LIKE 's3%'"),
    ("snowflake", "SELECT id FROM d.orders WHERE METADATA$ACTION = 'INSERT'"),
]


@pytest.mark.parametrize(("dialect", "sql"), NOT_COLUMNS, ids=[sql for _, sql in NOT_COLUMNS])
def test_pseudo_columns_and_variables_are_no_columns_of_a_table(dialect: str, sql: str) -> None:
    understood = reading.read(sql, dialect=dialect)
    assert {read.column.lower() for read in understood.reads if read.column is not None} == {"id"}


def test_a_column_that_is_known_is_found_before_a_variable_of_its_name() -> None:
    known = reading.catalog(d__orders="id INT64, since DATE")
    sql = "DECLARE since DATE DEFAULT '2024-01-01'; SELECT id FROM d.orders WHERE since > '2024-01-01'"
    understood = reading.read(sql, dialect="bigquery", known=known)
    assert {read.column for read in understood.reads if read.column is not None} == {"id", "since"}
