"""What a change of type does to the values that stand there: are they all kept, and does a query still find its kind?

Types are as their systems write them; lengths and precisions are compared where both sides tell them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from lineagebot.type_names import DIGITS, ONE_NAME

#: Families of types that queries treat alike. A type that stands in none is a family of its own.
_FAMILIES: Mapping[str, tuple[str, ...]] = {
    "text": ("text", "varchar", "char", "clob", "ntext", "tinytext", "mediumtext", "longtext", "name", "citext"),
    "number": (*DIGITS, "numeric", "bignumeric", "money"),
    "float": ("double", "real"),
    "boolean": ("boolean", "bit"),
    "date": ("date",),
    "time": ("timestamp", "timestamptz", "timestamp_ltz", "datetime", "datetime2", "smalldatetime", "datetimeoffset"),
    "json": ("json", "variant", "object", "super"),
    "binary": ("bytes", "varbyte"),
}
_FAMILY = {name: family for family, names in _FAMILIES.items() for name in names}
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
        return (_base(old), _base(new)) != ("double", "real")
    return one in _FAMILIES or _plain(old) == _plain(new)


def _plain(written: str) -> str:
    return " ".join(written.lower().split())


def _base(written: str) -> str:
    base = " ".join(_BRACKETS.sub(" ", written.lower()).split())
    return ONE_NAME.get(base, base)


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
    if base in DIGITS:
        return DIGITS[base], 0
    numbers = _numbers(written)
    if not numbers:
        return None, None
    scale = numbers[1] if len(numbers) > 1 else 0
    return numbers[0] - scale, scale
