"""The demo as a newcomer meets it: the real bot behind the page, a real warehouse under the console, a real browser.

One company is founded for all of them; every test breaks something that no other one looks at.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from lineagebot.playground import acme
from lineagebot.serve import now
from lineagebot.store import alerts
from lineagebot.terminal.stage import Stage, wait_until
from tests.browser.conftest import OpenPage, Shot

#: Milliseconds within which an alert must be seen.
SOON = 30_000


class Desk:
    """The page as one person sees it."""

    def __init__(self, demo: Stage, page: Page) -> None:
        self.demo = demo
        self.page = page

    @property
    def messages(self) -> Locator:
        return self.page.get_by_role("main").get_by_test_id("message")

    @property
    def last(self) -> Locator:
        return self.messages.last

    def go_to(self, channel: str) -> None:
        self.page.get_by_test_id(f"channel-{channel}").click()
        expect(self.page.get_by_role("heading", name=channel, exact=True).first).to_be_visible()

    def say(self, text: str) -> None:
        """Type it and wait until something new is said."""
        before = self.messages.count()
        self.page.get_by_test_id("composer").fill(text)
        self.page.get_by_test_id("composer").press("Enter")
        expect(self.messages.nth(before)).to_be_visible()

    def run(self, login: str, sql: str, *, fails: bool = False) -> None:
        self.page.get_by_test_id("console-person").select_option(login)
        self.page.get_by_test_id("console-sql").fill(sql)
        self.page.get_by_test_id("console-run").click()
        expect(self.page.get_by_test_id("console-result")).to_contain_text(
            "Failed" if fails else re.compile("Done|row")
        )


DeskOf = Callable[..., Desk]


@pytest.fixture
def desk_of(demo: Stage, page_of: OpenPage) -> DeskOf:
    def desk(handle: str = "eva", channel: str = "data") -> Desk:
        workspace = demo.slack.workspace
        where = workspace.channel(channel).id
        assert demo.playground is not None
        return Desk(demo, page_of(demo.playground.fresh_url(), who=workspace.user(handle).id, where=where))

    return desk


def test_a_name_is_answered_and_its_buttons_work(desk_of: DeskOf, shot: Shot) -> None:
    desk = desk_of()
    desk.say("/lineage revenue_daily")
    expect(desk.last.get_by_role("heading")).to_have_text("marts.revenue_daily")
    expect(desk.last).to_contain_text("Exec weekly")
    expect(desk.last).to_contain_text("Only visible to you")
    shot(desk.page, "answer")
    desk.last.get_by_role("button", name="Who reads it").click()
    expect(desk.last.get_by_role("heading")).to_have_text("Who reads marts.revenue_daily")
    expect(desk.last).to_contain_text("Eva Lindqvist")
    shot(desk.page, "readers")
    desk.page.get_by_test_id("message").nth(-2).get_by_role("button", name=re.compile("^Downstream: all")).click()
    expect(desk.last.get_by_role("heading")).to_have_text("Downstream of marts.revenue_daily")
    shot(desk.page, "all")


def test_a_column_is_answered(desk_of: DeskOf, shot: Shot) -> None:
    desk = desk_of()
    desk.say("/lineage column marts.revenue_daily.revenue")
    expect(desk.last).to_contain_text("amount")
    shot(desk.page, "column")


def test_a_drop_is_told_to_its_owners(desk_of: DeskOf, shot: Shot) -> None:
    desk = desk_of("anna", "finance")
    began = time.monotonic()
    desk.run("anna", "DROP TABLE marts.revenue_daily")
    alert = desk.messages.filter(has_text="dropped the table marts.revenue_daily")
    expect(alert).to_be_visible(timeout=SOON)
    print(f"alert visible {time.monotonic() - began:.2f} s after the click on Run")
    expect(alert).to_contain_text("Exec weekly")
    shot(desk.page, "alert")
    alert.get_by_role("button", name="Acknowledge").click()
    expect(alert).to_contain_text(re.compile("acknowledged by Anna Berg", re.IGNORECASE))
    expect(alert.get_by_role("button", name="Acknowledge")).to_have_count(0)
    expect(desk.messages).to_have_count(1)
    shot(desk.page, "acknowledged")
    alert.get_by_test_id("replies").click()
    thread = desk.page.get_by_test_id("thread-pane")
    expect(thread).to_contain_text("DROP TABLE marts.revenue_daily")
    expect(thread).to_contain_text(re.compile("Anna Berg", re.IGNORECASE))
    shot(desk.page, "thread")
    desk.page.keyboard.press("Escape")
    alert.get_by_label("Snooze").click()
    desk.page.get_by_role("option", name="4 hours").click()
    expect(alert).to_contain_text(re.compile("snoozed by Anna Berg until", re.IGNORECASE))
    shot(desk.page, "snoozed")
    alert.get_by_role("button", name="Resolve").click()
    expect(desk.page.get_by_text("Resolve this alert?")).to_be_visible()
    shot(desk.page, "question")
    desk.page.get_by_test_id("confirm-yes").click()
    expect(alert).to_contain_text(re.compile("resolved by Anna Berg", re.IGNORECASE))
    expect(alert.get_by_role("button", name="Resolve")).to_have_count(0)
    shot(desk.page, "resolved")


def test_a_drop_is_judged_in_a_direct_message_before_it_is_run(desk_of: DeskOf, shot: Shot) -> None:
    desk = desk_of("chloe", "lineagebot")
    desk.say("is this ok?\n```\nDROP TABLE marts.customer_ltv;\n```")
    expect(desk.last).to_contain_text("Breaks:")
    expect(desk.last).to_contain_text("Customer health")
    shot(desk.page, "verdict")
    desk.say("can I drop marts.web_visits?")
    expect(desk.last).to_contain_text("marts.web_visits (table) would be dropped.")
    shot(desk.page, "question")


def test_an_owner_is_set_in_a_form(desk_of: DeskOf, shot: Shot) -> None:
    desk = desk_of()
    desk.say("/lineage staging.stg_refunds")
    desk.last.get_by_role("button", name="Set owner").click()
    modal = desk.page.get_by_role("dialog")
    expect(modal).to_contain_text("Who answers for")
    shot(desk.page, "form")
    desk.page.get_by_test_id("modal-submit").click()
    expect(modal.get_by_role("alert").first).to_be_visible()
    shot(desk.page, "error")
    modal.get_by_label("A person").click()
    desk.page.get_by_role("option", name="Ben Ortiz Analytics engineer").click()
    desk.page.get_by_test_id("modal-submit").click()
    expect(modal).to_be_hidden()
    expect(desk.last).to_contain_text("Ben Ortiz")
    shot(desk.page, "set")
    desk.say("/lineage staging.stg_refunds")
    expect(desk.last).to_contain_text("owner Ben Ortiz")


def test_an_ambiguous_name_is_asked_back_with_buttons(desk_of: DeskOf, shot: Shot) -> None:
    desk = desk_of()
    desk.say("/lineage orders")
    shot(desk.page, "asked")
    desk.last.get_by_role("button", name="marts.orders", exact=True).click()
    expect(desk.last.get_by_role("heading")).to_have_text("marts.orders")


def test_an_unknown_name_gets_the_nearest_ones(desk_of: DeskOf, shot: Shot) -> None:
    desk = desk_of()
    desk.say("/lineage revnue_by_contry")
    expect(desk.last.get_by_role("button", name="marts.revenue_by_country", exact=True)).to_be_visible()
    shot(desk.page, "nearest")


def test_help_and_status(desk_of: DeskOf, shot: Shot) -> None:
    desk = desk_of()
    desk.say("/lineage help")
    expect(desk.last).to_contain_text("who reads")
    shot(desk.page, "help")
    desk.say("/lineage status")
    expect(desk.last).to_contain_text("acme")
    shot(desk.page, "status")
    desk.say("/lineage help check")
    shot(desk.page, "word")


def test_a_guest_learns_nothing(demo: Stage, desk_of: DeskOf, shot: Shot) -> None:
    workspace = demo.slack.workspace
    workspace.add_user("gus", real_name="Gus Guest", is_ultra_restricted=True)
    desk = desk_of("gus", "data")
    desk.say("/lineage marts.orders")
    expect(desk.last).to_contain_text("Sorry, I can only help full members of this workspace.")
    expect(desk.last).not_to_contain_text("Downstream")
    shot(desk.page, "turned-away")


QUIET = (
    ("ben", "BEGIN; DROP TABLE marts.product_sales; ROLLBACK", False),
    ("ben", "DROP TABLE marts.orders", True),
    ("ben", "SELEC 1", True),
    ("ben", "CREATE TEMP TABLE web_visits AS SELECT 1 AS x; DROP TABLE web_visits", False),
    ("ben", "DELETE FROM marts.product_sales WHERE false", False),
    ("ben", "CREATE TABLE sandbox.mine AS SELECT 1 AS x; DROP TABLE sandbox.mine", False),
)


def test_nobody_is_woken_for_what_hurts_nobody(demo: Stage, desk_of: DeskOf, shot: Shot) -> None:
    desk = desk_of("ben", "growth")
    before = raised(demo)
    for login, sql, fails in QUIET:
        desk.run(login, sql, fails=fails)
    acme.rebuild(demo.company, demo.warehouse.dsn_for)
    ended = now()
    wait_until(lambda: demo.all_windows_closed(ended), "the log was not read")
    desk.run("ben", "TRUNCATE marts.funnel_daily")
    expect(desk.last).to_contain_text("emptied marts.funnel_daily", timeout=SOON)
    assert raised(demo) - before == {"shop.marts.funnel_daily"}
    shot(desk.page, "beacon")


def test_an_alert_is_taken_back_when_the_pipeline_puts_it_right(demo: Stage, desk_of: DeskOf, shot: Shot) -> None:
    desk = desk_of("dmitri", "lineagebot")
    desk.run("dmitri", "DROP TABLE marts.product_sales")
    alert = desk.messages.filter(has_text="dropped the table marts.product_sales")
    expect(alert).to_be_visible(timeout=SOON)
    acme.rebuild(demo.company, demo.warehouse.dsn_for)
    expect(alert).to_contain_text("healed", timeout=15_000, ignore_case=True)
    expect(alert.get_by_role("button", name="Acknowledge")).to_have_count(0)
    shot(desk.page, "healed")


def raised(demo: Stage) -> set[str]:
    with demo.app.store.begin() as tx:
        return {".".join(alert.asset.path) for alert in alerts.recent(tx, limit=100)}
