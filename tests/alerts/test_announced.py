"""From an announcement to the log and back: done quietly, gone beyond aloud, never done said once."""

from __future__ import annotations

from datetime import timedelta

from lineagebot.commands.answer import answer
from lineagebot.commands.request import Asker, Request
from lineagebot.commands.services import Services
from lineagebot.model import Announcement
from lineagebot.sql.understand import understand
from lineagebot.store import announcements
from lineagebot.store.graph import PostgresGraph

from .conftest import TEAM, Desk, drop

ANA = Asker(TEAM, "U0ANA00", "Ana", "C1")


def announce(desk: Desk, sql: str = "DROP TABLE marts.revenue", when: str = "in 2h") -> Announcement:
    ask(desk, f'announce "{sql}" {when} because nobody needs it')
    desk.deliver()
    with desk.store.begin() as tx:
        return announcements.find_open(tx)[-1]


def ask(desk: Desk, line: str, asker: Asker = ANA) -> str:
    services = Services(
        store=desk.store,
        graph=PostgresGraph(desk.store),
        dialects={"acme": "postgres"},
        default_paths={"acme": ("shop", "public")},
        understand=understand,
    )
    return answer(Request(line, asker, desk.now), services).summary


def board(desk: Desk) -> None:
    desk.board("Revenue", "marts.revenue", "marts.other", owner="#finance")


def test_it_is_announced_in_a_quiet_tone_in_the_owners_channel(desk: Desk) -> None:
    board(desk)
    announce(desk)

    assert desk.said() == [("C0FIN", "📣 Ana announces a change of marts.revenue")]
    assert "Why: nobody needs it" in desk.shown()[0]
    assert "Revenue" in desk.shown()[0]


def test_done_as_announced_it_is_a_line_in_the_thread_and_no_alert(desk: Desk) -> None:
    board(desk)
    announce(desk)
    desk.later(hours=2, minutes=2)
    desk.happens(drop("marts.revenue"), login="ben")
    desk.tick()
    desk.later(hours=5)
    desk.tick()

    assert desk.lines() == ["Done as announced at 11:42 UTC by ben."]
    assert len(desk.said()) == 1
    assert desk.shown()[0].startswith("✅ Ana announces a change of marts.revenue")
    assert desk.alerts() == []


def test_what_goes_beyond_is_an_alert_that_says_so(desk: Desk) -> None:
    board(desk)
    announce(desk)
    desk.later(hours=2)
    desk.happens(drop("marts.revenue"), drop("marts.other"), login="ben")
    desk.tick()

    (alert,) = desk.alerts()
    assert alert.headline == "ben dropped the table marts.other"
    said = next(text for text in desk.texts() if "🔴" in text)
    assert "More than Ana announced (for 22 Nov 11:40 UTC). Not announced: this, done to marts.other." in said
    assert any(line.startswith("More was done than was announced") and alert.id in line for line in desk.lines())


def test_without_an_announcement_or_after_a_cancel_it_is_loud(desk: Desk) -> None:
    board(desk)
    plan = announce(desk)
    ask(desk, f"announce cancel {plan.id}")
    desk.later(hours=2)
    desk.happens(drop("marts.revenue"))
    desk.tick()

    assert [a.headline for a in desk.alerts()] == ["ben dropped the table marts.revenue"]
    assert desk.lines()[0] == "Cancelled by Ana."


def test_what_did_not_happen_is_told_to_the_announcer_once(desk: Desk) -> None:
    board(desk)
    announce(desk)
    desk.later(hours=4, minutes=1)
    desk.tick()
    desk.later(hours=1)
    desk.tick()

    assert [channel for channel, _ in desk.said()] == ["C0FIN", "U0ANA00"]
    assert "You announced a change of marts.revenue" in desk.texts()[-1]
    assert desk.shown()[0].startswith("⌛")


def test_a_log_that_comes_late_is_waited_for(desk: Desk) -> None:
    board(desk)
    announce(desk)
    desk.mark(desk.now)
    desk.later(hours=6)
    desk.tick(read=False)

    assert len(desk.said()) == 1

    desk.happens(drop("marts.revenue"), ago=4 * 3600 - 60)
    desk.tick()

    assert desk.lines() == ["Done as announced at 11:41 UTC by ben."]
    assert (len(desk.said()), desk.alerts()) == (1, [])


def test_a_restart_between_two_looks_changes_nothing(desk: Desk) -> None:
    desk.board("Revenue", "raw.orders", owner="#finance")
    announce(desk, "TRUNCATE raw.orders; DROP TABLE raw.orders")
    desk.later(hours=2)
    desk.runs("TRUNCATE raw.orders")
    desk.tick()
    desk.watcher = desk.new_watcher()
    desk.later(seconds=30)
    desk.runs("DROP TABLE raw.orders")
    desk.tick()

    assert desk.lines() == [
        "Done in part, as announced, at 11:40 UTC by ben; 1 more to come.",
        "Done as announced at 11:40 UTC by ben.",
    ]
    assert desk.alerts() == []


def test_an_objection_stands_under_the_announcement_and_goes_to_the_announcer(desk: Desk) -> None:
    board(desk)
    plan = announce(desk)
    ask(desk, f"announce object {plan.id} the board reads it", Asker(TEAM, "U0BEN00", "Ben", "C0FIN"))
    desk.deliver()

    assert desk.lines() == ["Ben objects: the board reads it"]
    assert "Objections" in desk.shown()[0]
    assert desk.said()[-1][0] == "U0ANA00"
    assert plan.at - desk.now == timedelta(hours=2)
