"""What the first words of a statement say that it does, where the rest of it is not understood."""

from __future__ import annotations

from dataclasses import replace

from lineagebot.model import (
    Action,
    AssetKind,
    Certainty,
    Effect,
)
from lineagebot.sql.by_hand.kinds import kind_here
from lineagebot.sql.by_hand.reader import (
    Reader,
)
from lineagebot.sql.meaning import Context


def head_of(context: Context) -> tuple[Effect, ...]:
    """What the first words of a statement say that it does, where the rest of it is not understood."""
    reader = Reader(replace(context, text=context.text[:2_000]))
    action: Action | None = None
    kind = AssetKind.TABLE
    if reader.skip("INSERT"):
        action = Action.OVERWRITE if reader.skip("OVERWRITE") else Action.APPEND
        reader.skip_any("INTO")
        reader.skip_any("TABLE")
    elif reader.skip("DELETE"):
        reader.skip("FROM")
        action = Action.DELETE
    elif reader.skip("MERGE"):
        reader.skip("INTO")
        action = Action.MERGE
    elif reader.skip("UPDATE"):
        action = Action.UPDATE
    elif reader.skip("CREATE"):
        action = Action.REPLACE if reader.skip("OR", "REPLACE") else Action.CREATE
        if reader.word in ("TEMP", "TEMPORARY"):
            return ()
        kind = kind_here(reader).asset or AssetKind.OTHER
        reader.skip("IF", "NOT", "EXISTS")
    reader.skip("ONLY")
    parts = reader.name() if action is not None else ()
    if action is None or kind is AssetKind.OTHER or not parts:
        return ()
    target = context.new(parts) if action in (Action.CREATE, Action.REPLACE) else context.target(parts)
    return (
        Effect(
            action,
            target.key,
            kind=kind,
            temporary=target.temporary is not None,
            certainty=Certainty.SUSPECTED,
            position=context.position,
        ),
    )
