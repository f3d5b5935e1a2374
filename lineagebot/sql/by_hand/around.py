"""Statements around statements: EXPLAIN, a cursor, UNLOAD of a query in a string."""

from __future__ import annotations

from dataclasses import replace

from lineagebot.model import (
    Action,
    AssetKey,
    Edge,
    TemporaryRelation,
)
from lineagebot.sql import session as sessions
from lineagebot.sql.by_hand.columns import column_list
from lineagebot.sql.by_hand.reader import (
    NOTHING,
    Inner,
    Reader,
    effect_on,
)
from lineagebot.sql.meaning import Meaning, Target, temporary_key
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
    if reader.done:
        return None
    return inner(reader.rest(), reader.context) if runs else NOTHING


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
    sources = tuple(AssetKey(context.session.system, (place,)) for place in _places(reader))
    overwrites = False
    while not reader.done and not (reader.skip("INTO") or (overwrites and reader.word != "INTO")):
        overwrites = reader.word == "OVERWRITE"
        reader.at += 1
    temporary = reader.skip_any("TEMP", "TEMPORARY") != ""
    reader.skip("TABLE")
    parts = reader.name()
    if not parts:
        return None
    if temporary:
        return _loaded_for_now(reader, parts, sources)
    target = context.target(parts)
    partition = reader.has("PARTITION", "PARTITIONS") and not reader.has("BY")
    action = Action.OVERWRITE if overwrites else Action.LOAD
    loaded = effect_on(context, action, target, every_row=overwrites and not partition)
    edges = tuple(Edge(source, target.key) for source in sources)
    return Meaning(effects=(loaded,), edges=edges, inputs=sources, literals_matter=True)


def _places(reader: Reader) -> list[str]:
    """Every URL behind FILES (BigQuery); else the first path (Hive, MySQL)."""
    texts = [inside(token.text) for token in reader.tokens if token.kind is Kind.STRING]
    if reader.has("FILES"):
        return [text for text in texts if "://" in text]
    return [text for text in texts[:1] if "/" in text]


def _loaded_for_now(reader: Reader, parts: tuple[str, ...], sources: tuple[AssetKey, ...]) -> Meaning:
    context = reader.context
    columns = column_list(reader)
    relation = TemporaryRelation(".".join(parts), columns, inputs=sources)
    target = Target(temporary_key(relation.name, context.session), temporary=relation)
    made = effect_on(context, Action.CREATE, target, produces=columns)
    session = sessions.with_temporary(context.session, relation)
    return Meaning(effects=(made,), session=session, inputs=sources, literals_matter=True)
