"""Clauses of an ALTER that change columns: drop, add, rename, retype, replace all of them, hide their values."""

from __future__ import annotations

from dataclasses import replace

from lineagebot.model import Action, Column, ColumnChange, Effect
from lineagebot.sql.by_hand.altered import Altered
from lineagebot.sql.by_hand.columns import NO_COLUMNS, defined, type_
from lineagebot.sql.by_hand.reader import Reader
from lineagebot.sql.schema_change import schema_change
from lineagebot.sql.tokens import words
from lineagebot.sql.types import same_type

#: What may stand behind the column that a DROP names.
_AFTER_COLUMN = words("CASCADE RESTRICT CONSTRAINTS INVALIDATE PURGE CONTINUE")
#: Behind ALTER COLUMN c: these change no type.
_NO_TYPE = words("SET UNSET DROP ADD RESET RESTART COMMENT ENCODE FIRST AFTER REMOVE MATERIALIZE CODEC TTL SETTINGS")
#: ALTER DISTKEY id, ALTER SORTKEY (a, b): how Redshift stores a table.
_STORAGE = words("DISTKEY SORTKEY DISTSTYLE ENCODE COMPOUND INTERLEAVED")
#: Here only DROP COLUMN drops one: DROP SCHEDULE drops a schedule.
_SAYS_COLUMN = frozenset({"databricks", "spark", "trino", "bigquery"})


def drop_columns(clause: Reader, altered: Altered) -> list[Effect] | None:
    clause.skip("DROP") or clause.skip("SET", "UNUSED")
    if clause.skip("DATA", "METRIC") or _names_no_column(clause, altered):
        return altered.does(Action.ALTER)
    clause.skip_any("COLUMN", "COLUMNS")
    clause.skip("IF", "EXISTS")
    columns = clause.bracketed() if clause.word == "(" else [clause.column()]
    if clause.field() and columns[0]:
        return _reshaped(columns[0], altered)
    if not columns or not all(columns) or not (clause.done or clause.word in _AFTER_COLUMN):
        return None
    changes = tuple(ColumnChange(name, altered.type_of(name)) for name in columns)
    return altered.does(Action.DROP_COLUMN, columns=changes, cascade=clause.has("CASCADE"))


def _reshaped(column: str, altered: Altered) -> list[Effect]:
    """A field inside the column comes, goes or changes: the column is of another type, which the text does not tell."""
    return altered.does(Action.RETYPE_COLUMN, columns=(ColumnChange(column, altered.type_of(column)),))


def _names_no_column(clause: Reader, altered: Altered) -> bool:
    if clause.word in ("COLUMN", "COLUMNS", "(", "IF"):
        return False
    says = altered.context.dialect.name in _SAYS_COLUMN
    return says or (clause.word in NO_COLUMNS and len(clause.tokens) - clause.at > 1)


def add_columns(clause: Reader, altered: Altered) -> list[Effect] | None:
    clause.skip("ADD")
    if (
        clause.skip("DATA", "METRIC")
        or clause.word in _ADDS_NO_COLUMN
        or (clause.word in NO_COLUMNS and len(clause.tokens) - clause.at > 1)
    ):
        return altered.does(Action.ALTER)
    clause.skip_any("COLUMN", "COLUMNS")
    clause.skip("IF", "NOT", "EXISTS")
    if clause.word in ("PARTITION", "CONSTRAINT"):
        return altered.does(Action.ALTER)
    if [token.text for token in clause.left()[1:2]] == ["."]:  # a field more, inside a column
        name = clause.column()
        return altered.does(Action.ALTER, columns=(ColumnChange(name, altered.type_of(name)),))
    added = [defined(part) for part in clause.inside().clauses()] if clause.word == "(" else [defined(clause)]
    if not all(change.name for change in added):
        return None
    return altered.does(Action.ADD_COLUMN, columns=tuple(added))


_ADDS_NO_COLUMN = words("PARTITION VALUES FILES SCHEDULE TRIGGER REPLICA")


def alter_column(clause: Reader, altered: Altered) -> list[Effect] | None:
    """ALTER c TYPE t, MODIFY c t, CHANGE c d t, MODIFY (c t, d u)."""
    verb = clause.skip_any("ALTER", "MODIFY", "CHANGE")
    if clause.word in _STORAGE:
        return altered.does(Action.ALTER)
    if clause.word == "(":
        inside = (alter_column(part, altered) for part in clause.inside().clauses())
        return [effect for found in inside for effect in (found or altered.does(Action.ALTER))]
    clause.skip("COLUMN")
    clause.skip("IF", "EXISTS")
    name = clause.column()
    if not name:
        return None
    if clause.field():
        return _reshaped(name, altered)
    old = altered.type_of(name)
    if verb == "CHANGE":
        to = clause.column()
        if to and to != name:
            return altered.does(Action.RENAME_COLUMN, columns=(ColumnChange(name, old, type_(clause), to),))
    if clause.skip("SET", "DATA"):
        clause.skip("TYPE")
    elif not clause.skip("TYPE") and clause.word in _NO_TYPE:
        hides = clause.skip("SET") and clause.word in ("MASKING", "MASK", "PROJECTION")
        return altered.does(Action.HIDE if hides else Action.ALTER, columns=(ColumnChange(name, old, old),))
    return _retyped(name, old, type_(clause), altered)


def _retyped(name: str, old: str | None, new: str | None, altered: Altered) -> list[Effect]:
    dialect = altered.context.dialect.name
    if new is None or (old is not None and same_type(old, new, dialect)):
        return altered.does(Action.ALTER, columns=(ColumnChange(name, old, old),))
    return altered.does(Action.RETYPE_COLUMN, columns=(ColumnChange(name, old, new),))


def replace_columns(clause: Reader, altered: Altered) -> list[Effect] | None:
    """REPLACE COLUMNS (c t, d u): these from now on, and no others (Spark, Hive)."""
    if not (clause.skip("REPLACE", "COLUMNS") and clause.word == "("):
        return None
    new = tuple(Column(c.name, c.new_type) for c in map(defined, clause.inside().clauses()))
    change = schema_change(altered.target.columns, new, altered.context.dialect.name)
    return altered.does(Action.REPLACE, columns=change.loses, produces=new)


def rename_column(clause: Reader, altered: Altered) -> list[Effect] | None:
    """c TO d, behind RENAME or RENAME COLUMN."""
    clause.skip("IF", "EXISTS")
    old = clause.column()
    if old and clause.field() and clause.skip("TO"):
        return _reshaped(old, altered)
    if not (old and clause.skip_any("TO", "AS")):
        return None
    change = ColumnChange(old, altered.type_of(old), renamed_to=clause.column())
    return altered.does(Action.RENAME_COLUMN, columns=(replace(change, old_type=None),))
