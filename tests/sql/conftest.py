"""Where the shared material lies: beside the checkout, or where LINEAGEBOT_SHARED says."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def shared_material() -> Path:
    named = os.environ.get("LINEAGEBOT_SHARED")
    path = Path(named) if named else Path(__file__).resolve().parents[3] / "shared"
    if not path.is_dir():
        pytest.skip(f"no shared material at {path}; set LINEAGEBOT_SHARED")
    return path
