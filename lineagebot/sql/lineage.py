"""Which columns of which assets feed each column of a query: one pass over the parsed tree.

Every SELECT gets a scope of plain dicts; a WITH is read once and its result kept; nothing is copied, qualified or
optimised, and the work is linear in the size of the tree. What cannot be attributed to one column stays at the level of
the asset: a wrong column edge is worse than none.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Protocol

from sqlglot import exp

from lineagebot.model import ANY_COLUMN, AssetKey, Read, Session
from lineagebot.sql import gathering, structs
from lineagebot.sql.catalog import Catalog
from lineagebot.sql.dialects import Dialect, Fold
from lineagebot.sql.dynamic import is_nameless, told
from lineagebot.sql.gathering import refer_by_position
from lineagebot.sql.matching import matched
from lineagebot.sql.names import folded, folds
from lineagebot.sql.pipes import piped
from lineagebot.sql.pivots import pivoted
from lineagebot.sql.projecting import projection
from lineagebot.sql.quick import new_read
from lineagebot.sql.set_operations import rounds, set_operation
from lineagebot.sql.shapes import (
    COMPUTED,
    COPIED,
    FILTERED,
    GROUPED,
    NOTHING,
    ORDERED,
    Cell,
    Feeds,
    Made,
    Origin,
    Scope,
    Shape,
    Table,
    shape_of,
)
from lineagebot.sql.sources import add, join

_DML = (exp.Insert, exp.Update, exp.Delete, exp.Merge)
#: In this order, behind the SELECT list; a WHERE has its own place.
_CLAUSES = {
    "prewhere": FILTERED,
    "connect": FILTERED,
    "group": GROUPED,
    "having": FILTERED,
    "qualify": FILTERED,
    "windows": GROUPED,
    "order": ORDERED,
    "sort": ORDERED,
    "cluster": ORDERED,
    "distribute": ORDERED,
}


class Writer(Protocol):
    """Takes up a statement that writes inside a WITH, and says what it returns."""

    def __call__(self, node: exp.Expr, ctes: dict[str, Shape]) -> Shape: ...


class Walk:
    """One statement: the assets it reads (`inputs`), the columns its rows depend on (`references`), and its queries."""

    #: How it goes through an expression stands in a file of its own.
    gather = gathering.gather
    refer = gathering.refer
    handed = gathering.handed

    def __init__(self, dialect: Dialect, session: Session, catalog: Catalog, writer: Writer | None = None) -> None:
        self.dialect = dialect
        self.session = session
        self.catalog = catalog
        self.writer = writer
        self.inputs: dict[Table, None] = {}
        self.references: dict[Origin, int] = {}
        #: Every column of an asset that the text names, used further on or not: without it the statement fails.
        self.named: dict[Origin, None] = {}
        #: Tables of unknown columns whose star is taken.
        self.starred: dict[Table, None] = {}
        #: Tables that only the run names, as they are written.
        self.nameless: list[str] = []
        #: A literal names a table or a column, or decides the type of an output: another one would name another.
        self.named_by_literal = False
        #: Steps from columns to what feeds them, so far.
        self.followed = 0
        #: By path: all of them stand in the system of the session.
        self._tables: dict[tuple[str, ...], Table] = {}
        #: What names stand for, as they were written.
        self.located: dict[tuple[str, ...], Table] = {}
        #: How deep we are in expressions that are asked for their type or their fields.
        self.asking = 0
        #: Something is made of the columns: then a number's type counts, and with it that it is a literal.
        self.literals_typed = False
        self._once: dict[tuple[int, int], tuple[Scope, Shape]] = {}
        #: Names as written → as compared: columns, tables, and what sources are called inside the statement.
        known = folds(dialect)
        self.columns, self.quoted_columns = known.columns, known.quoted_columns
        self.names, self.quoted_names = known.names, known.quoted_names
        self.aliases, self.quoted_aliases = known.aliases, known.quoted_aliases
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
        if written.__class__ is not str:
            written = str(node.name)
        return self.quoted_columns[written] if args.get("quoted") else self.columns[written]

    def parts(self, table: object) -> tuple[str, ...]:
        """The folded name of a table as it is written; () where it is no name."""
        if table.__class__ is not exp.Table:
            if not isinstance(table, exp.Schema):
                return ()
            if is_nameless(table, self.dialect) or told(table, self.dialect):
                return self.told_name(table)
            table = table.this
            if not isinstance(table, exp.Table):
                return ()
        args = table.args
        this, db = args.get("this"), args.get("db")
        if db is None and this.__class__ is exp.Identifier and args.get("catalog") is None:
            quoted, written = this.args.get("quoted"), this.args["this"]
            if self._hashes or written.__class__ is not str:
                name = self.identifier(this)
            else:
                name = self.quoted_names[written] if quoted else self.names[written]
            return (name,) if name else ()
        found: list[str] = []
        for part in (args.get("catalog"), db, this):
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
        args = node.args
        if self._hashes and (args.get("temporary") or args.get("global_")):
            return _hashed(node, folded(str(node.name), self.dialect, quoted=True))
        written = args.get("this")
        if written.__class__ is not str:
            written = str(node.name)
        return self.quoted_names[written] if args.get("quoted") else self.names[written]

    def alias(self, node: exp.Expr) -> str:
        """The name of a source inside the statement."""
        if self._hashes:
            return self.identifier(node)
        args = node.args
        written = args.get("this")
        if written.__class__ is not str:
            written = str(node.name)
        return self.quoted_aliases[written] if args.get("quoted") else self.aliases[written]

    def table(self, key: AssetKey) -> Table:
        found = self._tables.get(key.path)
        if found is None:
            relation = self.catalog.at(key)
            types = self.catalog.types_of(relation) if relation is not None else None
            found = self._tables[key.path] = Table(key, types)
        return found

    def query(self, node: exp.Expr, ctes: dict[str, Shape], parent: Scope | None = None) -> Shape:
        """The columns of a SELECT, set operation, VALUES, or of what a writing statement returns."""
        if node.__class__ is exp.Select:
            return self._select(node, self.with_(node, ctes, parent) if "with_" in node.args else ctes, parent)
        while (
            isinstance(node, (exp.Subquery, exp.Paren)) and not node.args.get("joins") and not node.args.get("pivots")
        ):
            ctes = self.with_(node, ctes, parent)
            node = node.this
        ctes = self.with_(node, ctes, parent)
        if isinstance(node, exp.Select):
            return self._select(node, ctes, parent)
        if isinstance(node, exp.SetOperation):
            return set_operation(self, node, ctes, parent)
        if isinstance(node, exp.Values):
            return self.values(node, Scope(parent, ctes))
        if isinstance(node, _DML):
            return self.writer(node, ctes) if self.writer is not None else NOTHING
        scope = Scope(parent, ctes)
        if isinstance(node, (exp.Table, exp.Subquery, exp.UDTF, exp.Unnest, exp.Pivot)):
            add(self, node, scope)
            return self.stars(scope)
        self.refer(node, scope, FILTERED)
        return NOTHING

    def query_once(self, node: exp.Expr, scope: Scope) -> Shape:
        """The columns of a query inside an expression, kept: it may be asked for them at every field."""
        at = (id(node), id(scope))
        known = self._once.get(at)
        if known is None:
            known = self._once[at] = (scope, self.query(node, scope.ctes, scope))
        return known[1]

    def query_inside(self, node: exp.Expr, scope: Scope) -> Shape:
        """As `query_once`, where anything was ever kept; else there is nothing to be found again."""
        return self.query_once(node, scope) if self._once else self.query(node, scope.ctes, scope)

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
                ctes[name] = rounds(self, body, name, columns, ctes, parent)
            else:
                ctes[name] = self.query(body, ctes, parent).renamed(columns)
        return ctes

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
            add(self, from_.args["this"], scope)
        if "laterals" in args:
            for lateral in args["laterals"] or ():
                add(self, lateral, scope)
        if "joins" in args:
            for joined in args["joins"] or ():
                join(self, joined, scope)
        if "pipes" in args:
            return piped(self, args["pipes"], scope)
        return self.listed(node, scope)

    def listed(self, node: exp.Expr, scope: Scope) -> Shape:
        """The columns of a SELECT whose FROM is in the scope."""
        args = node.args
        if "match" in args and args["match"] is not None:
            scope = matched(self, args["match"], scope)
        where = args.get("where")
        if where is not None and not self.dialect.aliases_in_where:
            self.refer(where, scope, FILTERED)
            where = None
        if args.get("windows"):
            scope.windows = {self.alias(window.this): window for window in args["windows"]}
        shape = projection(self, args["expressions"], scope)
        distinct = args.get("distinct")
        if distinct is not None and distinct.args.get("on") is not None:
            self.refer(distinct.args["on"], scope, GROUPED)
        if where is not None:
            self.refer(where, scope, FILTERED)
        if not _CLAUSES.keys().isdisjoint(args):
            self._clauses(args, scope, shape)
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

    def _clauses(self, args: Mapping[str, Any], scope: Scope, shape: Shape) -> None:
        for clause, how in _CLAUSES.items():
            part = args.get(clause)
            if part is None:
                continue
            if how is FILTERED:
                self.refer(part, scope, how)
                continue
            items = part if isinstance(part, list) else part.expressions
            refer_by_position(self, items, scope, shape, how)
            if clause == "group":
                if part.args.get("all"):  # GROUP BY ALL: by what is not aggregated
                    plain = [e for e in args["expressions"] if e.find(exp.AggFunc) is None]
                    refer_by_position(self, plain, scope, shape, GROUPED)
                for extra in ("grouping_sets", "cube", "rollup"):
                    for item in part.args.get(extra) or ():
                        if isinstance(item, exp.Expr):
                            self.refer(item, scope, GROUPED)

    def stars(self, scope: Scope) -> Shape:
        return projection(self, [exp.Star()], scope)


def reads_of(walk: Walk, outputs: Iterable[Feeds], written: Collection[Table]) -> tuple[tuple[Read, ...], list[Read]]:
    """Every asset and every column that the statement reads; apart from them the columns of what it only writes."""
    columns: dict[Origin, object] = {**walk.named}
    for feeds in outputs:
        columns.update(feeds)
    columns.update(walk.references)
    if walk.starred:
        columns.update([((table, ANY_COLUMN), None) for table in walk.starred])
    own = [new_read(table.key, column) for table, column in columns if table in written] if written else []
    if own:
        columns = {origin: None for origin in columns if origin[0] not in written}
    reads = [new_read(table.key, None) for table in walk.inputs]
    reads += [new_read(table.key, column) for table, column in columns]
    return tuple(reads), own


def _hashed(node: exp.Expr, name: str) -> str:
    """The parser takes the # off a temp table of T-SQL."""
    mark = "##" if node.args.get("global_") else "#" if node.args.get("temporary") else ""
    return name if name.startswith("#") else mark + name
