"""The front door: any text in, what it means out. It never raises; what it cannot read it says in a Problem."""

from __future__ import annotations

import gc
from dataclasses import replace

from sqlglot.errors import SqlglotError

from lineagebot.model import Problem, Session, Understanding
from lineagebot.sql.by_hand.head import head_of
from lineagebot.sql.by_hand.output import with_output
from lineagebot.sql.by_hand.respelled import respelled
from lineagebot.sql.by_hand.stumbling import without_stumbling
from lineagebot.sql.by_hand.table import read_by_hand
from lineagebot.sql.catalog import Catalog
from lineagebot.sql.destructive import SEARCHED, mentions_destruction, suspicion
from lineagebot.sql.dialects import Dialect, dialect_of
from lineagebot.sql.effects import meaning_of
from lineagebot.sql.meaning import Context, Meaning
from lineagebot.sql.outcome import Found
from lineagebot.sql.parse import MAX_LENGTH, Piece, Tokens, parse, pieces
from lineagebot.sql.quick import new_understanding
from lineagebot.sql.run import Run

#: What a reader raises on a tree that it does not expect. A test holds that no known statement gets there.
MISTAKES = (AttributeError, TypeError, KeyError, IndexError, ValueError, AssertionError, SqlglotError)
GAVE_UP = "Our reader gave up on this statement"
#: Most statements inside each other.
MAX_DEPTH = 5


def understand(
    text: str, dialect: str, session: Session, catalog: Catalog, tokens: Tokens | None = None
) -> Understanding:
    """What the text does, reads and feeds; see `model.Understanding`. Pure; equal arguments give equal answers.

    `tokens` are the text's, where they are at hand (from its fingerprint).
    """
    run = Run(dialect_of(dialect), session, catalog, _meaning)
    happened = [one for one in run.text(text, tokens) if not one.meaning.stored]
    return _together(happened, run.end())


def meanings(text: str, dialect: Dialect, session: Session, catalog: Catalog) -> list[Meaning]:
    """What each statement means, in order, what is only stored among them; what was rolled back has no effects."""
    return [one.meaning for one in found(text, dialect, session, catalog)]


def found(text: str, dialect: Dialect, session: Session, catalog: Catalog) -> list[Found]:
    """As `meanings`, each with the statement of the text that it is part of."""
    return Run(dialect, session, catalog, _meaning).text(text)


def _meaning(piece: Piece, context: Context) -> Meaning:
    if piece.end - piece.start > MAX_LENGTH:
        return _parsed(piece, context)  # which says so
    try:
        by_hand = read_by_hand(context, _meaning_of_text)
    except MISTAKES as mistake:
        return _suspected(Problem(f"{GAVE_UP} ({type(mistake).__name__}).", line=piece.line), context)
    return by_hand if by_hand is not None else _parsed(piece, context)


def _parsed(piece: Piece, context: Context) -> Meaning:
    """Without collecting garbage meanwhile: nearly all that is made lives until the statement is read."""
    if not gc.isenabled():
        return _read(piece, context)
    gc.disable()
    try:
        return _read(piece, context)
    finally:
        gc.enable()


def _read(piece: Piece, context: Context) -> Meaning:
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
    try:
        anew = _spelled_anew(context) if context.depth <= MAX_DEPTH else None
    except MISTAKES:  # the text is none that our rules have met
        anew = None
    return anew if anew is not None else _suspected(tree, context)


def _spelled_anew(context: Context) -> Meaning | None:
    """What the statement means in words that the parser knows; None where we know none."""
    handed_on = with_output(context, _meaning_of_text)
    if handed_on is not None:
        return handed_on
    for respell in (without_stumbling, respelled):
        otherwise = respell(context)
        if otherwise is not None:
            again = _meaning_of_text(otherwise, context)
            if not again.problems:
                return again
    return None


def _meaning_of_text(text: str, context: Context) -> Meaning:
    """Of a statement that stands inside another one (EXPLAIN ANALYZE ..., DECLARE c CURSOR FOR ...)."""
    inner = pieces(text, context.dialect)
    if len(inner) != 1 or context.depth > MAX_DEPTH:
        return Meaning(problems=(Problem("The statement inside this one is not understood."),))
    return _meaning(inner[0], replace(context, text=text, depth=context.depth + 1))


def _suspected(problem: Problem, context: Context) -> Meaning:
    """A statement that was not understood: what its words let one fear."""
    fear = suspicion(context.text[:SEARCHED], context.dialect)
    touched = tuple(dict.fromkeys(context.target(parts).key for parts in fear.names))
    looks = fear.looks_destructive or mentions_destruction(context.text, SEARCHED)
    head = head_of(context)
    return Meaning(
        effects=head,
        problems=(replace(problem, looks_destructive=looks, touches=touched),),
        literals_matter=True,
    )


def _together(found: list[Found], session: Session) -> Understanding:
    if len(found) == 1:
        one = found[0].meaning
        return new_understanding(
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
    all_of_it = [one.meaning for one in found]
    positions = {one.position for one in found}
    return Understanding(
        effects=tuple(effect for meaning in all_of_it for effect in meaning.effects),
        reads=tuple(dict.fromkeys(read for meaning in all_of_it for read in meaning.reads)),
        edges=tuple(dict.fromkeys(edge for meaning in all_of_it for edge in meaning.edges)),
        outputs=all_of_it[-1].outputs if found else (),
        problems=tuple(problem for meaning in all_of_it for problem in meaning.problems),
        literals_matter=any(meaning.literals_matter for meaning in all_of_it),
        session_after=session,
        statements=len(positions),
        understood=len(positions - {one.position for one in found if one.meaning.problems}),
    )
