"""What some dialects spell in a way that the parser does not know, spelled as it does.

Asked only where the parser gave up, as `stumbling` is. Each rule finds one habit of one dialect, and is tried on any
text: a spelling that is no SQL elsewhere does no harm there. The text that comes out is read again, so one rule may
leave work to another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from lineagebot.sql.by_hand.reader import Reader
from lineagebot.sql.by_hand.stumbling import LONGEST, Rewrite, behind_bracket, recursive_view, rewritten, said_of
from lineagebot.sql.meaning import Context
from lineagebot.sql.tokens import Kind, Token, words

Tokens = Sequence[Token]
Words = list[str]
_Rule = Callable[[Tokens, Words], Iterator[Rewrite]]


def respelled(context: Context) -> str | None:
    """Another text of the same meaning; None where we know of none."""
    if len(context.text) > LONGEST:
        return None
    tokens = Reader(context).tokens
    said = said_of(tokens)
    for rule in _RULES.get(said[0] if said else "", ()):
        rewrites = sorted(rule(tokens, said))
        if rewrites:
            return rewritten(context.text, tokens, rewrites)
    return None


def _outside_brackets(said: Words, begin: int = 0) -> Iterator[int]:
    """Where the words stand that are in no bracket."""
    depth = 0
    for at in range(begin, len(said)):
        depth += (said[at] == "(") - (said[at] == ")")
        if depth == 0 and said[at] != ")":
            yield at


def _first(said: Words, *wanted: str, begin: int = 0) -> int:
    """Where the first of these words stands outside of brackets; the end where none does."""
    return next((at for at in _outside_brackets(said, begin) if said[at] in wanted), len(said))


def _behind_name(tokens: Tokens, at: int) -> int:
    """The place behind the dotted name that begins there."""
    while at + 1 < len(tokens) and tokens[at + 1].text == ".":
        at += 2
    return at + 1


_QUERY = words("SELECT WITH VALUES FROM TABLE SEL")
_KINDS = words("TABLE VIEW")


# CREATE


def _adjectives(tokens: Tokens, said: Words) -> Iterator[Rewrite]:
    """CREATE HYBRID TABLE, CREATE SNAPSHOT TABLE, CREATE OR REFRESH LIVE TABLE."""
    begin = 3 if said[1:3] in (["OR", "REPLACE"], ["OR", "REFRESH"], ["OR", "ALTER"]) else 1
    kind = next((at for at in range(begin, min(begin + 4, len(said))) if said[at] in _KINDS), None)
    if kind is None:
        return
    for at in range(begin, kind):
        if said[at] in _SAY_NOTHING:
            yield at, at + 1, ""


_SAY_NOTHING = words(
    "HYBRID SNAPSHOT LIVE INCREMENTAL EDITIONABLE NONEDITIONABLE FORCE IMMUTABLE BLOCKCHAIN PRIVATE INTERACTIVE EVENT"
    " READ ONLY STREAMING EXTERNAL ICEBERG DYNAMIC"
)


def _clone(tokens: Tokens, said: Words) -> Iterator[Rewrite]:
    """CREATE TABLE a SHALLOW CLONE b VERSION AS OF 3, CLONE b COPY GRANTS, CLONE AS b: what is cloned is enough."""
    if "CLONE" not in said[:14]:
        return
    clone = said.index("CLONE")
    if said[clone - 1] in ("SHALLOW", "DEEP"):
        yield clone - 1, clone, ""
    name = clone + 1
    if said[name : name + 1] == ["AS"]:
        yield name, name + 1, ""
        name += 1
    behind = _behind_name(tokens, name)
    if behind < len(tokens):
        yield behind, len(tokens), ""


def _named(tokens: Tokens, said: Words) -> int:
    """Behind the name of what a CREATE TABLE or VIEW makes, and its columns in brackets; 0 where it makes neither."""
    kind = next((at for at in range(1, min(6, len(said))) if said[at] in _KINDS), 0)
    if not kind:
        return 0
    at = kind + 1
    if said[at : at + 3] == ["IF", "NOT", "EXISTS"]:
        at += 3
    return _behind_name(tokens, at)


def _options(tokens: Tokens, said: Words) -> Iterator[Rewrite]:
    """CREATE ... name (columns) whatever AS query: how it is stored says nothing of what it is."""
    behind = _named(tokens, said)
    if not behind or behind >= len(tokens):
        return
    if said[behind] == "(":
        behind = behind_bracket(tokens, behind)
    query = next(
        (
            at
            for at in _outside_brackets(said, behind)
            if said[at] == "AS" and at + 1 < len(said) and said[at + 1] in (*_QUERY, "(", "LOCKING")
        ),
        None,
    )
    if query is not None and query > behind:
        yield behind, query, ""
    elif query is None and behind < len(tokens) and tokens[behind - 1].text == ")" and not _selects(said, behind):
        yield behind, len(tokens), ""


def _selects(said: Words, begin: int) -> bool:
    return any(word in _QUERY or word in ("CLONE", "LIKE", "COPY") for word in said[begin:])


def _duplicates(tokens: Tokens, said: Words) -> Iterator[Rewrite]:
    """CREATE TABLE t (...) IGNORE SELECT (MySQL)."""
    for at in _outside_brackets(said):
        if said[at] in ("IGNORE", "REPLACE") and said[at + 1 : at + 2] in (["SELECT"], ["AS"]):
            yield at, at + 1, ""


def _pivot(tokens: Tokens, said: Words) -> Iterator[Rewrite]:
    """CREATE TABLE t AS PIVOT ... (DuckDB)."""
    for at in _outside_brackets(said):
        if said[at] in ("PIVOT", "UNPIVOT", "PIVOT_WIDER", "PIVOT_LONGER") and said[at - 1] == "AS":
            yield at, at + 1, f"FROM ({tokens[at].text}"
            yield len(said) - 1, len(said), f"{tokens[-1].text})"
            return


def _flow(tokens: Tokens, said: Words) -> Iterator[Rewrite]:
    """CREATE FLOW f AS INSERT INTO t BY NAME SELECT ... (Databricks)."""
    if "FLOW" in said[1:4] and "AS" in said[:12]:
        yield 0, said.index("AS") + 1, ""


def _recursive(tokens: Tokens, said: Words) -> Iterator[Rewrite]:
    """CREATE RECURSIVE VIEW v (n) AS, in all dialects that have it."""
    if "RECURSIVE" in said[:5] and "VIEW" in said[:6]:
        yield from recursive_view(tokens, said)


def _replica(tokens: Tokens, said: Words) -> Iterator[Rewrite]:
    """CREATE MATERIALIZED VIEW v AS REPLICA OF w (BigQuery)."""
    at = _first(said, "REPLICA")
    if said[at - 1 : at + 2] == ["AS", "REPLICA", "OF"]:
        yield at, at + 2, "SELECT * FROM"


def _connection(tokens: Tokens, said: Words) -> Iterator[Rewrite]:
    """CREATE EXTERNAL TABLE t WITH CONNECTION c OPTIONS (...) (BigQuery)."""
    at = _first(said, "CONNECTION")
    if said[at - 1 : at] == ["WITH"] and at + 1 < len(said):
        yield at - 1, _behind_name(tokens, at + 1), ""


def _distribution(tokens: Tokens, said: Words) -> Iterator[Rewrite]:
    """CREATE TABLE t (a int ENCODE az64 DISTKEY, ...) (Redshift): how a column is stored."""
    behind = _named(tokens, said)
    if not behind or said[behind : behind + 1] != ["("]:
        return
    for at in range(behind + 1, behind_bracket(tokens, behind)):
        if said[at] in ("DISTKEY", "SORTKEY") and said[at + 1 : at + 2] != ["("]:
            yield at, at + 1, ""


# INSERT


def _if_not_exists(tokens: Tokens, said: Words) -> Iterator[Rewrite]:
    """INSERT OVERWRITE t PARTITION (d = 1) IF NOT EXISTS SELECT (Hive, Spark)."""
    at = _first(said, "IF")
    if "OVERWRITE" in said[:2] and said[at : at + 3] == ["IF", "NOT", "EXISTS"]:
        yield at, at + 3, ""


def _without_rows(tokens: Tokens, said: Words) -> Iterator[Rewrite]:
    """INSERT INTO t VALUES: ClickHouse's log keeps no rows."""
    if said[-1] == "VALUES":
        yield len(said) - 1, len(said), "VALUES (NULL)"


def _into_function(tokens: Tokens, said: Words) -> Iterator[Rewrite]:
    """INSERT INTO FUNCTION s3('https://...') SELECT (ClickHouse) is COPY (SELECT ...) TO 'https://...'."""
    at = _first(said, "FUNCTION")
    query = _first(said, *_QUERY, begin=at + 1)
    path = next((t.text for t in tokens[at:query] if t.kind is Kind.STRING), None)
    if at < 4 and query < len(said) and path is not None:
        yield 0, query, "COPY ("
        yield len(said) - 1, len(said), f"{tokens[-1].text}) TO {path}"


def _replace_on(tokens: Tokens, said: Words) -> Iterator[Rewrite]:
    """INSERT INTO t AS a REPLACE ON (a.id <=> s.id) (SELECT ...) AS s (Databricks): rows that match go first."""
    at = _first(said, "REPLACE")
    if said[at + 1 : at + 2] != ["ON"]:
        return
    alias = _first(said[:at], "AS")
    if alias < at:
        yield alias, at, ""
    yield at + 1, at + 2, "WHERE"
    if said[-2:-1] == ["AS"]:
        yield len(said) - 2, len(said), ""


def _directory(tokens: Tokens, said: Words) -> Iterator[Rewrite]:
    """INSERT OVERWRITE DIRECTORY '/x' USING parquet OPTIONS (...) SELECT (Spark)."""
    if "DIRECTORY" not in said[:4] or "USING" not in said[:7]:
        return
    begin = said.index("USING")
    end = _first(said, *_QUERY, begin=begin)
    if end < len(said):
        yield begin, end, ""


def _output(tokens: Tokens, said: Words) -> Iterator[Rewrite]:
    """OUTPUT inserted.x (T-SQL): what it hands to the client is felt by no asset. OUTPUT ... INTO is read elsewhere."""
    begin = _first(said, "OUTPUT")
    end = _first(said, "VALUES", "SELECT", "WITH", "WHERE", "FROM", "DEFAULT", "EXEC", "EXECUTE", begin=begin)
    if begin < len(said) and "INTO" not in said[begin:end]:
        yield begin, end, ""


# UPDATE, DELETE, MERGE


def _compound(tokens: Tokens, said: Words) -> Iterator[Rewrite]:
    """SET a += b: computed of itself, which feeds nothing, and of b."""
    for at in range(len(tokens) - 1):
        together = tokens[at].end == tokens[at + 1].start
        if together and tokens[at + 1].text == "=" and tokens[at].text in ("+", "-", "*", "/", "%", "&", "|", "^"):
            yield at, at + 2, "= 0 +"
        elif tokens[at].text in _COMPOUND:
            yield at, at + 1, "= 0 +"


_COMPOUND = frozenset({"+=", "-=", "*=", "/=", "%=", "&=", "|=", "^="})


def _top(tokens: Tokens, said: Words) -> Iterator[Rewrite]:
    """UPDATE TOP (10) t (T-SQL): not every row, whichever."""
    if said[1:3] != ["TOP", "("]:
        return
    behind = behind_bracket(tokens, 2)
    yield 1, behind + (said[behind : behind + 1] == ["PERCENT"]), ""
    where = _first(said, "WHERE")
    if where == len(said):
        last = len(tokens) - 1
        yield last, last + 1, f"{tokens[last].text} WHERE (SELECT TRUE)"


def _update_from(tokens: Tokens, said: Words) -> Iterator[Rewrite]:
    """UPDATE t FROM s SET a = s.b WHERE ... (Teradata)."""
    begin, set_ = _first(said, "FROM"), _first(said, "SET")
    if not begin < set_ < len(said):
        return
    sources = " ".join(token.text for token in tokens[begin:set_])
    yield begin, set_, ""
    where = _first(said, "WHERE", begin=set_)
    if where < len(said):
        yield where, where + 1, f"{sources} WHERE"
    else:
        yield len(said) - 1, len(said), f"{tokens[-1].text} {sources}"


def _update_query(tokens: Tokens, said: Words) -> Iterator[Rewrite]:
    """UPDATE (SELECT ...) SET (Oracle)."""
    if said[1:2] == ["("]:
        behind = behind_bracket(tokens, 1)
        if said[behind : behind + 1] == ["SET"]:
            yield behind, behind + 1, "updated SET"


def _delete_from_from(tokens: Tokens, said: Words) -> Iterator[Rewrite]:
    """DELETE FROM alias FROM t AS alias JOIN ... (T-SQL)."""
    if said[1:2] == ["FROM"] and said[_behind_name(tokens, 2) :][:1] == ["FROM"]:
        yield 1, 2, ""


def _evolving(tokens: Tokens, said: Words) -> Iterator[Rewrite]:
    """MERGE WITH SCHEMA EVOLUTION INTO t (Databricks)."""
    if said[1:4] == ["WITH", "SCHEMA", "EVOLUTION"]:
        yield 1, 4, ""


def _delete_where(tokens: Tokens, said: Words) -> Iterator[Rewrite]:
    """WHEN MATCHED THEN UPDATE SET ... DELETE WHERE x (Oracle): a clause of its own elsewhere."""
    for at in range(len(said) - 2):
        if said[at : at + 2] == ["DELETE", "WHERE"] and said[at - 1] != "THEN":
            end = _first(said, "WHEN", begin=at)
            condition = " ".join(token.text for token in tokens[at + 2 : end])
            yield at, end, f"WHEN MATCHED AND ({condition}) THEN DELETE "


def _insert_row(tokens: Tokens, said: Words) -> Iterator[Rewrite]:
    """INSERT (a, b) ROW (BigQuery)."""
    for at in range(len(said) - 2):
        if said[at : at + 2] == ["INSERT", "("]:
            behind = behind_bracket(tokens, at + 1)
            if said[behind : behind + 1] == ["ROW"]:
                yield at + 1, behind, ""


def _remove_duplicates(tokens: Tokens, said: Words) -> Iterator[Rewrite]:
    """MERGE INTO t USING s ON ... REMOVE DUPLICATES (Redshift)."""
    if said[-2:] == ["REMOVE", "DUPLICATES"]:
        every = "WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *"
        yield len(said) - 2, len(said), every


# Queries


def _phrases(tokens: Tokens, said: Words) -> Iterator[Rewrite]:
    """dob (TITLE 'Birthdate') (FORMAT 'YYYY') (NAMED d) (Teradata)."""
    for at in range(1, len(said) - 2):
        if said[at] != "(" or said[at + 1] not in _PHRASES:
            continue
        behind = behind_bracket(tokens, at)
        named = "NAMED" in said[at:behind]
        yield at, behind, f"AS {tokens[said.index('NAMED', at) + 1].text}" if named else ""


_PHRASES = words("TITLE FORMAT NAMED CASESPECIFIC UPPERCASE")


def _locking(tokens: Tokens, said: Words) -> Iterator[Rewrite]:
    """LOCKING t FOR ACCESS SELECT (Teradata)."""
    begin = _first(said, "LOCKING", "LOCK")
    for at in range(begin, min(begin + 14, len(said) - 1)):
        if said[at] in _LOCKS and said[at + 1] in (*_QUERY, "LOCKING", "NOWAIT", "INSERT", "UPDATE", "DELETE"):
            yield begin, at + 1 + (said[at + 1] == "NOWAIT"), ""
            return


_LOCKS = words("ACCESS READ WRITE SHARE EXCLUSIVE CHECKSUM")


def _isolation(tokens: Tokens, said: Words) -> Iterator[Rewrite]:
    """SELECT ... WITH UR (Db2) says how to lock, AT BRANCH main (Dremio) which version."""
    if said[-2:-1] == ["WITH"] and said[-1] in ("UR", "CS", "RS", "RR"):
        yield len(said) - 2, len(said), ""
    for at in range(len(said) - 2):
        if said[at] == "AT" and said[at + 1] in ("BRANCH", "TAG", "COMMIT", "REF", "SNAPSHOT"):
            yield at, at + 3, ""


def _by_position(tokens: Tokens, said: Words) -> Iterator[Rewrite]:
    """INSERT INTO t BY POSITION (DuckDB) says what is so anyway."""
    for at in range(2, min(8, len(said) - 1)):
        if said[at : at + 2] == ["BY", "POSITION"]:
            yield at, at + 2, ""


def _else_ignore(tokens: Tokens, said: Words) -> Iterator[Rewrite]:
    """MERGE ... ELSE IGNORE (Db2)."""
    if said[-2:] == ["ELSE", "IGNORE"]:
        yield len(said) - 2, len(said), ""


def _bulk(tokens: Tokens, said: Words) -> Iterator[Rewrite]:
    """OPENROWSET(BULK 'https://...', FORMAT = 'PARQUET') (T-SQL)."""
    for at in range(len(said) - 3):
        if said[at : at + 3] == ["OPENROWSET", "(", "BULK"] and tokens[at + 3].kind is Kind.STRING:
            behind = behind_bracket(tokens, at + 1)
            yield at + 2, behind, f"{tokens[at + 3].text})"


def _outfile(tokens: Tokens, said: Words) -> Iterator[Rewrite]:
    """SELECT ... INTO OUTFILE '/x' FIELDS ... FROM t (MySQL) is COPY (SELECT ... FROM t) TO '/x'."""
    at = _first(said, "OUTFILE", "DUMPFILE")
    if at + 1 >= len(said) or said[at - 1] != "INTO" or tokens[at + 1].kind is not Kind.STRING:
        return
    yield 0, 1, f"COPY ({tokens[0].text}"
    if _first(said, "FROM", begin=at) == len(said):
        yield at - 1, len(said), f") TO {tokens[at + 1].text}"
        return
    yield at - 1, min(_first(said, "FROM", begin=at), len(said)), ""
    if _first(said, "FROM", begin=at) < len(said):
        yield len(said) - 1, len(said), f"{tokens[-1].text}) TO {tokens[at + 1].text}"


def _changes(tokens: Tokens, said: Words) -> Iterator[Rewrite]:
    """APPLY CHANGES INTO t FROM STREAM(s) KEYS (id) SEQUENCE BY ts (Databricks)."""
    keys = _first(said, "KEYS")
    from_ = _first(said, "FROM")
    if said[1:3] in (["CHANGES", "INTO"], ["CDC", "INTO"]) and from_ < keys < len(said):
        yield 0, 3, "MERGE INTO"
        yield from_, from_ + 1, "USING"
        every = "ON TRUE WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *"
        yield keys, len(said), every


_QUERIES: tuple[_Rule, ...] = (_phrases, _bulk, _locking, _isolation, _outfile)
_RULES: dict[str, tuple[_Rule, ...]] = {
    "CREATE": (
        _recursive,
        _replica,
        _connection,
        _distribution,
        _adjectives,
        _clone,
        _pivot,
        _flow,
        _duplicates,
        _phrases,
        _locking,
        _bulk,
        _isolation,
        _options,
    ),
    "REPLACE": (_locking, _phrases),
    "INSERT": (
        _directory,
        _if_not_exists,
        _replace_on,
        _without_rows,
        _into_function,
        _output,
        _by_position,
        _phrases,
        _bulk,
        _locking,
        _isolation,
    ),
    "UPDATE": (_compound, _top, _update_from, _update_query, _output, _bulk),
    "DELETE": (_delete_from_from, _output, _bulk),
    "MERGE": (_evolving, _delete_where, _insert_row, _remove_duplicates, _else_ignore, _compound, _output, _bulk),
    "APPLY": (_changes,),
    "AUTO": (_changes,),
    **dict.fromkeys(("SELECT", "SEL", "WITH", "LOCKING", "LOCK", "("), _QUERIES),
}
