"""A page of a log becomes part of the graph: each statement is understood where it stood, and all is written at once.

Understanding needs the catalog, the session and the temp tables as they were at that line, so the statements of a page
are read in order, each changing what the next one finds. Those of a transaction that was rolled back are read too (they
did read tables), but what they made is forgotten with them. The page and the cursor behind it are one transaction: a
crash anywhere repeats a page or does not, and a repeated page changes nothing.
"""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TypeVar

from lineagebot import crashpoints
from lineagebot.graph.reader import GraphReader
from lineagebot.model import (
    Outcome,
    Relation,
    Session,
    TemporaryRelation,
    Understanding,
)
from lineagebot.sql.catalog import Catalog
from lineagebot.sql.fingerprint import Fingerprint, fingerprint
from lineagebot.sql.names import names
from lineagebot.sql.system import without_system
from lineagebot.store import cursors
from lineagebot.store.engine import Store
from lineagebot.store.ingest import Understood, record_statements
from lineagebot.sync import position as positions
from lineagebot.sync.known import Known, Parts
from lineagebot.sync.match import Roster, is_machine, via
from lineagebot.sync.position import Position
from lineagebot.sync.source import LoggedStatement, Page

Understand = Callable[[str, str, Session, Catalog], Understanding]

#: What waits for new entries of the journal listens here.
JOURNAL_CHANNEL = "journal"
#: Names asked of the graph at a time.
NAMES_AT_ONCE = 5_000

#: Texts whose fingerprint is remembered; each holds the text itself.
MARKS_KEPT = 2_000

_ON_COMMIT_DROP = re.compile(r"\bon\s+commit\s+drop\b", re.IGNORECASE)


class Memory:
    """What was understood before, for the same text (or fingerprint) in the same surroundings. For several threads."""

    def __init__(self, size: int = 20_000) -> None:
        self._size = size
        self._lock = threading.Lock()
        self._known: OrderedDict[object, Understanding] = OrderedDict()
        self._names: OrderedDict[object, frozenset[Parts]] = OrderedDict()
        self._marks: OrderedDict[object, Fingerprint] = OrderedDict()
        self.hits = self.misses = 0

    def mark(self, text: str, dialect: str) -> Fingerprint:
        """The fingerprint of a text; pipelines run the very same text again and again."""
        with self._lock:
            known = self._marks.get((text, dialect))
        if known is None:
            known = fingerprint(text, dialect)
            with self._lock:
                _keep(self._marks, (text, dialect), known, MARKS_KEPT)
        return known

    def understanding(
        self, text: str, mark: Fingerprint, dialect: str, session: Session, catalog: Catalog, understand: Understand
    ) -> Understanding:
        around = (dialect, session, catalog.relations)
        with self._lock:
            for key in ((text, around), (mark.hash, around)):
                if (known := self._known.get(key)) is not None:
                    self._known.move_to_end(key)
                    self.hits += 1
                    return known
            self.misses += 1
        found = without_system(understand(text, dialect, session, catalog), dialect)
        with self._lock:
            # Where a literal decided something, another literal may decide otherwise.
            _keep(self._known, (text if found.literals_matter else mark.hash, around), found, self._size)
        return found

    def names(self, text: str, mark: Fingerprint, dialect: str, session: Session) -> frozenset[Parts]:
        key = (mark.hash, dialect, session.database, session.search_path)
        with self._lock:
            known = self._names.get(key)
        if known is None:
            known = names(text, dialect, session)
            with self._lock:
                _keep(self._names, key, known, self._size)
        return known


V = TypeVar("V")


def _keep(kept: OrderedDict[object, V], key: object, value: V, size: int) -> None:
    kept[key] = value
    if len(kept) > size:
        kept.popitem(last=False)


@dataclass(frozen=True, slots=True)
class Ingested:
    """What became of a page."""

    position: Position
    statements: int
    #: Statements that were not wholly understood.
    not_understood: int


@dataclass(frozen=True, slots=True)
class Ingest:
    """Takes the pages of one source in. `roster`: who was declared a person or a machine."""

    source: str
    kind: str
    store: Store
    graph: GraphReader
    understand: Understand
    memory: Memory
    epoch: int | None = None

    def take(self, page: Page, position: Position) -> Ingested:
        """Understand and write one page. Raises StoreUnreachable and StoreDeposed; then nothing of it was written."""
        crashpoints.reach("sync.after-read")
        understood, temporaries = self._read(page.statements, position)
        after = Position(page.cursor, {s: t for s, t in temporaries.items() if t and s not in page.ended})
        with self.store.begin() as tx:
            record_statements(tx, understood)
            text = positions.to_text(after)
            cursors.save_cursor(tx, self.source, text, watermark=page.watermark, epoch=self.epoch)
            if not page.more:
                cursors.mark_first_read_done(tx, self.source)
            if understood:
                self.store.notify(JOURNAL_CHANNEL, tx=tx)
            crashpoints.reach("sync.before-commit")
        crashpoints.reach("sync.after-commit")
        missed = sum(not _is_whole(one.understanding) for one in understood)
        return Ingested(after, len(understood), missed)

    def _read(
        self, statements: Sequence[LoggedStatement], position: Position
    ) -> tuple[list[Understood], dict[str, tuple[TemporaryRelation, ...]]]:
        marked = [(one, self.memory.mark(one.statement.text, one.statement.dialect)) for one in statements]
        known = Known(self._relations(marked))
        roster = self._roster(statements)
        temporaries = dict(position.temporaries)
        understood: list[Understood] = []
        for _, group in groupby(marked, key=lambda pair: _fate(pair[0])):
            transaction = _Transaction(self, known, temporaries, roster)
            understood.extend(transaction.read(list(group)))
            known = transaction.known
        return understood, temporaries

    def _relations(self, marked: Sequence[tuple[LoggedStatement, Fingerprint]]) -> tuple[Relation, ...]:
        touched: dict[tuple[str, Parts], None] = {}
        for one, mark in marked:
            for parts in self.memory.names(one.statement.text, mark, one.statement.dialect, one.session):
                touched[self.source, parts] = None
        wanted = list(touched)
        chunks = (wanted[at : at + NAMES_AT_ONCE] for at in range(0, len(wanted), NAMES_AT_ONCE))
        return tuple(relation for chunk in chunks for relation in self.graph.relations(chunk))

    def _roster(self, statements: Sequence[LoggedStatement]) -> Roster:
        logins = {(self.source, one.statement.login) for one in statements if one.statement.login}
        return Roster.of(tuple(self.graph.people({(s, name) for s, name in logins if name}).values()))


def _fate(one: LoggedStatement) -> tuple[str, str]:
    statement = one.statement
    return statement.session or "", statement.transaction or statement.id


class _Transaction:
    """The statements of one transaction, read one after the other."""

    def __init__(
        self, ingest: Ingest, known: Known, temporaries: dict[str, tuple[TemporaryRelation, ...]], roster: Roster
    ) -> None:
        self.known = known
        self._ingest = ingest
        self._temporaries = temporaries
        self._roster = roster

    def read(self, marked: Sequence[tuple[LoggedStatement, Fingerprint]]) -> Iterator[Understood]:
        session_id = marked[0][0].statement.session or ""
        before = self._temporaries.get(session_id, ())
        undone = any(one.statement.outcome is not Outcome.DONE for one, _ in marked)
        lasting = self.known.copy() if undone else self.known
        now, kept = before, before
        found: list[Understood] = []
        for one, mark in marked:
            session = one.session.with_temporaries(now)
            catalog = self.known.catalog(self._names(one, mark))
            meaning = self._understand(one, mark, session, catalog)
            outcome = one.statement.outcome
            made = meaning.session_after.temporaries if meaning.session_after is not None else now
            if outcome is not Outcome.FAILED:
                self.known.apply(catalog, meaning.effects)
                now, was = made, now
                if outcome is Outcome.DONE:
                    kept = _changed(kept, was, made, text=one.statement.text)
            if outcome is Outcome.DONE and undone:
                lasting.apply(lasting.catalog(self._names(one, mark)), meaning.effects)
            found.append(self._understood(one, mark, meaning))
        self.known = lasting
        self._temporaries[session_id] = kept
        yield from _without_echoes(found)

    def _names(self, one: LoggedStatement, mark: Fingerprint) -> frozenset[Parts]:
        return self._ingest.memory.names(one.statement.text, mark, one.statement.dialect, one.session)

    def _understand(self, one: LoggedStatement, mark: Fingerprint, session: Session, catalog: Catalog) -> Understanding:
        statement = one.statement
        return self._ingest.memory.understanding(
            statement.text, mark, statement.dialect, session, catalog, self._ingest.understand
        )

    def _understood(self, one: LoggedStatement, mark: Fingerprint, meaning: Understanding) -> Understood:
        statement, told = one.statement, one.statement.via or via(one.statement.text)
        if told != statement.via:
            statement = replace(statement, via=told)
        machine = is_machine(statement.login, statement.application, system=statement.system, people=self._roster)
        return Understood(statement, mark.hash, mark.masked, meaning, by_machine=machine)


def _changed(
    kept: tuple[TemporaryRelation, ...],
    was: tuple[TemporaryRelation, ...],
    made: tuple[TemporaryRelation, ...],
    *,
    text: str,
) -> tuple[TemporaryRelation, ...]:
    """`kept` with what one statement changed: `was` before it, `made` after it."""
    if was == made:
        return kept
    old, new = {r.name: r for r in was}, {r.name: r for r in made}
    result = {r.name: r for r in kept}
    for name in old.keys() - new.keys():
        result.pop(name, None)
    brief = _ON_COMMIT_DROP.search(text) is not None
    if not brief:
        result |= {name: relation for name, relation in new.items() if old.get(name) != relation}
    return tuple(result.values())


def _without_echoes(items: Sequence[Understood]) -> Iterator[Understood]:
    """Leave out inner statements (pgaudit's) that say no more than the statement that ran them."""
    outer = {
        item.statement.id: {(e.action, e.target) for e in item.understanding.effects}
        for item in items
        if item.statement.parent is None
    }
    for item in items:
        said = outer.get(item.statement.parent or "")
        if said is None or not {(e.action, e.target) for e in item.understanding.effects} <= said:
            yield item


def _is_whole(understanding: Understanding) -> bool:
    return not understanding.problems and understanding.understood >= understanding.statements
