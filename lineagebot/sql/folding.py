"""Long lists of literals, made short before they are parsed: 50,000 rows of a VALUES mean what twenty of them mean.

Asked only of texts that are long. Literals feed no column and name no table, so nothing is lost but their number; a
list in a PIVOT names columns, and stays. The lines of the text stay where they are.
"""

from __future__ import annotations

import re
from functools import cache

from lineagebot.sql.tokens import PLAIN, TAG, TAGGED, Lexis, hiding

#: A longer text is not searched for lists.
_LONGEST = 64_000_000
#: A list or a comment up to so many characters stays as it is.
_SHORT = 2_000
#: So much of a longer one is kept: rows, or items of one list.
_ROWS, _ITEMS = 20, 200
#: A string in a row that is kept is cut to nothing above this length.
_LONG_STRING = 1_000


def folded(text: str, lexis: Lexis) -> str:
    """A text of the same meaning, with its lists of nothing but literals cut short."""
    if len(text) > _LONGEST or (lexis.dollar_quotes and TAGGED.search(text)):  # $body$ ... $body$ is code, not data
        return text
    return _long(lexis).sub(lambda match: _folded(match, lexis), text)


def _folded(match: re.Match[str], lexis: Lexis) -> str:
    found = match.group()
    if len(found) <= _SHORT or match.lastgroup is None:
        return found
    if match.lastgroup == "comment":
        short = " " if found[2:3] != "+" else found
    elif match.lastgroup == "rows":
        short = _rows(match, lexis)
    else:
        return found
    return short + "\n" * (found.count("\n") - short.count("\n"))


def _rows(match: re.Match[str], lexis: Lexis) -> str:
    found = match.group()
    row, literal = _row(lexis), _literal(lexis)
    kept = [one.group() for one, _ in zip(row.finditer(found), range(_ROWS), strict=False)]
    if len(kept) == 1 and not _VALUES.search(match.string, max(0, match.start() - 40), match.start()):
        if _PIVOT.search(match.string):
            return found
        items = [one.group() for one, _ in zip(literal.finditer(found, 1), range(_ITEMS), strict=False)]
        return f"{found[0]}{', '.join(items)}{found[-1]}"
    if sum(map(len, kept)) > _SHORT:
        kept = [literal.sub(lambda one: one.group() if len(one.group()) < _LONG_STRING else "''", one) for one in kept]
    return ", ".join(kept)


_VALUES = re.compile(r"\bVALUES\s*\Z", re.IGNORECASE)
_PIVOT = re.compile(r"\bPIVOT\b", re.IGNORECASE)


@cache
def _literal(lexis: Lexis) -> re.Pattern[str]:
    return re.compile(_literals(lexis), re.DOTALL)


@cache
def _row(lexis: Lexis) -> re.Pattern[str]:
    return re.compile(_a_row(lexis), re.DOTALL)


@cache
def _long(lexis: Lexis) -> re.Pattern[str]:
    """What can hide a bracket comes first, so that no list is looked for inside of it."""
    parts = dict(hiding(lexis))
    row = _a_row(lexis)
    return re.compile(
        rf"{PLAIN}|(?P<comment>/\*.*?\*/|{parts['comment']})|(?P<rows>{row}(?:\s*+,\s*+{row})*+)"
        rf"|(?P<string>{_untagged(parts['string'])})|(?P<quoted>{parts['quoted']})",
        re.DOTALL,
    )


def _a_row(lexis: Lexis) -> str:
    literal = _literals(lexis)
    opening, closing = (r"[(\[]", r"[)\]]") if not lexis.brackets else (r"\(", r"\)")
    return rf"{opening}\s*+(?:{literal}\s*+,\s*+)*+{literal}\s*+{closing}"


def _literals(lexis: Lexis) -> str:
    strings = _untagged(dict(hiding(lexis))["string"])
    return rf"(?:{strings}|[-+]?\.?\d[\w.]*+|(?i:null|true|false|default)\b)"


def _untagged(strings: str) -> str:
    return strings.replace(f"|{TAG}", "")
