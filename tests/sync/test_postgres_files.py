"""Every way in which a log's files come, grow, move and go, and what is said where they cannot be read."""

from __future__ import annotations

import gzip
import os
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lineagebot.errors import SourceDenied, SourceUnreadable
from lineagebot.sync.postgres_files import LogFiles
from tests.sync.conftest import START, Log, pieces, settled


def done(log: Log, text: str) -> None:
    session = log.session()
    session.statement(text)
    session.duration()


def new_file(log: Log, name: str) -> None:
    log.path = log.path.with_name(name)


def texts(found: list) -> list[str]:
    return [one.text for piece in found for one in piece.settled]


def to_gz(log: Log) -> None:
    with gzip.open(log.path.with_name(log.path.name + ".gz"), "wb") as packed:
        packed.write(log.path.read_bytes())
    log.path.unlink()
    new_file(log, "postgresql-2.json")


def renamed(log: Log) -> None:
    log.path.rename(log.path.with_name("postgresql-1.json.1"))


def copied_and_truncated(log: Log) -> None:
    shutil.copy(log.path, log.path.with_name("postgresql-1.json.1"))
    log.path.write_text("")


def next_name(log: Log) -> None:
    new_file(log, "postgresql-2.json")


def earlier_in_the_alphabet(log: Log) -> None:
    new_file(log, "a.json")


ROTATIONS = [next_name, earlier_in_the_alphabet, renamed, copied_and_truncated, to_gz]


@pytest.mark.parametrize("rotate", ROTATIONS, ids=lambda f: f.__name__.replace("_", " "))
def test_no_rotation_loses_or_repeats_a_line(log: Log, rotate: Callable[[Log], None]) -> None:
    directory = log.path.parent
    open_one = log.session()
    open_one.statement("begin")
    done(log, "select 1")
    first = pieces(directory)
    open_one.statement("drop table unread_before_the_rotation")
    rotate(log)
    done(log, "select 2")
    open_one.statement("commit")
    open_one.disconnect()
    second = pieces(directory, first[-1].cursor)
    assert texts(first) == ["select 1"]
    assert texts(second) == ["select 2", "drop table unread_before_the_rotation"]
    assert [p for piece in second for p in piece.problems] == []
    assert texts(pieces(directory, second[-1].cursor)) == []


def test_the_first_read_begins_with_the_earliest_kept_file(log: Log) -> None:
    done(log, "select 1")
    to_gz(log)
    done(log, "select 2")
    new_file(log, "a.json")
    done(log, "select 3")
    assert [x.text for x in settled(log.path.parent)] == ["select 1", "select 2", "select 3"]


def test_a_restarted_server_that_appends_to_the_same_file_goes_on(log: Log) -> None:
    done(log, "select 1")
    cursor = pieces(log.path)[-1].cursor
    done(log, "select 2")
    assert texts(pieces(log.path, cursor)) == ["select 2"]


def test_a_half_written_line_is_left_for_the_next_time(log: Log) -> None:
    done(log, "select 1")
    whole = log.path.read_bytes()
    log.path.write_bytes(whole[:-40])
    first = pieces(log.path)
    assert [p for piece in first for p in piece.problems] == []
    log.path.write_bytes(whole)
    assert texts(first) + texts(pieces(log.path, first[-1].cursor)) == ["select 1"]


def test_a_line_that_was_never_finished_is_said_when_the_log_has_moved_on(log: Log) -> None:
    done(log, "select 1")
    log.append('{"timestamp": "2026')
    next_name(log)
    done(log, "select 2")
    found = pieces(log.path.parent)
    assert texts(found) == ["select 1", "select 2"]
    assert ["never finished" in p.message for piece in found for p in piece.problems] == [True]
    assert [p for piece in pieces(log.path.parent, found[-1].cursor) for p in piece.problems] == []


def test_a_record_that_is_no_record_is_said_and_the_rest_is_kept(log: Log) -> None:
    done(log, "select 1")
    log.append("not json\n[]\n{}\n")
    done(log, "select 2")
    [found] = pieces(log.path)
    assert texts([found]) == ["select 1", "select 2"]
    assert len(found.problems) == 3
    assert found.records == 7


def test_a_csv_record_cut_off_by_a_crash_does_not_swallow_the_rest(fixtures: Path, tmp_path: Path) -> None:
    lines = (fixtures / "pg_watch_edge_cases/postgres.csvlog").read_bytes().splitlines(keepends=True)
    broken = (
        b'2026-11-22 14:00:11.500 UTC,"a","b",1,"x",6b02f56b.1,1,"idle",2026-11-22 14:00:11 UTC,3/1,0,LOG,00000,"sta\n'
    )
    file = tmp_path / "pg.csv"
    file.write_bytes(b"".join([*lines[:10], broken, *lines[10:]]))
    [found] = pieces(file)
    assert len(found.problems) == 1
    assert len(found.settled) == len(settled(fixtures / "pg_watch_edge_cases/postgres.csvlog"))


def test_an_open_transaction_whose_file_is_gone_is_said_to_be_lost(log: Log) -> None:
    session = log.session()
    session.statement("begin")
    session.statement("drop table a")
    first = pieces(log.path.parent)
    next_name(log)
    done(log, "select 1")
    second = pieces(log.path.parent, first[-1].cursor)
    log.path.with_name("postgresql-1.json").unlink()
    session.statement("commit")
    session.disconnect()
    third = pieces(log.path.parent, second[-1].cursor)
    assert texts(third) == []
    assert ["is lost" in p.message for piece in third for p in piece.problems] == [True]


def test_the_newest_file_gone_unread_is_said(log: Log) -> None:
    done(log, "select 1")
    first = pieces(log.path.parent)
    log.path.unlink()
    next_name(log)
    done(log, "select 2")
    second = pieces(log.path.parent, first[-1].cursor)
    assert texts(second) == ["select 2"]
    assert ["removed before its end" in p.message for piece in second for p in piece.problems] == [True]


def test_jsonlog_is_read_and_the_same_records_in_csvlog_and_stderr_are_not(fixtures: Path) -> None:
    run = fixtures / "dbt_postgres/classic_run1"
    found = settled(run / "*log")
    assert [x.id for x in found] == [x.id for x in settled(run / "postgres.jsonlog")]


def test_csvlog_says_what_jsonlog_says(fixtures: Path) -> None:
    def said(file: Path) -> dict[str, tuple[object, ...]]:
        # By id: lines that two sessions wrote at once may stand in either order.
        return {x.id: (x.text, x.outcome, x.started_at, x.ended_at, x.path, x.vxid) for x in settled(file)}

    for run in ("dbt_postgres/classic_run1", "dbt_postgres/classic_run2", "pg_watch_edge_cases"):
        assert said(fixtures / run / "postgres.csvlog") == said(fixtures / run / "postgres.jsonlog")


ZONES = [("UTC", 0), ("CET", 1), ("IST", 5.5), ("-03", -3), ("EDT", -4)]


@pytest.mark.parametrize(("zone", "hours"), ZONES)
def test_times_are_utc_whatever_the_zone_is_called(log: Log, zone: str, hours: float) -> None:
    done(log, "select 1")
    shift = timedelta(hours=hours)
    for moment in (START + timedelta(milliseconds=10 * n) for n in range(3)):
        local = moment + shift
        stamp = f"{moment:%Y-%m-%d %H:%M:%S}.{moment.microsecond // 1000:03d} UTC"
        log.path.write_text(
            log.path.read_text()
            .replace(stamp, f"{local:%Y-%m-%d %H:%M:%S}.{local.microsecond // 1000:03d} {zone}")
            .replace(
                f'"session_start": "{START:%Y-%m-%d %H:%M:%S} UTC"',
                f'"session_start": "{START + shift:%Y-%m-%d %H:%M:%S} {zone}"',
            )
        )
    [found] = settled(log.path)
    assert found.started_at == datetime(2026, 11, 22, 14, 0, 0, 10_000, tzinfo=UTC)


def test_a_stderr_log_is_refused_with_the_setting_to_change(fixtures: Path) -> None:
    with pytest.raises(SourceUnreadable, match="log_destination = 'jsonlog'"):
        pieces(fixtures / "dbt_postgres/classic_run1/postgres.stderrlog")


def test_a_log_that_does_not_exist_is_said(tmp_path: Path) -> None:
    with pytest.raises(SourceUnreadable, match="does not exist; set log to"):
        pieces(tmp_path / "nowhere")
    with pytest.raises(SourceUnreadable, match="no file matches"):
        pieces(tmp_path / "*.json")


def test_an_empty_directory_is_no_trouble(tmp_path: Path) -> None:
    assert texts(pieces(tmp_path)) == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_log_that_may_not_be_read_is_said(log: Log) -> None:
    done(log, "select 1")
    log.path.chmod(0)
    with pytest.raises(SourceDenied, match="no permission"):
        LogFiles("acme", str(log.path.parent)).list()
