"""lineagebot as a program: each command on a real warehouse, and a clear sentence for what goes wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .conftest import Shop, program


def test_sync_then_ask_and_check(shop: Shop) -> None:
    synced = shop.run("sync")
    asked = shop.run("ask", "/lineage", "exec revenue")
    readers = shop.run("ask", "who reads marts.revenue")
    checked = shop.run("check", "-", stdin="drop table marts.orders cascade")

    assert (synced.returncode, synced.stdout) == (0, "")
    assert "marts.revenue" in asked.stdout
    assert "Ana Berg" in readers.stdout
    assert checked.stdout.startswith("Breaks: 1 dashboard")
    assert shop.run("sources").stdout.count("postgres") == 1


def test_sync_of_a_source_that_is_not_there(shop: Shop) -> None:
    done = shop.run("sync", "snowflake")

    assert done.returncode == 1
    assert done.stderr.strip() == "lineagebot: there is no source 'snowflake'; configured: acme, bi"


def test_replay_says_what_would_have_been_said(shop: Shop) -> None:
    shop.run("sync")
    shop.execute("ben", "begin; drop table marts.revenue; rollback", "drop table marts.revenue")
    shop.run("sync")

    replayed = shop.run("replay", "--explain")
    told = replayed.stdout
    shop.execute("ben", "create table marts.revenue as select sum(amount) as total from marts.orders")

    assert "ALERT   ben dropped the table marts.revenue (drop_table)" in told, replayed.stderr
    assert told.count("ALERT") == 1
    assert "it was rolled back" in told


def test_what_people_said_survives_an_export(shop: Shop, tmp_path: Path) -> None:
    shop.run("sync")
    shop.run("ask", "owner marts.orders #data")
    exported = shop.run("export")

    again = tmp_path / "again.toml"
    again.write_text(shop.settings.read_text().replace('/store"', '/second"'), encoding="utf-8")
    file = tmp_path / "curated.yaml"
    file.write_text(exported.stdout, encoding="utf-8")
    imported = shop.run("import", str(file), settings=again)

    assert "#data" in exported.stdout
    assert imported.returncode == 0, imported.stderr
    assert shop.run("export", settings=again).stdout == exported.stdout


def test_doctor_names_what_is_well_and_what_is_not(shop: Shop, tmp_path: Path) -> None:
    broken = tmp_path / "broken.toml"
    text = shop.settings.read_text().replace("user='watcher'", "user='nobody'").replace("user=watcher", "user=nobody")
    broken.write_text(text, encoding="utf-8")

    well, ill = shop.run("doctor"), shop.run("doctor", settings=broken)

    assert well.returncode == 0, well.stdout + well.stderr
    assert "✓ store" in well.stdout
    assert ill.returncode == 1, ill.stdout
    assert "✗ acme" in ill.stdout
    assert "→" in ill.stdout
    assert "Traceback" not in ill.stderr


def test_migrate_can_run_again(shop: Shop) -> None:
    shop.run("migrate")

    assert shop.run("migrate").stdout.startswith("the store is at ")


def test_sql_as_a_batch_tool(tmp_path: Path) -> None:
    case = {"id": "1", "dialect": "postgres", "sql": "create table t as select a from u"}

    done = program("sql", "--jsonl", stdin=json.dumps(case) + "\n", home=tmp_path)

    assert json.loads(done.stdout)["id"] == "1"


def test_the_manifest_is_written(tmp_path: Path) -> None:
    assert "slash_commands" in program("manifest", home=tmp_path).stdout


BAD: dict[str, tuple[tuple[str, ...], str]] = {
    "an unknown command": (("frobnicate",), "No such command 'frobnicate'"),
    "an option that is none": (("serve", "--fast"), "No such option"),
    "a settings file that is not there": (("serve", "-c", "nowhere.toml"), "nowhere.toml does not exist"),
    "a role that is none": (("serve", "--role", "cook"), "roles are chat, sync, watch, web"),
    "a file to import that is not there": (("import", "no.yaml"), "no.yaml cannot be read"),
}


@pytest.mark.parametrize(("words", "sentence"), BAD.values(), ids=BAD.keys())
def test_bad_input_gets_a_sentence(words: tuple[str, ...], sentence: str, tmp_path: Path) -> None:
    done = program(*words, home=tmp_path)

    assert done.returncode in (1, 2)
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_a_wrong_slack_token_ends_serve_with_a_sentence(tmp_path: Path) -> None:
    done = program("serve", home=tmp_path, SLACK_BOT_TOKEN="nonsense")

    assert done.returncode == 1
    assert (
        done.stderr.strip() == "lineagebot: slack.bot_token: a bot token begins with xoxb- (Slack: OAuth & Permissions)"
    )


def test_a_store_that_is_down_is_said(tmp_path: Path) -> None:
    done = program("ask", "status", home=tmp_path, DATABASE_URL="postgresql://nobody:hush@127.0.0.1:1/none")

    assert done.returncode == 1
    assert "hush" not in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.startswith("lineagebot: ")
