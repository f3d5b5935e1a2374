"""GRANT and REVOKE: who may do what with which asset."""

from __future__ import annotations

from lineagebot.model import (
    Action,
    AssetKind,
)
from lineagebot.sql import session as sessions
from lineagebot.sql.by_hand.kinds import kind_here
from lineagebot.sql.by_hand.reader import (
    NOTHING,
    Inner,
    Reader,
    database_key,
    effect,
    effect_on,
)
from lineagebot.sql.meaning import Context, Meaning
from lineagebot.sql.tokens import words


def grant(reader: Reader, inner: Inner) -> Meaning | None:
    action = Action.REVOKE if reader.tokens[0].upper == "REVOKE" else Action.GRANT
    context = reader.context
    begin = reader.at
    while not reader.done and not reader.skip("ON"):
        if reader.word in ("TO", "FROM"):
            return NOTHING  # membership of a role
        reader.at += 1
    privileges = {token.upper for token in reader.tokens[begin : reader.at]}
    if action is Action.REVOKE and privileges.isdisjoint(_READING):
        action = Action.ALTER  # who reads it goes on reading
    if reader.done:
        return NOTHING
    if reader.word in ("ALL", "FUTURE"):
        inside = AssetKind.DATABASE if reader.has("DATABASE") else AssetKind.SCHEMA
        while not reader.done and not reader.skip_any("SCHEMA", "DATABASE"):
            reader.at += 1
        return _granted(action, inside, reader, context)
    if reader.word in _GRANTED_OTHERS:
        return NOTHING
    kind = kind_here(reader).asset if reader.word in _GRANTED_KINDS else None
    return _granted(action, kind or AssetKind.TABLE, reader, context)


#: Privileges without which nobody reads; `data viewer` is BigQuery's role.
_READING = words("SELECT ALL USAGE READ OWNERSHIP IMPORTED `ROLES/BIGQUERY.DATAVIEWER` REFERENCE_USAGE")
_GRANTED_KINDS = words("TABLE VIEW MATERIALIZED SCHEMA DATABASE EXTERNAL DYNAMIC ICEBERG STREAM")
_GRANTED_OTHERS = words(
    "FUNCTION PROCEDURE ROUTINE SEQUENCE LANGUAGE TYPE DOMAIN FOREIGN TABLESPACE PARAMETER LARGE WAREHOUSE ROLE USER"
    " ACCOUNT STAGE INTEGRATION TASK STREAM PIPE FILE RESOURCE"
)


def _granted(action: Action, kind: AssetKind, reader: Reader, context: Context) -> Meaning | None:
    names = reader.names()
    if not names:
        return None
    grantees = _grantees(reader)
    effects = []
    for parts in names:
        if kind is AssetKind.SCHEMA:
            effects.append(
                effect(context, action, sessions.schema(parts, context.session), kind=kind, grantees=grantees)
            )
        elif kind is AssetKind.DATABASE:
            effects.append(effect(context, action, database_key(parts, context), kind=kind, grantees=grantees))
        else:
            effects.append(effect_on(context, action, context.target(parts), kind=kind, grantees=grantees))
    return Meaning(effects=tuple(effects))


def _grantees(reader: Reader) -> tuple[str, ...]:
    """Who is named behind TO or FROM, as written but for quotes."""
    while not reader.done and not reader.skip_any("TO", "FROM"):
        reader.at += 1
    found = []
    for token in reader.tokens[reader.at :]:
        if token.upper in _AFTER_GRANTEES:
            break
        if token.text != "," and token.upper not in _GRANTEE_KINDS:
            found.append(token.text.strip("\"'`[]"))
    return tuple(found)


_GRANTEE_KINDS = words("ROLE USER GROUP DATABASE SHARE SERVICE ACCOUNT")
_AFTER_GRANTEES = words("CASCADE RESTRICT WITH GRANTED")
