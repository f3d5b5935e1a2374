"""The nouns as JSON and back, for the journal: field by field, defaults filled in, unknown fields left out.

An entry written by an older or newer version is still read: a missing field takes its default, a strange one goes.
"""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Hashable
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")


def as_json(value: Any) -> Any:
    """Lists for tuples, ISO text for times, objects for dataclasses; fields that hold their default are left out."""
    kind = type(value)
    if kind in _AS_THEY_ARE:
        return value
    if (fields := _fields(cast("Hashable", kind))) is not None:
        return {name: as_json(held) for name, default in fields if (held := getattr(value, name)) != default}
    if isinstance(value, tuple):
        return [as_json(v) for v in value]
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, str):
        return storable(value)
    return value


def from_json(kind: type[T], data: Any) -> T:
    """The dataclass `kind` from what `as_json` made of it."""
    hints = _hints(cast("Hashable", kind))
    return kind(**{name: _value(hints[name], held) for name, held in data.items() if name in hints})


def many_from_json(kind: type[T], data: Any) -> tuple[T, ...]:
    return tuple(from_json(kind, item) for item in data)


def storable(text: str) -> str:
    """The text as Postgres can hold it: no NUL, no half of a surrogate pair."""
    if "\x00" in text:
        text = text.replace("\x00", "\ufffd")
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode(errors="replace").decode()
    return text


#: They need no look inside.
_AS_THEY_ARE = (bool, int, float, type(None))


@cache
def _fields(kind: Any) -> tuple[tuple[str, Any], ...] | None:
    """(name, default) of a dataclass' fields; None for any other type."""
    return tuple((f.name, f.default) for f in dataclasses.fields(kind)) if dataclasses.is_dataclass(kind) else None


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)


def _value(hint: Any, data: Any) -> Any:
    if data is None:
        return None
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return _value(next(a for a in get_args(hint) if a is not type(None)), data)
    if origin is tuple:
        inner = get_args(hint)
        if len(inner) == 2 and inner[1] is Ellipsis:
            return tuple(_value(inner[0], item) for item in data)
        return tuple(_value(kind, item) for kind, item in zip(inner, data, strict=True))
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return from_json(hint, data)
    if hint in (datetime, date):
        return hint.fromisoformat(data)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return hint(data)
    return data
