"""Queries as some dialects spell them, alone or inside of what writes."""

from __future__ import annotations

from collections.abc import Iterator

from lineagebot.sql.by_hand.spelling import QUERY, Rule, Tokens, Words, first
from lineagebot.sql.by_hand.stumbling import Rewrite, behind_bracket
from lineagebot.sql.tokens import Kind, words


def _phrases(tokens: Tokens, said: Words) -> Iterator[Rewrite]:
    """dob (TITLE 'Birthdate') (FORMAT 'YYYY') (NAMED d) (Teradata)."""
    for at in range(1, len(said) - 2):
        if said[at] != "(" or said[at + 1] not in _PHRASES:
            continue
        behind = behind_bracket(tokens, at)
        named = "NAMED" in said[at:behind]
        yield at, behind, f"AS {tokens[said.index('NAMED', at) + 1].text}" if named else ""


_PHRASES = words("TITLE FORMAT NAMED CASESPECIFIC UPPERCASE")


def _locking(tokens: Tokens, said: Words) -> Iterator[Rewrite]:
    """LOCKING t FOR ACCESS SELECT (Teradata)."""
    begin = first(said, "LOCKING", "LOCK")
    for at in range(begin, min(begin + 14, len(said) - 1)):
        if said[at] in _LOCKS and said[at + 1] in (*QUERY, "LOCKING", "NOWAIT", "INSERT", "UPDATE", "DELETE"):
            yield begin, at + 1 + (said[at + 1] == "NOWAIT"), ""
            return


_LOCKS = words("ACCESS READ WRITE SHARE EXCLUSIVE CHECKSUM")


def _isolation(tokens: Tokens, said: Words) -> Iterator[Rewrite]:
    """SELECT ... WITH UR (Db2) says how to lock, AT BRANCH main (Dremio) which version."""
    if said[-2:-1] == ["WITH"] and said[-1] in ("UR", "CS", "RS", "RR"):
        yield len(said) - 2, len(said), ""
    for at in range(len(said) - 2):
        if said[at] == "AT" and said[at + 1] in ("BRANCH", "TAG", "COMMIT", "REF", "SNAPSHOT"):
            yield at, at + 3, ""


def _bulk(tokens: Tokens, said: Words) -> Iterator[Rewrite]:
    """OPENROWSET(BULK 'https://...', FORMAT = 'PARQUET') (T-SQL)."""
    for at in range(len(said) - 3):
        if said[at : at + 3] == ["OPENROWSET", "(", "BULK"] and tokens[at + 3].kind is Kind.STRING:
            behind = behind_bracket(tokens, at + 1)
            yield at + 2, behind, f"{tokens[at + 3].text})"


def _outfile(tokens: Tokens, said: Words) -> Iterator[Rewrite]:
    """SELECT ... INTO OUTFILE '/x' FIELDS ... FROM t (MySQL) is COPY (SELECT ... FROM t) TO '/x'."""
    at = first(said, "OUTFILE", "DUMPFILE")
    if at + 1 >= len(said) or said[at - 1] != "INTO" or tokens[at + 1].kind is not Kind.STRING:
        return
    yield 0, 1, f"COPY ({tokens[0].text}"
    if first(said, "FROM", begin=at) == len(said):
        yield at - 1, len(said), f") TO {tokens[at + 1].text}"
        return
    yield at - 1, min(first(said, "FROM", begin=at), len(said)), ""
    if first(said, "FROM", begin=at) < len(said):
        yield len(said) - 1, len(said), f"{tokens[-1].text}) TO {tokens[at + 1].text}"


#: Of a query that stands in what writes.
INSIDE: tuple[Rule, ...] = (_phrases, _bulk, _locking, _isolation)
QUERYING: tuple[Rule, ...] = (*INSIDE, _outfile)
