"""Ask before paging: about which harms a source can be asked, what its answer means, and how that is said."""

from __future__ import annotations

from datetime import UTC, datetime

from lineagebot.graph.types import is_same_family, keeps_values
from lineagebot.model import ANY_COLUMN, AssetKind, Certainty, Column, ColumnChange
from lineagebot.policy.cures import CONTAINERS
from lineagebot.policy.rules import UNCERTAIN, Cure
from lineagebot.policy.state import Candidate, Evidence, Known, Says
from lineagebot.reply import Moment, Span, Words

__all__ = ["Evidence", "Says", "is_askable", "judged", "sentence", "spans", "without_spans"]

_SENTENCES = {
    Says.GONE: "confirmed by asking the warehouse at {at}: it is gone",
    Says.LACKS: "confirmed by asking the warehouse at {at}: it lacks what is read of it",
    Says.THERE: "asked at {at}, the warehouse says that it is there; of its rows that says nothing",
    Says.STANDS: "asked at {at}, the warehouse says that it is there with all its columns",
    Says.SILENT: "not confirmed: asked at {at}, the warehouse did not say what stands",
}
_BEGINNINGS = frozenset(sentence.partition("{at}")[0] for sentence in _SENTENCES.values())


def is_askable(candidate: Candidate) -> bool:
    """Whether the answer can tell: a name that is lost, or columns. Rows and rights no catalog knows."""
    if candidate.old or candidate.effect.kind is AssetKind.DATABASE:
        return False
    return candidate.cure in (Cure.STANDS_AGAIN, Cure.COLUMN_AGAIN) or candidate.kind == UNCERTAIN.kind


def judged(candidate: Candidate, evidence: Evidence, known: Known) -> Says:
    """What the answer means for this harm."""
    if evidence.gone:
        return Says.GONE
    if evidence.columns is None:
        return Says.SILENT
    if candidate.effect.kind in CONTAINERS or candidate.effect.certainty is Certainty.SUSPECTED:
        return Says.THERE
    there = {c.name: c for c in evidence.columns}
    needed = _needed(candidate, known)
    if any(_is_lost(change, there) for change in needed):
        return Says.LACKS
    return Says.THERE if candidate.cure is Cure.COLUMN_AGAIN and not needed else Says.STANDS


def sentence(judgement: tuple[Says, datetime]) -> str:
    """For a terminal: "confirmed by asking the warehouse at 10:03:02 UTC: it is gone"."""
    says, at = judgement
    return _SENTENCES[says].format(at=f"{at.astimezone(UTC):%H:%M:%S} UTC")


def spans(judgement: tuple[Says, datetime]) -> tuple[Span, ...]:
    """The same for the line below the headline, by the reader's own clock."""
    says, at = judgement
    before, after = _SENTENCES[says].split("{at}")
    return (before, Moment(at, "clock"), after)


def without_spans(words: Words) -> Words:
    """A line as it was before `spans` was put at its end behind a dot: what stood then says nothing of now."""
    begin = next((n for n, word in enumerate(words) if word in _BEGINNINGS), None)
    return words if begin is None else words[: begin - 1]


def _needed(candidate: Candidate, known: Known) -> tuple[ColumnChange, ...]:
    """The columns that must stand, with the types that they had where those are at stake."""
    if candidate.cure is Cure.COLUMN_AGAIN:
        return candidate.effect.columns
    read = known.read_columns.get(candidate.effect.target, frozenset()) - {ANY_COLUMN}
    return tuple(ColumnChange(name) for name in sorted(read or {c.name for c in candidate.effect.produces}))


def _is_lost(change: ColumnChange, there: dict[str, Column]) -> bool:
    column = there.get(change.name)
    if column is None:
        return True
    if change.new_type is None:
        return False
    if change.old_type is None:
        # What it was nobody knows: it is as it was only where it is not what the statement made of it.
        return is_same_family(change.new_type, column.type)
    return not (is_same_family(change.old_type, column.type) and keeps_values(change.old_type, column.type))
