"""How to get it back, and until when, as SQL to paste: one table a system.

Source: sources/postgres.md §f. Postgres has no time travel and no undrop: what is gone comes from a backup.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from lineagebot.model import Action, AssetKey, AssetKind, Effect


@dataclass(frozen=True, slots=True)
class Recovery:
    """`says` is one sentence; `sql` is to paste, None where there is nothing to paste."""

    says: str
    sql: str | None = None


def recovery_of(effect: Effect, dialect: str, *, at: datetime, definition: str | None = None) -> Recovery:
    """The way back from `effect`, which happened at `at`. `definition`: the lost view's text, where it is known."""
    way = WAYS.get(dialect, _unknown)
    return way(effect, at, definition)


def _postgres(effect: Effect, at: datetime, definition: str | None) -> Recovery:
    name = _sql_name(effect.target)
    match effect.action:
        case Action.RENAME if effect.renamed_to:
            back = f"ALTER {_word(effect)} {_sql_name(effect.renamed_to)} RENAME TO {_quoted(effect.target.name)};"
            return Recovery("Nothing is lost; rename it back:", back)
        case Action.SET_SCHEMA if effect.renamed_to:
            schema = _quoted(effect.target.path[-2])
            back = f"ALTER {_word(effect)} {_sql_name(effect.renamed_to)} SET SCHEMA {schema};"
            return Recovery("Nothing is lost; move it back:", back)
        case Action.RENAME_COLUMN if effect.columns and effect.columns[0].renamed_to:
            change = effect.columns[0]
            back = f"ALTER TABLE {name} RENAME COLUMN {_quoted(change.renamed_to or '')} TO {_quoted(change.name)};"
            return Recovery("Nothing is lost; rename it back:", back)
        case Action.DROP if definition and effect.kind in (AssetKind.VIEW, AssetKind.MATERIALIZED_VIEW):
            word = "MATERIALIZED VIEW" if effect.kind is AssetKind.MATERIALIZED_VIEW else "VIEW"
            body = definition.rstrip().rstrip(";")
            return Recovery("A view holds no data; create it again:", f"CREATE {word} {name} AS\n{body};")
    return Recovery(
        "Postgres has no undo. Run the job that builds it again, or recover from a backup to just before"
        f" {at:%Y-%m-%d %H:%M:%S} UTC."
    )


def _unknown(effect: Effect, at: datetime, definition: str | None) -> Recovery:
    return Recovery(f"Ask whoever keeps the backups for the state just before {at:%Y-%m-%d %H:%M:%S} UTC.")


WAYS: Mapping[str, Callable[[Effect, datetime, str | None], Recovery]] = {"postgres": _postgres}


def _word(effect: Effect) -> str:
    words = {AssetKind.VIEW: "VIEW", AssetKind.MATERIALIZED_VIEW: "MATERIALIZED VIEW"}
    return words.get(effect.kind, "TABLE")


def _sql_name(key: AssetKey) -> str:
    """Schema and table; the database is the connection's."""
    return ".".join(_quoted(part) for part in key.path[-2:])


def _quoted(name: str) -> str:
    plain = name.isidentifier() and name.isascii() and name == name.lower()
    return name if plain else '"' + name.replace('"', '""') + '"'
