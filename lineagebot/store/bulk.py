"""Many rows at once: COPY into a temporary table, from which one INSERT takes them set-wise."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from psycopg import sql
from psycopg.types.json import Jsonb

from lineagebot.store.engine import Tx
from lineagebot.store.records import storable


def stage(tx: Tx, table: sa.Table, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Lay `rows` into a fresh temporary table `staged_<table>` with these columns of it; gone at commit."""
    name = f"staged_{table.name}"
    tx.execute(sa.text(f"DROP TABLE IF EXISTS pg_temp.{name}"))
    tx.execute(
        sa.text(
            f"CREATE TEMP TABLE {name} ON COMMIT DROP AS "  # noqa: S608  (names of our own tables)
            f"SELECT {', '.join(map(_quoted, columns))} FROM {_quoted(table.name)} WITH NO DATA"
        )
    )
    json = {i for i, column in enumerate(columns) if isinstance(table.c[column].type, sa.JSON)}
    copy = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(name), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    connection = tx.connection.driver_connection
    assert connection is not None
    with connection.cursor() as cursor, cursor.copy(copy) as into:
        for row in rows:
            into.write_row([_held(v, as_json=i in json) for i, v in enumerate(row)])


def _held(value: Any, *, as_json: bool) -> Any:
    if value is None:
        return None
    if as_json:
        return Jsonb(value)
    return storable(value) if isinstance(value, str) else value


def _quoted(name: str) -> str:
    return f'"{name}"'
