"""Procedures that the systems bring along: CALL system.rollback_to_snapshot('sales', 'orders', 1) says what it does.

All other procedures are somebody's own code, which the text of a CALL does not hold.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from lineagebot.model import Action, AssetKind
from lineagebot.sql.by_hand.keeping import is_zero
from lineagebot.sql.by_hand.reader import NOTHING, Inner, Reader, effect_on
from lineagebot.sql.meaning import Meaning
from lineagebot.sql.names import split_name
from lineagebot.sql.tokens import Kind, Token, inside, words

#: The arguments by name and by place ("0", "1", ...), each as its tokens.
Arguments = Mapping[str, "list[Token]"]


def call_known(reader: Reader, inner: Inner) -> Meaning | None:
    """The meaning of a CALL of one of PROCEDURES; None for any other."""
    begin = reader.at
    parts = reader.name()
    name = parts[-1].lower() if parts else ""
    if name.startswith("system$"):  # Snowflake's own: SYSTEM$WAIT
        return NOTHING
    if name not in PROCEDURES or not _is_the_systems(parts, reader) or reader.word != "(":
        reader.at = begin
        return None
    read = PROCEDURES[name]
    arguments = _arguments(reader.inside())
    action = read(arguments) if callable(read) else read
    if action is None:
        return NOTHING
    table = _table(arguments, reader)
    if not table:
        return None
    if len(parts) > 2 and len(table) == 2:  # lake.system.p: the catalog whose procedure it is
        table = (parts[-3], *table)
    context = reader.context
    kind = {"kind": AssetKind.MATERIALIZED_VIEW} if action is Action.REFRESH else {}
    done = effect_on(context, action, context.target(table), **kind)
    return Meaning(effects=(done,), literals_matter=True)


def _is_the_systems(parts: tuple[str, ...], reader: Reader) -> bool:
    """system.p, lake.system.p, BQ.p; in DuckDB without any schema."""
    owners = {part.lower() for part in parts[:-1]}
    return bool(owners & {"system", "bq", "sys"}) or (not owners and reader.context.dialect.name in _BARE)


_BARE = frozenset({"duckdb", "snowflake"})


def _arguments(inside_brackets: Reader) -> Arguments:
    found: dict[str, list[Token]] = {}
    for at, clause in enumerate(inside_brackets.clauses()):
        tokens = list(clause.tokens)
        if len(tokens) > 2 and tokens[1].text in ("=>", ":="):
            found[tokens[0].text.lower()] = tokens[2:]
        else:
            found[str(at)] = tokens
    return found


def _table(arguments: Arguments, reader: Reader) -> tuple[str, ...]:
    """('sales', 'orders'), ('sales.orders') or (schema_name => 'sales', table_name => 'orders')."""
    dialect = reader.context.dialect.name
    said = [arguments.get(name) or arguments.get(place) for name, place in (("schema_name", "0"), ("table_name", "1"))]
    texts = [inside(t[0].text) if t and t[0].kind is Kind.STRING else "" for t in said]
    whole = arguments.get("table") or arguments.get("0")
    if dialect != "trino" or not all(texts):
        texts = [inside(whole[0].text) if whole and whole[0].kind is Kind.STRING else ""]
    return tuple(part for text in texts if text for part in split_name(text, dialect) or ())


def _forgets_at_zero(arguments: Arguments) -> Action | None:
    """Only a retention of nothing takes the way back."""
    return Action.FORGET if any(is_zero(tokens) for tokens in arguments.values()) else None


PROCEDURES: Mapping[str, Action | Callable[[Arguments], Action | None] | None] = {
    # Iceberg, Delta and Hive in Trino and Spark
    "rollback_to_snapshot": Action.RESTORE,
    "rollback_to_timestamp": Action.RESTORE,
    "set_current_snapshot": Action.RESTORE,
    "cherrypick_snapshot": Action.APPEND,
    "unregister_table": Action.DROP,
    "register_table": Action.UNDROP,
    "unregister_partition": Action.DROP_PARTITION,
    "register_partition": Action.APPEND,
    "create_empty_partition": Action.APPEND,
    "add_files": Action.LOAD,
    "vacuum": _forgets_at_zero,
    "expire_snapshots": _forgets_at_zero,
    "migrate": Action.ALTER,
    # BigQuery
    "refresh_materialized_view": Action.REFRESH,
    # No asset feels these.
    **dict.fromkeys(
        words(
            "sync_partition_metadata flush_metadata_cache drop_stats drop_extended_stats kill_query"
            " set_session_authorization reset_session_authorization enable_logging disable_logging truncate_duckdb_logs"
            " pragma_version rewrite_data_files rewrite_manifests remove_orphan_files rewrite_position_delete_files"
            " compute_table_stats compute_partition_stats"
        )
    ),
}


def execute_known(reader: Reader, inner: Inner) -> Meaning | None:
    """EXEC sp_rename 'dbo.t.c', 'd', 'COLUMN' (T-SQL)."""
    begin = reader.at
    if reader.name()[-1:] != ("sp_rename",):
        reader.at = begin
        return None
    texts = [inside(token.text) for token in reader.left() if token.kind is Kind.STRING]
    verb = _RENAMES.get(texts[2].upper() if len(texts) > 2 else "")
    old = texts[0].rpartition(".") if len(texts) > 1 else ("", "", "")
    if verb is None or not old[2]:
        return NOTHING if verb is None and len(texts) > 2 else None
    text = verb.format(whole=texts[0], table=old[0], column=old[2], to=texts[1]) if len(texts) > 1 else ""
    return replace(inner(text, reader.context), literals_matter=True)


_RENAMES = {
    "": "ALTER TABLE {whole} RENAME TO [{to}]",
    "OBJECT": "ALTER TABLE {whole} RENAME TO [{to}]",
    "COLUMN": "ALTER TABLE {table} RENAME COLUMN {column} TO [{to}]",
}
