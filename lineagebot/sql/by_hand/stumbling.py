"""Clauses that change no meaning and that the parser stumbles over: the statement written without them.

Asked only where the parser gave up, so that no other statement pays for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lineagebot.sql.by_hand.handing import handed_tables
from lineagebot.sql.by_hand.reader import Reader
from lineagebot.sql.dialects import Dialect
from lineagebot.sql.meaning import Context
from lineagebot.sql.tokens import Kind, Token

#: Of a longer statement nobody wrote the clauses by hand.
LONGEST = 200_000


def without_stumbling(context: Context) -> str | None:
    """Another text of the same meaning; None where we know of no better one."""
    if len(context.text) > LONGEST:
        return None
    tokens = Reader(context).tokens
    first = tokens[0].upper if tokens and _is_postgres(context.dialect) else ""
    rewrites = list(_REWRITES[first](tokens)) if first in _REWRITES else []
    rewrites = rewrites or sorted((*_json(tokens), *handed_tables(tokens)))
    return rewritten(context.text, tokens, rewrites) if rewrites else None


def _is_postgres(dialect: Dialect) -> bool:
    return dialect.name in ("postgres", "redshift")


#: Tokens from .. to (behind the last), and what is written instead.
Rewrite = tuple[int, int, str]


def rewritten(text: str, tokens: Sequence[Token], rewrites: Sequence[Rewrite]) -> str:
    parts, end = [], 0
    for first, behind, instead in rewrites:
        parts += [text[end : tokens[first].start], instead]
        end = tokens[behind - 1].end
    return "".join((*parts, text[end:]))


def _copy(tokens: Sequence[Token]) -> Iterator[Rewrite]:
    """COPY t FROM STDIN (FORMAT csv) WHERE ...: where to and where from is all that we need."""
    depth = 0
    for at, token in enumerate(tokens):
        depth += (token.text == "(") - (token.text == ")")
        if depth == 0 and token.upper in ("FROM", "TO") and at + 1 < len(tokens):
            behind = at + (3 if tokens[at + 1].upper == "PROGRAM" else 2)
            if behind < len(tokens):
                yield behind, len(tokens), ""
            return


def _insert(tokens: Sequence[Token]) -> Iterator[Rewrite]:
    """INSERT INTO t OVERRIDING SYSTEM VALUE VALUES (1)."""
    for at, said in enumerate(said_of(tokens)):
        if said == "OVERRIDING" and said_of(tokens[at + 1 : at + 3]) in (["SYSTEM", "VALUE"], ["USER", "VALUE"]):
            yield at, at + 3, ""


def _cursor(tokens: Sequence[Token]) -> Iterator[Rewrite]:
    """WHERE CURRENT OF c limits the rows; to which, the text does not say."""
    for at in range(len(tokens) - 3):
        if said_of(tokens[at : at + 3]) == ["WHERE", "CURRENT", "OF"]:
            yield at, at + 4, "WHERE (SELECT TRUE)"


def _create(tokens: Sequence[Token]) -> Iterator[Rewrite]:
    said = said_of(tokens)
    if "RECURSIVE" in said[:5] and "VIEW" in said[:6]:
        yield from recursive_view(tokens, said)
        return
    head = said[: said.index("AS")] if "AS" in said else said
    for at, word in enumerate(head):
        if word == "WITH" and "VIEW" in head and at + 1 < len(tokens) and tokens[at + 1].text == "(":
            yield at, behind_bracket(tokens, at + 1), ""  # CREATE VIEW v WITH (security_barrier) AS
            return
        if word == "OF" and "TABLE" in head and at + 1 < len(tokens) and said[at - 1] != "PARTITION":
            yield at, len(tokens), ""  # CREATE TABLE t OF a_type
            return


def recursive_view(tokens: Sequence[Token], said: Sequence[str]) -> Iterator[Rewrite]:
    """CREATE RECURSIVE VIEW v (n) AS query is CREATE VIEW v (n) AS WITH RECURSIVE v (n) AS (query) SELECT n FROM v."""
    if "AS" not in said or "(" not in said[: said.index("AS")]:
        return
    recursive, as_, open_ = said.index("RECURSIVE"), said.index("AS"), said.index("(")
    name = tokens[open_ - 1].text
    columns = " ".join(token.text for token in tokens[open_ + 1 : as_ - 1])
    yield recursive, recursive + 1, ""
    yield as_, as_ + 1, f"AS WITH RECURSIVE {name} ({columns}) AS ("
    last = len(tokens) - 1
    yield last, last + 1, " ".join((tokens[last].text, ")", "SELECT", columns, "FROM", name))


def _json(tokens: Sequence[Token]) -> Iterator[Rewrite]:
    """JSON_OBJECT(k : value) has a column named value, no keyword; NULL ON NULL decides nothing that we ask for."""
    said = said_of(tokens)
    for at, word in enumerate(said):
        if word == "VALUE" and said[at - 1 : at] in ([":"], ["VALUE"]) and said[at + 1 : at + 2] in ([")"], [","]):
            yield at, at + 1, f"({tokens[at].text})"
        elif word in ("NULL", "ABSENT") and said[at + 1 : at + 3] == ["ON", "NULL"]:
            yield at, at + 3, ""


def behind_bracket(tokens: Sequence[Token], at: int) -> int:
    depth = 0
    while at < len(tokens):
        depth += (tokens[at].text == "(") - (tokens[at].text == ")")
        at += 1
        if depth == 0:
            break
    return at


def said_of(tokens: Sequence[Token]) -> list[str]:
    return [token.upper if token.kind is not Kind.QUOTED else "" for token in tokens]


_REWRITES = {
    "COPY": _copy,
    "INSERT": _insert,
    "UPDATE": _cursor,
    "DELETE": _cursor,
    "CREATE": _create,
}
