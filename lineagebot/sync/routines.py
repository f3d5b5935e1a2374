"""The procedures that the log has seen made: a CALL later in it is read as the body that it runs.

Kept in memory, as many as are made in a while: after a restart a CALL of one made before is as unknown as one that was
made before the log began, and says so.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineagebot.model import AssetKey, AssetKind, Outcome, Relation, Session
from lineagebot.sql.catalog import Catalog, paths
from lineagebot.sql.defined import calls, calls_inside, definitions
from lineagebot.sql.names import names
from lineagebot.sync.source import LoggedStatement

Parts = tuple[str, ...]

#: Most of them that are remembered; the oldest is let go.
KEPT = 5_000
#: A longer one is not kept.
LONGEST = 200_000


class Routines:
    """Definitions by name; of one name that stands for several (overloaded) none is given."""

    def __init__(self) -> None:
        self._by_key: dict[AssetKey, dict[int, Relation]] = {}
        self._by_name: dict[str, dict[AssetKey, None]] = {}

    def learn(self, one: LoggedStatement, session: Session) -> None:
        """Take up what the statement defines, where it was done."""
        statement = one.statement
        if statement.outcome not in (Outcome.DONE, Outcome.UNKNOWN) or len(statement.text) > LONGEST:
            return
        for parts, arity, text in definitions(statement.text, statement.dialect):
            key = AssetKey(session.system, paths(parts, session)[0])
            made = self._by_key.pop(key, {})  # the one made last goes last
            made[arity] = Relation(key, AssetKind.OTHER, (), text)
            self._by_key[key] = made
            self._by_name.setdefault(key.name, {})[key] = None
            if len(self._by_key) > KEPT:
                self._forget(next(iter(self._by_key)))

    def behind(self, text: str, dialect: str) -> tuple[Relation, ...]:
        """Those that a text may call, and those that they call in turn."""
        if not self._by_key:
            return ()
        found: dict[AssetKey, Relation] = {}
        waiting = list(calls(text, dialect))
        while waiting:
            for relation in self._named(waiting.pop()):
                if relation.key not in found:
                    found[relation.key] = relation
                    waiting += calls_inside(relation.definition or "", dialect)
        return tuple(found.values())

    def _named(self, parts: Parts) -> Iterator[Relation]:
        for key in self._by_name.get(parts[-1], ()):
            made = self._by_key[key]
            if key.path[-len(parts) :] == parts and len(made) == 1:
                yield next(iter(made.values()))

    def _forget(self, key: AssetKey) -> None:
        del self._by_key[key]
        self._by_name[key.name].pop(key)
        if not self._by_name[key.name]:
            del self._by_name[key.name]


def touched_by(routines: tuple[Relation, ...], dialect: str) -> frozenset[Parts]:
    """The names that their bodies touch."""
    anyone = Session("")
    return frozenset().union(*(names(routine.definition or "", dialect, anyone) for routine in routines))


def with_routines(catalog: Catalog, routines: tuple[Relation, ...]) -> Catalog:
    if not routines:
        return catalog
    taken = catalog.by_key
    return Catalog((*catalog.relations, *(r for r in routines if r.key not in taken)))
