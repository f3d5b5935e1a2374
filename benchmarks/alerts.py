"""How many harmful effects a second go through impact and decision on a graph of 100,000 assets; what a hub costs.

    .venv/bin/python benchmarks/alerts.py --graph FOLDER            (nodes.npz, edges.npz, hubs.npy)
    .venv/bin/python benchmarks/alerts.py --python PYTHON           (one with numpy: generates the graph first)

The graph is that of ../shared/tools/gen_graph.py, the mix of effects that of gen_log.py: of 100,000 rows some 18,000
are a pipeline's and 250 destructive events; the others only read. The events are judged alone, too: that is what an
accident costs. Each effect is taken as a statement by `policy.step`, then judged when the watermark has passed its
window. Seconds are those of this process's processor time; those of the clock stand beside them.
"""

from __future__ import annotations

import argparse
import ast
import gc
import random
import struct
import subprocess
import sys
import tempfile
import time
import zipfile
from array import array
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from lineagebot.graph.csr import Index
from lineagebot.model import (
    Action,
    Asset,
    AssetKey,
    AssetKind,
    ColumnChange,
    Coverage,
    Edge,
    Effect,
    Freshness,
    Layer,
    Outcome,
    Statement,
    Use,
)
from lineagebot.policy.known import answer
from lineagebot.policy.step import Speak, State, StatementSeen, WatermarkSeen, asks, step

GENERATOR = Path(__file__).resolve().parent.parent.parent / "shared" / "tools" / "gen_graph.py"
ASSETS = 100_000
EFFECTS = 4_000
#: gen_log's events in a log of 100,000 rows: after so many the fold begins anew.
EVENTS_A_LOG = 250
#: A pipeline's effects for each event, and how many are judged.
ROUTINE = 72
MIXED = 20_000
#: How often each hub is judged.
HUB_TIMES = 70
TARGETS = {"effects a second": 2_000.0, "p99 of a hub, ms": 50.0}
PIPELINE = "pipeline"

SYSTEM = "wh"
BEGAN = datetime(2024, 11, 1, tzinfo=UTC)
NOW = BEGAN + timedelta(days=730)
KINDS = (AssetKind.TABLE, AssetKind.VIEW, AssetKind.DASHBOARD, AssetKind.JOB)
LAYERS = (Layer.QUERY, Layer.CATALOG, Layer.DECLARED, Layer.QUERY, Layer.QUERY)
TYPES = {"<i4": "i", "|i1": "b", "|b1": "b", "<i8": "q"}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--graph", type=Path)
    where.add_argument("--python")
    told = parser.parse_args()
    if told.graph is not None:
        return run(told.graph)
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([told.python, str(GENERATOR), "--assets", str(ASSETS), "--out", folder], check=True)
        return run(Path(folder))


def run(folder: Path) -> int:
    began = time.process_time()
    index, keys, hubs = load(folder)
    print(f"{len(keys):,} assets in the index after {time.process_time() - began:.1f} s")
    gc.collect()
    gc.freeze()  # as a server does once it stands: what stays for good is not looked through again and again

    figures = {}
    a_whole_log = EVENTS_A_LOG * (ROUTINE + 1)
    for name, effects, a_log in (("mix", log(keys), a_whole_log), ("destructive alone", mix(keys), EVENTS_A_LOG)):
        taken, spoken, beside = judge(index, list(effects), a_log=a_log)
        each = sorted(taken)
        figures.setdefault("effects a second", len(taken) / sum(taken))
        print(
            f"{name}: {len(taken):,} effects, {spoken:,} alerts, {len(taken) / sum(taken):,.0f} a second,"
            f" {len(taken) / beside:,.0f} by the clock;"
            f" median {each[len(each) // 2] * 1e3:.2f} ms, p99 {each[int(len(each) * 0.99)] * 1e3:.1f} ms"
        )
    hit = [Effect(action, hub) for _ in range(HUB_TIMES) for hub, action in cross(hubs)]
    for name, anew in (("hubs, each anew", True), ("hubs once more", False)):
        times, spoken, beside = judge(index, hit, anew=anew)
        times.sort()
        print(
            f"{name}: {len(times):,} effects, {spoken:,} alerts, median {times[len(times) // 2] * 1e3:.1f} ms,", end=" "
        )
        print(f"p99 {times[int(len(times) * 0.99)] * 1e3:.1f} ms, highest {times[-1] * 1e3:.1f} ms;", end=" ")
        print(f"{beside / len(times) * 1e3:.1f} ms each by the clock")
        figures.setdefault("p99 of a hub, ms", times[int(len(times) * 0.99)] * 1e3)

    missed = {
        "effects a second": figures["effects a second"] < TARGETS["effects a second"],
        "p99 of a hub, ms": figures["p99 of a hub, ms"] >= TARGETS["p99 of a hub, ms"],
    }
    for name, figure in figures.items():
        print(f"{name:18} {figure:8,.0f}   target {TARGETS[name]:,.0f}   {'MISSED' if missed[name] else 'ok'}")
    return 1 if any(missed.values()) else 0


def cross(hubs: Sequence[AssetKey]) -> Iterator[tuple[AssetKey, Action]]:
    return ((hub, action) for hub in hubs for action in (Action.DROP, Action.TRUNCATE))


def mix(assets: Sequence[AssetKey]) -> Iterator[Effect]:
    """gen_log's destructive rows by turns; those that fail, or only name a DROP in a text, have no effect."""
    chance = random.Random(7)
    for number in range(EFFECTS):
        target = chance.choice(assets)
        match number % 6:
            case 0:
                yield Effect(Action.DROP, target)
            case 1:
                yield Effect(Action.TRUNCATE, target)
            case 2:
                yield Effect(Action.DROP_COLUMN, target, columns=(ColumnChange("amount"),))
            case 3:
                yield Effect(Action.DELETE, target, every_row=True)
            case 4:
                yield Effect(Action.DROP, AssetKey(SYSTEM, ("an", "tmp", f"zz_backup_{number}")), if_exists=True)
            case _:
                old = AssetKey(SYSTEM, (*target.path[:-1], f"{target.name}_old"))
                yield Effect(Action.RENAME, target, renamed_to=old)


def log(assets: Sequence[AssetKey]) -> Iterator[Effect]:
    """A whole log's effects: between two events a pipeline makes its tables anew, merges, overwrites, tidies up."""
    chance = random.Random(11)
    events = mix(assets)
    models = chance.sample(assets, 600)
    for number in range(MIXED):
        if number % (ROUTINE + 1) == ROUTINE:
            yield next(events)
            continue
        target = chance.choice(models)
        match number % 4:
            case 0:
                yield Effect(Action.REPLACE, target)
            case 1:
                yield Effect(Action.MERGE, target)
            case 2:
                yield Effect(Action.OVERWRITE, target, every_row=True)
            case _:
                tidied = AssetKey(SYSTEM, (*target.path[:-1], f"{target.name}__dbt_tmp"))
                yield Effect(Action.DROP, tidied, if_exists=True)


def is_routine(effect: Effect) -> bool:
    return effect.action in (Action.REPLACE, Action.MERGE, Action.OVERWRITE) or effect.target.name.endswith("__dbt_tmp")


def judge(
    index: Index, effects: Sequence[Effect], *, anew: bool = False, a_log: int = EVENTS_A_LOG
) -> tuple[list[float], int, float]:
    """The seconds that each took, how many were worth an alert, and the seconds of the clock.

    `anew`: the index keeps nothing in mind of the effects before.
    """
    state, taken, spoken = State(), list[float](), 0
    clock = time.perf_counter()
    for number, effect in enumerate(effects):
        state = state if number % a_log else State()
        at = NOW + timedelta(minutes=5 * number)
        routine = is_routine(effect)
        login = PIPELINE if routine else "ana"
        statement = Statement(
            str(number), SYSTEM, "snowflake", "…", at, login=login, session=str(number), outcome=Outcome.DONE
        )
        fingerprint = f"{effect.action} {effect.target}" if routine else f"f{number}"
        seen = StatementSeen(statement, fingerprint, (effect,), (), by_machine=routine)
        if anew:
            index.add()
        began = time.process_time()
        for event in (seen, WatermarkSeen(SYSTEM, at + timedelta(minutes=4))):
            known = answer(index, asks(state, event), today=NOW.date())
            state, decisions = step(state, event, known, at)
            spoken += sum(isinstance(decision, Speak) for decision in decisions)
        taken.append(time.process_time() - began)
    return taken, spoken, time.perf_counter() - clock


def load(folder: Path) -> tuple[Index, list[AssetKey], list[AssetKey]]:
    nodes, edges = npz(folder / "nodes.npz"), npz(folder / "edges.npz")
    keys = [AssetKey(SYSTEM, ("an", f"d{domain}", f"a{number}")) for number, domain in enumerate(nodes["domain"])]
    hubs = [keys[number - 1] for number in npy((folder / "hubs.npy").read_bytes())]
    chance = random.Random(3)
    day = NOW.date()
    index = Index(
        (Asset(key, KINDS[kind], key.name) for key, kind in zip(keys, nodes["kind"], strict=True)),
        (
            Edge(
                keys[source - 1],
                keys[target - 1],
                layer=LAYERS[said],
                first_seen=BEGAN + timedelta(seconds=first),
                last_seen=BEGAN + timedelta(seconds=last),
                ended_at=None if live else BEGAN + timedelta(seconds=last),
            )
            for source, target, said, first, last, live in zip(
                *(edges[name] for name in ("src", "dst", "prov", "first", "last", "live")), strict=True
            )
        ),
        uses=(
            Use(key, None, chance.choice(("ana", "ben", "cleo")), day, 1, 0, by_machine=False)
            for key, use in zip(keys, nodes["usage"], strict=True)
            if use > 2
        ),
        coverage=Coverage((Freshness(SYSTEM, "snowflake", NOW, NOW),)),
    )
    return index, keys, hubs


def npz(path: Path) -> dict[str, array[int]]:
    with zipfile.ZipFile(path) as held:
        return {name.removesuffix(".npy"): npy(held.read(name)) for name in held.namelist()}


def npy(data: bytes) -> array[int]:
    """One array of numpy's format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html"""
    (length,) = struct.unpack("<H", data[8:10])
    header = ast.literal_eval(data[10 : 10 + length].decode())
    found = array(TYPES[header["descr"]])
    found.frombytes(data[10 + length :])
    return found


if __name__ == "__main__":
    sys.exit(main())
