"""What we listen for: one table's worth of Bolt listeners, each acknowledging first and working after."""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Callable
from typing import Any

from slack_bolt import App
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.response import BoltResponse

from lineagebot.errors import LineagebotError, SlackTrouble
from lineagebot.slack.blocks import ACTION
from lineagebot.slack.conversation import Conversation
from lineagebot.slack.guard import Guard
from lineagebot.slack.modals import FORM_VIEW, NAME_SEARCH, submitted
from lineagebot.slack.reading import (
    Payload,
    Place,
    place_of_command,
    place_of_event,
    place_of_interaction,
    words_of,
)
from lineagebot.slack.tokens import Tokens

log = logging.getLogger(__name__)

CHECK_SQL = "check_sql"
FIND_LINEAGE = "find_lineage"

Ack = Callable[..., Any]

#: Kinds of message.im that a person typed.
_TYPED = (None, "file_share")


def listen(
    bolt: App,
    conversation: Conversation,
    *,
    command: str,
    seen: Callable[[str], bool],
    tokens: Tokens,
    guard: Guard,
    me: Callable[[], str],
) -> None:
    """Register everything on `bolt`. `me` is the bot's own user id."""
    _listen_for_words(bolt, conversation, command=command, seen=seen, me=me)
    _listen_for_presses(bolt, conversation, tokens=tokens)
    _listen_for_news(bolt, conversation, seen=seen, guard=guard)
    _listen_for_trouble(bolt, conversation)


def _listen_for_words(
    bolt: App, conversation: Conversation, *, command: str, seen: Callable[[str], bool], me: Callable[[], str]
) -> None:
    @bolt.command(command)
    def on_command(ack: Ack, body: Payload) -> None:
        ack()
        conversation.typed(place_of_command(body), str(body.get("text") or "").strip())

    @bolt.event("message")
    def on_message(ack: Ack, body: Payload) -> None:
        ack()
        event = body["event"]
        typed = event.get("subtype") in _TYPED and not event.get("bot_id") and event.get("user")
        if event.get("channel_type") != "im" or not typed or seen(str(body.get("event_id"))):
            return
        line = words_of(event, without=me()) or "help"
        conversation.typed(place_of_event(body), line, message=event.get("ts"), dm=True)

    @bolt.event("app_mention")
    def on_mention(ack: Ack, body: Payload) -> None:
        ack()
        event = body["event"]
        if event.get("bot_id") or not event.get("user") or seen(str(body.get("event_id"))):
            return
        place = place_of_event(body)
        thread = place.thread or str(event.get("ts"))
        answer_below = Place(place.user, place.channel, thread, public=True, shared=place.shared)
        conversation.typed(answer_below, words_of(event, without=me()) or "help", dm=True)


def _listen_for_presses(bolt: App, conversation: Conversation, *, tokens: Tokens) -> None:
    @bolt.options(NAME_SEARCH)
    def on_name_search(ack: Ack, body: Payload) -> None:
        ack(options=conversation.names(place_of_interaction(body), str(body.get("value") or "")))

    @bolt.action(re.compile(f"^{re.escape(ACTION)}"))
    def on_action(ack: Ack, body: Payload) -> None:
        ack()
        for action in body.get("actions") or ():
            if action.get("action_id") != NAME_SEARCH:
                conversation.pressed(place_of_interaction(body), action)

    @bolt.action(re.compile(".*"))
    def on_old_action(ack: Ack, body: Payload) -> None:
        ack()
        conversation.outdated(place_of_interaction(body))

    @bolt.view(FORM_VIEW)
    def on_form(ack: Ack, body: Payload) -> None:
        place = place_of_interaction(body)
        conversation.submitted(submitted(body["view"], user=place.user, tokens=tokens), place, ack)

    @bolt.shortcut(CHECK_SQL)
    def on_check_sql(ack: Ack, body: Payload) -> None:
        ack()
        words = words_of(body.get("message") or {})
        place = place_of_interaction(body)
        conversation.typed(place, f"check {words}" if words else "help check")

    @bolt.shortcut(FIND_LINEAGE)
    def on_find_lineage(ack: Ack, body: Payload) -> None:
        ack()
        conversation.find(place_of_interaction(body))


def _listen_for_news(bolt: App, conversation: Conversation, *, seen: Callable[[str], bool], guard: Guard) -> None:
    @bolt.event("app_home_opened")
    def on_home(ack: Ack, body: Payload) -> None:
        ack()
        event = body["event"]
        if event.get("tab") == "home" and not seen(str(body.get("event_id"))):
            conversation.home(str(event["user"]))

    @bolt.event(re.compile("^channel_(shared|unshared|id_changed)$"))
    def on_channel_changed(ack: Ack, body: Payload) -> None:
        ack()
        event = body["event"]
        guard.forget(str(event.get("channel") or event.get("old_channel_id") or ""))

    @bolt.event(re.compile("^(tokens_revoked|app_uninstalled)$"))
    def on_removed(ack: Ack, body: Payload) -> None:
        ack()
        log.error("the app was removed from the workspace, or its token revoked; install it again")


def _listen_for_trouble(bolt: App, conversation: Conversation) -> None:
    @bolt.error
    def on_error(error: Exception, body: Payload) -> BoltResponse | None:
        """Nothing of the payload is logged: it holds what people typed."""
        if isinstance(error, BoltUnhandledRequestError):
            log.info("nobody listens for a request of type %s", body.get("type"))
            return BoltResponse(status=200, body="")
        reference = secrets.token_hex(4)
        if isinstance(error, LineagebotError):
            log.error("an answer was lost (reference %s): %s", reference, error)
        else:
            log.error("an answer broke (reference %s)", reference, exc_info=error)
        _say_so(conversation, body, reference)
        return None


def _say_so(conversation: Conversation, body: Payload, reference: str) -> None:
    place = _place_of(body)
    if place is None:
        return
    try:
        conversation.stumbled(place, reference)
    except SlackTrouble as exc:
        log.info("nor could the person be told (reference %s): %s", reference, exc)


def _place_of(body: Payload) -> Place | None:
    if "command" in body:
        return place_of_command(body)
    if "event" in body:
        event = body["event"]
        direct = event.get("channel_type") == "im" and event.get("user")
        return place_of_event(body) if direct or event.get("type") == "app_mention" else None
    place = place_of_interaction(body)
    return place if place.user and body.get("type") != "block_suggestion" else None
