"""Genuine logs of Postgres are read whole: every statement is understood or said not to be."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

from lineagebot.model import Action, Session
from lineagebot.sql.catalog import Catalog
from lineagebot.sql.fingerprint import fingerprint
from lineagebot.sql.understand import understand

_SAID = re.compile(r"(?:duration: [\d.]+ ms\s+)?(?:statement|execute [^:]*): (.*)", re.DOTALL)


def statements(log: Path) -> Iterator[tuple[str, str]]:
    for line in log.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        said = _SAID.match(row.get("message", ""))
        if said:
            yield row.get("dbname") or "", said.group(1)


def test_every_statement_of_the_genuine_logs_is_accounted_for(shared_material: Path) -> None:
    logs = sorted(shared_material.glob("fixtures/dbt_postgres/*/postgres.jsonlog"))
    logs += sorted(shared_material.glob("fixtures/pg_watch_edge_cases/*.jsonlog"))
    total = understood = 0
    for log in logs:
        for database, text in statements(log):
            found = understand(text, "postgres", Session("acme", database, ("public",)), Catalog.empty())
            total += found.statements
            understood += found.understood
            assert found.statements == found.understood or found.problems, text
    assert total > 1_000
    assert understood / total > 0.99


def test_a_dbt_run_drops_and_renames_as_the_manual_says(shared_material: Path) -> None:
    log = shared_material / "fixtures/dbt_postgres/classic_run2/postgres.jsonlog"
    actions = {
        effect.action
        for database, text in statements(log)
        for effect in understand(text, "postgres", Session("acme", database, ("public",)), Catalog.empty()).effects
    }
    assert {Action.RENAME, Action.DROP, Action.CREATE} <= actions


def test_two_runs_of_dbt_share_their_fingerprints(shared_material: Path) -> None:
    runs = [
        {
            fingerprint(text, "postgres").hash
            for _, text in statements(shared_material / f"fixtures/dbt_postgres/{run}/postgres.jsonlog")
        }
        for run in ("classic_run1", "classic_run2")
    ]
    assert len(runs[0] & runs[1]) / len(runs[1]) > 0.8
