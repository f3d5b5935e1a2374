"""GRANT, REVOKE and DENY: who may do what with which asset. _KINDS and _OTHERS say what stands behind ON."""

from __future__ import annotations

from lineagebot.model import (
    Action,
    AssetKind,
)
from lineagebot.sql.by_hand.kinds import CONTAINERS, container, kind_here
from lineagebot.sql.by_hand.reader import (
    NOTHING,
    Inner,
    Reader,
    effect,
    effect_on,
)
from lineagebot.sql.meaning import Context, Meaning
from lineagebot.sql.tokens import Kind, words

_ACTIONS = {"GRANT": Action.GRANT, "REVOKE": Action.REVOKE, "DENY": Action.REVOKE}
#: What stands behind ON, where it is written: the kinds that we follow ...
_KINDS = words("TABLE VIEW MATERIALIZED SCHEMA DATABASE CATALOG EXTERNAL DYNAMIC ICEBERG STREAM SEMANTIC HYBRID EVENT")
#: ... and those that we do not.
_OTHERS = words(
    "FUNCTION PROCEDURE ROUTINE SEQUENCE LANGUAGE TYPE DOMAIN FOREIGN TABLESPACE PARAMETER LARGE WAREHOUSE ROLE USER"
    " ACCOUNT STAGE INTEGRATION TASK PIPE FILE RESOURCE DATASHARE SHARE LOCATION STORAGE CONNECTION MODEL VOLUME ANY"
    " ANONYMOUS SERVER ENDPOINT CERTIFICATE ASSEMBLY XML APPLICATION NOTEBOOK TAG POLICY MASKING RECIPIENT METASTORE"
    " LISTING COMPUTE ALERT SECRET NETWORK PASSWORD SESSION AGGREGATION PROJECTION SERVICE IMAGE EXTERNALLOCATION"
)
#: Privileges without which nobody reads.
_READING = words("SELECT ALL USAGE USE READ OWNERSHIP IMPORTED REFERENCE_USAGE MANAGE APPLY") | {
    f"`ROLES/BIGQUERY.{role}`" for role in ("DATAVIEWER", "DATAOWNER", "DATAEDITOR", "ADMIN", "FILTEREDDATAVIEWER")
}
#: In ALL ... IN SCHEMA s only these are read; routines are called.
_READ = words("TABLES VIEWS")


def grant(reader: Reader, inner: Inner) -> Meaning | None:
    action = _ACTIONS[reader.tokens[0].upper]
    context = reader.context
    reader.named_by_literal = any(token.kind is Kind.STRING for token in reader.tokens)  # TO "user:joe@acme.com"
    if action is Action.REVOKE and reader.word in ("GRANT", "ADMIN"):
        return NOTHING  # REVOKE GRANT OPTION FOR: who sees it, sees it still
    begin = reader.at
    while not reader.done and not reader.skip("ON"):
        if reader.word == "FOR" and reader.has("IN"):  # SELECT FOR TABLES IN SCHEMA s (Redshift)
            return _whole(action, reader, context)
        if reader.word in ("TO", "FROM"):
            return NOTHING  # membership of a role
        reader.at += 1
    if reader.done:
        return None  # the rest of it is cut off
    privileges = {token.upper or token.text.upper() for token in reader.tokens[begin : reader.at]}
    if action is Action.REVOKE and privileges.isdisjoint(_READING):
        action = Action.ALTER  # who reads it goes on reading
    if reader.word == "*":
        return NOTHING
    if reader.word in ("ALL", "FUTURE"):
        return _whole(action, reader, context)
    if reader.word in _OTHERS or reader.tokens[reader.at].kind is Kind.STRING:
        return NOTHING
    kind = kind_here(reader).asset if reader.word in _KINDS else None
    reader.skip("OBJECT", "::")
    reader.skip("::")  # ON SCHEMA::marts (T-SQL)
    if [token.text for token in reader.left()[1:3]] == [".", "*"]:  # ON d.* (MySQL, ClickHouse)
        kind = AssetKind.SCHEMA
    return _granted(action, kind or AssetKind.TABLE, reader, context)


def _whole(action: Action, reader: Reader, context: Context) -> Meaning | None:
    """ALL TABLES IN SCHEMA a, b; FUTURE VIEWS IN DATABASE c."""
    if not reader.has(*_READ) and reader.has("IN"):
        return NOTHING
    inside = AssetKind.SCHEMA if reader.has("SCHEMA") else AssetKind.DATABASE
    while not reader.done and not reader.skip_any("SCHEMA", "DATABASE"):
        reader.at += 1
    return _granted(action, inside, reader, context)


def _granted(action: Action, kind: AssetKind, reader: Reader, context: Context) -> Meaning | None:
    names = reader.names()
    if not names:
        return None
    said = {"kind": kind, "grantees": _grantees(reader)}
    if kind in CONTAINERS:
        return Meaning(effects=tuple(effect(context, action, container(kind, n, context), **said) for n in names))
    return Meaning(effects=tuple(effect_on(context, action, context.target(n), **said) for n in names))


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
            if found[-1] == "@" and len(found) > 1:  # 'joe'@'%' (MySQL): who, and from where
                del found[-1:]
                break
    return tuple(found)


_GRANTEE_KINDS = words("ROLE USER GROUP DATABASE SHARE SERVICE ACCOUNT RECIPIENT")
_AFTER_GRANTEES = words("CASCADE RESTRICT WITH GRANTED COPY REVOKE")
