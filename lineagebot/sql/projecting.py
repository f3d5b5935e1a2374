"""The output columns of a SELECT list, stars spread."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from sqlglot import exp

from lineagebot.sql import structs
from lineagebot.sql.choosing import CHOOSING, Wanted, chosen, like
from lineagebot.sql.meant import named, whole
from lineagebot.sql.names import folded_column
from lineagebot.sql.outputs import implied_name
from lineagebot.sql.shapes import (
    COMPUTED,
    COPIED,
    Cell,
    Feeds,
    Made,
    Opens,
    Scope,
    Shape,
    Source,
    Table,
    joined_opens,
    merge,
)

if TYPE_CHECKING:
    from lineagebot.sql.lineage import Walk

#: Most columns of one query: stars of stars double with each WITH.
MAX_COLUMNS = 100_000
#: Most steps from columns to what feeds them in one statement: each takes a hundred bytes.
MAX_FOLLOWED = 3_000_000
#: What stands alone in a SELECT list without being computed.
_COPIES = frozenset({exp.Column, exp.Subquery, exp.Dot})


class TooMuchError(Exception):
    """The columns of a statement multiply beyond what is followed."""


def projection(walk: Walk, expressions: Sequence[exp.Expr], scope: Scope) -> Shape:
    """The output columns of a list of expressions, stars spread."""
    names: list[str | None] = []
    feeds: list[Feeds] = []
    types: list[Cell] = []
    opens: Opens = ()
    wild: Feeds | None = None
    star_at: int | None = None
    lateral = walk.dialect.lateral_aliases
    aliases: dict[str, Feeds] = {}
    if lateral:
        scope.aliases = aliases
    for node in expressions:
        kind = node.__class__
        if kind is exp.Column and node.args["this"].__class__ is exp.Identifier:  # most of them
            called = walk.column_name(node.args["this"])
            found = named(walk, node, called, scope)
            if isinstance(found, tuple):
                walk.named[found] = None
                own: Feeds = {found: COPIED}
            else:
                own = found.copy() if found else {}
            names.append(called)
            feeds.append(own)
            types.append(Made(node, scope))
            aliases.setdefault(called, own)
            continue
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
            sources = _starred(walk, node, scope)
            for source in sources:
                if isinstance(source, Shape) and source.wild is not None and not source.names:
                    wild, opens = source.wild, opens or ((),)
            star_at = len(names) if star_at is None else star_at
            walk.starred.update((source, None) for source in sources if type(source) is Table and source.opens)
            opens = joined_opens([*sources, Shape([], [], [], opens)])
            if star.args.get("ilike") is not None:
                wanted = like(star.args["ilike"])
            if wanted is None:  # which columns, only the run tells
                opens = opens or ((),)
            for name, fed, type_ in spread(walk, star, sources, scope, whole=kind is exp.Star):
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
            inner, name = node.this, walk.column_name(alias)
        elif kind is exp.Aliases or (kind is exp.QueryTransform and node.args.get("schema") is not None):
            several = node.args["schema"].expressions if kind is exp.QueryTransform else node.args["expressions"]
            for alias in several:
                fed = {}
                for made in node.expressions if kind is exp.QueryTransform else (node.this,):
                    walk.gather(made, scope, fed, COMPUTED)
                names.append(walk.column_name(alias if type(alias) is exp.Identifier else alias.this))
                feeds.append(fed)
                types.append(None)
            continue
        elif kind is exp.EQ and type(node.this) is exp.Literal and walk.dialect.name == "tsql":
            inner, name = node.expression, folded_column(node.this.name, walk.dialect, quoted=True)  # 'x' = y
        else:
            name = implied_name(walk, node)
        fed = {}
        while type(inner) is exp.Paren:
            inner = inner.this
        walk.gather(inner, scope, fed, COPIED if type(inner) in _COPIES else COMPUTED)
        names.append(name)
        feeds.append(fed)
        types.append(Made(inner, scope))
        if name is not None:
            aliases.setdefault(name, fed)
    scope.aliases = aliases
    shape = Shape(names, feeds, types, opens, wild, star_at=star_at)
    count_steps(walk, shape)
    return shape


def count_steps(walk: Walk, shape: Shape) -> None:
    walk.followed += sum(map(len, shape.feeds))
    if walk.followed > MAX_FOLLOWED:
        raise TooMuchError


def _every(name: str) -> bool:
    return True


def _starred(walk: Walk, node: exp.Expr, scope: Scope) -> list[Source]:
    if type(node) is exp.Star:
        return scope.sources
    if type(node) is exp.Dot:
        fields = structs.inside(walk, node.this, scope)
        if fields is None:
            fed: Feeds = {}
            walk.gather(node.this, scope, fed, COMPUTED)
            fields = Shape([], [], [], ((),), fed, star_at=0)
        return [fields]
    table = node.args.get("table")
    db = node.args.get("db")
    name = walk.alias(table) if table is not None else ""
    found = scope.source_named(name, f"{walk.alias(db)}.{name}" if db is not None else "")
    if found is None and table is not None:  # a struct is spread
        path = structs.path_of(node)[:-1]
        feeds: Feeds = {}
        merge(feeds, whole(walk, path, scope), COMPUTED)
        found = structs.along(walk, path, scope) or (Shape([], [], [], ((),), feeds, star_at=0) if feeds else None)
    return [found] if found is not None else []


def spread(
    walk: Walk, star: exp.Expr, sources: Iterable[Source], scope: Scope, *, whole: bool
) -> Iterable[tuple[str | None, Feeds, Cell]]:
    left_out = {walk.column_name(c) for c in star.args.get("except_") or ()}
    replaced = {walk.column_name(a.args["alias"]): a.this for a in star.args.get("replace") or () if a.alias}
    renamed = {
        walk.column_name(a.this): walk.column_name(a.args["alias"]) for a in star.args.get("rename") or () if a.alias
    }
    merged = dict(scope.merged) if whole else {}
    seen: set[str] = set()
    for name, fed in merged.items():
        seen.add(name)
        if name in replaced:
            yield _replaced(walk, name, replaced.pop(name), scope)
        elif name not in left_out:
            yield renamed.get(name, name), fed, None
    for source in sources:
        for column, fed, type_ in source.star():
            if column is not None and (column in left_out or column in seen):
                continue
            if column in replaced:
                yield _replaced(walk, column, replaced.pop(column), scope)
            else:
                yield (renamed.pop(column, column) if column is not None else None), fed, type_
    for name, node in replaced.items():  # of a column that nobody listed
        yield _replaced(walk, name, node, scope)
    for old, new in renamed.items():
        if old not in seen:
            made: Feeds = {}
            merge(made, scope.unqualified(old), COPIED)
            yield new, made, None


def _replaced(walk: Walk, name: str, node: exp.Expr, scope: Scope) -> tuple[str, Feeds, Cell]:
    """A column of a star with another value: REPLACE (x AS name)."""
    made: Feeds = {}
    walk.gather(node, scope, made, COPIED if type(node) in _COPIES else COMPUTED)
    return name, made, Made(node, scope)
