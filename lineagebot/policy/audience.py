"""Who must know: owners of what was hit and of the dashboards behind it, subscribers, and somebody in any case."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lineagebot.graph.impact import Impact
from lineagebot.model import Owner
from lineagebot.reply import Destination


@dataclass(frozen=True, slots=True)
class Recipient:
    """One place to say it, and why there: drawn at the foot of the message."""

    where: Destination
    why: str


def recipients(
    impact: Impact,
    subscribers: Iterable[tuple[Destination, str]],
    *,
    workspace: str,
    fallback: str | None,
    slack_ids: dict[str, str],
) -> tuple[Recipient, ...]:
    """One recipient a channel, owners first.

    `subscribers` are (place, what they subscribed to); `slack_ids` turns an owner's e-mail or "#name" into a Slack id.
    Where nobody owns and nobody subscribed, `fallback` hears it.
    """
    found: dict[tuple[str, str], Recipient] = {}

    def add(where: Destination, why: str) -> None:
        found.setdefault((where.workspace, where.channel), Recipient(where, why))

    for target in impact.targets:
        for owner in target.owners:
            add(_place(owner, workspace, slack_ids), f"{owner.name} owns {target.key}")
    for consumer in impact.dashboards:
        for owner in consumer.owners:
            add(_place(owner, workspace, slack_ids), f"{owner.name} owns {consumer.asset.title}")
    for where, what in subscribers:
        add(where, f"this place follows {what}")
    if not found and fallback:
        add(Destination(workspace, slack_ids.get(fallback, fallback)), "nobody owns it yet")
    return tuple(found.values())


def _place(owner: Owner, workspace: str, slack_ids: dict[str, str]) -> Destination:
    return Destination(workspace, slack_ids.get(owner.id, owner.id))
