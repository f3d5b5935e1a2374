"""The playground: the fake Slack and its page on one port of 127.0.0.1, behind the guard."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from starlette.applications import Starlette

from lineagebot.playground.fake import FakeSlack
from lineagebot.playground.guard import Guard
from lineagebot.playground.page_side import Console, PageSide, Scene
from lineagebot.playground.serving import Serving

#: the built page, shipped in the package
STATIC = Path(__file__).parent / "static"


class Playground:
    """Serves the page, and the fake with it where the fake is not served yet.

    `console(login, sql)` runs a statement as one of `people`; only their logins reach it.
    """

    def __init__(
        self,
        fake: FakeSlack,
        console: Console | None = None,
        people: Sequence[Mapping[str, Any]] = (),
        static_dir: Path = STATIC,
        port: int = 0,
        *,
        commands: Sequence[Mapping[str, Any]] = (),
        examples: Sequence[Mapping[str, Any]] = (),
        tables: Callable[[], Sequence[str]] = tuple,
    ) -> None:
        scene = Scene(console=console, people=people, commands=commands, examples=examples, tables=tables)
        self.fake = fake
        self._mounted = not fake.is_served
        self._page = PageSide(fake, scene, static_dir)
        self._serving = Serving(port)
        if self._mounted:
            fake.served_at(self._serving.base_url)
        routes = [*(fake.routes if self._mounted else ()), *self._page.routes]
        self._guard = Guard(Starlette(routes=routes), port=self._serving.port)
        self._link = self._guard.link()

    @property
    def url(self) -> str:
        """Opens the page, once."""
        return self._opened_by(self._link)

    @property
    def base_url(self) -> str:
        return self._serving.base_url

    def fresh_url(self) -> str:
        """Another link that opens the page once, in another browser."""
        return self._opened_by(self._guard.link())

    def start(self) -> Self:
        self._serving.start(self._guard)
        return self

    def stop(self) -> None:
        if self._mounted:
            self.fake.stop()
        self._serving.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _opened_by(self, token: str) -> str:
        return f"{self._serving.base_url}/?token={token}"
