"""What keeps the channel readable: a first read teaches, a long absence is one summary, a storm is one message."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lineagebot.model import AlertState
from lineagebot.store import cursors
from lineagebot.store.engine import Store

from .conftest import ADMIN_ID, Desk, create, drop, key, truncate

HOUR = 3600.0
DAY = 24 * HOUR


@pytest.fixture
def new(store: Store) -> Desk:
    """A source that nobody read yet."""
    desk = Desk(store)
    with store.begin() as tx:
        cursors._upsert(tx, "acme", first_read_done=False)
    return desk


def test_thirty_days_of_log_with_twenty_drops_teach_and_never_page(new: Desk) -> None:
    tables = [f"marts.t{n:02}" for n in range(21)]
    new.board("Everything", *tables)
    for n, table in enumerate(tables[:20]):
        new.happens(drop(table), ago=30 * DAY * (20 - n) / 20, login="ben", machine=n % 3 == 0)
        if n % 5 == 4:
            # A page of the log is taken in, and the watcher looks.
            new.mark(new.now - timedelta(seconds=30 * DAY * (20 - n) / 20))
            new.tick(read=False)
    new.tick()
    with new.store.begin() as tx:
        cursors.mark_first_read_done(tx, "acme")
    new.later(hours=1)
    new.tick()

    assert (new.alerts(), new.said()) == ([], [])

    new.happens(drop(tables[20]), login="ana")
    new.tick()
    assert [a.asset for a in new.alerts()] == [key("marts.t20")]


def test_twelve_hours_of_absence_are_one_summary_of_what_is_still_broken(desk: Desk) -> None:
    """The log comes in pages, and the watcher looks after each: what heals on a later page is not told."""
    tables = [f"marts.t{n}" for n in range(5)]
    desk.board("Everything", *tables, owner="#finance")
    desk.tick()
    desk.watcher = desk.new_watcher()
    desk.later(hours=12)
    for n, table in enumerate(tables):
        desk.happens(drop(table), ago=(11.5 - n) * HOUR)
        desk.mark(desk.now - timedelta(hours=11.4 - n))
        desk.tick(read=False)
        desk.later(seconds=50)
    for n in (0, 2, 3):
        desk.happens(create(tables[n], "id"), ago=(6.5 - n / 10) * HOUR, login="cleo")
        desk.mark(desk.now - timedelta(hours=6.4 - n / 10))
        desk.tick(read=False)
        desk.later(seconds=50)
    assert desk.said() == []

    desk.tick()
    desk.later(minutes=5)
    desk.tick()

    assert desk.said() == [(ADMIN_ID, "Catching up")]
    (text,) = desk.texts()
    assert "2 destructive statement" in text
    assert [t for t in tables if t in text] == ["marts.t1", "marts.t4"]


def test_what_happened_lately_in_a_long_absence_pages_and_the_rest_is_summed_up(desk: Desk) -> None:
    desk.board("Everything", "marts.a", "marts.b")
    desk.happens(drop("marts.a"), ago=8 * HOUR)
    desk.happens(truncate("marts.b"), ago=1 * HOUR)
    desk.tick()

    assert sorted(heading for _, heading in desk.said()) == ["Catching up", "🔴 ben emptied marts.b"]


def test_a_log_that_is_read_after_a_long_time_is_not_late(desk: Desk) -> None:
    desk.board("Everything", "marts.a")
    desk.tick()
    desk.later(hours=3)
    desk.happens(drop("marts.a"), ago=2 * HOUR, machine=True)
    dropped = desk.now - timedelta(hours=2)
    for page in range(5):
        desk.mark(dropped + timedelta(seconds=20 * page))
        desk.tick(read=False)
        desk.later(seconds=70)
    assert desk.alerts() == []

    desk.happens(create("marts.a", "id"), ago=(desk.now - dropped).total_seconds() - 110)
    desk.tick()
    assert desk.alerts() == []


def test_a_storm_of_drops_is_one_message_with_its_cause(desk: Desk) -> None:
    """Of five hundred in tests/policy/test_storm.py."""
    tables = [f"marts.t{n:03}" for n in range(40)]
    desk.board("Everything", *tables)
    for table in tables:
        desk.happens(drop(table))
    desk.tick()

    ((channel, heading),) = desk.said()
    assert channel == ADMIN_ID
    assert heading == "🔴 ben hit 40 things in use in shop.marts, in one session"
    assert len(desk.alerts()) == 41
    (shown,) = desk.shown()
    assert "dropped the table (40 times)" in shown


def test_the_storms_message_goes_where_its_alerts_would_have_gone_once_each(desk: Desk) -> None:
    tables = [f"marts.t{n:02}" for n in range(30)]
    desk.board("Everything", *tables[:20], owner="#finance")
    desk.board("More", *tables[20:], owner="ana@acme.test")
    for table in tables:
        desk.happens(drop(table))
    desk.tick()

    assert sorted(channel for channel, _ in desk.said()) == ["C0FIN", "U0ANA"]


def test_a_storm_that_grows_is_drawn_anew_and_heals_with_the_last_of_it(desk: Desk) -> None:
    tables = [f"marts.t{n:02}" for n in range(24)]
    desk.board("Everything", *tables)
    for n, table in enumerate(tables):
        desk.happens(drop(table))
        if n in (20, 23):
            desk.tick()
            desk.later(seconds=20)
    (shown,) = desk.shown()
    assert "ben hit 24 things in use" in shown

    for table in tables:
        desk.happens(create(table, "id"), login="cleo")
    desk.tick()
    assert {a.state for a in desk.alerts()} == {AlertState.HEALED}
    assert desk.shown()[0].startswith("✅")
    assert len(desk.said()) == 1


def test_a_storm_in_a_pause_is_summed_up_with_the_pause(desk: Desk) -> None:
    tables = [f"marts.t{n:02}" for n in range(20)]
    desk.board("Everything", *tables)
    desk.pause(hours=1)
    for table in tables:
        desk.happens(drop(table))
    desk.tick()
    desk.later(hours=2)
    desk.tick()

    assert desk.said() == [(ADMIN_ID, "While alerts were paused")]
    assert "20 alerts are open." in desk.texts()[0]
