"""Run a source once: its log from where it was left, or its catalog. Retrying, and how often, is the schedule's."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from lineagebot import crashpoints
from lineagebot.errors import SourceTrouble, SourceUnreadable
from lineagebot.graph.reader import GraphReader
from lineagebot.model import Edge
from lineagebot.sql.cache import Cache, Understand
from lineagebot.sql.understand import understand as understand_here
from lineagebot.store import cursors
from lineagebot.store.engine import Store, Tx
from lineagebot.store.graph import PostgresGraph
from lineagebot.store.inventory import InventoryRow, record_inventory, record_views
from lineagebot.store.references import replace_references
from lineagebot.sync import position as positions
from lineagebot.sync.definitions import DefinitionReader
from lineagebot.sync.ingest import Ingest
from lineagebot.sync.match import Matcher, rematch
from lineagebot.sync.position import Position
from lineagebot.sync.routines import Routines
from lineagebot.sync.source import Inventory, InventoryItem, Source
from lineagebot.sync.views import ViewReader, facts

#: The two parts of a source that are read, each at its own times.
CATALOG, LOG = "catalog", "log"
#: A list that says of itself that it is the same is written down this often all the same.
WRITTEN_EVERY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run has come; said after each page."""

    source: str
    records: int
    statements: int
    watermark: datetime | None


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What one run of one source brought. `trouble` is a sentence where it could not be read to its end."""

    source: str
    pages: int = 0
    records: int = 0
    statements: int = 0
    not_understood: int = 0
    watermark: datetime | None = None
    #: Records of the log (or entries of the file) that could not be read.
    problems: tuple[str, ...] = ()
    #: Assets and edges of an inventory.
    assets: int = 0
    edges: int = 0
    trouble: str | None = None


@dataclass(slots=True)
class Workshop:
    """What is kept from run to run to go faster; without it every run starts cold. `understand` may be a pool's."""

    understand: Understand = understand_here
    memory: Cache | None = None
    views: ViewReader | None = None
    #: Finds what other systems mean by what they read; None: nothing is matched.
    matcher: Matcher | None = None
    definitions: DefinitionReader | None = None
    #: Source → the procedures that its log has seen made.
    routines: dict[str, Routines] = field(default_factory=dict)
    #: Source → the mark of the list that was written down last, and when it was listed.
    written: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    #: (source, "catalog" or "log") → its trouble: the one must not be taken back when the other is well.
    troubles: dict[tuple[str, str], str | None] = field(default_factory=dict)

    def note(self, tx: Tx, source: Source, part: str, trouble: str | None) -> None:
        """Write down how a source is; each of its two parts speaks for itself."""
        self.troubles[source.name, part] = trouble
        said = [self.troubles.get((source.name, each)) for each in (CATALOG, LOG)]
        cursors.note_trouble(tx, source.name, source.kind, " · ".join(dict.fromkeys(filter(None, said))) or None)

    def knows(self, inventory: Inventory) -> bool:
        """Whether this very list was written down lately: it is again once in a while, for what changed around it."""
        mark, at = self.written.get(inventory.system, (None, inventory.as_of))
        return mark is not None and mark == inventory.mark and inventory.as_of - at < WRITTEN_EVERY

    def wrote(self, inventory: Inventory) -> None:
        """What is around it may be read for the first time just now: the first list of a process is written twice."""
        if inventory.mark is not None:
            mark = inventory.mark if inventory.system in self.written else ""
            self.written[inventory.system] = (mark, inventory.as_of)

    def remembered(self) -> Cache:
        if self.memory is None:
            self.memory = Cache()
        return self.memory

    def view_reader(self) -> ViewReader:
        if self.views is None:
            self.views = ViewReader(self.understand)
        return self.views

    def definition_reader(self) -> DefinitionReader:
        if self.definitions is None:
            self.definitions = DefinitionReader(self.understand)
        return self.definitions


def sync_once(
    source: Source,
    store: Store,
    *,
    epoch: int | None = None,
    progress: Callable[[Progress], None] | None = None,
    now: datetime,
    workshop: Workshop | None = None,
    graph: GraphReader | None = None,
    from_start: bool = False,
) -> SyncReport:
    """Take in the log from the stored cursor to its end now; each page is one transaction with its cursor.

    The source's trouble is noted in the store and reported, not raised. Raises StoreTrouble (StoreDeposed where another
    replica leads). With `from_start` the kept log is read again; what is known already does not change by it.
    """
    workshop = workshop or Workshop()
    known = _registered(source, store)
    stored = None if from_start else known
    ingest = Ingest(
        source.name,
        source.kind,
        store,
        graph or PostgresGraph(store),
        workshop.understand,
        workshop.remembered(),
        epoch,
        workshop.routines.setdefault(source.name, Routines()),
    )
    run = _Run(source, ingest, progress)
    trouble = None
    try:
        run.read(_position(source.name, stored))
        trouble = _unread(run.problems)
    except SourceTrouble as exc:
        trouble = str(exc)
    _note(source, store, workshop, LOG, trouble)
    return run.report(trouble)


def inventory_once(
    source: Source, store: Store, *, now: datetime, epoch: int | None = None, workshop: Workshop | None = None
) -> SyncReport:
    """Take in what stands in a source now. Trouble is noted and reported, not raised. Raises StoreTrouble."""
    workshop = workshop or Workshop()
    _registered(source, store)
    try:
        inventory = source.inventory()
    except SourceTrouble as exc:
        _note(source, store, workshop, CATALOG, str(exc))
        return SyncReport(source.name, trouble=str(exc))
    if inventory is None:
        return SyncReport(source.name)
    trouble = _unread([p.message for p in inventory.problems])
    if workshop.knows(inventory):
        with store.begin() as tx:
            cursors.check_epoch(tx, epoch)
            cursors.note_inventory(tx, inventory.system, inventory.as_of, complete=inventory.complete)
            workshop.note(tx, source, CATALOG, trouble)
        crashpoints.reach("inventory.after-commit")
        return SyncReport(source.name, assets=len(inventory.items), trouble=trouble)
    edges = _edges(inventory, source.dialect, workshop, PostgresGraph(store))
    with store.begin() as tx:
        cursors.check_epoch(tx, epoch)
        record_inventory(
            tx,
            inventory.system,
            inventory.as_of,
            [_row(item) for item in inventory.items],
            edges,
            inventory.people,
            inventory.complete,
            problems=inventory.problems,
        )
        record_views(tx, inventory.system, inventory.views)
        replace_references(tx, inventory.system, inventory.references, complete=inventory.complete)
        workshop.note(tx, source, CATALOG, trouble)
        crashpoints.reach("inventory.before-commit")
    crashpoints.reach("inventory.after-commit")
    workshop.wrote(inventory)
    if workshop.matcher is not None:
        rematch(store, PostgresGraph(store), workshop.matcher, listed=inventory.system, now=now, epoch=epoch)
    return SyncReport(
        source.name,
        assets=len(inventory.items),
        edges=len(edges),
        problems=tuple(p.message for p in inventory.problems),
        trouble=trouble,
    )


def _registered(source: Source, store: Store) -> cursors.Cursor | None:
    """The cursor that was stored for the source, which is known to the store from now on."""
    with store.begin() as tx:
        cursors.register(tx, source.name, source.kind)
        stored = cursors.load_cursor(tx, source.name)
    crashpoints.reach("sync.registered")
    return stored


def _note(source: Source, store: Store, workshop: Workshop, part: str, trouble: str | None) -> None:
    with store.begin() as tx:
        workshop.note(tx, source, part, trouble)
    crashpoints.reach("sync.noted")


def sync_all(
    sources: Iterable[Source],
    store: Store,
    *,
    now: datetime,
    epoch: int | None = None,
    progress: Callable[[Progress], None] | None = None,
    workshop: Workshop | None = None,
) -> tuple[SyncReport, ...]:
    """Catalog, then log, of every source; one that fails does not stop the others. Raises StoreTrouble."""
    workshop = workshop or Workshop()
    reports = []
    for source in sources:
        listed = inventory_once(source, store, now=now, epoch=epoch, workshop=workshop)
        reports.append(listed)
        reports.append(sync_once(source, store, now=now, epoch=epoch, progress=progress, workshop=workshop))
    return tuple(reports)


class _Run:
    """The pages of one run, counted."""

    def __init__(self, source: Source, ingest: Ingest, progress: Callable[[Progress], None] | None) -> None:
        self._source = source
        self._ingest = ingest
        self._progress = progress
        self._pages = self._records = self._statements = self._missed = 0
        self._watermark: datetime | None = None
        self.problems: list[str] = []

    def read(self, position: Position) -> None:
        for page in self._source.pull(position.cursor):
            ingested = self._ingest.take(page, position)
            position = ingested.position
            self._pages += 1
            self._records += page.records
            self._statements += ingested.statements
            self._missed += ingested.not_understood
            self._watermark = page.watermark
            self.problems.extend(problem.message for problem in page.problems)
            self.problems.extend(ingested.aside)
            if self._progress is not None:
                self._progress(Progress(self._source.name, self._records, self._statements, self._watermark))

    def report(self, trouble: str | None) -> SyncReport:
        return SyncReport(
            source=self._source.name,
            pages=self._pages,
            records=self._records,
            statements=self._statements,
            not_understood=self._missed,
            watermark=self._watermark,
            problems=tuple(self.problems),
            trouble=trouble,
        )


def _position(source: str, stored: cursors.Cursor | None) -> Position:
    if stored is None:
        return Position()
    try:
        return positions.from_text(stored.cursor)
    except ValueError as exc:
        raise SourceUnreadable(
            f"{source}: the stored place in its log is of another version; "
            f"run lineagebot sync {source} --from-start to read the kept log again"
        ) from exc


def _unread(problems: list[str]) -> str | None:
    if not problems:
        return None
    more = f" (and {len(problems) - 1:,} more)" if len(problems) > 1 else ""
    return problems[0] + more


def _edges(inventory: Inventory, dialect: str | None, workshop: Workshop, graph: GraphReader) -> tuple[Edge, ...]:
    columns = workshop.view_reader().edges(inventory, dialect) if dialect else ()
    defined = workshop.definition_reader().edges(inventory, graph)
    return tuple(facts(inventory, (*columns, *defined)))


def _row(item: InventoryItem) -> InventoryRow:
    return InventoryRow(
        asset=item.asset,
        columns=item.columns,
        native_id=item.native_id,
        definition=item.definition,
        owners=item.owners,
        tags=item.tags,
        scans=item.scans,
        last_scanned=item.last_scanned,
        facts=item.facts,
    )
