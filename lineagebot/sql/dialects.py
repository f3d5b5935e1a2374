"""What the dialects differ in, as one table: sqlglot's name, folding of names, quoting, temp tables, bound views."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from lineagebot.sql.tokens import Lexis


class Fold(StrEnum):
    LOWER = "lower"
    UPPER = "upper"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one SQL dialect reads a text."""

    name: str
    #: sqlglot's name for it.
    parser: str
    lexis: Lexis
    #: What an unquoted table name compares as.
    tables: Fold = Fold.LOWER
    #: What an unquoted column name compares as.
    columns: Fold = Fold.LOWER
    #: True where quotes keep the case of a name; false where case never matters.
    quotes_keep: bool = True
    #: Longest name in bytes; the rest is silently cut. None where there is no such limit.
    longest_name: int | None = None
    #: A view follows its tables through a rename.
    views_bind_objects: bool = False
    #: An alias may be used further right in the same SELECT.
    lateral_aliases: bool = False
    #: Other grammars to try where the parser refuses a statement.
    also: tuple[str, ...] = ()


_ANSI = Lexis(dollar_quotes=True)
_POSTGRES = Lexis(dollar_quotes=True, nested_comments=True)
_BACKTICKS = Lexis(backslash=True, double_quoted_strings=True, backticks=True)

_TABLE = (
    Dialect("postgres", "postgres", _POSTGRES, longest_name=63, views_bind_objects=True, also=("redshift",)),
    Dialect(
        "redshift",
        "redshift",
        _POSTGRES,
        quotes_keep=False,
        longest_name=127,
        views_bind_objects=True,
        lateral_aliases=True,
        also=("postgres",),
    ),
    Dialect(
        "snowflake",
        "snowflake",
        Lexis(backslash=True, dollar_quotes=True, slash_comments=True),
        tables=Fold.UPPER,
        columns=Fold.UPPER,
        lateral_aliases=True,
    ),
    Dialect(
        "bigquery",
        "bigquery",
        Lexis(backslash=True, double_quoted_strings=True, backticks=True, hash_comments=True, triple_quotes=True),
        tables=Fold.KEEP,
        quotes_keep=False,
    ),
    Dialect("databricks", "databricks", _BACKTICKS, quotes_keep=False, lateral_aliases=True),
    Dialect("spark", "spark", _BACKTICKS, quotes_keep=False),
    Dialect("hive", "hive", _BACKTICKS, quotes_keep=False, also=("spark",)),
    Dialect("trino", "trino", Lexis(), quotes_keep=False),
    Dialect("athena", "athena", Lexis(), quotes_keep=False, also=("trino", "hive")),
    Dialect("duckdb", "duckdb", Lexis(dollar_quotes=True), quotes_keep=False, lateral_aliases=True),
    Dialect(
        "mysql",
        "mysql",
        Lexis(backslash=True, double_quoted_strings=True, backticks=True, hash_comments=True),
        tables=Fold.KEEP,
        quotes_keep=False,
    ),
    Dialect("tsql", "tsql", Lexis(brackets=True, nested_comments=True), quotes_keep=False),
    Dialect("oracle", "oracle", Lexis(), tables=Fold.UPPER, columns=Fold.UPPER),
    Dialect("teradata", "teradata", Lexis(), quotes_keep=False, lateral_aliases=True),
    Dialect("exasol", "exasol", Lexis(), tables=Fold.UPPER, columns=Fold.UPPER),
    Dialect(
        "clickhouse",
        "clickhouse",
        _BACKTICKS._replace(double_quoted_strings=False),
        tables=Fold.KEEP,
        columns=Fold.KEEP,
    ),
    Dialect("ansi", "", _ANSI, quotes_keep=False, also=("databricks", "snowflake", "postgres", "tsql", "mysql")),
)

DIALECTS: dict[str, Dialect] = {dialect.name: dialect for dialect in _TABLE} | {
    "postgresql": _TABLE[0],
    "presto": next(d for d in _TABLE if d.name == "trino"),
    "": _TABLE[-1],
}


def dialect_of(name: str) -> Dialect:
    """The dialect of that name; the tolerant one where nobody knows the name."""
    return DIALECTS.get(name.lower(), DIALECTS["ansi"])
