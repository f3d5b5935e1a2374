"""A warehouse that lives through its genuine logs: each run becomes the next file of one log directory."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lineagebot.alerts.deliver import Deliverer
from lineagebot.alerts.watcher import Watcher
from lineagebot.model import Alert, AssetKey
from lineagebot.plain import render
from lineagebot.store import alerts
from lineagebot.store.engine import Store
from lineagebot.store.graph import PostgresGraph
from lineagebot.sync.declared import DeclaredSource
from lineagebot.sync.postgres import PostgresOptions, PostgresSource
from lineagebot.sync.runner import SyncReport, inventory_once, sync_once
from lineagebot.testing import RecordingPoster

ADMIN = "#data-alerts"
WORKSPACE = "T1"
SYSTEM = "acme"
SUFFIXES = {"postgres.jsonlog": ".json", "postgres.csvlog": ".csv"}


@pytest.fixture(scope="session")
def genuine() -> Path:
    """The folder of genuine logs. Skips where it is not beside the repository."""
    shared = Path(os.environ.get("LINEAGEBOT_SHARED", Path(__file__).resolve().parents[3] / "shared"))
    if not (shared / "fixtures").is_dir():
        pytest.skip(f"no genuine logs in {shared}; set LINEAGEBOT_SHARED")
    return shared / "fixtures"


def key(name: str) -> AssetKey:
    return AssetKey(SYSTEM, ("warehouse", *name.split(".")))


@dataclass
class House:
    """The real path from a log file to a message: source, store, watcher, deliverer."""

    directory: Path
    store: Store
    genuine: Path
    poster: RecordingPoster = field(default_factory=RecordingPoster)
    runs: int = 0
    #: Which of the twins is read.
    name: str = "postgres.jsonlog"

    def __post_init__(self) -> None:
        self.logs = self.directory / "log"
        self.logs.mkdir()
        self.source = PostgresSource(SYSTEM, PostgresOptions(log=str(self.logs)))
        self.watcher = Watcher(
            self.store, workspace=lambda: WORKSPACE, fallback=ADMIN, dialects=lambda: {SYSTEM: "postgres"}
        )
        self.deliverer = Deliverer(self.store, self.poster, worker="here")

    def read(self, run: str) -> SyncReport:
        """The next log file: written whole, then read to its end."""
        self.runs += 1
        log = self.logs / f"{self.runs:02}_{run.replace('/', '_')}{SUFFIXES[self.name]}"
        shutil.copyfile(self.genuine / run / self.name, log)
        return self.sync()

    def sync(self) -> SyncReport:
        report = sync_once(self.source, self.store, now=self.clock())
        assert (report.trouble, report.problems) == (None, ())
        return report

    def declare(self, *names: str) -> None:
        """A dashboard of its own on each name, on every column that is known of it."""
        keys = {name: key(name) for name in names}
        columns = PostgresGraph(self.store).columns(keys.values())
        boards = "\n".join(
            f"- {{title: On {name}, owner: ana@acme.test, reads: [{{table: '{SYSTEM}:warehouse.{name}', "
            f"columns: {json.dumps([c.name for c in columns.get(k, ())])}}}]}}"
            for name, k in keys.items()
        )
        file = self.directory / "declared.yaml"
        file.write_text(f"system: bi\ndashboards:\n{boards}\n", encoding="utf-8")
        source = DeclaredSource("bi", file, default_paths={SYSTEM: ("warehouse", "analytics")})
        report = inventory_once(source, self.store, now=self.clock())
        assert (report.trouble, report.problems) == (None, ())

    def clock(self) -> datetime:
        """The warehouse's time: as far as its log was read."""
        with self.store.begin() as tx:
            marks = [s.watermark for s in PostgresGraph.within(tx).coverage().sources if s.watermark]
        return max(marks, default=datetime(2026, 11, 22, 13, tzinfo=UTC))

    def watch(self, *, after: timedelta = timedelta(seconds=2)) -> list[Alert]:
        """Tick until nothing is left to take, deliver, and return the alerts that this brought."""
        before = {a.id for a in self.alerts()}
        now = self.clock() + after
        while self.watcher.tick(now):
            pass
        while self.deliverer.tick(now):
            pass
        return [a for a in self.alerts() if a.id not in before]

    def watch_to_the_end(self) -> list[Alert]:
        """Now, and an hour later: every window is over then, though the log said no more."""
        return self.watch() + self.watch(after=timedelta(hours=1))

    def alerts(self) -> list[Alert]:
        with self.store.begin() as tx:
            return list(alerts.recent(tx, limit=1000))

    def said(self) -> list[str]:
        return [render(replace(r, details=())) for _, r, _ in self.poster.posted]


@pytest.fixture
def house(tmp_path: Path, store: Store, genuine: Path) -> House:
    return House(tmp_path, store, genuine)
