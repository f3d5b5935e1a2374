"""What lost every row and was not seen to be filled again: the rows that come in next are news for the journal.

Statements that only add rows are most of a log, and the journal leaves them out; but a TRUNCATE is a routine reload
where an INSERT follows, and an accident where none does.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from lineagebot.model import Action, Effect
from lineagebot.store import tables as t
from lineagebot.store.assets import can_be_kept, one_string
from lineagebot.store.bulk import stage
from lineagebot.store.engine import Tx

_FILLS = frozenset({Action.APPEND, Action.LOAD})


def refilling(tx: Tx, did: Sequence[tuple[datetime, Sequence[Effect]]]) -> list[bool]:
    """For each statement (its start, its effects) in the order of the log: is it the first to fill what was emptied?"""
    filled = {_name(e) for _, effects in did for e in effects if _fills(e)}
    e = t.emptied.c
    known = set(tx.execute(sa.select(e.asset).where(e.asset.in_(filled))).scalars()) if filled else set()
    open_now: dict[str, datetime | None] = dict.fromkeys(known)
    answers = []
    for at, effects in did:
        news = False
        for effect in effects:
            if _empties(effect):
                open_now[_name(effect)] = at
            elif _fills(effect) and _name(effect) in open_now:
                del open_now[_name(effect)]
                news = True
        answers.append(news)
    _save(tx, known - open_now.keys(), {asset: at for asset, at in open_now.items() if at is not None})
    return answers


def _save(tx: Tx, over: set[str], new: dict[str, datetime]) -> None:
    if gone := over | new.keys():
        tx.execute(sa.delete(t.emptied).where(t.emptied.c.asset.in_(gone)))
    if new:
        stage(tx, t.emptied, ("asset", "at"), new.items())
        tx.execute(sa.text("INSERT INTO emptied (asset, at) SELECT asset, at FROM staged_emptied"))


def forget(tx: Tx, *, before: datetime) -> int:
    """What stayed empty since before a time is no news any more when it is filled; returns how many."""
    return tx.execute(sa.delete(t.emptied).where(t.emptied.c.at < before)).rowcount


def _empties(effect: Effect) -> bool:
    """Rows are gone that somebody may put in again: all of them, a partition's, or those of a table made anew."""
    whole = effect.action in (Action.TRUNCATE, Action.DROP_PARTITION) or (effect.empty and effect.action not in _FILLS)
    return (whole or (effect.action is Action.DELETE and effect.every_row)) and _lasts(effect)


def _fills(effect: Effect) -> bool:
    return effect.action in _FILLS and not effect.empty and _lasts(effect)


def _lasts(effect: Effect) -> bool:
    return not effect.temporary and can_be_kept(effect.target)


def _name(effect: Effect) -> str:
    return one_string(effect.target)
