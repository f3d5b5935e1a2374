"""How loud: from the blast radius, dashboards and people first."""

from __future__ import annotations

from lineagebot.graph.impact import Impact, Verdict
from lineagebot.model import Severity

#: Tags that make what carries them loud.
LOUD_TAGS = frozenset({"tier1", "tier-1", "critical", "sla"})
#: So many human readers are as loud as a dashboard.
MANY_READERS = 5


def reaches(severity: Severity, floor: Severity | None) -> bool:
    """Whether it is loud enough for somebody who hears from `floor` on."""
    order = list(Severity)
    return floor is None or order.index(severity) <= order.index(floor)


def severity_of(impact: Impact) -> Severity:
    """CRITICAL: a tag says so, and it is used; HIGH: a dashboard breaks, many people read it, or the tag alone; MEDIUM:
    something breaks; LOW: the rest."""
    people = [r for r in impact.readers if not r.via_machine]
    tags = {tag.lower() for target in impact.targets for tag in target.tags}
    breaks = [c for c in impact.consumers if c.verdict is Verdict.BREAKS]
    if tags & LOUD_TAGS and (breaks or people):
        return Severity.CRITICAL
    if tags & LOUD_TAGS or len(people) >= MANY_READERS or any(c.asset.kind.is_read_by_people for c in breaks):
        return Severity.HIGH
    if breaks or people:
        return Severity.MEDIUM
    return Severity.LOW
