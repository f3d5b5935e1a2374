"""The dbt source over a folder: what it brings, which manifest counts, and how each trouble is said."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from lineagebot.errors import SourceUnreadable
from lineagebot.model import Column, Layer, OwnerKind
from lineagebot.sync.dbt import DbtSource
from lineagebot.sync.dbt_options import DbtOptions
from lineagebot.sync.source import Inventory, InventoryItem

from .project import AT, lay, manifest, metadata, node, result, run_results

NOW = AT + timedelta(hours=3)
Make = Callable[..., DbtSource]


@pytest.fixture
def source(tmp_path: Path) -> Make:
    def make(**options: Any) -> DbtSource:
        given = {"artifacts": str(tmp_path), "warehouse": "acme", **options}
        return DbtSource("dbt", DbtOptions(**given), default_paths={"acme": ("shop", "public")}, clock=lambda: NOW)

    return make


def item(found: Inventory, name: str) -> InventoryItem:
    (only,) = [i for i in found.items if str(i.asset.key) == name]
    return only


def test_owners_tags_tests_and_columns_are_told_of_the_warehouses_table(tmp_path: Path, source: Make) -> None:
    test = {"resource_type": "test", "name": "not_null_fct_id", "unique_id": "test.shop.nn.1",
            "attached_node": "model.shop.fct", "depends_on": {"nodes": ["model.shop.fct"]}}  # fmt: skip
    never = {**test, "unique_id": "test.shop.un.2", "name": "unique_fct_id"}
    lay(
        tmp_path,
        manifest=manifest(
            node(
                "model.shop.fct",
                description="One row an order",
                tags=["daily"],
                meta={"owner": "old@acme.test", "tier": 1},
                config={"materialized": "incremental", "group": "finance", "tags": ["daily", "pii"],
                        "meta": {"owner": ["Ana@acme.test", "#orders"]}},
                columns={"ID": {"name": "ID", "description": "Its number", "tags": ["key"], "meta": {"pii": False}}},
            ),
            test,
            never,
            groups={"group.shop.finance": {"name": "finance", "owner": {"email": "fin@acme.test", "name": "Finance",
                                                                        "slack": "fin-data"}}},
        ),
        run_results=run_results(
            result("model.shop.fct"), {**result("test.shop.nn.1", "fail"), "failures": 12, "message": "Got 12 results"}
        ),
    )  # fmt: skip
    fct = item(source().inventory(), "shop.analytics.fct")
    assert fct.asset.key.system == "acme"
    assert [(o.kind, o.id) for o in fct.owners] == [
        (OwnerKind.PERSON, "ana@acme.test"),
        (OwnerKind.CHANNEL, "#orders"),
        (OwnerKind.CHANNEL, "#fin-data"),
        (OwnerKind.PERSON, "fin@acme.test"),
    ]
    assert fct.tags == ("daily", "pii")
    assert dict(fct.facts) == {
        "dbt": "model.shop.fct",
        "description": "One row an order",
        "materialized": "incremental",
        "group": "finance",
        "meta tier": "1",
        "last run": "success on 2026-11-22 06:00 UTC in 1.2 s",
        "tests": "1 fail (not_null_fct_id: 12 rows), 1 never ran",
        "column id": "Its number · tagged key · pii: false",
    }


def test_an_exposure_is_a_dashboard_of_dbt_with_its_owner_and_address(tmp_path: Path, source: Make) -> None:
    exposure = {"resource_type": "exposure", "name": "board", "label": "The board", "package_name": "shop",
                "type": "dashboard", "url": "https://bi.acme.test/dashboards/42", "maturity": "high",
                "owner": {"name": "Claire", "email": "claire@acme.test"},
                "depends_on": {"nodes": ["model.shop.fct"]}}  # fmt: skip
    lay(tmp_path, manifest=manifest(node("model.shop.fct"), exposures={"exposure.shop.board": exposure}))
    found = source().inventory()
    board = item(found, "shop.exposure.board")
    assert (str(board.asset.kind), board.asset.title, board.asset.url) == (
        "dashboard",
        "The board",
        "https://bi.acme.test/dashboards/42",
    )
    assert [str(o) for o in board.owners] == ["Claire"]
    (edge,) = found.edges
    assert (str(edge.source), str(edge.target), edge.layer) == (
        "shop.analytics.fct",
        "shop.exposure.board",
        Layer.DBT,
    )


def test_the_catalog_tells_columns_of_the_very_table_alone(tmp_path: Path, source: Make) -> None:
    def told(schema: str, name: str) -> dict[str, Any]:
        columns = {"B": {"name": "b", "type": "text", "index": 2}, "A": {"name": "a", "type": "integer", "index": 1}}
        return {"metadata": {"schema": schema, "name": name, "type": "BASE TABLE"}, "columns": columns}

    lay(
        tmp_path,
        manifest=manifest(node("model.shop.fct"), node("model.shop.dim")),
        catalog={
            "metadata": metadata("catalog", 1),
            "nodes": {"model.shop.fct": told("analytics", "fct"), "model.shop.dim": told("dbt_anna", "dim")},
            "sources": {},
        },
    )
    found = source().inventory()
    assert item(found, "shop.analytics.fct").columns == (Column("a", "integer"), Column("b", "text"))
    assert item(found, "shop.analytics.dim").columns is None


def test_freshness_is_told_of_a_source(tmp_path: Path, source: Make) -> None:
    raw = node("source.shop.raw.orders", identifier="orders", loader="fivetran")
    fresh = {"unique_id": "source.shop.raw.orders", "status": "warn", "max_loaded_at": "2026-11-21T01:00:00Z",
             "snapshotted_at": "2026-11-22T05:00:00Z"}  # fmt: skip
    lay(tmp_path, manifest=manifest(raw), sources={"metadata": metadata("sources", 3), "results": [fresh]})
    facts = dict(item(source().inventory(), "shop.analytics.raw_orders").facts)
    assert facts["freshness"] == "warn; newest row of 2026-11-21 01:00, seen on 2026-11-22 05:00 UTC"


def test_what_was_only_compiled_says_nothing_of_how_it_ended(tmp_path: Path, source: Make) -> None:
    lay(
        tmp_path,
        manifest=manifest(node("model.shop.fct")),
        run_results=run_results(result("model.shop.fct"), which="generate"),
    )
    assert "last run" not in dict(item(source().inventory(), "shop.analytics.fct").facts)


# Which manifest counts


def test_the_newest_manifest_that_can_be_read_counts_and_the_other_is_said(tmp_path: Path, source: Make) -> None:
    lay(tmp_path / "1", manifest=manifest(node("model.shop.old"), at=AT - timedelta(hours=2)))
    lay(tmp_path / "2", manifest=manifest(node("model.shop.fct"), at=AT - timedelta(hours=1)))
    half = lay(tmp_path / "3", manifest=manifest(node("model.shop.new"))) / "manifest.json"
    half.write_bytes(half.read_bytes()[:200])
    found = source().inventory()
    assert [str(i.asset.key) for i in found.items] == ["shop.analytics.fct"]
    assert [p.message for p in found.problems] == [
        "dbt: 3/manifest.json is cut off or no JSON; it is read again, or run dbt again"
    ]


def test_a_manifest_of_another_target_does_not_count(tmp_path: Path, source: Make) -> None:
    builds = (("prod", "prod", "i1", 2), ("dev", "dev", "i2", 1), ("none", None, "i3", 0))
    for name, target, invocation, hours in builds:
        lay(
            tmp_path / name,
            manifest=manifest(node(f"model.shop.{name}"), invocation=invocation, at=AT - timedelta(hours=hours)),
            run_results=run_results(result(f"model.shop.{name}"), invocation=invocation, target=target),
        )
    assert [str(i.asset.key) for i in source(target="prod").inventory().items] == ["shop.analytics.prod"]
    with pytest.raises(SourceUnreadable, match="names no target; run dbt with --target staging, or set schemas"):
        source(target="staging").inventory()


def test_a_manifest_of_a_pull_request_alone_is_none_of_production(tmp_path: Path, source: Make) -> None:
    lay(tmp_path, manifest=manifest(node("model.shop.a", schema="dbt_cloud_pr_1_2"), node("source.shop.raw.o")))
    with pytest.raises(SourceUnreadable, match=r"no manifest of production .* builds into dbt_cloud_pr_1_2 only"):
        source().inventory()


TROUBLES: dict[str, tuple[dict[str, bytes], str]] = {
    "nothing there": ({}, "dbt: there is no manifest.json in .*; let dbt run, or correct `artifacts`"),
    "cut off": ({"manifest.json": b'{"metadata": {'}, "manifest.json is cut off or no JSON"),
    "another file": ({"manifest.json": b'{"name": "app"}'}, "manifest.json is no dbt artifact"),
}


@pytest.mark.parametrize(("files", "says"), TROUBLES.values(), ids=TROUBLES.keys())
def test_a_folder_without_a_manifest_is_told_apart(
    files: dict[str, bytes], says: str, tmp_path: Path, source: Make
) -> None:
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    with pytest.raises(SourceUnreadable, match=says):
        source().inventory()
    (first, *_) = source().check()
    assert (first.name, first.ok) == ("artifacts", False)


def test_an_old_manifest_is_said(tmp_path: Path, source: Make) -> None:
    lay(tmp_path, manifest=manifest(node("model.shop.fct"), at=AT - timedelta(days=9)))
    (problem,) = source().inventory().problems
    assert "is 9 days old (manifest.json); is its upload still running?" in problem.message


def test_a_broken_set_of_results_costs_itself_alone(tmp_path: Path, source: Make) -> None:
    lay(tmp_path, manifest=manifest(node("model.shop.fct")))
    (tmp_path / "run_results.json").write_text("[")
    found = source().inventory()
    assert len(found.items) == 1
    assert [p.message for p in found.problems] == [
        "dbt: run_results.json is cut off or no JSON; it is read again, or run dbt again"
    ]


# Runs


def test_each_run_is_taken_once_oldest_first_and_late_ones_too(tmp_path: Path, source: Make) -> None:
    def run(name: str, hours: int, query: str) -> None:
        told = run_results(result("model.shop.fct", query_id=query), invocation=name, at=AT + timedelta(hours=hours))
        lay(tmp_path / name, run_results=told)

    def taken(cursor: str | None) -> tuple[list[str], str | None]:
        pages = list(source().pull(cursor))
        return [one.statement for page in pages for one in page.ran], pages[-1].cursor if pages else cursor

    run("a", 1, "q1")
    run("b", 2, "q2")
    first, cursor = taken(None)
    assert first == ["q1", "q2"]
    assert taken(cursor)[0] == []
    run("late", 0, "q0")
    run("c", 3, "q3")
    second, cursor = taken(cursor)
    assert second == ["q0", "q3"]
    assert taken(cursor)[0] == []


def test_a_crash_between_two_runs_loses_and_repeats_none(tmp_path: Path, source: Make) -> None:
    for n in range(4):
        told = run_results(result("m", job_id=f"j{n}"), invocation=f"i{n}", at=AT + timedelta(minutes=n))
        lay(tmp_path / str(n), run_results=told)
    pages = list(source().pull(None))
    assert [page.more for page in pages] == [True, True, True, False]
    for n, page in enumerate(pages):
        rest = [one.statement for later in source().pull(page.cursor) for one in later.ran]
        assert rest == [f"j{m}" for m in range(n + 1, 4)]


def test_runs_of_another_target_join_no_statement(tmp_path: Path, source: Make) -> None:
    lay(tmp_path / "1", run_results=run_results(result("m", query_id="dev"), invocation="d", target="dev"))
    lay(tmp_path / "2", run_results=run_results(result("m", query_id="prod"), invocation="p", target="prod"))
    assert [o.statement for p in source(target="prod").pull(None) for o in p.ran] == ["prod"]


def test_a_cursor_of_another_version_is_said(source: Make) -> None:
    with pytest.raises(SourceUnreadable, match="--from-start"):
        list(source().pull('{"v": 0}'))


# Settings and checks

WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "no place": ({"artifacts": None}, "set one of artifacts"),
    "an object store's own address": ({"artifacts": "s3://bucket/dbt"}, "s3:// is not read; give a signed https://"),
    "no such variable": ({"token_env": "NO_SUCH_TOKEN"}, "NO_SUCH_TOKEN is not set"),
    "a token in the clear": ({"artifacts": "http://ci.acme.test/dbt", "token_env": "HOME"}, "over https:// only"),
    "a platform without an environment": (
        {"artifacts": None, "cloud": {"host": "https://x.dbt.test", "account": 1, "token_env": "HOME"}},
        "set environment",
    ),
}


@pytest.mark.parametrize(("options", "says"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_setting_says_what_to_set(options: dict[str, Any], says: str, source: Make) -> None:
    with pytest.raises(ValueError, match=says):
        source(**options)


def test_doctor_says_what_is_well_and_what_to_do(tmp_path: Path, source: Make) -> None:
    lay(
        tmp_path,
        manifest=manifest(node("model.shop.fct"), node("model.shop.d", schema="dbt_pr_1"), version=20),
        run_results=run_results(result("model.shop.fct", query_id="q")),
    )
    found = {check.name: (check.ok, check.says) for check in source(warehouse="nowhere").check()}
    assert found == {
        "artifacts": (True, f"2 models of shop in {tmp_path}"),
        "manifest": (False, "manifest.json: manifest v20 is newer than v12; read as far as its fields agree"),
        "production": (False, "every target; 1 left out: dbt_pr_1: nothing says which builds are production"),
        "fresh": (True, "generated on 2026-11-22 06:00 UTC"),
        "runs": (True, "1 set of results, 1 statements named"),
        "columns": (True, "no catalog.json; columns come from the warehouse itself"),
        "warehouse": (False, "no source named nowhere is connected"),
    }
    assert {c.name: c.ok for c in source(schemas=("analytics",)).check()}["warehouse"]
