"""Companies on a real cluster, each founded and lived once for the whole run of tests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from lineagebot.playground import acme
from lineagebot.store.embedded import Cluster, Running, erase, start

#: The hand-written company and two that a seed made.
SEEDS = (None, 1, 2)


@dataclass
class Lived:
    company: acme.Company
    running: Running
    statements: int
    progress: list[int]


@pytest.fixture(scope="session", params=SEEDS, ids=["default", "seed 1", "seed 2"])
def lived(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lived]:
    company = acme.Company.of(request.param)
    directory: Path = tmp_path_factory.mktemp("acme") / "warehouse"
    options = (*acme.SERVER, "fsync=off")
    cluster = Cluster(directory, options=options, database="postgres", superuser=acme.SUPERUSER)
    progress: list[int] = []
    with start(cluster) as running:
        acme.found(company, running.dsn)
        statements = acme.live(company, running.dsn_for, statements=900, progress=progress.append)
        yield Lived(company, running, statements, progress)
    erase(cluster)


@pytest.fixture
def console(lived: Lived) -> Iterator[acme.Console]:
    with acme.Console(lived.company, lived.running.dsn_for, timeout=3.0) as console:
        yield console
