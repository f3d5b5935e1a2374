"""Which types a text drops with their columns, found before anybody has read it."""

from __future__ import annotations

import pytest

from lineagebot.sql.cache import Cache
from lineagebot.sql.user_types import dropped_types


@pytest.mark.parametrize(
    ("dialect", "text", "expected"),
    [
        ("postgres", "drop type a.state cascade", {"state"}),
        ("postgres", 'DROP TYPE IF EXISTS a.State, "Mood" CASCADE; DROP DOMAIN d', {"state", "Mood", "d"}),
        ("postgres", "DROP /* now */ DOMAIN d CASCADE", {"d"}),
        ("postgres", "DROP EXTENSION citext, postgis_raster CASCADE", {"citext", "raster"}),
        ("postgres", "DROP EXTENSION nobodys CASCADE", set()),
        ("postgres", "DO $$ BEGIN EXECUTE 'drop type x cascade'; END $$", {"x"}),
        ("postgres", "SELECT type, domain FROM drop_type", set()),
        ("postgres", "DROP TYPE", set()),
        ("postgres", "drop type 'x", set()),
        ("oracle", "DROP TYPE shop.leg FORCE", {"LEG"}),
        ("snowflake", "DROP TYPE x CASCADE", set()),
    ],
)
def test_types_that_a_text_may_drop(dialect: str, text: str, expected: set[str]) -> None:
    assert dropped_types(text, dialect) == expected


def test_texts_of_one_fingerprint_each_drop_their_own() -> None:
    memory = Cache()
    bodies = [memory.mark(f"DO $$ BEGIN DROP TYPE {name} CASCADE; END $$", "postgres") for name in ("a", "b")]
    assert bodies[0].hash == bodies[1].hash
    assert [memory.types(mark) for mark in bodies] == [{"a"}, {"b"}]
