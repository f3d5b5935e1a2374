"""What is shared with other accounts: whoever reads it there stands in no log of ours, and loses it all the same."""

from __future__ import annotations

from lineagebot.model import Action, AssetKind
from lineagebot.sql.by_hand.kinds import CONTAINERS, container, kind_here
from lineagebot.sql.by_hand.reader import NOTHING, Reader, effect, effect_on
from lineagebot.sql.meaning import Meaning

_VERBS = {"ADD": Action.GRANT, "REMOVE": Action.REVOKE}


def alter_share(reader: Reader) -> Meaning | None:
    """ALTER SHARE s REMOVE TABLE t, ALTER DATASHARE s ADD ALL TABLES IN SCHEMA x."""
    context = reader.context
    reader.skip("IF", "EXISTS")
    if not reader.name() or reader.done:
        return None
    action = _VERBS.get(reader.skip_any(*_VERBS))
    if action is None:
        return NOTHING
    whole = reader.skip("ALL")
    kind = kind_here(reader).asset if not whole else AssetKind.SCHEMA
    while whole and not reader.done and not reader.skip("SCHEMA"):
        reader.at += 1
    names = reader.names()
    if kind is None and not reader.done:
        return NOTHING  # accounts, functions
    if kind is None or not names:
        return None
    if kind in CONTAINERS:
        return Meaning(effects=tuple(effect(context, action, container(kind, n, context), kind=kind) for n in names))
    return Meaning(effects=tuple(effect_on(context, action, context.target(n), kind=kind) for n in names))
