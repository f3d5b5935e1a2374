"""A YAML file is the genuine system."""

from __future__ import annotations

from pathlib import Path

from lineagebot.sync.declared import DeclaredSource

from . import Bench, StandIn, Trouble

TEXT = """
people: [{name: Ana Berg, email: ana@acme.test, logins: [acme:ana]}]
dashboards:
  - {title: Revenue, folder: Finance, owner: ana@acme.test, reads: [{table: acme:marts.revenue, columns: [day]}]}
"""


def stand_in(bench: Bench) -> StandIn:
    good, bad = bench.directory / "declared.yaml", bench.directory / "bad.yaml"
    good.write_text(TEXT, encoding="utf-8")
    bad.write_text("- a list", encoding="utf-8")
    return StandIn(
        source=lambda: _source(good),
        denied=None,  # root, as which tests may run, reads every file
        broken=Trouble(lambda: _source(bad), ("bad.yaml", "must be a mapping")),
        has_log=False,
    )


def _source(file: Path) -> DeclaredSource:
    return DeclaredSource("other", file, default_paths={"acme": ("shop", "public")})
