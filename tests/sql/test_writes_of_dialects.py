"""What the dialects' own spellings of UPDATE, DELETE, INSERT and CREATE do: the same effects as anybody else's."""

from __future__ import annotations

import pytest

from . import reading

CASES = [
    ("tsql", "DELETE TOP (5) FROM dbo.t WHERE x = 1", ["delete table dbo.t"]),
    ("tsql", "DELETE TOP (5) FROM dbo.t", ["delete table dbo.t"]),
    ("tsql", "UPDATE TOP (10) dbo.t SET a = 1", ["update table dbo.t (a)"]),
    ("tsql", "UPDATE t SET a *= 2 FROM dbo.t", ["update table dbo.t (a) [every_row]"]),
    ("mysql", "UPDATE a JOIN b ON a.id = b.id SET b.x = 1 WHERE a.y = 2", ["update table b (x)"]),
    ("mysql", "DELETE FROM x, y USING a AS x JOIN b AS y ON x.id = y.id", ["delete table a", "delete table b"]),
    ("mysql", "REPLACE INTO a VALUES (1)", ["merge table a"]),
    ("duckdb", "INSERT OR REPLACE INTO a VALUES (1)", ["merge table a"]),
    ("databricks", "INSERT INTO a REPLACE WHERE d = 1 SELECT * FROM b", ["overwrite table a partition d = 1"]),
    ("databricks", "INSERT INTO a REPLACE USING (d) SELECT * FROM b", ["overwrite table a partition d"]),
    (
        "databricks",
        "MERGE WITH SCHEMA EVOLUTION INTO a USING b ON a.x = b.x WHEN MATCHED THEN DELETE",
        ["merge table a", "delete table a"],
    ),
    ("oracle", "DELETE FROM (SELECT * FROM t WHERE x = 1)", ["delete table T"]),
    ("oracle", "DELETE FROM (SELECT * FROM t)", ["delete table T [every_row]"]),
    ("ansi", "DELETE FROM TABLE t", ["delete table t [every_row]"]),
    (
        "hive",
        "FROM s INSERT OVERWRITE TABLE a PARTITION (d = '1') SELECT x INSERT OVERWRITE TABLE b SELECT y",
        ["overwrite table a partition PARTITION(d = '1')", "overwrite table b [every_row]"],
    ),
    ("hive", "EXPORT TABLE a TO 'hdfs://x'", ["export file hdfs://x"]),
    ("hive", "IMPORT TABLE a FROM 'hdfs://x'", ["load table a"]),
    (
        "bigquery",
        "LOAD DATA OVERWRITE d.a FROM FILES (format = 'CSV', uris = ['gs://x'])",
        ["overwrite table d.a [every_row]"],
    ),
    ("snowflake", "CREATE OR REPLACE TABLE a CLONE b COPY GRANTS", ["replace table A"]),
    ("snowflake", "CREATE HYBRID TABLE a (id INT PRIMARY KEY) AS SELECT id FROM b", ["create table A makes ID"]),
    ("databricks", "CREATE TABLE a SHALLOW CLONE b VERSION AS OF 3", ["clone table a"]),
    ("redshift", "MERGE INTO a USING b ON a.id = b.id REMOVE DUPLICATES", ["merge table a"]),
    ("tsql", "WITH c AS (SELECT a FROM dbo.t) DELETE FROM c", ["delete table dbo.t [every_row]"]),
    ("tsql", "WITH c AS (SELECT a FROM dbo.t WHERE b = 1) DELETE c", ["delete table dbo.t"]),
    ("tsql", "WITH c AS (SELECT a, b FROM dbo.t WHERE x = 1) UPDATE c SET a = b", ["update table dbo.t (a)"]),
    ("tsql", "WITH c AS (SELECT id FROM dbo.s) DELETE t FROM dbo.t JOIN c ON c.id = t.id", ["delete table dbo.t"]),
    ("impala", "UPSERT INTO a SELECT x FROM b", ["merge table a"]),
    ("db2", "MERGE INTO a USING b ON a.x = b.x WHEN MATCHED THEN UPDATE SET y = b.y ELSE IGNORE", ["merge table a"]),
    ("duckdb", "INSERT INTO a BY POSITION SELECT x FROM b", ["append table a"]),
    ("dremio", "CREATE TABLE a AS SELECT x FROM b AT BRANCH main", ["create table a makes x"]),
    ("db2", "INSERT INTO a SELECT x FROM b WITH UR", ["append table a"]),
]


@pytest.mark.parametrize(("dialect", "sql", "expected"), CASES, ids=[case[1] for case in CASES])
def test_a_dialects_own_spelling_does(dialect: str, sql: str, expected: list[str]) -> None:
    understood = reading.read(sql, dialect=dialect)
    assert understood.problems == ()
    assert reading.effects(understood) == expected
