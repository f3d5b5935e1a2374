"""What a CREATE, a CREATE ... AS or a SELECT INTO makes, of which columns, and what feeds them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlglot import exp

from lineagebot.model import (
    Action,
    AssetKey,
    AssetKind,
    Binding,
    Certainty,
    Column,
    Edge,
    How,
    TemporaryRelation,
)
from lineagebot.sql import session as sessions
from lineagebot.sql.cut import Cut, cut
from lineagebot.sql.files import places_kept
from lineagebot.sql.inferred import known_types
from lineagebot.sql.meaning import Target, temporary_key
from lineagebot.sql.schema_change import schema_change
from lineagebot.sql.shapes import (
    Cell,
    Shape,
    shape_of,
)
from lineagebot.sql.sources import source_of
from lineagebot.sql.statement import Ctes, NoNameError, Statement
from lineagebot.sql.types import type_text


def cache(statement: Statement, tree: exp.Expr, ctes: Ctes) -> None:
    """CACHE TABLE t AS SELECT ... (Spark) makes a temp view; without a query it is a hint."""
    query, parts = tree.args.get("expression"), statement.walk.parts(tree.this)
    if isinstance(query, exp.Query) and parts:
        _make(statement, parts, statement.walk.query(query, ctes), kind=AssetKind.VIEW, temporary=True)


def select_into(statement: Statement, tree: exp.Expr, into: exp.Expr) -> None:
    parts = statement.walk.parts(into.this) if isinstance(into.this, exp.Table) else ()
    if not parts:
        raise NoNameError
    shape = statement.walk.query(tree, {})
    bare = parts[-1].startswith("#")  # a temp table of T-SQL
    _make(statement, parts, shape, temporary=bool(into.args.get("temporary")) or bare)


def create(statement: Statement, tree: exp.Expr, ctes: Ctes) -> None:
    kind = _KINDS.get(str(tree.args.get("kind") or "").upper())
    walk = statement.walk
    this = tree.this
    parts = walk.parts(this)
    if kind is None or not parts:
        raise NoNameError
    properties = {type(p): p for p in (tree.args["properties"].expressions if tree.args.get("properties") else ())}
    if exp.MaterializedProperty in properties:
        kind = AssetKind.MATERIALIZED_VIEW
    listed = named_columns(statement, this)
    shape = _copied(statement, tree, this, properties)
    if shape is not None and listed:  # (LIKE t, more int): all of them
        listed, shape = () if shape.opens else (*_produces(statement, shape, ()), *listed), None
    query = tree.args.get("expression")
    if isinstance(query, (exp.Query, exp.Values, exp.Table)):
        ctes = walk.with_(tree, ctes)
        shape = walk.query(query, ctes)
    if listed and shape is not None and query is not None and _selected_are_added(statement):
        shape, listed = _added(listed, shape), ()
    elif listed and shape is not None:
        names = [column.name for column in listed]
        types = [column.type for column in listed]
        shape = shape.renamed(names)
        shape = Shape(shape.names, shape.feeds, _either(types, shape.types), shape.opens, star_at=shape.star_at)
    target = _make(
        statement,
        parts,
        shape,
        listed=listed,
        kind=kind,
        temporary=exp.TemporaryProperty in properties or parts[-1].startswith("#"),
        replace=bool(tree.args.get("replace") or tree.args.get("refresh")),
        clone=tree.args.get("clone") is not None,
        if_not_exists=bool(tree.args.get("exists")),
        binds=kind is not AssetKind.TABLE
        and statement.context.dialect.views_bind_objects
        and not tree.args.get("no_schema_binding"),
        feeds=isinstance(query, exp.Expr) or tree.args.get("clone") is not None,
        rows=_rows(statement, tree, properties, kind),
    )
    _kept_elsewhere(statement, target, tree, query is not None)


def _kept_elsewhere(statement: Statement, target: Target, tree: exp.Expr, filled: bool) -> None:
    """An external table shows the files at its place (one made of a query puts its rows there), a view TO t fills t."""
    properties = tree.args.get("properties")
    if properties is None or target.temporary is not None:
        return
    for path in places_kept(properties, statement.context.dialect):
        place = AssetKey(statement.context.session.system, (path,))
        statement.literals_matter = True
        statement.edges.append(Edge(target.key, place) if filled else Edge(place, target.key))
    for node in properties.expressions:
        if isinstance(node, exp.ToTableProperty):
            statement.edges.append(Edge(target.key, statement.target(node.this).key))


def _selected_are_added(statement: Statement) -> bool:
    return statement.context.dialect.name == "mysql"


def _added(listed: Sequence[Column], shape: Shape) -> Shape:
    """CREATE TABLE t (a int) SELECT b (MySQL) has both columns; those of one name are one."""
    own = [column for column in listed if column.name not in shape.index]
    return Shape(
        [*(column.name for column in own), *shape.names],
        [*({} for _ in own), *shape.feeds],
        [*(column.type for column in own), *shape.types],
        shape.opens,
        star_at=shape.star_at,
    )


def _rows(statement: Statement, tree: exp.Expr, properties: dict[type, exp.Expr], kind: AssetKind) -> _Rows:
    """What stands in the new table, as far as the target's name does not decide it."""
    query = tree.args.get("expression")
    if kind is not AssetKind.TABLE or tree.args.get("clone") is not None or not _ELSEWHERE.isdisjoint(properties):
        return lambda target: Cut.ALL
    data = properties.get(exp.WithDataProperty)
    if query is None or (data is not None and data.args.get("no")):
        return lambda target: Cut.NONE
    return lambda target: cut(query, target, statement)


_Rows = Callable[[AssetKey], Cut]
#: The rows stand in files that were there before.
_ELSEWHERE = frozenset({exp.ExternalProperty, exp.LocationProperty})


_KINDS = {"TABLE": AssetKind.TABLE, "VIEW": AssetKind.VIEW, "DYNAMIC TABLE": AssetKind.TABLE}


def named_columns(statement: Statement, this: exp.Expr) -> tuple[Column, ...]:
    """The columns that a CREATE names in brackets, with their types where it says them."""
    if not isinstance(this, exp.Schema):
        return ()
    found: list[Column] = []
    for node in this.expressions:
        if isinstance(node, exp.ColumnDef):
            kind = node.args.get("kind")
            if kind is not None and kind.args.get("expressions"):
                statement.literals_matter = True
            type_ = type_text(kind, statement.context.dialect) if kind is not None else None
            found.append(Column(statement.walk.column_name(node.this), type_))
        elif isinstance(node, exp.Identifier):
            found.append(Column(statement.walk.column_name(node)))
    return tuple(found)


def _copied(statement: Statement, tree: exp.Expr, this: exp.Expr, properties: dict[type, exp.Expr]) -> Shape | None:
    """The columns of the table that CLONE, COPY, LIKE or PARTITION OF names."""
    clone = tree.args.get("clone")
    like: exp.Expr | None = clone.this if clone is not None else None
    for node in (*properties.values(), *(this.expressions if isinstance(this, exp.Schema) else ())):
        if isinstance(node, (exp.LikeProperty, exp.PartitionedOfProperty)):
            like = node.this
        elif isinstance(node, exp.InheritsProperty):
            like = node.expressions[0]
    parts = statement.walk.parts(like) if like is not None else ()
    return shape_of(source_of(statement.walk, parts)) if parts else None


def _either(one: Sequence[Cell], other: Sequence[Cell]) -> list[Cell]:
    return [(one[at] if at < len(one) else None) or type_ for at, type_ in enumerate(other)]


def _make(
    statement: Statement,
    parts: tuple[str, ...],
    shape: Shape | None,
    *,
    listed: tuple[Column, ...] = (),
    kind: AssetKind = AssetKind.TABLE,
    temporary: bool = False,
    replace: bool = False,
    clone: bool = False,
    if_not_exists: bool = False,
    binds: bool = False,
    feeds: bool = True,
    rows: _Rows = lambda target: Cut.ALL,
) -> Target:
    context = statement.context
    statement.opens = shape.opens if shape is not None else ()
    statement.walk.literals_typed = True
    produces = _produces(statement, shape, listed)
    temporary = temporary or sessions.TEMPORARY_SCHEMA in parts[:-1]
    if any("(" in (column.type or "") for column in produces):
        statement.literals_matter = True
    if temporary:
        key = temporary_key(
            parts[-1] if len(parts) < 2 or context.dialect.name == "postgres" else ".".join(parts), context.session
        )
        target = Target(key, temporary=TemporaryRelation(key.name, produces, sources=_passed(shape)))
        statement.session = sessions.with_temporary(statement.session, target.temporary or TemporaryRelation("", ()))
    else:
        target = context.new(parts)
    action = Action.CLONE if clone and not replace else Action.REPLACE if replace else Action.CREATE
    change = schema_change(target.relation.columns if target.relation else (), produces, context.dialect.name)
    exists = if_not_exists and target.relation is not None
    left = rows(target.key)
    statement.effect(
        action,
        target,
        kind=kind,
        columns=change.loses if replace else (),
        produces=target.columns if exists else produces,
        if_exists=if_not_exists,
        certainty=Certainty.POSSIBLE if exists else context.certainty,
        empty=left is Cut.NONE and not temporary,
        partial=left is Cut.SOME and replace,
    )
    if shape is not None and feeds:
        binding = Binding.BY_OBJECT if binds else Binding.BY_NAME
        statement.feed(target, zip(shape.names, shape.feeds, strict=True), binding)
    return target


def _produces(statement: Statement, shape: Shape | None, listed: tuple[Column, ...]) -> tuple[Column, ...]:
    """The columns of the new thing; () where not all of them are known."""
    if shape is None:
        return listed
    names = [name for name in shape.names if name is not None]
    if shape.opens or len(names) < len(shape.names):
        return ()
    return tuple(Column(name, type_) for name, type_ in zip(names, known_types(statement.walk, shape), strict=True))


def _passed(shape: Shape | None) -> tuple[tuple[str, tuple[tuple[AssetKey, str | None, How], ...]], ...]:
    """A temp table with columns that nobody listed passes their names on to the tables behind."""
    if shape is None or not shape.opens:
        return ()
    return (("*", tuple((table.key, None, How.COPIED) for group in shape.opens for table in group)),)
