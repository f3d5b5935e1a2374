"""What is read of a real organisation's BigQuery must not get worse: benchmarks/mozilla.py over a third of it."""

from __future__ import annotations

import runpy
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

BENCHMARK = runpy.run_path(str(Path(__file__).parents[2] / "benchmarks" / "mozilla.py"))

pytestmark = pytest.mark.skipif(
    not BENCHMARK["CORPUS"].is_dir(), reason="Mozilla's corpus (../shared/corpora/mozilla) is not here"
)

#: At most so many misses; each is known and listed by `benchmarks/mozilla.py --list`.
MISSES = {
    "understood": 0,
    # A MERGE's target counts there as read (2); a default dataset with and without its project (1); test data (1).
    "references equal": 4,
    "hand-written fixture inputs found": 0,
    # A schema that was edited by hand: it lists two columns that the query does not select.
    "output columns equal": 1,
}


@pytest.fixture(scope="module")
def figures() -> Mapping[str, Any]:
    return {figure.name: figure for figure in BENCHMARK["figures"](BENCHMARK["read"](every=3))}


@pytest.mark.parametrize("name", MISSES)
def test_no_more_is_missed_than_is_known(figures: Mapping[str, Any], name: str) -> None:
    figure = figures[name]
    assert figure.of > 0
    assert len({miss.partition(":")[0] for miss in figure.misses}) <= MISSES[name], "\n".join(figure.misses)
