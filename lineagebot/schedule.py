"""Which job runs how often: the only place that knows APScheduler. It is only the leader's clock; no job store."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler


@dataclass(frozen=True, slots=True)
class Job:
    """`run` never overlaps itself; a run that is missed while the last one lasts is left out."""

    name: str
    #: Seconds.
    every: float
    run: Callable[[], None]
    #: Run once at once, then every `every` seconds.
    at_start: bool = True


class Clock:
    """Runs a table of jobs in threads of this process until it is stopped."""

    def __init__(self, jobs: Sequence[Job], *, threads: int = 4) -> None:
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={"default": ThreadPoolExecutor(threads)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        for job in jobs:
            first = {"next_run_time": datetime.now(UTC)} if job.at_start else {}
            self._scheduler.add_job(job.run, "interval", seconds=job.every, id=job.name, name=job.name, **first)

    def start(self) -> None:
        self._scheduler.start()

    def stop(self) -> None:
        """Let running jobs end, start no more."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=True)
