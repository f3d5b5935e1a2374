"""Which columns of which assets feed each column of a query: one pass over the parsed tree.

Every SELECT gets a scope of plain dicts; a WITH is read once and its result kept; nothing is copied, qualified or
optimised, and the work is linear in the size of the tree. What cannot be attributed to one column stays at the level of
the asset: a wrong column edge is worse than none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from sqlglot import exp

from lineagebot.model import AssetKey, How, Read, Session, TemporaryRelation
from lineagebot.sql.catalog import Catalog
from lineagebot.sql.dialects import Dialect
from lineagebot.sql.dynamic import is_nameless, said, told
from lineagebot.sql.names import folded, folded_column
from lineagebot.sql.parse import grammar
from lineagebot.sql.session import located, temporary
from lineagebot.sql.shapes import (
    AGGREGATED,
    COMPUTED,
    COPIED,
    Feeds,
    Opens,
    Origin,
    Scope,
    Shape,
    Source,
    Table,
    joined_opens,
    merge,
    shape_of,
    whole_row,
)

JOINED, FILTERED, GROUPED, ORDERED = range(4)

#: What a walk's numbers mean outside.
FLOW = (How.COPIED, How.COMPUTED, How.AGGREGATED)
REFERENCE = (How.JOINED, How.FILTERED, How.GROUPED, How.ORDERED)

_PLAIN, _COLUMN, _QUERY, _LEAF, _AGGREGATE, _LAMBDA, _EXISTS = range(1, 8)
_KINDS: dict[type, int] = {
    exp.Column: _COLUMN,
    exp.Select: _QUERY,
    exp.Union: _QUERY,
    exp.Except: _QUERY,
    exp.Intersect: _QUERY,
    exp.Identifier: _LEAF,
    exp.Literal: _LEAF,
    exp.DataType: _LEAF,
    exp.Var: _LEAF,
    exp.Null: _LEAF,
    exp.Boolean: _LEAF,
    exp.Star: _LEAF,
    exp.Placeholder: _LEAF,
    exp.Parameter: _LEAF,
    exp.Lambda: _LAMBDA,
    exp.Exists: _EXISTS,
}
_DML = (exp.Insert, exp.Update, exp.Delete, exp.Merge)
_CLAUSES = (
    ("where", FILTERED),
    ("prewhere", FILTERED),
    ("connect", FILTERED),
    ("group", GROUPED),
    ("having", FILTERED),
    ("qualify", FILTERED),
    ("windows", GROUPED),
    ("order", ORDERED),
    ("sort", ORDERED),
    ("cluster", ORDERED),
    ("distribute", ORDERED),
)


class Writer(Protocol):
    """Takes up a statement that writes inside a WITH, and says what it returns."""

    def __call__(self, node: exp.Expr, ctes: dict[str, Shape]) -> Shape: ...


class Walk:
    """One statement: the assets it reads (`inputs`), the columns its rows depend on (`references`), and its queries."""

    def __init__(self, dialect: Dialect, session: Session, catalog: Catalog, writer: Writer | None = None) -> None:
        self.dialect = dialect
        self.session = session
        self.catalog = catalog
        self.writer = writer
        self.inputs: dict[Table, None] = {}
        self.references: dict[Origin, int] = {}
        #: Tables that only the run names, as they are written.
        self.nameless: list[str] = []
        #: A string names a table: another string would name another.
        self.named_by_literal = False
        self._tables: dict[AssetKey, Table] = {}
        #: Names as written → as compared; most of them stand in a statement many times.
        self._columns: dict[str, str] = {}
        self._names: dict[str, str] = {}
        self._named_by_function = dialect.name in ("postgres", "redshift", "duckdb")

    def share(self, other: Walk) -> None:
        """Know the same assets by the same objects as the walk of the statement around this one."""
        self._tables = other._tables

    # -- names

    def column_name(self, node: exp.Expr) -> str:
        """A column as the dialect compares it."""
        written = node.args.get("this")
        if written.__class__ is str and not node.args.get("quoted"):
            known = self._columns.get(written)
            if known is None:
                known = self._columns[written] = folded_column(written, self.dialect, quoted=False)
            return known
        return folded_column(str(node.name), self.dialect, quoted=bool(node.args.get("quoted")))

    def parts(self, table: object) -> tuple[str, ...]:
        """The folded name of a table as it is written; () where it is no name."""
        if isinstance(table, exp.Schema):
            if is_nameless(table, self.dialect) or told(table, self.dialect):
                return self._told(table)
            table = table.this
        if not isinstance(table, exp.Table):
            return ()
        found: list[str] = []
        for arg in ("catalog", "db", "this"):
            part = table.args.get(arg)
            while isinstance(part, exp.Dot):  # more than three parts
                found.extend(self._identifier(p) for p in (part.this,) if isinstance(p, exp.Identifier))
                part = part.expression
            if isinstance(part, exp.Identifier):
                found.append(self._identifier(part))
            elif part is not None and not isinstance(part, str):
                return self._told(part)
        return tuple(name for name in found if name)

    def _told(self, node: exp.Expr) -> tuple[str, ...]:
        self.named_by_literal = True
        return told(node, self.dialect)

    def _identifier(self, node: exp.Expr) -> str:
        written = node.args.get("this")
        if written.__class__ is str and not node.args.get("quoted"):
            known = self._names.get(written)
            if known is None:
                known = self._names[written] = folded(written, self.dialect, quoted=False)
            return known
        return folded(str(node.name), self.dialect, quoted=bool(node.args.get("quoted")))

    def table(self, key: AssetKey) -> Table:
        found = self._tables.get(key)
        if found is None:
            found = self._tables[key] = Table(key, self.catalog.at(key))
        return found

    # -- queries

    def query(self, node: exp.Expr, ctes: dict[str, Shape], parent: Scope | None = None) -> Shape:
        """The columns of a SELECT, set operation, VALUES, or of what a writing statement returns."""
        while (
            isinstance(node, (exp.Subquery, exp.Paren)) and not node.args.get("joins") and not node.args.get("pivots")
        ):
            ctes = self.with_(node, ctes, parent)
            node = node.this
        ctes = self.with_(node, ctes, parent)
        if isinstance(node, exp.Select):
            return self._select(node, ctes, parent)
        if isinstance(node, exp.SetOperation):
            return self._set_operation(node, ctes, parent)
        if isinstance(node, exp.Values):
            return self.values(node, Scope(parent, ctes))
        if isinstance(node, _DML):
            return self.writer(node, ctes) if self.writer is not None else _NOTHING
        scope = Scope(parent, ctes)
        if isinstance(node, (exp.Table, exp.Subquery, exp.UDTF, exp.Unnest)):
            self.add(node, scope)
            return self._stars(scope)
        self.refer(node, scope, FILTERED)
        return _NOTHING

    def with_(self, node: exp.Expr, ctes: dict[str, Shape], parent: Scope | None = None) -> dict[str, Shape]:
        """The named queries in force inside `node`."""
        clause = node.args.get("with_")
        if clause is None:
            return ctes
        ctes = dict(ctes)
        recursive = bool(clause.args.get("recursive"))
        for cte in clause.expressions:
            alias = cte.args.get("alias")
            name = self._identifier(alias.this) if alias is not None and alias.this is not None else ""
            columns = [self.column_name(c) for c in alias.args.get("columns") or ()] if alias is not None else []
            body = cte.this
            if recursive and isinstance(body, exp.SetOperation):
                ctes[name] = self._recursive(body, name, columns, ctes, parent)
            else:
                ctes[name] = self.query(body, ctes, parent).renamed(columns)
        return ctes

    def _recursive(
        self, body: exp.SetOperation, name: str, columns: list[str], ctes: dict[str, Shape], parent: Scope | None
    ) -> Shape:
        anchor, *steps = _branches(body)
        ctes = self.with_(body, ctes, parent)
        found = self.query(anchor, ctes, parent).renamed(columns)
        for _ in range(2):  # the second round sees columns that change places on the way
            inner = {**ctes, name: found}
            for step in steps:
                found = _union(found, self.query(step, inner, parent), by_name=False)
        return found

    def _set_operation(self, node: exp.SetOperation, ctes: dict[str, Shape], parent: Scope | None) -> Shape:
        first, *others = _branches(node)
        found = self.query(first, ctes, parent)
        for operation, branch in zip(_operations(node), others, strict=True):
            shape = self.query(branch, ctes, parent)
            if isinstance(operation, exp.Except):  # its rows decide what is left; they do not get there
                self._depend(shape)
            else:
                found = _union(found, shape, by_name=bool(operation.args.get("by_name")))
        order = node.args.get("order")
        if order is not None:
            scope = Scope(None, ctes)
            scope.sources.append(found)
            self._refer_by_position(order.expressions, scope, found, ORDERED)
        return found

    def _depend(self, shape: Shape) -> None:
        for feeds in shape.feeds:
            for origin in feeds:
                self.references[origin] = min(self.references.get(origin, FILTERED), FILTERED)

    def values(self, node: exp.Expr, scope: Scope) -> Shape:
        feeds: list[Feeds] = []
        types: list[str | None] = []
        for row in node.expressions:
            cells = row.expressions if isinstance(row, exp.Tuple) else [row]
            for at, cell in enumerate(cells):
                if at == len(feeds):
                    feeds.append({})
                    types.append(self.type_of(cell, scope))
                if type(cell) is not exp.Literal:
                    self.gather(cell, scope, feeds[at], COPIED if type(cell) is exp.Column else COMPUTED)
        prefix = "column" if self._named_by_function else "col"
        return Shape([f"{prefix}{at + 1}" for at in range(len(feeds))], feeds, types)

    def _select(self, node: exp.Select, ctes: dict[str, Shape], parent: Scope | None) -> Shape:
        args = node.args
        scope = Scope(parent, ctes)
        from_ = args.get("from_")
        if from_ is not None:
            self.add(from_.this, scope)
        for lateral in args.get("laterals") or ():
            self.add(lateral, scope)
        for join in args.get("joins") or ():
            self.join(join, scope)
        shape = self.projection(args["expressions"], scope)
        distinct = args.get("distinct")
        if distinct is not None and distinct.args.get("on") is not None:
            self.refer(distinct.args["on"], scope, GROUPED)
        for clause, how in _CLAUSES:
            part = args.get(clause)
            if part is None:
                continue
            if how is GROUPED or how is ORDERED:
                items = part if isinstance(part, list) else part.expressions
                self._refer_by_position(items, scope, shape, how)
                if clause == "group":
                    for extra in ("grouping_sets", "cube", "rollup"):
                        for item in part.args.get(extra) or ():
                            if isinstance(item, exp.Expr):
                                self.refer(item, scope, GROUPED)
            else:
                self.refer(part, scope, how)
        limit = args.get("limit")
        if limit is not None:
            self.refer(limit, scope, FILTERED)
        if args.get("pivots"):
            return self._pivoted(shape, args["pivots"], scope)
        return shape

    def projection(self, expressions: Sequence[exp.Expr], scope: Scope) -> Shape:
        """The output columns of a list of expressions, stars spread."""
        names: list[str | None] = []
        feeds: list[Feeds] = []
        types: list[str | None] = []
        opens: Opens = ()
        star_at: int | None = None
        lateral = self.dialect.lateral_aliases
        aliases: dict[str, Feeds] = {}
        if lateral:
            scope.aliases = aliases
        for node in expressions:
            kind = type(node)
            star = node if kind is exp.Star else node.this if kind is exp.Column else None
            if type(star) is exp.Star:
                sources = self._starred(node, scope)
                star_at = len(names) if star_at is None else star_at
                opens = joined_opens([*sources, Shape([], [], [], opens)])
                for name, fed, type_ in self._spread(star, sources, scope, whole=kind is exp.Star):
                    names.append(name)
                    feeds.append(fed)
                    types.append(type_)
                continue
            inner, name = node, None
            if kind is exp.Alias:
                alias = node.args["alias"]
                inner, name = node.this, self.column_name(alias)
            elif kind is exp.Aliases:
                for alias in node.args["expressions"]:
                    fed = {}
                    self.gather(node.this, scope, fed, COMPUTED)
                    names.append(self.column_name(alias))
                    feeds.append(fed)
                    types.append(None)
                continue
            else:
                name = self._implied_name(node)
            fed = {}
            while type(inner) is exp.Paren:
                inner = inner.this
            self.gather(
                inner, scope, fed, COPIED if type(inner) is exp.Column or type(inner) is exp.Subquery else COMPUTED
            )
            names.append(name)
            feeds.append(fed)
            types.append(self.type_of(inner, scope))
            if name is not None:
                aliases.setdefault(name, fed)
        scope.aliases = aliases
        return Shape(names, feeds, types, opens, star_at=star_at)

    def _starred(self, node: exp.Expr, scope: Scope) -> list[Source]:
        if type(node) is exp.Star:
            return scope.sources
        table = node.args.get("table")
        db = node.args.get("db")
        name = self._identifier(table) if table is not None else ""
        found = scope.source_named(name, f"{self._identifier(db)}.{name}" if db is not None else "")
        return [found] if found is not None else []

    def _spread(
        self, star: exp.Expr, sources: Iterable[Source], scope: Scope, *, whole: bool
    ) -> Iterable[tuple[str | None, Feeds, str | None]]:
        left_out = {self.column_name(c) for c in star.args.get("except_") or ()}
        replaced = {self.column_name(a.args["alias"]): a.this for a in star.args.get("replace") or () if a.alias}
        renamed = {self.column_name(a.this): self.column_name(a.args["alias"]) for a in star.args.get("rename") or ()}
        merged = dict(scope.merged) if whole else {}
        seen: set[str] = set()
        for name, fed in merged.items():
            seen.add(name)
            if name not in left_out:
                yield renamed.get(name, name), fed, None
        for source in sources:
            for column, fed, type_ in source.star():
                if column is not None and (column in left_out or column in seen):
                    continue
                if column in replaced:
                    made: Feeds = {}
                    self.gather(replaced.pop(column), scope, made, COMPUTED)
                    yield column, made, None
                else:
                    yield (renamed.pop(column, column) if column is not None else None), fed, type_
        for name, node in replaced.items():  # of a column that nobody listed
            made = {}
            self.gather(node, scope, made, COMPUTED)
            yield name, made, None
        for old, new in renamed.items():
            if old not in seen:
                made = {}
                merge(made, scope.unqualified(old), COPIED)
                yield new, made, None

    def _stars(self, scope: Scope) -> Shape:
        return self.projection([exp.Star()], scope)

    # -- sources

    def add(self, node: exp.Expr, scope: Scope) -> None:
        """Take a table, subquery, function or VALUES of a FROM into the scope."""
        kind = type(node)
        if kind is exp.Table:
            self._add_table(node, scope)
        elif kind is exp.Subquery:
            self._add_subquery(node, scope)
        elif kind is exp.Lateral and isinstance(node.this, exp.Subquery):
            self._enter(self.query(node.this, scope.ctes, scope), node, scope)
        elif kind is exp.Values:
            self._enter(self.values(node, scope), node, scope)
        elif kind is exp.TableFromRows and (parts := self._told(node)):
            self._enter(self.source(parts), node, scope, name=parts[-1])
        elif kind in (exp.Lateral, exp.Unnest, exp.TableFromRows):
            if is_nameless(node, self.dialect):
                self.nameless.append(said(node))
            self._add_function(node, scope)
        elif isinstance(node, exp.Query):
            self._enter(self.query(node, scope.ctes, scope.parent), node, scope)
        else:
            self.refer(node, scope, FILTERED)
        for lateral in node.args.get("laterals") or ():
            self.add(lateral, scope)
        if kind is not exp.Subquery or isinstance(node.this, exp.Query):
            for join in node.args.get("joins") or ():
                self.join(join, scope)

    def join(self, join: exp.Expr, scope: Scope) -> None:
        args = join.args
        before = list(scope.sources)
        self.add(join.this, scope)
        after = [source for source in scope.sources if not any(source is b for b in before)] or scope.sources[-1:]
        if args.get("method") == "NATURAL":
            left = {name for source in before for name, _, _ in source.star() if name}
            for name in [n for source in after for n, _, _ in source.star() if n in left]:
                if name is not None:
                    self._merge_column(name, before, after, scope)
        for identifier in args.get("using") or ():
            self._merge_column(self.column_name(identifier), before, after, scope)
        on = args.get("on")
        if on is not None:
            self.refer(on, scope, JOINED)
        condition = args.get("match_condition")
        if condition is not None:
            self.refer(condition, scope, JOINED)

    def _merge_column(self, name: str, before: Sequence[Source], after: Sequence[Source], scope: Scope) -> None:
        feeds = dict(scope.merged.get(name) or {})
        for side in (() if feeds else before, after):
            found = next((f for source in side if (f := source.find(name)) is not None), None)
            if found is None:
                open_ones = [source for source in side if source.opens]
                found = open_ones[0].reach(name) if len(open_ones) == 1 else None
            merge(feeds, found, COPIED)
        scope.merged[name] = feeds
        for origin in feeds:
            self.references[origin] = JOINED

    def _enter(self, source: Source, node: exp.Expr, scope: Scope, *, name: str = "", full: str = "") -> None:
        alias = node.args.get("alias")
        pivots = node.args.get("pivots")
        own = False
        if alias is not None:
            columns = [self.column_name(c) for c in alias.args.get("columns") or ()]
            if columns:
                source = shape_of(source).renamed(columns)
            if alias.this is not None:
                name, full, own = self._identifier(alias.this), "", True
        if pivots:
            source = self._pivoted(source, pivots, scope)
            last = pivots[-1].args.get("alias")
            if last is not None and last.this is not None:
                name, own = self._identifier(last.this), True
        scope.add(source, name, full=full, alias=own)

    def _add_table(self, node: exp.Expr, scope: Scope) -> None:
        this = node.this
        if not isinstance(this, (exp.Identifier, exp.Dot)) and not told(this, self.dialect):
            if is_nameless(this, self.dialect):
                self.nameless.append(said(this))
            self._add_function(node, scope)
            return
        parts = self.parts(node)
        if not parts:
            self.nameless.append(said(node))
            return
        if len(parts) == 1 and parts[0] in scope.ctes:
            self._enter(scope.ctes[parts[0]], node, scope, name=parts[0])
            return
        if len(parts) > 1 and parts[0] in scope.by_name and self.dialect.name in ("bigquery", "redshift"):
            self._enter(self._array_of(parts, scope), node, scope)  # FROM orders o, o.items i
            return
        full = ".".join(parts[-2:]) if len(parts) > 1 else ""
        self._enter(self.source(parts), node, scope, name=parts[-1], full=full)

    def _array_of(self, parts: tuple[str, ...], scope: Scope) -> Shape:
        feeds: Feeds = {}
        merge(feeds, scope.by_name[parts[0]].reach(parts[1]), COMPUTED)
        return Shape([], [], [], wild=feeds)

    def source(self, parts: tuple[str, ...]) -> Source:
        """The asset that a name means, as an input; a temp table dissolves into what feeds it."""
        temp = temporary(parts, self.session)
        if temp is not None:
            return self._dissolved(temp)
        key, _ = located(parts, self.session, self.catalog, self.dialect)
        table = self.table(key)
        self.inputs[table] = None
        return table

    def _dissolved(self, temp: TemporaryRelation) -> Shape:
        for read in temp.references:
            if read.column is not None:
                self.references.setdefault((self.table(read.asset), read.column), FILTERED)
        for key in temp.inputs:
            self.inputs[self.table(key)] = None
        known = dict(temp.sources)
        feeds: list[Feeds] = [
            {(self.table(a), c): FLOW.index(how) for a, c, how in known.get(column.name, ()) if c is not None}
            for column in temp.columns
        ]
        passed = tuple(dict.fromkeys(self.table(a) for a, c, _ in known.get("*", ()) if c is None))
        opens: Opens = (passed,) if passed else ()
        return Shape([c.name for c in temp.columns], feeds, [c.type for c in temp.columns], opens, star_at=0)

    def _add_subquery(self, node: exp.Expr, scope: Scope) -> None:
        inner = node.this
        if _is_join(inner):  # FROM (a JOIN b ON ...): only brackets around a join
            if node.args.get("alias") is None:
                self.add(inner, scope)
                for join in node.args.get("joins") or ():
                    self.join(join, scope)
                return
            inside = Scope(scope.parent, scope.ctes)
            self.add(inner, inside)
            self._enter(self._stars(inside), node, scope)
            return
        ctes = self.with_(node, scope.ctes, scope.parent)
        self._enter(self.query(inner, ctes, scope.parent), node, scope)

    def _add_function(self, node: exp.Expr, scope: Scope) -> None:
        feeds: Feeds = {}
        arguments = node.args.get("expressions") if type(node) is exp.Unnest else [node.this]
        for argument in arguments or ():
            self.gather(argument, scope, feeds, COMPUTED)
        alias = node.args.get("alias")
        names: list[str | None] = []
        if alias is not None:
            names.extend(self.column_name(c) for c in alias.args.get("columns") or ())
            if not names and alias.this is not None and type(node.this) is not exp.Anonymous:
                names.append(self._identifier(alias.this))
        fed: list[Feeds] = [dict(feeds) for _ in names]
        offset = node.args.get("offset")
        if isinstance(offset, exp.Identifier):
            names.append(self.column_name(offset))
            fed.append({})
        name = self._identifier(alias.this) if alias is not None and alias.this is not None else ""
        scope.add(Shape(names, fed, [None] * len(names), wild=feeds), name, alias=True)

    def _pivoted(self, source: Source, pivots: Sequence[exp.Expr], outer: Scope) -> Shape:
        for pivot in pivots:
            source = self._unpivot(source, pivot) if pivot.args.get("unpivot") else self._pivot(source, pivot, outer)
        return shape_of(source)

    def _pivot(self, source: Source, pivot: exp.Expr, outer: Scope) -> Shape:
        scope = Scope(outer, outer.ctes)
        scope.add(source, "")
        fed: Feeds = {}
        used: set[str] = set()
        for node in (*pivot.expressions, *(field.this for field in pivot.args.get("fields") or () if field.this)):
            self.gather(node, scope, fed, AGGREGATED)
            used.update(self.column_name(c.this) for c in node.find_all(exp.Column))
        names: list[str | None] = []
        feeds: list[Feeds] = []
        types: list[str | None] = []
        for name, column_feeds, type_ in source.star():
            if name not in used:
                names.append(name)
                feeds.append(column_feeds)
                types.append(type_)
        for column in pivot.args.get("columns") or ():
            names.append(self.column_name(column))
            feeds.append(dict(fed))
            types.append(None)
        alias = pivot.args.get("alias")
        shape = Shape(names, feeds, types, source.opens, star_at=0)
        return shape.renamed(
            [self.column_name(c) for c in alias.args.get("columns") or ()] if alias is not None else []
        )

    def _unpivot(self, source: Source, pivot: exp.Expr) -> Shape:
        scope = Scope(None, {})
        scope.add(source, "")
        fed: Feeds = {}
        used: set[str] = set()
        made: list[str] = [self.column_name(e) for e in pivot.expressions if e.name]
        for field in pivot.args.get("fields") or ():
            if not isinstance(field, exp.In):
                continue
            made.append(self.column_name(field.this))
            for node in field.expressions:
                self.gather(node, scope, fed, COMPUTED)
                used.update(self.column_name(c.this) for c in node.find_all(exp.Column))
        kept = [(n, f, t) for n, f, t in source.star() if n not in used]
        return Shape(
            [*(n for n, _, _ in kept), *made],
            [*(f for _, f, _ in kept), *(dict(fed) for _ in made)],
            [*(t for _, _, t in kept), *(None for _ in made)],
            source.opens,
            star_at=0,
        )

    # -- expressions

    def gather(self, node: exp.Expr, scope: Scope, into: Feeds, how: int) -> None:
        """Take up every column that an expression is made of. A stack, not recursion: OR chains are as deep as long."""
        stack: list[exp.Expr] = [node]
        kinds = _KINDS
        while stack:
            node = stack.pop()
            kind = kinds.get(node.__class__) or _learned(node.__class__)
            if kind == _COLUMN:
                merge(into, self._meant(node, scope), how)
            elif kind == _PLAIN or (kind == _AGGREGATE and how == AGGREGATED):
                for value in node.args.values():
                    of = value.__class__
                    if of is list:
                        stack.extend([v for v in value if (kinds.get(v.__class__) or _learned(v.__class__)) != _LEAF])
                    elif (kinds.get(of) or _learned(of)) != _LEAF:
                        stack.append(value)
            else:
                self._gather_special(kind, node, scope, into, how)

    def _gather_special(self, kind: int, node: exp.Expr, scope: Scope, into: Feeds, how: int) -> None:
        if kind == _QUERY:
            for feeds in self.query(node, scope.ctes, scope).feeds:
                merge(into, feeds, how)
        elif kind == _LAMBDA:
            inner = Scope(scope, scope.ctes)
            names: list[str | None] = [self.column_name(e) for e in node.expressions]
            inner.add(Shape(names, [{} for _ in names], [None] * len(names)), "")
            self.gather(node.this, inner, into, how)
        elif kind == _EXISTS:
            if isinstance(node.this, exp.Query):
                self.query(node.this, scope.ctes, scope)  # what it selects decides nothing, what it filters does
            else:
                for value in node.args.values():
                    if isinstance(value, exp.Expr):
                        self.gather(value, scope, into, how)
        elif kind == _AGGREGATE:
            self.gather(node, scope, into, AGGREGATED)

    def refer(self, node: exp.Expr, scope: Scope, how: int) -> None:
        """The rows of the statement depend on the columns of this expression."""
        feeds: Feeds = {}
        self.gather(node, scope, feeds, COPIED)
        references = self.references
        for origin in feeds:
            if references.get(origin, 9) > how:
                references[origin] = how

    def _refer_by_position(self, items: Iterable[exp.Expr], scope: Scope, shape: Shape, how: int) -> None:
        """GROUP BY 1 and ORDER BY 1 mean the first output column."""
        for item in items:
            inner = item.this if isinstance(item, exp.Ordered) else item
            if type(inner) is exp.Literal and not inner.args.get("is_string"):
                at = int(inner.name) - 1 if inner.name.isdigit() else -1
                for origin in shape.feeds[at] if 0 <= at < len(shape.feeds) else ():
                    if self.references.get(origin, 9) > how:
                        self.references[origin] = how
            else:
                self.refer(item, scope, how)

    def _meant(self, node: exp.Expr, scope: Scope) -> Feeds | Origin | None:
        args = node.args
        this = args["this"]
        table = args.get("table")
        if table is None:
            return scope.unqualified(self.column_name(this)) if type(this) is not exp.Star else None
        db = args.get("db")
        qualifier = self._identifier(table)
        source = scope.source_named(qualifier, f"{self._identifier(db)}.{qualifier}" if db is not None else "")
        if type(this) is exp.Star:
            return whole_row(source) if source is not None else None
        if source is not None:
            return source.reach(self.column_name(this))
        return self._field(node, scope)

    def _field(self, node: exp.Expr, scope: Scope) -> Feeds | Origin | None:
        """a.b where a is no table: the field b of a struct in column a, or of column b of table a in a.b.c."""
        identifiers = [node.args[arg] for arg in ("catalog", "db", "table") if node.args.get(arg) is not None]
        if len(identifiers) > 1:
            source = scope.source_named(self._identifier(identifiers[0]), "")
            return source.reach(self.column_name(identifiers[1])) if source is not None else None
        found = scope.unqualified(self.column_name(identifiers[0]))
        if self.dialect.name == "postgres" and isinstance(found, tuple) and found[0].types is None:
            return None  # more likely a name that we do not know than a struct
        return found

    def type_of(self, node: exp.Expr, scope: Scope) -> str | None:
        """The type of an expression where literals, casts and known columns tell it."""
        if isinstance(node, exp.Cast):
            return type_text(node.args["to"], self.dialect)
        if isinstance(node, exp.Column) and type(node.this) is not exp.Star:
            table = node.args.get("table")
            name = self.column_name(node.this)
            if table is not None:
                source = scope.source_named(self._identifier(table), "")
                return source.type_of(name) if source is not None else None
            types = [s.type_of(name) for s in scope.sources if s.find(name) is not None]
            return types[0] if len(types) == 1 else None
        if isinstance(node, exp.Count):
            return "bigint" if self._named_by_function else None
        if isinstance(node, exp.Boolean):
            return "boolean"
        if isinstance(node, exp.Literal) and self.dialect.name == "postgres":
            return "text" if node.args.get("is_string") else "integer" if node.name.isdigit() else "numeric"
        return None

    def _implied_name(self, node: exp.Expr) -> str | None:
        """The name of an output column that has no alias; None where only the server could tell."""
        while isinstance(node, (exp.Paren, exp.Cast, exp.Bracket, exp.Collate)):
            if isinstance(node, exp.Cast) and not self._named_by_function:
                return None
            node = node.this
        if isinstance(node, (exp.Column, exp.Dot)):
            last = node.this if isinstance(node, exp.Column) else node.expression
            return self.column_name(last) if isinstance(last, exp.Identifier) else None
        if isinstance(node, exp.Subquery) and isinstance(node.this, exp.Select) and len(node.this.expressions) == 1:
            only = node.this.expressions[0]
            return self.column_name(only.args["alias"]) if type(only) is exp.Alias else self._implied_name(only)
        if not self._named_by_function:
            return None
        if isinstance(node, exp.Window):
            return self._implied_name(node.this)
        if isinstance(node, exp.Filter):
            return self._implied_name(node.this)
        return _NAMED_AFTER.get(type(node))


_NAMED_AFTER: dict[type, str] = {
    exp.Max: "max",
    exp.Min: "min",
    exp.Sum: "sum",
    exp.Avg: "avg",
    exp.Count: "count",
    exp.Coalesce: "coalesce",
    exp.RowNumber: "row_number",
    exp.Lower: "lower",
    exp.Upper: "upper",
    exp.Abs: "abs",
    exp.Round: "round",
    exp.Exists: "exists",
    exp.Greatest: "greatest",
    exp.Least: "least",
    exp.Nullif: "nullif",
    exp.ArrayAgg: "array_agg",
}

_NOTHING = Shape([], [], [])


def type_text(node: exp.Expr, dialect: Dialect) -> str:
    """A type as the dialect writes it, in small letters."""
    if type(node) is exp.DataType and len(node.args) <= 2 and not node.expressions and isinstance(node.this, exp.DType):
        return str(node.this.value).lower()
    return node.sql(dialect=grammar(dialect.parser)).lower()


def _is_join(node: exp.Expr) -> bool:
    """True for tables in brackets, however many; false for a query in brackets."""
    while isinstance(node, exp.Subquery):
        if node.args.get("joins") or node.args.get("alias") is not None:
            return True
        node = node.this
    return isinstance(node, exp.Table)


def _learned(kind: type) -> int:
    """How to go on at a node of a class that is met for the first time."""
    if not issubclass(kind, exp.Expr):
        found = _LEAF
    elif issubclass(kind, exp.AggFunc):
        found = _AGGREGATE
    else:
        found = _QUERY if issubclass(kind, exp.Query) else _PLAIN
    return _KINDS.setdefault(kind, found)


def _branches(node: exp.SetOperation) -> list[exp.Expr]:
    """The queries of a chain of UNIONs, first to last; the chain leans left and may be thousands long."""
    found: list[exp.Expr] = []
    at: exp.Expr = node
    while isinstance(at, exp.SetOperation):
        found.append(at.expression)
        at = at.this
    return [at, *reversed(found)]


def _operations(node: exp.SetOperation) -> list[exp.SetOperation]:
    found: list[exp.SetOperation] = []
    at: exp.Expr = node
    while isinstance(at, exp.SetOperation):
        found.append(at)
        at = at.this
    return found[::-1]


def _union(one: Shape, other: Shape, *, by_name: bool) -> Shape:
    opens = tuple(dict.fromkeys((*one.opens, *other.opens)))
    aligned = not by_name and not opens
    feeds: list[Feeds] = []
    for at, (name, fed) in enumerate(zip(one.names, one.feeds, strict=True)):
        both = dict(fed)
        if aligned:
            merge(both, other.feeds[at] if at < len(other.feeds) else None, COPIED)
        elif name is not None:
            merge(both, other.reach(name), COPIED)
        feeds.append(both)
    names, types = list(one.names), list(one.types)
    if not aligned:
        for name, fed, type_ in other.star():
            if name is not None and name not in one.index:
                both = dict(fed)
                merge(both, one.reach(name), COPIED)
                names.append(name)
                feeds.append(both)
                types.append(type_)
    return Shape(names, feeds, types, opens, star_at=one.star_at if one.opens else other.star_at)


def reads_of(walk: Walk, outputs: Iterable[Feeds], but: Callable[[AssetKey], bool]) -> tuple[Read, ...]:
    """Every asset and every column that the statement reads."""
    assets = [Read(table.key) for table in walk.inputs if not but(table.key)]
    columns: dict[Origin, None] = {}
    for feeds in outputs:
        columns.update(dict.fromkeys(feeds))
    columns.update(dict.fromkeys(walk.references))
    return (*assets, *(Read(table.key, column) for table, column in columns if not but(table.key)))
