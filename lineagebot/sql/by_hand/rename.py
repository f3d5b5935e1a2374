"""Names that change places by statements of their own: RENAME TABLE, EXCHANGE TABLES, UNDROP."""

from __future__ import annotations

from lineagebot.model import Action, AssetKey, AssetKind, Effect
from lineagebot.sql.by_hand.kinds import CONTAINERS, container, kind_here
from lineagebot.sql.by_hand.reader import NOTHING, Inner, Reader, effect, effect_on
from lineagebot.sql.meaning import Meaning


def rename(reader: Reader, inner: Inner) -> Meaning | None:
    """RENAME TABLE a TO b, c TO d (MySQL, ClickHouse); RENAME a TO b (Oracle)."""
    kind = AssetKind.VIEW if reader.skip("VIEW") else AssetKind.TABLE
    if reader.word in ("DATABASE", "SCHEMA"):
        return _rename_container(reader)
    reader.skip_any("TABLE", "TABLES")
    reader.skip("IF", "EXISTS")
    context = reader.context
    effects: list[Effect] = []
    while True:
        old = reader.name()
        if not (old and reader.skip_any("TO", "AS")):
            return None
        new = reader.name()
        if not new:
            return None
        target = context.target(old)
        to = context.new(new).key if len(new) > 1 else AssetKey(target.key.system, (*target.key.path[:-1], new[0]))
        effects.append(effect_on(context, Action.RENAME, target, kind=kind, renamed_to=to))
        if not reader.skip(","):
            return Meaning(effects=tuple(effects))


def _rename_container(reader: Reader) -> Meaning | None:
    """RENAME DATABASE a TO b (ClickHouse)."""
    kind = kind_here(reader).asset or AssetKind.SCHEMA
    context = reader.context
    old = reader.name()
    new = reader.name() if old and reader.skip("TO") else ()
    if not new:
        return None
    to = container(kind, new, context)
    return Meaning(effects=(effect(context, Action.RENAME, container(kind, old, context), kind=kind, renamed_to=to),))


def exchange(reader: Reader, inner: Inner) -> Meaning | None:
    """EXCHANGE TABLES a AND b (ClickHouse)."""
    reader.skip_any("TABLE", "TABLES", "DICTIONARIES")
    one = reader.name()
    other = reader.name() if one and reader.skip("AND") else ()
    if not other:
        return None
    context = reader.context
    to = context.target(other).key
    return Meaning(effects=(effect_on(context, Action.SWAP, context.target(one), renamed_to=to),))


def undrop(reader: Reader, inner: Inner) -> Meaning | None:
    named = kind_here(reader)
    kind = named.asset
    if kind is None:
        return NOTHING if named.is_known else None
    parts = () if reader.word == "WITH" else reader.name()  # WITH ID '...': only the system knows which
    if not parts:
        return None
    context = reader.context
    key = container(kind, parts, context) if kind in CONTAINERS else context.new(parts).key
    return Meaning(effects=(effect(context, Action.UNDROP, key, kind=kind),))
