"""SET, RESET, USE and DISCARD: how names lead somewhere else from here on."""

from __future__ import annotations

from dataclasses import replace

from lineagebot.sql import session as sessions
from lineagebot.sql.by_hand.reader import (
    NOTHING,
    Inner,
    Reader,
)
from lineagebot.sql.meaning import Context, Meaning
from lineagebot.sql.names import folded, unquoted
from lineagebot.sql.tokens import Kind, Token


def set_(reader: Reader, inner: Inner) -> Meaning | None:
    context = reader.context
    local = reader.skip("LOCAL")
    reader.skip_any("SESSION")
    if context.dialect.name in _SPARK and reader.word == "SPARK":
        return _overwriting(reader)
    if reader.skip("SCHEMA"):
        reader.skip_any("=", "TO")
    elif not (reader.skip("SEARCH_PATH") and reader.skip_any("=", "TO")):
        return NOTHING
    schemas: list[str] = []
    for clause in reader.clauses():
        token = clause.tokens[0] if clause.tokens else None
        if token is None or token.kind is Kind.NUMBER:
            return NOTHING
        if token.kind is Kind.STRING:
            text = token.text[1:-1].replace("''", "'")
            schemas.extend(text.split(",") if context.dialect.name == "duckdb" else [text])
        elif token.upper == "DEFAULT":
            return Meaning(session=sessions.with_default_path(context.session), local=local)
        else:
            schemas.append(_schema_name(token, context))
    return Meaning(session=sessions.with_path(context.session, tuple(schemas)), local=local, literals_matter=True)


def _overwriting(reader: Reader) -> Meaning:
    """SET spark.sql.sources.partitionOverwriteMode = dynamic: what an INSERT OVERWRITE takes out from here on."""
    if tuple(part.lower() for part in reader.name()) != _OVERWRITE_MODE or not reader.skip("=") or reader.done:
        return NOTHING
    mode = reader.tokens[reader.at].text.strip("'\"").lower()
    return Meaning(session=replace(reader.context.session, overwrite_mode=mode), literals_matter=True)


_SPARK = frozenset({"spark", "databricks"})
_OVERWRITE_MODE = ("spark", "sql", "sources", "partitionoverwritemode")


def _schema_name(token: Token, context: Context) -> str:
    if token.kind is Kind.QUOTED:
        return folded(unquoted(token.text), context.dialect, quoted=True)
    return folded(token.text, context.dialect, quoted=False)


def reset(reader: Reader, inner: Inner) -> Meaning | None:
    if reader.context.dialect.name in _SPARK:
        if reader.done or tuple(part.lower() for part in reader.name()) == _OVERWRITE_MODE:
            return Meaning(session=replace(reader.context.session, overwrite_mode=""))
        return NOTHING
    if reader.word in ("SEARCH_PATH", "ALL"):
        return Meaning(session=sessions.with_default_path(reader.context.session))
    return NOTHING


def discard(reader: Reader, inner: Inner) -> Meaning | None:
    session = reader.context.session
    if reader.word in ("ALL", "TEMP", "TEMPORARY"):
        session = session.with_temporaries(())
    if reader.word == "ALL":
        session = sessions.with_default_path(session)
    return Meaning(session=session)


def use(reader: Reader, inner: Inner) -> Meaning | None:
    session, dialect = reader.context.session, reader.context.dialect.name
    what = reader.skip_any("DATABASE", "SCHEMA", "CATALOG", "NAMESPACE", "WAREHOUSE", "ROLE", "SECONDARY")
    if reader.word == "DEFAULT" and dialect in ("hive", "spark"):
        return Meaning(session=replace(session, search_path=session.default_search_path))
    parts = reader.name()
    if what in ("WAREHOUSE", "ROLE", "SECONDARY"):
        return NOTHING
    if not parts:
        return None
    if len(parts) > 1:
        return Meaning(session=replace(session, database=parts[-2], search_path=(parts[-1],)))
    if what == "CATALOG" or (what in ("DATABASE", "") and dialect in _USE_MEANS_DATABASE):
        first = _FIRST_SCHEMA.get(dialect) if session.search_path else None
        path = (first,) if first else () if what else session.search_path
        return Meaning(session=replace(session, database=parts[0], search_path=path))
    return Meaning(session=replace(session, search_path=parts))


#: USE x means a database there, with schemas inside; elsewhere x is the level just above the tables.
_USE_MEANS_DATABASE = frozenset({"snowflake", "tsql", "redshift", "ansi"})
#: The schema in which a session stands when it has come to another database.
_FIRST_SCHEMA = {"snowflake": "PUBLIC", "databricks": "default", "spark": "default"}
