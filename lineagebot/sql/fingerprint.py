"""One hash for all statements that differ only in literals and comments, and a text of them that holds no literal.

Made from tokens, so that it also works where no parser does. Lists of literals count as one, whatever their length, and
so do the rows of a VALUES: a thousand-row insert and a two-row insert are one statement. Names are kept as they are.
Every statement of a log comes through here: each different piece of a text is looked at once, the rest is done on
whole strings.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b

from lineagebot.sql.dialects import dialect_of
from lineagebot.sql.tokens import Kind, cut, kind_of, words

#: Longest masked text that is kept, in characters.
MASKED_LENGTH = 100_000

#: Of a longer text only so much is looked at, in characters; its length is then part of the hash.
_READ = 300_000

#: Stand for what is left out while the text is put together: nothing else in it looks so.
_NUMBER, _LITERAL, _COMMENT = "\x01", "\x02", "\x03"
_MARKS = (_NUMBER, _LITERAL, _COMMENT)
#: Pieces that stand in most statements, and for themselves.
_SIGNS = words("( ) , . ; = * + - / < > <> <= >= || ::")


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """`hash` is 32 hex digits; `masked` is the text to show: no literal, no comment, hence no secret."""

    hash: str
    masked: str


def fingerprint(text: str, dialect: str) -> Fingerprint:
    """The fingerprint of any text, also of one that does not parse."""
    rest = f" … {len(text)}" if len(text) > _READ else ""
    lexis = dialect_of(dialect).lexis
    pieces = cut(_unmarked(text[:_READ]), lexis)
    said: dict[str, str] = {}
    shown: dict[str, str] = {}
    for piece in set(pieces):
        if piece.isidentifier():
            said[piece] = piece.lower()
            shown[piece] = piece
        elif piece in _SIGNS:
            said[piece] = shown[piece] = piece
        else:
            said[piece], shown[piece] = _piece(piece, kind_of(piece, lexis))
    joined = " ".join(filter(None, map(said.__getitem__, pieces)))
    signed = any(sign in joined for sign in _SIGNS_BEFORE)
    digest = blake2b((_hashed(joined, signed=signed) + rest).encode("utf-8", "surrogatepass"), digest_size=16)
    return Fingerprint(digest.hexdigest(), _masked("".join(map(shown.__getitem__, pieces)), signed=signed))


def _unmarked(text: str) -> str:
    for mark in _MARKS:
        text = text.replace(mark, " ")
    return text


def _piece(piece: str, kind: Kind | None) -> tuple[str, str]:
    """A piece of the text for the hash, and for people."""
    if kind is Kind.WORD:
        return piece.lower(), piece
    if kind is None:
        return "", piece
    if kind is Kind.COMMENT:
        return "", _COMMENT
    if kind is Kind.NUMBER:
        return _NUMBER, _NUMBER
    if kind is Kind.STRING or kind is Kind.PARAMETER:
        return _LITERAL, _LITERAL
    return piece, piece


def _hashed(words: str, *, signed: bool) -> str:
    if signed:
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


def _masked(shown: str, *, signed: bool) -> str:
    if _COMMENT in shown:
        shown = "".join(_without_comments(shown))
    if signed:
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
