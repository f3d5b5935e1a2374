"""For each kind of source a system to connect to: the genuine one, or one that behaves like it.

A kind without a stand-in here fails the contract (test_contract.py). One file for each, whose `stand_in(bench)` gives a
`StandIn`; it may skip, with a reason, where what it stands on is not installed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path

from lineagebot.store.embedded import Running
from lineagebot.sync.source import Source


@dataclass(frozen=True)
class Bench:
    """What a stand-in may build on: a folder of its own, and a Postgres that runs anyway."""

    directory: Path
    cluster: Running


@dataclass(frozen=True)
class Trouble:
    """A source that cannot be read: the system as it is then, and words that its sentence must hold."""

    source: Callable[[], Source]
    says: tuple[str, ...]


@dataclass(frozen=True)
class StandIn:
    """One system, ready to be read."""

    #: A new source on it each time, as after a restart.
    source: Callable[[], Source]
    #: A right is missing: the sentence holds the grant. None where nothing is ever granted.
    denied: Trouble | None
    #: It answers in a form that cannot be read: the sentence holds the field or the place.
    broken: Trouble
    #: Its log has several pages.
    has_log: bool
    close: Callable[[], None] = field(default=lambda: None)


def stand_in(kind: str, bench: Bench) -> StandIn:
    """Raises ModuleNotFoundError for a kind without one."""
    build: Callable[[Bench], StandIn] = import_module(f"{__name__}.{kind}").stand_in
    return build(bench)
