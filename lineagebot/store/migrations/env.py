"""Alembic's hook: run the migrations on the connection that `store.migrate` hands over, inside its transaction."""

from __future__ import annotations

from alembic import context

from lineagebot.store.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, transactional_ddl=True)
context.run_migrations()
