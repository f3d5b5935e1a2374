"""Named places where a test may kill the process, so that "nothing is lost, nothing is said twice" can be shown.

`LINEAGEBOT_CRASH_AT=sync.before-commit` dies at the first pass of that point, `sync.before-commit:3` at the third.
Dying is SIGKILL: no handler, no `finally`, no goodbye to Postgres. Without the variable a point does nothing.
"""

from __future__ import annotations

import os
import signal
from collections import Counter

VARIABLE = "LINEAGEBOT_CRASH_AT"

#: The log-to-Slack walk, in its order.
POINTS = (
    "sync.registered",
    "inventory.before-commit",
    "inventory.after-commit",
    "sync.after-read",
    "sync.before-commit",
    "sync.after-commit",
    "sync.noted",
    "watch.before-commit",
    "watch.after-commit",
    "watch.asked",
    "watch.answered",
    "deliver.taken-over",
    "deliver.claimed",
    "deliver.posted",
    "deliver.updated",
    "deliver.recorded",
    "deliver.put-off",
)

_passed: Counter[str] = Counter()


def reach(name: str) -> None:
    """Pass the point `name`; never returns where the environment asks to die. Raises KeyError on an unknown one."""
    if name not in POINTS:
        raise KeyError(f"{name} is no crash point; add it to crashpoints.POINTS")
    asked, _, count = os.environ.get(VARIABLE, "").partition(":")
    if asked != name:
        return
    _passed[name] += 1
    if _passed[name] >= int(count or 1):
        os.kill(os.getpid(), signal.SIGKILL)
