"""What a pause held back, in one message: nothing that happened meanwhile is lost."""

from __future__ import annotations

from collections.abc import Sequence

from lineagebot.model import Alert
from lineagebot.reply import Choice, Choices, Heading, Items, Moment, Mono, Paragraph, Reply

SHOWN = 20


def while_paused(found: Sequence[Alert]) -> Reply:
    """The alerts of a pause that are still open, oldest first."""
    many = len(found) > 1
    text = f"{len(found)} alert{'s' if many else ''} came while alerts were paused, and {'are' if many else 'is'} open."
    oldest = sorted(found, key=lambda a: (a.happened_at, a.id))[:SHOWN]
    items = tuple((Mono(a.id), f" {a.severity}: {a.headline}, ", Moment(a.happened_at, "ago")) for a in oldest)
    return Reply(
        summary=f"{text} {oldest[0].headline}.",
        blocks=(
            Heading("While alerts were paused"),
            Paragraph((text,)),
            Items(items, more=len(found) - len(oldest)),
            Choices((Choice("Alerts", "alerts"),)),
        ),
        private=False,
    )
