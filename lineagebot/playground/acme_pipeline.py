"""The pipeline: builds the demo company's models the way dbt does it on Postgres, statement for statement.

Each model is built beside its name and swapped in, the old one dropped with cascade afterwards. A view that follows the
old one by its object id goes with it, and is built again later in the same run.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from lineagebot.playground.acme_company import Company
from lineagebot.playground.acme_models import MODELS, Kind, Model

APPLICATION = "dbt"
VERSION = "1.11.16"


def run(company: Company, *, standing: frozenset[str], full_refresh: bool = False, stamp: str) -> Iterator[str]:
    """The statements of one run, in the company's words. `standing`: names of models that exist when it starts."""
    gone = {model.name for model in MODELS} - standing
    for model in MODELS:
        build = _build(company, model, first=model.name in gone, full_refresh=full_refresh, stamp=stamp)
        yield from (company.say(statement) for statement in build)
        gone.discard(model.name)
        if model.kind in (Kind.VIEW, Kind.TABLE):
            gone.update(_views_on(model.name))


def _build(company: Company, model: Model, *, first: bool, full_refresh: bool, stamp: str) -> Iterable[str]:
    header = _header(company, model)
    yield f"{header}\n-- look up what stands in {model.schema}\n{_LOOK_UP.format(schema=model.schema)}"
    match model.kind:
        case Kind.SEED:
            yield from _seed(header, model, first=first)
        case Kind.INCREMENTAL if not first and not full_refresh:
            yield from _increment(header, model, stamp)
        case _:
            yield from _swap(header, model, first=first)


def _swap(header: str, model: Model, *, first: bool) -> Iterator[str]:
    what = "view" if model.kind is Kind.VIEW else "table"
    name = f'"{model.schema}"."{model.table}'
    yield "BEGIN"
    yield f'{header}\n\n  create {what} {name}__dbt_tmp"\n    \n  as (\n    {model.select}\n  );'
    if not first:
        yield f'{header}\nalter table {name}" rename to "{model.table}__dbt_backup"'
    yield f'{header}\nalter table {name}__dbt_tmp" rename to "{model.table}"'
    yield "COMMIT"
    yield f'{header}\ndrop {what} if exists {name}__dbt_backup" cascade'


def _increment(header: str, model: Model, stamp: str) -> Iterator[str]:
    name, temporary = f'"{model.schema}"."{model.table}"', f'"{model.table}__dbt_tmp{stamp}"'
    yield "BEGIN"
    yield f"{header}\n\n  create temporary table {temporary}\n  as (\n    {model.select}\n  );"
    yield (
        f"{header}\n\n      delete from {name} as DBT_INTERNAL_DEST\n"  # noqa: S608 - our own words
        f"      where ({model.key}) in (select distinct {model.key} from {temporary} as DBT_INTERNAL_SOURCE);\n"
        f"    insert into {name}\n    (select * from {temporary})"
    )
    yield "COMMIT"


def _seed(header: str, model: Model, *, first: bool) -> Iterator[str]:
    name = f'"{model.schema}"."{model.table}"'
    columns = ", ".join(f'"{one.split()[0]}"' for one in model.columns.split(", "))
    yield "BEGIN"
    if first:
        yield f"{header}\n\n    create table {name} ({model.columns})"
    else:
        yield f"{header}\ntruncate table {name}"
    yield f"\n          insert into {name} ({columns}) values\n          {model.select}\n      "
    yield "COMMIT"


def _views_on(name: str) -> set[str]:
    """Views that go when what stands under `name` is dropped with cascade."""
    found = {model.name for model in MODELS if model.kind is Kind.VIEW and name in model.reads}
    return found.union(*(_views_on(view) for view in found)) if found else found


def _header(company: Company, model: Model) -> str:
    kind = "seed" if model.kind is Kind.SEED else "model"
    said = {
        "app": "dbt",
        "dbt_version": VERSION,
        "profile_name": company.database,
        "target_name": "prod",
        "node_id": f"{kind}.{company.database}.{model.table}",
    }
    return f"/* {json.dumps(said)} */"


_LOOK_UP = """select table_name, table_type from information_schema.tables
where table_schema ilike '{schema}'"""
