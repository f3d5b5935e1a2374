"""What people do in Slack: type, command, click, choose, open, submit. Each act reaches the app as Slack would send it.

People and places are named by id or name; "lineagebot" (the bot's name) as a place means one's direct messages
with the bot. An act that Slack itself would not let happen raises LookupError with what there is instead.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from lineagebot.playground import controls, envelopes
from lineagebot.playground.answers import Json, Refused
from lineagebot.playground.block_kit import told, validate
from lineagebot.playground.composer import message_text, rich_text, slash_text
from lineagebot.playground.delivery import INTERACTIVE, SLASH, Acked, NotAcked
from lineagebot.playground.expiry import Reply
from lineagebot.playground.members import Channel, User
from lineagebot.playground.respond import respond
from lineagebot.playground.state import State

#: options that an app may suggest at once
SUGGESTIONS = 100
#: characters before an app is asked for options, where the select does not say
SHORTEST_QUERY = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of an act. `error` is what the person sees; `errors` stand under the inputs of a modal."""

    ok: bool
    error: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    ack: Json | None = None


class Acts:
    def __init__(
        self,
        state: State,
        deliver: Callable[[str, Json], Acked | NotAcked],
        deliver_event: Callable[[Json], None],
        *,
        commands: tuple[str, ...] | None,
        should_escape: bool,
    ) -> None:
        self.state = state
        self.workspace = state.workspace
        self._deliver = deliver
        self._deliver_event = deliver_event
        self._commands = commands
        self._should_escape = should_escape

    # typing

    def say(self, user: str | User, where: str | Channel, text: str, *, thread_ts: str | None = None) -> str:
        """Write a message, and return its ts. The app hears it in direct messages, and where it is mentioned."""
        person, channel = self._at(user, where)
        typed = message_text(self.workspace, text)
        block = rich_text(self.workspace, text)
        kept = self.workspace.post(channel, envelopes.human_message(self.state, person, typed, block, thread_ts))
        bot = self.state.identity.bot_user
        if not channel.is_im and f"<@{bot}>" in typed and "app_mentions:read" in self.state.scopes:
            if bot in channel.members:
                self._deliver_event(envelopes.mention_event(self.state, channel, kept))
            else:
                self._slackbot(channel, person, f"<@{bot}> is not in this channel. Invite them with /invite.")
        return str(kept["ts"])

    def slash(self, user: str | User, where: str | Channel, command: str, text: str = "") -> Outcome:
        """Run a slash command, wait for its ack, and show what came with it."""
        person, channel = self._at(user, where)
        if self._commands is not None and command not in self._commands:
            return self._failed(channel, person, f"{command} is not a valid command.")
        sent = slash_text(self.workspace, text) if self._should_escape else text
        came = self._deliver(SLASH, envelopes.slash_command(self.state, person, channel, command, sent))
        if isinstance(came, NotAcked):
            word = "dispatch_failed" if came.reason == "no_socket" else "operation_timeout"
            return self._failed(channel, person, f'{command} failed with the error "{word}"')
        if came.payload and (came.payload.get("text") or came.payload.get("blocks")):
            respond(self.state, self._reply(channel, person), came.payload)
        return Outcome(ok=True, ack=came.payload)

    # messages

    def click(self, user: str | User, where: str | Channel, ts: str, what: str) -> Outcome:
        """Press the button with this action_id or label."""
        return self._touch(user, where, ts, what, {})

    def choose(self, user: str | User, where: str | Channel, ts: str, what: str, value: Any) -> Outcome:
        """Choose in the select, overflow or picker with this action_id or placeholder, by value or label."""
        return self._touch(user, where, ts, what, {"given": value})

    def act(self, user: str | User, where: str | Channel, ts: str, action: Json, values: Json | None = None) -> Outcome:
        """An act in Slack's own words, as the page sends it: the element with what was chosen."""
        person, channel, message = self._message(user, where, ts)
        block, element = self._element(message.get("blocks") or [], action)
        chosen = {k: v for k, v in action.items() if k in controls.CHOICE_KEYS}
        done = envelopes.action_of(self.state, block, element, chosen)
        return self._send_click(person, channel, message, done, values or {})

    def shortcut(
        self, user: str | User, callback_id: str, *, where: str | Channel | None = None, ts: str | None = None
    ) -> Outcome:
        """Run a shortcut of the app: on a message where one is named, else a global one."""
        if where is not None and ts is not None:
            person, channel, message = self._message(user, where, ts)
            payload = envelopes.message_shortcut(self.state, person, callback_id, channel, message)
        else:
            payload = envelopes.shortcut(self.state, self.workspace.user(user), callback_id)
        return self._clicked(self._deliver(INTERACTIVE, payload))

    # views

    def open_home(self, user: str | User, *, tab: str = "home") -> None:
        """Open the app's Home (tab "home") or its messages (tab "messages")."""
        person = self.workspace.user(user)
        channel = self.workspace.dm_with(person)
        self._deliver_event(envelopes.home_event(self.state, person, channel, tab))

    def view_of(self, user: str | User) -> Json | None:
        """The modal in front of the person."""
        return self.state.views.top(self.workspace.user(user).id)

    def home_of(self, user: str | User) -> Json | None:
        return self.state.views.home(self.workspace.user(user).id)

    def click_view(self, user: str | User, what: str, *, given: Any = None, home: bool = False) -> Outcome:
        """Press or (with `given`) choose something in the open modal or in Home."""
        view = self._view(user, home=home)
        block, element = controls.find(view["blocks"], what)
        chosen = controls.choice(element, given) if given is not None else {}
        return self._send_view_click(self.workspace.user(user), view, block, element, chosen)

    def act_in_view(self, user: str | User, view_id: str, action: Json, values: Json | None = None) -> Outcome:
        """Like `act`, in a modal or in Home; `values` in Slack's own shape."""
        person = self.workspace.user(user)
        view = self._view_of_id(person, view_id)
        block, element = self._element(view["blocks"], action)
        chosen = {k: v for k, v in action.items() if k in controls.CHOICE_KEYS}
        return self._send_view_click(person, view, block, element, chosen, values)

    def submit(self, user: str | User, values: Json | None = None, *, view_id: str | None = None) -> Outcome:
        """Submit the modal; `values` by label, action_id or block_id, or in Slack's own shape (`state.values`)."""
        person = self.workspace.user(user)
        view = self._view(user) if view_id is None else self._view_of_id(person, view_id)
        filled = controls.state_of(view, values or {})
        self.state.views.fill(view["id"], filled)
        if left := controls.missing(view, filled):
            return Outcome(ok=False, error="Some fields are empty.", errors=left)
        view["state"] = {"values": filled}
        came = self._deliver(INTERACTIVE, envelopes.submission(self.state, person, view))
        if isinstance(came, NotAcked):
            return Outcome(ok=False, error="We had some trouble connecting. Try again?")
        return self._after_submission(person, view, came.payload)

    def close_view(self, user: str | User, *, all_of_them: bool = False) -> None:
        """Close the modal; the app hears of it where it asked to (notify_on_close)."""
        person = self.workspace.user(user)
        view = self._view(user)
        self.state.views.close(person.id, all_of_them=all_of_them)
        if view.get("notify_on_close"):
            self._deliver(INTERACTIVE, envelopes.closing(self.state, person, view, cleared=all_of_them))

    def suggest(
        self,
        user: str | User,
        what: str,
        typed: str,
        *,
        where: str | Channel | None = None,
        ts: str | None = None,
        view_id: str | None = None,
    ) -> list[Json]:
        """The options an app offers for what was typed into an external select, in a message or the open modal.

        The app is not asked before `min_query_length` characters are there; Slack's usual is 3.
        """
        person = self.workspace.user(user)
        if where is not None and ts is not None:
            _, channel, message = self._message(person, where, ts)
            blocks = message.get("blocks") or []
            container = {"type": "message", "message_ts": ts, "channel_id": channel.id}
            place = {"container": container, "channel": {"id": channel.id, "name": channel.slash_name}}
        else:
            view = self._view(user) if view_id is None else self._view_of_id(person, view_id)
            blocks = view["blocks"]
            place = {"container": {"type": "view", "view_id": view["id"]}, "view": view}
        block, element = controls.find(blocks, what)
        if len(typed) < element.get("min_query_length", SHORTEST_QUERY):
            return []
        payload = envelopes.suggestion(self.state, person, element["action_id"], block["block_id"], typed, place)
        came = self._deliver(INTERACTIVE, payload)
        if isinstance(came, NotAcked) or not came.payload:
            return []
        return _suggested(came.payload)

    # inside

    def _at(self, user: str | User, where: str | Channel) -> tuple[User, Channel]:
        """The person and the place; the person must be there."""
        person = self.workspace.user(user)
        identity = self.state.identity
        if where in (identity.bot_name, identity.bot_user, f"@{identity.bot_name}"):
            return person, self.workspace.dm_with(person)
        channel = self.workspace.channel(where)
        if person.id not in channel.members:
            raise LookupError(f"{person.name} is not in {channel.name or channel.id}")
        return person, channel

    def _message(self, user: str | User, where: str | Channel, ts: str) -> tuple[User, Channel, Json]:
        person, channel = self._at(user, where)
        message = self.workspace.message(channel, ts)
        if self.workspace.viewer_of(channel, ts) not in (None, person.id):
            raise LookupError(f"{person.name} does not see this message")
        return person, channel, message

    def _touch(self, user: str | User, where: str | Channel, ts: str, what: str, given: Json) -> Outcome:
        person, channel, message = self._message(user, where, ts)
        block, element = controls.find(message.get("blocks") or [], what)
        chosen = controls.choice(element, given["given"]) if given else {}
        action = envelopes.action_of(self.state, block, element, chosen)
        values = {block["block_id"]: {element["action_id"]: {"type": element["type"], **chosen}}} if chosen else {}
        return self._send_click(person, channel, message, action, values)

    def _send_click(self, person: User, channel: Channel, message: Json, action: Json, values: Json) -> Outcome:
        payload = envelopes.click_on_message(self.state, person, channel, message, action, values)
        return self._clicked(self._deliver(INTERACTIVE, payload))

    def _send_view_click(
        self, person: User, view: Json, block: Json, element: Json, chosen: Json, values: Json | None = None
    ) -> Outcome:
        filled = controls.state_of(view, values or {})
        if chosen and element["action_id"] in filled.get(block["block_id"], {}):
            filled[block["block_id"]][element["action_id"]] = {"type": element["type"], **chosen}
        self.state.views.fill(view["id"], filled)
        view["state"] = {"values": filled}
        action = envelopes.action_of(self.state, block, element, chosen)
        return self._clicked(self._deliver(INTERACTIVE, envelopes.click_on_view(self.state, person, view, action)))

    def _clicked(self, came: Acked | NotAcked) -> Outcome:
        if isinstance(came, NotAcked):
            return Outcome(ok=False, error="This app did not respond. Try again?")
        return Outcome(ok=True, ack=came.payload)

    def _after_submission(self, person: User, view: Json, payload: Json | None) -> Outcome:
        """What the ack asks for: errors, another view in its place or on top, or the end of all modals."""
        match payload:
            case {"response_action": "errors", "errors": errors}:
                return Outcome(ok=False, error="The app refused some fields.", errors=dict(errors))
            case {"response_action": "update" | "push" as how, "view": shown}:
                try:
                    if how == "update":
                        self.state.views.update(shown, view_id=view["id"])
                    else:
                        self.state.views.push(person.id, shown)
                except Refused as refused:
                    return Outcome(ok=False, error=f"We had some trouble connecting. ({refused.word})", ack=payload)
            case {"response_action": "clear"}:
                self.state.views.close(person.id, all_of_them=True)
            case _:
                self._close_submitted(person, view)
        return Outcome(ok=True, ack=payload)

    def _close_submitted(self, person: User, view: Json) -> None:
        top = self.state.views.top(person.id)
        if top is not None and top["id"] == view["id"]:
            self.state.views.close(person.id)

    def _element(self, blocks: list[Json], action: Json) -> tuple[Json, Json]:
        return controls.find(blocks, str(action.get("action_id")), block_id=action.get("block_id"))

    def _view(self, user: str | User, *, home: bool = False) -> Json:
        view = self.home_of(user) if home else self.view_of(user)
        if view is None:
            raise LookupError(f"{self.workspace.user(user).name} has no {'Home' if home else 'modal'} open")
        return view

    def _view_of_id(self, person: User, view_id: str) -> Json:
        owner, view = self.state.views.find(view_id)
        if owner != person.id:
            raise LookupError(f"{person.name} does not see this view")
        return view

    def _reply(self, channel: Channel, person: User) -> Reply:
        return Reply(channel=channel.id, user=person.id, ts=None, thread_ts=None, until=0, uses_left=0)

    def _failed(self, channel: Channel, person: User, sentence: str) -> Outcome:
        self._slackbot(channel, person, sentence)
        return Outcome(ok=False, error=sentence)

    def _slackbot(self, channel: Channel, person: User, text: str) -> None:
        self.workspace.post_ephemeral(channel, person.id, envelopes.slackbot_says(text))


def _suggested(payload: Json) -> list[Json]:
    """Slack shows nothing when an option breaks a rule; here that is an error that names it."""
    options: list[Json] = payload.get("options") or [
        o for group in payload.get("option_groups") or () for o in group["options"]
    ]
    if not options:
        return []
    select = {"type": "static_select", "action_id": "suggested", "options": options}
    if faults := validate([{"type": "actions", "elements": [select]}]):
        raise Refused("invalid_options", **told(faults, ""))
    return options[:SUGGESTIONS]
