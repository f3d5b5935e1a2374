"""When each place hears: its quiet hours and its digest, as people set them. Every change is audited."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Row
from sqlalchemy.dialects.postgresql import insert

from lineagebot.model import Digest, Listening, QuietHours
from lineagebot.reply import Destination
from lineagebot.store import tables as t
from lineagebot.store.curation import audit
from lineagebot.store.engine import Tx
from lineagebot.store.records import as_json, from_json


@dataclass(frozen=True, slots=True)
class Places:
    """How every place listens; a person's direct messages are one place, by whichever of its two names."""

    rules: Mapping[tuple[str, str], Listening]
    #: (workspace, channel of direct messages) → the person's own id.
    people: Mapping[tuple[str, str], str]

    def place(self, where: Destination) -> Destination:
        """Where it is said: a person, rather than the channel of their direct messages."""
        person = self.people.get((where.workspace, where.channel))
        return where if person is None else replace(where, channel=person)

    def of(self, where: Destination) -> Listening:
        place = self.place(where)
        return self.rules.get((place.workspace, place.channel), Listening())


def everywhere(tx: Tx) -> Places:
    rows = tx.execute(sa.select(t.listening)).all()
    rules = {(row.workspace, row.channel): _listening(row) for row in rows}
    return Places(rules, {(row.workspace, row.dm): row.channel for row in rows if row.dm is not None})


def at_place(tx: Tx, workspace: str, channel: str) -> Listening:
    return everywhere(tx).of(Destination(workspace, channel))


def set_quiet(
    tx: Tx, where: Destination, quiet: QuietHours | None, *, by: str, at: datetime, dm: str | None = None
) -> None:
    """From now on these are its quiet hours; None: it has none. `dm`: the channel of a person's direct messages."""
    _set(tx, where, dm, quiet=None if quiet is None else as_json(quiet))
    audit(tx, where.workspace, by, "quiet hours", where.channel, str(quiet) if quiet is not None else "off", at)


def set_digest(
    tx: Tx, where: Destination, digest: Digest | None, *, by: str, at: datetime, dm: str | None = None
) -> None:
    """From now on it has this digest; None: none. Its first one tells of what comes from now on."""
    _set(tx, where, dm, digest=None if digest is None else as_json(digest), digested_at=at)
    audit(tx, where.workspace, by, "digest", where.channel, str(digest) if digest is not None else "off", at)


def digested(tx: Tx, where: Destination, at: datetime) -> None:
    """Its digest was said, or there was nothing to say."""
    place = t.listening.c.workspace == where.workspace, t.listening.c.channel == where.channel
    tx.execute(sa.update(t.listening).where(*place).values(digested_at=at))


def dump(tx: Tx) -> Iterator[Mapping[str, Any]]:
    """Every place that has hours, for the export."""
    place = t.listening.c.workspace, t.listening.c.channel
    for row in tx.execute(sa.select(t.listening).order_by(*place)):
        said = {"dm": row.dm, "quiet": row.quiet, "digest": row.digest}
        if row.quiet is not None or row.digest is not None:
            yield {"workspace": row.workspace, "channel": row.channel} | {k: v for k, v in said.items() if v}


def load(tx: Tx, where: Destination, entry: Mapping[str, Any], *, by: str, at: datetime) -> None:
    """Take in what `dump` wrote of a place. Raises TypeError, ValueError or AttributeError where it cannot be read."""
    quiet = from_json(QuietHours, entry["quiet"]) if entry.get("quiet") else None
    digest = from_json(Digest, entry["digest"]) if entry.get("digest") else None
    times = [*((quiet.start, quiet.end) if quiet else ()), *((digest.at,) if digest else ())]
    if any(minutes is not None and not 0 <= minutes < 24 * 60 for minutes in times):
        raise ValueError("a time of day is minutes since midnight")
    if quiet is not None:
        set_quiet(tx, where, quiet, by=by, at=at, dm=entry.get("dm"))
    if digest is not None:
        set_digest(tx, where, digest, by=by, at=at, dm=entry.get("dm"))


def _set(tx: Tx, where: Destination, dm: str | None, **values: object) -> None:
    known = values if dm is None else values | {"dm": dm}
    row = insert(t.listening).values(workspace=where.workspace, channel=where.channel, **known)
    tx.execute(row.on_conflict_do_update(index_elements=["workspace", "channel"], set_=known))


def _listening(row: Row[object]) -> Listening:
    held = row._mapping
    quiet, digest = held["quiet"], held["digest"]
    return Listening(
        quiet=None if quiet is None else from_json(QuietHours, quiet),
        digest=None if digest is None else from_json(Digest, digest),
        digested_at=held["digested_at"],
    )
