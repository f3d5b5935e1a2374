"""Files, folders, URLs and stages: places outside the warehouse that rows come from or go to, as assets of their own.

Their key is the path as it is written. Nothing is known of their columns but what a statement asks of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from sqlglot import exp

from lineagebot.sql.dialects import Dialect
from lineagebot.sql.tokens import words

#: Formats that stand where a schema would: SELECT * FROM parquet.`/data/x` (Spark).
_FORMATS = words("parquet delta csv json jsonl orc avro text binaryfile iceberg xml")
#: Functions that make rows of the files that their first argument names.
_READERS = words(
    "READ_CSV READ_CSV_AUTO READ_PARQUET PARQUET_SCAN READ_JSON READ_JSON_AUTO READ_JSON_OBJECTS READ_NDJSON"
    " READ_NDJSON_AUTO READ_NDJSON_OBJECTS READ_TEXT READ_BLOB READ_XLSX ST_READ DELTA_SCAN ICEBERG_SCAN SQLITE_SCAN"
    " READ_FILES CLOUD_FILES S3 S3CLUSTER GCS URL URLCLUSTER FILE FILECLUSTER HDFS AZUREBLOBSTORAGE DELTALAKE ICEBERG"
    " INFER_SCHEMA LIST_FILES DIRECTORY OPENROWSET"
)
_KNOWN_READERS = (exp.ReadCSV, exp.ReadParquet)
#: Arguments of these names hold the path.
_PATHS = words("PATH LOCATION BULK URL")
#: What DuckDB takes for a file where the name of a table would stand.
_FILE = re.compile(r"\.(csv|tsv|txt|parquet|json|jsonl|ndjson|xlsx|avro|arrow|gz|zst|db|duckdb)$", re.IGNORECASE)
#: Properties of a CREATE that say where its rows are kept outside.
_KEPT = words("URIS URI PATH LOCATION EXTERNAL_LOCATION LOCATION_PATH")


def place(node: object, dialect: Dialect) -> str:
    """The path that a literal, a stage or a name in FROM stands for; "" where it is none."""
    if isinstance(node, exp.Table):
        return _place_in_from(node, dialect)
    if isinstance(node, (exp.Literal, exp.Var)):
        return node.name if node.args.get("is_string") or node.name.startswith("@") else ""
    return ""


def _place_in_from(table: exp.Expr, dialect: Dialect) -> str:
    this, schema = table.args.get("this"), table.args.get("db")
    if isinstance(this, (exp.Literal, exp.Var)):
        return place(this, dialect)
    if not isinstance(this, exp.Identifier) or not this.args.get("quoted") or table.args.get("catalog") is not None:
        return ""
    name = this.name
    if schema is not None:  # an empty text in FROM ..t
        is_format = isinstance(schema, exp.Identifier) and schema.name.lower() in _FORMATS
        return name if is_format and not name.isidentifier() else ""
    is_path = "://" in name or (dialect.name == "duckdb" and ("/" in name or _FILE.search(name) is not None))
    return name if is_path else ""


def places_read(function: exp.Expr) -> Sequence[str]:
    """The files that a table function reads, as far as literals say."""
    if type(function) not in _KNOWN_READERS and not (
        isinstance(function, exp.Anonymous) and function.name.upper() in _READERS
    ):
        return ()
    arguments = [function.this, *function.expressions] if isinstance(function.this, exp.Expr) else function.expressions
    for argument in arguments:
        if isinstance(argument, (exp.Kwarg, exp.PropertyEQ, exp.EQ)):
            if argument.this.name.upper() in _PATHS:
                return tuple(_strings(argument.expression))
        elif found := tuple(_strings(argument)):
            return found
    return ()


def _strings(node: object) -> Iterator[str]:
    if isinstance(node, exp.Literal) and node.args.get("is_string"):
        yield node.name
    elif isinstance(node, (exp.Array, exp.Tuple, exp.Paren)):
        for part in node.expressions or [node.this]:
            yield from _strings(part)


def places_kept(properties: object, dialect: Dialect) -> list[str]:
    """Where the rows of an external table are: LOCATION '...', OPTIONS (uris = [...]), OPTIONS (path '...')."""
    found: list[str] = []
    for node in properties.expressions if isinstance(properties, exp.Expr) else ():
        if isinstance(node, exp.LocationProperty):
            found.append(place(node.this, dialect))
        elif isinstance(node, exp.OptionsProperty):
            found.extend(places_kept(node, dialect))
        elif type(node) is exp.Property and str(node.name).upper() in _KEPT:
            found.extend(_strings(node.args.get("value")))
    return [path for path in found if path]
