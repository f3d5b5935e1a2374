"""Names as a system takes them in SQL to paste: quoted where they must be, each in its own way."""

from __future__ import annotations

import re
from collections.abc import Mapping

from lineagebot.model import AssetKey

#: Words that most systems take for their own, in small letters: quoted wherever they are a name.
RESERVED = frozenset(
    """
    all and any array as asc between both by case cast check collate column constraint create cross cube
    current_date current_time current_timestamp current_user default delete desc distinct drop else end except
    exists false fetch for foreign from full grant group grouping having in inner insert intersect into is join
    lateral leading left like limit natural new not null of off offset old on only or order outer over partition
    primary references revoke right rows select session_user set some start table tablesample then to trailing
    true union unique unnest update user using values view when where window with
    """.split()  # noqa: SIM905 - a list would take a page
)
#: Which names need no quotes: as the system folds them.
_PLAIN: Mapping[str, re.Pattern[str]] = {"snowflake": re.compile(r"[A-Z_][A-Z0-9_$]*")}
_SMALL = re.compile(r"[a-z_][a-z0-9_]*")
#: What ClickHouse and BigQuery do not fold.
_ANY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_BACKTICKS = ("bigquery", "databricks", "clickhouse")
#: How many of the last parts of a path are written; the connection says the others.
_PARTS = {"postgres": 2, "redshift": 2, "clickhouse": 2, "duckdb": 2}


def quoted(name: str, dialect: str) -> str:
    """One name."""
    plain = _ANY if dialect in ("bigquery", "clickhouse") else _PLAIN.get(dialect, _SMALL)
    if plain.fullmatch(name) and name.lower() not in RESERVED:
        return name
    if dialect in _BACKTICKS:
        return "`" + name.replace("`", r"\`" if dialect == "bigquery" else "``") + "`"
    return '"' + name.replace('"', '""') + '"'


def table(key: AssetKey, dialect: str, suffix: str = "") -> str:
    """A table or view with what lies around it; `suffix` makes it the name of one beside it."""
    path = (*key.path[:-1], key.name + suffix)[-_PARTS.get(dialect, 3) :]
    return ".".join(quoted(part, dialect) for part in path)


def container(key: AssetKey, dialect: str) -> str:
    """A schema or a database."""
    path = key.path[-1:] if _PARTS.get(dialect) else key.path
    return ".".join(quoted(part, dialect) for part in path)
