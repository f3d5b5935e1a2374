"""`lineagebot sql`: what a person typed becomes a drawing, or a sentence that says what is wrong with it."""

from __future__ import annotations

import difflib
import sys
from pathlib import Path

from lineagebot.errors import BadRequest
from lineagebot.sql.catalog import Catalog
from lineagebot.sql.dialects import DIALECTS, NAMES, Dialect
from lineagebot.terminal import draw
from lineagebot.terminal.schema_file import catalog_from

#: No path is longer; more is SQL.
_LONGEST_PATH = 1_000


def shown(text: str | None, dialect: str, schema: Path | None) -> str:
    """What is understood of the text. Raises BadRequest where there is nothing to understand."""
    known = _dialect(dialect)
    catalog = catalog_from(schema, known, draw.SYSTEM) if schema is not None else Catalog.empty()
    drawing = draw.understanding(_read(text), known, catalog)
    if not drawing.statements:
        raise BadRequest("there is no statement in this text")
    return drawing.text


def _dialect(name: str) -> Dialect:
    known = DIALECTS.get(name.lower())
    if known is None:
        near = difflib.get_close_matches(name.lower(), DIALECTS, n=2)
        meant = f"; did you mean {' or '.join(near)}?" if near else ""
        raise BadRequest(f"there is no dialect {name!r}{meant} Known: {', '.join(NAMES)}")
    return known


def _read(text: str | None) -> str:
    if text is None:
        raise BadRequest("give a statement, a file, or - to read it from standard input")
    if text == "-":
        return _decoded(sys.stdin.buffer.read(), "standard input")
    if _is_file(text):
        try:
            return _decoded(Path(text).read_bytes(), text)
        except OSError as exc:
            raise BadRequest(f"{text} cannot be read: {exc.strerror}") from exc
    return text


def _is_file(text: str) -> bool:
    try:
        return len(text) < _LONGEST_PATH and Path(text).is_file()
    except (OSError, ValueError):
        return False


def _decoded(content: bytes, name: str) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        raise BadRequest(f"{name} is no text in UTF-8") from exc
    if "\0" in text:
        raise BadRequest(f"{name} is no text")
    return text
