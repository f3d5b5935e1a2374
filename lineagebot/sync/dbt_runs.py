"""What ran: run results tell which statement of the warehouse was which model's, and how each model and test ended.

They name one statement of each model, its last, by the warehouse's own id; the others are known by the comment that
dbt leaves in them (match.via).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lineagebot.store.awaited import Ran
from lineagebot.sync.dbt_artifacts import Artifact
from lineagebot.sync.dbt_nodes import mapping, sequence
from lineagebot.sync.dbt_target import has_run

#: How adapters call the id of a statement: Snowflake and Databricks, BigQuery.
_IDS = ("query_id", "job_id")
#: Ends of a test; those of a model are the rest.
_OF_TESTS = frozenset({"pass", "fail", "warn"})


@dataclass(frozen=True, slots=True)
class Status:
    """How one model or test ended when it last ran."""

    says: str
    at: datetime
    seconds: float | None = None
    #: Rows that a test found wrong.
    failures: int | None = None
    #: The first line of what the warehouse answered to what failed.
    message: str | None = None

    @property
    def is_well(self) -> bool:
        return self.says in ("pass", "success", "no-op")


def ran(results: Artifact, warehouse: str) -> Iterator[Ran]:
    """Which statements of the warehouse this run sent, as far as its adapter tells."""
    if not has_run(results):
        return
    for result in sequence(results.body.get("results")):
        answer = mapping(mapping(result).get("adapter_response"))
        node = mapping(result).get("unique_id")
        statement = next((answer[name] for name in _IDS if isinstance(answer.get(name), str) and answer[name]), None)
        if statement is not None and isinstance(node, str):
            yield Ran(warehouse, statement, f"dbt {node}", results.generated_at)


def statuses(newest_first: Iterable[Artifact]) -> dict[str, Status]:
    """How each node ended when it last ran, by its unique_id."""
    found: dict[str, Status] = {}
    for results in newest_first:
        if not has_run(results):
            continue
        for result in map(mapping, sequence(results.body.get("results"))):
            node, says = result.get("unique_id"), result.get("status")
            if isinstance(node, str) and isinstance(says, str) and says != "skipped":
                found.setdefault(node, _status(result, says, results.generated_at))
    return found


def _status(result: Any, says: str, at: datetime) -> Status:
    failures, seconds, message = result.get("failures"), result.get("execution_time"), result.get("message")
    well = says in ("pass", "success", "no-op")
    return Status(
        says,
        at,
        seconds=float(seconds) if isinstance(seconds, int | float) else None,
        failures=failures if isinstance(failures, int) and says in _OF_TESTS else None,
        message=None if well or not isinstance(message, str) else next(iter(message.strip().splitlines()), None),
    )
