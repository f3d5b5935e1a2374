"""Statements lie in one partition per month: made before they are needed, dropped whole when their time is over."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime

import sqlalchemy as sa

from lineagebot.store.engine import Tx
from lineagebot.store.queries import query

#: A date outside it is a mistake of the log: its statement goes to the partition for all others.
PLAUSIBLE_YEARS = range(2000, 2101)

_NAME = re.compile(r"^statement_y(\d{4})m(\d{2})$")


def prepare_months(tx: Tx, *, today: date, ahead: int = 2) -> tuple[str, ...]:
    """Partitions for this month and the next `ahead` ones; returns the names of those that were made."""
    month, months = _first(today), []
    for _ in range(ahead + 1):
        months.append(month)
        month = _next(month)
    return make_months(tx, months)


def make_months(tx: Tx, days: Iterable[date]) -> tuple[str, ...]:
    """Partitions for the months of `days` that have none yet; returns their names."""
    wanted = {_first(day) for day in days if day.year in PLAUSIBLE_YEARS}
    missing = sorted(wanted - set(months(tx)))
    for month in missing:
        tx.execute(
            sa.text(
                f"CREATE TABLE IF NOT EXISTS {_name(month)} PARTITION OF statement "
                f"FOR VALUES FROM ('{month}T00:00:00Z') TO ('{_next(month)}T00:00:00Z')"
            )
        )
    return tuple(_name(month) for month in missing)


def drop_months(tx: Tx, *, before: date) -> tuple[str, ...]:
    """Drop the partitions of all months that ended before the month of `before`; returns their names.

    DETACH and DROP take milliseconds whatever the size; a DELETE would leave the table to be vacuumed.
    """
    old = [month for month in months(tx) if month < _first(before)]
    for month in old:
        tx.execute(sa.text(f"ALTER TABLE statement DETACH PARTITION {_name(month)}"))
        tx.execute(sa.text(f"DROP TABLE {_name(month)}"))
    tx.execute(
        sa.text("DELETE FROM statement_other WHERE started_at < :before"),
        {"before": datetime(before.year, before.month, 1, tzinfo=UTC)},
    )
    return tuple(_name(month) for month in old)


def months_back(day: date, count: int) -> date:
    """The first day of the month that lies `count` months before the month of `day`."""
    total = day.year * 12 + day.month - 1 - count
    return date(total // 12, total % 12 + 1, 1)


def months(tx: Tx) -> tuple[date, ...]:
    """First days of the months that have a partition, oldest first."""
    names = tx.execute(query("statement_partitions")).scalars()
    found = (_NAME.match(name) for name in names)
    return tuple(sorted(date(int(m[1]), int(m[2]), 1) for m in found if m))


def _name(month: date) -> str:
    return f"statement_y{month:%Y}m{month:%m}"


def _first(day: date) -> date:
    return date(day.year, day.month, 1)


def _next(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)
