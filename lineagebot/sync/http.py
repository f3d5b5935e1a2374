"""The door to systems that speak HTTP: time-outs, patience by kind of failure, a budget of calls, errors told apart.

What passes by itself (a lost connection, 429, 5xx, an answer that was cut off) is tried again, as long after as the
server asks; what a person must mend is said at once, with the grant or the field. No sentence carries a header, a body
or the query of an address: secrets stand there.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar

import httpx

from lineagebot.errors import SourceDenied, SourceTrouble, SourceUnreachable, SourceUnreadable

#: Seconds. A catalog may take a while to be put together, a connection may not.
CONNECT, READ = 5.0, 60.0
#: How often one call is made at the most.
TRIES = 5
#: Seconds before the second try; twice as long before each further one, and half of it by chance.
FIRST_WAIT = 0.5
#: Longer than this nobody waits inside a run: the next run tries again.
LONGEST_WAIT = 60.0
#: Pages of one list; a server that never says "last" must not hold us for ever.
MOST_PAGES = 100_000
#: Passing troubles of the server.
BUSY = frozenset({408, 425, 429, 500, 502, 503, 504})

T = TypeVar("T")


@dataclass(slots=True)
class Budget:
    """Calls that may be made, where the vendor counts them: so many in thirty days, a share of them at once.

    Counted while the process runs; unused calls add up to half a month's.
    """

    per_month: int
    clock: Callable[[], float] = time.monotonic
    spent: int = 0
    _left: float = field(init=False)
    _at: float = field(init=False)

    def __post_init__(self) -> None:
        self._left, self._at = self.per_month / 2, self.clock()

    @property
    def left(self) -> int:
        """Calls that may be made now."""
        now = self.clock()
        grown = self._left + (now - self._at) * self.per_month / (30 * 86_400)
        self._left, self._at = min(self.per_month / 2, grown), now
        return int(self._left)

    def spend(self, source: str) -> None:
        """One call. Raises SourceUnreachable where none is left."""
        if self.left < 1:
            raise SourceUnreachable(
                f"{source}: its budget of {self.per_month:,} calls a month is used up; reading goes on by itself,"
                " or raise calls_per_month"
            )
        self._left -= 1
        self.spent += 1


@dataclass(slots=True)
class Patience:
    """How calls are tried again. The clock and the sleep are handed in by tests."""

    tries: int = TRIES
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.random

    def wait(self, source: str, attempt: int, *, asked: float | None = None) -> None:
        """Wait before try `attempt` + 1. Raises SourceUnreachable where the server asks for too long."""
        if asked is not None and asked > LONGEST_WAIT:
            raise SourceUnreachable(f"{source}: it asks to be left alone for {asked:,.0f} s; it is tried again later")
        backing_off = FIRST_WAIT * 2**attempt * (0.5 + self.chance() / 2)
        self.sleep(max(asked or 0.0, min(backing_off, LONGEST_WAIT)))


class Http:
    """One server, asked for JSON. Close it."""

    def __init__(
        self,
        source: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        renew: str = "renew the token",
        budget: Budget | None = None,
        patience: Patience | None = None,
        transport: httpx.BaseTransport | None = None,
        keep: int = 0,
    ) -> None:
        """`renew`: what to do where the credentials are refused, as a clause.

        `keep`: so many answers are kept, for a server that marks them (ETag): what did not change is not sent again.
        """
        self.source = source
        self._renew = renew
        self._budget = budget
        self._patience = patience or Patience()
        self._keep = keep
        #: What was asked → its mark, and what was answered.
        self._kept: dict[str, tuple[str, Any]] = {}
        self._lock = threading.Lock()
        self._client = httpx.Client(
            base_url=url.rstrip("/") + "/",
            headers=dict(headers or {}),
            timeout=httpx.Timeout(READ, connect=CONNECT),
            transport=transport,
            follow_redirects=True,
        )

    def close(self) -> None:
        self._client.close()

    def get(self, path: str, /, *, needs: str, **parameters: Any) -> Any:
        """The JSON at `path`. `needs`: the right that it takes, as text to do (SourceDenied says it)."""
        asked = {k: v for k, v in parameters.items() if v is not None}
        mark, before = self._kept.get(f"{path}?{asked}", (None, None))
        headers = {"If-None-Match": mark} if mark else {}
        answer = self._answer("GET", path, needs=needs, params=asked, headers=headers)
        if answer is None:
            return before
        found, mark = answer
        if self._keep and mark:
            with self._lock:
                self._kept.pop(f"{path}?{asked}", None)
                while len(self._kept) >= self._keep:
                    self._kept.pop(next(iter(self._kept)))
                self._kept[f"{path}?{asked}"] = (mark, found)
        return found

    def post(self, path: str, body: Any, *, needs: str) -> Any:
        """What a question that is posted is answered with."""
        return self.ask("POST", path, needs=needs, json=body)

    def ask(self, method: str, path: str, *, needs: str, text: bool = False, **rest: Any) -> Any:
        """The JSON of an answer, or its `text`. Raises SourceDenied, SourceUnreachable, SourceUnreadable and NotThere.

        `rest` is what httpx takes: params, json, data, headers.
        """
        answer = self._answer(method, path, needs=needs, text=text, **rest)
        return None if answer is None else answer[0]

    def _answer(
        self, method: str, path: str, *, needs: str, text: bool = False, **rest: Any
    ) -> tuple[Any, str | None] | None:
        """The JSON (or the text) and its mark; None where the server says that it has not changed."""
        for attempt in range(self._patience.tries):
            last = attempt == self._patience.tries - 1
            if self._budget is not None:
                self._budget.spend(self.source)
            try:
                answer = self._client.request(method, path.lstrip("/"), **rest)
            except (httpx.TimeoutException, httpx.NetworkError, httpx.RemoteProtocolError) as exc:
                if last:
                    raise self._unreachable(exc) from None
                self._patience.wait(self.source, attempt)
                continue
            except (httpx.HTTPError, httpx.InvalidURL) as exc:
                raise self._unreachable(exc) from None
            if answer.status_code in BUSY and not last:
                self._patience.wait(self.source, attempt, asked=retry_after(answer.headers.get("retry-after")))
                continue
            self._check(answer, path, needs)
            if answer.status_code == 304:
                return None
            if text:
                return answer.text, answer.headers.get("etag")
            try:
                return answer.json() if answer.content else None, answer.headers.get("etag")
            except ValueError:
                if last:
                    raise SourceUnreadable(
                        f"{self.source}: {path} is answered with no JSON; is the address right?"
                    ) from None
                self._patience.wait(self.source, attempt)
        raise AssertionError("the last try returns or raises")

    def _check(self, answer: httpx.Response, path: str, needs: str) -> None:
        status = answer.status_code
        if status == 401:
            raise SourceDenied(f"{self.source}: the credentials are refused; {self._renew}")
        if status == 403:
            raise SourceDenied(f"{self.source}: no permission for {path}; {needs}")
        if status in (404, 410):
            raise NotThere(f"{self.source}: there is no {path}; {needs}")
        if status == 429:
            raise SourceUnreachable(f"{self.source}: it takes no more calls just now (429); it is tried again")
        if status >= 500:
            raise SourceUnreachable(f"{self.source}: {path} fails there with error {status}; it is tried again")
        if status >= 400:
            raise SourceUnreadable(
                f"{self.source}: {path} is refused as a bad request ({status}); is it another version?"
            )

    def _unreachable(self, exc: Exception) -> SourceUnreachable:
        host = self._client.base_url.host
        if isinstance(exc, httpx.TimeoutException):
            return SourceUnreachable(f"{self.source}: {host} did not answer in time; it is tried again")
        return SourceUnreachable(f"{self.source}: no connection to {host}; it is tried again, or correct its address")


class NotThere(SourceUnreadable):
    """Nothing stands at the address; some systems say so for what may not be seen."""


def retry_after(said: str | None, *, now: datetime | None = None) -> float | None:
    """Seconds that a Retry-After header asks for; None where it says nothing that can be read."""
    if not said:
        return None
    if said.strip().isdecimal():
        return float(said)
    try:
        until = parsedate_to_datetime(said)
    except ValueError:
        return None
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(0.0, (until - (now or datetime.now(UTC))).total_seconds())


def by_offset(fetch: Callable[[int, int], Sequence[T]], *, size: int, key: Callable[[T], object]) -> Iterator[T]:
    """All rows of a list that is asked for by offset and limit, each once: what moves between two pages comes twice.

    `fetch(offset, limit)`; a page shorter than `size` is the last.
    """
    seen: set[object] = set()
    for page in range(MOST_PAGES):
        rows = fetch(page * size, size)
        for row in rows:
            if (mark := key(row)) not in seen:
                seen.add(mark)
                yield row
        if len(rows) < size:
            return


def by_token(fetch: Callable[[str | None], tuple[Sequence[T], str | None]]) -> Iterator[T]:
    """All rows of a list whose pages each name the next; one that names itself again ends it."""
    token: str | None = None
    told: set[str] = set()
    for _ in range(MOST_PAGES):
        rows, token = fetch(token)
        yield from rows
        if not token or token in told:
            return
        told.add(token)


def told(record: Any, name: str, kind: type[T], *, source: str, where: str) -> T:
    """A field that must be there. Raises SourceUnreadable naming it: the vendor has changed it."""
    value = record.get(name) if isinstance(record, Mapping) else None
    if not isinstance(value, kind):
        found = "is missing" if value is None else f"is {type(value).__name__}, not {kind.__name__}"
        raise SourceUnreadable(f"{source}: the field {name} of {where} {found}; is it a version that we do not know?")
    return value


__all__ = [
    "Budget", "Http", "NotThere", "Patience", "SourceTrouble", "by_offset", "by_token", "retry_after", "told",
]  # fmt: skip
