"""What a parsed statement does, as a table: EFFECTS says which kind of tree is read by which reader.

DROP, TRUNCATE, ALTER, GRANT and all that sets the session are read from tokens (by_hand.py) and never get here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from sqlglot import exp

from lineagebot.model import (
    Action,
    AssetKey,
    AssetKind,
    Binding,
    Certainty,
    Column,
    Edge,
    EdgeKind,
    Effect,
    How,
    Problem,
    Read,
    Session,
    TemporaryRelation,
)
from lineagebot.sql import session as sessions
from lineagebot.sql.lineage import Walk, reads_of
from lineagebot.sql.meaning import Context, Meaning, Target, temporary_key
from lineagebot.sql.outputs import type_text
from lineagebot.sql.schema_change import schema_change
from lineagebot.sql.shapes import (
    COMPUTED,
    COPIED,
    FILTERED,
    FLOW,
    JOINED,
    REFERENCE,
    Feeds,
    Scope,
    Shape,
    Table,
    merge,
    shape_of,
)
from lineagebot.sql.sources import add, join, source_of

#: A column of the target and what feeds it.
Fed = tuple[str | None, Feeds]
Ctes = dict[str, Shape]


def meaning_of(tree: exp.Expr, context: Context) -> Meaning | str:
    """What the statement does, reads and feeds; why not, where no reader knows this kind of statement."""
    read = EFFECTS.get(type(tree))
    if read is None:
        return "This is no statement that we know."
    statement = _Statement(context)
    try:
        read(statement, tree, {})
    except _NoNameError:
        return "What this statement writes to is named only when it runs."
    return statement.meaning()


class _NoNameError(Exception):
    """What is written to has no name that the text tells: no reader may call that "no effect"."""


class _Statement:
    """One statement while it is read: the walk over its queries, and what has been found so far."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.walk = Walk(context.dialect, context.session, context.catalog, self._inside_with)
        self.effects: list[Effect] = []
        self.edges: list[Edge] = []
        self.reads: list[Read] = []
        self.inputs: list[AssetKey] = []
        self.outputs: tuple[Column, ...] = ()
        self.flows: list[tuple[AssetKey | None, str, Feeds]] = []
        self.nameless: list[str] = []
        self.session: Session = context.session
        self.literals_matter = False
        #: What it writes: columns of these are not counted as read, unless a FROM names them too.
        self.targets: set[AssetKey] = set()
        #: What RETURNING gives to a WITH around it.
        self.returned = Shape([], [], [])

    def meaning(self) -> Meaning:
        inputs = tuple(table.key for table in self.walk.inputs)
        written = self.targets.difference(inputs)
        reads = reads_of(self.walk, [feeds for _, _, feeds in self.flows], written.__contains__)
        return Meaning(
            effects=tuple(self.effects),
            reads=tuple(dict.fromkeys((*self.reads, *reads))) if self.reads else reads,
            edges=tuple(dict.fromkeys(self.edges) if len(self.effects) > 1 else self.edges),
            outputs=self.outputs,
            literals_matter=self.literals_matter or self.walk.named_by_literal or bool(self.walk.nameless),
            session=self.session if self.session is not self.context.session else None,
            problems=tuple(map(_nameless, self.nameless + self.walk.nameless)),
            inputs=tuple(dict.fromkeys((*self.inputs, *inputs))),
            flows=tuple(self.flows),
        )

    def _inside_with(self, node: exp.Expr, ctes: Ctes) -> Shape:
        """A statement that writes inside a WITH: WITH gone AS (DELETE ... RETURNING *) ..."""
        inner = _Statement(self.context)
        inner.walk.share(self.walk)
        EFFECTS[type(node)](inner, node, ctes)
        meaning = inner.meaning()
        self.effects.extend(meaning.effects)
        self.edges.extend(meaning.edges)
        self.reads.extend(meaning.reads)
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
        self.targets.add(target.key)
        self.effects.append(
            Effect(
                action=action,
                target=target.key,
                position=self.context.position,
                temporary=target.temporary is not None,
                **{"kind": target.kind, "certainty": self.context.certainty, **fields},  # type: ignore[arg-type]
            )
        )

    def target(self, node: object) -> Target:
        """What a name written to means. Raises _NoNameError where there is none."""
        parts = self.walk.parts(node)
        if not parts:
            raise _NoNameError
        return self.context.target(parts)

    def feed(self, target: Target, columns: Iterable[Fed], binding: Binding = Binding.BY_NAME) -> None:
        """Edges from all that the statement reads to what it writes; a temp table remembers them instead."""
        columns = list(columns)
        self.flows.extend((target.key, name or "?column?", feeds) for name, feeds in columns)
        if target.temporary is not None:
            self._remember(target.temporary, columns)
            return
        key = target.key
        for table in self.walk.inputs:
            if table.key != key:
                self.edges.append(Edge(table.key, key, binding=binding))
        for name, feeds in columns:
            if name is None:
                continue
            for (table, column), how in feeds.items():
                if table.key != key:
                    self.edges.append(
                        Edge(
                            table.key,
                            key,
                            source_column=column,
                            target_column=name,
                            how=FLOW[how],
                            binding=binding,
                        )
                    )
        for (table, column), how in self.walk.references.items():
            if table.key != key:
                self.edges.append(
                    Edge(
                        table.key,
                        key,
                        kind=EdgeKind.REFERENCE,
                        source_column=column,
                        how=REFERENCE[how],
                        binding=binding,
                    )
                )

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
        references = [Read(table.key, column) for table, column in self.walk.references]
        inputs = [table.key for table in self.walk.inputs]
        self.session = sessions.with_temporary(
            self.session,
            TemporaryRelation(
                name=relation.name,
                columns=relation.columns,
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


# -- reading


def _query(statement: _Statement, tree: exp.Expr, ctes: Ctes) -> None:
    first = tree
    while isinstance(first, exp.SetOperation):  # SELECT ... INTO t ... UNION SELECT ...
        first = first.this
    into = first.args.get("into")
    if into is not None:
        _select_into(statement, tree, into)
        return
    shape = statement.walk.query(tree, ctes)
    unnamed = "?column?" if statement.context.dialect.name in ("postgres", "redshift") else "_col_{}"
    names = [name or unnamed.format(at) for at, name in enumerate(shape.names)]
    statement.outputs = tuple(Column(name, type_) for name, type_ in zip(names, shape.types, strict=True))
    statement.flows.extend((None, name, feeds) for name, feeds in zip(names, shape.feeds, strict=True))
    if isinstance(tree, exp.Select) and tree.args.get("from_") is None:
        _set_config(statement, tree)


def _set_config(statement: _Statement, tree: exp.Expr) -> None:
    """SELECT set_config('search_path', 'a, b', false) is a SET."""
    for node in tree.expressions:
        call = node.this if isinstance(node, exp.Alias) else node
        if not (isinstance(call, exp.Anonymous) and call.name.lower().endswith("set_config")):
            continue
        statement.literals_matter = True
        arguments = [a for a in call.expressions if isinstance(a, exp.Literal)]
        if len(arguments) > 1 and arguments[0].name.lower() == "search_path":
            schemas = tuple(part.strip().strip('"') for part in arguments[1].name.split(","))
            statement.session = sessions.with_path(statement.session, schemas)


# -- making


def _select_into(statement: _Statement, tree: exp.Expr, into: exp.Expr) -> None:
    parts = statement.walk.parts(into.this) if isinstance(into.this, exp.Table) else ()
    if not parts:
        raise _NoNameError
    shape = statement.walk.query(tree, {})
    bare = into.this.name.startswith("#")  # a temp table of T-SQL
    _make(statement, parts, shape, temporary=bool(into.args.get("temporary")) or bare)


def _create(statement: _Statement, tree: exp.Expr, ctes: Ctes) -> None:
    kind = _KINDS.get(str(tree.args.get("kind") or "").upper())
    walk = statement.walk
    this = tree.this
    parts = walk.parts(this)
    if kind is None or not parts:
        raise _NoNameError
    properties = {type(p): p for p in (tree.args["properties"].expressions if tree.args.get("properties") else ())}
    if exp.MaterializedProperty in properties:
        kind = AssetKind.MATERIALIZED_VIEW
    listed = _listed(statement, this)
    shape = _copied(statement, tree, this, properties)
    query = tree.args.get("expression")
    if isinstance(query, (exp.Query, exp.Values, exp.Table)):
        ctes = walk.with_(tree, ctes)
        shape = walk.query(query, ctes)
    if listed and shape is not None:
        names = [column.name for column in listed]
        types = [column.type for column in listed]
        shape = shape.renamed(names)
        shape = Shape(shape.names, shape.feeds, _either(types, shape.types), shape.opens, star_at=shape.star_at)
    _make(
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
    )


_KINDS = {"TABLE": AssetKind.TABLE, "VIEW": AssetKind.VIEW, "DYNAMIC TABLE": AssetKind.TABLE}


def _listed(statement: _Statement, this: exp.Expr) -> tuple[Column, ...]:
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


def _copied(statement: _Statement, tree: exp.Expr, this: exp.Expr, properties: dict[type, exp.Expr]) -> Shape | None:
    """The columns of the table that CLONE, COPY, LIKE or PARTITION OF names."""
    clone = tree.args.get("clone")
    like: exp.Expr | None = clone.this if clone is not None else None
    for node in (*properties.values(), *(this.expressions if isinstance(this, exp.Schema) else ())):
        if isinstance(node, (exp.LikeProperty, exp.PartitionedOfProperty)):
            like = node.this
    parts = statement.walk.parts(like) if like is not None else ()
    return shape_of(source_of(statement.walk, parts)) if parts else None


def _either(one: Sequence[str | None], other: Sequence[str | None]) -> list[str | None]:
    return [(one[at] if at < len(one) else None) or type_ for at, type_ in enumerate(other)]


def _make(
    statement: _Statement,
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
) -> None:
    context = statement.context
    produces = _produces(shape, listed)
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
    change = schema_change(target.relation.columns if target.relation else (), produces)
    exists = if_not_exists and target.relation is not None
    statement.effect(
        action,
        target,
        kind=kind,
        columns=change.loses if replace else (),
        produces=target.columns if exists else produces,
        if_exists=if_not_exists,
        certainty=Certainty.POSSIBLE if exists else context.certainty,
    )
    if shape is not None and feeds:
        binding = Binding.BY_OBJECT if binds else Binding.BY_NAME
        statement.feed(target, zip(shape.names, shape.feeds, strict=True), binding)


def _produces(shape: Shape | None, listed: tuple[Column, ...]) -> tuple[Column, ...]:
    """The columns of the new thing; () where not all of them are known."""
    if shape is None:
        return listed
    names = [name for name in shape.names if name is not None]
    if shape.opens or len(names) < len(shape.names):
        return ()
    return tuple(Column(name, type_) for name, type_ in zip(names, shape.types, strict=True))


def _passed(shape: Shape | None) -> tuple[tuple[str, tuple[tuple[AssetKey, str | None, How], ...]], ...]:
    """A temp table with columns that nobody listed passes their names on to the tables behind."""
    if shape is None or not shape.opens:
        return ()
    return (("*", tuple((table.key, None, How.COPIED) for group in shape.opens for table in group)),)


# -- writing


def _insert(statement: _Statement, tree: exp.Expr, ctes: Ctes) -> None:
    walk = statement.walk
    args = tree.args
    ctes = walk.with_(tree, ctes)
    query = args.get("expression")
    shape = walk.query(query, ctes) if isinstance(query, exp.Expr) else Shape([], [], [])
    if isinstance(tree.this, exp.Directory):
        _insert_directory(statement, tree.this, shape)
        return
    target = statement.target(tree.this)
    conflict = args.get("conflict")
    updates = conflict is not None and bool(conflict.expressions)
    table = tree.this.this if isinstance(tree.this, exp.Schema) else tree.this
    partition = table.args.get("partition") or args.get("partition")
    action = Action.OVERWRITE if args.get("overwrite") else Action.MERGE if updates else Action.APPEND
    statement.effect(
        action,
        target,
        partition=partition.sql() if isinstance(partition, exp.Expr) else None,
        every_row=action is Action.OVERWRITE and not isinstance(partition, exp.Expr),
    )
    names = [c.name for c in _listed(statement, tree.this)]
    fed = list(
        _aligned(
            _receiving(names, target, shape, by_name=bool(args.get("by_name")), walk=walk, partition=partition), shape
        )
    )
    if updates and conflict is not None:
        fed.extend(_on_conflict(statement, conflict, target, fed, ctes))
    statement.feed(target, fed)
    _returning(statement, tree, target, Scope(None, ctes))


def _insert_directory(statement: _Statement, directory: exp.Expr, shape: Shape) -> None:
    """INSERT OVERWRITE DIRECTORY 'path' (Hive, Spark)."""
    for key in _files(statement, directory.this):
        statement.literals_matter = True
        statement.effect(Action.EXPORT, Target(key), kind=AssetKind.FILE)
        statement.feed(Target(key), zip(shape.names, shape.feeds, strict=True))


def _receiving(
    names: list[str], target: Target, shape: Shape, *, by_name: bool, walk: Walk, partition: object
) -> Sequence[str | None]:
    """The target's columns in the order in which the query fills them."""
    if names:
        return names
    if by_name or not target.columns:
        return shape.names
    fixed = {
        walk.column_name(item.this.this)
        for item in (partition.expressions if isinstance(partition, exp.Expr) else ())
        if isinstance(item, exp.EQ) and isinstance(item.this, exp.Column)
    }
    known = [column.name for column in target.columns if column.name not in fixed]
    return known if shape.opens or len(known) >= len(shape.names) else shape.names


def _aligned(names: Sequence[str | None], shape: Shape) -> Iterable[Fed]:
    """Target columns with what feeds them, by position; around an unlisted star only where the position is sure."""
    if not shape.opens:
        yield from zip(names, shape.feeds, strict=False)
        return
    if names is shape.names:
        yield from zip(shape.names, shape.feeds, strict=True)
        return
    star = shape.star_at or 0
    yield from zip(names[:star], shape.feeds[:star], strict=False)
    behind = shape.feeds[star:]
    if behind and len(names) > len(shape.feeds):
        yield from zip(names[len(names) - len(behind) :], behind, strict=True)


def _on_conflict(
    statement: _Statement, conflict: exp.Expr, target: Target, fed: Sequence[Fed], ctes: Ctes
) -> Iterable[Fed]:
    scope = Scope(None, ctes)
    scope.add(Shape([n for n, _ in fed], [f for _, f in fed], [None] * len(fed)), "excluded")
    scope.add(statement.walk.table(target.key), target.key.name)
    yield from _assigned(statement, conflict.expressions, scope)
    where = conflict.args.get("where")
    if where is not None:
        statement.walk.refer(where, scope, FILTERED)


def _assigned(statement: _Statement, assignments: Iterable[exp.Expr], scope: Scope) -> Iterable[Fed]:
    """SET a = ..., (b, c) = (SELECT ...)."""
    walk = statement.walk
    for node in assignments:
        if not isinstance(node, (exp.EQ, exp.PropertyEQ)):
            continue
        left, right = node.this, node.expression
        if isinstance(left, exp.Tuple):
            yield from _assigned_together(statement, left, right, scope)
        elif isinstance(left, exp.Column):
            feeds: Feeds = {}
            inner = right.unnest() if isinstance(right, exp.Paren) else right
            walk.gather(inner, scope, feeds, COPIED if isinstance(inner, (exp.Column, exp.Subquery)) else COMPUTED)
            yield walk.column_name(left.this), feeds


def _assigned_together(statement: _Statement, left: exp.Expr, right: exp.Expr, scope: Scope) -> Iterable[Fed]:
    walk = statement.walk
    names = [walk.column_name(c.this) for c in left.expressions if isinstance(c, exp.Column)]
    if isinstance(right, exp.Query):
        yield from zip(names, walk.query(right, scope.ctes, scope).feeds, strict=False)
        return
    for name, cell in zip(names, right.expressions, strict=False):
        feeds: Feeds = {}
        walk.gather(cell, scope, feeds, COPIED if isinstance(cell, exp.Column) else COMPUTED)
        yield name, feeds


def _update(statement: _Statement, tree: exp.Expr, ctes: Ctes) -> None:
    walk = statement.walk
    ctes = walk.with_(tree, ctes)
    scope = Scope(None, ctes)
    target = _target_in(statement, tree.this, tree.args.get("from_"), scope)
    statement.effect(Action.UPDATE, target, every_row=_every_row(statement, tree))
    fed = list(_assigned(statement, tree.expressions, scope))
    _where(statement, tree, scope)
    statement.feed(target, fed)
    _returning(statement, tree, target, scope)


def _delete(statement: _Statement, tree: exp.Expr, ctes: Ctes) -> None:
    walk = statement.walk
    ctes = walk.with_(tree, ctes)
    scope = Scope(None, ctes)
    named = tree.args.get("tables")
    if named and not isinstance(tree.this, exp.Expr):  # DELETE a WHERE ..., without FROM (BigQuery)
        targets = [_target_in(statement, node, None, scope) for node in named]
    elif named:  # DELETE a, b FROM a JOIN b: the FROM says what the names are
        add(walk, tree.this, scope)
        targets = [_meant_by(statement, node, tree.this) or statement.target(node) for node in named]
    else:
        targets = [_target_in(statement, tree.this, None, scope)]
    for source in tree.args.get("using") or ():
        add(walk, source, scope)
    every_row = _every_row(statement, tree)
    for target in targets:
        statement.effect(Action.DELETE, target, every_row=every_row)
    _where(statement, tree, scope)
    for target in targets:
        statement.feed(target, ())
        _returning(statement, tree, target, scope)


def _target_in(statement: _Statement, node: exp.Expr, from_: exp.Expr | None, scope: Scope) -> Target:
    """The table that an UPDATE or DELETE changes, taken into the scope without counting as an input."""
    walk = statement.walk
    meant = _meant_by(statement, node, from_.this, whole=False) if from_ is not None else None
    if from_ is not None and meant is not None:  # UPDATE alias ... FROM table alias (T-SQL)
        add(walk, from_.this, scope)
        walk.inputs.pop(walk.table(meant.key), None)
        return meant
    target = statement.target(node)
    alias = node.args.get("alias")
    name = walk.column_name(alias.this) if alias is not None and alias.this is not None else target.key.name
    scope.add(_as_source(walk, target), name)
    for joined in node.args.get("joins") or ():
        join(walk, joined, scope)
    if from_ is not None:
        add(walk, from_.this, scope)
    return target


def _as_source(walk: Walk, target: Target) -> Table | Shape:
    """What is written to, as a source of columns that is no input; a temp table without what feeds it."""
    if target.temporary is None:
        return walk.table(target.key)
    columns = target.columns
    return Shape([c.name for c in columns], [{} for _ in columns], [c.type for c in columns], wild={})


def _meant_by(statement: _Statement, node: exp.Expr, from_: exp.Expr, *, whole: bool = True) -> Target | None:
    """The table in a FROM that has this alias (or, where `whole`, this name)."""
    walk = statement.walk
    parts = walk.parts(node)
    tables = [from_, *(join.this for join in from_.args.get("joins") or ())]
    for table in tables:
        if not isinstance(table, exp.Table):
            continue
        alias = table.args.get("alias")
        if alias is not None and alias.this is not None and parts == (walk.column_name(alias.this),):
            return statement.target(table)
        if whole and parts and walk.parts(table)[-len(parts) :] == parts:
            return statement.target(table)
    return None


def _merge(statement: _Statement, tree: exp.Expr, ctes: Ctes) -> None:
    walk = statement.walk
    ctes = walk.with_(tree, ctes)
    scope = Scope(None, ctes)
    target = statement.target(tree.this)
    alias = tree.this.args.get("alias")
    name = walk.column_name(alias.this) if alias is not None and alias.this is not None else target.key.name
    if not isinstance(tree.args.get("using"), exp.Expr):
        raise _NoNameError
    add(walk, tree.args["using"], scope)
    source = shape_of(scope.sources[0]) if scope.sources else Shape([], [], [])
    both = Scope(None, ctes)
    both.sources, both.by_name, both.own_names = list(scope.sources), dict(scope.by_name), set(scope.own_names)
    both.add(_as_source(walk, target), name)
    on = tree.args.get("on")
    if isinstance(on, exp.Expr):
        walk.refer(on, both, JOINED)
    fed: list[Fed] = []
    deletes = False
    for when in tree.args["whens"].expressions:
        condition = when.args.get("condition")
        if condition is not None:
            walk.refer(condition, both, FILTERED)
        deletes = deletes or "DELETE" in str(when.args.get("then")).upper()[:6]
        fed.extend(_when(statement, when.args.get("then"), target, source, scope, both))
    statement.effect(Action.MERGE, target)
    if deletes:
        statement.effect(Action.DELETE, target)
    gathered: dict[str | None, Feeds] = {}
    for column, feeds in fed:
        merge(gathered.setdefault(column, {}), feeds, COPIED)
    statement.feed(target, gathered.items())
    _returning(statement, tree, target, both)


def _when(
    statement: _Statement, then: object, target: Target, source: Shape, only: Scope, both: Scope
) -> Iterable[Fed]:
    walk = statement.walk
    if isinstance(then, exp.Update):
        if any(isinstance(node, exp.Star) for node in then.expressions) or not then.expressions:
            yield from zip(source.names, source.feeds, strict=True)
        else:
            yield from _assigned(statement, then.expressions, both)
    elif isinstance(then, exp.Insert):
        if isinstance(then.this, exp.Star) or str(then.args.get("expression")).upper() == "ROW":
            yield from zip(source.names, source.feeds, strict=True)
            return
        columns = then.this.expressions if isinstance(then.this, (exp.Tuple, exp.Schema)) else []
        names: list[str | None] = [walk.column_name(c.this if isinstance(c, exp.Column) else c) for c in columns]
        values = then.args.get("expression")
        cells = values.expressions if isinstance(values, exp.Expr) else []
        if len(cells) == 1 and isinstance(cells[0], exp.Tuple):
            cells = cells[0].expressions
        names = names or [column.name for column in target.columns]
        for at, cell in enumerate(cells):
            feeds: Feeds = {}
            walk.gather(cell, only, feeds, COPIED if isinstance(cell, exp.Column) else COMPUTED)
            implied = walk.column_name(cell.this) if isinstance(cell, exp.Column) and not names else None
            yield (names[at] if at < len(names) else implied), feeds


def _where(statement: _Statement, tree: exp.Expr, scope: Scope) -> None:
    for clause in ("where", "order", "limit"):
        node = tree.args.get(clause)
        if node is not None:
            statement.walk.refer(node, scope, FILTERED)


def _every_row(statement: _Statement, tree: exp.Expr) -> bool:
    """True where no predicate limits the rows: no WHERE, WHERE TRUE, WHERE 1 = 1."""
    if tree.args.get("limit") is not None:
        return False
    where = tree.args.get("where")
    if where is None:
        return not _inner_joined(tree)
    if where.find(exp.Literal, exp.Boolean) is not None and where.find(exp.Column, exp.Query) is None:
        statement.literals_matter = True
    return _always(where.this)


def _inner_joined(tree: exp.Expr) -> bool:
    """UPDATE a JOIN b ON ...: the join limits the rows."""
    from_ = tree.args.get("from_")
    tables = [node for node in (tree.this, from_.this if from_ is not None else None) if isinstance(node, exp.Expr)]
    return any(
        join.args.get("on") is not None and not join.args.get("side")
        for t in tables
        for join in t.args.get("joins") or ()
    )


def _always(node: exp.Expr) -> bool:
    while isinstance(node, exp.Paren):
        node = node.this
    if isinstance(node, exp.Boolean):
        return bool(node.this)
    if isinstance(node, exp.EQ):
        left, right = node.this, node.expression
        return type(left) is type(right) and isinstance(left, (exp.Literal, exp.Column)) and bool(left == right)
    if isinstance(node, exp.Literal):
        return not node.args.get("is_string") and node.name not in ("0", "")
    if isinstance(node, exp.Not):
        inner = node.this
        return isinstance(inner, exp.Boolean) and not inner.this
    if isinstance(node, exp.And):
        return all(_always(part) for part in node.flatten())
    if isinstance(node, exp.Or):
        return any(_always(part) for part in node.flatten())
    return False


def _returning(statement: _Statement, tree: exp.Expr, target: Target, scope: Scope) -> None:
    clause = tree.args.get("returning")
    if clause is None:
        return
    walk = statement.walk
    inside = Scope(None, scope.ctes)
    inside.sources, inside.by_name = list(scope.sources), dict(scope.by_name)
    if not inside.sources:
        inside.add(_as_source(walk, target), target.key.name)
    if not tree.args.get("using") and not tree.args.get("from_") and tree.args.get("with_") is None:
        inside.sources = inside.sources[:1]
    statement.returned = walk.projection(clause.expressions, inside)


def _insert_many(statement: _Statement, tree: exp.Expr, ctes: Ctes) -> None:
    """One source, many targets: INSERT ALL (Snowflake, Oracle), FROM t INSERT ... INSERT ... (Hive)."""
    walk = statement.walk
    source = tree.args["source"]
    around = Scope(None, walk.with_(tree, ctes))
    if isinstance(source, exp.Query):
        around.add(walk.query(source, around.ctes), "")
    else:
        add(walk, source, around)
    for node in tree.expressions:
        insert = node.this if isinstance(node, exp.ConditionalInsert) else node
        condition = node.args.get("expression") if isinstance(node, exp.ConditionalInsert) else None
        if isinstance(condition, exp.Expr):
            walk.refer(condition, around, FILTERED)
        target = statement.target(insert.this)
        query = insert.args.get("expression")
        if isinstance(query, exp.Select):
            shape = walk.query(query, around.ctes, around)
        elif isinstance(query, exp.Values):
            shape = walk.projection(query.expressions[0].expressions, around)
        else:
            shape = walk.projection([exp.Star()], around)
        statement.effect(
            Action.OVERWRITE if insert.args.get("overwrite") or tree.args.get("overwrite") else Action.APPEND, target
        )
        names = [c.name for c in _listed(statement, insert.this)]
        statement.feed(
            target, _aligned(_receiving(names, target, shape, by_name=False, walk=walk, partition=None), shape)
        )


# -- loading and unloading


def _copy(statement: _Statement, tree: exp.Expr, ctes: Ctes) -> None:
    files = [file for node in tree.args.get("files") or () for file in _files(statement, node)]
    if not tree.args.get("kind"):
        _unload(statement, tree.this, files)
        return
    if not isinstance(tree.this, (exp.Table, exp.Schema)) or tree.this.name.startswith("@"):
        _unload(statement, tree.this, files)
        return
    target = statement.target(tree.this)
    statement.effect(Action.LOAD, target)
    shape = Shape([], [], [])
    for node in tree.args.get("files") or ():
        if isinstance(node, exp.Query):
            shape = statement.walk.query(node, ctes)
    for key in files:
        statement.walk.inputs[statement.walk.table(key)] = None
    names = [c.name for c in _listed(statement, tree.this)]
    statement.feed(target, _aligned(names or shape.names, shape))


def _unload(statement: _Statement, what: exp.Expr, files: Sequence[AssetKey]) -> None:
    walk = statement.walk
    shape = walk.query(what, {})
    for key in files:
        statement.literals_matter = True
        target = Target(key)
        statement.effect(Action.EXPORT, target, kind=AssetKind.FILE)
        statement.feed(target, zip(shape.names, shape.feeds, strict=True))
    if not files:
        for table in list(walk.inputs):
            statement.effect(Action.EXPORT, Target(table.key, None))


def _files(statement: _Statement, node: exp.Expr) -> list[AssetKey]:
    """Places outside the warehouse that have a name of their own: a URL or a stage, no path on somebody's disk."""
    written = (
        node.name if isinstance(node, (exp.Literal, exp.Var)) else node.sql() if isinstance(node, exp.Table) else ""
    )
    written = written.strip("'\"")
    if "://" in written or written.startswith("@"):
        return [AssetKey(statement.context.session.system, (written,))]
    return []


def _export(statement: _Statement, tree: exp.Expr, ctes: Ctes) -> None:
    """EXPORT DATA OPTIONS (uri = '...') AS SELECT (BigQuery)."""
    files: list[AssetKey] = []
    options = tree.args.get("options")
    for literal in options.find_all(exp.Literal) if options is not None else ():
        files.extend(_files(statement, literal))
    _unload(statement, tree.this, files)


def _nothing(statement: _Statement, tree: exp.Expr, ctes: Ctes) -> None:
    """No asset feels it."""


EFFECTS: dict[type[exp.Expr], Callable[[_Statement, exp.Expr, Ctes], None]] = {
    exp.Select: _query,
    exp.Union: _query,
    exp.Except: _query,
    exp.Intersect: _query,
    exp.Subquery: _query,
    exp.Values: _query,
    exp.Create: _create,
    exp.Insert: _insert,
    exp.MultitableInserts: _insert_many,
    exp.Update: _update,
    exp.Delete: _delete,
    exp.Merge: _merge,
    exp.Copy: _copy,
    exp.Export: _export,
    exp.Analyze: _nothing,
    exp.Attach: _nothing,
    exp.Cache: _nothing,
    exp.Comment: _nothing,
    exp.Commit: _nothing,
    exp.Describe: _nothing,
    exp.Detach: _nothing,
    exp.Pragma: _nothing,
    exp.Rollback: _nothing,
    exp.Set: _nothing,
    exp.Transaction: _nothing,
    exp.Uncache: _nothing,
}
