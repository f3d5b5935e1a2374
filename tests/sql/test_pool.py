"""Workers that come when they are needed, die for their statement alone, and leave."""

from __future__ import annotations

import multiprocessing
import os
import time
from pathlib import Path

import pytest

from lineagebot.sql.pool import SHALLOW, SHORT, Item, Reader, is_harmless

from . import reading

LONG = "SELECT " + ", ".join(f"a + {n} AS c{n}" for n in range(400)) + " FROM t"
BRANCHES = [f"SELECT {', '.join(f'c{n}' for n in range(30))} FROM t{m}" for m in range(4_000)]
SLOW = " UNION ALL ".join(BRANCHES[:1_500])
VERY_SLOW = " UNION ALL ".join(BRANCHES)


def item(text: str) -> Item:
    return Item(text, "postgres", reading.SESSION)


def until(condition: object, seconds: float = 10.0) -> bool:
    assert callable(condition)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return False


def test_short_texts_need_no_worker() -> None:
    with Reader() as reader:
        assert [u.understood for u in reader.understand_many([item("DROP TABLE a")] * 3)] == [1, 1, 1]
        assert reader.alive == 0


def test_long_texts_are_read_by_workers_in_their_order() -> None:
    assert len(LONG) > SHORT
    with Reader(workers=2) as reader:
        found = reader.understand_many([item(LONG), item("DROP TABLE a"), item(LONG), item("DROP TABLE b")])
        assert [len(u.outputs) for u in found] == [400, 0, 400, 0]
        assert [reading.effects(u) for u in found[1::2]] == [["drop table a"], ["drop table b"]]
        assert reader.alive > 0
    assert reader.alive == 0


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="this system does not say what a process holds")
def test_a_worker_is_born_with_the_parser_loaded() -> None:
    with Reader() as reader:
        reader.understand_many([item(LONG)])
        (worker,) = [child for child in multiprocessing.active_children() if child.name == "lineagebot-sql"]
        parent = Path(f"/proc/{worker.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[1]
        assert int(parent) != os.getpid()
        assert "sqlglot" in Path(f"/proc/{parent}/maps").read_text(encoding="utf-8")


def test_idle_workers_leave() -> None:
    with Reader(idle=0.1) as reader:
        reader.understand_many([item(LONG)])
        assert until(lambda: reader.alive == 0)
        assert reader.understand_many([item(LONG)])[0].understood == 1


def test_a_statement_that_overruns_twice_is_answered_and_the_others_are_read() -> None:
    with Reader(deadline=1.0) as reader:  # seconds enough for a short one on a busy machine
        slow, after = reader.understand_many([item(VERY_SLOW), item("DROP TABLE a")])
    assert [problem.message for problem in slow.problems] == [
        "Reading this statement took too long, or killed its reader, twice; it is not understood."
    ]
    assert (slow.statements, slow.understood) == (1, 0)
    assert reading.effects(after) == ["drop table a"]


def test_what_doubles_a_parsers_time_with_each_level_is_not_read_in_this_process() -> None:
    nested = "SELECT " + "f(" * (SHALLOW + 1) + "a" + ")" * (SHALLOW + 1)
    assert [is_harmless(text) for text in ("SELECT f(a), f(b)" * 20, nested)] == [True, False]
    with Reader() as reader:
        assert reader.understand_many([item(nested)])[0].understood == 1
        assert reader.alive == 1


def test_a_worker_that_has_read_much_makes_way_for_another() -> None:
    before = set(multiprocessing.active_children())
    with Reader(tired_after=3) as reader:
        seen: set[int] = set()
        for _ in range(4):
            assert [u.understood for u in reader.understand_many([item(LONG)] * 2)] == [1, 1]
            assert reader.alive == 1
            seen |= {child.pid for child in set(multiprocessing.active_children()) - before if child.pid}
    assert len(seen) >= 2


@pytest.mark.parametrize("text", ["DELETE FROM a; " + SLOW, SLOW + "; DROP TABLE a"])
def test_what_no_worker_survives_is_searched_for_destructive_words(text: str) -> None:
    with Reader(deadline=0.05) as reader:
        (problem,) = reader.understand_many([item(text)])[0].problems
    assert problem.looks_destructive
    if text.startswith("DELETE"):  # of so long a text only the beginning is searched for names
        assert [key.name for key in problem.touches] == ["a"]
