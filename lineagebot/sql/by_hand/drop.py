"""DROP and TRUNCATE: what they destroy."""

from __future__ import annotations

from dataclasses import replace

from lineagebot.model import (
    Action,
    AssetKey,
    AssetKind,
    ColumnChange,
    Effect,
    Problem,
    TemporaryRelation,
)
from lineagebot.sql import session as sessions
from lineagebot.sql.by_hand.code import unread, unsaid
from lineagebot.sql.by_hand.kinds import CARRIERS, CODE, CONTAINERS, SHARED, Named, container, kind_here, unknown
from lineagebot.sql.by_hand.reader import (
    NOTHING,
    Inner,
    Reader,
    effect,
    effect_on,
)
from lineagebot.sql.destructive import suspicion
from lineagebot.sql.fingerprint import fingerprint
from lineagebot.sql.meaning import Meaning, Target, temporary_key
from lineagebot.sql.user_types import TAKES_COLUMNS, is_view, types_of_extension, victims

#: Characters of what is left over that are looked at to quote it.
_QUOTED = 200
#: What may stand behind the last victim, and changes nothing.
_AFTER_VICTIMS = (
    *((word,) for word in ("CASCADE", "CONSTRAINTS", "RESTRICT", "PURGE", "SYNC", "FORCE", "IMMEDIATE", "PERMANENTLY")),
    ("NO", "DELAY"),
    ("INCLUDING", "CONTENTS"),
    ("RESTART", "IDENTITY"),
    ("DROP", "EXTERNAL", "DATABASE"),
    ("CONTINUE", "IDENTITY"),
    ("DROP", "STORAGE"),
    ("DROP", "ALL", "STORAGE"),
    ("REUSE", "STORAGE"),
    ("PRESERVE", "MATERIALIZED", "VIEW", "LOG"),
    ("PRESERVE", "TABLE"),
    ("MATERIALIZED", "VIEW", "LOG"),
)


def drop(reader: Reader, inner: Inner) -> Meaning | None:
    context = reader.context
    if reader.skip("ALL", "ROW", "ACCESS", "POLICIES"):
        return NOTHING  # who may see the rows, sees more
    if reader.skip("OWNED"):
        return unsaid("DROP OWNED drops everything that a role owns; which assets that is, the text does not say.")
    temporary = reader.word in ("TEMP", "TEMPORARY")
    named = kind_here(reader)
    kind = named.asset
    if named.word == "USER" and context.dialect.name == "oracle":  # a user is a schema there
        kind = AssetKind.SCHEMA
    if kind is None:
        return _drop_untracked(reader, named)
    if_exists = reader.skip("IF", "EXISTS")
    names = reader.names()
    if not names:
        return None
    cascade, for_good = reader.has("CASCADE"), reader.has("PURGE", "PERMANENTLY")
    effects: list[Effect] = []
    session = context.session
    for parts in names:
        if kind in CONTAINERS:
            key = container(kind, parts, context)
            effects.append(effect(context, Action.DROP, key, kind=kind, cascade=cascade, if_exists=if_exists))
            continue
        target = replace(context, session=session).target(parts)
        if temporary and target.temporary is None:  # made before we looked
            target = Target(temporary_key(parts[-1], session), temporary=TemporaryRelation(parts[-1], ()))
        if target.temporary is not None:
            session = sessions.without_temporary(session, target.temporary.name)
        effects.append(
            effect_on(context, Action.DROP, target, kind=kind, cascade=cascade, if_exists=if_exists, for_good=for_good)
        )
    return Meaning(
        effects=tuple(effects),
        problems=_left_over(reader),
        session=session if session is not context.session else None,
    )


def _drop_untracked(reader: Reader, kind: Named) -> Meaning | None:
    if not kind.is_known:
        return unknown("DROP", kind, reader)
    takes = TAKES_COLUMNS.get(reader.context.dialect.name, "")
    if kind.word in ("TYPE", "DOMAIN", "EXTENSION") and takes and reader.has(takes):
        return _drop_types(reader, kind)
    if kind.word in CARRIERS and reader.has("CASCADE"):
        return _takes_along(kind)
    if kind.word == "STAGE":
        return _drop_stage(reader)
    if kind.word in CODE or kind.word in SHARED:
        return unread(f"DROP {kind.word} is known, but what uses a {kind.word.lower()} is not tracked.")
    return NOTHING


def _takes_along(kind: Named) -> Meaning:
    return unsaid(f"DROP {kind.word} … CASCADE can take columns, views and tables along; the text does not say which.")


def _drop_types(reader: Reader, kind: Named) -> Meaning:
    """The columns of these types go with them; an extension takes more along, of which only its types are told."""
    context = reader.context
    reader.skip("IF", "EXISTS")
    names = reader.names()
    if kind.word == "EXTENSION":
        names = [(name,) for parts in names for name in types_of_extension(parts)]
    effects = tuple(
        replace(
            effect(context, Action.DROP, relation.key, kind=relation.kind, cascade=True)
            if is_view(relation)
            else effect(
                context,
                Action.DROP_COLUMN,
                relation.key,
                kind=relation.kind,
                columns=tuple(ColumnChange(c.name, c.type) for c in relation.columns if c.name in columns),
                cascade=True,
            ),
            certainty=certainty,
        )
        for relation, columns, certainty in victims(names, context)
    )
    more = _takes_along(kind)
    if not effects or kind.word == "EXTENSION":
        return replace(more, effects=effects)
    return Meaning(effects=effects)


def _drop_stage(reader: Reader) -> Meaning | None:
    """The files of a stage go with it; they are known by the place that a COPY names: @stage."""
    if_exists = reader.skip("IF", "EXISTS")
    begin = reader.at
    if not reader.name():
        return None
    place = AssetKey(
        reader.context.session.system, ("@" + "".join(token.text for token in reader.tokens[begin : reader.at]),)
    )
    return Meaning(effects=(effect(reader.context, Action.DROP, place, kind=AssetKind.FILE, if_exists=if_exists),))


def _left_over(reader: Reader) -> tuple[Problem, ...]:
    """What stands behind the victims and is no part of the statement: often the next one, its semicolon forgotten."""
    while not reader.done:
        if reader.skip("ON", "CLUSTER") or reader.skip("WITH"):
            reader.name()
            if reader.word == "(":
                reader.inside()
        elif reader.word.startswith("PARTITION") and reader.word:  # what stands behind it is part of its name
            return ()
        elif not any(reader.skip(*clause) for clause in _AFTER_VICTIMS):
            rest = reader.rest()
            fear = suspicion(rest, reader.context.dialect)
            return (
                Problem(
                    f"What begins with “{_shown(rest, reader)}” is no part of this {reader.tokens[0].upper}.",
                    looks_destructive=fear.looks_destructive,
                    touches=tuple(reader.context.target(parts).key for parts in fear.names),
                ),
            )
    return ()


def truncate(reader: Reader, inner: Inner) -> Meaning | None:
    context = reader.context
    if reader.skip("ALL", "TABLES", "FROM") or reader.skip("DATABASE"):  # ClickHouse
        reader.skip("IF", "EXISTS")
        parts = reader.name()
        key = container(AssetKind.SCHEMA, parts, context)
        emptied = effect(context, Action.TRUNCATE, key, kind=AssetKind.SCHEMA, every_row=True)
        return Meaning(effects=(emptied,)) if parts else None
    kind = kind_here(reader).asset if reader.word in ("MATERIALIZED", "DYNAMIC", "TABLE") else None
    if_exists = reader.skip("IF", "EXISTS")
    names = reader.names()
    if not names:
        return None
    cascade = reader.has("CASCADE")
    partition = reader.has("PARTITION", "PARTITIONS")
    return Meaning(
        effects=tuple(
            effect_on(
                context,
                Action.TRUNCATE,
                context.target(parts),
                cascade=cascade,
                if_exists=if_exists,
                every_row=not partition,
                **({"kind": kind} if kind not in (None, AssetKind.TABLE) else {}),
                partition=_rest_after(reader, "PARTITION") if partition else None,
            )
            for parts in names
        ),
        problems=_left_over(reader),
    )


def _rest_after(reader: Reader, word: str) -> str:
    for at in range(reader.at, len(reader.tokens)):
        if reader.tokens[at].upper.startswith(word):
            return " ".join(token.text for token in reader.tokens[at + 1 :])[:200]
    return ""


def _shown(rest: str, reader: Reader) -> str:
    """Its first words, without the literals among them."""
    return fingerprint(rest[:_QUOTED], reader.context.dialect.name).masked[:30].strip()
