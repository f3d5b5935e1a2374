"""Small dbt artifacts for tests, of the shape that dbt writes."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

AT = datetime(2026, 11, 22, 6, tzinfo=UTC)


def metadata(kind: str, version: int, at: datetime = AT, invocation: str = "i1", **more: Any) -> dict[str, Any]:
    return {
        "dbt_schema_version": f"https://schemas.getdbt.com/dbt/{kind}/v{version}.json",
        "dbt_version": "1.11.16",
        "generated_at": at.isoformat().replace("+00:00", "Z"),
        "invocation_id": invocation,
        **more,
    }


def node(ident: str, *parents: str, **more: Any) -> dict[str, Any]:
    """A model, seed, snapshot or source, by its unique_id; a table of shop.analytics where nothing else is said."""
    kind, package, name = ident.split(".")[0], ident.split(".")[1], ident.split(".", 2)[2].replace(".", "_")
    schema = more.get("schema", "analytics")
    said = {
        "unique_id": ident,
        "resource_type": kind,
        "package_name": package,
        "name": name,
        "alias": name,
        "database": "shop",
        "schema": schema,
        "relation_name": f'"shop"."{schema}"."{name}"',
        "config": {"materialized": "table"},
        "depends_on": {"nodes": list(parents)},
        "columns": {},
    }
    return {**said, **more}


def manifest(
    *nodes: dict[str, Any],
    at: datetime = AT,
    invocation: str = "i1",
    version: int = 12,
    adapter: str = "postgres",
    **parts: Any,
) -> dict[str, Any]:
    told = metadata("manifest", version, at, invocation, project_name="shop", adapter_type=adapter)
    told["quoting"] = {"database": True, "schema": True, "identifier": True}
    described = {n["unique_id"]: n for n in nodes}
    sources = {k: n for k, n in described.items() if n["resource_type"] == "source"}
    rest = {k: n for k, n in described.items() if k not in sources}
    return {"metadata": told, "nodes": rest, "sources": sources, "exposures": {}, "groups": {}, **parts}


def run_results(
    *results: dict[str, Any], at: datetime = AT, invocation: str = "i1", which: str = "build", target: str | None = None
) -> dict[str, Any]:
    args = {"which": which} | ({"target": target} if target else {})
    return {"metadata": metadata("run-results", 6, at, invocation), "results": list(results), "args": args}


def result(ident: str, status: str = "success", **answer: Any) -> dict[str, Any]:
    return {"unique_id": ident, "status": status, "adapter_response": answer, "execution_time": 1.25, "failures": None}


def lay(folder: Path, **artifacts: dict[str, Any]) -> Path:
    """Write artifacts into a folder: manifest=..., run_results=..."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, body in artifacts.items():
        (folder / f"{name}.json").write_text(json.dumps(body), encoding="utf-8")
    return folder
