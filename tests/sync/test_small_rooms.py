"""Sources from settings, who is a machine, what ran a statement, positions, crash points."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from lineagebot import crashpoints
from lineagebot.config import Settings, SourceSettings
from lineagebot.errors import ConfigWrong
from lineagebot.model import AssetKey, Column, How, Person, Read, TemporaryRelation
from lineagebot.sync import position as positions
from lineagebot.sync.position import Position
from lineagebot.sync.sources import build
from lineagebot.sync.who import is_machine, via


def settings(*entries: dict[str, object]) -> Settings:
    return Settings(sources=tuple(SourceSettings(**entry) for entry in entries))


def test_settings_become_sources_in_their_order(tmp_path: Path) -> None:
    found = build(
        settings(
            {"name": "bi", "kind": "declared", "file": str(tmp_path / "bi.yaml")},
            {"name": "acme", "kind": "postgres", "dsn": "host=/tmp dbname=shop", "log": str(tmp_path)},
        )
    )
    assert [(s.name, s.kind, s.default_path) for s in found] == [
        ("bi", "declared", ()),
        ("acme", "postgres", ("shop", "public")),
    ]


def test_every_mistake_of_every_source_is_named_at_once_and_no_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_SUCH_DSN", raising=False)
    with pytest.raises(ConfigWrong) as caught:
        build(
            settings(
                {"name": "a", "kind": "postgres"},
                {"name": "b", "kind": "postgres", "dsn_env": "NO_SUCH_DSN"},
                {"name": "c", "kind": "postgres", "dsn": "hunter2 hunter2"},
                {"name": "d", "kind": "postgres", "dsn": "dbname=x", "lgo": "typo"},
                {"name": "e", "kind": "declared"},
                {"name": "f", "kind": "oracle"},
            )
        )
    lines = str(caught.value).splitlines()
    assert [line[0] for line in lines] == ["a", "b", "c", "d", "e", "f"]
    assert "hunter2" not in str(caught.value)
    assert "NO_SUCH_DSN" in lines[1]
    assert "lgo: unknown setting" in lines[3]


MACHINES = [
    ("anna", "psql", False),
    ("anna", "dbt", True),
    ("anna", "Metabase v0.50 [1234]", True),
    ("svc_etl", "psql", True),
    ("acme_pipeline", None, True),
    ("dbt", None, True),
    ("looker2", None, True),
    ("batch_user", None, True),
    ("load@acme-prod.iam.gserviceaccount.com", None, True),
    ("ana", "cron", True),
    ("fabian", None, False),
    ("sabine", None, False),
    ("nobody_said", None, False),
    ("declared_machine", "psql", True),
    ("dbt_dave", "dbt", False),
    (None, None, False),
]


@pytest.mark.parametrize(("login", "application", "expected"), MACHINES)
def test_machines_are_told_from_people(login: str | None, application: str | None, expected: bool) -> None:
    people = (
        Person("acme:declared_machine", "m", machine=True, logins=(("acme", "declared_machine"),)),
        Person("dave@acme.test", "Dave", logins=(("acme", "dbt_dave"),)),
    )
    assert is_machine(login, application, system="acme", people=people) is expected


VIA = [
    ('/* {"app": "dbt", "node_id": "model.shop.orders"} */ create table x', "dbt model.shop.orders"),
    ('select 1 /* {"app": "dbt", "node_id": "test.shop.t"} */;', "dbt test.shop.t"),
    ('/* {"app": "dbt", "connection_name": "master"} */ select 1', "dbt master"),
    ('/* {"dag_id": "load", "task_id": "orders"} */ select 1', "airflow load.orders"),
    ("-- Metabase:: userID: 7 queryType: native queryHash: ab\nselect 1", "metabase native of user 7"),
    ('-- Looker Query Context \'{"user_id":3,"history_slug":"x"}\'\nselect 1', "looker query of user 3"),
    ("/* {broken */ select 1", None),
    ("select 1", None),
]


@pytest.mark.parametrize(("text", "expected"), VIA)
def test_a_comment_tells_what_ran_a_statement(text: str, expected: str | None) -> None:
    assert via(text) == expected


def test_a_position_comes_back_as_it_was_written() -> None:
    key = AssetKey("acme", ("shop", "raw", "orders"))
    temporary = TemporaryRelation(
        "t", (Column("a", "int"), Column("b")), (("a", ((key, "id", How.COPIED), (key, None, How.COMPUTED))),),
        (Read(key, "day"), Read(key)), (key,),
    )  # fmt: skip
    before = Position("cursor", {"s1": (temporary,)})
    assert positions.from_text(positions.to_text(before)) == before
    for nonsense in ("", "[]", "{}", '{"v": 2}', "null"):
        with pytest.raises(ValueError, match=r"."):
            positions.from_text(nonsense)


def test_a_crash_point_kills_where_it_is_asked_to_and_nowhere_else() -> None:
    script = (
        "from lineagebot.crashpoints import reach\n"
        "for _ in range(3):\n"
        "    reach('sync.after-read'); reach('sync.before-commit'); print('passed', flush=True)"
    )
    for asked, expected, lines in (
        ("", 0, 3),
        ("sync.before-commit", -signal.SIGKILL, 0),
        ("sync.after-read:3", -signal.SIGKILL, 2),
    ):
        run = subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, crashpoints.VARIABLE: asked},
            capture_output=True,
            check=False,
        )
        assert (run.returncode, run.stdout.count(b"passed")) == (expected, lines)


def test_an_unlisted_crash_point_is_a_mistake() -> None:
    with pytest.raises(KeyError, match="POINTS"):
        crashpoints.reach("nowhere")
