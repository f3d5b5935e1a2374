"""The genuine log of awkward statements: real accidents are told where they are consumed, look-alikes are not."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineagebot.model import Alert, AlertState
from lineagebot.sync.postgres_files import LogFiles
from lineagebot.sync.postgres_reader import LogReader

from .conftest import SUFFIXES, SYSTEM, House, key

RUN = "pg_watch_edge_cases"
#: In the log, everything after this line is a later chapter: rows come in again.
COPY = "copy public.vict(a) from stdin"
NAMES = ("public.vict", "public.vv", "public.part", "public.nope", "analytics.customers", "analytics.orders")


@pytest.fixture(params=SUFFIXES)
def consumed(house: House, request: pytest.FixtureRequest) -> House:
    """Everything that the edge cases touch has a dashboard; the first read is over."""
    house.name = request.param
    house.read("dbt_postgres/classic_run1")
    house.declare(*NAMES)
    return house


def said(found: list[Alert]) -> set[tuple[str, str]]:
    return {(a.kind, ".".join(a.asset.path[1:])) for a in found}


def test_accidents_are_told_and_look_alikes_are_not(consumed: House) -> None:
    report = consumed.read(RUN)
    print(f"{consumed.name}: {report}")

    found = consumed.watch_to_the_end()

    # TRUNCATE in DO and DELETE in a function hit vict too, but the same person copied rows in again at once. The
    # DROP CASCADE was rolled back, EXPLAIN DELETE and a string ran nothing, the dropped customers was temporary.
    assert said(found) == {("drop_view", "public.vv"), ("drop_partition", "public.part")}


def test_an_emptied_table_is_told_of_before_the_rows_come_back_and_taken_back_after(consumed: House) -> None:
    lines = (consumed.genuine / RUN / consumed.name).read_text().splitlines(keepends=True)
    cut = next(n for n, line in enumerate(lines) if f"statement: {COPY}" in line)
    log = consumed.logs / f"edge{SUFFIXES[consumed.name]}"

    log.write_text("".join(lines[:cut]))
    consumed.sync()
    before = consumed.watch()
    with log.open("a") as file:
        file.writelines(lines[cut:])
    consumed.sync()
    consumed.watch()

    (emptied,) = [a for a in consumed.alerts() if a.asset == key("public.vict")]
    assert {a.id for a in before} >= {emptied.id}
    assert (emptied.kind, emptied.count, emptied.state) == ("truncate", 2, AlertState.HEALED)
    assert said(consumed.alerts()) >= {("drop_view", "public.vv")}


def test_every_record_is_a_statement_a_sign_or_noise(genuine: Path) -> None:
    runs = [*sorted(p.parent for p in (genuine / "dbt_postgres").glob("*/postgres.jsonlog")), genuine / RUN]
    for run in runs:
        for name in SUFFIXES:
            if not (run / name).exists():
                continue
            reader = LogReader(SYSTEM, LogFiles(SYSTEM, str(run / name)), None)
            pieces = list(reader.pieces())
            tally = reader.tally
            print(f"{run.name}/{name}: {tally}")
            assert tally.records == sum(p.records for p in pieces)
            assert not any(p.problems for p in pieces)
