"""Clusters to start, and users of them in processes of their own that can be killed."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from lineagebot.errors import EmbeddedServerFailed
from lineagebot.store.embedded import Cluster, erase

REPOSITORY = Path(__file__).parents[2]

#: Uses the cluster until its stdin ends; says "up" with its dsn as soon as it has it.
USER = """
import sys, pathlib
from lineagebot.store.embedded import Cluster, start
running = start(Cluster(pathlib.Path(sys.argv[1])), timeout=60)
print(running.dsn, flush=True)
sys.stdin.read()
"""


@dataclass
class User:
    process: subprocess.Popen[str]

    def dsn(self) -> str:
        assert self.process.stdout
        said = self.process.stdout.readline().strip()
        assert said, "it did not come up"
        return said

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            if stream:
                with contextlib.suppress(BrokenPipeError):
                    stream.close()


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    """A cluster of its own; whatever the test leaves behind is ended and removed."""
    cluster = Cluster(tmp_path / "state")
    yield cluster
    with contextlib.suppress(EmbeddedServerFailed):
        erase(cluster, timeout=10)


@pytest.fixture
def user(cluster: Cluster) -> Iterator[Callable[[], User]]:
    users: list[User] = []

    def come() -> User:
        command = [sys.executable, "-c", USER, str(cluster.directory)]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        users.append(User(subprocess.Popen(command, text=True, cwd=REPOSITORY, **pipes)))
        return users[-1]

    yield come
    for one in users:
        one.kill()
