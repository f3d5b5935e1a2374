"""Who asks for what, and when: one line of words, from Slack, a DM or a terminal alike."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

#: The workspace of whoever sits at a terminal.
TERMINAL = "terminal"


@dataclass(frozen=True, slots=True)
class Asker:
    """The person, and the place they ask from. Whether they may ask at all was settled at the door."""

    workspace: str
    #: Slack's user id, or the login at a terminal.
    user: str
    name: str | None = None
    #: "" where there is no conversation at hand.
    channel: str = ""
    in_dm: bool = False
    is_admin: bool = False
    #: The name of their time zone ("Europe/Berlin"); None: nobody says, so UTC is meant.
    zone: str | None = None

    @property
    def called(self) -> str:
        """The name that others know them by."""
        return self.name or self.user


@dataclass(frozen=True, slots=True)
class Request:
    """`line` is what was typed, without "/lineage" in front; Slack's entities are still in it."""

    line: str
    asker: Asker
    now: datetime
    dm: bool = False
