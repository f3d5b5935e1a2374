"""INSERT, UPDATE, DELETE and MERGE as some dialects spell them."""

from __future__ import annotations

from collections.abc import Iterator

from lineagebot.sql.by_hand.spelling import QUERY, Rule, Tokens, Words, behind_name, first, outside_brackets
from lineagebot.sql.by_hand.stumbling import Rewrite, behind_bracket
from lineagebot.sql.tokens import Kind


def _if_not_exists(tokens: Tokens, said: Words) -> Iterator[Rewrite]:
    """INSERT OVERWRITE t PARTITION (d = 1) IF NOT EXISTS SELECT (Hive, Spark)."""
    at = first(said, "IF")
    if "OVERWRITE" in said[:2] and said[at : at + 3] == ["IF", "NOT", "EXISTS"]:
        yield at, at + 3, ""


def _from_in_brackets(tokens: Tokens, said: Words) -> Iterator[Rewrite]:
    """INSERT INTO t (FROM s |> SELECT a): a query, though its bracket stands where columns would."""
    at = behind_name(tokens, 1 + (said[1:2] in (["INTO"], ["OVERWRITE"])))
    if said[at : at + 2] == ["(", "FROM"] and behind_bracket(tokens, at) == len(said):
        yield at, at + 1, ""
        yield len(said) - 1, len(said), ""


def _without_rows(tokens: Tokens, said: Words) -> Iterator[Rewrite]:
    """INSERT INTO t VALUES: ClickHouse's log keeps no rows."""
    if said[-1] == "VALUES":
        yield len(said) - 1, len(said), "VALUES (NULL)"


def _into_function(tokens: Tokens, said: Words) -> Iterator[Rewrite]:
    """INSERT INTO FUNCTION s3('https://...') SELECT (ClickHouse) is COPY (SELECT ...) TO 'https://...'."""
    at = first(said, "FUNCTION")
    query = first(said, *QUERY, begin=at + 1)
    path = next((t.text for t in tokens[at:query] if t.kind is Kind.STRING), None)
    if at < 4 and query < len(said) and path is not None:
        yield 0, query, "COPY ("
        yield len(said) - 1, len(said), f"{tokens[-1].text}) TO {path}"


def _replace_on(tokens: Tokens, said: Words) -> Iterator[Rewrite]:
    """INSERT INTO t AS a REPLACE ON (a.id <=> s.id) (SELECT ...) AS s (Databricks): rows that match go first."""
    at = first(said, "REPLACE")
    if said[at + 1 : at + 2] != ["ON"]:
        return
    alias = first(said[:at], "AS")
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
    end = first(said, *QUERY, begin=begin)
    if end < len(said):
        yield begin, end, ""


def _output(tokens: Tokens, said: Words) -> Iterator[Rewrite]:
    """OUTPUT inserted.x (T-SQL): what it hands to the client is felt by no asset. OUTPUT ... INTO is read elsewhere."""
    begin = first(said, "OUTPUT")
    end = first(said, "VALUES", "SELECT", "WITH", "WHERE", "FROM", "DEFAULT", "EXEC", "EXECUTE", begin=begin)
    if begin < len(said) and "INTO" not in said[begin:end]:
        yield begin, end, ""


def _hints(tokens: Tokens, said: Words) -> Iterator[Rewrite]:
    """INSERT INTO t WITH (TABLOCK) (a) SELECT (T-SQL): how the table is locked meanwhile."""
    at = behind_name(tokens, 1 + (said[1:2] == ["INTO"]))
    if said[at : at + 2] == ["WITH", "("]:
        yield at, behind_bracket(tokens, at + 1), ""


def _log_errors(tokens: Tokens, said: Words) -> Iterator[Rewrite]:
    """LOG ERRORS INTO e REJECT LIMIT UNLIMITED (Oracle): where rows go that do not fit."""
    for at in outside_brackets(said):
        if said[at : at + 2] == ["LOG", "ERRORS"]:
            yield at, len(said), ""
            return


def _by_position(tokens: Tokens, said: Words) -> Iterator[Rewrite]:
    """INSERT INTO t BY POSITION (DuckDB) says what is so anyway."""
    for at in range(2, min(8, len(said) - 1)):
        if said[at : at + 2] == ["BY", "POSITION"]:
            yield at, at + 2, ""


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
    where = first(said, "WHERE")
    if where == len(said):
        last = len(tokens) - 1
        yield last, last + 1, f"{tokens[last].text} WHERE (SELECT TRUE)"


def _update_from(tokens: Tokens, said: Words) -> Iterator[Rewrite]:
    """UPDATE t FROM s SET a = s.b WHERE ... (Teradata)."""
    begin, set_ = first(said, "FROM"), first(said, "SET")
    if not begin < set_ < len(said):
        return
    sources = " ".join(token.text for token in tokens[begin:set_])
    yield begin, set_, ""
    where = first(said, "WHERE", begin=set_)
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
    if said[1:2] == ["FROM"] and said[behind_name(tokens, 2) :][:1] == ["FROM"]:
        yield 1, 2, ""


def _evolving(tokens: Tokens, said: Words) -> Iterator[Rewrite]:
    """MERGE WITH SCHEMA EVOLUTION INTO t (Databricks)."""
    if said[1:4] == ["WITH", "SCHEMA", "EVOLUTION"]:
        yield 1, 4, ""


def _delete_where(tokens: Tokens, said: Words) -> Iterator[Rewrite]:
    """WHEN MATCHED THEN UPDATE SET ... DELETE WHERE x (Oracle): a clause of its own elsewhere."""
    for at in range(len(said) - 2):
        if said[at : at + 2] == ["DELETE", "WHERE"] and said[at - 1] != "THEN":
            end = first(said, "WHEN", begin=at)
            condition = " ".join(token.text for token in tokens[at + 2 : end])
            yield at, end, f"WHEN MATCHED AND ({condition}) THEN DELETE "


def _insert_row(tokens: Tokens, said: Words) -> Iterator[Rewrite]:
    """INSERT (a, b) ROW (BigQuery)."""
    for at in range(len(said) - 2):
        if said[at : at + 2] == ["INSERT", "("]:
            behind = behind_bracket(tokens, at + 1)
            if said[behind : behind + 1] == ["ROW"]:
                yield behind, behind + 1, "VALUES (*)"


def _update_by_name(tokens: Tokens, said: Words) -> Iterator[Rewrite]:
    """WHEN MATCHED THEN UPDATE BY NAME (DuckDB)."""
    for at in outside_brackets(said):
        if said[at : at + 3] == ["UPDATE", "BY", "NAME"]:
            yield at + 1, at + 1, "ALL "


def _remove_duplicates(tokens: Tokens, said: Words) -> Iterator[Rewrite]:
    """MERGE INTO t USING s ON ... REMOVE DUPLICATES (Redshift)."""
    if said[-2:] == ["REMOVE", "DUPLICATES"]:
        every = "WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *"
        yield len(said) - 2, len(said), every


def _else_ignore(tokens: Tokens, said: Words) -> Iterator[Rewrite]:
    """MERGE ... ELSE IGNORE (Db2)."""
    if said[-2:] == ["ELSE", "IGNORE"]:
        yield len(said) - 2, len(said), ""


def _changes(tokens: Tokens, said: Words) -> Iterator[Rewrite]:
    """APPLY CHANGES INTO t FROM STREAM(s) KEYS (id) SEQUENCE BY ts (Databricks)."""
    keys = first(said, "KEYS")
    from_ = first(said, "FROM")
    if said[1:3] in (["CHANGES", "INTO"], ["CDC", "INTO"]) and from_ < keys < len(said):
        yield 0, 3, "MERGE INTO"
        yield from_, from_ + 1, "USING"
        every = "ON TRUE WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *"
        yield keys, len(said), every


INSERTING: tuple[Rule, ...] = (
    _directory, _from_in_brackets, _if_not_exists, _replace_on, _without_rows, _into_function, _hints, _output,
    _by_position, _log_errors,
)  # fmt: skip
UPDATING: tuple[Rule, ...] = (_compound, _top, _update_from, _update_query, _output, _log_errors)
DELETING: tuple[Rule, ...] = (_delete_from_from, _output, _log_errors)
MERGING: tuple[Rule, ...] = (
    _evolving, _delete_where, _insert_row, _update_by_name, _remove_duplicates, _else_ignore, _compound, _output,
    _log_errors,
)  # fmt: skip
APPLYING: tuple[Rule, ...] = (_changes,)
