"""Clauses of an ALTER that set something: how long rows are kept, where they lie, who may see them, the rest."""

from __future__ import annotations

from lineagebot.model import Action, AssetKey, Effect
from lineagebot.sql.by_hand.altered import Altered
from lineagebot.sql.by_hand.keeping import is_zero, keeping
from lineagebot.sql.by_hand.reader import Reader
from lineagebot.sql.tokens import words


def set_(clause: Reader, altered: Altered) -> list[Effect] | None:
    clause.skip("SET")
    if clause.word == "SCHEMA" and len(clause.left()) > 1:
        return _set_schema(clause, altered)
    if clause.skip("LOCATION"):  # it shows the rows that lie there
        return altered.does(Action.OVERWRITE, every_row=True)
    if clause.skip("ROW", "FILTER") or clause.skip("AGGREGATION", "POLICY"):
        return altered.does(Action.HIDE)
    return option(clause, altered)


def _set_schema(clause: Reader, altered: Altered) -> list[Effect] | None:
    clause.skip("SCHEMA")
    to = clause.column()
    path = altered.target.key.path
    if not to:
        return None
    return altered.does(Action.SET_SCHEMA, renamed_to=AssetKey(altered.target.key.system, (*path[:-2], to, path[-1])))


def option(clause: Reader, altered: Altered) -> list[Effect] | None:
    """Whatever is set: what it decides about keeping, else only that something is other than it was."""
    return altered.does(keeping(clause.tokens) or Action.ALTER)


def plain(clause: Reader, altered: Altered) -> list[Effect] | None:
    """It changes neither columns nor rows nor names."""
    return altered.does(Action.ALTER)


def time_to_live(clause: Reader, altered: Altered) -> list[Effect] | None:
    """MODIFY TTL d + INTERVAL 1 DAY (ClickHouse)."""
    return altered.does(Action.EXPIRE)


def row_security(clause: Reader, altered: Altered) -> list[Effect] | None:
    """ENABLE ROW LEVEL SECURITY, ROW LEVEL SECURITY ON: who is not named by a policy sees nothing."""
    hides = clause.has(*_HIDING) and not clause.has("OFF")
    return altered.does(Action.HIDE if hides else Action.ALTER)


_HIDING = words("SECURITY ACCESS MASKING AGGREGATION PROJECTION FILTER")


def drop_other(clause: Reader, altered: Altered) -> list[Effect] | None:
    """DROP FEATURE f TRUNCATE HISTORY (Delta); DROP of what is no column."""
    return altered.does(Action.FORGET if clause.has("HISTORY") else Action.ALTER)


def execute(clause: Reader, altered: Altered) -> list[Effect] | None:
    """ALTER TABLE t EXECUTE procedure(...) (Trino)."""
    clause.skip("EXECUTE")
    name = clause.word
    if name == "ROLLBACK_TO_SNAPSHOT":
        return altered.does(Action.RESTORE)
    arguments = clause.left()
    at_zero = any(is_zero(arguments[at + 1 : at + 2]) for at, t in enumerate(arguments[:-1]) if t.text == "=>")
    return altered.does(Action.FORGET if name == "EXPIRE_SNAPSHOTS" and at_zero else Action.ALTER)


def refresh(clause: Reader, altered: Altered) -> list[Effect] | None:
    """ALTER DYNAMIC TABLE t REFRESH, ALTER EXTERNAL TABLE t REFRESH (Snowflake)."""
    return altered.does(Action.REFRESH)
