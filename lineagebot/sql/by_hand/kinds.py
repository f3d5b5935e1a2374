"""The kinds of thing that a DROP, an ALTER or a CREATE names: tracked, harmless, and those that we cannot follow.

Only a kind that stands in one of these tables is understood. A word that stands in none may be anything, and most often
is a table misspelt: `drop tabel x` must never pass for a statement without effect.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches

from lineagebot.model import AssetKey, AssetKind, Problem
from lineagebot.sql import session as sessions
from lineagebot.sql.by_hand.reader import Reader
from lineagebot.sql.destructive import suspicion
from lineagebot.sql.meaning import Context, Meaning
from lineagebot.sql.tokens import words

TRACKED = {
    "TABLE": AssetKind.TABLE,
    "VIEW": AssetKind.VIEW,
    "MATERIALIZED VIEW": AssetKind.MATERIALIZED_VIEW,
    "FOREIGN TABLE": AssetKind.FOREIGN_TABLE,
    "SCHEMA": AssetKind.SCHEMA,
    "DATABASE": AssetKind.DATABASE,
    "CATALOG": AssetKind.DATABASE,
    "NAMESPACE": AssetKind.SCHEMA,
    "SEMANTIC VIEW": AssetKind.VIEW,
    # They are read as tables are.
    "SYNONYM": AssetKind.OTHER,
    "STREAM": AssetKind.OTHER,
    "DICTIONARY": AssetKind.OTHER,
}
#: They say more about the kind, and stand before it.
ADJECTIVES = words(
    "TEMP TEMPORARY TRANSIENT EXTERNAL DYNAMIC ICEBERG HYBRID VOLATILE UNLOGGED GLOBAL LOCAL LIVE STREAMING SECURE"
    " EVENT PUBLIC PRIVATE SNAPSHOT MANAGED FOREIGN"
)
#: ... and where no other kind stands behind it, this one is the kind itself (MySQL's events).
_KINDS_TOO = frozenset({"EVENT"})
#: Code that queries call; who calls it is not tracked.
CODE = words("FUNCTION PROCEDURE PROC ROUTINE AGGREGATE MACRO PACKAGE MODEL")
#: What is handed to other accounts; who reads it there, no log of ours tells.
SHARED = words("SHARE DATASHARE LISTING")
#: Dropped with CASCADE these can take columns, views and tables along.
CARRIERS = words(
    "TYPE DOMAIN EXTENSION FUNCTION PROCEDURE ROUTINE AGGREGATE SERVER SEQUENCE OPERATOR COLLATION CAST"
) | {
    "FOREIGN DATA WRAPPER",
    "ACCESS METHOD",
}
#: No asset that we track feels what happens to these.
HARMLESS = words(
    "INDEX UNIQUE BITMAP CLUSTERED NONCLUSTERED COLUMNSTORE FULLTEXT SPATIAL VECTOR SEARCH BLOOMFILTER CONSTRAINT"
    " TRIGGER RULE POLICY ROW MASKING NETWORK SESSION PASSWORD AGGREGATION PROJECTION"
    " ROLE USER GROUP LOGIN ACCOUNT PROFILE QUOTA SETTINGS CREDENTIAL SECRET CERTIFICATE SYMMETRIC ASYMMETRIC MASTER"
    " SEQUENCE TYPE DOMAIN EXTENSION SERVER CAST COLLATION CONVERSION OPERATOR LANGUAGE PROCEDURAL TRUSTED STATISTICS"
    " TEXT TRANSFORM TABLESPACE DIRECTORY ASSEMBLY CONTEXT EDITION LIBRARY OUTLINE DIMENSION NAMED DEFAULT"
    " PUBLICATION SUBSCRIPTION REPLICATION FAILOVER RECIPIENT PROVIDER CONNECTION LOCATION DATA VOLUME FILE"
    " WAREHOUSE RESOURCE WORKLOAD TASK PIPE ALERT JOB INTEGRATION STORAGE API NOTIFICATION SECURITY TAG NOTEBOOK"
    " STREAMLIT APPLICATION COMPUTE SERVICE IMAGE GIT CAPACITY RESERVATION ASSIGNMENT PREPARE BROKER QUEUE MESSAGE"
    " CONTRACT ROUTE ENDPOINT PARTITION CUBE LARGE SYSTEM ORGANIZATION PROJECT LOGFILE INSTANCE"
    " RLS IDENTITY CORTEX AUTHENTICATION PACKAGES JOIN PRIVACY BACKUP ARTIFACT VARIABLE STAGE CACHE EVENT"
) | {
    "FOREIGN DATA WRAPPER",
    "ACCESS METHOD",
    "MATERIALIZED VIEW LOG",
    "DATABASE ROLE",
    "DATABASE LINK",
    "USER MAPPING",
    "EVENT TRIGGER",
    "SNAPSHOT SET",
    "SNAPSHOT POLICY",
}
#: Kinds that begin with a word that is a kind of its own, the longest first.
_PHRASES = (
    ("MATERIALIZED", "VIEW", "LOG"),
    ("FOREIGN", "DATA", "WRAPPER"),
    ("MATERIALIZED", "VIEW"),
    ("FOREIGN", "TABLE"),
    ("DATABASE", "ROLE"),
    ("DATABASE", "LINK"),
    ("TABLE", "FUNCTION"),
    ("ACCESS", "METHOD"),
    ("USER", "MAPPING"),
    ("EVENT", "TRIGGER"),
    ("SEMANTIC", "VIEW"),
    ("SNAPSHOT", "SET"),
    ("SNAPSHOT", "POLICY"),
)


_KNOWN = CODE | SHARED | CARRIERS | HARMLESS


@dataclass(frozen=True, slots=True)
class Named:
    """A kind as it is written, in capitals ("" where no word stands there), and as what it is tracked, if it is."""

    word: str
    asset: AssetKind | None

    @property
    def is_known(self) -> bool:
        return self.asset is not None or self.word in _KNOWN


def kind_here(reader: Reader) -> Named:
    """Step over the kind that stands here."""
    phrase = _phrase(reader)
    while not phrase and reader.word in ADJECTIVES:
        reader.at += 1
        phrase = _phrase(reader)
    stands = phrase or reader.word in TRACKED or reader.word in _KNOWN
    if not stands and reader.at and reader.tokens[reader.at - 1].upper in _KINDS_TOO:
        return Named(reader.tokens[reader.at - 1].upper, None)
    word = phrase or reader.skip_any(reader.word)
    if word == "TABLE FUNCTION":
        word = "FUNCTION"
    if word == "DATABASE" and reader.context.dialect.databases_are_schemas:
        return Named(word, AssetKind.SCHEMA)
    return Named(word, TRACKED.get(word))


#: What holds relations.
CONTAINERS = frozenset({AssetKind.SCHEMA, AssetKind.DATABASE})


def container(kind: AssetKind, parts: tuple[str, ...], context: Context) -> AssetKey:
    """The key of the schema or the database of that name."""
    if kind is AssetKind.SCHEMA:
        return sessions.schema(parts, context.session)
    return AssetKey(context.session.system, parts)


def _phrase(reader: Reader) -> str:
    return next((" ".join(phrase) for phrase in _PHRASES if reader.skip(*phrase)), "")


def unknown(verb: str, kind: Named, reader: Reader) -> Meaning:
    """What to say of a kind that we do not know: what it may have been, and what it may concern."""
    context = reader.context
    near = get_close_matches(kind.word, (*TRACKED, *CODE), n=1, cutoff=0.6)
    meant = f"; {verb} {near[0]} perhaps?" if near else "."
    reader.skip("IF", "EXISTS")
    begin = reader.at
    touched = [context.target(parts).key for parts in reader.names()]
    reader.at = begin
    fear = suspicion(context.text[:_SEARCHED], context.dialect)
    return Meaning(
        problems=(
            Problem(
                f"{verb} {kind.word or '…'} is nothing that we know{meant}",
                looks_destructive=fear.looks_destructive,
                touches=tuple(dict.fromkeys(touched or [context.target(parts).key for parts in fear.names])),
            ),
        ),
        literals_matter=True,
    )


#: Of a statement that is not understood, so many characters are searched.
_SEARCHED = 100_000
