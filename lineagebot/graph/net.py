"""What a text with several statements leaves behind: a name that is dropped and made again is a replacement.

`DROP TABLE x; CREATE TABLE x AS …` hurts whoever uses a column that the new x lacks, and nobody else.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from lineagebot.model import Action, AssetKey, Column, ColumnChange, Effect

_MAKES = (Action.CREATE, Action.REPLACE, Action.CLONE, Action.UNDROP)
_MOVES = (Action.RENAME, Action.SET_SCHEMA)
_TAKES_AWAY = (Action.DROP, *_MOVES)


@dataclass(frozen=True, slots=True)
class Net:
    effects: tuple[Effect, ...]
    #: Sentences about what is made again.
    notes: tuple[str, ...] = ()


def net(effects: Sequence[Effect], columns: Mapping[AssetKey, tuple[Column, ...]], known: Collection[AssetKey]) -> Net:
    """The effects that last. `columns`: of the assets as they stand now; `known`: the assets that stand now."""
    kept: list[Effect] = []
    notes: list[str] = []
    for n, effect in enumerate(effects):
        if effect.target not in known and _is_made(effect.target, effects[:n]):
            continue
        again = _made_again(effect, effects[n + 1 :]) if effect.action in _TAKES_AWAY else None
        if again is None:
            kept.append(effect)
            continue
        new, old = _columns_after(again, effects, columns), columns.get(effect.target, ())
        name = ".".join(effect.target.path[-2:])
        if not new or not old or effect.cascade:
            kept.append(effect)
            notes.append(f"Statement {again.position + 1} makes {name} again; what is lost in between is shown here.")
            continue
        there = {column.name for column in new}
        lost = tuple(ColumnChange(c.name, old_type=c.type) for c in old if c.name not in there)
        gone = f" without {', '.join(c.name for c in lost)}" if lost else " with all its columns"
        notes.append(f"Statement {again.position + 1} makes {name} again{gone}.")
        if lost:
            kept.append(replace(effect, action=Action.REPLACE, columns=lost, produces=new, renamed_to=None))
    return Net(tuple(kept), tuple(notes))


def _is_made(key: AssetKey, earlier: Sequence[Effect]) -> bool:
    return any((e.action in _MAKES and e.target == key) or e.renamed_to == key for e in earlier)


def _made_again(gone: Effect, later: Sequence[Effect]) -> Effect | None:
    return next(
        (
            e
            for e in later
            if (e.action in _MAKES and e.target == gone.target)
            or (e.action in _MOVES and e.renamed_to == gone.target and e.target != gone.target)
        ),
        None,
    )


def _columns_after(
    made: Effect, effects: Sequence[Effect], columns: Mapping[AssetKey, tuple[Column, ...]]
) -> tuple[Column, ...]:
    """The columns of what stands there in the end; () where that is unknown."""
    if made.action in _MAKES:
        return made.produces
    source = next((e.produces for e in effects if e.action in _MAKES and e.target == made.target), ())
    return source or columns.get(made.target, ())
