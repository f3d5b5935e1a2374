"""Which effects are worth an alert, how long to wait before speaking, and what makes each good again: one table.

A window closes when the source's watermark passes it, never by our clock. NOW closes at once (what the same transaction
puts right is still seen, because a transaction is handed over whole), SHORT waits for a person's second thought, SETTLE
for the second half of a rebuild.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import StrEnum
from typing import Literal

from lineagebot.graph.types import is_same_family, keeps_values
from lineagebot.model import Action, AssetKind, ColumnChange, Effect


class Patience(StrEnum):
    NOW = "now"
    SHORT = "short"
    SETTLE = "settle"


#: In place of a patience: the rule is silent.
OFF: Literal[""] = ""
Tuned = Patience | Literal[""]


class Cure(StrEnum):
    """What makes the harm good again."""

    #: The name stands again with the columns that are read.
    STANDS_AGAIN = "stands again"
    #: Rows come in again.
    ROWS_AGAIN = "rows again"
    #: All rows are written anew: built, overwritten, restored.
    WRITTEN_AGAIN = "written again"
    #: The column stands again under its old name and type.
    COLUMN_AGAIN = "column again"
    #: Those who lost it may read it again.
    GRANTED_AGAIN = "granted again"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Windows:
    """How long each patience lasts, and how many alerts are too many."""

    short: timedelta = timedelta(seconds=15)
    settle: timedelta = timedelta(seconds=120)
    #: A routine that always takes longer may stretch its window up to here.
    longest: timedelta = timedelta(minutes=15)
    #: So many alerts of one session or job in ten minutes become one summary; of a whole system ten times as many.
    storm: int = 20
    #: Kinds of alert that somebody tuned: how long a person's act waits instead; OFF: it is never told.
    tuned: Mapping[str, Tuned] = field(default_factory=dict)

    def of(self, patience: Patience) -> timedelta:
        return {Patience.NOW: timedelta(0), Patience.SHORT: self.short, Patience.SETTLE: self.settle}[patience]

    def is_off(self, kind: str) -> bool:
        return self.tuned.get(kind) == OFF

    def patience(self, rule: Rule) -> Patience:
        """How a person's act is waited for."""
        return self.tuned.get(rule.kind) or rule.person


@dataclass(frozen=True, slots=True)
class Rule:
    """`fits` says when it speaks; `person` how long it waits for a person's act (a machine's always settles)."""

    kind: str
    fits: Callable[[Effect], bool]
    person: Patience
    cure: Cure
    #: Past tense for the headline: "dropped the table".
    verb: str
    #: What a machine account does so is its work.
    people_only: bool = False


def _dropped(*kinds: AssetKind) -> Callable[[Effect], bool]:
    return lambda effect: effect.action is Action.DROP and effect.kind in kinds


def _acts(*actions: Action) -> Callable[[Effect], bool]:
    return lambda effect: effect.action in actions


def _every_row(action: Action) -> Callable[[Effect], bool]:
    return lambda effect: effect.action is action and effect.every_row


def _of_columns(action: Action) -> Callable[[Effect], bool]:
    return lambda effect: effect.action is action and bool(effect.columns)


def _left_empty(effect: Effect) -> bool:
    return effect.action is Action.REPLACE and effect.empty


def _cut_out(effect: Effect) -> bool:
    return effect.action in (Action.REPLACE, Action.OVERWRITE) and effect.partial


def _overwritten(effect: Effect) -> bool:
    return effect.action is Action.OVERWRITE and effect.every_row


def _partition_gone(effect: Effect) -> bool:
    return effect.action is Action.DROP_PARTITION or (effect.action is Action.TRUNCATE and effect.partition is not None)


def _inside_emptied(effect: Effect) -> bool:
    return effect.action is Action.TRUNCATE and effect.kind in (AssetKind.SCHEMA, AssetKind.DATABASE)


def _will_vanish(effect: Effect) -> bool:
    """A default of a schema is for what is made in it later on."""
    return effect.action is Action.EXPIRE and effect.kind not in (AssetKind.SCHEMA, AssetKind.DATABASE)


TABLE_LIKE = (AssetKind.TABLE, AssetKind.FOREIGN_TABLE, AssetKind.OTHER, AssetKind.FILE)

#: First that fits wins. A history that is cut (FORGET) takes nothing from readers: it only counts for the way back.
RULES: tuple[Rule, ...] = (
    Rule("drop_database", _dropped(AssetKind.DATABASE), Patience.NOW, Cure.STANDS_AGAIN, "dropped the database"),
    Rule("drop_schema", _dropped(AssetKind.SCHEMA), Patience.NOW, Cure.STANDS_AGAIN, "dropped the schema"),
    Rule("drop_view", _dropped(AssetKind.VIEW), Patience.NOW, Cure.STANDS_AGAIN, "dropped the view"),
    Rule(
        "drop_view",
        _dropped(AssetKind.MATERIALIZED_VIEW),
        Patience.NOW,
        Cure.STANDS_AGAIN,
        "dropped the materialized view",
    ),
    Rule("drop_table", _dropped(*TABLE_LIKE), Patience.NOW, Cure.STANDS_AGAIN, "dropped the table"),
    Rule("drop_partition", _partition_gone, Patience.SHORT, Cure.ROWS_AGAIN, "took a partition off"),
    Rule("truncate", _inside_emptied, Patience.NOW, Cure.ROWS_AGAIN, "emptied every table of"),
    Rule("truncate", _acts(Action.TRUNCATE), Patience.NOW, Cure.ROWS_AGAIN, "emptied"),
    Rule("truncate", _left_empty, Patience.SHORT, Cure.ROWS_AGAIN, "made anew, without a row,"),
    Rule("overwrite_subset", _cut_out, Patience.SHORT, Cure.WRITTEN_AGAIN, "overwrote, with a part of the rows,"),
    Rule("delete_all", _every_row(Action.DELETE), Patience.NOW, Cure.ROWS_AGAIN, "deleted every row of"),
    Rule("update_all", _every_row(Action.UPDATE), Patience.NOW, Cure.WRITTEN_AGAIN, "updated every row of"),
    Rule("drop_column", _acts(Action.DROP_COLUMN), Patience.SHORT, Cure.COLUMN_AGAIN, "dropped a column of"),
    Rule("rename_column", _acts(Action.RENAME_COLUMN), Patience.SHORT, Cure.COLUMN_AGAIN, "renamed a column of"),
    Rule("type_change", _of_columns(Action.RETYPE_COLUMN), Patience.SHORT, Cure.COLUMN_AGAIN, "retyped a column of"),
    Rule("rename_relation", _acts(Action.RENAME), Patience.SHORT, Cure.STANDS_AGAIN, "renamed"),
    Rule("rename_relation", _acts(Action.SET_SCHEMA), Patience.SHORT, Cure.STANDS_AGAIN, "moved to another schema"),
    Rule(
        "replace_lossy",
        _of_columns(Action.REPLACE),
        Patience.SHORT,
        Cure.COLUMN_AGAIN,
        "replaced, with columns lost,",
    ),
    Rule(
        "overwrite_subset", _overwritten, Patience.SHORT, Cure.WRITTEN_AGAIN, "overwrote every row of", people_only=True
    ),
    Rule("overwrite_subset", _acts(Action.RESTORE), Patience.SHORT, Cure.WRITTEN_AGAIN, "put back to an earlier state"),
    Rule("revoke_access", _acts(Action.REVOKE), Patience.SHORT, Cure.GRANTED_AGAIN, "took readers their right to read"),
    Rule(
        "revoke_access",
        _acts(Action.HIDE),
        Patience.SHORT,
        Cure.NONE,
        "let a policy hide rows or values of",
        people_only=True,
    ),
    Rule("expire", _will_vanish, Patience.SHORT, Cure.NONE, "let rows vanish by themselves from", people_only=True),
)

#: Text that was not understood and looks destructive: reported as uncertain, never dropped.
UNCERTAIN = Rule("uncertain", lambda effect: True, Patience.SHORT, Cure.NONE, "ran something destructive on")


#: What an alert may be called, and a setting may name.
KINDS = tuple(dict.fromkeys(rule.kind for rule in (*RULES, UNCERTAIN)))


def rule_for(effect: Effect, *, by_machine: bool = False) -> Rule | None:
    """The rule that speaks on this effect; None for what nobody needs to hear of: temporary objects, appends, reads."""
    if effect.temporary:
        return None
    harmful = as_harm(effect)
    fitting = (rule for rule in RULES if not (by_machine and rule.people_only))
    return next((rule for rule in fitting if rule.fits(harmful)), None)


def as_harm(effect: Effect) -> Effect:
    """The effect with only those of its columns that somebody may feel: a wider type hurts nobody."""
    keeps = _KEEPS.get(effect.action)
    if keeps is None:
        return effect
    return replace(effect, columns=tuple(c for c in effect.columns if not keeps(c)))


def _is_still_read(change: ColumnChange) -> bool:
    """A column that is made anew: its type is worked out, so only another family counts as another type."""
    if change.new_type is None:
        return False
    return is_same_family(change.old_type, change.new_type) or keeps_values(change.old_type, change.new_type)


_KEEPS: dict[Action, Callable[[ColumnChange], bool]] = {
    Action.RETYPE_COLUMN: lambda change: keeps_values(change.old_type, change.new_type),
    Action.REPLACE: _is_still_read,
}
