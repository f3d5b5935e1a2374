"""One name for each type of column, whatever its system calls it, and how much a whole number holds.

What one dialect says otherwise (INTEGER is NUMBER(38,0) in Snowflake) stands in sql/types.py. Imports nothing of ours.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

#: Other names of a type, in every dialect that has them → the one by which we compare.
ONE_NAME: Mapping[str, str] = {
    "int": "integer",
    "int4": "integer",
    "int32": "integer",
    "mediumint": "integer",
    "signed": "integer",
    "serial": "integer",
    "serial4": "integer",
    "int8": "bigint",
    "int64": "bigint",
    "long": "bigint",
    "bigserial": "bigint",
    "serial8": "bigint",
    "int2": "smallint",
    "int16": "smallint",
    "short": "smallint",
    "smallserial": "smallint",
    "serial2": "smallint",
    "int1": "tinyint",
    "byte": "tinyint",
    "byteint": "tinyint",
    "bool": "boolean",
    "logical": "boolean",
    "decimal": "numeric",
    "dec": "numeric",
    "number": "numeric",
    "bigdecimal": "bignumeric",
    "float8": "double",
    "float64": "double",
    "double precision": "double",
    "float": "double",
    "float4": "real",
    "float32": "real",
    "character varying": "varchar",
    "char varying": "varchar",
    "nvarchar": "varchar",
    "nvarchar2": "varchar",
    "varchar2": "varchar",
    "character": "char",
    "bpchar": "char",
    "nchar": "char",
    "string": "text",
    "timestamp without time zone": "timestamp",
    "timestamp_ntz": "timestamp",
    "timestampntz": "timestamp",
    "timestamp with time zone": "timestamptz",
    "timestamp_tz": "timestamptz",
    "timestamp with local time zone": "timestamp_ltz",
    "timestampltz": "timestamp_ltz",
    "time without time zone": "time",
    "time with time zone": "timetz",
    "bytea": "bytes",
    "blob": "bytes",
    "binary": "bytes",
    "varbinary": "bytes",
    "jsonb": "json",
}
#: The longest whole number, in digits.
DIGITS: Mapping[str, int] = {"tinyint": 3, "smallint": 5, "integer": 10, "bigint": 19, "hugeint": 39}


def mentions(types: Iterable[str | None], names: Collection[str]) -> bool:
    """Whether the text of one of these types holds one of the names, in any case: "marts.state[]" holds "state"."""
    texts = [text.lower() for text in types if text]
    return any(name.lower() in text for name in names for text in texts)
