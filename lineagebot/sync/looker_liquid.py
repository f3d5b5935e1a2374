"""Which texts a piece of LookML can become: Liquid's branches and parameters, constants, and what only developers see.

Nothing is evaluated: each value that it can take is listed. What no file tells (a user's attribute, a parameter without
allowed values) stays in the text as it is, and is then matched with nothing.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence

#: More texts than this nobody can look through: of more ways through its branches, so many are tried.
MOST = 64

_IF = re.compile(r"\{%-?\s*if\b[^%]*%\}((?:(?!\{%-?\s*if\b).)*?)\{%-?\s*endif\s*-?%\}", re.DOTALL)
_UNLESS = re.compile(r"\{%-?\s*unless\b[^%]*%\}((?:(?!\{%-?\s*unless\b).)*?)\{%-?\s*endunless\s*-?%\}", re.DOTALL)
_CASE = re.compile(r"\{%-?\s*case\b[^%]*%\}((?:(?!\{%-?\s*case\b).)*?)\{%-?\s*endcase\s*-?%\}", re.DOTALL)
_BRANCH = re.compile(r"\{%-?\s*(?:else\s*|elsif\b[^%]*|when\b[^%]*)-?%\}")
_ELSE = re.compile(r"\{%-?\s*else\s*-?%\}")
_CONDITION = re.compile(r"\{%-?\s*condition\s+[\w.]+\s*-?%\}(.*?)\{%-?\s*endcondition\s*-?%\}", re.DOTALL)
_DATE = re.compile(r"\{%-?\s*date_(?:start|end)\s+[\w.]+\s*-?%\}")
_PARAMETER = re.compile(
    r"\{%-?\s*parameter\s+(?:\w+\.)?(\w+)\s*-?%\}|\{\{-?\s*(?:\w+\.)?(\w+)\._parameter_value\s*-?\}\}"
)
_CONSTANT = re.compile(r"@\{(\w+)\}")
_COMMENT = re.compile(r"\{%-?\s*comment\s*-?%\}.*?\{%-?\s*endcomment\s*-?%\}", re.DOTALL)
#: Assignments say nothing that stands in the text.
_SILENT = re.compile(r"\{%-?\s*(?:assign|increment)\b[^%]*%\}")
_DEV = re.compile(r"^[ \t]*--[ \t]*if dev[ \t]*--.*$", re.MULTILINE)
_PROD = re.compile(r"--[ \t]*if prod[ \t]*--")


def values(
    text: str,
    *,
    parameters: Mapping[str, Sequence[str]] | None = None,
    constants: Mapping[str, str] | None = None,
    most: int = MOST,
) -> tuple[str, ...]:
    """Each text that it can become, at most `most` of them, in the order of its branches."""
    plain = _COMMENT.sub("", _PROD.sub("", _DEV.sub("", text)))
    plain = _SILENT.sub("", _DATE.sub("CURRENT_TIMESTAMP", _CONDITION.sub(r"(\1) IS NOT NULL", plain)))
    plain = _CONSTANT.sub(lambda m: (constants or {}).get(m[1], m[0]), plain)
    whole = _distinct(_ways(plain, parameters or {}), most + 1)
    if len(whole) <= most:
        return whole
    return _distinct((_one_way(plain, parameters or {}, _chooser(n)) for n in range(4 * most)), most)


def _distinct(texts: Iterator[str], most: int) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for one in texts:
        found[one.strip()] = None
        if len(found) >= most:
            break
    return tuple(found)


def _ways(text: str, parameters: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Every way through its conditions, innermost first, with every value of its parameters."""
    choice = _choice(text, parameters)
    if choice is None:
        yield text
        return
    for one in choice:
        yield from _ways(one, parameters)


def _one_way(text: str, parameters: Mapping[str, Sequence[str]], choose: Callable[[Sequence[str]], str]) -> str:
    """One of very many ways: that each branch is met is enough, not that each meets each other."""
    while (choice := _choice(text, parameters)) is not None:
        text = choose(choice)
    return text


def _chooser(seed: int) -> Callable[[Sequence[str]], str]:
    """The same choices on every machine."""
    return random.Random(seed).choice  # noqa: S311  (nothing secret hangs on it)


def _choice(text: str, parameters: Mapping[str, Sequence[str]]) -> list[str] | None:
    """What the text can become by its next condition or parameter; None where it has none."""
    for block in (_IF, _UNLESS, _CASE):
        found = block.search(text)
        if found is not None:
            return [text[: found.start()] + part + text[found.end() :] for part in _parts(found[1], block is _CASE)]
    for found in _PARAMETER.finditer(text):
        if allowed := parameters.get(found[1] or found[2]):
            return [text.replace(found[0], value) for value in allowed]
    return None


def _parts(inside: str, is_case: bool) -> list[str]:
    parts = _BRANCH.split(inside)
    if is_case:
        parts = parts[1:] or parts
    if not _ELSE.search(inside):
        parts = [*parts, ""]
    return list(dict.fromkeys(parts))
