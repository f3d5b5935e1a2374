"""What reading SQL costs, in multiples of what sqlglot's own parse of the same texts costs in the same run.

    python benchmarks/sql.py [--shared ../shared] [--rounds 9] [--sets tpcds,...] [--datahub PYTHON] [--log LOG.gz]

One process, one core, processor time. A round times the works on a few statements at a time, one work after the other,
so that what else the machine does falls on all of them alike; of the rounds' ratios the median is printed, and how far
they lie apart. Collecting garbage is set as in a worker of sql/pool.py; whoever makes trees pays for theirs.

--datahub PYTHON compares with DataHub's parser on the TPC-DS statements, by the python of an environment of its own:
    python3 -m venv DIR; DIR/bin/pip install 'acryl-datahub[sql-parser]'; then --datahub DIR/bin/python
--log LOG.gz reads a generated query log on two processes, see sql_log.py:
    python ../shared/tools/gen_log.py --rows 100000 --corpus mozilla --out LOG.gz
What is printed is kept in benchmarks/results/sql.txt, a part for each of the three.
"""

from __future__ import annotations

import argparse
import gc
import gzip
import json
import statistics
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import count
from pathlib import Path

import sql_log
import sqlglot
from sqlglot.errors import SqlglotError

from lineagebot.model import AssetKey, AssetKind, Column, Relation, Session
from lineagebot.sql.cache import Cache
from lineagebot.sql.catalog import Catalog
from lineagebot.sql.dialects import dialect_of
from lineagebot.sql.fingerprint import fingerprint
from lineagebot.sql.parse import tokens_of
from lineagebot.sql.understand import understand

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results/sql.txt"
SESSION = Session("bench", None, ())
SETS = "tpcds,short,bqetl,big1500,bq_clients_daily,bq_huge"
#: Works that leave trees behind, which only the collector takes away: each pays for its own.
LITTERS = frozenset({"parse", "read", "understand"})
#: Statements timed at a time.
AT_A_TIME = 25
#: A set with fewer statements is gone through so often in a round that it comes to as many.
AT_LEAST = 8


@dataclass(frozen=True, slots=True)
class Case:
    sql: str
    dialect: str
    #: sqlglot's name of the dialect.
    parser: str | None
    catalog: Catalog


Work = Callable[[Case], object]


def main() -> None:
    options = arguments()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    folder = options.shared / "corpora/sql"
    cases = cases_by_set(folder)
    if options.sets:
        keep("sets", list(said(measure(cases, options.sets.split(","), options.rounds))))
    if options.datahub:
        keep("datahub", list(said(against_datahub(options.datahub, folder, cases["tpcds"], options.rounds))))
    if options.log:
        keep("log", list(said(sql_log.measure(options.log))))


def said(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        print(line, flush=True)
        yield line


def keep(part: str, lines: Sequence[str]) -> None:
    """Write the part into the results, and leave the other parts as they are."""
    kept: dict[str, list[str]] = {}
    name = ""
    for line in RESULTS.read_text(encoding="utf-8").splitlines() if RESULTS.exists() else ():
        if line.startswith("== "):
            name = line[3:]
        else:
            kept.setdefault(name, []).append(line)
    kept[part] = [*lines, ""]
    parts = [name for name in ("sets", "datahub", "log") if name in kept]
    text = "\n".join(line for name in parts for line in (f"== {name}", *kept[name]))
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(text.rstrip() + "\n", encoding="utf-8")


# -- the sets --------------------------------------------------------------------------------------------------------


def measure(cases: dict[str, list[Case]], sets: Sequence[str], rounds: int) -> Iterator[str]:
    yield f"sqlglot[c] {sqlglot.__version__}; {rounds} rounds; each: median (lowest to highest)"
    yield "read: parse + effects + lineage + fingerprint, per sqlglot's parse (understanding alone in brackets)"
    yield "seen print: a known statement with other literals, per sqlglot's tokenizing"
    yield "other text: the fingerprint of a known statement with another comment, as serve asks; per tokenizing"
    yield "seen text: the very text again, to its fingerprint, per hashing it (blake2b)"
    yield ""
    for name in sets:
        few = cases[name]
        cache = Cache()
        for case in few:
            _seen_print(cache, case)
            cache.mark(case.sql, case.dialect)
            _other_text(cache, case)
        works: dict[str, Work] = {
            "parse": bare_parse,
            "read": whole,
            "understand": lambda case: understand(case.sql, case.dialect, SESSION, case.catalog),
            "tokenize": bare_tokens,
            "seen print": lambda case, cache=cache: _seen_print(cache, case),
            "other text": lambda case, cache=cache: _other_text(cache, case),
            "hash": lambda case: blake2b(case.sql.encode()).digest(),
            "seen text": lambda case, cache=cache: cache.mark(case.sql, case.dialect),
        }
        times = timed(few * max(1, AT_LEAST // len(few)), works, rounds)
        yield (
            f"{name:16s} {len(few):3d} statements, {sum(len(case.sql) for case in few) / len(few) / 1e3:6.1f} kB each"
            f" | read {ratio(times, 'read', 'parse')} [{ratio(times, 'understand', 'parse')}]"
            f" | seen print {ratio(times, 'seen print', 'tokenize')}"
            f" | other text {ratio(times, 'other text', 'tokenize')}"
            f" | seen text {ratio(times, 'seen text', 'hash')}"
        )


def timed(cases: Sequence[Case], works: dict[str, Work], rounds: int) -> dict[str, list[float]]:
    """Seconds of each round (the first, which warms up, left out)."""
    found: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds + 1):
        spent = dict.fromkeys(works, 0.0)
        for at in range(0, len(cases), AT_A_TIME):
            some = cases[at : at + AT_A_TIME]
            for name, work in works.items():
                gc.collect()
                begin = time.process_time()
                if name in LITTERS:
                    gc.collect()  # what it costs where there is nothing to collect
                    idle = time.process_time() - begin
                    begin += idle + idle
                for case in some:
                    work(case)
                if name in LITTERS:
                    gc.collect()
                spent[name] += time.process_time() - begin
        for name, seconds in spent.items():
            found[name].append(seconds)
    return {name: seconds[1:] for name, seconds in found.items()}


def ratio(times: dict[str, list[float]], ours: str, theirs: str) -> str:
    ratios = [one / other for one, other in zip(times[ours], times[theirs], strict=True)]
    return f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"


def bare_parse(case: Case) -> object:
    try:
        return sqlglot.parse(case.sql, read=case.parser)
    except SqlglotError:
        return None


def bare_tokens(case: Case) -> object:
    try:
        return sqlglot.tokenize(case.sql, read=case.parser)
    except SqlglotError:
        return None


def whole(case: Case) -> object:
    """A new statement: cut into tokens once, for its fingerprint and for the parser."""
    tokens = tokens_of(case.sql, case.parser or "")
    fingerprint(case.sql, case.dialect, tokens)
    return understand(case.sql, case.dialect, SESSION, case.catalog, tokens)


def _seen_print(cache: Cache, case: Case) -> object:
    return cache.understanding(fingerprint(case.sql, case.dialect), SESSION, case.catalog, understand)


def _other_text(cache: Cache, case: Case) -> object:
    return cache.mark(f"{case.sql}\n-- {next(_NUMBERS)}", case.dialect)


#: No text comes twice.
_NUMBERS = count()


# -- DataHub ---------------------------------------------------------------------------------------------------------


def against_datahub(python: str, folder: Path, cases: Sequence[Case], rounds: int) -> Iterator[str]:
    """Turn and turn about: all statements by DataHub, then by us, until there are enough rounds."""
    peer = subprocess.Popen(
        [python, str(HERE / "sql_datahub.py"), str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert peer.stdin is not None
    assert peer.stdout is not None
    hello = json.loads(peer.stdout.readline())
    ratios = []
    for _ in range(max(3, rounds // 3)):
        print("go", file=peer.stdin, flush=True)
        theirs = json.loads(peer.stdout.readline())
        ours = timed(cases, {"read": whole}, 3)["read"]
        ratios.append(theirs["seconds"] / statistics.median(ours))
    peer.stdin.close()
    peer.wait()
    yield (
        f"tpcds, {len(cases)} statements with their schema: {statistics.median(ratios):.0f} times"
        f" ({min(ratios):.0f} to {max(ratios):.0f}) as fast as acryl-datahub {hello['datahub']}"
        f" (sqlglot[c] {hello['sqlglot']}), which fails on {theirs['errors']} of them"
    )


# -- what there is to read -------------------------------------------------------------------------------------------


def cases_by_set(folder: Path) -> dict[str, list[Case]]:
    schema = tpcds(folder / "tpcds_schema.json")
    found: dict[str, list[Case]] = {}
    with gzip.open(folder / "speed.jsonl.gz", "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            known = schema if row["set"] in ("tpcds", "big1500") else Catalog.empty()
            case = Case(row["sql"], row["dialect"], dialect_of(row["dialect"]).parser or None, known)
            found.setdefault(row["set"], []).append(case)
    return found


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
    parser.add_argument("--shared", type=Path, default=HERE.parents[1] / "shared")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--sets", default=SETS, help="none where empty")
    parser.add_argument("--datahub", metavar="PYTHON")
    parser.add_argument("--log", type=Path, metavar="LOG.gz")
    return parser.parse_args()


if __name__ == "__main__":
    main()
