"""What an effect does, as a sentence: a table of phrases, and which of them are a loss."""

from __future__ import annotations

from rich.text import Text

from lineagebot.model import Action, AssetKey, AssetKind, Certainty, ColumnChange, Effect
from lineagebot.sql.session import TEMPORARY_SCHEMA
from lineagebot.terminal.harmless import harmless

#: {kind}, {columns} and {to} are words of the effect; {name} is its target. What stands before the first name is bold.
_PHRASES: dict[Action, str] = {
    Action.CREATE: "Creates {kind}{name}",
    Action.REPLACE: "Replaces {kind}{name}",
    Action.APPEND: "Adds rows to {name}",
    Action.OVERWRITE: "Overwrites {name}",
    Action.DELETE: "Deletes rows of {name}",
    Action.UPDATE: "Updates rows of {name}",
    Action.MERGE: "Merges rows into {name}",
    Action.TRUNCATE: "Empties {name}",
    Action.DROP: "Drops {kind}{name}",
    Action.UNDROP: "Brings back {kind}{name}",
    Action.RENAME: "Renames {kind}{name} to {to}",
    Action.SWAP: "Swaps {name} with {to}",
    Action.SET_SCHEMA: "Moves {kind}{name} to {to}",
    Action.ADD_COLUMN: "Adds {columns} to {name}",
    Action.DROP_COLUMN: "Drops {columns} of {name}",
    Action.RENAME_COLUMN: "Renames {columns} of {name}",
    Action.RETYPE_COLUMN: "Retypes {columns} of {name}",
    Action.DROP_PARTITION: "Drops a partition of {name}",
    Action.ALTER: "Alters {kind}{name}",
    Action.REFRESH: "Refreshes {kind}{name}",
    Action.CLONE: "Clones into {name}",
    Action.LOAD: "Loads files into {name}",
    Action.EXPORT: "Exports to {name}",
    Action.GRANT: "Grants rights on {kind}{name}",
    Action.REVOKE: "Takes away rights on {kind}{name}",
    Action.CALL: "Calls {name}",
    Action.RESTORE: "Puts back the rows of {name}",
    Action.EXPIRE: "Lets {kind}{name} vanish by itself",
    Action.FORGET: "Cuts the history of {name}",
    Action.HIDE: "Hides rows or values of {name}",
}
_EVERY_ROW: dict[Action, str] = {
    Action.DELETE: "Deletes every row of {name}",
    Action.UPDATE: "Updates every row of {name}",
    Action.OVERWRITE: "Overwrites all of {name}",
}
_LOSSES = frozenset(
    {
        Action.DROP,
        Action.TRUNCATE,
        Action.DROP_COLUMN,
        Action.DROP_PARTITION,
        Action.RENAME,
        Action.SET_SCHEMA,
        Action.RENAME_COLUMN,
        Action.REVOKE,
        Action.RESTORE,
        Action.EXPIRE,
        Action.FORGET,
        Action.HIDE,
    }
)
_CERTAINTY = {
    Certainty.POSSIBLE: "only where its branch runs",
    Certainty.SUSPECTED: "suspected",
}


def phrase(effect: Effect) -> Text:
    """ "Drops column x of marts.revenue", coloured."""
    pattern = (_EVERY_ROW.get(effect.action) if effect.every_row else None) or _PHRASES[effect.action]
    verb, *rest = pattern.split(" ", 1)
    style = "bold red" if is_loss(effect) else "bold green" if effect.action in _MAKES else "bold"
    text = Text.assemble((verb, style))
    for part in _split(" " + "".join(rest)):
        text.append(_filled(part, effect), "bold" if part in ("{name}", "{to}") else "")
    if effect.columns and "{columns}" not in pattern:
        text.append(f": loses or retypes {_listed(effect.columns)}" if effect.action is Action.REPLACE else "")
    notes = list(filter(None, _notes(effect)))
    text.append(f"  ({', '.join(notes)})" if notes else "", "dim")
    return text


_MAKES = frozenset({Action.CREATE, Action.ADD_COLUMN, Action.UNDROP, Action.CLONE})


def is_loss(effect: Effect) -> bool:
    """Something that others may miss: no temp table, no rebuild with the same columns."""
    if effect.temporary:
        return False
    return effect.action in _LOSSES or effect.every_row or (effect.action is Action.REPLACE and bool(effect.columns))


def named(key: AssetKey) -> str:
    """The name of an asset; a temp table goes by its own."""
    return harmless(key.name if TEMPORARY_SCHEMA in key.path[:-1] else str(key))


def _split(pattern: str) -> list[str]:
    return [part for part in pattern.replace("{", "\0{").replace("}", "}\0").split("\0") if part]


def _filled(part: str, effect: Effect) -> str:
    match part:
        case "{name}":
            return named(effect.target)
        case "{to}":
            return named(effect.renamed_to) if effect.renamed_to is not None else "?"
        case "{kind}":
            return f"{_kind(effect)} "
        case "{columns}":
            return ("columns " if len(effect.columns) > 1 else "column ") + _listed(effect.columns)
    return part


def _kind(effect: Effect) -> str:
    kind = str(effect.kind) if effect.kind is not AssetKind.OTHER else ""
    return f"temporary {kind}" if effect.temporary else kind


def _listed(columns: tuple[ColumnChange, ...]) -> str:
    return harmless(", ".join(map(_column, columns)))


def _column(change: ColumnChange) -> str:
    if change.renamed_to:
        return f"{change.name} to {change.renamed_to}"
    if change.old_type and change.new_type:
        return f"{change.name} ({change.old_type} to {change.new_type})"
    return f"{change.name} {change.new_type}" if change.new_type else change.name


def _notes(effect: Effect) -> tuple[str | None, ...]:
    return (
        f"partition {harmless(effect.partition)}" if effect.partition else None,
        "left with no row" if effect.empty and effect.action is not Action.CREATE else None,
        "of its rows only a part is left" if effect.partial else None,
        f"from {harmless(', '.join(effect.grantees))}" if effect.grantees else None,
        "with all that stands on it" if effect.cascade else None,
        "no undrop" if effect.for_good else None,
        "if it is there" if effect.if_exists else None,
        _CERTAINTY.get(effect.certainty),
    )
