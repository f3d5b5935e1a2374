"""What people say is kept, audited, and answered: on a real store."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from lineagebot.model import Alert, AlertState, Severity
from lineagebot.reply import Destination
from lineagebot.store import alerts, curation, watch
from lineagebot.store.engine import Store
from lineagebot.testing import NOW, key_of

Said = Callable[..., str]


def audited(store: Store) -> list[tuple[str, str, str, str]]:
    with store.begin() as tx:
        return [(a.workspace, a.by, a.act, a.detail) for a in curation.audit_log(tx, 10)]


OWNERS = [
    ("a person", "owner marts.revenue <@U777|dora>", "marts.revenue belongs to dora now"),
    ("a channel", "owner marts.revenue <#C777|finance>", "marts.revenue belongs to #finance now"),
    ("a group", "owner marts.revenue <!subteam^S777|@data>", "marts.revenue belongs to @data now"),
    ("an e-mail", "owner marts.revenue dora@acme.example", "marts.revenue belongs to dora@acme.example now"),
    ("a dashboard of two words", "owner exec revenue #finance", "Exec revenue belongs to #finance now"),
    ("as people say it", "owner of marts.revenue is @dora", "marts.revenue belongs to dora now"),
    ("nobody", "owner marts.revenue nobody", "marts.revenue has no owner now"),
]


@pytest.mark.parametrize(("line", "answer"), [c[1:] for c in OWNERS], ids=[c[0] for c in OWNERS])
def test_an_owner_is_named(line: str, answer: str, kept: Said, store: Store) -> None:
    assert answer in kept(line)
    assert audited(store)[0][:3] == ("T1", "UANA", "set owners")


def test_subscriptions_are_a_channels_own(kept: Said, store: Store) -> None:
    assert "This channel now hears when something happens to marts.revenue." in kept("subscribe marts.revenue")
    assert "now hears" in kept("subscribe marts.*")
    assert "already hears about marts.revenue." in kept("subscribe revenue")
    assert "  - marts.*\n  - marts.revenue" in kept("subscriptions")
    assert "has no subscriptions" in kept("subscriptions", channel="C2")
    assert "hears no more about marts.*." in kept("unsubscribe marts.*")
    assert "was not subscribed to marts.*." in kept("unsubscribe marts.*")
    assert "marts.*" not in kept("subscriptions")
    assert [act for _, _, act, _ in audited(store)] == ["unsubscribe", "subscribe", "subscribe"]


def test_a_dm_subscribes_the_conversation(kept: Said, store: Store) -> None:
    kept("subscribe marts.revenue", channel="D1", in_dm=True)

    with store.begin() as tx:
        (found,) = curation.subscribers(tx, [key_of("marts.revenue")])
    assert found[0] == Destination("T1", "D1")


def test_a_pause_ends_by_itself_or_by_a_word(kept: Said, store: Store) -> None:
    assert "Alerts are paused until 11:40:00 UTC. I keep watching." in kept("pause 2h")
    with store.begin() as tx:
        assert watch.paused(tx, "T1", now=NOW + timedelta(hours=1)) is not None
        assert watch.paused(tx, "T1", now=NOW + timedelta(hours=3)) is None
    assert "Alerts are paused by ana until 11:40:00 UTC." in kept("status")
    assert "Alerts are on again." in kept("resume")
    assert "Alerts were not paused." in kept("resume")


def raised(store: Store, alert_id: str = "k3x9q2ab") -> Alert:
    alert = Alert(
        id=alert_id, key=f"key-{alert_id}", system="acme", asset=key_of("marts.revenue"), kind="drop_table",
        severity=Severity.HIGH, headline="Ben dropped the table marts.revenue", message="{}", happened_at=NOW,
        raised_at=NOW,
    )  # fmt: skip
    with store.begin() as tx:
        alerts.raise_alert(tx, alert, [Destination("T1", "C1")])
    return alert


def state(store: Store, alert_id: str = "k3x9q2ab") -> AlertState:
    with store.begin() as tx:
        found = alerts.get(tx, alert_id)
    assert found is not None
    return found.state


ACTS = [
    ("ack", "ack k3x9q2ab --seen 1", "Acknowledged: Ben dropped the table marts.revenue.", AlertState.ACKNOWLEDGED),
    ("snooze", "snooze k3x9q2ab 4h --seen 1", "Snoozed until 13:40 UTC: Ben dropped", AlertState.SNOOZED),
    ("snooze till tomorrow", "snooze k3x9q2ab tomorrow", "Snoozed until 23 Nov 08:00 UTC", AlertState.SNOOZED),
    ("snooze till a weekday", "snooze k3x9q2ab until monday", "Snoozed until 23 Nov 08:00 UTC", AlertState.SNOOZED),
    ("resolve", "resolve K3X9Q2AB", "Resolved: Ben dropped", AlertState.RESOLVED),
    ("no such time", "snooze k3x9q2ab soonish", "Until when? For example: 1h, 4h, 2d, tomorrow,", AlertState.OPEN),
    ("no such alert", "ack zzz", "I have no alert “zzz”; see alerts.", AlertState.OPEN),
    ("which alert", "ack", "Which alert? For example: ack k3x9q2ab; see alerts.", AlertState.OPEN),
]  # fmt: skip


@pytest.mark.parametrize(("line", "answer", "after"), [c[1:] for c in ACTS], ids=[c[0] for c in ACTS])
def test_an_alert_is_acted_on(line: str, answer: str, after: AlertState, kept: Said, store: Store) -> None:
    raised(store)

    assert answer in kept(line)
    assert state(store) is after


def test_tomorrow_is_the_morning_of_whoever_snoozes_or_pauses(kept: Said, store: Store) -> None:
    raised(store)
    assert "Snoozed until 24 Nov 08:00 CET" in kept("snooze k3x9q2ab tuesday", zone="Europe/Berlin")
    assert "Snoozed until 23 Nov 14:30 CET" in kept("snooze k3x9q2ab monday 14:30", zone="Europe/Berlin")
    with store.begin() as tx:
        found = alerts.get(tx, "k3x9q2ab")
    assert found is not None
    assert found.snoozed_until == datetime(2026, 11, 23, 13, 30, tzinfo=UTC)
    assert "Alerts are paused until 17:00:00 UTC." in kept("pause until 18:00", zone="Europe/Berlin")
    assert "For how long?" in kept("pause yesterday")


def test_a_click_on_an_older_drawing_is_answered_and_not_obeyed(kept: Said, store: Store) -> None:
    raised(store)
    kept("resolve k3x9q2ab --seen 1", user="UAMY", name="amy")

    assert "Already resolved by amy at 09:40 UTC." in kept("ack k3x9q2ab --seen 1")
    assert "Already resolved by amy at 09:40 UTC." in kept("ack k3x9q2ab")
    assert state(store) is AlertState.RESOLVED


def test_alerts_lists_the_open_ones_and_on_demand_the_others(kept: Said, store: Store) -> None:
    assert "No open alert." in kept("alerts")
    raised(store)
    raised(store, "aaaabbbb")
    kept("resolve aaaabbbb")

    assert "k3x9q2ab high: Ben dropped the table marts.revenue" in kept("alerts")
    assert "aaaabbbb" not in kept("alerts")
    assert "aaaabbbb high, resolved by ana: Ben dropped" in kept("alerts --all")


def test_status_says_how_fresh_each_source_is(kept: Said) -> None:
    text = kept("status")

    assert "acme    postgres  0 s ago      0 s ago" in text
    assert "No open alert; nothing waiting to be sent." in text
