"""What becomes of a relation's columns when it is made anew: added, removed, retyped.

Only what the text and the known columns tell: a type counts as changed where both are known, and nothing counts as lost
where the new columns are not all known.
"""

from __future__ import annotations

from dataclasses import dataclass

from lineagebot.model import Column, ColumnChange

#: Names of one type in Postgres and its kin.
_SAME = {
    "int": "integer",
    "int4": "integer",
    "int8": "bigint",
    "int2": "smallint",
    "bool": "boolean",
    "varchar": "character varying",
    "char": "character",
    "bpchar": "character",
    "decimal": "numeric",
    "float8": "double precision",
    "double": "double precision",
    "float": "double precision",
    "float4": "real",
    "timestamptz": "timestamp with time zone",
    "timestamp without time zone": "timestamp",
    "timetz": "time with time zone",
    "string": "text",
}


@dataclass(frozen=True, slots=True)
class SchemaChange:
    added: tuple[Column, ...] = ()
    removed: tuple[Column, ...] = ()
    #: Columns before and after.
    retyped: tuple[tuple[Column, Column], ...] = ()

    @property
    def loses(self) -> tuple[ColumnChange, ...]:
        """What may break a consumer: removed columns (no new type) and retyped ones."""
        gone = tuple(ColumnChange(column.name, column.type) for column in self.removed)
        return gone + tuple(ColumnChange(old.name, old.type, new.type) for old, new in self.retyped)


def schema_change(before: tuple[Column, ...], after: tuple[Column, ...]) -> SchemaChange:
    """The difference of two lists of columns; none where one of them is not known."""
    if not before or not after:
        return SchemaChange()
    old = {column.name: column for column in before}
    new = {column.name: column for column in after}
    return SchemaChange(
        added=tuple(c for c in after if c.name not in old),
        removed=tuple(c for c in before if c.name not in new),
        retyped=tuple((c, new[c.name]) for c in before if c.name in new and not same_type(c.type, new[c.name].type)),
    )


def same_type(one: str | None, other: str | None) -> bool:
    """True where the two types are one, or where one of them is not known."""
    return one is None or other is None or _plain(one) == _plain(other)


def _plain(written: str) -> tuple[str, str]:
    name, _, rest = written.lower().strip().partition("(")
    inner, _, after = rest.partition(")")
    base = " ".join((name.strip() + " " + after.strip()).split())
    array = ""
    while base.endswith("[]"):
        base, array = base[:-2], array + "[]"
    return _SAME.get(base, base) + array, "".join(inner.split())
