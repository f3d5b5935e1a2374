"""What the dialects differ in, as one table: sqlglot's name, folding of names, quoting, temp tables, bound views."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from lineagebot.sql.tokens import Lexis, words


class Fold(StrEnum):
    LOWER = "lower"
    #: Only A to Z: what else has a case keeps it.
    LOWER_ASCII = "lower ascii"
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
    #: The schema that `database..table` and USE DATABASE mean.
    default_schema: str = ""
    #: CREATE DATABASE and its kin mean a schema: what holds the tables.
    databases_are_schemas: bool = False
    #: Longest name in bytes; the rest is silently cut. None where there is no such limit.
    longest_name: int | None = None
    #: A view follows its tables through a rename.
    views_bind_objects: bool = False
    #: An alias may be used further right in the same SELECT.
    lateral_aliases: bool = False
    #: ... and in WHERE.
    aliases_in_where: bool = False
    #: Schemas (or databases) of the system itself, in small letters: no asset stands in them.
    system_schemas: frozenset[str] = frozenset({"information_schema"})
    #: ... and what the names of others begin with.
    system_schema_prefixes: tuple[str, ...] = ()
    #: A bare name that begins so is the system's own, unless a table of somebody's is known by it.
    system_names: tuple[str, ...] = ()
    #: The schema where those stand.
    system_schema: str = ""
    #: Columns that no table has and every one answers to, as the dialect compares them.
    pseudo_columns: frozenset[str] = frozenset()
    #: Other grammars to try where the parser refuses a statement.
    also: tuple[str, ...] = ()


_ANSI = Lexis(dollar_quotes=True)
_POSTGRES = Lexis(dollar_quotes=True, nested_comments=True)
_BACKTICKS = Lexis(backslash=True, double_quoted_strings=True, backticks=True)

_PG_CATALOG = words("information_schema pg_catalog pg_toast")

#: Which file a row stands in, and by which columns GROUPING SETS made it.
_HIVE_COLUMNS = words("grouping__id input__file__name block__offset__inside__file")

_TABLE = (
    Dialect(
        "postgres",
        "postgres",
        _POSTGRES,
        tables=Fold.LOWER_ASCII,
        columns=Fold.LOWER_ASCII,
        default_schema="public",
        longest_name=63,
        views_bind_objects=True,
        system_schemas=_PG_CATALOG,
        system_schema_prefixes=("pg_toast_temp_",),
        system_names=("pg_",),
        system_schema="pg_catalog",
        pseudo_columns=words("tableoid ctid xmin xmax cmin cmax"),
        also=("redshift",),
    ),
    Dialect(
        "redshift",
        "redshift",
        _POSTGRES._replace(hash_names=True),
        tables=Fold.LOWER_ASCII,
        columns=Fold.LOWER_ASCII,
        default_schema="public",
        quotes_keep=False,
        longest_name=127,
        views_bind_objects=True,
        lateral_aliases=True,
        also=("postgres", "tsql"),
        system_schemas=_PG_CATALOG | {"pg_internal"},
        system_names=("pg_", "stl_", "stv_", "svl_", "svv_", "svcs_"),
        system_schema="pg_catalog",
    ),
    Dialect(
        "snowflake",
        "snowflake",
        Lexis(backslash=True, dollar_quotes=True, slash_comments=True),
        default_schema="PUBLIC",
        tables=Fold.UPPER,
        columns=Fold.UPPER,
        lateral_aliases=True,
        aliases_in_where=True,
        system_schemas=words("information_schema snowflake"),
        pseudo_columns=words(
            "METADATA$FILENAME METADATA$FILE_ROW_NUMBER METADATA$FILE_LAST_MODIFIED METADATA$FILE_CONTENT_KEY"
            " METADATA$START_SCAN_TIME METADATA$ACTION METADATA$ISUPDATE METADATA$ROW_ID"
        ),
    ),
    Dialect(
        "bigquery",
        "bigquery",
        Lexis(backslash=True, double_quoted_strings=True, backticks=True, hash_comments=True, triple_quotes=True),
        tables=Fold.KEEP,
        quotes_keep=False,
        pseudo_columns=words("_table_suffix _partitiontime _partitiondate _file_name _change_type _change_timestamp"),
    ),
    Dialect(
        "databricks",
        "databricks",
        _BACKTICKS,
        default_schema="default",
        databases_are_schemas=True,
        quotes_keep=False,
        lateral_aliases=True,
        system_schemas=words("information_schema system"),
        pseudo_columns=_HIVE_COLUMNS | {"_metadata"},
    ),
    Dialect(
        "spark",
        "spark",
        _BACKTICKS,
        databases_are_schemas=True,
        quotes_keep=False,
        pseudo_columns=_HIVE_COLUMNS | {"_metadata"},
    ),
    Dialect(
        "hive",
        "hive",
        _BACKTICKS,
        databases_are_schemas=True,
        quotes_keep=False,
        pseudo_columns=_HIVE_COLUMNS,
        also=("spark",),
    ),
    Dialect(
        "trino",
        "trino",
        Lexis(),
        quotes_keep=False,
        pseudo_columns=words("$path $file_size $file_modified_time $partition $bucket"),
        system_schemas=words("information_schema system"),
    ),
    Dialect("athena", "athena", Lexis(), databases_are_schemas=True, quotes_keep=False, also=("trino", "hive")),
    Dialect(
        "duckdb",
        "duckdb",
        Lexis(dollar_quotes=True),
        default_schema="main",
        quotes_keep=False,
        lateral_aliases=True,
        aliases_in_where=True,
        system_schemas=words("information_schema pg_catalog"),
        system_names=("duckdb_", "sqlite_"),
        system_schema="pg_catalog",
    ),
    Dialect(
        "mysql",
        "mysql",
        Lexis(backslash=True, double_quoted_strings=True, backticks=True, hash_comments=True),
        databases_are_schemas=True,
        tables=Fold.KEEP,
        quotes_keep=False,
        system_schemas=words("information_schema performance_schema mysql sys"),
        also=("databricks",),
    ),
    Dialect(
        "tsql",
        "tsql",
        Lexis(brackets=True, nested_comments=True, hash_names=True),
        default_schema="dbo",
        quotes_keep=False,
        system_schemas=words("information_schema sys msdb"),
    ),
    Dialect(
        "oracle",
        "oracle",
        Lexis(hash_names=True),
        tables=Fold.UPPER,
        columns=Fold.UPPER,
        system_schemas=words("sys system"),
        system_names=("V$", "GV$", "DBA_"),
        pseudo_columns=words("ROWID ROWNUM LEVEL"),
        system_schema="SYS",
    ),
    Dialect(
        "teradata",
        "teradata",
        Lexis(),
        databases_are_schemas=True,
        quotes_keep=False,
        lateral_aliases=True,
        aliases_in_where=True,
        system_schemas=words("information_schema dbc"),
    ),
    Dialect(
        "exasol",
        "exasol",
        Lexis(),
        tables=Fold.UPPER,
        columns=Fold.UPPER,
        system_schemas=words("sys exa_statistics"),
    ),
    Dialect(
        "clickhouse",
        "clickhouse",
        _BACKTICKS._replace(double_quoted_strings=False),
        databases_are_schemas=True,
        tables=Fold.KEEP,
        columns=Fold.KEEP,
        aliases_in_where=True,
        system_schemas=words("information_schema system"),
    ),
    Dialect("sqlite", "sqlite", Lexis(backticks=True, brackets=True), quotes_keep=False, system_names=("sqlite_",)),
    Dialect("dremio", "dremio", Lexis(), quotes_keep=False, system_schemas=words("information_schema sys")),
    Dialect("drill", "drill", _BACKTICKS, quotes_keep=False, system_schemas=words("information_schema sys")),
    Dialect("druid", "druid", Lexis(), system_schemas=words("information_schema sys"), quotes_keep=False),
    Dialect("ansi", "", _ANSI, quotes_keep=False, also=("databricks", "snowflake", "postgres", "tsql", "mysql")),
)

#: Systems whose grammar sqlglot knows apart, though their names, quotes and system tables are another's.
_GRAMMARS = {
    "doris": "mysql",
    "starrocks": "mysql",
    "singlestore": "mysql",
    "materialize": "postgres",
    "risingwave": "postgres",
    "fabric": "tsql",
    "dune": "trino",
    "presto": "trino",
}
#: Other names of the same.
_ALIASES = {
    "": "ansi",
    "alloydb": "postgres",
    "cockroachdb": "postgres",
    "db2": "ansi",
    "generic": "ansi",
    "greenplum": "postgres",
    "impala": "hive",
    "mariadb": "mysql",
    "mssql": "tsql",
    "netezza": "postgres",
    "postgresql": "postgres",
    "spark2": "spark",
    "sparksql": "spark",
    "sqlserver": "tsql",
    "synapse": "tsql",
    "timescaledb": "postgres",
    "vertica": "ansi",
}

_BY_NAME = {dialect.name: dialect for dialect in _TABLE}
_BY_NAME |= {name: replace(_BY_NAME[like], parser=name) for name, like in _GRAMMARS.items()}
DIALECTS: dict[str, Dialect] = _BY_NAME | {name: _BY_NAME[meant] for name, meant in _ALIASES.items()}

#: What a person may choose from, the other names left out.
NAMES = (*_BY_NAME,)


def dialect_of(name: str) -> Dialect:
    """The dialect of that name; the tolerant one where nobody knows the name."""
    return DIALECTS.get(name.lower(), DIALECTS["ansi"])
