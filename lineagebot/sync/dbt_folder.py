"""Artifacts in a folder: a dbt `target/`, or one folder per run below it, as a CI job or a bucket's copy has them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from lineagebot.errors import SourceDenied, SourceUnreadable
from lineagebot.sync.dbt_artifacts import Artifact, Kind, Unread, generated_at, read

#: Folders below the one that is named; dbt's own `compiled/` and `run/` go deeper and hold none.
DEPTH = 4
#: Bytes of a file in which it says when it was generated.
_HEAD = 8192

_Identity = tuple[str, int, int]


@dataclass(slots=True)
class Folder:
    """Implements dbt_place.Place. A file is read again only when it changed."""

    source: str
    root: Path
    #: The last artifact of each kind that is asked for every time, by its file's state.
    _kept: dict[Kind, tuple[_Identity, Artifact | Unread]] = field(default_factory=dict)

    @property
    def says(self) -> str:
        return str(self.root)

    def newest(self, kind: Kind, since: datetime | None = None) -> Iterator[Artifact | Unread]:
        """Raises SourceUnreadable where there is no such folder, SourceDenied where it may not be read."""
        dated = [(_dated(path), path) for path in self._files(kind)]
        for at, path in sorted(dated, key=lambda one: (one[0], str(one[1])), reverse=True):
            if since is None or at >= since:
                yield self._read(kind, path)

    def close(self) -> None:
        """Nothing is held open."""

    def _files(self, kind: Kind) -> list[Path]:
        if not self.root.is_dir():
            raise SourceUnreadable(f"{self.source}: {self.root} is no folder; correct `artifacts`")
        if not os.access(self.root, os.R_OK | os.X_OK):
            raise SourceDenied(f"{self.source}: no permission to read {self.root}; run: chmod a+rX {self.root}")
        found = []
        for here, folders, files in os.walk(self.root):
            if len(Path(here).relative_to(self.root).parts) >= DEPTH:
                folders.clear()
            folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in _OF_TEXTS)
            # Some keep several of a run side by side: run_results.build.json, run_results.docs.json.
            found += [Path(here, name) for name in files if name.startswith(kind) and name.endswith(".json")]
        return found

    def _read(self, kind: Kind, path: Path) -> Artifact | Unread:
        place = str(path.relative_to(self.root))
        try:
            state = path.stat()
            identity = (str(path), state.st_mtime_ns, state.st_size)
            if kind in self._kept and self._kept[kind][0] == identity:
                return self._kept[kind][1]
            found = read(path.read_bytes(), kind, place)
        except PermissionError:
            return Unread(f"no permission to read {place}; run: chmod a+r {path}")
        except OSError as exc:
            return Unread(f"{place} could not be read ({exc.strerror}); it is tried again")
        if kind is not Kind.RUN_RESULTS:
            self._kept[kind] = (identity, found)
        return found


#: dbt's folders of texts.
_OF_TEXTS = frozenset({"compiled", "dbt_packages", "dbt_modules"})


def _dated(path: Path) -> datetime:
    """When it says that it was generated; else when the file changed."""
    try:
        with path.open("rb") as file:
            said = generated_at(file.read(_HEAD))
        return said or datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except OSError:
        return datetime.min.replace(tzinfo=UTC)
