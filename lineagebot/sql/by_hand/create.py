"""CREATE of what is neither table nor view, and of those without the clauses that the parser stumbles over."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from lineagebot.model import (
    Action,
    AssetKind,
    Effect,
)
from lineagebot.sql.by_hand.code import has_body, stored, unread
from lineagebot.sql.by_hand.columns import column_list
from lineagebot.sql.by_hand.kinds import CODE, CONTAINERS, Named, container, kind_here
from lineagebot.sql.by_hand.reader import (
    NOTHING,
    Inner,
    Reader,
    effect,
    effect_on,
)
from lineagebot.sql.meaning import Meaning
from lineagebot.sql.tokens import Token, words

_PLAIN = re.compile(r"CREATE\s+(?:OR\s+REPLACE\s+)?(?:TEMP(?:ORARY)?\s+|TRANSIENT\s+)?(?:TABLE|VIEW)\s+[^\s(]", re.I)
_NOT_PLAIN = re.compile(r"FUNCTION\b", re.I)
#: One of these stands in each of the clauses that `_stumbling` finds.
_STUMBLING = re.compile(r"\b(?:COMMIT|DATA|OPTION|MATERIALIZED)\b", re.I)


def is_plain(text: str) -> bool:
    """A table or view without any of our clauses: the parser has its turn at once."""
    head = _PLAIN.match(text)
    return (
        head is not None
        and _NOT_PLAIN.match(text, head.end() - 1) is None
        and _STUMBLING.search(text, head.end()) is None
    )


def create(reader: Reader, inner: Inner) -> Meaning | None:
    replaced = reader.skip("OR", "REPLACE")
    altered = reader.skip("OR", "ALTER")
    named = kind_here(reader)
    if named.word in ("TABLE", "VIEW", "MATERIALIZED VIEW"):
        return _create_or_alter(reader, inner) if altered else _create_without(reader, inner)
    if named.word in _PARSED:
        return None
    if named.asset in CONTAINERS and named.asset is not None:
        return _create_container(reader, inner, named.asset, replaced=replaced)
    if named.asset is AssetKind.FOREIGN_TABLE:
        return _create_foreign(reader)
    if named.word in _STANDS_FOR:
        return _create_stand_in(reader, inner, _STANDS_FOR[named.word], replaced=replaced)
    if named.asset is not None:
        return unread(f"CREATE {named.word} is known, but not followed to what it stands for.")
    return _create_untracked(reader, named)


#: CREATE STREAM s ON TABLE t, CREATE SYNONYM s FOR t: what is read through s is t.
_STANDS_FOR = {"STREAM": "ON", "SYNONYM": "FOR"}


def _create_stand_in(reader: Reader, inner: Inner, before: str, *, replaced: bool) -> Meaning | None:
    reader.skip("IF", "NOT", "EXISTS")
    begin = reader.at
    if not reader.name():
        return None
    name = reader.context.text[reader.tokens[begin].start : reader.tokens[reader.at - 1].end]
    while not reader.done and not reader.skip(before):
        reader.at += 1
    if reader.word == "STAGE":
        return NOTHING
    kind_here(reader) if before == "ON" else None
    begin = reader.at
    if not reader.name():
        return None
    source = reader.context.text[reader.tokens[begin].start : reader.tokens[reader.at - 1].end]
    verb = "CREATE OR REPLACE" if replaced else "CREATE"
    meaning = inner(f"{verb} VIEW {name} AS TABLE {source}", reader.context)
    # A stream has columns of its own besides, so nobody is told which.
    return replace(meaning, effects=tuple(replace(e, kind=AssetKind.OTHER, produces=()) for e in meaning.effects))


#: Where a function in such a language is handed values and gives values back: no SQL runs in it.
_COMPUTES_ONLY = frozenset({"bigquery", "snowflake", "databricks", "spark", "redshift", "trino"})
_LANGUAGES = words("JS JAVASCRIPT PYTHON PLPYTHONU JAVA SCALA")


def _computes_only(reader: Reader) -> bool:
    language = next((i for i, t in enumerate(reader.tokens[:-1]) if t.upper == "LANGUAGE"), None)
    if language is None or reader.context.dialect.name not in _COMPUTES_ONLY:
        return False
    return reader.tokens[language + 1].upper in _LANGUAGES


def _create_untracked(reader: Reader, kind: Named) -> Meaning | None:
    if kind.word == "FUNCTION" and _computes_only(reader):
        return NOTHING
    if (kind.word in CODE or kind.word in _WITH_CODE) and has_body(reader):
        return stored(f"CREATE {kind.word} holds code that is not read.", reader)
    if kind.word == "RULE":
        return unread("CREATE RULE changes what later statements on its table do.")
    if kind.word == "ROW" and reader.skip("ACCESS", "POLICY") and reader.has("ON"):
        return _create_policy(reader)
    if kind.is_known:
        return NOTHING
    return None  # the parser has its turn


#: What else is defined with code that runs later.
_WITH_CODE = frozenset({"TRIGGER", "EVENT TRIGGER", "CONSTRAINT", "RULE", "TASK", "PIPE", "ALERT", "JOB"})


def _create_policy(reader: Reader) -> Meaning | None:
    """CREATE ROW ACCESS POLICY p ON t (BigQuery): who is not named in one sees no row."""
    while not reader.done and not reader.skip("ON"):
        reader.at += 1
    parts = reader.name()
    return (
        Meaning(effects=(effect_on(reader.context, Action.HIDE, reader.context.target(parts)),)) if parts else NOTHING
    )


def _create_foreign(reader: Reader) -> Meaning | None:
    context = reader.context
    reader.skip("IF", "NOT", "EXISTS")
    parts = reader.name()
    if not parts:
        return None
    made = effect(
        context,
        Action.CREATE,
        context.new(parts).key,
        kind=AssetKind.FOREIGN_TABLE,
        produces=column_list(reader),
    )
    return Meaning(effects=(made,), literals_matter=True)


def _create_or_alter(reader: Reader, inner: Inner) -> Meaning | None:
    """CREATE OR ALTER VIEW (T-SQL) replaces."""
    meaning = inner(f"CREATE OR REPLACE {reader.context.text[reader.tokens[3].start :]}", reader.context)
    return replace(meaning, effects=tuple(replace(e, empty=False) for e in meaning.effects))  # its rows stay


def _create_without(reader: Reader, inner: Inner) -> Meaning | None:
    """The parser stumbles over some of Postgres' clauses that change no meaning: hand it the statement without them."""
    tokens, text = reader.tokens, reader.context.text
    cut = list(_stumbling(tokens))
    if not cut:
        return None
    kept, end = [], 0
    for first, last in cut:
        kept.append(text[end : tokens[first].start])
        end = tokens[last].end
    meaning = inner("".join((*kept, text[end:])), reader.context)
    if not any(tokens[first].upper == "IF" for first, _ in cut):
        return meaning
    return replace(meaning, effects=tuple(replace(effect, if_exists=True) for effect in meaning.effects))


def _stumbling(tokens: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """First and last token of each clause that is better left out."""
    said = [token.upper for token in tokens]
    for at, word in enumerate(said):
        if (
            word == "IF"
            and said[at - 2 : at] == ["MATERIALIZED", "VIEW"]
            and said[at : at + 3] == ["IF", "NOT", "EXISTS"]
        ):
            yield at, at + 2
        elif word == "ON" and said[at + 1 : at + 2] == ["COMMIT"] and said[at + 2 : at + 3] != ["AS"]:
            yield at, at + (2 if said[at + 2] == "DROP" else 3) if at + 3 < len(said) else at + 2
        elif word == "WITH" and said[at + 1 :] in _LAST_CLAUSES:
            yield at, len(said) - 1


_LAST_CLAUSES = (
    ["DATA"],
    ["NO", "DATA"],
    ["CHECK", "OPTION"],
    ["LOCAL", "CHECK", "OPTION"],
    ["CASCADED", "CHECK", "OPTION"],
)


#: Other things that the parser turns into a table.
_PARSED = frozenset({"LIKE"})


def _create_container(reader: Reader, inner: Inner, kind: AssetKind, *, replaced: bool) -> Meaning | None:
    context = reader.context
    if_exists = reader.skip("IF", "NOT", "EXISTS")
    reader.skip("AUTHORIZATION")
    parts = reader.name()
    if not parts:
        return None
    key = container(kind, parts, context)
    made = effect(context, Action.CLONE if reader.has("CLONE") else Action.CREATE, key, kind=kind, if_exists=if_exists)
    if replaced:  # all that stood in it goes
        gone = effect(context, Action.DROP, key, kind=kind, cascade=True, if_exists=True)
        return Meaning(effects=(gone, made))
    if any(reader.tokens[at].upper == "CREATE" and _makes(reader, at) for at in range(reader.at, len(reader.tokens))):
        return _create_with_contents(reader, inner, made)
    return Meaning(effects=(made,))


def _makes(reader: Reader, at: int) -> bool:
    """CREATE TABLE in a CREATE SCHEMA; no CREATE EXTERNAL DATABASE IF NOT EXISTS, which is an option."""
    return "DATABASE" not in [token.upper for token in reader.tokens[at + 1 : at + 3]]


def _create_with_contents(reader: Reader, inner: Inner, schema: Effect) -> Meaning:
    """CREATE SCHEMA s CREATE TABLE t ... CREATE VIEW v ...: what is made along stands in s."""
    context, tokens = reader.context, reader.tokens
    begins = [at for at in range(reader.at, len(tokens)) if tokens[at].upper == "CREATE"]
    path = (schema.target.name, *context.session.search_path)
    inside = replace(context, session=replace(context.session, search_path=path))
    effects: list[Effect] = [schema]
    found: list[Meaning] = []
    for begin, end in zip(begins, [*begins[1:], len(tokens)], strict=True):
        text = context.text[tokens[begin].start : tokens[end - 1].end]
        meaning = inner(text, replace(inside, text=text, catalog=context.catalog.after(effects)))
        effects.extend(meaning.effects)
        found.append(meaning)
    return Meaning(
        effects=tuple(effects),
        reads=tuple(read for meaning in found for read in meaning.reads),
        edges=tuple(edge for meaning in found for edge in meaning.edges),
        problems=tuple(problem for meaning in found for problem in meaning.problems),
        literals_matter=any(meaning.literals_matter for meaning in found),
        inputs=tuple(key for meaning in found for key in meaning.inputs),
        flows=tuple(flow for meaning in found for flow in meaning.flows),
    )
