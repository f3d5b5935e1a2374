"""A text without what stands in its plain strings, numbers and comments: one expression finds what tokens are dear for.

Two texts of one skeleton have one fingerprint, if each gap of the first is what is inside of one literal, or of one
comment, to the parser's own tokenizer (`holds`): it comes to the same gap of the second in the same state, and nothing
that may stand there ends it sooner or later. So the expression may err; what it makes is kept only where it holds.
Numbers that may mean a column (behind a BY, a comma, a sign) stay where they are.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import cache
from operator import attrgetter
from typing import NamedTuple

from sqlglot.tokenizer_core import TokenType

from lineagebot.sql.dialects import Dialect
from lineagebot.sql.parse import Tokens, grammar

#: Longer texts are not looked at, in characters.
LONGEST = 100_000

_GAP = "\x01"
#: A fingerprint stands on them, too.
_MARKS = ("\x01", "\x02", "\x03", "\x04", "\x05")
_BEFORE_COMMAND = frozenset({TokenType.SEMICOLON, TokenType.BEGIN})


class Skeleton(NamedTuple):
    text: str
    #: Where the gaps begin and end, and what they are inside of: string, number or comment.
    gaps: list[tuple[int, int, str]]


def skeleton(text: str, dialect: Dialect) -> Skeleton | None:
    """None where there is none to trust."""
    if len(text) > LONGEST or any(map(text.__contains__, _MARKS)):
        return None
    pattern, kinds = _pattern(dialect.parser)
    gaps = []
    parts = []
    end = 0
    for found in pattern.finditer(text):
        group = found.lastindex
        if group is not None:
            begin, behind = found.span(group)
            gaps.append((begin, behind, kinds[group - 1]))
            parts.append(text[end:begin])
            end = behind
    parts.append(text[end:])
    bare = _GAP.join(parts)
    # What begins with a $ may be a string: the tokenizer looks for another one however far off, through all gaps.
    return Skeleton(bare, gaps) if "$" not in bare else None


def holds(found: Skeleton, text: str, dialect: Dialect, tokens: Tokens) -> bool:
    """Whether each gap is what it seems. `tokens` are those of the text."""
    commands = grammar(dialect.parser).tokenizer_class.COMMANDS
    before = TokenType.SEMICOLON
    spans: dict[tuple[int, int], TokenType] = {}
    comments: list[str] = []
    for token in tokens:
        kind = token.token_type
        if kind in commands and before in _BEFORE_COMMAND:
            return False  # what follows is no tokens
        spans[token.start, token.end + 1] = before = kind
        comments += token.comments
    said = []
    for begin, end, inside in found.gaps:
        if inside == "comment":
            if not _lies_between(tokens, begin, end):
                return False
            said.append(text[begin:end])
        elif inside == "string":
            if spans.get((begin - 1, end + 1)) is not TokenType.STRING:
                return False
        elif spans.get((begin, end)) is not TokenType.NUMBER:
            return False
    return said == comments


def _lies_between(tokens: Tokens, begin: int, end: int) -> bool:
    at = bisect_left(tokens, begin, key=_start)
    return (at == 0 or tokens[at - 1].end < begin) and (at == len(tokens) or tokens[at].start >= end)


_start = attrgetter("start")


@cache
def _pattern(parser: str) -> tuple[re.Pattern[str], tuple[str, ...]]:
    """The group of an alternative is the gap; each begins with a letter of its own, so that others are stepped over.

    What has no group only keeps a quote inside of it from being taken for the beginning of a string.
    """
    tokenizer = grammar(parser).tokenizer_class
    escapes = re.escape("".join(tokenizer.STRING_ESCAPES))
    quotes = ["'"]
    if '"' in tokenizer.QUOTES and '"' not in tokenizer.IDENTIFIERS:
        quotes.append('"')
    parts: list[tuple[str, str]] = []
    for quote in quotes:
        parts.append((rf"{quote}(?<!\w{quote})([^{quote}\\{escapes}]*+){quote}(?!{quote})", "string"))
        parts.append((rf"{quote}(?:[^{quote}\\]|\\.|{quote}{quote})*+{quote}", ""))
    if '"' not in quotes:
        parts.append(('"[^"]*+"', ""))
    parts.append(("`[^`]*+`", ""))
    # The comment that begins here may neither be a hint, nor hold another one, nor seem to.
    parts.append((r"/\*(?!\+)([^*]*[^*/])\*/", "comment"))
    starts = ["--", "#"] if "#" in tokenizer.COMMENTS else ["--"]
    # In some dialects what begins so and goes on without a space is no comment.
    parts += [(rf"{start}([ \t][^\r\n]*+)(?=\r?\n|\Z)", "comment") for start in starts]
    parts += [(rf"{sign} ?([0-9]++)(?![\w.])", "number") for sign in ("=", "<", ">", r"\(", "LIMIT", "limit")]
    return re.compile("|".join(body for body, _ in parts), re.DOTALL), tuple(kind for _, kind in parts if kind)
