"""A ROLLBACK takes back what it takes back in that dialect, and no more."""

from __future__ import annotations

import pytest

from tests.sql import reading

CASES = [
    ("postgres", "BEGIN; DROP TABLE a; ROLLBACK; DROP TABLE b", ["drop table b"]),
    ("postgres", "BEGIN; DROP TABLE a; COMMIT; BEGIN; ROLLBACK", ["drop table a"]),
    ("postgres", "DROP TABLE a; ROLLBACK TO SAVEPOINT s", ["drop table a"]),
    ("postgres", "BEGIN; DROP TABLE a; SAVEPOINT s; DROP TABLE b; ROLLBACK TO s; DROP TABLE c; COMMIT", ["a", "c"]),
    ("postgres", "BEGIN; SAVEPOINT s; DROP TABLE a; ROLLBACK TO SAVEPOINT s; COMMIT", []),
    ("postgres", "BEGIN; SAVEPOINT s; DROP TABLE a; RELEASE SAVEPOINT s; COMMIT", ["a"]),
    ("postgres", "START TRANSACTION; TRUNCATE a; ABORT", []),
    ("postgres", "BEGIN; DELETE FROM a; END; ROLLBACK", ["a"]),
    ("redshift", "BEGIN; DROP TABLE a; ROLLBACK", []),
    ("redshift", "BEGIN; DELETE FROM a; TRUNCATE b; DELETE FROM c; ROLLBACK", ["a", "b", "c"]),
    ("duckdb", "BEGIN TRANSACTION; DROP TABLE a; ROLLBACK", []),
    ("duckdb", "DROP TABLE a; ROLLBACK", ["a"]),
    ("snowflake", "BEGIN; DELETE FROM a; ROLLBACK", []),
    ("snowflake", "BEGIN; DROP TABLE a; ROLLBACK", ["a"]),
    ("snowflake", "BEGIN; DELETE FROM a; TRUNCATE TABLE b; DELETE FROM c; ROLLBACK", ["a", "b", "c"]),
    ("snowflake", "DELETE FROM a; ROLLBACK", ["a"]),
    ("bigquery", "BEGIN TRANSACTION; DELETE FROM a WHERE TRUE; ROLLBACK TRANSACTION", []),
    ("bigquery", "BEGIN TRANSACTION; DELETE FROM a WHERE TRUE; COMMIT TRANSACTION; ROLLBACK", ["a"]),
    ("databricks", "DROP TABLE a; ROLLBACK", ["a"]),
    ("trino", "START TRANSACTION; DROP TABLE a; ROLLBACK", ["a"]),
    ("mysql", "START TRANSACTION; DELETE FROM a; DROP TABLE b; ROLLBACK", ["a", "b"]),
    ("mysql", "START TRANSACTION; DELETE FROM a; ROLLBACK", []),
    ("oracle", "DELETE FROM a; DROP TABLE b; DELETE FROM c; ROLLBACK", ["a", "b"]),
    ("tsql", "BEGIN TRAN DROP TABLE a ROLLBACK TRAN DROP TABLE b", ["b"]),
    ("tsql", "BEGIN TRAN DELETE FROM a SAVE TRAN s DELETE FROM b ROLLBACK TRAN s COMMIT", ["a"]),
]


@pytest.mark.parametrize(("dialect", "sql", "lost"), CASES, ids=[f"{d}: {s}" for d, s, _ in CASES])
def test_a_rollback_takes_back(dialect: str, sql: str, lost: list[str]) -> None:
    found = [str(effect.target.name).lower() for effect in reading.read(sql, dialect=dialect).effects]
    assert found == [name.removeprefix("drop table ") for name in lost]


def test_a_handler_that_rolls_back_says_nothing_of_the_usual_way() -> None:
    understood = reading.read(
        "BEGIN TRY BEGIN TRAN DELETE FROM a COMMIT END TRY BEGIN CATCH ROLLBACK END CATCH", dialect="tsql"
    )
    assert reading.effects(understood) == ["delete table a [every_row]"]


def test_what_a_branch_may_roll_back_is_only_possible() -> None:
    understood = reading.read("BEGIN TRAN DELETE FROM a IF @@ERROR <> 0 ROLLBACK ELSE COMMIT", dialect="tsql")
    assert reading.effects(understood) == ["delete table a [every_row] [possible]"]


def test_without_a_begin_it_depends_on_how_the_text_was_sent() -> None:
    assert reading.effects(reading.read("DROP TABLE a; ROLLBACK")) == ["drop table a [possible]"]
    assert reading.effects(reading.read("DROP TABLE a; BEGIN; DROP TABLE b; ROLLBACK")) == ["drop table a"]


def test_what_was_rolled_back_is_known_no_more() -> None:
    known = reading.catalog(a="id int")
    understood = reading.read("BEGIN; DROP TABLE a; ROLLBACK; INSERT INTO b SELECT * FROM a", known=known)
    assert "a.id -> b.id copied" in reading.edges(understood)


def test_many_branches_that_may_roll_back_cost_no_more_than_one_each() -> None:
    many = "BEGIN TRANSACTION; " + "DELETE FROM a WHERE x = 1; " * 500 + "IF y THEN ROLLBACK; END IF; " * 500
    understood = reading.read(many, dialect="bigquery")
    assert {effect.certainty.value for effect in understood.effects} == {"possible"}
    assert len(understood.effects) == 500
