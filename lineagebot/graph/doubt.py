"""Why "no known consumer" would be too much to say: blind spots of the sources, doubts about the statement."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, timedelta

from lineagebot.graph.harm import harm_of, is_harmful_action, only_widens
from lineagebot.graph.scans import Unexplained, sentences
from lineagebot.graph.shapes import Target
from lineagebot.graph.usage import Reader
from lineagebot.model import Action, AssetKind, Certainty, Coverage, Effect, Freshness

_CONTAINERS = (AssetKind.SCHEMA, AssetKind.DATABASE)
#: A log last read longer ago than this is no ground for "nobody uses it".
LOG_TOO_OLD = timedelta(days=2)


def unsure(
    effects: Sequence[Effect],
    targets: Sequence[Target],
    readers: Sequence[Reader],
    coverage: Coverage,
    today: date,
    *,
    cut: bool,
    scans: Sequence[Unexplained] = (),
) -> tuple[str, ...]:
    """Why "no known consumer" would be too much to say, a sentence each."""
    said: list[str] = []
    for effect in effects:
        if effect.temporary and is_harmful_action(effect.action):
            said.append(f"{effect.target.name} is a temporary table of the session, which the graph does not hold.")
        elif harm_of(effect) is not None and effect.certainty is Certainty.SUSPECTED:
            said.append(f"The text was not fully understood; it looks as if it would {effect.action} {_short(effect)}.")
        elif harm_of(effect) is not None and effect.certainty is Certainty.POSSIBLE:
            said.append(f"The {effect.action} of {_short(effect)} stands in a branch that may not run.")
        elif only_widens(effect):
            said.append("A wider type seldom breaks a query, but what casts or compares it may notice.")
        elif effect.action is Action.REVOKE:
            said.append("Who loses the right cannot be told from the graph.")
    said += [
        f"{_short(target.effect)} is unknown to the graph."
        for target in targets
        if target.asset is None and not _holds_something(target, targets)
    ]
    hit_somebody = bool(targets)
    if hit_somebody and readers and all(reader.via_machine for reader in readers):
        names = ", ".join(reader.person.name for reader in readers[:3])
        said.append(f"Only machine accounts read it ({names}); who stands behind them is not known.")
    said += sentences(scans)
    if hit_somebody:
        said += blind_spots(coverage, {target.key.system for target in targets}, today)
    if cut:
        said.append("There is more downstream than was looked at.")
    return tuple(dict.fromkeys(said))


def _holds_something(target: Target, targets: Sequence[Target]) -> bool:
    """A schema that no catalog listed, and yet something known lies in it."""
    return target.effect.kind in _CONTAINERS and any(target.key.holds(other.key) for other in targets)


def _short(effect: Effect) -> str:
    return ".".join(effect.target.path[-2:])


def blind_spots(coverage: Coverage, systems: Collection[str], today: date) -> tuple[str, ...]:
    """What was not seen of these systems, a sentence each: the reasons why silence proves nothing."""
    by_system = {source.system: source for source in coverage.sources}
    said = [sentence for system in sorted(systems) if (sentence := _blind(system, by_system.get(system), today))]
    if coverage.not_understood_here == 1:
        said.append("1 statement that may touch it was not understood.")
    elif coverage.not_understood_here:
        said.append(f"{coverage.not_understood_here} statements that may touch it were not understood.")
    if coverage.unmatched_here == 1:
        said.append("1 read of another system names a table like it and was not matched.")
    elif coverage.unmatched_here:
        said.append(f"{coverage.unmatched_here} reads of other systems name a table like it and were not matched.")
    return tuple(said)


def _blind(system: str, source: Freshness | None, today: date) -> str | None:
    if source is None:
        return f"No source reads {system}."
    if source.watermark is None and source.inventory_at is None:
        return f"{system} was never read."
    if source.trouble:
        return f"{system} has trouble: {source.complaint}"
    if source.is_unlogged:
        return f"No log of {system} is read, so who uses it is not known."
    if source.watermark is not None and today - source.watermark.date() > LOG_TOO_OLD:
        return f"The log of {system} was last read on {source.watermark:%-d %b %Y}."
    return None
