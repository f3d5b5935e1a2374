"""A system that is connected later finds its readers: whatever is listed anew, all references are tried again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from lineagebot.config import Settings
from lineagebot.graph.reader import Direction
from lineagebot.graph.traverse import walk
from lineagebot.model import Asset, AssetKey, AssetKind, Column
from lineagebot.sql.understand import understand
from lineagebot.store.engine import Store
from lineagebot.store.graph import PostgresGraph
from lineagebot.store.references import FieldRead, Place, Reference, Unmatched
from lineagebot.sync.match import Matcher
from lineagebot.sync.runner import SyncReport, Workshop, inventory_once
from lineagebot.sync.source import Check, Inventory, InventoryItem, Page, Source
from lineagebot.terminal.unmatched import unmatched

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
PLACE = Place("postgres", "db.internal", 5432, database="shop", schema="marts")
TABLE = AssetKey("acme", ("shop", "marts", "revenue"))
BOARD = AssetKey("bi", ("Finance", "Revenue"))


@dataclass
class Listed:
    """A system that lists what it is given."""

    name: str
    kind: str
    dialect: str | None
    items: tuple[InventoryItem, ...]
    places: tuple[Place, ...] = ()
    default_path: tuple[str, ...] = ()
    references: tuple[Reference, ...] = ()
    hours: int = 0

    def check(self) -> tuple[Check, ...]:
        return ()

    def inventory(self) -> Inventory:
        self.hours += 1
        at = NOW + timedelta(hours=self.hours)
        return Inventory(self.name, at, self.items, references=self.references)

    def pull(self, cursor: str | None) -> Iterator[Page]:
        return iter(())

    def close(self) -> None:
        """Nothing is held."""


def warehouse(*tables: AssetKey) -> Listed:
    items = tuple(InventoryItem(Asset(key, AssetKind.TABLE, key.name), (Column("total"),)) for key in tables)
    return Listed("acme", "postgres", "postgres", items, (PLACE,), ("shop", "public"))


def dashboards() -> Listed:
    reads = Reference(BOARD, PLACE, name="revenue", fields=(FieldRead("total", "Total"),))
    return Listed("bi", "looker", None, (InventoryItem(Asset(BOARD, AssetKind.DASHBOARD, "Revenue"), ()),),
                  references=(reads,))  # fmt: skip


def list_all(store: Store, *sources: Source, configured: tuple[Source, ...]) -> list[SyncReport]:
    workshop = Workshop(matcher=Matcher.of(configured, (), understand))
    return [inventory_once(source, store, now=NOW + timedelta(hours=9), workshop=workshop) for source in sources]


def feeds(store: Store) -> list[AssetKey]:
    return [step.asset.key for step in walk(PostgresGraph(store), BOARD, Direction.UPSTREAM).steps]


def test_a_warehouse_that_is_connected_later_feeds_the_dashboard(store: Store) -> None:
    board, shop = dashboards(), warehouse(TABLE)
    list_all(store, board, configured=(board,))
    before = unmatched(store, (board,), Settings())

    list_all(store, shop, configured=(board, shop))

    assert before.lost["bi"].reasons == {Unmatched.NOT_CONNECTED: 1}
    assert feeds(store) == [TABLE]
    assert unmatched(store, (board, shop), Settings()).lost == {}
    assert {
        (e.source_column, e.target_column)
        for e in PostgresGraph(store).edges([TABLE], Direction.DOWNSTREAM, columns=True)
    } == {(None, None), ("total", "Total")}


def test_a_table_that_goes_keeps_its_readers(store: Store) -> None:
    board, shop, bare = dashboards(), warehouse(TABLE), warehouse()
    bare.hours = 5
    list_all(store, board, shop, bare, configured=(board, shop))

    assert PostgresGraph(store).assets([TABLE])[TABLE].gone_at is not None
    assert feeds(store) == [TABLE]


def test_what_a_dashboard_no_more_reads_has_ended(store: Store) -> None:
    board, shop = dashboards(), warehouse(TABLE)
    list_all(store, board, shop, configured=(board, shop))
    board.references = ()
    list_all(store, board, configured=(board, shop))

    assert feeds(store) == []


def test_a_store_that_was_never_set_up_has_nothing_unmatched(empty_url: str) -> None:
    store = Store.open(empty_url, migrate=False)

    assert unmatched(store, (), Settings()).lost == {}
    store.close()
