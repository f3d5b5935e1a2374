"""The database's own tables are read all day long; none of them becomes an asset."""

from __future__ import annotations

import pytest

from lineagebot.model import Session
from lineagebot.sql.catalog import Catalog
from lineagebot.sql.system import is_system, without_system
from lineagebot.sql.understand import understand

from . import reading

OWN = [
    ("postgres", "SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"),
    ("postgres", "SELECT * FROM pg_stat_activity"),
    ("postgres", "SELECT * FROM pg_catalog.pg_tables, information_schema.columns"),
    ("postgres", "SELECT * FROM shop.information_schema.columns"),
    ("postgres", "SELECT * FROM pg_toast.pg_toast_2619"),
    ("postgres", "UPDATE pg_database SET datistemplate = true"),
    ("postgres", "GRANT SELECT ON pg_stat_activity TO joe"),
    ("postgres", "GRANT USAGE ON SCHEMA pg_catalog TO joe"),
    ("postgres", "DELETE FROM pg_class WHERE (("),
    ("redshift", "SELECT * FROM stl_query JOIN svv_table_info ON true"),
    ("snowflake", "SELECT * FROM db.information_schema.tables, snowflake.account_usage.query_history"),
    ("bigquery", "SELECT * FROM `p.d.INFORMATION_SCHEMA.COLUMNS`, `region-eu`.INFORMATION_SCHEMA.JOBS"),
    ("mysql", "SELECT * FROM information_schema.tables, mysql.user"),
    ("tsql", "SELECT * FROM sys.tables, shop.INFORMATION_SCHEMA.COLUMNS"),
    ("databricks", "SELECT * FROM system.access.audit, c.information_schema.tables"),
    ("trino", "SELECT * FROM system.runtime.queries"),
    ("clickhouse", "SELECT * FROM system.parts"),
    ("oracle", "SELECT * FROM v$session, dba_tables, sys.obj$"),
]


@pytest.mark.parametrize(("dialect", "sql"), OWN, ids=[f"{d}: {s}" for d, s in OWN])
def test_nothing_of_the_systems_own_is_kept(dialect: str, sql: str) -> None:
    session = Session("acme", "shop", ("public",))
    kept = without_system(understand(sql, dialect, session, Catalog.empty()), dialect)
    assert (kept.effects, kept.reads, kept.edges) == ((), (), ())
    assert [key for problem in kept.problems for key in problem.touches] == []


def test_what_is_made_of_the_systems_tables_is_kept_and_its_own_edges_too() -> None:
    understood = reading.read("CREATE TABLE sizes AS SELECT c.relname, o.id FROM pg_class c, orders o")
    kept = without_system(understood, "postgres")
    assert reading.effects(kept) == ["create table sizes makes relname id"]
    assert reading.edges(kept) == ["orders -> sizes", "orders.id -> sizes.id copied"]
    assert {str(read.asset) for read in kept.reads} == {"shop.public.orders"}


def test_somebodys_table_with_a_name_like_the_systems_is_found_where_it_stands() -> None:
    known = reading.catalog(pg_orders="id int")
    kept = without_system(reading.read("SELECT id FROM pg_orders", known=known), "postgres")
    assert {str(read.asset) for read in kept.reads} == {"shop.public.pg_orders"}
    made = reading.read("CREATE TABLE pg_mine AS SELECT 1 AS x; DROP TABLE pg_mine")
    assert reading.effects(made) == ["create table pg_mine makes x", "drop table pg_mine"]


def test_a_table_of_that_name_in_a_schema_of_ours_is_ours() -> None:
    assert is_system(reading.key("pg_catalog.pg_class"), "postgres")
    assert not is_system(reading.key("marts.information_schema"), "postgres")
    assert not is_system(reading.key("sys.orders"), "postgres")
