"""Of which kind a type is (a whole number, a text, a date), and what each dialect calls a type of that kind."""

from __future__ import annotations

from collections.abc import Iterable

from lineagebot.sql.dialects import Dialect
from lineagebot.sql.tokens import words

#: How a dialect calls what an expression gives; a kind that is missing cannot be told there without a length.
_CALLED: dict[str, dict[str, str]] = {
    "postgres": {
        "int": "integer",
        "count": "bigint",
        "text": "text",
        "float": "double precision",
        "numeric": "numeric",
        "bool": "boolean",
        "date": "date",
        "now": "timestamp with time zone",
        "part": "numeric",
    },
    "redshift": {"int": "integer", "count": "bigint", "float": "double precision", "bool": "boolean", "date": "date"},
    "bigquery": {
        "int": "int64",
        "count": "int64",
        "text": "string",
        "float": "float64",
        "numeric": "numeric",
        "bool": "bool",
        "date": "date",
        "timestamp": "timestamp",
        "datetime": "datetime",
        "now": "timestamp",
        "part": "int64",
    },
    "databricks": {
        "int": "int",
        "count": "bigint",
        "text": "string",
        "float": "double",
        "bool": "boolean",
        "date": "date",
        "now": "timestamp",
        "part": "int",
    },
    "trino": {
        "int": "integer",
        "count": "bigint",
        "float": "double",
        "bool": "boolean",
        "date": "date",
        "part": "bigint",
    },
    "duckdb": {
        "int": "integer",
        "count": "bigint",
        "text": "varchar",
        "float": "double",
        "bool": "boolean",
        "date": "date",
        "now": "timestamp with time zone",
        "part": "bigint",
    },
    "snowflake": {"float": "float", "bool": "boolean", "date": "date"},
}
_CALLED["spark"] = _CALLED["databricks"]
_CALLED["athena"] = _CALLED["trino"]
_ELSEWHERE = {"bool": "boolean"}

_KINDS: dict[str, str] = {
    **dict.fromkeys(words("int64 integer int bigint smallint tinyint byteint int2 int4 int8 long short byte"), "int"),
    **dict.fromkeys((*words("float64 double float real float4 float8"), "double precision"), "float"),
    **dict.fromkeys(words("numeric decimal number dec"), "numeric"),
    **dict.fromkeys((*words("string text varchar char character bpchar nvarchar"), "character varying"), "text"),
    **dict.fromkeys(words("bool boolean"), "bool"),
}
_WIDTH = {"smallint": 1, "int2": 1, "integer": 2, "int": 2, "int4": 2, "bigint": 3, "int8": 3, "int64": 3}
#: What a SUM of whole numbers is, by how wide they are.
_SUMS_OF_INTEGERS = {
    "bigquery": {3: "int64"},
    "postgres": {1: "bigint", 2: "bigint", 3: "numeric"},
    "redshift": {1: "bigint", 2: "bigint"},
    "databricks": {1: "bigint", 2: "bigint", 3: "bigint"},
    "spark": {1: "bigint", 2: "bigint", 3: "bigint"},
    "trino": {1: "bigint", 2: "bigint", 3: "bigint"},
    "athena": {1: "bigint", 2: "bigint", 3: "bigint"},
    "duckdb": {1: "hugeint", 2: "hugeint", 3: "hugeint"},
}


def called(kind: str, dialect: Dialect) -> str | None:
    """The dialect's name for a kind of type; None where it has none without a length."""
    return _CALLED.get(dialect.name, _ELSEWHERE).get(kind)


def kind_of(type_: str | None) -> str:
    """ "" where nobody said, or where it is none of the kinds above."""
    return _KINDS.get(type_.lower().partition("(")[0].strip(), "") if type_ is not None else ""


def is_double(type_: str | None) -> bool:
    return (type_ or "").lower() in ("float64", "double", "double precision", "float8", "float")


def widest(types: Iterable[str | None]) -> str | None:
    """The widest of several types of whole numbers."""
    known = [type_ for type_ in types if type_ is not None and type_.lower() in _WIDTH]
    return max(known, key=lambda type_: _WIDTH[type_.lower()], default=None)


def sum_of_integers(type_: str | None, dialect: Dialect) -> str | None:
    return _SUMS_OF_INTEGERS.get(dialect.name, {}).get(_WIDTH.get((type_ or "").lower(), 0))
