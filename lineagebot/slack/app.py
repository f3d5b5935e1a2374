"""The bot on Slack: wiring of clients, guard, conversation and transports. Slack is opened nowhere else."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Lock

from slack_bolt import App
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from lineagebot.config import SlackSettings
from lineagebot.errors import ConfigWrong
from lineagebot.slack.answering import Answering
from lineagebot.slack.client import LIBRARY_LOG, slack_errors, web_client
from lineagebot.slack.conversation import Answer, Conversation, Suggest
from lineagebot.slack.guard import Guard
from lineagebot.slack.http import SlackOverHttp
from lineagebot.slack.listeners import listen
from lineagebot.slack.poster import SlackPoster
from lineagebot.slack.seen import SeenEvents
from lineagebot.slack.sockets import Sockets
from lineagebot.slack.tokens import MemoryTokens, Tokens

log = logging.getLogger(__name__)

COMMAND = "/lineage"
#: Answers worked on at the same time.
WORKERS = 10


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the bot token says we are."""

    team: str
    enterprise: str | None
    user: str
    bot: str
    name: str


class SlackApp:
    """The bot. `answer` is commands.answer with its services bound.

    `seen(event_id)` says whether an event was heard before and remembers it; `tokens` keeps what is too long for a
    button; `suggest` finds names by their beginning. The defaults live as long as the process.
    Raises ConfigWrong where there is no bot token.
    """

    def __init__(
        self,
        settings: SlackSettings,
        answer: Answer,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        *,
        seen: Callable[[str], bool] | None = None,
        tokens: Tokens | None = None,
        suggest: Suggest | None = None,
        command: str = COMMAND,
        workers: int = WORKERS,
    ) -> None:
        if settings.bot_token is None:
            raise ConfigWrong("slack.bot_token: missing; set SLACK_BOT_TOKEN (Slack: OAuth & Permissions)")
        self._settings = settings
        self._token = settings.bot_token.get_secret_value()
        self._client = web_client(self._token, settings.api_url, retries=False)
        self._identity: Identity | None = None
        self._identity_lock = Lock()
        self._workers = ThreadPoolExecutor(max_workers=workers, thread_name_prefix="lineagebot-slack")
        tokens = tokens or MemoryTokens()
        self.guard = Guard(
            web_client(self._token, settings.api_url),
            lambda: self.identity().team,
            allowed_shared=settings.allowed_shared_channels,
        )
        self._conversation = Conversation(
            answer=answer,
            guard=self.guard,
            answering=Answering(self._client, tokens),
            client=self._client,
            tokens=tokens,
            clock=clock,
            command=command,
            suggest=suggest,
        )
        #: Says alerts; see reply.Poster.
        self.poster = SlackPoster(self._client, tokens=tokens, check_audience=self.guard.check_audience)
        secret = settings.signing_secret.get_secret_value() if settings.signing_secret else ""
        self._bolt = self._build_bolt(secret)
        listen(
            self._bolt,
            self._conversation,
            command=command,
            seen=seen or SeenEvents(),
            tokens=tokens,
            guard=self.guard,
            me=lambda: self.identity().user,
        )
        #: ASGI app for /slack/events.
        self.asgi = SlackOverHttp(self._bolt, secret)
        self._sockets: Sockets | None = None

    def identity(self) -> Identity:
        """Who we are, asked once. Raises SlackRefused on a wrong bot token, SlackTrouble while Slack is down."""
        with self._identity_lock:
            if self._identity is None:
                with slack_errors("greet the bot"):
                    said = self._client.auth_test()
                self._identity = Identity(
                    team=str(said.get("team_id") or ""),
                    enterprise=said.get("enterprise_id"),
                    user=str(said.get("user_id") or ""),
                    bot=str(said.get("bot_id") or ""),
                    name=str(said.get("user") or "lineagebot"),
                )
            return self._identity

    def start_socket(self) -> None:
        """Begin to listen over Socket Mode and return.

        Raises SlackRefused where a token is wrong, ConfigWrong where there is none. Where Slack cannot be reached it
        says so in the log and goes on trying; `trouble` tells how it stands.
        """
        if self._settings.app_token is None:
            raise ConfigWrong("slack.app_token: missing; set SLACK_APP_TOKEN, or SLACK_SIGNING_SECRET to use HTTP")
        app_token = self._settings.app_token.get_secret_value()
        self._sockets = Sockets(self._bolt, app_token, self._settings.api_url, greet=self.identity)
        self._sockets.start()

    @property
    def client(self) -> WebClient:
        """The Web API under the bot's token; does not retry by itself."""
        return self._client

    @property
    def is_connected(self) -> bool:
        """True while a socket is open."""
        return self._sockets is not None and self._sockets.is_open

    @property
    def trouble(self) -> str | None:
        """Why no socket is open, as a sentence; None while all is well."""
        return self._sockets.trouble if self._sockets else None

    def stop(self) -> None:
        """Stop listening, let the answers at work finish, and close."""
        if self._sockets:
            self._sockets.close()
        self._conversation.close()
        self._workers.shutdown(wait=True)

    def _build_bolt(self, secret: str) -> App:
        return App(
            name="lineagebot",
            logger=LIBRARY_LOG,
            client=_without_token(self._settings.api_url),
            signing_secret=secret,
            # Bolt hands a method its own idea of `self`.
            authorize=lambda: self._authorize(),
            listener_executor=self._workers,
            raise_error_for_unhandled_request=True,
            ssl_check_enabled=False,
            attaching_conversation_kwargs_enabled=False,
        )

    def _authorize(self) -> AuthorizeResult:
        """Bolt would ask Slack for every first request; we know who we are."""
        me = self.identity()
        return AuthorizeResult(
            enterprise_id=me.enterprise, team_id=me.team, bot_id=me.bot, bot_user_id=me.user, bot_token=self._token
        )


def _without_token(api_url: str) -> WebClient:
    return web_client(None, api_url)
