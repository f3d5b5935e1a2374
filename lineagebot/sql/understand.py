"""The front door: any text in, what it means out. It never raises; what it cannot read it says in a Problem."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from lineagebot.model import Problem, Session, Understanding
from lineagebot.sql.by_hand.head import head_of
from lineagebot.sql.by_hand.stumbling import without_stumbling
from lineagebot.sql.by_hand.table import read_by_hand
from lineagebot.sql.catalog import Catalog
from lineagebot.sql.destructive import suspicion
from lineagebot.sql.dialects import Dialect, dialect_of
from lineagebot.sql.effects import meaning_of
from lineagebot.sql.meaning import Context, Meaning
from lineagebot.sql.parse import Piece, parse, pieces
from lineagebot.sql.script import Script

#: Most statements of one text that are read one by one.
MAX_STATEMENTS = 10_000
#: What a reader raises on a tree that it does not expect. A test holds that no known statement gets there.
MISTAKES = (AttributeError, TypeError, KeyError, IndexError, ValueError, AssertionError)
GAVE_UP = "Our reader gave up on this statement"
#: Most statements inside each other.
MAX_DEPTH = 5
#: Of a text that is not read, so much is searched for destructive words.
_SEARCHED = 300_000


def understand(text: str, dialect: str, session: Session, catalog: Catalog) -> Understanding:
    """What the text does, reads and feeds; see `model.Understanding`. Pure; equal arguments give equal answers."""
    found: list[Meaning] = []
    kept = 0  # what was done before the last COMMIT cannot be taken back
    path = session.search_path
    known = dialect_of(dialect)
    for meaning in meanings(text, known, session, catalog):
        if meaning.stored:
            continue
        found.append(meaning)
        if meaning.session is not None:
            session = meaning.session
            path = path if meaning.local else session.search_path
        if meaning.commits is not None:
            if not meaning.commits:
                found[kept:] = [_taken_back(m) for m in found[kept:]]
            kept = len(found)
            session = replace(session, search_path=path)
    return _together(found, replace(session, search_path=path))


def meanings(text: str, dialect: Dialect, session: Session, catalog: Catalog) -> Iterator[Meaning]:
    """What each statement means, in order, each read against what those before it left."""
    script = Script(dialect)
    path = session.search_path
    for position, piece in enumerate(pieces(text, dialect)):
        if position == MAX_STATEMENTS:
            yield _not_read(piece, dialect)
            return
        inner, certainty = script.enter(piece)
        if inner is None:
            continue
        context = Context(dialect, session, catalog, inner.text, position, certainty)
        meaning = _meaning(inner, context)
        if script.stored:  # what it says is known, but has not happened
            yield replace(meaning, stored=True)
            continue
        yield meaning
        if meaning.session is not None:
            session = meaning.session
            path = path if meaning.local else session.search_path
        if meaning.commits is not None:
            session = replace(session, search_path=path)
        if meaning.effects:
            catalog = catalog.after(meaning.effects)


def _meaning(piece: Piece, context: Context) -> Meaning:
    by_hand = read_by_hand(context, _meaning_of_text)
    return by_hand if by_hand is not None else _parsed(piece, context)


def _parsed(piece: Piece, context: Context) -> Meaning:
    tree = parse(piece, context.dialect)
    if not isinstance(tree, Problem):
        try:
            meaning = meaning_of(tree, context)
        except RecursionError:
            return _suspected(Problem("This statement is nested too deeply to be read.", line=piece.line), context)
        except MISTAKES as mistake:
            # The parser gives trees in shapes that nobody has met; one of them must not cost a page of the log.
            return _suspected(Problem(f"{GAVE_UP} ({type(mistake).__name__}).", line=piece.line), context)
        if isinstance(meaning, Meaning):
            return meaning
        tree = Problem(meaning, line=piece.line)
    otherwise = without_stumbling(context) if context.depth <= MAX_DEPTH else None
    if otherwise is not None:
        again = _meaning_of_text(otherwise, context)
        if not again.problems:
            return again
    return _suspected(tree, context)


def _meaning_of_text(text: str, context: Context) -> Meaning:
    """Of a statement that stands inside another one (EXPLAIN ANALYZE ..., DECLARE c CURSOR FOR ...)."""
    inner = pieces(text, context.dialect)
    if len(inner) != 1 or context.depth > MAX_DEPTH:
        return Meaning(problems=(Problem("The statement inside this one is not understood."),))
    return _meaning(inner[0], replace(context, text=text, depth=context.depth + 1))


def _suspected(problem: Problem, context: Context) -> Meaning:
    """A statement that was not understood: what its words let one fear."""
    fear = suspicion(context.text[:_SEARCHED], context.dialect)
    touched = tuple(dict.fromkeys(context.target(parts).key for parts in fear.names))
    head = head_of(context)
    return Meaning(
        effects=head,
        problems=(replace(problem, looks_destructive=fear.looks_destructive, touches=touched),),
        literals_matter=True,
    )


def _not_read(piece: Piece, dialect: Dialect) -> Meaning:
    rest = piece.sql[piece.start :]
    problem = Problem(
        f"This text holds more than {MAX_STATEMENTS:,} statements; the rest is not read.",
        line=piece.line,
        looks_destructive=suspicion(rest[:_SEARCHED], dialect).looks_destructive or len(rest) > _SEARCHED,
    )
    return Meaning(problems=(problem,))


def _taken_back(meaning: Meaning) -> Meaning:
    return replace(meaning, effects=(), edges=())


def _together(found: list[Meaning], session: Session) -> Understanding:
    if len(found) == 1:
        one = found[0]
        return Understanding(
            effects=one.effects,
            reads=one.reads,
            edges=one.edges,
            outputs=one.outputs,
            problems=one.problems,
            literals_matter=one.literals_matter,
            session_after=session,
            statements=1,
            understood=0 if one.problems else 1,
        )
    return Understanding(
        effects=tuple(effect for meaning in found for effect in meaning.effects),
        reads=tuple(dict.fromkeys(read for meaning in found for read in meaning.reads)),
        edges=tuple(dict.fromkeys(edge for meaning in found for edge in meaning.edges)),
        outputs=found[-1].outputs if found else (),
        problems=tuple(problem for meaning in found for problem in meaning.problems),
        literals_matter=any(meaning.literals_matter for meaning in found),
        session_after=session,
        statements=len(found),
        understood=sum(not meaning.problems for meaning in found),
    )
