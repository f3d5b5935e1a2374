"""Statements of a log become what they mean, each read where it stood. serve and `replay` read through this very code.

Where it stood: the catalog, the session and the temp tables at that line. What a transaction that was rolled back reads
is read too, but what it made is forgotten with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from lineagebot.model import Action, Outcome, Session, TemporaryRelation, Understanding
from lineagebot.sql.cache import Cache, Understand
from lineagebot.sql.catalog import Catalog
from lineagebot.sql.fingerprint import Fingerprint
from lineagebot.sql.system import without_system
from lineagebot.store.ingest import Understood
from lineagebot.sync.known import Known
from lineagebot.sync.routines import Routines, touched_by, with_routines
from lineagebot.sync.source import LoggedStatement
from lineagebot.sync.who import Roster, is_machine, via

Temporaries = dict[str, tuple[TemporaryRelation, ...]]

_ON_COMMIT_DROP = re.compile(r"\bon\s+commit\s+drop\b", re.IGNORECASE)


@dataclass(slots=True)
class Reading:
    """Reads statements in the order of their log. `known` and `temporaries` go on with every statement."""

    memory: Cache
    understand: Understand
    known: Known
    roster: Roster
    temporaries: Temporaries = field(default_factory=dict)
    #: How each session was left (its database and search path), for a log that does not say it with every statement.
    sessions: dict[str, Session] | None = None
    #: What procedures do, as far as the log has seen them made.
    routines: Routines = field(default_factory=Routines)

    def read(self, marked: Iterable[tuple[LoggedStatement, Fingerprint]]) -> Iterator[Understood]:
        for _, group in groupby(marked, key=lambda pair: _fate(pair[0])):
            yield from _Transaction(self).read(list(group))


def _fate(one: LoggedStatement) -> tuple[str, str]:
    statement = one.statement
    return statement.session or "", statement.transaction or statement.id


class _Transaction:
    """The statements of one transaction, read one after the other."""

    def __init__(self, reading: Reading) -> None:
        self.known = reading.known
        self._reading = reading

    def read(self, marked: Sequence[tuple[LoggedStatement, Fingerprint]]) -> Iterator[Understood]:
        session_id = marked[0][0].statement.session or ""
        before = self._reading.temporaries.get(session_id, ())
        undone = any(one.statement.outcome not in (Outcome.DONE, Outcome.FAILED) for one, _ in marked)
        lasting = self.known.copy() if undone else self.known
        now, kept = before, before
        found: list[Understood] = []
        told: str | None = None
        for one, mark in marked:
            session = self._session(one).with_temporaries(now)
            touched = self._reading.memory.names(mark)
            types = self._reading.memory.types(mark)
            routines = self._reading.routines.behind(one.statement.text, one.statement.dialect)
            if routines:
                touched |= touched_by(routines, one.statement.dialect)
            catalog = with_routines(self.known.catalog(touched, types), routines)
            meaning = with_columns(self._understand(mark, session, catalog), catalog)
            self._reading.routines.learn(one, session)
            outcome = one.statement.outcome
            made = meaning.session_after.temporaries if meaning.session_after is not None else now
            if outcome is not Outcome.FAILED:
                self._go_on(one, meaning)
                self.known.apply(catalog, meaning.effects)
                now, was = made, now
                if outcome is Outcome.DONE:
                    kept = _changed(kept, was, made, text=one.statement.text)
            if outcome is Outcome.DONE and undone:
                lasting.apply(lasting.catalog(touched, types), meaning.effects)
            # A program may mark but some of a transaction's statements: one transaction is one job.
            told = one.statement.via or via(one.statement.text) or told
            found.append(self._understood(one, mark, meaning, told))
        self._reading.known = lasting
        self._reading.temporaries[session_id] = kept
        yield from _without_echoes(found)

    def _session(self, one: LoggedStatement) -> Session:
        if self._reading.sessions is None:
            return one.session
        return self._reading.sessions.get(one.statement.session or "", one.session)

    def _go_on(self, one: LoggedStatement, meaning: Understanding) -> None:
        if self._reading.sessions is not None and one.statement.session and meaning.session_after is not None:
            self._reading.sessions[one.statement.session] = meaning.session_after.with_temporaries(())

    def _understand(self, mark: Fingerprint, session: Session, catalog: Catalog) -> Understanding:
        return self._reading.memory.understanding(mark, session, catalog, self._anew)

    def _anew(self, text: str, dialect: str, session: Session, catalog: Catalog) -> Understanding:
        return without_system(self._reading.understand(text, dialect, session, catalog), dialect)

    def _understood(
        self, one: LoggedStatement, mark: Fingerprint, meaning: Understanding, told: str | None
    ) -> Understood:
        statement = one.statement
        if told != statement.via:
            statement = replace(statement, via=told)
        machine = is_machine(
            statement.login, statement.application, system=statement.system, people=self._reading.roster
        )
        return Understood(statement, mark.hash, self._reading.memory.masked(mark), meaning, by_machine=machine)


#: What takes a name away from what stood under it.
_AWAY = frozenset({Action.DROP, Action.RENAME, Action.SET_SCHEMA, Action.SWAP})


def with_columns(meaning: Understanding, catalog: Catalog) -> Understanding:
    """Say of what is dropped or moved which columns it had: who looks for them later finds them gone."""
    if not any(effect.action in _AWAY for effect in meaning.effects):
        return meaning
    effects = []
    for effect in meaning.effects:
        stood = catalog.at(effect.target) if effect.action in _AWAY and not effect.produces else None
        effects.append(replace(effect, produces=stood.columns) if stood is not None else effect)
        catalog = catalog.after((effect,))
    return replace(meaning, effects=tuple(effects))


def _changed(
    kept: tuple[TemporaryRelation, ...],
    was: tuple[TemporaryRelation, ...],
    made: tuple[TemporaryRelation, ...],
    *,
    text: str,
) -> tuple[TemporaryRelation, ...]:
    """`kept` with what one statement changed: `was` before it, `made` after it."""
    if was is made or was == made:
        return kept
    brief = _ON_COMMIT_DROP.search(text) is not None
    if kept is was and not brief:
        return made
    old, new = {r.name: r for r in was}, {r.name: r for r in made}
    result = {r.name: r for r in kept}
    for name in old.keys() - new.keys():
        result.pop(name, None)
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
