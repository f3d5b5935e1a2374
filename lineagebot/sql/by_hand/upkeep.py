"""Statements about what a table was: RESTORE and FLASHBACK bring it back, VACUUM and PURGE take the way back."""

from __future__ import annotations

from lineagebot.model import Action, AssetKey, AssetKind
from lineagebot.sql.by_hand.keeping import is_zero
from lineagebot.sql.by_hand.kinds import CONTAINERS, container, kind_here
from lineagebot.sql.by_hand.reader import NOTHING, Inner, Reader, effect, effect_on
from lineagebot.sql.meaning import Meaning


def vacuum(reader: Reader, inner: Inner) -> Meaning | None:
    """VACUUM t RETAIN 0 HOURS (Delta). Postgres' and Redshift's VACUUM takes only what nobody can see."""
    begin = reader.at
    while not reader.done and not reader.skip("RETAIN"):
        reader.at += 1
    if reader.done or reader.has("DRY"):
        return NOTHING
    if not is_zero(reader.left()[:1]):
        return Meaning(literals_matter=True)
    reader.at = begin
    return _forgotten(reader)


def optimize(reader: Reader, inner: Inner) -> Meaning | None:
    """OPTIMIZE TABLE t FINAL DEDUPLICATE (ClickHouse) takes rows that are there twice."""
    if not reader.has("DEDUPLICATE"):
        return NOTHING
    reader.skip("TABLE")
    parts = reader.name()
    return Meaning(effects=(effect_on(reader.context, Action.DELETE, reader.context.target(parts)),)) if parts else None


def reorganize(reader: Reader, inner: Inner) -> Meaning | None:
    """REORG TABLE t APPLY (PURGE) writes files anew; what was deleted goes for good only with the next VACUUM."""
    return NOTHING if reader.skip("TABLE") else None


def _forgotten(reader: Reader) -> Meaning | None:
    reader.skip("TABLE")
    parts = reader.name()
    if not parts:
        return None
    context = reader.context
    return Meaning(effects=(effect_on(context, Action.FORGET, context.target(parts)),), literals_matter=True)


def restore(reader: Reader, inner: Inner) -> Meaning | None:
    """RESTORE TABLE t TO VERSION AS OF 3 (Delta)."""
    context = reader.context
    if reader.skip("DATABASE"):  # from a backup (T-SQL)
        whole = reader.name()
        key = AssetKey(context.session.system, whole)
        return Meaning(effects=(effect(context, Action.RESTORE, key, kind=AssetKind.DATABASE),)) if whole else None
    reader.skip("TABLE")
    parts = reader.name()
    if not parts or not reader.skip("TO"):
        return None
    return Meaning(effects=(effect_on(context, Action.RESTORE, context.target(parts)),))


def flashback(reader: Reader, inner: Inner) -> Meaning | None:
    """FLASHBACK TABLE t TO BEFORE DROP, FLASHBACK TABLE t TO TIMESTAMP ... (Oracle)."""
    if not reader.skip("TABLE"):
        return None
    names = reader.names()
    if not names or not reader.skip("TO"):
        return None
    context = reader.context
    if not reader.skip("BEFORE", "DROP"):
        return Meaning(effects=tuple(effect_on(context, Action.RESTORE, context.target(parts)) for parts in names))
    to = reader.name() if reader.skip("RENAME", "TO") else ()
    keys = [context.new((*names[0][:-1], *to) if to else parts).key for parts in names]
    return Meaning(effects=tuple(effect(context, Action.UNDROP, key) for key in keys))


def purge(reader: Reader, inner: Inner) -> Meaning | None:
    """PURGE TABLE t takes a dropped table out of the bin (Oracle)."""
    if not reader.skip("TABLE"):
        return NOTHING if reader.word in ("RECYCLEBIN", "DBA_RECYCLEBIN", "INDEX", "TABLESPACE", "BINARY") else None
    return _forgotten(reader)


def remove(reader: Reader, inner: Inner) -> Meaning | None:
    """REMOVE @stage/path (Snowflake): files go."""
    place = "".join(_until_space(reader))
    if not place.startswith("@"):
        return None
    key = AssetKey(reader.context.session.system, (place.rstrip("/"),))
    limited = not reader.done
    gone = effect(reader.context, Action.DELETE, key, kind=AssetKind.FILE, every_row=not limited)
    return Meaning(effects=(gone,), literals_matter=True)


def _until_space(reader: Reader) -> list[str]:
    """The texts of the tokens from here on that stand without a space between them."""
    found: list[str] = []
    while not reader.done and (not found or reader.tokens[reader.at - 1].end == reader.tokens[reader.at].start):
        found.append(reader.tokens[reader.at].text)
        reader.at += 1
    return found


def refresh(reader: Reader, inner: Inner) -> Meaning | None:
    """REFRESH MATERIALIZED VIEW v; REFRESH STREAMING TABLE t FULL reads anew what is left of its source."""
    if reader.word in _ONLY_CACHED:
        return NOTHING
    full = reader.has("FULL")
    kind = kind_here(reader).asset
    reader.skip("CONCURRENTLY")
    parts = reader.name()
    if kind not in (AssetKind.MATERIALIZED_VIEW, AssetKind.TABLE) or not parts:
        return None
    context = reader.context
    target = context.target(parts)
    if kind is AssetKind.TABLE:
        return Meaning(
            effects=(effect_on(context, Action.OVERWRITE if full else Action.REFRESH, target, every_row=full),)
        )
    if reader.skip("WITH", "NO", "DATA"):
        return Meaning(effects=(effect_on(context, Action.TRUNCATE, target, kind=kind, every_row=True),))
    return Meaning(effects=(effect_on(context, Action.REFRESH, target, kind=kind),))


#: What the engine remembers of a table is read anew; the table is as it was.
_ONLY_CACHED = frozenset(
    {"TABLE", "FUNCTION", "FUNCTIONS", "CATALOG", "CONNECTION", "COLLATION", "EXTERNAL", "FOREIGN"}
)


def copy_whole(reader: Reader, inner: Inner) -> Meaning | None:
    """COPY FROM DATABASE a TO b (DuckDB), COPY FILES INTO @a FROM @b (Snowflake)."""
    context = reader.context
    if reader.skip("FILES", "INTO"):
        to = "".join(_until_space(reader))
        key = AssetKey(context.session.system, (to,))
        return Meaning(effects=(effect(context, Action.LOAD, key, kind=AssetKind.FILE),), literals_matter=True)
    if not reader.skip("FROM", "DATABASE"):
        return None  # the parser reads it
    source = reader.name()
    target = reader.name() if reader.skip("TO") else ()
    if not (source and target):
        return None
    key = AssetKey(context.session.system, target)
    return Meaning(effects=(effect(context, Action.LOAD, key, kind=AssetKind.DATABASE),))


def export_whole(reader: Reader, inner: Inner) -> Meaning | None:
    """EXPORT DATABASE 'dir' (DuckDB), EXPORT MODEL m (BigQuery)."""
    if reader.skip("MODEL"):
        return NOTHING
    database = reader.context.session.database
    if not reader.skip("DATABASE") or not database:
        return None
    key = AssetKey(reader.context.session.system, (database,))
    return Meaning(effects=(effect(reader.context, Action.EXPORT, key, kind=AssetKind.DATABASE),))


def attach(reader: Reader, inner: Inner) -> Meaning | None:
    """ATTACH and DETACH: a database file (DuckDB), a policy (Redshift), a table (ClickHouse)."""
    context = reader.context
    attaches = reader.tokens[0].upper == "ATTACH"
    if reader.skip_any("RLS", "MASKING"):
        return _policy(reader, attaches)
    if context.dialect.name != "clickhouse":
        return None
    kind = kind_here(reader).asset
    reader.skip("IF", "EXISTS") or reader.skip("IF", "NOT", "EXISTS")
    parts = reader.name()
    if kind is None or not parts:
        return None
    key = container(kind, parts, context) if kind in CONTAINERS else context.target(parts).key
    return Meaning(effects=(effect(context, Action.UNDROP if attaches else Action.DROP, key, kind=kind),))


def _policy(reader: Reader, attaches: bool) -> Meaning | None:
    """ATTACH RLS POLICY p ON t TO ROLE r."""
    while not reader.done and not reader.skip("ON"):
        reader.at += 1
    names = reader.names() if reader.word != "TABLE" else [reader.name()]
    if not names:
        return None
    context = reader.context
    action = Action.HIDE if attaches else Action.ALTER
    return Meaning(effects=tuple(effect_on(context, action, context.target(parts)) for parts in names))
