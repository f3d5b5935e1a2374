"""Bring a reply back to the person who asked, by the best way that is still open.

A private answer goes through the response_url (five times in 30 minutes, works where the bot is no member), else as an
ephemeral message, else as a direct message: an answer is not lost because one door is shut.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.error import URLError

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from lineagebot.errors import SlackRefused, SlackTrouble
from lineagebot.reply import Choice, Choices, Divider, Paragraph, Reply, to_json
from lineagebot.slack import limits
from lineagebot.slack.blocks import BlockDict, Share, draw, draw_details, text_only
from lineagebot.slack.client import code_of, pointers_of, slack_errors, webhook
from lineagebot.slack.escape import visible
from lineagebot.slack.reading import Place
from lineagebot.slack.tokens import Tokens

log = logging.getLogger(__name__)

#: Seconds that an answer waits at most when Slack asks to slow down.
LONGEST_WAIT = 30.0
TRIES = 4


class Answering:
    """Says replies to people at places. `client` must not retry by itself."""

    def __init__(self, client: WebClient, tokens: Tokens, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._client = client
        self._tokens = tokens
        self._sleep = sleep

    def say(self, place: Place, reply: Reply, *, line: str = "") -> None:
        """Say it where and to whom it belongs. Raises SlackTrouble when every door is shut."""
        if reply.replaces and place.message:
            self._replace(place, reply)
        elif place.in_dm:
            self._say_in_dm(place, reply)
        elif place.public and place.channel:
            self._post(place, reply)
        elif not reply.private and place.channel:
            self._say_openly(place, reply)
        else:
            self._say_privately(place, reply, line)

    def turn_away(self, place: Place, sentence: str) -> None:
        """One polite sentence, seen by nobody else."""
        reply = Reply(summary=sentence, blocks=(Paragraph((sentence,)),))
        if place.in_dm:
            self._say_in_dm(place, reply)
        else:
            self._say_privately(place, reply, "")

    def share(self, place: Place, reply: Reply) -> None:
        """Post a private answer for all to see, saying who shared it; never to two people whom we cannot see."""
        if place.in_dm:
            self._say_in_dm(place, reply)
        else:
            self._say_openly(place, reply)

    def _say_in_dm(self, place: Place, reply: Reply) -> None:
        """In our own direct messages for good. In those of two people, where we are not, to the asker alone."""
        try:
            self._post(place, reply)
        except SlackRefused:
            self._say_privately(place, reply, "")

    def _replace(self, place: Place, reply: Reply) -> None:
        blocks, text = self._drawn_whole(reply)
        if place.message_is_ephemeral or not place.channel:
            if self._respond(place, {"replace_original": True}, blocks, text, reply):
                return
            self._say_privately(replace(place, response_url=None), reply, "")
            return
        with slack_errors(f"update a message in {place.channel}"):
            self._patiently(
                lambda b, t: self._client.chat_update(channel=place.channel, ts=str(place.message), text=t, blocks=b),
                blocks, text, reply,
            )  # fmt: skip

    def _post(self, place: Place, reply: Reply) -> None:
        """For all in the conversation; the details go to the thread below."""
        blocks, text = draw(_with_form_button(reply), tokens=self._tokens)
        sent = self._send(place.channel, place.thread, blocks, text, reply)
        if details := draw_details(reply, tokens=self._tokens):
            self._send(place.channel, place.thread or sent, details[0], details[1], reply)

    def _say_openly(self, place: Place, reply: Reply) -> None:
        blocks, text = self._drawn_whole(reply)
        openly = {"response_type": "in_channel", "replace_original": False}
        if self._respond(place, openly, blocks, text, reply):
            return
        self._send(place.channel, place.thread, blocks, text, reply)

    def _say_privately(self, place: Place, reply: Reply, line: str) -> None:
        share = self._share(reply, line) if line and place.channel and reply.private else None
        blocks, text = self._drawn_whole(reply, share=share)
        quietly = {"response_type": "ephemeral", "replace_original": False}
        if self._respond(place, quietly, blocks, text, reply):
            return
        if place.channel and self._whisper(place, blocks, text, reply):
            return
        self._send(place.user, None, blocks, text, reply)

    def _drawn_whole(self, reply: Reply, *, share: Share | None = None) -> tuple[list[BlockDict], str]:
        """With its details, for what has no thread below it."""
        return draw(_with_details(_with_form_button(reply)), tokens=self._tokens, share=share)

    def _share(self, reply: Reply, line: str) -> Share:
        held = {"line": line, "reply": to_json(replace(reply, private=False, replaces=False, form=None))}
        token = self._tokens.keep(json.dumps(held, ensure_ascii=False))
        return Share(f"{token}:{visible(line)}"[: limits.BUTTON_VALUE])

    def _respond(self, place: Place, how: dict[str, Any], blocks: list[BlockDict], text: str, reply: Reply) -> bool:
        """True where the response_url took it; False where there is none or it is used up."""
        if not place.response_url:
            return False
        where = {"thread_ts": place.thread} if place.thread else {}
        for body in ({"text": text, "blocks": blocks}, {"text": text_only(reply)}):
            try:
                answer = webhook(place.response_url).send_dict({**how, **where, **body})
            except (URLError, OSError, SlackApiError) as exc:
                log.info("a response_url did not answer: %s", type(exc).__name__)
                return False
            if answer.status_code == 200 and "invalid_blocks" not in answer.body:
                return True
            if "blocks" not in answer.body:
                return False
            log.error("Slack refused our blocks (%s); sent as plain text instead", answer.body[:300])
        return False

    def _whisper(self, place: Place, blocks: list[BlockDict], text: str, reply: Reply) -> bool:
        try:
            with slack_errors(f"answer in {place.channel}"):
                self._patiently(
                    lambda b, t: self._client.chat_postEphemeral(
                        channel=place.channel, user=place.user, thread_ts=place.thread, text=t, blocks=b
                    ),
                    blocks, text, reply,
                )  # fmt: skip
        except SlackRefused:
            return False
        return True

    def _send(self, channel: str, thread: str | None, blocks: list[BlockDict], text: str, reply: Reply) -> str:
        with slack_errors(f"post to {channel}"):
            sent = self._patiently(
                lambda b, t: self._client.chat_postMessage(
                    channel=channel, thread_ts=thread, text=t, blocks=b, unfurl_links=False, unfurl_media=False
                ),
                blocks, text, reply,
            )  # fmt: skip
        return str(sent["ts"])

    def _patiently(
        self, call: Callable[[list[BlockDict], str], Any], blocks: list[BlockDict], text: str, reply: Reply
    ) -> Any:
        """Call Slack: wait where it asks for that, send plain text where it does not take our blocks."""
        waited = 0.0
        for _ in range(TRIES - 1):
            try:
                with slack_errors("answer"):
                    try:
                        return call(blocks, text)
                    except SlackApiError as exc:
                        if code_of(exc) not in ("invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long"):
                            raise
                        log.error("Slack refused our blocks at %s; sent as plain text instead", pointers_of(exc))
                        return call([], text_only(reply))
            except SlackTrouble as exc:
                pause = exc.retry_after
                if pause is None or isinstance(exc, SlackRefused) or waited + pause > LONGEST_WAIT:
                    raise
                self._sleep(pause)
                waited += pause
        return call(blocks, text)


def _with_details(reply: Reply) -> Reply:
    """The details between the message and its closing buttons."""
    if not reply.details:
        return reply
    blocks = reply.blocks
    closing = blocks[-1:] if blocks and isinstance(blocks[-1], Choices) else ()
    body = blocks[: len(blocks) - len(closing)]
    return replace(reply, blocks=(*body, Divider(), *reply.details, *closing), details=())


def _with_form_button(reply: Reply) -> Reply:
    """A form that could not be opened at once is a button."""
    if reply.form is None:
        return reply
    body = reply.blocks or (Paragraph((reply.summary,)),)
    button = Choices((Choice(reply.form.title, form=reply.form, style="primary"),))
    return replace(reply, blocks=(*body, button), form=None)
