"""What becomes of the statements of one text: kept, or taken back by a ROLLBACK.

What a ROLLBACK can take back differs: in Postgres, Redshift, DuckDB and T-SQL also DROP and CREATE; elsewhere DDL
commits by itself, and what was done before it in the transaction with it. A TRUNCATE commits in Redshift.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from lineagebot.model import Action, Certainty, Session
from lineagebot.sql.acts import Act, Begins, Commits, RollsBack, Saves
from lineagebot.sql.catalog import Catalog
from lineagebot.sql.dialects import Dialect
from lineagebot.sql.meaning import Meaning
from lineagebot.sql.quick import quick

#: Here a ROLLBACK takes back DDL too.
_DDL_ROLLS_BACK = frozenset({"postgres", "redshift", "duckdb", "tsql", "exasol", "teradata"})
#: Here statements of one message may be a transaction even where no BEGIN says so: it depends on how they were sent.
_MAY_BE_IN_ONE = frozenset({"postgres", "redshift"})
#: Here they always are one.
_ALWAYS_IN_ONE = frozenset({"oracle", "exasol"})
#: Here there are no transactions over several statements, or none whose ROLLBACK can be believed.
_WITHOUT = frozenset({"spark", "hive", "athena", "clickhouse", "ansi"})
#: These change rows, and no more.
_ROWS = frozenset({Action.APPEND, Action.DELETE, Action.UPDATE, Action.MERGE, Action.OVERWRITE, Action.LOAD})
#: Here a TRUNCATE is one of them: it belongs to the transaction.
_TRUNCATES_ROWS = frozenset({"bigquery"})


@dataclass(frozen=True, slots=True)
class Found:
    """One statement's meaning, and which statement of the text it is part of."""

    meaning: Meaning
    position: int


_new_found = quick(Found)


@dataclass(frozen=True, slots=True)
class _Before:
    """How all stood before a transaction or at a savepoint."""

    at: int
    session: Session
    catalog: Catalog


class Outcomes:
    """The statements in order, and how far back the open transaction reaches."""

    def __init__(self, dialect: Dialect) -> None:
        self.found: list[Found] = []
        self._dialect = dialect.name
        self._rolls_back_ddl = dialect.name in _DDL_ROLLS_BACK
        self._rows = _ROWS | ({Action.TRUNCATE} if dialect.name in _TRUNCATES_ROWS else set())
        self._open = dialect.name in _ALWAYS_IN_ONE or dialect.name in _MAY_BE_IN_ONE
        #: A BEGIN opened it.
        self._begun = False
        self._since: _Before | None = None
        self._saved: dict[str, _Before] = {}
        #: From where to where (behind the last) statements were weakened by a ROLLBACK that may have run.
        self._weakened = (0, 0)
        #: A COMMIT that may have run: what stands before it may be kept whatever follows.
        self._maybe_kept = 0

    def add(self, meaning: Meaning, position: int, session: Session, catalog: Catalog) -> None:
        """A statement; the session and the catalog are those before it."""
        if self._since is None and self._open:
            self._since = _Before(len(self.found), session, catalog)
        self.found.append(_new_found(meaning, position))
        if self._since is not None and meaning.effects and self._commits_itself(meaning):
            self._close()
            self._open = self._dialect == "oracle"  # there the next statement opens another

    def _commits_itself(self, meaning: Meaning) -> bool:
        actions = {effect.action for effect in meaning.effects if not effect.temporary}
        if self._rolls_back_ddl:
            return self._dialect == "redshift" and Action.TRUNCATE in actions
        return not actions <= self._rows

    def ends(
        self, act: Act, session: Session, catalog: Catalog, *, possible: bool, handles: bool
    ) -> tuple[Session, Catalog]:
        """BEGIN, COMMIT, ROLLBACK, SAVEPOINT. Gives the session and the catalog as they stand afterwards."""
        if self._dialect in _WITHOUT:
            return session, catalog
        match act:
            case Begins():
                self._begin(session, catalog)
            case Saves(name):
                self._saved[name] = _Before(len(self.found), session, catalog)
            case Commits():
                self._commit(possible)
            case RollsBack(to):
                return self._roll_back(to, session, catalog, possible=possible, handles=handles)
            case _:
                pass
        return session, catalog

    def _begin(self, session: Session, catalog: Catalog) -> None:
        if self._begun and self._rolls_back_ddl:
            return  # one is open already
        self._open = self._begun = True
        self._since = _Before(len(self.found), session, catalog)
        self._saved.clear()
        self._maybe_kept = 0
        self._weakened = (len(self.found), len(self.found))

    def _commit(self, possible: bool) -> None:
        if possible:
            self._maybe_kept = len(self.found)
            return
        self._close()

    def _close(self) -> None:
        self._since = None
        self._open = self._dialect in _ALWAYS_IN_ONE
        self._begun = False
        self._saved.clear()
        self._maybe_kept = 0

    def _roll_back(
        self, to: str, session: Session, catalog: Catalog, *, possible: bool, handles: bool
    ) -> tuple[Session, Catalog]:
        before = self._saved.get(to) if to else self._since
        if to and before is None and self._dialect == "tsql":  # the transaction's own name
            before = self._since
        if before is None:
            return session, catalog
        maybe = before is self._since and not self._begun and self._dialect in _MAY_BE_IN_ONE
        if possible or maybe:
            if not handles:  # in a handler it says nothing of the usual way
                self._weaken(before.at)
            return session, catalog
        for at in range(before.at, len(self.found)):
            self._replace(at, _maybe if at < self._maybe_kept else self._taken_back)
        if before is self._since:
            self._close()
        else:  # what stands between is looked at once
            self._saved[to] = _Before(len(self.found), before.session, before.catalog)
        return before.session, before.catalog

    def _weaken(self, since: int) -> None:
        """What was done since then may be taken back; each statement is weakened once, however many branches say so."""
        first, behind = self._weakened
        end = len(self.found)
        for at in (*range(since, min(first, end)), *range(max(since, behind), end)):
            self._replace(at, _maybe)
        self._weakened = (min(first, since), end)

    def _replace(self, at: int, how: object) -> None:
        found = self.found[at]
        self.found[at] = Found(how(found.meaning), found.position)  # type: ignore[operator]

    def _taken_back(self, meaning: Meaning) -> Meaning:
        lost = set(Action) - {Action.EXPORT} if self._rolls_back_ddl else self._rows
        kept = tuple(effect for effect in meaning.effects if effect.action not in lost)
        if kept:
            return replace(meaning, effects=kept)
        return replace(meaning, effects=(), edges=(), flows=())


def _maybe(meaning: Meaning) -> Meaning:
    if not meaning.effects:
        return meaning
    weaker = tuple(
        replace(e, certainty=Certainty.POSSIBLE) if e.certainty is Certainty.CERTAIN else e for e in meaning.effects
    )
    return replace(meaning, effects=weaker)
