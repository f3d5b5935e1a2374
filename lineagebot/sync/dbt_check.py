"""What `doctor` says of a dbt source: reachable, of production, fresh, of a version that is known, whose warehouse."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from lineagebot.errors import SourceTrouble
from lineagebot.sync.dbt_artifacts import Artifact
from lineagebot.sync.dbt_nodes import Project
from lineagebot.sync.dbt_options import DbtOptions
from lineagebot.sync.dbt_place import Place
from lineagebot.sync.dbt_runs import ran
from lineagebot.sync.source import Check

#: Names of a list before "and N more".
_NAMED = 3


class Read(Protocol):
    """What was read of the place; see dbt.Read."""

    @property
    def project(self) -> Project: ...
    @property
    def manifest(self) -> Artifact: ...
    @property
    def catalog(self) -> Artifact | None: ...
    @property
    def results(self) -> tuple[Artifact, ...]: ...
    @property
    def problems(self) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True)
class Checks:
    """All checks of one source. Never raises."""

    place: Place
    options: DbtOptions
    read: Callable[[], Read]
    clock: Callable[[], datetime]
    #: The sources that were built before it, with where they look names up.
    warehouses: Mapping[str, tuple[str, ...]]

    def all(self) -> tuple[Check, ...]:
        try:
            found = self.read()
        except SourceTrouble as exc:
            return (Check("artifacts", False, str(exc), _REMEDY), self._warehouse(None))
        return (*self._of(found), self._warehouse(found.project))

    def _of(self, found: Read) -> Iterator[Check]:
        manifest, project = found.manifest, found.project
        models = sum(node.type == "model" for node in project.nodes.values())
        yield Check("artifacts", True, f"{models:,} models of {project.name} in {self.place.says}")
        told = f"v{manifest.version} of dbt {manifest.dbt_version or '?'}, adapter {project.adapter or '?'}"
        yield Check("manifest", not manifest.caveat, manifest.caveat or told, "update lineagebot")
        yield self._production(project)
        yield self._fresh(manifest)
        yield self._runs(found)
        if found.catalog is None:
            yield Check("columns", True, "no catalog.json; columns come from the warehouse itself")
        for says in found.problems:
            if manifest.caveat is None or manifest.caveat not in says:
                yield Check("read", False, says, "see what it says")

    def _production(self, project: Project) -> Check:
        out = sum(project.left_out.values())
        chosen = self._chosen()
        left = f"; {out:,} left out: {_listed(project.left_out)}" if out else ""
        disabled = f"; {project.disabled:,} disabled" if project.disabled else ""
        others = f"; {len(project.undescribed):,} of other projects: {_listed(project.undescribed)}"
        says = f"{chosen}{left}{disabled}{others if project.undescribed else ''}"
        narrowed = self.options.target or self.options.schemas or self.options.databases or self.options.cloud
        return Check(
            "production",
            bool(narrowed),
            says if narrowed else f"{says}: nothing says which builds are production",
            'set target = "prod" (and run dbt with --target prod), or schemas = ["analytics"]',
        )

    def _chosen(self) -> str:
        """What is production, in the words of the settings."""
        said = [f"target {self.options.target}"] if self.options.target else []
        named = (("databases", self.options.databases), ("schemas", self.options.schemas))
        said += [f"{name} {', '.join(patterns)}" for name, patterns in named if patterns]
        if (cloud := self.options.cloud) is not None:
            jobs = f"jobs {', '.join(map(str, cloud.jobs))}"
            said.append(jobs if cloud.environment is None else f"environment {cloud.environment}")
        return "; ".join(said) or "every target"

    def _fresh(self, manifest: Artifact) -> Check:
        age = self.clock() - manifest.generated_at
        says = f"generated on {manifest.generated_at:%Y-%m-%d %H:%M} UTC"
        old = age > timedelta(days=self.options.old_after)
        return Check("fresh", not old, f"{says}, {age.days} days ago" if old else says, "let the job upload it again")

    def _runs(self, found: Read) -> Check:
        if not found.results:
            says = "no run_results.json of production; tests and runs are not known"
            return Check("runs", False, says, "keep each run's run_results.json beside the manifest")
        joined = sum(1 for results in found.results for _ in ran(results, self.options.warehouse or ""))
        sets = "1 set of results" if len(found.results) == 1 else f"{len(found.results):,} sets of results"
        how = f"{joined:,} statements named" if joined else "its adapter names no statement: dbt's comments do"
        return Check("runs", True, f"{sets}, {how}")

    def _warehouse(self, project: Project | None) -> Check:
        name = self.options.warehouse
        if name is None:
            says = "models stand by themselves, apart from the warehouse's tables"
            return Check("warehouse", False, says, 'set warehouse = "<name of the source that they are tables of>"')
        if name not in self.warehouses:
            known = ", ".join(sorted(self.warehouses)) or "none"
            return Check("warehouse", False, f"no source named {name} is connected", f"there are: {known}")
        databases = {node.key.path[0] for node in project.relations if node.key} if project else set()
        expected = self.warehouses[name][:1]
        if databases and expected and not databases & set(expected):
            says = f"models are built in {_listed(databases)}, and {name} reads {expected[0]}"
            return Check("warehouse", False, says, f"name the source that reads {_listed(databases)}")
        return Check("warehouse", True, f"models are tables of {name}")


_REMEDY = "correct `artifacts`, `target` or `schemas`; docs/sources/dbt.md says what is looked for"


def _listed(names: Mapping[str, int] | set[str] | tuple[str, ...]) -> str:
    found = sorted(names)
    more = f" and {len(found) - _NAMED:,} more" if len(found) > _NAMED else ""
    return ", ".join(found[:_NAMED]) + more
