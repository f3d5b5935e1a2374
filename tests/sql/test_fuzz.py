"""A fixed handful of spoilt statements on every run; `make fuzz` shoots 200,000."""

from __future__ import annotations

from . import fuzz
from .corpora import own

COUNT = 2_000


def test_spoilt_statements_are_answered() -> None:
    """Each within its time, none with an exception, none by a reader that gave up."""
    begin_from = own()
    found = {number: wrong for number in range(COUNT) if (wrong := fuzz.one(7, number, begin_from)[0])}
    assert found == {}


def test_a_run_watches_its_processes_and_counts_what_it_shot() -> None:
    findings = fuzz.run(seed=7, first=0, count=40, processes=2, shared=None)
    assert (findings.shot, dict(findings.kinds)) == (40, {})
    assert findings.slowest


def test_spoilt_statements_come_back_from_the_reader_too() -> None:
    assert fuzz.through_pool(seed=7, first=0, count=3_000, shared=None)["answered"] == 30


def test_the_same_number_is_the_same_text_for_ever() -> None:
    assert fuzz.mutant(7, 11, own()) == fuzz.mutant(7, 11, own())
