"""Asks sources what stands now, each in a thread of its own: one that hangs keeps nobody else's alert waiting.

What is asked about stands in the fold's state, so that nothing here has to outlive the process.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from lineagebot.errors import LineagebotError
from lineagebot.model import AssetKey, Column, Gone
from lineagebot.policy.state import Answered, Evidence

#: So long a source may think; what it did not say by then is said without it.
TIME_OUT = timedelta(seconds=3)
#: What stands under a name now. Raises CannotSay.
Ask = Callable[[AssetKey], tuple[Column, ...] | Gone]

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Asking:
    """What one source is being asked, since when, and what it said so far."""

    keys: Mapping[str, AssetKey]
    since: datetime
    found: dict[str, Evidence] = field(default_factory=dict)

    def is_over(self, now: datetime) -> bool:
        return len(self.found) == len(self.keys) or now - self.since >= TIME_OUT


def _in_a_thread(run: Callable[[], None]) -> None:
    threading.Thread(target=run, name="lineagebot-probe", daemon=True).start()


@dataclass(slots=True)
class Asker:
    """One round of questions a source at a time. `start` runs what it is handed, and may return before that is done."""

    start: Callable[[Callable[[], None]], None] = _in_a_thread
    _asking: dict[str, _Asking] = field(default_factory=dict)
    #: Sources whose thread has not come back.
    _away: set[str] = field(default_factory=set)

    def ask(
        self,
        probes: Mapping[str, Ask],
        asked: Mapping[str, Mapping[str, AssetKey]],
        now: datetime,
        *,
        ring: Callable[[], None],
    ) -> None:
        """Put the questions; whom it is asked already hears the rest when that round is over."""
        for system, keys in asked.items():
            if system in self._asking:
                continue
            asking = self._asking[system] = _Asking(keys, now)
            probe = probes.get(system)
            if probe is None:
                asking.found.update({key: Evidence(now) for key in keys})
            elif system not in self._away:
                self._away.add(system)
                self.start(lambda system=system, asking=asking, probe=probe: self._run(system, asking, probe, ring))  # type: ignore[misc]

    def answers(self, now: datetime) -> tuple[Answered, ...]:
        """Of the rounds that are over; they stay until they are `done`."""
        over = {system: asking for system, asking in self._asking.items() if asking.is_over(now)}
        return tuple(
            Answered(system, now, {key: asking.found.get(key) or Evidence(asking.since) for key in asking.keys})
            for system, asking in over.items()
        )

    def done(self, answers: tuple[Answered, ...]) -> None:
        for answered in answers:
            self._asking.pop(answered.system, None)

    def _run(self, system: str, asking: _Asking, probe: Ask, ring: Callable[[], None]) -> None:
        try:
            for key, asset in asking.keys.items():
                asking.found[key] = _evidence(probe, asset, asking.since)
            ring()
        except LineagebotError:
            # The store is away: nobody hears the bell, and the watcher looks by itself.
            return
        finally:
            self._away.discard(system)


def _evidence(probe: Ask, asset: AssetKey, at: datetime) -> Evidence:
    try:
        found = probe(asset)
    except Exception as exc:  # noqa: BLE001 - a source that cannot say keeps no alert back
        log.warning("cannot say", asset=str(asset), why=str(exc))
        return Evidence(at)
    return Evidence(at, gone=True) if isinstance(found, Gone) else Evidence(at, found)
