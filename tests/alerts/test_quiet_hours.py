"""Quiet hours, digests and pauses, end to end: what is said when, what healed or changed meanwhile, over restarts."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from lineagebot.model import (
    AlertState,
    Announcement,
    AnnouncementState,
    Asset,
    AssetKind,
    Digest,
    Edge,
    Layer,
    QuietHours,
    Severity,
    Until,
)
from lineagebot.policy import notice
from lineagebot.policy.rules import Windows
from lineagebot.reply import Destination, Reply, to_json
from lineagebot.store import alerts, announcements, curation, held, listening
from lineagebot.store.curation import Subscription
from lineagebot.store.ingest import InventoryRow, record_inventory

from .conftest import ADMIN_ID, TEAM, Desk, create, drop, key, truncate

FINANCE = Destination(TEAM, "C0FIN")
NIGHT = QuietHours("Europe/Berlin", 20 * 60, 8 * 60)
DAILY = Digest("Europe/Berlin", 9 * 60)


@pytest.fixture
def night(desk: Desk) -> Desk:
    """Monday, 22:00 in Berlin; #finance owns a dashboard and wants no noise until 08:00."""
    desk.board("Revenue", "marts.revenue", "marts.costs", "marts.back", owner="#finance")
    desk.now = datetime(2026, 11, 23, 21, tzinfo=UTC)
    quiet(desk, NIGHT)
    return desk


def quiet(desk: Desk, hours: QuietHours | None, where: Destination = FINANCE, *, dm: str | None = None) -> None:
    with desk.store.begin() as tx:
        listening.set_quiet(tx, where, hours, by="ana", at=desk.now, dm=dm)


def digest(desk: Desk, rule: Digest | None, where: Destination = FINANCE) -> None:
    with desk.store.begin() as tx:
        listening.set_digest(tx, where, rule, by="ana", at=desk.now)


def at(desk: Desk, hour: int, minute: int = 0, *, day: int = 24) -> None:
    """The clock of Berlin, in November."""
    desk.now = datetime(2026, 11, day, hour, minute, tzinfo=UTC) - timedelta(hours=1)
    desk.tick()


def copies(desk: Desk, *names: str) -> None:
    """Tables that somebody built a table on, and no dashboard: of medium loudness."""
    built = [(key(name), key(f"copies.{name.split('.')[1]}")) for name in names]
    rows = [InventoryRow(Asset(k, AssetKind.TABLE, k.name)) for pair in built for k in pair]
    edges = [Edge(a, b, layer=Layer.DECLARED, first_seen=desk.now, last_seen=desk.now) for a, b in built]
    with desk.store.begin() as tx:
        record_inventory(tx, "acme", desk.now - timedelta(days=1), rows, edges, (), False)


def follow(desk: Desk, pattern: str, floor: Severity | None = None, channel: str = "C0OPS") -> None:
    with desk.store.begin() as tx:
        curation.subscribe(tx, TEAM, channel, Subscription(pattern=pattern, floor=floor), "ana", desk.now)


def test_what_came_in_the_night_is_one_message_in_the_morning(night: Desk) -> None:
    night.happens(drop("marts.revenue"))
    night.tick()
    night.happens(truncate("marts.costs"), drop("marts.back"))
    night.tick()
    night.watcher = night.new_watcher()  # a restart
    night.later(hours=1)
    night.happens(create("marts.back", "id"))
    at(night, 7, 59)
    assert (night.said(), len(night.alerts())) == ([], 3)

    at(night, 8)
    at(night, 8, 1)
    assert night.said() == [("C0FIN", "During your quiet hours")]
    (said,) = night.shown()
    assert "2 alerts are open, 1 was put right." in said
    assert "ben dropped the table marts.revenue" in said
    assert "dashboard Revenue" in said
    assert "Put right: marts.back by ben." in said
    assert "You hear this because #finance owns Revenue." in said


def test_the_message_of_the_morning_shows_what_became_of_each(night: Desk) -> None:
    night.happens(drop("marts.revenue"))
    night.happens(truncate("marts.costs"))
    night.tick()
    at(night, 8)
    night.happens(create("marts.revenue", "id"))
    night.tick()
    with night.store.begin() as tx:
        costs = next(a for a in alerts.find_open(tx) if a.asset == key("marts.costs"))
        alerts.change(tx, costs.id, state=AlertState.ACKNOWLEDGED, by="Ana", at=night.now)
    night.deliver()

    (said,) = night.shown()
    assert "1 alert is open, 1 was put right." in said
    assert "acknowledged by Ana" in said
    assert "Put right: marts.revenue by ben." in said


def test_a_storm_of_the_night_is_the_storm_alone_in_the_morning(night: Desk) -> None:
    night.watcher = night.new_watcher(windows=Windows(storm=5))
    tables = [f"marts.t{n:02}" for n in range(12)]
    night.board("Everything", *tables, owner="#finance")
    for table in tables[:6]:
        night.happens(drop(table))
    night.tick()
    for table in tables[6:]:
        night.happens(drop(table))
    night.tick()
    assert night.said() == []

    at(night, 8)
    assert night.said() == [("C0FIN", "🔴 ben hit 12 things in use in shop.marts, in one session")]


def test_a_lone_alert_of_the_night_is_told_in_full(night: Desk) -> None:
    night.happens(drop("marts.revenue"))
    night.tick()
    at(night, 8)

    assert night.said() == [("C0FIN", "🔴 ben dropped the table marts.revenue")]
    assert "You hear this because #finance owns Revenue." in night.shown()[0]


def test_where_all_healed_in_the_night_nothing_is_said_and_it_is_noted(night: Desk) -> None:
    night.happens(drop("marts.revenue"))
    night.tick()
    night.later(minutes=5)
    night.happens(create("marts.revenue", "id"))
    at(night, 8)

    assert night.said() == []
    with night.store.begin() as tx:
        assert curation.audit_log(tx, limit=1)[0].detail == "1 alert healed before anybody was told"


def test_what_is_loud_enough_breaks_through(night: Desk) -> None:
    quiet(night, QuietHours("Europe/Berlin", 20 * 60, 8 * 60, but=Severity.HIGH))
    night.happens(drop("marts.revenue"))
    night.tick()
    assert night.said() == [("C0FIN", "🔴 ben dropped the table marts.revenue")]

    quiet(night, NIGHT)
    with night.store.begin() as tx:
        curation.set_tags(tx, key("marts.costs"), ["tier1"], by="ana", at=night.now)
    night.happens(drop("marts.costs"))
    night.tick()
    assert {a.asset.name: a.severity for a in night.alerts()} == {"revenue": Severity.HIGH, "costs": Severity.CRITICAL}
    assert len(night.said()) == 2


def test_other_places_hear_at_once_and_in_their_own_order(night: Desk) -> None:
    follow(night, "marts.*")
    night.happens(drop("marts.revenue"))
    night.tick()

    assert night.said() == [("C0OPS", "🔴 ben dropped the table marts.revenue")]
    assert night.backlog() == 0


def test_whoever_ends_the_quiet_hours_hears_at_once(night: Desk) -> None:
    night.happens(drop("marts.revenue"))
    night.tick()
    quiet(night, None)
    night.tick(read=False)

    assert [channel for channel, _ in night.said()] == ["C0FIN"]


def test_no_line_is_added_in_the_night_but_the_message_is_redrawn(night: Desk) -> None:
    quiet(night, None)
    night.happens(drop("marts.revenue"))
    night.tick()
    quiet(night, NIGHT)
    night.later(minutes=1)
    night.happens(create("marts.revenue", "id"))
    night.tick()

    assert night.lines() == []
    assert "Healed by ben" in night.shown()[0]


def test_a_snooze_that_ends_in_the_night_is_heard_of_in_the_morning(night: Desk) -> None:
    quiet(night, None)
    night.happens(drop("marts.revenue"))
    night.tick()
    quiet(night, NIGHT)
    (alert,) = night.alerts()
    with night.store.begin() as tx:
        until = night.now + timedelta(hours=1)
        alerts.change(tx, alert.id, state=AlertState.SNOOZED, by="ana", at=night.now, until=until)
    night.later(hours=2)
    night.tick()
    assert len(night.said()) == 1

    at(night, 8)
    assert night.said()[1:] == [("C0FIN", "During your quiet hours")]
    assert "1 alert is open." in night.shown()[1]


def test_a_person_is_one_place_by_either_name(night: Desk) -> None:
    night.board("Mine", "marts.mine", owner="ana@acme.test")
    quiet(night, NIGHT, Destination(TEAM, "U0ANA"), dm="D0ANA")
    follow(night, "marts.mine", channel="D0ANA")
    night.happens(drop("marts.mine"))
    night.tick()
    assert night.said() == []

    at(night, 8)
    assert night.said() == [("U0ANA", "🔴 ben dropped the table marts.mine")]


def test_what_was_missed_while_nobody_watched_waits_for_the_morning_too(night: Desk) -> None:
    quiet(night, NIGHT, Destination(TEAM, ADMIN_ID))
    night.happens(drop("marts.revenue"), ago=8 * 3600)
    night.happens(drop("marts.costs"), ago=7.5 * 3600)
    night.tick()
    assert night.said() == []

    at(night, 8)
    assert night.said() == [(ADMIN_ID, "During your quiet hours")]
    assert "it happened while I was not reading" in night.shown()[0]


def test_an_escalation_waits_for_the_morning_of_its_channel(night: Desk) -> None:
    night.board("Other", "marts.other", owner="ana@acme.test")
    night.watcher = night.new_watcher(escalate_to="#finance", escalate_after=timedelta(minutes=30))
    night.happens(drop("marts.other"))
    night.tick()
    night.later(minutes=31)
    night.tick()
    assert [channel for channel, _ in night.said()] == ["U0ANA"]

    at(night, 8)
    assert [channel for channel, _ in night.said()] == ["U0ANA", "C0FIN"]
    assert "nobody acted on it within 30 minutes" in night.shown()[1]


def test_what_was_told_among_others_is_escalated_like_the_rest(night: Desk) -> None:
    night.watcher = night.new_watcher(escalate_to="U0BOSS", escalate_after=timedelta(minutes=30))
    night.happens(drop("marts.revenue"))
    night.happens(drop("marts.costs"))
    night.tick()
    at(night, 8)
    at(night, 8, 29)
    assert [channel for channel, _ in night.said()] == ["C0FIN"]

    at(night, 8, 31)
    assert [channel for channel, _ in night.said()] == ["C0FIN", "U0BOSS", "U0BOSS"]


def test_a_digest_lists_what_is_not_loud_and_leaves_the_rest_as_it_was(night: Desk) -> None:
    quiet(night, None)
    copies(night, "marts.a", "marts.b", "marts.c")
    digest(night, DAILY)
    follow(night, "marts.*", channel="C0FIN")
    night.later(minutes=1)
    night.happens(drop("marts.a"))
    night.happens(truncate("marts.a"))
    night.happens(truncate("marts.b"))
    night.happens(drop("marts.c"))
    night.happens(drop("marts.revenue"))
    night.tick()
    night.later(minutes=5)
    night.happens(create("marts.c", "id"))
    night.tick()
    assert night.said() == [("C0FIN", "🔴 ben dropped the table marts.revenue")]

    at(night, 9)
    at(night, 9, 1)
    assert [heading for _, heading in night.said()][1:] == ["Digest"]
    said = night.shown()[1]
    assert "Put right: marts.c by ben." in said
    assert "Medium" in said
    assert "1 other alert was said at once, and not again here." in said
    at(night, 9, day=25)
    assert len(night.said()) == 2, "of a day on which nothing happened nothing is said"


def test_a_floor_of_a_subscription_says_what_the_digest_is_for(night: Desk) -> None:
    copies(night, "marts.a", "marts.b")
    ops = Destination(TEAM, "C0OPS")
    digest(night, DAILY, ops)
    follow(night, "marts.a", Severity.MEDIUM)
    follow(night, "marts.b", Severity.HIGH)
    night.happens(drop("marts.a"))
    night.happens(drop("marts.b"))
    night.tick()
    told = [heading for channel, heading in night.said() if channel == "C0OPS"]
    assert told == ["🟠 ben dropped the table marts.a"]

    at(night, 9)
    (said,) = [
        text for (channel, heading), text in zip(night.said(), night.shown(), strict=True) if heading == "Digest"
    ]
    assert "marts.b" in said
    assert "marts.a" not in said


EMPTY = {
    "weekly": (Digest("Europe/Berlin", 9 * 60, weekday=1), True),
    "daily, always": (Digest("Europe/Berlin", 9 * 60, empty=True), True),
    "daily": (DAILY, False),
}


@pytest.mark.parametrize("case", EMPTY)
def test_that_nothing_happened_is_said_where_it_is_wanted(case: str, night: Desk) -> None:
    rule, said = EMPTY[case]
    quiet(night, None)
    digest(night, rule)
    at(night, 9)
    at(night, 9, 1)

    assert [heading for _, heading in night.said()] == (["Digest"] if said else [])
    assert all("Nothing happened that I would alert about." in text and "As of" in text for text in night.shown())


def test_a_digest_that_is_ended_says_what_was_gathered(night: Desk) -> None:
    copies(night, "marts.a")
    digest(night, DAILY, Destination(TEAM, ADMIN_ID))
    night.happens(drop("marts.a"))
    night.tick()
    digest(night, None, Destination(TEAM, ADMIN_ID))
    night.tick(read=False)

    assert night.said() == [(ADMIN_ID, "🟠 ben dropped the table marts.a")]


def announced(desk: Desk, *, at: datetime) -> Announcement:
    told = Reply("a change of marts.revenue", private=False)
    made = Announcement(
        id="a1b2c3d4", workspace=TEAM, announcer="U0BEN", name="Ben", system="acme", why="old", statement="DROP …",
        effects=(drop("marts.revenue"),), victims=(), at=at, announced_at=desk.now, message=_json(told),
    )  # fmt: skip
    with desk.store.begin() as tx:
        announcements.announce(tx, made, (), drawn=notice.drawn(made))
        held.hold_notice(tx, made.id, FINANCE, until=Until.MORNING, at=desk.now)
    return made


def _json(told: Reply) -> str:
    return json.dumps(to_json(told))


def test_an_announced_change_waits_too_unless_it_comes_near(night: Desk) -> None:
    made = announced(night, at=night.now + timedelta(days=2))
    night.tick()
    assert night.said() == []

    with night.store.begin() as tx:
        moved = replace(made, at=night.now + timedelta(hours=2))
        announcements.change(tx, moved, by="ben", act="moved", at=night.now)
    night.tick()
    assert [channel for channel, _ in night.said()] == ["C0FIN"]


def test_what_was_called_off_in_the_night_is_not_told(night: Desk) -> None:
    made = announced(night, at=night.now + timedelta(days=2))
    with night.store.begin() as tx:
        off = replace(made, state=AnnouncementState.CANCELLED, outcome="cancelled by Ben")
        announcements.change(tx, off, by="ben", act="cancelled", at=night.now)
    at(night, 8)

    assert night.said() == []


def test_a_pause_holds_lines_snoozes_and_escalations(night: Desk) -> None:
    quiet(night, None)
    night.watcher = night.new_watcher(escalate_to="U0BOSS", escalate_after=timedelta(minutes=30))
    night.happens(truncate("marts.revenue"))
    night.tick()
    night.pause(hours=2)
    for _ in range(4):
        night.later(minutes=20)
        night.happens(truncate("marts.revenue"))
        night.tick()
    assert (len(night.said()), night.lines()) == (1, [])
    assert "5 times" in night.shown()[0]
