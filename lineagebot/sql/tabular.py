"""Functions that make rows: which columns they have where no alias lists them."""

from __future__ import annotations

from sqlglot import exp

from lineagebot.sql.dialects import Dialect
from lineagebot.sql.names import folded_column

_PAIRS = ("key", "value")
_SPLIT = ("seq", "index", "value")
#: By the name of the function, in capitals.
_BY_NAME: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("JSON_EACH", "JSON_EACH_TEXT", "JSONB_EACH", "JSONB_EACH_TEXT", "EACH"), _PAIRS),
    **dict.fromkeys(("JSON_ARRAY_ELEMENTS", "JSONB_ARRAY_ELEMENTS"), ("value",)),
    **dict.fromkeys(("JSON_ARRAY_ELEMENTS_TEXT", "JSONB_ARRAY_ELEMENTS_TEXT"), ("value",)),
    "STRING_SPLIT": ("value", "ordinal"),
    "STRTOK_SPLIT_TO_TABLE": _SPLIT,
}
_BY_KIND: dict[type, tuple[str, ...]] = {
    exp.OpenJSON: ("key", "value", "type"),
    exp.SplitToTable: _SPLIT,
    exp.Posexplode: ("pos", "col"),
    exp.PosexplodeOuter: ("pos", "col"),
    exp.Explode: ("col",),
}
_FLATTEN = ("seq", "key", "path", "index", "value", "this")


def columns_of(function: object, dialect: Dialect) -> list[str]:
    """The columns of the rows that a call makes; [] where nobody knows."""
    if isinstance(function, exp.Anonymous):
        found = _BY_NAME.get(function.name.upper(), ())
    elif type(function) is exp.Explode and dialect.name == "snowflake":  # the parser's word for FLATTEN
        found = _FLATTEN
    elif isinstance(function, exp.OpenJSON) and function.expressions:
        found = tuple(str(column.name) for column in function.expressions)
    else:
        found = _BY_KIND.get(type(function), ())
    return [folded_column(name, dialect, quoted=False) for name in found]
