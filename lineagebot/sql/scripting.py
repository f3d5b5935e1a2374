"""Take a script apart into the statements that stand in it, the routines that it defines and the values that it sets.

One pass over its tokens. Every branch is read; where a word does not stand in its form, what it begins is an ordinary
statement, so that nothing is lost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from lineagebot.sql.acts import Manner
from lineagebot.sql.batches import end_of_batch, ends_batch
from lineagebot.sql.dialects import Dialect
from lineagebot.sql.flow import begin, case, else_, end_, exception, for_, forall, if_, label, loop, until, when, while_
from lineagebot.sql.names import chain
from lineagebot.sql.parse import Piece
from lineagebot.sql.routine import Routine, is_routine, package_at, routine_at
from lineagebot.sql.script import WITHOUT_SCRIPTS, Script, Step, What
from lineagebot.sql.tokens import Kind, tokenize, words
from lineagebot.sql.told import literal_text
from lineagebot.sql.variables import (
    LISTS_DECLARATIONS,
    assigned,
    declaration,
    declare,
    filled,
    let,
    selected_into,
    set_,
    without_into,
)

#: A text that begins a statement with one of these may be a script.
_SCRIPTED = words(
    "BEGIN DECLARE IF WHILE FOR LOOP REPEAT CASE LET EXCEPTION ELSE ELSEIF ELSIF RETURN LEAVE ITERATE CONTINUE BREAK"
    " PREPARE END UNTIL SIGNAL RESIGNAL SET <<"
)
#: No asset feels these, and they read nothing.
_IDLE = words(
    "DBCC BACKUP RECONFIGURE NULL LEAVE ITERATE CONTINUE BREAK EXIT GOTO SIGNAL RESIGNAL THROW RAISERROR WAITFOR GET"
    " ASSERT RETURN"
)
_NO_CALLS = words("RAISE COMMIT ROLLBACK CLOSE OPEN FETCH")


def is_script(found: Sequence[Piece], dialect: Dialect) -> bool:
    """Whether a client's text needs more than its semicolons to be taken apart: told from how its statements begin."""
    if dialect.name == "tsql":
        return True
    plain = dialect.name in WITHOUT_SCRIPTS
    for piece in found:
        tokens = piece.tokens
        if not tokens:
            continue
        first = tokens[0].text.upper()
        if first in ("CREATE", "ALTER", "REPLACE"):
            if is_routine([token.text.upper() for token in tokens[1:8]]):
                return True
        elif first == "WITH":
            if len(tokens) > 3 and tokens[3].text.upper() == "PROCEDURE":
                return True
        elif not plain and (first in _SCRIPTED or (len(tokens) > 2 and tokens[1].text in _LABELS)):
            return True
    return False


#: So many definitions without a body are looked through in one text.
_MOST_UNREAD = 100
_LABELS = frozenset({":", ":="})


def steps_of(text: str, dialect: Dialect, manner: Manner) -> Iterator[Step]:
    tokens = [token for token in tokenize(text, dialect.lexis) if token.kind is not Kind.COMMENT]
    return steps(Script(text, tokens, dialect, manner))


def steps(script: Script) -> Iterator[Step]:
    if script.is_body and script.dialect.name in LISTS_DECLARATIONS:
        script.declaring = script.word() not in ("BEGIN", "DECLARE", "") and script.begins_later()
    while script.at < len(script.tokens):
        at = script.at
        if script.tokens[at].text == ";" or script.is_slash(at):
            script.closed = at
            script.at += 1
            script.declaring = script.declaring and script.tokens[at].text == ";"
            continue
        read = _READERS.get(script.word())
        found = read(script) if read is not None else None
        if found is None:
            script.at = at
            found = _otherwise(script)
        yield from found
        if script.at <= at:
            script.at = at + 1


def _otherwise(script: Script) -> list[Step]:
    start = script.at
    if script.has_batches and ends_batch(script.tokens, start, script.text):
        script.at += 2 if start + 1 < len(script.tokens) and script.tokens[start + 1].kind is Kind.NUMBER else 1
        while script.frames:
            script.pop()
        return [script.step(What.BATCH, start, start)]
    if not script.is_plain and label(script):
        return []
    if script.declaring:
        return declaration(script, script.behind(start))
    end = script.behind(start)
    values = None if script.is_plain else assigned(script, start, end)
    if values is not None:
        script.at = end
        script.completed()
        return values
    if script.has_batches and script.tokens[start].upper == "INSERT":
        return _inserted(script, start, end)
    if script.has_batches and script.tokens[start].upper == "SELECT" and end > start + 2:
        return selected_into(script, start, end)
    if script.dialect.name == "oracle" and _is_bare_call(script, start, end):
        return script.statement(start, end, f"CALL {script.slice(start, end)}")
    rest = without_into(script, start, end)
    kept = filled(script, start, end) if rest is not None and script.dialect.name == "mysql" else []
    return [*kept, *script.statement(start, end, rest)]


def _inserted(script: Script, start: int, end: int) -> list[Step]:
    """INSERT INTO t EXEC p: the rows are those that the procedure selects."""
    run = next((at for at in range(start, end) if script.tokens[at].upper in ("EXEC", "EXECUTE")), end)
    if run == end or script.tokens[run - 1].upper in ("INTO", "INSERT", ".", "(", ","):
        return script.statement(start, end)
    insert = script.step(What.STATEMENT, start, run, f"{script.slice(start, run)} DEFAULT VALUES")
    return [insert, *script.statement(run, end)]


def _is_bare_call(script: Script, start: int, end: int) -> bool:
    """a.b(c); inside of a block runs that procedure (PL/SQL)."""
    if not (script.is_body or script.frames) or script.tokens[start].upper in _NO_CALLS:
        return False
    parts, behind = chain(script.tokens, start, script.dialect)
    return bool(parts) and (behind == end or (script.tokens[behind].text, script.tokens[end - 1].text) == ("(", ")"))


def return_(script: Script) -> list[Step] | None:
    if script.is_plain:
        return None
    start, end = script.at, script.behind(script.at)
    script.at = end
    if script.tokens[start + 1 : start + 2] and script.tokens[start + 1].upper == "QUERY":
        verb = script.tokens[start + 2].upper if start + 2 < end else ""
        return script.statement(start + 2, end) if verb == "EXECUTE" else script.reading(start + 2, end)
    found = script.reading(start + 1, end)
    script.completed()
    return found


def idle(script: Script) -> list[Step] | None:
    scripted = script.frames or script.is_body or script.has_batches or script.dialect.name == "bigquery"
    if script.is_plain or not scripted:
        return None
    start, script.at = script.at, script.behind(script.at)
    found = script.reading(start + 1, script.at) if script.tokens[start].upper == "ASSERT" else []
    script.completed()
    return found


def update(script: Script) -> list[Step] | None:
    """UPDATE STATISTICS t changes no row (T-SQL)."""
    return idle(script) if script.has_batches and script.word(1) == "STATISTICS" else None


def perform(script: Script) -> list[Step] | None:
    """PERFORM f(x) FROM t is a SELECT whose rows nobody gets (plpgsql)."""
    if not script.is_body:
        return None
    start, end = script.at, script.behind(script.at)
    script.at = end
    return [script.step(What.READ, start, end, f"SELECT {script.slice(start + 1, end)}")]


def open_(script: Script) -> list[Step] | None:
    """OPEN c FOR query."""
    start, end = script.at, script.behind(script.at)
    at = next((a for a in range(start, end) if script.tokens[a].upper == "FOR"), end)
    if script.is_plain or at >= end:
        return None
    script.at = end
    if script.tokens[at + 1 : at + 2] and script.tokens[at + 1].upper == "EXECUTE":
        return script.statement(at + 1, end)
    return script.reading(at + 1, end)


def with_(script: Script) -> list[Step] | None:
    """WITH p AS PROCEDURE () ... AS $$ ... $$ CALL p(): a procedure for one call (Snowflake)."""
    start = script.at
    if (script.word(2), script.word(3)) != ("AS", "PROCEDURE"):
        return None
    body = next((at for at in range(start, script.behind(start)) if script.tokens[at].kind is Kind.STRING), None)
    if body is None:
        return None
    name, _ = chain(script.tokens, start + 1, script.dialect)
    routine = Routine("PROCEDURE", name, (), literal_text(script.tokens[body], script.dialect))
    script.at = body + 1
    return [script.step(What.ROUTINE, start, body + 1, routine=routine)]


def create(script: Script) -> list[Step] | None:
    start = script.at
    if script.unread_routines == _MOST_UNREAD:  # each costs a walk to the end
        return None
    if not is_routine([token.upper for token in script.tokens[start + 1 : start + 9]]):
        return None
    limit = end_of_batch(script.tokens, start, script.text) if script.has_batches else len(script.tokens)
    if "PACKAGE" in [token.upper for token in script.tokens[start + 1 : start + 6]]:
        members, script.at = package_at(script.text, script.tokens, start, script.dialect)
        return [script.step(What.ROUTINE, start, start, routine=member) for member in members]
    routine, end = routine_at(script.text, script.tokens, start, limit, script.dialect)
    if end <= start:
        script.unread_routines += 1
        return None
    script.at = end
    step = script.step(What.ROUTINE, start, end, routine=routine)
    script.completed()
    return [step]


_READERS: dict[str, Callable[[Script], list[Step] | None]] = {
    "BEGIN": begin,
    "END": end_,
    "IF": if_,
    "ELSEIF": if_,
    "ELSIF": if_,
    "ELSE": else_,
    "WHEN": when,
    "CASE": case,
    "EXCEPTION": exception,
    "LOOP": loop,
    "REPEAT": loop,
    "WHILE": while_,
    "FOR": for_,
    "FOREACH": for_,
    "FORALL": forall,
    "UNTIL": until,
    "DECLARE": declare,
    "SET": set_,
    "LET": let,
    "PERFORM": perform,
    "OPEN": open_,
    "WITH": with_,
    "CREATE": create,
    "ALTER": create,
    "REPLACE": create,
    **dict.fromkeys(_IDLE, idle),
    "UPDATE": update,
    "RETURN": return_,
}
