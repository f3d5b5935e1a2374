"""How long reading SQL takes on one core, against sqlglot's bare parse of the same statements in the same run.

    python benchmarks/sql_speed.py [--shared ../shared] [--rounds 7] [--sets tpcds,short,bqetl,big1500,bq_clients_daily]

Each round times both on the same statements, one after the other, by processor time; the ratio of a round is what
counts, absolute figures depend on the machine and on what else it does. Prints the median and the spread of the rounds.
"""

from __future__ import annotations

import argparse
import gc
import gzip
import json
import logging
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import sqlglot
from sqlglot.errors import SqlglotError

from lineagebot.model import AssetKey, AssetKind, Column, Relation, Session
from lineagebot.sql.catalog import Catalog
from lineagebot.sql.dialects import dialect_of
from lineagebot.sql.fingerprint import fingerprint
from lineagebot.sql.understand import understand

SESSION = Session("bench", None, ())


@dataclass(frozen=True, slots=True)
class Case:
    sql: str
    dialect: str


def main() -> None:
    options = arguments()
    folder = options.shared / "corpora/sql"
    catalog = tpcds(folder / "tpcds_schema.json")
    logging.getLogger("sqlglot").disabled = True
    gc.freeze()
    for name in options.sets.split(","):
        cases = [case for set_name, case in speed_cases(folder / "speed.jsonl.gz") if set_name == name]
        known = catalog if name == "tpcds" else Catalog.empty()
        measure(name, cases, known, options.rounds)


def measure(name: str, cases: Sequence[Case], catalog: Catalog, rounds: int) -> None:
    size = sum(len(case.sql.encode()) for case in cases)
    parse_only, whole, prints = [], [], []
    for _ in range(rounds + 1):
        parse_only.append(timed(cases, bare_parse))
        whole.append(timed(cases, lambda case: understand(case.sql, case.dialect, SESSION, catalog)))
        prints.append(timed(cases, lambda case: fingerprint(case.sql, case.dialect)))
    parse_only, whole, prints = parse_only[1:], whole[1:], prints[1:]  # the first round warms up
    ratios = [ours / bare for ours, bare in zip(whole, parse_only, strict=True)]
    say = [
        f"{name:16s} {len(cases):4d} statements",
        f"understand {len(cases) / statistics.median(whole):8.0f}/s {size / 1e6 / statistics.median(whole):6.2f} MB/s",
        f"bare parse {len(cases) / statistics.median(parse_only):8.0f}/s",
        f"time ratio {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})",
        f"fingerprint {len(cases) / statistics.median(prints):8.0f}/s",
    ]
    print("  |  ".join(say))


def timed(cases: Sequence[Case], work: Callable[[Case], object]) -> float:
    begin = time.process_time()
    for case in cases:
        work(case)
    return time.process_time() - begin


def bare_parse(case: Case) -> object:
    try:
        return sqlglot.parse(case.sql, read=dialect_of(case.dialect).parser or None)
    except SqlglotError:
        return None


def speed_cases(path: Path) -> list[tuple[str, Case]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [(row["set"], Case(row["sql"], row["dialect"])) for row in rows]


def tpcds(path: Path) -> Catalog:
    tables = json.loads(path.read_text(encoding="utf-8"))
    return Catalog(
        tuple(
            Relation(AssetKey("bench", (table,)), AssetKind.TABLE, tuple(Column(n, t) for n, t in columns.items()))
            for table, columns in tables.items()
        )
    )


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path(__file__).resolve().parents[2] / "shared")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--sets", default="tpcds,short,bqetl,big1500,bq_clients_daily")
    return parser.parse_args()


if __name__ == "__main__":
    main()
