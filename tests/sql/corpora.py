"""SQL to begin from: our own seeds, which are always there, and the corpora of the shared material where they are."""

from __future__ import annotations

import gzip
import json
import lzma
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

_SEEDS = Path(__file__).parent / "seeds"


class Sample(NamedTuple):
    #: Where it stands: the corpus and its place in it.
    name: str
    dialect: str
    sql: str


@cache
def own() -> tuple[Sample, ...]:
    """The texts of seeds/<dialect>.sql, parted by blank lines."""
    return tuple(
        Sample(f"{file.name}:{at}", file.stem, text.strip())
        for file in sorted(_SEEDS.glob("*.sql"))
        for at, text in enumerate(file.read_text(encoding="utf-8").split("\n\n"))
    )


def foreign(shared: Path) -> Iterator[Sample]:
    """All corpora under ../shared/corpora, file after file."""
    corpora = shared / "corpora"
    for file in sorted((corpora / "sql").glob("dev_*.jsonl")):
        for case in _lines(file):
            yield Sample(f"{file.name} {case['id']}", str(case["dialect"]), str(case["sql"]))
    for case in _lines(corpora / "sql" / "speed.jsonl.gz"):
        yield Sample(f"speed {case['set']} {case['id']}", str(case["dialect"]), str(case["sql"]))
    for file in sorted((corpora / "dbt").glob("*.jsonl.xz")):
        if ".sources." not in file.name:
            for case in _lines(file):
                yield Sample(f"{file.name} {case['model']}", str(case["dialect"]), str(case["sql"]))
    for case in _lines(corpora / "mozilla" / "statements.dev.jsonl.xz"):
        yield Sample(f"mozilla {case['job_id']}", "bigquery", str(case["query"]))
    for case in _lines(corpora / "alerts" / "dev.jsonl"):
        rows = case["log"]
        assert isinstance(rows, list)
        for row in rows:
            yield Sample(f"alerts {case['id']}/{row['seq']}", str(case["dialect"]), str(row["sql"]))


def _lines(file: Path) -> Iterator[dict[str, object]]:
    if not file.exists():
        return
    opened = {".xz": lzma.open, ".gz": gzip.open}.get(file.suffix, open)
    with opened(file, "rt", encoding="utf-8") as lines:  # type: ignore[operator]
        for line in lines:
            yield json.loads(line)
