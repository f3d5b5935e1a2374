"""When to ask the server again: our questions stand in its log too, so a silent log is asked ever more rarely.

In a silent log nothing but the server's clock moves the watermark, and a window of the watcher closes only when the
watermark has passed it. Hence the pause is a tenth of the silence so far: a window of 15 seconds closes at most 3
seconds late, one of two minutes 12, and none more than 30, well before the watcher takes the log for late (a minute).
"""

from __future__ import annotations

from dataclasses import dataclass

#: Seconds. Before so much silence the log's own records tell the time.
SILENCE = 3.0
LONGEST_PAUSE = 30.0
#: The pause, as a share of the silence.
SHARE = 0.1


@dataclass(slots=True)
class Patience:
    """Times are seconds of a clock that never goes back."""

    _heard_at: float = float("-inf")
    _asked_at: float = float("-inf")

    def heard(self, now: float) -> None:
        """Something that is not ours came in."""
        self._heard_at = now

    def asked(self, now: float) -> None:
        self._asked_at = now

    def is_time_to_ask(self, now: float, *, of_somebody: bool) -> bool:
        """`of_somebody`: sessions wait for a sign. Otherwise only the clock would be asked, and silence comes first."""
        silence = now - self._heard_at
        pause = min(silence * SHARE, LONGEST_PAUSE)
        if not of_somebody:
            if silence < SILENCE:
                return False
            pause = max(pause, SILENCE)
        return now - self._asked_at >= pause
