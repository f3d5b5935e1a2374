"""The schema: made by migrations, the same as tables.py says, safe for two that start at once."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from lineagebot.errors import StoreTrouble, StoreUnreachable
from lineagebot.store.engine import Store, engine_for
from lineagebot.store.migrate import _config, migrate, newest_revision
from lineagebot.store.tables import metadata


def test_the_migrations_make_what_the_tables_say(store: Store) -> None:
    def not_a_partition(name: str | None, kind: str, _parents: object) -> bool:
        return not (kind == "table" and str(name).startswith("statement_"))

    options = {"compare_type": True, "compare_server_default": True, "include_name": not_a_partition}
    with store.begin() as tx:
        assert compare_metadata(MigrationContext.configure(tx, opts=options), metadata) == []


def test_an_empty_database_is_brought_up_to_date_once(empty_url: str) -> None:
    assert migrate(empty_url) == (None, newest_revision())
    assert migrate(empty_url) == (newest_revision(), newest_revision())


def test_processes_that_start_at_once_migrate_once(empty_url: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        answers = sorted(pool.map(migrate, [empty_url] * 4), key=str)
    newest = newest_revision()
    assert answers == [(newest, newest)] * 3 + [(None, newest)]


def test_an_older_program_says_that_the_schema_is_newer(store: Store, store_url: str) -> None:
    with store.begin() as tx:
        tx.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreTrouble, match=r"schema \(9999\) is newer than this lineagebot knows .* install"):
        Store.open(store_url)


@pytest.mark.parametrize(
    ("url", "error", "says"),
    [
        ("not an address", StoreTrouble, "DATABASE_URL is not an address"),
        ("mysql://me@there/db", StoreTrouble, "the store is Postgres 14 or newer, not mysql"),
        ("postgresql://me@/db?host=/nowhere&connect_timeout=1", StoreUnreachable, "the store does not answer"),
    ],
)
def test_a_wrong_address_is_one_sentence(url: str, error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        Store.open(url)


def test_what_a_pause_held_in_the_watchers_memory_is_kept(empty_url: str) -> None:
    """Until 0008 it lay in the memory; a pause may last longer than a version."""
    config = _config()
    engine = engine_for(empty_url, pool_size=1)
    held = {"alert": "a1", "places": [{"workspace": "T1", "channel": "C1"}, {"workspace": "T1", "channel": "U1"}]}
    with engine.begin() as tx:
        config.attributes["connection"] = tx
        command.upgrade(config, "0012")
        tx.execute(
            sa.text(
                "INSERT INTO alert (id, key, system, asset_system, asset_path, kind, severity, headline, message,"
                " happened_at, raised_at, columns, state)"
                " VALUES ('a1', 'k', 's', 's', '{a}', 'drop_table', 'high', 'h', 'm', now(), now(), '{}', 'open')"
            )
        )
        state = json.dumps({"state": {}, "held": [held, {"alert": "gone", "places": []}]})
        for name, text in (("watcher", state), ("another", "")):
            values = {"name": name, "state": text}
            tx.execute(sa.text("INSERT INTO watch_state (name, position, state) VALUES (:name, 0, :state)"), values)
        command.upgrade(config, "head")
        rows = tx.execute(sa.text("SELECT alert_id, channel, until FROM held ORDER BY channel")).all()
    engine.dispose()
    assert [tuple(row) for row in rows] == [("a1", "C1", "resumed"), ("a1", "U1", "resumed")]
