"""Slack's limits as slackblocks' spec lists them, and a check of what we draw against them."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

SHARED = Path(os.environ.get("LINEAGEBOT_SHARED") or Path(__file__).parents[3] / "shared")
SPEC = SHARED / "fixtures" / "slack"


def spec(name: str) -> Any:
    """A file of the shared fixtures, or a skip that says which is missing."""
    path = SPEC / name
    if not path.exists():
        pytest.skip(f"needs the shared fixture slack/{name}")
    return json.loads(path.read_text(encoding="utf-8"))


def faults(value: Any, limits: dict[str, Any], path: str = "") -> list[str]:
    """Every text, list and field of blocks that is longer than limits.json allows, by its place."""
    found: list[str] = []
    if isinstance(value, dict):
        kind = value.get("type", "")
        rules = limits.get("select" if kind == "static_select" else kind, {})
        if kind in ("mrkdwn", "plain_text") and not 1 <= len(value["text"]) <= limits["text"]["max_length"]:
            found.append(f"{path}: text of {len(value['text'])}")
        for key, inner in value.items():
            found += _against(rules.get(key, {}), inner, f"{path}/{key}")
            found += faults(inner, limits, f"{path}/{key}")
        for key in ("action_id", "block_id"):
            found += _against(limits[key], value.get(key, ""), f"{path}/{key}")
        if "value" in value and "text" in value and not kind:
            for key in ("text", "value", "description"):
                found += _against(limits["option"][key], value.get(key, ""), f"{path}/{key}")
    elif isinstance(value, list):
        for i, inner in enumerate(value):
            found += faults(inner, limits, f"{path}/{i}")
    return found


def _against(rule: dict[str, Any], value: Any, path: str) -> list[str]:
    size = len(value.get("text", "")) if isinstance(value, dict) else len(value) if isinstance(value, str | list) else 0
    most = rule.get("max_items" if isinstance(value, list) else "max_length")
    return [f"{path}: {size} of {most}"] if most is not None and size > most else []
