"""Scenarios as short as one can write them, and what people are told of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from lineagebot.policy.rules import Windows
from lineagebot.terminal.replay_jsonl import Tally, answer
from lineagebot.terminal.scenarios import scenario_of

BEGUN = datetime(2026, 9, 1, 8, tzinfo=UTC)


def asset(name: str, columns: str, *, kind: str = "table", used: str = "Board", reads: str | None = None) -> Any:
    """`columns` as "id int, total numeric(10,2) ..."; those with a * behind them are read by the dashboard `used`."""
    listed = [column.split(None, 1) for column in columns.split("; ")]
    read = [name.rstrip("*") for name, _ in listed if name.endswith("*")]
    return {
        "name": name,
        "type": kind,
        "columns": [[name.rstrip("*"), type_] for name, type_ in listed],
        "downstream": [{"kind": "dashboard", "name": used, "columns": read}] if read else [],
        **({"reads": [reads]} if reads else {}),
    }


def row(said: str | Mapping[str, Any], at: datetime, *, user: str, number: int) -> Mapping[str, Any]:
    """A statement, or {"sql": ..., "after": seconds, "user": ..., "error": ...}."""
    more = {"sql": said} if isinstance(said, str) else dict(said)
    more.pop("after", None)
    status = "error" if more.get("error") else "success"
    return {
        "seq": number, "ts": at.isoformat(), "user": user, "session": "s1", "txn": None, "app": None, "status": status,
        **more,
    }  # fmt: skip


def rows(said: Iterable[str | Mapping[str, Any]], *, begun: datetime = BEGUN, user: str = "ana") -> list[Any]:
    at, found = begun, []
    for number, one in enumerate(said):
        at += timedelta(seconds=one.get("after", 2) if isinstance(one, Mapping) else 2)
        found.append(row(one, at, user=user, number=number))
    return found


def scenario(
    dialect: str,
    assets: list[Any],
    *said: str | Mapping[str, Any],
    user: str = "ana",
    history: Iterable[str | Mapping[str, Any]] = (),
    runs: int = 0,
    history_user: str | None = None,
    **context: Any,
) -> dict[str, Any]:
    """`history` ran on each of the `runs` days before."""
    past = [
        one
        for day in range(runs, 0, -1)
        for one in rows(history, begun=BEGUN - timedelta(days=day), user=history_user or user)
    ]
    return {
        "id": "own", "dialect": dialect, "context": context, "assets_before": assets, "history": past,
        "log": rows(said, user=user),
    }  # fmt: skip


def told(case: Mapping[str, Any]) -> set[tuple[str, str]]:
    """(asset, kind) of each alert that is left at the end."""
    said = answer(scenario_of(case), Windows(), Tally())
    return {(alert["asset"], alert["kind"]) for alert in said["alerts"]}
