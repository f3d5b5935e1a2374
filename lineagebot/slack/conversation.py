"""From what a person did (typed, pressed, chose, submitted) to an answer: guard, ask, say.

Whatever is pressed ends as a command line that runs as if it were typed; this file knows no command.
"""

from __future__ import annotations

import json
import logging
import re
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from dataclasses import replace
from datetime import datetime
from typing import Any

from slack_sdk import WebClient

from lineagebot.commands.request import Asker, Request
from lineagebot.errors import LineagebotError, SlackRefused, SlackTrouble
from lineagebot.reply import Field, Form, Mention, Mono, Note, Paragraph, Reply, from_json
from lineagebot.slack.answering import Answering
from lineagebot.slack.blocks import ACTION, FORM, FORM_KEPT, OPEN, PICK, PICK_KEPT, RUN, RUN_KEPT, SHARE, BlockDict
from lineagebot.slack.client import slack_errors
from lineagebot.slack.guard import Admitted, Guard, TurnedAway
from lineagebot.slack.home import home_view, turned_away_view
from lineagebot.slack.limits import OPTIONS
from lineagebot.slack.modals import Submitted, form_view, option_of_name, said_view
from lineagebot.slack.reading import Payload, Place
from lineagebot.slack.tokens import Tokens, recall_hinted
from lineagebot.slack.typing_state import TypingState

log = logging.getLogger(__name__)

_MENTIONED = re.compile(r"<[@#]([UWCG][A-Z0-9]+)(?:\|[^>]*)?>")

Answer = Callable[[Request], Reply]
#: A beginning of a name → (label, name) pairs, best first.
Suggest = Callable[[str], Sequence[tuple[str, str]]]

#: Seconds that a submitted form waits for its answer before it closes (Slack waits three).
FORM_PATIENCE = 2.0

FIND = Form(
    title="Find lineage",
    submit="Show",
    command="{name}",
    fields=(Field(id="name", label="Table, view or dashboard", kind="name", placeholder="Begin to type a name"),),
)
TOO_OLD = "This button is too old for me to remember what it does."
UNREADABLE_FORM = "This form is too old for me to read; please open it again."


class Conversation:
    """All that happens after the acknowledgement."""

    def __init__(
        self,
        *,
        answer: Answer,
        guard: Guard,
        answering: Answering,
        client: WebClient,
        tokens: Tokens,
        clock: Callable[[], datetime],
        command: str,
        suggest: Suggest | None = None,
    ) -> None:
        self._answer = answer
        self._guard = guard
        self._answering = answering
        self._client = client
        self._tokens = tokens
        self._clock = clock
        self._command = command
        self._suggest = suggest
        self._typing = TypingState(client)
        self._forms = ThreadPoolExecutor(max_workers=4, thread_name_prefix="lineagebot-form")

    def close(self) -> None:
        self._forms.shutdown(wait=False, cancel_futures=True)

    def typed(self, place: Place, line: str, *, message: str | None = None, dm: bool = False) -> None:
        """A command line, a direct message or a mention. `message` is the ts of what was typed, where it has one."""
        visitor = self._admit(place)
        if visitor is None:
            return
        thread = place.thread or (message if place.in_dm else None)
        with self._typing.shown(place.channel, thread):
            reply = self._ask(visitor, place, line, dm=dm)
            self._say(place, reply, line)

    def pressed(self, place: Place, action: Payload) -> None:
        """A button or a menu of ours."""
        visitor = self._admit(place)
        if visitor is None:
            return
        kind = str(action.get("action_id") or "").removeprefix(ACTION).split(":")[0]
        value = str(action.get("value") or (action.get("selected_option") or {}).get("value") or "")
        if kind in (RUN, PICK):
            self._run(visitor, place, value)
        elif kind in (RUN_KEPT, PICK_KEPT):
            line, hint = recall_hinted(self._tokens, value)
            self._run(visitor, place, line) if line is not None else self._too_old(place, hint)
        elif kind in (FORM, FORM_KEPT):
            data = value if kind == FORM else recall_hinted(self._tokens, value)[0]
            self._open(place, _form_of(data))
        elif kind == SHARE:
            self._share(place, value)
        elif kind != OPEN:
            self._too_old(place, "")

    def outdated(self, place: Place) -> None:
        """A button that this version no longer draws."""
        if self._admit(place):
            self._too_old(place, "")

    def find(self, place: Place) -> None:
        """The global shortcut: a form that looks for a name."""
        if self._admit(place):
            self._open(place, FIND)

    def names(self, place: Place, begun: str) -> list[BlockDict]:
        """Options for the name search; none for those who may not know names."""
        if self._suggest is None or isinstance(self._guard.admit(place.user, place.channel), TurnedAway):
            return []
        found = list(self._suggest(begun))[:OPTIONS]
        return [option_of_name(label, name, self._tokens) for label, name in found]

    def submitted(self, form: Submitted | None, place: Place, ack: Callable[..., Any]) -> None:
        """A form: what is wrong is said beside its field, else it closes and the command runs as if typed."""
        visitor = self._guard.admit(place.user, form.place.channel if form else "")
        if isinstance(visitor, TurnedAway):
            ack(response_action="update", view=said_view("Sorry", visitor.says))
            return
        if form is None:
            ack(response_action="update", view=said_view("Too old", UNREADABLE_FORM))
            return
        if form.wrong:
            ack(response_action="errors", errors=dict(form.wrong))
            return
        began = time.monotonic()
        at = replace(form.place, trigger=None)
        working = self._forms.submit(self._ask, visitor, at, form.line)
        reply = _within(working, FORM_PATIENCE)
        if reply is not None and reply.refused:
            ack(response_action="errors", errors={form.first_block: reply.summary[:2_000]})
            return
        ack()
        self._say(at, reply or working.result(), form.line)
        log.debug("a form was answered in %.2f s", time.monotonic() - began)

    def home(self, user: str) -> None:
        """Draw the Home tab of one person."""
        place = Place(user)
        visitor = self._guard.admit(user)
        if isinstance(visitor, TurnedAway):
            view = turned_away_view(visitor.says, tokens=self._tokens)
        else:
            view = home_view(lambda line: self._ask(visitor, place, line), tokens=self._tokens)
        with slack_errors("draw the Home tab"):
            self._client.views_publish(user_id=user, view=view)

    def stumbled(self, place: Place, reference: str) -> None:
        """Something of ours broke: say so, with what to quote."""
        sentence = f"Sorry, something broke on my side (reference {reference}). It is in my log; please try again."
        self._answering.turn_away(place, sentence)

    def _admit(self, place: Place) -> Admitted | None:
        visitor = self._guard.admit(place.user, place.channel, shared=place.shared)
        if isinstance(visitor, TurnedAway):
            self._answering.turn_away(place, visitor.says)
            return None
        return visitor

    def _ask(self, visitor: Admitted, place: Place, line: str, *, dm: bool = False) -> Reply:
        asker = Asker(
            workspace=visitor.team,
            user=visitor.user,
            name=visitor.name,
            channel=place.channel,
            in_dm=place.in_dm,
            is_admin=visitor.is_admin,
            zone=visitor.zone,
        )
        try:
            return self._answer(Request(line=self._named(line), asker=asker, now=self._clock(), dm=dm))
        except LineagebotError as exc:
            return Reply(summary=str(exc), blocks=(Paragraph((str(exc),)),), refused=True)

    def _named(self, line: str) -> str:
        """The line with a name beside every id: an owner is remembered and shown by name."""
        return _MENTIONED.sub(lambda match: self._with_name(match[1], match[0]), line)

    def _with_name(self, identity: str, otherwise: str) -> str:
        name = re.sub(r"[<>|]", "", self._guard.name_of(identity) or "")
        return f"<{'#' if identity[0] in 'CG' else '@'}{identity}|{name}>" if name else otherwise

    def _run(self, visitor: Admitted, place: Place, line: str) -> None:
        self._say(place, self._ask(visitor, place, line), line)

    def _say(self, place: Place, reply: Reply, line: str) -> None:
        if reply.seen_in_place and place.message:
            return
        if reply.form is not None and place.trigger and self._opened(place, reply.form):
            if not reply.blocks:
                return
            reply = replace(reply, form=None)
        self._answering.say(place, reply, line="" if reply.refused else line)

    def _open(self, place: Place, form: Form | None) -> None:
        if form is None:
            self._too_old(place, "")
        elif not self._opened(place, form):
            says = f"“{form.title}” took too long to open; please press again."
            self._answering.say(place, Reply(summary=says, blocks=(Paragraph((says,)),)))

    def _opened(self, place: Place, form: Form) -> bool:
        view = form_view(form, place, tokens=self._tokens, name_search=self._suggest is not None)
        try:
            with slack_errors("open a form"):
                self._client.views_open(trigger_id=str(place.trigger), view=view)
        except (SlackRefused, SlackTrouble) as exc:
            log.info("a form was not opened: %s", exc)
            return False
        return True

    def _share(self, place: Place, value: str) -> None:
        held, line = recall_hinted(self._tokens, value)
        if held is None:
            self._too_old(place, line)
            return
        data = json.loads(held)
        reply: Reply = from_json(data["reply"])
        by = Note((Mention(place.user, place.user, notify=True), " asked ", Mono(f"{self._command} {data['line']}")))
        self._answering.share(place, replace(reply, blocks=(*reply.blocks, by)))

    def _too_old(self, place: Place, hint: str) -> None:
        typed = f"{self._command} {hint.strip() or 'help'}"
        words = (f"{TOO_OLD} Please type: ", Mono(typed[:300]))
        self._answering.say(place, Reply(summary=f"{TOO_OLD} Please type: {typed[:300]}", blocks=(Paragraph(words),)))


def _form_of(data: str | None) -> Form | None:
    try:
        form = from_json(json.loads(data or ""))
    except (ValueError, KeyError, TypeError):
        return None
    return form if isinstance(form, Form) else None


def _within(working: Future[Reply], seconds: float) -> Reply | None:
    try:
        return working.result(timeout=seconds)
    except NotYet:
        return None
