"""Twenty variations of every scenario: what people are told must not depend on what they are not about.

    python -m tests.replay.variations [--only WORDS] [--every N] [--seed 1]

prints how many are right, by kind of variation, and lists the wrong ones. A kind that changes nothing in a scenario
(there is nothing to split) is not counted for it.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from lineagebot.policy.rules import Windows
from lineagebot.policy.state import state_from_json, state_to_json
from lineagebot.sync.source import LoggedStatement
from lineagebot.terminal.replay_jsonl import Outcome, alerted
from lineagebot.terminal.rerun import Rerun, Taken
from lineagebot.terminal.scenarios import scenario_of

from . import rearranging, renaming
from .renaming import Case

OWN = Path(__file__).parent / "own.jsonl"
DEV = Path(__file__).parents[3] / "shared" / "corpora" / "alerts" / "dev.jsonl"
#: Rows may come so much later than others that began at the same time.
LATENESS = timedelta(minutes=3)

Change = Callable[[Case, random.Random], Case]

#: Each kind of variation, and how many of it are made of every scenario: twenty in all.
KINDS: Mapping[str, tuple[Change, int]] = {
    "assets renamed": (renaming.assets_renamed, 2),
    "schemas and databases renamed": (renaming.schemas_renamed, 1),
    "people renamed": (renaming.people_renamed, 1),
    "accounts renamed": (renaming.accounts_renamed, 2),
    "suffixes renamed": (renaming.suffixes_renamed, 1),
    "all renamed": (renaming.all_renamed, 1),
    "times shifted": (rearranging.shifted, 1),
    "names quoted": (rearranging.quoted, 1),
    "case changed": (rearranging.case_changed, 1),
    "messages joined": (rearranging.joined, 1),
    "messages split": (rearranging.split, 1),
    "unrelated rows between": (rearranging.company, 2),
}
INTERLEAVED, SHUFFLED, RESTARTED = "two interleaved", "rows shuffled within the lateness", "restarts between rows"
MORE = {INTERLEAVED: 2, SHUFFLED: 2, RESTARTED: 1}


@dataclass(frozen=True, slots=True)
class Verdict:
    kind: str
    case: Case
    expected: frozenset[str]
    told: frozenset[str]

    @property
    def is_right(self) -> bool:
        return same(self.expected, self.told)


def scenarios() -> list[Case]:
    """The labelled ones, where they are at hand, and our own."""
    files = (path for path in (DEV, OWN) if path.exists())
    return [json.loads(line) for path in files for line in path.read_text(encoding="utf-8").splitlines()]


def verdicts(cases: Sequence[Case], *, every: int = 1, only: str = "", seed: int = 1) -> Iterator[Verdict]:
    """One for each variation, or for about each `every`-th."""
    kinds = {**{kind: count for kind, (_, count) in KINDS.items()}, **MORE}
    for case in cases:
        for kind, turn in ((kind, turn) for kind, count in kinds.items() for turn in range(count)):
            chance = random.Random(f"{seed} {case['id']} {kind} {turn}")
            if chance.random() * every < 1 and only in f"{case['id']} {kind}":
                yield from varied(case, kind, cases, chance)


def varied(case: Case, kind: str, cases: Sequence[Case], chance: random.Random) -> Iterator[Verdict]:
    if kind in KINDS or kind == INTERLEAVED:
        new = KINDS[kind][0](case, chance) if kind in KINDS else rearranging.interleaved(case, cases, chance)
        if new != case:
            yield Verdict(kind, new, expected(new), told(new))
    elif len(case["log"]) > 1:
        order = chance if kind == SHUFFLED else None
        yield Verdict(kind, case, expected(case), told(case, order=order, restarts=kind == RESTARTED))


def expected(case: Case) -> frozenset[str]:
    return frozenset(alert["asset"] for alert in case["expected"]["alerts"])


def same(expected: Iterable[str], told: Iterable[str]) -> bool:
    """Names of which one may lack the other's first parts; whether they are quoted and in which case is no matter."""
    wanted, said = ([_parts(name) for name in names] for names in (expected, told))
    return all(any(_ends(w, s) for s in said) for w in wanted) and all(any(_ends(w, s) for w in wanted) for s in said)


def _parts(name: str) -> list[str]:
    return [part.strip('"`[] ').lower() for part in name.split(".")]


def _ends(one: list[str], other: list[str]) -> bool:
    shorter = min(len(one), len(other))
    return one[-shorter:] == other[-shorter:]


class LateRerun(Rerun):
    """Reads rows in the order in which they come; the watermark waits for those that may still come."""

    def _mark(self, system: str, at: datetime) -> Iterator[Taken]:
        yield from super()._mark(system, at - LATENESS)


def told(case: Case, *, order: random.Random | None = None, restarts: bool = False) -> frozenset[str]:
    """The assets that people are told of. `order`: rows come late by chance; `restarts`: after every row."""
    scenario = scenario_of(case)
    rerun = (LateRerun if order else Rerun)(scenario.dialect.name, scenario.graph, scenario.known)
    rerun.teach(iter(scenario.history))
    outcome = Outcome(Windows())
    for logged in as_they_come(scenario.log, order) if order else scenario.log:
        if restarts:
            rerun.state = state_from_json(state_to_json(rerun.state))
        for taken in rerun.take(logged):
            outcome.take(taken)
    for taken in rerun.close():
        outcome.take(taken)
    return frozenset(a["asset"] for said in outcome.said.values() for a in alerted(scenario, *said))


def as_they_come(rows: Sequence[LoggedStatement], chance: random.Random) -> list[LoggedStatement]:
    """Each row late by chance; what a session says keeps its order, and a child comes after its parent."""
    come: dict[str, datetime] = {}
    found = []
    for row in rows:
        statement = row.statement
        session = statement.session or ""
        at = statement.started_at + LATENESS * (0.9 * chance.random())
        come[session] = max(at, come.get(session, at))
        found.append((come[session], row))
    return [row for _, row in sorted(found, key=lambda pair: pair[0])]


def report(found: Iterable[Verdict]) -> Counter[tuple[str, bool]]:
    tally: Counter[tuple[str, bool]] = Counter()
    wrong = []
    for verdict in found:
        tally[verdict.kind, verdict.is_right] += 1
        if not verdict.is_right:
            wrong.append(verdict)
            print(
                f"wrong: {verdict.case['id']}, {verdict.kind}: "
                f"expected {sorted(verdict.expected)}, told {sorted(verdict.told)}", flush=True,
            )  # fmt: skip
    for kind in [*KINDS, *MORE]:
        right, others = tally[kind, True], tally[kind, False]
        print(f"{kind:35s} {right:6d} of {right + others:6d} right  {right / max(1, right + others):7.2%}")
    right, count = sum(n for (_, ok), n in tally.items() if ok), sum(tally.values())
    print(f"{'all':35s} {right:6d} of {count:6d} right  {right / max(1, count):7.2%}")
    return tally


def main() -> int:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--only", default="", help="scenarios and kinds that hold these words")
    words.add_argument("--every", type=int, default=1)
    words.add_argument("--seed", type=int, default=1)
    asked = words.parse_args()
    tally = report(verdicts(scenarios(), every=asked.every, only=asked.only, seed=asked.seed))
    return int(any(not ok for _, ok in tally))


if __name__ == "__main__":
    sys.exit(main())
