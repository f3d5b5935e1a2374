"""CREATE as some dialects spell it: clauses and adjectives that say how a thing is kept, not what it is."""

from __future__ import annotations

from collections.abc import Iterator

from lineagebot.sql.by_hand.spelling import QUERY, Rule, Tokens, Words, behind_name, first, outside_brackets
from lineagebot.sql.by_hand.stumbling import Rewrite, behind_bracket, recursive_view
from lineagebot.sql.tokens import words

_KINDS = words("TABLE VIEW")


def _adjectives(tokens: Tokens, said: Words) -> Iterator[Rewrite]:
    """CREATE HYBRID TABLE, CREATE SNAPSHOT TABLE, CREATE OR REFRESH LIVE TABLE."""
    begin = 3 if said[1:3] in (["OR", "REPLACE"], ["OR", "REFRESH"], ["OR", "ALTER"]) else 1
    kind = next((at for at in range(begin, min(begin + 4, len(said))) if said[at] in _KINDS), None)
    if kind is None:
        return
    for at in range(begin, kind):
        if said[at] in _SAY_NOTHING:
            yield at, at + 1, ""


_SAY_NOTHING = words(
    "HYBRID SNAPSHOT LIVE INCREMENTAL EDITIONABLE NONEDITIONABLE FORCE IMMUTABLE BLOCKCHAIN PRIVATE INTERACTIVE EVENT"
    " READ ONLY STREAMING EXTERNAL ICEBERG DYNAMIC"
)


def _clone(tokens: Tokens, said: Words) -> Iterator[Rewrite]:
    """CREATE TABLE a SHALLOW CLONE b VERSION AS OF 3, CLONE b COPY GRANTS, CLONE AS b: what is cloned is enough."""
    if "CLONE" not in said[:14]:
        return
    clone = said.index("CLONE")
    if said[clone - 1] in ("SHALLOW", "DEEP"):
        yield clone - 1, clone, ""
    name = clone + 1
    if said[name : name + 1] == ["AS"]:
        yield name, name + 1, ""
        name += 1
    behind = behind_name(tokens, name)
    if behind < len(tokens):
        yield behind, len(tokens), ""


def _named(tokens: Tokens, said: Words) -> int:
    """Behind the name of what a CREATE TABLE or VIEW makes, and its columns in brackets; 0 where it makes neither."""
    kind = next((at for at in range(1, min(6, len(said))) if said[at] in _KINDS), 0)
    if not kind:
        return 0
    at = kind + 1
    if said[at : at + 3] == ["IF", "NOT", "EXISTS"]:
        at += 3
    return behind_name(tokens, at)


def _options(tokens: Tokens, said: Words) -> Iterator[Rewrite]:
    """CREATE ... name (columns) whatever AS query: how it is stored says nothing of what it is."""
    behind = _named(tokens, said)
    if not behind or behind >= len(tokens):
        return
    if said[behind] == "(":
        behind = behind_bracket(tokens, behind)
    query = next(
        (
            at
            for at in outside_brackets(said, behind)
            if said[at] == "AS" and at + 1 < len(said) and said[at + 1] in (*QUERY, "(", "LOCKING")
        ),
        None,
    )
    if query is not None and query > behind:
        yield behind, query, ""
    elif query is None and behind < len(tokens) and tokens[behind - 1].text == ")" and not _selects(said, behind):
        yield behind, len(tokens), ""


def _selects(said: Words, begin: int) -> bool:
    return any(word in QUERY or word in ("CLONE", "LIKE", "COPY") for word in said[begin:])


def _duplicates(tokens: Tokens, said: Words) -> Iterator[Rewrite]:
    """CREATE TABLE t (...) IGNORE SELECT (MySQL)."""
    for at in outside_brackets(said):
        if said[at] in ("IGNORE", "REPLACE") and said[at + 1 : at + 2] in (["SELECT"], ["AS"]):
            yield at, at + 1, ""


def _pivot(tokens: Tokens, said: Words) -> Iterator[Rewrite]:
    """CREATE TABLE t AS PIVOT ... (DuckDB)."""
    for at in outside_brackets(said):
        if said[at] in ("PIVOT", "UNPIVOT", "PIVOT_WIDER", "PIVOT_LONGER") and said[at - 1] == "AS":
            yield at, at + 1, f"FROM ({tokens[at].text}"
            yield len(said) - 1, len(said), f"{tokens[-1].text})"
            return


def _flow(tokens: Tokens, said: Words) -> Iterator[Rewrite]:
    """CREATE FLOW f AS INSERT INTO t BY NAME SELECT ... (Databricks)."""
    if "FLOW" in said[1:4] and "AS" in said[:12]:
        yield 0, said.index("AS") + 1, ""


def _recursive(tokens: Tokens, said: Words) -> Iterator[Rewrite]:
    """CREATE RECURSIVE VIEW v (n) AS, in all dialects that have it."""
    if "RECURSIVE" in said[:5] and "VIEW" in said[:6]:
        yield from recursive_view(tokens, said)


def _replica(tokens: Tokens, said: Words) -> Iterator[Rewrite]:
    """CREATE MATERIALIZED VIEW v AS REPLICA OF w (BigQuery)."""
    at = first(said, "REPLICA")
    if said[at - 1 : at + 2] == ["AS", "REPLICA", "OF"]:
        yield at, at + 2, "SELECT * FROM"


def _connection(tokens: Tokens, said: Words) -> Iterator[Rewrite]:
    """CREATE EXTERNAL TABLE t WITH CONNECTION c OPTIONS (...) (BigQuery)."""
    at = first(said, "CONNECTION")
    if said[at - 1 : at] == ["WITH"] and at + 1 < len(said):
        yield at - 1, behind_name(tokens, at + 1), ""


def _distribution(tokens: Tokens, said: Words) -> Iterator[Rewrite]:
    """CREATE TABLE t (a int ENCODE az64 DISTKEY, ...) (Redshift): how a column is stored."""
    behind = _named(tokens, said)
    if not behind or said[behind : behind + 1] != ["("]:
        return
    for at in range(behind + 1, behind_bracket(tokens, behind)):
        if said[at] in ("DISTKEY", "SORTKEY") and said[at + 1 : at + 2] != ["("]:
            yield at, at + 1, ""


def _expectations(tokens: Tokens, said: Words) -> Iterator[Rewrite]:
    """CREATE STREAMING TABLE t (CONSTRAINT c EXPECT (a > 0) ON VIOLATION DROP ROW) (Databricks)."""
    open_ = _named(tokens, said)
    if not open_ or said[open_ : open_ + 1] != ["("] or "EXPECT" not in said:
        return
    close = behind_bracket(tokens, open_) - 1
    items: list[tuple[int, int]] = []
    depth, begin = 0, open_ + 1
    for at in range(open_ + 1, close + 1):
        if at == close or (said[at] == "," and depth == 0):
            items.append((begin, at))
            begin = at + 1
        depth += (said[at] == "(") - (said[at] == ")")
    kept = [(begin, end) for begin, end in items if "EXPECT" not in said[begin:end]]
    if len(kept) < len(items):
        columns = ", ".join(" ".join(token.text for token in tokens[begin:end]) for begin, end in kept)
        yield open_, close + 1, f"({columns})" if kept else ""


#: In the order in which they are tried.
CREATING: tuple[Rule, ...] = (
    _recursive, _replica, _connection, _expectations, _distribution, _adjectives, _clone, _pivot, _flow, _duplicates,
)  # fmt: skip
#: After all others: it cuts out whatever stands between a name and its query.
STORING: tuple[Rule, ...] = (_options,)
