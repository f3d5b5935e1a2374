"""Genuine logs of dbt and of edge cases, read whole: every record accounted for, every statement understood or not."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lineagebot.model import Action, Outcome
from lineagebot.store import journal
from lineagebot.store.engine import Store
from lineagebot.store.journal import JournalEntry
from lineagebot.sync.postgres import PostgresOptions, PostgresSource
from lineagebot.sync.postgres_files import LogFiles
from lineagebot.sync.postgres_reader import LogReader
from lineagebot.sync.runner import SyncReport, sync_once

RUNS = [
    "dbt_postgres/classic_run1",
    "dbt_postgres/classic_run2",
    "dbt_postgres/plus_run1",
    "dbt_postgres/plus_run2",
    "dbt_postgres/plus_run3_full_refresh",
    "dbt_postgres/plus_run4_pgaudit",
    "dbt_postgres/plus_run5_ddl_min_duration",
    "dbt_redshift_via_pg/run1",
    "dbt_redshift_via_pg/run2",
    "dbt_redshift_via_pg/run3_full_refresh",
    "pg_watch_edge_cases",
]
#: Inner statements that pgaudit logged and that say no more than the DO around them: told once.
ECHOES = {"pg_watch_edge_cases": 1}
NOW = datetime(2026, 11, 23, tzinfo=UTC)


def take_in(log: Path, store: Store) -> tuple[SyncReport, list[JournalEntry]]:
    source = PostgresSource("acme", PostgresOptions(log=str(log)))
    report = sync_once(source, store, now=NOW)
    with store.begin() as tx:
        return report, list(journal.after(tx, 0))


@pytest.mark.parametrize("run", RUNS)
def test_every_record_is_accounted_for_and_every_statement_understood_or_listed(
    run: str, fixtures: Path, store: Store
) -> None:
    log = fixtures / run / "postgres.jsonlog"
    reader = LogReader("acme", LogFiles("acme", str(log)), None)
    found = list(reader.pieces())
    lines = len(log.read_bytes().splitlines())
    assert reader.tally.records == sum(p.records for p in found) == lines
    settled = sum(len(p.settled) for p in found)
    report, _ = take_in(log, store)
    assert (report.trouble, report.problems, report.statements) == (None, (), settled - ECHOES.get(run, 0))
    share = 1 - report.not_understood / report.statements
    print(f"{run}: {lines} records, {reader.tally}, {settled} settled, {share:.1%} understood")
    assert share >= 0.9


def effects(entries: list[JournalEntry], outcome: Outcome = Outcome.DONE) -> Counter[tuple[Action, str]]:
    return Counter(
        (effect.action, str(effect.target))
        for entry in entries
        for effect in entry.effects
        if entry.statement.outcome is outcome and not effect.temporary
    )


def test_texts_logged_after_their_execution_have_the_same_effects_and_count_once(fixtures: Path, store: Store) -> None:
    """plus_run5 logged DDL before and all else after execution, plus_run2 everything before: the same dbt build."""
    _, entries = take_in(fixtures / "dbt_postgres/plus_run5_ddl_min_duration/postgres.jsonlog", store)
    found = effects(entries)
    assert len({e.statement.id for e in entries}) == len(entries)
    assert found[Action.DROP, "warehouse.analytics.customers__dbt_backup"] == 1
    assert found[Action.TRUNCATE, "warehouse.analytics.raw_orders"] == 1


def test_two_ways_of_logging_the_same_build_tell_the_same(fixtures: Path) -> None:
    def statements(run: str) -> Counter[str]:
        reader = LogReader("acme", LogFiles("acme", str(fixtures / "dbt_postgres" / run / "postgres.jsonlog")), None)
        heads = (
            s.text.partition("*/")[2].strip()[:60] for p in reader.pieces() for s in p.settled if "node_id" in s.text
        )
        return Counter(h for h in heads if "__dbt_tmp" not in h and "dbt_tmp" not in h)

    before, after = statements("plus_run2"), statements("plus_run5_ddl_min_duration")
    assert sum(before.values()) > 40
    assert before == after


def test_where_only_pgaudit_tells_its_texts_are_read(fixtures: Path, store: Store) -> None:
    _, entries = take_in(fixtures / "dbt_postgres/plus_run4_pgaudit/postgres.jsonlog", store)
    found = effects(entries)
    assert found[Action.DROP, "warehouse.analytics.customers__dbt_backup"] == 1
    assert found[Action.RENAME, "warehouse.analytics.customers__dbt_tmp"] == 1
    assert found[Action.TRUNCATE, "warehouse.analytics.raw_orders"] == 1


def test_the_edge_cases_are_what_they_are(fixtures: Path, store: Store) -> None:
    _, entries = take_in(fixtures / "pg_watch_edge_cases/postgres.jsonlog", store)
    done, undone = effects(entries), effects(entries, Outcome.ROLLED_BACK)
    vict = "warehouse.public.vict"
    assert (Action.DROP, vict) not in done, "the DROP CASCADE was rolled back"
    assert undone[Action.DROP, vict] == 1
    assert done[Action.TRUNCATE, vict] == 1, "inside DO, told by the text and by pgaudit"
    assert done[Action.DROP, "warehouse.public.vv"] == 1, "inside a function, told by pgaudit"
    # EXECUTE p(5), the function's, psycopg's; EXPLAIN DELETE and PREPARE delete nothing.
    assert done[Action.DELETE, vict] == 3
    assert (Action.DROP, "warehouse.analytics.customers") not in done, "a temp table hid the real one"
    failed = [e for e in entries if e.statement.outcome is Outcome.FAILED]
    assert [e.statement.error for e in failed] == ['42P01: table "nope" does not exist']
