"""What does a line mean that begins with no command: a question, SQL, or just a name?

Tried in this order: a phrasing that people use ("who reads marts.orders"), SQL, a name, a mistyped command. What fits
nothing gets the nearest names and commands as buttons, never a guess.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable
from dataclasses import dataclass

from lineagebot.commands.grammar import first_word, unescape
from lineagebot.commands.table import words

#: phrasing → the command line that it means; {x} is what was asked about.
_PHRASES: tuple[tuple[str, str], ...] = (
    (r"who (?:reads|uses|queries|looks at|is using|is reading|depends on) (?P<x>.+)", "readers {x}"),
    (r"(?:readers|users) of (?P<x>.+)", "readers {x}"),
    (r"who (?:owns|is responsible for|maintains|answers for) (?P<x>.+)", "owner {x}"),
    (r"whose is (?P<x>.+)", "owner {x}"),
    (r"(?:the )?owners? of (?P<x>.+)", "owner {x}"),
    (r"what (?:feeds|fills|makes|builds|goes into|is behind) (?P<x>.+)", "lineage {x} --upstream"),
    (r"(?:upstream|sources|origin) of (?P<x>.+)", "lineage {x} --upstream"),
    (r"where does (?P<x>.+?) come from", "lineage {x} --upstream"),
    (r"what (?:uses|reads|depends on|is built on|is built from|comes from) (?P<x>.+)", "lineage {x} --downstream"),
    (r"(?:downstream|consumers) of (?P<x>.+)", "lineage {x} --downstream"),
    (r"what (?:breaks|happens|would break|would happen) (?:if|when) (?:(?:i|we|someone) )?"
     r"(?:drops?|deletes?|removes?) (?P<x>.+)", "check DROP {x}"),
    (r"(?:can|may|could) (?:i|we) (?:drop|delete|remove) (?P<x>.+)", "check DROP {x}"),
    (r"quiet[ -]?hours?\b(?P<x>.*)", "quiet-hours{x}"),
    (r"(?:lineage|graph) (?:of|for) (?P<x>.+)", "lineage {x}"),
    (r"(?:tell me about|what is|what's|show me|show) (?P<x>.+)", "lineage {x}"),
    (r"(?:what's up|how are you|are you (?:ok|well|up to date))", "status"),
    (r"(?:what can you do|how does this work)", "help"),
)  # fmt: skip
_READ = tuple((re.compile(pattern, re.IGNORECASE), line) for pattern, line in _PHRASES)

#: A statement begins within so many characters: whether it is one at all need not be asked of five megabytes.
_BEGINNING = 10_000
#: How statements begin, each with the word that must follow for it to be SQL and no sentence. Nothing here looks
#: further than a bounded way: what people paste must not be able to keep us searching.
_SQL = re.compile(
    r"""(?ix) (?:^|[\s`;(]) (?:
        select\s .{0,2000}?\bfrom\b | select\s+[\d*'(]
      | with\s+(?:recursive\s+)?"?\w+"?\s*(?:\([^()]{0,2000}\)\s*)? as\s*\(
      | insert\s+(?:into|overwrite)\b | update\s+\S+\s+set\b | delete\s+from\b | merge\s+into\b
      | drop\s+(?:table|view|materialized|schema|database|index|function|owned|sequence|type|column)\b
      | truncate\s+\S | alter\s+(?:table|view|materialized|schema|database|index)\b
      | create\s+(?:or\s+replace|table|temp|temporary|view|materialized|schema|unlogged|database|index)\b
      | grant\s.{1,500}?\son\b | revoke\s.{1,500}?\son\b | refresh\s+materialized\b | copy\s+\S+\s+(?:from|to)\b
      | do\s+\$ | explain\s+\w | begin\s*; | call\s+\w+\s*\( | comment\s+on\b | lock\s+table\b
    )""",
    re.DOTALL,
)
_JINJA = re.compile(r"\{\{(?:(?!\{\{|\}\}).)*\}\}|\{%(?:(?!\{%|%\}).)*%\}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Meant:
    """The command line that a line stands for, and the command words that it nearly spells."""

    line: str
    #: Nearest command words, where the line fits nothing else.
    nearly: tuple[str, ...] = ()


def meant(line: str, is_name: Callable[[str], bool]) -> Meant:
    """Read a line that begins with no command. `is_name` says whether the graph knows words as a name."""
    bare = line.strip().rstrip("?!. ").strip()
    if (asked := phrase(bare)) is not None:
        return Meant(asked)
    if looks_like_sql(line):
        return Meant(f"check {line.strip()}")
    word, rest = first_word(bare)
    nearly = tuple(difflib.get_close_matches(word, words(), n=3, cutoff=0.7))
    if nearly and not is_name(bare):
        return Meant(f"{nearly[0]} {rest}".strip(), nearly)
    return Meant(f"lineage {bare}")


def phrase(line: str) -> str | None:
    """The command line that a question means; None where it is no phrasing of ours."""
    bare = line.strip().rstrip("?!. ").strip()
    for pattern, command in _READ:
        if match := pattern.fullmatch(bare):
            return command.format(**match.groupdict())
    return None


def looks_like_sql(line: str) -> bool:
    """True where a statement stands in the text, pasted in whatever way."""
    text = unescape(line[:_BEGINNING])
    return bool(_SQL.search(text) or (_JINJA.search(text) and re.search(r"(?i)\bselect\b", text)))
