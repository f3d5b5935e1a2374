"""A source in trouble stays in trouble until that very part of it is well: its log says nothing of its catalog."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from lineagebot.store.engine import Store
from lineagebot.store.graph import PostgresGraph
from lineagebot.sync.declared import DeclaredSource
from lineagebot.sync.runner import Workshop, inventory_once, sync_once

NOW = datetime(2026, 11, 22, 9, 40, tzinfo=UTC)
BROKEN, WELL = "dashboards: [{title: ", "system: bi\ndashboards: []\n"


def test_a_log_read_well_does_not_take_back_the_trouble_of_the_catalog(tmp_path: Path, store: Store) -> None:
    file = tmp_path / "declared.yaml"
    file.write_text(BROKEN, encoding="utf-8")
    source, workshop = DeclaredSource("bi", file, default_paths={}), Workshop()

    assert inventory_once(source, store, now=NOW, workshop=workshop).trouble
    assert sync_once(source, store, now=NOW, workshop=workshop).trouble is None
    assert trouble_of(store)

    file.write_text(WELL, encoding="utf-8")
    assert inventory_once(source, store, now=NOW, workshop=workshop).trouble is None
    assert trouble_of(store) is None


def trouble_of(store: Store) -> str | None:
    (source,) = PostgresGraph(store).coverage().sources
    return source.trouble
