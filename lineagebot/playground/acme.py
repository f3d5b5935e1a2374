"""The front door of the demo company: found it, let it live, see what it declares, type into its console.

    company = Company.of(seed)
    found(company, admin_dsn)                    # a superuser's, on a cluster started with SERVER
    live(company, dsn_for)                       # dsn_for(login, database) -> conninfo
    declared_yaml(company)                       # dashboards, owners, people
    with Console(company, dsn_for) as console:
        console.run(company.accident.login, company.accident.sql)

It knows nothing of lineagebot: a Postgres, its log and a YAML file are all that a watcher gets to see.
"""

from __future__ import annotations

from lineagebot.playground.acme_company import (
    SERVER,
    SUPERUSER,
    WATCHER,
    Accident,
    Channel,
    Company,
    DsnFor,
    Person,
    tables,
)
from lineagebot.playground.acme_console import Console, ConsoleResult
from lineagebot.playground.acme_declared import declared_yaml
from lineagebot.playground.acme_founding import found
from lineagebot.playground.acme_life import background, live, rebuild

__all__ = (
    "SERVER",
    "SUPERUSER",
    "WATCHER",
    "Accident",
    "Channel",
    "Company",
    "Console",
    "ConsoleResult",
    "Person",
    "background",
    "console",
    "declared_yaml",
    "found",
    "live",
    "rebuild",
    "tables",
)


def console(dsn_for: DsnFor, company: Company, login: str, sql: str) -> ConsoleResult:
    """Run `sql` as the person in a session for this once."""
    with Console(company, dsn_for) as session:
        return session.run(login, sql)
