"""What each kind of statement does."""

from __future__ import annotations

import pytest

from lineagebot.model import Problem
from lineagebot.sql.understand import GAVE_UP

from . import reading

EFFECTS = [
    ("DROP TABLE a, s.b CASCADE", ["drop table a [cascade]", "drop table s.b [cascade]"]),
    ("DROP TABLE IF EXISTS a", ["drop table a [if_exists]"]),
    ("DROP VIEW v1, v2", ["drop view v1", "drop view v2"]),
    ("DROP MATERIALIZED VIEW mv", ["drop materialized view mv"]),
    ("DROP FOREIGN TABLE f", ["drop foreign table f"]),
    (
        "DROP SCHEMA IF EXISTS a, b CASCADE",
        ["drop schema a [cascade] [if_exists]", "drop schema b [cascade] [if_exists]"],
    ),
    ("DROP DATABASE d", ["drop database d"]),
    ('DROP TABLE "A; drop table b"', ["drop table A; drop table b"]),
    ("DROP INDEX i", []),
    ("DROP FOREIGN DATA WRAPPER w", []),
    ("DROP EVENT TRIGGER t", []),
    ("DROP USER MAPPING FOR joe SERVER s", []),
    ("DROP TABLE a CASCADE CONSTRAINTS", ["drop table a [cascade]"]),
    ("DROP DATABASE d WITH (FORCE)", ["drop database d"]),
    ("create index on t(a)", []),
    ("CREATE UNIQUE INDEX CONCURRENTLY i ON t (a)", []),
    ("CREATE EXTENSION IF NOT EXISTS postgis", []),
    ("CREATE TYPE t AS ENUM ('a', 'b')", []),
    ("ALTER TYPE t ADD VALUE 'c'", []),
    ("ALTER DEFAULT PRIVILEGES IN SCHEMA s GRANT SELECT ON TABLES TO joe", []),
    ("BEGIN ISOLATION LEVEL SERIALIZABLE", []),
    ("START TRANSACTION READ ONLY", []),
    ("LOAD 'auto_explain'", []),
    ("TRUNCATE a, b CASCADE", ["truncate table a [every_row] [cascade]", "truncate table b [every_row] [cascade]"]),
    ("TRUNCATE TABLE ONLY a RESTART IDENTITY", ["truncate table a [every_row]"]),
    ("DELETE FROM a", ["delete table a [every_row]"]),
    ("DELETE FROM a WHERE true", ["delete table a [every_row]"]),
    ("DELETE FROM a WHERE 1 = 1", ["delete table a [every_row]"]),
    ("DELETE FROM a WHERE 1 = 2", ["delete table a"]),
    ("DELETE FROM a WHERE id = 1", ["delete table a"]),
    ("DELETE FROM a USING b WHERE a.id = b.id", ["delete table a"]),
    ("UPDATE a SET x = 1", ["update table a (x) [every_row]"]),
    ("UPDATE a SET x = 1 WHERE y", ["update table a (x)"]),
    ("INSERT INTO a VALUES (1)", ["append table a"]),
    ("INSERT INTO a (x) VALUES (1) ON CONFLICT (x) DO NOTHING", ["append table a"]),
    ("INSERT INTO a (x) VALUES (1) ON CONFLICT (x) DO UPDATE SET x = excluded.x", ["merge table a"]),
    ("MERGE INTO a USING b ON a.id = b.id WHEN MATCHED THEN DO NOTHING", ["merge table a"]),
    ("MERGE INTO a USING b ON a.id = b.id WHEN MATCHED THEN DELETE", ["merge table a", "delete table a"]),
    ("WITH d AS (DELETE FROM a RETURNING *) SELECT * FROM d", ["delete table a [every_row]"]),
    ("CREATE TABLE a (x int, y varchar(10) NOT NULL)", ["create table a makes x y"]),
    ("CREATE TABLE IF NOT EXISTS s.a (x int)", ["create table s.a makes x [if_exists]"]),
    ("CREATE TABLE a AS SELECT 1 AS x", ["create table a makes x"]),
    ("CREATE TABLE a AS SELECT * FROM b", ["create table a"]),
    ("SELECT 1 AS x INTO a", ["create table a makes x"]),
    ("SELECT x INTO a FROM b UNION SELECT x FROM c", ["create table a makes x"]),
    ("CREATE VIEW v (x, y) AS SELECT 1, 2", ["create view v makes x y"]),
    ("CREATE OR REPLACE VIEW v AS SELECT 1 AS x", ["replace view v makes x"]),
    ("CREATE MATERIALIZED VIEW mv AS SELECT 1 AS x", ["create materialized view mv makes x"]),
    (
        "CREATE MATERIALIZED VIEW IF NOT EXISTS mv AS SELECT 1 AS x WITH NO DATA",
        ["create materialized view mv makes x [if_exists]"],
    ),
    ("CREATE TEMP TABLE x ON COMMIT DROP AS SELECT 1 AS a", ["create table pg_temp.x makes a [temporary]"]),
    ("CREATE VIEW v AS SELECT 1 AS a WITH CASCADED CHECK OPTION", ["create view v makes a"]),
    ("CREATE TABLE a AS SELECT 1 AS x WITH NO DATA", ["create table a makes x"]),
    ("DROP TABLE pg_temp.x", ["drop table pg_temp.x [temporary]"]),
    ("INSERT INTO pg_temp.x SELECT 1", ["append table pg_temp.x [temporary]"]),
    ("CREATE FOREIGN TABLE f (x int) SERVER s", ["create foreign table f makes x"]),
    ("CREATE SCHEMA IF NOT EXISTS s AUTHORIZATION joe", ["create schema s [if_exists]"]),
    ("CREATE INDEX i ON a (x)", []),
    ("ALTER TABLE a DROP COLUMN x, DROP y CASCADE", ["drop column table a (x, y) [cascade]"]),
    ("ALTER TABLE a ADD COLUMN x int, ADD y numeric(10,2)", ["add column table a (x ? > int, y ? > numeric(10,2))"]),
    ("ALTER TABLE a ALTER COLUMN x TYPE bigint USING x::bigint", ["retype column table a (x ? > bigint)"]),
    ("ALTER TABLE a ALTER x SET DATA TYPE text", ["retype column table a (x ? > text)"]),
    ("ALTER TABLE a RENAME COLUMN x TO y", ["rename column table a (x > y)"]),
    ("ALTER TABLE a RENAME x TO y", ["rename column table a (x > y)"]),
    ("ALTER TABLE s.a RENAME TO b", ["rename table s.a to s.b"]),
    ("ALTER VIEW v RENAME TO w", ["rename view v to w"]),
    ("ALTER MATERIALIZED VIEW v RENAME TO w", ["rename materialized view v to w"]),
    ("ALTER INDEX i RENAME TO j", []),
    ("ALTER TABLE a SET SCHEMA s", ["set schema table a to s.a"]),
    ("ALTER TABLE a DETACH PARTITION p", ["drop partition table a partition p"]),
    ("ALTER TABLE a OWNER TO joe", ["alter table a"]),
    ("ALTER TABLE a DROP CONSTRAINT c, ADD PRIMARY KEY (x)", ["alter table a"]),
    ("ALTER SCHEMA a RENAME TO b", ["rename schema a to b"]),
    ("REFRESH MATERIALIZED VIEW CONCURRENTLY mv", ["refresh materialized view mv"]),
    ("COPY a FROM STDIN", ["load table a"]),
    ("COPY a (x, y) FROM '/tmp/x'", ["load table a"]),
    ("COPY a TO STDOUT", ["export table a"]),
    ("COPY a (x, y) FROM STDIN WHERE x > 1", ["load table a"]),
    ("COPY a FROM STDIN (FORMAT csv, HEADER)", ["load table a"]),
    ("COPY a FROM PROGRAM 'zcat x' (FORMAT csv)", ["load table a"]),
    ("COPY (SELECT x FROM a) TO STDOUT (FORMAT csv)", ["export table a"]),
    ("UPDATE a SET x = 1 WHERE CURRENT OF c", ["update table a (x)"]),
    ("DELETE FROM a WHERE CURRENT OF c", ["delete table a"]),
    ("INSERT INTO a (x) OVERRIDING SYSTEM VALUE VALUES (1)", ["append table a"]),
    ("INSERT INTO a OVERRIDING USER VALUE SELECT x FROM b", ["append table a"]),
    ("CREATE VIEW v WITH (security_barrier) AS SELECT 1 AS x", ["create view v makes x"]),
    ("CREATE TABLE a OF a_type", ["create table a"]),
    (
        "CREATE RECURSIVE VIEW v (n) AS VALUES (1) UNION ALL SELECT n + 1 FROM v WHERE n < 9",
        ["create view v makes n"],
    ),
    (
        "CREATE SCHEMA s CREATE TABLE a (x int) CREATE VIEW v AS SELECT x FROM a",
        ["create schema s", "create table s.a makes x", "create view s.v makes x"],
    ),
    (
        "CREATE SCHEMA AUTHORIZATION joe CREATE TABLE a (x int)",
        ["create schema joe", "create table joe.a makes x"],
    ),
    ("GRANT SELECT ON a, b TO joe", ["grant table a", "grant table b"]),
    ("GRANT SELECT ON ALL TABLES IN SCHEMA s TO joe", ["grant schema s"]),
    ("REVOKE ALL ON TABLE a FROM joe", ["revoke table a"]),
    ("GRANT reader TO joe", []),
    ("EXPLAIN DELETE FROM a", []),
    ("EXPLAIN (ANALYZE, BUFFERS) DELETE FROM a", ["delete table a [every_row]"]),
    ("EXPLAIN (ANALYZE false) DELETE FROM a", []),
    ("SELECT 'drop table a; delete from b'", []),
    ("SELECT 1 /* drop table a */ -- truncate b", []),
    *(
        (sql, [])
        for sql in ("VACUUM a", "ANALYZE a", "BEGIN", "COMMIT", "SHOW search_path", "COMMENT ON TABLE a IS 'drop'")
    ),
]


@pytest.mark.parametrize(("sql", "expected"), EFFECTS, ids=[sql for sql, _ in EFFECTS])
def test_a_statement_does(sql: str, expected: list[str]) -> None:
    understood = reading.read(sql)
    assert reading.effects(understood) == expected
    assert understood.problems == ()
    assert (understood.statements, understood.understood) == (1, 1)


DIALECTS = [
    ("snowflake", "DROP TABLE a", ["drop table A"]),
    ("snowflake", "ALTER TABLE a SWAP WITH b", ["swap table A to B"]),
    ("snowflake", "CREATE OR REPLACE TABLE a CLONE b", ["replace table A"]),
    ("snowflake", "CREATE OR REPLACE TRANSIENT TABLE a AS SELECT 1 AS x", ["replace table A makes X"]),
    ("bigquery", "INSERT INTO `p.d.a` (x) VALUES (1)", ["append table p.d.a"]),
    ("bigquery", "TRUNCATE TABLE d.a", ["truncate table d.a [every_row]"]),
    ("databricks", "INSERT OVERWRITE a SELECT * FROM b", ["overwrite table a [every_row]"]),
    ("databricks", "ALTER TABLE a DROP COLUMNS (x, y)", ["drop column table a (x, y)"]),
    ("mysql", "ALTER VIEW a AS SELECT 1 AS x", ["replace view a makes x"]),
    ("mysql", "RENAME TABLE a TO b, c TO d", ["rename table a to b", "rename table c to d"]),
    ("clickhouse", "EXCHANGE TABLES a AND b", ["swap table a to b"]),
    ("clickhouse", "ALTER TABLE a DELETE WHERE x = 1", ["delete table a"]),
    ("clickhouse", "DROP TABLE a ON CLUSTER '{cluster}' SYNC", ["drop table a"]),
    ("snowflake", "UNDROP TABLE a", ["undrop table A"]),
    ("snowflake", "DROP DATABASE ROLE r", []),
    ("hive", "LOAD DATA INPATH '/x/y' OVERWRITE INTO TABLE a", ["overwrite table a [every_row]"]),
    ("oracle", "DROP TABLE a CASCADE CONSTRAINTS PURGE", ["drop table A [cascade]"]),
    ("mysql", "ALTER TABLE a CHANGE COLUMN x y int", ["rename column table a (x > y)"]),
    ("redshift", "DROP TABLE a", ["drop table a"]),
    ("duckdb", "CREATE OR REPLACE TABLE a AS SELECT 1 AS x", ["replace table a makes x"]),
    ("trino", "ALTER TABLE a RENAME COLUMN x TO y", ["rename column table a (x > y)"]),
]


@pytest.mark.parametrize(("dialect", "sql", "expected"), DIALECTS, ids=[f"{d}: {s}" for d, s, _ in DIALECTS])
def test_another_dialect_says_it_so(dialect: str, sql: str, expected: list[str]) -> None:
    session = reading.SESSION if dialect != "snowflake" else reading.Session("acme", "shop", ("public",))
    assert reading.effects(reading.read(sql, dialect=dialect, session=session)) == expected


NOT_UNDERSTOOD = [
    ("DO $$ BEGIN EXECUTE 'drop table ' || quote_ident(t); END $$", True, []),
    ("DO $$ BEGIN EXECUTE format('truncate %I', t); END $$", True, []),
    ("DO $$ BEGIN RAISE NOTICE 'drop table x'; EXECUTE s; END $$", False, []),
    ('DO LANGUAGE plpython3u $$ plpy.execute("drop table x") $$', True, ["x"]),
    ("CREATE RULE r AS ON INSERT TO t DO INSTEAD DELETE FROM x", False, ["x"]),
    ("CALL nightly()", False, []),
    ("CALL run('truncate x')", True, ["x"]),
    ("CALL note('please drop table x')", False, []),
    ("EXECUTE p(5)", False, []),
    ("DROP OWNED BY joe", True, []),
    ("DROP FUNCTION f(int)", False, []),
    ("DROP TABLE $1", True, []),
    ("TRUNCATE $1", True, []),
    ("SELECT * FROM $1", False, []),
    ("SELECT a FROM t, (SELECT b FROM %s) u", False, []),
    ("INSERT INTO t SELECT * FROM :source", False, []),
    ("UPDATE $1 SET a = 1", True, []),
    ("DROP FUNCTION f(int) CASCADE", True, []),
    ("drop tabel x", True, ["x"]),
    ("drop tabel if exists s.x, y", True, ["s.x", "y"]),
    ("drop x", True, ["x"]),
    ('drop "x"', True, ["x"]),
    ("DROP", False, []),
    ("DROP TABLE", True, []),
    ("create tabel x (a int)", False, []),
    ("alter tabel x drop column y", True, ["x"]),
    ("alter table x dorp column y", False, ["x"]),
    ("alter table x", False, ["x"]),
    ("alter table x erase", False, ["x"]),
    ("ALTER FUNCTION f() RENAME TO g", False, []),
    ("BEGIN DROP TABLE x", True, ["x"]),
    ("START DROP TABLE x", True, ["x"]),
    ("USE", False, []),
    ("RECALL TABLE x", False, []),
    ("LOAD everything now", False, []),
    ("REFRESH everything", False, []),
    ("DROP TYPE t CASCADE", True, []),
    ("hello world", False, []),
    ("please drop table x", True, ["x"]),
    ("SELECT FROM WHERE 'drop table x' )", False, []),
    ("DELETE FROM a WHERE ((", True, ["a"]),
    ("DELETE FROM a WHERE x = 'open", True, ["a"]),
    ("select 1 where 'truncate b", False, []),
    ("😀 😀", False, []),
]


@pytest.mark.parametrize(("sql", "looks_destructive", "touches"), NOT_UNDERSTOOD, ids=[s for s, _, _ in NOT_UNDERSTOOD])
def test_what_is_not_understood_is_said(sql: str, looks_destructive: bool, touches: list[str]) -> None:
    understood = reading.read(sql)
    assert [type(p) for p in understood.problems] == [Problem]
    problem = understood.problems[0]
    assert (problem.looks_destructive, list(problem.touches)) == (looks_destructive, [reading.key(t) for t in touches])
    assert GAVE_UP not in problem.message
    assert understood.understood == 0
    assert understood.literals_matter


LEFT_OVER = [
    ("DROP TABLE a WITH b SUGAR ( ;", ["drop table a"], False, []),
    ("DROP TABLE a DROP TABLE b", ["drop table a"], True, ["b"]),
    ("TRUNCATE a DELETE FROM b", ["truncate table a [every_row]"], True, ["b"]),
    ("ALTER TABLE a DROP COLUMN x, dorp y", ["drop column table a (x)", "alter table a"], True, ["a"]),
]


@pytest.mark.parametrize(("sql", "expected", "looks_destructive", "touches"), LEFT_OVER, ids=[c[0] for c in LEFT_OVER])
def test_what_is_left_over_is_said_and_the_rest_kept(
    sql: str, expected: list[str], looks_destructive: bool, touches: list[str]
) -> None:
    understood = reading.read(sql)
    assert reading.effects(understood) == expected
    assert [(p.looks_destructive, list(p.touches)) for p in understood.problems] == [
        (looks_destructive, [reading.key(t) for t in touches])
    ]
    assert understood.understood == 0


NAMED = [
    ("snowflake", "SELECT x FROM IDENTIFIER('s.a')", [], ["S.A"]),
    ("snowflake", "SELECT x FROM TABLE('s.a')", [], ["S.A"]),
    ("databricks", "SELECT x FROM IDENTIFIER('s.a')", [], ["s.a"]),
    ("databricks", "INSERT INTO IDENTIFIER('s.a') SELECT x FROM s.b", ["append table s.a"], ["s.b"]),
    ("snowflake", "DROP TABLE IDENTIFIER('s.a')", ["drop table S.A"], []),
]


@pytest.mark.parametrize(("dialect", "sql", "does", "reads"), NAMED, ids=[s for _, s, *_ in NAMED])
def test_a_name_in_a_string_is_a_name(dialect: str, sql: str, does: list[str], reads: list[str]) -> None:
    understood = reading.read(sql, dialect=dialect, session=reading.Session("acme"))
    assert reading.effects(understood) == does
    assert [str(read.asset) for read in understood.reads if read.column is None] == reads
    assert (understood.problems, understood.literals_matter) == ((), True)


NAMELESS = [
    ("snowflake", "SELECT x FROM IDENTIFIER($t)"),
    ("snowflake", "SELECT x FROM TABLE($t)"),
    ("snowflake", "DROP TABLE IDENTIFIER($t)"),
    ("snowflake", "INSERT INTO IDENTIFIER($t) SELECT 1"),
    ("databricks", "SELECT x FROM IDENTIFIER('a.' || :t)"),
    ("databricks", "INSERT INTO IDENTIFIER(:t) SELECT 1"),
    ("bigquery", "SELECT x FROM @t"),
]


@pytest.mark.parametrize(("dialect", "sql"), NAMELESS, ids=[s for _, s in NAMELESS])
def test_a_name_that_only_the_run_tells_is_said_to_be_so(dialect: str, sql: str) -> None:
    understood = reading.read(sql, dialect=dialect)
    assert reading.effects(understood) == []
    assert [type(problem) for problem in understood.problems] == [Problem]


RUN = [
    ("snowflake", "EXECUTE IMMEDIATE 'drop table x'"),
    ("bigquery", "EXECUTE IMMEDIATE 'drop table x' USING 1 AS y"),
    ("tsql", "EXEC ('drop table x')"),
    ("tsql", "EXEC sp_executesql N'drop table x'"),
]


@pytest.mark.parametrize(("dialect", "sql"), RUN, ids=[s for _, s in RUN])
def test_a_statement_in_a_string_that_runs_is_read(dialect: str, sql: str) -> None:
    understood = reading.read(sql, dialect=dialect)
    assert [line.lower() for line in reading.effects(understood)] == ["drop table x"]
    assert (understood.problems, understood.literals_matter) == ((), True)


def test_a_statement_that_is_put_together_when_it_runs_is_feared() -> None:
    understood = reading.read("EXECUTE IMMEDIATE 'drop table ' || name", dialect="snowflake")
    assert [problem.looks_destructive for problem in understood.problems] == [True]


def test_a_misspelt_kind_is_answered_with_what_it_may_mean() -> None:
    assert "DROP TABLE perhaps" in reading.read("drop tabel x").problems[0].message


def test_what_the_head_of_an_unread_statement_says_is_suspected() -> None:
    assert reading.effects(reading.read("INSERT INTO a SELECT ((")) == ["append table a [suspected]"]


def test_one_bad_statement_does_not_cost_the_others() -> None:
    understood = reading.read("DROP TABLE a;\n\nSELECT FROM ) WHERE;\nDROP TABLE b")
    assert reading.effects(understood) == ["drop table a", "drop table b"]
    assert [problem.line for problem in understood.problems] == [3]
    assert (understood.statements, understood.understood) == (3, 2)
    assert [effect.position for effect in understood.effects] == [0, 2]


def test_an_open_quote_costs_only_its_own_statement() -> None:
    understood = reading.read("DROP TABLE a; SELECT 'open; DROP TABLE b")
    assert reading.effects(understood) == ["drop table a"]
    assert (understood.statements, understood.understood) == (2, 1)


def test_a_replace_names_the_columns_that_it_loses_and_retypes() -> None:
    known = reading.catalog(v="id integer, total numeric, note text")
    understood = reading.read("CREATE OR REPLACE VIEW v AS SELECT id, 'x'::text AS total FROM o", known=known)
    assert reading.effects(understood) == ["replace view v (note, total numeric > text) makes id total"]


def test_a_replace_with_an_unknown_star_loses_nothing_for_certain() -> None:
    known = reading.catalog(v="id integer, total numeric")
    understood = reading.read("CREATE OR REPLACE VIEW v AS SELECT * FROM o", known=known)
    assert reading.effects(understood) == ["replace view v"]


def test_a_retype_knows_the_old_type() -> None:
    known = reading.catalog(a="x integer")
    understood = reading.read("ALTER TABLE a ALTER COLUMN x TYPE smallint", known=known)
    assert reading.effects(understood) == ["retype column table a (x integer > smallint)"]


def test_a_drop_finds_its_table_along_the_search_path() -> None:
    session = reading.Session("acme", "shop", ("staging", "marts"))
    known = reading.catalog(marts__orders="id int")
    assert reading.effects(reading.read("DROP TABLE orders", known=known, session=session)) == [
        "drop table marts.orders"
    ]
    assert reading.effects(reading.read("DROP TABLE other", known=known, session=session)) == [
        "drop table staging.other"
    ]


def test_in_a_branch_of_a_script_an_effect_is_only_possible() -> None:
    understood = reading.read("IF x > 1 THEN DROP TABLE d.a; END IF; DROP TABLE d.b", dialect="bigquery")
    assert reading.effects(understood) == ["drop table d.a [possible]", "drop table d.b"]


LITERALS_MATTER = [
    ("SELECT a FROM t WHERE b = 1", False),
    ("INSERT INTO t VALUES (1, 'x')", False),
    ("DELETE FROM t WHERE 1 = 1", True),
    ("CREATE TABLE t (a varchar(10))", True),
    ("CREATE TABLE t AS SELECT a::numeric(10, 2) AS b FROM u", True),
    ("SET search_path = a", True),
    ("SELECT set_config('search_path', 'a', false)", True),
    ("DO $$ BEGIN END $$", True),
    ("SELECT FROM )", True),
]


@pytest.mark.parametrize(("sql", "expected"), LITERALS_MATTER)
def test_a_literal_that_decides_something_is_known(sql: str, expected: bool) -> None:
    assert reading.read(sql).literals_matter is expected
