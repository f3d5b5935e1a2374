"""The small checks that Block Kit's table is made of. A check takes a value and its json-pointer, and yields faults.

A `Check` knows nothing of blocks; `block_kit.py` says which check stands at which key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from lineagebot.playground.answers import Json


@dataclass(frozen=True, slots=True)
class Fault:
    """Where and why. `pointer` is relative to the blocks: `/0/text/text`."""

    pointer: str
    code: str
    message: str


Faults = Iterator[Fault]
Check = Callable[[Any, str], Faults]


@dataclass(frozen=True, slots=True)
class Shape:
    """The keys an object may have, each with its check, and those it must have. `rule` looks at the whole object."""

    keys: dict[str, Check]
    required: tuple[str, ...] = ()
    rule: Callable[[Json, str], Faults] | None = None
    #: keys of every object of its kind, such as block_id
    shared: dict[str, Check] = field(default_factory=dict)

    def check(self, value: Json, at: str) -> Faults:
        checks = {**self.shared, **self.keys}
        for name in self.required:
            if name not in value:
                yield Fault(at, "missing_property", f"missing required field: {name}")
        for name, part in value.items():
            if name == "type":
                continue
            if name not in checks:
                yield Fault(f"{at}/{name}", "additional_property", f"no such field: {name}")
            else:
                yield from checks[name](part, f"{at}/{name}")
        if self.rule is not None:
            yield from self.rule(value, at)


def anything(value: Any, at: str) -> Faults:
    return iter(())


def string(most: int | None = None, *, least: int = 0) -> Check:
    def check(value: Any, at: str) -> Faults:
        if not isinstance(value, str):
            yield Fault(at, "invalid_type", "must be a string")
        elif most is not None and len(value) > most:
            yield Fault(at, "failed_constraint", f"must be less than {most + 1} characters")
        elif len(value) < least:
            yield Fault(at, "failed_constraint", f"must be more than {least - 1} characters")

    return check


def boolean(value: Any, at: str) -> Faults:
    if not isinstance(value, bool):
        yield Fault(at, "invalid_type", "must be a boolean")


def number(least: float | None = None, most: float | None = None, *, whole: bool = True) -> Check:
    def check(value: Any, at: str) -> Faults:
        if isinstance(value, bool) or not isinstance(value, int | float) or (whole and not isinstance(value, int)):
            yield Fault(at, "invalid_type", "must be a number")
        elif (least is not None and value < least) or (most is not None and value > most):
            yield Fault(at, "failed_constraint", f"must be between {least} and {most}")

    return check


def one_of(*allowed: Any) -> Check:
    def check(value: Any, at: str) -> Faults:
        if value not in allowed:
            yield Fault(at, "invalid_enum", f"must be one of {', '.join(map(str, allowed))}")

    return check


def matching(pattern: Any, what: str) -> Check:
    def check(value: Any, at: str) -> Faults:
        if not isinstance(value, str) or not pattern.fullmatch(value):
            yield Fault(at, "failed_constraint", f"must be {what}")

    return check


def many(part: Check, *, least: int = 0, most: int | None = None) -> Check:
    def check(value: Any, at: str) -> Faults:
        if not isinstance(value, list):
            yield Fault(at, "invalid_type", "must be an array")
            return
        if most is not None and len(value) > most:
            yield Fault(at, "max_items", f"no more than {most} items allowed")
        if len(value) < least:
            yield Fault(at, "min_items", f"at least {least} items needed")
        for place, item in enumerate(value):
            yield from part(item, f"{at}/{place}")

    return check


def shaped(shape: Shape) -> Check:
    """An object without a type, such as an option."""

    def check(value: Any, at: str) -> Faults:
        if not isinstance(value, dict):
            yield Fault(at, "invalid_type", "must be an object")
        else:
            yield from shape.check(value, at)

    return check


def typed(shapes: dict[str, Shape], allowed: frozenset[str] | None = None) -> Check:
    """An object that says its type; only `allowed` ones where that is given."""

    def check(value: Any, at: str) -> Faults:
        if not isinstance(value, dict):
            yield Fault(at, "invalid_type", "must be an object")
            return
        kind = value.get("type")
        if not isinstance(kind, str) or kind not in shapes:
            yield Fault(f"{at}/type", "unsupported_type", f"unsupported type: {kind}")
        elif allowed is not None and kind not in allowed:
            yield Fault(f"{at}/type", "unsupported_type", f"unsupported type here: {kind}")
        else:
            yield from shapes[kind].check(value, at)

    return check


def text(most: int = 3000, *, plain: bool = False, least: int = 1) -> Check:
    """A text object: 1 to `most` characters; `plain` ones take no mrkdwn."""
    length = string(most, least=least)

    def check(value: Any, at: str) -> Faults:
        if not isinstance(value, dict) or value.get("type") not in ("plain_text", "mrkdwn"):
            yield Fault(at, "invalid_type", "must be a text object")
            return
        if plain and value["type"] != "plain_text":
            yield Fault(f"{at}/type", "invalid_type", "must be plain_text")
        extra = "emoji" if value["type"] == "plain_text" else "verbatim"
        for name in value.keys() - {"type", "text", extra}:
            yield Fault(f"{at}/{name}", "additional_property", f"no such field: {name}")
        yield from length(value.get("text"), f"{at}/text")

    return check
