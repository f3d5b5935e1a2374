"""What became of a statement: told by the lines that follow it, never by its own."""

from __future__ import annotations

import json

import pytest

from lineagebot.model import Outcome
from lineagebot.sync.postgres_text import Control, parts, path_change
from tests.sync.conftest import Log, Session, pieces, settled

D, R, F, U = Outcome.DONE, Outcome.ROLLED_BACK, Outcome.FAILED, Outcome.UNKNOWN

#: name, what a session says (a text, "!text" for one that fails, "/" for its disconnection), outcomes in order.
SCRIPTS = [
    ("alone, confirmed by the next line", ["drop table a", "select 1"], [D]),
    ("alone, confirmed by disconnection", ["drop table a", "/"], [D]),
    ("alone, failed", ["!drop table a", "select 1"], [F]),
    ("committed", ["begin", "drop table a", "commit", "/"], [D]),
    ("rolled back", ["begin", "drop table a", "rollback", "/"], [R]),
    ("never committed", ["begin", "drop table a", "/"], [R]),
    ("an error undoes what came before it", ["begin", "drop table a", "!select 1/0", "commit", "/"], [R, F]),
    ("savepoint", ["begin", "drop table a", "savepoint s", "drop table b", "rollback to s", "commit", "/"], [D, R]),
    (
        "an error after a savepoint",
        ["begin", "drop table a", "savepoint s", "!drop table b", "rollback to savepoint s", "commit", "/"],
        [D, F],
    ),
    ("several in one message", ["drop table a; drop table b", "/"], [D]),
    ("a transaction in one message", ["begin; drop table a; rollback", "/"], [R]),
    ("a message with two fates", ["begin; drop table a; rollback; drop table b", "/"], [R, D]),
    ("decided elsewhere", ["begin", "drop table a", "prepare transaction 'x'", "/"], [U]),
    ("a chain of transactions", ["begin", "drop table a", "commit and chain", "drop table b", "rollback", "/"], [D, R]),
]


def play(session: Session, script: list[str], *, durations: bool) -> None:
    for text in script:
        if text == "/":
            session.disconnect()
            continue
        fails = text.startswith("!")
        text = text.removeprefix("!")
        session.statement(text)
        if "begin;" in text:
            session.open = False
        if text.startswith(("prepare transaction", "commit and chain")):
            session.open = "chain" in text
            session.transaction += "chain" in text
        if fails:
            session.error("relation does not exist", text)
        elif durations:
            session.duration(text.split()[0].upper())


@pytest.mark.parametrize("durations", [True, False], ids=["with durations", "without durations"])
@pytest.mark.parametrize(("script", "expected"), [s[1:] for s in SCRIPTS], ids=[s[0] for s in SCRIPTS])
def test_the_outcome_is_told_by_what_follows(
    log: Log, script: list[str], expected: list[Outcome], durations: bool
) -> None:
    play(log.session(), script, durations=durations)
    found = [one for one in settled(log.path) if not one.text.startswith("select 1") or one.outcome is F]
    assert [one.outcome for one in found] == expected


def test_a_statement_without_a_sign_is_held_and_holds_the_watermark(log: Log) -> None:
    idle, busy = log.session(), log.session()
    idle.statement("drop table a")
    held_at = log.clock
    for _ in range(5):
        busy.statement("select 1")
        busy.duration()
    [piece] = pieces(log.path)
    assert {one.text for one in piece.settled} == {"select 1"}
    assert piece.watermark == held_at
    idle.disconnect()
    [after] = pieces(log.path, piece.cursor)
    assert [one.text for one in after.settled] == ["drop table a"]
    assert after.watermark == log.clock


def test_a_duration_settles_the_last_statement_of_an_idle_session_at_once(log: Log) -> None:
    session = log.session()
    session.statement("drop table a")
    session.duration("DROP TABLE")
    assert [one.outcome for one in settled(log.path)] == [D]


def test_statements_of_a_transaction_come_together_and_in_order(log: Log) -> None:
    one, other = log.session(), log.session()
    one.statement("begin")
    one.statement("drop table a")
    other.statement("select 1")
    one.statement("drop table b")
    other.statement("select 2")
    one.statement("commit")
    one.disconnect()
    found = settled(log.path)
    assert [x.text for x in found] == ["select 1", "drop table a", "drop table b"]
    assert {x.vxid for x in found[1:]} == {"3/1"}


def test_a_server_that_went_down_undid_what_was_not_committed(log: Log) -> None:
    one, other = log.session(), log.session()
    one.statement("begin")
    one.statement("drop table a")
    one.duration("DROP TABLE")
    other.statement("drop table b")
    down = json.loads(log.written[-1]) | {"message": "starting PostgreSQL 18.4", "backend_type": "postmaster"}
    log.append(json.dumps({k: v for k, v in down.items() if k != "user"}) + "\n")
    assert {x.text: x.outcome for x in settled(log.path)} == {"drop table a": R, "drop table b": U}


def test_the_cursor_holds_no_text(log: Log) -> None:
    session = log.session()
    session.statement("begin")
    session.statement("delete from secret_table where name = 'top secret'")
    session.duration("DELETE")
    [piece] = pieces(log.path)
    assert "secret" not in piece.cursor
    assert "delete" not in piece.cursor


PATHS = [
    ("set search_path = a, b", ["select 1"], [("a", "b")]),
    ("set search_path to 'A', \"B c\", Folded", ["select 1"], [("A", "B c", "folded")]),
    ("set schema 'x'", ["select 1"], [("x",)]),
    ("select pg_catalog.set_config('search_path', '', false)", ["select 1"], [()]),
    ("select set_config('search_path', 'a, b', true)", ["select 1"], [None]),
    ("reset search_path", ["select 1"], [None]),
    ("set search_path to default", ["select 1"], [None]),
    ("discard all", ["select 1"], [None]),
    ("set search_path = a", ["begin", "set local search_path = b", "select 1", "commit", "select 2"], [("b",), ("a",)]),
    ("set search_path = a", ["begin", "set search_path = b", "rollback", "select 1"], [("a",)]),
    ("set search_path = a", ["begin", "set search_path = b", "commit", "select 1"], [("b",)]),
    ("set search_path = a", ["begin", "savepoint s", "set search_path = b", "rollback to s", "select 1"], [("a",)]),
]


@pytest.mark.parametrize(("first", "then", "expected"), PATHS, ids=[f"{p[0]}; {'; '.join(p[1])}" for p in PATHS])
def test_the_search_path_is_followed(
    log: Log, first: str, then: list[str], expected: list[tuple[str, ...] | None]
) -> None:
    session = log.session()
    play(session, [first, *then], durations=True)
    if session.open:
        play(session, ["commit", "/"], durations=True)
    assert [x.path for x in settled(log.path) if x.text in ("select 1", "select 2")] == expected


def test_a_set_that_failed_changes_no_path(log: Log) -> None:
    play(log.session(), ["set search_path = a", "!set search_path = b", "select 1", "/"], durations=True)
    assert [x.path for x in settled(log.path) if x.text == "select 1"] == [("a",)]


def test_a_text_that_was_logged_twice_counts_once(log: Log) -> None:
    session = log.session()
    session.statement("drop table a")
    session.say("duration: 1.000 ms  statement: drop table a", ps="DROP TABLE", vxid="3/0")
    assert [x.text for x in settled(log.path)] == ["drop table a"]


def test_a_prepared_statement_is_read_by_what_was_prepared(log: Log) -> None:
    session = log.session()
    session.statement("execute p(5)", detail="prepare: prepare p (int) as delete from a where id = $1")
    session.disconnect()
    assert [x.text for x in settled(log.path)] == ["delete from a where id = $1"]


def test_an_error_keeps_names_and_hides_data(log: Log) -> None:
    session = log.session()
    session.statement("select * from gone")
    session.error('relation "gone" does not exist', "select * from gone")
    session.statement("select 'x'::int")
    session.error('invalid input syntax for type integer: "secret"', "select 'x'::int", code="22P02")
    assert [x.error for x in settled(log.path)] == [
        '42P01: relation "gone" does not exist',
        '22P02: invalid input syntax for type integer: "…"',
    ]


def test_a_statement_that_was_refused_before_it_was_logged_is_known_by_its_error(log: Log) -> None:
    session = log.session()
    session.statement("drop table a")
    session.transaction += 1
    session.error('relation "b" does not exist', "select * from b")
    assert [(x.text, x.outcome) for x in settled(log.path)] == [("drop table a", D), ("select * from b", F)]


CONTROLS = [
    ("commit; end", [Control.COMMIT, Control.COMMIT]),
    ("select 'begin; commit'", [Control.NONE]),
    ("/* begin; */ -- commit;\n select 1", [Control.NONE]),
    ("do $x$ begin; commit; end $x$; rollback", [Control.NONE, Control.ROLLBACK]),
    ("/* a /* nested; */ ; */ start transaction", [Control.BEGIN]),
    ('select "a;b"; abort', [Control.NONE, Control.ROLLBACK]),
    ("select e'it\\'s; fine'; begin", [Control.NONE, Control.BEGIN]),
    ("commit prepared 'x'", [Control.NONE]),
    ("create function f() returns int begin atomic select 1; end", [Control.NONE]),
    ("prepare p as select 1", [Control.NONE]),
    ("rollback work to savepoint S", [Control.ROLLBACK_TO]),
    ("", []),
    (";;;", []),
]


@pytest.mark.parametrize(("text", "expected"), CONTROLS, ids=[c[0] or "nothing" for c in CONTROLS])
def test_statements_are_told_apart_and_their_verbs_known(text: str, expected: list[Control]) -> None:
    found = parts(text)
    assert [part.control for part in found] == expected
    assert all(path_change(text, part) is None for part in found)
