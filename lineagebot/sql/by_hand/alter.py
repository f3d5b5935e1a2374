"""ALTER: what becomes of a relation, its columns and its name."""

from __future__ import annotations

from dataclasses import replace

from lineagebot.model import (
    Action,
    AssetKey,
    AssetKind,
    ColumnChange,
    Effect,
    Problem,
)
from lineagebot.sql import session as sessions
from lineagebot.sql.by_hand.code import has_body, stored, unread
from lineagebot.sql.by_hand.columns import NO_COLUMNS, defined, type_
from lineagebot.sql.by_hand.kinds import CODE, Named, kind_here, unknown
from lineagebot.sql.by_hand.reader import (
    NOTHING,
    Inner,
    Reader,
    database_key,
    effect,
    effect_on,
)
from lineagebot.sql.by_hand.setting import use
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
    if kind in (AssetKind.SCHEMA, AssetKind.DATABASE):
        return _alter_container(reader, kind, parts)
    return _alter_relation(reader, kind, parts, if_exists)


def _alter_untracked(reader: Reader, kind: Named) -> Meaning | None:
    if not kind.is_known:
        return unknown("ALTER", kind, reader)
    if kind.word in CODE and has_body(reader):
        return stored(f"ALTER {kind.word} holds code that is not read.", reader)
    if (kind.word in CODE and reader.has("RENAME")) or (kind.word in ("TYPE", "DOMAIN") and reader.has("ATTRIBUTE")):
        return unread(f"ALTER {kind.word} is known, but what uses a {kind.word.lower()} is not tracked.", reader)
    if kind.word == "SESSION" and reader.skip("SET", "CURRENT_SCHEMA", "="):
        return use(reader, lambda text, context: NOTHING)
    return NOTHING


def _alter_container(reader: Reader, kind: AssetKind, parts: tuple[str, ...]) -> Meaning | None:
    context = reader.context
    key = sessions.schema(parts, context.session) if kind is AssetKind.SCHEMA else database_key(parts, context)
    if reader.skip("RENAME", "TO"):
        to = reader.name()
        if not to:
            return None
        renamed = AssetKey(key.system, (*key.path[:-1], to[-1]))
        return Meaning(effects=(effect(context, Action.RENAME, key, kind=kind, renamed_to=renamed),))
    return NOTHING


def _alter_relation(reader: Reader, kind: AssetKind, parts: tuple[str, ...], if_exists: bool) -> Meaning | None:
    context = reader.context
    target = context.target(parts)
    effects: list[Effect] = []
    session = context.session
    literals = False
    carried = ""
    for clause in reader.clauses():
        done = _action(clause, target, kind, carried)
        if done is None:
            return _unknown_action(clause, target, kind, tuple(effects))
        action, change = done
        literals = literals or any(token.kind is Kind.NUMBER for token in clause.tokens)
        carried = str(change.pop("carried", ""))
        effect = effect_on(context, action, target, kind=kind, if_exists=if_exists, **change)
        if target.temporary is not None and action is Action.RENAME and effect.renamed_to is not None:
            session = sessions.renamed_temporary(session, target.temporary.name, effect.renamed_to.name)
        last = effects[-1] if effects else None
        if last is not None and last.action is action and action in _GATHERED and last.columns:
            effects[-1] = replace(last, columns=last.columns + effect.columns, cascade=last.cascade or effect.cascade)
        elif not (last is not None and last.action is action is Action.ALTER):
            effects.append(effect)
    return Meaning(
        effects=tuple(effects),
        literals_matter=literals,
        session=session if session is not context.session else None,
    )


def _unknown_action(clause: Reader, target: Target, kind: AssetKind, before: tuple[Effect, ...]) -> Meaning:
    context = clause.context
    written = " ".join(token.text for token in clause.tokens)[:60]
    return Meaning(
        effects=(*before, effect_on(context, Action.ALTER, target, kind=kind)),
        problems=(
            Problem(
                f"“{written}” is no action of an ALTER that we know." if written else "This ALTER has no action.",
                looks_destructive=bool(written) and suspicion(context.text, context.dialect).looks_destructive,
                touches=(target.key,),
            ),
        ),
        literals_matter=True,
    )


#: Several of them in one ALTER are one effect with several columns.
_GATHERED = frozenset({Action.DROP_COLUMN, Action.ADD_COLUMN, Action.RENAME_COLUMN, Action.RETYPE_COLUMN})


def _action(clause: Reader, target: Target, kind: AssetKind, carried: str) -> tuple[Action, dict[str, object]] | None:
    """One action of an ALTER: what it is, and the fields of its effect."""
    word = clause.word
    if word == "RENAME":
        clause.at += 1
        return _rename(clause, target)
    if word == "SET" and clause.skip("SET", "SCHEMA"):
        to = clause.column()
        path = target.key.path
        return Action.SET_SCHEMA, {"renamed_to": AssetKey(target.key.system, (*path[:-2], to, path[-1]))} if to else {}
    if word == "SWAP" and clause.skip("SWAP", "WITH"):
        other = clause.name()
        return (Action.SWAP, {"renamed_to": clause.context.target(other).key}) if other else None
    if word == "DETACH" or _drops_partition(clause):
        clause.at += 1
        clause.skip("IF", "EXISTS")
        clause.skip("PARTITION")
        clause.skip("IF", "EXISTS")
        return Action.DROP_PARTITION, {"partition": " ".join(t.text for t in clause.tokens[clause.at :])[:200]}
    if word == "DROP" or (carried == "DROP" and not _starts_action(word)):
        return _drop_columns(clause)
    if word == "ADD" or (carried == "ADD" and not _starts_action(word)):
        return _add_columns(clause)
    if word in ("ALTER", "MODIFY", "CHANGE"):
        return _alter_column(clause, target)
    if word in _ROWS:  # ClickHouse
        return _ROWS[word], {}
    if word == "TRUNCATE":
        return Action.DROP_PARTITION, {"partition": " ".join(t.text for t in clause.tokens[2:])[:200]}
    if word in _OPTIONS or carried == "SET" or (len(clause.tokens) > 1 and clause.tokens[1].text == "="):
        return Action.ALTER, {"carried": "SET" if word in _LISTED_OPTIONS or carried == "SET" else ""}
    return None


def _drops_partition(clause: Reader) -> bool:
    """DROP PARTITION ...; in Hive and Spark DROP IF EXISTS PARTITION ... too."""
    said = [token.upper for token in clause.tokens[:4]]
    return said[:2] == ["DROP", "PARTITION"] or said == ["DROP", "IF", "EXISTS", "PARTITION"]


#: Actions that change neither columns nor rows nor names.
_OPTIONS = words(
    "SET RESET OWNER ENABLE DISABLE VALIDATE CLUSTER INHERIT NO ATTACH OF NOT FORCE REPLICA OPTIONS UNSET COMMENT"
    " ENGINE CONVERT CHARACTER COLLATE DEFAULT LOCK ALGORITHM ORDER PARTITION PARTITIONED SUSPEND RESUME REFRESH"
    " RECLUSTER CHECK NOCHECK REBUILD MATERIALIZE FREEZE UNFREEZE FETCH COMPACT TOUCH ARCHIVE CONCATENATE RECOVER"
    " DEPENDS EXECUTE OPTIMIZE ANALYZE REPAIR ROW LOGGING NOLOGGING COMPRESS NOCOMPRESS CACHE NOCACHE PARALLEL"
    " NOPARALLEL MOVE SHRINK READ WITH WITHOUT PRIMARY INDEX"
)
#: ... and these may go on behind a comma: SET a = 1, b = 2.
_LISTED_OPTIONS = frozenset({"SET", "UNSET", "CLUSTER", "ORDER", "OPTIONS"})
_ROWS = {"DELETE": Action.DELETE, "UPDATE": Action.UPDATE}


def _starts_action(word: str) -> bool:
    return word in _OPTIONS or word in ("DROP", "ADD", "ALTER", "RENAME", "MODIFY", "CHANGE", "DETACH")


def _rename(clause: Reader, target: Target) -> tuple[Action, dict[str, object]] | None:
    if clause.skip_any("TO", "AS"):
        to = clause.name()
        return (Action.RENAME, {"renamed_to": _renamed(target, to, clause.context)}) if to else None
    if clause.word in ("CONSTRAINT", "INDEX", "KEY", "PARTITION") and len(clause.tokens) - clause.at > 3:
        return Action.ALTER, {}
    if clause.word == "COLUMN" and len(clause.tokens) - clause.at > 3:
        clause.at += 1
    clause.skip("IF", "EXISTS")
    old = clause.column()
    if not old:
        return None
    if clause.skip_any("TO", "AS"):
        return Action.RENAME_COLUMN, {"columns": (ColumnChange(old, renamed_to=clause.column()),)}
    # RENAME other_name, without TO (MySQL, T-SQL's kin)
    return Action.RENAME, {"renamed_to": _renamed(target, (old,), clause.context)}


def _renamed(target: Target, to: tuple[str, ...], context: Context) -> AssetKey:
    """A bare new name stays in the schema of the old one; a dotted one says where it goes (Snowflake, Spark)."""
    if target.temporary is not None:
        return temporary_key(to[-1], context.session)
    if len(to) == 1:
        return AssetKey(target.key.system, (*target.key.path[:-1], to[0]))
    return context.new(to).key


def _drop_columns(clause: Reader) -> tuple[Action, dict[str, object]] | None:
    clause.skip("DROP")
    if clause.word in NO_COLUMNS and len(clause.tokens) - clause.at > 1:
        return Action.ALTER, {}
    clause.skip_any("COLUMN", "COLUMNS")
    clause.skip("IF", "EXISTS")
    columns = _bracketed(clause) if clause.word == "(" else [clause.column()]
    end = clause.at
    if not columns or not all(columns) or not (clause.done or clause.skip_any(*_AFTER_COLUMN)):
        return None
    clause.at = end
    return Action.DROP_COLUMN, {
        "columns": tuple(ColumnChange(name) for name in columns),
        "cascade": clause.has("CASCADE"),
        "carried": "DROP",
    }


_AFTER_COLUMN = words("CASCADE RESTRICT CONSTRAINTS INVALIDATE PURGE CONTINUE")


def _bracketed(clause: Reader) -> list[str]:
    clause.skip("(")
    found = []
    while not clause.done and clause.word != ")":
        found.append(clause.column())
        if not clause.skip(","):
            break
    clause.skip(")")
    return found


def _add_columns(clause: Reader) -> tuple[Action, dict[str, object]] | None:
    clause.skip("ADD")
    if clause.word in NO_COLUMNS or clause.word in ("PARTITION", "VALUES"):
        return Action.ALTER, {}
    clause.skip_any("COLUMN", "COLUMNS")
    clause.skip("IF", "NOT", "EXISTS")
    if clause.word == "(":
        inside = Reader.__new__(Reader)
        inside.context, inside.tokens, inside.at = clause.context, clause.tokens[clause.at + 1 : -1], 0
        added = [defined(part) for part in inside.clauses()]
    else:
        added = [defined(clause)]
    if not all(change.name for change in added):
        return None
    return Action.ADD_COLUMN, {"columns": tuple(added), "carried": "ADD"}


def _alter_column(clause: Reader, target: Target) -> tuple[Action, dict[str, object]] | None:
    verb = clause.skip_any("ALTER", "MODIFY", "CHANGE")
    clause.skip("COLUMN")
    clause.skip("IF", "EXISTS")
    name = clause.column()
    if not name:
        return None
    old = next((c.type for c in target.columns if c.name == name), None)
    if verb == "CHANGE":
        to = clause.column()
        if to and to != name:
            return Action.RENAME_COLUMN, {"columns": (ColumnChange(name, old, type_(clause), to),)}
    elif verb == "ALTER":
        clause.skip("SET", "DATA")
        if not clause.skip("TYPE") and clause.word in ("SET", "DROP", "ADD", "RESET", "RESTART", "UNSET", "COMMENT"):
            return Action.ALTER, {"columns": (ColumnChange(name, old, old),)}
    new = type_(clause)
    if new is None:
        return Action.ALTER, {"columns": (ColumnChange(name, old, old),)}
    return Action.RETYPE_COLUMN, {"columns": (ColumnChange(name, old, new),)}
