"""The wiring: builds store, sources, reader of SQL, answers and Slack from the settings, and hands them round."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from types import TracebackType
from typing import Self

from lineagebot.commands.answer import answer
from lineagebot.commands.naming import full_name
from lineagebot.commands.request import Request
from lineagebot.commands.services import Services
from lineagebot.config import Settings
from lineagebot.errors import SourceTrouble, StoreTrouble
from lineagebot.model import AssetKey, Column, Gone, Session, Understanding
from lineagebot.reply import Reply
from lineagebot.sql.catalog import Catalog
from lineagebot.sql.pool import Item, Reader
from lineagebot.store import embedded, events
from lineagebot.store.engine import Store
from lineagebot.store.graph import PostgresGraph
from lineagebot.sync.match import Matcher
from lineagebot.sync.runner import Workshop
from lineagebot.sync.source import Probe, Source
from lineagebot.sync.sources import build

#: Names offered at once in a search field.
SUGGESTED = 30


@dataclass(frozen=True, slots=True)
class App:
    """Everything that stands while the bot runs. Close it to give the embedded server back."""

    settings: Settings
    store: Store
    server: embedded.Running | None
    sources: tuple[Source, ...]
    reader: Reader
    services: Services
    #: What reading keeps from run to run to go faster.
    workshop: Workshop

    @classmethod
    def open(cls, settings: Settings, *, migrate: bool = True) -> Self:
        """Build all of it. Raises ConfigWrong naming every mistake of the sources, or StoreTrouble."""
        sources = build(settings)
        url, server = reach_store(settings)
        store = Store.open(url, migrate=migrate)
        reader = Reader()
        services = Services(
            store=store,
            graph=PostgresGraph(store),
            dialects=dialects_of(sources),
            default_paths=default_paths_of(sources),
            understand=partial(understand_with, reader),
            show_literals=settings.show_literals,
        )
        matcher = Matcher.of(sources, settings.mappings, services.understand)
        workshop = Workshop(understand=services.understand, matcher=matcher)
        return cls(settings, store, server, sources, reader, services, workshop)

    @property
    def answer(self) -> Callable[[Request], Reply]:
        return partial(answer, services=self.services)

    def seen(self, event_id: str) -> bool:
        """Whether a Slack event was heard before, by any replica."""
        with self.store.begin() as tx:
            return events.seen_event(tx, event_id, datetime.now(UTC))

    def suggest(self, typed: str) -> list[tuple[str, str]]:
        """(label, name) of assets whose names begin like `typed`, for a search field; none while the store is down."""
        try:
            hits = self.services.graph.search(typed, limit=SUGGESTED)
        except StoreTrouble:
            return []
        return [(f"{asset.title} · {asset.kind}", full_name(asset, hits.assets)) for asset in hits.assets]

    def close(self) -> None:
        for source in self.sources:
            source.close()
        self.reader.close()
        self.store.close()
        if self.server:
            self.server.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None) -> None:
        self.close()


def reach_store(settings: Settings) -> tuple[str, embedded.Running | None]:
    """The store's address; the embedded server is started where no other is named, and stays up while it is held."""
    if settings.store.url is not None:
        return settings.store.url.get_secret_value(), None
    server = embedded.start(embedded.Cluster(settings.store.directory))
    return server.url, server


def understand_with(reader: Reader, text: str, dialect: str, session: Session, catalog: Catalog) -> Understanding:
    """One text through the worker pool, which outlives whatever the text does to it."""
    return reader.understand_many([Item(text, dialect, session, catalog)])[0]


def dialects_of(sources: tuple[Source, ...]) -> Mapping[str, str]:
    """System → dialect, for the sources that speak SQL."""
    return {s.name: s.dialect for s in sources if s.dialect}


def probes_of(sources: tuple[Source, ...]) -> Mapping[str, Callable[[AssetKey], tuple[Column, ...] | Gone]]:
    """System → how to ask it what stands under a name now, for the sources that can tell."""
    return {source.name: source.columns for source in sources if isinstance(source, Probe)}


def default_paths_of(sources: tuple[Source, ...]) -> Mapping[str, tuple[str, ...]]:
    """System → database and search path; a source that cannot be asked now says what its settings say."""
    found: dict[str, tuple[str, ...]] = {}
    for source in sources:
        try:
            found[source.name] = source.default_path
        except SourceTrouble:
            found[source.name] = ()
    return found
