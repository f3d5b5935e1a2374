"""How far each system goes back in time, and how it is asked to: a function a system, each with the vendor's page.

The pages are named beside each function, and again in tests/policy/recovery, where every hint stands in full.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

from lineagebot.model import Action, AssetKind
from lineagebot.policy.lost import Lost, Recovery, by
from lineagebot.policy.spelled import container, quoted, table

_CONTAINERS = {AssetKind.SCHEMA: "SCHEMA", AssetKind.DATABASE: "DATABASE"}
_DAY = timedelta(days=1)
_WEEK = timedelta(days=7)


def _snowflake(lost: Lost) -> Recovery | None:
    """https://docs.snowflake.com/user-guide/data-time-travel, .../sql-reference/sql/undrop-table, .../data-failsafe"""
    effect, kept = lost.effect, lost.kept
    retention = min(kept.retention, _DAY) if kept.retention is not None and kept.transient else kept.retention
    if retention == timedelta(0) or effect.for_good:
        return Recovery(f"Time Travel keeps nothing of it. {_failsafe(lost, timedelta(0))}")
    usual = "" if retention else " if its retention is the usual 1 day"
    ends = f"{by(lost.at + (retention or _DAY))}{usual}. {_failsafe(lost, retention or _DAY)}"
    word = _CONTAINERS.get(effect.kind, "TABLE")
    name = container(lost.target, lost.dialect) if effect.kind in _CONTAINERS else table(lost.target, lost.dialect)
    if effect.action is Action.REPLACE or lost.taken:
        sql = f"ALTER {word} {name} RENAME TO {_aside(lost)};\nUNDROP {word} {name};"
        return Recovery(f"Move aside what stands there now and bring the old one back {ends}", sql)
    if effect.action is Action.DROP:
        return Recovery(f"It can be brought back {ends}", f"UNDROP {word} {name};")
    statement = (lost.statement or "").replace("'", "''")
    before = f"STATEMENT => '{statement}'" if statement else f"TIMESTAMP => '{lost.utc} +0000'::TIMESTAMP_TZ"
    copy = table(lost.target, lost.dialect, _beside(lost))
    clone = f"CREATE TABLE {copy} CLONE {name} BEFORE ({before});\nALTER TABLE {name} SWAP WITH {copy};"
    return Recovery(f"Clone it as it was just before and swap the two, {ends}", clone)


def _failsafe(lost: Lost, retention: timedelta) -> str:
    if lost.kept.transient:
        return "It is transient: nothing is kept after that."
    return f"For a permanent table Snowflake Support may help after that, {by(lost.at + retention + _WEEK)}."


def _bigquery(lost: Lost) -> Recovery | None:
    """https://cloud.google.com/bigquery/docs/restore-deleted-tables, .../access-historical-data, .../time-travel,
    .../restore-deleted-datasets
    """
    effect = lost.effect
    retention = lost.kept.retention or _WEEK
    usual = "" if lost.kept.retention else " if its time travel window is the usual 7 days"
    ends = f"{by(lost.at + retention)}{usual}. Google's support may help after that, {by(lost.at + retention + _WEEK)}."
    if effect.kind in _CONTAINERS:
        if len(lost.target.path) < 2:
            return None
        name = container(lost.target, lost.dialect)
        return Recovery(f"Bring the dataset back with all that is in it, {ends}", f"UNDROP SCHEMA {name};")
    project, *rest = lost.target.path
    if effect.action is Action.DROP or lost.taken:
        source = f"{project}:{'.'.join(rest)}" if rest else project
        copy = source + (_beside(lost) if lost.taken else "")
        says = f"Copy it from the past (in a shell; tags and partitions are not copied) {ends}"
        return Recovery(says, f"bq cp '{source}@{lost.milliseconds}' '{copy}'")
    copy, name = table(lost.target, lost.dialect, _beside(lost)), table(lost.target, lost.dialect)
    as_of = f"FOR SYSTEM_TIME AS OF TIMESTAMP '{lost.utc}+00';"
    sql = f"CREATE TABLE {copy} AS\nSELECT * FROM {name} {as_of}"
    return Recovery(f"Put it beside as it was just before, and take from there what is missing, {ends}", sql)


def _databricks(lost: Lost) -> Recovery | None:
    """https://docs.databricks.com/sql/language-manual/sql-ref-syntax-ddl-undrop-table, .../delta-restore,
    https://docs.databricks.com/delta/history
    """
    effect, until = lost.effect, lost.at + (lost.kept.retention or _WEEK)
    if effect.kind in _CONTAINERS:
        name = container(lost.target, lost.dialect)
        sql = f"CREATE SCHEMA IF NOT EXISTS {name};\nSHOW TABLES DROPPED IN {name};"
        says = "UNDROP needs the schema: create it again and see which tables are still listed for UNDROP TABLE WITH ID"
        return Recovery(f"{says}, {by(until)}.", sql)
    name = table(lost.target, lost.dialect)
    if effect.action is Action.DROP or lost.taken:
        if len(lost.target.path) < 3 or lost.target.path[0] == "hive_metastore":
            return Recovery("The Hive metastore knows no UNDROP: build it again, or create it over its files.")
        word = "MATERIALIZED VIEW" if effect.kind is AssetKind.MATERIALIZED_VIEW else "TABLE"
        first = f"ALTER TABLE {name} RENAME TO {_aside(lost)};\n" if lost.taken else ""
        says = "Move aside what stands there now and bring the old one back" if lost.taken else "It can be brought back"
        ends = f"{by(until)} (7 days in Unity Catalog; keys and foreign keys must be made again)."
        return Recovery(f"{says} {ends}", f"{first}UNDROP {word} {name};")
    says = "If it is a Delta table, set it back to just before"
    ends = f"{by(until)} (files are kept for 7 days unless VACUUM was told less)."
    return Recovery(f"{says}, {ends}", f"RESTORE TABLE {name} TO TIMESTAMP AS OF '{lost.utc.replace(' ', 'T')}Z';")


def _clickhouse(lost: Lost) -> Recovery | None:
    """https://clickhouse.com/docs/sql-reference/statements/undrop, https://clickhouse.com/docs/operations/backup"""
    effect, name = lost.effect, table(lost.target, lost.dialect)
    if (effect.action is Action.DROP or lost.taken) and effect.kind not in _CONTAINERS:
        until = lost.at + (lost.kept.retention or timedelta(minutes=8))
        first = f"RENAME TABLE {name} TO {_aside(lost)};\n" if lost.taken else ""
        says = (
            "Quick: bring it back" if not lost.taken else "Quick: move away what stands there now, then bring it back"
        )
        ends = f"{by(until)} (8 minutes unless set otherwise; in an Atomic database, not after DROP … SYNC)"
        return Recovery(f"{says} {ends}; later only from a backup.", f"{first}UNDROP TABLE {name};")
    if effect.kind in _CONTAINERS:
        sql = f"RESTORE DATABASE {container(lost.target, lost.dialect)} FROM Disk('<disk>', '<backup>');"
    else:
        copy = table(lost.target, lost.dialect, _beside(lost))
        sql = f"RESTORE TABLE {name} AS {copy} FROM Disk('<disk>', '<backup>');"
    return Recovery(f"ClickHouse has no undo for this; from a backup of before {lost.when}:", sql)


def _trino(lost: Lost) -> Recovery | None:
    """https://trino.io/docs/current/connector/iceberg.html: snapshots, time travel, rollback"""
    effect = lost.effect
    if effect.action is Action.DROP or lost.taken or effect.kind in _CONTAINERS:
        return Recovery(
            f"Trino has no undo for this. Build it again, or ask whoever keeps the storage for the state before"
            f" {lost.when}."
        )
    name = table(lost.target, lost.dialect)
    ends = "as long as expire_snapshots has not taken it (it leaves 7 days unless set otherwise)."
    if effect.action in (Action.DROP_COLUMN, Action.RETYPE_COLUMN, Action.REPLACE):
        copy = table(lost.target, lost.dialect, _beside(lost))
        sql = f"CREATE TABLE {copy} AS\nSELECT * FROM {name} FOR TIMESTAMP AS OF TIMESTAMP '{lost.utc} UTC';"
        return Recovery(f"If it is an Iceberg table, put it beside as it was just before, {ends}", sql)
    of_snapshots = '"' + lost.target.name.replace('"', '""') + '$snapshots"'
    snapshots = ".".join((*(quoted(part, lost.dialect) for part in lost.target.path[:-1]), of_snapshots))
    before = f"committed_at < TIMESTAMP '{lost.utc} UTC' ORDER BY committed_at DESC LIMIT 1;"
    find = f"SELECT snapshot_id FROM {snapshots}\nWHERE {before}"  # noqa: S608 - for a person to paste
    sql = f"{find}\nALTER TABLE {name} EXECUTE rollback_to_snapshot(snapshot_id => <snapshot_id>);"
    return Recovery(f"If it is an Iceberg table, set it back to the snapshot before, {ends}", sql)


def _redshift(lost: Lost) -> Recovery | None:
    """https://docs.aws.amazon.com/redshift/latest/APIReference/API_RestoreTableFromClusterSnapshot.html"""
    if lost.effect.kind in _CONTAINERS:
        what = f"Its tables come back one by one from a snapshot of before {lost.when}"
        return Recovery(f"Redshift has no undo. {what} (aws redshift restore-table-from-cluster-snapshot).")
    schema, name = lost.target.path[-2:] if len(lost.target.path) > 1 else ("public", lost.target.name)
    database = lost.target.path[-3] if len(lost.target.path) > 2 else "<database>"
    new = name if lost.effect.action is Action.DROP and not lost.taken else name + _beside(lost)
    options = {
        "cluster-identifier": "<cluster>",
        "snapshot-identifier": "<snapshot>",
        "source-database-name": database,
        "source-schema-name": schema,
        "source-table-name": name,
        "target-schema-name": schema,
        "new-table-name": new,
    }
    lines = ["aws redshift restore-table-from-cluster-snapshot", *(f"--{k} '{v}'" for k, v in options.items())]
    says = (
        f"Redshift has no undo. From a snapshot of before {lost.when} (in a shell; automated ones are kept 1 day unless"
        " set otherwise; not for interleaved sort keys):"
    )
    return Recovery(says, " \\\n  ".join(lines))


def _postgres(lost: Lost) -> Recovery | None:
    """https://www.postgresql.org/docs/current/continuous-archiving.html"""
    return Recovery(
        f"Postgres has no undo. Run the job that builds it again, or recover from a backup to just before {lost.when}."
    )


def _duckdb(lost: Lost) -> Recovery | None:
    """https://duckdb.org/docs/stable/sql/statements/export.html"""
    return Recovery(
        f"DuckDB has no undo. Run the job that builds it again, or take a copy of the file from before {lost.when}."
    )


WAYS: Mapping[str, Callable[[Lost], Recovery | None]] = {
    "bigquery": _bigquery,
    "clickhouse": _clickhouse,
    "databricks": _databricks,
    "duckdb": _duckdb,
    "postgres": _postgres,
    "redshift": _redshift,
    "snowflake": _snowflake,
    "trino": _trino,
}


def _beside(lost: Lost) -> str:
    """The end of the name of a copy that lies beside, in the letters of the name."""
    return "_RESTORED" if lost.dialect == "snowflake" else "_restored"


def _aside(lost: Lost) -> str:
    """The name under which what stands there now is put aside."""
    ending = "_ASIDE" if lost.dialect == "snowflake" else "_aside"
    if lost.effect.kind in _CONTAINERS:
        parts = (*lost.target.path[:-1], lost.target.name + ending)
        return ".".join(quoted(part, lost.dialect) for part in parts)
    return table(lost.target, lost.dialect, ending)
