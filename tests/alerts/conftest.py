"""A desk: statements come in through the store's own door, the watcher and the deliverer tick, a poster records."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from lineagebot.alerts.deliver import Deliverer
from lineagebot.alerts.watcher import Watcher
from lineagebot.model import (
    Action,
    Alert,
    Asset,
    AssetKey,
    AssetKind,
    Column,
    Edge,
    Effect,
    Layer,
    Outcome,
    Owner,
    OwnerKind,
    Problem,
    Read,
    Session,
    Statement,
    Understanding,
)
from lineagebot.plain import render
from lineagebot.reply import Destination, Poster, Reply
from lineagebot.sql.catalog import Catalog
from lineagebot.sql.fingerprint import fingerprint
from lineagebot.sql.understand import understand
from lineagebot.store import alerts, curation, cursors, outbox, watch
from lineagebot.store.engine import Store
from lineagebot.store.ingest import InventoryRow, Understood, record_inventory, record_statements
from lineagebot.testing import NOW, RecordingPoster

TEAM = "T1"
ADMIN = "#data-alerts"
ADMIN_ID = "C0ADMIN"


def key(name: str) -> AssetKey:
    return AssetKey("acme", ("shop", *name.split(".")))


def drop(name: str) -> Effect:
    return Effect(Action.DROP, key(name))


def truncate(name: str) -> Effect:
    return Effect(Action.TRUNCATE, key(name), every_row=True)


def create(name: str, *columns: str) -> Effect:
    return Effect(Action.CREATE, key(name), produces=tuple(Column(c) for c in columns))


def rename(old: str, new: str) -> Effect:
    return Effect(Action.RENAME, key(old), renamed_to=key(new))


@dataclass
class TroubledPoster(RecordingPoster):
    """A recording poster on which `trouble` may be raised before a post: channel → exceptions, in order."""

    trouble: dict[str, list[Exception]] = field(default_factory=dict)
    #: Raised after the message stood in the channel: the answer never came.
    cut: list[Exception] = field(default_factory=list)
    times: list[str] = field(default_factory=list)

    def post(self, where: Destination, reply: Reply, *, key: str) -> str:
        if waiting := self.trouble.get(where.channel):
            raise waiting.pop(0)
        message = super().post(where, reply, key=key)
        if self.cut:
            raise self.cut.pop(0)
        return message


@dataclass
class Desk:
    """One workspace, one source, and the clock in our hand."""

    store: Store
    poster: RecordingPoster = field(default_factory=TroubledPoster)
    now: datetime = NOW
    numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        self.watcher = self.new_watcher()
        self.deliverer = self.new_deliverer()
        with self.store.begin() as tx:
            cursors.register(tx, "acme", "postgres")
            cursors.mark_first_read_done(tx, "acme")
            curation.link_handles(tx, TEAM, {ADMIN: ADMIN_ID, "#finance": "C0FIN", "ana@acme.test": "U0ANA"})

    def new_watcher(self, **more: object) -> Watcher:
        return Watcher(
            self.store, workspace=lambda: TEAM, fallback=ADMIN, dialects=lambda: {"acme": "postgres"},
            **more,  # type: ignore[arg-type]
        )  # fmt: skip

    def new_deliverer(self, poster: Poster | None = None, *, worker: str = "here") -> Deliverer:
        return Deliverer(self.store, poster or self.poster, worker=worker, fallback=ADMIN)

    def board(self, title: str, *tables: str, owner: str | None = None) -> AssetKey:
        """A dashboard on some tables, each of which stands with a column "id"."""
        board = AssetKey("bi", (title,))
        rows = [InventoryRow(Asset(board, AssetKind.DASHBOARD, title), owners=_owners(owner))]
        edges = [Edge(key(t), board, layer=Layer.DECLARED, first_seen=NOW, last_seen=NOW) for t in tables]
        standing = [InventoryRow(Asset(key(t), AssetKind.TABLE, t), (Column("id"),)) for t in tables]
        at = NOW - timedelta(days=1)
        with self.store.begin() as tx:
            record_inventory(tx, "acme", at, standing, (), (), False)
            record_inventory(tx, "bi", at, rows, edges, (), False)
        return board

    def follow(self, channel: str, name: str) -> None:
        with self.store.begin() as tx:
            curation.subscribe(tx, TEAM, channel, curation.Subscription(key=key(name)), "ana", self.now)

    def happens(
        self,
        *effects: Effect,
        ago: float = 0.0,
        login: str = "ben",
        text: str = "drop something",
        outcome: Outcome = Outcome.DONE,
        problems: tuple[Problem, ...] = (),
        machine: bool = False,
        reads: tuple[Read, ...] = (),
        error: str | None = None,
        via: str | None = None,
        edges: tuple[Edge, ...] = (),
    ) -> None:
        """A statement that began `ago` seconds before now."""
        n = next(self.numbers)
        statement = Statement(
            id=f"s{n}", system="acme", dialect="postgres", text=text, started_at=self.now - timedelta(seconds=ago),
            login=login, session=login, outcome=outcome, error=error, via=via, default_path=("shop", "public", "marts"),
        )  # fmt: skip
        meaning = Understanding(effects, reads, edges, problems=problems, statements=1, understood=int(not problems))
        mark = fingerprint(text, "postgres")
        with self.store.begin() as tx:
            record_statements(tx, [Understood(statement, mark.hash, mark.masked, meaning, by_machine=machine)])

    def runs(self, sql: str, *, login: str = "ben") -> None:
        """The same from its text."""
        session = Session("acme", "shop", ("public",), login)
        meaning = understand(sql, "postgres", session, Catalog.empty())
        self.happens(*meaning.effects, problems=meaning.problems, text=sql, login=login)

    def mark(self, at: datetime | None = None) -> None:
        """The log was read up to now."""
        with self.store.begin() as tx:
            cursors.save_cursor(tx, "acme", "{}", watermark=at or self.now)

    def later(self, **span: float) -> None:
        self.now += timedelta(**span)

    def tick(self, *, read: bool = True) -> None:
        """The log is read up to now, the watcher looks, the deliverer says what is due."""
        if read:
            self.mark()
        while self.watcher.tick(self.now):
            pass
        self.deliver()

    def deliver(self) -> None:
        while self.deliverer.tick(self.now):
            pass

    def pause(self, paused: bool = True, **span: float) -> None:
        until = self.now + timedelta(**span) if span else None
        with self.store.begin() as tx:
            watch.set_paused(tx, TEAM, paused, by="ana", at=self.now, until=until)

    def alerts(self) -> list[Alert]:
        with self.store.begin() as tx:
            return list(reversed(alerts.recent(tx, limit=1000)))

    def backlog(self) -> int:
        with self.store.begin() as tx:
            return outbox.backlog(tx)[0]

    def said(self) -> list[tuple[str, str]]:
        """(channel, first line) of all that was posted outside threads."""
        return [(w.channel, _heading(r)) for w, r, _ in self.poster.posted if w.thread is None]

    def lines(self) -> list[str]:
        """What was said in threads, but for the statements."""
        found = [r for w, r, k in self.poster.posted if w.thread is not None and not k.endswith(":details")]
        return [r.summary for r in found]

    def texts(self) -> list[str]:
        return [" ".join(render(replace(r, details=())).split()) for _, r, _ in self.poster.posted]

    def shown(self) -> list[str]:
        """The messages outside threads as they stand now."""
        first = [n for n, (w, _, _) in enumerate(self.poster.posted, 1) if w.thread is None]
        return [" ".join(render(self.poster.shown[f"{n:010}.000100"]).split()) for n in first]


def _heading(reply: Reply) -> str:
    return render(reply).splitlines()[0].strip()


def _owners(owner: str | None) -> Sequence[Owner]:
    if owner is None:
        return ()
    kind = OwnerKind.CHANNEL if owner.startswith("#") else OwnerKind.PERSON
    return (Owner(kind, owner, owner),)


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store)


Tick = Callable[[], None]
