"""A manifest's nodes: under which key each stands, what feeds it, and what is not production's."""

from __future__ import annotations

import json
from typing import Any

import pytest

from lineagebot.model import AssetKind
from lineagebot.sync.dbt_artifacts import Artifact, Kind, read
from lineagebot.sync.dbt_nodes import Project, project_of
from lineagebot.sync.dbt_target import Production

from .project import manifest, node


def project(body: dict[str, Any], production: Production | None = None, path: tuple[str, ...] = ()) -> Project:
    found = read(json.dumps(body).encode(), Kind.MANIFEST, "manifest.json")
    assert isinstance(found, Artifact)
    return project_of(found, source="dbt", warehouse="acme", production=production or Production(), default_path=path)


def feeds(found: Project) -> dict[str, list[str]]:
    return {str(n.key): [str(key) for key in found.feeds(n)] for n in found.in_order if n.key is not None}


KEYS: dict[str, tuple[str, dict[str, Any], tuple[str, ...]]] = {
    "postgres keeps what is quoted": ("postgres", {"relation_name": '"Shop"."marts"."Fct"'}, ("Shop", "marts", "Fct")),
    "snowflake folds up": ("snowflake", {"relation_name": "analytics.dbt.fct"}, ("ANALYTICS", "DBT", "FCT")),
    "snowflake quoted": ("snowflake", {"relation_name": 'ANALYTICS.DBT."fct"'}, ("ANALYTICS", "DBT", "fct")),
    "bigquery, each part": ("bigquery", {"relation_name": "`my-project`.`mart`.`Fct`"}, ("my-project", "mart", "Fct")),
    "bigquery, one pair": ("bigquery", {"relation_name": "`my-project.mart.fct`"}, ("my-project", "mart", "fct")),
    "databricks": ("databricks", {"relation_name": "`Main`.`mart`.`Fct`"}, ("main", "mart", "fct")),
    "spark lacks the catalog": ("spark", {"relation_name": "`mart`.`fct`"}, ("shop", "mart", "fct")),
    "no relation_name": (
        "postgres",
        {"relation_name": None, "database": "shop", "schema": "Marts", "alias": "fct_v2"},
        ("shop", "Marts", "fct_v2"),
    ),
    "no relation_name, unquoted project": (
        "snowflake",
        {"relation_name": None, "database": "db", "schema": "s", "alias": "x", "quoting": {"identifier": False,
         "database": False, "schema": False}},
        ("DB", "S", "X"),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("adapter", "said", "path"), KEYS.values(), ids=KEYS.keys())
def test_a_model_is_the_table_that_its_warehouse_knows(
    adapter: str, said: dict[str, Any], path: tuple[str, ...]
) -> None:
    found = project(manifest(node("model.shop.fct", **said), adapter=adapter), path=("shop", "public"))
    (only,) = found.nodes.values()
    assert only.key is not None
    assert (only.key.system, only.key.path) == ("acme", path)


def test_a_source_goes_by_its_identifier() -> None:
    raw = node("source.shop.raw.orders", identifier="ORDERS_V1", relation_name=None, schema="raw", name="orders")
    (only,) = project(manifest(raw)).nodes.values()
    assert str(only.key) == "shop.raw.ORDERS_V1"


def test_edges_pass_through_what_has_no_relation() -> None:
    ephemeral = {"config": {"materialized": "ephemeral"}, "relation_name": None}
    found = project(
        manifest(
            node("source.shop.raw.orders", identifier="orders", schema="raw", relation_name='"shop"."raw"."orders"'),
            node("model.shop.eph", "source.shop.raw.orders", "model.shop.eph2", **ephemeral),
            node("model.shop.eph2", "model.shop.stg", **ephemeral),
            node("model.shop.stg", "source.shop.raw.orders"),
            node("model.shop.fct", "model.shop.eph", "model.shop.stg"),
        )
    )
    assert feeds(found)["shop.analytics.fct"] == ["shop.raw.orders", "shop.analytics.stg"]


def test_a_source_that_is_another_models_table_is_one_asset_with_it() -> None:
    found = project(
        manifest(
            node("model.up.orders"),
            node("source.shop.up.orders", relation_name='"shop"."analytics"."orders"', identifier="orders"),
            node("model.shop.fct", "source.shop.up.orders", "model.up.orders"),
        )
    )
    assert feeds(found)["shop.analytics.fct"] == ["shop.analytics.orders"]


def test_models_of_other_projects_that_nobody_describes_are_named() -> None:
    found = project(manifest(node("model.shop.fct", "model.platform.users", "macro.dbt.x")))
    assert found.undescribed == ("model.platform.users",)
    assert feeds(found) == {"shop.analytics.fct": []}


def test_a_circle_of_models_does_not_hang() -> None:
    found = project(manifest(node("model.shop.a", "model.shop.b"), node("model.shop.b", "model.shop.a")))
    assert feeds(found) == {"shop.analytics.a": ["shop.analytics.b"], "shop.analytics.b": ["shop.analytics.a"]}


def test_builds_of_pull_requests_are_left_out_and_counted() -> None:
    found = project(
        manifest(
            node("model.shop.a"),
            node("model.shop.b", "model.shop.a", schema="dbt_cloud_pr_12_7"),
            node("model.shop.c", "model.shop.b"),
        )
    )
    assert found.left_out == {"dbt_cloud_pr_12_7": 1}
    assert feeds(found) == {"shop.analytics.a": [], "shop.analytics.c": []}


def test_only_the_schemas_that_are_named_are_production() -> None:
    production = Production(schemas=("Analytics", "mart_*"))
    found = project(
        manifest(
            node("source.shop.raw.o", schema="raw", identifier="o"),
            node("model.shop.a", "source.shop.raw.o"),
            node("model.shop.m", schema="mart_sales"),
            node("model.shop.d", schema="dbt_anna"),
        ),
        production,
    )
    assert found.left_out == {"dbt_anna": 1}
    assert {str(n.key) for n in found.nodes.values() if n.key} == {
        "shop.raw.raw_o",
        "shop.analytics.a",
        "shop.mart_sales.m",
    }


KINDS = {"view": AssetKind.VIEW, "incremental": AssetKind.TABLE, "dynamic_table": AssetKind.MATERIALIZED_VIEW}


@pytest.mark.parametrize(("materialized", "kind"), KINDS.items())
def test_a_materialization_is_a_kind_of_asset(materialized: str, kind: AssetKind) -> None:
    (only,) = project(manifest(node("model.shop.a", config={"materialized": materialized}))).nodes.values()
    assert only.kind is kind


def test_the_sql_of_python_models_is_none() -> None:
    found = project(
        manifest(
            node("model.shop.p", language="python", compiled_code="def model(dbt, session): ..."),
            node("model.shop.s", compiled_code="\n select 1 ;\n"),
            node("model.shop.parsed", compiled_code=None),
        )
    )
    assert {n.id: n.sql for n in found.nodes.values()} == {
        "model.shop.p": None,
        "model.shop.s": "select 1",
        "model.shop.parsed": None,
    }


def test_metrics_and_exposures_stand_in_dbt_itself() -> None:
    exposure = {"resource_type": "exposure", "name": "board", "package_name": "shop", "type": "dashboard",
                "depends_on": {"nodes": ["metric.shop.revenue", "model.shop.fct"]}}  # fmt: skip
    metric = {"resource_type": "metric", "name": "revenue", "package_name": "shop",
              "depends_on": {"nodes": ["semantic_model.shop.orders"]}}  # fmt: skip
    semantic = {"resource_type": "semantic_model", "name": "orders", "package_name": "shop",
                "depends_on": {"nodes": ["model.shop.fct"]}}  # fmt: skip
    found = project(
        manifest(
            node("model.shop.fct"),
            exposures={"exposure.shop.board": exposure},
            metrics={"metric.shop.revenue": metric},
            semantic_models={"semantic_model.shop.orders": semantic},
        )
    )
    assert feeds(found) == {
        "shop.analytics.fct": [],
        "shop.semantic_model.orders": ["shop.analytics.fct"],
        "shop.metric.revenue": ["shop.semantic_model.orders"],
        "shop.exposure.board": ["shop.metric.revenue", "shop.analytics.fct"],
    }
    assert {n.key.system for n in found.nodes.values() if n.key and n.type != "model"} == {"dbt"}


def test_a_node_whose_name_cannot_be_read_is_left_out_and_said() -> None:
    found = project(manifest(node("model.shop.a", relation_name=None, schema=None), node("model.shop.b")))
    assert set(found.nodes) == {"model.shop.b"}
    assert found.problems == ("manifest.json: model.shop.a has no name that can be read; it is left out",)
