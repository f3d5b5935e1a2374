"""dbt as a source: its manifest names what feeds what, its run results which statement was which model's.

It has no tables of its own: a model is the table of its warehouse. What it adds are the dbt layer of the graph, its
exposures, owners, tags, tests and freshness, and the model's name on each statement that it ran.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from lineagebot.errors import SourceTrouble, SourceUnreadable
from lineagebot.model import Edge, Layer, Problem
from lineagebot.store.references import Place as Reached
from lineagebot.sync.dbt_artifacts import Artifact, Kind, Unread, time_of
from lineagebot.sync.dbt_check import Checks
from lineagebot.sync.dbt_cloud import Cloud, needs
from lineagebot.sync.dbt_folder import Folder
from lineagebot.sync.dbt_nodes import Project, project_of
from lineagebot.sync.dbt_options import DbtOptions
from lineagebot.sync.dbt_place import NEEDS, Address, Place, server_of
from lineagebot.sync.dbt_runs import ran, statuses
from lineagebot.sync.dbt_target import Production, has_run, target_of
from lineagebot.sync.dbt_told import Told
from lineagebot.sync.http import Http
from lineagebot.sync.source import Check, Definition, Inventory, Page

GRANTS = """\
-- a folder: read permission on it. An address: GET on manifest.json, run_results.json, catalog.json, sources.json.
-- dbt's platform: a service token with "Job Viewer" (or "Read-Only") on the project that builds production.
"""
#: Sets of run results that the last end of each model and test is looked for in.
SETS = 20
#: Artifacts are uploaded late and out of order: so far back, those not taken yet are looked for.
OVERLAP = timedelta(days=2)
#: Manifests that are looked through for one of production.
_LOOKED_THROUGH = 20


@dataclass(frozen=True, slots=True)
class Read:
    """What the place holds now: a production manifest, and the sentences about what could not be used."""

    project: Project
    manifest: Artifact
    catalog: Artifact | None
    freshness: Artifact | None
    #: Of production, newest first.
    results: tuple[Artifact, ...]
    problems: tuple[str, ...]

    @property
    def artifacts(self) -> tuple[Artifact, ...]:
        """All that it was made of."""
        return (self.manifest, *self.results, *(a for a in (self.catalog, self.freshness) if a is not None))


class DbtSource:
    """Implements source.Source. Its log are the run results: their statements are the warehouse's own."""

    kind = "dbt"
    dialect: str | None = None

    def __init__(
        self,
        name: str,
        options: DbtOptions,
        *,
        default_paths: Mapping[str, tuple[str, ...]],
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        connect: Callable[..., Http] = Http,
    ) -> None:
        """Reads nothing yet. `connect` is handed in by tests."""
        self.name = name
        self._options = options
        self._clock = clock
        self._warehouse = options.warehouse or name
        self._default_paths = default_paths
        self._production = Production(options.target, options.databases, options.schemas, options.not_schemas)
        self._place = _place(name, options, connect)

    @property
    def default_path(self) -> tuple[str, ...]:
        return ()

    @property
    def places(self) -> tuple[Reached, ...]:
        return ()

    def check(self) -> tuple[Check, ...]:
        return Checks(self._place, self._options, self.read, self._clock, self._default_paths).all()

    def close(self) -> None:
        self._place.close()

    # What stands in the project

    def inventory(self) -> Inventory:
        """Raises SourceTrouble where no manifest of production can be read: what was read last then stays."""
        found = self.read()
        project = found.project
        told = Told(project, found.catalog, found.freshness, statuses(found.results))
        edges = tuple(
            Edge(source, node.key, layer=Layer.DBT, evidence=str(Layer.DBT))
            for node in project.in_order
            if node.key is not None
            for source in project.feeds(node)
        )
        return Inventory(
            system=self.name,
            as_of=self._clock(),
            items=told.items(),
            edges=tuple(dict.fromkeys(edges)),
            definitions=tuple(_definitions(project)),
            problems=tuple(Problem(says) for says in found.problems),
            mark=" ".join((*map(_ident, found.artifacts), *found.problems)),
        )

    def read(self) -> Read:
        """The newest manifest of production with what belongs to it. Raises SourceTrouble where there is none."""
        problems: list[str] = []
        results = tuple(self._good(self._place.newest(Kind.RUN_RESULTS), problems, SETS))
        manifest, project = self._newest_of_production(results, problems)
        catalog = next(self._good(self._place.newest(Kind.CATALOG), problems, 1), None)
        freshness = next(self._good(self._place.newest(Kind.SOURCES), problems, 1), None)
        mine = tuple(r for r in results if self._production.ran(r))
        problems += [a.caveat for a in (manifest, catalog, freshness, *mine[:1]) if a is not None and a.caveat]
        age = self._clock() - manifest.generated_at
        if age > timedelta(days=self._options.old_after):
            problems.append(
                f"the newest manifest of production is {age.days} days old ({manifest.place}); "
                "is its upload still running? (old_after)"
            )
        said = (f"{self.name}: {says}" for says in (*problems, *project.problems))
        return Read(project, manifest, catalog, freshness, mine, tuple(dict.fromkeys(said)))

    def _newest_of_production(self, results: tuple[Artifact, ...], problems: list[str]) -> tuple[Artifact, Project]:
        reasons: list[str] = []
        targets = {r.invocation: target_of(r) for r in results if r.invocation}
        unread = len(problems)
        for manifest in self._good(self._place.newest(Kind.MANIFEST), problems, _LOOKED_THROUGH):
            wanted, target = self._production.target, targets.get(manifest.invocation or "")
            if wanted is not None and target != wanted:
                reasons.append(_of_other_target(manifest, wanted, target))
                continue
            project = project_of(
                manifest,
                source=self.name,
                warehouse=self._warehouse,
                production=self._production,
                default_path=self._default_paths.get(self._warehouse, ()),
            )
            if project.left_out and not any(node.type != "source" for node in project.relations):
                reasons.append(f"{manifest.place} builds into {', '.join(sorted(project.left_out))} only")
                continue
            return manifest, project
        said = [*problems[unread:], *reasons]
        if not said:
            raise SourceUnreadable(
                f"{self.name}: there is no manifest.json in {self._place.says}; let dbt run, or correct `artifacts`"
            )
        raise SourceUnreadable(f"{self.name}: no manifest of production in {self._place.says}: {said[0]}")

    def _good(self, found: Iterator[Artifact | Unread], problems: list[str], most: int) -> Iterator[Artifact]:
        """The first `most` that can be used; the others' reasons go to `problems`."""
        for one in islice(found, most):
            if isinstance(one, Unread):
                problems.append(one.says)
            else:
                yield one

    # What ran

    def pull(self, cursor: str | None) -> Iterator[Page]:
        """One page for each run that was not taken yet, oldest first. Raises SourceTrouble."""
        place = _Place.of(cursor, self._clock() - timedelta(days=self._options.days), self.name)
        # What cannot be read is said by the inventory, and looked for again as long as it overlaps.
        found = (r for r in self._place.newest(Kind.RUN_RESULTS, place.since) if isinstance(r, Artifact))
        fresh = [r for r in found if _ident(r) not in place.taken and r.generated_at >= place.since]
        for number, results in enumerate(sorted(fresh, key=lambda r: r.generated_at)):
            place = place.after(results)
            counts = has_run(results) and self._production.ran(results)
            yield Page(
                statements=(),
                cursor=place.text(),
                watermark=place.until,
                records=len(results.body["results"]),
                more=number + 1 < len(fresh),
                ran=tuple(ran(results, self._warehouse)) if counts else (),
            )


@dataclass(frozen=True, slots=True)
class _Place:
    """How far the runs were taken: up to when, and which of the last ones."""

    until: datetime
    #: Its ident → when it was generated.
    taken: Mapping[str, datetime]
    overlap: timedelta = OVERLAP

    @staticmethod
    def of(cursor: str | None, first: datetime, source: str) -> _Place:
        if cursor is None:
            return _Place(first, {}, timedelta(0))
        try:
            state: Any = json.loads(cursor)
            until, taken = time_of(state["until"]), {k: time_of(at) for k, at in state["taken"].items()}
        except (ValueError, KeyError, TypeError, AttributeError) as exc:
            raise _unknown_cursor(source) from exc
        if until is None:
            raise _unknown_cursor(source)
        return _Place(until, {k: at for k, at in taken.items() if at is not None})

    @property
    def since(self) -> datetime:
        return self.until - self.overlap

    def after(self, results: Artifact) -> _Place:
        until = max(self.until, results.generated_at)
        taken = {**self.taken, _ident(results): results.generated_at}
        return _Place(until, {k: at for k, at in taken.items() if at >= until - OVERLAP})

    def text(self) -> str:
        return json.dumps({"until": self.until.isoformat(), "taken": {k: t.isoformat() for k, t in self.taken.items()}})


def _unknown_cursor(source: str) -> SourceTrouble:
    return SourceUnreadable(
        f"{source}: the stored place in its runs is of another version; run lineagebot sync {source} --from-start"
    )


def _ident(artifact: Artifact) -> str:
    """One file of one run, whose build and docs may leave a file each."""
    return f"{artifact.invocation or artifact.place} {artifact.generated_at.isoformat()}"


def _of_other_target(manifest: Artifact, wanted: str, target: str | None) -> str:
    if target is not None:
        return f"{manifest.place} is of the target {target}, not of {wanted}"
    return f"{manifest.place} names no target; run dbt with --target {wanted}, or set schemas in place of target"


def _definitions(project: Project) -> Iterator[Definition]:
    for node in project.relations:
        name, sql = node.said.get("relation_name"), node.sql
        if node.key is not None and sql and isinstance(name, str) and name:
            yield Definition(node.key, name, sql, project.dialect, project.feeds(node), Layer.DBT)


def _place(name: str, options: DbtOptions, connect: Callable[..., Http]) -> Place:
    if (cloud := options.cloud) is not None:
        headers = {"Authorization": f"Token {cloud.token.get_secret_value()}"}
        return Cloud(name, cloud, connect(name, cloud.host, headers=headers, renew=needs(cloud)))
    if (folder := options.folder()) is not None:
        return Folder(name, folder)
    address, token = options.place() or "", options.token()
    headers = {"Authorization": f"Bearer {token.get_secret_value()}"} if token else {}
    return Address(address, connect(name, server_of(address), headers=headers, renew=NEEDS, keep=len(Kind)))
