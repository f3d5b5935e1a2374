"""`make fuzz`: spoilt SQL through every front door. Nothing may raise, hang or take the process with it.

Each text is made from the seed and its number alone, so any finding is replayed by `ARGS="--seed 1 --only 4711"`.
Two processes shoot; this one watches them, ends one that hangs, and starts another behind the text that did it. A text
that hangs or kills is a finding; so is any exception, and any tree on which a reader of ours gave up.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from pathlib import Path

from lineagebot.model import Session, Understanding
from lineagebot.sql.catalog import Catalog
from lineagebot.sql.clean import clean
from lineagebot.sql.dialects import dialect_of
from lineagebot.sql.fingerprint import fingerprint
from lineagebot.sql.jsonl import answers
from lineagebot.sql.names import names, split_name
from lineagebot.sql.parse import pieces
from lineagebot.sql.pool import Item, Reader
from lineagebot.sql.understand import GAVE_UP, understand

from .corpora import Sample, foreign, own
from .mutation import mutant

SESSION = Session("acme", "shop", ("public",), "joe")
#: Seconds of a processor's time that one text may take; and of the clock's, on a machine that has much else to do.
CPU_LIMIT = 5.0
CLOCK_LIMIT = 60.0
#: One in so many texts goes through the reader with its workers, too.
_THROUGH_POOL = 100


def shoot(dialect: str, text: str) -> list[str]:
    """What is wrong with the answers to one text; [] where nothing is. Raises whatever a front door raises."""
    understood = understand(text, dialect, SESSION, Catalog.empty())
    wrong = [f"gave up: {p.message}" for p in understood.problems if p.message.startswith(GAVE_UP)]
    wrong += _nonsense(understood)
    names(text, dialect, SESSION)
    split_name(text[:200], dialect)
    pieces(text, dialect_of(dialect))
    one, two = fingerprint(text, dialect), fingerprint(text, dialect)
    if one != two:
        wrong.append("two fingerprints of one text")
    clean(text)
    if len(text) % 4 == 0:  # it reads the text a second time
        line = json.dumps({"id": "x", "dialect": dialect, "sql": text})
        for answer in answers([line, text.replace("\n", " ")]):
            json.loads(answer)
    return wrong


def _nonsense(understood: Understanding) -> list[str]:
    found = []
    if not 0 <= understood.understood <= understood.statements:
        found.append(f"{understood.understood} of {understood.statements} statements understood")
    if understood.understood < understood.statements and not understood.problems:
        found.append("a statement was not understood, and no problem says so")
    return found


@dataclass(slots=True)
class Findings:
    """What one run has found."""

    shot: int = 0
    #: Number of the text and what went wrong with it, first of each kind.
    wrong: dict[int, str] = field(default_factory=dict)
    kinds: Counter[str] = field(default_factory=Counter)
    #: Seconds of processor time and number, slowest first.
    slowest: list[tuple[float, int]] = field(default_factory=list)

    def add(self, number: int, what: str) -> None:
        self.kinds[what[:60]] += 1
        if self.kinds[what[:60]] <= 10:
            print(f"{number}: {what[:300]}", flush=True)
        if self.kinds[what[:60]] <= 3:
            self.wrong.setdefault(number, what)


def samples(shared: Path | None) -> list[Sample]:
    """Our own seeds; as many of theirs as there are, each corpus a part."""
    return [*own(), *(foreign(shared) if shared is not None else ())]


def one(seed: int, number: int, begin_from: Sequence[Sample]) -> tuple[list[str], float]:
    """Findings on one text, and the seconds that it took."""
    dialect, text = mutant(seed, number, begin_from)
    began = time.process_time()
    try:
        wrong = shoot(dialect, text)
    except Exception as mistake:  # noqa: BLE001 - this is what is looked for
        wrong = [f"{type(mistake).__name__} out of the front door: {str(mistake)[:200]}"]
    took = time.process_time() - began
    if took > CPU_LIMIT:
        wrong.append(f"took too long: {took:.1f} s")
    return wrong, took


def _gunner(pipe: Connection, at: object, seed: int, numbers: range, shared: Path | None) -> None:
    begin_from = samples(shared)
    for number in numbers:
        at.value = number  # type: ignore[attr-defined]
        wrong, took = one(seed, number, begin_from)
        if wrong or took > 0.2 or number % 200 < numbers.step:
            pipe.send((number, wrong, took))
    pipe.send(None)


class _Gun:
    """A process that shoots its share of the numbers, and what is known of where it stands."""

    def __init__(self, seed: int, numbers: range, shared: Path | None) -> None:
        context = multiprocessing.get_context("spawn")
        self.seed, self.numbers, self.shared = seed, numbers, shared
        self.at = context.Value("q", numbers.start - 1, lock=False)
        self.pipe, theirs = context.Pipe(duplex=False)
        self.process = context.Process(target=_gunner, args=(theirs, self.at, seed, numbers, shared))
        self.process.start()
        theirs.close()
        self.seen, self.since = self.at.value, time.monotonic()
        self.done = False

    def stands_still(self) -> float:
        """Seconds since it last went on."""
        if self.at.value != self.seen or self.at.value < self.numbers.start:
            self.seen, self.since = self.at.value, time.monotonic()
        return time.monotonic() - self.since

    def next(self) -> _Gun:
        """Another one, behind the text at which this one ended."""
        self.process.kill()
        self.process.join()
        rest = range(max(self.numbers.start, self.at.value + self.numbers.step), self.numbers.stop, self.numbers.step)
        return _Gun(self.seed, rest, self.shared)


def run(seed: int, first: int, count: int, processes: int, shared: Path | None) -> Findings:
    findings = Findings()
    guns = [_Gun(seed, range(first + n, first + count, processes), shared) for n in range(processes)]
    began = said = time.monotonic()
    while any(not gun.done for gun in guns):
        wait([gun.pipe for gun in guns if not gun.done], timeout=1.0)
        for at, gun in enumerate(guns):
            _hear(gun, findings)
            still = gun.stands_still()
            if not gun.done and (still > CLOCK_LIMIT or not gun.process.is_alive()):
                _hear(gun, findings)
                if not gun.done:
                    findings.add(gun.at.value, "hangs" if gun.process.is_alive() else "kills its process")
                    guns[at] = gun.next()
        findings.shot = sum(max(0, gun.at.value - first + 1) for gun in guns) // processes
        if time.monotonic() - said > 5:
            said = time.monotonic()
            rate = findings.shot / (said - began)
            print(
                f"{findings.shot:>9,} of {count:,}  {rate:6.0f}/s  {sum(findings.kinds.values())} findings", flush=True
            )
    for gun in guns:
        gun.process.join()
    findings.shot = count
    return findings


def _hear(gun: _Gun, findings: Findings) -> None:
    try:
        while not gun.done and gun.pipe.poll(0):
            heard = gun.pipe.recv()
            if heard is None:
                gun.done = True
                return
            number, wrong, took = heard
            for what in wrong:
                findings.add(number, what)
            findings.slowest = sorted([*findings.slowest, (took, number)], reverse=True)[:10]
    except (EOFError, OSError):
        return


def through_pool(seed: int, first: int, count: int, shared: Path | None) -> Counter[str]:
    """One in a hundred through the reader and its workers, all in one order: each is answered."""
    begin_from = samples(shared)
    numbers = range(first, first + count, _THROUGH_POOL)
    answered: Counter[str] = Counter()
    with Reader(workers=2) as reader:
        for begin in range(0, len(numbers), 100):
            items = [
                Item(text, dialect, SESSION)
                for dialect, text in (mutant(seed, n, begin_from) for n in numbers[begin : begin + 100])
            ]
            found = reader.understand_many(items)
            answered["answered"] += len(found)
            answered["set aside"] += sum(any("twice" in p.message for p in u.problems) for u in found)
        answered["workers at the end"] = reader.alive
    return answered


def main() -> int:
    ask = argparse.ArgumentParser(prog="make fuzz")
    ask.add_argument("--seed", type=int, default=1)
    ask.add_argument("--count", type=int, default=200_000)
    ask.add_argument("--first", type=int, default=0, help="number of the first text")
    ask.add_argument("--processes", type=int, default=2)
    ask.add_argument("--only", type=int, help="replay the text with this number")
    ask.add_argument("--own", action="store_true", help="begin from our own seeds only")
    ask.add_argument("--save", type=Path, default=Path(".fuzz"), help="where failing texts are written")
    args = ask.parse_args()
    shared = None if args.own else _shared()
    print(
        f"seed {args.seed}, {len(samples(shared)):,} texts to begin from{'' if shared else ' (own ones only)'}",
        flush=True,
    )
    if args.only is not None:
        dialect, text = mutant(args.seed, args.only, samples(shared))
        print(f"-- {dialect}\n{text!r}", flush=True)
        wrong, took = one(args.seed, args.only, samples(shared))
        print(f"{took:.3f} s", *wrong, sep="\n")
        return 1 if wrong else 0
    began = time.monotonic()
    findings = run(args.seed, args.first, args.count, args.processes, shared)
    took = time.monotonic() - began
    print(f"{findings.shot:,} texts in {took:.0f} s, {findings.shot / took:.0f}/s")
    print("slowest (s, number):", ", ".join(f"{seconds:.2f} {number}" for seconds, number in findings.slowest))
    print("through the reader:", dict(through_pool(args.seed, args.first, args.count, shared)))
    for number, what in sorted(findings.wrong.items()):
        file = _saved(args.save, args.seed, number, what, shared)
        print(f"{number}: {what}\n    {file}")
    print(f"{sum(findings.kinds.values())} findings", dict(findings.kinds.most_common(20)) or "")
    return 1 if findings.kinds else 0


def _saved(folder: Path, seed: int, number: int, what: str, shared: Path | None) -> Path:
    dialect, text = mutant(seed, number, samples(shared))
    folder.mkdir(exist_ok=True)
    file = folder / f"{seed}-{number}.json"
    file.write_text(json.dumps({"dialect": dialect, "sql": text, "finding": what}, indent=1), encoding="utf-8")
    return file


def _shared() -> Path | None:
    path = Path(os.environ.get("LINEAGEBOT_SHARED") or Path(__file__).resolve().parents[3] / "shared")
    return path if (path / "corpora").is_dir() else None


if __name__ == "__main__":
    sys.exit(main())
