"""What the fold holds besides its sessions: what it settled, lost and counted, and the texts, read again on demand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from lineagebot.model import Outcome
from lineagebot.sync.postgres_log import Place, Record
from lineagebot.sync.postgres_sessions import lines
from lineagebot.sync.postgres_sessions.talk import Path, Pending

#: Gives the record at a place again; None where its file is gone.
Reread = Callable[[Place], Record | None]


@dataclass(frozen=True, slots=True)
class Settled:
    """A statement of the log, with what became of it."""

    id: str
    record: Record
    text: str
    started_at: datetime
    ended_at: datetime | None
    outcome: Outcome
    #: As it was set in the session; None: the login's default.
    path: Path
    vxid: str | None
    error: str | None = None
    #: A statement that ran inside a function's or DO block's (pgaudit sees those).
    parent: str | None = None
    #: The end of its transaction is not in the log (only DDL is logged, say): DONE is the likely reading, not a fact.
    assumed: bool = False
    #: Transaction id, where the log tells it: Postgres can be asked what became of it.
    txid: int = 0


@dataclass(frozen=True, slots=True)
class Tally:
    """What the records were. They add up to the records read."""

    statements: int = 0
    #: Begin and end of transactions and sessions, durations, errors, further audit lines.
    signs: int = 0
    #: Not about any statement: checkpoints, connections, warnings.
    noise: int = 0
    #: Our own sessions.
    own: int = 0

    @property
    def records(self) -> int:
        return self.statements + self.signs + self.noise + self.own


@dataclass(slots=True)
class Book:
    """The fold's own notes."""

    reread: Reread
    settled: list[Settled] = field(default_factory=list)
    #: Places whose file is gone by the time that the record there is needed.
    lost: list[Place] = field(default_factory=list)
    #: Sessions that ended.
    ended: list[str] = field(default_factory=list)
    #: Whether BEGIN and COMMIT are in the log (log_statement = all): then one that is not there was not run.
    tells_all: bool = False
    statements: int = 0
    signs: int = 0
    noise: int = 0
    own: int = 0

    def record(self, pending: Pending) -> Record | None:
        if pending.record is None:
            pending.record = self.reread(pending.place)
        return pending.record

    def text(self, pending: Pending) -> str:
        """What ran: of EXECUTE the prepared statement, of a message with several the part that is meant."""
        record = self.record(pending)
        if record is None:
            return ""
        prepared = lines.prepared_by_sql(record, pending.kind)
        if prepared is not None:
            return prepared
        text = lines.text_of(record, pending.kind)
        return text[pending.span[0] : pending.span[1]] if pending.span else text

    def message_text(self, pending: Pending) -> str:
        """The whole text of the line that told of it."""
        record = self.record(pending)
        return "" if record is None else lines.text_of(record, pending.kind)
