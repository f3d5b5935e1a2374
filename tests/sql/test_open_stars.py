"""A star over a table whose columns nobody knows reads whichever columns there are, and says so."""

from __future__ import annotations

import pytest

from lineagebot.model import ANY_COLUMN, AssetKey, AssetKind, Column, Relation, Session
from lineagebot.sql.catalog import Catalog
from lineagebot.sql.understand import understand

ORDERS = AssetKey("acme", ("shop", "marts", "orders"))
SESSION = Session("acme", "shop", ("marts",))
KNOWN = Catalog((Relation(ORDERS, AssetKind.TABLE, (Column("id", "int"), Column("total", "int"))),))


NOTHING_KNOWN = Catalog(())


def columns(text: str, catalog: Catalog = NOTHING_KNOWN) -> set[str | None]:
    return {read.column for read in understand(text, "postgres", SESSION, catalog).reads if read.asset == ORDERS}


@pytest.mark.parametrize(
    "text",
    [
        "select * from orders",
        "select o.*, 1 from orders o join customers c on c.id = o.id",
        "with base as (select * from orders) select id from base",
        "create table copied as select * from orders",
        "from orders |> extend id + 1 as next",
        "select id from customers where id in (select * from orders)",
        "select id from customers where exists (select * from orders except select * from customers)",
        "merge into customers using orders on true when not matched then insert *",
    ],
)
def test_an_open_star_may_read_any_column(text: str) -> None:
    assert ANY_COLUMN in columns(text)


@pytest.mark.parametrize(
    "text",
    [
        "select id from orders",
        "select count(*) from orders",
        "select c.* from orders o join customers c on true",
        "select id from customers c where exists (select * from orders o where o.id = c.id)",
        "select id from customers c where exists (from orders o |> where o.id = c.id)",
        "from orders |> extend id + 1 as next |> select next",
        "select id from customers c where not exists ((select o.* from orders o where o.id = c.id))",
    ],
)
def test_what_is_listed_stays_precise(text: str) -> None:
    assert ANY_COLUMN not in columns(text)


def test_a_star_over_known_columns_reads_those() -> None:
    assert columns("select * from orders", KNOWN) == {None, "id", "total"}
