"""What belongs to the database system itself (pg_catalog, INFORMATION_SCHEMA): nobody's asset, in no graph.

Every driver, BI tool and monitor reads the system's own tables all day long. What is understood of such a statement
stays true; what is recorded of it must not make assets, uses or edges of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from lineagebot.model import AssetKey, AssetKind, Effect, Problem, Understanding
from lineagebot.sql.dialects import Dialect, dialect_of


def is_system(key: AssetKey, dialect: str) -> bool:
    """Whether the asset stands in a schema of the system's own."""
    return _inside(_outer(key), dialect_of(dialect))


def _outer(key: AssetKey) -> tuple[str, ...]:
    # In BigQuery `INFORMATION_SCHEMA.COLUMNS` is one name.
    return (*key.path[:-1], *key.name.split(".")[:-1])


def _inside(schemas: tuple[str, ...], dialect: Dialect) -> bool:
    return any(
        name in dialect.system_schemas or name.startswith(dialect.system_schema_prefixes)
        for name in (schema.lower() for schema in schemas)
    )


def without_system(understanding: Understanding, dialect: str) -> Understanding:
    """What is worth keeping: neither effects on the system's own tables, nor reads of them, nor edges to and fro."""
    known = dialect_of(dialect)
    seen: dict[AssetKey, bool] = {}

    def owned(key: AssetKey) -> bool:
        found = seen.get(key)
        if found is None:
            found = seen[key] = not _inside(_outer(key), known)
        return found

    return replace(
        understanding,
        effects=tuple(e for e in understanding.effects if owned(e.target) and not _is_their_schema(e, known)),
        reads=tuple(read for read in understanding.reads if owned(read.asset)),
        edges=tuple(edge for edge in understanding.edges if owned(edge.source) and owned(edge.target)),
        problems=tuple(_about(problem, owned) for problem in understanding.problems),
    )


def _is_their_schema(effect: Effect, dialect: Dialect) -> bool:
    """GRANT USAGE ON SCHEMA pg_catalog."""
    return effect.kind is AssetKind.SCHEMA and _inside(effect.target.path[-1:], dialect)


def _about(problem: Problem, owned: Callable[[AssetKey], bool]) -> Problem:
    kept = tuple(key for key in problem.touches if owned(key))
    return problem if len(kept) == len(problem.touches) else replace(problem, touches=kept)
