"""Decide who may hear anything: full members of our own workspace, in channels that no other company shares.

Lineage is private to a company. Everyone else gets one polite sentence and nothing more; so does everyone while Slack
cannot tell who they are. What Slack says of people and channels is remembered for a short while.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from lineagebot.errors import SlackRefused, SlackTrouble
from lineagebot.slack.client import code_of, slack_errors

#: Seconds that Slack's word on a person and on a channel is believed: so long a new guest is still a member to us.
PERSON_TTL = 60.0
CHANNEL_TTL = 60.0
#: Remembered at most, of each.
REMEMBERED = 20_000

MEMBERS_ONLY = "Sorry, I can only help full members of this workspace."
NOT_HERE = "Sorry, I do not answer in channels that are shared with other companies. Please ask me in a direct message."
CANNOT_TELL = "Sorry, Slack cannot tell me just now who you are; please try again in a minute."
CANNOT_SEE = (
    "Sorry, I cannot see who reads this channel, so I keep quiet here. "
    "Invite me with /invite @lineagebot, or ask me in a direct message."
)


@dataclass(frozen=True, slots=True)
class Admitted:
    """A full member of our workspace."""

    user: str
    team: str
    name: str | None
    is_admin: bool
    #: The name of their time zone, where Slack says it.
    zone: str | None = None


@dataclass(frozen=True, slots=True)
class TurnedAway:
    """One polite sentence, and nothing else."""

    says: str


class Guard:
    """Asks Slack about people and channels. `team` gives our own workspace's id."""

    def __init__(
        self,
        client: WebClient,
        team: Callable[[], str],
        *,
        allowed_shared: tuple[str, ...] = (),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._team = team
        self._allowed = frozenset(allowed_shared)
        self._people = _Memory(PERSON_TTL, clock)
        self._channels = _Memory(CHANNEL_TTL, clock)

    def admit(self, user: str, channel: str = "", *, shared: bool = False) -> Admitted | TurnedAway:
        """Whether this person may be answered there. `shared`: the payload itself says that others read along."""
        try:
            team = self._team()
            person = self._person(user)
        except SlackTrouble:
            return TurnedAway(CANNOT_TELL)
        if person is None or not _is_full_member(person, team):
            return TurnedAway(MEMBERS_ONLY)
        if turned_away := self._turned_away_from(channel, shared=shared):
            return turned_away
        admin = any(person.get(k) for k in ("is_admin", "is_owner", "is_primary_owner"))
        return Admitted(
            user, team, person.get("real_name") or person.get("name"), bool(admin), person.get("tz") or None
        )

    def name_of(self, identity: str) -> str | None:
        """How Slack calls a person or a channel; None where it does not say."""
        try:
            known = self._channel(identity) if identity[:1] in "CG" else self._person(identity)
        except SlackTrouble:
            return None
        return (known or {}).get("real_name") or (known or {}).get("name")

    def check_audience(self, channel: str) -> None:
        """Raises SlackRefused where a message to this channel would be read by another company."""
        if channel in self._allowed or is_direct(channel):
            return
        known = self._channel(channel)
        if known is None:
            return  # Posting itself will say what is wrong with it.
        if _is_shared(known):
            raise SlackRefused(
                f"{channel} is shared with another company, so nothing is posted there; choose another channel, "
                "or list it in slack.allowed_shared_channels"
            )

    def forget(self, channel: str) -> None:
        """What was known of the channel is no longer true (it was shared, unshared, archived)."""
        self._channels.forget(channel)

    def _turned_away_from(self, channel: str, *, shared: bool) -> TurnedAway | None:
        if not channel or channel in self._allowed:
            return None
        if shared:
            return TurnedAway(NOT_HERE)
        if is_direct(channel):
            return None
        try:
            known = self._channel(channel)
        except SlackTrouble:
            return TurnedAway(CANNOT_SEE)
        if known is None:
            return TurnedAway(CANNOT_SEE)
        return TurnedAway(NOT_HERE) if _is_shared(known) else None

    def _person(self, user: str) -> Mapping[str, Any] | None:
        return self._people.recall(user, lambda: self._ask("users.info", "user", user=user))

    def _channel(self, channel: str) -> Mapping[str, Any] | None:
        return self._channels.recall(channel, lambda: self._ask("conversations.info", "channel", channel=channel))

    def _ask(self, method: str, part: str, **arguments: str) -> Mapping[str, Any] | None:
        """Slack's word, or None where there is no such thing. Raises SlackTrouble where Slack says nothing."""
        with slack_errors(f"ask {method}"):
            try:
                answer = self._client.api_call(method, params=arguments, http_verb="GET")
            except SlackApiError as exc:
                if code_of(exc) in ("user_not_found", "user_not_visible", "channel_not_found"):
                    return None
                raise
        found = answer.get(part)
        return found if isinstance(found, dict) else None


def is_direct(channel: str) -> bool:
    """True for a conversation of two (D...): ours with a person, or one of two people that we can never post to."""
    return channel.startswith("D")


def _is_full_member(person: Mapping[str, Any], team: str) -> bool:
    if any(person.get(k) for k in ("deleted", "is_restricted", "is_ultra_restricted", "is_stranger", "is_bot")):
        return False
    teams = (person.get("enterprise_user") or {}).get("teams") or ()
    return person.get("team_id") == team or team in teams


def _is_shared(channel: Mapping[str, Any]) -> bool:
    shared = any(channel.get(k) for k in ("is_ext_shared", "is_pending_ext_shared"))
    return shared or bool(channel.get("is_shared") and not channel.get("is_org_shared"))


class _Memory:
    """What was learned lately, each for the same time. Trouble is not remembered, a clear no is."""

    def __init__(self, ttl: float, clock: Callable[[], float]) -> None:
        self._ttl = ttl
        self._clock = clock
        self._known: dict[str, tuple[float, Mapping[str, Any] | None]] = {}
        self._lock = Lock()

    def recall(self, key: str, learn: Callable[[], Mapping[str, Any] | None]) -> Mapping[str, Any] | None:
        now = self._clock()
        with self._lock:
            if (held := self._known.get(key)) and held[0] > now:
                return held[1]
        learned = learn()
        with self._lock:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            self._known[key] = (now + self._ttl, learned)
        return learned

    def forget(self, key: str) -> None:
        with self._lock:
            self._known.pop(key, None)
