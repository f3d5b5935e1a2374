"""What each action does to whoever uses its target: one table, and how far the harm goes."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from lineagebot.graph.types import keeps_values
from lineagebot.model import Action, Effect


class Harm(StrEnum):
    """What becomes of one consumer."""

    #: Its query fails, or it is built from what is gone.
    BREAKS = "breaks"
    #: The database takes it along (CASCADE, or it lies inside the dropped schema).
    DROPPED = "goes with it"
    #: It keeps working and shows nothing.
    EMPTIES = "shows no rows"
    #: It keeps working and shows other values.
    CHANGES = "shows other values"
    #: It is bound to the object itself and follows the rename, under its old names.
    FOLLOWS = "follows the rename"


#: What each action does to whoever uses its target. What is not listed (create, append, grant ...) hurts nobody.
_HARMS: Mapping[Action, Harm] = {
    Action.DROP: Harm.BREAKS,
    Action.RENAME: Harm.BREAKS,
    Action.SET_SCHEMA: Harm.BREAKS,
    Action.REPLACE: Harm.BREAKS,
    Action.DROP_COLUMN: Harm.BREAKS,
    Action.RENAME_COLUMN: Harm.BREAKS,
    Action.RETYPE_COLUMN: Harm.BREAKS,
    Action.REVOKE: Harm.BREAKS,
    Action.TRUNCATE: Harm.EMPTIES,
    Action.DELETE: Harm.EMPTIES,
    Action.UPDATE: Harm.CHANGES,
    Action.OVERWRITE: Harm.CHANGES,
    Action.SWAP: Harm.CHANGES,
    Action.DROP_PARTITION: Harm.CHANGES,
    Action.RESTORE: Harm.CHANGES,
    Action.EXPIRE: Harm.CHANGES,
    Action.HIDE: Harm.CHANGES,
}
#: Only some columns are hurt.
_BY_COLUMN = (
    Action.REPLACE, Action.DROP_COLUMN, Action.RENAME_COLUMN, Action.RETYPE_COLUMN, Action.UPDATE, Action.HIDE,
)  # fmt: skip
#: A bound view follows the object, so these leave it unharmed.
RENAMES = (Action.RENAME, Action.SET_SCHEMA, Action.RENAME_COLUMN)
#: A statement with a predicate hurts nobody that we could name.
_ONLY_EVERY_ROW = (Action.DELETE, Action.UPDATE)


def harm_of(effect: Effect) -> Harm | None:
    """What an effect does to those who use its target; None where it hurts nobody."""
    if effect.temporary or (effect.action in _ONLY_EVERY_ROW and not effect.every_row):
        return None
    if effect.action is Action.REPLACE and not (effect.columns or effect.empty or effect.partial):
        return None
    return _HARMS.get(effect.action)


def lost_columns(effect: Effect) -> frozenset[str] | None:
    """The columns that are hurt; None where the asset is hurt as a whole."""
    if effect.action not in _BY_COLUMN or not effect.columns or effect.empty or effect.partial:
        return None
    return frozenset(column.name for column in effect.columns)


def only_widens(effect: Effect) -> bool:
    """True where every change of type keeps all values: what uses the column need not break."""
    changes = effect.columns if effect.action is Action.RETYPE_COLUMN else ()
    return bool(changes) and all(keeps_values(c.old_type, c.new_type) for c in changes)


def is_harmful_action(action: Action) -> bool:
    """True for what may hurt somebody, whatever else the statement says."""
    return action in _HARMS
