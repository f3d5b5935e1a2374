"""Socket Mode: open it, watch it, open it again.

Bolt's client answers Slack's own refresh (`disconnect`) by itself; all other losses are ours, so that an hour without
Slack is one sentence and a slow retry, not a page of errors. Sockets that die without a word are found by their pings.
"""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from slack_bolt import App
from slack_bolt.adapter.socket_mode.builtin import SocketModeHandler

from lineagebot.errors import SlackRefused, SlackTrouble
from lineagebot.slack.client import is_here, slack_errors, web_client

log = logging.getLogger(__name__)

#: The library reports every ping that fails; what matters we say ourselves.
_LIBRARY_LOG = logging.getLogger("lineagebot.slack.library.socket")
_LIBRARY_LOG.setLevel(logging.CRITICAL)

#: Seconds: between looks at the socket, between tries, and after a refusal.
LOOK_EVERY = 0.5
FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
AFTER_REFUSAL = 60.0
PING_EVERY = 10.0
#: Seconds until Slack says hello on a new socket.
HELLO = 3.0

NO_SOCKET = (
    "Slack refused the app-level token: create one with the scope connections:write "
    "(api.slack.com/apps: Basic Information, App-Level Tokens), switch Socket Mode on, and set SLACK_APP_TOKEN"
)


class Sockets:
    """One connection of Socket Mode. `greet` runs before each and raises what is wrong with the bot token."""

    def __init__(
        self, bolt: App, app_token: str, api_url: str, *, greet: Callable[[], object], concurrency: int = 10
    ) -> None:
        self._greet = greet
        handler = SocketModeHandler(
            bolt,
            app_token,
            logger=_LIBRARY_LOG,
            web_client=web_client(app_token, api_url, retries=False),
            auto_reconnect_enabled=False,
            ping_interval=PING_EVERY,
            concurrency=concurrency,
        )
        self._client = handler.client
        if is_here(api_url):
            self._client.proxy = None
        self._client.message_listeners.append(self._listen_for_hello)
        self._hello = threading.Event()
        self._stopping = threading.Event()
        self._watch = threading.Thread(target=self._keep_open, name="lineagebot-socket-watch", daemon=True)
        #: The last trouble as a sentence; None while the socket is open.
        self.trouble: str | None = None

    @property
    def is_open(self) -> bool:
        """Connected, and Slack has said hello."""
        return self._client.is_connected() and self.trouble is None

    def start(self) -> None:
        """Open it. Raises SlackRefused where a token is wrong; where Slack is down, says so and goes on trying."""
        try:
            self._open()
        except SlackRefused:
            self.close()
            raise
        except SlackTrouble as exc:
            self._note(exc)
        self._watch.start()

    def close(self) -> None:
        """Hang up; nothing is delivered to us any more."""
        self._stopping.set()
        if self._watch.is_alive():
            self._watch.join(timeout=5)
        self._wake_library()
        self._client.close()

    def _wake_library(self) -> None:
        """Its reader looks up every three seconds, its queue every second; closing alone would wait for both."""
        self._client.closed = True
        self._client.message_queue.put(None)
        session = self._client.current_session
        wire = session.sock if session is not None else None
        if wire is not None:
            with suppress(OSError):
                wire.shutdown(socket.SHUT_RDWR)

    def _open(self) -> None:
        self._greet()
        try:
            with slack_errors("open a socket"):
                self._client.wss_uri = None
                self._hello.clear()
                self._client.connect_to_new_endpoint(force=True)
        except SlackRefused as exc:
            raise SlackRefused(NO_SOCKET) from exc
        if not self._hello.wait(HELLO):
            log.info("the socket is open, but Slack has not said hello yet")
        if self.trouble:
            log.warning("connected to Slack again")
        self.trouble = None

    def _listen_for_hello(self, client: object, message: dict[str, Any], raw: str | None = None) -> None:
        """Before its hello Slack delivers nothing to a socket."""
        if message.get("type") == "hello":
            self._hello.set()

    def _keep_open(self) -> None:
        pause = FIRST_PAUSE
        while not self._stopping.wait(LOOK_EVERY if self._client.is_connected() else pause):
            if self._client.is_connected():
                pause = FIRST_PAUSE
                continue
            try:
                self._open()
            except SlackRefused as exc:
                self._note(exc)
                pause = AFTER_REFUSAL
            except SlackTrouble as exc:
                self._note(exc)
                pause = max(exc.retry_after or 0.0, min(pause * 2, LONGEST_PAUSE))
            except Exception as exc:
                # The library knows more ways to fail than it documents; without this thread nobody would ever call.
                log.exception("the socket could not be opened")
                self._note(SlackTrouble(f"the socket could not be opened ({type(exc).__name__})"))
                pause = min(pause * 2, LONGEST_PAUSE)

    def _note(self, trouble: SlackTrouble) -> None:
        if self.trouble is None:
            log.warning("no connection to Slack, trying again: %s", trouble)
        self.trouble = str(trouble)
