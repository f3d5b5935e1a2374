"""Log files in, alerts out: a file of rows as a warehouse's history gives them, folded from its first row to its last.

What comes before teaches what comes after, and nothing comes before the first day: what machine accounts do in it has
no history yet to be told from, so that day shows their routines and pages nobody; what people do is spoken of from the
first row on. A row is JSON with job_id, session, application, project, user_email,
start_time, end_time, state, error, default_dataset and query; a file may be packed with gzip.
"""

from __future__ import annotations

import gzip
import heapq
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, TextIO

from lineagebot.model import Outcome, Session, Statement
from lineagebot.policy.rules import Windows
from lineagebot.sql.dialects import Dialect, dialect_of
from lineagebot.sql.names import split_name
from lineagebot.store.memory import LearningGraph
from lineagebot.sync.known import Known
from lineagebot.sync.source import LoggedStatement
from lineagebot.terminal import replay_jsonl
from lineagebot.terminal.rerun import Rerun, is_used

SYSTEM = "log"
#: Rows are told in the order of time but for so many.
OUT_OF_ORDER = 500
#: A job that runs daily has shown itself after so long.
ROUTINES_SHOWN = timedelta(days=1)
_RUNNING = frozenset({"running", "pending", "queued", "planning"})
_DONE = frozenset({"done", "success", "succeeded", "finished"})


def alerts(path: Path, dialect: str, windows: Windows) -> Iterator[str]:
    """One line of JSON for each asset that an alert is about, as things stood once every window had closed.

    Raises OSError where the file cannot be read.
    """
    graph = LearningGraph()
    rerun = Rerun(dialect_of(dialect).name, graph, Known(()), windows, machines_teach=ROUTINES_SHOWN)
    outcome = replay_jsonl.Outcome(windows)
    with _opened(path) as lines:
        for logged in _in_order(_rows(lines, dialect_of(dialect))):
            for taken in rerun.take(logged):
                outcome.take(taken)
    for taken in rerun.close():
        outcome.take(taken)
    for candidate, impact in outcome.said.values():
        for key in replay_jsonl.named(candidate, impact, partial(is_used, graph, at=candidate.harmed_at)):
            yield json.dumps({"asset": str(key), "kind": candidate.kind, "statement": candidate.brief.id})


def _opened(path: Path) -> TextIO:
    with path.open("rb") as begun:
        packed = begun.read(2) == b"\x1f\x8b"
    return gzip.open(path, "rt", encoding="utf-8") if packed else path.open(encoding="utf-8")


def _rows(lines: Iterable[str], dialect: Dialect) -> Iterator[LoggedStatement]:
    """Lines that hold no row are stepped over."""
    for number, line in enumerate(lines):
        try:
            yield _logged(json.loads(line), number, dialect)
        except (ValueError, KeyError, TypeError, AttributeError):
            continue


def _in_order(rows: Iterable[LoggedStatement]) -> Iterator[LoggedStatement]:
    waiting: list[tuple[datetime, int, LoggedStatement]] = []
    for number, row in enumerate(rows):
        heapq.heappush(waiting, (row.statement.started_at, number, row))
        if len(waiting) > OUT_OF_ORDER:
            yield heapq.heappop(waiting)[2]
    while waiting:
        yield heapq.heappop(waiting)[2]


def _logged(row: Mapping[str, Any], number: int, dialect: Dialect) -> LoggedStatement:
    login = row.get("user_email")
    statement = Statement(
        id=str(row["job_id"]),
        system=SYSTEM,
        dialect=dialect.name,
        text=str(row["query"]),
        started_at=_time(str(row["start_time"])),
        ended_at=_time(str(row["end_time"])) if row.get("end_time") else None,
        login=str(login) if login else None,
        application=row.get("application"),
        session=str(row["session"]) if row.get("session") else f"{login}/{number}",
        parent=row.get("parent_job_id"),
        seq=number,
        outcome=_outcome(row),
        error=str(row["error"]) if row.get("error") else None,
    )
    return LoggedStatement(statement, _session(row, statement.login, dialect))


def _outcome(row: Mapping[str, Any]) -> Outcome:
    state = str(row.get("state") or "done").lower()
    if row.get("error"):
        return Outcome.FAILED
    if state in _RUNNING:
        return Outcome.RUNNING
    return Outcome.UNKNOWN if state in _DONE else Outcome.FAILED


def _session(row: Mapping[str, Any], login: str | None, dialect: Dialect) -> Session:
    default = split_name(str(row["default_dataset"]), dialect.name) if row.get("default_dataset") else None
    project = split_name(str(row["project"]), dialect.name) if row.get("project") else None
    found = default or ()
    database = found[0] if len(found) > 1 else (".".join(project) if project else None)
    path = found[-1:] or (("public",) if dialect.views_bind_objects else ())
    return Session(SYSTEM, database, path, login, default_search_path=path)


def _time(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
