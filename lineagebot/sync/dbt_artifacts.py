"""One dbt artifact: bytes become a manifest, run results, a catalog or source freshness, or a sentence why not.

Read are manifest v12, run_results v6, catalog v1 and sources v3, and older and newer ones as far as their fields agree:
what is used of them (unique_id, resource_type, depends_on.nodes, relation_name, ...) is the same since dbt 1.0.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """The four artifacts, by their file's name."""

    MANIFEST = "manifest"
    RUN_RESULTS = "run_results"
    CATALOG = "catalog"
    SOURCES = "sources"

    @property
    def file(self) -> str:
        return f"{self}.json"


@dataclass(frozen=True, slots=True)
class _Versions:
    oldest: int
    proven: int
    #: The part that holds what is used, and what it is.
    part: str
    shape: type


_VERSIONS = {
    Kind.MANIFEST: _Versions(4, 12, "nodes", dict),
    Kind.RUN_RESULTS: _Versions(4, 6, "results", list),
    Kind.CATALOG: _Versions(1, 1, "nodes", dict),
    Kind.SOURCES: _Versions(2, 3, "results", list),
}
_SCHEMA = re.compile(r"/dbt/([a-z_-]+)/v(\d+)(?:\.json)?$")
#: What run results say at length and nobody asks them for.
_AT_LENGTH = ("compiled_code", "compiled_sql", "thread_id", "batch_results")


@dataclass(frozen=True, slots=True)
class Artifact:
    """One file that dbt wrote. `place`: its file or address, for people; without a signature."""

    kind: Kind
    place: str
    version: int
    generated_at: datetime
    body: Mapping[str, Any]
    #: What ties the files of one run together.
    invocation: str | None = None
    dbt_version: str | None = None

    @property
    def caveat(self) -> str | None:
        """Where its version is newer than what we know."""
        proven = _VERSIONS[self.kind].proven
        if self.version <= proven:
            return None
        return f"{self.place}: {self.kind} v{self.version} is newer than v{proven}; read as far as its fields agree"


@dataclass(frozen=True, slots=True)
class Unread:
    """A file that is no artifact, with the reason and the remedy as a sentence."""

    says: str


def read(data: bytes, kind: Kind, place: str) -> Artifact | Unread:
    """The artifact that `data` holds. A mistake in it is said, never raised."""
    try:
        return artifact_of(json.loads(data), kind, place)
    except (ValueError, RecursionError):
        return Unread(f"{place} is cut off or no JSON; it is read again, or run dbt again")


def artifact_of(body: Any, kind: Kind, place: str) -> Artifact | Unread:
    """The artifact that this JSON is. A mistake in it is said, never raised."""
    metadata = body.get("metadata") if isinstance(body, dict) else None
    if not isinstance(metadata, dict):
        return Unread(f"{place} is no dbt artifact (it has no metadata); leave it out of the folder")
    found = _SCHEMA.search(str(metadata.get("dbt_schema_version") or ""))
    if found is None or found[1].replace("-", "_") != kind:
        said = found[1] if found else "nothing known"
        return Unread(f"{place} should be {kind} and says that it is {said}; name each file as dbt does")
    return _checked(body, metadata, kind, int(found[2]), place)


def _checked(
    body: dict[str, Any], metadata: Mapping[str, Any], kind: Kind, version: int, place: str
) -> Artifact | Unread:
    known = _VERSIONS[kind]
    if version < known.oldest:
        return Unread(f"{place} is {kind} v{version}; v{known.oldest} and newer are read: upgrade dbt to 1.0 or newer")
    if not isinstance(body.get(known.part), known.shape):
        return Unread(f"{place}: {kind} v{version} has no {known.part} as v{known.proven} has; update lineagebot")
    generated_at = time_of(metadata.get("generated_at"))
    if generated_at is None:
        return Unread(f"{place} does not say when it was generated; write it with dbt itself")
    if kind is Kind.RUN_RESULTS:
        for result in body[known.part]:
            for name in _AT_LENGTH if isinstance(result, dict) else ():
                result.pop(name, None)
    invocation, dbt = metadata.get("invocation_id"), metadata.get("dbt_version")
    return Artifact(
        kind,
        place,
        version,
        generated_at,
        body,
        invocation=str(invocation) if invocation else None,
        dbt_version=str(dbt) if dbt else None,
    )


def time_of(said: object) -> datetime | None:
    """A time as dbt writes it, in UTC; None where it is none."""
    try:
        moment = datetime.fromisoformat(str(said))
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


#: Where a file says when it was generated: near its beginning, in every version.
_GENERATED = re.compile(rb'"generated_at"\s*:\s*"([^"]{10,40})"')


def generated_at(head: bytes) -> datetime | None:
    """When an artifact says that it was generated, by its first kilobytes."""
    found = _GENERATED.search(head)
    return time_of(found[1].decode("ascii", "replace")) if found else None
