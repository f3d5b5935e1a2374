"""What one line of the log says, by its own words: a statement's text, a duration, a row of pgaudit's, an error."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lineagebot.sync.postgres_log import Record
from lineagebot.sync.postgres_sessions.talk import Kind
from lineagebot.sync.postgres_text import prepared_text

STATEMENT = "statement: "
DURATION = re.compile(r"duration: ([\d.]+) ms(?:  (statement|execute|parse|bind)\b ?([^:]*): (.*))?\Z", re.DOTALL)
EXECUTE = re.compile(r"execute ([^:\n]*): (.*)\Z", re.DOTALL)
AUDIT = "AUDIT: "
DISCONNECTION = "disconnection: "
LOG_STATEMENT = re.compile(r'parameter "log_statement" changed to "(\w+)"')
ALL_GONE = re.compile(
    r"starting PostgreSQL|all server processes terminated; reinitializing"
    r"|database system (was|is) (shut down|interrupted)"
)
_PREPARE_DETAIL = "prepare: "


@dataclass(frozen=True, slots=True)
class Audit:
    """One row of pgaudit's. `text` is empty where pgaudit left it out."""

    #: Statement and sub-statement number in the session: cascaded objects repeat them.
    key: str
    text: str


def is_client(record: Record) -> bool:
    if record.backend is None:
        return record.user is not None
    return record.backend == "client backend"


def bare(text: str) -> str:
    return text.strip().rstrip(";").rstrip()


def audit_row(record: Record) -> Audit | None:
    """The row that an AUDIT line holds; None where it is none."""
    try:
        row = next(csv.reader([record.message[len(AUDIT) :]]))
    except (csv.Error, StopIteration):
        return None
    if len(row) < 8 or row[0] not in ("SESSION", "OBJECT"):
        return None
    text = "" if row[7] in ("<not logged>", "<previously logged>") else row[7]
    if row[4] != "PREPARE":
        text = prepared_text(text) or text
    return Audit(f"{row[1]},{row[2]}", text)


def text_of(record: Record, kind: Kind) -> str:
    """The SQL that the line shows."""
    return TEXTS[kind](record)


def prepared_by_sql(record: Record, kind: Kind) -> str | None:
    """What an EXECUTE statement ran: the text that was prepared stands in the line's detail."""
    if kind is not Kind.STATEMENT or not record.detail or not record.detail.startswith(_PREPARE_DETAIL):
        return None
    text = record.detail[len(_PREPARE_DETAIL) :]
    return prepared_text(text) or text


def error_line(record: Record) -> str:
    """The error's first line. Outside class 42 (names and syntax) what it quotes may be data, and is left out."""
    line = record.message.splitlines()[0] if record.message else "error"
    if not (record.state_code or "").startswith("42"):
        line = _QUOTED.sub('"…"', line)
    elif record.state_code == "42601":
        line = _COLON_REST.sub("", _QUOTED.sub('"…"', line)) or line
    return f"{record.state_code}: {line}" if record.state_code else line


_QUOTED = re.compile(r'"[^"]*"')
_COLON_REST = re.compile(r": .*", re.DOTALL)


def _executed(record: Record) -> str:
    found = EXECUTE.match(record.message)
    return found.group(2) if found else record.message


def _timed(record: Record) -> str:
    found = DURATION.match(record.message)
    return found.group(4) if found and found.group(4) is not None else record.message


def _audited(record: Record) -> str:
    row = audit_row(record)
    return row.text if row else record.message


TEXTS: Mapping[Kind, Callable[[Record], str]] = {
    Kind.STATEMENT: lambda record: record.message[len(STATEMENT) :],
    Kind.EXECUTE: _executed,
    Kind.TIMED: _timed,
    Kind.AUDIT: _audited,
    Kind.ERROR: lambda record: record.statement or "",
}
