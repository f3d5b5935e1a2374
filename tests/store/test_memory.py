"""What the store keeps for its users: cursors, the journal's order, watcher state, pauses, leadership, events seen."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from lineagebot.errors import StoreDeposed
from lineagebot.model import Action
from lineagebot.store import cursors, events, journal, maintenance, watch
from lineagebot.store.engine import Store
from lineagebot.store.ingest import record_statements
from lineagebot.store.leader import Leader

from .said import START, Say, effect, take_in

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def test_a_cursor_comes_back_and_its_watermark_never_goes_back(store: Store) -> None:
    with store.begin() as tx:
        assert cursors.load_cursor(tx, "acme") is None
        cursors.save_cursor(tx, "acme", '{"at": 1}', watermark=NOW)
        cursors.save_cursor(tx, "acme", '{"at": 2}', watermark=NOW - timedelta(hours=1))
        cursors.save_cursor(tx, "acme", '{"at": 3}', watermark=None)
        assert cursors.load_cursor(tx, "acme") == cursors.Cursor('{"at": 3}', NOW, None)
        assert journal.watermarks(tx) == {"acme": NOW}


def test_trouble_and_the_first_read_are_remembered(store: Store) -> None:
    with store.begin() as tx:
        cursors.register(tx, "acme", "postgres")
        assert cursors.load_cursor(tx, "acme") is None
        assert not cursors.first_read_done(tx, "acme")
        assert not cursors.first_read_done(tx, "no such")
        cursors.mark_first_read_done(tx, "acme")
        cursors.note_trouble(tx, "acme", "postgres", "acme cannot be read; run: GRANT ...")
        cursors.register(tx, "acme", "postgres")
        assert cursors.first_read_done(tx, "acme")


def test_what_comes_before_the_first_read_is_done_only_teaches(store: Store, say: Say) -> None:
    take_in(store, say(effect(Action.TRUNCATE, "raw.orders")))
    with store.begin() as tx:
        cursors.mark_first_read_done(tx, "acme")
    take_in(store, say(effect(Action.TRUNCATE, "raw.orders")))
    with store.begin() as tx:
        entries = journal.after(tx, 0)
        assert [entry.taught for entry in entries] == [True, False]
        assert journal.after(tx, entries[0].position) == entries[1:]
        assert journal.after(tx, 0, limit=1) == entries[:1]
        assert journal.last_position(tx) == entries[1].position


def test_who_reads_the_journal_to_its_end_misses_nobody(store: Store, say: Say) -> None:
    """Two writers at once: the later one must not commit a position while an earlier one is still open."""
    first, second = say(effect(Action.TRUNCATE, "raw.a")), say(effect(Action.TRUNCATE, "raw.b"))
    seen: list[str] = []

    def write_second() -> None:
        with store.begin() as tx:
            record_statements(tx, [second])

    other = threading.Thread(target=write_second)
    with store.begin() as tx:
        record_statements(tx, [first])
        other.start()
        other.join(timeout=0.5)
        with store.begin() as reader:
            position = max((e.position for e in journal.after(reader, 0)), default=0)
            seen += [e.statement.id for e in journal.after(reader, 0)]
    other.join(timeout=30)
    with store.begin() as reader:
        seen += [e.statement.id for e in journal.after(reader, position)]
    assert seen == [first.statement.id, second.statement.id]


def test_a_watcher_goes_on_where_it_was(store: Store) -> None:
    with store.begin() as tx:
        assert watch.load_state(tx, "watcher") == (0, "")
        watch.save_state(tx, "watcher", 7, '{"open": []}', epoch=None)
        assert watch.load_state(tx, "watcher") == (7, '{"open": []}')
        assert watch.load_state(tx, "other") == (0, "")


def test_a_workspace_pauses_and_resumes(store: Store) -> None:
    with store.begin() as tx:
        assert watch.paused(tx, "T1") is None
        watch.set_paused(tx, "T1", by="U1", at=NOW, until=NOW + timedelta(hours=2))
        assert watch.paused(tx, "T1", now=NOW) == watch.Pause(NOW + timedelta(hours=2), "U1", NOW)
        assert watch.paused(tx, "T1", now=NOW + timedelta(hours=2)) is None
        assert watch.paused(tx, "T2", now=NOW) is None
        watch.set_paused(tx, "T1", by="U2", at=NOW)
        assert watch.paused(tx, "T1", now=NOW + timedelta(days=900)) == watch.Pause(None, "U2", NOW)
        watch.set_paused(tx, "T1", False, by="U1", at=NOW)
        assert watch.paused(tx, "T1", now=NOW) is None


def test_one_leads_at_a_time_and_the_next_has_a_higher_epoch(store: Store) -> None:
    one, two = Leader(store), Leader(store)
    assert one.try_lead() == 1
    assert two.try_lead() is None
    assert one.try_lead() == 1
    one.heartbeat()
    one.resign()
    assert two.try_lead() == 2
    with pytest.raises(StoreDeposed):
        one.heartbeat()
    two.resign()


def test_a_leader_whose_connection_is_cut_learns_it_and_cannot_write(store: Store) -> None:
    one, two = Leader(store), Leader(store)
    epoch = one.try_lead()
    with store.begin() as tx:
        tx.execute(
            sa.text(
                "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND pid <> pg_backend_pid()"
            )
        )
    deadline = datetime.now(UTC) + timedelta(seconds=10)
    while (newer := two.try_lead()) is None and datetime.now(UTC) < deadline:
        pass
    assert newer == 2
    with pytest.raises(StoreDeposed, match="another replica leads"), store.begin() as tx:
        cursors.save_cursor(tx, "acme", "{}", watermark=NOW, epoch=epoch)
    with pytest.raises(StoreDeposed), store.begin() as tx:
        watch.save_state(tx, "watcher", 1, "", epoch=epoch)
    with store.begin() as tx:
        assert cursors.load_cursor(tx, "acme") is None
        cursors.save_cursor(tx, "acme", "{}", watermark=NOW, epoch=newer)
    with pytest.raises(StoreDeposed, match="connection that held the leadership is gone"):
        one.heartbeat()
    two.resign()


def test_an_event_is_taken_once_until_slack_will_not_repeat_it(store: Store) -> None:
    with store.begin() as tx:
        assert [events.seen_event(tx, e, NOW) for e in ("Ev1", "Ev1", "Ev2")] == [False, True, False]
    with store.begin() as tx:
        assert events.seen_event(tx, "Ev1") is True
        assert events.forget_events(tx, NOW + timedelta(hours=24)) == 0
        assert events.forget_events(tx, NOW + timedelta(hours=26)) == 2
        assert events.seen_event(tx, "Ev1") is False


def test_two_processes_take_an_event_once(store: Store) -> None:
    answers: list[bool] = []

    def take() -> None:
        with store.begin() as tx:
            answers.append(events.seen_event(tx, "Ev1"))

    threads = [threading.Thread(target=take) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [False] + [True] * 5


def test_the_store_tidies_itself(store: Store, say: Say) -> None:
    old = say(effect(Action.TRUNCATE, "raw.a"), reads=("raw.a",), at=START - timedelta(days=500))
    take_in(store, old, say(effect(Action.TRUNCATE, "raw.a")))
    done = maintenance.run(store, NOW, keep_months=13)
    assert done.dropped == ("statement_y2025m06",)
    assert done.made == ("statement_y2026m12", "statement_y2027m01")
    again = maintenance.run(store, NOW, keep_months=13)
    assert (again.dropped, again.made) == ((), ())
    with store.begin() as tx:
        assert len(journal.after(tx, 0)) == 2
