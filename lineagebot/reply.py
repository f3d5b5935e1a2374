"""What lineagebot can say, and where: never how Slack draws it.

A `Reply` is a tuple of blocks plus a `summary` that stands alone (a phone's notification shows nothing else). Text is
plain: escaping and mark-up are the drawer's business (slack/, the terminal). Values are JSON-able through `to_json` and
`from_json`, so that a reply survives in the outbox.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Strong:
    text: str


@dataclass(frozen=True, slots=True)
class Mono:
    """A name or a snippet in the machine's own spelling."""

    text: str


@dataclass(frozen=True, slots=True)
class Link:
    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Mention:
    """Someone to be drawn as a Slack mention where `slack_id` is known (U..., C..., S...), as `name` elsewhere.

    `notify` False draws the name without pinging.
    """

    name: str
    slack_id: str | None = None
    notify: bool = False


@dataclass(frozen=True, slots=True)
class Moment:
    """A time, drawn in the reader's own zone where the medium can.

    `style`: "time" (with its day), "clock" (today's, the day left out), "date", "until" (with that word), "ago".
    """

    at: datetime
    style: str = "time"


Span = str | Strong | Mono | Link | Mention | Moment
Words = tuple[Span, ...]


def words(*spans: Span) -> Words:
    return spans


@dataclass(frozen=True, slots=True)
class Heading:
    """One line, plain."""

    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    words: Words


@dataclass(frozen=True, slots=True)
class Facts:
    """Short label and value pairs, at most ten drawn side by side."""

    pairs: tuple[tuple[str, Words], ...]


@dataclass(frozen=True, slots=True)
class Items:
    """A list under a title. `more` counts what was left out; it is drawn as "and N more"."""

    items: tuple[Words, ...]
    title: str | None = None
    more: int = 0
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Code:
    """Text to paste or to look at, in a fixed-width face."""

    text: str
    language: str = "sql"


@dataclass(frozen=True, slots=True)
class Table:
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    more: int = 0


@dataclass(frozen=True, slots=True)
class Picture:
    """PNG bytes by base64 in `data`, or a `url`; `alt` lists what it shows."""

    alt: str
    url: str | None = None
    data: str | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """Small print: as-of, coverage, what was cut, why you see this."""

    words: Words


@dataclass(frozen=True, slots=True)
class Divider:
    pass


@dataclass(frozen=True, slots=True)
class Confirm:
    title: str
    text: str
    yes: str
    no: str = "Cancel"


@dataclass(frozen=True, slots=True)
class Field:
    """One question of a form. `kind`: "text", "lines", "person", "channel", "choice", "date" ("choice" uses `options`).

    The answer takes the place of {id} in the form's command, quoted as the grammar quotes.
    """

    id: str
    label: str
    kind: str = "text"
    options: tuple[tuple[str, str], ...] = ()
    initial: str | None = None
    placeholder: str | None = None
    optional: bool = False
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """A modal: its answers complete a command line, which then runs as if typed: "owner {name} {who}"."""

    title: str
    fields: tuple[Field, ...]
    command: str
    submit: str = "Save"
    #: Drawn above the questions.
    intro: Words = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """A button: a `command` line (without "/lineage") runs as if typed, or a `form` or a `url` is opened."""

    label: str
    command: str = ""
    form: Form | None = None
    url: str | None = None
    #: "primary", "danger" or "".
    style: str = ""
    confirm: Confirm | None = None


@dataclass(frozen=True, slots=True)
class Menu:
    """A select: each option's command runs as if typed when chosen."""

    label: str
    options: tuple[tuple[str, str], ...]  # (label, command)
    #: What is seldom wanted: behind three dots, five at most.
    overflow: bool = False


@dataclass(frozen=True, slots=True)
class Choices:
    choices: tuple[Choice | Menu, ...]


Block = Heading | Paragraph | Facts | Items | Code | Table | Picture | Note | Divider | Choices


@dataclass(frozen=True, slots=True)
class Reply:
    """One thing said. `summary` is self-sufficient plain text; `blocks` is the message proper."""

    summary: str
    blocks: tuple[Block, ...] = ()
    #: True: only the asker sees it (ephemeral). Alerts and shared answers are not private.
    private: bool = True
    #: Blocks that belong in the thread below the message: statement, path, table.
    details: tuple[Block, ...] = ()
    #: Open this form at once instead of (or besides) answering; only where a trigger is at hand.
    form: Form | None = None
    #: Replaces the message whose button was pressed instead of answering below it.
    replaces: bool = False
    #: The request could not be read or done: a submitted form stays open and shows the summary.
    refused: bool = False
    #: Whoever pressed a button for it sees it done on that very message, so nothing more is said to them.
    seen_in_place: bool = False


@dataclass(frozen=True, slots=True)
class Destination:
    """Where to say it: workspace (Slack team id, or "terminal"), channel or user id, thread to answer in."""

    workspace: str
    channel: str
    thread: str | None = None


class Poster(Protocol):
    """Says things to people: Slack, the terminal, or a recording.

    All raise `errors.SlackTrouble` (retryable, with `retry_after` seconds where Slack said so) or `errors.SlackRefused`
    (not retryable: channel gone, token revoked).
    """

    def post(self, where: Destination, reply: Reply, *, key: str) -> str:
        """Post and return the message id (Slack's ts). `key` is our idempotency key, kept in the message's metadata."""
        ...

    def update(self, where: Destination, message: str, reply: Reply) -> None:
        """Redraw a message in place, blocks and text both."""
        ...

    def find(self, where: Destination, key: str, since: datetime) -> str | None:
        """The id of the message posted with `key`, if it arrived; None if it surely did not.

        Raises `errors.CannotSay` where the medium cannot look back (no history scope).
        """
        ...


_TYPES: Mapping[str, type] = {
    cls.__name__: cls
    for cls in (
        Strong, Mono, Link, Mention, Moment, Heading, Paragraph, Facts, Items, Code, Table, Picture, Note, Divider,
        Confirm, Field, Form, Choice, Menu, Choices, Reply,
    )
}  # fmt: skip


def to_json(value: Any) -> Any:
    """The reply as JSON-able data: {"is": type name, ...fields}, lists for tuples, ISO text for times."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {f.name: to_json(getattr(value, f.name)) for f in dataclasses.fields(value)}
        return {"is": type(value).__name__, **fields}
    if isinstance(value, tuple):
        return [to_json(v) for v in value]
    if isinstance(value, datetime):
        return {"is": "datetime", "at": value.isoformat()}
    return value


def from_json(data: Any) -> Any:
    """The inverse of `to_json`. Raises KeyError on a type of a newer version; unknown fields are left out."""
    if isinstance(data, list):
        return tuple(from_json(v) for v in data)
    if not isinstance(data, dict):
        return data
    if data["is"] == "datetime":
        return datetime.fromisoformat(data["at"])
    cls = _TYPES[data["is"]]
    names = {f.name for f in dataclasses.fields(cls)}
    return cls(**{k: from_json(v) for k, v in data.items() if k in names})
