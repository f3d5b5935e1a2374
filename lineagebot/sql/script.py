"""Take a script apart into the statements that stand in it: blocks, branches, loops, handlers, declarations, routines.

One pass over the tokens with a stack of what is open. A statement in a branch, a loop or a handler may not have run,
and is marked so; every branch is read. Where a word does not stand in its form, what it begins is an ordinary
statement, so that nothing is lost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from lineagebot.sql.acts import Manner
from lineagebot.sql.batches import end_of_batch, end_of_statement, ends_batch
from lineagebot.sql.dialects import Dialect
from lineagebot.sql.names import chain
from lineagebot.sql.parse import Piece
from lineagebot.sql.routine import Routine, behind_block, is_routine, package_at, routine_at
from lineagebot.sql.tokens import Kind, Token, tokenize, words
from lineagebot.sql.told import literal_text

#: A client's text in these has no words of scripts; the bodies of their routines may.
_WITHOUT_SCRIPTS = frozenset({"postgres", "redshift", "duckdb", "trino", "athena", "clickhouse"})
#: DECLARE opens a list of declarations, up to the BEGIN; elsewhere each declaration is a statement.
_LISTS_DECLARATIONS = frozenset({"postgres", "redshift", "snowflake", "oracle"})
#: BEGIN followed by one of these starts a transaction.
_TRANSACTION = words(
    "TRANSACTION TRAN WORK ISOLATION DEFERRABLE READ NAME DEFERRED IMMEDIATE EXCLUSIVE DISTRIBUTED CONCURRENT"
)
#: A text that begins a statement with one of these may be a script.
_SCRIPTED = words(
    "BEGIN DECLARE IF WHILE FOR LOOP REPEAT CASE LET EXCEPTION ELSE ELSEIF ELSIF RETURN LEAVE ITERATE CONTINUE BREAK"
    " PREPARE END UNTIL SIGNAL RESIGNAL SET <<"
)
_LOOPS = words("LOOP WHILE FOR FOREACH REPEAT")
_CLOSED_BY_NAME = _LOOPS | {"IF", "CASE"}
#: No asset feels these, and they read nothing.
_IDLE = words(
    "DBCC BACKUP RECONFIGURE NULL LEAVE ITERATE CONTINUE BREAK EXIT GOTO SIGNAL RESIGNAL THROW RAISERROR WAITFOR GET"
    " ASSERT RETURN"
)
_NO_CALLS = words("RAISE COMMIT ROLLBACK CLOSE OPEN FETCH")
#: What a statement may begin with that is written in brackets, as a value.
_VERBS = words("INSERT UPDATE DELETE MERGE CALL EXECUTE CREATE DROP TRUNCATE ALTER COPY")


class What(StrEnum):
    STATEMENT = "statement"
    #: Read for a variable, a condition or a cursor: it gives no rows to anyone.
    READ = "read"
    ASSIGNMENT = "assignment"
    ROUTINE = "routine"
    #: Variables end here.
    BATCH = "batch"


class Step(NamedTuple):
    what: What
    text: str = ""
    #: Lines of the script before it.
    lines_before: int = 0
    possible: bool = False
    #: In an exception handler: here a ROLLBACK says nothing of the usual way.
    handles: bool = False
    looping: bool = False
    #: The variables that are set, and to what.
    names: tuple[str, ...] = ()
    value: Sequence[Token] = ()
    routine: Routine | None = None
    #: Where in the script it stands, where it is written there as it is.
    start: int = -1
    end: int = -1


@dataclass(slots=True)
class _Frame:
    word: str
    possible: bool
    handles: bool = False


def is_script(found: Sequence[Piece], text: str, dialect: Dialect) -> bool:
    """Whether a client's text needs more than its semicolons to be taken apart: told from how its statements begin."""
    if dialect.name == "tsql":
        return True
    plain = dialect.name in _WITHOUT_SCRIPTS
    for piece in found:
        tokens = piece.tokens
        if not tokens:
            continue
        first = tokens[0].text.upper()
        if first in ("CREATE", "ALTER", "REPLACE"):
            if is_routine([token.text.upper() for token in tokens[1:8]]):
                return True
        elif first == "WITH":
            if len(tokens) > 3 and tokens[3].text.upper() == "PROCEDURE":
                return True
        elif not plain and (first in _SCRIPTED or (len(tokens) > 2 and tokens[1].text in _LABELS)):
            return True
    return False


_LABELS = frozenset({":", ":="})


def steps_of(text: str, dialect: Dialect, manner: Manner) -> Iterator[Step]:
    tokens = [token for token in tokenize(text, dialect.lexis) if token.kind is not Kind.COMMENT]
    return Script(text, tokens, dialect, manner).steps()


class Script:
    """Walks along the tokens of one text and remembers what is open."""

    def __init__(self, text: str, tokens: Sequence[Token], dialect: Dialect, manner: Manner) -> None:
        self.text = text
        self.tokens = tokens
        self.dialect = dialect
        self.at = 0
        self._body = manner is Manner.BODY
        self._plain = dialect.name in _WITHOUT_SCRIPTS and not self._body
        self._batches = dialect.name == "tsql"
        self._frames: list[_Frame] = []
        self._possible = self._handlers = self._looping = 0
        self._declaring = False
        #: Where the last BEGIN stands: what is declared behind it is declared on its own.
        self._last_begin = max(
            (at for at, token in enumerate(tokens) if len(token.text) == 5 and token.upper == "BEGIN"), default=-1
        )
        self._counted = self._lines = 0

    def steps(self) -> Iterator[Step]:
        if self._body and self.dialect.name in _LISTS_DECLARATIONS:
            self._declaring = self._word() not in ("BEGIN", "DECLARE", "") and self._begins_later()
        while self.at < len(self.tokens):
            at = self.at
            if self.tokens[at].text == ";" or self._is_slash(at):
                self.at += 1
                self._declaring = self._declaring and self.tokens[at].text == ";"
                continue
            read = _READERS.get(self._word())
            found = read(self) if read is not None else None
            if found is None:
                self.at = at
                found = self._otherwise()
            yield from found
            if self.at <= at:
                self.at = at + 1

    # -- places ------------------------------------------------------------------------------------------------------

    def _word(self, ahead: int = 0) -> str:
        at = self.at + ahead
        return self.tokens[at].upper if at < len(self.tokens) else ""

    def _is_slash(self, at: int) -> bool:
        """A line with nothing but / ends a unit of PL/SQL."""
        return self.tokens[at].text == "/" and self._alone(at)

    def _alone(self, at: int) -> bool:
        token = self.tokens[at]
        before = self.tokens[at - 1].end if at else 0
        after = self.tokens[at + 1].start if at + 1 < len(self.tokens) else len(self.text)
        first = at == 0 or "\n" in self.text[before : token.start]
        return first and (at + 1 == len(self.tokens) or "\n" in self.text[token.end : after])

    def _end(self, at: int) -> int:
        """The token behind the statement that begins there."""
        if self._batches:
            return end_of_statement(self.tokens, at, self.text)
        while at < len(self.tokens) and self.tokens[at].text != ";":
            if self.tokens[at].text == "/" and self._is_slash(at):
                break
            at += 1
        return at

    def _until(self, at: int, stops: frozenset[str]) -> int | None:
        """The first of these words that stands in no bracket and no CASE; None where the statement ends before it."""
        depth = cases = 0
        while at < len(self.tokens):
            text = self.tokens[at].text
            if text == ";":
                return None
            depth += (text in "([") - (text in ")]") if len(text) == 1 else 0
            word = self.tokens[at].upper
            if word in stops and depth <= 0 and cases == 0:
                return at
            cases += (word == "CASE") - (word == "END" and cases > 0)
            at += 1
        return None

    def _begins_later(self) -> bool:
        return self.at < self._last_begin

    def _slice(self, start: int, end: int) -> str:
        return self.text[self.tokens[start].start : self.tokens[end - 1].end] if start < end else ""

    # -- steps -------------------------------------------------------------------------------------------------------

    def _step(self, what: What, start: int, end: int, text: str | None = None, **more: object) -> Step:
        begin = self.tokens[start].start if start < len(self.tokens) else len(self.text)
        self._lines += self.text.count("\n", self._counted, begin)
        self._counted = max(self._counted, begin)
        if text is None and start < end:
            more |= {"start": begin, "end": self.tokens[end - 1].end}
        return Step(
            what,
            self._slice(start, end) if text is None else text,
            self._lines,
            self._possible > 0,
            self._handlers > 0,
            self._looping > 0,
            **more,  # type: ignore[arg-type]
        )

    def _statement(self, start: int, end: int, text: str | None = None) -> list[Step]:
        self.at = end
        step = self._step(What.STATEMENT, start, end, text)
        self._completed()
        return [step]

    def _reading(self, start: int, end: int) -> list[Step]:
        """A condition or a value: read where there is a query in it."""
        if not any(token.upper in ("SELECT", "WITH", "FROM") for token in self.tokens[start:end]):
            return []
        query = self.tokens[start].upper in ("SELECT", "WITH")
        return [self._step(What.READ, start, end, f"{'' if query else 'SELECT '}{self._slice(start, end)}")]

    def _valued(self, names: tuple[str, ...], start: int, end: int) -> list[Step]:
        """A variable is set. What stands in brackets there may be a statement whose rows it gets (Snowflake)."""
        inner = start + 1 if start < end and self.tokens[start].upper == "ASYNC" else start
        if inner + 1 < end and self.tokens[inner].text == "(" and self.tokens[inner + 1].upper in _VERBS:
            close = end - 1 if self.tokens[end - 1].text == ")" else end
            return [self._step(What.STATEMENT, inner + 1, close)]
        value = self.tokens[start:end]
        return [*self._reading(start, end), self._step(What.ASSIGNMENT, start, end, names=names, value=value)]

    # -- what is open ------------------------------------------------------------------------------------------------

    def _push(self, word: str, *, possible: bool = False, handles: bool = False) -> None:
        self._frames.append(_Frame(word, possible, handles))
        self._possible += possible
        self._handlers += handles
        self._looping += word in _LOOPS

    def _pop(self) -> None:
        frame = self._frames.pop()
        self._possible -= frame.possible
        self._handlers -= frame.handles
        self._looping -= frame.word in _LOOPS

    def _completed(self) -> None:
        """A branch that holds one statement ends with it (T-SQL)."""
        while self._frames and self._frames[-1].word == "ONE":
            self._pop()

    def _top(self) -> str:
        return self._frames[-1].word if self._frames else ""

    # -- statements --------------------------------------------------------------------------------------------------

    def _otherwise(self) -> list[Step]:
        start = self.at
        if self._batches and ends_batch(self.tokens, start, self.text):
            self.at += 2 if start + 1 < len(self.tokens) and self.tokens[start + 1].kind is Kind.NUMBER else 1
            while self._frames:
                self._pop()
            return [self._step(What.BATCH, start, start)]
        if not self._plain and self._label():
            return []
        if self._declaring:
            return self._declaration(self._end(start))
        end = self._end(start)
        assigned = None if self._plain else self._assigned(start, end)
        if assigned is not None:
            self.at = end
            self._completed()
            return assigned
        if self._batches and self.tokens[start].upper == "INSERT":
            return self._inserted(start, end)
        if self._batches and self.tokens[start].upper == "SELECT" and end > start + 2:
            return self._selected_into_variables(start, end)
        if self.dialect.name == "oracle" and self._is_bare_call(start, end):
            return self._statement(start, end, f"CALL {self._slice(start, end)}")
        rest = self._without_into(start, end)
        filled = self._filled(start, end) if rest is not None and self.dialect.name == "mysql" else []
        return [*filled, *self._statement(start, end, rest)]

    def _filled(self, start: int, end: int) -> list[Step]:
        """SELECT CONCAT('DROP TABLE ', t) INTO @q FROM x: what the variable may hold."""
        ends = [at for at in _outside(self.tokens, start, end) if self.tokens[at].upper in ("FROM", "INTO")]
        into = next(at for at in ends if self.tokens[at].upper == "INTO")
        if self.tokens[start].upper != "SELECT" or into + 1 >= end:
            return []
        value = self.tokens[start + 1 : ends[0]]
        return [self._step(What.ASSIGNMENT, start, end, names=(_bare(self.tokens[into + 1]),), value=value)]

    def _inserted(self, start: int, end: int) -> list[Step]:
        """INSERT INTO t EXEC p: the rows are those that the procedure selects."""
        run = next((at for at in range(start, end) if self.tokens[at].upper in ("EXEC", "EXECUTE")), end)
        if run == end or self.tokens[run - 1].upper in ("INTO", "INSERT", ".", "(", ","):
            return self._statement(start, end)
        insert = self._step(What.STATEMENT, start, run, f"{self._slice(start, run)} DEFAULT VALUES")
        return [insert, *self._statement(run, end)]

    def _selected_into_variables(self, start: int, end: int) -> list[Step]:
        """SELECT @a = x, @b += y FROM t."""
        if self.tokens[start + 1].kind is not Kind.PARAMETER:
            return self._statement(start, end)
        behind = next((at for at in _outside(self.tokens, start, end) if self.tokens[at].upper == "FROM"), end)
        found: list[Step] = []
        kept: list[str] = []
        for first, last in _listed(self.tokens, start + 1, behind):
            sign = first + 1
            added = sign + 1 < last and self.tokens[sign].text in ("+", "-", "*", "/")
            value = sign + 1 + added
            if self.tokens[first].kind is not Kind.PARAMETER or value >= last or self.tokens[value - 1].text != "=":
                return self._statement(start, end)
            kept.append(self._slice(value, last))
            names = (_bare(self.tokens[first]),)
            found.append(
                self._added(first, sign, last)
                if added
                else self._step(What.ASSIGNMENT, value, last, names=names, value=self.tokens[value:last])
            )
        rest = f"SELECT {', '.join(kept)} {self._slice(behind, end)}"
        self.at = end
        found.append(self._step(What.READ, start, end, rest))
        self._completed()
        return found

    def _is_bare_call(self, start: int, end: int) -> bool:
        """a.b(c); inside of a block runs that procedure (PL/SQL)."""
        if not (self._body or self._frames) or self.tokens[start].upper in _NO_CALLS:
            return False
        parts, behind = chain(self.tokens, start, self.dialect)
        return bool(parts) and (behind == end or (self.tokens[behind].text, self.tokens[end - 1].text) == ("(", ")"))

    def _label(self) -> bool:
        """name: LOOP, <<name>>."""
        if self._word() == "<" and self._word(1) == "<":
            self.at += 2
            while self.at < len(self.tokens) and self.tokens[self.at].text != ">":
                self.at += 1
            self.at += 2
            return True
        if self._word(1) == ":" and (self._word(2) in _LABELLED or self._batches):
            self.at += 2
            return True
        return False

    def _assigned(self, start: int, end: int) -> list[Step] | None:
        """x := value; where it stands in a routine of plpgsql also x = value."""
        at = start
        while at < end and at < start + 6 and (self.tokens[at].kind is not Kind.SIGN or self.tokens[at].text in ".[]"):
            at += 1
        if at >= end or at == start or self.tokens[at].text not in (":=", "="):
            return None
        if self.tokens[at].text == "=" and not (self._body and at == start + 1):
            return None
        return self._valued((_bare(self.tokens[start]),), at + 1, end)

    def _without_into(self, start: int, end: int) -> str | None:
        """SELECT a INTO v FROM t fills a variable here and makes no table: the clause is left out."""
        head = self.tokens[start].upper
        if head not in ("SELECT", "WITH", "FETCH", "INSERT", "UPDATE", "DELETE") or not self._fills_variables():
            return None
        depth = 0
        seen = ""
        for at in range(start, end):
            text = self.tokens[at].text
            depth += (text == "(") - (text == ")")
            if depth:
                continue
            word = self.tokens[at].upper
            if word in ("INSERT", "MERGE", "SELECT", "RETURNING"):
                seen = word
            if word == "INTO" and seen in ("SELECT", "RETURNING"):
                behind = _behind_targets(self.tokens, at + 1, end)
                return self._slice(start, at) + " " + self._slice(behind, end) if behind > at + 1 else None
        return None

    def _fills_variables(self) -> bool:
        return self._body or self.dialect.name in ("oracle", "snowflake", "mysql", "databricks", "bigquery")

    # -- the words, one reader each ----------------------------------------------------------------------------------

    def begin(self) -> list[Step] | None:
        after = self._word(1)
        if self._batches:
            if after in ("TRAN", "TRANSACTION", "DISTRIBUTED"):
                return None
            catch = after == "CATCH"
            self._push("BEGIN", possible=catch, handles=catch)
            self.at += 2 if after in ("TRY", "CATCH") else 1
            return []
        self._declaring = False
        if self._plain or after in _TRANSACTION or (not self._body and not self._frames and after in ("", ";")):
            return None
        self._push("BEGIN")
        self.at += 3 if (after, self._word(2)) == ("NOT", "ATOMIC") else 2 if after == "ATOMIC" else 1
        return []

    def end(self) -> list[Step] | None:
        if not self._frames:
            return None
        self._completed()
        what = self._word(1)
        named = "BEGIN" if self._batches else what if what in _CLOSED_BY_NAME else "BEGIN"
        while self._frames:
            closed = self._top()
            self._pop()
            if closed == named or (named == "BEGIN" and closed == "CASE") or (named == "LOOP" and closed in _LOOPS):
                break
        if self._batches:
            self.at += 2 if what in ("TRY", "CATCH") else 1
            if self._word() == "ELSE":
                return []
            self._completed()
            return []
        self.at = self._end(self.at)
        return []

    def if_(self) -> list[Step] | None:
        start = self.at
        if self._batches:
            return self._one(start + 1)
        then = None if self._plain else self._until(start + 1, _THEN)
        if then is None:
            return None
        condition = self._reading(start + 1, then)
        if self.tokens[start].upper == "IF":
            self._push("IF", possible=True)
        self.at = then + 1
        return condition

    def _one(self, start: int) -> list[Step]:
        """IF or WHILE of T-SQL: a condition without a word at its end, and one statement."""
        end = end_of_statement(self.tokens, start, self.text, condition=True)
        condition = self._reading(start, end)
        self._push("ONE", possible=True)
        self.at = end
        return condition

    def else_(self) -> list[Step] | None:
        if self._batches:
            self._push("ONE", possible=True)
            self.at += 1
            return []
        if self._top() not in ("IF", "CASE"):
            return None
        self.at += 1
        return []

    def when(self) -> list[Step] | None:
        if not (self._top() == "CASE" or (self._frames and self._frames[-1].handles)):
            return None
        then = self._until(self.at + 1, _THEN)
        if then is None:
            return None
        condition = self._reading(self.at + 1, then)
        self.at = then + 1
        return condition

    def case(self) -> list[Step] | None:
        if self._plain or self._batches:
            return None
        when = self._until(self.at + 1, _WHEN)
        if when is None:
            return None
        condition = self._reading(self.at + 1, when)
        self._push("CASE", possible=True)
        self.at = when
        return condition

    def exception(self) -> list[Step] | None:
        if self._batches or self._top() != "BEGIN" or self._word(1) != "WHEN":
            return None
        frame = self._frames[-1]
        self._possible += not frame.possible
        self._handlers += not frame.handles
        frame.possible = frame.handles = True
        self.at += 1
        return []

    def loop(self) -> list[Step] | None:
        if self._plain or self._batches or self._word(1) in ("", "("):
            return None
        self._push(self._word(), possible=True)
        self.at += 1
        return []

    def while_(self) -> list[Step] | None:
        if self._batches:
            return self._one(self.at + 1)
        return None if self._plain else self._loop_with(self.at + 1)

    def _loop_with(self, start: int) -> list[Step] | None:
        do = self._until(start, _DO)
        if do is None:
            return None
        condition = self._reading(start, do)
        self._push(self.tokens[self.at].upper, possible=True)
        self.at = do + 1
        return condition

    def for_(self) -> list[Step] | None:
        """FOR x IN (query) DO, FOR x IN query LOOP, FOR x AS query DO, FOR x IN EXECUTE 'text' LOOP."""
        if self._plain or self._batches:
            return None
        source = self._until(self.at + 1, _SOURCE)
        if source is None:
            return None
        row = self._step(What.ASSIGNMENT, source, source, names=(_bare(self.tokens[self.at + 1]),))
        if self.tokens[source + 1 : source + 2] and self.tokens[source + 1].upper == "EXECUTE":
            do = self._until(source, _DO)
            if do is None:
                return None
            run = self._step(What.STATEMENT, source + 1, do)
            self._push("FOR", possible=True)
            self.at = do + 1
            return [row, run]
        looped = self._loop_with(source + 1)
        return None if looped is None else [row, *looped]

    def until(self) -> list[Step] | None:
        if self._top() != "REPEAT":
            return None
        end = self._until(self.at + 1, _END)
        if end is None:
            return None
        condition = self._reading(self.at + 1, end)
        self.at = end
        return condition

    def declare(self) -> list[Step] | None:
        start = self.at
        if self._plain:
            return None
        if self.dialect.name in _LISTS_DECLARATIONS and self._begins_later():
            self._declaring = True
            self.at += 1
            return []
        if "HANDLER" in (self._word(2), self._word(1)):
            return self._handler()
        end = self._end(start)
        if self._batches:
            return self._declared_together(start + 1, end)
        self.at += 1
        return self._declaration(end)

    def _declaration(self, end: int) -> list[Step]:
        """name type DEFAULT value; name, name type; name CURSOR FOR query; CURSOR name IS query."""
        start, self.at = self.at, end
        if start >= end:
            return []
        if self.tokens[start].upper in ("PROCEDURE", "FUNCTION"):  # a subprogram of Oracle's: it ends with its own END
            self.at = _behind_block(self.tokens, start)
            return []
        names: list[str] = []
        for at in range(start, end):
            token = self.tokens[at]
            after = self.tokens[at + 1].upper if at + 1 < end else ""
            if token.upper in ("FOR", "IS") and after in ("SELECT", "WITH", "("):
                return self._reading(at + 1, end)
            if token.upper == "DEFAULT" or token.text in (":=", "="):
                return self._valued(tuple(names), at + 1, end)
            if token.kind in (Kind.WORD, Kind.QUOTED, Kind.PARAMETER) and (
                at == start or self.tokens[at - 1].text == ","
            ):
                names.append(_bare(token))
        return [self._step(What.ASSIGNMENT, start, end, names=tuple(names[:_MOST_NAMES]))]

    def _declared_together(self, start: int, end: int) -> list[Step]:
        """DECLARE @a int = 1, @b text = 'x', or DECLARE c CURSOR FOR query (T-SQL)."""
        found: list[Step] = []
        for begin, behind in _listed(self.tokens, start, end):
            self.at = begin
            found += self._declaration(behind)
        self.at = end
        self._completed()
        return found

    def _handler(self) -> list[Step]:
        """DECLARE EXIT HANDLER FOR SQLEXCEPTION statement (MySQL, Databricks): it runs when something fails."""
        start, end = self.at, self._end(self.at)
        at = next((a for a in range(start, end) if self.tokens[a].upper == "FOR"), end) + 1
        while at < end and (self.tokens[at].text == "," or self.tokens[at].upper in _CONDITIONS or at == start + 4):
            at += 2 if self.tokens[at].upper == "SQLSTATE" and self._word(at - self.at + 1) != "VALUE" else 1
            if self.tokens[at - 1].upper == "VALUE" or self.tokens[at - 1].upper == "NOT":
                at += 1
        self.at = at
        if at < end and self.tokens[at].upper == "BEGIN":
            self._push("BEGIN", possible=True, handles=True)
            self.at += 1
            return []
        self._push("ONE", possible=True, handles=True)
        return self._statement(at, end) if at < end else []

    def set_(self) -> list[Step] | None:
        """SET x = value, SET @x = value, @y = value, SET (x, y) = (1, 2): settings look alike."""
        if self._plain or (self._body and self.dialect.name in ("postgres", "redshift")):
            return None
        start, end = self.at, self._end(self.at)
        begin = start + 1
        if begin < end and self.tokens[begin].upper in ("VAR", "VARIABLE"):
            begin += 1
        found: list[Step] = []
        for first, behind in _listed(self.tokens, begin, end):
            sign = first + 1
            if sign < behind and self.tokens[sign].text == "+" and behind > sign + 2:  # SET @x += value
                found += self._valued((), sign + 2, behind)
                found.append(self._added(first, sign, behind))
                continue
            if sign >= behind or self.tokens[sign].text not in ("=", ":="):
                break
            found += self._valued((_bare(self.tokens[first]),), sign + 1, behind)
        if self.tokens[begin : begin + 1] and self.tokens[begin].text == "(":
            found = self._reading(begin, end)
        rest = self._step(What.STATEMENT, start, end)
        self.at = end
        self._completed()
        return [*found, rest] if not found or not self._batches else found

    def _added(self, first: int, sign: int, behind: int) -> Step:
        name = self.tokens[first]
        return self._step(
            What.ASSIGNMENT,
            first,
            behind,
            names=(_bare(name),),
            value=(name, self.tokens[sign], *self.tokens[sign + 2 : behind]),
        )

    def let(self) -> list[Step] | None:
        """LET x := value, LET x text DEFAULT value, LET c CURSOR FOR query (Snowflake)."""
        if self._plain:
            return None
        end = self._end(self.at)
        self.at += 1
        return self._declaration(end)

    def return_(self) -> list[Step] | None:
        if self._plain:
            return None
        start, end = self.at, self._end(self.at)
        self.at = end
        if self.tokens[start + 1 : start + 2] and self.tokens[start + 1].upper == "QUERY":
            verb = self.tokens[start + 2].upper if start + 2 < end else ""
            return self._statement(start + 2, end) if verb == "EXECUTE" else self._reading(start + 2, end)
        found = self._reading(start + 1, end)
        self._completed()
        return found

    def idle(self) -> list[Step] | None:
        scripted = self._frames or self._body or self._batches or self.dialect.name == "bigquery"
        if self._plain or not scripted:
            return None
        start, self.at = self.at, self._end(self.at)
        found = self._reading(start + 1, self.at) if self.tokens[start].upper == "ASSERT" else []
        self._completed()
        return found

    def update(self) -> list[Step] | None:
        """UPDATE STATISTICS t changes no row (T-SQL)."""
        return self.idle() if self._batches and self._word(1) == "STATISTICS" else None

    def perform(self) -> list[Step] | None:
        """PERFORM f(x) FROM t is a SELECT whose rows nobody gets (plpgsql)."""
        if not self._body:
            return None
        start, end = self.at, self._end(self.at)
        self.at = end
        return [self._step(What.READ, start, end, f"SELECT {self._slice(start + 1, end)}")]

    def open_(self) -> list[Step] | None:
        """OPEN c FOR query."""
        start, end = self.at, self._end(self.at)
        at = next((a for a in range(start, end) if self.tokens[a].upper == "FOR"), end)
        if self._plain or at >= end:
            return None
        self.at = end
        if self.tokens[at + 1 : at + 2] and self.tokens[at + 1].upper == "EXECUTE":
            return self._statement(at + 1, end)
        return self._reading(at + 1, end)

    def with_(self) -> list[Step] | None:
        """WITH p AS PROCEDURE () ... AS $$ ... $$ CALL p(): a procedure for one call (Snowflake)."""
        start = self.at
        if (self._word(2), self._word(3)) != ("AS", "PROCEDURE"):
            return None
        body = next((at for at in range(start, self._end(start)) if self.tokens[at].kind is Kind.STRING), None)
        if body is None:
            return None
        name, _ = chain(self.tokens, start + 1, self.dialect)
        routine = Routine("PROCEDURE", name, (), literal_text(self.tokens[body], self.dialect))
        self.at = body + 1
        return [self._step(What.ROUTINE, start, body + 1, routine=routine)]

    def create(self) -> list[Step] | None:
        start = self.at
        if not is_routine([token.upper for token in self.tokens[start + 1 : start + 9]]):
            return None
        limit = end_of_batch(self.tokens, start, self.text) if self._batches else len(self.tokens)
        if "PACKAGE" in [token.upper for token in self.tokens[start + 1 : start + 6]]:
            members, self.at = package_at(self.text, self.tokens, start, self.dialect)
            return [self._step(What.ROUTINE, start, start, routine=member) for member in members]
        routine, end = routine_at(self.text, self.tokens, start, limit, self.dialect)
        if end <= start:
            return None
        self.at = end
        step = self._step(What.ROUTINE, start, end, routine=routine)
        self._completed()
        return [step]


_THEN, _WHEN, _DO = frozenset({"THEN"}), frozenset({"WHEN"}), frozenset({"DO", "LOOP"})
_SOURCE, _END = frozenset({"IN", "AS"}), frozenset({"END"})
_LABELLED = _LOOPS | {"BEGIN", "CASE", "IF"}
_CONDITIONS = words("SQLEXCEPTION SQLWARNING NOT FOUND SQLSTATE VALUE")
_MOST_NAMES = 50

_READERS: dict[str, Callable[[Script], list[Step] | None]] = {
    "BEGIN": Script.begin,
    "END": Script.end,
    "IF": Script.if_,
    "ELSEIF": Script.if_,
    "ELSIF": Script.if_,
    "ELSE": Script.else_,
    "WHEN": Script.when,
    "CASE": Script.case,
    "EXCEPTION": Script.exception,
    "LOOP": Script.loop,
    "REPEAT": Script.loop,
    "WHILE": Script.while_,
    "FOR": Script.for_,
    "FOREACH": Script.for_,
    "UNTIL": Script.until,
    "DECLARE": Script.declare,
    "SET": Script.set_,
    "LET": Script.let,
    "PERFORM": Script.perform,
    "OPEN": Script.open_,
    "WITH": Script.with_,
    "CREATE": Script.create,
    "ALTER": Script.create,
    "REPLACE": Script.create,
    **dict.fromkeys(_IDLE, Script.idle),
    "UPDATE": Script.update,
    "RETURN": Script.return_,
}


def _bare(token: Token) -> str:
    """A variable's name as we remember it: without the sign before it, in small letters."""
    return token.text.lstrip("@:$").strip('"`').lower()


def _listed(tokens: Sequence[Token], start: int, end: int) -> Iterator[tuple[int, int]]:
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


def _outside(tokens: Sequence[Token], start: int, end: int) -> Iterator[int]:
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


def _behind_block(tokens: Sequence[Token], at: int) -> int:
    return behind_block(tokens, at, len(tokens))
