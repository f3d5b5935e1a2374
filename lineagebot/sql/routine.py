"""What a CREATE PROCEDURE, FUNCTION, TRIGGER, TASK or EVENT keeps for later: its name, its parameters, its body.

Nothing of the body happens when it is made; a CALL or an EXECUTE TASK later does. The body is found by the words that
lead to it, so that a clause which we do not know costs nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from lineagebot.sql.acts import Manner, Parts
from lineagebot.sql.dialects import Dialect
from lineagebot.sql.names import chain
from lineagebot.sql.tokens import Kind, Token, words
from lineagebot.sql.told import literal_text

_KINDS = words("FUNCTION PROCEDURE PROC TRIGGER EVENT TASK PIPE ALERT MACRO PACKAGE")
#: They may stand between CREATE and the kind.
_BEFORE_KIND = words(
    "OR REPLACE ALTER TEMP TEMPORARY SECURE AGGREGATE EDITIONABLE NONEDITIONABLE CONSTRAINT TABLE PRIVATE"
)
#: A body in one of these languages is SQL.
_OURS = frozenset({"", "SQL", "PLPGSQL", "PLSQL", "SQLSCRIPT"})
#: END IF and its kin close no block.
_ENDS = words("IF LOOP WHILE FOR REPEAT")
_TRANSACTION = words("TRANSACTION TRAN WORK DISTRIBUTED ;")
_VERBS = words("INSERT UPDATE DELETE MERGE SELECT WITH CALL REPLACE TRUNCATE IF SET EXECUTE COPY")


@dataclass(frozen=True, slots=True)
class Routine:
    #: PROCEDURE, FUNCTION, TASK ... in capitals.
    kind: str
    name: Parts
    #: Names of its parameters, in order, in small letters.
    parameters: tuple[str, ...] = ()
    #: None where it is not SQL, or stands elsewhere.
    body: str | None = None
    manner: Manner = Manner.BODY
    #: Of a trigger: the table whose rows fire it.
    table: Parts = ()
    #: It runs as whoever calls it: EXECUTE AS CALLER.
    as_caller: bool = False
    #: Its code, where that is in a language which we do not read.
    foreign: str = ""


def is_routine(following: Sequence[str]) -> bool:
    """Whether these words, behind a CREATE or an ALTER, define code."""
    at = 0
    while at < len(following) and following[at] in _BEFORE_KIND:
        at += 1
    if following[at : at + 1] == ["DEFINER"]:  # CREATE DEFINER = `root`@`localhost` PROCEDURE
        return any(word in _KINDS for word in following[at:])
    if at < len(following) and following[at] in _KINDS:
        return following[at + 1 : at + 2] not in (["TABLE"], ["TRIGGER"])  # an EVENT TABLE holds rows
    return False


def routine_at(
    text: str, tokens: Sequence[Token], start: int, limit: int, dialect: Dialect
) -> tuple[Routine | None, int]:
    """The routine that is defined there and the token behind it; the token of the start where it is none of ours."""
    at = next((a for a in range(start + 1, min(start + 16, limit)) if tokens[a].upper in _KINDS), limit)
    if at >= limit:
        return None, start
    kind = tokens[at].upper
    at += 1
    while at < limit and tokens[at].upper in ("BODY", "IF", "NOT", "EXISTS"):
        at += 1
    name, at = chain(tokens, at, dialect)
    parameters: list[str] = []
    if at < limit and tokens[at].text == "(":
        behind = _behind_bracket(tokens, at, limit)
        parameters = list(_parameters(tokens, at + 1, behind - 1))
        at = behind
    elif dialect.name == "tsql":
        parameters = list(_bare_parameters(tokens, at, limit))
    if kind == "PACKAGE" or not name:
        return None, start
    found = _body(tokens, at, limit, kind, dialect)
    if found is None:
        return None, start
    first, behind, manner = found
    end = behind
    while end < limit and tokens[end].text != ";" and dialect.name != "tsql" and first.kind is Kind.STRING:
        end += 1
    if end < limit and tokens[end].text == ")":  # of a macro
        end += 1
    if _language(tokens, start, end, dialect) not in _OURS:
        code = text[tokens[start].start : tokens[end - 1].end]
        return Routine(kind, name, tuple(parameters), manner=manner, foreign=code), end
    literal = first.kind is Kind.STRING
    body = literal_text(first, dialect) if literal else text[first.start : tokens[behind - 1].end]
    table: Parts = ()
    on = next((a for a in range(at, end) if tokens[a].upper == "ON"), end) if kind == "TRIGGER" else end
    if on < end:
        table, _ = chain(tokens, on + 1, dialect)
    return Routine(kind, name, tuple(parameters), body, manner, table, _as_caller(tokens, at, end)), end


def _as_caller(tokens: Sequence[Token], at: int, end: int) -> bool:
    return any(
        tokens[a].upper == "EXECUTE" and [t.upper for t in tokens[a + 1 : a + 3]] == ["AS", "CALLER"]
        for a in range(at, end)
    )


def package_at(text: str, tokens: Sequence[Token], start: int, dialect: Dialect) -> tuple[list[Routine], int]:
    """The members of a CREATE PACKAGE BODY, and the token behind its END."""
    at = next(a for a in range(start, len(tokens)) if tokens[a].upper == "PACKAGE") + 1
    at += at < len(tokens) and tokens[at].upper == "BODY"
    package, at = chain(tokens, at, dialect)
    found: list[Routine] = []
    while at < len(tokens):
        word = tokens[at].upper
        if word in ("PROCEDURE", "FUNCTION"):
            member, behind = routine_at(text, tokens, at - 1, len(tokens), dialect)
            if member is not None:
                found.append(replace(member, name=(*package[-1:], *member.name)))
                at = behind
                continue
        elif word == "BEGIN":  # what the package does when it is first used
            return found, behind_block(tokens, at, len(tokens))
        elif word == "END":
            return found, _behind_label(tokens, at + 1, len(tokens))
        at += 1
    return found, at


def _language(tokens: Sequence[Token], start: int, end: int, dialect: Dialect) -> str:
    for at in range(start, min(end - 1, len(tokens) - 1)):
        named = tokens[at + 1]
        if tokens[at].upper == "LANGUAGE" and tokens[at - 1].text != "." and named.kind is not Kind.SIGN:
            return (literal_text(named, dialect) if named.kind is Kind.STRING else named.text.strip('"')).upper()
        if tokens[at].upper in ("BEGIN", "DECLARE"):
            break
    return ""


def _parameters(tokens: Sequence[Token], start: int, end: int) -> Iterator[str]:
    depth = 0
    begins = True
    for at in range(start, end):
        token = tokens[at]
        depth += (token.text in "(<[") - (token.text in ")>]") if len(token.text) == 1 else 0
        if token.text == "," and depth == 0:
            begins = True
        elif begins and token.kind in (Kind.WORD, Kind.QUOTED, Kind.PARAMETER):
            if token.upper in _MODES and at + 1 < end and tokens[at + 1].kind is not Kind.SIGN:
                continue
            begins = False
            yield token.text.lstrip("@").strip('"`').lower()


_MODES = words("IN OUT INOUT VARIADIC")


def _bare_parameters(tokens: Sequence[Token], at: int, limit: int) -> Iterator[str]:
    """CREATE PROC p @a int, @b text = 'x' AS."""
    while at < limit and tokens[at].upper != "AS":
        if tokens[at].kind is Kind.PARAMETER:
            yield tokens[at].text.lstrip("@").lower()
        at += 1


def _behind_bracket(tokens: Sequence[Token], at: int, limit: int) -> int:
    depth = 0
    while at < limit:
        depth += (tokens[at].text == "(") - (tokens[at].text == ")")
        at += 1
        if depth == 0:
            break
    return at


_Found = tuple[Token, int, Manner]


def _body(tokens: Sequence[Token], at: int, limit: int, kind: str, dialect: Dialect) -> _Found | None:
    """The first token of the body, the token behind it, and how it is read."""
    rows = kind in ("PROCEDURE", "PROC") and dialect.name == "mysql"  # a statement may follow at once
    depth = 0
    while at < limit and tokens[at].text != ";":
        token, word = tokens[at], tokens[at].upper
        depth += (token.text in "([") - (token.text in ")]") if len(token.text) == 1 else 0
        if depth > 0:
            at += 1
            continue
        if word == "BEGIN":
            return token, behind_block(tokens, at, limit), Manner.BODY
        if word == "DECLARE" and at + 1 < limit:
            return token, behind_block(tokens, at, limit), Manner.BODY
        if word in ("AS", "IS") and tokens[at - 1].upper not in ("EXECUTE", "EXEC", "RIGHTS"):
            return _behind_as(tokens, at + 1, limit, kind, dialect)
        if word in ("RETURN", "DO"):
            begin = at + (word == "DO")
            return _statement(tokens, begin, limit)
        if word == "IF" and kind == "ALERT":
            return _statement(tokens, at, limit)
        if [t.upper for t in tokens[at : at + 3]] == ["FOR", "EACH", "ROW"]:
            rows = True
            at += 3
            continue
        if rows and word in _VERBS and tokens[at - 1].upper not in ("MODIFIES", "READS", "CONTAINS", "NO"):
            if kind == "TRIGGER" and word == "EXECUTE":
                return None  # EXECUTE FUNCTION f() of Postgres: its code stands elsewhere
            return _statement(tokens, at, limit)
        at += 1
    return None


def _behind_as(tokens: Sequence[Token], at: int, limit: int, kind: str, dialect: Dialect) -> _Found | None:
    if at >= limit:
        return None
    token, word = tokens[at], tokens[at].upper
    if token.kind is Kind.STRING:
        block = kind in ("PROCEDURE", "TASK") or dialect.name in ("postgres", "redshift")
        return token, at + 1, Manner.BODY if block else Manner.EXPRESSION
    if dialect.name == "tsql":
        return token, limit, Manner.BODY
    if word == "LANGUAGE":
        return None
    if word == "TABLE" and kind == "MACRO":
        at += 1
        token, word = tokens[min(at, limit - 1)], ""
    if word in ("BEGIN", "DECLARE") or _has_declarations(tokens, at, limit, kind, dialect):
        return token, behind_block(tokens, at, limit), Manner.BODY
    if kind == "MACRO" and word == "(" and at + 1 < limit and tokens[at + 1].upper in _VERBS:  # Teradata
        behind = _behind_bracket(tokens, at, limit)
        return tokens[at + 1], max(at + 2, behind - 1), Manner.BODY
    if kind in ("FUNCTION", "MACRO"):
        return token, _behind_statement(tokens, at, limit), Manner.EXPRESSION
    return _statement(tokens, at, limit)


def _has_declarations(tokens: Sequence[Token], at: int, limit: int, kind: str, dialect: Dialect) -> bool:
    """PROCEDURE p IS n NUMBER; BEGIN ... END."""
    if dialect.name not in ("oracle", "snowflake") or kind not in ("PROCEDURE", "FUNCTION", "TRIGGER"):
        return False
    return tokens[at].upper not in _VERBS and any(tokens[a].upper == "BEGIN" for a in range(at, limit))


def _statement(tokens: Sequence[Token], at: int, limit: int) -> _Found | None:
    if at >= limit:
        return None
    if tokens[at].upper == "BEGIN":
        return tokens[at], behind_block(tokens, at, limit), Manner.BODY
    return tokens[at], _behind_statement(tokens, at, limit), Manner.BODY


def _behind_statement(tokens: Sequence[Token], at: int, limit: int) -> int:
    while at < limit and tokens[at].text != ";":
        at += 1
    return at


def behind_block(tokens: Sequence[Token], at: int, limit: int) -> int:
    """The token behind the END that closes the first BEGIN from there on."""
    is_open = False
    depth = 0
    while at < limit:
        word = tokens[at].upper
        following = tokens[at + 1].upper if at + 1 < limit else ""
        if word == "BEGIN" and not (is_open and following in _TRANSACTION):
            depth += 1
            is_open = True
        elif word == "CASE" and is_open:
            depth += 1
        elif word == "END" and is_open:
            if following == "CASE":
                at += 1
                depth -= 1
            elif following in _ENDS:
                at += 1
            else:
                depth -= 1
            if depth == 0:
                return _behind_label(tokens, at + 1, limit)
        at += 1
    return limit


def _behind_label(tokens: Sequence[Token], at: int, limit: int) -> int:
    """END name;"""
    named = at < limit and tokens[at].kind in (Kind.WORD, Kind.QUOTED)
    return at + 1 if named and (at + 1 >= limit or tokens[at + 1].text in (";", "/", "$")) else at
