"""DELIMITER // of MySQL's client: statements end with another sign for a while. Written here with semicolons again."""

from __future__ import annotations

import re

_LINE = re.compile(r"^[ \t]*DELIMITER[ \t]+(\S+)[ \t]*$", re.IGNORECASE | re.MULTILINE)


def with_semicolons(text: str) -> str:
    """The same text, every character in its place, with a semicolon where the client sees the end of a statement."""
    if "DELIMITER" not in text.upper():
        return text
    parts: list[str] = []
    sign, begin = ";", 0
    for match in _LINE.finditer(text):
        parts += [_ended(text[begin : match.start()], sign), " " * len(match.group())]
        sign, begin = match.group(1), match.end()
    if not parts:
        return text
    return "".join((*parts, _ended(text[begin:], sign)))


def _ended(part: str, sign: str) -> str:
    return part if sign == ";" else part.replace(sign, ";".ljust(len(sign)))
