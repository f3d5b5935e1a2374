"""How quick the demo answers, how soon an alert is there, and how much memory it keeps while idle.

    .venv/bin/python benchmarks/answer.py

Asks go through the fake Slack's slash command over Socket Mode to the visible message; accidents on the warehouse
to the visible alert: a person's drop is told now, a person's rename after the window `short`, a machine's drop after
`settle`, and each is to be there two seconds after the window and one round of reading at the latest. Memory is the sum
of PSS of every Python process of `lineagebot demo --no-browser`.
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psycopg

from lineagebot.terminal.stage import WINDOWS, Stage, stage, wait_until

ASKS = 50


@dataclass(frozen=True, slots=True)
class Accident:
    """So many times `sql` is run on a table `{}`, by the pipeline or a person; the alert waits `window` seconds."""

    sql: str
    by_machine: bool
    window: float
    times: int

    @property
    def bound(self) -> float:
        """Milliseconds."""
        return (WINDOWS.poll + self.window + 2.0) * 1000


ACCIDENTS = {
    "now": Accident("DROP TABLE {}", by_machine=False, window=0.0, times=10),
    "short": Accident("ALTER TABLE {} RENAME COLUMN x TO y", by_machine=False, window=WINDOWS.short, times=5),
    "settle": Accident("DROP TABLE {}", by_machine=True, window=WINDOWS.settle, times=5),
}
#: Seconds between two accidents: an alert is two messages, and Slack takes one a second in a channel.
APART = 2.5
#: Seconds after which parse workers are to be gone, with room to spare.
IDLE = 35.0
TARGETS = {
    "answer p95": (300.0, "ms"),
    **{f"{name} max": (accident.bound, "ms") for name, accident in ACCIDENTS.items()},
    "memory": (350.0, "MB"),
}

NAMES = (
    "revenue_daily", "marts.orders", "customer_ltv", "staging.stg_orders", "raw.orders",
    "product_sales", "funnel_daily", "revenue_by_country", "raw.customers", "exec weekly",
)  # fmt: skip


def main() -> int:
    figures: dict[str, float] = {}
    with stage(None) as stood:
        asks = [_ask(stood, NAMES[n % len(NAMES)]) for n in range(ASKS)]
        _say("answer", asks)
        figures["answer p95"] = _p95(asks)
        for name, accident in ACCIDENTS.items():
            alerts = [_alert(stood, accident, f"sandbox.{name}_{n}") for n in range(accident.times)]
            _say(name, alerts)
            figures[f"{name} max"] = max(alerts)
    figures["memory"] = _memory()
    missed = [name for name, figure in figures.items() if figure >= TARGETS[name][0]]
    for name, figure in figures.items():
        target, unit = TARGETS[name]
        print(f"{name:12} {figure:8.0f} {unit}   target < {target:.0f}   {'MISSED' if name in missed else 'ok'}")
    return 1 if missed else 0


def _ask(stood: Stage, name: str) -> float:
    """Milliseconds from the slash command to the answer."""
    person, channel = stood.company.people[0].handle, stood.company.channels[0].name
    before = len(stood.slack.messages(channel, viewer=person))
    began = time.perf_counter()
    stood.slack.slash(person, channel, "/lineage", name)
    wait_until(lambda: len(stood.slack.messages(channel, viewer=person)) > before, f"no answer to {name}")
    return (time.perf_counter() - began) * 1000


def _alert(stood: Stage, accident: Accident, table: str) -> float:
    """Milliseconds from the statement's end to the alert. Each table is new, and read by somebody else before."""
    reader, person = (person.login for person in stood.company.people[:2])
    login = stood.company.machines[0] if accident.by_machine else person
    _run(stood, login, f"CREATE TABLE {table} AS SELECT 1 AS x; GRANT SELECT ON {table} TO PUBLIC")
    _run(stood, reader, f"SELECT x FROM {table}")
    time.sleep(APART)
    before = len(stood.alerts())
    _run(stood, login, accident.sql.format(table))
    began = time.perf_counter()
    wait_until(lambda: len(stood.alerts()) > before, f"no alert of {table}")
    return (time.perf_counter() - began) * 1000


def _run(stood: Stage, login: str, sql: str) -> None:
    with psycopg.connect(stood.warehouse.dsn_for(login, stood.company.database), autocommit=True) as connection:
        connection.execute(sql.encode())


def _memory() -> float:
    """Megabytes of PSS of the idle demo, its Python children and its keepers; Postgres itself left out."""
    command = [sys.executable, "-m", "lineagebot", "demo", "--no-browser"]
    with tempfile.TemporaryDirectory() as home:
        environment = os.environ | {"XDG_STATE_HOME": home}
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as demo:
            assert demo.stdout is not None
            next(line for line in demo.stdout if "Ctrl+C" in line)
            time.sleep(IDLE)
            family = _family(demo.pid, mark=home)
            demo.send_signal(signal.SIGINT)
    for pid, name, megabytes in family:
        print(f"  {pid:>7} {megabytes:6.1f} MB  {name[:90]}")
    workers = [name for _, name, _ in family if "multiprocessing" in name]
    print(f"  parse workers alive after {IDLE:.0f} s idle: {len(workers)}")
    return sum(megabytes for _, _, megabytes in family)


def _family(root: int, *, mark: str) -> list[tuple[int, str, float]]:
    """Python processes that descend from `root`, and the keepers that it started: they name their directory."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
    found = []
    for pid in parents:
        place = Path("/proc") / str(pid)
        with contextlib.suppress(OSError):
            line = (place / "cmdline").read_text().replace("\0", " ")
            ours = pid == root or _descends(pid, root, parents) or mark in line
            if ours and "python" in line.partition(" ")[0]:
                pss = re.search(r"^Pss:\s+(\d+)", (place / "smaps_rollup").read_text(), re.MULTILINE)
                found.append((pid, line, int(pss[1]) / 1024 if pss else 0.0))
    return found


def _descends(pid: int, root: int, parents: dict[int, int]) -> bool:
    while pid in parents and pid > 1:
        pid = parents[pid]
        if pid == root:
            return True
    return False


def _p95(values: Sequence[float]) -> float:
    return sorted(values)[int(len(values) * 0.95)]


def _say(what: str, values: Sequence[float]) -> None:
    median = statistics.median(values)
    print(f"{what}: {len(values)} times, median {median:.0f} ms, p95 {_p95(values):.0f} ms, max {max(values):.0f} ms")


if __name__ == "__main__":
    sys.exit(main())
