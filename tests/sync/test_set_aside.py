"""A statement that cannot be recorded does not stop the log: the page goes in without it, and it is named."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lineagebot.model import AssetKey, Outcome, Session, Statement
from lineagebot.sql.understand import understand
from lineagebot.store import cursors
from lineagebot.store.engine import Store
from lineagebot.store.graph import PostgresGraph
from lineagebot.sync import ingest
from lineagebot.sync.ingest import Ingest
from lineagebot.sync.position import Position
from lineagebot.sync.runner import Cache
from lineagebot.sync.source import LoggedStatement, Page

AT = datetime(2026, 11, 22, 9, tzinfo=UTC)


def logged(n: int, text: str) -> LoggedStatement:
    statement = Statement(
        f"s{n}", "acme", "postgres", text, AT + timedelta(seconds=n), login="ana", session=f"{n}", outcome=Outcome.DONE
    )
    return LoggedStatement(statement, Session("acme", "shop", ("public",)))


@pytest.fixture
def taking(store: Store) -> Ingest:
    with store.begin() as tx:
        cursors.register(tx, "acme", "postgres")
    return Ingest("acme", "postgres", store, PostgresGraph(store), understand, Cache())


PAGE = Page(
    tuple(logged(n, f"create table t{n} (id int)") for n in range(3)), cursor="{}", watermark=AT + timedelta(minutes=1)
)


def tables(store: Store) -> set[str]:
    keys = [AssetKey("acme", ("shop", "public", f"t{n}")) for n in range(3)]
    return {key.name for key in PostgresGraph(store).assets(keys)}


def test_what_cannot_be_written_is_left_out(taking: Ingest, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    record = ingest.record_statements

    def broken(tx: Any, items: Any) -> None:
        record(tx, items)
        if any(item.statement.id == "s1" for item in items):
            tx.exec_driver_sql("select 1/0")

    monkeypatch.setattr(ingest, "record_statements", broken)
    taken = taking.take(PAGE, Position())

    assert tables(store) == {"t0", "t2"}
    assert [("s1" in said, "set aside" in said) for said in taken.aside] == [(True, True)]
    assert taken.statements == 2


def test_what_cannot_be_read_is_left_out(taking: Ingest, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(text: str, *rest: Any) -> Any:
        if "t1" in text:
            raise ZeroDivisionError
        return understand(text, *rest)

    whole = Ingest("acme", "postgres", store, PostgresGraph(store), broken, Cache())
    taken = whole.take(PAGE, Position())

    assert tables(store) == {"t0", "t2"}
    assert len(taken.aside) == 1


def test_a_page_that_is_well_is_taken_at_one_go(taking: Ingest, store: Store) -> None:
    taken = taking.take(PAGE, Position())

    assert (taken.statements, taken.aside) == (3, ())
