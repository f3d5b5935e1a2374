"""Artifacts of dbt's hosted platform: the runs of its Admin API v2, newest first, and what each step of a run left.

Without a step the platform gives the last step's files, and `docs generate` has then put its own in place of the
build's: run results are asked for step by step.
"""

from __future__ import annotations

import heapq
import threading
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from lineagebot.sync.dbt_artifacts import Artifact, Kind, Unread, artifact_of, time_of
from lineagebot.sync.dbt_options import CloudOptions
from lineagebot.sync.http import Http, NotThere, by_offset, told

#: Runs of one page, as many as the platform gives.
PAGE = 100
#: Runs looked through for one that left a manifest or a catalog.
_LOOKED_THROUGH = 50
#: Runs that ended: succeeded, failed (its tests did, or one model), cancelled.
_ENDED = frozenset({10, 20, 30})
#: Files of runs that ended never change; so many are remembered.
_KEPT = 512


@dataclass(frozen=True, slots=True)
class _Run:
    id: int
    finished_at: datetime
    #: Numbers of the steps that ran dbt; () where the platform did not tell.
    steps: tuple[int, ...]


@dataclass(slots=True)
class Cloud:
    """Implements dbt_place.Place. `environment` and `jobs` of its options say which runs build production."""

    source: str
    options: CloudOptions
    http: Http
    _kept: dict[tuple[int, Kind, int | None], Artifact | Unread | None] = field(default_factory=dict)
    #: The catalog and the runs are read by two threads.
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def says(self) -> str:
        return f"account {self.options.account} at {self.options.host}"

    def newest(self, kind: Kind, since: datetime | None = None) -> Iterator[Artifact | Unread]:
        """Raises SourceDenied, SourceUnreachable, SourceUnreadable."""
        for looked, run in enumerate(self._runs()):
            if (since is not None and run.finished_at < since) or (since is None and looked >= _LOOKED_THROUGH):
                return
            steps = reversed(run.steps) if kind is Kind.RUN_RESULTS and run.steps else (None,)
            for step in steps:
                found = self._artifact(run, kind, step)
                if found is not None:
                    yield found

    def _runs(self) -> Iterator[_Run]:
        """All runs that ended, newest first, whichever job they are of."""
        asked: dict[str, object] = {"order_by": "-finished_at", "include_related": '["run_steps"]'}
        if self.options.environment is not None:
            asked["environment_id"] = self.options.environment
        jobs = [{**asked, "job_definition_id": job} for job in self.options.jobs] or [asked]
        return heapq.merge(*map(self._runs_of, jobs), key=lambda run: run.finished_at, reverse=True)

    def _runs_of(self, asked: Mapping[str, object]) -> Iterator[_Run]:
        path = f"{self._account}/runs/"

        def page(offset: int, limit: int) -> list[Any]:
            answer = self.http.get(path, needs=self.needs, **asked, offset=offset, limit=limit)
            return told(answer, "data", list, source=self.source, where=path)

        # A run that ends while pages are turned pushes another one onto the next page.
        rows = by_offset(page, size=PAGE, key=lambda row: row.get("id") if isinstance(row, dict) else None)
        return (run for row in rows if (run := _run(row)) is not None)

    def _artifact(self, run: _Run, kind: Kind, step: int | None) -> Artifact | Unread | None:
        """What the run left; None where it left no such file."""
        asked = (run.id, kind, step)
        with self._lock:
            if asked in self._kept:
                return self._kept[asked]
        path = f"{self._account}/runs/{run.id}/artifacts/{kind.file}"
        place = f"run {run.id}{f', step {step}' if step else ''}, {kind.file}"
        found = None
        with suppress(NotThere):
            found = artifact_of(self.http.get(path, needs=self.needs, step=step), kind, place)
        with self._lock:
            self._keep(asked, found)
        return found

    def _keep(self, asked: tuple[int, Kind, int | None], found: Artifact | Unread | None) -> None:
        kind = asked[1]
        if kind is not Kind.RUN_RESULTS and found is not None:  # they are large, and only the newest is asked for
            for large in [other for other in self._kept if other[1] is kind]:
                self._kept.pop(large)
        while len(self._kept) >= _KEPT:
            self._kept.pop(next(iter(self._kept)))
        self._kept[asked] = found

    def close(self) -> None:
        self.http.close()

    @property
    def needs(self) -> str:
        return needs(self.options)

    @property
    def _account(self) -> str:
        return f"api/v2/accounts/{self.options.account}"


def needs(options: CloudOptions) -> str:
    """What to do where the platform refuses."""
    return f'give the token in {options.token_env} the permission "Job Viewer" on the project that builds production'


def _run(row: Any) -> _Run | None:
    """None for what has not ended, or is no run."""
    if not isinstance(row, dict) or row.get("status") not in _ENDED or not isinstance(row.get("id"), int):
        return None
    finished_at = time_of(row.get("finished_at"))
    if finished_at is None:
        return None
    steps = row.get("run_steps") or row.get("steps") or ()
    return _Run(row["id"], finished_at, tuple(number for step in steps if (number := _step(step)) is not None))


def _step(step: Any) -> int | None:
    """The number of a step that ran dbt: others clone the repository and write the profile."""
    if not isinstance(step, dict) or "dbt" not in str(step.get("name")).lower():
        return None
    number = step.get("index")
    return number if isinstance(number, int) else None
