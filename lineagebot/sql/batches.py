"""Where a statement of T-SQL ends: often no semicolon says so, only the word with which the next one begins.

A word that begins statements may also go on with one: SELECT behind INSERT, SET behind UPDATE, DELETE behind THEN. So
each such word is asked whether what stands before it can want it; only where it cannot, a statement begins.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from lineagebot.sql.tokens import Kind, Token, words

_STARTS = words(
    "SELECT INSERT UPDATE DELETE MERGE WITH CREATE ALTER DROP TRUNCATE EXEC EXECUTE DECLARE SET IF WHILE BEGIN END ELSE"
    " RETURN PRINT RAISERROR THROW USE GRANT REVOKE DENY COMMIT ROLLBACK SAVE OPEN FETCH CLOSE DEALLOCATE BREAK"
    " CONTINUE GOTO WAITFOR BULK BACKUP RESTORE DBCC CHECKPOINT KILL RECONFIGURE"
)
_DML = words("INSERT UPDATE DELETE MERGE")
_PERMITS = words("GRANT REVOKE DENY")
_JOINED = words("UNION ALL EXCEPT INTERSECT AS FOR")
_THINGS = words(
    "TABLE VIEW PROCEDURE PROC FUNCTION TRIGGER SCHEMA DATABASE USER ROLE LOGIN TYPE SEQUENCE SYNONYM STATISTICS"
)


def end_of_statement(tokens: Sequence[Token], at: int, text: str, *, condition: bool = False) -> int:
    """The token behind the statement that begins there. `condition`: of an IF, ended by what begins a statement."""
    before = _Before("" if condition else tokens[at].upper if at < len(tokens) else "", sourced=False)
    depth = cases = 0
    first = at
    while at < len(tokens):
        token = tokens[at]
        word = token.upper
        if word == ";":
            return at
        if word in ("(", ")"):
            depth += 1 if word == "(" else -1
        elif word == "CASE":
            cases += 1
        elif word == "END" and cases:
            cases -= 1
        elif depth <= 0 and cases == 0:
            if word == "GO" and at > first and ends_batch(tokens, at, text):
                return at
            if word in _STARTS and (at > first or condition) and not _is_part_of_name(tokens, at):
                goes_on = _goes_on(tokens, at, word, before)
                if not goes_on:
                    return at
            before = _after(before, word)
        at += 1
    return at


def ends_batch(tokens: Sequence[Token], at: int, text: str) -> bool:
    """A line that says only GO, or GO 5."""
    if tokens[at].upper != "GO":
        return False
    if at and "\n" not in text[tokens[at - 1].end : tokens[at].start]:
        return False
    behind = at + 2 if at + 1 < len(tokens) and tokens[at + 1].kind is Kind.NUMBER else at + 1
    return behind >= len(tokens) or "\n" in text[tokens[behind - 1].end : tokens[behind].start]


def end_of_batch(tokens: Sequence[Token], at: int, text: str) -> int:
    while at < len(tokens) and not (tokens[at].upper == "GO" and ends_batch(tokens, at, text)):
        at += 1
    return at


class _Before(NamedTuple):
    #: The verb whose statement we are in.
    verb: str
    #: An INSERT has its rows, an UPDATE its SET.
    sourced: bool


def _after(before: _Before, word: str) -> _Before:
    verb, sourced = before
    if verb == "WITH" and (word in _DML or word == "SELECT"):
        return _Before(word, False)
    if verb == "INSERT" and word in ("SELECT", "VALUES", "EXEC", "EXECUTE", "DEFAULT", "WITH"):
        return _Before("SELECT" if word == "SELECT" else "WITH" if word == "WITH" else verb, True)
    if verb == "UPDATE" and word == "SET":
        return _Before(verb, True)
    if verb in ("CREATE", "ALTER", "DECLARE") and word in ("SELECT", "WITH") and not sourced:
        return _Before(word, False)
    return before


def _is_part_of_name(tokens: Sequence[Token], at: int) -> bool:
    return at > 0 and tokens[at - 1].text in (".", "@")


def _goes_on(tokens: Sequence[Token], at: int, word: str, before: _Before) -> bool:
    if before.verb in _PERMITS and word in _WANTED_BY_PERMITS:
        return True
    asked = _ASK.get(word)
    return asked is not None and asked(tokens, at, before)


_WANTED_BY_PERMITS = _DML | words("SELECT EXECUTE EXEC ALTER CREATE WITH BACKUP")


def _select(tokens: Sequence[Token], at: int, before: _Before) -> bool:
    return tokens[at - 1].upper in _JOINED or before.verb == "WITH" or (before.verb == "INSERT" and not before.sourced)


def _change(tokens: Sequence[Token], at: int, before: _Before) -> bool:
    """INSERT, UPDATE, DELETE, MERGE: behind THEN of a MERGE, in a trigger, ON DELETE CASCADE, BULK INSERT."""
    previous = tokens[at - 1].upper
    following = tokens[at + 1].upper if at + 1 < len(tokens) else ""
    if previous == "THEN" and before.verb == "MERGE":
        return True
    if tokens[at].upper == "UPDATE" and following in ("(", "STATISTICS"):
        return following == "("
    return before.verb == "WITH" or previous in ("ON", "AFTER", "FOR", "OF", "INSTEAD", ",", "OR", "BULK")


def _set(tokens: Sequence[Token], at: int, before: _Before) -> bool:
    previous = tokens[at - 1].upper
    if before.verb == "UPDATE":
        return not before.sourced
    return (before.verb == "MERGE" and previous == "UPDATE") or (
        before.verb in ("ALTER", "CREATE") and (previous in ("DELETE", "UPDATE") or _follows_name_of_base(tokens, at))
    )


def _follows_name_of_base(tokens: Sequence[Token], at: int) -> bool:
    """ALTER DATABASE x SET ..., ALTER TABLE t SET (...)."""
    following = tokens[at + 1].text if at + 1 < len(tokens) else ""
    return following == "(" or any(t.upper == "DATABASE" for t in tokens[max(0, at - 4) : at])


def _with(tokens: Sequence[Token], at: int, before: _Before) -> bool:
    """WITH (NOLOCK), WITH CHECK OPTION go on; WITH x AS ( begins, but behind the AS of a view."""
    if tokens[at - 1].upper in ("AS", "FOR"):
        return True
    behind = at + 2
    if behind < len(tokens) and tokens[behind].text == "(":
        while behind < len(tokens) and tokens[behind].text != ")":
            behind += 1
        behind += 1
    is_query = [t.upper for t in tokens[behind : behind + 2]] == ["AS", "("]
    return not is_query or (before.verb == "INSERT" and not before.sourced)


def _execute(tokens: Sequence[Token], at: int, before: _Before) -> bool:
    following = tokens[at + 1].upper if at + 1 < len(tokens) else ""
    return (before.verb == "INSERT" and not before.sourced) or (
        following == "AS" and tokens[at - 1].upper in ("WITH", ",")
    )


def _alter(tokens: Sequence[Token], at: int, before: _Before) -> bool:
    """ALTER TABLE t ALTER COLUMN ..., t DROP COLUMN ..., CREATE OR ALTER."""
    following = tokens[at + 1].upper if at + 1 < len(tokens) else ""
    if tokens[at - 1].upper == "OR":
        return True
    return before.verb == "ALTER" and following not in _THINGS


def _if(tokens: Sequence[Token], at: int, before: _Before) -> bool:
    """DROP TABLE IF EXISTS t."""
    following = [t.upper for t in tokens[at + 1 : at + 3]]
    return before.verb in ("DROP", "ALTER") and following[:1] == ["EXISTS"] and following[1:] != ["("]


def _create(tokens: Sequence[Token], at: int, before: _Before) -> bool:
    return before.verb == "CREATE" and any(t.upper == "SCHEMA" for t in tokens[max(0, at - 6) : at])


def _fetch(tokens: Sequence[Token], at: int, before: _Before) -> bool:
    return tokens[at - 1].upper in ("ROWS", "ROW")


_ASK: dict[str, Callable[[Sequence[Token], int, _Before], bool]] = {
    "SELECT": _select,
    **dict.fromkeys(_DML, _change),
    "SET": _set,
    "WITH": _with,
    "EXEC": _execute,
    "EXECUTE": _execute,
    "ALTER": _alter,
    "DROP": _alter,
    "IF": _if,
    "CREATE": _create,
    "FETCH": _fetch,
}
