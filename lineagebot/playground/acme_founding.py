"""Found the demo company on an empty cluster: its database, its logins, and what each of them may do.

The people type whatever they like into the demo's console, so none of them may reach beyond the database: no
superuser, no role that reads files or runs programs, a statement time-out, a bound on temporary files. Tables belong to
one group, so that anybody may have an accident with anybody's table.
"""

from __future__ import annotations

import psycopg
from psycopg import sql

from lineagebot.playground.acme_company import SUPERUSER, WATCHER, Company

#: Owns staging and marts; people and the pipeline act as it, whoever is logged in.
GROUP = "acme_data"

#: A person's statement may take this long. They may lift it for themselves; the console has its own clock.
STATEMENT_TIMEOUT = "10s"


def found(company: Company, admin_dsn: str) -> None:
    """Make the company's database and logins. `admin_dsn` is a superuser's on the cluster's own database.

    What is there already is left as it is, so that a second call is harmless. Raises ValueError where the superuser
    has the watcher's name: it would see more than it may see anywhere else.
    """
    if psycopg.conninfo.conninfo_to_dict(admin_dsn).get("user") == WATCHER:
        raise ValueError(f"the superuser is named {WATCHER}, as the watcher; start the cluster with {SUPERUSER!r}")
    with psycopg.connect(admin_dsn, autocommit=True) as admin:
        known = {name for (name,) in admin.execute("SELECT rolname FROM pg_roles")}
        logins = (*(person.login for person in company.people), *company.machines, WATCHER)
        if GROUP not in known:
            admin.execute(_named("CREATE ROLE {} NOLOGIN", GROUP))
        for login in logins:
            if login not in known:
                admin.execute(_named("CREATE ROLE {} LOGIN NOINHERIT CONNECTION LIMIT 12", login))
        _limit(admin, company)
        if not admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", (company.database,)).fetchone():
            admin.execute(_named("CREATE DATABASE {}", company.database))
        # Everybody may connect to every database unless that is taken back.
        for database in ("postgres", "template1", company.database):
            admin.execute(_named("REVOKE ALL ON DATABASE {} FROM PUBLIC", database))
        for login in logins:
            admin.execute(_named("GRANT CONNECT ON DATABASE {} TO {}", company.database, login))
        for login in (GROUP, company.machines[2]):
            admin.execute(_named("GRANT TEMPORARY ON DATABASE {} TO {}", company.database, login))
        admin.execute(_named("GRANT pg_monitor TO {} WITH INHERIT TRUE", WATCHER))
    with psycopg.connect(psycopg.conninfo.make_conninfo(admin_dsn, dbname=company.database), autocommit=True) as admin:
        _make_schemas(admin, company)


def _limit(admin: psycopg.Connection, company: Company) -> None:
    pipeline, metabase, _ = company.machines
    for person in company.people:
        for setting, value in (
            ("statement_timeout", STATEMENT_TIMEOUT),
            ("idle_in_transaction_session_timeout", "120s"),
            ("temp_file_limit", "256MB"),
        ):
            admin.execute(_named("ALTER ROLE {} SET {} = " + repr(value), person.login, setting))
    for login in (pipeline, metabase):
        # A person's open transaction may hold a lock; the routine gives up and comes again.
        admin.execute(_named("ALTER ROLE {} SET lock_timeout = '5s'", login))
    for login in (pipeline, *(person.login for person in company.people)):
        admin.execute(_named("GRANT {} TO {} WITH INHERIT FALSE, SET TRUE", GROUP, login))
        admin.execute(_named("ALTER ROLE {} SET role = {}", login, GROUP))


def _make_schemas(admin: psycopg.Connection, company: Company) -> None:
    raw, staging, marts = company.schemas
    _, metabase, loader = company.machines
    for schema, owner in ((raw, loader), (staging, GROUP), (marts, GROUP), ("sandbox", GROUP)):
        admin.execute(_named("CREATE SCHEMA IF NOT EXISTS {} AUTHORIZATION {}", schema, owner))
    admin.execute(_named("GRANT USAGE ON SCHEMA {} TO {}", raw, GROUP))
    admin.execute(_named("GRANT USAGE ON SCHEMA {} TO {}", marts, metabase))
    for owner, schema, reader in ((loader, raw, GROUP), (GROUP, marts, metabase)):
        admin.execute(
            _named(
                "ALTER DEFAULT PRIVILEGES FOR ROLE {} IN SCHEMA {} GRANT SELECT ON TABLES TO {}", owner, schema, reader
            )
        )


def _named(statement: str, *names: str) -> sql.Composed:
    return sql.SQL(statement).format(*map(sql.Identifier, names))
