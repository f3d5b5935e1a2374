"""A whole query log through fingerprint, parser and lineage on two processes, with the cache that serve reads through.

Each process takes about half of the rows, told apart by how their texts begin, so that statements of one fingerprint
mostly meet in one of them. Every `SAMPLED`th row is besides parsed by sqlglot alone, on a clock of its own: what
parsing every row would have cost. The memory is that of all processes together (PSS), looked at once in a while.
"""

from __future__ import annotations

import gc
import gzip
import json
import multiprocessing
import os
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from zlib import crc32

import sqlglot
from sqlglot.errors import SqlglotError

from lineagebot.model import Session
from lineagebot.sql.cache import Cache
from lineagebot.sql.catalog import Catalog
from lineagebot.sql.understand import understand

PROCESSES = 2
SAMPLED = 20
#: Seconds between two looks at the memory.
LOOK = 1.0
DIALECT = "bigquery"
#: The memory is said at so many points.
POINTS = 6


@dataclass(frozen=True, slots=True)
class Half:
    """What one process did; seconds of processor time."""

    rows: int
    read: float
    sampled: int
    parsed: float
    hits: int
    misses: int
    not_understood: int


def measure(log: Path) -> Iterator[str]:
    context = multiprocessing.get_context("fork")
    begin = time.monotonic()
    pipes: list[Connection] = []
    processes = []
    for number in range(PROCESSES):
        ours, theirs = context.Pipe()
        processes.append(context.Process(target=_read, args=(log, number, theirs)))
        processes[-1].start()
        pipes.append(ours)
    memory: list[float] = []
    halves: list[Half] = []
    while len(halves) < PROCESSES:
        memory.append(sum(_pss(pid) for pid in (os.getpid(), *(p.pid for p in processes if p.pid))))
        time.sleep(LOOK)
        for pipe in [pipe for pipe in pipes if pipe.poll()]:
            halves.append(pipe.recv())
            pipes.remove(pipe)
    seconds = time.monotonic() - begin
    for process in processes:
        process.join()
    rows, read = sum(h.rows for h in halves), sum(h.read for h in halves)
    parse = sum(h.parsed for h in halves) / sum(h.sampled for h in halves)
    misses = sum(h.misses for h in halves)
    yield f"{rows:,} rows of {DIALECT} on {PROCESSES} processes, in {seconds:.0f} s by the wall, unpacking included"
    yield (
        f"{rows / read:,.0f} rows per second of processor time: {parse * rows / read:.1f} times what parsing every"
        f" row allows ({1 / parse:,.0f}); {misses:,} rows read anew,"
        f" {sum(h.not_understood for h in halves)} of them not understood"
    )
    points = [memory[min(len(memory) - 1, at * len(memory) // POINTS)] for at in range(1, POINTS + 1)]
    yield (
        f"memory of all processes: {max(memory):.0f} MB at most; along the log "
        + ", ".join(f"{point:.0f}" for point in points)
    )


def _read(log: Path, number: int, pipe: Connection) -> None:
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    cache = Cache()
    empty = Catalog.empty()
    rows = sampled = missed = 0
    read = parsed = 0.0
    with gzip.open(log, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            text = row["query"]
            if crc32(text[:100].encode()) % PROCESSES != number:
                continue
            rows += 1
            dataset = (row.get("default_dataset") or "").split(".")[-1]
            session = Session("log", row.get("project"), (dataset,) if dataset else (), row["user_email"])
            begin = time.process_time()
            mark = cache.mark(text, DIALECT)
            cache.names(mark)
            misses = cache.misses
            meaning = cache.understanding(mark, session, empty, understand)
            read += time.process_time() - begin
            missed += cache.misses > misses and bool(meaning.problems)
            if rows % SAMPLED == 0:
                begin = time.process_time()
                with suppress(SqlglotError):
                    sqlglot.parse(text, read=DIALECT)
                parsed += time.process_time() - begin
                sampled += 1
    pipe.send(Half(rows, read, sampled, parsed, cache.hits, cache.misses, missed))
    pipe.close()


def _pss(pid: int) -> float:
    """Memory in MB, what several share counted once."""
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    except OSError:
        pass
    return 0.0
