"""What was not understood, with the line of the text and a caret below the place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rich.cells import cell_len
from rich.text import Text

from lineagebot.model import Problem
from lineagebot.terminal.harmless import harmless
from lineagebot.terminal.phrases import named

_QUOTED = re.compile("“(.+)”")


def problem_lines(problem: Problem, lines: Sequence[str], width: int, bar: str) -> Iterator[Text]:
    sign = "Not understood, and it looks destructive: " if problem.looks_destructive else "Not understood: "
    style = "bold red" if problem.looks_destructive else "bold yellow"
    yield Text.assemble((sign, style), harmless(problem.message))
    if problem.line is not None and 0 < problem.line <= len(lines) and lines[problem.line - 1].strip():
        yield from _pointed(problem, problem.line, lines[problem.line - 1], width, bar)
    if problem.touches:
        yield Text("It may touch " + ", ".join(map(named, problem.touches)))


def _pointed(problem: Problem, number: int, line: str, width: int, bar: str) -> Iterator[Text]:
    """The line, cut to what fits. Of a text in another the column is not known: no caret where the word is not."""
    column, quoted = problem.column, _QUOTED.search(problem.message)
    word = quoted[1] if quoted else ""
    margin = f"  {number} {bar} "
    room = width - len(margin) - 1
    line = harmless(line.replace("\t", " ").rstrip())
    at = (column or 1) - 1
    begin = max(0, min(at - room // 2, len(line) - room))
    yield Text(margin, "dim").append(line[begin : begin + room], "not dim")
    if column is not None and line.startswith(word, at):
        before = cell_len(line[begin:at])
        yield Text(f"{bar} ".rjust(len(margin)), "dim").append(" " * before + "^", "not dim bold red")
