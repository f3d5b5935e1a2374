"""Tables that are named when the statement runs: IDENTIFIER('a.b') tells its name in a string, $1 tells none."""

from __future__ import annotations

from sqlglot import exp
from sqlglot.errors import SqlglotError

from lineagebot.sql.dialects import Dialect
from lineagebot.sql.names import split_name

_NAMELESS = (exp.Parameter, exp.Placeholder)
#: @t is a variable that holds a table there, made and gone with its batch.
_TABLE_VARIABLES = frozenset({"tsql"})

#: Functions whose first argument names a table, and how many arguments they have at most.
_TOLD_FIRST = {"IDENTIFIER": 1, "TABLE_CHANGES": 3, "QUERY_TABLE": 1}


def told(node: object, dialect: Dialect) -> tuple[str, ...]:
    """The folded name in IDENTIFIER('a.b') or TABLE('a.b'); () where no string tells it."""
    argument = _argument(node)
    if isinstance(argument, exp.Literal) and argument.args.get("is_string"):
        return split_name(argument.name, dialect.name) or ()
    return ()


def is_nameless(node: object, dialect: Dialect) -> bool:
    """True for a table whose name only the run tells."""
    if isinstance(node, _NAMELESS):
        return dialect.name not in _TABLE_VARIABLES
    argument = _argument(node)
    return argument is not None and not told(node, dialect)


def said(node: object) -> str:
    try:
        return node.sql()[:40] if isinstance(node, exp.Expr) else ""
    except SqlglotError:  # IDENTIFIER('') cannot be written again
        return ""


def _argument(node: object) -> object:
    """What stands in the brackets of IDENTIFIER(...) or TABLE(...), where it is one of them."""
    if isinstance(node, exp.DynamicIdentifier):
        return node.this
    if isinstance(node, exp.TableFromRows):
        return node.this if isinstance(node.this, (exp.Literal, *_NAMELESS)) else None
    if isinstance(node, exp.Anonymous) and len(node.expressions) >= 1:
        most = _TOLD_FIRST.get(node.name.upper(), 0)
        return node.expressions[0] if len(node.expressions) <= most else None
    if isinstance(node, exp.Schema) and _is_identifier_call(node):  # INSERT INTO IDENTIFIER('a.b')
        return node.expressions[0]
    return None


def _is_identifier_call(node: exp.Expr) -> bool:
    name = node.this.this if isinstance(node.this, exp.Table) else None
    if not isinstance(name, exp.Identifier) or name.name.upper() != "IDENTIFIER" or len(node.expressions) != 1:
        return False
    return not isinstance(node.expressions[0], (exp.Identifier, exp.ColumnDef))
