"""A key as one text: a fold looks each up many times, and an AssetKey makes its hash anew, in Python, each time."""

from __future__ import annotations

from functools import lru_cache

from lineagebot.model import AssetKey

#: Stands in no name: Postgres holds no NUL.
_BETWEEN = "\x00"


class Name(str):
    """The text of `key`; equal where the keys are."""

    __slots__ = ("key",)

    key: AssetKey


def name_of(key: AssetKey) -> Name:
    return _name(key.system, key.path)


@lru_cache(maxsize=65_536)
def _name(system: str, path: tuple[str, ...]) -> Name:
    name = Name(_BETWEEN.join((system, *path)))
    name.key = AssetKey(system, path)
    return name
