"""Which columns of which assets feed each column of a query: one pass over the parsed tree.

Every SELECT gets a scope of plain dicts; a WITH is read once and its result kept; nothing is copied, qualified or
optimised, and the work is linear in the size of the tree. What cannot be attributed to one column stays at the level of
the asset: a wrong column edge is worse than none.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Protocol

from sqlglot import exp

from lineagebot.model import AssetKey, Read, Session
from lineagebot.sql import structs
from lineagebot.sql.catalog import Catalog
from lineagebot.sql.choosing import CHOOSING, Wanted, chosen, like
from lineagebot.sql.dialects import Dialect, Fold
from lineagebot.sql.dynamic import is_nameless, told
from lineagebot.sql.matching import matched
from lineagebot.sql.names import folded, folded_column, folds
from lineagebot.sql.outputs import implied_name
from lineagebot.sql.pivots import pivoted
from lineagebot.sql.quick import new_read
from lineagebot.sql.shapes import (
    AGGREGATED,
    COMPUTED,
    COPIED,
    FILTERED,
    GROUPED,
    ORDERED,
    Cell,
    Feeds,
    Made,
    Opens,
    Origin,
    Scope,
    Shape,
    Source,
    Table,
    joined_opens,
    merge,
    shape_of,
    union,
    whole_row,
)
from lineagebot.sql.sources import add, join
from lineagebot.sql.unnesting import WITH_MODEL

_PLAIN, _COLUMN, _QUERY, _LEAF, _AGGREGATE, _LAMBDA, _EXISTS, _STAR, _PART, _TABLE = range(1, 11)
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
    exp.Star: _STAR,
    exp.Placeholder: _LEAF,
    exp.Parameter: _LEAF,
    exp.Lambda: _LAMBDA,
    exp.Comprehension: _LAMBDA,
    exp.Exists: _EXISTS,
    exp.Dot: _PART,
    exp.Bracket: _PART,
    exp.JSONExtract: _PART,
    exp.Table: _TABLE,
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


#: Most columns of one query: stars of stars double with each WITH.
MAX_COLUMNS = 100_000
#: Most steps from columns to what feeds them in one statement: each takes a hundred bytes.
MAX_FOLLOWED = 3_000_000


class TooMuchError(Exception):
    """The columns of a statement multiply beyond what is followed."""


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
        #: Every column of an asset that the text names, used further on or not: without it the statement fails.
        self.named: dict[Origin, None] = {}
        #: Tables that only the run names, as they are written.
        self.nameless: list[str] = []
        #: A literal names a table or a column, or decides the type of an output: another one would name another.
        self.named_by_literal = False
        #: Steps from columns to what feeds them, so far.
        self.followed = 0
        self._tables: dict[AssetKey, Table] = {}
        #: How deep we are in expressions that are asked for their type or their fields.
        self.asking = 0
        #: Something is made of the columns: then a number's type counts, and with it that it is a literal.
        self.literals_typed = False
        self._once: dict[tuple[int, int], tuple[Scope, Shape]] = {}
        #: Names as written → as compared; most of them stand in a statement many times.
        self._columns, self._names = folds(dialect)
        self.pseudo_columns = dialect.pseudo_columns
        #: Pseudo-columns and the script's variables: columns only where a table is known to have one of that name.
        self.not_columns: frozenset[str] | set[str] = dialect.pseudo_columns
        self._hashes = dialect.parser == "tsql"
        self.any_case = dialect.tables is Fold.KEEP
        self.named_by_function = dialect.name in ("postgres", "redshift", "duckdb")

    def share(self, other: Walk) -> None:
        """Know the same assets by the same objects as the walk of the statement around this one."""
        self._tables = other._tables

    def column_name(self, node: exp.Expr) -> str:
        """A column as the dialect compares it."""
        args = node.args
        written = args.get("this")
        if written.__class__ is str and not args.get("quoted"):
            known = self._columns.get(written)
            if known is None:
                known = self._columns[written] = folded_column(written, self.dialect, quoted=False)
            return known
        return folded_column(str(node.name), self.dialect, quoted=bool(node.args.get("quoted")))

    def parts(self, table: object) -> tuple[str, ...]:
        """The folded name of a table as it is written; () where it is no name."""
        if isinstance(table, exp.Schema):
            if is_nameless(table, self.dialect) or told(table, self.dialect):
                return self.told_name(table)
            table = table.this
        if not isinstance(table, exp.Table):
            return ()
        found: list[str] = []
        for arg in ("catalog", "db", "this"):
            part = table.args.get(arg)
            while isinstance(part, exp.Dot):  # more than three parts
                found.extend(self.identifier(p) for p in (part.this,) if isinstance(p, exp.Identifier))
                part = part.expression
            if isinstance(part, exp.Identifier):
                found.append(self.identifier(part))
            elif self._hashes and isinstance(part, exp.Parameter):  # a variable that holds a table
                return (f"#@{part.name.lower()}",)
            elif part == "":  # database..table
                found.append(self.dialect.default_schema)
            elif part is not None and not isinstance(part, str):
                return self.told_name(part)
        return tuple(name for name in found if name)

    def told_name(self, node: exp.Expr) -> tuple[str, ...]:
        self.named_by_literal = True
        return told(node, self.dialect)

    def identifier(self, node: exp.Expr) -> str:
        if self._hashes and (node.args.get("temporary") or node.args.get("global_")):
            return _hashed(node, folded(str(node.name), self.dialect, quoted=True))
        written = node.args.get("this")
        if written.__class__ is str and not node.args.get("quoted"):
            known = self._names.get(written)
            if known is None:
                known = self._names[written] = folded(written, self.dialect, quoted=False)
            return known
        return folded(str(node.name), self.dialect, quoted=bool(node.args.get("quoted")))

    def alias(self, node: exp.Expr) -> str:
        """The name of a source inside the statement: its case never matters, not even where that of tables does."""
        name = self.identifier(node)
        return name.lower() if self.any_case else name

    def table(self, key: AssetKey) -> Table:
        found = self._tables.get(key)
        if found is None:
            found = self._tables[key] = Table(key, self.catalog.at(key))
        return found

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
        if isinstance(node, (exp.Table, exp.Subquery, exp.UDTF, exp.Unnest, exp.Pivot)):
            add(self, node, scope)
            return self.stars(scope)
        self.refer(node, scope, FILTERED)
        return _NOTHING

    def query_once(self, node: exp.Expr, scope: Scope) -> Shape:
        """The columns of a query inside an expression, kept: it may be asked for them at every field."""
        at = (id(node), id(scope))
        known = self._once.get(at)
        if known is None:
            known = self._once[at] = (scope, self.query(node, scope.ctes, scope))
        return known[1]

    def with_(self, node: exp.Expr, ctes: dict[str, Shape], parent: Scope | None = None) -> dict[str, Shape]:
        """The named queries in force inside `node`."""
        clause = node.args.get("with_")
        if clause is None:
            return ctes
        ctes = dict(ctes)
        recursive = bool(clause.args.get("recursive"))
        for cte in clause.expressions:
            alias = cte.args.get("alias")
            name = self.alias(alias.this) if alias is not None and alias.this is not None else ""
            columns = [self.column_name(c) for c in alias.args.get("columns") or ()] if alias is not None else []
            body = cte.this
            if isinstance(body, exp.Values):
                self.named_by_literal = True  # how many columns it has, no fingerprint tells
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
            found = union([found, *(self.query(step, inner, parent) for step in steps)], by_name=False)
        return found

    def _set_operation(self, node: exp.SetOperation, ctes: dict[str, Shape], parent: Scope | None) -> Shape:
        first, *others = _branches(node)
        kept = [self.query(first, ctes, parent)]
        by_name = False
        for operation, branch in zip(_operations(node), others, strict=True):
            shape = self.query(branch, ctes, parent)
            if isinstance(operation, exp.Except):  # its rows decide what is left; they do not get there
                self._depend(shape)
            else:
                kept.append(shape)
                by_name = by_name or bool(operation.args.get("by_name"))
        found = union(kept, by_name=by_name)
        if by_name and not found.opens:
            found = self._common(node, kept, found)
        order = node.args.get("order")
        if order is not None:
            scope = Scope(None, ctes)
            scope.sources.append(found)
            self._refer_by_position(order.expressions, scope, found, ORDERED)
        limit = node.args.get("limit")
        if limit is not None:
            self.refer(limit, Scope(parent, ctes), FILTERED)
        return found

    def _common(self, node: exp.Expr, kept: Sequence[Shape], found: Shape) -> Shape:
        """INNER UNION BY NAME has the columns that all sides have, LEFT those of the first, BY NAME ON (a) only a."""
        named = {self.column_name(c.this if isinstance(c, exp.Column) else c) for c in node.args.get("on") or ()}
        if str(node.args.get("kind")).upper() == "INNER":
            named = set.intersection(*({name for name in shape.names if name} for shape in kept))
        elif str(node.args.get("side")).upper() == "LEFT":
            named = {name for name in kept[0].names if name}
        if not named:
            return found
        rows = [row for row in found.star() if row[0] in named]
        return Shape([r[0] for r in rows], [r[1] for r in rows], [r[2] for r in rows])

    def _depend(self, shape: Shape) -> None:
        for feeds in shape.feeds:
            for origin in feeds:
                self.references[origin] = min(self.references.get(origin, FILTERED), FILTERED)

    def values(self, node: exp.Expr, scope: Scope) -> Shape:
        feeds: list[Feeds] = []
        types: list[Cell] = []
        for row in node.expressions:
            cells = row.expressions if isinstance(row, exp.Tuple) else [row]
            for at, cell in enumerate(cells):
                if at == len(feeds):
                    feeds.append({})
                    types.append(Made(cell, scope))
                if type(cell) is not exp.Literal:
                    self.gather(cell, scope, feeds[at], COPIED if type(cell) is exp.Column else COMPUTED)
        prefix = "column" if self.named_by_function else "col"
        return Shape([f"{prefix}{at + 1}" for at in range(len(feeds))], feeds, types)

    def _select(self, node: exp.Select, ctes: dict[str, Shape], parent: Scope | None) -> Shape:
        args = node.args
        scope = Scope(parent, ctes)
        from_ = args.get("from_")
        if from_ is not None:
            add(self, from_.this, scope)
        for lateral in args.get("laterals") or ():
            add(self, lateral, scope)
        for joined in args.get("joins") or ():
            join(self, joined, scope)
        match = args.get("match")
        if match is not None:
            scope = matched(self, match, scope)
        where = args.get("where")
        if where is not None and not self.dialect.aliases_in_where:
            self.refer(where, scope, FILTERED)
        shape = self.projection(args["expressions"], scope)
        distinct = args.get("distinct")
        if distinct is not None and distinct.args.get("on") is not None:
            self.refer(distinct.args["on"], scope, GROUPED)
        for clause, how in _CLAUSES:
            part = args.get(clause)
            if part is None or (part is where and not self.dialect.aliases_in_where):
                continue
            if how is GROUPED or how is ORDERED:
                items = part if isinstance(part, list) else part.expressions
                self._refer_by_position(items, scope, shape, how)
                if clause == "group":
                    if part.args.get("all"):  # GROUP BY ALL: by what is not aggregated
                        plain = [e for e in args["expressions"] if e.find(exp.AggFunc) is None]
                        self._refer_by_position(plain, scope, shape, GROUPED)
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
            return pivoted(self, shape, args["pivots"], scope)
        if args.get("kind") == "VALUE" and len(shape.names) == 1:  # SELECT AS VALUE s: the rows are what s holds
            only = args["expressions"][0]
            listed = structs.inside(self, only, scope)
            return shape_of(listed) if listed is not None else Shape([], [], [], ((),), shape.feeds[0], star_at=0)
        return shape

    def projection(self, expressions: Sequence[exp.Expr], scope: Scope) -> Shape:
        """The output columns of a list of expressions, stars spread."""
        names: list[str | None] = []
        feeds: list[Feeds] = []
        types: list[Cell] = []
        opens: Opens = ()
        wild: Feeds | None = None
        star_at: int | None = None
        lateral = self.dialect.lateral_aliases
        aliases: dict[str, Feeds] = {}
        if lateral:
            scope.aliases = aliases
        for node in expressions:
            kind = type(node)
            wanted: Wanted | None = _every
            if kind in CHOOSING and (choice := chosen(node)) is not None:
                node, wanted = choice
                kind = type(node)
            star = (
                node
                if kind is exp.Star
                else node.this
                if kind is exp.Column
                else node.expression
                if kind is exp.Dot
                else None
            )
            if type(star) is exp.Star:
                sources = self._starred(node, scope)
                for source in sources:
                    if isinstance(source, Shape) and source.wild is not None and not source.names:
                        wild, opens = source.wild, opens or ((),)
                star_at = len(names) if star_at is None else star_at
                opens = joined_opens([*sources, Shape([], [], [], opens)])
                if star.args.get("ilike") is not None:
                    wanted = like(star.args["ilike"])
                if wanted is None:  # which columns, only the run tells
                    opens = opens or ((),)
                for name, fed, type_ in self._spread(star, sources, scope, whole=kind is exp.Star):
                    if wanted is not _every and (wanted is None or name is None or not wanted(name)):
                        continue
                    names.append(name)
                    feeds.append(fed)
                    types.append(type_)
                if len(names) > MAX_COLUMNS:
                    raise TooMuchError
                continue
            inner, name = node, None
            if kind is exp.Alias:
                alias = node.args["alias"]
                inner, name = node.this, self.column_name(alias)
            elif kind is exp.Aliases or (kind is exp.QueryTransform and node.args.get("schema") is not None):
                several = node.args["schema"].expressions if kind is exp.QueryTransform else node.args["expressions"]
                for alias in several:
                    fed = {}
                    for made in node.expressions if kind is exp.QueryTransform else (node.this,):
                        self.gather(made, scope, fed, COMPUTED)
                    names.append(self.column_name(alias if type(alias) is exp.Identifier else alias.this))
                    feeds.append(fed)
                    types.append(None)
                continue
            elif kind is exp.EQ and type(node.this) is exp.Literal and self.dialect.name == "tsql":
                inner, name = node.expression, folded_column(node.this.name, self.dialect, quoted=True)  # 'x' = y
            else:
                name = implied_name(self, node)
            fed = {}
            while type(inner) is exp.Paren:
                inner = inner.this
            self.gather(inner, scope, fed, COPIED if type(inner) in _COPIES else COMPUTED)
            names.append(name)
            feeds.append(fed)
            types.append(Made(inner, scope))
            if name is not None:
                aliases.setdefault(name, fed)
        scope.aliases = aliases
        self.followed += sum(map(len, feeds))
        if self.followed > MAX_FOLLOWED:
            raise TooMuchError
        return Shape(names, feeds, types, opens, wild, star_at=star_at)

    def _starred(self, node: exp.Expr, scope: Scope) -> list[Source]:
        if type(node) is exp.Star:
            return scope.sources
        if type(node) is exp.Dot:
            fields = structs.inside(self, node.this, scope)
            if fields is None:
                fed: Feeds = {}
                self.gather(node.this, scope, fed, COMPUTED)
                fields = Shape([], [], [], ((),), fed, star_at=0)
            return [fields]
        table = node.args.get("table")
        db = node.args.get("db")
        name = self.alias(table) if table is not None else ""
        found = scope.source_named(name, f"{self.alias(db)}.{name}" if db is not None else "")
        if found is None and table is not None:  # a struct is spread
            path = structs.path_of(node)[:-1]
            feeds: Feeds = {}
            merge(feeds, self._whole(path, scope), COMPUTED)
            found = structs.along(self, path, scope) or (Shape([], [], [], ((),), feeds, star_at=0) if feeds else None)
        return [found] if found is not None else []

    def _spread(
        self, star: exp.Expr, sources: Iterable[Source], scope: Scope, *, whole: bool
    ) -> Iterable[tuple[str | None, Feeds, Cell]]:
        left_out = {self.column_name(c) for c in star.args.get("except_") or ()}
        replaced = {self.column_name(a.args["alias"]): a.this for a in star.args.get("replace") or () if a.alias}
        renamed = {
            self.column_name(a.this): self.column_name(a.args["alias"])
            for a in star.args.get("rename") or ()
            if a.alias
        }
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
                    node = replaced.pop(column)
                    self.gather(node, scope, made, COMPUTED)
                    yield column, made, Made(node, scope)
                else:
                    yield (renamed.pop(column, column) if column is not None else None), fed, type_
        for name, node in replaced.items():  # of a column that nobody listed
            made = {}
            self.gather(node, scope, made, COMPUTED)
            yield name, made, Made(node, scope)
        for old, new in renamed.items():
            if old not in seen:
                made = {}
                merge(made, scope.unqualified(old), COPIED)
                yield new, made, None

    def stars(self, scope: Scope) -> Shape:
        return self.projection([exp.Star()], scope)

    def gather(self, node: exp.Expr, scope: Scope, into: Feeds, how: int) -> None:
        """Take up every column that an expression is made of. A stack, not recursion: OR chains are as deep as long."""
        stack: list[exp.Expr] = [node]
        kinds = _KINDS
        while stack:
            node = stack.pop()
            kind = kinds.get(node.__class__) or _learned(node.__class__)
            if kind == _COLUMN:
                found = self._meant(node, scope)
                if found.__class__ is tuple:
                    self.named[found] = None
                    if into.get(found, -1) < how:
                        into[found] = how
                else:
                    merge(into, found, how)
            elif kind == _PLAIN or (kind == _AGGREGATE and how == AGGREGATED):
                for value in node.args.values():
                    if not value:  # most of a node is None, False and empty lists
                        continue
                    of = value.__class__
                    if of is list:
                        stack.extend([v for v in value if (kinds.get(v.__class__) or _learned(v.__class__)) != _LEAF])
                    elif (kinds.get(of) or _learned(of)) != _LEAF:
                        stack.append(value)
            else:
                stack.extend(self._gather_special(kind, node, scope, into, how))

    def _gather_special(self, kind: int, node: exp.Expr, scope: Scope, into: Feeds, how: int) -> Sequence[exp.Expr]:
        """What is left to be looked at in the usual way."""
        if kind == _PART:
            found = structs.reached(self, node, scope)
            if found is not None:
                merge(into, found, how)
                self.named.update(dict.fromkeys(found))
                if not isinstance(node.this, exp.Column):
                    self.gather(node.this, scope, {}, how)  # IF(a, s, t).b needs a, though b is not made of it
                return ()
            return [node.this, *(part for part in (node.args.get("expression"),) if part), *node.expressions]
        if kind == _QUERY:
            for feeds in (
                self.query_once(node, scope).feeds if self._once else self.query(node, scope.ctes, scope).feeds
            ):
                merge(into, feeds, how)
        elif kind == _LAMBDA:
            inner = Scope(scope, scope.ctes)
            loops = isinstance(node, exp.Comprehension)  # [x + 1 for x in xs if x > 1]
            bound = [node.expression] if loops else node.expressions
            names: list[str | None] = [self.column_name(e) for e in bound]
            inner.add(Shape(names, [{} for _ in names], [None] * len(names)), "")
            self.gather(node.this, inner, into, how)
            if loops:
                self.gather(node.args["iterator"], scope, into, how)
                if node.args.get("condition") is not None:
                    self.gather(node.args["condition"], inner, into, how)
        elif kind == _EXISTS:
            if isinstance(node.this, exp.Query):
                self.query(node.this, scope.ctes, scope)  # what it selects decides nothing, what it filters does
            else:
                for value in node.args.values():
                    if isinstance(value, exp.Expr):
                        self.gather(value, scope, into, how)
        elif kind == _AGGREGATE:
            self.gather(node, scope, into, AGGREGATED)
        elif kind == _TABLE:
            if not (isinstance(node.parent, WITH_MODEL) and node.arg_key == "this"):
                self.handed(node, scope, into, how)
        elif kind == _STAR and not isinstance(
            node.parent, exp.Count
        ):  # COUNT(*) counts rows; OBJECT_CONSTRUCT(*) holds them
            for _, fed, _ in self._spread(node, scope.sources, scope, whole=True):
                merge(into, fed, how)
        return ()

    def handed(self, table: exp.Expr, scope: Scope, into: Feeds, how: int) -> None:
        """A function takes a whole table: ML.PREDICT(MODEL m, TABLE t)."""
        inner = Scope(scope, scope.ctes)
        add(self, table, inner)
        for source in inner.sources:
            merge(into, whole_row(source), how)

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
            if how is ORDERED and _is_all(inner):
                for origin in (origin for feeds in shape.feeds for origin in feeds):
                    self.references.setdefault(origin, how)
            elif type(inner) is exp.Literal and not inner.args.get("is_string"):
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
            if type(this) is exp.Star:
                return None
            name = self.column_name(this)
            if self.not_columns and name in self.not_columns and scope.holding(name) is None:
                return scope.aliases.get(name)
            return scope.unqualified(name)
        db = args.get("db")
        qualifier = self.alias(table)
        source = None if db is not None else scope.by_name.get(qualifier)
        if source is None:
            source = scope.source_named(qualifier, f"{self.alias(db)}.{qualifier}" if db is not None else "")
        if type(this) is exp.Star:
            return whole_row(source) if source is not None else None
        if source is not None:
            name = self.column_name(this)
            return source.find(name) if name in self.pseudo_columns else source.reach(name)
        return self._field(node, scope)

    def _field(self, node: exp.Expr, scope: Scope) -> Feeds | Origin | None:
        """a.b where a is no table: the field b of a struct in column a, or of column b of table a in a.b.c."""
        *path, last = structs.path_of(node)
        first = self.column_name(path[0])
        if first in self.not_columns and scope.holding(first) is None:
            return None  # the row of a loop
        known = structs.along(self, path, scope)
        found = known.reach(self.column_name(last)) if known is not None else None
        return self._whole(path, scope) if found is None else found

    def _whole(self, path: Sequence[exp.Expr], scope: Scope) -> Feeds | Origin | None:
        """The column that a dotted path of names begins with."""
        if len(path) > 1:
            first = self.alias(path[0])
            source = scope.source_named(first, "")
            if source is not None:
                return source.reach(self.column_name(path[1]))
            known = [name for s in scope.sources if isinstance(s, Table) for name in s.key.path]
            if self.dialect.name not in _WITH_FIELDS or first in known:
                return None  # a schema or a database, not a column with fields in its fields
        found = scope.unqualified(self.column_name(path[0]))
        if self.dialect.name == "postgres" and isinstance(found, tuple) and found[0].types is None:
            return None  # more likely a name that we do not know than a struct
        return found


def _every(name: str) -> bool:
    return True


#: Where a column may hold fields, and a dot leads to them.
_WITH_FIELDS = frozenset({"bigquery", "databricks", "spark", "hive", "trino", "athena", "duckdb"})
_NOTHING = Shape([], [], [])
#: What stands alone in a SELECT list without being computed.
_COPIES = frozenset({exp.Column, exp.Subquery, exp.Dot})


def _is_all(node: exp.Expr) -> bool:
    """ALL in ORDER BY ALL."""
    name = node.this if isinstance(node, exp.Column) and node.args.get("table") is None else node
    return isinstance(name, (exp.Identifier, exp.Var)) and name.name.upper() == "ALL" and not name.args.get("quoted")


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


def reads_of(walk: Walk, outputs: Iterable[Feeds], written: Collection[Table]) -> tuple[tuple[Read, ...], list[Read]]:
    """Every asset and every column that the statement reads; apart from them the columns of what it only writes."""
    assets = [new_read(table.key) for table in walk.inputs]
    columns: dict[Origin, object] = {**walk.named}
    for feeds in outputs:
        columns.update(feeds)
    columns.update(walk.references)
    own = [new_read(table.key, column) for table, column in columns if table in written] if written else []
    if own:
        columns = {origin: None for origin in columns if origin[0] not in written}
    return (*assets, *[new_read(table.key, column) for table, column in columns]), own


def _hashed(node: exp.Expr, name: str) -> str:
    """The parser takes the # off a temp table of T-SQL."""
    mark = "##" if node.args.get("global_") else "#" if node.args.get("temporary") else ""
    return name if name.startswith("#") else mark + name
