"""The words of a script that open and close: BEGIN and END, IF, CASE, loops, exception handlers.

Each reader steps over its words and gives what they read on the way (a condition, the query of a loop); None where the
words do not stand in their form, and what they begin is an ordinary statement.
"""

from __future__ import annotations

from lineagebot.sql.batches import end_of_statement
from lineagebot.sql.script import LOOPS, Script, Step, What, bare
from lineagebot.sql.tokens import words

#: BEGIN followed by one of these starts a transaction.
_TRANSACTION = words(
    "TRANSACTION TRAN WORK ISOLATION DEFERRABLE READ NAME DEFERRED IMMEDIATE EXCLUSIVE DISTRIBUTED CONCURRENT"
)
_CLOSED_BY_NAME = LOOPS | {"IF", "CASE"}
_THEN, _WHEN, _DO = frozenset({"THEN"}), frozenset({"WHEN"}), frozenset({"DO", "LOOP"})
_SOURCE, _END = frozenset({"IN", "AS"}), frozenset({"END"})
_LABELLED = LOOPS | {"BEGIN", "CASE", "IF"}
_CONDITIONS = words("SQLEXCEPTION SQLWARNING NOT FOUND SQLSTATE VALUE")


def begin(script: Script) -> list[Step] | None:
    after = script.word(1)
    if script.has_batches:
        if after in ("TRAN", "TRANSACTION", "DISTRIBUTED"):
            return None
        catch = after == "CATCH"
        script.push("BEGIN", possible=catch, handles=catch)
        script.at += 2 if after in ("TRY", "CATCH") else 1
        return []
    script.declaring = False
    if script.is_plain or after in _TRANSACTION or (not script.is_body and not script.frames and after in ("", ";")):
        return None
    script.push("BEGIN")
    script.at += 3 if (after, script.word(2)) == ("NOT", "ATOMIC") else 2 if after == "ATOMIC" else 1
    return []


def end_(script: Script) -> list[Step] | None:
    if not script.frames:
        return None
    script.completed()
    what = script.word(1)
    named = "BEGIN" if script.has_batches else what if what in _CLOSED_BY_NAME else "BEGIN"
    while script.frames:
        closed = script.top()
        script.pop()
        if closed == named or (named == "BEGIN" and closed == "CASE") or (named == "LOOP" and closed in LOOPS):
            break
    if script.has_batches:
        script.at += 2 if what in ("TRY", "CATCH") else 1
        if script.word() == "ELSE":
            return []
        script.completed()
        return []
    script.at = script.behind(script.at)
    return []


#: What FORALL may run.
_FOR_ALL = frozenset({"INSERT", "UPDATE", "DELETE", "MERGE", "EXECUTE"})


def if_(script: Script) -> list[Step] | None:
    start = script.at
    if script.has_batches:
        return _one(script, start + 1)
    then = None if script.is_plain else script.find(start + 1, _THEN)
    if then is None:
        return None
    condition = script.reading(start + 1, then)
    if script.tokens[start].upper == "IF":
        script.push("IF", possible=True)
    script.at = then + 1
    return condition


def _one(script: Script, start: int) -> list[Step]:
    """IF or WHILE of T-SQL: a condition without a word at its end, and one statement."""
    end = end_of_statement(script.tokens, start, script.text, condition=True)
    condition = script.reading(start, end)
    script.push("ONE", possible=True)
    script.at = end
    return condition


def else_(script: Script) -> list[Step] | None:
    if script.has_batches:
        script.push("ONE", possible=True)
        script.at += 1
        return []
    if script.top() not in ("IF", "CASE"):
        return None
    script.at += 1
    return []


def when(script: Script) -> list[Step] | None:
    if not (script.top() == "CASE" or (script.frames and script.frames[-1].handles)):
        return None
    then = script.find(script.at + 1, _THEN)
    if then is None:
        return None
    condition = script.reading(script.at + 1, then)
    script.at = then + 1
    return condition


def case(script: Script) -> list[Step] | None:
    if script.is_plain or script.has_batches:
        return None
    when = script.find(script.at + 1, _WHEN)
    if when is None:
        return None
    condition = script.reading(script.at + 1, when)
    script.push("CASE", possible=True)
    script.at = when
    return condition


def exception(script: Script) -> list[Step] | None:
    if script.has_batches or script.top() != "BEGIN" or script.word(1) != "WHEN":
        return None
    script.handles_from_here()
    script.at += 1
    return []


def loop(script: Script) -> list[Step] | None:
    if script.is_plain or script.has_batches or script.word(1) in ("", "("):
        return None
    script.push(script.word(), possible=True)
    script.at += 1
    return []


def while_(script: Script) -> list[Step] | None:
    if script.has_batches:
        return _one(script, script.at + 1)
    return None if script.is_plain else _loop_with(script, script.at + 1)


def _loop_with(script: Script, start: int) -> list[Step] | None:
    do = script.find(start, _DO)
    if do is None:
        return None
    condition = script.reading(start, do)
    script.push(script.tokens[script.at].upper, possible=True)
    script.at = do + 1
    return condition


def for_(script: Script) -> list[Step] | None:
    """FOR x IN (query) DO, FOR x IN query LOOP, FOR x AS query DO, FOR x IN EXECUTE 'text' LOOP."""
    if script.is_plain or script.has_batches:
        return None
    source = script.find(script.at + 1, _SOURCE)
    if source is None:
        return None
    row = script.step(What.ASSIGNMENT, source, source, names=(bare(script.tokens[script.at + 1]),))
    if script.tokens[source + 1 : source + 2] and script.tokens[source + 1].upper == "EXECUTE":
        do = script.find(source, _DO)
        if do is None:
            return None
        run = script.step(What.STATEMENT, source + 1, do)
        script.push("FOR", possible=True)
        script.at = do + 1
        return [row, run]
    looped = _loop_with(script, source + 1)
    return None if looped is None else [row, *looped]


def forall(script: Script) -> list[Step] | None:
    """FORALL i IN 1 .. n SAVE EXCEPTIONS DELETE FROM t WHERE id = ids(i) (Oracle): one for each."""
    if script.dialect.name != "oracle":
        return None
    end = script.behind(script.at)
    verb = next((at for at in range(script.at + 1, end) if script.tokens[at].upper in _FOR_ALL), end)
    if verb == end:
        return None
    script.push("ONE", possible=True)
    script.at = verb
    return []


def until(script: Script) -> list[Step] | None:
    if script.top() != "REPEAT":
        return None
    end = script.find(script.at + 1, _END)
    if end is None:
        return None
    condition = script.reading(script.at + 1, end)
    script.at = end
    return condition


def handler(script: Script) -> list[Step]:
    """DECLARE EXIT HANDLER FOR SQLEXCEPTION statement (MySQL, Databricks): it runs when something fails."""
    start, end = script.at, script.behind(script.at)
    at = next((a for a in range(start, end) if script.tokens[a].upper == "FOR"), end) + 1
    while at < end and (script.tokens[at].text == "," or script.tokens[at].upper in _CONDITIONS or at == start + 4):
        at += 2 if script.tokens[at].upper == "SQLSTATE" and script.word(at - script.at + 1) != "VALUE" else 1
        if script.tokens[at - 1].upper == "VALUE" or script.tokens[at - 1].upper == "NOT":
            at += 1
    script.at = at
    if at < end and script.tokens[at].upper == "BEGIN":
        script.push("BEGIN", possible=True, handles=True)
        script.at += 1
        return []
    script.push("ONE", possible=True, handles=True)
    return script.statement(at, end) if at < end else []


def label(script: Script) -> bool:
    """name: LOOP, <<name>>."""
    if script.word() == "<" and script.word(1) == "<":
        script.at += 2
        while script.at < len(script.tokens) and script.tokens[script.at].text != ">":
            script.at += 1
        script.at += 2
        return True
    if script.word(1) == ":" and (script.word(2) in _LABELLED or script.has_batches):
        script.at += 2
        return True
    return False
