"""What cannot start says why, in the server's own last words, and what to do."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from lineagebot.errors import EmbeddedServerFailed
from lineagebot.store.embedded import Cluster, start

from .seen import ask, eventually, is_kept


def test_a_setting_that_postgres_refuses_is_quoted_from_its_log(cluster: Cluster) -> None:
    with pytest.raises(EmbeddedServerFailed, match="no_such_setting") as failure:
        start(Cluster(cluster.directory, options=("no_such_setting=1",)))
    assert "server.log" in str(failure.value)


def test_a_failed_start_leaves_nothing_running_and_can_be_repeated(cluster: Cluster) -> None:
    with pytest.raises(EmbeddedServerFailed):
        start(Cluster(cluster.directory, options=("shared_buffers=nonsense",)))
    assert eventually(lambda: not is_kept(cluster))
    with start(cluster) as running:
        assert ask(running.dsn, "SELECT 1") == [(1,)]


def test_data_of_another_version_is_left_alone(cluster: Cluster) -> None:
    with start(cluster) as running:
        data = running.data_directory
    assert eventually(lambda: not is_kept(cluster))
    (data / "PG_VERSION").write_text("16\n")
    with pytest.raises(EmbeddedServerFailed, match=r"written by Postgres 16.*brings Postgres 18.*DATABASE_URL"):
        start(cluster)


def test_a_half_done_initdb_is_begun_again(cluster: Cluster) -> None:
    with start(cluster) as running:
        home, data = running.data_directory.parent, running.data_directory
    assert eventually(lambda: not is_kept(cluster))
    data.rename(home / "data.new-1")
    (home / "data.new-1" / "global" / "pg_control").unlink()
    with start(cluster) as running:
        assert ask(running.dsn, "SELECT 1") == [(1,)]
    assert not (home / "data.new-1").exists()


def test_a_stale_pid_file_with_the_number_of_another_program_is_no_obstacle(cluster: Cluster) -> None:
    with start(cluster) as running:
        data = running.data_directory
    assert eventually(lambda: not is_kept(cluster))
    owner = data.stat()
    other = subprocess.Popen(["/bin/sleep", "60"], user=owner.st_uid if os.geteuid() == 0 else None)
    try:
        stale = data / "postmaster.pid"
        stale.write_text(f"{other.pid}\n{data}\n1700000000\n5432\n{running.run_directory}\n\n 1 1\nready   \n")
        os.chown(stale, owner.st_uid, owner.st_gid)
        with start(cluster) as running:
            assert ask(running.dsn, "SELECT 1") == [(1,)]
    finally:
        other.kill()
        other.wait()


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A disk of 12 MB that any account may walk to; initdb needs 40."""
    if os.geteuid() != 0 or not shutil.which("mount"):
        pytest.skip("only root can make a small disk to fill")
    disk = Path(tempfile.mkdtemp(prefix="lineagebot-small-disk-"))
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=12m,mode=0755", "tmpfs", disk], capture_output=True)
    if mounted.returncode:
        disk.rmdir()
        pytest.skip(f"no small disk here: {mounted.stderr.decode().strip()}")
    yield disk
    subprocess.run(["umount", "-l", disk], check=True)
    disk.rmdir()


def test_a_full_disk_is_named_with_its_remedy(small_disk: Path) -> None:
    with pytest.raises(EmbeddedServerFailed, match="No space left on device") as failure:
        start(Cluster(small_disk / "state"))
    assert "free some space" in str(failure.value)
