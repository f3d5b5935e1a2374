"""What is inside a column: the fields of structs, rows and arrays of them, each with what feeds that field alone.

Asked only where a statement names a field, spreads a struct or unnests an array: an expression is looked at no earlier.
Where nothing tells the fields, the caller stays with the column as a whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from sqlglot import exp

from lineagebot.sql.dialects import dialect_of
from lineagebot.sql.fields import fields_in
from lineagebot.sql.names import folded_column
from lineagebot.sql.shapes import (
    AGGREGATED,
    COMPUTED,
    COPIED,
    UNASKED,
    Cell,
    Either,
    Feeds,
    Made,
    Row,
    Scope,
    Shape,
    Source,
    Table,
    merge,
    shape_of,
    union,
)

if TYPE_CHECKING:
    from lineagebot.sql.lineage import Walk

#: Structs that are looked for inside each other, at most: a chain may be as long as the statement.
_DEEPEST = 60


def inside(walk: Walk, node: exp.Expr, scope: Scope) -> Source | None:
    """The fields of what an expression gives; None where it is no struct, row or array of them that could be told."""
    reader = _READERS.get(type(node))
    if reader is None or walk.asking > _DEEPEST:
        return None
    walk.asking += 1
    try:
        return reader(walk, node, scope)
    finally:
        walk.asking -= 1


def field(walk: Walk, source: Source, name: str) -> Source | None:
    """The fields inside the column of that name."""
    feeds = source.find(name)
    if feeds is None:
        return None
    fed: Feeds = {feeds: COPIED} if isinstance(feeds, tuple) else feeds
    found = _of_cell(walk, source.type_of(name), fed)
    if found is None or not fed or min(fed.values()) < AGGREGATED:
        return found
    return stronger(found, AGGREGATED)  # what is inside a column that was aggregated was aggregated with it


def _of_cell(walk: Walk, cell: Cell, feeds: Feeds) -> Source | None:
    if isinstance(cell, (Made, Either)):
        if cell.fields is UNASKED:
            cell.fields = None  # a circle ends here
            if isinstance(cell, Made):
                found = inside(walk, cell.node, cell.scope)
                cell.fields = stronger(found, COMPUTED) if found is not None and cell.element else found
            else:
                parts = [(c, f) for c, f in cell.parts if not (isinstance(c, Made) and isinstance(c.node, exp.Null))]
                cell.fields = _one_of([_of_cell(walk, part, fed) for part, fed in parts])
        return cell.fields if isinstance(cell.fields, (Table, Row, Shape)) else None
    types = _folded_fields(cell, walk.dialect.name) if cell is not None else None
    return Row(types, feeds) if types else None


@lru_cache(maxsize=2048)
def _folded_fields(type_text: str, dialect: str) -> Mapping[str, str]:
    known = dialect_of(dialect)
    return {folded_column(name, known, quoted=False): inner for name, inner in fields_in(type_text)}


def along(walk: Walk, path: Sequence[exp.Expr], scope: Scope) -> Source | None:
    """The fields at the end of a dotted path, which begins at a table, an alias or a column."""
    first = walk.alias(path[0])
    found = scope.source_named(first, "") if len(path) > 1 else None
    rest = path[1:]
    if found is None:
        name = walk.column_name(path[0])
        holder = scope.holding(name)
        found = field(walk, holder, name) if holder is not None else scope.source_named(first, "")
    for part in rest:
        if found is None:
            return None
        found = field(walk, found, walk.column_name(part))
    return found


def leads_nowhere(walk: Walk, first: exp.Expr, scope: Scope) -> bool:
    """True where a dotted path that begins so begins at no source and at no column that is known."""
    if scope.parent is not None or first.__class__ is not exp.Identifier:
        return _leads_nowhere(walk, first, scope)
    args = first.args
    at = (args["this"], bool(args.get("quoted")), len(scope.sources))
    known = scope.nowhere.get(at)
    if known is None:
        known = scope.nowhere[at] = _leads_nowhere(walk, first, scope)
    return known


def _leads_nowhere(walk: Walk, first: exp.Expr, scope: Scope) -> bool:
    return scope.source_named(walk.alias(first), "") is None and scope.holding(walk.column_name(first)) is None


def first_of(column: exp.Expr) -> exp.Expr:
    """The name that a.b.c begins with."""
    args = column.args
    first: exp.Expr = args.get("catalog") or args.get("db") or args.get("table") or args["this"]
    return first


def path_of(node: exp.Expr) -> list[exp.Expr]:
    """The names of a.b.c, outermost first."""
    args = node.args
    return [part for arg in ("catalog", "db", "table", "this") if (part := args.get(arg)) is not None]


def reached(walk: Walk, node: exp.Expr, scope: Scope) -> Feeds | None:
    """What feeds the field that a dot, a key in brackets or a path names; None where the fields are not known."""
    if type(node) is exp.JSONExtract:
        keys = node.expression.expressions if isinstance(node.expression, exp.JSONPath) else ()
        found = inside(walk, node.this, scope)
        names = [str(key.this) for key in keys if isinstance(key, exp.JSONPathKey)]
        for name in names[:-1]:
            found = field(walk, found, name) if found is not None else None
        return _fed(found, names[-1]) if found is not None and names else None
    if type(node) is exp.Bracket:
        key = _key(node)
        found = inside(walk, node.this, scope) if key is not None else None
        return _fed(found, folded_column(key, walk.dialect, quoted=True)) if found is not None and key else None
    root = node.this
    while root.__class__ is exp.Dot:
        root = root.this
    if root.__class__ is exp.Column and leads_nowhere(walk, first_of(root), scope):
        return None
    found = inside(walk, node.this, scope)
    part = node.expression
    return _fed(found, walk.column_name(part)) if found is not None and isinstance(part, exp.Identifier) else None


def _fed(source: Source, name: str) -> Feeds | None:
    found = source.reach(name)
    return {found: COPIED} if isinstance(found, tuple) else found


def _key(node: exp.Expr) -> str | None:
    """The name in s['a']."""
    keys = node.expressions
    if len(keys) == 1 and isinstance(keys[0], exp.Literal) and keys[0].args.get("is_string"):
        return str(keys[0].name)
    return None


def stronger(source: Source, how: int) -> Source:
    """The same fields, got at least in that way."""
    if how == COPIED or source.opens:
        return source
    if isinstance(source, Row):
        made: Feeds = {}
        merge(made, source.feeds, how)
        return Row(source.types, made)
    shape = shape_of(source)
    feeds: list[Feeds] = []
    for fed in shape.feeds:
        more: Feeds = {}
        merge(more, fed, how)
        feeds.append(more)
    return Shape(shape.names, feeds, shape.types, wild=shape.wild)


def _column(walk: Walk, node: exp.Expr, scope: Scope) -> Source | None:
    return along(walk, path_of(node), scope) if type(node.this) is not exp.Star else None


def _dot(walk: Walk, node: exp.Expr, scope: Scope) -> Source | None:
    found = inside(walk, node.this, scope)
    part = node.expression
    if found is None or not isinstance(part, exp.Identifier):
        return None
    return field(walk, found, walk.column_name(part))


def _bracket(walk: Walk, node: exp.Expr, scope: Scope) -> Source | None:
    found = inside(walk, node.this, scope)
    key = _key(node)
    if found is None or key is None:
        return found
    return field(walk, found, folded_column(key, walk.dialect, quoted=True))


def _through(how: int) -> Callable[[Walk, exp.Expr, Scope], Source | None]:
    """What gives one of the values that it is handed, or an array of them."""

    def read(walk: Walk, node: exp.Expr, scope: Scope) -> Source | None:
        inner = node.this if isinstance(node.this, exp.Expr) else next(iter(node.expressions), None)
        found = inside(walk, inner, scope) if isinstance(inner, exp.Expr) else None
        return stronger(found, how) if found is not None else None

    return read


def _either(walk: Walk, nodes: Iterable[exp.Expr | None], scope: Scope, how: int) -> Source | None:
    """One of several values."""
    told = [inside(walk, node, scope) for node in nodes if node is not None and not isinstance(node, exp.Null)]
    both = _one_of(told)
    return stronger(both, how) if both is not None else None


def _one_of(sources: Sequence[Source | None]) -> Source | None:
    """Each field comes from that field of all of them; None where one of them is not known.

    They are all of one type: where one of them lists its fields, these are the fields of the others too.
    """
    known = [source for source in sources if source is not None]
    if not known or len(known) < len(sources):
        return None
    shapes = [shape_of(source) for source in known]
    told = next((shape for shape in shapes if shape.names and not shape.opens and None not in shape.names), None)
    if told is None or all(len(shape.names) == len(told.names) for shape in shapes):
        return union(shapes, by_name=False) if len(shapes) > 1 else known[0]
    feeds: list[Feeds] = []
    for name in told.names:
        both: Feeds = {}
        for shape in shapes:
            merge(both, shape.reach(name or ""), COPIED)
        feeds.append(both)
    return Shape(told.names, feeds, told.types)


def _if(walk: Walk, node: exp.Expr, scope: Scope) -> Source | None:
    return _either(walk, (node.args.get("true"), node.args.get("false")), scope, COMPUTED)


def _case(walk: Walk, node: exp.Expr, scope: Scope) -> Source | None:
    branches = [branch.args.get("true") for branch in node.args.get("ifs") or ()]
    return _either(walk, (*branches, node.args.get("default")), scope, COMPUTED)


def _first_and_others(walk: Walk, node: exp.Expr, scope: Scope) -> Source | None:
    return _either(walk, (node.this, *node.expressions), scope, COMPUTED)


def _array(walk: Walk, node: exp.Expr, scope: Scope) -> Source | None:
    """[STRUCT(1 AS a), (2)]: the first one names the fields, the others may be bare rows of values."""
    return _either(walk, node.expressions, scope, COPIED)


_NAMED = frozenset({exp.Column, exp.Pseudocolumn, exp.Dot})


def _struct(walk: Walk, node: exp.Expr, scope: Scope) -> Source | None:
    names: list[str | None] = []
    feeds: list[Feeds] = []
    cells: list[Cell] = []
    for part in node.expressions:
        kind = part.__class__
        value, name = part, None
        fed: Feeds = {}
        if kind is exp.PropertyEQ or kind is exp.Alias:
            named = part.this if kind is exp.PropertyEQ else part.args["alias"]
            value = part.expression if kind is exp.PropertyEQ else part.this
            kind = value.__class__
            name = named.name if isinstance(named, exp.Literal) else walk.column_name(named)
        elif kind in _NAMED:
            last = part.expression if kind is exp.Dot else part.this
            name = walk.column_name(last) if isinstance(last, exp.Identifier) else None
        if kind is not exp.Literal:
            walk.gather(value, scope, fed, COPIED if kind in _NAMED or kind is exp.Struct else COMPUTED)
        names.append(name)
        feeds.append(fed)
        cells.append(Made(value, scope))
    return Shape(names, feeds, cells)


def _cast(walk: Walk, node: exp.Expr, scope: Scope) -> Source | None:
    to = node.args["to"]
    while isinstance(to, exp.DataType) and len(to.expressions) == 1 and isinstance(to.expressions[0], exp.DataType):
        to = to.expressions[0]  # an array of them
    names = [walk.column_name(d.this) for d in to.expressions if isinstance(d, exp.ColumnDef)]
    if not names:
        return None
    found = inside(walk, node.this, scope)
    if found is not None:
        return shape_of(found).renamed(names)
    feeds: Feeds = {}
    walk.gather(node.this, scope, feeds, COMPUTED)
    return Shape(list(names), [feeds] * len(names), [None] * len(names))


def _query(walk: Walk, node: exp.Expr, scope: Scope) -> Source | None:
    shape = walk.query_once(node, scope)
    while isinstance(node, (exp.Subquery, exp.Paren)):
        node = node.this
    if isinstance(node, exp.Select) and node.args.get("kind") in ("STRUCT", "VALUE"):
        return shape
    return _of_cell(walk, shape.types[0], shape.feeds[0]) if len(shape.names) == 1 else None


_READERS: dict[type, Callable[[Walk, exp.Expr, Scope], Source | None]] = {
    exp.Column: _column,
    exp.Dot: _dot,
    exp.Bracket: _bracket,
    exp.Struct: _struct,
    exp.Tuple: _struct,
    exp.Cast: _cast,
    exp.TryCast: _cast,
    exp.Array: _array,
    exp.If: _if,
    exp.Case: _case,
    exp.Coalesce: _first_and_others,
    exp.ArrayConcat: _first_and_others,
    exp.Subquery: _query,
    exp.Select: _query,
    exp.Union: _query,
    **{
        kind: _through(how)
        for how, kinds in {
            COPIED: (
                exp.Paren,
                exp.Alias,
                exp.Order,
                exp.Limit,
                exp.IgnoreNulls,
                exp.RespectNulls,
                exp.HavingMax,
                exp.Distinct,
                exp.Window,
                exp.Filter,
                exp.WithinGroup,
            ),
            COMPUTED: (
                exp.Nullif,
                exp.Explode,
                exp.ExplodeOuter,
                exp.Unnest,
                exp.ArrayFirst,
                exp.ArrayLast,
                exp.ArrayReverse,
                exp.ArraySlice,
                exp.ArrayFilter,
                exp.FirstValue,
                exp.LastValue,
                exp.NthValue,
                exp.Lag,
                exp.Lead,
            ),
            AGGREGATED: (
                exp.ArrayAgg,
                exp.ArrayConcatAgg,
                exp.AnyValue,
                exp.ArgMax,
                exp.ArgMin,
                exp.First,
                exp.Last,
            ),
        }.items()
        for kind in kinds
    },
}
