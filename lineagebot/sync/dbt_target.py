"""What is production: only its models may stand in the graph; builds of developers and of pull requests are counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from lineagebot.sync.dbt_artifacts import Artifact
from lineagebot.sync.dbt_options import OF_PULL_REQUESTS

#: Commands whose results are of things that ran; `compile` and `docs generate` say success of what they only wrote.
RAN = frozenset({"build", "run", "test", "seed", "snapshot", "retry", "clone", "run-operation"})


@dataclass(frozen=True, slots=True)
class Production:
    """Whose word counts, by the dbt target that a run names and by where its models are built."""

    target: str | None = None
    databases: tuple[str, ...] = ()
    schemas: tuple[str, ...] = ()
    not_schemas: tuple[str, ...] = OF_PULL_REQUESTS

    def builds_into(self, node: Mapping[str, Any]) -> bool:
        """Whether this model, seed or snapshot is one of production."""
        database, schema = str(node.get("database") or ""), str(node.get("schema") or "")
        if any(_like(schema, pattern) for pattern in self.not_schemas):
            return False
        return _among(database, self.databases) and _among(schema, self.schemas)

    def ran(self, results: Artifact) -> bool:
        """Whether these results are of a run of the production target."""
        return self.target is None or target_of(results) == self.target


def target_of(results: Artifact) -> str | None:
    """The target that a run was told; None where its profile's default decided, which no artifact names."""
    args = results.body.get("args")
    target = args.get("target") if isinstance(args, dict) else None
    return target if isinstance(target, str) and target else None


def has_run(results: Artifact) -> bool:
    """Whether the results are of models and tests that ran."""
    args = results.body.get("args")
    return isinstance(args, dict) and args.get("which") in RAN


def _among(name: str, patterns: tuple[str, ...]) -> bool:
    return not patterns or any(_like(name, pattern) for pattern in patterns)


def _like(name: str, pattern: str) -> bool:
    return fnmatchcase(name.lower(), pattern.lower())
