"""Make frozen records fast: a statement yields hundreds of edges and reads, and most of its time once went into them.

A frozen dataclass fills each field through `object.__setattr__`, which takes three times as long as doing so outright.
Here a twin that is not frozen is filled, and becomes the record itself once it is whole: same slots, another class.
"""

from __future__ import annotations

from dataclasses import MISSING, Field, field, fields, make_dataclass
from typing import TypeVar, cast

from lineagebot.model import AssetKey, Column, Edge, Effect, Read, Understanding

T = TypeVar("T")


def quick(record: type[T]) -> type[T]:
    """Called like the record's own class, it makes the very same values. For frozen, slotted dataclasses."""

    def become(self: object) -> None:
        self.__class__ = record

    twin = make_dataclass(
        record.__name__,
        [
            (f.name, object, _default(f)) if _has_default(f) else (f.name, object)
            for f in fields(record)  # type: ignore[arg-type]
        ],
        namespace={"__post_init__": become},
        eq=False,
        repr=False,
        slots=True,
    )
    return cast("type[T]", twin)


def _has_default(of: Field[object]) -> bool:
    return of.default is not MISSING or of.default_factory is not MISSING


def _default(of: Field[object]) -> object:
    return field(default_factory=of.default_factory) if of.default is MISSING else of.default


new_key = quick(AssetKey)
new_column = quick(Column)
new_edge = quick(Edge)
new_effect = quick(Effect)
new_read = quick(Read)
new_understanding = quick(Understanding)
