"""A CALL is told as the body that it runs, where the log has seen the procedure made in an earlier line."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest

from lineagebot.policy.rules import Windows
from lineagebot.terminal.replay_jsonl import Tally, answers

#: A row's text, and the number of the row that ran it.
Row = tuple[str, int | None]


def told(
    rows: Sequence[str | Row], *, dialect: str = "snowflake", table: str = "fin.subs", schema: str = "fin", **more: Any
) -> list[tuple[str, str, list[int]]]:
    """What is said of a log, as (asset, kind, rows), each row a minute after the one before."""

    def logged(part: Sequence[str | Row], day: int) -> list[dict[str, Any]]:
        return [
            {
                "seq": at,
                "ts": f"2026-08-{day}T13:{at:02}:00+00:00",
                "user": "dave",
                "session": "s1",
                "status": more.get("status", "success") if at == 0 else "success",
                "sql": row if isinstance(row, str) else row[0],
                **({} if isinstance(row, str) else {"child_of": row[1]}),
            }
            for at, row in enumerate(part)
        ]

    used = {"kind": "dashboard", "name": "Ops", "columns": ["id"]}
    case = {
        "id": "x",
        "dialect": dialect,
        "context": {"schema": schema},
        "assets_before": [{"name": table, "type": "table", "columns": [["id", "int"]], "downstream": [used]}],
        "history": logged(more.get("history", ()), 24),
        "log": logged(rows, 25),
    }
    (line,) = answers([json.dumps(case)], Windows(), Tally())
    said = json.loads(line)
    assert said["error"] is None
    return [(a["asset"].lower(), a["kind"], a["log_seq"]) for a in said["alerts"]]


SNOWFLAKE = "CREATE PROCEDURE ops.p() RETURNS STRING LANGUAGE SQL AS $$ BEGIN DROP TABLE fin.subs; RETURN 'ok'; END $$"
POSTGRES = "CREATE PROCEDURE ops.p() LANGUAGE plpgsql AS $$ BEGIN DROP TABLE fin.subs; END $$"
ANEW = "CREATE TABLE fin.subs AS SELECT id FROM raw.subs"
DROPPED = [("fin.subs", "drop_table", [1])]


@pytest.mark.parametrize(
    ("dialect", "definition", "call"),
    [
        ("snowflake", SNOWFLAKE, "CALL ops.p()"),
        ("postgres", POSTGRES, "CALL ops.p()"),
        (
            "redshift",
            "CREATE PROCEDURE ops.p() AS $$ BEGIN DROP TABLE fin.subs; END $$ LANGUAGE plpgsql",
            "call ops.p()",
        ),
        ("bigquery", "CREATE OR REPLACE PROCEDURE ops.p() BEGIN DROP TABLE fin.subs; END", "CALL ops.p()"),
        ("databricks", "CREATE PROCEDURE ops.p() LANGUAGE SQL AS BEGIN DROP TABLE fin.subs; END", "CALL ops.p()"),
        ("tsql", "CREATE PROC ops.p AS BEGIN DROP TABLE fin.subs END", "EXEC ops.p"),
        ("tsql", "CREATE PROCEDURE ops.p @n int AS DROP TABLE fin.subs", "DECLARE @r int; EXEC @r = ops.p 1"),
        ("snowflake", SNOWFLAKE, "BEGIN CALL ops.p(); END"),
    ],
)
def test_a_call_does_what_the_body_did_that_an_earlier_line_made(dialect: str, definition: str, call: str) -> None:
    assert told([definition, call], dialect=dialect) == DROPPED


def test_an_argument_names_the_table() -> None:
    definition = SNOWFLAKE.replace("p()", "p(n STRING)").replace(
        "DROP TABLE fin.subs", "EXECUTE IMMEDIATE 'DROP TABLE fin.' || n"
    )
    assert told([definition, "CALL ops.p('subs')"]) == DROPPED
    assert told([definition, "CALL ops.p('others')"]) == []


def test_a_procedure_that_calls_another() -> None:
    outer = POSTGRES.replace("ops.p", "ops.q").replace("DROP TABLE fin.subs", "CALL ops.p()")
    assert told([POSTGRES, outer, "CALL ops.q()"], dialect="postgres") == [("fin.subs", "drop_table", [2])]


def test_one_that_the_history_made() -> None:
    assert told(["CALL ops.p()"], history=[SNOWFLAKE]) == [("fin.subs", "drop_table", [0])]


def test_the_row_of_the_body_is_not_told_again() -> None:
    assert told([SNOWFLAKE, "CALL ops.p()", ("DROP TABLE fin.subs", 1)]) == DROPPED


@pytest.mark.parametrize(
    ("why", "rows"),
    [
        ("only made", [SNOWFLAKE]),
        ("made by nobody that we saw", ["CALL ops.p()"]),
        ("another of that name", [SNOWFLAKE, "CALL other.p()"]),
        ("one of two", [SNOWFLAKE, SNOWFLAKE.replace("p()", "p(n INT)"), "CALL ops.p(1)"]),
        ("made anew", [SNOWFLAKE, SNOWFLAKE.replace("DROP TABLE fin.subs", "SELECT 1"), "CALL ops.p()"]),
        ("made well again", [SNOWFLAKE.replace("subs;", f"subs; {ANEW};"), "CALL ops.p()"]),
    ],
)  # fmt: skip
def test_what_is_not_told(why: str, rows: list[str]) -> None:
    assert told(rows) == [], why


def test_one_whose_making_failed() -> None:
    assert told([SNOWFLAKE, "CALL ops.p()"], status="failed") == []


@pytest.mark.parametrize(
    ("clause", "expected"),
    [("", [("ops.subs", "drop_table", [1])]), ("EXECUTE AS CALLER ", [])],
    ids=["owner", "caller"],
)
def test_whose_schema_bare_names_stand_in(clause: str, expected: list[tuple[str, str, list[int]]]) -> None:
    definition = SNOWFLAKE.replace("fin.subs", "subs").replace("AS $$", f"{clause}AS $$")
    assert told([definition, "CALL ops.p()"], table="ops.subs") == expected
