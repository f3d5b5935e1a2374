"""A person types SQL: it runs with that person's rights, within a time, and nothing more can be reached from there."""

from __future__ import annotations

import time

import pytest

from lineagebot.playground import acme

from .conftest import Lived

#: What must be refused, and a word of Postgres' own refusal.
REFUSED = (
    ("COPY raw.orders TO PROGRAM 'cat'", "permission denied"),
    ("COPY (SELECT 1) TO PROGRAM 'touch /tmp/acme_was_here'", "permission denied"),
    ("COPY sandbox.x FROM PROGRAM 'id'", "permission denied"),
    ("COPY (SELECT 1) TO '/tmp/acme_was_here'", "permission denied"),
    ("CREATE TEMP TABLE t (a text); COPY t FROM '/etc/passwd'", "permission denied"),
    ("SELECT pg_read_file('/etc/passwd')", "permission denied"),
    ("SELECT pg_ls_dir('/')", "permission denied"),
    ("SELECT lo_import('/etc/passwd')", "permission denied"),
    ("SET ROLE postgres", "permission denied"),
    ("SET ROLE lineagebot", "permission denied"),
    ("SET SESSION AUTHORIZATION postgres", "permission denied"),
    ("ALTER SYSTEM SET log_statement = 'none'", "permission denied"),
    ("SET log_statement = 'none'", "permission denied"),
    ("SET temp_file_limit = -1", "permission denied"),
    ("CREATE ROLE intruder SUPERUSER", "permission denied"),
    ("CREATE DATABASE other", "permission denied"),
    ("CREATE SCHEMA other", "permission denied"),
    ("CREATE EXTENSION dblink", "not available"),
    ("CREATE EXTENSION vector", "permission denied"),
    ("CREATE FUNCTION sandbox.f() RETURNS int LANGUAGE c AS '/lib/libc.so.6', 'system'", "permission denied"),
    ("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'postgres'", "permission denied"),
    ("SELECT pg_reload_conf()", "permission denied"),
    ("DROP DATABASE shop", "must be owner"),
)


@pytest.mark.parametrize(("sql", "says"), REFUSED, ids=[sql[:50] for sql, _ in REFUSED])
def test_what_reaches_beyond_the_database_is_refused_by_postgres(
    lived: Lived, console: acme.Console, sql: str, says: str
) -> None:
    for person in lived.company.people[:2]:
        result = console.run(person.login, lived.company.say(sql) if "COPY raw" in sql else sql)
        if "pg_terminate_backend" in sql and result.ok:  # nobody there to be terminated
            assert result.rows in ((), (("f",),))
            continue
        assert not result.ok
        assert says in (result.error or "")


def test_rows_come_back_as_text_with_a_cap(lived: Lived, console: acme.Console) -> None:
    anna = lived.company.people[0].login
    result = console.run(
        anna, "SELECT n, NULL AS nothing, repeat('x', 2000) AS long FROM generate_series(1, 1000) AS n"
    )
    assert result.ok
    assert result.columns == ("n", "nothing", "long")
    assert len(result.rows) == 200
    assert result.rows[0][:2] == ("1", None)
    assert result.rows[0][2] == "x" * 500 + "…"
    assert result.truncated
    assert result.rowcount == 1000


def test_a_column_name_alone_is_shown_where_there_are_no_rows(lived: Lived, console: acme.Console) -> None:
    result = console.run(lived.company.people[0].login, "SELECT 1 AS one WHERE false")
    assert (result.ok, result.columns, result.rows, result.rowcount) == (True, ("one",), (), 0)


def test_of_several_statements_the_last_result_is_shown_and_notices_are_kept(
    lived: Lived, console: acme.Console
) -> None:
    sql = "SELECT 1 AS a; SELECT 2 AS a, 3 AS b; DROP TABLE IF EXISTS sandbox.nothing_here"
    result = console.run(lived.company.people[0].login, sql)
    assert result.columns == ("a", "b")
    assert result.rows == (("2", "3"),)
    assert result.tag == "DROP TABLE"
    assert "does not exist, skipping" in result.notices[0]
    assert "2 | 3" in result.as_text()


def test_an_error_is_said_as_postgres_says_it(lived: Lived, console: acme.Console) -> None:
    result = console.run(lived.company.people[0].login, "SELECT nothing FROM nowhere")
    assert not result.ok
    assert 'relation "nowhere" does not exist' in (result.error or "")
    assert "LINE 1: SELECT nothing FROM nowhere" in (result.error or "")


def test_a_person_has_one_session(lived: Lived, console: acme.Console) -> None:
    anna, ben = (person.login for person in lived.company.people[:2])
    name = lived.company.say("marts.revenue_daily")
    assert console.run(anna, "CREATE TEMP TABLE mine AS SELECT 1 AS n").ok
    assert console.run(anna, "SELECT n FROM mine").rows == (("1",),)
    assert not console.run(ben, "SELECT n FROM mine").ok
    for statement in ("BEGIN", f"DROP TABLE {name} CASCADE", "ROLLBACK"):
        assert console.run(anna, statement).ok, statement
    assert console.run(anna, f"SELECT count(*) > 0 FROM {name}").rows == (("t",),)
    console.reset(anna)
    assert not console.run(anna, "SELECT n FROM mine").ok


def test_a_failed_transaction_is_ended_by_rollback_or_reset(lived: Lived, console: acme.Console) -> None:
    anna = lived.company.people[0].login
    console.run(anna, "BEGIN")
    assert not console.run(anna, "SELECT 1/0").ok
    assert "current transaction is aborted" in (console.run(anna, "SELECT 1").error or "")
    console.reset(anna)
    assert console.run(anna, "SELECT 1").ok


def test_what_takes_too_long_is_stopped_whatever_the_session_was_told(lived: Lived, console: acme.Console) -> None:
    anna = lived.company.people[0].login
    assert console.run(anna, "SET statement_timeout = 0").ok
    began = time.monotonic()
    result = console.run(anna, "SELECT pg_sleep(60)")
    assert time.monotonic() - began < 40
    assert not result.ok
    assert "longer than the console's 3 s" in (result.error or "")
    assert console.run(anna, "SELECT 1").ok


def test_a_huge_answer_neither_fills_the_memory_nor_hangs(lived: Lived, console: acme.Console) -> None:
    began = time.monotonic()
    result = console.run(lived.company.people[0].login, "SELECT generate_series(1, 1000000000)")
    assert time.monotonic() - began < 40
    assert len(result.rows) == 200
    assert result.truncated


def test_a_huge_sort_does_not_fill_the_disk(lived: Lived, console: acme.Console) -> None:
    began = time.monotonic()
    result = console.run(lived.company.people[0].login, "SELECT * FROM generate_series(1, 1000000000)")
    assert time.monotonic() - began < 40
    assert not result.ok


@pytest.mark.parametrize(
    ("sql", "ok"),
    [("COPY (SELECT 1, 'a') TO STDOUT", True), ("COPY sandbox.there FROM STDIN", False)],
    ids=["to stdout", "from stdin"],
)
def test_copy_never_hangs(lived: Lived, console: acme.Console, sql: str, ok: bool) -> None:
    ben = lived.company.people[1].login
    assert console.run(ben, "CREATE TABLE IF NOT EXISTS sandbox.there (a text)").ok
    result = console.run(ben, sql)
    assert result.ok is ok
    assert result.rows == ((("1\ta",),) if ok else ())
    if not ok:
        assert "no file to read from" in (result.error or "")
    assert console.run(ben, "SELECT 1").ok


@pytest.mark.parametrize(
    ("sql", "says"),
    [("\\d", "command of psql"), ("  \n", "no SQL"), ("SELECT '\0'", "zero byte"), ("x" * 300_000, "longer than")],
    ids=["psql", "empty", "zero byte", "too long"],
)
def test_what_is_no_sql_gets_a_sentence(lived: Lived, console: acme.Console, sql: str, says: str) -> None:
    result = console.run(lived.company.people[0].login, sql)
    assert not result.ok
    assert says in (result.error or "")


@pytest.mark.parametrize("login", ["postgres", "lineagebot", "metabase", "nobody", ""])
def test_only_people_who_work_there_may_type(console: acme.Console, login: str) -> None:
    result = console.run(login, "SELECT 1")
    assert not result.ok
    assert "nobody who works here" in (result.error or "")


def test_comments_and_semicolons_alone_are_fine(lived: Lived, console: acme.Console) -> None:
    assert console.run(lived.company.people[0].login, ";; -- nothing").ok


def test_a_session_that_was_ended_from_outside_is_begun_again(lived: Lived, console: acme.Console) -> None:
    anna = lived.company.people[0].login
    result = console.run(anna, "SELECT pg_terminate_backend(pg_backend_pid())")
    assert not result.ok
    assert console.run(anna, "SELECT 1").rows == (("1",),)


def test_the_short_form_runs_one_statement(lived: Lived) -> None:
    result = acme.console(lived.running.dsn_for, lived.company, lived.company.people[0].login, "SELECT current_user")
    assert result.rows == (("acme_data",),)
