"""Code that a statement runs (a DO block, a CALL, an EXECUTE), prepares, or only stores (the body of a function).

Where its text is told, literal or put together of literals, the statement says so in its act and `run.py` reads it.
Where it is not, what runs is feared by its words; what is only stored has not happened, whatever its words are.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from lineagebot.model import Action, AssetKey, ColumnChange, Problem
from lineagebot.sql.acts import Calls, Forgets, Manner, Prepares, Runs
from lineagebot.sql.by_hand.reader import NOTHING, Inner, Reader, effect_on
from lineagebot.sql.destructive import (
    Suspicion,
    executed,
    suspicion_of,
    suspicion_of_code,
    suspicion_of_text,
    together,
)
from lineagebot.sql.meaning import Meaning
from lineagebot.sql.names import fold, split_name
from lineagebot.sql.tokens import Kind, Token, inside, words
from lineagebot.sql.told import HOLE, Told, literal_text, told


def stored(message: str, reader: Reader) -> Meaning:
    """A body that is only defined: nothing runs yet."""
    fear = together(suspicion_of(reader.tokens, reader.context.dialect), _inside_strings(reader))
    return _feared(message, reader, Suspicion(False, fear.names))


def do(reader: Reader, inner: Inner) -> Meaning | None:
    """DO $$ ... $$ (Postgres). In another language than SQL its code is feared by its words."""
    language = ""
    texts = [literal_text(t, reader.context.dialect) for t in reader.tokens if t.kind is Kind.STRING]
    for at, token in enumerate(reader.tokens[:-1]):
        if token.upper == "LANGUAGE":
            named = reader.tokens[at + 1]
            language = inside(named.text).strip('"').upper()
            if named.kind is Kind.STRING:
                texts.remove(literal_text(named, reader.context.dialect))
    if language in ("", "PLPGSQL", "SQL") and len(texts) == 1:
        return Meaning(act=Runs((texts[0],), Manner.BODY), literals_matter=True)
    return _feared("A DO block runs code that is not read.", reader, _inside_strings(reader))


def call(reader: Reader, inner: Inner) -> Meaning | None:
    parts = reader.name()
    reader.skip("(")
    return known_call(parts, reader) or _called(parts, reader, "CALL")


def known_call(parts: tuple[str, ...], reader: Reader) -> Meaning | None:
    """The systems' own procedures: most touch no asset."""
    name = parts[-1].lower() if parts else ""
    if name == "sp_rename":
        return _renamed(reader)
    if name == "exec_ddl_statement":
        return _run(reader)
    if name.startswith(_HARMLESS_CALLS) or (len(parts) > 1 and parts[-2].lower() in _HARMLESS_PACKAGES):
        return Meaning()
    return None


_HARMLESS_CALLS = (
    "system$wait",
    "system$log",
    "system$set_",
    "raise_application_error",
    "sp_help",
    "sp_who",
    "sp_addextended",
)
_HARMLESS_PACKAGES = words("dbms_output dbms_lock dbms_stats dbms_session dbms_application_info utl_file utl_http")


def _renamed(reader: Reader) -> Meaning | None:
    """EXEC sp_rename 'dbo.a', 'b', and 'dbo.a.x', 'y', 'COLUMN' (T-SQL)."""
    context = reader.context
    texts = [literal_text(t, context.dialect) for t in reader.tokens if t.kind is Kind.STRING]
    old = split_name(texts[0], context.dialect.name) if len(texts) > 1 else None
    if not old or (len(texts) > 2 and texts[2].upper() not in ("OBJECT", "COLUMN")):
        return None
    if len(texts) > 2 and texts[2].upper() == "COLUMN" and len(old) > 1:
        change = ColumnChange(old[-1], renamed_to=texts[1])
        done = effect_on(context, Action.RENAME_COLUMN, context.target(old[:-1]), columns=(change,))
    else:
        target = context.target(old)
        to = AssetKey(target.key.system, (*target.key.path[:-1], fold(texts[1], context.dialect.name)))
        done = effect_on(context, Action.RENAME, target, renamed_to=to)
    return Meaning(effects=(done,), literals_matter=True)


def _called(parts: tuple[str, ...], reader: Reader, verb: str) -> Meaning:
    """What runs is the body, where its definition is known; else what the arguments let one fear."""
    name = ".".join(parts) or "a procedure"
    texts = [inside(t.text) for t in reader.tokens if t.kind is Kind.STRING]
    fear = _of_texts(texts, reader, whole=True)
    unknown = _feared(f"{verb} runs {name}; its body is not in this text.", reader, fear)
    arguments = tuple(_arguments(reader))
    return Meaning(act=Calls(parts, arguments), problems=unknown.problems, literals_matter=True)


def _arguments(reader: Reader) -> list[tuple[str, tuple[str, ...]]]:
    """By name where it has one ("" where not): the texts that an argument may have, () where they are not told."""
    found: list[tuple[str, tuple[str, ...]]] = []
    for clause in reader.clauses():
        tokens = [t for t in clause.tokens if t.text not in (";",)]
        if len(tokens) > 1 and tokens[-1].text == ")" and not any(t.text == "(" for t in tokens):
            tokens = tokens[:-1]
        name = ""
        if len(tokens) > 2 and tokens[1].text in ("=>", ":=", "="):
            name, tokens = tokens[0].text.lstrip("@").lower(), tokens[2:]
        found.append((name, _known(tokens, reader) if tokens else ()))
    return found


def _known(tokens: Sequence[Token], reader: Reader) -> tuple[str, ...]:
    texts = told(tokens, reader.context.memory.variables, reader.context.dialect)
    return tuple(t.text for t in texts) if all(t.whole for t in texts) else ()


def execute(reader: Reader, inner: Inner) -> Meaning | None:
    """EXECUTE IMMEDIATE text, EXEC (text), EXEC sp_executesql text; EXECUTE of what was prepared; EXEC of a routine."""
    begin = reader.at
    dialect = reader.context.dialect.name
    if reader.skip("TASK"):
        return _called(reader.name(), reader, "EXECUTE TASK")
    if reader.skip("IMMEDIATE") or reader.word == "(":
        return _run(reader)
    if dialect in ("tsql", "ansi", "oracle", "teradata"):
        if (
            reader.tokens[begin : begin + 1]
            and reader.tokens[begin].kind is Kind.PARAMETER
            and len(reader.tokens) > begin + 1
        ):
            reader.at = begin + (2 if reader.tokens[begin + 1].text == "=" else 0)  # EXEC @result = p
        parts = reader.name()
        if parts[-1:] == ("sp_executesql",):
            if [t.text for t in reader.tokens[reader.at + 1 : reader.at + 2]] == ["="]:  # @stmt = N'...'
                reader.at += 2
            return _run(reader)
        if dialect != "ansi" and parts:
            return known_call(parts, reader) or _called(parts, reader, "EXEC")
        reader.at = begin
    if reader.context.in_body and dialect in ("postgres", "redshift"):
        return _run(reader)
    parts = reader.name()
    name = ".".join(parts)
    if name.lower() in reader.context.memory.prepared:
        text = reader.context.memory.prepared[name.lower()]
        if text is not None and HOLE in text:
            fear = _of_holes((Told(text, False),), reader)
            return _feared(f"EXECUTE runs what was prepared as {name}, which is not told whole.", reader, fear)
        if text is not None:
            return Meaning(act=Runs((text,)), literals_matter=True)
    if reader.word == "(" and dialect == "ansi":
        return unread(f"EXEC runs {name}; its body is not in this text.")
    return unread(f"EXECUTE runs what was prepared as {name or 'something'}; its text stands elsewhere.")


#: Behind these no more of the text is told.
_BEHIND = words("INTO USING AS AT BULK")


def _run(reader: Reader) -> Meaning:
    """The text that runs is read where all of it is told."""
    start = reader.at
    if start < len(reader.tokens) and reader.tokens[start].upper == "FROM":
        return unsaid("EXECUTE IMMEDIATE FROM runs a file that is not in this text.")
    texts = told(_expression(reader.tokens, start), reader.context.memory.variables, reader.context.dialect)
    if texts and all(text.whole and text.text.strip() for text in texts):
        return Meaning(act=Runs(tuple(text.text for text in texts)), literals_matter=True)
    return _feared("EXECUTE runs a text that is not read whole.", reader, _of_holes(texts, reader))


def _of_holes(texts: Sequence[Told], reader: Reader) -> Suspicion:
    """What the told parts let one fear; a name that has a hole in it is none."""
    dialect = reader.context.dialect
    said = [text.text for text in texts if text.text.replace(HOLE, "").strip()]
    if not said:
        return _of_texts(
            executed(reader.tokens) or [inside(t.text) for t in reader.tokens if t.kind is Kind.STRING], reader
        )
    fear = together(*(suspicion_of_text(_GLUED.sub("; ", text), dialect) for text in said))
    names = tuple(parts for parts in fear.names if not any(HOLE in part.lower() for part in parts))
    return Suspicion(fear.looks_destructive, names)


#: A verb that follows upon what only the run tells begins a statement of its own.
_GLUED = re.compile(rf"{HOLE}(?=(DROP|TRUNCATE|DELETE|ALTER|UPDATE)\b)", re.IGNORECASE)


def _expression(tokens: Sequence[Token], start: int) -> Sequence[Token]:
    """The tokens of the text's own expression."""
    depth = 0
    for at in range(start, len(tokens)):
        text = tokens[at].text
        depth += (text == "(") - (text == ")")
        if depth < 0 or (depth == 0 and (text in (",", ";") or tokens[at].upper in _BEHIND)):
            return tokens[start:at]
    return tokens[start:]


def prepare(reader: Reader, inner: Inner) -> Meaning | None:
    """PREPARE s FROM 'text', PREPARE s FROM statement, PREPARE s (int) AS statement."""
    parts = reader.name()
    if not parts:
        return None
    if reader.word == "(":
        while not reader.done and not reader.skip(")"):
            reader.at += 1
    name = parts[-1].lower()
    if reader.skip("AS"):
        return Meaning(act=Prepares(name, reader.rest()), literals_matter=True)
    if not reader.skip("FROM") or reader.done:
        return NOTHING
    first = reader.tokens[reader.at]
    if first.kind in (Kind.STRING, Kind.PARAMETER) or (len(reader.tokens) - reader.at == 1):
        texts = told(reader.tokens[reader.at :], reader.context.memory.variables, reader.context.dialect)
        return Meaning(act=Prepares(name, texts[0].text if len(texts) == 1 else None), literals_matter=True)
    return Meaning(act=Prepares(name, reader.rest()), literals_matter=True)


def deallocate(reader: Reader, inner: Inner) -> Meaning | None:
    reader.skip("PREPARE")
    return Meaning(act=Forgets("" if reader.word == "ALL" else ".".join(reader.name()).lower() or "?"))


def _inside_strings(reader: Reader) -> Suspicion:
    dialect = reader.context.dialect
    found = [suspicion_of_code(inside(t.text), dialect) for t in reader.tokens if t.kind is Kind.STRING]
    return together(*found)


def _of_texts(texts: Sequence[str], reader: Reader, *, whole: bool = False) -> Suspicion:
    """`whole`: only texts that begin with a verb; what else is handed to a procedure is only text."""
    dialect = reader.context.dialect
    return together(
        *(suspicion_of_text(t, dialect) for t in texts if not whole or t.lstrip().upper().startswith(_VERBS))
    )


_VERBS = ("DROP ", "TRUNCATE ", "DELETE ", "ALTER ", "UPDATE ", "BEGIN ")


def _feared(message: str, reader: Reader, fear: Suspicion) -> Meaning:
    touched = dict.fromkeys(reader.context.target(parts).key for parts in fear.names)
    problem = Problem(message, looks_destructive=fear.looks_destructive, touches=tuple(touched))
    return Meaning(problems=(problem,), literals_matter=True)


def has_body(reader: Reader) -> bool:
    return any(t.kind is Kind.STRING for t in reader.tokens) or reader.has(
        "ATOMIC", "BEGIN", "RETURN", "AS", "IS", "DO"
    )


def unsaid(message: str) -> Meaning:
    return Meaning(problems=(Problem(message, looks_destructive=True),), literals_matter=True)


def unread(message: str) -> Meaning:
    return Meaning(problems=(Problem(message),), literals_matter=True)
