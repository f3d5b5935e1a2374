"""How well a real organisation's BigQuery is read: Mozilla's public ETL against truths that are not our own.

    python benchmarks/mozilla.py [--list]

Prints each figure with its denominator; `--list` prints what is missed, and every statement that is not understood.
Reads ../shared/corpora/mozilla (third-party data, not in this repository); says so where it is absent. The truths:
what each statement refers to (the organisation's own record), the inputs that people wrote by hand for tests on real
BigQuery, the edges of a dry run through views, and the columns that a dry run puts out.
"""

from __future__ import annotations

import argparse
import json
import lzma
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from lineagebot.model import AssetKey, AssetKind, Column, Relation, Session, Understanding
from lineagebot.sql.catalog import Catalog
from lineagebot.sql.understand import understand

CORPUS = Path(__file__).resolve().parents[1].parent / "shared" / "corpora" / "mozilla"
SYSTEM = "mozilla"
#: A statement of these kinds makes no columns.
_ROUTINES = ("udf.sql", "stored_procedure.sql")


@dataclass(frozen=True)
class Figure:
    """`right` of `of`, and what was not: one line each."""

    name: str
    right: int
    of: int
    misses: tuple[str, ...] = ()

    @property
    def share(self) -> float:
        return self.right / self.of if self.of else 0.0

    def __str__(self) -> str:
        if not self.of:
            return f"{self.name}: nothing to compare (their statements are not among these)"
        return f"{self.name}: {self.right:,} of {self.of:,} ({self.share:.2%})"


@dataclass
class Reading:
    """All statements of the corpus, understood."""

    statements: list[dict[str, object]]
    understood: list[Understanding]
    seconds: float
    #: Columns of the tables that the organisation's own schemas list.
    known: dict[str, list[str]] = field(default_factory=dict)


def lines(name: str) -> list[dict[str, object]]:
    with lzma.open(CORPUS / f"{name}.jsonl.xz", "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def key(name: str) -> AssetKey:
    return AssetKey(SYSTEM, tuple(name.split(".")))


def catalog(tables: Iterable[dict[str, object]]) -> Catalog:
    """The tables with columns, types as INFORMATION_SCHEMA.COLUMNS writes them: STRUCT<a INT64>, ARRAY<STRING>."""
    return Catalog(
        tuple(
            Relation(key(str(t["name"])), AssetKind.VIEW if t["kind"] == "view" else AssetKind.TABLE, columns(t))
            for t in tables
            if t["columns"]
        )
    )


def columns(table: dict[str, object]) -> tuple[Column, ...]:
    listed = table["columns"]
    assert isinstance(listed, list)
    inside: dict[str, list[tuple[str, str, str]]] = {}
    for path, kind, mode in listed:
        outer, _, name = str(path).rpartition(".")
        inside.setdefault(outer.lower(), []).append((name, str(kind), str(mode)))

    def written(outer: str, name: str, kind: str, mode: str) -> str:
        path = f"{outer}.{name}" if outer else name
        text = _TYPES.get(kind, kind)
        if kind in ("RECORD", "STRUCT"):
            text = f"STRUCT<{', '.join(f'{n} {written(path, n, k, m)}' for n, k, m in inside.get(path.lower(), []))}>"
        return f"ARRAY<{text}>" if mode == "REPEATED" else text

    return tuple(Column(name.lower(), written("", name, kind, mode)) for name, kind, mode in inside.get("", []))


_TYPES = {"INTEGER": "INT64", "FLOAT": "FLOAT64", "BOOLEAN": "BOOL"}


def read(*, every: int = 1) -> Reading:
    """The whole corpus, or every so manieth statement of it and all whose inputs people wrote down."""
    tables = lines("tables")
    known = catalog(tables)
    by_hand = {truth["asset"] for truth in lines("truth_fixtures.dev")}
    statements = []
    for n, (statement, truth) in enumerate(zip(lines("statements.dev"), lines("truth.dev"), strict=True)):
        if n % every and statement["asset"] not in by_hand:
            continue
        statements.append(statement)
        assert statement["job_id"] == truth["job_id"]
        statement["truth"] = truth
    began = time.process_time()
    understood = []
    for statement in statements:
        project, _, dataset = str(statement["default_dataset"] or statement["project"]).partition(".")
        session = Session(SYSTEM, project, (dataset,) if dataset else ())
        understood.append(understand(str(statement["query"]), "bigquery", session, known))
    seconds = time.process_time() - began
    return Reading(statements, understood, seconds, {str(r.key): [c.name for c in r.columns] for r in known.relations})


def inputs_of(understanding: Understanding) -> set[str]:
    return {str(read.asset) for read in understanding.reads if read.column is None}


def outputs_of(understanding: Understanding) -> list[str]:
    """The columns that it puts out: of a SELECT, or of what it makes."""
    made = [effect.produces for effect in understanding.effects if effect.produces]
    return [column.name for column in (understanding.outputs or (made[-1] if made else ()))]


def understood(reading: Reading) -> Figure:
    misses = tuple(
        f"{_name(statement)}: {problem.message} (line {problem.line})"
        for statement, found in zip(reading.statements, reading.understood, strict=True)
        for problem in found.problems
    )
    right = sum(not found.problems for found in reading.understood)
    return Figure("understood", right, len(reading.understood), misses)


def references(reading: Reading) -> Figure:
    """Each statement's inputs against the organisation's own record of what it refers to."""
    misses: list[str] = []
    of = 0
    for statement, truth, found in _with_truth(reading):
        expected = truth["references"]
        if not isinstance(expected, list):
            continue
        of += 1
        got = inputs_of(found)
        if got != set(expected):
            misses.append(f"{_name(statement)}: {_difference(got, set(expected))}")
    return Figure("references equal", of - len(misses), of, tuple(misses))


def fixtures(reading: Reading) -> Figure:
    """Inputs that people wrote by hand: all of them must be found (a wildcard stands for its family)."""
    by_asset: dict[str, set[str]] = {}
    for statement, found in zip(reading.statements, reading.understood, strict=True):
        by_asset.setdefault(str(statement["asset"]), set()).update(inputs_of(found))
    misses: list[str] = []
    of = 0
    for truth in lines("truth_fixtures.dev"):
        expected = truth["fixture_inputs"]
        assert isinstance(expected, list)
        got = by_asset.get(str(truth["asset"]), set())
        families = tuple(name.rstrip("*") for name in got if name.endswith("*"))
        of += 1
        missed = [name for name in expected if name not in got and not (families and name.startswith(families))]
        if missed:
            misses.append(f"{truth['asset']}: lacks {missed}")
    return Figure("hand-written fixture inputs found", of - len(misses), of, tuple(misses))


def dry_run(reading: Reading) -> Figure:
    """Edges that BigQuery's dry run gave, which looks through views: each must be a path here."""
    edges: dict[str, set[str]] = {}
    for statement, found in zip(reading.statements, reading.understood, strict=True):
        edges.setdefault(str(statement["asset"]), set()).update(inputs_of(found))
    misses: list[str] = []
    of = 0
    for truth in lines("truth_glam_dryrun"):
        target, source = str(truth["to"]), str(truth["from_"])
        if target not in edges:
            continue  # its statement is kept back
        of += 1
        if not _reaches(target, source, edges):
            misses.append(f"{source} -> {target}: reads {sorted(edges[target])}")
    return Figure("edges of the dry run found", of - len(misses), of, tuple(misses))


def _reaches(target: str, source: str, edges: dict[str, set[str]]) -> bool:
    seen, todo = {target}, [target]
    while todo:
        for name in edges.get(todo.pop(), ()):
            if name == source or (source.endswith("*") and name.startswith(source[:-1])):
                return True
            if name not in seen:
                seen.add(name)
                todo.append(name)
    return False


def outputs(reading: Reading) -> tuple[Figure, Figure]:
    """Output columns where the columns of all inputs are known, and how many of them stand in the same order.

    Some of those schemas are edited by hand, most of all in their order.
    """
    misses: list[str] = []
    disordered: list[str] = []
    of = 0
    for statement, truth, found in _with_truth(reading):
        expected = truth["columns"]
        if not isinstance(expected, list) or statement["file"] in _ROUTINES:
            continue
        if not all(name in reading.known for name in inputs_of(found)):
            continue
        of += 1
        got, told = outputs_of(found), [str(name).lower() for name in expected]
        if sorted(got) != sorted(told):
            misses.append(f"{_name(statement)}: {_difference(set(got), set(told))}")
        if got != told:
            disordered.append(_name(statement))
    return (
        Figure("output columns equal", of - len(misses), of, tuple(misses)),
        Figure("output columns equal, in the same order", of - len(disordered), of, tuple(disordered)),
    )


def _with_truth(reading: Reading) -> Iterator[tuple[dict[str, object], dict[str, object], Understanding]]:
    for statement, found in zip(reading.statements, reading.understood, strict=True):
        truth = statement["truth"]
        assert isinstance(truth, dict)
        yield statement, truth, found


def _name(statement: dict[str, object]) -> str:
    return f"{statement['asset']}/{statement['file']}"


def _difference(got: set[str], expected: set[str]) -> str:
    lacks, beyond = sorted(expected - got), sorted(got - expected)
    return "; ".join(
        f"{word} {', '.join(names[:6])}{' …' if len(names) > 6 else ''}"
        for word, names in (("lacks", lacks), ("beyond it", beyond))
        if names
    )


def figures(reading: Reading) -> tuple[Figure, ...]:
    return (
        understood(reading),
        references(reading),
        fixtures(reading),
        dry_run(reading),
        *outputs(reading),
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--list", action="store_true", help="print what is missed")
    listed = parser.parse_args().list
    if not CORPUS.is_dir():
        print(f"Mozilla's corpus is not here ({CORPUS}): nothing measured.")
        return 0
    reading = read()
    for figure in figures(reading):
        print(figure)
        for miss in figure.misses if listed else ():
            print(f"    {miss}")
    print(f"{len(reading.statements):,} statements in {reading.seconds:.1f} s of one core")
    return 0


if __name__ == "__main__":
    sys.exit(main())
