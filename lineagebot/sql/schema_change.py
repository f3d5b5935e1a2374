"""What becomes of a relation's columns when it is made anew: added, removed, retyped.

Only what the text and the known columns tell: a type counts as changed where both are known, and nothing counts as lost
where the new columns are not all known.
"""

from __future__ import annotations

from dataclasses import dataclass

from lineagebot.model import Column, ColumnChange
from lineagebot.sql.types import same_type, widens


@dataclass(frozen=True, slots=True)
class SchemaChange:
    added: tuple[Column, ...] = ()
    removed: tuple[Column, ...] = ()
    #: Columns before and after, apart from those in `widened`.
    retyped: tuple[tuple[Column, Column], ...] = ()
    #: ... and those whose every old value fits into the new type.
    widened: tuple[tuple[Column, Column], ...] = ()

    @property
    def loses(self) -> tuple[ColumnChange, ...]:
        """What may break a consumer: removed columns (no new type) and those that may not hold their old values."""
        gone = tuple(ColumnChange(column.name, column.type) for column in self.removed)
        return gone + tuple(ColumnChange(old.name, old.type, new.type) for old, new in self.retyped)


def schema_change(before: tuple[Column, ...], after: tuple[Column, ...], dialect: str = "") -> SchemaChange:
    """The difference of two lists of columns; none where one of them is not known."""
    if not before or not after:
        return SchemaChange()
    old = {column.name: column for column in before}
    new = {column.name: column for column in after}
    changed = [(c, new[c.name]) for c in before if c.name in new and not same_type(c.type, new[c.name].type, dialect)]
    return SchemaChange(
        added=tuple(c for c in after if c.name not in old),
        removed=tuple(c for c in before if c.name not in new),
        retyped=tuple((c, now) for c, now in changed if not widens(c.type, now.type, dialect)),
        widened=tuple((c, now) for c, now in changed if widens(c.type, now.type, dialect)),
    )
