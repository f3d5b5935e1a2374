"""`subscribe`, `unsubscribe`, `subscriptions`: which alerts this channel hears, by name or by pattern."""

from __future__ import annotations

import re

from lineagebot.commands.asked import Asked, Command
from lineagebot.commands.grammar import quoted
from lineagebot.commands.naming import find
from lineagebot.commands.services import Services
from lineagebot.errors import BadRequest
from lineagebot.policy.say import short
from lineagebot.reply import Choice, Choices, Items, Mono, Paragraph, Reply
from lineagebot.store import curation
from lineagebot.store.curation import Subscription

#: As many as one list shows.
LISTED = 20
_PATTERN = re.compile(r"[\w.*?:/ -]+")


def subscribe(asked: Asked, services: Services) -> Reply:
    what = _meant(asked, services, "subscribe")
    if isinstance(what, Reply):
        return what
    with services.store.begin() as tx:
        new = curation.subscribe(tx, asked.asker.workspace, _here(asked), what, asked.asker.user, asked.request.now)
    name = named(what)
    place = _place(asked)
    text = f"{place} now hears when something happens to {name}." if new else f"{place} already hears about {name}."
    undo = Choice("Unsubscribe", f"unsubscribe {quoted(name)}")
    return Reply(text, (Paragraph((text,)), Choices((undo, Choice("Subscriptions", "subscriptions")))))


def unsubscribe(asked: Asked, services: Services) -> Reply:
    name = asked.said.name
    if not name:
        raise BadRequest("From what? For example: unsubscribe marts.revenue; see subscriptions.")
    with services.store.begin() as tx:
        here = curation.subscriptions(tx, workspace=asked.asker.workspace, channel=_here(asked))
        what = next((s.what for s in here if _is_called(s.what, name)), None)
        gone = what is not None and curation.unsubscribe(
            tx, asked.asker.workspace, _here(asked), what, asked.asker.user, asked.request.now
        )
    if gone:
        text = f"{_place(asked)} hears no more about {name}."
        back = Choice("Subscribe again", f"subscribe {quoted(name)}")
        return Reply(text, (Paragraph((text,)), Choices((back,))))
    text = f"{_place(asked)} was not subscribed to {name}."
    return Reply(text, (Paragraph((text,)), Choices((Choice("Subscriptions", "subscriptions"),))))


def subscriptions(asked: Asked, services: Services) -> Reply:
    with services.store.begin() as tx:
        here = curation.subscriptions(tx, workspace=asked.asker.workspace, channel=_here(asked))
    place = _place(asked)
    if not here:
        text = f"{place} has no subscriptions. For example: subscribe marts.revenue, marts.* or tag:tier1"
        return Reply(text, (Paragraph((text,)),))
    names = sorted(named(s.what) for s in here)
    items = Items(tuple((Mono(name),) for name in names[:LISTED]), title=f"{place} hears about", more=_more(len(names)))
    text = f"{place} hears about {', '.join(names[:5])}" + (f" and {len(names) - 5} more." if len(names) > 5 else ".")
    buttons = tuple(Choice(f"Unsubscribe {name}", f"unsubscribe {quoted(name)}") for name in names[:5])
    return Reply(text, (items, Choices(buttons)))


def _more(n: int) -> int:
    return max(0, n - LISTED)


def _meant(asked: Asked, services: Services, word: str) -> Subscription | Reply:
    name = asked.said.name
    if not name:
        raise BadRequest(f"To what? For example: {word} marts.revenue, or {word} marts.*")
    if "*" in name or "?" in name or name.lower().startswith("tag:"):
        if not _PATTERN.fullmatch(name) or not re.search(r"\w", name):
            raise BadRequest(f"“{name}” is no pattern that I can read. For example: {word} marts.*")
        return Subscription(key=None, pattern=name.lower())
    found = find(services.graph, name, lambda full: f"{word} {full}")
    return found if isinstance(found, Reply) else Subscription(key=found.key, pattern=None)


def named(what: Subscription) -> str:
    """The asset's name or the pattern."""
    return short(what.key) if what.key is not None else what.pattern or ""


def _is_called(what: Subscription, name: str) -> bool:
    spelled = {named(what).lower(), str(what.key).lower() if what.key is not None else ""}
    return name.lower() in spelled


def _here(asked: Asked) -> str:
    return asked.asker.channel or asked.asker.user


def _place(asked: Asked) -> str:
    return "This conversation" if asked.asker.in_dm or not asked.asker.channel else "This channel"


SUBSCRIBE = Command(
    word="subscribe",
    aliases=("follow",),
    answer=subscribe,
    usage="subscribe <name or pattern>",
    help="alerts about it come to this channel",
    examples=("subscribe marts.revenue", "subscribe marts.*", "subscribe tag:tier1"),
    changes=True,
)
UNSUBSCRIBE = Command(
    word="unsubscribe",
    aliases=("unfollow", "mute"),
    answer=unsubscribe,
    usage="unsubscribe <name or pattern>",
    help="this channel hears no more about it",
    examples=("unsubscribe marts.*",),
    changes=True,
)
SUBSCRIPTIONS = Command(
    word="subscriptions",
    aliases=("subs",),
    answer=subscriptions,
    usage="subscriptions",
    help="what this channel hears about",
)
