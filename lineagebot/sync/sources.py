"""Which kinds of source there are, and how settings become sources: every mistake of all of them is named at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ValidationError

from lineagebot.config import Settings, SourceSettings
from lineagebot.errors import ConfigWrong
from lineagebot.sync import dbt, looker, postgres
from lineagebot.sync.dbt import DbtSource
from lineagebot.sync.dbt_options import DbtOptions
from lineagebot.sync.declared import DeclaredOptions, DeclaredSource
from lineagebot.sync.looker import LookerOptions
from lineagebot.sync.postgres import PostgresOptions
from lineagebot.sync.source import Source

#: For each system the database and schema that a short name is looked for in.
DefaultPaths = Mapping[str, tuple[str, ...]]


class Category(StrEnum):
    """What a kind of system is to a data team."""

    WAREHOUSE = "warehouse"
    TRANSFORMATION = "transformation"
    ORCHESTRATION = "orchestration"
    BI = "BI"
    FILES = "files"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of outside system. Its page is docs/sources/<kind>.md."""

    #: What people call it.
    title: str
    category: Category
    #: What a [[sources]] entry of this kind may hold.
    options: type[BaseModel]
    build: Callable[[str, Any, DefaultPaths], Source]
    #: The least that it must be granted, as text to paste there; empty where nothing is to be granted.
    grants: str = ""


def _postgres(name: str, options: PostgresOptions, paths: DefaultPaths) -> Source:
    return postgres.build(name, options)


def _dbt(name: str, options: DbtOptions, paths: DefaultPaths) -> Source:
    return DbtSource(name, options, default_paths=paths)


def _declared(name: str, options: DeclaredOptions, paths: DefaultPaths) -> Source:
    return DeclaredSource(name, options.file, default_paths=paths)


def _looker(name: str, options: LookerOptions, paths: DefaultPaths) -> Source:
    return looker.build(name, options)


#: A kind that names assets of other systems stands after them.
SOURCES: Mapping[str, Kind] = {
    "postgres": Kind("PostgreSQL", Category.WAREHOUSE, PostgresOptions, _postgres, postgres.GRANTS),
    "dbt": Kind("dbt", Category.TRANSFORMATION, DbtOptions, _dbt, dbt.GRANTS),
    "looker": Kind("Looker", Category.BI, LookerOptions, _looker, looker.GRANTS),
    "declared": Kind("Declared in a file", Category.FILES, DeclaredOptions, _declared),
}


def build(settings: Settings) -> tuple[Source, ...]:
    """The sources of the settings, in their order. Raises ConfigWrong with one line for each mistake."""
    mistakes: list[str] = []
    found: dict[str, Source] = {}
    paths: dict[str, tuple[str, ...]] = {}
    for kind_name, kind in SOURCES.items():
        for entry in settings.sources:
            if entry.kind != kind_name:
                continue
            try:
                found[entry.name] = kind.build(entry.name, kind.options(**entry.options), paths)
            except ValidationError as exc:
                mistakes += [_sentence(entry, error) for error in exc.errors()]
            except ConfigWrong as exc:
                mistakes.append(str(exc))
            else:
                if found[entry.name].dialect is not None:
                    paths[entry.name] = found[entry.name].default_path
    for entry in settings.sources:
        if entry.kind not in SOURCES:
            mistakes.append(f"{entry.name}: {entry.kind} is no kind of source; there are {', '.join(SOURCES)}")
    named = {entry.name for entry in settings.sources}
    for place, mapping in enumerate(settings.mappings):
        for asked in (mapping.to.system, mapping.origin.source):
            if asked is not None and asked not in named:
                mistakes.append(f"mappings.{place}: there is no source {asked}; there are {', '.join(sorted(named))}")
    if mistakes:
        raise ConfigWrong("\n".join(mistakes))
    return tuple(found[entry.name] for entry in settings.sources)


def _sentence(entry: SourceSettings, error: Any) -> str:
    """One mistake, without the value: it may be a password."""
    place = ".".join(str(part) for part in error["loc"])
    says = "unknown setting" if error["type"] == "extra_forbidden" else error["msg"].removeprefix("Value error, ")
    return f"{entry.name}: {place + ': ' if place else ''}{says}"
