"""How to get it back, and until when, as SQL to paste: what any system undoes alike; the rest in its own table.

What is renamed is renamed back, a view is created again, what lies in files outside stands there still. Rows and
columns come back as the system keeps its past (policy/time_travel.py), or from a backup. Nothing is promised beyond
what the vendor says; where an account may be set otherwise, that is said.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from lineagebot.model import Action, AssetKey, AssetKind, Effect
from lineagebot.policy import time_travel
from lineagebot.policy.lost import Kept, Lost, Recovery
from lineagebot.policy.spelled import quoted, table

__all__ = ["Kept", "Recovery", "recovery_of"]

_VIEWS = {AssetKind.VIEW: "VIEW", AssetKind.MATERIALIZED_VIEW: "MATERIALIZED VIEW"}
_OUTSIDE = (AssetKind.FOREIGN_TABLE, AssetKind.FILE)
#: Where UNDROP brings back a materialized view with what it holds.
_KEPT_AS_TABLES = {("databricks", AssetKind.MATERIALIZED_VIEW), ("clickhouse", AssetKind.MATERIALIZED_VIEW)}
#: Systems whose RENAME TO takes the new name alone.
_NAME_ALONE = ("postgres", "redshift", "duckdb", "bigquery")
#: How else the names of these systems are known.
_KNOWN_AS = {"postgresql": "postgres", "presto": "trino", "spark": "databricks", "hive": "databricks"}


def recovery_of(
    effect: Effect,
    dialect: str,
    *,
    at: datetime,
    definition: str | None = None,
    statement: str | None = None,
    taken: bool = False,
    kept: Kept | None = None,
) -> Recovery:
    """The way back from `effect`, which happened at `at`.

    `definition`: the lost view's text; `statement`: the vendor's id of what did it; `taken`: it was dropped, and
    something else stands under its name; `kept`: what is known of how the system keeps it.
    """
    dialect = _KNOWN_AS.get(dialect, dialect)
    lost = Lost(effect, dialect, at, definition, statement, taken, kept or Kept())
    for way in _WAYS:
        found = way(lost)
        if found is not None:
            return found
    return time_travel.WAYS.get(dialect, _from_backup)(lost) or _from_backup(lost)


def _nothing_lost(lost: Lost) -> Recovery | None:
    """Names, rights and policies: what is undone without any data."""
    effect, dialect = lost.effect, lost.dialect
    match effect.action:
        case Action.RENAME if effect.renamed_to:
            return Recovery("Nothing is lost; rename it back:", _rename(effect.renamed_to, effect.target, lost))
        case Action.SET_SCHEMA if effect.renamed_to and dialect == "postgres":
            back = f"ALTER {_word(effect)} {table(effect.renamed_to, dialect)}"
            schema = quoted(effect.target.path[-2], dialect)
            return Recovery("Nothing is lost; move it back:", f"{back} SET SCHEMA {schema};")
        case Action.RENAME_COLUMN if effect.columns and all(c.renamed_to for c in effect.columns):
            name = table(effect.target, dialect)
            back = "\n".join(
                f"ALTER TABLE {name} RENAME COLUMN {quoted(c.renamed_to or '', dialect)} TO {quoted(c.name, dialect)};"
                for c in effect.columns
            )
            return Recovery("Nothing is lost; rename it back:", back)
        case Action.SWAP if effect.renamed_to and dialect in _SWAPS:
            one, other = table(effect.target, dialect), table(effect.renamed_to, dialect)
            return Recovery("Nothing is lost; swap them back:", _SWAPS[dialect].format(one, other))
        case Action.REVOKE:
            whom = f" to {', '.join(effect.grantees)}" if effect.grantees else ""
            return Recovery(f"No data is lost; grant the same rights{whom} again.")
        case Action.EXPIRE:
            return Recovery("Take the expiry off again; what has expired by then comes back as after a delete.")
        case Action.HIDE:
            return Recovery("No data is lost; take the policy off again.")
    return None


_SWAPS = {"snowflake": "ALTER TABLE {} SWAP WITH {};", "clickhouse": "EXCHANGE TABLES {} AND {};"}


def _rename(now: AssetKey, before: AssetKey, lost: Lost) -> str:
    dialect = lost.dialect
    if dialect == "clickhouse":
        return f"RENAME TABLE {table(now, dialect)} TO {table(before, dialect)};"
    name = quoted(before.name, dialect) if dialect in _NAME_ALONE else table(before, dialect)
    return f"ALTER {_word(lost.effect)} {table(now, dialect)} RENAME TO {name};"


def _view(lost: Lost) -> Recovery | None:
    """A view holds nothing but its text."""
    effect = lost.effect
    if effect.kind not in _VIEWS or effect.action not in (Action.DROP, Action.REPLACE):
        return None
    if effect.action is Action.DROP and (lost.dialect, effect.kind) in _KEPT_AS_TABLES:
        return None
    what = "A view holds no data" if effect.kind is AssetKind.VIEW else "It is computed from other tables"
    if effect.action is Action.DROP and lost.definition:
        body = lost.definition.strip().rstrip(";")
        name = table(effect.target, lost.dialect)
        return Recovery(f"{what}; create it again:", f"CREATE {_word(effect)} {name} AS\n{body};")
    return Recovery(f"{what}; create it again from its text in the repository or an earlier log.")


def _outside(lost: Lost) -> Recovery | None:
    """An external table is a description of files that lie elsewhere."""
    is_outside = lost.effect.kind in _OUTSIDE or lost.kept.external
    if not is_outside or lost.effect.action not in (Action.DROP, Action.REPLACE, Action.DROP_PARTITION):
        return None
    if lost.dialect == "databricks" and lost.effect.action is Action.DROP:
        return None
    what = "the partition" if lost.effect.action is Action.DROP_PARTITION else "the table"
    return Recovery(f"The data lies outside and stands as it did; describe {what} again with the same location.")


_WAYS: tuple[Callable[[Lost], Recovery | None], ...] = (_nothing_lost, _view, _outside)


def _from_backup(lost: Lost) -> Recovery:
    return Recovery(f"Ask whoever keeps the backups for the state just before {lost.when}.")


def _word(effect: Effect) -> str:
    return _VIEWS.get(effect.kind, "TABLE")
