"""However a log is cut into readings, with a new process and only the cursor between them, it says the same."""

from __future__ import annotations

import random
import shutil
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lineagebot.sync.postgres_files import LogFiles
from lineagebot.sync.postgres_reader import LogReader
from lineagebot.sync.postgres_sessions import Settled
from tests.sync.conftest import Log, pieces, settled

GENUINE = [
    "pg_watch_edge_cases/postgres.jsonlog",
    "pg_watch_edge_cases/postgres.csvlog",
    "dbt_postgres/classic_run2/postgres.csvlog",
    "dbt_postgres/plus_run2/postgres.jsonlog",
    "dbt_postgres/plus_run4_pgaudit/postgres.jsonlog",
    "dbt_postgres/plus_run5_ddl_min_duration/postgres.jsonlog",
    "dbt_redshift_via_pg/run2/postgres.jsonlog",
]


class Growing:
    """A log that is copied bit by bit and read after each bit."""

    def __init__(self, data: bytes, where: Path) -> None:
        self._data = data
        self._file = where / "growing"
        self._file.write_bytes(b"")
        self._files = LogFiles("acme", str(self._file))
        self._cursor: str | None = None
        self._written = 0
        self.found: list[Settled] = []

    def grow(self, until: int) -> None:
        with self._file.open("ab") as file:
            file.write(self._data[self._written : until])
        self._written = until
        for piece in LogReader("acme", self._files, self._cursor).pieces():
            self._cursor = piece.cursor
            self.found += piece.settled


def facts(found: list[Settled]) -> list[tuple[object, ...]]:
    return [(x.id, x.text, x.outcome, x.started_at, x.ended_at, x.path, x.vxid, x.error, x.parent) for x in found]


@cache
def in_one_go(log: Path) -> list[tuple[object, ...]]:
    return facts(settled(log))


@pytest.mark.parametrize("name", GENUINE)
def test_a_restart_between_any_two_records_changes_nothing(name: str, fixtures: Path, tmp_path: Path) -> None:
    data = (fixtures / name).read_bytes()
    growing = Growing(data, tmp_path)
    at = 0
    for line in data.splitlines(keepends=True):
        at += len(line)
        growing.grow(at)
    assert facts(growing.found) == in_one_go(fixtures / name)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**9), name=st.sampled_from(GENUINE), cuts=st.integers(1, 60))
def test_a_restart_at_any_byte_changes_nothing(
    seed: int, name: str, cuts: int, fixtures: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    where = tmp_path_factory.mktemp("cut")
    data = (fixtures / name).read_bytes()
    growing = Growing(data, where)
    chance = random.Random(seed)
    for at in sorted({*(chance.randrange(len(data)) for _ in range(cuts)), len(data)}):
        growing.grow(at)
    assert facts(growing.found) == in_one_go(fixtures / name)
    shutil.rmtree(where)


WORDS = [
    "begin",
    "commit",
    "rollback",
    "savepoint s",
    "rollback to s",
    "drop table a",
    "set search_path = x",
    "!select 1/0",
]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    script=st.lists(st.tuples(st.integers(0, 2), st.sampled_from(WORDS), st.booleans()), min_size=1, max_size=25),
)
def test_interleaved_sessions_say_the_same_in_one_go_and_line_by_line(
    script: list[tuple[int, str, bool]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    where = tmp_path_factory.mktemp("mixed")
    log = Log(where / "whole.json")
    sessions = [log.session() for _ in range(3)]
    for which, text, duration in script:
        session = sessions[which]
        session.statement(text.removeprefix("!"))
        if text.startswith("!"):
            session.error("division by zero", text.removeprefix("!"), code="22012")
        elif duration:
            session.duration(text.split()[0].upper())
    data = log.path.read_bytes()
    growing = Growing(data, where)
    at = 0
    for line in data.splitlines(keepends=True):
        at += len(line)
        growing.grow(at)
    assert facts(growing.found) == facts(settled(log.path))
    shutil.rmtree(where)


def test_a_cursor_of_another_version_is_refused_with_the_remedy(log: Log) -> None:
    log.session().statement("select 1")
    from lineagebot.errors import SourceUnreadable

    for cursor in ("{}", "[]", "nonsense", '{"v": 99}'):
        with pytest.raises(SourceUnreadable, match="--from-start"):
            pieces(log.path, cursor)
