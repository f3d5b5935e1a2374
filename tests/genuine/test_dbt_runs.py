"""Genuine dbt builds, one after the other, on a project where every relation has a dashboard: not a word."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from lineagebot.model import Asset, AssetKind, Binding, Column, Edge, Layer
from lineagebot.store.engine import Store
from lineagebot.store.graph import PostgresGraph
from lineagebot.store.ingest import InventoryRow, record_inventory

from .conftest import House, key

CLASSIC = ("dbt_postgres/classic_run1", "dbt_postgres/classic_run2")
PLUS = (
    "dbt_postgres/plus_run1",
    "dbt_postgres/plus_run2",
    "dbt_postgres/plus_run3_full_refresh",
    "dbt_postgres/plus_run4_pgaudit",
    "dbt_postgres/plus_run5_ddl_min_duration",
)
REDSHIFT = tuple(f"dbt_redshift_via_pg/{run}" for run in ("run1", "run2", "run3_full_refresh"))
SEQUENCES = {
    "classic": (CLASSIC, "postgres.jsonlog"),
    "classic, csvlog": (CLASSIC, "postgres.csvlog"),
    "plus": (PLUS, "postgres.jsonlog"),
}


def relations(genuine: Path, run: str) -> list[str]:
    """Every model, seed and snapshot of the project that stands in the warehouse."""
    nodes = json.loads((genuine / run / "manifest.json").read_text())["nodes"].values()
    names = {n["relation_name"] for n in nodes if n["resource_type"] in ("model", "seed", "snapshot")}
    return sorted(".".join(n.replace('"', "").split(".")[1:]) for n in names if n)


def hand_made_view(store: Store, house: House) -> None:
    """bi.exec_dashboard on analytics.customers, as the catalog shows it between the first run and the second."""
    at = house.clock() + timedelta(milliseconds=1)
    view, table = key("bi.exec_dashboard"), key("analytics.customers")
    row = InventoryRow(Asset(view, AssetKind.VIEW, "bi.exec_dashboard"), (Column("customer_id"),), "16999")
    edge = Edge(table, view, layer=Layer.CATALOG, binding=Binding.BY_OBJECT, first_seen=at, last_seen=at)
    with store.begin() as tx:
        record_inventory(tx, "acme", at, [row], [edge], (), False)


@pytest.mark.parametrize(
    ("runs", "name"), [*SEQUENCES.values(), (REDSHIFT, "postgres.jsonlog")], ids=[*SEQUENCES.keys(), "redshift"]
)
def test_no_routine_run_raises_an_alert(runs: tuple[str, ...], name: str, house: House) -> None:
    first, *later = runs
    house.name = name
    assert house.read(first).statements
    names = relations(house.genuine, first)
    house.declare(*names)
    unknown = [n for n in names if not PostgresGraph(house.store).columns([key(n)]).get(key(n))]
    assert unknown == []

    assert house.watch() == []
    for run in later:
        report = house.read(run)
        share = 1 - report.not_understood / report.statements
        print(f"{run}: {report.records} records, {report.statements} statements, {share:.1%} understood")
        assert [(a.headline, a.kind) for a in house.watch()] == [], run

    assert [(a.headline, a.kind) for a in house.watch_to_the_end()] == []
    assert house.said() == []


@pytest.mark.parametrize(("runs", "name"), SEQUENCES.values(), ids=SEQUENCES.keys())
def test_the_view_that_a_routine_run_destroys_is_told_of_once(runs: tuple[str, ...], name: str, house: House) -> None:
    house.name = name
    house.read(runs[0])
    hand_made_view(house.store, house)
    house.declare(*relations(house.genuine, runs[0]), "bi.exec_dashboard")

    found = []
    for run in runs[1:]:
        house.read(run)
        found += house.watch()
    found += house.watch_to_the_end()

    (alert,) = found
    assert alert.asset == key("bi.exec_dashboard")
    (said,) = [" ".join(text.split()) for text in house.said() if "exec_dashboard" in text.splitlines()[0]]
    assert "dbt model.jaffle_shop.customers" in said
    assert "On bi.exec_dashboard" in said


def test_what_is_read_a_day_late_comes_in_one_summary_of_what_is_still_broken(house: House) -> None:
    first, second = CLASSIC
    house.read(first)
    hand_made_view(house.store, house)
    house.declare(*relations(house.genuine, first), "bi.exec_dashboard")

    house.read(second)
    assert house.watch(after=timedelta(days=1)) == [], "a log that was only just looked at may still be catching up"
    (alert,) = house.watch(after=timedelta(days=1, minutes=2))

    (said,) = house.said()
    assert said.startswith("Catching up")
    assert alert.headline in " ".join(said.split())
