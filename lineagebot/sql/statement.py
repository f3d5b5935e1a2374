"""One statement while it is read: what has been found of it so far."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from sqlglot import exp

from lineagebot.model import (
    Action,
    AssetKey,
    Binding,
    Column,
    Edge,
    EdgeKind,
    Effect,
    How,
    Layer,
    Problem,
    Read,
    Session,
    TemporaryRelation,
)
from lineagebot.sql import session as sessions
from lineagebot.sql.dialects import Fold
from lineagebot.sql.families import of_a_part
from lineagebot.sql.files import place
from lineagebot.sql.lineage import Walk, reads_of
from lineagebot.sql.meaning import Context, Meaning, Target, new_meaning
from lineagebot.sql.quick import new_edge, new_effect, new_read
from lineagebot.sql.shapes import (
    FLOW,
    NOTHING,
    REFERENCE,
    Feeds,
    Opens,
    Shape,
    Table,
)

#: A column of the target and what feeds it.
Fed = tuple[str | None, Feeds]


Ctes = dict[str, Shape]

# Looked up once: an enum gives its members slowly.
_FLOWS, _REFERS, _QUERY, _BY_NAME, _UPPER = (
    EdgeKind.FLOW,
    EdgeKind.REFERENCE,
    Layer.QUERY,
    Binding.BY_NAME,
    Fold.UPPER,
)


#: Which kind of tree is read by which reader.
Readers = Mapping[type[exp.Expr], "Callable[[Statement, exp.Expr, Ctes], None]"]


class NoNameError(Exception):
    """What is written to has no name that the text tells: no reader may call that "no effect"."""


class Statement:
    """One statement while it is read: the walk over its queries, and what has been found so far."""

    def __init__(self, context: Context, readers: Readers) -> None:
        self.context = context
        self.readers = readers
        self.walk = Walk(context.dialect, context.session, context.catalog, self._inside_with)
        if context.memory.variables:
            upper = context.dialect.columns is _UPPER
            named = context.memory.variables.keys()
            self.walk.not_columns = self.walk.pseudo_columns | ({name.upper() for name in named} if upper else named)
        self.effects: list[Effect] = []
        self.edges: list[Edge] = []
        self.reads: list[Read] = []
        self.own_reads: list[Read] = []
        self.inputs: list[AssetKey] = []
        self.outputs: tuple[Column, ...] = ()
        self.flows: list[tuple[AssetKey | None, str, Feeds]] = []
        self.nameless: list[str] = []
        self.session: Session = context.session
        self.literals_matter = False
        #: What it writes: columns of these are not counted as read, unless a FROM names them too.
        self.targets: dict[Table, None] = {}
        #: What is not listed of the query that answers or is written: all of these tables' columns.
        self.opens: Opens = ()
        #: What RETURNING gives to a WITH around it.
        self.returned = NOTHING

    def meaning(self) -> Meaning:
        walk = self.walk
        inputs = tuple([table.key for table in walk.inputs])
        written = [table for table in self.targets if table not in walk.inputs]
        reads, own = reads_of(walk, [feeds for _, _, feeds in self.flows], written)
        self.own_reads.extend(own)
        if len(self.targets) == 1 and self.edges:
            self._name_the_rest()
        nameless = self.nameless or walk.nameless
        return new_meaning(
            effects=tuple(self.effects),
            reads=tuple(dict.fromkeys((*self.reads, *reads))) if self.reads else reads,
            own_reads=tuple(self.own_reads),
            edges=tuple(dict.fromkeys(self.edges) if len(self.effects) > 1 else self.edges),
            outputs=self.outputs,
            literals_matter=self.literals_matter or walk.named_by_literal or bool(walk.nameless),
            session=self.session if self.session is not self.context.session else None,
            problems=tuple(map(_nameless, self.nameless + walk.nameless)) if nameless else (),
            inputs=tuple(dict.fromkeys((*self.inputs, *inputs))) if self.inputs else inputs,
            flows=tuple(self.flows),
            references=walk.references,
            passed=tuple(dict.fromkeys([table.key for group in self.opens for table in group])) if self.opens else (),
        )

    def _name_the_rest(self) -> None:
        """A column that is named and then not used decides nothing, but without it nothing would be written."""
        walk = self.walk
        (own,) = self.targets
        rest = walk.named.keys() - walk.references.keys()
        if rest:
            rest = rest.difference(*[feeds for _, _, feeds in self.flows])
        if not rest:
            return
        binding = self.edges[0].binding
        for table, column in walk.named if len(rest) > 1 else rest:  # in the order of the text
            if table is not own and (table, column) in rest:
                self.edges.append(new_edge(table.key, own.key, _REFERS, column, None, None, binding=binding))

    def _inside_with(self, node: exp.Expr, ctes: Ctes) -> Shape:
        """A statement that writes inside a WITH: WITH gone AS (DELETE ... RETURNING *) ..."""
        inner = Statement(self.context, self.readers)
        inner.walk.share(self.walk)
        self.readers[type(node)](inner, node, ctes)
        meaning = inner.meaning()
        inner.walk.writer = None
        self.effects.extend(meaning.effects)
        self.edges.extend(meaning.edges)
        self.reads.extend(meaning.reads)
        self.own_reads.extend(meaning.own_reads)
        self.inputs.extend(meaning.inputs)
        self.nameless.extend(inner.nameless + inner.walk.nameless)
        self.literals_matter = self.literals_matter or meaning.literals_matter
        self.flows.extend(meaning.flows)
        if meaning.session is not None:
            self.session = meaning.session
        for feeds in inner.returned.feeds:
            for table, _ in feeds:
                self.walk.inputs[table] = None
        for group in inner.returned.opens:
            self.walk.inputs.update(dict.fromkeys(group))
        return inner.returned

    def effect(self, action: Action, target: Target, **fields: object) -> None:
        self.targets[self.walk.table(target.key)] = None
        if target.partition is not None:
            action, fields = of_a_part(action, target.partition, fields)
        if "kind" not in fields:
            fields["kind"] = target.kind
        if "certainty" not in fields:
            fields["certainty"] = self.context.certainty
        temporary, position = target.temporary is not None, self.context.position
        self.effects.append(new_effect(action, target.key, temporary=temporary, position=position, **fields))  # type: ignore[arg-type]

    def target(self, node: object) -> Target:
        """What a name written to means. Raises NoNameError where there is none."""
        path = place(node.this if isinstance(node, exp.Schema) else node, self.context.dialect)
        if path:
            return Target(AssetKey(self.context.session.system, (path,)))
        parts = self.walk.parts(node)
        if not parts:
            raise NoNameError
        return self.context.target(parts)

    def feed(self, target: Target, columns: Iterable[Fed], binding: Binding = _BY_NAME) -> None:
        """Edges from all that the statement reads to what it writes; a temp table remembers them instead."""
        columns = list(columns)
        self.flows += [(target.key, name or "?column?", feeds) for name, feeds in columns]
        if target.temporary is not None:
            self._remember(target.temporary, columns)
            return
        key, edges = target.key, self.edges
        own = self.walk.table(key)  # one object for each asset: names need not be compared
        for table in self.walk.inputs:
            if table is not own:
                edges.append(new_edge(table.key, key, binding=binding))
        for name, feeds in columns:
            if name is None:
                continue
            for (table, column), how in feeds.items():
                if table is not own:
                    edges.append(new_edge(table.key, key, _FLOWS, column, name, FLOW[how], _QUERY, binding))
        for (table, column), how in self.walk.references.items():
            if table is not own:
                edges.append(new_edge(table.key, key, _REFERS, column, None, REFERENCE[how], _QUERY, binding))

    def _remember(self, relation: TemporaryRelation, columns: Sequence[Fed]) -> None:
        sources: dict[str, dict[tuple[AssetKey, str | None], How]] = {
            name: {(key, column): how for key, column, how in origins} for name, origins in relation.sources
        }
        for name, feeds in columns:
            if name is None:
                continue
            known = sources.setdefault(name, {})
            for (table, column), how in feeds.items():
                known.setdefault((table.key, column), FLOW[how])
        references = [new_read(table.key, column) for table, column in self.walk.references]
        inputs = [table.key for table in self.walk.inputs]
        self.session = sessions.with_temporary(
            self.session,
            TemporaryRelation(
                name=relation.name,
                # made before we looked, or a variable: it has at least the columns that are filled here
                columns=relation.columns or tuple(Column(name) for name in sources if name != "*"),
                sources=tuple(
                    (name, tuple((key, column, how) for (key, column), how in known.items()))
                    for name, known in sources.items()
                ),
                references=tuple(dict.fromkeys((*relation.references, *references))),
                inputs=tuple(dict.fromkeys((*relation.inputs, *inputs))),
            ),
        )


def _nameless(written: str) -> Problem:
    return Problem(f"A table that this statement reads is named only when it runs: {written}.")
