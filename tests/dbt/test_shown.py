"""dbt from settings to answers: facts are shown, and what fits the query log and the warehouse is counted."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from lineagebot.app import App
from lineagebot.commands.request import TERMINAL, Asker, Request
from lineagebot.config import Settings, WatchSettings
from lineagebot.graph.reader import Direction
from lineagebot.model import AssetKey, Coverage, Freshness, Layer
from lineagebot.plain import render
from lineagebot.serve import pace
from lineagebot.store import tables as t
from lineagebot.sync.dbt import DbtSource
from lineagebot.sync.dbt_options import DbtOptions
from lineagebot.sync.runner import Workshop, inventory_once, sync_all
from lineagebot.terminal import doctor
from lineagebot.terminal import sources as listing
from tests.sync.conftest import START, Log

from .project import lay, manifest, node, result, run_results

MODELS = (
    node("source.shop.raw.orders", relation_name='"shop"."raw"."orders"', identifier="orders"),
    node("model.shop.stg", "source.shop.raw.orders", description="As they came"),
    node(
        "model.shop.fct",
        "model.shop.stg",
        compiled_code='select id, amount * 100 as cents from "shop"."analytics"."stg"',
        columns={"cents": {"name": "cents", "description": "Amount in cents"}},
    ),
    node("model.shop.wide", "model.shop.stg", "model.shop.fct"),
    node("model.shop.unseen", "model.shop.fct"),
    {"resource_type": "test", "unique_id": "test.shop.nn", "name": "not_null_fct_id",
     "attached_node": "model.shop.fct", "depends_on": {"nodes": ["model.shop.fct"]}},
)  # fmt: skip
LOGGED = (
    "create table raw.orders (id int, amount numeric)",
    "create table analytics.stg as select id, amount from raw.orders",
    "create table analytics.fct as select id, amount * 100 as cents from analytics.stg",
    "create table analytics.wide as select s.id from analytics.stg s",
)


@pytest.fixture
def app(store_url: str, tmp_path: Path) -> Iterator[App]:
    (tmp_path / "log").mkdir()
    session = Log(tmp_path / "log" / "postgresql-1.json").session(user="svc_dbt")
    for text in LOGGED:
        session.statement(text)
        session.duration("SELECT 1")
    results = (result("model.shop.fct", _message="SELECT 1"), {**result("test.shop.nn", "fail"), "failures": 3})
    lay(tmp_path / "dbt", manifest=manifest(*MODELS, at=START), run_results=run_results(*results, at=START))
    sources: tuple[dict[str, Any], ...] = (
        {"name": "acme", "kind": "postgres", "log": str(tmp_path / "log")},
        {"name": "dbt", "kind": "dbt", "artifacts": str(tmp_path / "dbt"), "warehouse": "acme"},
    )
    opened = App.open(Settings(store={"url": store_url}, sources=sources))  # type: ignore[arg-type]
    with opened:
        sync_all(opened.sources, opened.store, now=START, workshop=opened.workshop)
        yield opened


def text_of(app: App, line: str) -> str:
    asker = Asker(workspace=TERMINAL, user="ana", is_admin=True)
    return " ".join(render(app.answer(Request(line=line, asker=asker, now=START))).split())


def test_an_answer_shows_what_dbt_tells_and_listings_say_how_well_it_fits(app: App) -> None:
    said = text_of(app, "lineage analytics.fct")
    assert "model.shop.fct" in said
    assert "1 fail (not_null_fct_id: 3 rows)" in said
    assert "As they came" in text_of(app, "lineage analytics.stg")
    assert "Amount in cents" in text_of(app, "column analytics.fct.cents")

    fct = AssetKey("acme", ("shop", "analytics", "fct"))
    columns = app.services.graph.edges([fct], Direction.UPSTREAM, columns=True)
    assert {(e.source_column, e.target_column, str(e.how)) for e in columns if e.layer is Layer.DBT} == {
        (None, None, "None"),
        ("id", "id", "copied"),
        ("amount", "cents", "computed"),
    }

    lines = [line for line in listing.lines(app) if line.startswith("dbt: ")]
    assert lines == [
        "dbt: 2 of 3 models have the same lineage in the query log; 1 not seen in the log yet",
        "dbt: 5 relations in acme, whose catalog was not read yet",
        "dbt: they differ on shop.analytics.wide (only dbt: shop.analytics.fct)",
    ]
    (dbt,) = [kind for kind in json.loads(listing.as_json(app))["kinds"] if kind["kind"] == "dbt"]
    (told,) = dbt["sources"]
    assert (told["models"], told["models_shown_by_the_log"], told["models_that_agree_with_the_log"]) == (4, 3, 2)

    found = [str(line) for line in doctor.lines(app.settings)]
    assert "· dbt: query log: 2 of 3 models have the same lineage in the query log; 1 not seen in the log yet" in found


def test_a_list_that_did_not_change_is_written_down_once_an_hour(app: App, tmp_path: Path) -> None:
    def facts_after(hours: float, *models: dict[str, Any]) -> int:
        if models:
            lay(tmp_path / "dbt", manifest=manifest(*models, at=START + timedelta(hours=1)))
        options = DbtOptions(artifacts=str(tmp_path / "dbt"), warehouse="acme")
        source = DbtSource("dbt", options, default_paths={}, clock=lambda: START + timedelta(hours=hours))
        with app.store.begin() as tx:
            tx.execute(sa.delete(t.fact))
        report = inventory_once(source, app.store, now=START, workshop=workshop)
        assert report.trouble is None
        with app.store.begin() as tx:
            return tx.execute(sa.select(sa.func.count()).select_from(t.fact)).scalar_one()

    workshop = Workshop()
    assert [facts_after(hours) for hours in (2.0, 2.1)] == [5, 5], "the first one, twice"
    assert facts_after(3.0) == 0
    assert facts_after(3.2) == 5
    assert facts_after(3.3, *MODELS[:2]) == 2


def test_what_dbt_keeps_grows_by_the_run_and_is_looked_at_as_seldom() -> None:
    watch = WatchSettings(poll=2, inventory_every=300)
    assert (pace("postgres", watch), pace("dbt", watch)) == (2, 300)


def test_an_answer_is_not_called_old_because_dbt_ran_yesterday() -> None:
    now = datetime(2026, 11, 22, 9, tzinfo=UTC)
    log = Freshness("acme", "postgres", watermark=now, inventory_at=now)
    ran = Freshness("dbt", "dbt", watermark=now.replace(day=21), inventory_at=now)
    assert Coverage((log, ran)).as_of == now
