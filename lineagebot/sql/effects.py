"""What a parsed statement does, as a table: EFFECTS says which kind of tree is read by which reader.

DROP, TRUNCATE, ALTER, GRANT and all that sets the session are read from tokens (by_hand/) and never get here.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from lineagebot.sql import session as sessions
from lineagebot.sql.calls import move_rows
from lineagebot.sql.inferred import plain_types
from lineagebot.sql.loading import copy, export, load_data
from lineagebot.sql.making import cache, create, select_into
from lineagebot.sql.many import insert_many
from lineagebot.sql.meaning import Context, Meaning
from lineagebot.sql.merging import merge_
from lineagebot.sql.projecting import MAX_COLUMNS, TooMuchError
from lineagebot.sql.quick import new_column
from lineagebot.sql.statement import Ctes, NoNameError, Statement
from lineagebot.sql.writing import delete, insert, update


def meaning_of(tree: exp.Expr, context: Context) -> Meaning | str:
    """What the statement does, reads and feeds; why not, where no reader knows this kind of statement."""
    read = EFFECTS.get(type(tree))
    if read is None:
        return "This is no statement that we know."
    statement = Statement(context, EFFECTS)
    try:
        read(statement, tree, {})
    except NoNameError:
        return "What this statement writes to is named only when it runs."
    except TooMuchError:
        return f"The columns of this statement multiply beyond {MAX_COLUMNS:,}; they are not followed."
    meaning = statement.meaning()
    statement.walk.writer = None  # else the two hold each other until garbage is collected
    return meaning


def _query(statement: Statement, tree: exp.Expr, ctes: Ctes) -> None:
    first = tree
    while isinstance(first, exp.SetOperation):  # SELECT ... INTO t ... UNION SELECT ...
        first = first.this
    into = first.args.get("into")
    if isinstance(into, exp.Into):
        select_into(statement, tree, into)
        return
    shape = statement.walk.query(tree, ctes)
    statement.opens = shape.opens
    unnamed = "?column?" if statement.context.dialect.name in ("postgres", "redshift") else "_col_{}"
    names = [name or unnamed.format(at) for at, name in enumerate(shape.names)]
    statement.outputs = tuple(map(new_column, names, plain_types(statement.walk, shape)))
    statement.flows.extend((None, name, feeds) for name, feeds in zip(names, shape.feeds, strict=True))
    if isinstance(tree, exp.Select) and tree.args.get("from_") is None:
        _called(statement, tree)


def _called(statement: Statement, tree: exp.Expr) -> None:
    """SELECT set_config('search_path', 'a, b', false) is a SET; other functions move rows."""
    for node in tree.expressions:
        call = node.this if isinstance(node, exp.Alias) else node
        move_rows(statement, call)
        if not (isinstance(call, exp.Anonymous) and call.name.lower().endswith("set_config")):
            continue
        statement.literals_matter = True
        arguments = [a for a in call.expressions if isinstance(a, exp.Literal)]
        if len(arguments) > 1 and arguments[0].name.lower() == "search_path":
            schemas = tuple(part.strip().strip('"') for part in arguments[1].name.split(","))
            statement.session = sessions.with_path(statement.session, schemas)


def _nothing(statement: Statement, tree: exp.Expr, ctes: Ctes) -> None:
    """No asset feels it."""


EFFECTS: dict[type[exp.Expr], Callable[[Statement, exp.Expr, Ctes], None]] = {
    exp.Select: _query,
    exp.Union: _query,
    exp.Except: _query,
    exp.Intersect: _query,
    exp.Subquery: _query,
    exp.Values: _query,
    exp.Pivot: _query,
    exp.Create: create,
    exp.Insert: insert,
    exp.MultitableInserts: insert_many,
    exp.Update: update,
    exp.Delete: delete,
    exp.Merge: merge_,
    exp.Copy: copy,
    exp.Export: export,
    exp.LoadData: load_data,
    exp.Analyze: _nothing,
    exp.Attach: _nothing,
    exp.Cache: cache,
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
