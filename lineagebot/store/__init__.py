"""The only room that knows Postgres: tables, queries, migrations, outbox, journal and the embedded server."""
