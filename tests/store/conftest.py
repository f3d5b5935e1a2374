"""Fixtures of the store's tests; the short words for statements are in said.py."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lineagebot.store.engine import Store

from .said import Say, sayer


@pytest.fixture
def say() -> Say:
    return sayer()


@pytest.fixture
def other_store(empty_url: str) -> Iterator[Store]:
    """A second, empty store."""
    store = Store.open(empty_url)
    yield store
    store.close()
