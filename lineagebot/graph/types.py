"""What a change of type does to the values that stand there: are they all kept, and does a query still find its kind?

Types are as their systems write them; lengths and precisions are compared where both sides tell them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

#: Families of types that queries treat alike. A type that stands in none is a family of its own.
_FAMILIES: Mapping[str, tuple[str, ...]] = {
    "text": ("text", "varchar", "char", "character varying", "character", "nvarchar", "nchar", "bpchar", "string",
             "clob", "ntext", "tinytext", "mediumtext", "longtext", "varchar2", "nvarchar2", "name", "citext"),
    "number": ("int", "integer", "bigint", "smallint", "tinyint", "byteint", "int2", "int4", "int8", "int64", "int32",
               "hugeint", "long", "short", "byte", "serial", "bigserial",
               "number", "numeric", "decimal", "dec", "bignumeric", "money"),
    "float": ("float", "double", "double precision", "real", "float4", "float8", "float64", "float32"),
    "boolean": ("boolean", "bool", "bit"),
    "date": ("date",),
    "time": ("timestamp", "timestamptz", "timestamp with time zone", "timestamp without time zone", "timestamp_ntz",
             "timestamp_ltz", "timestamp_tz", "datetime", "datetime2", "smalldatetime", "datetimeoffset"),
    "json": ("json", "jsonb", "variant", "object", "super"),
    "binary": ("binary", "varbinary", "bytea", "bytes", "blob", "varbyte"),
}  # fmt: skip
_FAMILY = {name: family for family, names in _FAMILIES.items() for name in names}
#: Whole numbers by their width in bytes; an unbounded decimal holds any.
_WIDTHS = {
    "tinyint": 1, "byte": 1, "byteint": 1, "smallint": 2, "int2": 2, "short": 2, "int": 4, "integer": 4, "int4": 4,
    "int32": 4, "serial": 4, "bigint": 8, "int8": 8, "int64": 8, "long": 8, "bigserial": 8, "hugeint": 16,
}  # fmt: skip
#: Digits that hold every whole number of so many bytes.
_DIGITS = {1: 3, 2: 5, 4: 10, 8: 19, 16: 39}
_DECIMALS = frozenset({"number", "numeric", "decimal", "dec", "bignumeric"})
#: Another family that holds every value of the first.
_WIDER_FAMILIES = frozenset({("date", "time")})
_BRACKETS = re.compile(r"\(([^)]*)\)")


def is_same_family(old: str | None, new: str | None) -> bool:
    """Whether a query that was written for one type reads the other; True where one of them is not known."""
    if not old or not new:
        return True
    one, other = _family(old), _family(new)
    return one == other or {one, other} == {"number", "float"}


def keeps_values(old: str | None, new: str | None) -> bool:
    """Whether every value of the old type stands unchanged in the new one; False where that cannot be told."""
    if not old or not new:
        return False
    one, other = _family(old), _family(new)
    if one != other:
        return (one, other) in _WIDER_FAMILIES
    if one == "text":
        return _is_at_least(_length(new), _length(old))
    if one == "number":
        return _holds(old, new)
    if one == "float":
        return not (_base(old) in _DOUBLES and _base(new) in _SINGLES)
    return one in _FAMILIES or _plain(old) == _plain(new)


_SINGLES = frozenset({"real", "float4", "float32"})
_DOUBLES = frozenset({"double", "double precision", "float8", "float64", "float"})


def _plain(written: str) -> str:
    return " ".join(written.lower().split())


def _base(written: str) -> str:
    return " ".join(_BRACKETS.sub(" ", written.lower()).split())


def _family(written: str) -> str:
    base = _base(written)
    return _FAMILY.get(base, base)


def _numbers(written: str) -> tuple[int, ...]:
    found = _BRACKETS.search(written)
    parts = found.group(1).split(",") if found else []
    return tuple(int(part) for part in parts if part.strip().isdigit())


def _length(written: str) -> int | None:
    """None: without a limit."""
    numbers = _numbers(written)
    return numbers[0] if numbers else None


def _is_at_least(one: int | None, other: int | None) -> bool:
    return one is None or (other is not None and one >= other)


def _holds(old: str, new: str) -> bool:
    """Whole and decimal numbers, by digits before and behind the point."""
    return all(_is_at_least(b, a) for a, b in zip(_digits(old), _digits(new), strict=True))


def _digits(written: str) -> tuple[int | None, int | None]:
    """(before the point, behind it); None: without a limit."""
    base = _base(written)
    if base in _WIDTHS:
        return _DIGITS[_WIDTHS[base]], 0
    numbers = _numbers(written)
    if not numbers:
        return None, None
    scale = numbers[1] if len(numbers) > 1 else 0
    return numbers[0] - scale, scale
