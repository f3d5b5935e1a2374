"""One record of a Postgres server log, from jsonlog or csvlog: the two carry the same facts in different clothes.

The format is told by content, never by the file's name. Plain stderr is refused: its prefix is free text, and its
statements cannot be told apart from what they contain.
https://www.postgresql.org/docs/current/runtime-config-logging.html#RUNTIME-CONFIG-LOGGING-CSVLOG
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import BinaryIO

#: One record may be this long (a text of 5 MB, quotes doubled, has room); what is longer is not a log line.
RECORD_LIMIT = 64 * 1024 * 1024


class Format(StrEnum):
    JSON = "jsonlog"
    CSV = "csvlog"
    #: Anything else with content: the stderr format, or no Postgres log at all.
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record begins: the file by its first line's hash, and the byte."""

    file: str
    offset: int


@dataclass(frozen=True, slots=True)
class Record:
    """One log record. What the log leaves out is None; `vxid` is "backend/local", "3/0" outside a transaction."""

    place: Place
    at: datetime
    session: str
    line: int
    message: str
    severity: str
    user: str | None = None
    database: str | None = None
    #: The command tag, or for a simple-protocol statement the session's state before it ("idle in transaction").
    ps: str | None = None
    vxid: str | None = None
    txid: int = 0
    state_code: str | None = None
    detail: str | None = None
    #: The statement that an error happened in.
    statement: str | None = None
    application: str | None = None
    backend: str | None = None


class Unreadable(ValueError):
    """The bytes are no record. The message says why, without quoting them (they may hold data)."""


_JSON_START = re.compile(rb'\s*\{\s*"timestamp"\s*:')
_CSV_START = re.compile(
    rb'\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} [^,"]{1,8},("[^"]*")?,("[^"]*")?,\d+,("[^"]*")?,[0-9a-f]+\.[0-9a-f]+,\d+,'
)


def sniff(first_line: bytes) -> Format:
    """The format of a file that begins with `first_line`."""
    if _JSON_START.match(first_line):
        return Format.JSON
    return Format.CSV if _CSV_START.match(first_line) else Format.OTHER


@dataclass(frozen=True, slots=True)
class Raw:
    """The bytes of one whole record, or of a stretch that is `broken`; [offset, end) in the file."""

    offset: int
    end: int
    data: bytes
    broken: bool = False


def split(stream: BinaryIO, offset: int, form: Format) -> Iterator[Raw]:
    """Whole records of `stream`, which stands at `offset`. A half-written last one is left for the next time."""
    return _json_lines(stream, offset) if form is Format.JSON else _csv_records(stream, offset)


def _json_lines(stream: BinaryIO, offset: int) -> Iterator[Raw]:
    for line in stream:
        if not line.endswith(b"\n"):
            return
        yield Raw(offset, offset + len(line), line)
        offset += len(line)


def _csv_records(stream: BinaryIO, offset: int) -> Iterator[Raw]:
    """A CSV record ends at a line end outside quotes, that is after an even number of quote marks."""
    lines: list[bytes] = []
    length = quotes = 0
    for line in stream:
        if lines and (_CSV_START.match(line) or length > RECORD_LIMIT):
            # The server died while it wrote: a record without an end must not swallow the rest by its open quote.
            yield Raw(offset, offset + length, b"".join(lines), broken=True)
            offset += length
            lines, length, quotes = [], 0, 0
        if not line.endswith(b"\n"):
            return
        lines.append(line)
        length += len(line)
        quotes += line.count(b'"')
        if quotes % 2 == 0:
            yield Raw(offset, offset + length, b"".join(lines))
            offset += length
            lines, length, quotes = [], 0, 0


def read(raw: Raw, file: str, form: Format) -> Record:
    """The record in `raw`. Raises Unreadable."""
    if raw.broken:
        raise Unreadable("it was cut off while it was written")
    place = Place(file, raw.offset)
    text = raw.data.decode("utf-8", errors="replace")
    return _from_json(text, place) if form is Format.JSON else _from_csv(text, place)


def _from_json(text: str, place: Place) -> Record:
    try:
        row = json.loads(text)
    except ValueError as exc:
        raise Unreadable("it is not JSON") from exc
    if not isinstance(row, dict):
        raise Unreadable("it is JSON, but no object")
    said = {name: value for name, value in row.items() if type(value) is str}.get
    session, stamp, line, txid = said("session_id"), said("timestamp"), row.get("line_num"), row.get("txid")
    if session is None or stamp is None or not isinstance(line, int):
        raise Unreadable("it has no timestamp, session_id or line_num")
    return Record(
        place=place,
        at=_utc(stamp, said("session_start"), session),
        session=session,
        line=line,
        message=said("message") or "",
        severity=said("error_severity") or "LOG",
        user=said("user"),
        database=said("dbname"),
        ps=said("ps") or None,
        vxid=said("vxid") or None,
        txid=txid if isinstance(txid, int) else 0,
        state_code=said("state_code"),
        detail=said("detail"),
        statement=said("statement"),
        application=said("application_name") or None,
        backend=said("backend_type"),
    )


#: Columns up to application_name, which every version since 9.0 writes; backend_type came with 13.
_CSV_COLUMNS = 23


def _from_csv(text: str, place: Place) -> Record:
    csv.field_size_limit(RECORD_LIMIT)
    try:
        row = next(csv.reader([text], strict=True))
    except (csv.Error, StopIteration) as exc:
        raise Unreadable("it is not CSV") from exc
    if len(row) < _CSV_COLUMNS:
        raise Unreadable(f"it has {len(row)} columns, a csvlog record has at least {_CSV_COLUMNS}")
    if not row[6].isdigit() or "." not in row[5]:
        raise Unreadable("it has no session id and line number")
    return Record(
        place=place,
        at=_utc(row[0], row[8], row[5]),
        session=row[5],
        line=int(row[6]),
        message=row[13],
        severity=row[11] or "LOG",
        user=row[1] or None,
        database=row[2] or None,
        ps=row[7] or None,
        vxid=row[9] or None,
        txid=int(row[10]) if row[10].isdigit() else 0,
        state_code=None if row[12] == "00000" else row[12] or None,
        detail=row[14] or None,
        statement=row[19] or None,
        application=row[22] or None,
        backend=row[23] if len(row) > 23 else None,
    )


_SUMMER = re.compile(r"[A-Z]{1,3}DT$|^(CEST|EEST|WEST|BST|MESZ)$")


def _utc(stamp: str, session_start: str | None, session: str) -> datetime:
    """The time of a stamp such as "2026-11-22 14:00:11.033 CET".

    The log names its zone by an abbreviation, and those are ambiguous. But a session id begins with the session's
    start in seconds since 1970, and the same start is written out beside it: their difference is the zone.
    """
    try:
        if stamp.endswith((" UTC", " GMT")):
            return datetime.fromisoformat(stamp[:-4] + "+00:00")
        moment, zone = _split_stamp(stamp)
        return (moment - _zone_offset(zone, session_start, session)).replace(tzinfo=UTC)
    except ValueError as exc:
        raise Unreadable("its timestamp cannot be read") from exc


def _split_stamp(stamp: str) -> tuple[datetime, str]:
    day, clock, zone, *_ = [*stamp.split(" "), "UTC"]
    return datetime.fromisoformat(f"{day} {clock}"), zone


def _zone_offset(zone: str, session_start: str | None, session: str) -> timedelta:
    if not session_start:
        raise ValueError(zone)
    start, start_zone = _split_stamp(session_start)
    epoch = datetime.fromtimestamp(int(session.partition(".")[0], 16), tz=UTC).replace(tzinfo=None)
    offset = timedelta(minutes=round((start - epoch) / timedelta(minutes=1)))
    if zone == start_zone:
        return offset
    # The session lived through a change of the clocks.
    return offset + timedelta(hours=1 if _SUMMER.search(zone) else -1)
