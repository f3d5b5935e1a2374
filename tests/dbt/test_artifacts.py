"""One artifact: what is read, and the sentence for each way in which it cannot be."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from lineagebot.sync.dbt_artifacts import Artifact, Kind, Unread, read

from .project import manifest, metadata, node, run_results


def told(body: Any, kind: Kind = Kind.MANIFEST) -> Artifact | Unread:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return read(data, kind, "target/manifest.json")


def test_a_manifest_says_when_and_in_which_run_it_was_written() -> None:
    found = told(manifest(node("model.shop.a")))
    assert isinstance(found, Artifact)
    assert (found.version, found.invocation, found.generated_at, found.caveat) == (
        12,
        "i1",
        datetime(2026, 11, 22, 6, tzinfo=UTC),
        None,
    )


WHOLE = json.dumps(manifest(node("model.shop.a"))).encode()
UNREAD: dict[str, tuple[Any, str]] = {
    "cut off": (WHOLE[: len(WHOLE) // 2], "is cut off or no JSON; it is read again"),
    "empty": (b"", "is cut off or no JSON"),
    "not UTF-8": (b"\xff\xfe{", "is cut off or no JSON"),
    "another manifest": ({"name": "app", "icons": []}, "is no dbt artifact"),
    "a list": ([1, 2], "is no dbt artifact"),
    "run results under its name": (run_results(), "should be manifest and says that it is run-results"),
    "too old": (manifest(version=2), "upgrade dbt to 1.0"),
    "no nodes": ({"metadata": metadata("manifest", 20), "models": []}, "has no nodes as v12 has; update lineagebot"),
    "no time": (
        {"metadata": {**metadata("manifest", 12), "generated_at": None}, "nodes": {}},
        "does not say when it was generated",
    ),
}


@pytest.mark.parametrize(("body", "says"), UNREAD.values(), ids=UNREAD.keys())
def test_what_is_no_manifest_is_said_in_a_sentence(body: Any, says: str) -> None:
    found = told(body)
    assert isinstance(found, Unread)
    assert found.says.startswith("target/manifest.json")
    assert says in found.says


def test_a_newer_version_is_read_as_far_as_its_fields_agree_and_says_so() -> None:
    found = told(manifest(node("model.shop.a"), version=20, functions={}, news=[1]))
    assert isinstance(found, Artifact)
    assert found.caveat == "target/manifest.json: manifest v20 is newer than v12; read as far as its fields agree"


@pytest.mark.parametrize("version", [4, 7, 10, 12])
def test_older_versions_are_read(version: int) -> None:
    found = told(manifest(node("model.shop.a"), version=version))
    assert isinstance(found, Artifact)
    assert found.caveat is None


def test_texts_of_run_results_are_not_kept() -> None:
    found = told(run_results({"unique_id": "model.shop.a", "compiled_code": "select 'secret'"}), Kind.RUN_RESULTS)
    assert isinstance(found, Artifact)
    assert "secret" not in json.dumps(found.body)
