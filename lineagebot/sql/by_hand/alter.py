"""ALTER: what becomes of a relation, its columns, its rows and its name. CLAUSES says who reads which clause."""

from __future__ import annotations

from dataclasses import replace

from lineagebot.model import (
    Action,
    AssetKey,
    AssetKind,
    Edge,
    Effect,
    Problem,
)
from lineagebot.model import Read as Reads
from lineagebot.sql import session as sessions
from lineagebot.sql.by_hand.alter_columns import (
    add_columns,
    alter_column,
    drop_columns,
    rename_column,
    replace_columns,
)
from lineagebot.sql.by_hand.alter_partitions import (
    append_from,
    attach_partition,
    drop_partition,
    exchange_partition,
    inherit,
    move_partition,
    of_partition,
    remove_files,
    replace_partition,
)
from lineagebot.sql.by_hand.alter_settings import (
    drop_other,
    execute,
    option,
    plain,
    refresh,
    row_security,
    set_,
    time_to_live,
)
from lineagebot.sql.by_hand.altered import Altered, Read
from lineagebot.sql.by_hand.code import has_body, stored, unread, unsaid
from lineagebot.sql.by_hand.keeping import keeping
from lineagebot.sql.by_hand.kinds import CODE, CONTAINERS, SHARED, Named, container, kind_here, unknown
from lineagebot.sql.by_hand.reader import (
    NOTHING,
    Inner,
    Reader,
    effect,
)
from lineagebot.sql.by_hand.setting import use
from lineagebot.sql.by_hand.sharing import alter_share
from lineagebot.sql.destructive import suspicion
from lineagebot.sql.meaning import Context, Meaning, Target, temporary_key
from lineagebot.sql.tokens import Kind, words


def alter(reader: Reader, inner: Inner) -> Meaning | None:
    named = kind_here(reader)
    kind = named.asset
    if kind is None:
        return _alter_untracked(reader, named)
    if reader.skip("ALL", "IN"):
        return NOTHING  # moves storage only
    if_exists = reader.skip("IF", "EXISTS")
    reader.skip("ONLY")
    begin = reader.at
    parts = reader.name()
    if not parts:
        return None
    reader.skip("*")
    if kind is AssetKind.VIEW and reader.word in ("AS", "("):  # it gets another query (MySQL, T-SQL, Spark)
        rest = reader.context.text[reader.tokens[begin].start :]
        return inner(f"CREATE OR REPLACE VIEW {rest}", reader.context)
    if reader.skip("MODIFY", "QUERY"):  # ClickHouse
        return inner(f"CREATE OR REPLACE VIEW {_written(reader, begin)} AS {reader.rest()}", reader.context)
    if reader.word in ("DELETE", "UPDATE"):
        return _change_rows(reader, inner, begin)
    if kind in CONTAINERS:
        return _alter_container(reader, kind, parts)
    if reader.skip("ON", "CLUSTER") and not reader.done:
        reader.at += 1
    return _alter_relation(reader, Altered(reader.context, reader.context.target(parts), kind, if_exists))


def _written(reader: Reader, begin: int) -> str:
    """The name that begins at that token, as it is written."""
    tokens, end = reader.tokens, begin
    while end + 2 < len(tokens) and tokens[end + 1].text == ".":
        end += 2
    return reader.context.text[tokens[begin].start : tokens[end].end]


def _change_rows(reader: Reader, inner: Inner, begin: int) -> Meaning:
    """ALTER TABLE t DELETE WHERE ..., UPDATE a = 1 [IN PARTITION p] WHERE ... (ClickHouse)."""
    name, deletes = _written(reader, begin), reader.skip("DELETE")
    reader.skip("UPDATE")
    text = reader.rest()
    at = next((i for i in range(reader.at, len(reader.tokens)) if reader.tokens[i].upper == "IN"), None)
    if at is not None and reader.tokens[at + 1 : at + 2] and reader.tokens[at + 1].upper == "PARTITION":
        where = next((t.start for t in reader.tokens[at:] if t.upper == "WHERE"), len(reader.context.text))
        text = (
            reader.context.text[reader.tokens[reader.at].start : reader.tokens[at].start] + reader.context.text[where:]
        )
    statement = ("DELETE FROM", name, text) if deletes else ("UPDATE", name, "SET", text)
    return inner(" ".join(statement), reader.context)


def _alter_untracked(reader: Reader, kind: Named) -> Meaning | None:
    if not kind.is_known:
        return unknown("ALTER", kind, reader)
    if kind.word in SHARED:
        return alter_share(reader)
    if kind.word in CODE and has_body(reader):
        return stored(f"ALTER {kind.word} holds code that is not read.", reader)
    if (kind.word in CODE and reader.has("RENAME")) or (kind.word in ("TYPE", "DOMAIN") and reader.has("ATTRIBUTE")):
        return unread(f"ALTER {kind.word} is known, but what uses a {kind.word.lower()} is not tracked.")
    if kind.word == "ACCOUNT" and keeping(reader.tokens) is not None:
        return unsaid("ALTER ACCOUNT takes the way back from every table there is.")
    if kind.word == "SESSION" and reader.skip("SET", "CURRENT_SCHEMA", "="):
        return use(reader, lambda text, context: NOTHING)
    return NOTHING


def _alter_container(reader: Reader, kind: AssetKind, parts: tuple[str, ...]) -> Meaning | None:
    """A schema or a database: what stands in it goes by another name, or is kept for another time."""
    context = reader.context
    key = container(kind, parts, context)
    if reader.skip("RENAME", "TO") or reader.skip("MODIFY", "NAME", "="):  # T-SQL
        to = reader.name()
        path = to if len(to) >= len(key.path) else (*key.path[:-1], *to[-1:])
        renamed = effect(context, Action.RENAME, key, kind=kind, renamed_to=AssetKey(key.system, path))
        return Meaning(effects=(renamed,)) if to else None
    if reader.skip("SWAP", "WITH"):
        other = reader.name()
        swapped = container(kind, other, context)
        return Meaning(effects=(effect(context, Action.SWAP, key, kind=kind, renamed_to=swapped),)) if other else None
    if reader.skip("TRANSFER"):  # ALTER SCHEMA s TRANSFER a.b moves a table into it (T-SQL)
        reader.skip("OBJECT", "::")
        moved = reader.name()
        target = context.target(moved).key if moved else key
        to_key = AssetKey(key.system, (*key.path, target.name))
        return Meaning(effects=(effect(context, Action.SET_SCHEMA, target, renamed_to=to_key),)) if moved else None
    kept = keeping(reader.tokens)
    if kept is not None:
        return Meaning(effects=(effect(context, kept, key, kind=kind),), literals_matter=True)
    reader.skip("MODIFY") if reader.has("FILE", "FILEGROUP") else None  # T-SQL
    return NOTHING if reader.word in _CONTAINER_OPTIONS else None


#: What else an ALTER of a schema or a database may begin with: nothing in it feels that.
_CONTAINER_OPTIONS = words(
    "SET UNSET RESET OWNER OPTIONS ADD DROP WITH QUOTA COLLATE REFRESH ALLOW CONNECTION ENABLE DISABLE CHARACTER"
    " CHARSET DEFAULT READ ENCRYPTION UPGRADE INTEGRATION ISOLATION AUTHORIZATION COMMENT ALTER COMPATIBILITY_LEVEL"
    " MANAGED PRIMARY REMOVE OPEN MOUNT ARCHIVELOG NOARCHIVELOG BACKUP RECOVER FLASHBACK FORCE FILE"
    " FILEGROUP"
)


def _alter_relation(reader: Reader, altered: Altered) -> Meaning | None:
    context, target = altered.context, altered.target
    effects: list[Effect] = []
    session = context.session
    literals = False
    before: Read | None = None
    for clause in reader.clauses():
        read = _reader_of(clause, before)
        done = read(clause, altered) if read is not None else None
        if done is None:
            return _unknown_action(clause, altered, tuple(effects))
        before = read
        literals = literals or any(token.kind in (Kind.NUMBER, Kind.STRING) for token in clause.tokens)
        for found in done:
            if target.temporary is not None and found.action is Action.RENAME and found.renamed_to is not None:
                session = sessions.renamed_temporary(session, target.temporary.name, found.renamed_to.name)
            _gather(effects, found)
    return Meaning(
        effects=tuple(effects),
        reads=tuple(dict.fromkeys(Reads(source) for source, _ in altered.moved)),
        edges=tuple(Edge(source, to) for source, to in altered.moved),
        inputs=tuple(dict.fromkeys(source for source, _ in altered.moved)),
        literals_matter=literals,
        session=session if session is not context.session else None,
    )


def _gather(effects: list[Effect], found: Effect) -> None:
    """Several clauses of one kind are one effect with several columns."""
    last = effects[-1] if effects else None
    if last is None or last.action is not found.action or last.target != found.target:
        effects.append(found)
    elif found.action in _GATHERED and last.columns:
        effects[-1] = replace(last, columns=last.columns + found.columns, cascade=last.cascade or found.cascade)
    elif found.action is not Action.ALTER:
        effects.append(found)


_GATHERED = frozenset({Action.DROP_COLUMN, Action.ADD_COLUMN, Action.RENAME_COLUMN, Action.RETYPE_COLUMN})


def _unknown_action(clause: Reader, altered: Altered, before: tuple[Effect, ...]) -> Meaning:
    context = clause.context
    written = " ".join(token.text for token in clause.tokens)[:60]
    return Meaning(
        effects=(*before, *altered.does(Action.ALTER)),
        problems=(
            Problem(
                f"“{written}” is no action of an ALTER that we know." if written else "This ALTER has no action.",
                looks_destructive=bool(written) and suspicion(context.text, context.dialect).looks_destructive,
                touches=(altered.target.key,),
            ),
        ),
        literals_matter=True,
    )


def rename(clause: Reader, altered: Altered) -> list[Effect] | None:
    """RENAME TO other, RENAME COLUMN c TO d, RENAME c TO d, RENAME other (MySQL)."""
    clause.skip("RENAME")
    if clause.skip_any("TO", "AS"):
        to = clause.name()
        return altered.does(Action.RENAME, renamed_to=_renamed(altered.target, to, altered.context)) if to else None
    long = len(clause.tokens) - clause.at > 3
    if clause.word in ("CONSTRAINT", "INDEX", "KEY", "PARTITION") and long:
        return altered.does(Action.ALTER)
    if clause.word == "COLUMN" and long:
        clause.at += 1
    begin = clause.at
    renamed = rename_column(clause, altered)
    if renamed is None:
        clause.at = begin
        bare = clause.name()
        return altered.does(Action.RENAME, renamed_to=_renamed(altered.target, bare, altered.context)) if bare else None
    return renamed


def _renamed(target: Target, to: tuple[str, ...], context: Context) -> AssetKey:
    """A bare new name stays in the schema of the old one; a dotted one says where it goes (Snowflake, Spark)."""
    if target.temporary is not None:
        return temporary_key(to[-1], context.session)
    if len(to) == 1:
        return AssetKey(target.key.system, (*target.key.path[:-1], to[0]))
    return context.new(to).key


def _swap(clause: Reader, altered: Altered) -> list[Effect] | None:
    other = clause.name() if clause.skip("SWAP", "WITH") else ()
    return altered.does(Action.SWAP, renamed_to=altered.context.target(other).key) if other else None


#: Which clause is read by whom: by its first two words where they stand here, else by the first.
CLAUSES: dict[tuple[str, ...], Read] = {
    ("RENAME",): rename,
    ("SWAP",): _swap,
    # columns
    ("DROP",): drop_columns,
    ("ADD",): add_columns,
    ("ALTER",): alter_column,
    ("MODIFY",): alter_column,
    ("CHANGE",): alter_column,
    ("REPLACE",): replace_columns,
    # rows, in blocks
    ("DROP", "PARTITION"): drop_partition,
    ("DROP", "PARTITIONS"): drop_partition,
    ("DROP", "PART"): drop_partition,
    ("DROP", "SUBPARTITION"): drop_partition,
    ("DETACH",): drop_partition,
    ("TRUNCATE",): drop_partition,
    ("ATTACH",): attach_partition,
    ("INHERIT",): inherit,
    ("NO",): inherit,
    ("MOVE",): move_partition,
    ("SWITCH",): move_partition,
    ("EXCHANGE",): exchange_partition,
    ("REPLACE", "PARTITION"): replace_partition,
    ("APPEND",): append_from,
    ("PARTITION",): of_partition,
    ("REMOVE",): remove_files,
    # how long it is kept, and who sees it
    ("SET",): set_,
    ("OPTIONS",): option,
    ("SET", "UNUSED"): drop_columns,
    ("MODIFY", "TTL"): time_to_live,
    ("MODIFY", "SETTING"): plain,
    ("MODIFY", "ORDER"): plain,
    ("MODIFY", "COMMENT"): plain,
    ("MODIFY", "REFRESH"): plain,
    ("MODIFY", "SQL"): plain,
    ("MODIFY", "DEFINER"): plain,
    ("MODIFY", "SAMPLE"): plain,
    ("ADD", "STORAGE"): time_to_live,
    ("ENABLE",): row_security,
    ("FORCE",): row_security,
    ("ROW",): row_security,
    ("ADD", "ROW"): row_security,
    ("ADD", "MASKING"): row_security,
    ("ADD", "AGGREGATION"): row_security,
    ("ADD", "JOIN"): row_security,
    ("DROP", "JOIN"): plain,
    ("DROP", "ROW"): plain,
    ("DROP", "ALL"): plain,
    ("DROP", "FEATURE"): drop_other,
    ("DROP", "SCHEDULE"): drop_other,
    ("EXECUTE",): execute,
    ("REFRESH",): refresh,
    **{
        (word,): plain
        for word in words(
            "RESET OWNER DISABLE VALIDATE CLUSTER OF NOT REPLICA UNSET COMMENT ENGINE CONVERT CHARACTER COLLATE DEFAULT"
            " LOCK ALGORITHM ORDER PARTITIONED SUSPEND RESUME RECLUSTER CHECK NOCHECK REBUILD MATERIALIZE FREEZE"
            " UNFREEZE FETCH COMPACT TOUCH ARCHIVE CONCATENATE RECOVER DEPENDS OPTIMIZE ANALYZE REPAIR LOGGING"
            " NOLOGGING COMPRESS NOCOMPRESS CACHE NOCACHE PARALLEL NOPARALLEL SHRINK READ WITH WITHOUT PRIMARY INDEX"
            " COALESCE REORGANIZE DISCARD IMPORT MASKING AUTO AUTO_INCREMENT ROW_FORMAT SAMPLE SECURE CLEAR APPLY"
            " EDITIONABLE COMPILE TBLPROPERTIES CROSSES WRITE CREATE"
        )
    },
}
#: Behind a comma these go on: SET a = 1, b = 2; DROP COLUMN a, b; ALTER a TYPE t, COLUMN b DROP NOT NULL.
_GO_ON = frozenset({set_, option, plain, drop_columns, add_columns, alter_column, drop_partition})


def _reader_of(clause: Reader, before: Read | None) -> Read | None:
    first = clause.word
    if first == "PARTITION" and before is drop_partition:
        return drop_partition
    second = clause.tokens[1].upper if len(clause.tokens) > 1 else ""
    if first == "DROP" and second == "IF" and clause.has("PARTITION"):
        return drop_partition
    known = CLAUSES.get((first, second)) or CLAUSES.get((first,))
    if known is not None and not (len(clause.tokens) == 1 and before is drop_columns):
        return known
    if before in _GO_ON:
        return before
    return option if second == "=" else None
