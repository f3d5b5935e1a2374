"""Compiled dbt models: the tables that a model reads are those that its ref() and source() name, in all of them."""

from __future__ import annotations

import json
import lzma
from pathlib import Path

import pytest

from lineagebot.sql.jsonl import answer

CORPORA = ("mitodl_trino", "sfmonitoring_snowflake", "tuva_redshift", "tuva_snowflake")


@pytest.mark.parametrize("corpus", CORPORA)
def test_every_model_reads_its_declared_upstreams_and_nothing_else(corpus: str, shared_material: Path) -> None:
    with lzma.open(shared_material / f"corpora/dbt/{corpus}.jsonl.xz", "rt", encoding="utf-8") as lines:
        models = [json.loads(line) for line in lines]
    assert models
    wrong = {model["model"]: found for model in models if (found := _off(model))}
    assert wrong == {}


def _off(model: dict[str, str]) -> set[str]:
    """The tables on which we and dbt do not agree."""
    database, schema, _ = model["relation"].split(".")
    case = {"id": 1, "dialect": model["dialect"], "default_db": database, "default_schema": schema, "sql": model["sql"]}
    inputs = answer(case)["inputs"]
    assert isinstance(inputs, list)
    return {name.lower() for name in inputs} ^ {name.lower() for name in model["expected_upstreams"]}
