"""Run a text in the head: each statement is read against what those before it left.

Code that a statement runs (EXECUTE IMMEDIATE 'text', DO, CALL of a routine that is known) is read in its place; what is
only stored is read too, and marked so. Caps hold on how deep code runs code and on how many statements are read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from lineagebot.model import Certainty, Effect, How, Problem, Session, TemporaryRelation
from lineagebot.sql.acts import Calls, Forgets, Manner, Parts, Prepares, RollsBack, Runs
from lineagebot.sql.catalog import Catalog, paths
from lineagebot.sql.delimiter import with_semicolons
from lineagebot.sql.destructive import SEARCHED, mentions_destruction, suspicion, suspicion_of_code, suspicion_of_text
from lineagebot.sql.dialects import Dialect
from lineagebot.sql.meaning import Context, Meaning, Memory, new_context
from lineagebot.sql.outcome import Found, Outcomes
from lineagebot.sql.parse import Piece, Source, Tokens, piece_of, pieces, tokens_of
from lineagebot.sql.routine import Routine
from lineagebot.sql.script import Step, What
from lineagebot.sql.script_end import taken_apart
from lineagebot.sql.scripting import is_script, steps_of
from lineagebot.sql.session import with_temporary
from lineagebot.sql.told import HOLE, MOST, told

#: Most statements of one text that are read one by one.
MAX_STATEMENTS = 10_000
#: Most levels of code that runs code.
MAX_CODE = 6

_QUOTES = re.compile(r"[\"'`$]")
_TEMPORARY = re.compile(r"\s*CREATE\s+(?:OR\s+REPLACE\s+)?TEMP", re.IGNORECASE)

#: Where a routine's own schema, not the caller's, is what the bare names of its body stand in.
_OWNERS_NAMES = frozenset({"snowflake", "tsql"})

# Looked up once: an enum gives its members slowly.
_POSSIBLE, _CERTAIN = Certainty.POSSIBLE, Certainty.CERTAIN

Read = Callable[[Piece, Context], Meaning]


class Run:
    """One text, from its first statement to its last."""

    def __init__(self, dialect: Dialect, session: Session, catalog: Catalog, read: Read) -> None:
        self.dialect = dialect
        self.session = session
        self._catalog = catalog
        #: What has happened since that catalog: most texts end before anybody asks.
        self._since: list[Effect] = []
        self.memory = Memory(prepared=dict(session.prepared))
        self.outcomes = Outcomes(dialect)
        self._read = read
        #: The search path that a SET LOCAL leaves behind at the end of the transaction.
        self._path = session.search_path
        self._count = 0
        self._position = -1
        self._depth = 0
        #: How many branches and bodies we stand in.
        self._possible = self._stored = 0
        self._body = False
        self._handles = False

    @property
    def catalog(self) -> Catalog:
        """As the statements so far left it."""
        if self._since:
            self._catalog = self._catalog.after(self._since)
            self._since = []
        return self._catalog

    @catalog.setter
    def catalog(self, catalog: Catalog) -> None:
        self._catalog, self._since = catalog, []

    def text(self, text: str, tokens: Tokens | None = None) -> list[Found]:
        if self.dialect.name in ("mysql", "ansi"):
            text, before = with_semicolons(text), text
            tokens = tokens if text == before else None
        if tokens is None:
            tokens = tokens_of(text, self.dialect.parser)
        found = pieces(text, self.dialect, tokens)
        if is_script(found, self.dialect):
            source = Source(text, tokens) if tokens is not None else None
            steps, found = taken_apart(found, text, self.dialect)
            for step in steps:
                self._position += 1
                if not self._counted(step.text):
                    break
                self._step(step, source)
        for piece in found:
            self._position += 1
            if not self._counted(piece.sql, piece.start):
                break
            self._statement(piece)
        return self.outcomes.found

    def end(self) -> Session:
        """The session as the text leaves it."""
        if self.memory.prepared or self.session.prepared:
            prepared = tuple((name, text) for name, text in self.memory.prepared.items() if text is not None)
            if prepared != self.session.prepared:
                self.session = replace(self.session, prepared=prepared)
        if self._path != self.session.search_path:
            self.session = replace(self.session, search_path=self._path)
        return self.session

    def _counted(self, text: str, since: int = 0) -> bool:
        self._count += 1
        if self._count == MAX_STATEMENTS + 1:
            rest = text[since:]
            fear = suspicion(rest[:SEARCHED], self.dialect)
            message = f"This text holds more than {MAX_STATEMENTS:,} statements; the rest is not read."
            self._say(message, fear.looks_destructive or len(rest) > SEARCHED, fear.names)
        return self._count <= MAX_STATEMENTS

    def _say(self, message: str, looks_destructive: bool = False, names: tuple[Parts, ...] = ()) -> None:
        context = self._context("")
        touches = tuple(dict.fromkeys(context.target(parts).key for parts in names))
        problem = Problem(message, looks_destructive=looks_destructive and not self._stored, touches=touches)
        self._add(Meaning(problems=(problem,), literals_matter=True))

    # -- one step ----------------------------------------------------------------------------------------------------

    def _step(self, step: Step, source: Source | None = None) -> None:
        handles, self._handles = self._handles, step.handles
        self._possible += step.possible
        if step.what is What.STATEMENT:
            piece = source.piece(step.start, step.end) if source is not None and step.start >= 0 else None
            self._statement(piece or piece_of(step.text, self.dialect, step.lines_before))
        elif step.what is What.READ:
            self._statement(piece_of(step.text, self.dialect, step.lines_before), quiet=True)
        elif step.what is What.ASSIGNMENT:
            self._assign(step)
        elif step.what is What.ROUTINE:
            self._define(step)
        else:
            self.memory.variables.clear()
        self._possible -= step.possible
        self._handles = handles

    def _context(self, text: str) -> Context:
        return new_context(
            self.dialect,
            self.session,
            self.catalog,
            text,
            max(0, self._position),
            _POSSIBLE if self._possible else _CERTAIN,
            memory=self.memory,
            in_body=self._body,
        )

    def _statement(self, piece: Piece, *, quiet: bool = False) -> None:
        context = self._context(piece.text)
        meaning = self._read(piece, context)
        if quiet:  # its rows go to a variable, a condition or a cursor
            meaning = replace(meaning, outputs=(), flows=())
        act = meaning.act
        if act is None:
            self._add(meaning)
            self._take(meaning)
        elif isinstance(act, Runs):
            self._add(Meaning(literals_matter=True))
            self._run(act)
        elif isinstance(act, Calls):
            self._call(act, meaning)
        else:
            self._add(meaning)
            self._note(meaning)

    def _add(self, meaning: Meaning) -> None:
        if self._stored and not meaning.stored:
            problems = tuple(replace(problem, looks_destructive=False) for problem in meaning.problems)
            meaning = replace(meaning, stored=True, problems=problems)
        self.outcomes.add(meaning, max(0, self._position), self.session, self.catalog)

    def _take(self, meaning: Meaning) -> None:
        """The session and the catalog go on as the statement left them."""
        if meaning.session is not None:
            self.session = meaning.session
            self._path = self._path if meaning.local else self.session.search_path
        self._since.extend(meaning.effects)

    def _note(self, meaning: Meaning) -> None:
        act = meaning.act
        if isinstance(act, Prepares):
            self.memory.prepared[act.name] = act.text
        elif isinstance(act, Forgets):
            if act.name:
                self.memory.prepared.pop(act.name, None)
            else:
                self.memory.prepared.clear()
        elif act is not None and not self._stored:
            before = self.session
            self.session, self.catalog = self.outcomes.ends(
                act, before, self.catalog, possible=self._possible > 0, handles=self._handles
            )
            if isinstance(act, RollsBack) and not act.to and self.session is not before:
                self._path = self.session.search_path  # what the transaction set is taken back with it
            if self.session.search_path != self._path:
                self.session = replace(self.session, search_path=self._path)

    def _assign(self, step: Step) -> None:
        """In a branch a variable keeps what it may have had; what a loop adds to itself has a hole at its end."""
        variables = self.memory.variables
        found = told(step.value, variables, self.dialect) if step.value else ()
        texts = tuple(one.text for one in found if one.whole or one.text.replace(HOLE, ""))
        names = {token.text.lstrip("@:$").lower() for token in step.value} if step.looping else set()
        for name in step.names:
            mine = tuple(f"{text}{HOLE}" for text in texts) if name in names else texts
            if step.possible and variables.get(name) and name not in names:
                mine = tuple(dict.fromkeys((*variables[name], *mine)))
            variables[name] = mine if len(mine) <= MOST else ()

    # -- code --------------------------------------------------------------------------------------------------------

    def _run(self, act: Runs) -> None:
        several = len(act.texts) > 1
        self._possible += several
        for text in act.texts:
            self._code(text, act.manner)
        self._possible -= several

    def _call(self, act: Calls, meaning: Meaning) -> None:
        routine = self._routine(act.name)
        if routine is None or routine.body is None:
            self._add(meaning if routine is None else self._feared(meaning, routine))
            return
        self._add(Meaning(literals_matter=True))
        if self._stored:
            return  # it is enough to say once what a routine does
        around, self.memory.variables = self.memory.variables, {}
        for at, (name, texts) in enumerate(act.arguments):
            named = name or (routine.parameters[at] if at < len(routine.parameters) else "")
            self.memory.variables[named] = texts
        for name in routine.parameters:
            self.memory.variables.setdefault(name, ())
        session, path = self.session, self._path
        self.session = around_body = self._of_owner(routine, act.name)
        self._code(routine.body, routine.manner)
        if around_body is not session:
            self.session = replace(self.session, database=session.database, search_path=session.search_path)
            self._path = path
        self.memory.variables = around

    def _of_owner(self, routine: Routine, written: Parts) -> Session:
        """Where bare names of a body lead: in some dialects to the schema that the routine stands in."""
        if self.dialect.name not in _OWNERS_NAMES or (routine.as_caller and self.dialect.name == "snowflake"):
            return self.session
        path = paths(written, self.session)[0]
        if len(path) < 2 or not self.session.search_path:
            return self.session
        return replace(self.session, database=path[-3] if len(path) > 2 else None, search_path=(path[-2],))

    def _feared(self, meaning: Meaning, routine: Routine) -> Meaning:
        """A call of code in a language which we do not read: the SQL in its strings lets one fear."""
        fear = suspicion_of_text(_QUOTES.sub(" ", routine.foreign[:SEARCHED]), self.dialect)
        if not fear.looks_destructive:
            return meaning
        touches = tuple(dict.fromkeys(self._context("").target(parts).key for parts in fear.names))
        problems = tuple(replace(one, looks_destructive=True, touches=touches) for one in meaning.problems)
        return replace(meaning, problems=problems)

    def _routine(self, name: Parts) -> Routine | None:
        """What the text defined, else what the catalog knows the definition of."""
        if not name:
            return None
        routines = self.memory.routines
        found = routines.get(name) or routines.get(name[-1:]) if len(name) > 1 else routines.get(name)
        if found is None:
            found = next((r for key, r in routines.items() if key[-len(name) :] == name), None)
        if found is not None:
            return found
        relation = self.catalog.find(name, self.session)
        definition = relation.definition if relation is not None else None
        if not definition:
            return None
        return next(
            (s.routine for s in steps_of(definition, self.dialect, Manner.CLIENT) if s.routine is not None), None
        )

    def _define(self, step: Step) -> None:
        routine = step.routine
        if routine is None or routine.body is None:
            if routine is not None:
                self.memory.routines[routine.name] = routine
            self._statement(piece_of(step.text, self.dialect, step.lines_before))
            return
        self._add(Meaning(literals_matter=True))
        self.memory.routines[routine.name] = routine
        session, catalog, path = self.session, self.catalog, self._path
        memory, self.memory = self.memory, Memory(routines=self.memory.routines)
        self.memory.variables = dict.fromkeys(routine.parameters, ())
        if routine.kind == "TRIGGER":
            self._fire(routine)
        # A temporary function lives for this text alone, which is where it is used: what it reads, the text reads.
        stored = not (routine.manner is Manner.EXPRESSION and _TEMPORARY.match(step.text))
        self._stored += stored
        self._code(routine.body, routine.manner)
        self._stored -= stored
        self.memory = memory
        self.session, self.catalog, self._path = session, catalog, path

    def _fire(self, routine: Routine) -> None:
        """What a trigger calls the rows that fire it: NEW and OLD, or the tables inserted and deleted (T-SQL)."""
        self.memory.variables.update({"new": (), "old": ()})
        if not routine.table or self.dialect.name != "tsql":
            return
        key = self._context("").target(routine.table).key
        for name in ("inserted", "deleted"):
            rows = TemporaryRelation(name, (), (("*", ((key, None, How.COPIED),)),), (), (key,))
            self.session = with_temporary(self.session, rows)

    def _code(self, text: str, manner: Manner) -> None:
        """A text inside of this one; its statements stand at the place of the one that runs it."""
        if self._depth >= MAX_CODE:
            fear = suspicion_of_code(text[:SEARCHED], self.dialect)
            looks = fear.looks_destructive or mentions_destruction(text)
            self._say(f"Code that runs code more than {MAX_CODE} levels deep is not read.", looks, fear.names)
            return
        self._depth += 1
        body, self._body = self._body, manner is Manner.BODY
        for step in self._steps(text, manner):
            if not self._counted(text):
                break
            self._step(step)
        self._body = body
        self._depth -= 1

    def _steps(self, text: str, manner: Manner) -> Iterator[Step]:
        if manner is Manner.EXPRESSION:
            upper = text.lstrip().upper()
            if "SELECT" in upper:
                is_query = upper.startswith(("SELECT", "WITH"))
                yield Step(What.READ, text if is_query else f"SELECT {text}")
            return
        if manner is Manner.CLIENT:
            found = pieces(text, self.dialect)
            if not is_script(found, self.dialect):
                for piece in found:
                    yield Step(What.STATEMENT, piece.text, piece.lines_before)
                return
        yield from steps_of(text, self.dialect, manner)
