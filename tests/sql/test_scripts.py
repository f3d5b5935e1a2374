"""Blocks, branches, loops and handlers: every statement in them is read, and possible where it is only that."""

from __future__ import annotations

import pytest

from tests.sql import reading

SCRIPTS = [
    (
        "bigquery",
        "IF x > 1 THEN DROP TABLE a; ELSEIF x = 1 THEN DROP TABLE b; ELSE DROP TABLE c; END IF; DROP TABLE d",
        ["a?", "b?", "c?", "d"],
    ),
    ("bigquery", "IF CASE WHEN y THEN 1 END = 1 THEN DROP TABLE a; END IF", ["a?"]),
    ("bigquery", "CASE x WHEN 1 THEN DROP TABLE a; ELSE DROP TABLE b; END CASE; DROP TABLE c", ["a?", "b?", "c"]),
    ("bigquery", "WHILE x < 3 DO DROP TABLE a; SET x = x + 1; END WHILE; DROP TABLE b", ["a?", "b"]),
    ("bigquery", "FOR r IN (SELECT id FROM s) DO DROP TABLE a; END FOR; DROP TABLE b", ["a?", "b"]),
    ("bigquery", "LOOP DROP TABLE a; IF x THEN LEAVE; END IF; END LOOP; DROP TABLE b", ["a?", "b"]),
    ("bigquery", "REPEAT DROP TABLE a; UNTIL x > 3 END REPEAT; DROP TABLE b", ["a?", "b"]),
    (
        "bigquery",
        "BEGIN DROP TABLE a; EXCEPTION WHEN ERROR THEN DROP TABLE b; RAISE; END; DROP TABLE c",
        ["a", "b?", "c"],
    ),
    ("bigquery", "l: BEGIN DROP TABLE a; BREAK l; END l; DROP TABLE b", ["a", "b"]),
    ("bigquery", "BEGIN BEGIN DROP TABLE a; END; IF x THEN BEGIN DROP TABLE b; END; END IF; END", ["a", "b?"]),
    ("snowflake", "BEGIN IF (x > 1) THEN DROP TABLE a; ELSE DROP TABLE b; END IF; RETURN 'done'; END", ["a?", "b?"]),
    ("snowflake", "DECLARE x INT DEFAULT 0; c CURSOR FOR SELECT id FROM s; BEGIN DROP TABLE a; END", ["a"]),
    ("snowflake", "BEGIN FOR r IN c DO DROP TABLE a; END FOR; END; DROP TABLE b", ["a?", "b"]),
    ("snowflake", "BEGIN LET r RESULTSET := (DELETE FROM a WHERE x = 1); RETURN TABLE(r); END", ["a"]),
    ("databricks", "BEGIN DECLARE x INT DEFAULT 0; IF x = 0 THEN DROP TABLE a; END IF; END", ["a?"]),
    (
        "databricks",
        "BEGIN DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN DROP TABLE a; END; DROP TABLE b; END",
        ["a?", "b"],
    ),
    ("databricks", "BEGIN l: WHILE x < 3 DO DROP TABLE a; ITERATE l; END WHILE l; END", ["a?"]),
    (
        "mysql",
        "IF EXISTS (SELECT 1 FROM s) THEN DROP TABLE a; ELSE IF x THEN DROP TABLE b; END IF; END IF",
        ["a?", "b?"],
    ),
    ("oracle", "DECLARE n NUMBER := 1; BEGIN IF n = 1 THEN DELETE FROM a; END IF; DELETE FROM b; END;\n/", ["a?", "b"]),
    ("oracle", "BEGIN FOR r IN (SELECT id FROM s) LOOP DELETE FROM a WHERE id = r.id; END LOOP; END;", ["a?"]),
    (
        "oracle",
        "BEGIN FORALL i IN 1 .. l.COUNT SAVE EXCEPTIONS DELETE FROM a WHERE id = l(i); DELETE FROM b; END;",
        ["a?", "b"],
    ),
    ("oracle", "BEGIN SELECT id BULK COLLECT INTO l FROM s; FORALL i IN INDICES OF l DELETE FROM a; END;", ["a?"]),
    ("oracle", "<<top>> BEGIN DELETE FROM a; EXCEPTION WHEN OTHERS THEN NULL; END;", ["a"]),
]


def _dropped(sql: str, dialect: str) -> list[str]:
    understood = reading.read(sql, dialect=dialect)
    assert understood.problems == ()
    return [e.target.name.lower() + "?" * (e.certainty.value == "possible") for e in understood.effects]


@pytest.mark.parametrize(("dialect", "sql", "expected"), SCRIPTS, ids=[f"{d}: {s}" for d, s, _ in SCRIPTS])
def test_every_statement_of_a_script_is_read(dialect: str, sql: str, expected: list[str]) -> None:
    assert _dropped(sql, dialect) == expected


WITHOUT_SEMICOLONS = [
    ("DROP TABLE a DROP TABLE b", ["a", "b"]),
    ("DELETE FROM a INSERT INTO b SELECT x FROM s DELETE FROM c", ["a", "b", "c"]),
    ("INSERT INTO a (x) VALUES (1) INSERT INTO b (x) EXEC p UPDATE c SET x = 1", ["a", "b", "c"]),
    ("UPDATE a SET x = 1 SET @y = 2 DROP TABLE b", ["a", "b"]),
    ("WITH q AS (SELECT 1 AS x) INSERT INTO a SELECT x FROM q WITH r AS (SELECT 1 AS x) DELETE FROM b", ["a", "b"]),
    ("INSERT INTO a SELECT x FROM s UNION ALL SELECT x FROM t DROP TABLE b", ["a", "b"]),
    ("IF EXISTS (SELECT 1 FROM s) DROP TABLE a DROP TABLE b", ["a?", "b"]),
    ("IF @x = 1 DROP TABLE a ELSE DROP TABLE b DROP TABLE c", ["a?", "b?", "c"]),
    ("IF @x = 1 BEGIN DROP TABLE a DROP TABLE b END ELSE BEGIN DROP TABLE c END DROP TABLE d", ["a?", "b?", "c?", "d"]),
    ("IF @x = 1 DROP TABLE a ELSE IF @x = 2 DROP TABLE b ELSE DROP TABLE c DROP TABLE d", ["a?", "b?", "c?", "d"]),
    ("WHILE @x < 3 BEGIN DELETE FROM a SET @x = @x + 1 END DELETE FROM b", ["a?", "b"]),
    ("BEGIN TRY DELETE FROM a END TRY BEGIN CATCH DELETE FROM b; THROW END CATCH DELETE FROM c", ["a", "b?", "c"]),
    ("DROP TABLE IF EXISTS a DROP TABLE IF EXISTS b", ["a", "b"]),
    ("ALTER TABLE a DROP COLUMN x ALTER TABLE b ALTER COLUMN y int", ["a", "b"]),
    ("SELECT CASE WHEN x = 1 THEN 2 ELSE 3 END FROM s DROP TABLE a", ["a"]),
    ("DECLARE @a int = 1, @b int SET NOCOUNT ON DROP TABLE a", ["a"]),
    ("PRINT 'x' DROP TABLE a", ["a"]),
    ("TRUNCATE TABLE a\nGO\nTRUNCATE TABLE b\nGO 2\nTRUNCATE TABLE c", ["a", "b", "c"]),
    (
        "DECLARE c CURSOR FOR SELECT id FROM s OPEN c FETCH NEXT FROM c INTO @x DELETE FROM a CLOSE c DEALLOCATE c",
        ["a"],
    ),
    ("SELECT x FROM s WITH (NOLOCK) DELETE FROM a", ["a"]),
    ("CREATE TABLE a (x int REFERENCES s ON DELETE CASCADE ON UPDATE SET NULL) DROP TABLE b", ["a", "b"]),
    (
        "MERGE INTO a USING s ON a.id = s.id WHEN MATCHED THEN UPDATE SET x = s.x"
        " WHEN NOT MATCHED THEN INSERT (id) VALUES (s.id); DROP TABLE b",
        ["a", "b"],
    ),
    ("GRANT SELECT, INSERT, DELETE ON a TO joe DROP TABLE b", ["a", "b"]),
]


@pytest.mark.parametrize(("sql", "expected"), WITHOUT_SEMICOLONS, ids=[s for s, _ in WITHOUT_SEMICOLONS])
def test_statements_of_tsql_end_where_the_next_begins(sql: str, expected: list[str]) -> None:
    understood = reading.read(sql, dialect="tsql")
    assert [p.message for p in understood.problems if "EXEC runs" not in p.message] == []
    assert [e.target.name + "?" * (e.certainty.value == "possible") for e in understood.effects] == expected


READ_ON_THE_WAY = [
    ("bigquery", "IF EXISTS (SELECT 1 FROM s.a) THEN SELECT 1; END IF"),
    ("bigquery", "DECLARE x INT64 DEFAULT (SELECT MAX(id) FROM s.a)"),
    ("bigquery", "DECLARE x INT64; SET x = (SELECT MAX(id) FROM s.a)"),
    ("bigquery", "FOR r IN (SELECT id FROM s.a) DO SELECT 1; END FOR"),
    ("tsql", "WHILE EXISTS (SELECT 1 FROM s.a) BREAK"),
    ("tsql", "DECLARE c CURSOR FOR SELECT id FROM s.a"),
    ("postgres", "DO $$ BEGIN PERFORM id FROM s.a; END $$"),
    ("postgres", "DO $$ DECLARE n int := (SELECT max(id) FROM s.a); BEGIN END $$"),
    ("oracle", "DECLARE n NUMBER; BEGIN SELECT MAX(id) INTO n FROM s.a; END;"),
    ("snowflake", "BEGIN LET c CURSOR FOR SELECT id FROM s.a; END"),
]


@pytest.mark.parametrize(("dialect", "sql"), READ_ON_THE_WAY, ids=[f"{d}: {s}" for d, s in READ_ON_THE_WAY])
def test_what_a_condition_or_a_variable_reads_is_read(dialect: str, sql: str) -> None:
    understood = reading.read(sql, dialect=dialect, session=reading.Session("acme"))
    assert (understood.problems, understood.effects) == ((), ())
    assert {str(read.asset).lower() for read in understood.reads} == {"s.a"}


VARIABLES = [
    ("bigquery", "DECLARE d DATE; SELECT x FROM s.a WHERE y = d"),
    ("bigquery", "FOR r IN (SELECT 1 AS id) DO SELECT x FROM s.a WHERE y = r.id; END FOR"),
    ("postgres", "DO $$ DECLARE d date; BEGIN PERFORM x FROM s.a WHERE y = d; END $$"),
    ("oracle", "DECLARE d DATE; n NUMBER; BEGIN SELECT x INTO n FROM s.a WHERE y = d; END;"),
    ("mysql", "CREATE PROCEDURE p(d DATE) SELECT x FROM s.a WHERE y = d; CALL p(1)"),
]


@pytest.mark.parametrize(("dialect", "sql"), VARIABLES, ids=[f"{d}: {s}" for d, s in VARIABLES])
def test_a_variable_is_no_column_of_the_table_beside_it(dialect: str, sql: str) -> None:
    understood = reading.read(sql, dialect=dialect, session=reading.Session("acme"))
    assert {read.column.lower() for read in understood.reads if read.column} == {"x", "y"}


def test_a_temp_table_of_tsql_is_not_the_table_of_the_same_name() -> None:
    understood = reading.read(
        "SELECT x INTO #a FROM a DELETE FROM a DECLARE @a TABLE (x int) DELETE @a", dialect="tsql"
    )
    assert [(e.target.name, e.temporary) for e in understood.effects] == [("#a", True), ("a", False), ("#@a", True)]
