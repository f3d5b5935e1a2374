"""The texts that an expression of literals and variables can have: what EXECUTE IMMEDIATE 'DROP ' || :what will run.

A variable that was set to a literal in this text is known by its name; one that was set in a branch may have several
texts. What only the run tells is left open: `whole` is False then, and the text has a hole in its place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from lineagebot.sql.dialects import Dialect
from lineagebot.sql.tokens import Kind, Token, inside, words

#: Texts that one variable may have; of more, none is believed.
MOST = 8
#: Longest text that is put together.
_LONGEST = 200_000
#: What stands where only the run tells: a word that names nothing.
HOLE = "_only_the_run_tells_"


class Told(NamedTuple):
    text: str
    whole: bool


Variables = Mapping[str, tuple[str, ...]]

_CASTS = words("TEXT VARCHAR STRING NVARCHAR CHAR TO_CHAR TO_VARCHAR")
_QUOTERS = words("QUOTENAME QUOTE_IDENT")
_LINES = {"CHAR": ("10", "13"), "CHR": ("10", "13")}


def told(tokens: Sequence[Token], variables: Variables, dialect: Dialect) -> tuple[Told, ...]:
    """The texts that the expression may have, at most MOST of them; one with a hole where all is unknown."""
    return _Reading(tokens, variables, dialect).sum(len(tokens))


class _Reading:
    def __init__(self, tokens: Sequence[Token], variables: Variables, dialect: Dialect) -> None:
        self.tokens = tokens
        self.variables = variables
        self.dialect = dialect
        self.at = 0
        self.depth = 0

    def sum(self, end: int) -> tuple[Told, ...]:
        """term || term, term + term."""
        found: tuple[Told, ...] = (Told("", True),)
        while self.at < end:
            found = _joined(found, self.term(end))
            if self.at < end and self.tokens[self.at].text in ("||", "+", "&"):
                self.at += 1
            elif self.at < end:  # what we do not know stands between
                return _joined(found, self._unknown(end))
        return found

    def term(self, end: int) -> tuple[Told, ...]:
        token = self.tokens[self.at]
        following = self.tokens[self.at + 1].text if self.at + 1 < end else ""
        if token.kind is Kind.STRING:
            self.at += 1
            self._skip_cast(end)
            return (Told(literal_text(token, self.dialect), True),)
        if token.text == "(":
            return self._bracketed(end)
        if token.kind is Kind.WORD and following == "(":
            return self._call(token.upper, end)
        if token.text in (":", "$") and self.at + 1 < end:
            self.at += 1
            token = self.tokens[self.at]
        if token.kind in (Kind.WORD, Kind.PARAMETER, Kind.QUOTED):
            texts = self.variables.get(token.text.lstrip("@:$").strip('"`').lower())
            if texts:
                self.at += 1
                self._skip_cast(end)
                return tuple(Told(text, HOLE not in text) for text in texts)
        return self._unknown(end)

    def _skip_cast(self, end: int) -> None:
        if self.at + 1 < end and self.tokens[self.at].text == "::":
            self.at += 2

    def _bracketed(self, end: int) -> tuple[Told, ...]:
        close = self._close(end)
        self.depth += 1
        self.at += 1
        found = self.sum(close) if self.depth < 20 else (Told(HOLE, False),)
        self.depth -= 1
        self.at = close + 1
        return found

    def _close(self, end: int) -> int:
        depth = 0
        for at in range(self.at, end):
            depth += (self.tokens[at].text == "(") - (self.tokens[at].text == ")")
            if depth == 0 and self.tokens[at].text == ")":
                return at
        return end

    def _call(self, name: str, end: int) -> tuple[Told, ...]:
        self.at += 1
        close = self._close(end)
        if self.depth > 20:
            self.at = close + 1
            return (Told(HOLE, False),)
        arguments = self._arguments(self.at + 1, close)
        self.at = close + 1
        self._skip_cast(end)
        if name in ("CONCAT", "CONCAT_WS"):
            found: tuple[Told, ...] = (Told("", True),)
            for at, argument in enumerate(arguments[1:] if name == "CONCAT_WS" else arguments):
                if at and name == "CONCAT_WS":
                    found = _joined(found, arguments[0])
                found = _joined(found, argument)
            return found
        if name == "FORMAT" and arguments:
            return _formatted(arguments)
        if (name in _QUOTERS or name in _CASTS or name == "CAST") and arguments:
            return arguments[0]
        if name in _LINES:
            return (Told("\n", True),)
        return (Told(HOLE, False),)

    def _arguments(self, at: int, close: int) -> list[tuple[Told, ...]]:
        found: list[tuple[Told, ...]] = []
        depth = 0
        begin = at
        for here in range(at, close + 1):
            text = self.tokens[here].text if here < close else ","
            depth += (text == "(") - (text == ")")
            if (text == "," and depth == 0) or here == close:
                inner = _Reading(self.tokens[begin:here], self.variables, self.dialect)
                inner.depth = self.depth + 1
                if here > begin:
                    found.append(inner.sum(here - begin))
                begin = here + 1
        return found

    def _unknown(self, end: int) -> tuple[Told, ...]:
        """Step over what is not told, up to the next sign that joins texts."""
        depth = 0
        while self.at < end:
            text = self.tokens[self.at].text
            depth += (text == "(") - (text == ")")
            if depth == 0 and text in ("||", "+"):
                break
            self.at += 1
        return (Told(HOLE, False),)


def _joined(left: tuple[Told, ...], right: tuple[Told, ...]) -> tuple[Told, ...]:
    found = [Told(a.text + b.text, a.whole and b.whole) for a in left for b in right]
    if len(found) > MOST or sum(len(one.text) for one in found) > _LONGEST:
        return (Told(found[0].text[:_LONGEST], False),)
    return tuple(found)


def _formatted(arguments: Sequence[tuple[Told, ...]]) -> tuple[Told, ...]:
    """FORMAT('DROP TABLE %I', name): %s, %I, %L one after the other, %1$I by number."""
    if len(arguments[0]) != 1:
        return (Told(HOLE, False),)
    pieces = arguments[0][0].text.split("%")
    found: tuple[Told, ...] = (Told(pieces[0], arguments[0][0].whole),)
    taken = 0
    skip = False
    for piece in pieces[1:]:
        if skip or not piece:  # %% is one sign
            found = _joined(found, (Told(("" if skip else "%") + piece, True),))
            skip = not skip and not piece
            continue
        number, _, rest = piece.partition("$")
        if number.isdecimal() and rest:
            taken, piece = int(number) - 1, rest
        argument = arguments[taken + 1] if 0 <= taken + 1 < len(arguments) else (Told(HOLE, False),)
        if piece[0] in "LlTt":
            argument = tuple(Told(f"'{one.text}'" if one.whole else "NULL", True) for one in argument)
        taken += 1
        found = _joined(_joined(found, argument), (Told(piece[1:], True),))
    return found


def literal_text(token: Token, dialect: Dialect) -> str:
    """What a string literal says, its escapes undone."""
    text = inside(token.text)
    prefix = token.text[: token.text.find("'") if "'" in token.text else 0].lower()
    if "\\" in text and (dialect.lexis.backslash or prefix == "e") and "r" not in prefix and token.text[:1] != "$":
        for escape, meant in (("\\'", "'"), ('\\"', '"'), ("\\n", "\n"), ("\\t", "\t"), ("\\\\", "\\")):
            text = text.replace(escape, meant)
    return text
