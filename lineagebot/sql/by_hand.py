"""Read from tokens what the parser does not know or reads differently from one dialect to the next.

DROP, ALTER, TRUNCATE, SET and their kin have plain grammars; read here, they are read alike in every dialect, and the
verb and its victims are known even where the end of the statement is not. A reader that meets something it does not
know gives up (None), and the parser has its turn.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from lineagebot.model import (
    Action,
    AssetKey,
    AssetKind,
    Certainty,
    Column,
    ColumnChange,
    Edge,
    Effect,
    Problem,
)
from lineagebot.sql import session as sessions
from lineagebot.sql.destructive import suspicion
from lineagebot.sql.meaning import Context, Meaning, Target, temporary_key
from lineagebot.sql.names import chain, folded, folded_column, unquoted
from lineagebot.sql.tokens import Kind, Token, tokenize, words

Inner = Callable[[str, Context], Meaning]

#: Nothing that any asset would feel.
NOTHING = Meaning()

_KINDS = {
    "TABLE": AssetKind.TABLE,
    "VIEW": AssetKind.VIEW,
    "MATERIALIZED": AssetKind.MATERIALIZED_VIEW,
    "FOREIGN": AssetKind.FOREIGN_TABLE,
    "EXTERNAL": AssetKind.TABLE,
    "DYNAMIC": AssetKind.TABLE,
    "SCHEMA": AssetKind.SCHEMA,
    "DATABASE": AssetKind.DATABASE,
}
#: They say more about a table or view, and stand before the word.
_ADJECTIVES = words(
    "TEMP TEMPORARY TRANSIENT EXTERNAL DYNAMIC ICEBERG HYBRID VOLATILE UNLOGGED GLOBAL LOCAL LIVE STREAMING SECURE"
    " EVENT"
)
#: Dropped with CASCADE these can take columns, views and tables along.
_CARRIERS = frozenset(
    {"TYPE", "DOMAIN", "EXTENSION", "FUNCTION", "PROCEDURE", "ROUTINE", "SERVER", "SEQUENCE", "OPERATOR"}
)


class Reader:
    """The tokens of one statement and how far they have been read."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.tokens: Sequence[Token] = [
            token for token in tokenize(context.text, context.dialect.lexis) if token.kind is not Kind.COMMENT
        ]
        self.at = 0

    @property
    def word(self) -> str:
        """The word here in capitals; "" at the end and at a name in quotes."""
        return self.tokens[self.at].upper if self.at < len(self.tokens) else ""

    @property
    def done(self) -> bool:
        return self.at >= len(self.tokens)

    def skip(self, *words: str) -> bool:
        """Step over these words where all of them stand here, in this order."""
        for offset, word in enumerate(words):
            at = self.at + offset
            if at >= len(self.tokens) or self.tokens[at].upper != word:
                return False
        self.at += len(words)
        return True

    def skip_any(self, *words: str) -> str:
        if self.word and self.word in words:
            self.at += 1
            return self.tokens[self.at - 1].upper
        return ""

    def name(self) -> tuple[str, ...]:
        parts, self.at = chain(self.tokens, self.at, self.context.dialect)
        return parts

    def names(self) -> list[tuple[str, ...]]:
        """Names parted by commas; [] where one of them is none."""
        found: list[tuple[str, ...]] = []
        while True:
            self.skip("ONLY")
            parts = self.name()
            if not parts:
                return []
            found.append(parts)
            self.skip("*")
            if not self.skip(","):
                return found

    def column(self) -> str:
        """A column's name here, or ""."""
        if self.done or self.tokens[self.at].kind not in (Kind.WORD, Kind.QUOTED):
            return ""
        token = self.tokens[self.at]
        self.at += 1
        return column_of(token, self.context)

    def clauses(self) -> Iterator[Reader]:
        """What is left, cut at the commas that stand in no bracket."""
        depth = 0
        begin = self.at
        for at in range(self.at, len(self.tokens) + 1):
            text = self.tokens[at].text if at < len(self.tokens) else ","
            depth += (text in "([") - (text in ")]") if len(text) == 1 else 0
            if text == "," and (depth <= 0 or at == len(self.tokens)):
                part = Reader.__new__(Reader)
                part.context, part.tokens, part.at = self.context, self.tokens[begin:at], 0
                yield part
                begin = at + 1
        self.at = len(self.tokens)

    def has(self, *words: str) -> bool:
        """Whether one of the words stands anywhere in what is left."""
        return any(token.upper in words for token in self.tokens[self.at :])

    def rest(self) -> str:
        return self.context.text[self.tokens[self.at].start :] if not self.done else ""


def column_of(token: Token, context: Context) -> str:
    if token.kind is Kind.QUOTED:
        return folded_column(unquoted(token.text), context.dialect, quoted=True)
    return folded_column(token.text, context.dialect, quoted=False)


def read_by_hand(context: Context, inner: Inner) -> Meaning | None:
    """What the statement means, where it is one of READERS; None where the parser is to read it."""
    first = _first_word(context.text)
    if first not in READERS:
        return None
    read = READERS[first]
    reader = Reader(context)
    reader.at = 1 if reader.tokens and reader.tokens[0].upper == first else 0
    return read(reader, inner) if reader.at else None


def _first_word(text: str) -> str:
    found = _WORD.match(text)
    return found.group().upper() if found is not None else ""


_WORD = re.compile(r"[A-Za-z_]+")


# -- DROP, TRUNCATE


def _drop(reader: Reader, inner: Inner) -> Meaning | None:
    context = reader.context
    if reader.skip("OWNED"):
        return _unsaid("DROP OWNED drops everything that a role owns; which assets that is, the text does not say.")
    while reader.word in _ADJECTIVES:
        reader.at += 1
    kind = _KINDS.get(reader.word)
    word = reader.skip_any(reader.word)
    if kind is None:
        return _drop_other(reader, word)
    if word in ("MATERIALIZED", "FOREIGN"):
        reader.skip_any("VIEW", "TABLE")
    if_exists = reader.skip("IF", "EXISTS")
    names = reader.names()
    if not names:
        return None
    cascade = reader.has("CASCADE")
    effects: list[Effect] = []
    session = context.session
    for parts in names:
        if kind in (AssetKind.SCHEMA, AssetKind.DATABASE):
            key = sessions.schema(parts, context.session) if kind is AssetKind.SCHEMA else _database(parts, context)
            effects.append(_effect(context, Action.DROP, key, kind=kind, cascade=cascade, if_exists=if_exists))
            continue
        target = replace(context, session=session).target(parts)
        if target.temporary is not None:
            session = sessions.without_temporary(session, target.temporary.name)
        effects.append(_on(context, Action.DROP, target, kind=kind, cascade=cascade, if_exists=if_exists))
    return Meaning(effects=tuple(effects), session=session if session is not context.session else None)


def _drop_other(reader: Reader, word: str) -> Meaning | None:
    if not word:
        return None
    if word in _CARRIERS and reader.has("CASCADE"):
        return _unsaid(f"DROP {word} … CASCADE can take columns, views and tables along; the text does not say which.")
    return NOTHING


def _database(parts: tuple[str, ...], context: Context) -> AssetKey:
    return AssetKey(context.session.system, parts)


def _truncate(reader: Reader, inner: Inner) -> Meaning | None:
    context = reader.context
    if reader.skip("DATABASE"):
        return None
    reader.skip_any("TABLE")
    if_exists = reader.skip("IF", "EXISTS")
    names = reader.names()
    if not names:
        return None
    cascade = reader.has("CASCADE")
    partition = reader.has("PARTITION", "PARTITIONS")
    return Meaning(
        effects=tuple(
            _on(
                context,
                Action.TRUNCATE,
                context.target(parts),
                cascade=cascade,
                if_exists=if_exists,
                every_row=not partition,
                partition=_rest_after(reader, "PARTITION") if partition else None,
            )
            for parts in names
        )
    )


def _rest_after(reader: Reader, word: str) -> str:
    for at in range(reader.at, len(reader.tokens)):
        if reader.tokens[at].upper.startswith(word):
            return " ".join(token.text for token in reader.tokens[at + 1 :])[:200]
    return ""


# -- ALTER


def _alter(reader: Reader, inner: Inner) -> Meaning | None:
    while reader.word in _ADJECTIVES:
        reader.at += 1
    kind = _KINDS.get(reader.word)
    if kind is None:
        return NOTHING if reader.word else None  # an index, a role, a function: no asset feels it
    word = reader.skip_any(reader.word)
    if word in ("MATERIALIZED", "FOREIGN"):
        reader.skip_any("VIEW", "TABLE")
    if reader.skip("ALL", "IN"):
        return NOTHING  # moves storage only
    if_exists = reader.skip("IF", "EXISTS")
    reader.skip("ONLY")
    parts = reader.name()
    if not parts:
        return None
    reader.skip("*")
    if kind in (AssetKind.SCHEMA, AssetKind.DATABASE):
        return _alter_container(reader, kind, parts)
    return _alter_relation(reader, kind, parts, if_exists)


def _alter_container(reader: Reader, kind: AssetKind, parts: tuple[str, ...]) -> Meaning | None:
    context = reader.context
    key = sessions.schema(parts, context.session) if kind is AssetKind.SCHEMA else _database(parts, context)
    if reader.skip("RENAME", "TO"):
        to = reader.name()
        if not to:
            return None
        renamed = AssetKey(key.system, (*key.path[:-1], to[-1]))
        return Meaning(effects=(_effect(context, Action.RENAME, key, kind=kind, renamed_to=renamed),))
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
            return None
        action, change = done
        literals = literals or any(token.kind is Kind.NUMBER for token in clause.tokens)
        carried = str(change.pop("carried", ""))
        effect = _on(context, action, target, kind=kind, if_exists=if_exists, **change)
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


#: Several of them in one ALTER are one effect with several columns.
_GATHERED = frozenset({Action.DROP_COLUMN, Action.ADD_COLUMN, Action.RENAME_COLUMN, Action.RETYPE_COLUMN})
_NO_COLUMNS = words(
    "CONSTRAINT PRIMARY FOREIGN UNIQUE CHECK EXCLUDE INDEX KEY FULLTEXT SPATIAL CLUSTERING ROW TAG POLICY MASKING"
    " SEARCH PROJECTION IDENTITY STATISTICS"
)


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
    if word == "DETACH" or (word == "DROP" and clause.tokens[1:] and clause.tokens[1].upper == "PARTITION"):
        clause.at += 1
        clause.skip("PARTITION")
        clause.skip("IF", "EXISTS")
        return Action.DROP_PARTITION, {"partition": " ".join(t.text for t in clause.tokens[clause.at :])[:200]}
    if word == "DROP" or (carried == "DROP" and not _starts_action(word)):
        return _drop_columns(clause)
    if word == "ADD" or (carried == "ADD" and not _starts_action(word)):
        return _add_columns(clause)
    if word in ("ALTER", "MODIFY", "CHANGE"):
        return _alter_column(clause, target)
    return Action.ALTER, {}


def _starts_action(word: str) -> bool:
    return word in (
        "DROP",
        "ADD",
        "ALTER",
        "RENAME",
        "SET",
        "MODIFY",
        "CHANGE",
        "OWNER",
        "RESET",
        "ENABLE",
        "DISABLE",
        "VALIDATE",
    )


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
    if clause.word in _NO_COLUMNS and len(clause.tokens) - clause.at > 1:
        return Action.ALTER, {}
    clause.skip_any("COLUMN", "COLUMNS")
    clause.skip("IF", "EXISTS")
    columns = _bracketed(clause) if clause.word == "(" else [clause.column()]
    if not columns or not all(columns):
        return None
    return Action.DROP_COLUMN, {
        "columns": tuple(ColumnChange(name) for name in columns),
        "cascade": clause.has("CASCADE"),
        "carried": "DROP",
    }


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
    if clause.word in _NO_COLUMNS or clause.word in ("PARTITION", "VALUES"):
        return Action.ALTER, {}
    clause.skip_any("COLUMN", "COLUMNS")
    clause.skip("IF", "NOT", "EXISTS")
    if clause.word == "(":
        inside = Reader.__new__(Reader)
        inside.context, inside.tokens, inside.at = clause.context, clause.tokens[clause.at + 1 : -1], 0
        added = [_defined(part) for part in inside.clauses()]
    else:
        added = [_defined(clause)]
    if not all(change.name for change in added):
        return None
    return Action.ADD_COLUMN, {"columns": tuple(added), "carried": "ADD"}


def _defined(clause: Reader) -> ColumnChange:
    """name type: the new column of an ADD, a MODIFY or a CREATE."""
    name = clause.column()
    return ColumnChange(name, new_type=_type(clause))


_AFTER_TYPE = words(
    "NOT NULL DEFAULT PRIMARY UNIQUE CHECK REFERENCES COLLATE GENERATED CONSTRAINT USING COMMENT ENCODE FIRST AFTER AS"
    " IDENTITY STORAGE COMPRESSION MASKING TAG OPTIONS AUTO_INCREMENT AUTOINCREMENT CASCADE RESTRICT"
)


def _type(clause: Reader) -> str | None:
    begin, depth = clause.at, 0
    while not clause.done and (depth or (clause.word not in _AFTER_TYPE and clause.word != ",")):
        depth += (clause.word in ("(", "<")) - (clause.word in (")", ">"))
        clause.at += 1
    if clause.at == begin:
        return None
    first, last = clause.tokens[begin], clause.tokens[clause.at - 1]
    return " ".join(clause.context.text[first.start : last.end].lower().split())


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
            return Action.RENAME_COLUMN, {"columns": (ColumnChange(name, old, _type(clause), to),)}
    elif verb == "ALTER":
        clause.skip("SET", "DATA")
        if not clause.skip("TYPE") and clause.word in ("SET", "DROP", "ADD", "RESET", "RESTART", "UNSET", "COMMENT"):
            return Action.ALTER, {"columns": (ColumnChange(name, old, old),)}
    new = _type(clause)
    if new is None:
        return Action.ALTER, {"columns": (ColumnChange(name, old, old),)}
    return Action.RETYPE_COLUMN, {"columns": (ColumnChange(name, old, new),)}


# -- what changes how names resolve


def _set(reader: Reader, inner: Inner) -> Meaning | None:
    context = reader.context
    local = reader.skip("LOCAL")
    reader.skip_any("SESSION")
    if reader.skip("SCHEMA"):
        reader.skip_any("=", "TO")
    elif not (reader.skip("SEARCH_PATH") and reader.skip_any("=", "TO")):
        return NOTHING
    schemas: list[str] = []
    for clause in reader.clauses():
        token = clause.tokens[0] if clause.tokens else None
        if token is None or token.kind is Kind.NUMBER:
            return NOTHING
        if token.kind is Kind.STRING:
            schemas.append(token.text[1:-1].replace("''", "'"))
        elif token.upper == "DEFAULT":
            schemas.extend(("$user", "public"))
        else:
            schemas.append(_schema_name(token, context))
    return Meaning(session=sessions.with_path(context.session, tuple(schemas)), local=local, literals_matter=True)


def _schema_name(token: Token, context: Context) -> str:
    if token.kind is Kind.QUOTED:
        return folded(unquoted(token.text), context.dialect, quoted=True)
    return folded(token.text, context.dialect, quoted=False)


def _reset(reader: Reader, inner: Inner) -> Meaning | None:
    if reader.word in ("SEARCH_PATH", "ALL"):
        return Meaning(session=sessions.with_path(reader.context.session, ("$user", "public")))
    return NOTHING


def _discard(reader: Reader, inner: Inner) -> Meaning | None:
    session = reader.context.session
    if reader.word in ("ALL", "TEMP", "TEMPORARY"):
        session = session.with_temporaries(())
    if reader.word == "ALL":
        session = sessions.with_path(session, ("$user", "public"))
    return Meaning(session=session)


def _use(reader: Reader, inner: Inner) -> Meaning | None:
    session = reader.context.session
    what = reader.skip_any("DATABASE", "SCHEMA", "CATALOG", "WAREHOUSE", "ROLE", "SECONDARY")
    parts = reader.name()
    if not parts or what in ("WAREHOUSE", "ROLE", "SECONDARY"):
        return NOTHING
    if len(parts) > 1:
        return Meaning(session=replace(session, database=parts[-2], search_path=(parts[-1],)))
    if what in ("DATABASE", "CATALOG") or (not what and reader.context.dialect.name in _USE_MEANS_DATABASE):
        return Meaning(session=replace(session, database=parts[0], search_path=() if what else session.search_path))
    return Meaning(session=replace(session, search_path=parts))


#: USE x means a database there, with schemas inside; elsewhere x is the level just above the tables.
_USE_MEANS_DATABASE = frozenset({"snowflake", "tsql", "redshift"})


# -- statements around statements


def _explain(reader: Reader, inner: Inner) -> Meaning | None:
    """EXPLAIN plans; only with ANALYZE does the statement really run."""
    runs = False
    if reader.skip("("):
        while not reader.done and reader.word != ")":
            if reader.skip("ANALYZE") or reader.skip("ANALYSE"):
                runs = reader.skip_any("FALSE", "OFF", "0") == "" and not (
                    not reader.done and reader.tokens[reader.at].text == "0"
                )
                continue
            reader.at += 1
        reader.skip(")")
    while reader.word in (
        "ANALYZE",
        "ANALYSE",
        "VERBOSE",
        "PLAN",
        "FOR",
        "EXTENDED",
        "FORMATTED",
        "COST",
        "CODEGEN",
        "LOGICAL",
    ):
        runs = runs or reader.word in ("ANALYZE", "ANALYSE")
        reader.at += 1
    return inner(reader.rest(), reader.context) if runs and not reader.done else NOTHING


def _declare(reader: Reader, inner: Inner) -> Meaning | None:
    """DECLARE c CURSOR FOR query reads what the query reads; other DECLAREs name variables."""
    while not reader.done:
        if reader.skip("FOR") and reader.word in ("SELECT", "WITH", "VALUES", "TABLE", "("):
            meaning = inner(reader.rest(), reader.context)
            return replace(meaning, outputs=(), flows=())
        reader.at += 1
    return NOTHING


def _prepare(reader: Reader, inner: Inner) -> Meaning | None:
    return NOTHING


def _execute(reader: Reader, inner: Inner) -> Meaning | None:
    if reader.skip("IMMEDIATE"):
        return _unread("EXECUTE IMMEDIATE runs a text that is not read yet.", reader)
    return _unread("EXECUTE runs a prepared statement; its text stands elsewhere.", reader)


def _call(reader: Reader, inner: Inner) -> Meaning | None:
    parts = reader.name()
    name = ".".join(parts) or "a procedure"
    return _unread(f"CALL runs {name}; its body is not in this text.", reader)


def _do(reader: Reader, inner: Inner) -> Meaning | None:
    return _body("A DO block runs code that is not read.", reader)


def _unload(reader: Reader, inner: Inner) -> Meaning | None:
    """UNLOAD ('select ...') TO 's3://...' (Redshift): the query stands in a string."""
    texts = [_inside(token.text) for token in reader.tokens if token.kind is Kind.STRING]
    if not texts:
        return None
    context = reader.context
    meaning = inner(texts[0], context)
    to = AssetKey(context.session.system, (texts[1],)) if len(texts) > 1 and "://" in texts[1] else None
    exported = (_effect(context, Action.EXPORT, to, kind=AssetKind.FILE),) if to is not None else ()
    edges = tuple(Edge(key, to) for key in meaning.inputs) if to is not None else ()
    flows = tuple((to, name, feeds) for _, name, feeds in meaning.flows) if to is not None else ()
    return replace(meaning, effects=exported, edges=edges, outputs=(), flows=flows, literals_matter=True)


def _load(reader: Reader, inner: Inner) -> Meaning | None:
    return None if reader.word == "DATA" else NOTHING


def _body(message: str, reader: Reader) -> Meaning:
    """Code inside a string of the statement: not read, but searched for destructive words outside ITS strings."""
    context = reader.context
    looks = False
    touched: dict[AssetKey, None] = {}
    for token in reader.tokens:
        if token.kind is not Kind.STRING:
            continue
        fear = suspicion(_inside(token.text), context.dialect)
        looks = looks or fear.looks_destructive
        touched.update(dict.fromkeys(context.target(parts).key for parts in fear.names))
    own = suspicion(context.text, context.dialect)  # a body without quotes: BEGIN ATOMIC ... END
    touched.update(dict.fromkeys(context.target(parts).key for parts in own.names))
    problem = Problem(message, looks_destructive=looks or own.looks_destructive, touches=tuple(touched))
    return Meaning(problems=(problem,), literals_matter=True)


def _inside(literal: str) -> str:
    if literal.startswith("$"):
        tag = literal[: literal.index("$", 1) + 1]
        return literal[len(tag) :].removesuffix(tag)
    return literal[1:-1].replace("''", "'")


def _unsaid(message: str) -> Meaning:
    return Meaning(problems=(Problem(message, looks_destructive=True),), literals_matter=True)


def _unread(message: str, reader: Reader) -> Meaning:
    return Meaning(problems=(Problem(message),), literals_matter=True)


# -- CREATE of what is neither table nor view, and the rest


def _create(reader: Reader, inner: Inner) -> Meaning | None:
    context = reader.context
    reader.skip("OR", "REPLACE")
    while reader.word in _ADJECTIVES:
        reader.at += 1
    word = reader.word
    if word in ("TABLE", "VIEW", "MATERIALIZED"):
        return _create_without(reader, inner)
    if word in ("RECURSIVE", "OR", "") or word in _PARSED:
        return None
    reader.at += 1
    if word in ("FUNCTION", "PROCEDURE", "AGGREGATE", "TRIGGER", "RULE", "PROC") and _has_body(reader):
        return _body(f"CREATE {word} holds code that is not read.", reader)
    if word == "RULE":
        return _unread("CREATE RULE changes what later statements on its table do.", reader)
    if word in ("SCHEMA", "DATABASE"):
        return _create_container(reader, _KINDS[word])
    if word == "FOREIGN" and reader.skip("TABLE"):
        reader.skip("IF", "NOT", "EXISTS")
        parts = reader.name()
        if not parts:
            return None
        columns = _column_list(reader)
        return Meaning(
            effects=(
                _effect(context, Action.CREATE, context.new(parts).key, kind=AssetKind.FOREIGN_TABLE, produces=columns),
            ),
            literals_matter=True,
        )
    return NOTHING


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
        elif word == "ON" and said[at + 1 : at + 2] == ["COMMIT"] and at + 2 < len(said):
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
_PARSED = frozenset({"TAG", "LIKE"})


def _has_body(reader: Reader) -> bool:
    return any(t.kind is Kind.STRING for t in reader.tokens) or reader.has("ATOMIC", "BEGIN", "RETURN")


def _create_container(reader: Reader, kind: AssetKind) -> Meaning | None:
    context = reader.context
    if_exists = reader.skip("IF", "NOT", "EXISTS")
    reader.skip("AUTHORIZATION")
    parts = reader.name()
    if not parts:
        return None
    key = sessions.schema(parts, context.session) if kind is AssetKind.SCHEMA else _database(parts, context)
    if reader.has("CREATE"):
        return None  # CREATE SCHEMA s CREATE TABLE ... makes more than the schema
    if reader.has("CLONE"):
        return Meaning(effects=(_effect(context, Action.CLONE, key, kind=kind),))
    return Meaning(effects=(_effect(context, Action.CREATE, key, kind=kind, if_exists=if_exists),))


def _column_list(reader: Reader) -> tuple[Column, ...]:
    if not reader.skip("("):
        return ()
    depth, end = 1, reader.at
    while end < len(reader.tokens) and depth:
        text = reader.tokens[end].text
        depth += (text == "(") - (text == ")")
        end += 1
    inside = Reader.__new__(Reader)
    inside.context, inside.tokens, inside.at = reader.context, reader.tokens[reader.at : end - 1], 0
    found = []
    for clause in inside.clauses():
        if clause.word in _NO_COLUMNS:
            continue
        change = _defined(clause)
        if change.name:
            found.append(Column(change.name, change.new_type))
    return tuple(found)


def _refresh(reader: Reader, inner: Inner) -> Meaning | None:
    if not (reader.skip("MATERIALIZED", "VIEW") or reader.skip_any("TABLE")):
        return NOTHING
    reader.skip("CONCURRENTLY")
    parts = reader.name()
    if not parts:
        return None
    context = reader.context
    target = context.target(parts)
    return Meaning(effects=(_on(context, Action.REFRESH, target, kind=AssetKind.MATERIALIZED_VIEW),))


def _grant(reader: Reader, inner: Inner) -> Meaning | None:
    action = Action.REVOKE if reader.tokens[0].upper == "REVOKE" else Action.GRANT
    context = reader.context
    while not reader.done and not reader.skip("ON"):
        if reader.word in ("TO", "FROM"):
            return NOTHING  # membership of a role
        reader.at += 1
    if reader.done:
        return NOTHING
    if reader.word in ("ALL", "FUTURE"):
        inside = AssetKind.DATABASE if reader.has("DATABASE") else AssetKind.SCHEMA
        while not reader.done and not reader.skip_any("SCHEMA", "DATABASE"):
            reader.at += 1
        return _granted(action, inside, reader, context)
    kind = _KINDS.get(reader.word)
    if reader.word in _GRANTED_OTHERS:
        return NOTHING
    if kind is not None:
        reader.at += 1
        reader.skip_any("VIEW", "TABLE")
    return _granted(action, kind or AssetKind.TABLE, reader, context)


_GRANTED_OTHERS = words(
    "FUNCTION PROCEDURE ROUTINE SEQUENCE LANGUAGE TYPE DOMAIN FOREIGN TABLESPACE PARAMETER LARGE WAREHOUSE ROLE USER"
    " ACCOUNT STAGE INTEGRATION TASK STREAM PIPE FILE RESOURCE"
)


def _granted(action: Action, kind: AssetKind, reader: Reader, context: Context) -> Meaning | None:
    names = reader.names()
    if not names:
        return None
    effects = []
    for parts in names:
        if kind is AssetKind.SCHEMA:
            effects.append(_effect(context, action, sessions.schema(parts, context.session), kind=kind))
        elif kind is AssetKind.DATABASE:
            effects.append(_effect(context, action, _database(parts, context), kind=kind))
        else:
            effects.append(_on(context, action, context.target(parts), kind=kind))
    return Meaning(effects=tuple(effects))


def _nothing(reader: Reader, inner: Inner) -> Meaning | None:
    return NOTHING


def _ends(reader: Reader, inner: Inner) -> Meaning | None:
    if reader.word in ("IF", "LOOP", "WHILE", "FOR", "CASE"):
        return NOTHING
    return Meaning(commits=True) if reader.context.dialect.name in _TRANSACTIONAL else NOTHING


def _rollback(reader: Reader, inner: Inner) -> Meaning | None:
    if reader.has("SAVEPOINT", "TO", "PREPARED") or reader.context.dialect.name not in _TRANSACTIONAL:
        return NOTHING
    return Meaning(commits=False)


#: Here a ROLLBACK takes back DROP and TRUNCATE too; elsewhere DDL commits by itself.
_TRANSACTIONAL = frozenset({"postgres", "redshift", "duckdb"})


def _reassign(reader: Reader, inner: Inner) -> Meaning | None:
    return NOTHING


def _import(reader: Reader, inner: Inner) -> Meaning | None:
    if reader.word != "FOREIGN":
        return None
    return _unread("IMPORT FOREIGN SCHEMA makes tables that the text does not name.", reader)


#: No asset feels these.
_WITHOUT_EFFECT = words(
    "ANALYZE ANALYSE BEGIN START SAVEPOINT RELEASE DEALLOCATE FETCH MOVE CLOSE LISTEN NOTIFY UNLISTEN CLUSTER REINDEX"
    " LOCK VACUUM CHECKPOINT SECURITY SHOW COMMENT UNSET DESC DESCRIBE KILL"
)

READERS: dict[str, Callable[[Reader, Inner], Meaning | None]] = {
    "DROP": _drop,
    "TRUNCATE": _truncate,
    "ALTER": _alter,
    "CREATE": _create,
    "REFRESH": _refresh,
    "GRANT": _grant,
    "REVOKE": _grant,
    "SET": _set,
    "RESET": _reset,
    "DISCARD": _discard,
    "USE": _use,
    "EXPLAIN": _explain,
    "DECLARE": _declare,
    "PREPARE": _prepare,
    "EXECUTE": _execute,
    "CALL": _call,
    "DO": _do,
    "UNLOAD": _unload,
    "LOAD": _load,
    "COMMIT": _ends,
    "END": _ends,
    "ROLLBACK": _rollback,
    "ABORT": _rollback,
    "REASSIGN": _reassign,
    "IMPORT": _import,
    **dict.fromkeys(_WITHOUT_EFFECT, _nothing),
}


# -- effects


def _effect(context: Context, action: Action, key: AssetKey, **fields: object) -> Effect:
    return Effect(
        action=action,
        target=key,
        position=context.position,
        certainty=context.certainty,
        **fields,  # type: ignore[arg-type]
    )


def _on(context: Context, action: Action, target: Target, **fields: object) -> Effect:
    return _effect(
        context, action, target.key, temporary=target.temporary is not None, **{"kind": target.kind, **fields}
    )


def head_of(context: Context) -> tuple[Effect, ...]:
    """What the first words of a statement say that it does, where the rest of it is not understood."""
    reader = Reader(replace(context, text=context.text[:2_000]))
    action: Action | None = None
    kind = AssetKind.TABLE
    if reader.skip("INSERT"):
        action = Action.OVERWRITE if reader.skip("OVERWRITE") else Action.APPEND
        reader.skip_any("INTO")
        reader.skip_any("TABLE")
    elif reader.skip("DELETE"):
        reader.skip("FROM")
        action = Action.DELETE
    elif reader.skip("MERGE"):
        reader.skip("INTO")
        action = Action.MERGE
    elif reader.skip("UPDATE"):
        action = Action.UPDATE
    elif reader.skip("CREATE"):
        action = Action.REPLACE if reader.skip("OR", "REPLACE") else Action.CREATE
        if reader.word in ("TEMP", "TEMPORARY"):
            return ()
        while reader.word in _ADJECTIVES:
            reader.at += 1
        kind = _KINDS.get(reader.skip_any("TABLE", "VIEW", "MATERIALIZED"), AssetKind.OTHER)
        reader.skip("VIEW")
        reader.skip("IF", "NOT", "EXISTS")
    reader.skip("ONLY")
    parts = reader.name() if action is not None else ()
    if action is None or kind is AssetKind.OTHER or not parts:
        return ()
    target = context.new(parts) if action in (Action.CREATE, Action.REPLACE) else context.target(parts)
    return (
        Effect(
            action,
            target.key,
            kind=kind,
            temporary=target.temporary is not None,
            certainty=Certainty.SUSPECTED,
            position=context.position,
        ),
    )
