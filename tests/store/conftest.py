"""Fixtures of the store's tests; the short words for statements are in said.py."""

from __future__ import annotations

import pytest

from .said import Say, sayer


@pytest.fixture
def say() -> Say:
    return sayer()
