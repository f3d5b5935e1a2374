"""One hash for all statements that differ only in literals and comments, and a text of them that holds no literal.

Made from the very tokens that the parser is then handed: texts of one fingerprint are parsed alike but for the literals
in them. Lists of literals count as one, whatever their length, and so do the rows of a VALUES: a thousand-row insert
and a two-row insert are one statement. Names are kept as they are. A text that the parser's tokenizer refuses, or makes
less of than we do (commands that it does not know), is cut by our own reader, which refuses nothing. Every statement of
a log comes through here: most is done on whole strings, and the text to show is made when somebody asks for it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from hashlib import blake2b
from itertools import zip_longest
from typing import NamedTuple

from sqlglot.tokenizer_core import TokenType

from lineagebot.sql.dialects import Dialect, dialect_of
from lineagebot.sql.parse import Tokens, grammar, tokens_of
from lineagebot.sql.positions import NUMBER, positions
from lineagebot.sql.tokens import Kind, Lexis, cut, kind_of, words

#: Longest masked text that is kept, in characters.
MASKED_LENGTH = 100_000

#: Of a longer text only so much is looked at, in characters; its length is then part of the hash.
_READ = 300_000

#: Pieces that stand in most statements, and for themselves.
_SIGNS = words("( ) , . ; = * + - / < > <> <= >= || ::")
#: Stand for what is left out while the text is put together: nothing else in it looks so.
_NUMBER, _LITERAL, _COMMENT = NUMBER, "\x02", "\x03"
#: A name in quotes, while the rest is put into small letters.
_QUOTED = "\x04"
#: What is to be looked at: it may begin a command, or a parameter that the tokenizer takes apart ($1, %s, :name).
_UNSURE = "\x05"
_MARKS = (_NUMBER, _LITERAL, _COMMENT, _QUOTED, _UNSURE)

#: What stands for a token in the hash, where that is not its text.
_STANDS_FOR: dict[int, str] = {
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
_MAY_BE_PARAMETER = frozenset({TokenType.PARAMETER, TokenType.MOD, TokenType.COLON})
#: What it is in a text without $: there the others are the @ of a name.
_WITHOUT_DOLLAR = _MAY_BE_PARAMETER - {TokenType.PARAMETER}
_POSITIONAL = re.compile(r"\$\d+|%s\b|%\(\w+\)s\b|(?<![:\w]):[^\W\d]\w*+")
#: $1 is a column of a file there.
_NUMBERED_COLUMNS = frozenset({"snowflake"})
_BEFORE_COMMAND = frozenset({TokenType.SEMICOLON, TokenType.BEGIN})


@cache
def _stands_for(parser: str, dollar: bool) -> list[str | None]:
    """The same by the number of a kind, since every token is asked; `dollar`: one stands in the text."""
    unsure = (_MAY_BE_PARAMETER if dollar else _WITHOUT_DOLLAR) | grammar(parser).tokenizer_class.COMMANDS
    known = {**dict.fromkeys(map(int, unsure), _UNSURE), **_STANDS_FOR}
    return [known.get(kind) for kind in range(max(TokenType) + 1)]


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


class _Words(NamedTuple):
    """A text in words, with a mark for each literal and for each name in quotes."""

    words: list[str]
    #: The words together, in small letters.
    said: str
    #: How the word with that number stands in the text.
    written: Callable[[int], str]


def fingerprint(text: str, dialect: str, tokens: Tokens | None = None) -> Fingerprint:
    """The fingerprint of any text, also of one that does not parse. `tokens` are the text's, where they are at hand."""
    known = dialect_of(dialect)
    if tokens is None:
        tokens = tokens_of(text, known.parser)
    found = _of_tokens(tokens, text, known) if tokens else None
    words, said, written = found or _of_pieces(text, known)
    hashed = _hashed(said)
    if _QUOTED in hashed:
        names = map(written, _each(_QUOTED, words))
        hashed = "".join([part + name for part, name in zip_longest(hashed.split(_QUOTED), names, fillvalue="")])
    columns = positions(said)
    if columns:
        numbers = [at for at, word in enumerate(words) if word is _NUMBER]
        hashed = f"{','.join([written(numbers[at]) for at in columns])} {hashed}"
    digest = blake2b(hashed.encode("utf-8", "surrogatepass"), digest_size=16)
    return Fingerprint(digest.hexdigest(), text, dialect)


def _of_tokens(tokens: Tokens, text: str, dialect: Dialect) -> _Words | None:
    """None where the tokenizer makes less of the text than we do."""
    if _NUMBER in text or _LITERAL in text or _COMMENT in text or _QUOTED in text or _UNSURE in text:
        return None
    stands_for = _stands_for(dialect.parser, "$" in text)
    words = [stands_for[token.token_type] or token.text for token in tokens]
    said = " ".join(words).lower()
    if _UNSURE in said:
        if not _made_sure(words, tokens, text, dialect):
            return None
        if "" in words:
            tokens = [token for token, word in zip(tokens, words, strict=True) if word]
            words = [word for word in words if word]
        said = " ".join(words).lower()
    return _Words(words, said, lambda at: text[tokens[at].start : tokens[at].end + 1])


def _made_sure(words: list[str], tokens: Tokens, text: str, dialect: Dialect) -> bool:
    """Makes one literal of the words of each parameter; false where a command begins a statement."""
    gone = dialect.name not in _NUMBERED_COLUMNS
    end = 0
    for at in list(_each(_UNSURE, words)):
        token = tokens[at]
        if token.start < end:
            continue
        words[at] = token.text
        if token.token_type not in _MAY_BE_PARAMETER:
            if at == 0 or tokens[at - 1].token_type in _BEFORE_COMMAND:
                return False
        elif found := _POSITIONAL.match(text, token.start):
            words[at] = _LITERAL if gone else token.text
            end = found.end()
            while at + 1 < len(tokens) and tokens[at + 1].start < end:
                at += 1
                words[at] = "" if gone else tokens[at].text
    return True


def _of_pieces(text: str, dialect: Dialect) -> _Words:
    """The same of any text."""
    rest = f" … {len(text)}" if len(text) > _READ else ""
    pieces = cut(_unmarked(text[:_READ]), dialect.lexis)
    said = {piece: _said(piece, dialect) for piece in set(pieces)}
    pieces = [piece for piece in pieces if said[piece]]
    words = list(map(said.__getitem__, pieces))
    return _Words(words, " ".join(words).lower() + rest, pieces.__getitem__)


def _each(mark: str, words: list[str]) -> Iterator[int]:
    """Where a mark stands that is rare."""
    at = -1
    for _ in range(words.count(mark)):
        at = words.index(mark, at + 1)
        yield at


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
            return _QUOTED


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
    for sign, signed in _SIGNED:
        if sign in words:
            words = signed.sub(_unsigned, words)
    words = _LIST.sub("(?)", words)
    if "(?) , (?)" in words:
        words = _ROWS.sub("(?)", words)
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
#: One after the other: what an expression begins with is found many times faster where that is one thing.
_SIGNED = tuple((sign, re.compile(re.escape(sign))) for sign in (f"+ {_NUMBER}", f"- {_NUMBER}"))
_SIGNED_AS_WRITTEN = re.compile(rf"[-+]\s*+{_NUMBER}")
_TAKES_SIGN = re.compile(
    r"(?:[(,<+*/\[]|(?<!:)=|(?<![-=])(?<!->)>|\|\||(?<![\w$])(?:then|else|between|and|or|in|limit|offset|when|select))\Z",
    re.IGNORECASE,
)
_EMPTY = "null|true|false|default"
_CONSTANT = f"(?:[{_NUMBER}{_LITERAL}]|{_EMPTY})"
#: A list of nothing but literals, one at least, and rows of such lists.
_LIST = re.compile(rf"\( (?:(?:{_EMPTY}) , )*+[{_NUMBER}{_LITERAL}](?: , {_CONSTANT})*+ \)")
_ROWS = re.compile(r"\(\?\)(?: , \(\?\))++")
_LIST_AS_WRITTEN = re.compile(rf"\(\s*+(?:{_CONSTANT}\s*+,\s*+)*{_CONSTANT}\s*+\)", re.IGNORECASE)
_ROWS_AS_WRITTEN = re.compile(r"\(\?\)(?:\s*+,\s*+\(\?\))++")
_BEHIND = "; \t\r\n\f\v"
