"""Cut any text into SQL tokens: it never fails, so it also reads what no parser takes.

sqlglot's own tokenizer refuses text with an open quote; fingerprints, masking and the search for destructive words must
work on such text all the same. What is open at the end of the text counts as closed there, so that no literal escapes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from enum import Enum
from functools import cache, partial
from itertools import accumulate, compress
from typing import NamedTuple


class Kind(Enum):
    WORD = "word"
    QUOTED = "quoted"
    STRING = "string"
    NUMBER = "number"
    PARAMETER = "parameter"
    COMMENT = "comment"
    SIGN = "sign"


class Token(NamedTuple):
    kind: Kind
    #: As it stands in the text, quotes included.
    text: str
    #: Offset of its first character.
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    @property
    def upper(self) -> str:
        """The word in capitals; "" for a quoted name or a literal, which are never keywords."""
        return self.text.upper() if self.kind in (Kind.WORD, Kind.SIGN) else ""


#: A named tuple of a tuple, at the price of a tuple.
_new_token: Callable[[tuple[Kind | None, str, int]], Token] = partial(tuple.__new__, Token)


def inside(literal: str) -> str:
    """The text in a string literal, without its quotes."""
    if literal.startswith("$"):
        tag = literal[: literal.index("$", 1) + 1]
        return literal[len(tag) :].removesuffix(tag)
    bare = literal.lstrip("bBrRxXnNeEuU&")
    for quotes in ("'''", '"""', "'", '"'):
        if bare.startswith(quotes):
            return bare[len(quotes) :].removesuffix(quotes).replace("''", "'")
    return literal


class Lexis(NamedTuple):
    """How a dialect writes strings, names and comments."""

    backslash: bool = False
    double_quoted_strings: bool = False
    backticks: bool = False
    brackets: bool = False
    hash_comments: bool = False
    #: A name may hold a #, or begin with one: a temp table of T-SQL.
    hash_names: bool = False
    slash_comments: bool = False
    dollar_quotes: bool = False
    nested_comments: bool = False
    triple_quotes: bool = False


def words(text: str) -> frozenset[str]:
    """A set of words, written as one string: tables of keywords stay readable so."""
    return frozenset(text.split())


_KINDS = {kind.value: kind for kind in Kind}


def tokenize(text: str, lexis: Lexis) -> list[Token]:
    """Tokens in order, comments among them, white space left out."""
    pieces = _cut_at_once(text, lexis)
    if pieces is None:
        return list(one_by_one(text, lexis))
    kinds = {piece: kind_of(piece, lexis) for piece in set(pieces)}
    starts = accumulate(map(len, pieces), initial=0)
    met = list(map(kinds.__getitem__, pieces))
    return list(map(_new_token, compress(zip(met, pieces, starts, strict=False), met)))


def one_by_one(text: str, lexis: Lexis) -> Iterator[Token]:
    pattern = _pattern(lexis)
    position = 0
    while True:
        for match in pattern.finditer(text, position):
            group = match.lastgroup
            if group == "open":
                break
            if group is not None:
                yield Token(_KINDS[group], match.group(), match.start())
        else:
            return
        end = _end_of_comment(text, match.start(), lexis.nested_comments)
        yield Token(Kind.COMMENT, text[match.start() : end], match.start())
        position = end


def cut(text: str, lexis: Lexis) -> list[str]:
    """The same tokens as bare strings, with the white space between them: joined they are the text again."""
    pieces = _cut_at_once(text, lexis)
    return _interleaved(text, lexis) if pieces is None else pieces


def _cut_at_once(text: str, lexis: Lexis) -> list[str] | None:
    """One call of the regular expression makes all of them, which is many times faster than one by one.

    None for what needs to look back at what it has read (a tagged quote, a comment in a comment).
    """
    if lexis.dollar_quotes and "$" in text and TAGGED.search(text):
        return None
    found = _cutter(lexis).findall(text)
    if lexis.nested_comments and "/*" in text and any(piece.find("/*", 2) > 0 for piece in found if piece[:2] == "/*"):
        return None
    return found


def _interleaved(text: str, lexis: Lexis) -> list[str]:
    found: list[str] = []
    end = 0
    for token in one_by_one(text, lexis):
        if token.start > end:
            found.append(text[end : token.start])
        found.append(token.text)
        end = token.end
    if end < len(text):
        found.append(text[end:])
    return found


def kind_of(piece: str, lexis: Lexis) -> Kind | None:
    """What a piece of `cut` is; None for white space."""
    if piece.isascii() and piece.isidentifier():  # most are
        return Kind.WORD
    first = piece[0]
    if first.isalpha() or first == "_":
        single, double = piece.find("'"), piece.find('"')
        if single < 0 and double < 0:
            return Kind.WORD
        named = single < 0 or -1 < double < single
        return Kind.QUOTED if named and not lexis.double_quoted_strings else Kind.STRING
    if first.isspace():
        return None
    if first == "'":
        return Kind.STRING
    if first.isdecimal():
        return Kind.NUMBER
    match = _pattern(lexis).match(piece)
    group = match.lastgroup if match is not None else None
    return Kind.COMMENT if group == "open" else _KINDS[group] if group is not None else Kind.SIGN


TAGGED = re.compile(r"\$[^\W\d]\w*\$")


@cache
def _cutter(lexis: Lexis) -> re.Pattern[str]:
    """As `_pattern`, without groups and with what is most frequent first."""
    usual = (r"\s+", _word(lexis) + r"(?!['\"&])", r"[(),;]")
    comment = r"/\*(?:[^*]|\*(?!/))*+(?:\*/|\Z)"
    others = (comment if name == "open" else body for name, body in _parts(lexis))
    return re.compile("|".join((*usual, *(f"(?:{body})" for body in others))).replace(TAG, r"(?!)"), re.DOTALL)


def _end_of_comment(text: str, start: int, nested: bool) -> int:
    if not nested:
        end = text.find("*/", start + 2)
        return len(text) if end < 0 else end + 2
    depth = 0
    for match in _BRACES.finditer(text, start):
        depth += 1 if match.group() == "/*" else -1
        if depth == 0:
            return match.end()
    return len(text)


def statements(text: str, lexis: Lexis) -> Iterator[tuple[int, int]]:
    """Where each statement begins and ends: cut at the semicolons outside of strings, names in quotes and comments.

    Comments before a statement are no part of it. Looks only at what can hide a semicolon, so megabytes are no matter.
    """
    start, position = 0, 0
    while True:
        for match in _breaks(lexis).finditer(text, position):
            group = match.lastgroup
            if group == "open":
                break
            if group == "end":
                yield from _unless_blank(text, start, match.start())
                start = match.end()
            elif group == "comment" and not text[start : match.start()].strip():
                start = match.end()
        else:
            yield from _unless_blank(text, start, len(text))
            return
        position = _end_of_comment(text, match.start(), lexis.nested_comments)
        if not text[start : match.start()].strip():
            start = position


def _unless_blank(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    bare = text[start:end]
    if bare.strip():
        yield start + len(bare) - len(bare.lstrip()), start + len(bare.rstrip())


_BRACES = re.compile(r"/\*|\*/")


@cache
def _pattern(lexis: Lexis) -> re.Pattern[str]:
    return _alternatives(_parts(lexis))


def _parts(lexis: Lexis) -> tuple[tuple[str, str], ...]:
    return (
        *hiding(lexis),
        ("word", _word(lexis)),
        ("number", r"0[xX][0-9a-fA-F]+|(?:\d[\d_]*+\.?[\d_]*+|\.\d[\d_]*+)(?:[eE][+-]?\d+)?"),
        ("parameter", r"\$\d+|%\(\w+\)s|%s|\?|(?<![:\w]):[^\W\d]\w*+|@@?[\w$]+"),
        ("sign", r"::|<=|>=|<>|!=|\|\||->>|->|=>|:=|[^\w\s]"),
    )


def _word(lexis: Lexis) -> str:
    return r"(?:\#{0,2}[^\W\d][\w$\#]*+)" if lexis.hash_names else r"[^\W\d][\w$]*+"


@cache
def _breaks(lexis: Lexis) -> re.Pattern[str]:
    return re.compile(f"{PLAIN}|{_alternatives((*hiding(lexis), ('end', ';'))).pattern}", re.DOTALL)


#: What can begin nothing that hides a semicolon: stepped over in one go.
PLAIN = r"(?:[^\W\d][\w$]*+(?!['\"&])|[\s\d,.=+*<>]++)++"


def _alternatives(parts: Iterable[tuple[str, str]]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?P<{name}>{body})" for name, body in parts), re.DOTALL)


TAG = r"\$(?P<tag>[^\W\d]\w*)\$(?s:.*?)(?:\$(?P=tag)\$|\Z)"


def hiding(lexis: Lexis) -> tuple[tuple[str, str], ...]:
    """What can hide a semicolon: comments, strings, names in quotes."""
    escaped = r"'(?:[^'\\]|\\.|'')*+(?:'|\Z|\\\Z)"
    plain = r"'(?:[^']|'')*+(?:'|\Z)"
    strings = [
        r"[eE]" + escaped,
        (r"(?:[bBrRxXnN]|[uU]&|[bB][rR]|[rR][bB])?" + (escaped if lexis.backslash else plain)),
    ]
    quoted = []
    if lexis.triple_quotes:
        strings.insert(0, r"[bBrR]{0,2}(?:'''(?:[^\\]|\\.)*?(?:'''|\Z)|" + r'"""(?:[^\\]|\\.)*?(?:"""|\Z))')
    if lexis.double_quoted_strings:
        strings.append(r'[bBrR]{0,2}"(?:[^"\\]|\\.|"")*+(?:"|\Z|\\\Z)')
    else:
        quoted.append(r'(?:[uU]&)?"(?:[^"]|"")*+(?:"|\Z)')
    if lexis.backticks:
        quoted.append(r"`(?:[^`\\]|\\.|``)*+(?:`|\Z|\\\Z)")
    if lexis.brackets:
        quoted.append(r"\[(?:[^\]]|\]\])*+(?:\]|\Z)")
    if lexis.dollar_quotes:
        strings.append(r"\$\$(?s:.*?)(?:\$\$|\Z)")
        strings.append(TAG)
    comments = [r"--[^\r\n]*"]
    if lexis.hash_comments:
        comments.append(r"\#[^\r\n]*")
    if lexis.slash_comments:
        comments.append(r"//[^\r\n]*")
    return (
        ("comment", "|".join(comments)),
        ("open", r"/\*"),
        ("string", "|".join(strings)),
        ("quoted", "|".join(quoted) or r"(?!)"),
    )
