"""Code that a text runs is read in its place; code that it only stores has not happened."""

from __future__ import annotations

import pytest

from lineagebot.model import AssetKind, Relation
from lineagebot.sql.catalog import Catalog
from tests.sql import reading

RUN = [
    ("postgres", "DO $$ BEGIN DROP TABLE s.x; END $$", ["drop table s.x"]),
    ("postgres", "DO $$ BEGIN RAISE NOTICE 'drop table x'; -- drop table y\nEND $$", []),
    ("postgres", "DO $$ BEGIN EXECUTE 'truncate x'; END $$", ["truncate table x [every_row]"]),
    ("postgres", "DO $$ BEGIN EXECUTE format('truncate %I', 'x'); END $$", ["truncate table x [every_row]"]),
    (
        "postgres",
        "DO LANGUAGE plpgsql $$ DECLARE s text := 'delete from x'; BEGIN EXECUTE s; END $$",
        ["delete table x [every_row]"],
    ),
    (
        "postgres",
        "DO $$ DECLARE n int; BEGIN SELECT count(*) INTO n FROM a; IF n > 0 THEN DROP TABLE b; END IF; END $$",
        ["drop table b [possible]"],
    ),
    (
        "postgres",
        "DO $$ DECLARE r record; BEGIN FOR r IN SELECT id FROM a LOOP DELETE FROM b WHERE id = r.id; END LOOP; END $$",
        ["delete table b [possible]"],
    ),
    (
        "postgres",
        "DO $$ BEGIN DROP TABLE a; EXCEPTION WHEN others THEN TRUNCATE b; END $$",
        ["drop table a", "truncate table b [every_row] [possible]"],
    ),
    ("snowflake", "EXECUTE IMMEDIATE 'drop table x'", ["drop table x"]),
    (
        "snowflake",
        "EXECUTE IMMEDIATE $$ BEGIN DROP TABLE x; TRUNCATE y; END $$",
        ["drop table x", "truncate table y [every_row]"],
    ),
    ("snowflake", "BEGIN LET s := 'drop table ' || 'x'; EXECUTE IMMEDIATE :s; END", ["drop table x"]),
    ("snowflake", "SET s = 'drop table x'; EXECUTE IMMEDIATE $s", ["drop table x"]),
    ("bigquery", "EXECUTE IMMEDIATE 'drop table x; drop table y'", ["drop table x", "drop table y"]),
    ("bigquery", "EXECUTE IMMEDIATE 'delete from x where a = ?' USING 1", ["delete table x"]),
    ("bigquery", "DECLARE t STRING DEFAULT 'x'; EXECUTE IMMEDIATE CONCAT('DROP TABLE ', t)", ["drop table x"]),
    ("bigquery", "DECLARE t STRING; SET t = 'x'; EXECUTE IMMEDIATE FORMAT('DROP TABLE %s', t)", ["drop table x"]),
    (
        "bigquery",
        "DECLARE s STRING DEFAULT 'DROP TABLE a'; IF z THEN SET s = 'DROP TABLE b'; END IF; EXECUTE IMMEDIATE s",
        ["drop table a [possible]", "drop table b [possible]"],
    ),
    ("databricks", "EXECUTE IMMEDIATE 'drop table x'", ["drop table x"]),
    ("databricks", "DECLARE s STRING DEFAULT 'drop table x'; EXECUTE IMMEDIATE s", ["drop table x"]),
    ("trino", "EXECUTE IMMEDIATE 'drop table x'", ["drop table x"]),
    ("oracle", "BEGIN EXECUTE IMMEDIATE 'drop table x'; END;", ["drop table x"]),
    ("oracle", "DECLARE s VARCHAR2(99) := 'drop table '; BEGIN EXECUTE IMMEDIATE s || 'x'; END;\n/", ["drop table x"]),
    ("tsql", "EXEC ('drop table x')", ["drop table x"]),
    ("tsql", "EXEC sp_executesql N'drop table x'", ["drop table x"]),
    ("tsql", "EXEC sp_executesql @stmt = N'drop table x'", ["drop table x"]),
    ("tsql", "DECLARE @s nvarchar(99) = N'drop table '; SET @s += N'x' EXEC (@s)", ["drop table x"]),
    (
        "tsql",
        "DECLARE @t sysname = 'x', @s nvarchar(99) SET @s = 'drop table ' + QUOTENAME(@t) EXEC (@s)",
        ["drop table x"],
    ),
    ("tsql", "DECLARE @s nvarchar(99); SELECT @s = N'drop table x'; EXEC(@s)", ["drop table x"]),
    ("tsql", "EXEC sp_rename 'dbo.x', 'y'", ["rename table dbo.x to dbo.y"]),
    ("snowflake", "WITH p AS PROCEDURE () LANGUAGE SQL AS $$ BEGIN DROP TABLE x; END $$ CALL p()", ["drop table x"]),
    ("mysql", "SET @s = 'drop table x'; PREPARE p FROM @s; EXECUTE p", ["drop table x"]),
    ("postgres", "PREPARE p AS DELETE FROM x; EXECUTE p", ["delete table x [every_row]"]),
    ("trino", "PREPARE p FROM DELETE FROM x WHERE a = ?; EXECUTE p USING 1", ["delete table x"]),
]


@pytest.mark.parametrize(("dialect", "sql", "expected"), RUN, ids=[f"{d}: {s}" for d, s, _ in RUN])
def test_code_that_runs_is_read(dialect: str, sql: str, expected: list[str]) -> None:
    understood = reading.read(sql, dialect=dialect)
    assert [line.lower() for line in reading.effects(understood)] == expected
    assert (understood.problems, understood.literals_matter) == ((), True)
    assert understood.understood == understood.statements


STORED = [
    ("postgres", "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; DELETE FROM x; END"),
    ("postgres", "CREATE FUNCTION f() RETURNS void LANGUAGE sql AS 'DELETE FROM x'"),
    ("postgres", "CREATE PROCEDURE p() LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'drop table x'; END $$"),
    ("redshift", "CREATE OR REPLACE PROCEDURE p() AS $$ BEGIN TRUNCATE x; END $$ LANGUAGE plpgsql"),
    ("bigquery", "CREATE PROCEDURE d.p() BEGIN SELECT 1; IF x THEN DELETE FROM y; END IF; END"),
    ("snowflake", "CREATE PROCEDURE p() AS DECLARE x INT; BEGIN DROP TABLE x; SELECT CASE 1 END; END"),
    ("snowflake", "CREATE PROCEDURE p() RETURNS int LANGUAGE SQL AS 'BEGIN DROP TABLE x; END'"),
    ("snowflake", "CREATE TASK t SCHEDULE = '5 MINUTE' AS DELETE FROM x"),
    ("databricks", "CREATE PROCEDURE p() LANGUAGE SQL SQL SECURITY INVOKER AS BEGIN DELETE FROM x; END"),
    ("oracle", "CREATE PROCEDURE p IS n NUMBER; BEGIN DELETE FROM x; END"),
    ("mysql", "CREATE DEFINER = `root`@`localhost` PROCEDURE p() BEGIN DELETE FROM x; SELECT 1; END"),
    ("mysql", "CREATE PROCEDURE p() DELETE FROM x"),
    ("mysql", "CREATE TRIGGER t AFTER INSERT ON a FOR EACH ROW DELETE FROM x"),
    ("mysql", "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO DELETE FROM x"),
]


@pytest.mark.parametrize(("dialect", "sql"), STORED, ids=[f"{d}: {s}" for d, s in STORED])
def test_what_a_routine_only_stores_has_not_happened(dialect: str, sql: str) -> None:
    understood = reading.read(f"{sql}; DROP TABLE a", dialect=dialect)
    assert [line.lower() for line in reading.effects(understood)] == ["drop table a"]
    assert (understood.problems, understood.edges) == ((), ())
    assert (understood.statements, understood.understood) == (2, 2)


def test_a_procedure_of_tsql_is_the_rest_of_its_batch() -> None:
    text = "CREATE PROC p AS SELECT 1; DROP TABLE x\nGO\nDROP TABLE y"
    assert reading.effects(reading.read(text, dialect="tsql")) == ["drop table y"]


CALLED = [
    ("postgres", "CREATE PROCEDURE p() AS $$ BEGIN DELETE FROM x; END $$ LANGUAGE plpgsql; CALL p()"),
    ("bigquery", "CREATE PROCEDURE d.p() BEGIN DELETE FROM x WHERE TRUE; END; CALL d.p()"),
    ("snowflake", "CREATE PROCEDURE p(t text) AS 'BEGIN EXECUTE IMMEDIATE ''delete from '' || :t; END'; CALL p('x')"),
    ("snowflake", "CREATE TASK p AS DELETE FROM x; EXECUTE TASK p"),
    ("tsql", "CREATE PROC p @t sysname AS EXEC('delete from ' + @t)\nGO\nEXEC p @t = 'x'"),
    ("tsql", "CREATE PROC p AS DELETE FROM x\nGO\nEXEC p"),
    ("mysql", "CREATE PROCEDURE p() DELETE FROM x; CALL p()"),
    ("mysql", "DELIMITER //\nCREATE PROCEDURE p() BEGIN DELETE FROM x; END //\nDELIMITER ;\nCALL p();"),
    ("teradata", "CREATE MACRO m AS (DELETE FROM x;); EXEC m"),
    ("oracle", "CREATE PACKAGE BODY k AS PROCEDURE p IS BEGIN DELETE FROM x; END; END k;\n/\nBEGIN k.p; END;\n/"),
    (
        "oracle",
        "CREATE PROCEDURE p IS BEGIN DELETE FROM x; END;\n/\nBEGIN p; END;\n/",
    ),
]


@pytest.mark.parametrize(("dialect", "sql"), CALLED, ids=[f"{d}: {s}" for d, s in CALLED])
def test_a_call_does_what_the_body_says(dialect: str, sql: str) -> None:
    understood = reading.read(sql, dialect=dialect)
    assert [line.lower() for line in reading.effects(understood)] == ["delete table x [every_row]"]
    assert understood.problems == ()


def test_a_call_of_what_is_nowhere_defined_is_not_understood() -> None:
    understood = reading.read("CALL nightly('truncate x')")
    assert [(p.looks_destructive, p.touches) for p in understood.problems] == [(True, (reading.key("x"),))]


FEARED = [
    ("snowflake", "EXECUTE IMMEDIATE 'drop table ' || name", []),
    ("snowflake", "EXECUTE IMMEDIATE 'delete from s.x where ' || condition", ["S.X"]),
    ("tsql", "EXEC ('drop table x; ' + @more)", ["x"]),
    ("bigquery", "EXECUTE IMMEDIATE FORMAT('TRUNCATE TABLE %s', name)", []),
    ("bigquery", "EXECUTE IMMEDIATE FORMAT('TRUNCATE TABLE d.%s', name)", []),
    ("tsql", "DECLARE @s nvarchar(99) = '' WHILE @i < 3 BEGIN SET @s += 'DROP TABLE ' + @t END EXEC(@s)", []),
    ("tsql", "DECLARE @s nvarchar(99) = '' SELECT @s = @s + 'DROP TABLE ' + name FROM sys.tables EXEC(@s)", []),
    ("mysql", "SELECT CONCAT('DROP TABLE ', t) INTO @s FROM x; PREPARE p FROM @s; EXECUTE p", []),
]


@pytest.mark.parametrize(("dialect", "sql", "touches"), FEARED, ids=[s for _, s, _ in FEARED])
def test_what_is_put_together_when_it_runs_is_feared(dialect: str, sql: str, touches: list[str]) -> None:
    understood = reading.read(sql, dialect=dialect, session=reading.Session("acme"))
    assert [(p.looks_destructive, [str(key) for key in p.touches]) for p in understood.problems] == [(True, touches)]


def test_a_routine_that_the_catalog_knows_is_called() -> None:
    body = "CREATE PROCEDURE p() AS $$ BEGIN DELETE FROM x; END $$ LANGUAGE plpgsql"
    known = Catalog((Relation(reading.key("p"), AssetKind.OTHER, (), body),))
    assert reading.effects(reading.read("CALL p()", known=known)) == ["delete table x [every_row]"]


def test_what_was_prepared_in_one_text_is_executed_in_the_next() -> None:
    first = reading.read("PREPARE p AS DELETE FROM x")
    assert first.session_after is not None
    assert reading.effects(reading.read("EXECUTE p", session=first.session_after)) == ["delete table x [every_row]"]


def test_code_that_runs_itself_comes_to_an_end() -> None:
    understood = reading.read(
        "CREATE PROCEDURE p() AS $$ BEGIN DELETE FROM x; CALL p(); CALL p(); END $$ LANGUAGE plpgsql; CALL p()"
    )
    assert any("levels deep" in problem.message for problem in understood.problems)


@pytest.mark.parametrize(
    "read", ["(SELECT MAX(u.a) FROM d.u)", "ARRAY(SELECT u.a FROM d.u)", "(SELECT 1 FROM d.u) + 1"]
)
def test_what_a_temporary_function_reads_its_text_reads(read: str) -> None:
    body = f"CREATE TEMP FUNCTION f(x ANY TYPE) AS (IF(x.language = 'x', NULL, {read}));"
    understood = reading.read(f"{body} SELECT f(t) AS m FROM d.t AS t", dialect="bigquery")
    assert understood.problems == ()
    assert {str(read.asset) for read in understood.reads if read.column is None} == {"shop.d.t", "shop.d.u"}
    assert [column.name for column in understood.outputs] == ["m"]


@pytest.mark.parametrize("dialect", ["bigquery", "snowflake", "databricks", "redshift"])
def test_a_function_in_javascript_or_python_runs_no_sql(dialect: str) -> None:
    quotes = "'''" if dialect == "bigquery" else "$$"
    language = {"bigquery": "js", "redshift": "plpythonu"}.get(dialect, "python")
    sql = f"CREATE FUNCTION f(x int) RETURNS int LANGUAGE {language} AS {quotes} return x {quotes}"
    assert reading.read(sql, dialect=dialect).problems == ()


def test_a_call_of_code_in_another_language_is_feared_by_the_sql_in_it() -> None:
    made = "CREATE PROCEDURE p() RETURNS int LANGUAGE JAVASCRIPT AS $$ snowflake.execute({sqlText: 'drop table x'}) $$"
    assert [p.looks_destructive for p in reading.read(made, dialect="snowflake").problems] == [False]
    called = reading.read(f"{made}; CALL p()", dialect="snowflake", session=reading.Session("acme"))
    assert (called.problems[-1].looks_destructive, [str(key) for key in called.problems[-1].touches]) == (True, ["X"])
