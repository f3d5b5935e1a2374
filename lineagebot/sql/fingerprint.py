"""One hash for all statements that differ only in literals and comments, and a text of them that holds no literal.

Made from the very tokens that the parser is then handed: texts of one fingerprint are parsed alike but for the literals
in them. Lists of literals count as one, whatever their length, and so do the rows of a VALUES: a thousand-row insert
and a two-row insert are one statement. Names are kept as they are. A text that the parser's tokenizer refuses, or makes
less of than we do (commands that it does not know), is cut by our own reader, which refuses nothing. Every statement of
a log comes through here: most is done on whole strings, and the text to show is made when somebody asks for it.
"""

from __future__ import annotations

import re
import sys
from array import array
from collections.abc import Iterator
from functools import cache
from hashlib import blake2b
from typing import NamedTuple

from sqlglot.tokenizer_core import TokenType

from lineagebot.sql.dialects import Dialect, dialect_of
from lineagebot.sql.parse import Tokens, grammar, tokens_of
from lineagebot.sql.positions import may_have_positions, positions
from lineagebot.sql.tokens import Kind, Lexis, cut, kind_of, words

#: Longest masked text that is kept, in characters.
MASKED_LENGTH = 100_000

#: Of a longer text only so much is looked at, in characters; its length is then part of the hash.
_READ = 300_000

#: Pieces that stand in most statements, and for themselves.
_SIGNS = words("( ) , . ; = * + - / < > <> <= >= || ::")
#: Stand for what is left out while the text is put together: nothing else in it looks so.
_NUMBER, _LITERAL, _COMMENT = "\x01", "\x02", "\x03"

#: A name in quotes, while the rest is put into small letters.
_QUOTED = "\x04"
_MARKS = (_NUMBER, _LITERAL, _COMMENT, _QUOTED)

#: What stands for a token in the hash, where that is not its text.
_STANDS_FOR = {
    TokenType.NUMBER: _NUMBER,
    TokenType.IDENTIFIER: _QUOTED,
    **dict.fromkeys(
        (
            TokenType.STRING,
            TokenType.NATIONAL_STRING,
            TokenType.NATIONAL_RAW_STRING,
            TokenType.RAW_STRING,
            TokenType.HEREDOC_STRING,
            TokenType.UNICODE_STRING,
            TokenType.BYTE_STRING,
            TokenType.BIT_STRING,
            TokenType.HEX_STRING,
            TokenType.PLACEHOLDER,
        ),
        _LITERAL,
    ),
}
#: A parameter may begin here ($1, %s, :name), which the tokenizer takes apart.
_TAKEN_APART = frozenset({TokenType.PARAMETER, TokenType.MOD, TokenType.COLON})
_POSITIONAL = re.compile(r"\$\d+|%s\b|%\(\w+\)s\b|(?<![:\w]):[^\W\d]\w*+")
#: $1 is a column of a file there.
_NUMBERED_COLUMNS = frozenset({"snowflake"})
_BEFORE_COMMAND = frozenset({TokenType.SEMICOLON, TokenType.BEGIN})


#: Kinds of tokens as a string, a letter each: a regular expression finds those to look at faster than a loop.
_LETTERS = f"utf-16-{sys.byteorder[0]}e"


@cache
def _special(parser: str) -> tuple[re.Pattern[str], frozenset[TokenType]]:
    """The kinds of tokens to look at, and commands: the tokenizer may take what follows them for one string."""
    commands = frozenset(grammar(parser).tokenizer_class.COMMANDS)
    letters = (re.escape(chr(kind)) for kind in sorted(frozenset(_STANDS_FOR) | _TAKEN_APART | commands))
    return re.compile(f"[{''.join(letters)}]"), commands


class Fingerprint(NamedTuple):
    """`hash` is 32 hex digits. `text` may hold secrets; `masked` is the one to show and to keep."""

    hash: str
    text: str
    dialect: str

    def __repr__(self) -> str:
        return f"Fingerprint({self.hash})"

    @property
    def masked(self) -> str:
        """The text without literals and comments, hence without secrets."""
        lexis = dialect_of(self.dialect).lexis
        pieces = cut(_unmarked(self.text[:_READ]), lexis)
        shown = {piece: _shown(piece, lexis) for piece in set(pieces)}
        return _masked("".join(map(shown.__getitem__, pieces)))


def fingerprint(text: str, dialect: str, tokens: Tokens | None = None) -> Fingerprint:
    """The fingerprint of any text, also of one that does not parse. `tokens` are the text's, where they are at hand."""
    known = dialect_of(dialect)
    if tokens is None:
        tokens = tokens_of(text, known.parser)
    said = _of_tokens(tokens, text, known) if tokens is not None else None
    if said is None:
        said, tokens = _of_pieces(text, known), None
    if may_have_positions(said):
        said = f"{positions(_words(text, known) if tokens is None else [token.text for token in tokens])} {said}"
    digest = blake2b(_hashed(said).encode("utf-8", "surrogatepass"), digest_size=16)
    return Fingerprint(digest.hexdigest(), text, dialect)


def _of_tokens(tokens: Tokens, text: str, dialect: Dialect) -> str | None:
    """The words of the text for the hash; None where the tokenizer makes less of it than we do."""
    if any(mark in text for mark in _MARKS):
        return None
    special, commands = _special(dialect.parser)
    kinds = [token.token_type for token in tokens]
    said = [token.text for token in tokens]
    quoted: list[str] = []
    gone = False
    for match in special.finditer(array("H", kinds).tobytes().decode(_LETTERS)):
        at = match.start()
        kind = kinds[at]
        stands = _STANDS_FOR.get(kind)
        if stands is not None:
            said[at] = stands
            if stands == _QUOTED:
                token = tokens[at]
                quoted.append(text[token.start : token.end + 1])
        elif kind in commands:
            if at == 0 or kinds[at - 1] in _BEFORE_COMMAND:
                return None
        elif found := _POSITIONAL.match(text, tokens[at].start):
            gone = dialect.name not in _NUMBERED_COLUMNS
            said[at] = _LITERAL if gone else said[at]
            while at + 1 < len(tokens) and tokens[at + 1].start < found.end():
                at += 1
                kinds[at] = TokenType.SPACE
                said[at] = "" if gone else said[at]
    words = " ".join(filter(None, said) if gone else said).lower()
    if not quoted:
        return words
    first, *rest = words.split(_QUOTED)
    return first + "".join([name + part for name, part in zip(quoted, rest, strict=True)])


def _of_pieces(text: str, dialect: Dialect) -> str:
    """The same of any text."""
    rest = f" … {len(text)}" if len(text) > _READ else ""
    pieces = cut(_unmarked(text[:_READ]), dialect.lexis)
    said = {piece: _said(piece, dialect) for piece in set(pieces)}
    return " ".join(filter(None, map(said.__getitem__, pieces))) + rest


def _words(text: str, dialect: Dialect) -> Iterator[str]:
    """The pieces of any text, but its comments."""
    pieces = cut(_unmarked(text[:_READ]), dialect.lexis)
    return (piece for piece in pieces if kind_of(piece, dialect.lexis) is not Kind.COMMENT)


def _said(piece: str, dialect: Dialect) -> str:
    """A piece of the text for the hash."""
    if piece.isidentifier():
        return piece.lower()
    if piece in _SIGNS:
        return piece
    match kind_of(piece, dialect.lexis):
        case Kind.WORD:
            return piece.lower()
        case None | Kind.COMMENT:
            return ""
        case Kind.NUMBER:
            return _NUMBER
        case Kind.STRING:
            return _LITERAL
        case Kind.PARAMETER:  # @x is a name: of a variable, a stage, a table
            return piece if piece[0] == "@" or dialect.name in _NUMBERED_COLUMNS else _LITERAL
        case _:
            return piece


def _shown(piece: str, lexis: Lexis) -> str:
    """A piece of the text for people."""
    if piece in _SIGNS or piece.isidentifier():
        return piece
    match kind_of(piece, lexis):
        case Kind.COMMENT:
            return _COMMENT
        case Kind.NUMBER:
            return _NUMBER
        case Kind.STRING | Kind.PARAMETER:
            return _LITERAL
        case _:
            return piece


def _unmarked(text: str) -> str:
    for mark in _MARKS:
        text = text.replace(mark, " ")
    return text


def _hashed(words: str) -> str:
    if any(sign in words for sign in _SIGNS_BEFORE):
        words = _SIGNED.sub(_unsigned, words)
    if "( " in words:
        words = _ROWS.sub("(?)", _LIST.sub(_one_literal, words))
    while words[-1:] == ";" and words[-2:] in (";", " ;"):
        words = words[:-2]
    return words.replace(_NUMBER, "?").replace(_LITERAL, "?")


def _unsigned(match: re.Match[str]) -> str:
    words, start = match.string, match.start()
    before = words[words.rfind(" ", 0, max(0, start - 1)) + 1 : start - 1] if start else ""
    return _NUMBER if start == 0 or before in _BEFORE_SIGN else match.group()


def _masked(shown: str) -> str:
    if _COMMENT in shown:
        shown = "".join(_without_comments(shown))
    if _NUMBER in shown and ("-" in shown or "+" in shown):
        shown = _SIGNED_AS_WRITTEN.sub(_unsigned_as_written, shown)
    if "(" in shown:
        shown = _ROWS_AS_WRITTEN.sub("(?)", _LIST_AS_WRITTEN.sub(_one_literal, shown))
    shown = shown.replace(_NUMBER, "?").replace(_LITERAL, "?").lstrip().rstrip(_BEHIND)
    return shown if len(shown) <= MASKED_LENGTH else shown[:MASKED_LENGTH] + " …"


def _without_comments(shown: str) -> Iterator[str]:
    """Comments and the white space around them become the end of the last line, or one space."""
    first, *parts = shown.split(_COMMENT)
    yield first.rstrip()
    gap = first[len(first.rstrip()) :]
    for part in parts:
        bare = part.strip()
        if not bare:
            gap += _COMMENT + part
            continue
        begin = part.index(bare[0])
        gap += _COMMENT + part[:begin]
        last = gap[gap.rfind("\n") :] if "\n" in gap else ""
        yield last if last.isspace() else " "
        yield bare
        gap = part[begin + len(bare) :]


def _unsigned_as_written(match: re.Match[str]) -> str:
    before = match.string[: match.start()].rstrip() if match.start() < 60 else _just_before(match)
    return _NUMBER if not before or _TAKES_SIGN.search(before) else match.group()


def _just_before(match: re.Match[str]) -> str:
    found = match.string[match.start() - 60 : match.start()].rstrip()
    return found or match.string[: match.start()].rstrip()[-60:]


def _one_literal(match: re.Match[str]) -> str:
    """(?, ?, NULL) becomes (?); a list without any literal stays."""
    found = match.group()
    return "(?)" if _LITERAL in found or _NUMBER in found else found


#: After these a minus belongs to the number that follows.
_BEFORE_SIGN = words("( , = < > <= >= <> != + * / || [ then else between and or in limit offset when select")
_SIGNS_BEFORE = (f"- {_NUMBER}", f"+ {_NUMBER}")
_SIGNED = re.compile(f"[-+] {_NUMBER}")
_SIGNED_AS_WRITTEN = re.compile(rf"[-+]\s*+{_NUMBER}")
_TAKES_SIGN = re.compile(
    r"(?:[(,<+*/\[]|(?<!:)=|(?<![-=])(?<!->)>|\|\||(?<![\w$])(?:then|else|between|and|or|in|limit|offset|when|select))\Z",
    re.IGNORECASE,
)
_CONSTANT = f"(?:[{_NUMBER}{_LITERAL}]|null|true|false|default)"
#: A list of nothing but literals, and rows of such lists.
_LIST = re.compile(rf"\( (?:{_CONSTANT} , )*{_CONSTANT} \)")
_ROWS = re.compile(r"\(\?\)(?: , \(\?\))++")
_LIST_AS_WRITTEN = re.compile(rf"\(\s*+(?:{_CONSTANT}\s*+,\s*+)*{_CONSTANT}\s*+\)", re.IGNORECASE)
_ROWS_AS_WRITTEN = re.compile(r"\(\?\)(?:\s*+,\s*+\(\?\))++")
_BEHIND = "; \t\r\n\f\v"
