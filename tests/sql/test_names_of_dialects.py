"""A name as each dialect writes it means one asset, whoever reads it: our reader (DROP), the parser (SELECT), people.

Sessions stand in shop.public (SHOP.PUBLIC where names fold to capitals); one-level systems have no database.
"""

from __future__ import annotations

import pytest

from lineagebot.model import AssetKey, AssetKind, Column, Relation, Session
from lineagebot.sql.catalog import Catalog
from lineagebot.sql.names import split_name
from lineagebot.sql.understand import understand

#: dialect, as written, the path that it means.
NAMES = [
    # Capitals, but for names in quotes.
    ("snowflake", "Orders", "SHOP.PUBLIC.ORDERS"),
    ("snowflake", '"Orders"', "SHOP.PUBLIC.Orders"),
    ("snowflake", "Marts.orders", "SHOP.MARTS.ORDERS"),
    ("snowflake", '"Marts".orders', "SHOP.Marts.ORDERS"),
    ("snowflake", "other.marts.orders", "OTHER.MARTS.ORDERS"),
    ("snowflake", "other..orders", "OTHER.PUBLIC.ORDERS"),
    ("snowflake", "a$b", "SHOP.PUBLIC.A$B"),
    ("snowflake", "_a1", "SHOP.PUBLIC._A1"),
    ("snowflake", "émile", "SHOP.PUBLIC.ÉMILE"),
    ("snowflake", "IDENTIFIER('marts.Orders')", "SHOP.MARTS.ORDERS"),
    ("snowflake", "IDENTIFIER('\"Marts\".orders')", "SHOP.Marts.ORDERS"),
    ("snowflake", '"a""b"', 'SHOP.PUBLIC.a"b'),
    ("snowflake", '" spaced name "', "SHOP.PUBLIC. spaced name "),
    ("oracle", "Orders", "SHOP.PUBLIC.ORDERS"),
    ("oracle", '"Orders"', "SHOP.PUBLIC.Orders"),
    ("oracle", "Scott.emp", "SHOP.SCOTT.EMP"),
    ("oracle", "emp#1", "SHOP.PUBLIC.EMP#1"),
    # Small letters, A to Z only; names in quotes stay.
    ("postgres", "Orders", "shop.public.orders"),
    ("postgres", '"Orders"', "shop.public.Orders"),
    ("postgres", '"Marts".Orders', "shop.Marts.orders"),
    ("postgres", "Other.Marts.Orders", "other.marts.orders"),
    ("postgres", "Größe", "shop.public.größe"),
    ("postgres", "ÄPFEL", "shop.public.Äpfel"),
    ("postgres", '"a""b"', 'shop.public.a"b'),
    ("postgres", "a$b", "shop.public.a$b"),
    ("postgres", "表", "shop.public.表"),
    # Small letters, in quotes too.
    ("redshift", "Orders", "shop.public.orders"),
    ("redshift", '"Orders"', "shop.public.orders"),
    ("redshift", '"Marts"."Orders"', "shop.marts.orders"),
    ("redshift", "other.public.Orders", "other.public.orders"),
    ("trino", "Orders", "shop.public.orders"),
    ("trino", '"Orders"', "shop.public.orders"),
    ("trino", 'Lake."Sales".Orders', "lake.sales.orders"),
    ("trino", '"a""b"', 'shop.public.a"b'),
    ("databricks", "Orders", "shop.public.orders"),
    ("databricks", "`Orders`", "shop.public.orders"),
    ("databricks", "Main.`Sales`.orders", "main.sales.orders"),
    ("databricks", "`a``b`", "shop.public.a`b"),
    ("databricks", "`with-dash`", "shop.public.with-dash"),
    ("databricks", "IDENTIFIER('main.Sales.orders')", "main.sales.orders"),
    ("spark", "`Orders`", "shop.public.orders"),
    ("spark", "cat.Db.orders", "cat.db.orders"),
    ("hive", "Db.Orders", "shop.db.orders"),
    ("hive", "`Orders`", "shop.public.orders"),
    ("duckdb", "Orders", "shop.public.orders"),
    ("duckdb", '"Orders"', "shop.public.orders"),
    ("duckdb", "Other.main.Orders", "other.main.orders"),
    ("duckdb", '"a""b"', 'shop.public.a"b'),
    ("tsql", "Orders", "shop.public.orders"),
    ("tsql", "[Order Details]", "shop.public.order details"),
    ("tsql", '"Orders"', "shop.public.orders"),
    ("tsql", "[Sales].[Order]]s]", "shop.sales.order]s"),
    ("tsql", "Other..Orders", "other.dbo.orders"),
    ("tsql", "Srv.Other.dbo.Orders", "srv.other.dbo.orders"),
    # As written.
    ("bigquery", "Sales.Orders", "shop.Sales.Orders"),
    ("bigquery", "`Sales.Orders`", "shop.Sales.Orders"),
    ("bigquery", "`other-proj.Sales.Orders`", "other-proj.Sales.Orders"),
    ("bigquery", "`other-proj`.Sales.Orders", "other-proj.Sales.Orders"),
    ("bigquery", "other-proj.Sales.Orders", "other-proj.Sales.Orders"),
    ("bigquery", "other-proj-123.Sales.Orders", "other-proj-123.Sales.Orders"),
    ("bigquery", "`example.com:proj.Sales.Orders`", "example.com:proj.Sales.Orders"),
    ("bigquery", "Sales.`ünï code`", "shop.Sales.ünï code"),
    ("clickhouse", "Db.Orders", "shop.Db.Orders"),
    ("clickhouse", "`Orders`", "shop.public.Orders"),
    ("clickhouse", '"Orders"', "shop.public.Orders"),
    ("mysql", "Db.Orders", "shop.Db.Orders"),
    ("mysql", "`Orders`", "shop.public.Orders"),
]


def session(dialect: str) -> Session:
    capitals = dialect in ("snowflake", "oracle")
    return Session("acme", "SHOP" if capitals else "shop", ("PUBLIC" if capitals else "public",))


@pytest.mark.parametrize(("dialect", "written", "path"), NAMES, ids=[f"{d}: {w}" for d, w, _ in NAMES])
def test_a_name_means_one_asset_whoever_reads_it(dialect: str, written: str, path: str) -> None:
    here = session(dialect)
    dropped = understand(f"DROP TABLE {written}", dialect, here, Catalog.empty())
    selected = understand(f"SELECT 1 AS x FROM {written}", dialect, here, Catalog.empty())
    assert [str(effect.target) for effect in dropped.effects] == [path]
    assert [str(read.asset) for read in selected.reads if read.column is None] == [path]
    assert (dropped.problems, selected.problems) == ((), ())


@pytest.mark.parametrize(
    ("dialect", "written", "path"),
    [case for case in NAMES if not case[1].startswith("IDENTIFIER")],
    ids=[f"{d}: {w}" for d, w, _ in NAMES if not w.startswith("IDENTIFIER")],
)
def test_a_name_that_a_person_types_is_split_as_the_dialect_does(dialect: str, written: str, path: str) -> None:
    parts = split_name(written, dialect)
    assert parts is not None
    assert path.endswith(".".join(parts))


#: dialect, the column of the catalog, as written, what the query calls it; None where it is not found.
COLUMNS = [
    ("snowflake", "ID", "id", True),
    ("snowflake", "ID", '"ID"', True),
    ("snowflake", "ID", '"id"', False),
    ("snowflake", "Id", '"Id"', True),
    ("oracle", "ID", '"id"', False),
    ("postgres", "id", "ID", True),
    ("postgres", "Id", "id", False),
    ("postgres", "Id", '"Id"', True),
    ("redshift", "id", '"ID"', True),
    ("bigquery", "id", "ID", True),
    ("bigquery", "id", "`Id`", True),
    ("databricks", "id", "`ID`", True),
    ("trino", "id", '"ID"', True),
    ("duckdb", "id", '"ID"', True),
    ("tsql", "id", "[ID]", True),
    ("mysql", "id", "`ID`", True),
    ("clickhouse", "id", "ID", False),
    ("clickhouse", "Id", "Id", True),
]


@pytest.mark.parametrize(
    ("dialect", "column", "written", "found"), COLUMNS, ids=[f"{d}: {w}" for d, _, w, _ in COLUMNS]
)
def test_a_column_is_found_as_the_dialect_compares(dialect: str, column: str, written: str, found: bool) -> None:
    here = session(dialect)
    name = "T" if dialect in ("snowflake", "oracle") else "t"
    key = AssetKey("acme", (here.database or "", here.search_path[0], name))
    known = Catalog((Relation(key, AssetKind.TABLE, (Column(column, "int"),)),))
    outputs = understand(f"SELECT {written} FROM t", dialect, here, known).outputs
    assert [output.type is not None for output in outputs] == [found]
