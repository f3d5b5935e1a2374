"""Clauses of an ALTER that move rows in blocks: partitions come, go and change places, a table is poured over."""

from __future__ import annotations

from lineagebot.model import Action, Effect
from lineagebot.sql.by_hand.altered import Altered, written
from lineagebot.sql.by_hand.reader import Reader


def drop_partition(clause: Reader, altered: Altered) -> list[Effect] | None:
    """DROP PARTITION p, DETACH PARTITION p, TRUNCATE PARTITION p, DROP IF EXISTS PARTITION (d = 1)."""
    verb = clause.skip_any("DROP", "DETACH", "TRUNCATE")
    for_good = verb == "DROP" and clause.has("PURGE")
    clause.skip("IF", "EXISTS")
    if not clause.skip_any("PARTITION", "PARTITIONS", "PART", "SUBPARTITION") and verb:
        return None  # behind a comma stands only the name of one more
    if clause.word == "FIELD":  # how an Iceberg table is cut from here on
        return altered.does(Action.ALTER)
    clause.skip("IF", "EXISTS")
    return altered.does(Action.DROP_PARTITION, partition=written(clause.left()), for_good=for_good)


def attach_partition(clause: Reader, altered: Altered) -> list[Effect] | None:
    """ATTACH PARTITION p FOR VALUES ... (Postgres), ATTACH PARTITION p FROM t (ClickHouse)."""
    if not (clause.skip("ATTACH") and clause.skip_any("PARTITION", "PART")):
        return None
    taken = clause.left()
    begin = clause.at
    if altered.context.dialect.name == "postgres":
        altered.takes_from(clause.name())
    else:
        _until(clause, "FROM")
        altered.takes_from(clause.name() if clause.skip("FROM") else ())
    clause.at = begin
    return altered.does(Action.APPEND, partition=written(taken))


def inherit(clause: Reader, altered: Altered) -> list[Effect] | None:
    """INHERIT parent, NO INHERIT parent: the parent shows the rows of this table from here on, or no longer."""
    leaves = clause.skip("NO")
    if not clause.skip("INHERIT"):
        return altered.does(Action.ALTER)
    parent = clause.name()
    if not parent:
        return None
    name = altered.target.key.name
    return altered.other(Action.DROP_PARTITION if leaves else Action.APPEND, parent, partition=name)


def move_partition(clause: Reader, altered: Altered) -> list[Effect] | None:
    """MOVE PARTITION p TO TABLE t, SWITCH PARTITION n TO t: its rows stand in t from here on."""
    clause.at += 1
    taken = _until(clause, "TO")
    if not clause.skip("TO"):
        return altered.does(Action.ALTER)  # to a disk, or to another place in the same table
    if clause.word in ("DISK", "VOLUME", "SHARD"):
        return altered.does(Action.ALTER)
    clause.skip("TABLE")
    to = clause.name()
    if not to:
        return None
    altered.gives_to(to)
    if not taken:  # SWITCH TO t: all of it
        return altered.does(Action.TRUNCATE, every_row=True) + altered.other(Action.APPEND, to)
    return altered.does(Action.DROP_PARTITION, partition=taken) + altered.other(Action.APPEND, to, partition=taken)


def exchange_partition(clause: Reader, altered: Altered) -> list[Effect] | None:
    """EXCHANGE PARTITION p WITH TABLE t: both have other rows; in Hive those of t come into this one."""
    clause.skip("EXCHANGE")
    clause.skip_any("PARTITION", "SUBPARTITION")
    taken = _until(clause, "WITH")
    clause.skip("WITH")
    clause.skip("TABLE")
    other = clause.name()
    if not other:
        return None
    altered.takes_from(other)
    if altered.context.dialect.name in ("hive", "spark", "databricks"):
        came = altered.does(Action.APPEND, partition=taken)
        return came + altered.other(Action.DROP_PARTITION, other, partition=taken)
    altered.gives_to(other)
    return altered.does(Action.OVERWRITE, partition=taken) + altered.other(Action.OVERWRITE, other, every_row=True)


def replace_partition(clause: Reader, altered: Altered) -> list[Effect] | None:
    """REPLACE PARTITION p FROM t (ClickHouse)."""
    if not clause.skip("REPLACE", "PARTITION"):
        return None
    if clause.word == "FIELD":
        return altered.does(Action.ALTER)
    taken = _until(clause, "FROM")
    altered.takes_from(clause.name() if clause.skip("FROM") else ())
    return altered.does(Action.OVERWRITE, partition=taken)


def append_from(clause: Reader, altered: Altered) -> list[Effect] | None:
    """APPEND FROM t moves every row of t (Redshift): t is empty afterwards."""
    source = clause.name() if clause.skip("APPEND", "FROM") else ()
    if not source:
        return None
    altered.takes_from(source)
    return altered.does(Action.APPEND) + altered.other(Action.TRUNCATE, source, every_row=True)


def of_partition(clause: Reader, altered: Altered) -> list[Effect] | None:
    """PARTITION (d = 1) SET LOCATION ..., PARTITION (d = 1) RENAME TO PARTITION (d = 2)."""
    clause.skip("PARTITION")
    taken = _until(clause, "SET", "RENAME")
    if clause.skip("SET", "LOCATION"):
        return altered.does(Action.OVERWRITE, partition=taken)
    return altered.does(Action.ALTER, partition=taken)


def remove_files(clause: Reader, altered: Altered) -> list[Effect] | None:
    """REMOVE FILES ('a', 'b') of an external table (Snowflake); REMOVE TTL (ClickHouse)."""
    if clause.skip("REMOVE", "FILES"):
        return altered.does(Action.DROP_PARTITION, partition=written(clause.left()))
    return altered.does(Action.ALTER)


def _until(clause: Reader, *ends: str) -> str:
    begin = clause.at
    while not clause.done and clause.word not in ends:
        clause.at += 1
    return written(clause.tokens[begin : clause.at])
