"""What a command may lean on: the store, the graph, and how SQL is understood. Handed in by app.py."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace

from lineagebot.graph.reader import GraphReader
from lineagebot.model import Session, Understanding
from lineagebot.sql.catalog import Catalog
from lineagebot.store.engine import Store
from lineagebot.store.graph import PostgresGraph

#: (text, dialect, session, catalog) → meaning. Never raises on any text.
Understand = Callable[[str, str, Session, Catalog], Understanding]


@dataclass(frozen=True, slots=True)
class Services:
    store: Store
    graph: GraphReader
    #: System → dialect of its SQL, in the order in which they are tried.
    dialects: Mapping[str, str]
    #: System → its database, then the schemas of the search path.
    default_paths: Mapping[str, tuple[str, ...]]
    understand: Understand
    #: Literals of people's SQL may be shown.
    show_literals: bool = False

    @contextmanager
    def at_one_moment(self) -> Iterator[Services]:
        """The same, its graph as it stands at one moment: an answer never mixes two, and opens one transaction."""
        if not isinstance(self.graph, PostgresGraph):
            yield self
            return
        with self.store.reading() as tx:
            yield replace(self, graph=PostgresGraph.within(tx))

    def session_of(self, system: str) -> Session:
        """The session that a person's pasted SQL is read in."""
        database, *schemas = self.default_paths.get(system, ()) or (None,)
        return Session(system=system, database=database, search_path=tuple(s for s in schemas if s))
