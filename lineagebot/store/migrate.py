"""Bring a store's schema up to date: Alembic, driven from here, forward only, one process at a time."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from lineagebot.errors import StoreTrouble
from lineagebot.store.engine import Tx, engine_for, store_errors
from lineagebot.store.locks import MIGRATION_LOCK, hold

MIGRATIONS = Path(__file__).parent / "migrations"

#: Nothing newer than this is used.
OLDEST_POSTGRES = 14


def migrate(url: str) -> tuple[str | None, str]:
    """Bring the schema at `url` up to date; returns its revision before (None: empty) and after.

    Two processes may start at once: the second waits and finds nothing to do. Raises StoreUnreachable, and StoreTrouble
    where the server is too old or the schema is newer than this program.
    """
    engine = engine_for(url, pool_size=1)
    try:
        with store_errors(), engine.begin() as tx:
            _check_server(tx)
            hold(tx, MIGRATION_LOCK)
            return _upgrade(tx)
    finally:
        engine.dispose()


def revision_of(tx: Tx) -> str | None:
    """The schema's revision; None for a database that we have not touched yet."""
    return MigrationContext.configure(tx).get_current_revision()


def newest_revision() -> str:
    """The revision that this program brings a store to."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    assert head is not None
    return head


def _upgrade(tx: Tx) -> tuple[str | None, str]:
    before = revision_of(tx)
    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    if before is not None and before not in known:
        raise StoreTrouble(
            f"the store's schema ({before}) is newer than this lineagebot knows ({newest_revision()}); "
            "install the newer version again, or point DATABASE_URL at another database"
        )
    config = _config()
    config.attributes["connection"] = tx
    command.upgrade(config, "head")
    return before, newest_revision()


def _check_server(tx: Tx) -> None:
    version = int(tx.execute(sa.text("SHOW server_version_num")).scalar_one())
    if version // 10_000 < OLDEST_POSTGRES:
        raise StoreTrouble(
            f"the store needs Postgres {OLDEST_POSTGRES} or newer, this one is {version // 10_000}; "
            "upgrade it, or leave DATABASE_URL empty for the embedded one"
        )


def _config() -> Config:
    config = Config()
    # Alembic reads its options through ConfigParser: a % in the path would be taken as its syntax.
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
