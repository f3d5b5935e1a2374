"""Who uses an asset: people first, machines after, by what the logs say they did.

Nobody seen reading is not the same as nobody reads: callers show the coverage beside the answer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from lineagebot.graph.reader import GraphReader
from lineagebot.model import AssetKey, Person, Use

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


def readers_of(reader: GraphReader, keys: Collection[AssetKey], *, since: date, today: date) -> tuple[Reader, ...]:
    """Who read any of these assets from `since` to `today`, people before machines, the most frequent first."""
    uses = [use for use in whole_asset(reader.uses(keys, since=since)) if use.reads and since <= use.day <= today]
    logins = {(use.asset.system, use.login) for use in uses}
    known = reader.people(logins)
    by_person: dict[str, list[tuple[Person, Use]]] = defaultdict(list)
    for use in uses:
        login = (use.asset.system, use.login)
        person = known.get(login) or Person(
            id=f"{login[0]}:{login[1]}", name=use.login, machine=use.by_machine, logins=(login,)
        )
        by_person[person.id].append((person, use))
    found = [_reader(rows) for rows in by_person.values()]
    return tuple(sorted(found, key=lambda r: (r.via_machine, -r.reads, r.person.name)))


def _reader(rows: list[tuple[Person, Use]]) -> Reader:
    person = rows[0][0]
    return Reader(
        person=person,
        assets=tuple(sorted({use.asset for _, use in rows})),
        reads=sum(use.reads for _, use in rows),
        last=max(use.day for _, use in rows),
        via_machine=person.machine or all(use.by_machine for _, use in rows),
    )


def whole_asset(uses: Iterable[Use]) -> list[Use]:
    """The rows that count statements: column rows repeat the same statement once per column."""
    return [use for use in uses if use.column is None]
