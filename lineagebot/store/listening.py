"""When each place hears: its quiet hours and its digest, as people set them. Every change is audited."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

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
