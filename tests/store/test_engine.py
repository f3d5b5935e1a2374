"""The door: troubles are sentences, a restarted server is found again, a bell wakes who waits."""

from __future__ import annotations

import threading
import time

import pytest
import sqlalchemy as sa

from lineagebot.errors import StoreUnreachable
from lineagebot.model import Freshness, Problem
from lineagebot.store import cursors
from lineagebot.store.engine import Store
from lineagebot.store.graph import PostgresGraph
from lineagebot.store.ingest import record_statements

from .said import START, Say, key, take_in


def cut_all_connections(store: Store) -> None:
    with store.begin() as tx:
        tx.execute(
            sa.text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )


def test_a_connection_cut_in_the_middle_is_a_sentence_and_the_next_one_works(store: Store, store_url: str) -> None:
    other = Store.open(store_url, migrate=False)

    def cut_and_go_on() -> None:
        with store.begin() as tx:
            tx.execute(sa.text("SELECT 1"))
            cut_all_connections(other)
            tx.execute(sa.text("SELECT 1"))

    with pytest.raises(StoreUnreachable, match=r"the store does not answer \(.*\); it is tried again"):
        cut_and_go_on()
    with store.begin() as tx:
        assert tx.execute(sa.text("SELECT 1")).scalar() == 1
    other.close()


def test_connections_that_died_while_nobody_looked_are_replaced(store: Store, store_url: str) -> None:
    other = Store.open(store_url, migrate=False)
    with store.begin() as one, store.begin() as two:
        one.execute(sa.text("SELECT 1"))
        two.execute(sa.text("SELECT 1"))
    cut_all_connections(other)
    for _ in range(3):
        with store.begin() as tx:
            assert tx.execute(sa.text("SELECT 1")).scalar() == 1
    other.close()


def test_sessions_speak_utc_and_do_not_compile(store: Store) -> None:
    with store.begin() as tx:
        assert tx.execute(sa.text("SHOW timezone")).scalar() == "UTC"
        assert tx.execute(sa.text("SHOW jit")).scalar() == "off"


def test_a_reader_sees_one_moment_and_cannot_write(store: Store, say: Say) -> None:
    with store.reading() as tx:
        before = PostgresGraph.within(tx).assets([key("a.b")])
        take_in(store, say(reads=("a.b",)))
        assert PostgresGraph.within(tx).assets([key("a.b")]) == before == {}
    with pytest.raises(sa.exc.InternalError, match="read-only"), store.reading() as tx:
        tx.execute(sa.text("DELETE FROM asset"))
    with store.begin() as tx:
        tx.execute(sa.text("DELETE FROM word"))


def test_a_reader_inside_a_transaction_sees_its_own_writes(store: Store, say: Say) -> None:
    with store.begin() as tx:
        record_statements(tx, [say(reads=("a.b",))])
        assert PostgresGraph.within(tx).assets([key("a.b")]).keys() == {key("a.b")}
        assert PostgresGraph(store).assets([key("a.b")]) == {}


def test_a_bell_wakes_who_waits(store: Store) -> None:
    woken: list[bool] = []
    store.wait("journal", 0.01)
    waiter = threading.Thread(target=lambda: woken.append(store.wait("journal", 20)))
    waiter.start()
    with store.begin() as tx:
        store.notify("other", tx=tx)
        store.notify("journal", tx=tx)
    waiter.join(20)
    assert woken == [True]


def test_a_bell_that_nobody_rings_is_a_timeout(store: Store) -> None:
    began = time.monotonic()
    assert store.wait("journal", 0.05) is False
    assert time.monotonic() - began < 60


def test_a_bell_hangs_up_and_listens_again_when_its_connection_is_cut(store: Store) -> None:
    assert store.wait("journal", 0.01) is False
    cut_all_connections(store)
    assert store.wait("journal", 0.2) is False
    woken: list[bool] = []
    waiter = threading.Thread(target=lambda: woken.append(store.wait("journal", 20)))
    waiter.start()
    while waiter.is_alive():
        store.notify("journal")
        waiter.join(0.05)
    assert woken == [True]


def test_closing_wakes_who_waits(store_url: str) -> None:
    store = Store.open(store_url, migrate=False)
    store.wait("journal", 0.01)
    waiter = threading.Thread(target=store.wait, args=("journal", 60))
    waiter.start()
    began = time.monotonic()
    store.close()
    waiter.join(30)
    assert not waiter.is_alive()
    assert time.monotonic() - began < 20


def test_coverage_says_how_far_each_source_was_read(store: Store, say: Say) -> None:
    with store.begin() as tx:
        cursors.register(tx, "acme", "postgres")
        cursors.save_cursor(tx, "acme", "{}", watermark=START)
        cursors.note_trouble(tx, "bi", "looker", "bi is down")
    riddle = Problem("what is this", touches=(key("raw.orders"),))
    page = [
        say(reads=("raw.orders",)),
        say(problems=(riddle, riddle), fingerprint="f"),
        say(problems=(riddle,), fingerprint="f"),
    ]
    graph = take_in(store, *page)
    began = min(item.statement.started_at for item in page)
    found = graph.coverage([key("raw.orders"), key("raw.items")])
    assert found.sources == (
        Freshness("acme", "postgres", START, None, None, statements=3, not_understood=2, log_from=began),
        Freshness("bi", "looker", None, None, "bi is down"),
    )
    assert found.not_understood_here == 2
    assert found.not_connected == ("orchestrator",)
    assert found.as_of is None
    assert graph.coverage([key("raw.items")]).not_understood_here == 0
    assert graph.coverage().not_understood_here == 0
