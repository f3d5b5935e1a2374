"""The long questions, each a named query in a .sql file beside this one: `-- name: <name>`, a comment, the SQL."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from sqlalchemy import TextClause, text

_NAME = re.compile(r"^-- name: (\w+)$", re.MULTILINE)


@cache
def query(name: str) -> TextClause:
    """The query of that name, with `:bound` parameters. Raises KeyError on a name that no file holds."""
    return text(_all()[name])


@cache
def _all() -> dict[str, str]:
    found: dict[str, str] = {}
    for file in sorted(files(__name__).iterdir(), key=lambda f: f.name):
        if file.name.endswith(".sql"):
            _, *parts = _NAME.split(file.read_text(encoding="utf-8"))
            found.update(zip(parts[::2], parts[1::2], strict=True))
    return found
