"""Where artifacts come from: one Protocol, and its simplest keeper but a folder: an address with the newest files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from lineagebot.sync.dbt_artifacts import Artifact, Kind, Unread, artifact_of
from lineagebot.sync.http import Http, NotThere

#: What to do where an address gives nothing.
NEEDS = "correct `artifacts`; an address that is signed may have run out"


class Place(Protocol):
    """A folder, an address, or dbt's platform."""

    @property
    def says(self) -> str:
        """Where it is, for people; without secrets."""
        ...

    def newest(self, kind: Kind, since: datetime | None = None) -> Iterator[Artifact | Unread]:
        """The artifacts of one kind, newest first, each fetched when it is asked for; none where there are none.

        `since`: older ones need not come. Raises SourceTrouble where the place itself cannot be read.
        """
        ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Address:
    """Implements Place: an http(s) folder where each run overwrites the files of the last. An object store's too."""

    address: str
    http: Http

    @property
    def says(self) -> str:
        return shown(self.address)

    def newest(self, kind: Kind, since: datetime | None = None) -> Iterator[Artifact | Unread]:
        address = address_of(self.address, kind.file)
        parts = urlsplit(address)
        try:
            # The signature is handed over apart from the path, which is what a sentence may name.
            body = self.http.get(parts.path, needs=NEEDS, **dict(parse_qsl(parts.query, keep_blank_values=True)))
        except NotThere:
            return
        yield artifact_of(body, kind, shown(address))

    def close(self) -> None:
        self.http.close()


def address_of(folder: str, file: str) -> str:
    """The address of one file: in the place of `{file}`, else at the end of the path; a signature stays behind it."""
    if "{file}" in folder:
        return folder.replace("{file}", file)
    parts = urlsplit(folder)
    return urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/{file}"))


def server_of(address: str) -> str:
    """The server of an address: what stands before its path."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def shown(address: str) -> str:
    """An address without what may be secret in it: its query, its user and password."""
    parts = urlsplit(address)
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{parts.hostname}{port}{parts.path}"
