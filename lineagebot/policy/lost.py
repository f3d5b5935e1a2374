"""What is to be got back, what is known of how its system keeps it, and the way that was found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from lineagebot.model import AssetKey, Effect


@dataclass(frozen=True, slots=True)
class Kept:
    """How a system keeps one table's past, as far as its catalog says."""

    #: So long what is gone can be brought back; None where nobody said.
    retention: timedelta | None = None
    #: Snowflake: kept for a day at most, and nothing comes after it.
    transient: bool = False
    #: A description of files that lie elsewhere.
    external: bool = False


@dataclass(frozen=True, slots=True)
class Lost:
    """One effect, and what may help to undo it; fields as in recovery.recovery_of."""

    effect: Effect
    dialect: str
    at: datetime
    definition: str | None
    statement: str | None
    taken: bool
    kept: Kept

    @property
    def target(self) -> AssetKey:
        return self.effect.target

    @property
    def when(self) -> str:
        return said(self.at)

    @property
    def utc(self) -> str:
        """The moment just before it, as a literal of UTC down to the millisecond."""
        return f"{self.at.astimezone(UTC):%Y-%m-%d %H:%M:%S}.{self.at.microsecond // 1000:03}"

    @property
    def milliseconds(self) -> int:
        """The same, since 1970."""
        return int(self.at.timestamp() * 1000)


@dataclass(frozen=True, slots=True)
class Recovery:
    """`says` is a sentence or two; `sql` is to paste, None where there is nothing to paste."""

    says: str
    sql: str | None = None
    #: The last moment at which it works; None where it has no end, or nobody can say.
    until: datetime | None = None


def by(until: datetime) -> str:
    """ "until 24 Nov 11:58 UTC"."""
    until = until.astimezone(UTC)
    return f"until {until.day} {until:%b %H:%M} UTC"


def said(at: datetime) -> str:
    """ "2026-11-23 12:00:05 UTC"."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
