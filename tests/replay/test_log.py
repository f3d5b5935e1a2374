"""A log file without a history: its first day shows what machine accounts do every day, and what people do is told."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

from lineagebot.policy.rules import Windows
from lineagebot.terminal.replay_log import alerts

BEGUN = datetime.fromisoformat("2026-09-01T01:00:00+00:00")
READ = ("ana@acme.example", "select total from shop.marts.orders")
REBUILT = [
    ("svc_dbt", "create table shop.marts.orders__dbt_tmp as (select 1 as total)"),
    ("svc_dbt", "alter table shop.marts.orders rename to orders_v2__dbt_backup"),
    ("svc_dbt", "alter table shop.marts.orders__dbt_tmp rename to orders_v2"),
    ("svc_dbt", "drop table if exists shop.marts.orders_v2__dbt_backup cascade"),
]


def told(path: Path, days: list[list[tuple[str, str]]]) -> list[tuple[str, str]]:
    rows = []
    for day, said in enumerate(days):
        for number, (who, text) in enumerate(said):
            at = BEGUN + timedelta(days=day, minutes=number)
            identity = f"{day}/{number}"
            rows.append({"job_id": identity, "user_email": who, "start_time": at.isoformat(), "query": text})
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    said_of = [json.loads(line) for line in alerts(path, "redshift", Windows())]
    return [(one["asset"], one["statement"]) for one in said_of]


def test_a_machines_routine_of_the_first_day_is_quiet_on_all_days(tmp_path: Path) -> None:
    assert told(tmp_path / "log", [[READ, *REBUILT]] * 3) == []


def test_what_a_machine_does_for_the_first_time_later_on_is_told(tmp_path: Path) -> None:
    assert told(tmp_path / "log", [[READ], [READ], [READ, *REBUILT]]) == [("shop.marts.orders", "2/2")]


def test_what_a_person_does_on_the_first_day_is_told(tmp_path: Path) -> None:
    dropped = ("ben@acme.example", "drop table shop.marts.orders")
    assert told(tmp_path / "log", [[READ, dropped]]) == [("shop.marts.orders", "0/1")]


def test_a_persons_drop_of_what_a_routine_rebuilds_is_told(tmp_path: Path) -> None:
    dropped = ("ben@acme.example", "alter table shop.marts.orders rename to orders_old")
    assert told(tmp_path / "log", [[READ, *REBUILT], [READ, dropped]]) == [("shop.marts.orders", "1/1")]


def test_a_dropped_column_is_told_to_who_reads_by_star(tmp_path: Path) -> None:
    readers = [READ, ("cid@acme.example", "select * from shop.marts.orders")]
    dropped = ("ben@acme.example", "alter table shop.marts.orders drop column other")
    assert told(tmp_path / "log", [[*readers, dropped]]) == [("shop.marts.orders", "0/2")]
    assert told(tmp_path / "log", [[READ, dropped]]) == []
