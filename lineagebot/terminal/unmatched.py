"""What other systems read and was found nowhere, by system and reason, and the mappings that would find much of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lineagebot.config import Settings
from lineagebot.policy.say import listed
from lineagebot.sql.understand import understand
from lineagebot.store.engine import Store
from lineagebot.store.graph import PostgresGraph
from lineagebot.store.migrate import newest_revision, revision_of
from lineagebot.store.references import Kept, Unmatched, load_references, outermost_names
from lineagebot.sync.match import Matcher
from lineagebot.sync.proposals import Proposal, most_missing, proposals
from lineagebot.sync.source import Source


@dataclass(frozen=True, slots=True)
class Lost:
    """The references of one system."""

    references: int
    reasons: Mapping[Unmatched, int]
    #: The names that most of them look for in vain.
    examples: tuple[str, ...]

    @property
    def unmatched(self) -> int:
        return sum(self.reasons.values())

    @property
    def why(self) -> str:
        """The reasons with their counts, and some names."""
        said = listed([f"{reason} ({times:,})" for reason, times in self.reasons.items()])
        return f"{said}; such as {listed(list(self.examples))}" if self.examples else said


@dataclass(frozen=True, slots=True)
class Found:
    """By system, what is lost; and what would help."""

    lost: Mapping[str, Lost]
    proposals: tuple[Proposal, ...]


def unmatched(store: Store, sources: Sequence[Source], settings: Settings) -> Found:
    """As of the last time that any system was listed; nothing in a store that is not set up. Raises StoreTrouble."""
    with store.begin() as tx:
        if revision_of(tx) != newest_revision():
            return Found({}, ())
        kept = load_references(tx)
        outers = outermost_names(tx) if any(one.why for one in kept) else ()
    by_system: dict[str, list[Kept]] = {}
    for one in kept:
        by_system.setdefault(one.system, []).append(one)
    lost = {system: found for system, those in by_system.items() if (found := _lost(those)).reasons}
    matcher = Matcher.of(sources, settings.mappings, understand)
    return Found(lost, proposals(kept, PostgresGraph(store), matcher, outers))


def _lost(kept: Sequence[Kept]) -> Lost:
    reasons: dict[Unmatched, int] = {}
    for one in kept:
        if one.why is not None:
            reasons[one.why] = reasons.get(one.why, 0) + 1
    ordered = dict(sorted(reasons.items(), key=lambda pair: -pair[1]))
    return Lost(len(kept), ordered, tuple(name for _, name, _ in most_missing(kept, limit=3)))
