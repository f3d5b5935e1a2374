"""Who uses an asset: people first, machines after, by what the logs say they did.

Nobody seen reading is not the same as nobody reads: callers show the coverage beside the answer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from lineagebot.graph.reader import GraphReader
from lineagebot.model import ANY_COLUMN, AssetKey, Person, Use

#: How far back "reads it" looks unless told otherwise.
READER_DAYS = 30


@dataclass(frozen=True, slots=True)
class Reader:
    """One person (or machine account) and what they read of the assets in question."""

    person: Person
    assets: tuple[AssetKey, ...]
    #: Statements that read any of `assets`, in the time asked for.
    reads: int
    last: date
    #: True for a pipeline or a BI account: nobody may be waiting for it, or many people behind it.
    via_machine: bool


def readers(reader: GraphReader, key: AssetKey, *, since: date, today: date) -> tuple[Reader, ...]:
    """Who read this asset from `since` to `today`, people before machines, the most frequent first."""
    return readers_of(reader, [key], since=since, today=today)


def readers_of(
    reader: GraphReader,
    keys: Collection[AssetKey],
    *,
    since: date,
    today: date,
    columns: Mapping[AssetKey, frozenset[str] | None] = MappingProxyType({}),
    without: Collection[tuple[str, str]] = (),
) -> tuple[Reader, ...]:
    """Who read any of these assets from `since` to `today`, people before machines, the most frequent first.

    `columns` narrows an asset to those who read these columns of it, or by an open star whichever there are, unless its
    readers were never told apart by column. `without` leaves out (system, login) pairs.
    """
    seen = [use for use in reader.uses(keys, since=since) if use.reads and since <= use.day <= today]
    uses = [use for use in _counting(seen, columns) if (use.asset.system, use.login) not in without]
    known = reader.people({(use.asset.system, use.login) for use in uses})
    by_person: dict[str, list[tuple[Person, Use]]] = defaultdict(list)
    for use in uses:
        login = (use.asset.system, use.login)
        person = known.get(login) or Person(
            id=f"{login[0]}:{login[1]}", name=use.login, machine=use.by_machine, logins=(login,)
        )
        by_person[person.id].append((person, use))
    found = [_reader(rows) for rows in by_person.values()]
    return tuple(sorted(found, key=lambda r: (r.via_machine, -r.reads, r.person.name)))


def _counting(uses: Sequence[Use], columns: Mapping[AssetKey, frozenset[str] | None]) -> list[Use]:
    """The rows that count: an asset's own, or one for each reader of a wanted column."""
    told_apart = {use.asset for use in uses if use.column is not None}
    counting: dict[tuple[AssetKey, str, date], Use] = {}
    for use in uses:
        wanted = columns.get(use.asset)
        by_column = wanted is not None and use.asset in told_apart
        if (use.column in wanted or use.column == ANY_COLUMN) if by_column and wanted else use.column is None:
            place = (use.asset, use.login, use.day)
            if place not in counting or counting[place].reads < use.reads:
                counting[place] = use
    return list(counting.values())


def _reader(rows: list[tuple[Person, Use]]) -> Reader:
    person = rows[0][0]
    return Reader(
        person=person,
        assets=tuple(sorted({use.asset for _, use in rows})),
        reads=sum(use.reads for _, use in rows),
        last=max(use.day for _, use in rows),
        via_machine=person.machine or all(use.by_machine for _, use in rows),
    )
