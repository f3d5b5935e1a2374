"""Make the pictures of docs/pictures from a real run: `python -m tests.browser.pictures [FOLDER]`.

A company is founded, things are broken in its console, and each message is photographed as it stands in the page. What
is old when the bot first sees it is played by a bot that takes everything for old.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Locator, Page, expect, sync_playwright

from lineagebot.playground import acme
from lineagebot.policy import harms
from lineagebot.terminal.stage import Stage, stage
from tests.browser.conftest import FLAGS, chromium_path

PICTURES = Path(__file__).resolve().parents[2] / "docs" / "pictures"
#: Wide enough for one message and no more.
WINDOW = {"width": 1180, "height": 1400}
#: Milliseconds, for two busy cores.
PATIENCE = 40_000


class Photographer:
    """One person at the page, and a camera."""

    def __init__(self, demo: Stage, page: Page, folder: Path) -> None:
        self.demo, self.page, self.folder = demo, page, folder
        page.set_default_timeout(PATIENCE)
        expect.set_options(timeout=PATIENCE)

    def at(self, handle: str, channel: str) -> None:
        workspace, playground = self.demo.slack.workspace, self.demo.playground
        assert playground is not None
        where = workspace.channel(channel).id
        self.page.goto(playground.fresh_url())
        self.page.get_by_test_id("composer").wait_for()
        self.page.goto(f"{playground.base_url}/#{workspace.user(handle).id}/{where}")
        self.page.reload()
        self.page.get_by_test_id("composer").wait_for()

    def run(self, login: str, sql: str) -> None:
        self.page.get_by_test_id("console-person").select_option(login)
        self.page.get_by_test_id("console-sql").fill(sql)
        self.page.get_by_test_id("console-run").click()
        expect(self.page.get_by_test_id("console-result")).to_contain_text(re.compile("Done|row"))

    def say(self, text: str) -> None:
        self.page.get_by_test_id("composer").fill(text)
        self.page.get_by_test_id("composer").press("Enter")

    def message(self, text: str) -> Locator:
        found = self.page.get_by_role("main").get_by_test_id("message").filter(has_text=text).last
        expect(found).to_be_visible()
        return found

    def take(self, message: Locator, name: str) -> None:
        self.page.mouse.move(0, 0)
        message.screenshot(path=self.folder / f"{name}.png", animations="disabled")
        print(name, f"{(self.folder / name).with_suffix('.png').stat().st_size // 1024} KB")


def photograph(camera: Photographer) -> None:
    camera.at("anna", "finance")
    camera.run("anna", "DROP TABLE marts.revenue_daily")
    alert = camera.message("dropped the table marts.revenue_daily")
    camera.take(alert, "alert-one")
    alert.get_by_role("button", name="Acknowledge").click()
    expect(alert).to_contain_text(re.compile("acknowledged by", re.IGNORECASE))
    camera.take(alert, "alert-acknowledged")
    acme.rebuild(camera.demo.company, camera.demo.warehouse.dsn_for)
    expect(alert).to_contain_text(re.compile("healed", re.IGNORECASE))
    camera.take(alert, "alert-healed")

    camera.say('/lineage announce "ALTER TABLE marts.revenue_daily DROP COLUMN customers" now because nobody reads it')
    camera.take(camera.message("announces a change"), "announced")
    camera.run("anna", "ALTER TABLE marts.revenue_daily DROP COLUMN customers CASCADE")
    done = camera.message("announces a change")
    expect(done).to_contain_text("Done:")
    camera.take(done, "announced-done")


def gathered(camera: Photographer) -> None:
    camera.at("ben", "growth")
    camera.say("/lineage digest weekly monday 09:00 below critical")
    camera.message("a digest")
    for table in ("marts.web_visits", "marts.funnel_daily"):
        camera.run("ben", f"TRUNCATE {table}")
    camera.page.wait_for_timeout(6_000)
    camera.say("/lineage digest off")
    camera.message("What was gathered for it comes now")
    heading = camera.page.get_by_role("heading", name="Digest", exact=True)
    digest = camera.page.get_by_role("main").get_by_test_id("message").filter(has=heading).last
    expect(digest).to_be_visible()
    camera.take(digest, "digest")


def grouped(camera: Photographer) -> None:
    camera.at("dmitri", "data-platform")
    camera.run("dmitri", "DROP SCHEMA staging CASCADE")
    camera.take(camera.message("staging"), "alert-grouped")


@contextmanager
def everything_is_old() -> Iterator[None]:
    usual = harms.OLD
    harms.OLD = timedelta(hours=-1)
    try:
        yield
    finally:
        harms.OLD = usual


def main(folder: Path) -> None:
    folder.mkdir(exist_ok=True, parents=True)
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as place:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=list(FLAGS))
        with stage(None, page=True, directory=Path(place)) as demo:
            context = browser.new_context(viewport=WINDOW, locale="en-GB", timezone_id="Europe/Berlin")
            context.add_init_script("localStorage.setItem('lineagebot.first-steps.done', 'yes')")
            camera = Photographer(demo, context.new_page(), folder)
            for scene in (photograph, gathered, catching_up, grouped):
                try:
                    scene(camera)
                except AssertionError as trouble:
                    camera.page.screenshot(path=folder / f"trouble-{scene.__name__}.png")
                    print(scene.__name__, trouble)
        browser.close()


def catching_up(camera: Photographer) -> None:
    camera.at("eva", "lineagebot-admin")
    with everything_is_old():
        camera.run("eva", "DELETE FROM marts.orders; DELETE FROM marts.customers")
        camera.take(camera.message("Catching up"), "catching-up")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else PICTURES)
