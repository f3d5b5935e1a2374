"""Whether a connection, as one system tells it, leads to another system that we read: the same host, the same account.

Hosts are compared in small letters, an absent port is the dialect's own. Snowflake's account is the first part of its
host; BigQuery has one address for everybody, and what tells its customers apart is the project in the name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from lineagebot.store.references import Place

#: The port that a client takes where none is named.
DEFAULT_PORTS: Mapping[str, int] = {
    "postgres": 5432,
    "redshift": 5439,
    "mysql": 3306,
    "clickhouse": 8123,
    "trino": 8080,
    "tsql": 1433,
    "oracle": 1521,
}
#: Dialects by the names that other systems give them, digits and what stands behind the first word cut off.
DIALECTS: Mapping[str, str] = {
    "postgresql": "postgres",
    "aurora": "postgres",
    "alloydb": "postgres",
    "cloudsql": "postgres",
    "amazonredshift": "redshift",
    "presto": "trino",
    "starburst": "trino",
    "spark": "databricks",
    "mssql": "tsql",
    "sqlserver": "tsql",
    "googlebigquery": "bigquery",
    "mariadb": "mysql",
}
_HERE = frozenset({"localhost", "127.0.0.1", "::1"})
_SNOWFLAKE = (".snowflakecomputing.com", ".snowflakecomputing.cn", ".privatelink")


def dialect_named(said: str | None) -> str | None:
    """Our name for a dialect as another system calls it: bigquery_standard_sql, PostgreSQL 14, Amazon Redshift."""
    if not said:
        return None
    word = re.sub(r"\d.*$", "", said.lower().split("_")[0]).replace(" ", "").replace("-", "")
    return DIALECTS.get(word, word or None)


def host_and_port(said: str) -> tuple[str, int | None]:
    """A host as people write it ("db.internal:6432") taken apart."""
    host, colon, port = said.rpartition(":")
    if colon and port.isdecimal() and not host.endswith(":"):
        return host, int(port)
    return said, None


def leads_to(asked: Place, answering: Place) -> bool:
    """Whether a connection to `asked` reaches what answers at `answering`. What is not told on either side fits not."""
    if asked.dialect is None or asked.dialect != answering.dialect:
        return False
    if asked.dialect == "bigquery":
        return True
    if asked.dialect == "snowflake":
        there = account(answering.account or answering.host)
        return there is not None and there == account(asked.account or asked.host)
    if asked.host is None or answering.host is None:
        return False
    same_port = _port(asked) == _port(answering)
    same_host = _host(asked.host) == _host(answering.host)
    return same_host and same_port and _same_database(asked, answering)


def account(said: str | None) -> str | None:
    """Snowflake's account without what its host adds; in a host name its underscores are dashes."""
    if not said:
        return None
    name = said.lower().removeprefix("https://").rstrip("/")
    for ending in _SNOWFLAKE:
        name = name.removesuffix(ending)
    return name.replace("_", "-")


def _same_database(asked: Place, answering: Place) -> bool:
    """On a server of Postgres' kind a connection sees one database alone; elsewhere the name may say another."""
    if asked.dialect not in ("postgres", "redshift") or asked.database is None or answering.database is None:
        return True
    return asked.database == answering.database


def _port(place: Place) -> int | None:
    return place.port if place.port is not None else DEFAULT_PORTS.get(place.dialect or "")


def _host(said: str) -> str:
    name = said.lower().removeprefix("https://").removeprefix("http://").rstrip("/.")
    return "localhost" if name in _HERE else name
