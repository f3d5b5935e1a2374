"""Where engines of this kind differ by convention: what ours is, and why it is better for "what breaks".

Each row: the idea, the reason, a dialect, SQL, and what the batch answer says of it.
"""

from __future__ import annotations

import pytest

from lineagebot.sql.jsonl import answer

CASES: list[tuple[str, str, str, str, dict[str, object]]] = [
    (
        "a file that rows are put into is an output",
        "whoever loads that file breaks when it stays empty",
        "redshift",
        "UNLOAD ('select a from s.t') TO 's3://b/x' IAM_ROLE 'r'",
        {"inputs": ["s.t"], "outputs": ["s3://b/x"]},
    ),
    (
        "a file that rows are exported to is an output",
        "as above",
        "bigquery",
        "EXPORT DATA OPTIONS (uri = 'gs://b/x', format = 'CSV') AS SELECT a FROM d.t",
        {"inputs": ["d.t"], "outputs": ["gs://b/x"]},
    ),
    (
        "a stage that a query reads is no table of the batch answer",
        "its files come and go; the edge from the stage stands all the same",
        "snowflake",
        "INSERT INTO t (a) SELECT $1 FROM @s/x",
        {"inputs": [], "outputs": ["T"]},
    ),
    (
        "a file shown by an external table is no input of the statement that makes it",
        "nothing is read yet; the edge from the place stands all the same",
        "hive",
        "CREATE EXTERNAL TABLE t (a INT) LOCATION 's3://b/x'",
        {"inputs": [], "outputs": ["t"]},
    ),
    (
        "rows that are deleted, and tables that are dropped, are written",
        "a destructive effect that nobody hears of is the worst of all",
        "ansi",
        "-- gone\nDROP TABLE IF EXISTS t",
        {"inputs": [], "outputs": ["t"]},
    ),
    (
        "partitions that change places change both tables",
        "readers of either see other rows",
        "vertica",
        "SELECT swap_partitions_between_tables('a', '1', '2', 'b')",
        {"inputs": ["a"], "outputs": ["a", "b"]},
    ),
    (
        "a branch of a UNION fills columns by their position",
        "that is what every server does; a column more is an error there, not an output",
        "ansi",
        "INSERT INTO r SELECT a FROM t UNION ALL SELECT b FROM u",
        {
            "column_lineage": [
                {
                    "downstream": {"table": "r", "column": "a"},
                    "upstreams": [{"table": "t", "column": "a"}, {"table": "u", "column": "b"}],
                }
            ]
        },
    ),
    (
        "a column that only the server could name has no name of its own",
        "a cast is called after its column by some servers and not by others",
        "ansi",
        "INSERT INTO r SELECT CAST(a AS date) FROM t",
        {
            "column_lineage": [
                {"downstream": {"table": "r", "column": "?column?"}, "upstreams": [{"table": "t", "column": "a"}]}
            ]
        },
    ),
    (
        "USING and NATURAL make one column of two, fed by both sides",
        "the statement breaks when either is dropped",
        "snowflake",
        "CREATE TABLE r AS SELECT id FROM a JOIN b USING (id)",
        {
            "column_lineage": [
                {
                    "downstream": {"table": "R", "column": "ID"},
                    "upstreams": [{"table": "A", "column": "ID"}, {"table": "B", "column": "ID"}],
                }
            ]
        },
    ),
    (
        "what a cached query reads is read",
        "CACHE TABLE runs the query (Spark), unless it is told to be lazy",
        "spark",
        "CACHE TABLE c SELECT a FROM t",
        {"inputs": ["t"], "outputs": []},
    ),
]


@pytest.mark.parametrize(("reason", "dialect", "sql", "expected"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_our_convention_is_that(reason: str, dialect: str, sql: str, expected: dict[str, object]) -> None:
    said = answer({"id": "1", "dialect": dialect, "sql": sql})
    assert {key: said[key] for key in expected} == expected, reason
