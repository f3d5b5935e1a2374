"""Statements around statements: EXPLAIN, a cursor, UNLOAD of a query in a string."""

from __future__ import annotations

from dataclasses import replace

from lineagebot.model import (
    Action,
    AssetKey,
    Edge,
)
from lineagebot.sql.by_hand.reader import (
    NOTHING,
    Inner,
    Reader,
    effect_on,
)
from lineagebot.sql.meaning import Meaning
from lineagebot.sql.tokens import Kind, inside


def explain(reader: Reader, inner: Inner) -> Meaning | None:
    """EXPLAIN plans; only with ANALYZE does the statement really run."""
    runs = False
    if reader.skip("("):
        while not reader.done and reader.word != ")":
            if reader.skip("ANALYZE") or reader.skip("ANALYSE"):
                runs = reader.skip_any("FALSE", "OFF", "0") == "" and not (
                    not reader.done and reader.tokens[reader.at].text == "0"
                )
                continue
            reader.at += 1
        reader.skip(")")
    while reader.word in (
        "ANALYZE",
        "ANALYSE",
        "VERBOSE",
        "PLAN",
        "FOR",
        "EXTENDED",
        "FORMATTED",
        "COST",
        "CODEGEN",
        "LOGICAL",
    ):
        runs = runs or reader.word in ("ANALYZE", "ANALYSE")
        reader.at += 1
    return inner(reader.rest(), reader.context) if runs and not reader.done else NOTHING


def declare(reader: Reader, inner: Inner) -> Meaning | None:
    """DECLARE c CURSOR FOR query reads what the query reads; other DECLAREs name variables."""
    while not reader.done:
        if reader.skip("FOR") and reader.word in ("SELECT", "WITH", "VALUES", "TABLE", "("):
            meaning = inner(reader.rest(), reader.context)
            return replace(meaning, outputs=(), flows=())
        reader.at += 1
    return NOTHING


def unload(reader: Reader, inner: Inner) -> Meaning | None:
    """UNLOAD ('select ...') TO 's3://...' (Redshift: the query stands in a string), UNLOAD (SELECT ...) TO (Athena)."""
    if not reader.skip("("):
        return None
    if not reader.done and reader.tokens[reader.at].kind is Kind.STRING:
        query, reader.at = inside(reader.tokens[reader.at].text), reader.at + 1
    else:
        begin = reader.at
        while not reader.done and not (
            reader.word == ")"
            and reader.tokens[reader.at + 1 : reader.at + 2]
            and reader.tokens[reader.at + 1].upper == "TO"
        ):
            reader.at += 1
        if reader.done:
            return None
        query = reader.context.text[reader.tokens[begin].start : reader.tokens[reader.at].start]
    to = next((token.text for token in reader.tokens[reader.at :] if token.kind is Kind.STRING), None)
    if to is None:
        return None
    return replace(inner(f"COPY ({query.rstrip().rstrip(';')}) TO {to}", reader.context), literals_matter=True)


def load(reader: Reader, inner: Inner) -> Meaning | None:
    """LOAD DATA ... INTO TABLE t fills a table; LOAD 'library' (Postgres), LOAD httpfs (DuckDB) do nothing to any."""
    if not reader.skip("DATA"):
        return NOTHING if len(reader.tokens) == 2 else None
    context = reader.context
    place = next((inside(token.text) for token in reader.tokens if token.kind is Kind.STRING), "")
    overwrites = reader.has("OVERWRITE")
    while not reader.done and not reader.skip("INTO"):
        reader.at += 1
    reader.skip("TABLE")
    parts = reader.name()
    if not parts:
        return None
    target = context.target(parts)
    action = Action.OVERWRITE if overwrites else Action.LOAD
    loaded = effect_on(context, action, target, every_row=overwrites and not reader.has("PARTITION"))
    if "/" not in place:
        return Meaning(effects=(loaded,), literals_matter=True)
    source = AssetKey(context.session.system, (place,))
    return Meaning(effects=(loaded,), edges=(Edge(source, target.key),), inputs=(source,), literals_matter=True)
