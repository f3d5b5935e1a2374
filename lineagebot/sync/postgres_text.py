"""Just enough of SQL's surface to follow a session: where statements end, and with which verbs they begin.

What a statement means is for `sql.understand`; here it only matters whether it opens, ends or undoes a transaction, and
whether it moves the search path. Strings, quoted names, dollar quotes and nested comments are stepped over.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache


class Control(StrEnum):
    """What a statement does to the transaction around it."""

    NONE = "none"
    BEGIN = "begin"
    COMMIT = "commit"
    ROLLBACK = "rollback"
    SAVEPOINT = "savepoint"
    RELEASE = "release"
    ROLLBACK_TO = "rollback to"
    #: PREPARE TRANSACTION: what becomes of it is decided elsewhere.
    PREPARE = "prepare"


@dataclass(frozen=True, slots=True)
class Part:
    """One statement of a text with several: text[start:end]."""

    start: int
    end: int
    #: The first words, in lower case.
    words: tuple[str, ...]
    control: Control = Control.NONE
    #: The savepoint's name.
    name: str | None = None
    #: COMMIT AND CHAIN: a new transaction begins at once.
    chain: bool = False


_STEP = re.compile(
    r"""--[^\n]*
      | /\*
      | \b[eE]'(?:[^'\\]|''|\\.)*'
      | '(?:[^']|'')*'
      | "(?:[^"]|"")*"
      | \$(?P<tag>[A-Za-z_][A-Za-z0-9_]*|)\$.*?\$(?P=tag)\$
      | ;""",
    re.VERBOSE | re.DOTALL,
)
_COMMENT_EDGE = re.compile(r"/\*|\*/")
_BLANK = re.compile(r"[\s(]+")
_WORD = re.compile(r"[A-Za-z_][\w.]*")
_ATOMIC = re.compile(r"\bbegin\s+atomic\b", re.IGNORECASE)


#: Characters of a text whose parts are remembered: what is run again and again is short.
SHORT = 4_000


def parts(text: str) -> tuple[Part, ...]:
    """The statements of `text`, empty ones left out."""
    return _parts_of_short(text) if len(text) <= SHORT else _parts(text)


def _parts(text: str) -> tuple[Part, ...]:
    ends = [*_semicolons(text), len(text)]
    start = 0
    found: list[Part] = []
    for end in ends:
        if part := _part(text, start, end):
            if _ATOMIC.search(text, part.start, end) and part.words[:1] == ("create",):
                # A body in the SQL standard's style holds semicolons of its own, and an END that ends no transaction.
                return (*found, _whole(text, part))
            found.append(part)
        start = end + 1
    return tuple(found)


_parts_of_short = lru_cache(maxsize=1_000)(_parts)


def _whole(text: str, part: Part) -> Part:
    return Part(part.start, len(text), part.words)


def _semicolons(text: str) -> list[int]:
    if ";" not in text:
        return []
    found = []
    at = 0
    while step := _STEP.search(text, at):
        at = step.end()
        if step.group() == "/*":
            at = _comment_end(text, at)
        elif step.group() == ";":
            found.append(step.start())
    return found


def _comment_end(text: str, at: int) -> int:
    """The end of a block comment whose inside begins at `at`; in Postgres they nest."""
    depth = 1
    while depth and (edge := _COMMENT_EDGE.search(text, at)):
        depth += 1 if edge.group() == "/*" else -1
        at = edge.end()
    return at if depth == 0 else len(text)


def _part(text: str, start: int, end: int) -> Part | None:
    at = _skip(text, start, end)
    if at >= end:
        return None
    words: list[str] = []
    first = at
    while len(words) < 4 and (word := _WORD.match(text, at, end)):
        words.append(word.group().lower())
        at = _skip(text, word.end(), end)
    control, name = _control(tuple(words), text[first:end] if words and words[0] in _VERBS else "")
    chain = control in (Control.COMMIT, Control.ROLLBACK) and _chains(text[first:end])
    return Part(first, end, tuple(words), control, name, chain)


def _skip(text: str, at: int, end: int) -> int:
    """Past blanks, opening parentheses and comments."""
    while at < end:
        if blank := _BLANK.match(text, at, end):
            at = blank.end()
        elif text.startswith("--", at):
            line = text.find("\n", at, end)
            at = end if line < 0 else line + 1
        elif text.startswith("/*", at):
            at = _comment_end(text, at + 2)
        else:
            break
    return at


_VERBS = frozenset({"begin", "start", "commit", "end", "rollback", "abort", "savepoint", "release", "prepare"})
_CHAIN = re.compile(r"\band\s+(no\s+)?chain\b", re.IGNORECASE)
_NAME = r'("(?:[^"]|"")+"|[^\s;"]+)'
_SAVEPOINT = re.compile(rf"savepoint\s+{_NAME}", re.IGNORECASE)
_RELEASE = re.compile(rf"release\s+(?:savepoint\s+)?{_NAME}", re.IGNORECASE)
_ROLLBACK_TO = re.compile(
    rf"(?:rollback|abort)\s+(?:work\s+|transaction\s+)?to\s+(?:savepoint\s+)?{_NAME}", re.IGNORECASE
)


def _control(words: tuple[str, ...], text: str) -> tuple[Control, str | None]:
    if not text:
        return Control.NONE, None
    verb, second = words[0], words[1] if len(words) > 1 else ""
    if second == "prepared":
        return Control.NONE, None
    if to := _ROLLBACK_TO.match(text):
        return Control.ROLLBACK_TO, folded(to.group(1))
    if named := _SAVEPOINT.match(text):
        return Control.SAVEPOINT, folded(named.group(1))
    if released := _RELEASE.match(text):
        return Control.RELEASE, folded(released.group(1))
    if verb == "begin" or (verb == "start" and second == "transaction"):
        return Control.BEGIN, None
    if verb == "prepare":
        return (Control.PREPARE if second == "transaction" else Control.NONE), None
    if verb in ("commit", "end"):
        return Control.COMMIT, None
    return (Control.ROLLBACK if verb in ("rollback", "abort") else Control.NONE), None


def _chains(text: str) -> bool:
    """COMMIT AND CHAIN begins the next transaction at once."""
    found = _CHAIN.search(text)
    return found is not None and found[1] is None


#: Statements that change nothing; what a SELECT does is done by a function that it calls.
_HARMLESS = _VERBS | {
    "select", "values", "table", "show", "fetch", "move", "declare", "close", "deallocate", "set", "reset", "discard",
    "listen", "unlisten", "notify", "checkpoint",
}  # fmt: skip


def may_change(text: str) -> bool:
    """A guess at a glance: whether one of the statements that `text` begins with is more than a read or a setting."""
    return any(part.words[:1] and part.words[0] not in _HARMLESS for part in parts(text[:SHORT]))


def folded(name: str) -> str:
    """A name as Postgres compares it: quotes off, unquoted ones in lower case."""
    if name.startswith('"') and name.endswith('"') and len(name) > 1:
        return name[1:-1].replace('""', '"')
    return name.lower()


@dataclass(frozen=True, slots=True)
class PathChange:
    """A statement moves the search path; `path` None goes back to the default. `local`: until the transaction ends."""

    path: tuple[str, ...] | None
    local: bool = False


_SET_PATH = re.compile(r"set\s+(?:(session|local)\s+)?search_path\s*(?:=|\bto\b)\s*(.*)", re.IGNORECASE | re.DOTALL)
_SET_SCHEMA = re.compile(r"set\s+(?:(session|local)\s+)?schema\s+('(?:[^']|'')*')", re.IGNORECASE)
_RESET = re.compile(r"(?:reset\s+(?:search_path|all)|discard\s+all)\s*$", re.IGNORECASE)
_SET_CONFIG = re.compile(
    r"select\s+(?:pg_catalog\s*\.\s*)?set_config\s*\(\s*'search_path'\s*,\s*'((?:[^']|'')*)'\s*,\s*(\w+)", re.IGNORECASE
)
_ITEM = re.compile(r"""(?<!\s)\s*+("(?:[^"]|"")*"|'(?:[^']|'')*'|[^\s,"';]+)\s*+(?:,|$)""")


def path_change(text: str, part: Part) -> PathChange | None:
    """How `part` moves the search path; None where it does not."""
    if not part.words or part.words[0] not in ("set", "reset", "discard", "select"):
        return None
    said = text[part.start : part.end].strip()
    if found := _SET_PATH.match(said):
        local = (found.group(1) or "").lower() == "local"
        listed = found.group(2).strip()
        return PathChange(None if listed.lower() == "default" else _listed(listed), local)
    if found := _SET_SCHEMA.match(said):
        return PathChange((_unquoted(found.group(2)),), (found.group(1) or "").lower() == "local")
    if found := _SET_CONFIG.match(said):
        return PathChange(_listed(found.group(1).replace("''", "'")), found.group(2).lower() in ("true", "t"))
    return PathChange(None) if _RESET.match(said) else None


def search_path(setting: str) -> tuple[str, ...]:
    """The schemas of a setting's value as the catalog keeps it: `"$user", public`."""
    return _listed(setting)


def _listed(text: str) -> tuple[str, ...]:
    return tuple(name for item in _ITEM.finditer(text) if (name := _unquoted(item.group(1))))


def _unquoted(item: str) -> str:
    if item.startswith("'"):
        return item[1:-1].replace("''", "'")
    return folded(item)


_PREPARED = re.compile(r"\s*prepare\s+" + _NAME + r"\s*(?:\([^)]*\)\s*)?as\s+(.*)", re.IGNORECASE | re.DOTALL)


def prepared_text(text: str) -> str | None:
    """The statement inside `prepare p (int) as delete ...`; None where the text is no PREPARE."""
    found = _PREPARED.match(text)
    return found.group(2) if found else None
