"""Who must know: owners of what was hit and of the dashboards behind it, subscribers, and somebody in any case."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from lineagebot.graph.impact import Impact
from lineagebot.graph.reader import Direction, GraphReader
from lineagebot.model import AssetKey, Owner, Person
from lineagebot.reply import Destination

#: So far a walk goes for those who hear of all upstream of something.
MOST_FED = 5_000
#: So many readers are told by themselves; more are a crowd, who have a channel.
MOST_READERS = 10
#: Why the fallback channel hears, as long as nobody says "this is mine".
UNOWNED = "nobody owns it yet"
#: Begins the reason of a place that subscribed.
FOLLOWS = "this place follows "


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
    readers: Iterable[Person] = (),
) -> tuple[Recipient, ...]:
    """One recipient a channel, owners first.

    `subscribers` are (place, what they subscribed to); `slack_ids` turns an owner's e-mail or "#name" into a Slack id.
    Where nobody owns and nobody subscribed, `fallback` hears it. `readers` are told each by themselves, as far as
    their e-mail is known in Slack.
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
    for owner in impact.beyond.owners:
        add(_place(owner, workspace, slack_ids), f"{owner.name} owns a dashboard behind it")
    for where, what in subscribers:
        add(where, f"{FOLLOWS}{what}")
    if not found and fallback:
        add(Destination(workspace, slack_ids.get(fallback, fallback)), UNOWNED)
    for reader in tuple(readers)[:MOST_READERS]:
        if reader.email in slack_ids:
            add(Destination(workspace, slack_ids[reader.email]), "you read it lately")
    return tuple(found.values())


def fed_by(graph: GraphReader, keys: Collection[AssetKey], *, before: datetime) -> frozenset[AssetKey]:
    """All that was built from them at that moment, whichever columns it used: what stands upstream of a dashboard."""
    found: set[AssetKey] = set()
    frontier = set(keys)
    while frontier and len(found) < MOST_FED:
        edges = graph.edges(sorted(frontier), Direction.DOWNSTREAM, before=before)
        frontier = {e.target for e in edges} - found - set(keys)
        found |= frontier
    return frozenset(found)


def _place(owner: Owner, workspace: str, slack_ids: dict[str, str]) -> Destination:
    return Destination(workspace, slack_ids.get(owner.id, owner.id))
