"""What stands in a Postgres database, by its own catalog: relations, columns, comments, and on what each view stands.

pg_catalog throughout: information_schema shows only what one was granted. A view holds the objects it reads, so its
edges bind by object and follow a rename. Which of its outputs a source column feeds is not in the catalog; that comes
from reading the view's text (views.py). Owners of objects are roles, and roles are no people: they own nothing here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from lineagebot.errors import SourceDenied
from lineagebot.model import (
    Asset,
    AssetKey,
    AssetKind,
    Binding,
    Column,
    Edge,
    EdgeKind,
    Layer,
    Person,
)
from lineagebot.sync.postgres_door import Door
from lineagebot.sync.postgres_text import search_path
from lineagebot.sync.source import InventoryItem

EVIDENCE = "catalog"

KINDS = {
    "r": AssetKind.TABLE,
    "p": AssetKind.TABLE,
    "v": AssetKind.VIEW,
    "m": AssetKind.MATERIALIZED_VIEW,
    "f": AssetKind.FOREIGN_TABLE,
}

# In all of them: names that begin with pg_ are Postgres' own, temp schemas among them.

SCHEMAS = """
select n.nspname, n.oid::text, obj_description(n.oid, 'pg_namespace') from pg_namespace n
where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
order by 1
"""

RELATIONS = """
select c.oid::text, n.nspname, c.relname, c.relkind::text, obj_description(c.oid, 'pg_class'),
       case when c.relkind in ('v', 'm') then pg_get_viewdef(c.oid, true) end
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
order by n.nspname, c.relname
"""

COLUMNS = """
select c.oid::text, a.attname, format_type(a.atttypid, a.atttypmod)
from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p', 'v', 'm', 'f') and a.attnum > 0 and not a.attisdropped
  and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
order by c.oid, a.attnum
"""

# The times are there from Postgres 16 on: by way of JSON an absent column is null. Nobody's VACUUM or ANALYZE is in it.
SCANS = """
select s.relid::text, coalesce(s.seq_scan, 0) + coalesce(s.idx_scan, 0),
       extract(epoch from greatest((to_jsonb(s) ->> 'last_seq_scan')::timestamptz,
                                   (to_jsonb(s) ->> 'last_idx_scan')::timestamptz))::float8
from pg_stat_user_tables s
"""

# A view's rule depends on every relation (refobjsubid 0) and on every column that it names.
VIEW_DEPENDENCIES = """
select distinct v.oid::text, s.oid::text, a.attname
from pg_rewrite w
join pg_class v on v.oid = w.ev_class and v.relkind in ('v', 'm')
join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = w.oid
                and d.refclassid = 'pg_class'::regclass and d.refobjid <> v.oid
join pg_class s on s.oid = d.refobjid and s.relkind in ('r', 'p', 'v', 'm', 'f')
left join pg_attribute a on d.refobjsubid > 0 and a.attrelid = s.oid and a.attnum = d.refobjsubid
order by 1, 2, 3 nulls first
"""

# A partition's rows are its parent's.
PARTITIONS = """
select i.inhrelid::text, i.inhparent::text from pg_inherits i join pg_class c on c.oid = i.inhrelid
where c.relkind in ('r', 'p', 'f')
"""

ROLES = """
select rolname, shobj_description(oid, 'pg_authid') from pg_roles where rolcanlogin and rolname !~ '^pg_' order by 1
"""

ROLE_SETTINGS = """
select d.datname, r.rolname, c.setting
from pg_db_role_setting s
left join pg_database d on d.oid = s.setdatabase
left join pg_roles r on r.oid = s.setrole
cross join unnest(s.setconfig) c (setting)
where c.setting like 'search_path=%'
"""

ONE_RELATION = """
select a.attname, format_type(a.atttypid, a.atttypmod)
from pg_class c join pg_namespace n on n.oid = c.relnamespace
left join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where n.nspname = %s and c.relname = %s and c.relkind in ('r', 'p', 'v', 'm', 'f')
order by a.attnum
"""

# How late it is there, and in the same breath what some backends do; one row without a backend where there is none.
STANDING = """
select extract(epoch from clock_timestamp())::float8, floor(extract(epoch from a.backend_start))::bigint, a.pid, a.state
from (select 1) as one
left join pg_stat_activity a on a.pid = any(%s)
"""

# What became of transactions, by the 32 bits of their ids that a log tells: the newest id that ends so is meant.
TRANSACTION_STATUS = """
with now as (select pg_snapshot_xmax(pg_current_snapshot())::text::bigint as x),
asked as (select t as short, (x >> 32 << 32) + t as long, x from now, unnest(%s::bigint[]) t),
whole as (select short, long - case when long >= x then 1::bigint << 32 else 0 end as long from asked)
select short, pg_xact_status(long::text::xid8) from whole where long > 0
"""

ONE_SCHEMA = "select 1 from pg_namespace where nspname = %s"


#: How often it was scanned since the counters began, and when last, as far as Postgres tells.
Scans = tuple[int | None, datetime | None]
NOT_COUNTED: Scans = (None, None)


@dataclass(frozen=True, slots=True)
class DatabaseContents:
    items: tuple[InventoryItem, ...]
    edges: tuple[Edge, ...]


def contents(door: Door, system: str, database: str, *, as_of: datetime) -> DatabaseContents:
    """Everything in one database. Raises SourceDenied and SourceUnreachable."""
    relations = door.rows(RELATIONS, database=database)
    columns: dict[str, list[Column]] = {}
    for oid, name, type_ in door.rows(COLUMNS, database=database):
        columns.setdefault(oid, []).append(Column(name, type_))
    keys = {oid: AssetKey(system, (database, schema, name)) for oid, schema, name, *_ in relations}
    items = [
        _container(AssetKey(system, (database, schema)), AssetKind.SCHEMA, oid, comment)
        for schema, oid, comment in door.rows(SCHEMAS, database=database)
    ]
    scans = _scans(door, database)
    items += [
        _relation(keys[row[0]], row, tuple(columns.get(row[0], ())), scans.get(row[0], NOT_COUNTED))
        for row in relations
    ]
    edges = (
        *_view_edges(door.rows(VIEW_DEPENDENCIES, database=database), keys, as_of),
        *_partition_edges(door.rows(PARTITIONS, database=database), keys, as_of),
    )
    return DatabaseContents((_container(AssetKey(system, (database,)), AssetKind.DATABASE, None, None), *items), edges)


def _container(key: AssetKey, kind: AssetKind, oid: str | None, comment: str | None) -> InventoryItem:
    return InventoryItem(Asset(key, kind, key.name, description=comment), columns=(), native_id=oid)


def _scans(door: Door, database: str) -> dict[str, Scans]:
    """By OID; empty where the statistics are closed to us. Only a hint, so no reason to go without the catalog."""
    try:
        rows = door.rows(SCANS, database=database)
    except SourceDenied:
        return {}
    return {oid: (count, None if at is None else datetime.fromtimestamp(at, tz=UTC)) for oid, count, at in rows}


def _relation(key: AssetKey, row: tuple[Any, ...], columns: tuple[Column, ...], scans: Scans) -> InventoryItem:
    oid, schema, name, kind, comment, definition = row
    asset = Asset(key, KINDS[kind], f"{schema}.{name}", description=comment)
    count, at = scans
    return InventoryItem(asset, columns=columns, native_id=oid, definition=definition, scans=count, last_scanned=at)


def _view_edges(rows: Iterable[tuple[Any, ...]], keys: dict[str, AssetKey], as_of: datetime) -> tuple[Edge, ...]:
    """Table to view as flow, column to view as reference: which output a column feeds, the catalog does not say."""
    found: dict[Edge, None] = {}
    for view, source, column in rows:
        if view not in keys or source not in keys:
            continue
        found.setdefault(_edge(keys[source], keys[view], as_of))
        if column is not None:
            found.setdefault(_edge(keys[source], keys[view], as_of, column=column))
    return tuple(found)


def _partition_edges(rows: Iterable[tuple[Any, ...]], keys: dict[str, AssetKey], as_of: datetime) -> tuple[Edge, ...]:
    return tuple(_edge(keys[p], keys[whole], as_of) for p, whole in rows if p in keys and whole in keys)


def _edge(source: AssetKey, target: AssetKey, as_of: datetime, *, column: str | None = None) -> Edge:
    return Edge(
        source=source,
        target=target,
        kind=EdgeKind.FLOW if column is None else EdgeKind.REFERENCE,
        source_column=column,
        layer=Layer.CATALOG,
        binding=Binding.BY_OBJECT,
        first_seen=as_of,
        last_seen=as_of,
        evidence=EVIDENCE,
    )


_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def people(door: Door, system: str) -> tuple[Person, ...]:
    """Who stands behind a login, where a comment tells it by e-mail: `COMMENT ON ROLE anna IS 'Anna Berg, a@b.c'`."""
    found = (_person(system, login, comment or "") for login, comment in door.rows(ROLES))
    return tuple(person for person in found if person is not None)


def _person(system: str, login: str, comment: str) -> Person | None:
    email = _EMAIL.search(comment)
    if email is None:
        return None
    name = comment[: email.start()].strip(" ,;<(") or login
    return Person(email.group().lower(), name, email.group().lower(), logins=((system, login),))


@dataclass(frozen=True, slots=True)
class Defaults:
    """What a session's search path is before it sets one; and which schemas there are to be found on it."""

    #: (database or None, login or None) to the setting.
    settings: tuple[tuple[str | None, str | None, tuple[str, ...]], ...] = ()
    #: Database to its schemas; a database that is not listed is not known.
    schemas: tuple[tuple[str, frozenset[str]], ...] = ()

    def path(self, database: str | None, login: str | None, said: tuple[str, ...] | None) -> tuple[str, ...]:
        """The schemas that are searched, "$user" replaced, and left out where no such schema exists.

        Postgres skips what does not exist; were it kept, a new table would be taken to stand in it.
        """
        schemas = dict(self.schemas).get(database or "")
        found = []
        for name in self._default(database, login) if said is None else said:
            if name == "$user":
                if login and schemas is not None and login in schemas:
                    found.append(login)
            else:
                found.append(name)
        return tuple(dict.fromkeys(found))

    def _default(self, database: str | None, login: str | None) -> tuple[str, ...]:
        known = {(d, r): path for d, r, path in self.settings}
        for place in ((database, login), (None, login), (database, None)):
            if place in known:
                return known[place]
        return ("$user", "public")


def defaults(door: Door, databases: Iterable[str]) -> Defaults:
    """Raises SourceDenied and SourceUnreachable."""
    settings = tuple(
        (database, role, search_path(setting.partition("=")[2])) for database, role, setting in door.rows(ROLE_SETTINGS)
    )
    schemas = tuple((name, frozenset(row[0] for row in door.rows(SCHEMAS, database=name))) for name in databases)
    return Defaults(settings, schemas)
