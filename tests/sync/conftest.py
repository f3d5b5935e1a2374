"""Logs for the sync tests: the genuine ones beside the repository, and small ones written line by line."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from lineagebot.sync.postgres_files import LogFiles
from lineagebot.sync.postgres_reader import LogReader, Piece
from lineagebot.sync.postgres_sessions import Settled

START = datetime(2026, 11, 22, 14, 0, 0, tzinfo=UTC)


def shared_directory() -> Path:
    return Path(os.environ.get("LINEAGEBOT_SHARED", Path(__file__).resolve().parents[3] / "shared"))


@pytest.fixture(scope="session")
def fixtures() -> Path:
    """The genuine logs. Skips where they are not beside the repository."""
    found = shared_directory() / "fixtures"
    if not found.is_dir():
        pytest.skip(f"no genuine logs in {found}; set LINEAGEBOT_SHARED")
    return found


@dataclass
class Session:
    """Writes the lines of one session as jsonlog does."""

    log: Log
    pid: int
    user: str = "anna"
    application: str = "psql"
    line: int = 0
    transaction: int = 0
    open: bool = False

    def say(self, message: str, *, ps: str = "", vxid: str | None = None, **more: Any) -> None:
        self.line += 1
        self.log.write(self, message, ps=ps, vxid=vxid or f"3/{self.transaction}", **more)

    def statement(self, text: str, *, state: str | None = None, **more: Any) -> None:
        if not self.open:
            self.transaction += 1
        self.say(f"statement: {text}", ps=state or ("idle in transaction" if self.open else "idle"), **more)
        self.open = {"begin": True, "commit": False, "rollback": False}.get(text.lower(), self.open)

    def duration(self, tag: str = "SELECT") -> None:
        vxid = f"3/{self.transaction}" if self.open else "3/0"
        self.say("duration: 1.000 ms", ps=tag, vxid=vxid)

    def error(self, message: str, statement: str, code: str = "42P01") -> None:
        self.say(message, severity="ERROR", state_code=code, statement=statement)

    def disconnect(self) -> None:
        self.say("disconnection: session time: 0:00:01", ps="idle in transaction" if self.open else "idle", vxid="")


@dataclass
class Log:
    """A jsonlog file that grows."""

    path: Path
    clock: datetime = START
    sessions: int = 0
    zone: str = "UTC"
    written: list[str] = field(default_factory=list)

    def session(self, **facts: Any) -> Session:
        self.sessions += 1
        return Session(self, 1000 + self.sessions, **facts)

    def write(self, session: Session, message: str, *, ps: str, vxid: str, severity: str = "LOG", **more: Any) -> None:
        self.clock += timedelta(milliseconds=10)
        record = {
            "timestamp": f"{self.clock:%Y-%m-%d %H:%M:%S}.{self.clock.microsecond // 1000:03d} {self.zone}",
            "user": session.user,
            "dbname": "shop",
            "pid": session.pid,
            "session_id": f"{int(START.timestamp()):x}.{session.pid:x}",
            "line_num": session.line,
            "ps": ps,
            "session_start": f"{START:%Y-%m-%d %H:%M:%S} UTC",
            "vxid": vxid,
            "txid": 0,
            "error_severity": severity,
            "message": message,
            "application_name": session.application,
            "backend_type": "client backend",
            **more,
        }
        self.append(json.dumps({k: v for k, v in record.items() if v != ""}) + "\n")

    def append(self, text: str) -> None:
        self.written.append(text)
        with self.path.open("a", encoding="utf-8") as file:
            file.write(text)


@pytest.fixture
def log(tmp_path: Path) -> Log:
    directory = tmp_path / "log"
    directory.mkdir()
    return Log(directory / "postgresql-1.json")


def pieces(where: Path, cursor: str | None = None) -> list[Piece]:
    return list(LogReader("acme", LogFiles("acme", str(where)), cursor).pieces())


def settled(where: Path) -> list[Settled]:
    return [one for piece in pieces(where) for one in piece.settled]
