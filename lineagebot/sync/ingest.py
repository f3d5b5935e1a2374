"""A page of a log becomes part of the graph: each statement is understood where it stood, and all is written at once.

The page and the cursor behind it are one transaction: a crash anywhere repeats a page or does not, and a repeated page
changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import structlog

from lineagebot import crashpoints
from lineagebot.errors import LineagebotError
from lineagebot.graph.reader import GraphReader
from lineagebot.model import Relation, Statement, TemporaryRelation, Understanding
from lineagebot.sql.cache import Cache, Understand
from lineagebot.sql.fingerprint import Fingerprint
from lineagebot.store import cursors
from lineagebot.store.awaited import note_ran
from lineagebot.store.engine import Store, Tx, apart
from lineagebot.store.ingest import Understood, record_statements
from lineagebot.sync import position as positions
from lineagebot.sync.known import Known, Parts
from lineagebot.sync.position import Position
from lineagebot.sync.reading import Reading
from lineagebot.sync.routines import Routines, touched_by
from lineagebot.sync.source import LoggedStatement, Page
from lineagebot.sync.who import Roster

__all__ = ["Ingest", "Ingested", "Understand"]

#: What waits for new entries of the journal, or for a window to close, listens here.
JOURNAL_CHANNEL = "journal"
#: Names asked of the graph at a time.
NAMES_AT_ONCE = 5_000

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Ingested:
    """What became of a page."""

    position: Position
    statements: int
    #: Statements that were not wholly understood.
    not_understood: int
    #: Statements that could not be taken in, each as a sentence.
    aside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ingest:
    """Takes the pages of one source in. `roster`: who was declared a person or a machine."""

    source: str
    kind: str
    store: Store
    graph: GraphReader
    understand: Understand
    memory: Cache
    epoch: int | None = None
    routines: Routines = field(default_factory=Routines)

    def take(self, page: Page, position: Position) -> Ingested:
        """Understand and write one page. Raises StoreUnreachable and StoreDeposed; then nothing of it was written.

        A statement that breaks us must not stop the log: its page is then taken in one by one, and it is set aside.
        """
        crashpoints.reach("sync.after-read")
        try:
            return self._take(page, position)
        except LineagebotError:
            raise
        except Exception as mistake:  # noqa: BLE001 - whatever it is, the statements around it are well
            log.warning("a page broke", source=self.source, mistake=type(mistake).__name__)
        aside: dict[str, str] = {}
        return self._take(page, position, aside)

    def _take(self, page: Page, position: Position, aside: dict[str, str] | None = None) -> Ingested:
        """With `aside`, what cannot be read or written is left out, and stands there by its id."""
        understood, temporaries = self._read(page.statements, position, aside)
        after = Position(page.cursor, {s: t for s, t in temporaries.items() if t and s not in page.ended})
        with self.store.begin() as tx:
            if aside is None:
                record_statements(tx, understood)
            else:
                understood = [one for one in understood if self._recorded(tx, one, aside)]
            note_ran(tx, page.ran)
            text = positions.to_text(after)
            moved = cursors.save_cursor(tx, self.source, text, watermark=page.watermark, epoch=self.epoch)
            if not page.more:
                cursors.mark_first_read_done(tx, self.source)
            if understood or moved:
                self.store.notify(JOURNAL_CHANNEL, tx=tx)
            crashpoints.reach("sync.before-commit")
        crashpoints.reach("sync.after-commit")
        missed = sum(not _is_whole(one.understanding) for one in understood)
        return Ingested(after, len(understood), missed, tuple(aside.values()) if aside else ())

    def _recorded(self, tx: Tx, one: Understood, aside: dict[str, str]) -> bool:
        try:
            with apart(tx):
                record_statements(tx, [one])
        except LineagebotError:
            raise
        except Exception as mistake:  # noqa: BLE001 - see take
            self._set_aside(one.statement, mistake, aside)
            return False
        return True

    def _set_aside(self, statement: Statement, mistake: Exception, aside: dict[str, str]) -> None:
        log.error("set aside", source=self.source, statement=statement.id, exc_info=mistake)
        aside[statement.id] = f"{self.source}: statement {statement.id} could not be taken in and was set aside"

    def _read(
        self, statements: Sequence[LoggedStatement], position: Position, aside: dict[str, str] | None
    ) -> tuple[list[Understood], dict[str, tuple[TemporaryRelation, ...]]]:
        marked = self._marked(statements, aside)
        known = Known(self._relations(marked))
        reading = Reading(
            self.memory,
            self.understand,
            known,
            self._roster(statements),
            dict(position.temporaries),
            routines=self.routines,
        )
        if aside is None:
            return list(reading.read(marked)), reading.temporaries
        understood: list[Understood] = []
        for pair in marked:
            try:
                understood.extend(reading.read([pair]))
            except Exception as mistake:  # noqa: BLE001 - see take
                self._set_aside(pair[0].statement, mistake, aside)
        return understood, reading.temporaries

    def _marked(
        self, statements: Sequence[LoggedStatement], aside: dict[str, str] | None
    ) -> list[tuple[LoggedStatement, Fingerprint]]:
        marked = []
        for one in statements:
            try:
                marked.append((one, self.memory.mark(one.statement.text, one.statement.dialect)))
            except Exception as mistake:
                if aside is None:
                    raise
                self._set_aside(one.statement, mistake, aside)
        return marked

    def _relations(self, marked: Sequence[tuple[LoggedStatement, Fingerprint]]) -> tuple[Relation, ...]:
        touched: dict[tuple[str, Parts], None] = {}
        for _, mark in marked:
            for parts in self.memory.names(mark):
                touched[self.source, parts] = None
            for parts in touched_by(self.routines.behind(mark.text, mark.dialect), mark.dialect):
                touched[self.source, parts] = None
        wanted = list(touched)
        chunks = (wanted[at : at + NAMES_AT_ONCE] for at in range(0, len(wanted), NAMES_AT_ONCE))
        found = {relation.key: relation for chunk in chunks for relation in self.graph.relations(chunk)}
        types = frozenset().union(*(self.memory.types(mark) for _, mark in marked))
        if types:
            found |= {relation.key: relation for relation in self.graph.with_types(self.source, types)}
        return tuple(found.values())

    def _roster(self, statements: Sequence[LoggedStatement]) -> Roster:
        logins = {(self.source, one.statement.login) for one in statements if one.statement.login}
        return Roster.of(tuple(self.graph.people({(s, name) for s, name in logins if name}).values()))


def _is_whole(understanding: Understanding) -> bool:
    return not understanding.problems and understanding.understood >= understanding.statements
