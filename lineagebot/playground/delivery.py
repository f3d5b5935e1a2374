"""Getting something to the app and waiting for its ack: at most 3 s, and events again when it does not come.

Two ways lead to an app: one of its sockets, or a signed request. Both answer `Acked` or `NotAcked`.
"""

from __future__ import annotations

import http.client
import json
from dataclasses import dataclass
from threading import Event
from typing import Any, Protocol
from urllib.parse import urlencode, urlsplit

from lineagebot.playground.answers import Json
from lineagebot.playground.clock import Patience
from lineagebot.playground.signing import signed_headers

EVENT = "events_api"
SLASH = "slash_commands"
INTERACTIVE = "interactive"


@dataclass(frozen=True, slots=True)
class Acked:
    """`payload`: what came with the ack; None for a bare one."""

    payload: Json | None


@dataclass(frozen=True, slots=True)
class NotAcked:
    """`reason` is Slack's word; `final`: the app asked not to be tried again."""

    reason: str
    final: bool = False


@dataclass(frozen=True, slots=True)
class Retry:
    number: int
    reason: str


class Route(Protocol):
    def send(self, kind: str, payload: Json, *, retry: Retry, wait: float) -> Acked | NotAcked: ...


class SignedHttp:
    """Slack's requests to the app's Request URL."""

    def __init__(self, request_url: str, signing_secret: str) -> None:
        self._url = urlsplit(request_url)
        self._secret = signing_secret

    def send(self, kind: str, payload: Json, *, retry: Retry, wait: float) -> Acked | NotAcked:
        body, content_type = _encoded(kind, payload)
        headers = {"Content-Type": content_type, "User-Agent": "Slackbot 1.0", **signed_headers(self._secret, body)}
        if retry.number:
            headers |= {"X-Slack-Retry-Num": str(retry.number), "X-Slack-Retry-Reason": retry.reason}
        connection = http.client.HTTPConnection(str(self._url.hostname), self._url.port or 80, timeout=wait)
        try:
            connection.request("POST", self._url.path or "/", body=body.encode(), headers=headers)
            answer = connection.getresponse()
            said = answer.read().decode()
        except TimeoutError:
            return NotAcked("http_timeout")
        except (OSError, http.client.HTTPException):
            return NotAcked("connection_failed")
        finally:
            connection.close()
        if answer.status != 200:
            return NotAcked("http_error", final=answer.getheader("X-Slack-No-Retry") == "1")
        return Acked(_payload(said))


class Delivery:
    def __init__(self, route: Route, patience: Patience) -> None:
        self._route = route
        self._patience = patience
        self._stopped = Event()

    def deliver(self, kind: str, payload: Json) -> Acked | NotAcked:
        """Once; for what a person waits for."""
        return self._route.send(kind, payload, retry=Retry(0, ""), wait=self._patience.ack)

    def deliver_event(self, payload: Json) -> Acked | NotAcked:
        """Until it is acked, Slack gives up, or the fake stops. Takes minutes at the usual patience."""
        came = self._route.send(EVENT, payload, retry=Retry(0, ""), wait=self._patience.ack)
        for number, delay in enumerate(self._patience.event_retries, start=1):
            if isinstance(came, Acked) or came.final or self._stopped.wait(delay):
                break
            came = self._route.send(EVENT, payload, retry=Retry(number, came.reason), wait=self._patience.ack)
        return came

    def stop(self) -> None:
        self._stopped.set()


def _encoded(kind: str, payload: Json) -> tuple[str, str]:
    if kind == EVENT:
        return json.dumps(payload), "application/json"
    form = payload if kind == SLASH else {"payload": json.dumps(payload)}
    return urlencode(form), "application/x-www-form-urlencoded"


def _payload(said: str) -> Json | None:
    if not said.strip():
        return None
    try:
        parsed: Any = json.loads(said)
    except ValueError:
        return {"text": said}
    return parsed if isinstance(parsed, dict) else {"text": said}
