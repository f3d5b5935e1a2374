"""Stars that choose: * ILIKE 'a%' (Snowflake), * NOT LIKE 'a%', COLUMNS('a.*'), COLUMNS(* EXCLUDE (b)) (DuckDB)."""

from __future__ import annotations

import re
from collections.abc import Callable

from sqlglot import exp

Wanted = Callable[[str], bool]

_PATTERNS = (exp.Like, exp.ILike, exp.SimilarTo, exp.RegexpLike, exp.Glob)
#: Trees that may be such a star.
CHOOSING = frozenset({exp.Columns, *_PATTERNS})


def chosen(node: exp.Expr) -> tuple[exp.Expr, Wanted | None] | None:
    """The star, and which names it takes (None where the text does not tell); None where it is no star."""
    if isinstance(node, exp.Columns):
        return _columns(node)
    if isinstance(node.this, exp.Star):
        return node.this, _matching(node)
    return None


def _columns(node: exp.Expr) -> tuple[exp.Expr, Wanted | None]:
    inner = node.this
    if isinstance(inner, exp.Star) or (isinstance(inner, exp.Column) and isinstance(inner.this, exp.Star)):
        return inner, lambda name: True
    if isinstance(inner, exp.Literal):
        return exp.Star(), _by(re.escape(inner.name) if not inner.args.get("is_string") else inner.name)
    if isinstance(inner, exp.Array) and all(isinstance(part, exp.Literal) for part in inner.expressions):
        names = frozenset(part.name.lower() for part in inner.expressions)
        return exp.Star(), lambda name: name.lower() in names
    if isinstance(inner, exp.Lambda) and isinstance(inner.this, _PATTERNS):
        return exp.Star(), _matching(inner.this)
    return exp.Star(), None


def like(pattern: exp.Expr) -> Wanted | None:
    """Of * ILIKE 'pattern'."""
    return _by(_as_regex(pattern.name), whole=True) if isinstance(pattern, exp.Literal) else None


def _matching(node: exp.Expr) -> Wanted | None:
    pattern = node.args.get("expression")
    if not isinstance(pattern, exp.Literal) or isinstance(node, exp.Glob):
        return None
    regex = _as_regex(pattern.name) if isinstance(node, (exp.Like, exp.ILike)) else pattern.name
    wanted = _by(regex, whole=not isinstance(node, exp.RegexpLike))
    if wanted is None or not node.args.get("negate"):
        return wanted
    return lambda name: not wanted(name)


def _by(regex: str, *, whole: bool = False) -> Wanted | None:
    try:
        compiled = re.compile(regex, re.IGNORECASE)
    except re.error:
        return None
    return lambda name: (compiled.fullmatch(name) if whole else compiled.search(name)) is not None


def _as_regex(pattern: str) -> str:
    return "".join(".*" if sign == "%" else "." if sign == "_" else re.escape(sign) for sign in pattern)
