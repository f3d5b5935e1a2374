"""One server for everybody who asks, none when nobody does."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import psycopg
import pytest

from lineagebot.errors import EmbeddedServerFailed
from lineagebot.store.embedded import Cluster, Running, erase, start

from .conftest import REPOSITORY
from .seen import answers, ask, eventually, is_alive, is_kept, word


def test_a_new_server_answers_and_keeps_its_data_over_a_stop(cluster: Cluster) -> None:
    with start(cluster) as running:
        ask(running.dsn, "CREATE TABLE kept AS SELECT 42 AS n")
    assert eventually(lambda: not is_kept(cluster)), "nobody uses it and it stays"
    assert not is_alive(word(cluster)["postmaster"])

    with start(cluster) as running:
        assert ask(running.dsn, "SELECT n FROM kept") == [(42,)]


def test_it_speaks_over_a_private_socket_only(cluster: Cluster) -> None:
    with start(cluster) as running:
        assert ask(running.dsn, "SHOW listen_addresses") == [("",)]
        assert running.run_directory.stat().st_mode & 0o777 == 0o700
        assert running.data_directory.stat().st_mode & 0o777 == 0o700
        assert len(str(running.run_directory)) < 90


def test_names_are_compared_and_folded_as_unicode_everywhere(cluster: Cluster) -> None:
    with start(cluster) as running:
        assert ask(running.dsn, "SELECT lower('ÄÖÜ'), current_setting('server_encoding')") == [("äöü", "UTF8")]


def test_options_are_settings_of_the_server(tmp_path: Path) -> None:
    cluster = Cluster(tmp_path / "state", options=("logging_collector=on", "log_destination=jsonlog"), database="shop")
    with start(cluster) as running:
        assert ask(running.dsn, "SELECT current_database(), current_setting('log_destination')") == [
            ("shop", "jsonlog")
        ]
        assert eventually(lambda: any(running.log_directory.glob("*.json")))
    erase(cluster)
    assert not running.data_directory.exists()


def test_each_user_has_a_place_of_its_own_in_the_same_process(cluster: Cluster) -> None:
    first, second = start(cluster), start(cluster)
    assert first.dsn == second.dsn
    first.close()
    first.close()
    assert eventually(lambda: answers(second.dsn))
    second.close()
    assert eventually(lambda: not is_kept(cluster))


def test_a_running_that_nobody_keeps_gives_its_place_back(cluster: Cluster) -> None:
    start(cluster)
    assert eventually(lambda: not is_kept(cluster))


def test_threads_may_start_it_at_once(cluster: Cluster) -> None:
    found: list[Running] = []
    threads = [threading.Thread(target=lambda: found.append(start(cluster))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({running.dsn for running in found}) == 1
    assert len(found) == 6
    for running in found:
        running.close()


def test_a_child_of_a_user_does_not_keep_the_server(cluster: Cluster) -> None:
    running = start(cluster)
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, close_fds=False)
    forked = os.fork()
    if forked == 0:
        time.sleep(60)
        os._exit(0)
    try:
        running.close()
        assert eventually(lambda: not is_kept(cluster))
    finally:
        os.kill(forked, 9)
        os.waitpid(forked, 0)
        child.communicate(b"\n")


def test_a_fork_server_does_not_keep_the_server(cluster: Cluster) -> None:
    code = """
import sys, pathlib, multiprocessing, os, concurrent.futures
from lineagebot.store.embedded import Cluster, start
if __name__ == "__main__":
    running = start(Cluster(pathlib.Path(sys.argv[1])))
    pool = concurrent.futures.ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("forkserver"))
    print(pool.submit(os.getpid).result(), flush=True)
    running.close()
    sys.stdin.read()
"""
    command = [sys.executable, "-c", code, str(cluster.directory)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=REPOSITORY) as process:
        assert process.stdout
        worker = int(process.stdout.readline())
        assert eventually(lambda: not is_kept(cluster))
        assert is_alive(worker)
        process.kill()


def test_the_keeper_is_small(cluster: Cluster) -> None:
    with start(cluster):
        rollup = Path(f"/proc/{word(cluster)['keeper']}/smaps_rollup")
        if not rollup.exists():
            pytest.skip("this kernel does not say how much memory a process has")
        pss = next(int(line.split()[1]) for line in rollup.read_text().splitlines() if line.startswith("Pss:"))
        assert pss < 12_000, f"{pss} kB"


def test_erase_waits_for_the_last_user_and_says_so(cluster: Cluster) -> None:
    with start(cluster), pytest.raises(EmbeddedServerFailed, match="still in use"):
        erase(cluster, timeout=0.5)


def test_a_person_without_a_place_to_connect_gets_no_tcp(cluster: Cluster) -> None:
    with start(cluster), pytest.raises(psycopg.OperationalError):
        psycopg.connect("host=127.0.0.1 port=5432 user=lineagebot dbname=lineagebot", connect_timeout=2)
