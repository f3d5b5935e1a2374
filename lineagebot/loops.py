"""Keep this process' loops turning: whatever breaks one round, the next comes, and a loop that stands still is seen.

What is expected (our own errors) is said once and waited out. What is not, a mistake of ours, goes to the log with its
traceback, once, and to `tell`, once; the loop goes on all the same. A thread that died silently would look like peace.
"""

from __future__ import annotations

import secrets
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import structlog

from lineagebot.errors import LineagebotError, StoreDeposed

#: Seconds: the first pause after a failed round (it doubles), and the longest.
FIRST_PAUSE = 1.0
LONGEST_PAUSE = 30.0
#: A trouble that lasts for so many seconds is told, once; most pass by themselves.
LASTING = 600.0

log = structlog.get_logger(__name__)

#: (a key that tells it from all else that is told, a sentence)
Tell = Callable[[str, str], None]


@dataclass(slots=True)
class _State:
    """One loop. `patience`: seconds without a sign of life after which it counts as stuck."""

    patience: float
    beat_at: float
    #: What it last complained of, since when, and whether that was told.
    trouble: str = ""
    since: float = 0.0
    told: bool = False
    broken: bool = False


class Loops:
    """All loops of one process. `tell` reaches the people who run the bot; it may fail, and is then only logged."""

    def __init__(self, tell: Tell = lambda key, sentence: None, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._tell = tell
        self._clock = clock
        self._states: dict[str, _State] = {}
        self._lock = threading.Lock()

    def keep(self, name: str, once: Callable[[], None], *, stop: threading.Event, patience: float = 60.0) -> None:
        """Run `once` again and again until `stop`. Its own pace is its own business; after a failure it is slowed."""
        pause = FIRST_PAUSE
        with self._known(name, patience):
            while not stop.is_set():
                if self.attempt(name, once):
                    pause = FIRST_PAUSE
                    continue
                stop.wait(pause)
                pause = min(pause * 2, LONGEST_PAUSE)

    def attempt(self, name: str, once: Callable[[], object], *, patience: float = 60.0) -> bool:
        """One round; False where it failed. `once` may return a trouble as a sentence instead of raising it."""
        self.beat(name, patience=patience)
        try:
            trouble = once()
        except StoreDeposed as exc:
            log.info("stepping back", loop=name, why=str(exc))
            return False
        except LineagebotError as exc:
            self._in_trouble(name, str(exc))
            return False
        except Exception as exc:  # noqa: BLE001 - a loop that dies of a mistake of ours looks like peace
            self._broke(name, exc)
            return False
        finally:
            self.beat(name, patience=patience)
        if isinstance(trouble, str):
            self._in_trouble(name, trouble)
            return False
        self.well(name)
        return True

    def beat(self, name: str, *, patience: float = 60.0) -> None:
        """A sign of life, from within a long round too."""
        with self._lock:
            state = self._states.setdefault(name, _State(patience, 0.0))
            state.beat_at = self._clock()

    def well(self, name: str) -> None:
        """It did what it is there for; said by `attempt` at a round's end, by a round that lasts in its middle."""
        self.beat(name)
        with self._lock:
            state = self._states[name]
            was, told = state.trouble, state.told
            state.trouble, state.broken, state.told = "", False, False
        if was:
            log.info("well again", loop=name)
        if told:
            self._say(f"well:{name}:{was}", f"{name} is well again.")

    def forget(self, name: str) -> None:
        """The loop has ended as it should."""
        with self._lock:
            self._states.pop(name, None)

    def states(self) -> dict[str, str]:
        """Loop → "ok", "trouble", "broken" (a mistake of ours) or "stuck"; no words that hold anybody's names."""
        now = self._clock()
        with self._lock:
            return {name: _word(state, now) for name, state in sorted(self._states.items())}

    @property
    def stuck(self) -> tuple[str, ...]:
        """Loops that gave no sign of life for longer than they may."""
        return tuple(name for name, word in self.states().items() if word == "stuck")

    @contextmanager
    def _known(self, name: str, patience: float) -> Iterator[None]:
        self.beat(name, patience=patience)
        try:
            yield
        finally:
            self.forget(name)

    def _in_trouble(self, name: str, says: str) -> None:
        with self._lock:
            state = self._states[name]
            is_news = state.trouble != says
            if not state.trouble:
                state.since, state.told = self._clock(), False
            state.trouble, state.broken = says, False
            lasts = not state.told and self._clock() - state.since >= LASTING
            state.told = state.told or lasts
        if is_news:
            log.warning("trouble", loop=name, says=says)
        if lasts:
            self._say(f"trouble:{name}:{says}", f"{name} has been in trouble for {LASTING / 60:.0f} minutes: {says}")

    def _broke(self, name: str, exc: Exception) -> None:
        where = traceback.extract_tb(exc.__traceback__)[-1:]
        mark = f"{type(exc).__name__}:{where[0].filename}:{where[0].lineno}" if where else type(exc).__name__
        with self._lock:
            state = self._states[name]
            is_news = state.trouble != mark
            if not state.trouble:
                state.since = self._clock()
            state.trouble, state.broken, state.told = mark, True, True
        if not is_news:
            return
        reference = secrets.token_hex(4)
        log.error("a loop broke", loop=name, reference=reference, exc_info=exc)
        sentence = (
            f"Something broke in “{name}” ({type(exc).__name__}, reference {reference} in my log). I go on trying, "
            "but until it is mended what it does may not be done: please report it."
        )
        self._say(f"broke:{name}:{mark}", sentence)

    def _say(self, key: str, sentence: str) -> None:
        try:
            self._tell(key, sentence)
        except Exception as exc:  # noqa: BLE001 - whoever cannot be told now finds it in the log
            log.warning("could not tell", says=sentence, why=f"{type(exc).__name__}: {exc}")


def _word(state: _State, now: float) -> str:
    if now - state.beat_at > state.patience:
        return "stuck"
    if state.broken:
        return "broken"
    return "trouble" if state.trouble else "ok"
