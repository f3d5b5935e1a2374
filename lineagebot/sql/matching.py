"""MATCH_RECOGNIZE: the columns of the rows that a pattern finds."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sqlglot import exp

from lineagebot.sql.projecting import projection
from lineagebot.sql.shapes import COMPUTED, FILTERED, GROUPED, ORDERED, Feeds, Scope, Shape, shape_of

if TYPE_CHECKING:
    from lineagebot.sql.lineage import Walk


def matched(walk: Walk, match: exp.Expr, outer: Scope) -> Scope:
    """The scope of what selects from the matches: the columns that tell the partitions apart, and the measures."""
    inside = Scope(outer, outer.ctes)
    for source in outer.sources:
        inside.add(source, "")
    for name in _variables(walk, match):  # A.price is the price in the rows that match A
        if outer.sources:
            inside.by_name.setdefault(name, outer.sources[0])
    by = match.args.get("partition_by") or ()
    for node in by:
        walk.refer(node, inside, GROUPED)
    order = match.args.get("order")
    if order is not None:
        walk.refer(order, inside, ORDERED)
    for node in match.args.get("define") or ():
        walk.refer(node.this if isinstance(node, exp.Alias) else node, inside, FILTERED)
    shape = projection(walk, by, inside)
    if "ALL ROWS" in str(match.args.get("rows")).upper():
        rows = [shape_of(source) for source in outer.sources]
        shape = rows[0] if rows else shape
    names, feeds = list(shape.names), list(shape.feeds)
    for measure in match.args.get("measures") or ():
        node = measure.this
        fed: Feeds = {}
        walk.gather(node.this if isinstance(node, exp.Alias) else node, inside, fed, COMPUTED)
        names.append(walk.column_name(node.args["alias"]) if isinstance(node, exp.Alias) else None)
        feeds.append(fed)
    found = Scope(outer.parent, outer.ctes)
    alias = match.args.get("alias")
    name = walk.alias(alias.this) if alias is not None and alias.this is not None else ""
    types = [*shape.types, *(None for _ in names[len(shape.names) :])]
    found.add(Shape(names, feeds, types, shape.opens, star_at=0), name, alias=bool(name))
    return found


def _variables(walk: Walk, match: exp.Expr) -> list[str]:
    defined = [walk.alias(node.args["alias"]) for node in match.args.get("define") or () if node.alias]
    pattern = match.args.get("pattern")
    written = re.findall(r"[A-Za-z_]\w*", pattern.name) if isinstance(pattern, exp.Expr) else []
    return [*defined, *(walk.alias(exp.to_identifier(word)) for word in written)]
