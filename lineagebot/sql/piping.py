"""Pipe syntax into trees (FROM t |> WHERE a |> SELECT b): each step as the clause that it is, in order, as `pipes`.

sqlglot folds the steps into queries inside queries, where the aliases of tables no longer lead anywhere, and knows half
of them. What stands in no row of the table here does not parse, which is said in a Problem.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.tokenizer_core import TokenType

#: What a query may consist of that is no more than its tables.
_BARE = frozenset({"expressions", "from_", "joins", "laterals"})
#: Steps that keep every column and add or change some: what they are called stands in `kind`.
EXTEND, SET = "EXTEND", "SET"

# The methods of the parser that read clauses are its own business; nothing else reads them.
_Parser = Any
_Step = Callable[[_Parser, exp.Query], exp.Query]


def teach() -> None:
    """Have every parser of sqlglot's read pipes in this way."""
    sqlglot.Parser.PIPE_SYNTAX_TRANSFORM_PARSERS.update(_STEPS)


def _then(query: exp.Query, *steps: exp.Expr | None) -> exp.Query:
    if "pipes" not in query.args and not _is_bare(query):
        query = exp.select("*").from_(query.subquery(copy=False), copy=False)
    for step in steps:
        if step is not None:
            query.append("pipes", step)
    return query


def _is_bare(query: exp.Query) -> bool:
    """True for FROM t, which shows all that its tables have."""
    listed = query.expressions
    only_star = len(listed) == 1 and type(listed[0]) is exp.Star and not any(listed[0].args.values())
    return only_star and all(key in _BARE for key, value in query.args.items() if value)


def _clause(read: str) -> _Step:
    """A step that is written as the clause of a SELECT."""
    return lambda parser, query: _then(query, getattr(parser, read)())


def _select(parser: _Parser, query: exp.Query) -> exp.Query:
    listed = parser._parse_select(parse_set_operation=False, consume_pipe=False)
    if not isinstance(listed, exp.Select) or listed.args.get("from_"):
        parser.raise_error("Expected a list of columns")
    return _then(query, listed)


def _extend(parser: _Parser, query: exp.Query) -> exp.Query:
    parser._advance()
    step = exp.Select(kind=EXTEND, expressions=[exp.Star(), *parser._parse_expressions()])
    if parser._match(TokenType.WINDOW, advance=False):
        step.set("windows", parser._parse_window_clause())
    return _then(query, step)


def _set(parser: _Parser, query: exp.Query) -> exp.Query:
    return _changed(parser, query, SET, "replace", _assignment)


def _drop(parser: _Parser, query: exp.Query) -> exp.Query:
    return _changed(parser, query, EXTEND, "except_", _name)


def _rename(parser: _Parser, query: exp.Query) -> exp.Query:
    return _changed(parser, query, EXTEND, "rename", _renaming)


def _changed(
    parser: _Parser, query: exp.Query, kind: str, how: str, read: Callable[[_Parser], exp.Expr | None]
) -> exp.Query:
    parser._advance()
    star = exp.Star(**{how: parser._parse_csv(lambda: read(parser))})
    return _then(query, exp.Select(kind=kind, expressions=[star]))


def _name(parser: _Parser) -> exp.Expr | None:
    found: exp.Expr | None = parser._parse_id_var(any_token=True)
    return found


def _assignment(parser: _Parser) -> exp.Expr:
    name = _name(parser)
    if not parser._match(TokenType.EQ):
        parser.raise_error("Expected =")
    return exp.Alias(this=parser._parse_disjunction(), alias=name)


def _renaming(parser: _Parser) -> exp.Expr:
    old = _name(parser)
    parser._match(TokenType.ALIAS)
    return exp.Alias(this=old, alias=_name(parser))


def _aggregate(parser: _Parser, query: exp.Query) -> exp.Query:
    """The columns that it groups by come first in the result."""
    parser._advance()
    made = parser._parse_csv(lambda: _item(parser))
    by: Sequence[exp.Expr] = ()
    if parser._match(TokenType.GROUP_BY) or (
        parser._match_text_seq("GROUP", "AND") and parser._match(TokenType.ORDER_BY)
    ):
        by = [item for group in parser._parse_csv(lambda: _group(parser)) for item in group.expressions]
    group = exp.Group(expressions=[item.unalias() for item in by])
    return _then(query, exp.Select(expressions=[*by, *made], group=group))


def _group(parser: _Parser) -> exp.Expr:
    """One column, or those of a ROLLUP; of GROUPING SETS nobody reads which columns come out."""
    if parser._match_texts(("ROLLUP", "CUBE")):
        return exp.Tuple(expressions=parser._parse_wrapped_csv(lambda: _item(parser)))
    if parser._match_text_seq("GROUPING", "SETS", advance=False):
        parser.raise_error("Unsupported grouping")
    item = _item(parser)
    return item if isinstance(item, exp.Tuple) else exp.Tuple(expressions=[item] if item is not None else [])


def _item(parser: _Parser) -> exp.Expr | None:
    """A column with its alias; ASC and DESC behind it order the result, and make nothing of it."""
    item: exp.Expr | None = parser._parse_disjunction()
    if not parser._match_text_seq("GROUP", "AND", advance=False):
        item = parser._parse_alias(item)
    if parser._match_set((TokenType.ASC, TokenType.DESC)) and parser._match_text_seq("NULLS"):
        parser._match_texts(("FIRST", "LAST"))
    return item


def _pivot(parser: _Parser, query: exp.Query) -> exp.Query:
    return _then(query, *(parser._parse_pivots() or ()))


def _distinct(parser: _Parser, query: exp.Query) -> exp.Query:
    parser._advance()
    return query


def _sample(parser: _Parser, query: exp.Query) -> exp.Query:
    parser._parse_table_sample()
    return query


def _call(parser: _Parser, query: exp.Query) -> exp.Query:
    parser._advance()
    return _then(query, parser._parse_table())


def _join_or_set(parser: _Parser, query: exp.Query) -> exp.Query:
    """LEFT JOIN and LEFT UNION begin with the same word."""
    operation = parser.parse_set_operation(exp.Select())
    if operation is None:
        joined = parser._parse_join()
        if joined is None:
            parser.raise_error("Unsupported pipe syntax operator")
        return _then(query, joined)
    others = []
    while parser._match(TokenType.COMMA):
        others.append(parser._parse_wrapped(lambda: parser._parse_select(nested=True)))
    operation.set("expressions", others)
    return _then(query, operation)


_STEPS: dict[str, _Step] = {
    "SELECT": _select,
    "EXTEND": _extend,
    "WINDOW": _extend,
    "SET": _set,
    "DROP": _drop,
    "RENAME": _rename,
    "AGGREGATE": _aggregate,
    "AS": _clause("_parse_table_alias"),
    "WHERE": _clause("_parse_where"),
    "ORDER BY": _clause("_parse_order"),
    "LIMIT": lambda parser, query: _then(query, parser._parse_limit(), parser._parse_offset()),
    "OFFSET": _clause("_parse_offset"),
    "LATERAL": _clause("_parse_lateral"),
    "DISTINCT": _distinct,
    "TABLESAMPLE": _sample,
    "PIVOT": _pivot,
    "UNPIVOT": _pivot,
    "CALL": _call,
    **dict.fromkeys(
        ("JOIN", "INNER", "LEFT", "RIGHT", "FULL", "CROSS", "NATURAL", "SEMI", "ANTI", "UNION", "EXCEPT", "INTERSECT"),
        _join_or_set,
    ),
}
