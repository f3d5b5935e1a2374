"""Text in, syntax trees out, one for each statement: what one statement breaks does not cost the others.

The tokens are made once, cut at the semicolons and handed to the parser piece by piece. Texts are measured before they
are parsed: sqlglot's compiled parser can overrun the machine's own stack, which nothing catches.
"""

from __future__ import annotations

import logging
import re
import threading
from bisect import bisect_left
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from operator import attrgetter

import sqlglot
from sqlglot import exp
from sqlglot.errors import ErrorLevel, ParseError, SqlglotError
from sqlglot.tokenizer_core import Token as ParserToken
from sqlglot.tokenizer_core import TokenType

from lineagebot.model import Problem
from lineagebot.sql.dialects import Dialect
from lineagebot.sql.folding import folded
from lineagebot.sql.piping import teach
from lineagebot.sql.quick import quick
from lineagebot.sql.tokens import statements

#: Longest statement that is parsed, in characters; of a longer one only the head is read.
MAX_LENGTH = 1_000_000
#: Deepest nesting of brackets.
MAX_NESTING = 150
#: Deepest nesting of what doubles the parser's time with each level.
MAX_DOUBLING = 10
#: A word that stands that often in a row is no SQL (and a chain of [1][1][1] takes the parser quadratic time).
MAX_RUN = 100
#: Most tokens of one statement.
MAX_TOKENS = 300_000
#: Of a text with more tokens the long lists of literals are made short.
_MANY = 50_000
#: A statement of no more tokens holds nothing so deep that it does harm: what doubles takes two tokens a level.
_SMALL = 2 * MAX_DOUBLING
#: Below this length no word stands in a row often enough to do harm.
_HARMLESS = 8_000

# The parser warns on the log of what it does not know; we say it in a Problem.
logging.getLogger("sqlglot").disabled = True
teach()

_OPEN = frozenset({TokenType.L_PAREN, TokenType.L_BRACKET, TokenType.L_BRACE, TokenType.CASE})
_CLOSE = frozenset({TokenType.R_PAREN, TokenType.R_BRACKET, TokenType.R_BRACE, TokenType.END})
_BRACKETS = _OPEN | _CLOSE

Tokens = Sequence[ParserToken]


@dataclass(frozen=True, slots=True)
class Piece:
    """One statement, by its place in `sql`. `tokens` is None where the statement has no clean tokens."""

    sql: str
    start: int
    end: int
    tokens: Tokens | None
    #: Lines of the whole text before `sql`.
    lines_before: int = 0

    @property
    def text(self) -> str:
        return self.sql[self.start : self.end]

    @property
    def line(self) -> int:
        """1-based line of its beginning in the whole text."""
        return self.lines_before + self.sql.count("\n", 0, self.start) + 1


_new_piece = quick(Piece)


@cache
def grammar(parser: str) -> sqlglot.Dialect:
    """sqlglot's dialect of that name: making one anew costs as much as reading a short statement."""
    return sqlglot.Dialect.get_or_raise(parser)


class _Tools(threading.local):
    """A tokenizer and a parser of each grammar for each thread: making them costs as much as a short statement."""

    def __init__(self) -> None:
        self.tokenizers: dict[str, sqlglot.Tokenizer] = {}
        self.parsers: dict[str, sqlglot.Parser] = {}


_TOOLS = _Tools()


def tokens_of(text: str, parser: str) -> Tokens | None:
    """The parser's own tokens of a text; None where it is too long or cannot be cut into words."""
    if len(text) > MAX_LENGTH:
        return None
    tokenizer = _TOOLS.tokenizers.get(parser)
    if tokenizer is None:
        tokenizer = _TOOLS.tokenizers[parser] = grammar(parser).tokenizer()
    try:
        return tokenizer.tokenize(text)
    except (SqlglotError, ValueError, RecursionError):
        return None


def pieces(text: str, dialect: Dialect, tokens: Tokens | None = None) -> list[Piece]:
    """The statements of a text; empty ones (only comments between two semicolons) are left out.

    `tokens` are those of `tokens_of`, where somebody made them before.
    """
    if tokens is None:
        tokens = tokens_of(text, dialect.parser)
    if len(tokens) > _MANY if tokens is not None else len(text) > MAX_LENGTH:
        text = folded(text, dialect.lexis)
        tokens = tokens_of(text, dialect.parser)
    if tokens is None:
        return [_tokenized(start, end, text, dialect) for start, end in statements(text, dialect.lexis)]
    if ";" in text:
        return list(_cut(text, tokens))
    return [_new_piece(text, tokens[0].start, tokens[-1].end + 1, tokens)] if tokens else []


def _cut(sql: str, tokens: Tokens) -> Iterator[Piece]:
    begin = 0
    for at in _semicolons(sql, tokens):
        if at > begin:
            yield _new_piece(sql, tokens[begin].start, tokens[at - 1].end + 1, tokens[begin:at])
        begin = at + 1
    if len(tokens) > begin:
        yield _new_piece(sql, tokens[begin].start, tokens[-1].end + 1, tokens[begin:] if begin else tokens)


def _semicolons(sql: str, tokens: Tokens) -> Iterator[int]:
    """Which tokens they are: looked up by their place in the text, where that is less work than to ask every token."""
    if sql.count(";") * _LOOKED_UP > len(tokens):
        yield from (at for at, token in enumerate(tokens) if token.token_type is TokenType.SEMICOLON)
        return
    place = sql.find(";")
    at = 0
    while place >= 0:
        at = bisect_left(tokens, place, at, key=_start)
        if at < len(tokens) and tokens[at].start == place and tokens[at].token_type is TokenType.SEMICOLON:
            yield at
        place = sql.find(";", place + 1)


#: To look up one token takes as long as to ask so many.
_LOOKED_UP = 20


def _tokenized(start: int, end: int, text: str, dialect: Dialect) -> Piece:
    sql, before = text[start:end], text.count("\n", 0, start)
    return Piece(sql, 0, len(sql), tokens_of(sql, dialect.parser) or None, before)


def piece_of(statement: str, dialect: Dialect, lines_before: int = 0) -> Piece:
    """One statement that is known to be one, whatever stands in it."""
    piece = _tokenized(0, len(statement), statement, dialect)
    return replace(piece, lines_before=lines_before)


class Source:
    """A text with its tokens, out of which statements are cut as their places are found."""

    def __init__(self, text: str, tokens: Tokens) -> None:
        self._text = text
        self._tokens = tokens

    def piece(self, start: int, end: int) -> Piece | None:
        """The statement that stands there; None where no token of the parser's begins or ends so."""
        first = bisect_left(self._tokens, start, key=_start)
        behind = bisect_left(self._tokens, end, first, key=_start)
        inside = self._tokens[first:behind]
        if not inside or inside[0].start != start or inside[-1].end + 1 != end:
            return None
        return Piece(self._text, start, end, inside)


def has_word(piece: Piece, word: str, *, since: int) -> bool:
    """Whether one of its tokens, from that one on, is the word (in small letters): outside of strings and comments."""
    tokens, small = piece.tokens or (), piece.text.lower()
    if len(small) != piece.end - piece.start:  # a letter became two
        return any(token.text.lower() == word for token in tokens[since:])
    place = small.find(word)
    while place >= 0:
        at = bisect_left(tokens, piece.start + place, since, key=_start)
        if at < len(tokens) and tokens[at].start == piece.start + place and tokens[at].text.lower() == word:
            return True
        place = small.find(word, place + len(word))
    return False


_start = attrgetter("start")


def parse(piece: Piece, dialect: Dialect) -> exp.Expr | Problem:
    """The tree of one statement, or why there is none. Never raises."""
    length = piece.end - piece.start
    if length > MAX_LENGTH:
        return Problem(
            f"This statement is {length / 1e6:.1f} MB long; over {MAX_LENGTH / 1e6:.0f} MB it is not read whole.",
            line=piece.line,
        )
    if piece.tokens is None:
        return Problem("This statement cannot be cut into words: a quote in it is never closed.", line=piece.line)
    too_big = _too_big(piece, dialect.parser) if len(piece.tokens) > _SMALL else None
    if too_big is not None:
        return Problem(too_big, line=piece.line)
    first = _parsed(piece.tokens, piece.sql, dialect.parser, piece.lines_before)
    if isinstance(first, exp.Expr) and type(first) is not exp.Command:
        return first
    for other in dialect.also or _last_resort(piece.text, dialect):
        tree = _parsed_anew(piece.text, other)
        if tree is not None:
            return tree
    return first


_HANDED_TABLE = re.compile(r"[(,]\s*table\s+\w", re.IGNORECASE)


def _last_resort(text: str, dialect: Dialect) -> tuple[str, ...]:
    """The general grammar, where it reads the quotes of the text as the dialect does."""
    lexis = dialect.lexis
    strange = (
        ('"' in text and lexis.double_quoted_strings)
        or ("\\" in text and lexis.backslash)
        or ("[" in text and lexis.brackets)
        or "`" in text
        or _HANDED_TABLE.search(text)  # f(TABLE a, NULL) is no query of a and of null
    )
    return () if strange else ("", "postgres")


def _depth(kinds: Sequence[TokenType], brackets: Container[TokenType], opening: Container[TokenType]) -> int:
    depth = deepest = 0
    for kind in filter(brackets.__contains__, kinds):
        if kind in opening:
            depth += 1
            if depth > deepest:
                deepest = depth
        else:
            depth -= 1
    return deepest


def _depth_of_types(tokens: Tokens, parser: str) -> int:
    """How many of STRUCT(, ARRAY[, DATE(, CONVERT( stand inside each other: each is tried in two ways."""
    types = grammar(parser).parser_class.TYPE_TOKENS
    open_: list[bool] = []
    deepest = depth = 0
    before: ParserToken | None = None
    for token in tokens:
        kind = token.token_type
        if kind in _NESTED:
            open_.append(before is not None and (before.token_type in types or before.text.upper() == "CONVERT"))
            depth += open_[-1]
            deepest = max(deepest, depth)
        elif kind in _CLOSING and open_:
            depth -= open_.pop()
        before = token
    return deepest


def _joins_without_condition(kinds: Sequence[TokenType]) -> int:
    longest = run = 0
    for at, kind in enumerate(kinds):
        if kind is TokenType.JOIN:
            run = run + 1 if _NEEDS_NO_CONDITION.isdisjoint(kinds[max(0, at - 3) : at]) else 0
            longest = max(longest, run)
        elif kind is TokenType.ON or kind is TokenType.USING:
            run = 0
    return longest


_NESTED = frozenset({TokenType.L_PAREN, TokenType.L_BRACKET})
_CLOSING = frozenset({TokenType.R_PAREN, TokenType.R_BRACKET})
_NESTING = _NESTED | _CLOSING
_NEEDS_NO_CONDITION = frozenset({TokenType.CROSS, TokenType.NATURAL})


def _too_big(piece: Piece, parser: str) -> str | None:
    """Why the parser cannot be handed that; the cheap questions come first."""
    tokens, text = piece.tokens or (), piece.text
    if len(tokens) > MAX_TOKENS:
        return f"This statement has {len(tokens):,} words; over {MAX_TOKENS:,} it is not read."
    is_long = len(text) >= _HARMLESS
    brackets = text.count("(") + text.count("[")
    upper = text.upper()
    joins = upper.count("JOIN")
    may_nest = is_long or (len(tokens) > MAX_NESTING and _may_nest(upper, brackets))
    if not may_nest and brackets <= MAX_DOUBLING and joins <= MAX_DOUBLING:
        return None
    kinds = [token.token_type for token in tokens]
    if may_nest and _depth(kinds, _BRACKETS, _OPEN) > MAX_NESTING:
        return f"Brackets are nested deeper than {MAX_NESTING} levels; such a statement is not read."
    if may_nest and _may_stutter(kinds) and _longest_run(kinds) > MAX_RUN:
        return f"The same word stands more than {MAX_RUN} times in a row; such a statement is not read."
    is_deep = brackets > MAX_DOUBLING and _depth(kinds, _NESTING, _NESTED) > MAX_DOUBLING
    if is_deep and _depth_of_types(tokens, parser) > MAX_DOUBLING:
        return f"Types or structs are nested deeper than {MAX_DOUBLING} levels; such a statement is not read."
    if joins > MAX_DOUBLING and _joins_without_condition(kinds) > MAX_DOUBLING:
        return f"More than {MAX_DOUBLING} joins in a row have no condition; such a statement is not read."
    return None


def _may_stutter(kinds: Sequence[TokenType]) -> bool:
    """False where no half of such a run stands anywhere: looked at by windows, which costs next to nothing."""
    step = MAX_RUN // 2
    return any(len(set(kinds[at : at + step])) <= _KINDS_IN_A_RUN for at in range(0, len(kinds) - step, step))


#: A word, and numbers in brackets.
_KINDS_IN_A_RUN = 4


def _longest_run(kinds: Sequence[TokenType]) -> int:
    longest = run = 0
    before = None
    for kind in kinds:
        if kind is before or (kind is TokenType.L_BRACKET and before is TokenType.R_BRACKET):
            run += 1
            longest = max(longest, run)
        elif kind is not TokenType.R_BRACKET and kind is not TokenType.NUMBER:
            run = 0
        before = kind
    return longest


def _may_nest(upper: str, brackets: int) -> bool:
    """False where there are not even that many brackets."""
    return brackets + upper.count("{") + upper.count("CASE") > MAX_NESTING


def _parsed(tokens: Tokens, text: str, parser: str, lines_before: int = 0) -> exp.Expr | Problem:
    reader = _TOOLS.parsers.get(parser)
    if reader is None:
        reader = _TOOLS.parsers[parser] = grammar(parser).parser(error_level=ErrorLevel.IMMEDIATE)
    try:
        trees = reader.parse(tokens if isinstance(tokens, list) else list(tokens), text)
    except ParseError as error:
        return _said(error, lines_before)
    except RecursionError:
        return Problem("This statement is nested too deeply to be read.")
    except (SqlglotError, ValueError, TypeError, AttributeError, IndexError, KeyError, AssertionError) as error:
        # The parser's own mistakes on strange text show as any of these.
        return Problem(f"The parser gave up on this statement ({type(error).__name__}).")
    finally:
        reader.reset()  # it is kept: what it read is not
    tree = trees[0] if trees else None
    if not isinstance(tree, exp.Expr):
        return Problem("There is no statement here.")
    return tree


def _parsed_anew(statement: str, parser: str) -> exp.Expr | None:
    tokens = tokens_of(statement, parser)
    tree = _parsed(tokens, statement, parser) if tokens is not None else None
    return tree if isinstance(tree, exp.Expr) and type(tree) is not exp.Command else None


_NO_LITERAL = re.compile(r"[A-Za-z_]\w*|[^\w\s'\"$]{1,3}")


def _said(error: ParseError, lines_before: int) -> Problem:
    first = error.errors[0] if error.errors else {}
    near = str(first.get("highlight") or "").strip()
    in_quotes = str(first.get("start_context") or "")[-1:] in ("'", '"', "$")
    # A literal may be somebody's data: it is not quoted.
    where = f" near “{near[:40]}”" if _NO_LITERAL.fullmatch(near) and not in_quotes else ""
    line, column = first.get("line"), first.get("col")
    return Problem(
        f"This statement does not parse{where}.",
        line=line + lines_before if isinstance(line, int) else None,
        # The parser names where the word ends.
        column=max(column - len(near) + 1, 1) if isinstance(column, int) else None,
    )
