"""The words of a script that name or set a variable: DECLARE, SET, LET, :=, SELECT ... INTO."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lineagebot.sql.flow import handler
from lineagebot.sql.routine import behind_block
from lineagebot.sql.script import Script, Step, What, bare
from lineagebot.sql.tokens import Kind, Token

#: DECLARE opens a list of declarations, up to the BEGIN; elsewhere each declaration is a statement.
LISTS_DECLARATIONS = frozenset({"postgres", "redshift", "snowflake", "oracle"})
_MOST_NAMES = 50


def assigned(script: Script, start: int, end: int) -> list[Step] | None:
    """x := value; where it stands in a routine of plpgsql also x = value."""
    at = start
    while at < end and at < start + 6 and (script.tokens[at].kind is not Kind.SIGN or script.tokens[at].text in ".[]"):
        at += 1
    if at >= end or at == start or script.tokens[at].text not in (":=", "="):
        return None
    if script.tokens[at].text == "=" and not (script.is_body and at == start + 1):
        return None
    return script.valued((bare(script.tokens[start]),), at + 1, end)


def filled(script: Script, start: int, end: int) -> list[Step]:
    """SELECT CONCAT('DROP TABLE ', t) INTO @q FROM x: what the variable may hold."""
    ends = [at for at in outside(script.tokens, start, end) if script.tokens[at].upper in ("FROM", "INTO")]
    into = next(at for at in ends if script.tokens[at].upper == "INTO")
    if script.tokens[start].upper != "SELECT" or into + 1 >= end:
        return []
    value = script.tokens[start + 1 : ends[0]]
    return [script.step(What.ASSIGNMENT, start, end, names=(bare(script.tokens[into + 1]),), value=value)]


def selected_into(script: Script, start: int, end: int) -> list[Step]:
    """SELECT @a = x, @b += y FROM t."""
    if script.tokens[start + 1].kind is not Kind.PARAMETER:
        return script.statement(start, end)
    behind = next((at for at in outside(script.tokens, start, end) if script.tokens[at].upper == "FROM"), end)
    found: list[Step] = []
    kept: list[str] = []
    for first, last in listed(script.tokens, start + 1, behind):
        sign = first + 1
        added = sign + 1 < last and script.tokens[sign].text in ("+", "-", "*", "/")
        value = sign + 1 + added
        if script.tokens[first].kind is not Kind.PARAMETER or value >= last or script.tokens[value - 1].text != "=":
            return script.statement(start, end)
        kept.append(script.slice(value, last))
        names = (bare(script.tokens[first]),)
        found.append(
            _added(script, first, sign, last)
            if added
            else script.step(What.ASSIGNMENT, value, last, names=names, value=script.tokens[value:last])
        )
    rest = f"SELECT {', '.join(kept)} {script.slice(behind, end)}"
    script.at = end
    found.append(script.step(What.READ, start, end, rest))
    script.completed()
    return found


def without_into(script: Script, start: int, end: int) -> str | None:
    """SELECT a INTO v FROM t fills a variable here and makes no table: the clause is left out."""
    head = script.tokens[start].upper
    if head not in ("SELECT", "WITH", "FETCH", "INSERT", "UPDATE", "DELETE") or not _fills_variables(script):
        return None
    depth = 0
    seen = ""
    for at in range(start, end):
        text = script.tokens[at].text
        depth += (text == "(") - (text == ")")
        if depth:
            continue
        word = script.tokens[at].upper
        if word in ("INSERT", "MERGE", "SELECT", "RETURNING"):
            seen = word
        if word == "INTO" and seen in ("SELECT", "RETURNING"):
            behind = _behind_targets(script.tokens, at + 1, end)
            collected = [token.upper for token in script.tokens[at - 2 : at]] == ["BULK", "COLLECT"]  # into a list
            kept = script.slice(start, at - 2 * collected)
            return kept + " " + script.slice(behind, end) if behind > at + 1 else None
    return None


def _fills_variables(script: Script) -> bool:
    return script.is_body or script.dialect.name in ("oracle", "snowflake", "mysql", "databricks", "bigquery")


def declare(script: Script) -> list[Step] | None:
    start = script.at
    if script.is_plain:
        return None
    if script.dialect.name in LISTS_DECLARATIONS and script.begins_later():
        script.declaring = True
        script.at += 1
        return []
    if "HANDLER" in (script.word(2), script.word(1)):
        return handler(script)
    end = script.behind(start)
    if script.has_batches:
        return _declared_together(script, start + 1, end)
    script.at += 1
    return declaration(script, end)


def declaration(script: Script, end: int) -> list[Step]:
    """name type DEFAULT value; name, name type; name CURSOR FOR query; CURSOR name IS query."""
    start, script.at = script.at, end
    if start >= end:
        return []
    if script.tokens[start].upper in ("PROCEDURE", "FUNCTION"):  # a subprogram of Oracle's: it ends with its own END
        script.at = behind_block(script.tokens, start, len(script.tokens))
        return []
    names: list[str] = []
    for at in range(start, end):
        token = script.tokens[at]
        after = script.tokens[at + 1].upper if at + 1 < end else ""
        if token.upper in ("FOR", "IS") and after in ("SELECT", "WITH", "("):
            return script.reading(at + 1, end)
        if token.upper == "DEFAULT" or token.text in (":=", "="):
            return script.valued(tuple(names), at + 1, end)
        if token.kind in (Kind.WORD, Kind.QUOTED, Kind.PARAMETER) and (
            at == start or script.tokens[at - 1].text == ","
        ):
            names.append(bare(token))
    return [script.step(What.ASSIGNMENT, start, end, names=tuple(names[:_MOST_NAMES]))]


def _declared_together(script: Script, start: int, end: int) -> list[Step]:
    """DECLARE @a int = 1, @b text = 'x', or DECLARE c CURSOR FOR query (T-SQL)."""
    found: list[Step] = []
    for begin, behind in listed(script.tokens, start, end):
        script.at = begin
        found += declaration(script, behind)
    script.at = end
    script.completed()
    return found


def set_(script: Script) -> list[Step] | None:
    """SET x = value, SET @x = value, @y = value, SET (x, y) = (1, 2): settings look alike."""
    if script.is_plain or (script.is_body and script.dialect.name in ("postgres", "redshift")):
        return None
    start, end = script.at, script.behind(script.at)
    begin = start + 1
    if begin < end and script.tokens[begin].upper in ("VAR", "VARIABLE"):
        begin += 1
    found: list[Step] = []
    for first, behind in listed(script.tokens, begin, end):
        sign = first + 1
        if sign < behind and script.tokens[sign].text == "+" and behind > sign + 2:  # SET @x += value
            found += script.valued((), sign + 2, behind)
            found.append(_added(script, first, sign, behind))
            continue
        if sign >= behind or script.tokens[sign].text not in ("=", ":="):
            break
        found += script.valued((bare(script.tokens[first]),), sign + 1, behind)
    if script.tokens[begin : begin + 1] and script.tokens[begin].text == "(":
        found = script.reading(begin, end)
    rest = script.step(What.STATEMENT, start, end)
    script.at = end
    script.completed()
    return [*found, rest] if not found or not script.has_batches else found


def _added(script: Script, first: int, sign: int, behind: int) -> Step:
    name = script.tokens[first]
    return script.step(
        What.ASSIGNMENT,
        first,
        behind,
        names=(bare(name),),
        value=(name, script.tokens[sign], *script.tokens[sign + 2 : behind]),
    )


def let(script: Script) -> list[Step] | None:
    """LET x := value, LET x text DEFAULT value, LET c CURSOR FOR query (Snowflake)."""
    if script.is_plain:
        return None
    end = script.behind(script.at)
    script.at += 1
    return declaration(script, end)


def listed(tokens: Sequence[Token], start: int, end: int) -> Iterator[tuple[int, int]]:
    """Cut at the commas that stand in no bracket."""
    depth = 0
    for at in range(start, end):
        text = tokens[at].text
        depth += (text == "(") - (text == ")")
        if text == "," and depth == 0:
            yield start, at
            start = at + 1
    if start < end:
        yield start, end


def outside(tokens: Sequence[Token], start: int, end: int) -> Iterator[int]:
    """The places that stand in no bracket."""
    depth = 0
    for at in range(start, end):
        depth += (tokens[at].text == "(") - (tokens[at].text == ")")
        if depth == 0:
            yield at


def _behind_targets(tokens: Sequence[Token], at: int, end: int) -> int:
    """Behind STRICT a, b.c, :d of an INTO."""
    if at < end and tokens[at].upper == "STRICT":
        at += 1
    while at < end and tokens[at].kind in (Kind.WORD, Kind.QUOTED, Kind.PARAMETER):
        at += 1
        while at + 1 < end and tokens[at].text in (".", ":"):
            at += 2
        if at >= end or tokens[at].text != ",":
            break
        at += 1
    return at
