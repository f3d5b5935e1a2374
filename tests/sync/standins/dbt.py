"""Artifacts in a folder, as dbt leaves them; an address that refuses stands in for a right that is missing."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from pathlib import Path

import httpx

from lineagebot.sync.dbt import DbtSource
from lineagebot.sync.dbt_options import DbtOptions
from lineagebot.sync.http import Http
from tests.dbt.project import AT, lay, manifest, node, result, run_results

from . import Bench, StandIn, Trouble


def stand_in(bench: Bench) -> StandIn:
    good = bench.directory / "runs"
    exposure = {"resource_type": "exposure", "name": "board", "package_name": "shop", "type": "dashboard",
                "owner": {"email": "ana@acme.test"}, "depends_on": {"nodes": ["model.shop.fct"]}}  # fmt: skip
    models = (
        node("source.shop.raw.orders", identifier="orders"),
        node(
            "model.shop.fct", "source.shop.raw.orders", compiled_code='select id from "shop"."analytics"."raw_orders"'
        ),
    )
    for number in range(4):
        at, invocation = AT + timedelta(hours=number), f"i{number}"
        lay(
            good / str(number),
            manifest=manifest(*models, at=at, invocation=invocation, exposures={"exposure.shop.board": exposure}),
            run_results=run_results(result("model.shop.fct", query_id=f"q{number}"), at=at, invocation=invocation),
        )
    bad = bench.directory / "bad"
    bad.mkdir()
    (bad / "manifest.json").write_text('{"metadata": {')
    return StandIn(
        source=lambda: _source(good),
        denied=Trouble(_refused, ("no permission for /dbt/run_results.json", "may have run out")),
        broken=Trouble(lambda: _source(bad), ("manifest.json is cut off",)),
        has_log=True,
    )


def _source(folder: Path) -> DbtSource:
    options = DbtOptions(artifacts=str(folder), warehouse="acme", schemas=("analytics",))
    return DbtSource("other", options, default_paths={"acme": ("shop", "public")}, clock=lambda: AT + timedelta(days=1))


def _refused() -> DbtSource:
    refuse = httpx.MockTransport(lambda _: httpx.Response(403))
    options = DbtOptions(artifacts="https://bucket.test/dbt?sig=1", warehouse="acme")
    return DbtSource("other", options, default_paths={}, connect=partial(Http, transport=refuse))
