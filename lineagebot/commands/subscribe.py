"""`subscribe`, `unsubscribe`, `subscriptions`: which alerts this channel hears, about what, and from how loud on."""

from __future__ import annotations

import re

from lineagebot.commands.asked import Asked, Command
from lineagebot.commands.grammar import quoted
from lineagebot.commands.naming import find
from lineagebot.commands.services import Services
from lineagebot.errors import BadRequest
from lineagebot.model import Severity
from lineagebot.policy.say import short
from lineagebot.reply import Choice, Choices, Items, Mono, Paragraph, Reply
from lineagebot.store import curation
from lineagebot.store.curation import OWNER, Subscription

#: As many as one list shows.
LISTED = 20
_FLOORS = {str(s): s for s in Severity if s is not Severity.INFO}
_FROM = re.compile(rf"\s+from ({'|'.join(_FLOORS)})$", re.IGNORECASE)
_UPSTREAM = re.compile(r"(?:(?:everything|anything|all) )?upstream of (.+)", re.IGNORECASE)
#: A mention with no blank before it, as in owner:<@U0ANA|ana>: the grammar leaves it in its word.
_GLUED = re.compile(r"<(?:@|#|!subteam\^)(\w+)(?:\|[^>]*)?>")
_PATTERN = re.compile(r"[\w.*?:/ -]+")


def subscribe(asked: Asked, services: Services) -> Reply:
    what = _meant(asked, services, "subscribe")
    if isinstance(what, Reply):
        return what
    with services.store.begin() as tx:
        new = curation.subscribe(tx, asked.asker.workspace, _here(asked), what, asked.asker.user, asked.request.now)
    name, place = told(what), _place(asked)
    text = f"{place} now hears when something happens to {name}." if new else f"{place} already hears about {name}."
    undo = Choice("Unsubscribe", f"unsubscribe {quoted(named(what))}")
    return Reply(text, (Paragraph((text,)), Choices((undo, Choice("Subscriptions", "subscriptions")))))


def unsubscribe(asked: Asked, services: Services) -> Reply:
    name = _said(asked)
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
        floor = f" --from {what.floor}" if what is not None and what.floor is not None else ""
        back = Choice("Subscribe again", f"subscribe {quoted(name)}{floor}")
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
    names = sorted(told(s.what) for s in here)
    items = Items(tuple((Mono(name),) for name in names[:LISTED]), title=f"{place} hears about", more=_more(len(names)))
    text = f"{place} hears about {', '.join(names[:5])}" + (f" and {len(names) - 5} more." if len(names) > 5 else ".")
    calls = sorted(named(s.what) for s in here)[:5]
    buttons = tuple(Choice(f"Unsubscribe {name}", f"unsubscribe {quoted(name)}") for name in calls)
    return Reply(text, (items, Choices(buttons)))


def _more(n: int) -> int:
    return max(0, n - LISTED)


def _meant(asked: Asked, services: Services, word: str) -> Subscription | Reply:
    name, floor = _said(asked), _floor(asked)
    if not name:
        raise BadRequest(f"To what? For example: {word} marts.revenue, or {word} marts.*")
    if name.lower().startswith(OWNER):
        return Subscription(pattern=_owner_pattern(name), floor=floor)
    from_there = f" --from {floor}" if floor is not None else ""
    if upstream := _UPSTREAM.fullmatch(name):
        below = find(services.graph, upstream[1], lambda full: f"{word} upstream of {full}{from_there}")
        return below if isinstance(below, Reply) else Subscription(below.key, upstream=True, floor=floor)
    if "*" in name or "?" in name or name.lower().startswith("tag:"):
        if not _PATTERN.fullmatch(name) or not re.search(r"\w", name):
            raise BadRequest(f"“{name}” is no pattern that I can read. For example: {word} marts.*")
        return Subscription(pattern=name.lower(), floor=floor)
    found = find(services.graph, name, lambda full: f"{word} {full}{from_there}")
    return found if isinstance(found, Reply) else Subscription(found.key, floor=floor)


def _said(asked: Asked) -> str:
    """To what, as one name; a person or a channel that was mentioned is an owner."""
    name = _GLUED.sub(r"\1", _FROM.sub("", asked.said.name))
    if not asked.said.mentions:
        return name
    who = asked.said.mentions[0].id
    if who.lower().startswith(OWNER):  # typed as owner:ana@acme.test
        return who
    if name.lower().rstrip(": ") not in ("owner", "owned by", "owners"):
        raise BadRequest("For what somebody owns, say: subscribe owner:ana@acme.test, or owner:#finance.")
    return f"{OWNER}{who}"


def _owner_pattern(name: str) -> str:
    who = name[len(OWNER) :].strip()
    if not re.search(r"\w", who):
        raise BadRequest("Whose? For example: subscribe owner:ana@acme.test, or owner:#finance.")
    return OWNER + who.lower().removeprefix("@")


def _floor(asked: Asked) -> Severity | None:
    """--from high, or "from high" at the end. Raises BadRequest."""
    match = _FROM.search(asked.said.name)
    said = (asked.said.option("from") or (match[1] if match else "")).lower()
    if not said and not asked.said.has("from"):
        return None
    if said not in _FLOORS:
        raise BadRequest(f"From how loud on? --from wants one of {', '.join(_FLOORS)}.")
    return _FLOORS[said]


def named(what: Subscription) -> str:
    """The asset's name or the pattern, as it is typed."""
    name = short(what.key) if what.key is not None else what.pattern or ""
    return f"upstream of {name}" if what.upstream else name


def told(what: Subscription) -> str:
    """The same for people, with how loud it must be."""
    name = f"anything {named(what)}" if what.upstream else named(what)
    return f"{name} (from {what.floor} on)" if what.floor is not None else name


def _is_called(what: Subscription, name: str) -> bool:
    key = str(what.key) if what.key is not None else ""
    spelled = {named(what).lower(), f"upstream of {key}".lower() if what.upstream else key.lower()}
    return re.sub(r"^(?:everything|anything|all) (?=upstream)", "", name.lower()) in spelled


def _here(asked: Asked) -> str:
    return asked.asker.channel or asked.asker.user


def _place(asked: Asked) -> str:
    return "This conversation" if asked.asker.in_dm or not asked.asker.channel else "This channel"


SUBSCRIBE = Command(
    word="subscribe",
    aliases=("follow",),
    answer=subscribe,
    usage="subscribe <name or pattern> [--from high]",
    help="alerts about it come to this channel",
    more=(
        "A pattern is of names (marts.*), of tags (tag:tier1) or of owners (owner:ana@acme.test).",
        "“upstream of” a dashboard: whatever it is built from, whichever columns it uses.",
        "--from high, medium or low: only alerts that are so loud.",
    ),
    examples=("subscribe marts.revenue", "subscribe marts.* --from high", 'subscribe upstream of "Exec weekly"'),
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
