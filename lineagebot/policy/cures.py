"""What makes a harm good again: which effect cures which harm, and what is still missing after it."""

from __future__ import annotations

from dataclasses import replace

from lineagebot.graph.types import is_same_family, keeps_values
from lineagebot.model import Action, AssetKey, AssetKind, Certainty, Column, ColumnChange, Effect
from lineagebot.policy.rules import Cure
from lineagebot.policy.state import Brief, Candidate, Known, Mending, key_of

#: Actions after which a name stands.
BUILDS = frozenset({Action.CREATE, Action.REPLACE, Action.CLONE, Action.UNDROP})
#: Actions after which all rows are there, and those after which some are.
FILLS = frozenset({Action.OVERWRITE, Action.REFRESH, Action.RESTORE}) | BUILDS
ADDS = frozenset({Action.APPEND, Action.MERGE, Action.LOAD})
#: Actions that can make a harm good.
MENDS = FILLS | ADDS | {Action.UPDATE, Action.RENAME_COLUMN, Action.RETYPE_COLUMN, Action.GRANT}
MOVES = frozenset({Action.RENAME, Action.SET_SCHEMA})
CONTAINERS = (AssetKind.SCHEMA, AssetKind.DATABASE)


def stands(effect: Effect) -> AssetKey | None:
    """The name that stands after the effect."""
    if effect.action in BUILDS:
        return effect.target if effect.certainty is Certainty.CERTAIN else None
    if effect.action in MOVES or effect.action is Action.SWAP:
        return effect.renamed_to
    return None


def cures(effect: Effect, brief: Brief, candidate: Candidate) -> bool:
    """Whether the effect makes the candidate's harm good (a name that stands again may still lack something)."""
    stand = stands(effect)
    harmed = candidate.effect.target
    back = stand == harmed or (effect.action is Action.SWAP and effect.target == harmed)
    here = effect.target == harmed
    match candidate.cure:
        case Cure.STANDS_AGAIN if candidate.effect.kind in CONTAINERS and effect.action is Action.CREATE:
            return False  # a schema that is made anew has nothing in it
        case Cure.STANDS_AGAIN:
            return stand == harmed
        case Cure.ROWS_AGAIN:
            return (back and not effect.empty) or (here and _fills_again(effect, brief, candidate))
        case Cure.WRITTEN_AGAIN:
            whole = not (effect.empty or effect.partial)
            return whole and (back or (here and effect.action in FILLS))
        case Cure.COLUMN_AGAIN:
            return back or (here and _column_again(effect, candidate))
        case Cure.GRANTED_AGAIN:
            again = effect.action is Action.GRANT and {*candidate.effect.grantees} <= {*effect.grantees}
            return here and again
    return False


def _fills_again(effect: Effect, brief: Brief, candidate: Candidate) -> bool:
    """Some rows are not the rows that were lost: only whoever emptied it is taken to fill it again by adding some."""
    if effect.empty or effect.partial:
        return False
    return effect.action in FILLS or (effect.action in ADDS and brief.login == candidate.brief.login)


def _column_again(effect: Effect, candidate: Candidate) -> bool:
    harmed = {c.name: c.old_type for c in candidate.effect.columns}
    match effect.action:
        case Action.UPDATE | Action.MERGE:
            # A column that is added anew holds nothing: whoever fills it puts it right, and shows that it stands.
            return effect.every_row and harmed.keys() <= {c.name for c in effect.columns}
        case Action.RENAME_COLUMN:
            return harmed.keys() <= {c.renamed_to for c in effect.columns}
        case Action.RETYPE_COLUMN:
            return all(
                any(c.name == name and is_same_family(old, c.new_type) for c in effect.columns)
                for name, old in harmed.items()
            )
    return False


def lost(effect: Effect, candidate: Candidate, known: Known) -> tuple[ColumnChange, ...]:
    """Columns that are read and do not stand, or stand with another type, after the cure; as far as both are known."""
    stand = stands(effect)
    if stand is None or candidate.effect.kind in CONTAINERS:
        return ()
    if effect.action is Action.SWAP and effect.target == candidate.effect.target:
        effect, stand = replace(effect, produces=()), effect.target
    after = {c.name: c for c in _columns_after(effect, stand, known)}
    if not after:
        return ()
    needed = known.read_columns.get(stand, frozenset())
    if candidate.cure is Cure.COLUMN_AGAIN:
        needed = frozenset(c.name for c in candidate.effect.columns)
    before = {c.name: c.type for c in _columns_before(candidate)}
    gone = (ColumnChange(name, before.get(name)) for name in sorted(needed - after.keys()))
    retyped = (
        ColumnChange(name, before[name], after[name].type)
        for name in sorted(needed & after.keys() & before.keys())
        if not (is_same_family(before[name], after[name].type) or keeps_values(before[name], after[name].type))
    )
    return (*gone, *retyped)


def _columns_after(effect: Effect, stand: AssetKey, known: Known) -> tuple[Column, ...]:
    return effect.produces or known.columns.get(stand, ())


def _columns_before(candidate: Candidate) -> tuple[Column, ...]:
    """As they stood when the harm was done, where the effect says so."""
    if candidate.effect.action is Action.DROP or candidate.effect.action in MOVES:
        return candidate.effect.produces
    return tuple(Column(c.name, c.old_type) for c in candidate.effect.columns)


def lossy(candidate: Candidate, by: Mending, columns: tuple[ColumnChange, ...]) -> Candidate:
    """The harm that is left: it stands again, without these columns."""
    target = candidate.effect.target
    return _left(candidate, by, "replace_lossy", Effect(Action.REPLACE, target, columns=columns), Cure.COLUMN_AGAIN)


def emptied(candidate: Candidate, by: Mending) -> Candidate:
    """The harm that is left: it stands again, without a row."""
    effect = Effect(Action.REPLACE, candidate.effect.target, empty=True)
    return _left(candidate, by, "truncate", effect, Cure.ROWS_AGAIN)


def _left(candidate: Candidate, by: Mending, kind: str, effect: Effect, cure: Cure) -> Candidate:
    return replace(
        candidate,
        key=key_of(by.brief.system, by.brief.id, kind, effect.target),
        kind=kind,
        effect=replace(effect, kind=candidate.effect.kind),
        cure=cure,
        spoken=False,
        repeats=None,
        part_of=None,
        asked=False,
        stood_at=None,
        rebuilt=(),
        mended_by=None,
        lost_at=by.brief.started_at,
    )
