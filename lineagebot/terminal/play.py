"""Play conversations and accidents on the stage, and print what both sides see: what the bot really posted, as text."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.text import Text

from lineagebot.errors import BadRequest
from lineagebot.playground import acme
from lineagebot.playground.text import drawn
from lineagebot.serve import now, windows_of
from lineagebot.store import journal
from lineagebot.terminal.quiet import why_quiet
from lineagebot.terminal.stage import PATIENCE, Stage, wait_until

WIDTH = 88
#: Block type → how its lines look on a terminal that has colours.
STYLES: Mapping[str, str] = {"header": "bold", "context": "dim", "actions": "cyan", "rich_text": "green"}
_TITLE = re.compile(r"\*[^*]+\*")

Message = Mapping[str, Any]


class Play:
    """Speaks and listens on the fake Slack, runs statements on the warehouse."""

    def __init__(self, stage: Stage, out: Console | None = None) -> None:
        self._stage = stage
        self._slack = stage.slack
        self._out = out or Console(highlight=False, markup=False, soft_wrap=True)

    def ask(self, person: str, line: str) -> None:
        """A slash command in the company's first channel."""
        channel = self._stage.company.channels[0].name
        before = len(self._slack.messages(channel, viewer=person))
        began = time.monotonic()
        command, _, words = line.partition(" ")
        self._slack.slash(person, channel, command, words)
        answer = self._next(lambda: self._slack.messages(channel, viewer=person)[before:], f"no answer to {line}")
        self._rule(f"{self._name(person)} in #{channel}", time.monotonic() - began)
        self._print(line, answer)

    def tell(self, person: str, text: str) -> None:
        """A direct message to the bot."""
        began = time.monotonic()
        said = self._slack.say(person, "lineagebot", text)

        def answers() -> list[Message]:
            return [m for m in self._slack.messages("lineagebot", viewer=person) if m.get("bot_id") and m["ts"] > said]

        answer = self._next(answers, f"no answer to {text}")
        self._rule(f"{self._name(person)} to lineagebot, directly", time.monotonic() - began)
        self._print(text, answer)

    def run(self, login: str, sql: str) -> bool:
        """Run it on the warehouse, and wait for the alert; True where one came, otherwise the reason is printed."""
        seen = set(self._stage.alerts())
        with self._stage.app.store.begin() as tx:
            position = journal.last_position(tx)
        self._rule(f"{self._name(login)} on the warehouse")
        self._out.print(Text(f"> {sql.strip()}\n", "bold"))
        result = acme.console(self._stage.warehouse.dsn_for, self._stage.company, login, sql)
        ended, began = now(), time.monotonic()
        self._out.print(Text(result.as_text() + "\n", "" if result.ok else "red"))
        windows = windows_of(self._stage.app.settings.watch)
        try:
            wait_until(
                lambda: set(self._stage.alerts()) - seen or self._stage.all_windows_closed(ended),
                "the log was not read",
            )
        except BadRequest as exc:
            self._out.print(f"No alert within {PATIENCE:.0f} s: {exc}.\n")
            return False
        new = [key for key in self._stage.alerts() if key not in seen]
        if not new:
            reasons = why_quiet(self._stage.app, position, windows=windows) or (
                _from_its_looks(sql, failed=not result.ok),
            )
            self._out.print(Text(f"No alert: {'; '.join(reasons)}.\n", "yellow"))
            return False
        places = ", ".join(sorted({self._place(channel) for channel, _ in new}))
        self._rule(f"lineagebot in {places}", time.monotonic() - began, after="after the statement")
        self._print("", self._stage.alerts()[new[0]])
        return True

    def _next(self, look: Callable[[], Sequence[Message]], otherwise: str) -> Message:
        wait_until(look, otherwise)
        return look()[0]

    def _name(self, handle: str) -> str:
        return next((p.name for p in self._stage.company.people if handle in (p.handle, p.login)), handle)

    def _place(self, channel: str) -> str:
        found = self._slack.workspace.channel(channel)
        return f"#{found.name}" if found.name else "a direct message"

    def _print(self, said: str, answer: Message) -> None:
        if said:
            self._out.print(Text(f"> {said}\n", "bold"))
        workspace = self._slack.workspace
        names = {u.id: u.real_name for u in workspace.users.values()}
        names |= {c.id: c.name for c in workspace.channels.values() if c.name}
        for line in styled(answer, names):
            self._out.print(line)
        self._out.print()

    def _rule(self, who: str, seconds: float | None = None, *, after: str = "") -> None:
        took = "" if seconds is None else f" {seconds:.1f} s {after}".rstrip() + " ──"
        rule = Text("── ", "dim").append(who, "bold magenta").append(" ")
        rule.append("─" * max(4, WIDTH - len(rule) - len(took)) + took, "dim")
        self._out.print(rule)


def _from_its_looks(sql: str, *, failed: bool) -> str:
    """The reason where the journal holds nothing of it, which is so for what failed to parse, reads or appends."""
    if failed:
        return "it failed, so nothing happened"
    reads = sql.lstrip(" \n\t(").lower().startswith(("select", "with", "table", "values", "show", "explain"))
    return "it only reads" if reads else "it takes nothing away from anybody"


def styled(message: Message, names: Mapping[str, str]) -> Iterator[Text]:
    """A message line by line, its headings, titles, small print and buttons told apart by style."""
    blocks = message.get("blocks") or [{"type": "section", "text": {"text": message.get("text", "")}}]
    for block in blocks:
        if block.get("type") == "section" and "text" in block:
            for line in str(block["text"]["text"]).split("\n"):
                one = {"type": "section", "text": {"text": line}}
                yield Text(drawn({"blocks": [one]}, names), "bold" if _TITLE.fullmatch(line) else "")
        else:
            yield Text(drawn({"blocks": [block]}, names), STYLES.get(str(block.get("type")), ""))
