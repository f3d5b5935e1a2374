"""What was not understood, once per text and problem, with the names it may concern: coverage counts it where it is.

Statements add up; a catalog's problems are replaced each time it is read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa

from lineagebot.model import Problem, Statement
from lineagebot.store import tables as t
from lineagebot.store.assets import one_string
from lineagebot.store.bulk import stage
from lineagebot.store.engine import Tx
from lineagebot.store.queries import query

#: Names that one problem may touch: a text of 5 MB must not become a row of 5 MB.
MOST_TOUCHED = 200

#: Stands where a statement has its fingerprint.
INVENTORY = "inventory"


def record_problems(tx: Tx, met: Iterable[tuple[str, Problem, Statement]]) -> None:
    """Problems of statements that were not recorded before: (fingerprint, problem, statement)."""
    runs: dict[tuple[str, str, str], dict[str, datetime]] = {}
    said: dict[tuple[str, str, str], Problem] = {}
    for fingerprint, problem, statement in met:
        key = (statement.system, fingerprint, _digest(problem))
        said[key] = problem
        runs.setdefault(key, {})[statement.id] = statement.started_at
    _save(tx, [(*key, *_row(said[key], list(times.values()), list(times)[-1])) for key, times in runs.items()])


def replace_inventory_problems(tx: Tx, system: str, problems: Sequence[Problem], at: datetime) -> None:
    """What could not be read of a catalog now; what could not be read last time is forgotten."""
    p = t.problem.c
    tx.execute(sa.delete(t.problem).where(p.system == system, p.fingerprint == INVENTORY))
    said = {_digest(problem): problem for problem in problems}
    _save(tx, [(system, INVENTORY, digest, *_row(problem, [at], "")) for digest, problem in said.items()])


def _save(tx: Tx, rows: Sequence[tuple[object, ...]]) -> None:
    columns = ("system", "fingerprint", "digest", "message", "line", "column", "looks_destructive", "touches", "times",
               "first_seen", "last_seen", "statement_id")  # fmt: skip
    if rows:
        stage(tx, t.problem, columns, rows)
        tx.execute(query("record_problems"))


def _row(problem: Problem, times: Sequence[datetime], statement_id: str) -> tuple[object, ...]:
    touched = [one_string(key) for key in problem.touches[:MOST_TOUCHED]]
    return (problem.message, problem.line, problem.column, problem.looks_destructive, touched, len(times),
            min(times), max(times), statement_id)  # fmt: skip


def _digest(problem: Problem) -> str:
    told = f"{problem.message}\0{problem.line}\0{problem.column}"
    return hashlib.sha256(told.encode(errors="replace")).hexdigest()[:16]
