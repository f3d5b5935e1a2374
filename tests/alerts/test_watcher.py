"""From a statement in the journal to messages in the right places: who hears, when, how often, and what is not lost."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from lineagebot.alerts.watcher import NAME
from lineagebot.errors import StoreDeposed
from lineagebot.model import AlertState
from lineagebot.policy.life import Verb, act
from lineagebot.store import alerts, watch
from lineagebot.store.leader import Leader
from lineagebot.testing import NOW

from .conftest import ADMIN_ID, Desk, create, drop, key, rename, truncate

DROPPED = "🔴 ben dropped the table marts.revenue"


def test_the_owner_and_the_subscribed_channel_hear_of_it_once_each(desk: Desk) -> None:
    desk.board("Revenue", "marts.revenue", owner="ana@acme.test")
    desk.follow("C0OPS", "marts.revenue")

    desk.happens(drop("marts.revenue"))
    desk.tick()

    assert sorted(desk.said()) == [("C0OPS", DROPPED), ("U0ANA", DROPPED)]


def test_a_channel_that_owns_and_follows_hears_once(desk: Desk) -> None:
    """The owner is known as "#finance", the subscription by the channel's id."""
    desk.board("Revenue", "marts.revenue", owner="#finance")
    desk.board("Costs", "marts.revenue", owner="#Finance")
    desk.follow("C0FIN", "marts.revenue")

    desk.happens(drop("marts.revenue"))
    desk.tick()

    assert desk.said() == [("C0FIN", DROPPED)]


def test_where_nobody_owns_the_fallback_channel_hears(desk: Desk) -> None:
    desk.board("Revenue", "marts.revenue")
    desk.happens(drop("marts.revenue"))
    desk.tick()

    assert desk.said() == [(ADMIN_ID, DROPPED)]


def test_in_shadow_mode_only_the_admin_channel_hears(desk: Desk) -> None:
    desk.board("Revenue", "marts.revenue", owner="#finance")
    desk.watcher = desk.new_watcher(shadow=True)
    desk.happens(drop("marts.revenue"))
    desk.tick()

    assert desk.said() == [(ADMIN_ID, DROPPED)]


def test_what_happens_during_a_pause_is_told_in_one_summary_when_it_is_over(desk: Desk) -> None:
    desk.board("Revenue", "marts.revenue", "marts.costs", "marts.back", owner="#finance")
    desk.pause(hours=1)
    desk.happens(drop("marts.revenue"))
    desk.tick()
    desk.happens(truncate("marts.costs"))
    desk.happens(drop("marts.back"))
    desk.tick()
    desk.later(minutes=5)
    desk.happens(create("marts.back", "id"))
    desk.tick()
    desk.watcher = desk.new_watcher()  # a restart

    assert (desk.said(), len(desk.alerts())) == ([], 3)

    desk.later(hours=1)
    desk.tick()
    desk.tick()

    (said,) = desk.texts()
    assert desk.said() == [("C0FIN", "While alerts were paused")]
    assert "2 alerts are open, 1 was put right." in said
    assert "marts.revenue" in said
    assert "marts.costs" in said
    assert "Put right: marts.back by ben." in said


def test_a_resume_tells_at_once_and_a_second_pause_starts_anew(desk: Desk) -> None:
    desk.board("Revenue", "marts.revenue", "marts.costs")
    for table in ("marts.revenue", "marts.costs"):
        desk.pause()
        desk.happens(drop(table))
        desk.tick()
        desk.pause(False)
        desk.tick()

    assert [channel for channel, _ in desk.said()] == [ADMIN_ID] * 2


def test_a_table_that_stands_again_is_taken_back_in_place_with_a_line_in_the_thread(desk: Desk) -> None:
    desk.board("Revenue", "marts.revenue")
    desk.happens(drop("marts.revenue"))
    desk.tick()
    desk.later(minutes=3)
    desk.happens(create("marts.revenue", "id"), login="cleo")
    desk.tick()

    (shown,) = desk.shown()
    assert shown.startswith("✅ ben dropped the table marts.revenue")
    assert desk.lines() == ["It stands again: cleo put it right."]
    assert [a.state for a in desk.alerts()] == [AlertState.HEALED]


def test_the_same_harm_once_more_raises_the_counter_and_adds_a_line(desk: Desk) -> None:
    desk.board("Revenue", "marts.revenue")
    for _ in range(5):
        desk.happens(truncate("marts.revenue"))
        desk.tick()
        desk.later(minutes=1)

    (shown,) = desk.shown()
    assert "5 times" in shown
    assert [line.split(": ")[1] for line in desk.lines()] == ["2 times by now.", "4 times by now."]


def test_the_same_harm_after_the_alert_was_resolved_is_a_new_alert(desk: Desk) -> None:
    desk.board("Revenue", "marts.revenue")
    desk.happens(truncate("marts.revenue"))
    desk.tick()
    with desk.store.begin() as tx:
        (alert,) = alerts.recent(tx)
        alerts.change(tx, alert.id, state=AlertState.RESOLVED, by="ana", at=desk.now)
    desk.later(minutes=1)
    desk.happens(truncate("marts.revenue"))
    desk.tick()
    desk.later(minutes=1)
    desk.happens(truncate("marts.revenue"))
    desk.tick()

    assert [(a.state, a.count) for a in desk.alerts()] == [(AlertState.RESOLVED, 1), (AlertState.OPEN, 2)]


def test_a_snooze_that_is_over_wakes_the_alert(desk: Desk) -> None:
    desk.board("Revenue", "marts.revenue")
    desk.happens(drop("marts.revenue"))
    desk.tick()
    (alert,) = desk.alerts()
    with desk.store.begin() as tx:
        until = desk.now + timedelta(hours=1)
        alerts.change(tx, alert.id, state=AlertState.SNOOZED, by="ana", at=desk.now, until=until)
    desk.deliver()
    asleep = desk.shown()
    desk.later(hours=1, seconds=1)
    desk.tick(read=False)

    assert "Snoozed" in asleep[0]
    assert desk.lines() == ["The snooze is over, and it still is not put right."]
    assert [a.state for a in desk.alerts()] == [AlertState.OPEN]


@pytest.mark.parametrize("verb", [Verb.ACKNOWLEDGE, Verb.SNOOZE, Verb.RESOLVE])
def test_a_click_that_comes_too_late_is_answered_with_what_happened(desk: Desk, verb: Verb) -> None:
    desk.board("Revenue", "marts.revenue")
    desk.happens(drop("marts.revenue"))
    desk.tick()
    (alert,) = desk.alerts()
    with desk.store.begin() as tx:
        resolved = alerts.change(tx, alert.id, state=AlertState.RESOLVED, by="amy", at=desk.now)
    desk.deliver()

    assert act(resolved, verb, by="ben", now=desk.now) == f"Already resolved by amy at {desk.now:%H:%M} UTC."
    assert "Resolved by amy" in desk.shown()[0]


def test_a_watcher_that_was_deposed_writes_nothing(desk: Desk) -> None:
    desk.board("Revenue", "marts.revenue")
    first, second = Leader(desk.store), Leader(desk.store)
    deposed = first.try_lead()
    first.resign()
    second.try_lead()
    desk.happens(drop("marts.revenue"))
    desk.mark()
    with pytest.raises(StoreDeposed):
        desk.watcher.tick(desk.now, epoch=deposed)
    assert (desk.alerts(), desk.backlog()) == ([], 0)

    assert desk.watcher.tick(desk.now, epoch=second.epoch) == 1
    assert len(desk.alerts()) == 1
    second.resign()


def test_a_window_waits_for_the_watermark_not_for_our_clock(desk: Desk) -> None:
    desk.board("Revenue", "marts.revenue")
    desk.happens(rename("marts.revenue", "marts.x"))
    began = desk.now
    desk.mark(began)
    desk.later(seconds=40)
    desk.tick(read=False)
    assert desk.alerts() == []

    desk.mark(began + timedelta(seconds=16))
    desk.tick(read=False)
    assert [a.kind for a in desk.alerts()] == ["rename_relation"]


def test_where_the_watermark_stands_still_it_is_said_as_not_confirmed(desk: Desk) -> None:
    desk.board("Revenue", "marts.revenue")
    desk.happens(rename("marts.revenue", "marts.x"))
    desk.tick()
    desk.later(minutes=3)
    desk.tick(read=False)
    (said,) = [t for t in desk.texts() if "renamed" in t]
    assert "the log is late, so it is not confirmed" in said

    # When the log comes after all, nothing is said again.
    desk.tick()
    assert len(desk.said()) == 1


def test_a_block_of_code_that_drops_what_is_used_is_said_to_be_uncertain(desk: Desk) -> None:
    desk.board("Revenue", "marts.revenue")
    desk.runs("DO $$ BEGIN IF now() > '2020-01-01' THEN DROP TABLE marts.revenue; END IF; END $$")
    desk.later(seconds=20)
    desk.tick()

    assert [(a.kind, a.asset) for a in desk.alerts()] == [("drop_table", key("marts.revenue"))]
    assert "in a branch that may not have run" in desk.said()[0][1]


def test_an_idle_tick_writes_nothing(desk: Desk) -> None:
    desk.board("Revenue", "marts.revenue")
    desk.happens(drop("marts.revenue"))
    desk.tick()

    def written() -> int:
        with desk.store.begin() as tx:
            return int(tx.exec_driver_sql("select xmin::text::bigint from watch_state").scalar_one())

    before = written()
    for _ in range(3):
        desk.later(seconds=1)
        desk.tick()
    assert written() == before


def test_a_long_history_is_kept_and_left_alone(desk: Desk) -> None:
    """Thousands of waiting harms: an idle tick writes nothing, a busy one adds to them."""
    many = 3000
    candidates = {
        f"acme\x1fshop\x1fmarts\x1ft{n}": [
            {
                "key": f"k{n}",
                "kind": "truncate",
                "effect": {"action": "truncate", "target": {"system": "acme", "path": ["shop", "marts", f"t{n}"]}},
                "brief": {
                    "id": f"s{n}", "system": "acme", "text": "truncate t", "started_at": NOW.isoformat(),
                    "login": "ben", "application": None, "session": None, "transaction": None, "via": None,
                    "fingerprint": "f", "by_machine": False,
                },
                "cure": "rows again",
                "closes_at": (NOW + timedelta(days=3)).isoformat(),
            }
        ]
        for n in range(many)
    }  # fmt: skip
    with desk.store.begin() as tx:
        watch.load_state(tx, NAME)
        watch.save_state(tx, NAME, 0, json.dumps({"state": {"waiting": candidates, "spoken": {}}, "held": []}))
    desk.board("Revenue", "marts.revenue")
    desk.tick()

    with desk.store.begin() as tx:
        kept = watch.load_state(tx, NAME)
    for _ in range(3):
        desk.watcher.tick(desk.now)
    with desk.store.begin() as tx:
        assert watch.load_state(tx, NAME) == kept
    desk.happens(drop("marts.revenue"))
    desk.tick()

    assert [alert.kind for alert in desk.alerts()] == ["drop_table"]


def test_a_state_of_another_version_does_not_stop_the_watch(desk: Desk) -> None:
    desk.board("Revenue", "marts.revenue")
    desk.tick()
    with desk.store.begin() as tx:
        watch.save_state(tx, "watcher", 0, '{"state": {"of": "another version"}, "held": 7}')
    desk.watcher = desk.new_watcher()
    desk.happens(drop("marts.revenue"))
    desk.tick()

    assert [alert.kind for alert in desk.alerts()] == ["drop_table"]
