"""Genuine builds of dbt-snowflake, as its query history told them, where every relation is used: not a word."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from lineagebot.model import AssetKey, AssetKind, Column, Edge, EdgeKind, How, Layer, Outcome, Session, Statement
from lineagebot.policy.rules import Windows
from lineagebot.store.memory import LearningGraph
from lineagebot.sync.known import Known
from lineagebot.sync.source import LoggedStatement
from lineagebot.terminal.replay_jsonl import Outcome as Told
from lineagebot.terminal.rerun import Rerun

RUNS = ("plus_run1", "plus_run2_no_merge", "plus_run3_full_refresh")


def history(file: Path, run: str) -> Iterator[LoggedStatement]:
    for line in file.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        statement = Statement(
            row["QUERY_ID"],
            "snow",
            "snowflake",
            row["QUERY_TEXT"],
            datetime.fromisoformat(row["START_TIME"]).replace(tzinfo=UTC),
            login="SVC_DBT",
            application=row["CLIENT"],
            session=f"{run}/{row['SESSION_TOKEN']}",
            outcome=Outcome.UNKNOWN if row["EXECUTION_STATUS"] == "SUCCESS" else Outcome.FAILED,
        )
        path = (row["SCHEMA_NAME"],) if row["SCHEMA_NAME"] else ()
        yield LoggedStatement(statement, Session("snow", row["DATABASE_NAME"], path, "SVC_DBT"))


def use_all(graph: LearningGraph, at: datetime) -> int:
    """A dashboard on every relation that stands, on every column that is known of it."""
    board = AssetKey("bi", ("Everything",))
    graph.lay(board, AssetKind.DASHBOARD, at)
    edges: list[Edge] = []
    for key, thing in list(graph.ledger.things.items()):
        if key == board or thing.gone_at is not None or thing.standing is None:
            continue
        edges.append(Edge(key, board, layer=Layer.DECLARED))
        columns: tuple[Column, ...] = thing.standing.columns or ()
        edges += [Edge(key, board, EdgeKind.REFERENCE, c.name, how=How.FILTERED, layer=Layer.DECLARED) for c in columns]
    graph.join(edges, at)
    return len({edge.source for edge in edges})


def test_no_routine_run_raises_an_alert(genuine: Path) -> None:
    graph = LearningGraph()
    rerun = Rerun("snowflake", graph, Known(()))
    told = Told(Windows())
    first, *later = RUNS
    for logged in history(genuine / "dbt_snowflake_fakesnow" / first / "query_log.jsonl", first):
        for _ in rerun.take(logged):
            pass
        last = logged.statement.started_at
    assert use_all(graph, last) >= 10

    for run in later:
        for logged in history(genuine / "dbt_snowflake_fakesnow" / run / "query_log.jsonl", run):
            for taken in rerun.take(logged):
                told.take(taken)
    for taken in rerun.close():
        told.take(taken)

    assert [(c.kind, str(c.effect.target), c.effect.columns) for c, _ in told.said.values()] == []
    assert told.healed == 0
