"""What systems tell of an asset beyond its edges, and statements that one says it ran before or after the log."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from lineagebot.model import (
    Action,
    Asset,
    AssetKey,
    AssetKind,
    Column,
    Effect,
    Fact,
    Outcome,
    Statement,
    Understanding,
)
from lineagebot.store import tables as t
from lineagebot.store.awaited import KEEP, Ran, note_ran
from lineagebot.store.engine import Store
from lineagebot.store.facts import facts_of
from lineagebot.store.graph import PostgresGraph
from lineagebot.store.ingest import InventoryRow, Understood, record_inventory, record_statements

AT = datetime(2026, 11, 22, 6, tzinfo=UTC)
FCT = AssetKey("acme", ("shop", "analytics", "fct"))


def row(*facts: tuple[str, str], columns: tuple[Column, ...] | None = None) -> InventoryRow:
    return InventoryRow(Asset(FCT, AssetKind.TABLE, "analytics.fct"), columns, facts=facts)


def tell(store: Store, system: str, *rows: InventoryRow, hours: int = 0, complete: bool = True) -> None:
    with store.begin() as tx:
        record_inventory(tx, system, AT + timedelta(hours=hours), rows, (), (), complete)


def facts(store: Store) -> tuple[Fact, ...]:
    with store.begin() as tx:
        return facts_of(tx, [FCT]).get(FCT, ())


def test_each_system_keeps_its_own_word_and_forgets_what_it_no_longer_says(store: Store) -> None:
    tell(store, "acme", row(("owner of the file", "root")))
    tell(store, "dbt", row(("tests", "3 pass"), ("materialized", "table")))
    assert facts(store) == (
        Fact("acme", "owner of the file", "root"),
        Fact("dbt", "tests", "3 pass"),
        Fact("dbt", "materialized", "table"),
    )
    tell(store, "dbt", row(("tests", "1 fail")), hours=1)
    assert facts(store)[1:] == (Fact("dbt", "tests", "1 fail"),)
    tell(store, "dbt", hours=2, complete=False)
    assert len(facts(store)) == 2
    tell(store, "dbt", hours=3)
    assert facts(store) == (Fact("acme", "owner of the file", "root"),)


def test_what_another_system_says_of_a_table_adds_to_what_is_known_and_replaces_nothing(store: Store) -> None:
    """The warehouse has a log and no catalog: nobody but its log says how its tables stand."""
    columns = (Column("id", "integer"),)
    with store.begin() as tx:
        record_statements(tx, [made("s1")])
    tell(store, "dbt", row(columns=columns))
    assert PostgresGraph(store).columns([FCT])[FCT] == columns
    tell(store, "dbt", row(columns=(Column("other"),)), hours=1)
    assert PostgresGraph(store).columns([FCT])[FCT] == columns


def made(ident: str, via: str | None = None, outcome: Outcome = Outcome.DONE) -> Understood:
    statement = Statement(ident, "acme", "postgres", "create table fct", AT, outcome=outcome, via=via)
    meaning = Understanding((Effect(Action.CREATE, FCT),), statements=1, understood=1)
    return Understood(statement, "f1", "create table fct", meaning)


def told(store: Store) -> dict[str, str | None]:
    with store.begin() as tx:
        return {row.id: row.via for row in tx.execute(sa.select(t.statement.c.id, t.statement.c.via))}


def ran(ident: str, *, at: datetime = AT) -> Ran:
    return Ran("acme", ident, "dbt model.shop.fct", at)


BEFORE: dict[str, tuple[str | None, str]] = {
    "nothing was told": (None, "dbt model.shop.fct"),
    "the same program, less exactly": ("dbt master", "dbt model.shop.fct"),
    "another program": ("airflow load.fct", "airflow load.fct"),
}


@pytest.mark.parametrize("log_first", [True, False], ids=["the log first", "the run first"])
@pytest.mark.parametrize(("via", "expected"), BEFORE.values(), ids=BEFORE.keys())
def test_a_statement_learns_what_ran_it_whichever_comes_first(
    via: str | None, expected: str, log_first: bool, store: Store
) -> None:
    with store.begin() as tx:
        if log_first:
            record_statements(tx, [made("q1", via)])
        note_ran(tx, [ran("q1"), ran("q2")])
    with store.begin() as tx:
        if not log_first:
            record_statements(tx, [made("q1", via)])
        note_ran(tx, [ran("q1")])
    assert told(store) == {"q1": expected}


def test_the_journal_knows_what_ran_a_statement_that_was_awaited(store: Store) -> None:
    with store.begin() as tx:
        note_ran(tx, [ran("q1")])
        record_statements(tx, [made("q1")])
        (entry,) = tx.execute(sa.select(t.journal.c.statement)).scalars()
    assert entry["via"] == "dbt model.shop.fct"


def test_what_is_awaited_too_long_is_forgotten(store: Store) -> None:
    with store.begin() as tx:
        note_ran(tx, [ran("old")])
        note_ran(tx, [ran("new", at=AT + KEEP + timedelta(days=1))])
        assert list(tx.execute(sa.select(t.awaited.c.id)).scalars()) == ["new"]
