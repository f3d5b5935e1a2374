"""app_manifest.yml is what the generator writes, and what Slack's own schema takes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from lineagebot.slack.manifest import manifest, manifest_yaml
from tests.slack.rules import spec

ROOT = Path(__file__).parents[2]
URL = "https://bot.acme.example/slack/events"


def faults(value: Any, schema: dict[str, Any], root: dict[str, Any], path: str = "") -> list[str]:
    """Where `value` breaks a JSON schema: the words of it that Slack's manifest schema uses."""
    if "$ref" in schema:
        return faults(value, root["definitions"][schema["$ref"].rsplit("/", 1)[1]], root, path)
    for word in ("anyOf", "oneOf"):
        if word in schema:
            tried = [faults(value, s, root, path) for s in schema[word]]
            return [] if any(not t for t in tried) else tried[0]
    found = []
    kinds = {"object": dict, "array": list, "string": str, "boolean": bool, "integer": int}
    if "type" in schema and not isinstance(value, kinds[schema["type"]]):
        return [f"{path}: not of type {schema['type']}"]
    if "enum" in schema and value not in schema["enum"]:
        found.append(f"{path}: {value} is none of those allowed")
    if isinstance(value, str):
        found += [f"{path}: too long"] if len(value) > schema.get("maxLength", 10**9) else []
        found += [f"{path}: too short"] if len(value) < schema.get("minLength", 0) else []
        found += [f"{path}: pattern"] if "pattern" in schema and not re.search(schema["pattern"], value) else []
    if isinstance(value, list):
        found += [f"{path}: too many"] if len(value) > schema.get("maxItems", 10**9) else []
        for i, item in enumerate(value):
            found += faults(item, schema.get("items", {}), root, f"{path}/{i}")
    if isinstance(value, dict):
        known = schema.get("properties", {})
        found += [f"{path}: lacks {k}" for k in schema.get("required", ()) if k not in value]
        if schema.get("additionalProperties") is False:
            found += [f"{path}: does not know {k}" for k in value if k not in known]
        for key, inner in value.items():
            found += faults(inner, known.get(key, {}), root, f"{path}/{key}")
    return found


@pytest.mark.parametrize("url", [None, URL], ids=["sockets", "http"])
def test_slacks_schema_takes_it(url):
    schema = spec("manifest.schema.2.0.0.json")
    assert faults(manifest(url=url), schema, schema) == []
    assert faults({"display_information": {"name": ""}, "x": 1}, schema, schema) == [
        ": does not know x",
        "/display_information/name: too short",
    ]


def test_the_file_is_what_the_generator_writes():
    assert (ROOT / "app_manifest.yml").read_text(encoding="utf-8") == manifest_yaml()
    assert yaml.safe_load(manifest_yaml()) == manifest()


def test_over_http_every_way_in_has_the_address():
    built = manifest(url="https://bot.acme.example")
    assert built == manifest(url=URL)
    assert built["settings"]["socket_mode_enabled"] is False
    assert built["settings"]["event_subscriptions"]["request_url"] == URL
    assert built["settings"]["interactivity"]["request_url"] == URL
    assert built["features"]["slash_commands"][0]["url"] == URL
