"""When to ask the server again: our questions stand in its log too, so a silent log is asked ever more rarely.

In a silent log nothing but the server's clock moves the watermark, and a window of the watcher closes only when the
watermark has passed it. A window can be open only since a statement that may change something. Hence the pause is a
fiftieth of the time since the last such statement (a window of 15 seconds closes at most half a second late, one of two
minutes three), a tenth of the silence where none was heard of for long, and never more than 30 seconds, well before the
watcher takes the log for late (a minute). A round of the schedule comes on top.
"""

from __future__ import annotations

from dataclasses import dataclass

#: Seconds. Before so much silence the log's own records tell the time, unless somebody waits for a window to close.
SILENCE = 3.0
SHORTEST_PAUSE = 0.25
LONGEST_PAUSE = 30.0
#: The pause, as a share of the silence.
SHARE = 0.1
#: ... of the time since a statement that may have opened a window.
SHARE_OF_WINDOW = 0.02


@dataclass(slots=True)
class Patience:
    """Times are seconds of a clock that never goes back."""

    _heard_at: float = float("-inf")
    _asked_at: float = float("-inf")
    _stirred_at: float = float("-inf")

    def heard(self, now: float) -> None:
        """Something that is not ours came in."""
        self._heard_at = now

    def stirred(self, now: float) -> None:
        """A statement that may change something was handed over: a window may be open from now on."""
        self._stirred_at = now

    def asked(self, now: float) -> None:
        self._asked_at = now

    def is_time_to_ask(self, now: float, *, of_somebody: bool) -> bool:
        """`of_somebody`: sessions wait for a sign. Otherwise only the clock would be asked, and silence comes first."""
        of_silence = (now - self._heard_at) * SHARE
        of_window = max((now - self._stirred_at) * SHARE_OF_WINDOW, SHORTEST_PAUSE)
        if of_somebody:
            return now - self._asked_at >= min(of_window, of_silence, LONGEST_PAUSE)
        pause = min(of_window, max(of_silence, SILENCE), LONGEST_PAUSE)
        return now - max(self._asked_at, self._heard_at) >= pause
