"""The demo's two ways: on a page in the browser, or played here as text."""

from __future__ import annotations

import signal
import threading
import time
import webbrowser

from rich.console import Console

from lineagebot.playground import acme
from lineagebot.terminal.play import Play
from lineagebot.terminal.stage import Stage, stage


def once(*, seed: int | None, statements: tuple[str, ...], login: str | None, verbose: bool = False) -> int:
    """Play three conversations and one alert (or `statements`) as text. Returns the exit code."""
    out = Console(highlight=False, markup=False, soft_wrap=True)
    began = time.monotonic()
    with stage(seed) as set_up:
        _say_what_stands(set_up, out, verbose=verbose)
        play = Play(set_up, out)
        story = set_up.company.accident
        play.ask(story.asker, f"/lineage {story.ask}")
        play.ask(story.asker, f"/lineage who reads {story.readers_of}")
        play.tell(story.asker, story.check)
        raised = [play.run(login or story.login, sql) for sql in statements or (story.sql,)]
        played = time.monotonic() - began
    out.print(f"Played in {played:.0f} s. The same on a page, to try it yourself: lineagebot demo", style="dim")
    return 0 if all(raised) or statements else 1


def _say_what_stands(set_up: Stage, out: Console, *, verbose: bool) -> None:
    company = set_up.company
    out.print(f"{company.name}: a real Postgres, {len(company.people)} people, and the bot on a Slack of our own.\n")
    if verbose:
        for step, seconds in set_up.took.items():
            out.print(f"  {seconds:5.1f} s  {step}", style="dim")
        out.print()


def serve(*, seed: int | None, statements: tuple[str, ...], login: str | None, port: int, open_browser: bool) -> None:
    """Serve the page until interrupted; `statements` are run as soon as it stands."""
    with stage(seed, page=True, port=port) as set_up:
        out = Console(highlight=False)
        assert set_up.playground is not None
        url = set_up.playground.url
        out.print(f"\n{set_up.company.name}'s playground: [bold]{url}[/bold]\n")
        out.print("Ask in a channel, check a DROP in a message to lineagebot, break something in the console.")
        out.print("The address opens the page once; Ctrl+C ends everything.\n")
        if open_browser:
            webbrowser.open(url)
        for sql in statements:
            who = login or set_up.company.accident.login
            result = acme.console(set_up.warehouse.dsn_for, set_up.company, who, sql)
            out.print(result.as_text(), markup=False)
        stop = threading.Event()
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, lambda *_: stop.set())
        while not stop.wait(0.5):
            pass
        out.print("Closing ...")
