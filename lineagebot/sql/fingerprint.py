"""One hash for all statements that differ only in literals and comments, and a text of them that holds no literal.

Made from tokens, so that it also works where no parser does. Lists of literals count as one, whatever their length, and
so do the rows of a VALUES: a thousand-row insert and a two-row insert are one statement. Names are kept as they are.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b

from lineagebot.sql.dialects import dialect_of
from lineagebot.sql.tokens import Kind, Token, tokenize, words

#: Longest masked text that is kept, in characters.
MASKED_LENGTH = 100_000

#: Of a longer text only so much is looked at, in characters; its length is then part of the hash.
_READ = 300_000

_LITERALS = frozenset({Kind.STRING, Kind.NUMBER, Kind.PARAMETER})
_CONSTANTS = frozenset({"NULL", "TRUE", "FALSE", "DEFAULT"})
#: After these a minus belongs to the number that follows.
_BEFORE_SIGN = words("( , = < > <= >= <> != + * / || [ THEN ELSE BETWEEN AND OR IN LIMIT OFFSET WHEN SELECT")


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """`hash` is 32 hex digits; `masked` is the text to show: no literal, no comment, hence no secret."""

    hash: str
    masked: str


def fingerprint(text: str, dialect: str) -> Fingerprint:
    """The fingerprint of any text, also of one that does not parse."""
    rest = f" … {len(text)}" if len(text) > _READ else ""
    text = text[:_READ]
    pieces = _without_lists(_without_literals(tokenize(text, dialect_of(dialect).lexis)))
    while pieces and pieces[-1].word == ";":
        pieces.pop()
    words = " ".join(piece.word for piece in pieces) + rest
    digest = blake2b(words.encode("utf-8", "surrogatepass"), digest_size=16)
    return Fingerprint(digest.hexdigest(), _shown(text, pieces))


@dataclass(slots=True)
class _Piece:
    #: For the hash: folded, "?" for a literal.
    word: str
    #: For people: as written, "?" for a literal.
    shown: str
    start: int
    end: int


def _without_literals(tokens: Iterable[Token]) -> list[_Piece]:
    pieces: list[_Piece] = []
    for kind, text, start in tokens:
        if kind is Kind.COMMENT:
            continue
        end = start + len(text)
        if kind in _LITERALS:
            sign = pieces[-1] if kind is Kind.NUMBER and _is_sign(pieces) else None
            if sign is not None:
                pieces.pop()
            pieces.append(_Piece("?", "?", sign.start if sign else start, end))
        else:
            pieces.append(_Piece(text.lower() if kind is Kind.WORD else text, text, start, end))
    return pieces


def _is_sign(pieces: list[_Piece]) -> bool:
    if not pieces or pieces[-1].word not in ("-", "+"):
        return False
    return len(pieces) == 1 or pieces[-2].word.upper() in _BEFORE_SIGN


def _without_lists(pieces: list[_Piece]) -> list[_Piece]:
    """(?, ?, NULL) becomes (?), and (?), (?), (?) becomes (?)."""
    kept: list[_Piece] = []
    at = 0
    while at < len(pieces):
        end = _end_of_list(pieces, at) if pieces[at].word == "(" else 0
        if not end:
            kept.append(pieces[at])
            at += 1
            continue
        if len(kept) >= 2 and kept[-1].word == "," and kept[-2].word == "(?)":
            kept.pop()
            kept[-1].end = pieces[end - 1].end
        else:
            kept.append(_Piece("(?)", "(?)", pieces[at].start, pieces[end - 1].end))
        at = end
    return kept


def _end_of_list(pieces: list[_Piece], at: int) -> int:
    """Behind the bracket that closes a list of nothing but literals; 0 where this is no such list."""
    at += 1
    literals = 0
    while at + 1 < len(pieces) and (pieces[at].word == "?" or pieces[at].word.upper() in _CONSTANTS):
        literals += pieces[at].word == "?"
        at += 1
        if pieces[at].word == ")":
            return at + 1 if literals else 0
        if pieces[at].word != ",":
            return 0
        at += 1
    return 0


def _shown(text: str, pieces: list[_Piece]) -> str:
    parts: list[str] = []
    end = length = 0
    for piece in pieces:
        parts.append(_space(text[end : piece.start]) if parts else "")
        parts.append(piece.shown)
        end = piece.end
        length += len(parts[-1]) + len(parts[-2])
        if length > MASKED_LENGTH:
            return "".join(parts)[:MASKED_LENGTH] + " …"
    return "".join(parts)


def _space(between: str) -> str:
    """White space as it was; what else stood between two tokens (comments, literals of a list) becomes one space."""
    if not between or between.isspace():
        return between
    last = between[between.rfind("\n") :] if "\n" in between else ""
    return last if last.isspace() else " "
