"""How quick the demo answers, how soon an alert is there, and how much memory it keeps while idle.

    .venv/bin/python benchmarks/answer.py

Asks go through the fake Slack's slash command over Socket Mode to the visible message; accidents on the warehouse
to the visible alert. Memory is the sum of PSS of every Python process of `lineagebot demo --no-browser`.
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
from pathlib import Path

from lineagebot.playground import acme
from lineagebot.terminal.stage import Stage, stage, wait_until

ASKS = 50
ACCIDENTS = 10
#: Seconds after which parse workers are to be gone, with room to spare.
IDLE = 35.0
TARGETS = {"answer p95": (300.0, "ms"), "alert max": (5000.0, "ms"), "memory": (350.0, "MB")}

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
        alerts = [_accident(stood, n) for n in range(ACCIDENTS)]
        _say("alert", alerts)
        figures["alert max"] = max(alerts)
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


def _accident(stood: Stage, number: int) -> float:
    """Milliseconds from the statement's end to the alert. Each table is new, and read by somebody else before."""
    login, reader = stood.company.people[1].login, stood.company.people[0].login
    table = f"sandbox.accident_{number}"
    made = f"CREATE TABLE {table} AS SELECT 1 AS x; GRANT SELECT ON {table} TO PUBLIC"
    for who, sql in ((login, made), (reader, f"SELECT x FROM {table}")):
        result = acme.console(stood.warehouse.dsn_for, stood.company, who, sql)
        assert result.ok, result.error
    before = len(stood.alerts())
    result = acme.console(stood.warehouse.dsn_for, stood.company, login, f"DROP TABLE {table}")
    assert result.ok, result.error
    began = time.perf_counter()
    wait_until(lambda: len(stood.alerts()) > before, f"no alert of {table}")
    return (time.perf_counter() - began) * 1000


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
