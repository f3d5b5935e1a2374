"""Make frozen records fast: a statement yields hundreds of edges and reads, and most of its time once went into them.

A frozen dataclass fills each field through `object.__setattr__`, which takes three times as long as doing so outright.
Here a twin that is not frozen is filled, and becomes the record itself once it is whole: same slots, another class.
What fills it is written out field by field, as dataclasses themselves do it: calling a class costs more than all of it.
"""

from __future__ import annotations

from dataclasses import MISSING, Field, fields
from typing import TypeVar, cast

from lineagebot.model import AssetKey, Column, Edge, Effect, Read, Understanding

T = TypeVar("T")


def quick(record: type[T]) -> type[T]:
    """Called like the record's own class, it makes the very same values. For frozen, slotted dataclasses."""
    twin = type(record.__name__, (), {"__slots__": record.__slots__})  # type: ignore[attr-defined]
    known: dict[str, object] = {"_twin": twin, "_record": record}
    listed: list[Field[object]] = list(fields(record))  # type: ignore[arg-type]
    asked, body = [], ["made = _twin()"]
    for of in listed:
        asked.append(of.name)
        if of.default_factory is not MISSING:
            known[f"_new_{of.name}"] = of.default_factory
            asked[-1] += "=None"
            body.append(f"made.{of.name} = _new_{of.name}() if {of.name} is None else {of.name}")
            continue
        if of.default is not MISSING:
            known[f"_{of.name}"] = of.default
            asked[-1] += f"=_{of.name}"
        body.append(f"made.{of.name} = {of.name}")
    lines = "\n    ".join((*body, "made.__class__ = _record", "return made"))
    exec(f"def new({', '.join(asked)}):\n    {lines}", known)  # noqa: S102 - of nothing but the names of our fields
    return cast("type[T]", known["new"])


new_key = quick(AssetKey)
new_column = quick(Column)
new_edge = quick(Edge)
new_effect = quick(Effect)
new_read = quick(Read)
new_understanding = quick(Understanding)
