"""Who is a machine, and what ran a statement in its own words: the same person and job seen through several systems."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from dataclasses import dataclass

from lineagebot.model import Person

#: Programs that run statements on a schedule or for a dashboard; compared with the start of application_name.
MACHINE_APPLICATIONS = (
    "airbyte",
    "airflow",
    "astronomer",
    "census",
    "cron",
    "cube",
    "dagster",
    "dataform",
    "dbt",
    "debezium",
    "dlt",
    "fivetran",
    "great_expectations",
    "hevo",
    "hightouch",
    "informatica",
    "kestra",
    "lightdash",
    "looker",
    "matillion",
    "meltano",
    "metabase",
    "mode",
    "pg_dump",
    "pg_restore",
    "power bi",
    "prefect",
    "preset",
    "quicksight",
    "redash",
    "rivery",
    "rudderstack",
    "segment",
    "sigma",
    "soda",
    "sqlmesh",
    "stitch",
    "superset",
    "tableau",
    "talend",
    "thoughtspot",
)

#: Words in a login that a person would not choose.
_MACHINE_LOGIN = re.compile(
    r"(^|[_.@-])(airbyte|airflow|app|backend|batch|bi|bot|composer|cron|dagster|dataform|dbt|debezium|elt|etl|fivetran"
    r"|grafana|hevo|informatica|ingest|ingestion|job|jobs|kestra|loader|looker|matillion|metabase|meltano|nifi"
    r"|orchestration|orchestrator|pipeline|pipelines|prefect|redash|replication|rivery|sa|scheduler|service|snowpipe"
    r"|sqlmesh|stitch|superset|svc|system|tableau|talend|worker)([_.@-]|\d*$)|gserviceaccount\.com$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Roster:
    """People and machines that somebody declared: stronger than any guess."""

    people: frozenset[tuple[str, str]] = frozenset()
    machines: frozenset[tuple[str, str]] = frozenset()

    @staticmethod
    def of(people: Collection[Person]) -> Roster:
        return Roster(
            frozenset(login for p in people if not p.machine for login in p.logins),
            frozenset(login for p in people if p.machine for login in p.logins),
        )


def is_machine(
    login: str | None, application: str | None, *, system: str = "", people: Collection[Person] | Roster = ()
) -> bool:
    """Whether a statement was run by a machine: as declared, else by its program, else by how its login reads.

    A declared person stays one, whatever program the statement came through.
    """
    roster = people if isinstance(people, Roster) else Roster.of(people)
    if login is not None and (system, login) in roster.people:
        return False
    if login is not None and (system, login) in roster.machines:
        return True
    program = (application or "").lower()
    if program.startswith(MACHINE_APPLICATIONS):
        return True
    return login is not None and _MACHINE_LOGIN.search(login) is not None


_LEADING_COMMENT = re.compile(r"\s*/\*\s*(\{.*?\})\s*\*/", re.DOTALL)
_TRAILING_COMMENT = re.compile(r"/\*\s*(\{.*?\})\s*\*/\s*;?\s*\Z", re.DOTALL)
_METABASE = re.compile(r"Metabase::\s*userID:\s*(\d+)\s*queryType:\s*(\w+)")
_LOOKER = re.compile(r"Looker Query Context\s+'(\{.*?\})'")
#: How far into a text a comment is looked for.
_NEAR = 4096


def via(text: str) -> str | None:
    """What ran a statement, by the comment that its program leaves in it; None where none is known."""
    head, tail = text[:_NEAR], text[-_NEAR:]
    for found in (_LEADING_COMMENT.match(head), _TRAILING_COMMENT.search(tail)):
        if found and (known := _from_json(found.group(1))):
            return known
    if "Metabase::" in head and (metabase := _METABASE.search(head)):
        return f"metabase {metabase.group(2)} of user {metabase.group(1)}"
    if "Looker Query Context" in head and (looker := _LOOKER.search(head)):
        return _looker(looker.group(1))
    return None


def _from_json(text: str) -> str | None:
    try:
        facts = json.loads(text)
    except ValueError:
        return None
    if not isinstance(facts, dict):
        return None
    if facts.get("app") == "dbt":
        return f"dbt {facts.get('node_id') or facts.get('connection_name') or ''}".strip()
    if dag := facts.get("dag_id"):
        return f"airflow {dag}.{facts.get('task_id', '')}".rstrip(".")
    return None


def _looker(text: str) -> str | None:
    try:
        facts = json.loads(text)
    except ValueError:
        return None
    return f"looker query of user {facts.get('user_id')}" if isinstance(facts, dict) else None
