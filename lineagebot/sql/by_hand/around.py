"""Statements around statements: EXPLAIN, a cursor, UNLOAD of a query in a string."""

from __future__ import annotations

from dataclasses import replace

from lineagebot.model import (
    Action,
    AssetKey,
    AssetKind,
    Edge,
)
from lineagebot.sql.by_hand.reader import (
    NOTHING,
    Inner,
    Reader,
    effect,
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
    """UNLOAD ('select ...') TO 's3://...' (Redshift): the query stands in a string."""
    texts = [inside(token.text) for token in reader.tokens if token.kind is Kind.STRING]
    if not texts:
        return None
    context = reader.context
    meaning = inner(texts[0], context)
    to = AssetKey(context.session.system, (texts[1],)) if len(texts) > 1 and "://" in texts[1] else None
    exported = (effect(context, Action.EXPORT, to, kind=AssetKind.FILE),) if to is not None else ()
    edges = tuple(Edge(key, to) for key in meaning.inputs) if to is not None else ()
    flows = tuple((to, name, feeds) for _, name, feeds in meaning.flows) if to is not None else ()
    return replace(meaning, effects=exported, edges=edges, outputs=(), flows=flows, literals_matter=True)


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
        return Meaning(effects=(loaded,))
    source = AssetKey(context.session.system, (place,))
    return Meaning(effects=(loaded,), edges=(Edge(source, target.key),), inputs=(source,), literals_matter=True)
