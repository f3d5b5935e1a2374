"""Give the things and people of a scenario other names, wherever they are named: only what they are called changes."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

Case = Mapping[str, Any]

#: Among them names that read like scratch work and are none: what counts is who uses a thing.
TABLES = (
    "invoice_lines", "payments_v2", "web_sessions", "tmp_rates", "old_contracts", "backup_jobs", "t1", "d_kunde",
    "fact_sales_2024", "kpi", "stock_levels", "new_hires", "parcel", "churn_scores", "test_results", "swap_deals",
    "mv_margin", "temp_readings", "ledger", "f_tickets", "dropoffs", "staging_yards", "vw_board", "quotes",
)  # fmt: skip
SCHEMAS = ("edw", "mart_sales", "dwh_core", "zone_gold", "tmp_ops", "sandbox_eu", "l2", "bronze", "ops_2024", "risk")
DATABASES = ("warehouse", "prod_eu", "dl1", "corp", "bi_store", "hub")
PEOPLE = ("maria", "tom.w", "k_ono", "lena-p", "u10023", "sven", "j.doe@example.org", "pia")
ACCOUNTS = (
    "etl_prod", "svc_transform", "airflow_worker", "warehouse_bot", "prefect-agent", "data_pipeline", "dwh_loader",
    "orchestrator", "cron_job", "service_dwh", "sa-ingest@corp-eu.iam.gserviceaccount.com", "dagster_prod",
    "batch_user", "ingest-service", "matillion", "app_backend", "sys_scheduler", "PRD_ETL_RW",
)  # fmt: skip
SUFFIXES = {
    "__dbt_tmp": ("__next", "__build", "_wip"),
    "__dbt_backup": ("__was", "__prev", "_retired"),
    "__dbt_new": ("__fresh", "_coming"),
    "_airbyte_tmp": ("_ab_next", "_incoming"),
    "_rebuilt": ("_fixed", "_anew"),
    "_staging": ("_landing", "_inbox"),
    "_backup": ("_copy", "_kept", "_2026"),
    "_swap": ("_turn", "_x"),
    "_temp": ("_w", "_scratch"),
    "_load": ("_inflow", "_in"),
    "_old": ("_prev", "_20260901", "_bak"),
    "_bak": ("_sav", "_orig"),
    "_new": ("_next", "_v2", "_b"),
    "_tmp": ("_t", "_work", "_next"),
    "_stg": ("_land", "_in2"),
}

#: Words that mean something else in SQL, or stand for everybody.
_NOT_NAMES = frozenset(
    ("public", "date", "time", "text", "raw", "temp", "data", "user", "users", "view", "table", "v", "t", "x")
)
#: Where names of things stand; a case's id, its times and its kinds are no names.
_NAMED = frozenset({"name", "sql", "asset", "columns", "context", "reads", "downstream", "error", "log", "history"})
_NAMED |= {"assets_before", "expected", "alerts", "database", "schema", "consumer_roles"}


def assets_renamed(case: Case, chance: random.Random) -> Case:
    return _renamed(case, _drawn(table_words(case), TABLES, case, chance), prefixes=True)


def schemas_renamed(case: Case, chance: random.Random) -> Case:
    schemas, databases = _outer_words(case)
    mapping = _drawn(schemas, SCHEMAS, case, chance)
    mapping |= {k: v for k, v in _drawn(databases - schemas, DATABASES, case, chance).items() if k not in mapping}
    return _renamed(case, mapping, prefixes=False)


def people_renamed(case: Case, chance: random.Random) -> Case:
    return _users_renamed(case, PEOPLE, chance, lambda name: not is_account(name))


def accounts_renamed(case: Case, chance: random.Random) -> Case:
    return _users_renamed(case, ACCOUNTS, chance, is_account)


def suffixes_renamed(case: Case, chance: random.Random) -> Case:
    chosen = {old: chance.choice(new) for old, new in SUFFIXES.items()}
    ends = re.compile(rf"(?<=[A-Za-z0-9])({'|'.join(chosen)})(?=\d*(?![A-Za-z0-9_]))", re.IGNORECASE)
    everything = str(case)
    if any(new in everything for old, new in chosen.items() if old in everything.lower()):
        return case
    return _everywhere(case, lambda text: ends.sub(lambda m: _cased(chosen[m[1].lower()], m[1]), text), _NAMED)


def all_renamed(case: Case, chance: random.Random) -> Case:
    for rename in (assets_renamed, schemas_renamed, people_renamed, accounts_renamed):
        case = rename(case, chance)
    return case


def is_account(login: str) -> bool:
    """As the corpora name them."""
    return (
        re.match(r"(svc|batch|flyway|looker|tableau|fivetran|composer|dataform|app$)", login, re.IGNORECASE) is not None
    )


def table_words(case: Case) -> set[str]:
    """The tables' names in small letters, without those that only add something to another's."""
    names = {_parts(asset["name"])[-1].lower() for asset in case["assets_before"]}
    return {n for n in names if "$" not in n and not any(n.startswith(f"{other}_") for other in names - {n})}


def _outer_words(case: Case) -> tuple[set[str], set[str]]:
    names = [_parts(asset["name"]) for asset in case["assets_before"]]
    context = case.get("context") or {}
    schemas = {n[-2].lower() for n in names if len(n) > 1} | {str(context.get("schema") or "").lower()}
    databases = {n[-3].lower() for n in names if len(n) > 2} | {str(context.get("database") or "").lower()}
    return schemas - {""}, databases - {""}


def _parts(name: str) -> list[str]:
    return [part.strip('"`[] ') for part in name.split(".")]


def _users_renamed(case: Case, names: tuple[str, ...], chance: random.Random, which: Callable[[str], bool]) -> Case:
    users = {str(row["user"]).lower() for part in ("log", "history") for row in case.get(part) or ()}
    mapping = _drawn({u for u in users if which(u)}, names, case, chance)
    named = _in_order(mapping)
    if named is None:
        return case

    def renamed(text: str) -> str:
        return named.sub(lambda m: _cased(mapping[m[0].lower()], m[0]), text)

    # An e-mail address or a dotted login is no name that SQL could hold without quotes: it stands in the rows only.
    everywhere = all(re.fullmatch(r"\w+", name) for pair in mapping.items() for name in pair)
    return _everywhere(case, renamed, {"user", *({"sql", "context", "consumer_roles"} if everywhere else ())} | _PARTS)


_PARTS = {"log", "history", "assets_before"}


def _drawn(words: Iterable[str], names: tuple[str, ...], case: Case, chance: random.Random) -> dict[str, str]:
    everything = str(case).lower()
    free = [name for name in names if name.lower() not in everything]
    chance.shuffle(free)
    return dict(zip(sorted(w for w in words if w not in _NOT_NAMES), free, strict=False))


def _in_order(mapping: Mapping[str, str], *, more: str = "") -> re.Pattern[str] | None:
    if not mapping:
        return None
    longest_first = sorted(mapping, key=len, reverse=True)
    return re.compile(rf"(?<![\w-])({'|'.join(map(re.escape, longest_first))})(?![A-Za-z0-9$-]{more})", re.IGNORECASE)


def _renamed(case: Case, mapping: dict[str, str], *, prefixes: bool) -> Case:
    """`prefixes`: orders_old and orders__dbt_tmp go with orders."""
    found = _in_order(mapping, more="" if prefixes else "|(?<=[A-Za-z0-9])_")
    if found is None:
        return case
    return _everywhere(case, lambda text: found.sub(lambda m: _cased(mapping[m[0].lower()], m[0]), text), _NAMED)


def _cased(new: str, like: str) -> str:
    if like == like.upper() and like != like.lower():
        return new.upper()
    return new if like == like.lower() else new.capitalize()


def _everywhere(case: Case, change: Callable[[str], str], where: Iterable[str]) -> Case:
    named = frozenset(where)

    def changed(value: Any, *, inside: bool) -> Any:
        if isinstance(value, str):
            return change(value) if inside else value
        if isinstance(value, list):
            return [changed(one, inside=inside) for one in value]
        if isinstance(value, dict):
            return {(change(k) if "/" in k or " " in k else k): changed(v, inside=k in named) for k, v in value.items()}
        return value

    renamed: Case = {k: changed(v, inside=k in named) for k, v in case.items()}
    return renamed
