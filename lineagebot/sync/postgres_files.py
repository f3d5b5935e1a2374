"""The files of a server log: which there are, in which order, and where one was left.

A file is known by the hash of its first line, not by its name or inode: the first line carries a time, a process and a
line number, and stays what it is when the file is renamed, copied away and truncated, or compressed. So every kind of
rotation is the same to us: a line that was read is not read again, and one that was not read is.
"""

from __future__ import annotations

import glob
import gzip
import hashlib
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, cast

from lineagebot.errors import SourceDenied, SourceUnreadable
from lineagebot.sync.postgres_log import Format, Place, Raw, Record, Unreadable, read, sniff, split

#: The first line is hashed up to here; a longer one differs long before.
HEAD_BYTES = 4096

JSONLOG_REMEDY = (
    "run ALTER SYSTEM SET log_destination = 'jsonlog' (or 'csvlog' before Postgres 15) and "
    "ALTER SYSTEM SET logging_collector = on, then restart Postgres"
)


@dataclass(frozen=True, slots=True)
class LogFile:
    """One file of the log, with what tells it from all others."""

    path: Path
    #: Hash of the first line.
    head: str
    form: Format
    #: Bytes, as read (of a compressed file: 0, nobody knows before it is read).
    size: int
    first_at: datetime

    @property
    def compressed(self) -> bool:
        return self.path.suffix == ".gz"

    def open_at(self, offset: int) -> BinaryIO:
        stream = _open(self.path)
        stream.seek(offset)
        return stream

    def records(self, offset: int) -> Iterator[Raw]:
        """Whole records from `offset` to the end. Raises OSError where the file vanished."""
        with self.open_at(offset) as stream:
            yield from split(stream, offset, self.form)


class LogFiles:
    """The log under `where`: a directory, one file, or a pattern such as /var/log/postgresql/*.json."""

    def __init__(self, source: str, where: str) -> None:
        self._source = source
        self._where = os.path.expanduser(where)
        self._known: dict[Path, tuple[tuple[int, int, int], LogFile | Format | None]] = {}

    def list(self) -> tuple[LogFile, ...]:
        """Readable files, oldest first. One format only: the server may write the same records in several.

        Raises SourceUnreadable (nothing there, or no format that can be read) and SourceDenied (no permission).
        """
        seen = [self._look(path) for path in self._paths()]
        files = [f for f in seen if isinstance(f, LogFile)]
        if not files and Format.OTHER in seen:
            raise SourceUnreadable(
                f"{self._source}: the log in {self._where} is neither jsonlog nor csvlog; {JSONLOG_REMEDY}"
            )
        form = Format.JSON if any(f.form is Format.JSON for f in files) else Format.CSV
        chosen: dict[str, LogFile] = {}
        for file in sorted((f for f in files if f.form is form), key=lambda f: (f.compressed, -f.size, str(f.path))):
            chosen.setdefault(file.head, file)
        return tuple(sorted(chosen.values(), key=lambda f: (f.first_at, str(f.path))))

    def formats(self) -> frozenset[Format]:
        """Every format that some file is written in."""
        looks = [self._look(path) for path in self._paths()]
        return frozenset(look.form if isinstance(look, LogFile) else look for look in looks if look is not None)

    def record_at(self, place: Place) -> Record | None:
        """The record at a place again; None where its file is gone."""
        for file in self.list():
            if file.head == place.file:
                with suppress(OSError, Unreadable):
                    for raw in file.records(place.offset):
                        return read(raw, file.head, file.form)
        return None

    def _paths(self) -> tuple[Path, ...]:
        where = Path(self._where)
        try:
            if where.is_dir():
                return tuple(sorted(p for p in where.iterdir() if p.is_file()))
            if where.is_file():
                return (where, *_rotated(where))
        except PermissionError as exc:
            raise SourceDenied(self._may_not_read(where)) from exc
        found = tuple(sorted(Path(p) for p in glob.glob(self._where) if os.path.isfile(p)))
        if not found:
            raise SourceUnreadable(self._nothing_there(where))
        return found

    def _nothing_there(self, where: Path) -> str:
        says = f"no file matches {self._where}" if glob.has_magic(self._where) else f"{where} does not exist"
        return f"{self._source}: {says}; set log to the server's log directory (SHOW log_directory)"

    def _may_not_read(self, path: Path) -> str:
        return (
            f"{self._source}: no permission to read {path}; let the bot's user read the log "
            "(log_file_mode = 0640 and membership in Postgres' group)"
        )

    def _look(self, path: Path) -> LogFile | Format | None:
        """What a file is; None for one that is empty, gone, or has no whole first line yet."""
        try:
            stat = path.stat()
            signature = (stat.st_ino, stat.st_size, stat.st_mtime_ns)
            known = self._known.get(path)
            if known is None or known[0] != signature:
                known = (signature, self._read_head(path, stat.st_size))
                self._known[path] = known
        except PermissionError as exc:
            raise SourceDenied(self._may_not_read(path)) from exc
        except FileNotFoundError:
            return None
        return known[1]

    def _read_head(self, path: Path, size: int) -> LogFile | Format | None:
        try:
            with _open(path) as stream:
                first = stream.readline(HEAD_BYTES)
                if not first.endswith(b"\n") and len(first) < HEAD_BYTES:
                    return None  # nothing yet, or half a line
                form = sniff(first)
                if form is Format.OTHER:
                    return Format.OTHER
                stream.seek(0)
                record = _first_record(stream, form)
        except (EOFError, gzip.BadGzipFile):
            return Format.OTHER
        if record is None:
            return None
        head = hashlib.sha256(first).hexdigest()[:16]
        return LogFile(path, head, form, 0 if path.suffix == ".gz" else size, record.at)


def _rotated(file: Path) -> Iterator[Path]:
    """What logrotate makes of a single named file: pg.json.1, pg.json.2.gz."""
    return iter(sorted(p for p in file.parent.glob(glob.escape(file.name) + ".*") if p.is_file()))


def _open(path: Path) -> BinaryIO:
    return cast("BinaryIO", gzip.open(path, "rb")) if path.suffix == ".gz" else path.open("rb")


def _first_record(stream: BinaryIO, form: Format) -> Record | None:
    for raw in split(stream, 0, form):
        with suppress(Unreadable):
            return read(raw, "", form)
    return None
