"""GROUP BY 1, ORDER BY 3 DESC: numbers that mean an output column are no values, and a fingerprint keeps them.

Asked of every statement, in small letters and with a mark for each literal and each quoted name: what is looked at are
only the brackets behind a BY, its numbers, and the words that end its list. A number too many parts two statements that
mean the same; one too few makes one of two that do not.
"""

from __future__ import annotations

import re
from itertools import accumulate, pairwise

#: Stands for a number.
NUMBER = "\x01"

#: A number at the beginning of an item, signs before it or not.
_ITEM = rf"(?:[-+] )*+{NUMBER}"
#: The last letter before a number that begins an item: of BY, a comma, a sign.
_BEFORE = "y,+-"
_TELLING = re.compile(rf"[()\[\]]| by (?:{_ITEM})?|, {_ITEM}")
#: What ends the list of a BY in the same brackets; another BY does, too.
_END = re.compile(
    r" (?:having|limit|offset|fetch|window|qualify|union|except|intersect|minus|rows|range|groups|for|with|into|where"
    r"|from|select|when|then|on|using|;|\|>) "
)


def positions(said: str) -> list[int]:
    """Which of the numbers may mean a column, counted from 0."""
    at = said.find(" by ")
    if at < 0 or not _may_follow(said, at):
        return []
    last = said.rfind(NUMBER) + 1
    found: list[int] = []
    while 0 <= at < last:
        at = said.find(" by ", _read(said, at, last, found))
    counts = [said.count(NUMBER, begin, end) for begin, end in pairwise([0, *found])]
    return list(accumulate(counts))


def _may_follow(said: str, at: int) -> bool:
    """Whether any number behind it may begin an item."""
    at = said.find(NUMBER, at)
    while at >= 0:
        if said[at - 2] in _BEFORE:
            return True
        at = said.find(NUMBER, at + 1)
    return False


def _read(said: str, begin: int, last: int, found: list[int]) -> int:
    """Where the brackets around this BY end; the numbers in its list, and in those inside of it, are told."""
    around: list[int] = []
    by = 0  # where the list goes on that has been looked at so far; 0 where there is none
    for match in _TELLING.finditer(said, begin, last):
        sign = match.group()
        if sign[0] == " ":
            by = match.end()
        elif sign == ")" or sign == "]":
            if not around:
                return match.end()
            by = match.end() if around.pop() else 0
            continue
        elif by and _END.search(said, by, match.start()):
            by = 0
        if sign == "(" or sign == "[":
            around.append(by)
            by = 0
        elif by and sign[-1] == NUMBER:
            by = match.end()
            found.append(by - 1)
    return last
