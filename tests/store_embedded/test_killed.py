"""kill -9 of any of them, in any order: the others go on, nothing is lost, nothing is left behind."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable

import psycopg
import pytest

from lineagebot.store import keeper
from lineagebot.store.embedded import Cluster, start

from .conftest import User
from .seen import answers, ask, eventually, is_alive, is_kept, kill, postmaster_of, word

pytestmark = pytest.mark.crash

RUN = "import psycopg, sys; psycopg.connect(sys.argv[1]).execute(sys.argv[2])"
ORDERS = ((0, 1), (1, 0))


@pytest.mark.parametrize("order", ORDERS, ids=["the starter goes first", "the joiner goes first"])
def test_the_server_stays_for_the_user_that_is_left_and_stops_after_the_last(
    cluster: Cluster, user: Callable[[], User], order: tuple[int, int]
) -> None:
    users = (user(), user())
    dsn, _ = (one.dsn() for one in users)
    postmaster = word(cluster)["postmaster"]

    users[order[0]].kill()
    # Longer than the keeper takes to look at its users a few times.
    assert not eventually(lambda: not is_alive(postmaster), within=1.5)
    assert ask(dsn, "SELECT 1") == [(1,)]

    users[order[1]].kill()
    assert eventually(lambda: not is_kept(cluster), within=30)
    assert not is_alive(postmaster)


def test_a_killed_postmaster_is_back_with_its_data(cluster: Cluster) -> None:
    with start(cluster) as running:
        ask(running.dsn, "CREATE TABLE kept AS SELECT 42 AS n")
        kill(postmaster_of(cluster))
        assert eventually(lambda: answers(running.dsn))
        assert ask(running.dsn, "SELECT n FROM kept") == [(42,)]


def test_a_start_while_the_postmaster_was_just_killed_waits_for_the_new_one(cluster: Cluster) -> None:
    with start(cluster) as running:
        for _ in range(3):
            kill(postmaster_of(cluster))
            with start(cluster) as joined:
                assert ask(joined.dsn, "SELECT 1") == [(1,)]
            assert eventually(lambda: word(cluster)["phase"] == "ready")
        assert answers(running.dsn)


def test_a_backend_in_a_long_statement_does_not_hinder_the_return(cluster: Cluster) -> None:
    busy = "DO $$ BEGIN FOR i IN 1..2000000000 LOOP END LOOP; END $$"
    with start(cluster) as running:
        with psycopg.connect(running.dsn, autocommit=True) as connection:
            backend = connection.info.backend_pid
            process = subprocess.Popen(
                [sys.executable, "-c", RUN, running.dsn, busy],
                stderr=subprocess.DEVNULL,
            )
            others = "SELECT pid FROM pg_stat_activity WHERE query LIKE 'DO %' AND pid <> pg_backend_pid()"
            assert eventually(lambda: bool(connection.execute(others).fetchall()))
        kill(postmaster_of(cluster))
        assert eventually(lambda: answers(running.dsn))
        assert not is_alive(backend)
        process.wait()


def test_a_server_that_keeps_dying_is_given_up_and_the_next_start_begins_anew(cluster: Cluster) -> None:
    running = start(cluster)
    for _ in range(keeper.DEATHS_A_MINUTE + 1):
        killed = postmaster_of(cluster)
        kill(killed)
        assert eventually(lambda: word(cluster)["phase"] != "ready" or word(cluster)["postmaster"] != killed)  # noqa: B023
    assert eventually(lambda: not is_kept(cluster))
    with start(cluster) as again:
        assert ask(again.dsn, "SELECT 1") == [(1,)]
    running.close()


def test_a_killed_keeper_takes_its_postmaster_along_and_the_next_start_begins_anew(cluster: Cluster) -> None:
    running = start(cluster)
    ask(running.dsn, "CREATE TABLE kept AS SELECT 42 AS n")
    keeper_pid, postmaster = (word(cluster)[name] for name in ("keeper", "postmaster"))
    kill(keeper_pid)
    assert eventually(lambda: not is_alive(keeper_pid)), "kill -9 is only a wish until the system gets round to it"
    with start(cluster) as again:
        assert word(cluster)["postmaster"] != postmaster
        assert not is_alive(postmaster)
        assert ask(again.dsn, "SELECT n FROM kept") == [(42,)]
        assert answers(running.dsn)
    running.close()


def test_keeper_and_postmaster_killed_together_leave_no_obstacle(cluster: Cluster) -> None:
    running = start(cluster)
    ask(running.dsn, "CREATE TABLE kept AS SELECT 42 AS n")
    said = word(cluster)
    kill(said["keeper"])
    kill(said["postmaster"])
    with start(cluster) as again:
        assert ask(again.dsn, "SELECT n FROM kept") == [(42,)]
    running.close()


def test_a_starter_killed_half_way_leaves_nothing_running(cluster: Cluster, user: Callable[[], User]) -> None:
    for pause in (0.15, 0.3, 0.45, 0.7):
        half = user()
        time.sleep(pause)  # there is nothing to poll for: any moment of the start is the point
        half.kill()
        assert eventually(lambda: not is_kept(cluster)), f"killed after {pause} s"
    with start(cluster) as running:
        assert ask(running.dsn, "SELECT 1") == [(1,)]


def test_eight_processes_that_start_at_once_share_one_server(cluster: Cluster, user: Callable[[], User]) -> None:
    users = [user() for _ in range(8)]
    assert len({one.dsn() for one in users}) == 1
    postmaster = word(cluster)["postmaster"]
    for one in users[:7]:
        one.kill()
    with start(cluster) as running:
        assert ask(running.dsn, "SELECT 1") == [(1,)]
        users[7].kill()
        assert word(cluster)["postmaster"] == postmaster


def test_a_start_while_the_old_one_is_stopping_is_never_lost(cluster: Cluster) -> None:
    for turn in range(10):
        with start(cluster) as running:
            assert ask(running.dsn, "SELECT 1") == [(1,)], f"turn {turn}"
        # Each turn comes at another moment of the keeper's farewell.
        time.sleep(0.06 * turn)


def test_a_removed_state_directory_does_not_leave_a_server_behind(cluster: Cluster, user: Callable[[], User]) -> None:
    user().dsn()
    said = word(cluster)
    (cluster.directory / "keeper.lock").unlink()
    assert eventually(lambda: not is_alive(said["postmaster"]))
    assert eventually(lambda: not is_alive(said["keeper"]))


def test_the_keeper_leads_a_session_of_its_own(cluster: Cluster, user: Callable[[], User]) -> None:
    """Ctrl-C in the starter's terminal is not for it."""
    one = user()
    one.dsn()
    assert os.getsid(word(cluster)["keeper"]) != os.getsid(one.process.pid)
