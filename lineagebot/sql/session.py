"""Where a name leads in a session, and how SET, RESET, USE and temp tables change that."""

from __future__ import annotations

from dataclasses import replace

from lineagebot.model import AssetKey, Relation, Session, TemporaryRelation
from lineagebot.sql.catalog import Catalog, paths
from lineagebot.sql.dialects import Dialect
from lineagebot.sql.quick import new_key
from lineagebot.sql.temporaries import Temporaries

#: Postgres searches temp tables first, and writes their schema so.
TEMPORARY_SCHEMA = "pg_temp"
#: ... and BigQuery and Spark so.
_TEMPORARY_SCHEMAS = frozenset({TEMPORARY_SCHEMA, "_session", "global_temp"})

#: Postgres' own default of search_path.
SERVER_PATH = ("$user", "public")


def temporary(parts: tuple[str, ...], session: Session) -> TemporaryRelation | None:
    """The temp table that the folded parts name, where they name one: temp tables are found first."""
    if len(parts) == 2 and parts[0].lower() in _TEMPORARY_SCHEMAS:
        unseen = TemporaryRelation(parts[1], ())  # made before we looked
        return Temporaries.of(session.temporaries).by_name.get(parts[1], unseen)
    if parts and parts[-1].startswith("#"):  # T-SQL and Redshift, as #t or tempdb..#t
        unseen = TemporaryRelation(parts[-1], ())
        return Temporaries.of(session.temporaries).by_name.get(parts[-1], unseen)
    if not session.temporaries:
        return None
    known = Temporaries.of(session.temporaries)
    if len(parts) == 1:
        bare = known.by_name.get(parts[-1])
        if bare is not None:
            return bare
    if not known.has_dotted:
        return None
    # Elsewhere than in Postgres a temp table may stand in a schema like any other, and be written with less or more.
    meant = paths(parts, session)[0]
    return next((t for t in session.temporaries if "." in t.name and _whole(t, session) == meant), None)


def _whole(relation: TemporaryRelation, session: Session) -> tuple[str, ...]:
    return paths(tuple(relation.name.split(".")), session)[0]


def located(
    parts: tuple[str, ...], session: Session, catalog: Catalog, dialect: Dialect
) -> tuple[AssetKey, Relation | None]:
    """The asset that a written name means, and what the catalog knows of it.

    A name that nobody knows is the system's own where it looks so (pg_class: pg_catalog is searched before the path),
    and else is taken to stand in the first schema of the search path: where Postgres would make it.
    """
    relation = catalog.find(parts, session)
    if relation is not None:
        return relation.key, relation
    if dialect.system_names and len(parts) == 1 and parts[0].startswith(dialect.system_names):
        return made((dialect.system_schema, *parts), session), None
    return made(parts, session), None


def made(parts: tuple[str, ...], session: Session) -> AssetKey:
    """Where a CREATE of that name puts it."""
    return new_key(session.system, paths(parts, session)[0])


def schema(parts: tuple[str, ...], session: Session) -> AssetKey:
    """The key of a schema that is written `schema` or `database.schema`."""
    database = (session.database,) if session.database and len(parts) == 1 else ()
    return AssetKey(session.system, (*database, *parts))


def with_path(session: Session, schemas: tuple[str, ...]) -> Session:
    """SET search_path: "$user" becomes the login's own schema, as the server does."""
    found = tuple(session.login if name == "$user" else name for name in schemas)
    return replace(session, search_path=tuple(name for name in found if name))


def with_default_path(session: Session) -> Session:
    """RESET search_path: what the role or the database sets, else what the server comes with."""
    return with_path(session, session.default_search_path or SERVER_PATH)


def with_temporary(session: Session, relation: TemporaryRelation) -> Session:
    return session.with_temporaries(Temporaries.of(session.temporaries).with_one(relation))


def without_temporary(session: Session, name: str) -> Session:
    return session.with_temporaries(Temporaries.of(session.temporaries).without(name))


def renamed_temporary(session: Session, name: str, to: str) -> Session:
    return session.with_temporaries(tuple(replace(t, name=to) if t.name == name else t for t in session.temporaries))
