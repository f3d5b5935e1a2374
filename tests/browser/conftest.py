"""A real Chromium on the playground: one browser for all tests, a fresh profile for each page.

Every page is watched: a script error, a complaint of the console, or a request to anywhere but the playground fails
the test that opened it. Screenshots are kept in test-results/ at a desk's and a phone's size.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

from lineagebot.terminal.stage import Stage as DemoStage
from lineagebot.terminal.stage import stage as demo_stage
from tests.browser.stage import Stage, staged

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
#: the last four keep Chromium from calling home
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
DESK = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
#: milliseconds, for two busy cores
PATIENCE = 15_000
RESULTS = Path(__file__).resolve().parents[2] / "test-results"

OpenPage = Callable[..., Page]
Shot = Callable[..., None]


def chromium_path() -> str | None:
    asked = os.environ.get("LINEAGEBOT_CHROMIUM")
    return asked or next((found for name in NAMES if (found := shutil.which(name))), None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = chromium_path()
    if path is None:
        sentence = "browser tests did not run: no Chromium found (LINEAGEBOT_CHROMIUM, or chromium on PATH)"
        if os.environ.get("LINEAGEBOT_REQUIRE_BROWSER") == "1":
            pytest.fail(sentence)
        pytest.skip(sentence)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


class Watched:
    """A page, and what went wrong in it that nobody asked for."""

    def __init__(self, page: Page, home: str) -> None:
        self.page = page
        self.home = home
        self.troubles: list[str] = []
        page.on("pageerror", lambda error: self.troubles.append(f"script error: {error}"))
        page.on("console", self._on_console)
        page.on("request", self._on_request)

    def _on_console(self, message: ConsoleMessage) -> None:
        # A dropped line says so in the console by itself; the tests that drop one look at the page.
        if message.type == "error" and not message.text.startswith(("WebSocket connection", "Failed to load resource")):
            self.troubles.append(f"console: {message.text}")

    def _on_request(self, request: Request) -> None:
        to = urlsplit(request.url)
        if to.scheme not in ("data", "blob") and to.netloc != self.home:
            self.troubles.append(f"asked somebody else: {request.url}")


@pytest.fixture
def page_of(chromium: Browser) -> Iterator[OpenPage]:
    """`page_of(playground_url, who="U0ANNA", where="C0GENERAL")`: the page, open and filled.

    `playground_url` carries the one-time token. Options: size (DESK), dark (False), seen (True: the first steps were
    dismissed before).
    """
    opened: list[Watched] = []

    def open_page(
        playground_url: str,
        *,
        who: str = "",
        where: str = "",
        size: dict[str, int] = DESK,
        dark: bool = False,
        seen: bool = True,
    ) -> Page:
        context = chromium.new_context(
            viewport=size, color_scheme="dark" if dark else "light", locale="en-GB", timezone_id="Europe/Berlin"
        )
        context.set_default_timeout(PATIENCE)
        if seen:
            context.add_init_script("localStorage.setItem('lineagebot.first-steps.done', 'yes')")
        watched = Watched(context.new_page(), urlsplit(playground_url).netloc)
        opened.append(watched)
        watched.page.goto(playground_url)
        watched.page.get_by_test_id("composer").wait_for()
        if who:
            watched.page.goto(f"http://{watched.home}/#{who}/{where}")
            watched.page.reload()
        watched.page.get_by_test_id("composer").wait_for()
        return watched.page

    yield open_page
    for watched in opened:
        watched.page.context.close()
    troubles = [trouble for watched in opened for trouble in watched.troubles]
    assert not troubles, "\n".join(troubles)


@pytest.fixture
def shot(request: pytest.FixtureRequest) -> Shot:
    """`shot(page, "answer")`: a picture at a desk's size and one at a phone's; `tab` is the phone's pane to show."""

    def keep(page: Page, name: str, *, tab: str = "") -> None:
        RESULTS.mkdir(exist_ok=True)
        path = f"{request.node.name.removeprefix('test_').partition('[')[0]}-{name}"
        page.set_viewport_size(DESK)
        page.screenshot(path=RESULTS / f"{path}-1440.png", animations="disabled")
        page.set_viewport_size(PHONE)
        if tab:
            page.get_by_test_id(f"tab-{tab}").click()
        page.screenshot(path=RESULTS / f"{path}-390.png", animations="disabled")
        if tab:
            page.get_by_test_id("tab-chat").click()
        page.set_viewport_size(DESK)

    return keep


@pytest.fixture
def stage() -> Iterator[Stage]:
    """The playground with a small bot of the tests behind it."""
    with staged() as made:
        yield made


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoStage]:
    """The real demo behind its page: a company, a warehouse and the bot. Founded once, which takes a while."""
    with demo_stage(None, page=True, directory=tmp_path_factory.mktemp("demo")) as made:
        yield made
